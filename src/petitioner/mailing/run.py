"""One run over many packets: at a pace that providers bear, with further tries of what was only put off."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from petitioner.carriers import Outcome
from petitioner.mailing.dispatch import Dispatcher, Report
from petitioner.mailing.jobs import Job


@dataclass(frozen=True, slots=True)
class Pace:
    """How long to wait, in seconds: ``pause`` between two messages, ``delays`` before each further try.

    Many a server that puts mail off only wants a second knock. ``sleep`` waits.
    """

    pause: float
    delays: tuple[float, ...]
    sleep: Callable[[float], None]


def send_all(dispatcher: Dispatcher, jobs: Iterable[Job], pace: Pace) -> Iterator[Report]:
    """Hand over each job, and give a report of every try.

    What was put off comes again after the others, each further round after a longer wait. A fault of the account or of
    the line ends the run at once: it would meet every other packet too, and nothing is lost by waiting.
    """
    waiting = deque(jobs)
    for delay in (None, *pace.delays):
        if delay is not None and waiting:
            pace.sleep(delay)
        again: deque[Job] = deque()
        while waiting:
            job = waiting.popleft()
            report = dispatcher.hand_over(job)
            yield report
            if report.answer.outcome is Outcome.FAILED:
                return
            if report.answer.outcome is Outcome.DEFERRED:
                again.append(job.take_up(report.event))
            if waiting:
                pace.sleep(pace.pause)
        waiting = again
