"""``petitioner review``: open the page for one workspace."""

import time
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from petitioner.commands.log_context import ask_author, make_log_context, open_log, read_log, require_campaign
from petitioner.errors import PetitionerError
from petitioner.inputs.workspace import read_workspace
from petitioner.review.app import make_app
from petitioner.review.live import LiveWorkspace
from petitioner.review.server import serve
from petitioner.terminal import Terminal


@dataclass(frozen=True, slots=True)
class ReviewOptions:
    """The options of ``review``: with ``read_only`` nothing is written; ``port`` 0 is any free one."""

    read_only: bool = False
    port: int = 0
    opens_browser: bool = True
    by: str | None = None


def review_letters(
    terminal: Terminal, folder: Path, campaign: str | None, now: datetime, options: ReviewOptions
) -> int:
    """Serve the page until Ctrl-C, and return the exit status.

    Raises ``PetitionerError`` for a workspace or log that cannot be read at all, and for a port in use.
    """
    started = time.monotonic()

    def clock() -> datetime:
        return now + timedelta(seconds=time.monotonic() - started)

    author = options.by if options.read_only else _find_author(terminal, folder, campaign, now, options.by)
    live = LiveWorkspace(folder, campaign, clock, author, options.read_only, terminal.warn)
    try:
        live.refresh()
    except PetitionerError as error:  # the page shows it until it is corrected
        terminal.report_error(error)
    return serve(terminal, make_app(live), folder, options.port, opens_browser=options.opens_browser)


def _find_author(terminal: Terminal, folder: Path, campaign: str | None, now: datetime, by: str | None) -> str | None:
    """Return the name under which the log is written; a person at a terminal may be asked for it."""
    workspace, problems = read_workspace(folder, campaign)
    context = make_log_context(workspace, require_campaign(workspace.campaign, problems), now, by)
    read_log(terminal, open_log(terminal, folder, context.recipients))
    return ask_author(terminal, context).by
