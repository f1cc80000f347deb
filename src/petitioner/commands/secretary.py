"""The desk of the log, set up from the workspace: who is written to, for which day, and by whom the log is kept."""

import getpass
import mimetypes
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path

from petitioner import recipients
from petitioner.errors import Problem, UsageError, WorkspaceError, errors_in
from petitioner.files import digest
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.records import Attachment, BuiltFile, Kept
from petitioner.mailing_log.storage.store import FILE_NAME
from petitioner.model.campaign import Campaign
from petitioner.production.manifest import find_built, locate
from petitioner.settings import locate_settings, read_settings
from petitioner.terminal import Terminal
from petitioner.workspace import Workspace, read_workspace
from petitioner.workspace.disk import find_copies, list_names

_TYPES = {".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document"}
_HARMLESS = frozenset({"S109", "C402", "C406", "C407"})  # a file or a translation is missing, which no entry needs


def set_up_desk(folder: Path, campaign: str | None, now: datetime, by: str | None = None) -> Desk:
    """The desk for a campaign; faults in letters and in what goes along with them do not close it.

    What was done must find its way into the log. Raises WorkspaceError when recipients.yaml or campaign.yaml cannot be
    relied on.
    """
    workspace, problems = read_workspace(folder, campaign)
    mailing = workspace.campaign
    faults = tuple(problem for problem in errors_in(problems) if mailing is None or _closes_log(problem, mailing))
    if faults or mailing is None:
        raise WorkspaceError(faults, "Mend them, then run the command again.")
    return sit_down(workspace, mailing, now, by)


def say_copies(terminal: Terminal, folder: Path) -> None:
    """Name each second copy of the log that lies beside it, as a cloud folder makes one."""
    for copy, original in find_copies(list_names(folder), (FILE_NAME,)):
        words = f"Note: {copy} looks like a copy of {original}, made by a cloud folder or by hand, and is not read."
        terminal.say(f"{words} Look whether it holds events that the log lacks, before you delete it.", style="yellow")


def _closes_log(problem: Problem, mailing: Campaign) -> bool:
    of_campaign = problem.path == mailing.origin.path and problem.code not in _HARMLESS
    return of_campaign or problem.path == recipients.PATH


def sit_down(workspace: Workspace, mailing: Campaign, now: datetime, by: str | None = None) -> Desk:
    """The desk for a workspace that was read already."""
    return Desk(workspace.folder, workspace.recipients, mailing, now, _name_writer(by))


def open_shelf(desk: Desk) -> Callable[[str], tuple[BuiltFile, ...]]:
    """Gives the files of the last build that belong to a recipient."""
    folder = locate(desk.folder, desk.campaign.id)

    def find(recipient: str) -> tuple[BuiltFile, ...]:
        return tuple(BuiltFile(path, sha256, name_type(path)) for path, sha256 in find_built(folder, recipient))

    return find


def keep_files(built: Iterable[BuiltFile] | Kept) -> Kept:
    """The bytes of built files, as far as they are still what was built; what is kept already stays as it is."""
    if isinstance(built, Kept):
        return built
    attachments: list[Attachment] = []
    left_out: dict[str, str] = {}
    for file in built:
        try:
            content = file.path.read_bytes()
        except OSError as error:
            left_out[file.path.name] = f"cannot be read ({error.strerror})"
            continue
        if digest(content) == file.sha256:
            attachments.append(Attachment("letter", file.path.name, file.media_type, content))
        else:
            left_out[file.path.name] = "was changed after it was built"
    return Kept(tuple(attachments), left_out)


def _name_writer(by: str | None) -> str:
    """``--by``, else the coordinator of the user's own settings, else the login name."""
    if by is not None:
        return by
    if coordinator := read_settings(locate_settings()).coordinator:
        return coordinator
    try:
        return getpass.getuser()
    except (OSError, KeyError):  # a user id without a name, as in some containers
        raise UsageError("Nobody is named as the one who did it.", "Name somebody: --by NAME.") from None


def name_type(path: Path) -> str:
    """The media type of a file by the ending of its name (RFC 2046)."""
    return _TYPES.get(path.suffix) or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
