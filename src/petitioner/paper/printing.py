"""Print packets, each at most once unless a person asks for more: its job is recorded before it has pages.

An empty job prints nothing. When a run ends before the event is recorded, the packet is unchanged. After it, the job is
found by number and title, and its queue says what was printed. If the queue cannot say, the packet stays in doubt, and
is printed again only on request.
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
"""The flag of a packet that was printed again on request."""

OLDER = "approved-anew"
"""The flag of a packet with a job from before its last approval."""

COPIES = "copies"
"""The flag of a packet printed in several copies."""

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
    """A packet to print as one job; ``content`` are the exact bytes for the printer."""

    item: PrintItem
    content: bytes


@dataclass(frozen=True, slots=True)
class PrintReport:
    """The result of one job; ``event`` records it, and is an older one if nothing changed.

    ``older`` is the result of a job from before the last approval, if there was one.
    """

    key: PacketKey
    result: JobResult
    event: Event
    older: JobResult | None = None

    @property
    def is_printed(self) -> bool:
        """Whether it is printed."""
        return self.result.outcome is JobOutcome.COMPLETED


@dataclass(frozen=True, slots=True)
class PrintDispatcher:
    """Prints packets on a queue, one job each, and records each step."""

    journal: Journal
    queue: PrintQueue
    settings: JobSettings

    def print_all(self, jobs: Iterable[PrintJob]) -> Iterator[PrintReport | SkippedPacket]:
        """Print each job and yield its report; a packet that another run has is left to that run.

        A job that is neither printed nor cancelled ends the run, since the next one would fail too. Raises
        ``PetitionerError`` when the queue accepts no more jobs.
        """
        for job in jobs:
            try:
                report = self.print_one(job)
            except TakenError as error:
                yield SkippedPacket(job.item.id, str(error), error.hint, channel=job.item.packet.key.channel)
                continue
            yield report
            if report.result.outcome not in _GOES_ON:
                return

    def print_one(self, job: PrintJob) -> PrintReport:
        """Print one packet. A job that an earlier run created without recording it is followed, not repeated.

        Before a packet in doubt is printed again, its old job is cancelled; if that was printed after all, no new job
        is made. Raises ``TakenError`` when another run has the packet or the old job cannot be cancelled,
        ``PetitionerError`` when the queue accepts no job, and the errors of the log.
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
            begun = self._record_start(job.item, cleared, Details(job=number, title=title, flags=flags))
        except BaseException:
            if left is None:
                self.queue.cancel(number)
            raise
        try:
            self.journal.claim(begun)
        except BaseException:  # it has no pages yet
            self.queue.cancel(number)
            self._record_end(begun, begun, self.queue.follow(number, title))
            raise
        sent = "" if left else self.queue.send(number, job.content)
        return replace(self._record_end(begun, begun, self.queue.follow(number, title, sent)), older=older)

    def check_job(self, status: PacketStatus, *, cancel: bool = False) -> PrintReport | None:
        """Report the job of a packet in doubt; None when the log no longer has its job.

        ``cancel`` cancels a job that is still queued.
        """
        begun = find_printing_event(status)
        result = self._follow_recorded_job(begun, cancel=cancel) if begun else None
        return self._record_end(begun, status.since, result) if begun and result else None

    def _follow_recorded_job(self, begun: Event, *, cancel: bool) -> JobResult | None:
        """Return the result of a recorded job; None when the log no longer has it."""
        number, title, name = begun.details.job, begun.details.title, begun.details.account
        if number is None or title is None or name is None:
            return None
        queue = replace(self.queue, name=name)
        if cancel:
            queue.cancel_own(number, title)
        return queue.follow(number, title)

    def _cancel_outdated(self, item: PrintItem) -> JobResult | None:
        """Cancel a job from before the last approval, and return its result, if there was one."""
        result = self._follow_recorded_job(item.left, cancel=True) if item.left else None
        if result and result.is_queued:
            raise _refuse_queued(result)
        return result

    def _cancel_doubtful(self, item: PrintItem) -> PrintReport | None:
        """Cancel the old job of a packet in doubt that is printed again, and report it."""
        before = item.before
        if before is None or before.state is not State.PRINT_IN_DOUBT:
            return None
        report = self.check_job(before, cancel=True)
        if report and report.result.is_queued:
            raise _refuse_queued(report.result)
        return report

    def _record_start(self, item: PrintItem, cleared: PrintReport | None, job: Details) -> Event:
        """Record the job, if the packet's state has not changed since it was chosen or ``cleared``."""
        last = _find_last_print(item, cleared)
        return self.journal.enter(
            item.packet,
            Kind.PRINTING,
            job.model_copy(update={"account": self.queue.name}),
            tuple(list_documents(item.packet, ["pdf"])),
            only=_AGAIN_FROM if last else UNSENT - TAKEN_UP - ON_PAPER,
            since=last.id if last else None,
        )

    def _record_end(self, begun: Event, since: Event, result: JobResult) -> PrintReport:
        kind, job = _KINDS[result.outcome], begun.details
        if (since.kind, since.details.said) == (kind, result.reply):
            return PrintReport(begun.packet, result, since)
        details = Details(account=job.account, job=result.job, title=job.title, said=result.reply)
        try:
            event = self.journal.answer(begun, kind, details, since.id)
        except PetitionerError as error:  # what the queue said must not be lost with the log
            sentence = f"{error}. Of {begun.recipient} the queue said: {result.outcome}, {result.reply}"
            raise type(error)(sentence, error.hint) from None
        return PrintReport(begun.packet, result, event)


def _find_last_print(item: PrintItem, cleared: PrintReport | None) -> Event | None:
    """Return the event by which a packet is printed already, or may be."""
    return cleared.event if cleared else item.before.since if item.before else None


def _list_flags(last: Event | None, older: JobResult | None, settings: JobSettings) -> Iterator[tuple[str, str]]:
    """Yield the flags of a job that prints more than one approved packet."""
    if last:
        yield AGAIN, f"once more: event {last.id} says {STATE_AFTER[last.kind]}"
    if older:
        yield OLDER, f"approved anew since; the job before it: {older.reply}"
    if settings.copies > 1:
        yield COPIES, f"{settings.copies} copies"


def _refuse_queued(result: JobResult) -> TakenError:
    sentence = f"its old job cannot be taken out of the queue, and may still be printed: {result.reply}"
    return TakenError(sentence, f"Take it out: cancel {result.job}; then run the command again.")


def make_job_title(packet: ApprovedPacket, events: Sequence[Event]) -> str:
    """Make the title of a packet's next job: its reference, and a hash that is different for each job and log.

    The title changes only when a job is recorded, so that a job created before a crash is found again.
    """
    begun = sum(event.kind is Kind.PRINTING and event.packet == packet.key for event in events)
    parts = (events[0].hash, *astuple(packet.key), packet.approval.content, begun)
    mark = digest("\n".join(map(str, parts)).encode())
    return f"{packet.reference} {mark[:8]}"


def list_doubtful(packets: Iterable[PacketStatus]) -> tuple[PacketStatus, ...]:
    """List the packets that may or may not be printed."""
    return tuple(packet for packet in packets if packet.state is State.PRINT_IN_DOUBT)
