"""Read jobs and queues from IPP responses, and find the result of a job (RFC 8011, 5.3.7 and 5.3.8). No I/O."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyipp.enums import IppJobState, IppPrinterState, IppTag

from petitioner.delivery.handover import clean_answer
from petitioner.paper.ipp import Attribute, Response

JOB_ATTRIBUTES = (
    "job-id",
    "job-name",
    "job-state",
    "job-state-reasons",
    "job-printer-state-message",
    "job-printer-state-reasons",
    "number-of-documents",
    "time-at-processing",
)
"""The attributes requested for a job."""

QUEUE_ATTRIBUTES = (
    "printer-name",
    "printer-state",
    "printer-state-message",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-source-supported",
)
"""The attributes requested for a queue."""

ENDED_UNPRINTED = frozenset({IppJobState.CANCELED, IppJobState.ABORTED})
"""The states of a job that ended without being printed."""

_WAITING_STATES = frozenset({IppJobState.PENDING, IppJobState.HELD})
_INCOMING_REASONS = frozenset({"job-incoming", "job-data-insufficient"})
_UNIMPORTANT_REASONS = _INCOMING_REASONS | {
    "none",
    "job-printing",
    "processing-to-stop-point",
    "job-queued",
    "job-completed-successfully",
    "job-canceled-by-user",
}
_A4 = (21000, 29700)  # hundredths of a millimetre: PWG 5100.7, media-size
_A4_NAME = "iso_a4_210x297mm"  # PWG 5101.1


class JobOutcome(StrEnum):
    """The outcome of a job."""

    COMPLETED = "completed"
    """The printer accepted all of it."""
    HELD = "held"
    """It stays in the queue until a person releases it."""
    STOPPED = "stopped"
    """It stays in the queue, which is stopped until a person starts it."""
    CANCELLED = "cancelled"
    """It was cancelled."""
    ABORTED = "aborted"
    """The printer or its driver failed."""
    IN_DOUBT = "in doubt"
    """Unknown: the job is not finished, the queue no longer has it, or does not answer."""


_OUTCOME_BY_STATE = {
    IppJobState.COMPLETED: JobOutcome.COMPLETED,
    IppJobState.CANCELED: JobOutcome.CANCELLED,
    IppJobState.ABORTED: JobOutcome.ABORTED,
    IppJobState.STOPPED: JobOutcome.STOPPED,
    IppJobState.HELD: JobOutcome.HELD,
}
"""The states in which a job ends or waits for a person; in the others it is still in progress."""

_STILL_QUEUED = {JobOutcome.HELD, JobOutcome.STOPPED}


@dataclass(frozen=True, slots=True)
class JobResult:
    """The outcome of a job, and the queue's message; ``is_queued`` if it is still in the queue."""

    outcome: JobOutcome
    message: str
    job: int
    is_queued: bool = False


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How a job is printed, on A4 without scaling; ``tray`` is its name in the queue."""

    copies: int = 1
    duplex: bool = True
    tray: str | None = None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """The status of a queue; ``trays`` are those that it names, if any."""

    name: str
    accepts: bool
    stopped: bool
    message: str
    trays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobStatus:
    """The status of a job. ``title`` is None if the queue hides it; ``is_empty``: it has no pages.

    ``has_begun``: the printer got some of it; ``words`` are the printer's message.
    """

    number: int
    title: str | None
    state: IppJobState
    reasons: tuple[str, ...] = ()
    words: str = ""
    is_empty: bool = False
    has_begun: bool = False


def find_result(job: JobStatus) -> JobResult | None:
    """Return the result of a job, or None while it is in progress."""
    outcome = _find_outcome(job)
    if outcome is None:
        return None
    parts = [describe_job(job)]
    if job.state in ENDED_UNPRINTED and job.has_begun:
        parts.append("it had begun, so take away what came out")
    return JobResult(outcome, "; ".join(parts), job.number, outcome in _STILL_QUEUED)


def _find_outcome(job: JobStatus) -> JobOutcome | None:
    if job.state is IppJobState.COMPLETED and "job-completed-with-errors" in job.reasons:
        return JobOutcome.IN_DOUBT
    if job.state is IppJobState.PENDING and "printer-stopped" in job.reasons:
        return JobOutcome.STOPPED
    if job.state is IppJobState.HELD and _INCOMING_REASONS & set(job.reasons):
        return None
    return _OUTCOME_BY_STATE.get(job.state)


def describe_job(job: JobStatus) -> str:
    """Describe a job as ``job 5 held: job-hold-until-specified``, with the printer's message."""
    known = _join_reasons((job.words, *job.reasons))
    return f"job {job.number} {job.state.name.lower()}" + (f": {known}" if known else "")


