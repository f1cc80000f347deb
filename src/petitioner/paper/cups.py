"""Print through CUPS: create an empty job, record it, send its pages, then follow it to its end.

An empty job prints nothing, so nothing is lost or printed twice when the program ends between two steps. The outcome of
a job comes from its queue, by number and title, and not from the response to a request: CUPS accepts the pages of a
cancelled job and reports success.
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

_SERVER_HINT = "Is CUPS running there? CUPS_SERVER names another place; `petitioner print` alone makes a PDF to print."
_NOT_FOUND = 0x0406, 0x0407  # client-error-not-found, client-error-gone: RFC 8011, appendix B


@dataclass(frozen=True, slots=True)
class Polling:
    """How long to follow a job, and the pause between two requests: ``first``, then longer. All in seconds.

    ``now`` is a monotonic clock.
    """

    seconds: float = 120.0
    first: float = 0.1
    longest: float = 5.0
    sleep: Callable[[float], None] = time.sleep
    now: Callable[[], float] = time.monotonic

    def list_pauses(self) -> Iterator[float]:
        """Yield the pause before each further request until the time is over; the last request is at its end."""
        end, pause = self.now() + self.seconds, self.first
        while (left := end - self.now()) > 0:
            yield min(pause, left)
            pause = min(pause * 1.5, self.longest)


@dataclass(frozen=True, slots=True)
class PrintQueue:
    """One queue of a scheduler; ``user`` owns the jobs, and may see their titles."""

    scheduler: Scheduler
    name: str
    user: str
    polling: Polling = field(default_factory=Polling)

    def find(self) -> QueueStatus:
        """Return the status of the queue. Raises ``PetitionerError`` with the known queues when it does not exist."""
        queues = list_queues(self.scheduler)
        for queue in queues:
            if queue.name == self.name:
                return queue
        names = tuple(queue.name for queue in queues)
        known = f"There are: {', '.join(names)}." if names else "It has no queue; add a printer to CUPS first."
        raise PetitionerError(
            f"{self.scheduler} has no queue '{self.name}'.", f"{suggest(self.name, names)} {known}".strip()
        )

    def check_ready(self, settings: JobSettings) -> None:
        """Raise ``PetitionerError`` with a hint if the queue cannot print with these settings."""
        queue = self.find()
        reason = f": {queue.message}" if queue.message else ""
        if not queue.accepts:
            raise PetitionerError(f"The queue '{self.name}' takes no jobs{reason}.", f"Let it: cupsaccept {self.name}")
        if queue.stopped:
            raise PetitionerError(
                f"The queue '{self.name}' is stopped{reason}.", f"Check the printer, then: cupsenable {self.name}"
            )
        if settings.tray and queue.trays and settings.tray not in queue.trays:
            hint = f"{suggest(settings.tray, queue.trays)} It has: {', '.join(queue.trays)}.".strip()
            raise PetitionerError(f"The queue '{self.name}' has no tray '{settings.tray}'.", hint)

    def create(self, title: str, settings: JobSettings) -> int:
        """Create an empty job, which prints nothing, and return its number. Raises ``PetitionerError``.

        Without an answer, an empty job may exist; ``list_jobs`` finds it.
        """
        attributes = (self._printer_uri(), self._user_name(), Attribute("job-name", IppTag.NAME, title))
        request = Request(IppOperation.CREATE_JOB, self._path, attributes, encode_settings(settings))
        with _require_answer(f"Nothing was given to '{self.name}'"):
            response = send_request(self.scheduler, request)
        if not response.is_success or not response.jobs:
            raise PetitionerError(
                f"The queue '{self.name}' took no job: {describe_refusal(response)}", f"lpstat -l -p {self.name}"
            )
        return int(response.jobs[0]["job-id"])

    def send(self, number: int, content: bytes) -> str:
        """Send the pages of a job, and return any error; only the job itself shows whether it is printed."""
        attributes = (
            self._printer_uri(),
            Attribute("job-id", IppTag.INTEGER, number),
            self._user_name(),
            Attribute("document-format", IppTag.MIME_TYPE, "application/pdf"),
            Attribute("last-document", IppTag.BOOLEAN, value=True),
        )
        try:
            response = send_request(
                self.scheduler, Request(IppOperation.SEND_DOCUMENT, self._path, attributes, content=content)
            )
        except NoResponseError as error:
            return str(error)
        return "" if response.is_success else describe_refusal(response)

    def find_earlier_job(self, title: str) -> JobStatus | None:
        """Return a job of an earlier run with this title that was or may be printed, or None; cancel empty jobs.

        Raises ``PetitionerError`` when the queue does not answer.
        """
        with _require_answer(f"Nothing was given to '{self.name}'"):
            jobs = [job for job in self.list_jobs(title) if job.state not in ENDED_UNPRINTED]
        for job in jobs:
            if job.is_empty:
                self.cancel(job.number)
        return next((job for job in jobs if not job.is_empty), None)

    def cancel_own(self, number: int, title: str) -> None:
        """Cancel a job if it is ours and still queued; ``follow`` then returns its result."""
        with suppress(NoResponseError):
            if job := self.find_job(number, title):
                self.cancel(job.number)

    def cancel(self, number: int) -> None:
        """Cancel a job, if it is still queued; ``find_job`` returns its status."""
        attributes = (self._printer_uri(), Attribute("job-id", IppTag.INTEGER, number), self._user_name())
        with suppress(NoResponseError):
            send_request(self.scheduler, Request(IppOperation.CANCEL_JOB, "/jobs/", attributes))

    def find_job(self, number: int, title: str) -> JobStatus | None:
        """Find the job with this number and title, or else with this title; None when there is no such job.

        A scheduler that was set up again counts from 1, so the number may belong to another job. Raises
        NoResponseError.
        """
        uri = Attribute("job-uri", IppTag.URI, f"ipp://localhost/jobs/{number}")
        request = Request(
            IppOperation.GET_JOB_ATTRIBUTES, "/jobs/", (uri, self._user_name(), _request_attributes(JOB_ATTRIBUTES))
        )
        found = [job for job in _read_found_jobs(send_request(self.scheduler, request)) if job.title == title]
        return next(iter(found or self.list_jobs(title)), None)

    def list_jobs(self, title: str) -> tuple[JobStatus, ...]:
        """List the jobs with this title; cancelled and aborted ones last. Raises NoResponseError.

        Completed jobs are requested last, so that no job is missed between the two requests.
        """
        found: dict[int, JobStatus] = {}
        for which in ("not-completed", "completed"):
            attributes = (
                self._printer_uri(),
                self._user_name(),
                _request_attributes(JOB_ATTRIBUTES),
                Attribute("which-jobs", IppTag.KEYWORD, which),
            )
            response = send_request(self.scheduler, Request(IppOperation.GET_JOBS, self._path, attributes))
            found.update((job.number, job) for job in _read_found_jobs(response) if job.title == title)
        return tuple(sorted(found.values(), key=lambda job: (job.state in ENDED_UNPRINTED, -job.number)))

    def follow(self, number: int, title: str, send_error: str = "") -> JobResult:
        """Request a job's status until it ends or the time is over; ``send_error`` came from sending its pages.

        A job without pages is cancelled, since no pages will follow.
        """
        last, message = None, send_error
        for pause in chain([0.0], self.polling.list_pauses()):
            self.polling.sleep(pause)
            try:
                job = self.find_job(number, title)
            except NoResponseError as error:
                message = str(error)
                continue
            if job is None:
                return JobResult(JobOutcome.IN_DOUBT, f"the queue '{self.name}' knows no job {number} of ours", number)
            if job.is_empty:
                self.cancel(job.number)
            elif result := find_result(job) or self._find_stopped_result(job):
                return result
            last, message = job, f"still {describe_job(job)} after {self.polling.seconds:g} s"
        return JobResult(JobOutcome.IN_DOUBT, message, last.number if last else number, last is not None)

    def _find_stopped_result(self, job: JobStatus) -> JobResult | None:
        """Return the result of a waiting job if its queue is stopped, which CUPS reports for the queue only."""
        if job.state is not IppJobState.PENDING:
            return None
        try:
            queue = self.find()
        except PetitionerError:
            return None
        message = f"{describe_job(job)}; the queue is stopped" + (f": {queue.message}" if queue.message else "")
        return JobResult(JobOutcome.STOPPED, message, job.number, is_queued=True) if queue.stopped else None

    @property
    def _path(self) -> str:
        return f"/printers/{quote(self.name)}"

    def _printer_uri(self) -> Attribute:
        return Attribute("printer-uri", IppTag.URI, f"ipp://localhost{self._path}")

    def _user_name(self) -> Attribute:
        return Attribute("requesting-user-name", IppTag.NAME, self.user)


def list_queues(scheduler: Scheduler) -> tuple[QueueStatus, ...]:
    """List the queues of a scheduler. Raises ``PetitionerError`` when it does not answer."""
    request = Request(IppOperation.CUPS_GET_PRINTERS, "/", (_request_attributes(QUEUE_ATTRIBUTES),))
    with _require_answer("There is no printing"):
        response = send_request(scheduler, request)
    if not response.is_success and response.status not in _NOT_FOUND:
        raise PetitionerError(f"There is no printing: {describe_refusal(response)}.", _SERVER_HINT)
    return read_queues(response)


@contextmanager
def _require_answer(failure: str) -> Iterator[None]:
    """Raise ``PetitionerError`` with the sentence ``failure`` when no answer comes."""
    try:
        yield
    except NoResponseError as error:
        raise PetitionerError(f"{failure}: {error}.", _SERVER_HINT) from None


def describe_refusal(response: Response) -> str:
    """Return the message of a refusal, or else its status."""
    return response.message or f"IPP status {response.status:#06x}"


def _read_found_jobs(response: Response) -> tuple[JobStatus, ...]:
    """Read the jobs of a response, which may have no jobs. Raises NoResponseError for a refusal."""
    if not response.is_success and response.status not in _NOT_FOUND:
        raise NoResponseError(describe_refusal(response))
    return read_jobs(response)


def _request_attributes(names: tuple[str, ...]) -> Attribute:
    return Attribute("requested-attributes", IppTag.KEYWORD, names)
