"""``build`` and ``check`` when nothing has changed since the last build: what it reported is shown again."""

import logging
import os
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from petitioner.build.last_build import MANIFEST_NAME, OUT, are_files_unchanged, find_last_build
from petitioner.commands.reports import report_build, report_check
from petitioner.terminal import Terminal
from petitioner.user_data.logs import find_missing_log

_LOGGER = logging.getLogger(__name__)


def show_unchanged_build(
    terminal: Terminal, folder: Path, campaign: str | None, now: datetime, *, as_json: bool
) -> int | None:
    """Report a build that keeps every file, and return its exit status; None if a build must look at the letters."""
    last = find_last_build(folder, campaign, now)
    if last is None:
        return None
    home = folder / OUT / last.campaign
    if not are_files_unchanged(home, last):
        return None
    _LOGGER.debug("nothing has changed since the last build")
    with suppress(OSError):  # on a medium that cannot be written
        os.utime(home / MANIFEST_NAME)  # its time says when all files were current
    if missing := find_missing_log(folder):
        terminal.warn(*missing[:2])
    terminal.report(last.problems)
    results = last.list_results()
    terminal.report((*last.program_problems, *(one for result in results for one in result.problems)))
    return report_build(terminal, f"{OUT}/{last.campaign}", results, last.totals, missing, as_json=as_json)


def show_unchanged_check(
    terminal: Terminal, folder: Path, campaign: str | None, now: datetime, *, strict: bool, as_json: bool
) -> int | None:
    """Report what the last build found in the same files, and return the exit status; None if anything has changed."""
    last = find_last_build(folder, campaign, now)
    if last is None:
        return None
    return report_check(terminal, last.problems, last.totals, strict=strict, as_json=as_json)
