"""What printing on a queue tells: what would be printed, what became of each job; for a person and for a program."""

from collections.abc import Iterable, Sequence

from petitioner.carriers.spool import PrintEnd
from petitioner.commands.inspection import name_ids
from petitioner.commands.staying import describe_staying, show_staying
from petitioner.mailing.plan import Staying
from petitioner.mailing.printing import Report
from petitioner.mailing.stack import Stack
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal

_VERDICTS = {PrintEnd.COMPLETED: "printed", PrintEnd.CANCELLED: "not printed", PrintEnd.ABORTED: "not printed"}
_STYLES = {PrintEnd.COMPLETED: "green", PrintEnd.CANCELLED: "red", PrintEnd.ABORTED: "red"}
_DOUBT = (
    "Look at the printer and its queue, then the same command again: it asks the queue first.\n"
    "Once it lies on paper: petitioner log add printed {id}\n"
    "To print it anew, and take the old job out of the queue: petitioner print --printer {queue} --again {id}"
)
NOTHING = "There is nothing to print now."
_DONE = {Channel.HAND: "handed"}


def show_sheaves(terminal: Terminal, stack: Stack) -> None:
    """Everything that would be printed, one packet a line."""
    rows = [
        (item.id, item.packet.key.channel, item.bundle.reference, ", ".join(paper.name for paper in item.bundle.papers))
        for item in stack.items
    ]
    terminal.show_table(("would print", "by", "reference", "documents"), rows)


def show_report(terminal: Terminal, tried: Report | Staying, queue: str) -> None:
    """What became of one job, in the words of its queue, and what to do where that is not known."""
    if isinstance(tried, Staying):
        show_staying(terminal, [tried])
        return
    ending, id_ = tried.ending, tried.key.recipient
    verdict = _VERDICTS.get(ending.end, "in doubt")
    style = _STYLES.get(ending.end, "bold red")
    terminal.show(f"{id_} ({tried.key.channel}) {verdict}: {ending.said} (event {tried.event.id})", style=style)
    if tried.older and tried.older.end is not PrintEnd.CANCELLED:
        terminal.say(f"    Throw away what was approved before, if it came out: {tried.older.said}", style="yellow")
    if verdict == "in doubt":
        for line in _DOUBT.format(id=id_, queue=queue).splitlines():
            terminal.say(f"    {line}")


def name_next(queue: str, printed: Iterable[Report], stack: Stack, *, is_doubtful: bool) -> tuple[str, str]:
    """The next command, and why."""
    keys = [report.key for report in printed]
    if is_doubtful:
        return f"petitioner print --printer {queue}", "it asks the queue what became of those in doubt"
    if keys:
        fact = _DONE.get(Channel(keys[0].channel), "posted")
        ids = name_ids(key.recipient for key in keys if key.channel == keys[0].channel)
        return f"petitioner log add {fact} {ids}", f"once they are {fact}"
    if stack.items:
        return f"petitioner print --printer {queue}", "once the printer is ready"
    return name_rest(stack)


def name_rest(stack: Stack) -> tuple[str, str]:
    """The next command where nothing is to be printed, and why."""
    if any(stay.needs_approval for stay in stack.staying):
        return "petitioner approve", "only what is approved is printed"
    return "petitioner log", "to see where every packet stands"


def describe_print(
    queue: str, stack: Stack, older: Sequence[Report], tries: Sequence[Report | Staying]
) -> dict[str, object]:
    """The run for a program: what was heard of older jobs, each job of this run, and what stays."""
    staying = (*stack.staying, *(one for one in tries if isinstance(one, Staying)))
    return {
        "printer": queue,
        "packets": [{"recipient": item.id, "channel": item.packet.key.channel} for item in stack.items],
        "older": [_describe_report(report) for report in older],
        "jobs": [_describe_report(one) for one in tries if isinstance(one, Report)],
        "staying": describe_staying(staying),
    }


def _describe_report(report: Report) -> dict[str, object]:
    return {
        "recipient": report.key.recipient,
        "channel": report.key.channel,
        "job": report.ending.job,
        "end": str(report.ending.end),
        "said": report.ending.said,
        "event": report.event.id,
    }