def read_jobs(response: Response) -> tuple[JobStatus, ...]:
    """Return the jobs of a response; those without a number or a state are left out."""
    return tuple(_read_job(group) for group in response.jobs if "job-id" in group and "job-state" in group)


def read_queues(response: Response) -> tuple[QueueStatus, ...]:
    """Return the queues of a response."""
    return tuple(_read_queue(group) for group in response.printers if "printer-name" in group)


def encode_settings(settings: JobSettings) -> tuple[Attribute, ...]:
    """Return the attributes of a new job (PWG 5100.7, PWG 5100.13); queues ignore those they do not support."""
    sides = "two-sided-long-edge" if settings.duplex else "one-sided"
    return (
        Attribute("copies", IppTag.INTEGER, settings.copies),
        Attribute("sides", IppTag.KEYWORD, sides),
        Attribute("print-scaling", IppTag.KEYWORD, "none"),
        Attribute("job-sheets", IppTag.KEYWORD, "none"),  # no banner among the letters
        *_encode_media(settings.tray),
    )


def _encode_media(tray: str | None) -> Iterator[Attribute]:
    """Yield the paper: by name, or with its tray as a collection, never both. CUPS also needs the tray alone."""
    if tray is None:
        yield Attribute("media", IppTag.KEYWORD, _A4_NAME)
        return
    size = tuple(
        Attribute(name, IppTag.INTEGER, side) for name, side in zip(("x-dimension", "y-dimension"), _A4, strict=True)
    )
    source = Attribute("media-source", IppTag.KEYWORD, tray)
    yield Attribute(
        "media-col", IppTag.BEGIN_COLLECTION, (Attribute("media-size", IppTag.BEGIN_COLLECTION, size), source)
    )
    yield source


def _read_job(group: Mapping[str, Any]) -> JobStatus:
    state, title = IppJobState(group["job-state"]), group.get("job-name")
    reasons = (*_get_values(group, "job-state-reasons"), *_get_values(group, "job-printer-state-reasons"))
    return JobStatus(
        number=int(group["job-id"]),
        title=None if title is None else str(title),
        state=state,
        reasons=reasons,
        words=clean_answer(str(group.get("job-printer-state-message", ""))),
        is_empty=state in _WAITING_STATES and group.get("number-of-documents") == 0,
        has_begun=bool(group.get("time-at-processing")),
    )


def _read_queue(group: Mapping[str, Any]) -> QueueStatus:
    words = (str(group.get("printer-state-message", "")), *_get_values(group, "printer-state-reasons"))
    return QueueStatus(
        name=str(group["printer-name"]),
        accepts=group.get("printer-is-accepting-jobs") is not False,
        stopped=group.get("printer-state") == IppPrinterState.STOPPED,
        message=_join_reasons(words),
        trays=_get_values(group, "media-source-supported"),
    )


def _get_values(group: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """Return the values of an attribute; pyipp returns a single value without a list."""
    values = group.get(name) or []
    return tuple(clean_answer(str(value)) for value in (values if isinstance(values, list) else [values]))


def _join_reasons(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(word for word in words if word and word not in _UNIMPORTANT_REASONS))
