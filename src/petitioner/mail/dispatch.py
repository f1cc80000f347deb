"""Send messages one by one, each at most once, at a pace that providers accept."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from petitioner.delivery.handover import ENDING, Answer, SendOutcome, Transport
from petitioner.delivery.journal import Clock, Journal, PacketTakenError
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import PetitionerError
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Details, Event
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import TAKEN_UP, UNSENT
from petitioner.log.storage.store import MailingLog
from petitioner.mail.outgoing import MESSAGE_ROLE, SendJob

_KINDS = {
    SendOutcome.ACCEPTED: Kind.ACCEPTED,
    SendOutcome.REFUSED: Kind.REFUSED,
    SendOutcome.DEFERRED: Kind.DEFERRED,
    SendOutcome.FAILED: Kind.DEFERRED,  # this packet was not sent either, and the next run tries again
    SendOutcome.LIMITED: Kind.DEFERRED,  # also where a server says so for good, since its limits end with the day
    SendOutcome.IN_DOUBT: Kind.IN_DOUBT,
    SendOutcome.DRAFTED: Kind.DRAFTED,
    SendOutcome.EXPORTED: Kind.EXPORTED,
}


@dataclass(frozen=True, slots=True)
class SendReport:
    """The result of one try to send a packet; ``event`` records it."""

    job: SendJob
    answer: Answer
    event: Event


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Sends packets through one transport and records each step; ``account`` is the name in the log."""

    log: MailingLog
    context: LogContext
    transport: Transport
    clock: Clock
    account: str

    def hand_over(self, job: SendJob) -> SendReport:
        """Try to send one packet. Raises ``PacketTakenError`` if another run is sending it, and what the log raises."""
        claim = job.planned.claim or self._record_claim(job)
        job = job.with_claim(claim)
        self._journal.claim(claim)
        committed: list[Event] = []
        answer = self.transport.hand_over(job.outgoing, lambda: committed.append(self._record_commit(job)))
        try:
            return SendReport(job, answer, self._record_outcome(job, answer, is_ours=bool(committed)))
        except PacketTakenError:
            raise
        except PetitionerError as error:  # the answer must not be lost with the log: it helps to settle the doubt
            message = f"{error} Before that, of {job.recipient}: {answer.outcome}, {answer.said}"
            raise PetitionerError(message, error.hint) from None

    def rehearse(self, job: SendJob) -> SendReport:
        """Send a rehearsal, and record it; the state of the packet does not change."""
        answer = self.transport.hand_over(job.outgoing, lambda: None)
        note = f"{answer.outcome}; it went to {', '.join(job.outgoing.recipients)} alone"
        details = Details(account=self.account, said=answer.said or None, note=note)
        return SendReport(job, answer, self._journal.enter(job.planned.packet, Kind.REHEARSED, details))

    @property
    def _journal(self) -> Journal:
        return Journal(self.log, self.context, self.clock, "petitioner send")

    def _record_claim(self, job: SendJob) -> Event:
        message = Attachment(MESSAGE_ROLE, job.file_name, "message/rfc822", job.outgoing.content)
        details = Details(account=self.account)
        return self._journal.enter(
            job.planned.packet, Kind.HANDING_OVER, details, (message, *job.files), only=UNSENT - TAKEN_UP
        )

    def _record_commit(self, job: SendJob) -> Event:
        return self._journal.enter(job.planned.packet, Kind.COMMITTING, Details(account=self.account), only=TAKEN_UP)

    def _record_outcome(self, job: SendJob, answer: Answer, *, is_ours: bool) -> Event:
        """Record the outcome of a try. Unless it ``is_ours`` (committed), do not overwrite that of another run."""
        details = Details(account=self.account, said=answer.said or None, refused=answer.refused)
        return self._journal.enter(
            job.planned.packet, _KINDS[answer.outcome], details, only=None if is_ours else TAKEN_UP
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: ``pause`` between two messages, ``delays`` before each further round.

    A further round is needed because many servers defer the first try (greylisting). ``sleep`` waits between two
    messages, ``wait_for_round`` before a round.
    """

    pause: float
    delays: tuple[float, ...]
    sleep: Callable[[float], None]
    wait_for_round: Callable[[float], None]


def send_all(
    hand_over: Callable[[SendJob], SendReport], jobs: Iterable[SendJob], pace: Pace
) -> Iterator[SendReport | SkippedPacket]:
    """Send each job, and yield the result of every try; a packet that another run is sending is skipped.

    Deferred packets are tried again after the others, each round after a longer wait. A fault of the account or the
    connection ends the run at once, since every other packet would fail too. The same deferral of two packets in a row
    counts as such a fault: the round ends, and a second result in doubt ends the run.
    """
    waiting = deque(jobs)
    previous: SendReport | None = None
    for delay in (None, *pace.delays):
        if delay is not None and waiting:
            pace.wait_for_round(delay)
        deferred: deque[SendJob] = deque()
        ends_round = False
        while waiting and not ends_round:
            current = _hand_over_or_skip(hand_over, waiting.popleft())
            yield current
            if isinstance(current, SendReport):
                if ends_run(previous, current):
                    return
                if current.answer.outcome is SendOutcome.DEFERRED:
                    deferred.append(current.job)
                ends_round, previous = _repeats_deferral(previous, current), current
            if waiting and not ends_round:
                pace.sleep(pace.pause)
        waiting += deferred  # those not yet tried come first


def ends_run(previous: SendReport | None, current: SendReport) -> bool:
    """Whether the run ends after this try, given the one before it."""
    outcome = current.answer.outcome
    is_second_doubt = outcome is SendOutcome.IN_DOUBT and previous is not None and previous.answer.outcome is outcome
    return outcome in ENDING or is_second_doubt


def _repeats_deferral(previous: SendReport | None, current: SendReport) -> bool:
    """Whether two packets in a row were deferred with the same unclear answer, so that the sender may be the cause."""
    if previous is None or previous.job.recipient == current.job.recipient:
        return False
    reason = current.answer.unclear if current.answer.outcome is SendOutcome.DEFERRED else ""
    return reason != "" and reason == previous.answer.unclear


def _hand_over_or_skip(hand_over: Callable[[SendJob], SendReport], job: SendJob) -> SendReport | SkippedPacket:
    try:
        return hand_over(job)
    except PacketTakenError as error:
        return SkippedPacket(job.recipient, str(error), error.hint)
