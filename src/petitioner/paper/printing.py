"""Packets given to a printer, each at most once unless somebody says otherwise: the number of its job stands in the log
before the job has a page.

An empty job prints nothing. So, wherever a run is cut off: before the entry, the packet is as it was; after it, the job
is found by its number and title, and its queue says whether the pages came, and what became of them. Only where the
queue cannot say does the doubt stay, and then the program prints that packet again only when told to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

from petitioner.approval.packets import ApprovedPacket
from petitioner.delivery.journal import Journal, TakenError
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import PetitionerError
from petitioner.files import digest
from petitioner.log.events import Details, Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import ON_PAPER, STATE_AFTER, TAKEN_UP, UNSENT, PacketStatus, State
from petitioner.mail.outgoing import list_documents
from petitioner.paper.cups import PrintQueue
from petitioner.paper.print_batch import PrintItem, find_printing_event
from petitioner.paper.printer_state import JobOutcome, JobResult, JobSettings

AGAIN = "reprinted"
"""The flag of a packet that was printed once more on purpose."""

OLDER = "approved-anew"
"""The flag of a packet of which an older job, with what was approved before, was found in a queue."""

COPIES = "copies"
"""The flag of a packet of which several copies were printed at once."""

_KINDS = {
    JobOutcome.COMPLETED: Kind.PRINTED,
    JobOutcome.CANCELLED: Kind.NOT_PRINTED,
    JobOutcome.ABORTED: Kind.NOT_PRINTED,
    JobOutcome.HELD: Kind.PRINT_IN_DOUBT,  # it may come out of the printer yet
    JobOutcome.STOPPED: Kind.PRINT_IN_DOUBT,
    JobOutcome.IN_DOUBT: Kind.PRINT_IN_DOUBT,
}
_AGAIN_FROM = ON_PAPER | {State.NOT_PRINTED}
_GOES_ON = {JobOutcome.COMPLETED, JobOutcome.CANCELLED}


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A packet to be printed as one job: ``content`` are the exact bytes that the printer gets."""

    item: PrintItem
    content: bytes


@dataclass(frozen=True, slots=True)
class PrintReport:
    """What became of one job; ``event`` is the entry that says so, an older one where nothing new was heard.

    ``older`` is what became of a job with what was approved before, if one was left.
    """

    key: PacketKey
    ending: JobResult
    event: Event
    older: JobResult | None = None

    @property
    def is_printed(self) -> bool:
        """Whether it lies on paper."""
        return self.ending.end is JobOutcome.COMPLETED


