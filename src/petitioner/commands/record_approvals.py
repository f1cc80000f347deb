"""Find doubts about packets, and record approvals, for the command and the page."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from petitioner.approval.approvals import find_content, list_approvals
from petitioner.approval.packets import ApprovalRequest, Change, PacketSources, draft_approval, list_changes
from petitioner.approval.review import Refusal, list_unconfirmed, refuse_unread, refuse_unverified
from petitioner.commands.approve_content import Files, read_attachments, require_built
from petitioner.commands.print_files import clear_prints
from petitioner.errors import ChangedError, PetitionerError
from petitioner.inputs.workspace import Workspace
from petitioner.log.context import LogContext
from petitioner.log.events import Draft, Event
from petitioner.log.kinds import PAPER
from petitioner.log.states.recipient_status import is_current
from petitioner.log.storage.store import MailingLog
from petitioner.templates.readings import UnreadText, find_unread

UNVERIFIED = "P103"
"""The code of the doubt about an address or a head of mission."""


@dataclass(frozen=True, slots=True)
class RecordedApprovals:
    """The entries of the log, and whether earlier print files were removed."""

    events: tuple[Event, ...]
    removed_prints: bool = False


@dataclass(frozen=True, slots=True)
class Approver:
    """Finds the doubts about packets made from ``sources``, and approves in the name of the author of ``context``."""

    context: LogContext
    sources: PacketSources
    unread: Mapping[tuple[str, str], UnreadText]

    @classmethod
    def of(cls, workspace: Workspace, sources: PacketSources, context: LogContext) -> "Approver":
        """Return an approver with the unread texts of a workspace."""
        texts = find_unread(workspace.templates.values(), workspace.shared)
        return cls(context, sources, {(one.template.stem, one.template.language): one for one in texts})

    def find_doubts(
        self,
        request: ApprovalRequest,
        accepted: Iterable[str] = (),
        *,
        accepts_address: bool = False,
        is_asked: bool = True,
    ) -> Iterator[Refusal]:
        """Yield the doubts about a packet: unread texts but for ``accepted`` languages, an unconfirmed address.

        A person ``is_asked`` about each text on its own.
        """
        unread = self._find_unread(request)
        for texts in [[one] for one in unread] if is_asked else [unread]:
            if refusal := refuse_unread(texts, accepted):
                yield refusal
        if not accepts_address and (refusal := refuse_unverified(request, self.context.campaign.date)):
            yield refusal

    def list_unconfirmed(self, request: ApprovalRequest) -> tuple[str, ...]:
        """List what nobody confirmed lately about the recipient of a packet."""
        return list_unconfirmed(request.recipient, self.context.campaign.date)

    def require_seen(
        self, requests: Sequence[ApprovalRequest], seen: Mapping[str, str], accepted: Collection[str]
    ) -> None:
        """Raise ``ChangedError`` if a packet is not as it was seen, or has a doubt that was not accepted.

        ``seen`` has the SHA-256 of the content by channel; ``accepted`` are reasons of doubts.
        """
        if {request.key.channel: request.content.sha256 for request in requests} != dict(seen):
            raise ChangedError("The letters changed since you saw them. Nothing was approved.", "Look at them again.")
        left = [one.reason for request in requests for one in self.find_doubts(request) if one.reason not in accepted]
        if left:
            raise ChangedError(f"Not approved: {'; '.join(dict.fromkeys(left))}.", "Mark each doubt that you accept.")

    def record(self, log: MailingLog, requests: Sequence[ApprovalRequest], files: Files) -> RecordedApprovals:
        """Approve packets with their built ``files``. On any error, approve none.

        Raises ``PetitionerError`` when a file was changed just now, when somebody approved one of them meanwhile, or
        when the log cannot be written.
        """
        events = log.append(lambda events: self._draft(events, requests, files))
        has_paper = any(event.channel in PAPER for event in events)
        removed = has_paper and clear_prints(self.context.folder, self.context.campaign.folder)
        return RecordedApprovals(events, removed)

    def require_built(self, requests: Sequence[ApprovalRequest]) -> Files:
        """Return the built files of packets. Raises ``PetitionerError`` unless they have the present content."""
        return require_built(requests, self.sources, self.context)

    def _draft(self, events: tuple[Event, ...], requests: Sequence[ApprovalRequest], files: Files) -> Iterator[Draft]:
        """Yield the log entry of each approval, one by one, so that memory holds the letters of one recipient."""
        present = tuple(event for event in events if is_current(event, self.context.campaign))
        approvals = list_approvals(present)
        for request in requests:
            if approvals.get(request.key) != request.approval:
                sentence = f"Somebody approved {request.name} in the meantime; nothing was recorded."
                raise PetitionerError(sentence, "See what is left: petitioner approve")
            frozen = read_attachments(request, files[request.recipient.id], self.sources, self.context)
            yield draft_approval(request, self.context, frozen, dict(self._make_flags(request)), present)

    def _find_unread(self, request: ApprovalRequest) -> list[UnreadText]:
        keys = dict.fromkeys((paper.stem, paper.language) for paper in request.papers)
        return [self.unread[key] for key in keys if key in self.unread]

    def _make_flags(self, request: ApprovalRequest) -> Iterator[tuple[str, str]]:
        if unread := self._find_unread(request):
            languages = dict.fromkeys(one.template.language for one in unread)
            yield "unread", f"no native reader had read the letter in {', '.join(languages)}"
        if doubts := self.list_unconfirmed(request):
            yield "unverified", "; ".join(doubts)


def find_changes(request: ApprovalRequest, log: MailingLog) -> tuple[Change, ...]:
    """List what changed in a packet since it was approved; nothing if the log no longer has the approved text."""
    document = find_content(request.approval) if request.approval else None
    return list_changes(log.read_blob(document.sha256), request.content) if document else ()
