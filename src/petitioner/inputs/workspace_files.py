"""Find the files of a workspace, and copies of them."""

import re
from collections.abc import Collection, Iterator
from functools import cache
from pathlib import Path

from petitioner.inputs.folder import list_names
from petitioner.model.characters import compose_text
from petitioner.model.types import Pattern, Record
from petitioner.source.records import read_package_record


def list_files(folder: Path) -> list[str]:
    """Return the sorted paths of all files in a folder and the folders below it, without hidden ones and copies."""
    names = list_names(folder)
    copies = dict(find_copies(names, names))
    paths: list[str] = []
    for name in (name for name in names if name not in copies):
        inner = folder / name
        paths += [f"{name}/{path}" for path in list_files(inner)] if inner.is_dir() else [name]
    return paths


class Copies(Record):
    """Patterns of what programs add to the names of copies of a file."""

    added: tuple[Pattern, ...]


def find_copies(names: Collection[str], originals: Collection[str]) -> Iterator[tuple[str, str]]:
    """Yield each name in a folder that looks like a copy of one of the ``originals``, and that original."""
    for name in names if originals else ():
        shorter = (pattern.sub("", compose_text(name), count=1) for pattern in _load_patterns())
        if original := next((one for one in shorter if one != name and one in originals), None):
            yield name, original


@cache
def _load_patterns() -> tuple[re.Pattern[str], ...]:
    return tuple(map(re.compile, read_package_record(Copies, __package__, "copies.yaml").added))
