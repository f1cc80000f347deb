"""Send messages one by one, each at most once, at a pace that providers accept."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from petitioner.delivery.handover import ENDING, Answer, SendOutcome, Transport
from petitioner.delivery.journal import Clock, Journal, TakenError
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
    SendOutcome.FAILED: Kind.DEFERRED,  # nothing left for this packet either, and the next run takes it up again
    SendOutcome.LIMITED: Kind.DEFERRED,  # also where a server says so for good, since its limits end with the day
    SendOutcome.IN_DOUBT: Kind.IN_DOUBT,
    SendOutcome.DRAFTED: Kind.DRAFTED,
    SendOutcome.EXPORTED: Kind.EXPORTED,
}


@dataclass(frozen=True, slots=True)
class SendReport:
    """What became of one try; ``event`` is the entry that says so."""

    job: SendJob
    answer: Answer
    event: Event


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Hands packets over by one carrier, and keeps the log of it. ``account`` is the name that the details give."""

    log: MailingLog
    context: LogContext
    carrier: Transport
    clock: Clock
    account: str

    def hand_over(self, job: SendJob) -> SendReport:
        """One try of one packet. Raises ``TakenError`` when another run has it, and whatever the log raises."""
        begun = job.planned.claim or self._claim(job)
        job = job.take_up(begun)
        self._journal.claim(begun)
        committed: list[Event] = []
        answer = self.carrier.hand_over(job.outgoing, lambda: committed.append(self._commit(job)))
        try:
            return SendReport(job, answer, self._record(job, answer, is_ours=bool(committed)))
        except TakenError:
            raise
        except PetitionerError as error:  # the answer must not be lost with the log: it helps to settle the doubt
            told = f"{error} Before that, of {job.recipient}: {answer.outcome}, {answer.said}"
            raise PetitionerError(told, error.hint) from None

    def rehearse(self, job: SendJob) -> SendReport:
        """Send a rehearsal, and record it as one; it moves no packet."""
        answer = self.carrier.hand_over(job.outgoing, lambda: None)
        note = f"{answer.outcome}; it went to {', '.join(job.outgoing.recipients)} alone"
        details = Details(account=self.account, said=answer.said or None, note=note)
        return SendReport(job, answer, self._journal.enter(job.planned.packet, Kind.REHEARSED, details))

    @property
    def _journal(self) -> Journal:
        return Journal(self.log, self.context, self.clock, "petitioner send")

    def _claim(self, job: SendJob) -> Event:
        message = Attachment(MESSAGE_ROLE, job.file_name, "message/rfc822", job.outgoing.content)
        details = Details(account=self.account)
        return self._journal.enter(
            job.planned.packet, Kind.HANDING_OVER, details, (message, *job.files), only=UNSENT - TAKEN_UP
        )

    def _commit(self, job: SendJob) -> Event:
        return self._journal.enter(job.planned.packet, Kind.COMMITTING, Details(account=self.account), only=TAKEN_UP)

    def _record(self, job: SendJob, answer: Answer, *, is_ours: bool) -> Event:
        """The end of a try. One that did not come to committing must not speak over another run that did."""
        details = Details(account=self.account, said=answer.said or None, refused=answer.refused)
        return self._journal.enter(
            job.planned.packet, _KINDS[answer.outcome], details, only=None if is_ours else TAKEN_UP
        )


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: ``pause`` between two messages, ``delays`` before each further try.

    Many a server that puts mail off only wants a second knock. ``sleep`` waits, ``rest`` before a further round.
    """

    pause: float
    delays: tuple[float, ...]
    sleep: Callable[[float], None]
    rest: Callable[[float], None]


def send_all(
    hand_over: Callable[[SendJob], SendReport], jobs: Iterable[SendJob], pace: Pace
) -> Iterator[SendReport | SkippedPacket]:
    """Hand over each job, and tell of every try; what another run has taken up stays with that one.

    What was put off comes again after the others, each further round after a longer wait. A fault of the account or of
    the line ends the run at once: it would meet every other packet too, and nothing is lost by waiting. What meets two
    packets in a row is taken for such a fault: the round pauses, and a second doubt ends the run.
    """
    waiting = deque(jobs)
    before: SendReport | None = None
    for delay in (None, *pace.delays):
        if delay is not None and waiting:
            pace.rest(delay)
        put_off: deque[SendJob] = deque()
        is_paused = False
        while waiting and not is_paused:
            done = _try(hand_over, waiting.popleft())
            yield done
            if isinstance(done, SendReport):
                if ends_run(before, done):
                    return
                if done.answer.outcome is SendOutcome.DEFERRED:
                    put_off.append(done.job)
                is_paused, before = _recurs(before, done), done
            if waiting and not is_paused:
                pace.sleep(pace.pause)
        waiting += put_off  # those whose turn never came go first


def ends_run(before: SendReport | None, done: SendReport) -> bool:
    """Whether nothing more is tried after a try, and the one before it."""
    doubts = before is not None and {before.answer.outcome, done.answer.outcome} == {SendOutcome.IN_DOUBT}
    return done.answer.outcome in ENDING or doubts


def _recurs(before: SendReport | None, done: SendReport) -> bool:
    """Whether two packets in a row were put off in the same way, which says of neither that it is its own."""
    if before is None or done.answer.outcome is not SendOutcome.DEFERRED or before.job.recipient == done.job.recipient:
        return False
    return bool(done.answer.unclear) and before.answer.unclear == done.answer.unclear


def _try(hand_over: Callable[[SendJob], SendReport], job: SendJob) -> SendReport | SkippedPacket:
    try:
        return hand_over(job)
    except TakenError as error:
        return SkippedPacket(job.recipient, str(error), error.hint)
