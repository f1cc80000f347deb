"""Prepare the log for a command: recipients, campaign, coordinator, day."""

import getpass
import logging
import mimetypes
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from petitioner.errors import Problem, UsageError, WorkspaceError, errors_in
from petitioner.inputs.folder import RECIPIENTS, list_names
from petitioner.inputs.settings import SettingsError, locate_settings, read_settings, save_coordinator
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.fact_input import read_reason, require_author
from petitioner.log.storage.part import LogPart
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.model.recipient import Campaign, Recipient
from petitioner.terminal import Terminal
from petitioner.user_data.privacy import make_data_private
from petitioner.user_data.records import recall_records

if TYPE_CHECKING:  # which loads all that reads letters
    from petitioner.inputs.workspace import Workspace

_LOGGER = logging.getLogger(__name__)
_TYPES = {".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
_HARMLESS = frozenset({"S109", "C402", "C406", "C407"})  # a file or a translation is missing, which no entry needs


def read_log_context(folder: Path, campaign: str | None, now: datetime, by: str | None = None) -> LogContext:
    """Read recipients and campaign, and no letter: what was done can be recorded while letters have errors.

    Raises WorkspaceError when recipients.yaml or campaign.yaml has errors.
    """
    known, found, problems = recall_records(folder, campaign)
    context = _make_context(folder, known, require_campaign(found, problems), now, by)
    return replace(context, is_chosen=campaign is not None)


def make_log_context(workspace: "Workspace", campaign: Campaign, now: datetime, by: str | None = None) -> LogContext:
    """Return what the log needs to know of a workspace that was read already."""
    return _make_context(workspace.folder, workspace.recipients, campaign, now, by)


def _make_context(
    folder: Path, known: tuple[Recipient, ...], campaign: Campaign, now: datetime, by: str | None
) -> LogContext:
    """Take the author from ``by``, else from the settings, else from the login."""
    name = by if by is not None else read_settings(locate_settings()).coordinator
    login = find_login() if name is None else ""
    return LogContext(folder, known, campaign, now, name or login, is_named=name is not None)


def require_campaign(campaign: Campaign | None, problems: Iterable[Problem]) -> Campaign:
    """Return the campaign of a workspace that was read with these ``problems``.

    Raises WorkspaceError for errors in recipients.yaml and campaign.yaml; the log needs nothing else.
    """
    needed = (RECIPIENTS, campaign.origin.path if campaign else "")
    faults = tuple(
        one
        for one in errors_in(problems)
        if campaign is None or (one.path in needed and (one.path == RECIPIENTS or one.code not in _HARMLESS))
    )
    if faults or campaign is None:
        raise WorkspaceError(faults, "Fix the errors above, then run this again.")
    return campaign


def ask_author(terminal: Terminal, context: LogContext) -> LogContext:
    """Return the context with the name under which the log is about to be written.

    Without a name, a person at a terminal is asked once, and the answer is kept in the user's settings; without a
    terminal it is the login name, and a message says so. Raises ``UsageError`` for a name that cannot be shown.
    """
    if context.is_named:
        return require_author(context)
    place = locate_settings()
    if not terminal.can_ask:
        if context.by:
            words = f"This is recorded under your login name, '{context.by}'."
            terminal.say(
                f'{words} To be named otherwise, write coordinator = "Your Name" into {place}, or give --by NAME.'
            )
        return require_author(context)
    terminal.say(f"The log keeps who did what. Your answer is kept in {place}, and not asked for again.")
    named_context = _ask_name(terminal, context)
    try:
        save_coordinator(place, named_context.by)
    except SettingsError as error:
        terminal.say(f"The name could not be kept: {error}. {error.hint}", style="yellow")
    return named_context


def ask_reason(
    terminal: Terminal, because: str | None, question: str = "Why? The log keeps the answer (q quits):"
) -> str:
    """Return the reason that was given, or ask for it. Raises ``UsageError`` without a reason or a terminal."""
    while True:
        try:
            return read_reason(because)
        except UsageError as error:
            if not terminal.can_ask:
                raise
            if because is not None and because.strip("… ."):
                terminal.report_error(error)
        because = terminal.ask(question)


def open_log(
    terminal: Terminal, folder: Path, known: Iterable[Recipient] = (), part: LogPart | None = None
) -> MailingLog:
    """Return the log of a workspace, or a part of it; it knows the ``known`` recipients also under their former ids.

    A warning is shown when this computer cannot remember what was sent.
    """
    return MailingLog.within(folder, known, terminal.warn, part)


def open_part(
    terminal: Terminal, context: LogContext, recipients: Iterable[str] = (), days: tuple[date, date] | None = None
) -> MailingLog:
    """Return the log of a workspace, which reads only the events that the present edition needs.

    All events about ``recipients`` are read too, and all of the ``days`` from the first to the last.
    """
    part = LogPart(context.campaign.id, context.campaign.edition, tuple(recipients), days)
    return open_log(terminal, context.folder, context.recipients, part)


def read_log(terminal: Terminal, log: MailingLog, *, is_needed: bool = False) -> tuple[Event, ...]:
    """Return the events that ``log.read`` returns, after a warning when it is missing or belongs to another place.

    Raises ``PetitionerError`` when it cannot be read. If it ``is_needed``, all events that this computer has seen must
    be in it.
    """
    events = log.read_and_claim()
    _LOGGER.debug("read %d events from %s", len(events), log.path)
    if is_needed:
        log.require_complete(events)
    if absence := log.find_location_problem(events):
        terminal.warn(absence.describe(log.path), absence.hint)
    else:
        log.refresh_memory(events)
    restrict_access(terminal, log.path.parent)
    return events


def restrict_access(terminal: Terminal, folder: Path) -> None:
    """Close private files that an older version left readable to other users, and report them."""
    if words := make_data_private(folder):
        terminal.say(words)


def report_log_copies(terminal: Terminal, folder: Path) -> None:
    """Report each copy of the log in its folder, such as one that a cloud folder made."""
    from petitioner.inputs.workspace_files import find_copies  # noqa: PLC0415 - most commands look for none

    for copy, original in find_copies(list_names(folder), (FILE_NAME,)):
        words = f"Note: {copy} looks like a copy of {original}, made by a cloud folder or by hand, and is not read."
        terminal.say(
            f"{words} Before you delete it, look for events in it that the log does not have.",
            style="yellow",
        )


def guess_media_type(path: Path) -> str:
    """Return the media type of a file by the ending of its name (RFC 2046)."""
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def _ask_name(terminal: Terminal, context: LogContext) -> LogContext:
    question = f"Your name? (Enter takes {context.by}, q quits)" if context.by else "Your name? (q quits)"
    while True:
        try:
            return require_author(replace(context, by=terminal.ask(question) or context.by, is_named=True))
        except UsageError as error:
            terminal.report_error(error)


def find_login() -> str:
    """Return the user's login name, or an empty text."""
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        return ""
