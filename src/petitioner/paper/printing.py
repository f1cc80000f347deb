"""Print packets, each at most once unless a person asks for it again: a job is recorded before it has pages.

An empty job prints nothing. When a run ends before the event is recorded, the packet is unchanged. After it, the job is
found by number and title, and its queue says what was printed. If the queue cannot say, the packet stays in doubt, and
is printed again only on request.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple, dataclass, replace

from petitioner.approval.packets import ApprovedPacket
from petitioner.delivery.journal import Journal, PacketTakenError
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
"""The flag of a packet that has an older job, from before its last approval."""

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
_REPRINTABLE_STATES = ON_PAPER | {State.NOT_PRINTED}
_CONTINUING_OUTCOMES = {JobOutcome.COMPLETED, JobOutcome.CANCELLED}


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
        """Print each job, and yield its report; a packet that another run is printing is skipped.

        A job that is neither printed nor cancelled ends the run, since the next one would fail too. Raises
        ``PetitionerError`` when the queue accepts no more jobs.
        """
        for job in jobs:
            try:
                report = self.print_one(job)
            except PacketTakenError as error:
                yield SkippedPacket(job.item.id, str(error), error.hint, channel=job.item.packet.key.channel)
                continue
            yield report
            if report.result.outcome not in _CONTINUING_OUTCOMES:
                return

    def print_one(self, job: PrintJob) -> PrintReport:
        """Print one packet. A job that an earlier run created without recording it is followed, not repeated.

        Before a packet in doubt is printed again, its old job is cancelled; if that was printed after all, no new job
        is made. Raises ``PacketTakenError`` when another run has the packet or the old job cannot be cancelled,
        ``PetitionerError`` when the queue accepts no job, and the errors of the log.
        """
        older = self._cancel_outdated_job(job.item)
        cleared_report = self._cancel_doubtful_job(job.item)
        if cleared_report and cleared_report.is_printed:
            return cleared_report
        packet = job.item.packet
        title = make_job_title(packet, self.journal.log.read())
        earlier_job = self.queue.find_earlier_job(title)
        number = earlier_job.number if earlier_job else self.queue.create(title, self.settings)
        try:
            flags = dict(_list_flags(_find_last_print(job.item, cleared_report), older, self.settings))
            printing_event = self._record_job(job.item, cleared_report, Details(job=number, title=title, flags=flags))
        except BaseException:
            if earlier_job is None:
                self.queue.cancel(number)
            raise
        try:
            self.journal.claim(printing_event)
        except BaseException:  # it has no pages yet
            self.queue.cancel(number)
            self._record_result(printing_event, printing_event, self.queue.follow(number, title))
            raise
        send_error = "" if earlier_job else self.queue.send(number, job.content)
        result = self.queue.follow(number, title, send_error)
        return replace(self._record_result(printing_event, printing_event, result), older=older)

    def check_job(self, status: PacketStatus, *, cancel: bool = False) -> PrintReport | None:
        """Report the job of a packet in doubt; None when the log no longer has its job.

        ``cancel`` cancels a job that is still queued.
        """
        printing_event = find_printing_event(status)
        result = self._follow_recorded_job(printing_event, cancel=cancel) if printing_event else None
        return self._record_result(printing_event, status.since, result) if printing_event and result else None

    def _follow_recorded_job(self, printing_event: Event, *, cancel: bool) -> JobResult | None:
        """Return the result of a recorded job; None when the log no longer has it."""
        number, title, name = printing_event.details.job, printing_event.details.title, printing_event.details.account
        if number is None or title is None or name is None:
            return None
        queue = replace(self.queue, name=name)
        if cancel:
            queue.cancel_own(number, title)
        return queue.follow(number, title)

    def _cancel_outdated_job(self, item: PrintItem) -> JobResult | None:
        """Cancel a job from before the last approval, and return its result, if there was one."""
        result = self._follow_recorded_job(item.left, cancel=True) if item.left else None
        if result and result.is_queued:
            raise _make_queued_error(result)
        return result

    def _cancel_doubtful_job(self, item: PrintItem) -> PrintReport | None:
        """Cancel the old job of a packet in doubt that is printed again, and report it."""
        before = item.before
        if before is None or before.state is not State.PRINT_IN_DOUBT:
            return None
        report = self.check_job(before, cancel=True)
        if report and report.result.is_queued:
            raise _make_queued_error(report.result)
        return report

    def _record_job(self, item: PrintItem, cleared_report: PrintReport | None, job: Details) -> Event:
        """Record the job, if the packet's state has not changed since it was chosen or its old job was cleared."""
        last = _find_last_print(item, cleared_report)
        return self.journal.enter(
            item.packet,
            Kind.PRINTING,
            job.model_copy(update={"account": self.queue.name}),
            tuple(list_documents(item.packet, ["pdf"])),
            only=_REPRINTABLE_STATES if last else UNSENT - TAKEN_UP - ON_PAPER,
            since=last.id if last else None,
        )

    def _record_result(self, printing_event: Event, since: Event, result: JobResult) -> PrintReport:
        kind, job = _KINDS[result.outcome], printing_event.details
        if (since.kind, since.details.said) == (kind, result.message):
            return PrintReport(printing_event.packet, result, since)
        details = Details(account=job.account, job=result.job, title=job.title, said=result.message)
        try:
            event = self.journal.answer(printing_event, kind, details, since.id)
        except PetitionerError as error:  # the queue's message must not be lost with the log
            answer = f"{result.outcome}, {result.message}"
            message = f"{error}. The queue's answer about {printing_event.recipient}: {answer}"
            raise type(error)(message, error.hint) from None
        return PrintReport(printing_event.packet, result, event)


def _find_last_print(item: PrintItem, cleared_report: PrintReport | None) -> Event | None:
    """Return the event that records that a packet was, or may have been, printed before; else None."""
    return cleared_report.event if cleared_report else item.before.since if item.before else None


def _list_flags(last: Event | None, older: JobResult | None, settings: JobSettings) -> Iterator[tuple[str, str]]:
    """Yield the flags of a job that prints more than one approved packet."""
    if last:
        yield AGAIN, f"once more: event {last.id} says {STATE_AFTER[last.kind]}"
    if older:
        yield OLDER, f"approved again since; the job before it: {older.message}"
    if settings.copies > 1:
        yield COPIES, f"{settings.copies} copies"


def _make_queued_error(result: JobResult) -> PacketTakenError:
    message = f"its old job cannot be taken out of the queue, and may still be printed: {result.message}"
    return PacketTakenError(message, f"Take it out: cancel {result.job}; then run the command again.")


def make_job_title(packet: ApprovedPacket, events: Sequence[Event]) -> str:
    """Make the title of a packet's next job: its reference, and a hash that is different for each job and log.

    The title changes only when a job is recorded, so that a job created before a crash is found again.
    """
    number = sum(event.kind is Kind.PRINTING and event.packet == packet.key for event in events)
    parts = (events[0].hash, *astuple(packet.key), packet.approval.content, number)
    job_hash = digest("\n".join(map(str, parts)).encode())
    return f"{packet.reference} {job_hash[:8]}"


def list_doubtful(packets: Iterable[PacketStatus]) -> tuple[PacketStatus, ...]:
    """List the packets whose last print job may or may not have been printed."""
    return tuple(packet for packet in packets if packet.state is State.PRINT_IN_DOUBT)
