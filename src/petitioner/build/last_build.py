"""What the last build was made from and what it reported, so that a build without changes need not look again.

It is kept in ``built.json`` and only saves work: what is approved, sent or printed is always read and checked again.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from petitioner.build.program import hash_environment
from petitioner.build.results import FileResult, FileStatus, Totals
from petitioner.errors import Problem, Severity, errors_in
from petitioner.files import digest, find_link, find_temporary_files, read_regular_file, write_atomically
from petitioner.inputs.folder import list_campaigns, look_again

OUT = "out"
MANIFEST_NAME = "built.json"

_KEY = "last_build"
_REFUSED = (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError)


@dataclass(frozen=True, slots=True)
class LastBuild:
    """A build of all letters of a campaign.

    ``inputs`` is a hash of everything that it was made from: what was ``seen`` in the workspace, the day in the
    campaign's time ``zone``, and the program with its libraries and fonts. ``problems`` are those of ``check``,
    ``program_problems`` those of the program, and ``files`` has those of each file; all are warnings.
    """

    campaign: str
    inputs: str
    seen: tuple[str, ...]
    zone: str
    totals: Totals
    problems: tuple[Problem, ...]
    program_problems: tuple[Problem, ...] = ()
    files: Mapping[str, tuple[Problem, ...]] = field(default_factory=dict)

    def list_results(self) -> tuple[FileResult, ...]:
        """Return the result of a build that keeps every file."""
        return tuple(
            FileResult(path, path.partition("/")[0], FileStatus.KEPT, problems) for path, problems in self.files.items()
        )


def hash_inputs(seen: Mapping[str, str], day: date, environment: str) -> str:
    """Return the hash of what a build is made from. ``environment`` is that of ``hash_environment``."""
    return sha256(json.dumps([sorted(seen.items()), day.isoformat(), environment]).encode()).hexdigest()


def find_last_build(folder: Path, campaign: str | None, now: datetime) -> LastBuild | None:
    """Return the last build of a campaign, by default of the latest one, if nothing that it was made from has changed.

    Every file of the workspace that was read then is read again. Whether the built files are unchanged is not asked.
    """
    years = list_campaigns(folder)
    year = campaign or next(iter(years), "")
    if year not in years or find_link(folder, OUT, year):
        return None
    try:
        parsed = json.loads(read_regular_file(folder / OUT / year / MANIFEST_NAME))
        last = _parse(parsed[_KEY])
        day = now.astimezone(ZoneInfo(last.zone)).date()
        environment = hash_environment()
        found = environment and hash_inputs(look_again(folder, last.seen), day, environment)
    except _REFUSED:
        return None
    return last if (last.campaign, last.inputs) == (year, found) else None


def are_files_unchanged(folder: Path, last: LastBuild) -> bool:
    """Whether ``folder``, such as ``out/2027``, has exactly the files of a build, by their digests."""
    try:
        entries = json.loads(read_regular_file(folder / MANIFEST_NAME))["files"]
        homes = {path.partition("/")[0] for path in entries}
        is_clean = not any(find_link(folder, home) for home in homes) and not any(
            any(find_temporary_files(home)) for home in (folder, *(folder / home for home in homes))
        )
        return (
            is_clean
            and list(entries) == sorted(last.files)
            and all(digest(read_regular_file(folder / path)) == entry["sha256"] for path, entry in entries.items())
        )
    except _REFUSED:
        return False


def remember_build(folder: Path, last: LastBuild) -> None:
    """Add a build to the manifest in ``folder``, such as ``out/2027``, that was written just before. Raises OSError."""
    problems = (*last.problems, *last.program_problems, *(one for found in last.files.values() for one in found))
    if errors_in(problems):
        return
    manifest = json.loads(read_regular_file(folder / MANIFEST_NAME))
    write_atomically(folder / MANIFEST_NAME, (json.dumps({**manifest, _KEY: asdict(last)}, indent=1) + "\n").encode())


def _parse(value: dict[str, Any]) -> LastBuild:
    """Parse a build. Raises ValueError, TypeError, KeyError or AttributeError for anything that no build wrote."""
    totals = value["totals"]
    unread, holds = (tuple(map(str, totals[name])) for name in ("unread", "holds"))
    return LastBuild(
        campaign=str(value["campaign"]),
        inputs=str(value["inputs"]),
        seen=tuple(map(str, value["seen"])),
        zone=str(value["zone"]),
        totals=Totals(int(totals["letters"]), int(totals["recipients"]), unread, holds),
        problems=_parse_problems(value["problems"]),
        program_problems=_parse_problems(value["program_problems"]),
        files={path: _parse_problems(found) for path, found in value["files"].items()},
    )


def _parse_problems(listed: list[dict[str, Any]]) -> tuple[Problem, ...]:
    found = tuple(Problem(**{**one, "severity": Severity(one["severity"])}) for one in listed)
    if errors_in(found):
        raise ValueError("an error ends a build")
    return found
