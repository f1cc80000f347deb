"""``petitioner approve``: show each letter once, and approve the packets that it goes out in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from petitioner.approval.approvals import ApprovalState
from petitioner.approval.packets import ApprovalRequest, Change, list_requests
from petitioner.approval.review import Refusal, refuse_hold
from petitioner.commands.approval_requests import collect_sources
from petitioner.commands.approve_content import (
    describe_note,
    show_changes,
    show_letters,
)
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.commands.log_context import ask_author, make_log_context, open_log, read_log
from petitioner.commands.record_approvals import UNVERIFIED, Approver, RecordedApprovals, find_changes
from petitioner.errors import ExitStatus, UsageError
from petitioner.inputs.selection import Selection, require_known
from petitioner.inputs.workspace import Workspace
from petitioner.log.events import Event, PacketKey
from petitioner.log.fact_input import require_author
from petitioner.model.recipient import Channel
from petitioner.terminal import IT_ASKS, Terminal, format_count


@dataclass(frozen=True, slots=True)
class ApproveOptions:
    """The options of ``approve``: ``unread`` are languages, ``unverified`` ids, which are accepted all the same.

    ``unverified`` may be ``all``: then the number of packets must be typed. ``yes`` asks nothing.
    """

    selection: Selection
    yes: bool = False
    by: str | None = None
    unread: tuple[str, ...] = ()
    unverified: tuple[str, ...] = ()

    def takes_all(self, ids: Collection[str]) -> bool:
        """Whether all unconfirmed addresses are accepted; a recipient may have the id ``all``."""
        return _EVERYBODY in self.unverified and _EVERYBODY not in ids


_EVERYBODY = "all"


def approve_packets(
    terminal: Terminal,
    folder: Path,
    campaign: str | None,
    now: datetime,
    options: ApproveOptions,
    *,
    as_json: bool,
) -> int:
    """Approve the packets that are still to go out and have no valid approval; return 1 if none of them was approved.

    Raises WorkspaceError when the workspace has errors, ``UsageError`` when nobody can be asked, and
    ``PetitionerError`` when the built files do not have the present content or the log cannot be written.
    """
    checked = load_and_check(Scope(folder, campaign, now, options.selection))
    mailing, _ = checked.require()
    log = open_log(terminal, folder, checked.workspace.recipients)
    events = read_log(terminal, log, is_needed=True)
    log.require_unchanged()
    terminal.report(checked.problems)
    can_ask = terminal.can_ask and not (options.yes or as_json)
    _check_options(options, checked.workspace, can_ask=can_ask)
    context = require_author(make_log_context(checked.workspace, mailing, now, options.by))
    sources = collect_sources(checked)
    everything = list_requests(sources, context, events)
    requests = tuple(one for one in everything if options.selection.includes_channel(one.key.channel))
    approver = Approver.of(checked.workspace, sources, context)
    session = _ApprovalSession(terminal, approver, checked.workspace, options, can_ask=can_ask)
    lapsed = [(request, find_changes(request, log)) for request in requests if request.verdict is ApprovalState.LAPSED]
    if not as_json:
        show_changes(
            terminal, context, [(request.approval, changes) for request, changes in lapsed if request.approval]
        )
    waiting = session.select_approvable(
        [request for request in requests if request.verdict is not ApprovalState.APPROVED]
    )
    files = approver.require_built(waiting)
    if waiting and not as_json:
        with terminal.paging():
            show_letters(terminal, context, waiting)
    waiting = session.ask(waiting)
    result = session.approver.record(log, waiting, files) if waiting else RecordedApprovals(())
    recorded = result.events
    if result.removed_prints:
        terminal.say("Earlier print files were removed: they do not have what is approved now.")
    if as_json:
        changes_by_key = {request.key: changes for request, changes in lapsed}
        packets = [
            _serialize_packet(one, recorded, session.refused.get(one.key, ()), changes_by_key.get(one.key, ()))
            for one in requests
        ]
        terminal.show_json({"packets": packets})
    return session.conclude(requests, recorded)


def _check_options(options: ApproveOptions, workspace: Workspace, *, can_ask: bool) -> None:
    require_known("language", options.unread, [tag for _, tag in workspace.templates])
    ids = [recipient.id for recipient in workspace.recipients]
    require_known("recipient", options.unverified, [*ids, _EVERYBODY])
    if options.takes_all(ids) and not can_ask:
        hint = "Run it at a terminal and without --yes, or name each recipient."
        raise UsageError(f"--unverified {_EVERYBODY} asks for the number of packets, but this run cannot ask.", hint)


class _ApprovalSession:
    """Asks about packets, and remembers which were refused and why."""

    def __init__(
        self, terminal: Terminal, approver: Approver, workspace: Workspace, options: ApproveOptions, *, can_ask: bool
    ) -> None:
        self.refused: dict[PacketKey, tuple[Refusal, ...]] = {}
        self.approver = approver
        self._terminal = terminal
        self._options = options
        self._can_ask = can_ask
        self._takes_all = options.takes_all({recipient.id for recipient in workspace.recipients})

    def select_approvable(self, requests: Sequence[ApprovalRequest]) -> list[ApprovalRequest]:
        """Return the packets that nothing forbids to approve; a doubt forbids it only if nobody can be asked."""
        for request in requests:
            refusals = [refusal] if (refusal := refuse_hold(request)) else []
            if not self._can_ask:
                refusals += self._find_refusals(request)
            if refusals:
                self.refused[request.key] = tuple(refusals)
        return [request for request in requests if request.key not in self.refused]

    def ask(self, requests: Sequence[ApprovalRequest]) -> list[ApprovalRequest]:
        """Return the packets that a person approves. Raises ``UsageError`` when nobody can be asked."""
        taken: dict[tuple[str, str], bool] = {}  # one question for all packets that it is about
        for request in requests if self._can_ask else ():
            for refusal in self._find_refusals(request):
                about = f"{request.recipient.id}: " if refusal.code == UNVERIFIED else ""
                if (about, refusal.reason) not in taken:
                    question = f"{about}{refusal.reason}. Approve it all the same?"
                    taken[about, refusal.reason] = self._terminal.ask_yes(question)
                if not taken[about, refusal.reason]:
                    self.refused[request.key] = (refusal,)
                    break
        waiting = [request for request in requests if request.key not in self.refused]
        return waiting if waiting and self._confirm_count(waiting) else []

    def conclude(self, requests: Sequence[ApprovalRequest], recorded: Sequence[Event]) -> int:
        """Report what was approved and what was not, and return the exit status."""
        for event in recorded:
            kept = len(event.documents) - 1  # one document is the approved text, which is not sent as a file
            self._terminal.say(f"Event {event.id}: {event.recipient} ({event.channel}) approved, {kept} files kept")
        already = [request.name for request in requests if request.verdict is ApprovalState.APPROVED]
        if already:
            self._terminal.say(f"Approved before, and unchanged: {', '.join(already)}.")
        grouped: dict[Refusal, list[str]] = {}
        for request in requests:
            for refusal in self.refused.get(request.key, ()):
                grouped.setdefault(refusal, []).append(request.name)
        self._terminal.report(refusal.to_problem(names) for refusal, names in grouped.items())
        left = len(requests) - len(already) - len(recorded)
        if not recorded:
            why = ": the number was not typed." if left > len(self.refused) else "."
            self._terminal.say(f"Nothing was approved{why}" if left else "Nothing is left to approve.")
        channels = {event.channel for event in recorded}
        channels |= {request.key.channel for request in requests if request.verdict is ApprovalState.APPROVED}
        self._say_next(channels, left=left)
        return ExitStatus.FAILED if left and not recorded else ExitStatus.DONE

    def _find_refusals(self, request: ApprovalRequest) -> Iterator[Refusal]:
        """Return the reasons not to approve a packet that no option accepts: unread texts, an unconfirmed address."""
        accepted = self._takes_all or request.recipient.id in self._options.unverified
        return self.approver.find_doubts(
            request, self._options.unread, accepts_address=accepted, is_asked=self._can_ask
        )

    def _confirm_count(self, requests: Sequence[ApprovalRequest]) -> bool:
        what = format_count(len(requests), "packet")
        if not (self._options.yes or self._can_ask):
            raise UsageError(f"{what} would be approved, but there is no terminal to ask at.", IT_ASKS)
        named = ask_author(self._terminal, self.approver.context)
        self.approver = replace(self.approver, context=named)
        if self._options.yes:
            return True
        doubts = {request.name: "; ".join(self.approver.list_unconfirmed(request)) for request in requests}
        self._terminal.say("\n".join(f"  {name}{f': {why}' if why else ''}" for name, why in doubts.items()))
        doubtful = sum(map(bool, doubts.values()))
        some = f" ({doubtful} of them to an address that was not confirmed lately)" if doubtful else ""
        return self._terminal.ask_count(f"Approve {what}{some}", len(requests))

    def _say_next(self, channels: set[str], *, left: int) -> None:
        if Channel.EMAIL in channels:
            self._terminal.say_next("petitioner send", "it shows what would be sent by e-mail; nothing is sent yet")
        elif channels:
            self._terminal.say_next("petitioner print", "one file of all approved letters on paper, and a cover sheet")
        elif left:
            is_declined = left > len(self.refused)
            self._terminal.say_next(
                "petitioner approve", "it asks again" if is_declined else "after the problems above are solved"
            )
        else:
            self._terminal.say_next("petitioner log")


def _serialize_packet(
    request: ApprovalRequest, recorded: Sequence[Event], refusals: Sequence[Refusal], changes: Sequence[Change]
) -> dict[str, object]:
    """Return one packet for ``--json``: its approval, new if in ``recorded``, or its refusal; and its changes."""
    new = next((event for event in recorded if event.packet == request.key), None)
    approval = new or request.approval
    return {
        "recipient": request.recipient.id,
        "channel": request.key.channel,
        "attempt": request.key.attempt,
        "standing": str(ApprovalState.APPROVED if new else request.verdict),
        "new": new is not None,
        "event": approval.id if approval else None,
        "by": approval.by if approval else None,
        "content": request.content.sha256,
        "files": [document.name for document in new.documents] if new else [],
        "refused": "; ".join(refusal.reason for refusal in refusals) or None,
        "email": {"to": list(request.addresses), **describe_note(request)} if request.addresses else None,
        "changes": {change.part: list(change.lines) for change in changes},
    }
