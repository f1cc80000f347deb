"""``petitioner approve``: show each letter once, and approve the packets that it goes out in."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from petitioner.approval.packets import (
    ApprovalRequest,
    ApprovalState,
    Change,
    PacketSources,
    draft_approval,
    find_content,
    list_approvals,
    list_changes,
    list_requests,
)
from petitioner.approval.review import Refusal, list_unconfirmed, refuse_hold, refuse_unread, refuse_unverified
from petitioner.commands.approval_requests import collect_sources
from petitioner.commands.approve_content import (
    Files,
    describe_note,
    read_attachments,
    require_built,
    show_changes,
    show_letters,
)
from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.commands.log_context import ask_author, make_log_context, open_log, read_log
from petitioner.commands.print_files import clear_prints
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.inputs.selection import Selection, require_known
from petitioner.inputs.workspace import Workspace
from petitioner.log.context import LogContext
from petitioner.log.events import Draft, Event, PacketKey
from petitioner.log.fact_input import require_author
from petitioner.log.kinds import PAPER
from petitioner.log.states.recipient_status import is_current
from petitioner.log.storage.store import MailingLog
from petitioner.model.recipient import Channel
from petitioner.templates.readings import UnreadText, find_unread
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
    """Approve the packets that are still to go out and have no valid approval; return 1 if one stays unapproved.

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
    session = _ApprovalSession(terminal, context, checked.workspace, options, can_ask=can_ask)
    lapsed = [(request, _find_changes(request, log)) for request in requests if request.verdict is ApprovalState.LAPSED]
    if not as_json:
        show_changes(
            terminal, context, [(request.approval, changes) for request, changes in lapsed if request.approval]
        )
    waiting = session.select_approvable(
        [request for request in requests if request.verdict is not ApprovalState.APPROVED]
    )
    files = require_built(waiting, sources, context)
    if waiting and not as_json:
        with terminal.paging():
            show_letters(terminal, context, waiting)
    waiting = session.ask(waiting)
    recorded = log.append(lambda events: session.draft(events, waiting, files, sources)) if waiting else ()
    if any(event.channel in PAPER for event in recorded) and clear_prints(folder, mailing.folder):
        terminal.say("Earlier print files were removed: they do not have what is approved now.")
    if as_json:
        changes_by_key = {request.key: changes for request, changes in lapsed}
        packets = [
            _serialize_packet(one, recorded, session.refused.get(one.key), changes_by_key.get(one.key, ()))
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


def _find_changes(request: ApprovalRequest, log: MailingLog) -> tuple[Change, ...]:
    document = find_content(request.approval) if request.approval else None
    return list_changes(log.read_blob(document.sha256), request.content) if document else ()


class _ApprovalSession:
    """Asks about packets, and remembers which were refused and why."""

    def __init__(
        self, terminal: Terminal, context: LogContext, workspace: Workspace, options: ApproveOptions, *, can_ask: bool
    ) -> None:
        self.refused: dict[PacketKey, Refusal] = {}
        self._terminal = terminal
        self._context = context
        self._unread = {
            (one.template.stem, one.template.language): one
            for one in find_unread(workspace.templates.values(), workspace.shared)
        }
        self._options = options
        self._can_ask = can_ask
        self._takes_all = options.takes_all({recipient.id for recipient in workspace.recipients})

    def select_approvable(self, requests: Sequence[ApprovalRequest]) -> list[ApprovalRequest]:
        """Return the packets that nothing forbids to approve; a doubt forbids it only if nobody can be asked."""
        for request in requests:
            refusal = refuse_hold(request)
            if refusal or (not self._can_ask and (refusal := next(self._find_refusals(request), None))):
                self.refused[request.key] = refusal
        return [request for request in requests if request.key not in self.refused]

    def ask(self, requests: Sequence[ApprovalRequest]) -> list[ApprovalRequest]:
        """Return the packets that a person approves. Raises ``UsageError`` when nobody can be asked."""
        taken: dict[tuple[str, str], bool] = {}  # one question for all packets that it is about
        for request in requests if self._can_ask else ():
            for refusal in self._find_refusals(request):
                about = f"{request.recipient.id}: " if refusal.code == _UNVERIFIED else ""
                if (about, refusal.reason) not in taken:
                    question = f"{about}{refusal.reason}. Approve it all the same?"
                    taken[about, refusal.reason] = self._terminal.ask_yes(question)
                if not taken[about, refusal.reason]:
                    self.refused[request.key] = refusal
                    break
        waiting = [request for request in requests if request.key not in self.refused]
        return waiting if waiting and self._confirm_count(waiting) else []

    def draft(
        self, events: tuple[Event, ...], requests: Sequence[ApprovalRequest], files: Files, sources: PacketSources
    ) -> Iterator[Draft]:
        """Yield the log entry of each approval, one by one, so that memory holds the letters of one recipient."""
        present = tuple(event for event in events if is_current(event, self._context.campaign))
        approvals = list_approvals(present)
        for request in requests:
            if approvals.get(request.key) != request.approval:
                sentence = f"Somebody approved {request.name} in the meantime; nothing was recorded."
                raise PetitionerError(sentence, "See what is left: petitioner approve")
            frozen = read_attachments(request, files[request.recipient.id], sources, self._context)
            yield draft_approval(request, self._context, frozen, dict(self._make_flags(request)), present)

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
            if refusal := self.refused.get(request.key):
                grouped.setdefault(refusal, []).append(request.name)
        self._terminal.report(refusal.to_problem(names) for refusal, names in grouped.items())
        left = len(requests) - len(already) - len(recorded)
        if not recorded:
            why = ": the number was not typed." if left > len(self.refused) else "."
            self._terminal.say(f"Nothing was approved{why}" if left else "Nothing is left to approve.")
        channels = {event.channel for event in recorded}
        channels |= {request.key.channel for request in requests if request.verdict is ApprovalState.APPROVED}
        self._say_next(channels, left=left)
        return ExitStatus.FAILED if left else ExitStatus.DONE

    def _find_refusals(self, request: ApprovalRequest) -> Iterator[Refusal]:
        """Return the reasons not to approve a packet that no option accepts: unread texts, an unconfirmed address."""
        unread = self._find_unread(request)
        for texts in [[one] for one in unread] if self._can_ask else [unread]:  # a person is asked about each
            if refusal := refuse_unread(texts, self._options.unread):
                yield refusal
        accepted = self._takes_all or request.recipient.id in self._options.unverified
        if not accepted and (refusal := refuse_unverified(request, self._context.campaign.date)):
            yield refusal

    def _find_unread(self, request: ApprovalRequest) -> list[UnreadText]:
        keys = dict.fromkeys((paper.stem, paper.language) for paper in request.papers)
        return [self._unread[key] for key in keys if key in self._unread]

    def _confirm_count(self, requests: Sequence[ApprovalRequest]) -> bool:
        count, what = str(len(requests)), format_count(len(requests), "packet")
        if not (self._options.yes or self._can_ask):
            raise UsageError(f"{what} would be approved, but there is no terminal to ask at.", IT_ASKS)
        self._context = ask_author(self._terminal, self._context)
        if self._options.yes:
            return True
        doubts = {request.name: "; ".join(self._list_unconfirmed(request)) for request in requests}
        self._terminal.say("\n".join(f"  {name}{f': {why}' if why else ''}" for name, why in doubts.items()))
        doubtful = sum(map(bool, doubts.values()))
        some = f" ({doubtful} of them to an address that was not confirmed lately)" if doubtful else ""
        return self._terminal.ask(f"Approve {what}{some}? Type {count} to say yes:") == count

    def _list_unconfirmed(self, request: ApprovalRequest) -> tuple[str, ...]:
        return list_unconfirmed(request.recipient, self._context.campaign.date)

    def _make_flags(self, request: ApprovalRequest) -> Iterator[tuple[str, str]]:
        if unread := self._find_unread(request):
            languages = dict.fromkeys(one.template.language for one in unread)
            yield "unread", f"no native reader had read the letter in {', '.join(languages)}"
        if doubts := self._list_unconfirmed(request):
            yield "unverified", "; ".join(doubts)

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


_UNVERIFIED = "P103"


def _serialize_packet(
    request: ApprovalRequest, recorded: Sequence[Event], refusal: Refusal | None, changes: Sequence[Change]
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
        "refused": refusal.reason if refusal else None,
        "email": {"to": list(request.addresses), **describe_note(request)} if request.addresses else None,
        "changes": {change.part: list(change.lines) for change in changes},
    }
