"""One run over many packets: at a pace that providers bear, with further tries of what was only put off."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from petitioner.carriers import ENDING, Outcome
from petitioner.mailing.dispatch import Report
from petitioner.mailing.jobs import Job
from petitioner.mailing.journal import TakenError
from petitioner.mailing.plan import Staying


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: ``pause`` between two messages, ``delays`` before each further try.

    Many a server that puts mail off only wants a second knock. ``sleep`` waits, ``rest`` before a further round.
    """

    pause: float
    delays: tuple[float, ...]
    sleep: Callable[[float], None]
    rest: Callable[[float], None]


def send_all(hand_over: Callable[[Job], Report], jobs: Iterable[Job], pace: Pace) -> Iterator[Report | Staying]:
    """Hand over each job, and tell of every try; what another run has taken up stays with that one.

    What was put off comes again after the others, each further round after a longer wait. A fault of the account or of
    the line ends the run at once: it would meet every other packet too, and nothing is lost by waiting. What meets two
    packets in a row is taken for such a fault: the round pauses, and a second doubt ends the run.
    """
    waiting = deque(jobs)
    before: Report | None = None
    for delay in (None, *pace.delays):
        if delay is not None and waiting:
            pace.rest(delay)
        put_off: deque[Job] = deque()
        is_paused = False
        while waiting and not is_paused:
            done = _try(hand_over, waiting.popleft())
            yield done
            if isinstance(done, Report):
                if ends_run(before, done):
                    return
                if done.answer.outcome is Outcome.DEFERRED:
                    put_off.append(done.job)
                is_paused, before = _recurs(before, done), done
            if waiting and not is_paused:
                pace.sleep(pace.pause)
        waiting += put_off  # those whose turn never came go first


def ends_run(before: Report | None, done: Report) -> bool:
    """Whether nothing more is tried after a try, and the one before it."""
    doubts = before is not None and {before.answer.outcome, done.answer.outcome} == {Outcome.IN_DOUBT}
    return done.answer.outcome in ENDING or doubts


def _recurs(before: Report | None, done: Report) -> bool:
    """Whether two packets in a row were put off in the same way, which says of neither that it is its own."""
    if before is None or done.answer.outcome is not Outcome.DEFERRED or before.job.recipient == done.job.recipient:
        return False
    return bool(done.answer.unclear) and before.answer.unclear == done.answer.unclear


def _try(hand_over: Callable[[Job], Report], job: Job) -> Report | Staying:
    try:
        return hand_over(job)
    except TakenError as error:
        return Staying(job.recipient, str(error), error.hint)
