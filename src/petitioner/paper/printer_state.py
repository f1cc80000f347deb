"""Jobs and queues as a scheduler describes them, and the end of a job (RFC 8011, 5.3.7 and 5.3.8). No I/O."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pyipp.enums import IppJobState, IppPrinterState, IppTag

from petitioner.delivery.handover import shorten
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
"""What is asked of a job."""

QUEUE_ATTRIBUTES = (
    "printer-name",
    "printer-state",
    "printer-state-message",
    "printer-state-reasons",
    "printer-is-accepting-jobs",
    "media-source-supported",
)
"""What is asked of a queue."""

ENDED_UNPRINTED = frozenset({IppJobState.CANCELED, IppJobState.ABORTED})
"""The states of a job that is not printed any more."""

_WAITING = frozenset({IppJobState.PENDING, IppJobState.HELD})
_COMING_IN = frozenset({"job-incoming", "job-data-insufficient"})
_NOISE = _COMING_IN | {
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
    """What became of a job."""

    COMPLETED = "completed"
    """The printer took all of it."""
    HELD = "held"
    """It lies in the queue until somebody lets it go."""
    STOPPED = "stopped"
    """It lies in the queue, which prints nothing until somebody starts it."""
    CANCELLED = "cancelled"
    """It was taken out of the queue."""
    ABORTED = "aborted"
    """The printer or its driver gave up."""
    IN_DOUBT = "in doubt"
    """The queue does not say: it is still at it, has forgotten the job, or gives no answer."""


_ENDS = {
    IppJobState.COMPLETED: JobOutcome.COMPLETED,
    IppJobState.CANCELED: JobOutcome.CANCELLED,
    IppJobState.ABORTED: JobOutcome.ABORTED,
    IppJobState.STOPPED: JobOutcome.STOPPED,
    IppJobState.HELD: JobOutcome.HELD,
}
"""The states in which a job stays until somebody does something; the others are on their way."""

_LYING = {JobOutcome.HELD, JobOutcome.STOPPED}


@dataclass(frozen=True, slots=True)
class JobResult:
    """What became of a job, and what the queue said; ``job`` is its number, ``lies`` if it is still in the queue."""

    end: JobOutcome
    said: str
    job: int
    lies: bool = False


@dataclass(frozen=True, slots=True)
class JobSettings:
    """How a job is to be printed: on A4 and never scaled; ``tray`` is what the queue calls it."""

    copies: int = 1
    duplex: bool = True
    tray: str | None = None


@dataclass(frozen=True, slots=True)
class QueueStatus:
    """A queue as it is now; ``trays`` are those that it names, if it names any."""

    name: str
    accepts: bool
    stopped: bool
    said: str
    trays: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class JobStatus:
    """A job as it is now. ``title`` is None where the queue keeps it to itself; ``is_empty``: it never got its pages.

    ``has_begun`` when the printer has had some of it; ``words`` are the printer's own.
    """

    number: int
    title: str | None
    state: IppJobState
    reasons: tuple[str, ...] = ()
    words: str = ""
    is_empty: bool = False
    has_begun: bool = False


def find_result(job: JobStatus) -> JobResult | None:
    """What became of a job, or None while it is on its way."""
    end = _judge(job)
    if end is None:
        return None
    parts = [describe_job(job)]
    if job.state in ENDED_UNPRINTED and job.has_begun:
        parts.append("it had begun, so take away what came out")
    return JobResult(end, "; ".join(parts), job.number, end in _LYING)


def _judge(job: JobStatus) -> JobOutcome | None:
    if job.state is IppJobState.COMPLETED and "job-completed-with-errors" in job.reasons:
        return JobOutcome.IN_DOUBT
    if job.state is IppJobState.PENDING and "printer-stopped" in job.reasons:
        return JobOutcome.STOPPED
    if job.state is IppJobState.HELD and _COMING_IN & set(job.reasons):
        return None
    return _ENDS.get(job.state)


def describe_job(job: JobStatus) -> str:
    """``job 5 held: job-hold-until-specified``, with the printer's own words."""
    known = _join((job.words, *job.reasons))
    return f"job {job.number} {job.state.name.lower()}" + (f": {known}" if known else "")


def read_jobs(response: Response) -> tuple[JobStatus, ...]:
    """Return the jobs of a response; those without a number or a state are left out."""
    return tuple(_read_job(group) for group in response.jobs if "job-id" in group and "job-state" in group)


def read_queues(response: Response) -> tuple[QueueStatus, ...]:
    """Return the queues of a response."""
    return tuple(_read_queue(group) for group in response.printers if "printer-name" in group)


def encode_settings(ticket: JobSettings) -> tuple[Attribute, ...]:
    """The attributes of a new job (PWG 5100.7, PWG 5100.13); what a queue does not know it passes over."""
    sides = "two-sided-long-edge" if ticket.duplex else "one-sided"
    return (
        Attribute("copies", IppTag.INTEGER, ticket.copies),
        Attribute("sides", IppTag.KEYWORD, sides),
        Attribute("print-scaling", IppTag.KEYWORD, "none"),
        Attribute("job-sheets", IppTag.KEYWORD, "none"),  # no banner among the letters
        *_encode_media(ticket.tray),
    )


def _encode_media(tray: str | None) -> Iterator[Attribute]:
    """The paper, by name or with its tray as a collection, never both; CUPS hands on the tray by itself as well."""
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
    reasons = (*_list(group, "job-state-reasons"), *_list(group, "job-printer-state-reasons"))
    return JobStatus(
        number=int(group["job-id"]),
        title=None if title is None else str(title),
        state=state,
        reasons=reasons,
        words=shorten(str(group.get("job-printer-state-message", ""))),
        is_empty=state in _WAITING and group.get("number-of-documents") == 0,
        has_begun=bool(group.get("time-at-processing")),
    )


def _read_queue(group: Mapping[str, Any]) -> QueueStatus:
    words = (str(group.get("printer-state-message", "")), *_list(group, "printer-state-reasons"))
    return QueueStatus(
        name=str(group["printer-name"]),
        accepts=group.get("printer-is-accepting-jobs") is not False,
        stopped=group.get("printer-state") == IppPrinterState.STOPPED,
        said=_join(words),
        trays=_list(group, "media-source-supported"),
    )


def _list(group: Mapping[str, Any], name: str) -> tuple[str, ...]:
    """The values of an attribute, which pyipp gives bare when there is one alone."""
    values = group.get(name) or []
    return tuple(shorten(str(value)) for value in (values if isinstance(values, list) else [values]))


def _join(words: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(word for word in words if word and word not in _NOISE))