@dataclass(frozen=True, slots=True)
class PrintDispatcher:
    """Gives packets to a queue, one job each, and keeps the log of it."""

    journal: Journal
    queue: PrintQueue
    ticket: JobSettings

    def print_all(self, sheaves: Iterable[PrintJob]) -> Iterator[PrintReport | SkippedPacket]:
        """Print one after the other, and tell of each; what another run has taken up stays with that one.

        A job that is neither printed nor cancelled ends the run: whatever it met, the next one would meet as well.
        Raises ``PetitionerError`` when the queue takes no more.
        """
        for sheaf in sheaves:
            try:
                report = self.print_out(sheaf)
            except TakenError as error:
                yield SkippedPacket(sheaf.item.id, str(error), error.hint, channel=sheaf.item.packet.key.channel)
                continue
            yield report
            if report.ending.end not in _GOES_ON:
                return

    def print_out(self, sheaf: PrintJob) -> PrintReport:
        """Print one packet. A job for it that an earlier run left, and the log forgot, is followed and not doubled.

        One that is in doubt and printed once more has its old job taken out of the queue first; if that was printed
        after all, nothing more is. Raises ``TakenError`` when another run has it or the old job stays in the queue,
        ``PetitionerError`` when the queue takes nothing, and whatever the log raises.
        """
        older = self._take_out(sheaf.item)
        cleared = self._clear(sheaf.item)
        if cleared and cleared.is_printed:
            return cleared
        packet = sheaf.item.packet
        title = make_job_title(packet, self.journal.log.read())
        left = self.queue.find_left(title)
        number = left.number if left else self.queue.create(title, self.ticket)
        try:
            flags = dict(_flag(_find_last(sheaf.item, cleared), older, self.ticket))
            begun = self._begin(sheaf.item, cleared, Details(job=number, title=title, flags=flags))
        except BaseException:
            if left is None:
                self.queue.cancel(number)
            raise
        try:
            self.journal.claim(begun)
        except BaseException:  # it has no pages yet
            self.queue.cancel(number)
            self._record(begun, begun, self.queue.follow(number, title))
            raise
        sent = "" if left else self.queue.send(number, sheaf.content)
        return replace(self._record(begun, begun, self.queue.follow(number, title, sent)), older=older)

    def ask_after(self, stood: PacketStatus, *, retract: bool = False) -> PrintReport | None:
        """What became of a packet that is in doubt; None where the log no longer knows its job.

        ``retract`` takes a job that still lies in the queue out of it.
        """
        begun = find_printing_event(stood)
        ending = self._ask_of(begun, retract=retract) if begun else None
        return self._record(begun, stood.since, ending) if begun and ending else None

    def _ask_of(self, begun: Event, *, retract: bool) -> JobResult | None:
        """What its queue says of a job; None where the log no longer knows it."""
        number, title, name = begun.details.job, begun.details.title, begun.details.account
        if number is None or title is None or name is None:
            return None
        queue = replace(self.queue, name=name)
        if retract:
            queue.retract(number, title)
        return queue.follow(number, title)

    def _take_out(self, item: PrintItem) -> JobResult | None:
        """Let no job print any more what was approved before; the answer, if there was such a job."""
        ending = self._ask_of(item.left, retract=True) if item.left else None
        if ending and ending.lies:
            raise _refuse_lying(ending)
        return ending

    def _clear(self, item: PrintItem) -> PrintReport | None:
        """What became of the old job of a packet in doubt that is printed once more, now that it is out of the way."""
        before = item.before
        if before is None or before.state is not State.PRINT_IN_DOUBT:
            return None
        report = self.ask_after(before, retract=True)
        if report and report.ending.lies:
            raise _refuse_lying(report.ending)
        return report

    def _begin(self, item: PrintItem, cleared: PrintReport | None, job: Details) -> Event:
        """Enter the job, if the packet stands where it stood when it was chosen, or ``cleared``."""
        last = _find_last(item, cleared)
        return self.journal.enter(
            item.packet,
            Kind.PRINTING,
            job.model_copy(update={"account": self.queue.name}),
            tuple(list_documents(item.packet, ["pdf"])),
            only=_AGAIN_FROM if last else UNSENT - TAKEN_UP - ON_PAPER,
            since=last.id if last else None,
        )

    def _record(self, begun: Event, since: Event, ending: JobResult) -> PrintReport:
        kind, told = _KINDS[ending.end], begun.details
        if (since.kind, since.details.said) == (kind, ending.said):
            return PrintReport(begun.packet, ending, since)
        details = Details(account=told.account, job=ending.job, title=told.title, said=ending.said)
        try:
            event = self.journal.answer(begun, kind, details, since.id)
        except PetitionerError as error:  # what the queue said must not be lost with the log
            sentence = f"{error}. Of {begun.recipient} the queue said: {ending.end}, {ending.said}"
            raise type(error)(sentence, error.hint) from None
        return PrintReport(begun.packet, ending, event)


def _find_last(item: PrintItem, cleared: PrintReport | None) -> Event | None:
    """The entry that says that a packet lies on paper already, or may."""
    return cleared.event if cleared else item.before.since if item.before else None


def _flag(last: Event | None, older: JobResult | None, ticket: JobSettings) -> Iterator[tuple[str, str]]:
    """What is unusual about a job: more paper comes out than one packet as it is approved."""
    if last:
        yield AGAIN, f"once more: event {last.id} says {STATE_AFTER[last.kind]}"
    if older:
        yield OLDER, f"approved anew since; the job before it: {older.said}"
    if ticket.copies > 1:
        yield COPIES, f"{ticket.copies} copies"


def _refuse_lying(ending: JobResult) -> TakenError:
    sentence = f"its old job cannot be taken out of the queue, and may still be printed: {ending.said}"
    return TakenError(sentence, f"Take it out: cancel {ending.job}; then run the command again.")


def make_job_title(packet: ApprovedPacket, events: Sequence[Event]) -> str:
    """What a packet's next job is called: its reference, and a mark that no other job for it has, of any log.

    The same until an entry says that the job was begun, so that a job made before a crash is known again.
    """
    begun = sum(event.kind is Kind.PRINTING and event.packet == packet.key for event in events)
    parts = (events[0].hash, *astuple(packet.key), packet.approval.content, begun)
    mark = digest("\n".join(map(str, parts)).encode())
    return f"{packet.reference} {mark[:8]}"


def list_doubtful(packets: Iterable[PacketStatus]) -> tuple[PacketStatus, ...]:
    """The packets of which nobody knows whether they lie on paper."""
    return tuple(packet for packet in packets if packet.state is State.PRINT_IN_DOUBT)
