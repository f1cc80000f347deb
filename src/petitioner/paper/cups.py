"""On a printer, by CUPS: a job is made empty, noted, and only then given its pages; then it is followed to its end.

An empty job prints nothing, so nothing is lost or doubled whenever this program ends between two steps. What became of
a job is asked of its queue, by its number and its title, and never concluded from how a request went: CUPS takes the
pages of a job that was cancelled, and says that all is well.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from itertools import chain
from urllib.parse import quote

from pyipp.enums import IppJobState, IppOperation, IppTag

from petitioner.errors import PetitionerError, suggest
from petitioner.paper.ipp import Attribute, NoResponseError, Request, Response, Scheduler, send_request
from petitioner.paper.printer_state import (
    ENDED_UNPRINTED,
    JOB_ATTRIBUTES,
    QUEUE_ATTRIBUTES,
    JobOutcome,
    JobResult,
    JobSettings,
    JobStatus,
    QueueStatus,
    describe_job,
    encode_settings,
    find_result,
    read_jobs,
    read_queues,
)

_SEE_SERVER = "Is CUPS running there? CUPS_SERVER names another place; `petitioner print` alone makes a PDF to print."
_NOTHING_FOUND = 0x0406, 0x0407  # client-error-not-found, client-error-gone: RFC 8011, appendix B


@dataclass(frozen=True, slots=True)
class Polling:
    """How long to follow a job, in seconds, and how long to wait between two looks: ``first``, then longer.

    ``now`` gives seconds that never run backwards, ``sleep`` waits.
    """

    seconds: float = 120.0
    first: float = 0.1
    longest: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def list_pauses(self) -> Iterator[float]:
        """How long to wait before each further look, as long as there is time; the last look is at its end."""
        end, pause = self.now() + self.seconds, self.first
        while (left := end - self.now()) > 0:
            yield min(pause, left)
            pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True, slots=True)
class PrintQueue:
    """One queue of a scheduler; ``user`` is who owns the jobs, and may see their titles."""

    scheduler: Scheduler
    name: str
    user: str
    patience: Polling = field(default_factory=Polling)

    def find(self) -> QueueStatus:
        """The queue as it is. Raises ``PetitionerError``, with the queues that there are, when there is none such."""
        queues = list_queues(self.scheduler)
        for queue in queues:
            if queue.name == self.name:
                return queue
        names = tuple(queue.name for queue in queues)
        known = f"There are: {', '.join(names)}." if names else "It has no queue at all; add a printer to CUPS first."
        raise PetitionerError(
            f"{self.scheduler} has no queue '{self.name}'.", f"{suggest(self.name, names)} {known}".strip()
        )

    def prepare(self, ticket: JobSettings) -> None:
        """Make sure that the queue prints what it is given. Raises ``PetitionerError`` with what to do."""
        queue = self.find()
        said = f": {queue.said}" if queue.said else ""
        if not queue.accepts:
            raise PetitionerError(f"The queue '{self.name}' takes no jobs{said}.", f"Let it: cupsaccept {self.name}")
        if queue.stopped:
            raise PetitionerError(
                f"The queue '{self.name}' is stopped{said}.", f"See to the printer, then: cupsenable {self.name}"
            )
        if ticket.tray and queue.trays and ticket.tray not in queue.trays:
            hint = f"{suggest(ticket.tray, queue.trays)} It has: {', '.join(queue.trays)}.".strip()
            raise PetitionerError(f"The queue '{self.name}' has no tray '{ticket.tray}'.", hint)

    def create(self, title: str, ticket: JobSettings) -> int:
        """Make an empty job, which prints nothing, and give its number. Raises ``PetitionerError`` when it is not made.

        When no answer comes an empty job may be left behind; ``list_titled`` finds it.
        """
        about = (self._address(), self._owner(), Attribute("job-name", IppTag.NAME, title))
        request = Request(IppOperation.CREATE_JOB, self._path, about, encode_settings(ticket))
        with _require_answer(f"Nothing was given to '{self.name}'"):
            response = send_request(self.scheduler, request)
        if not response.is_yes or not response.jobs:
            raise PetitionerError(
                f"The queue '{self.name}' took no job: {describe_refusal(response)}", f"lpstat -l -p {self.name}"
            )
        return int(response.jobs[0]["job-id"])

    def send(self, number: int, content: bytes) -> str:
        """Send the pages of a job, and return what went wrong; whether it is printed is known from the job alone."""
        about = (
            self._address(),
            Attribute("job-id", IppTag.INTEGER, number),
            self._owner(),
            Attribute("document-format", IppTag.MIME_TYPE, "application/pdf"),
            Attribute("last-document", IppTag.BOOLEAN, value=True),
        )
        try:
            response = send_request(
                self.scheduler, Request(IppOperation.SEND_DOCUMENT, self._path, about, content=content)
            )
        except NoResponseError as error:
            return str(error)
        return "" if response.is_yes else describe_refusal(response)

    def find_left(self, title: str) -> JobStatus | None:
        """The job of that title that an earlier run left and that may be printed, or was.

        Empty ones, which were cut off before their pages, are cleared away. Raises ``PetitionerError`` when the queue
        gives no answer.
        """
        with _require_answer(f"Nothing was given to '{self.name}'"):
            jobs = [job for job in self.list_titled(title) if job.state not in ENDED_UNPRINTED]
        for job in jobs:
            if job.is_empty:
                self.cancel(job.number)
        return next((job for job in jobs if not job.is_empty), None)

    def retract(self, number: int, title: str) -> None:
        """Take a job out of the queue if it is ours and still there; ``follow`` then says what became of it."""
        with suppress(NoResponseError):
            if job := self.look(number, title):
                self.cancel(job.number)

    def cancel(self, number: int) -> None:
        """Take a job out of the queue, if it is still there; ``look`` says what became of it."""
        about = (self._address(), Attribute("job-id", IppTag.INTEGER, number), self._owner())
        with suppress(NoResponseError):
            send_request(self.scheduler, Request(IppOperation.CANCEL_JOB, "/jobs/", about))

    def look(self, number: int, title: str) -> JobStatus | None:
        """The job of that number if it has that title, else the one that has; None when the queue knows none.

        A scheduler that was set up anew counts from 1 again, so a number alone may be somebody else's. Raises
        NoAnswerError.
        """
        uri = Attribute("job-uri", IppTag.URI, f"ipp://localhost/jobs/{number}")
        request = Request(IppOperation.GET_JOB_ATTRIBUTES, "/jobs/", (uri, self._owner(), _request(JOB_ATTRIBUTES)))
        found = [job for job in _read_known(send_request(self.scheduler, request)) if job.title == title]
        return next(iter(found or self.list_titled(title)), None)

    def list_titled(self, title: str) -> tuple[JobStatus, ...]:
        """The jobs of that title, those that may print or did before those that were given up.

        What is done is asked for last, so that no job slips through between the two. Raises
        NoAnswerError.
        """
        found: dict[int, JobStatus] = {}
        for which in ("not-completed", "completed"):
            about = (
                self._address(),
                self._owner(),
                _request(JOB_ATTRIBUTES),
                Attribute("which-jobs", IppTag.KEYWORD, which),
            )
            response = send_request(self.scheduler, Request(IppOperation.GET_JOBS, self._path, about))
            found.update((job.number, job) for job in _read_known(response) if job.title == title)
        return tuple(sorted(found.values(), key=lambda job: (job.state in ENDED_UNPRINTED, -job.number)))

    def follow(self, number: int, title: str, sent: str = "") -> JobResult:
        """Ask for a job until its end is known, or patience is at its end; ``sent`` is what went wrong before.

        A job that never got its pages is cancelled: they are not coming any more.
        """
        last, said = None, sent
        for pause in chain([0.0], self.patience.list_pauses()):
            self.patience.sleep(pause)
            try:
                job = self.look(number, title)
            except NoResponseError as error:
                said = str(error)
                continue
            if job is None:
                return JobResult(JobOutcome.IN_DOUBT, f"the queue '{self.name}' knows no job {number} of ours", number)
            if job.is_empty:
                self.cancel(job.number)
            elif ending := find_result(job) or self._find_stopped(job):
                return ending
            last, said = job, f"still {describe_job(job)} after {self.patience.seconds:g} s"
        return JobResult(JobOutcome.IN_DOUBT, said, last.number if last else number, last is not None)

    def _find_stopped(self, job: JobStatus) -> JobResult | None:
        """Return the end of a waiting job whose queue is stopped: CUPS says so of the queue, and not of the job."""
        if job.state is not IppJobState.PENDING:
            return None
        try:
            queue = self.find()
        except PetitionerError:
            return None
        said = f"{describe_job(job)}; the queue is stopped" + (f": {queue.said}" if queue.said else "")
        return JobResult(JobOutcome.STOPPED, said, job.number, lies=True) if queue.stopped else None

    @property
    def _path(self) -> str:
        return f"/printers/{quote(self.name)}"

    def _address(self) -> Attribute:
        return Attribute("printer-uri", IppTag.URI, f"ipp://localhost{self._path}")

    def _owner(self) -> Attribute:
        return Attribute("requesting-user-name", IppTag.NAME, self.user)


def list_queues(scheduler: Scheduler) -> tuple[QueueStatus, ...]:
    """The queues of a scheduler. Raises ``PetitionerError`` when it gives no answer."""
    request = Request(IppOperation.CUPS_GET_PRINTERS, "/", (_request(QUEUE_ATTRIBUTES),))
    with _require_answer("There is no printing"):
        response = send_request(scheduler, request)
    if not response.is_yes and response.status not in _NOTHING_FOUND:
        raise PetitionerError(f"There is no printing: {describe_refusal(response)}.", _SEE_SERVER)
    return read_queues(response)


@contextmanager
def _require_answer(otherwise: str) -> Iterator[None]:
    """Raise ``PetitionerError`` where no answer comes; ``otherwise`` says what that means."""
    try:
        yield
    except NoResponseError as error:
        raise PetitionerError(f"{otherwise}: {error}.", _SEE_SERVER) from None


def describe_refusal(response: Response) -> str:
    """The words of a printer that refused, or else its status."""
    return response.words or f"IPP status {response.status:#06x}"


def _read_known(response: Response) -> tuple[JobStatus, ...]:
    """The jobs of an answer, none where it says that there are none. Raises NoAnswerError for another refusal."""
    if not response.is_yes and response.status not in _NOTHING_FOUND:
        raise NoResponseError(describe_refusal(response))
    return read_jobs(response)


def _request(names: tuple[str, ...]) -> Attribute:
    return Attribute("requested-attributes", IppTag.KEYWORD, names)
