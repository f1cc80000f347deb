"""Prepare the log for a command: recipients, campaign, coordinator, day."""

import getpass
import logging
import mimetypes
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from pathlib import Path

from petitioner.approval.packets import ApprovalRequest, PacketSources, list_requests
from petitioner.commands.load_and_check import Inspection
from petitioner.errors import Problem, UsageError, WorkspaceError, errors_in
from petitioner.inputs import recipients
from petitioner.inputs.settings import SettingsError, locate_settings, read_settings, save_coordinator
from petitioner.inputs.workspace import Workspace, read_records
from petitioner.inputs.workspace_files import find_copies, list_names
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.log.fact_input import read_reason, require_author
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.model.recipient import Campaign, Recipient
from petitioner.terminal import Terminal
from petitioner.user_data.privacy import make_data_private

_LOGGER = logging.getLogger(__name__)
_TYPES = {".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
_HARMLESS = frozenset({"S109", "C402", "C406", "C407"})  # a file or a translation is missing, which no entry needs


def set_up_context(folder: Path, campaign: str | None, now: datetime, by: str | None = None) -> LogContext:
    """Read recipients and campaign alone, and set up the context of the log from them.

    What was done must find its way into the log, whatever is wrong with letters. Raises WorkspaceError when
    recipients.yaml or campaign.yaml cannot be relied on.
    """
    people, mailing, problems = read_records(folder, campaign)
    return _set_up(folder, people, require_campaign(mailing, problems), now, by)


def sit_down(workspace: Workspace, mailing: Campaign, now: datetime, by: str | None = None) -> LogContext:
    """Set up the context of the log from a workspace that was read already."""
    return _set_up(workspace.folder, workspace.recipients, mailing, now, by)


def require_campaign(mailing: Campaign | None, problems: Iterable[Problem]) -> Campaign:
    """Return the campaign of a workspace that was read with these ``problems``, if the log can rely on it.

    Faults in letters and in what goes along with them do not matter to the log. Raises WorkspaceError for others.
    """
    faults = tuple(problem for problem in errors_in(problems) if mailing is None or _closes_log(problem, mailing))
    if faults or mailing is None:
        raise WorkspaceError(faults, "Mend them, then run the command again.")
    return mailing


def say_copies(terminal: Terminal, folder: Path) -> None:
    """Name each second copy of the log that lies beside it, as a cloud folder makes one."""
    for copy, original in find_copies(list_names(folder), (FILE_NAME,)):
        words = f"Note: {copy} looks like a copy of {original}, made by a cloud folder or by hand, and is not read."
        terminal.say(f"{words} Look whether it holds events that the log lacks, before you delete it.", style="yellow")


def _closes_log(problem: Problem, mailing: Campaign) -> bool:
    of_campaign = problem.path == mailing.origin.path and problem.code not in _HARMLESS
    return of_campaign or problem.path == recipients.PATH


def _set_up(
    folder: Path, people: tuple[Recipient, ...], mailing: Campaign, now: datetime, by: str | None
) -> LogContext:
    name = by if by is not None else read_settings(locate_settings()).coordinator
    login = _find_login() if name is None else ""
    return LogContext(folder, people, mailing, now, name or login, is_named=name is not None)


def sign_in(terminal: Terminal, context: LogContext) -> LogContext:
    """The context with the name under which something is about to be written to the log.

    Where nobody was named yet, a person at a terminal is asked once, and the name is kept in the user's settings;
    without a terminal it is the login name, which is said. Raises ``UsageError`` for a name that cannot be shown.
    """
    if context.is_named:
        return require_author(context)
    place = locate_settings()
    if not terminal.can_ask:
        if context.by:
            terminal.say(
                f"The log names {context.by}, your login name: {place} has no coordinator. --by NAME names somebody."
            )
        return require_author(context)
    terminal.say(f"The log keeps who did what. Your answer is kept in {place}, and not asked for again.")
    while True:
        question = f"Your name? (Enter takes {context.by}, q quits)" if context.by else "Your name? (q quits)"
        try:
            signed = require_author(replace(context, by=terminal.ask(question) or context.by, is_named=True))
        except UsageError as error:
            terminal.report_error(error)
            continue
        break
    try:
        save_coordinator(place, signed.by)
    except SettingsError as error:
        terminal.say(f"The name could not be kept: {error}. {error.hint}", style="yellow")
    return signed


def ask_reason(
    terminal: Terminal, because: str | None, question: str = "Why? The log keeps the answer (q quits):"
) -> str:
    """The reason that was given, or else that a person types. Raises ``UsageError`` where there is none."""
    while True:
        try:
            return read_reason(because)
        except UsageError as error:
            if not terminal.can_ask:
                raise
            if because is not None and because.strip("… ."):
                terminal.report_error(error)
        because = terminal.ask(question)


def open_log(terminal: Terminal, folder: Path, known: Iterable[Recipient] = ()) -> MailingLog:
    """The log of a workspace, with what it holds of recipients under their present ids.

    It says on the terminal what this machine cannot remember.
    """
    return MailingLog.within(folder, known, terminal.warn)


def read_log(terminal: Terminal, log: MailingLog, *, is_needed: bool = False) -> tuple[Event, ...]:
    """All events of the log; that it is missing, or is not the one that this machine knows, is said before all else.

    Raises ``PetitionerError`` when it cannot be read and, where it ``is_needed``, when this machine has seen events
    that it lacks.
    """
    events = log.read_and_claim()
    _LOGGER.debug("read %d events from %s", len(events), log.path)
    if is_needed:
        log.require_complete(events)
    if absence := log.find_location_problem(events):
        terminal.warn(absence.describe(log.path), absence.hint)
    else:
        log.refresh_memory(events)
    mend_rights(terminal, log.path.parent)
    return events


def mend_rights(terminal: Terminal, folder: Path) -> None:
    """Take private files from other users of the machine where an older version left them open, and say so."""
    if words := make_data_private(folder):
        terminal.say(words)


def _find_login() -> str:
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        return ""


def detect_media_type(path: Path) -> str:
    """The media type of a file by the ending of its name (RFC 2046)."""
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"


def gather_supply(found: Inspection) -> PacketSources:
    """What packets are made from. Raises WorkspaceError when the workspace has errors."""
    mailing, theme = found.require()
    return PacketSources(found.letters, found.notes, _list_enclosures(found, mailing), theme)


def gather_requests(found: Inspection, context: LogContext, events: tuple[Event, ...]) -> tuple[ApprovalRequest, ...]:
    """Every packet that is still to go out. Raises WorkspaceError when the workspace has errors."""
    return list_requests(gather_supply(found), context, events)


def _list_enclosures(found: Inspection, mailing: Campaign) -> dict[str, bytes]:
    attached = found.workspace.attached
    return {enclosure.file: attached[enclosure.file] for enclosure in mailing.enclosures}
