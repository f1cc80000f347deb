"""The files of a new workspace: two missions, a campaign, a letter and a covering note in each language, a theme.

The files here have every language of the program. What is made for a workspace has only those asked for.
"""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date
from functools import cache
from importlib import resources
from string import Template

from petitioner.model.types import Line, Record
from petitioner.source.records import read_package_record

_WHOLE = {"theme.yaml": "letters/theme/theme.yaml", "sources.md": "letters/sources.md", "gitignore": ".gitignore"}
"""The files without a language, by their path in the workspace."""

_KEY = re.compile(r"( *)([\w-]+):")


class _Defaults(Record):
    """The ``languages`` of a workspace for which none was asked."""

    languages: tuple[Line, ...]


@cache
def list_default_languages() -> tuple[str, ...]:
    """Return the languages of a workspace for which none was asked, in the order of the envelope."""
    return read_package_record(_Defaults, __package__, "defaults.yaml").languages


def list_languages() -> tuple[str, ...]:
    """Return the tags of the languages in which there is a letter."""
    names = (entry.name for entry in (resources.files(__name__) / "letters").iterdir())
    return tuple(sorted(name.split(".")[1] for name in names if name.startswith("petition.")))


def make_workspace_files(languages: Collection[str], day: date, why: str, dated: date) -> Mapping[str, str]:
    """Return the text of each file of a new workspace, by its path.

    ``day`` is the campaign's, ``why`` a remark about it, and ``dated`` the date on the letters. ``languages`` are some
    of ``list_languages``, in the order of the envelope.
    """
    words = {
        "languages": ", ".join(languages),
        "first": next(iter(languages)),
        "day": day.isoformat(),
        "why": why,
        "date": dated.isoformat(),
        "year": str(day.year),
        "next": str(day.year + 1),
    }
    home = f"letters/{day.year}"
    templates = {"recipients.yaml": "recipients.yaml", "README.md": "README.md"}
    templates |= {name: f"{home}/{name}" for name in ("campaign.yaml", "fit.yaml")}
    files = {path: Template(_read(name)).substitute(words) for name, path in templates.items()}
    files = {path: keep_languages(text, languages) for path, text in files.items()}
    letters = (f"{stem}.{tag}.md" for tag in languages for stem in ("petition", "email"))
    files |= {f"{home}/{name}": _read(f"letters/{name}") for name in letters}
    return files | {path: _read(name) for name, path in _WHOLE.items()}


def find_followup_paragraph(language: str) -> str:
    """Return the paragraph of a letter that follows an unanswered one; empty for a language without it."""
    return _read(f"letters/followup.{language}.md") if language in list_languages() else ""


def keep_languages(text: str, languages: Collection[str]) -> str:
    """Return the text of a YAML file without the keys of the program's other languages.

    A language in quotes is kept always: that of the country of an address.
    """
    dropped = set(list_languages()) - set(languages)
    kept = _drop_empty(list(_drop_keys(text.splitlines(keepends=True), dropped)))
    return re.sub(r'^( +)"([\w-]+)":', r"\1\2:", "".join(kept), flags=re.MULTILINE)


def _drop_keys(lines: list[str], dropped: Collection[str]) -> Iterator[str]:
    """Yield the lines without those of some keys, and without what is indented below these."""
    depth: int | None = None
    for line in lines:
        key = _KEY.match(line)
        if depth is not None and line.startswith(" " * (depth + 1)):
            continue
        depth = len(key[1]) if key and key[2] in dropped else None
        if depth is None:
            yield line


def _drop_empty(lines: list[str]) -> Iterator[str]:
    """Yield the lines without ``cases:`` that have nothing below them any more."""
    for line, below in zip(lines, [*lines[1:], ""], strict=True):
        key = _KEY.match(line)
        if not (key and key[2] == "cases" and not below.startswith(f"{key[1]}  ")):
            yield line


@cache
def _read(name: str) -> str:
    return (resources.files(__name__) / name).read_text("utf-8")
