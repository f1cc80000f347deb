"""Packets given to a printer, each at most once unless somebody says otherwise: the number of its job stands in the log
before the job has a page.

An empty job prints nothing. So, wherever a run is cut off: before the entry, the packet is as it was; after it, the job
is found by its number and title, and its queue says whether the pages came, and what became of them. Only where the
queue cannot say does the doubt stay, and then the program prints that packet again only when told to.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

from petitioner.approval.packets import Packet
from petitioner.delivery.journal import Journal, TakenError
from petitioner.delivery.plan import Staying
from petitioner.errors import PetitionerError
from petitioner.files import digest
from petitioner.log.events import Details, Event, PacketKey
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import ON_PAPER, STATE_AFTER, TAKEN_UP, UNSENT, State
from petitioner.log.states.packets import Packet as Stood
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
    result: JobResult
    event: Event
    older: JobResult | None = None

    @property
    def is_printed(self) -> bool:
        """Whether it lies on paper."""
        return self.result.outcome is JobOutcome.COMPLETED


@dataclass(frozen=True, slots=True)
class PrintDispatcher:
    """Gives packets to a queue, one job each, and keeps the log of it."""

    journal: Journal
    queue: PrintQueue
    settings: JobSettings

    def print_all(self, jobs: Iterable[PrintJob]) -> Iterator[PrintReport | Staying]:
        """Print one after the other, and tell of each; what another run has taken up stays with that one.

        A job that is neither printed nor cancelled ends the run: whatever it met, the next one would meet as well.
        Raises ``PetitionerError`` when the queue takes no more.
        """
        for job in jobs:
            try:
                report = self.print_one(job)
            except TakenError as error:
                yield Staying(job.item.id, str(error), error.hint, way=job.item.packet.key.channel)
                continue
            yield report
            if report.result.outcome not in _GOES_ON:
                return

    def print_one(self, job: PrintJob) -> PrintReport:
        """Print one packet. A job for it that an earlier run left, and the log forgot, is followed and not doubled.

        One that is in doubt and printed once more has its old job taken out of the queue first; if that was printed
        after all, nothing more is. Raises ``TakenError`` when another run has it or the old job stays in the queue,
        ``PetitionerError`` when the queue takes nothing, and whatever the log raises.
        """
        older = self._cancel_outdated(job.item)
        cleared = self._cancel_doubtful(job.item)
        if cleared and cleared.is_printed:
            return cleared
        packet = job.item.packet
        title = make_job_title(packet, self.journal.log.read())
        left = self.queue.find_earlier_job(title)
        number = left.number if left else self.queue.create(title, self.settings)
        try:
            flags = dict(_list_flags(_find_last_print(job.item, cleared), older, self.settings))
            begun = self._begin(job.item, cleared, Details(job=number, title=title, flags=flags))
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
        sent = "" if left else self.queue.send(number, job.content)
        return replace(self._record(begun, begun, self.queue.follow(number, title, sent)), older=older)

    def check_job(self, stood: Stood, *, cancel: bool = False) -> PrintReport | None:
        """What became of a packet that is in doubt; None where the log no longer knows its job.

        ``cancel`` takes a job that still lies in the queue out of it.
        """
        begun = find_printing_event(stood)
        result = self._follow_recorded_job(begun, cancel=cancel) if begun else None
        return self._record(begun, stood.since, result) if begun and result else None

    def _follow_recorded_job(self, begun: Event, *, cancel: bool) -> JobResult | None:
        """What its queue says of a job; None where the log no longer knows it."""
        number, title, name = begun.details.job, begun.details.title, begun.details.account
        if number is None or title is None or name is None:
            return None
        queue = replace(self.queue, name=name)
        if cancel:
            queue.cancel_own(number, title)
        return queue.follow(number, title)

    def _cancel_outdated(self, item: PrintItem) -> JobResult | None:
        """Let no job print any more what was approved before; the answer, if there was such a job."""
        result = self._follow_recorded_job(item.left, cancel=True) if item.left else None
        if result and result.is_queued:
            raise _refuse_queued(result)
        return result

    def _cancel_doubtful(self, item: PrintItem) -> PrintReport | None:
        """What became of the old job of a packet in doubt that is printed once more, now that it is out of the way."""
        before = item.before
        if before is None or before.state is not State.PRINT_IN_DOUBT:
            return None
        report = self.check_job(before, cancel=True)
        if report and report.result.is_queued:
            raise _refuse_queued(report.result)
        return report

    def _begin(self, item: PrintItem, cleared: PrintReport | None, job: Details) -> Event:
        """Enter the job, if the packet stands where it stood when it was chosen, or ``cleared``."""
        last = _find_last_print(item, cleared)
        return self.journal.enter(
            item.packet,
            Kind.PRINTING,
            job.model_copy(update={"account": self.queue.name}),
            tuple(list_documents(item.packet, ["pdf"])),
            only=_AGAIN_FROM if last else UNSENT - TAKEN_UP - ON_PAPER,
            since=last.id if last else None,
        )

    def _record(self, begun: Event, since: Event, result: JobResult) -> PrintReport:
        kind, told = _KINDS[result.outcome], begun.details
        if (since.kind, since.details.said) == (kind, result.said):
            return PrintReport(begun.packet, result, since)
        details = Details(account=told.account, job=result.job, title=told.title, said=result.said)
        try:
            event = self.journal.answer(begun, kind, details, since.id)
        except PetitionerError as error:  # what the queue said must not be lost with the log
            sentence = f"{error}. Of {begun.recipient} the queue said: {result.outcome}, {result.said}"
            raise type(error)(sentence, error.hint) from None
        return PrintReport(begun.packet, result, event)


def _find_last_print(item: PrintItem, cleared: PrintReport | None) -> Event | None:
    """The entry that says that a packet lies on paper already, or may."""
    return cleared.event if cleared else item.before.since if item.before else None


def _list_flags(last: Event | None, older: JobResult | None, settings: JobSettings) -> Iterator[tuple[str, str]]:
    """What is unusual about a job: more paper comes out than one packet as it is approved."""
    if last:
        yield AGAIN, f"once more: event {last.id} says {STATE_AFTER[last.kind]}"
    if older:
        yield OLDER, f"approved anew since; the job before it: {older.said}"
    if settings.copies > 1:
        yield COPIES, f"{settings.copies} copies"


def _refuse_queued(result: JobResult) -> TakenError:
    sentence = f"its old job cannot be taken out of the queue, and may still be printed: {result.said}"
    return TakenError(sentence, f"Take it out: cancel {result.job}; then run the command again.")


def make_job_title(packet: Packet, events: Sequence[Event]) -> str:
    """What a packet's next job is called: its reference, and a mark that no other job for it has, of any log.

    The same until an entry says that the job was begun, so that a job made before a crash is known again.
    """
    begun = sum(event.kind is Kind.PRINTING and event.packet == packet.key for event in events)
    parts = (events[0].hash, *astuple(packet.key), packet.approval.content, begun)
    mark = digest("\n".join(map(str, parts)).encode())
    return f"{packet.reference} {mark[:8]}"


def list_doubtful(packets: Iterable[Stood]) -> tuple[Stood, ...]:
    """The packets of which nobody knows whether they lie on paper."""
    return tuple(packet for packet in packets if packet.state is State.PRINT_IN_DOUBT)
