"""How long `petitioner log` takes on a log of ten years: CPU seconds beyond those of starting the program.

Run by `make bench`. The log is made anew each time, in a temporary folder, with everything that a year brings: an
approval with its files, a posting with a tracking number, some returns with a second attempt, some replies.
"""

import os
import resource
import statistics
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from petitioner.log.events import Attachment, Details, Draft
from petitioner.log.kinds import Kind
from petitioner.log.storage.store import MailingLog

RECIPIENTS, YEARS, RUNS = 300, 10, 7
GOAL = 0.5
"""The most CPU seconds that reading the log may add to starting the program."""

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


def main() -> int:
    """Make the log, time the command against the bare start of the program, and print the medians."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        _write_workspace(folder)
        count = _write_log(MailingLog.within(folder))
        size = MailingLog.within(folder).path.stat().st_size / 1e6
        start, whole = (_measure(folder, command) for command in (["--version"], ["log", "--limit", "5"]))
        without = _measure_without_log(folder)
    beyond = whole - start
    print(f"{RECIPIENTS} recipients, {YEARS} years: {count} events, {size:.1f} MB; medians of {RUNS} runs")
    print(f"petitioner --version            {start:6.3f} s CPU")
    print(f"petitioner log, no log yet      {without:6.3f} s CPU")
    print(f"petitioner log                  {whole:6.3f} s CPU")
    print(
        f"reading the log                 {whole - without:6.3f} s CPU beyond start-up and workspace (goal: {GOAL} s)"
    )
    print(f"all of log beyond --version     {beyond:6.3f} s CPU")
    return int(whole - without > GOAL)


def _write_workspace(folder: Path) -> None:
    campaign = folder / "letters" / str(2027 + YEARS - 1)
    campaign.mkdir(parents=True)
    (campaign / "campaign.yaml").write_text(_HEAD.replace("YEAR", campaign.name))
    (campaign / "petition.en.md").write_text(_LETTER)
    entries = (
        f"  jp-{number}:\n    kind: office\n    country: JP\n    city: {{en: City {number}}}\n"
        f"    name: {{en: Office {number}}}\n    address: {{lines: {{en: [Street {number}]}}}}\n"
        "    languages: [en]\n    channels: [post]\n"
        for number in range(RECIPIENTS)
    )
    (folder / "recipients.yaml").write_text("recipients:\n" + "".join(entries))


def _write_log(log: MailingLog) -> int:
    years = range(2027, 2027 + YEARS)
    return len(log.append(lambda _: (one for year in years for one in _make_year(year))))


def _make_year(year: int) -> Iterator[Draft]:
    for number in range(RECIPIENTS):
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


def _measure(folder: Path, command: list[str]) -> float:
    """The median of the CPU seconds of a command, each time in a process of its own."""
    return statistics.median(_time(folder, command) for _ in range(RUNS))


def _measure_without_log(folder: Path) -> float:
    path = MailingLog.within(folder).path
    away = path.with_suffix(".away")
    path.rename(away)
    try:
        return _measure(folder, ["log", "--limit", "5"])
    finally:
        away.rename(path)


def _time(folder: Path, command: list[str]) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "HOME": str(folder)}
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-m", "petitioner", "-C", str(folder), *command],
        capture_output=True,
        check=False,
        env=environment,
    )
    assert done.returncode in (0, 1), done.stderr.decode()  # noqa: S101 - what does not work is not measured
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


if __name__ == "__main__":
    sys.exit(main())
