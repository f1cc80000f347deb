"""One run over many packets: at a pace that providers bear, with further tries of what was only put off."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from petitioner.carriers import Outcome
from petitioner.mailing.dispatch import Report
from petitioner.mailing.jobs import Job
from petitioner.mailing.journal import TakenError
from petitioner.mailing.plan import Staying


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: ``pause`` between two messages, ``delays`` before each further try.

    Many a server that puts mail off only wants a second knock. ``sleep`` waits.
    """

    pause: float
    delays: tuple[float, ...]
    sleep: Callable[[float], None]


def send_all(hand_over: Callable[[Job], Report], jobs: Iterable[Job], pace: Pace) -> Iterator[Report | Staying]:
    """Hand over each job, and tell of every try; what another run has taken up stays with that one.

    What was put off comes again after the others, each further round after a longer wait. A fault of the account or of
    the line ends the run at once: it would meet every other packet too, and nothing is lost by waiting.
    """
    waiting = deque(jobs)
    for delay in (None, *pace.delays):
        if delay is not None and waiting:
            pace.sleep(delay)
        put_off: deque[Job] = deque()
        while waiting:
            done = _try(hand_over, waiting.popleft())
            yield done
            if isinstance(done, Report):
                if done.answer.outcome is Outcome.FAILED:
                    return
                if done.answer.outcome is Outcome.DEFERRED:
                    put_off.append(done.job)
            if waiting:
                pace.sleep(pace.pause)
        waiting = put_off


def _try(hand_over: Callable[[Job], Report], job: Job) -> Report | Staying:
    try:
        return hand_over(job)
    except TakenError as error:
        return Staying(job.recipient, str(error), error.hint)
