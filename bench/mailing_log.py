"""A mailing log of ten years, and how long commands take on it: CPU seconds beyond those of starting the program.

The log is made anew each time, with everything that a year brings: an approval with its files, a posting with a
tracking number, some returns with a second attempt, some replies. The user's folders are in the workspace, as for the
commands that are measured; nothing is flushed to disk while the log is made.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

from bench.measure import take_median
from bench.ours import run_ours
from petitioner.log.events import Attachment, Details, Draft
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog

YEARS = 10

_HEAD = """\
name: {en: Save North Korean Refugees Day}
day: YEAR-09-24
date: YEAR-09-01
time_zone: Asia/Tokyo
reference: LFNKR
addressee: {name: {en: A B}, title: {en: President}, in_office_since: 2013-03}
sender:
  name: {en: Sender}
  short_name: S
  country: JP
  address: {lines: {en: [Hongo 1-33-3]}}
signatories:
  - {name: {en: C D}, title: {en: Director}}
"""
_LETTER = '---\nsubject: Petition\nsalutation: "Dear Mr. President:"\nclosing: Yours,\n---\nWe write to you.\n'


COMMANDS = {
    "log-add": ("log", "add", "posted", "jp-1", "--note", "bench"),
    "log": ("log", "--limit", "5"),
    "bare": (),
}
"""What is measured, by the names of its goals."""


@dataclass(frozen=True, slots=True)
class LogSeconds:
    """CPU seconds of each command beyond those of ``--version``, and the size of the log."""

    seconds: dict[str, float]
    events: int
    megabytes: float


def measure_log(folder: Path, recipients: int, runs: int) -> LogSeconds:
    """Make a log in ``folder``, and measure the commands on it. Each runs once before it is measured."""
    _write_workspace(folder, recipients)
    with patch.dict(os.environ, HOME=str(folder)), patch("os.fsync", lambda _: None):
        count = _write_log(MailingLog.within(folder), recipients)
    start = take_median(runs, run_ours, folder, "--version").cpu
    seconds = {name: _measure(folder, command, runs) - start for name, command in COMMANDS.items()}
    return LogSeconds(seconds, count, MailingLog.within(folder).path.stat().st_size / 1e6)


def _measure(folder: Path, command: tuple[str, ...], runs: int) -> float:
    statuses = (0, 1)  # 1 where the day of a campaign is past, too
    run_ours(folder, *command, statuses=statuses)
    return take_median(runs, run_ours, folder, *command, statuses=statuses).cpu


def _write_workspace(folder: Path, recipients: int) -> None:
    campaign = folder / "letters" / str(2027 + YEARS - 1)
    campaign.mkdir(parents=True)
    (campaign / "campaign.yaml").write_text(_HEAD.replace("YEAR", campaign.name))
    (campaign / "petition.en.md").write_text(_LETTER)
    entries = (
        f"  jp-{number}:\n    kind: office\n    country: JP\n    city: {{en: City {number}}}\n"
        f"    name: {{en: Office {number}}}\n    address: {{lines: {{en: [Street {number}]}}}}\n"
        "    languages: [en]\n    channels: [post]\n"
        for number in range(recipients)
    )
    (folder / "recipients.yaml").write_text("recipients:\n" + "".join(entries))


def _write_log(log: MailingLog, recipients: int) -> int:
    return len(log.append(lambda _: list_drafts(recipients, 2027)))


def list_drafts(recipients: int, since: int = 2027 - YEARS) -> Iterator[Draft]:
    """Yield the entries of ten years about recipients with the ids ``jp-0``, ``jp-1`` and so on."""
    return (one for year in range(since, since + YEARS) for one in _make_year(year, recipients))


def _make_year(year: int, recipients: int) -> Iterator[Draft]:
    for number in range(recipients):
        files = tuple(
            Attachment(
                "letter", f"petition.{language}.{ending}", "application/pdf", f"{year} {number} {ending}".encode()
            )
            for language in ("en", "ja", "zh-Hans")
            for ending in ("pdf", "docx")
        )
        told = Details(tracking=f"RR{number:09}JP", flags={"unapproved": "nothing was approved"})
        yield _draft(year, number, Kind.APPROVED, 5, Details(note="read"), files)
        yield _draft(year, number, Kind.POSTED, 10, told, files)
        if number % 10 == 0:
            yield _draft(year, number, Kind.RETURNED, 15, Details(note="moved, says the post office"))
            yield _draft(year, number, Kind.REOPENED, 16, Details(note="new address"), attempt=2)
            yield _draft(year, number, Kind.POSTED, 17, told, files, attempt=2)
        if number % 7 == 0:
            yield _draft(year, number, Kind.REPLIED, 20, Details(note="a form letter"), attempt=2 - bool(number % 10))


def _draft(  # noqa: PLR0913, PLR0917 - a row of a table
    year: int,
    number: int,
    kind: Kind,
    day: int,
    details: Details,
    files: tuple[Attachment, ...] = (),
    attempt: int = 1,
) -> Draft:
    on = date(year, 9, 1) + timedelta(days=day - 1)
    return Draft(
        campaign=str(year),
        edition=1,
        recipient=f"jp-{number}",
        recipient_name=f"Office {number}",
        destination=f"Street {number}",
        channel="post",
        attempt=attempt,
        kind=kind,
        happened_on=on,
        recorded_at=datetime(on.year, on.month, on.day, 3, tzinfo=UTC),
        by="Hanako",
        details=details,
        attachments=files,
    )
