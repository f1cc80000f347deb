"""A cache of recipients and campaign, so that recording a fact does not parse a thousand entries again.

The cache is used if both files have the same bytes, and the same program read them without an error. Otherwise the
files are read, and the cache is made again. What is checked, built, approved, sent or printed is always
read from the files.
"""

import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeVar

import petitioner
from petitioner.errors import Problem, errors_in
from petitioner.files import digest
from petitioner.inputs.folder import LETTERS, RECIPIENTS, UnreadableError, list_campaigns, read_file
from petitioner.model.recipient import Campaign, Recipient
from petitioner.model.types import Origin, Record
from petitioner.user_data.cache import REFUSED, read_cached, write_cached

Records = tuple[tuple[Recipient, ...], Campaign | None, tuple[Problem, ...]]
"""What ``read_records`` returns."""

R = TypeVar("R", bound=Record)
_TABLES = ("tables", "tables/locales", "tables/postage", "tables/stationery")
_READERS = ("inputs", "model", "source", *_TABLES)  # parts of the program


def recall_records(folder: Path, campaign: str | None) -> Records:
    """Return what ``read_records`` returns. From the cache, it has no warnings.

    Records from the cache have their own line, but not the lines of their parts.
    """
    inputs = _hash_inputs(folder, campaign)
    with suppress(*REFUSED):
        found_inputs, people, mailing = read_cached("records", folder)
        if inputs and inputs == found_inputs:
            return tuple(_load(Recipient, *one) for one in people), _load(Campaign, *mailing), ()
    from petitioner.inputs.workspace import read_records  # noqa: PLC0415 - loads all that reads letters

    recipients, found, problems = read_records(folder, campaign)
    if inputs and found and not errors_in(problems) and inputs == _hash_inputs(folder, campaign):
        write_cached("records", folder, [inputs, [*map(_dump, recipients)], _dump(found)])
    return recipients, found, problems


def _hash_inputs(folder: Path, campaign: str | None) -> str:
    """Return a hash of everything that decides what is read; nothing if something cannot be read."""
    try:
        years = list_campaigns(folder)
        year = campaign or next(iter(years), "")
        files = [digest(read_file(folder, path)) for path in (RECIPIENTS, f"{LETTERS}/{year}/campaign.yaml")]
        return digest(repr((year, files, *_list_program())).encode()) if year in years else ""
    except (UnreadableError, OSError):  # which is reported when they are read
        return ""


def _dump(record: Recipient | Campaign) -> list[object]:
    origin = record.origin
    return [origin.path, origin.line, origin.at, record.model_dump(mode="json", exclude={"origin"}, exclude_unset=True)]


def _load(model: type[R], path: str, line: int, at: list[str], values: dict[str, Any]) -> R:
    return model.model_validate({**values, "origin": Origin(path, line, tuple(at))})


def _list_program() -> Iterator[tuple[str, int, int]]:
    """Yield the files of the program that read records: their paths, sizes, and times of change."""
    top = Path(petitioner.__file__).parent
    for part in _READERS:
        with os.scandir(top / part) as entries:
            for entry in sorted(entries, key=lambda one: one.name):
                if entry.is_file():
                    status = entry.stat()
                    yield entry.path, status.st_size, status.st_mtime_ns
