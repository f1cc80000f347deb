"""Remember what `petitioner` without a command needs from the letters, while their inputs do not change.

This is the hash of each packet's content, so that approvals can be compared. The memory only saves work: letters are
always filled in again before they are checked, built, approved, sent or printed.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from petitioner.approval.approvals import PacketApproval, list_packet_approvals
from petitioner.build.last_build import MANIFEST_NAME, OUT, hash_inputs
from petitioner.build.program import hash_environment
from petitioner.commands.log_context import make_log_context, read_log_context, require_campaign
from petitioner.errors import Problem
from petitioner.files import digest, read_regular_file
from petitioner.inputs.folder import list_campaigns, look_again
from petitioner.log.context import LogContext
from petitioner.log.events import Event
from petitioner.user_data.cache import REFUSED, read_cached, write_cached

if TYPE_CHECKING:  # which load all that fills in letters
    from petitioner.commands.load_and_check import CheckedWorkspace
    from petitioner.inputs.workspace import Workspace

_KIND = "letters"


@dataclass(frozen=True, slots=True)
class LetterDigests:
    """What is known of a campaign's letters: the unread texts, for programs and as lines, and the packets.

    ``contents`` has the hash of each packet's content, by recipient and channel; None while letters have errors.
    ``outdated`` are the recipients whose files in ``out/`` do not have that content. Both are empty if the letters were
    not ``filled_in``.
    """

    unread: list[dict[str, str]]
    unread_lines: tuple[str, ...]
    filled_in: bool = False
    contents: Mapping[str, Mapping[str, str]] | None = None
    outdated: frozenset[str] = frozenset()

    def list_approvals(self, context: LogContext, events: Iterable[Event]) -> tuple[PacketApproval, ...] | None:
        """Return the packets that are still to go out, with their approvals; None while letters have errors."""
        if not self.filled_in:
            return ()
        return None if self.contents is None else list_packet_approvals(context, events, self.contents)


class LetterLookup:
    """Finds the digests of the letters in memory, or in the workspace, which is then read once."""

    def __init__(self, folder: Path, campaign: str | None, now: datetime) -> None:
        self._folder, self._campaign, self._now = folder, campaign, now
        self._recalled = _recall_digests(folder, campaign, now)
        self._workspace: tuple[Workspace, tuple[Problem, ...]] | None = None

    def make_context(self) -> LogContext:
        """Return what the log needs to know. Raises WorkspaceError for errors in recipients.yaml or campaign.yaml."""
        if self._recalled:
            return read_log_context(self._folder, self._campaign, self._now)
        workspace, problems = self._read()
        return make_log_context(workspace, require_campaign(workspace.campaign, problems), self._now)

    def find(self, *, fills_in: bool) -> LetterDigests:
        """Return what is known of the letters; they are filled in and checked if that is asked for and not known."""
        found = self._recalled
        if found is None or (fills_in and not found.filled_in):
            workspace, problems = self._read()
            found = _make_digests(workspace, problems, self._now, fills_in=fills_in)
            _remember_digests(workspace, self._now, found)
        return found if fills_in else LetterDigests(found.unread, found.unread_lines)

    def _read(self) -> tuple["Workspace", tuple[Problem, ...]]:
        from petitioner.inputs.workspace import read_workspace  # noqa: PLC0415 - as above

        self._workspace = self._workspace or read_workspace(self._folder, self._campaign)
        return self._workspace


def find_outdated_files(checked: "CheckedWorkspace") -> frozenset[str]:
    """Return the recipients whose files do not have the content of their letters; none while letters have errors."""
    from petitioner.build.manifest import find_outdated, locate_output  # noqa: PLC0415 - as above

    if checked.has_errors:
        return frozenset()
    mailing, theme = checked.require()
    return find_outdated(locate_output(checked.workspace.folder, mailing.folder), checked.letters, theme)


def _make_digests(
    workspace: "Workspace", problems: tuple[Problem, ...], now: datetime, *, fills_in: bool
) -> LetterDigests:
    from petitioner.commands.approval_requests import collect_sources  # noqa: PLC0415 - as above
    from petitioner.commands.load_and_check import fill_in_and_check  # noqa: PLC0415
    from petitioner.templates import readings  # noqa: PLC0415

    unread = readings.find_unread(readings.list_used_texts(workspace), workspace.shared)
    found = LetterDigests(readings.list_unread(unread), tuple(readings.format_unread(unread)), fills_in)
    checked = fill_in_and_check(workspace, problems, now) if fills_in else None
    if checked is None or checked.has_errors:
        return found
    sources = collect_sources(checked)
    letters = sources.group_letters()
    contents = {
        who.id: {str(one): sources.make_content(who, one, letters[who.id]).sha256 for one in who.channels}
        for who in workspace.recipients
        if who.id in letters
    }
    return replace(found, contents=contents, outdated=find_outdated_files(checked))


def _recall_digests(folder: Path, campaign: str | None, now: datetime) -> LetterDigests | None:
    """Return what is remembered of a campaign's letters, by default of the latest, if nothing has changed since."""
    year = campaign or next(iter(list_campaigns(folder)), "")
    with suppress(*REFUSED):
        found: dict[str, Any] = read_cached(_KIND, folder)
        made_from, digests = found["made_from"], found["digests"]
        if made_from == _describe_inputs(folder, year, made_from["seen"], now, made_from["zone"]):
            lines, outdated = tuple(digests.pop("unread_lines")), frozenset(digests.pop("outdated"))
            return LetterDigests(unread_lines=lines, outdated=outdated, **digests)
    return None


def _remember_digests(workspace: "Workspace", now: datetime, digests: LetterDigests) -> None:
    """Remember what is known of the letters of a workspace, unless a file has changed since it was read."""
    folder, mailing = workspace.folder, workspace.campaign
    if mailing is None or look_again(folder, workspace.seen) != workspace.seen:
        return
    made_from = _describe_inputs(folder, mailing.folder, sorted(workspace.seen), now, mailing.time_zone)
    if made_from["inputs"]:
        values = {name: getattr(digests, name) for name in ("unread", "unread_lines", "filled_in", "contents")}
        kept = {**values, "outdated": sorted(digests.outdated)}
        write_cached(_KIND, folder, {"made_from": made_from, "digests": kept})


def _describe_inputs(folder: Path, campaign: str, seen: list[str], now: datetime, zone: str) -> dict[str, object]:
    """Describe everything that decides the letters, and which files are outdated; no hash without fontconfig."""
    environment = hash_environment()
    day = now.astimezone(ZoneInfo(zone)).date()
    try:
        built = digest(read_regular_file(folder / OUT / campaign / MANIFEST_NAME))
    except OSError:
        built = ""
    inputs = hash_inputs({**look_again(folder, seen), "built": built}, day, environment) if environment else ""
    return {"campaign": campaign, "inputs": inputs, "seen": seen, "zone": zone}
