"""What `send` tells: what would go, what became of each message, and what stays; for a person and for a program."""

from collections import Counter
from collections.abc import Iterable, Sequence

from petitioner.carriers import ENDING, Outcome
from petitioner.commands.inspection import count_things
from petitioner.commands.mail.outbox import Outbox
from petitioner.commands.staying import describe_staying, show_staying
from petitioner.mailing.dispatch import Report
from petitioner.mailing.jobs import Job
from petitioner.mailing.plan import Staying
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.states.packets import State
from petitioner.mailing_log.states.standings import Standing
from petitioner.message.writing import name_files, title
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal

Tries = Sequence[Report | Staying]
"""What became of each try of a run, in order."""

GONE = frozenset({Outcome.ACCEPTED, Outcome.DRAFTED, Outcome.EXPORTED})
"""The outcomes after which nothing is left for this program to do."""

_STYLES = {
    **dict.fromkeys(GONE, "green"),
    **dict.fromkeys((Outcome.REFUSED, *ENDING), "red"),
    Outcome.IN_DOUBT: "bold red",
}
_MISHAPS = {
    Outcome.DEFERRED: "put off: ",
    Outcome.FAILED: "the account or the line failed, and the run ends: ",
    Outcome.LIMITED: "the account may send no more for now, and the run ends: ",
}


_FROM_A_FILE = (
    "Open each file in your mail program, look at it, and press Send. Outlook opens it as a draft; where another "
    "program only shows it, choose Edit As New Message."
)
_FROM_THE_DRAFTS = "Open each draft in your mail program, look at it, and press Send."
_HELD = (
    "No command makes these messages again. Each waits until `petitioner inbox` finds it among your sent mail, or you "
    "say so: petitioner log settle ID"
)


def show_jobs(terminal: Terminal, outbox: Outbox, *, own_copy: bool) -> None:
    """Everything that would leave, whether a copy of each comes to ourselves, and a word on what is large."""
    if outbox.jobs:
        rows = (
            (
                job.recipient,
                ", ".join(mailbox.address for mailbox in job.message.to),
                title(job.message),
                f"{', '.join(name_files(job.message))} ({len(job.outgoing.content) / 1000:.0f} kB)",
            )
            for job in outbox.jobs
        )
        terminal.show_table(("would send", "to", "subject", "attached"), rows)
    if outbox.jobs and own_copy:
        terminal.say(f"A copy of each goes to {outbox.account.sender.address}, our own address.")
    for job in outbox.jobs:
        if job.is_large:
            size = f"{len(job.outgoing.content) / 1e6:.1f} MB"
            terminal.say(f"{job.recipient}: {size}; some mailboxes do not take more than 5 MB.", style="yellow")


def show_try(terminal: Terminal, tried: Report | Staying) -> None:
    """How one try ended, in the words of the other side."""
    if isinstance(tried, Staying):
        show_staying(terminal, [tried])
        return
    answer, id_ = tried.answer, tried.job.recipient
    said = " / ".join(answer.said.splitlines())
    words = f"{_MISHAPS[answer.outcome]}{said}" if answer.outcome in _MISHAPS else f"{answer.outcome}: {said}"
    terminal.show(f"{id_} {words} (event {tried.event.id})", style=_STYLES.get(answer.outcome, "yellow"))
    for address, reply in answer.refused.items():
        terminal.show(f"    {address}: {' / '.join(reply.splitlines())}")
    if answer.advice:
        terminal.say(f"    {answer.advice}", style="yellow")


def show_what_waits(terminal: Terminal, *, as_files: bool) -> None:
    """What a person does with messages that were made ready, and until when the log holds them."""
    terminal.say(_FROM_A_FILE if as_files else _FROM_THE_DRAFTS)
    terminal.say(_HELD)


def account_for(standings: Iterable[Standing]) -> str:
    """``3 = 2 accepted + 1 in doubt``: where every packet by e-mail stands, each counted once."""
    counts = Counter(_find_state(standing) for standing in standings)
    parts = " + ".join(f"{counts[state]} {state}" for state in State if counts[state])
    return f"{count_things(counts.total(), 'packet')} by e-mail: {counts.total()} = {parts}"


def tell_late(desk: Desk, standings: Iterable[Standing]) -> str:
    """Who is still to be written to although the day is past, and by what way."""
    ids = ", ".join(f"{one.id} ({' and '.join(one.open_ways)})" for one in standings)
    return f"The day was {desk.campaign.day}, and still to be written to: {ids}."


def _find_state(standing: Standing) -> State:
    own = (packet.state for packet in standing.packets if packet.key.channel == Channel.EMAIL)
    return next(own, standing.state)


def describe_run(outbox: Outbox, tries: Tries, way: str | None) -> dict[str, object]:
    """The run for a program: what would go or went, each try, and what stays."""
    staying = (*outbox.staying, *(one for one in tries if isinstance(one, Staying)))
    return {
        "account": outbox.account.name,
        "from": outbox.account.sender.address,
        "way": way,
        "messages": [_describe_job(job) for job in outbox.jobs],
        "tries": [_describe_try(one) for one in tries if isinstance(one, Report)],
        "staying": [
            {key: value for key, value in one.items() if key != "channel"} for one in describe_staying(staying)
        ],
    }


def _describe_try(report: Report) -> dict[str, object]:
    return {
        "recipient": report.job.recipient,
        "outcome": str(report.answer.outcome),
        "said": report.answer.said,
        "refused": dict(report.answer.refused),
        "advice": report.answer.advice,
        "event": report.event.id,
    }


def _describe_job(job: Job) -> dict[str, object]:
    return {
        "recipient": job.recipient,
        "to": [mailbox.address for mailbox in job.message.to],
        "message_id": job.message.mark.message_id,
        "subject": title(job.message),
        "attached": list(name_files(job.message)),
        "bytes": len(job.outgoing.content),
        "claim": job.going.claim.id if job.going.claim else None,
    }
