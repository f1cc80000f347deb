"""What ``petitioner send`` shows: options, planned messages, results, and the next step."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from petitioner.commands.load_and_check import Scope
from petitioner.commands.prepare_send import MessageOptions, Outbox
from petitioner.commands.runs import Progress, choose_statuses, serialize_skipped, show_skipped
from petitioner.delivery.handover import ENDING, SendOutcome
from petitioner.delivery.plan import SkippedPacket, is_meant
from petitioner.errors import ExitStatus
from petitioner.log.context import LogContext
from petitioner.log.states.attention import is_late
from petitioner.log.states.packets import State
from petitioner.log.states.recipient_status import RecipientStatus
from petitioner.mail.dispatch import SendReport
from petitioner.mail.message import get_full_subject, list_attachment_names
from petitioner.mail.outgoing import SendJob
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal, format_count

Tries = Sequence[SendReport | SkippedPacket]
"""The result of each try of a run, in order."""

GONE = frozenset({SendOutcome.ACCEPTED, SendOutcome.DRAFTED, SendOutcome.EXPORTED})
"""The outcomes after which nothing is left for this program to do."""

_STYLES = {
    **dict.fromkeys(GONE, "green"),
    **dict.fromkeys((SendOutcome.REFUSED, *ENDING), "red"),
    SendOutcome.IN_DOUBT: "bold red",
}
_MISHAPS = {
    SendOutcome.DEFERRED: "put off: ",
    SendOutcome.FAILED: "the account or the line failed, and the run ends: ",
    SendOutcome.LIMITED: "the account may send no more for now, and the run ends: ",
}


_FROM_A_FILE = (
    "Open each file in your mail program, look at it, and press Send. Outlook opens it as a draft; where another "
    "program only shows it, choose Edit As New Message."
)
_FROM_THE_DRAFTS = "Open each draft in your mail program, look at it, and press Send."
_HELD = (
    "They are not made again. Each waits until `petitioner inbox` finds it in your sent mail, or you "
    "record it: petitioner log settle ID"
)


def show_jobs(terminal: Terminal, outbox: Outbox, *, own_copy: bool) -> None:
    """Show every message that would leave, whether we get a copy of each, and which are large."""
    if outbox.jobs:
        rows = (
            (
                job.recipient,
                ", ".join(mailbox.address for mailbox in job.message.to),
                get_full_subject(job.message),
                f"{', '.join(list_attachment_names(job.message))} ({len(job.outgoing.content) / 1000:.0f} kB)",
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


def show_try(terminal: Terminal, tried: SendReport | SkippedPacket) -> None:
    """Show how one try ended, in the words of the other side."""
    if isinstance(tried, SkippedPacket):
        show_skipped(terminal, [tried])
        return
    answer, id_ = tried.answer, tried.job.recipient
    answer_text = " / ".join(answer.said.splitlines())
    words = (
        f"{_MISHAPS[answer.outcome]}{answer_text}" if answer.outcome in _MISHAPS else f"{answer.outcome}: {answer_text}"
    )
    terminal.show(f"{id_} {words} (event {tried.event.id})", style=_STYLES.get(answer.outcome, "yellow"))
    for address, reply in answer.refused.items():
        terminal.show(f"    {address}: {' / '.join(reply.splitlines())}")
    if answer.advice:
        terminal.say(f"    {answer.advice}", style="yellow")


def show_waiting(terminal: Terminal, *, as_files: bool) -> None:
    """Show what to do with drafts or message files, and until when the log waits for them."""
    terminal.say(_FROM_A_FILE if as_files else _FROM_THE_DRAFTS)
    terminal.say(_HELD)


def summarize_packets(statuses: Iterable[RecipientStatus]) -> str:
    """Return ``3 = 2 accepted + 1 in doubt``: the states of all packets by e-mail, each counted once."""
    by_mail = ((one, (p.state for p in one.packets if p.key.channel == Channel.EMAIL)) for one in statuses)
    counts = Counter(next(states, status.state) for status, states in by_mail)
    parts = " + ".join(f"{counts[state]} {state}" for state in State if counts[state])
    return f"{format_count(counts.total(), 'packet')} by e-mail: {counts.total()} = {parts}"


def format_late(context: LogContext, statuses: Iterable[RecipientStatus]) -> str:
    """Name the recipients that are still open after the day, and their channels."""
    ids = ", ".join(f"{one.id} ({' and '.join(one.open_channels)})" for one in statuses)
    return f"The day was {context.campaign.day}, and still to be written to: {ids}."


def serialize_run(outbox: Outbox, tries: Tries, way: str | None) -> dict[str, object]:
    """Return the run for ``--json``: the messages, each try, and the packets that are skipped."""
    skipped = (*outbox.skipped, *(one for one in tries if isinstance(one, SkippedPacket)))
    return {
        "account": outbox.account.name,
        "from": outbox.account.sender.address,
        "way": way,
        "messages": [_serialize_job(job) for job in outbox.jobs],
        "tries": [_serialize_try(one) for one in tries if isinstance(one, SendReport)],
        "staying": [
            {key: value for key, value in one.items() if key != "channel"} for one in serialize_skipped(skipped)
        ],
    }


def _serialize_try(report: SendReport) -> dict[str, object]:
    return {
        "recipient": report.job.recipient,
        "outcome": str(report.answer.outcome),
        "said": report.answer.said,
        "refused": dict(report.answer.refused),
        "advice": report.answer.advice,
        "event": report.event.id,
    }


def _serialize_job(job: SendJob) -> dict[str, object]:
    return {
        "recipient": job.recipient,
        "to": [mailbox.address for mailbox in job.message.to],
        "message_id": job.message.ids.message_id,
        "subject": get_full_subject(job.message),
        "attached": list(list_attachment_names(job.message)),
        "bytes": len(job.outgoing.content),
        "claim": job.planned.claim.id if job.planned.claim else None,
    }


@dataclass(frozen=True, slots=True)
class SendOptions:
    """What was typed: at most one way to send, and ``yes`` instead of an answer.

    ``drafts`` and ``eml`` (a folder) leave the last step to a person with a mail program.
    """

    choices: MessageOptions
    for_real: bool = False
    to_me: bool = False
    drafts: bool = False
    eml: Path | None = None
    yes: bool = False

    @property
    def transports(self) -> tuple[str, ...]:
        """The given options that send messages or hand them to a mail program; without one nothing is sent."""
        given = {"--for-real": self.for_real, "--to-me": self.to_me, "--drafts": self.drafts, "--eml": self.eml}
        return tuple(option for option, value in given.items() if value)

    @property
    def claims(self) -> bool:
        """Whether packets are claimed, because they then count as delivered."""
        return self.for_real or self.drafts or self.eml is not None


@dataclass(slots=True)
class SendRun(Progress[SendReport]):
    """What was tried so far, and the recipients whose sending has ``begun``."""

    begun: set[str] = field(default_factory=set)

    def count_gone(self) -> int:
        """Count the messages that left as they should."""
        return sum(isinstance(one, SendReport) and one.answer.outcome in GONE for one in self.tries)

    def list_untried(self, outbox: Outbox) -> list[str]:
        """List the recipients whose sending was not begun."""
        return [job.recipient for job in outbox.jobs if job.recipient not in self.begun]

    def explain_end(self) -> str:
        """Return why the others were not tried, if the last try does not say it."""
        last = self.tries[-1] if self.tries else None
        if not isinstance(last, SendReport):
            return ""
        match last.answer.outcome:
            case SendOutcome.IN_DOUBT:
                return " Two in a row are in doubt: the line to the server may be bad."
            case SendOutcome.DEFERRED:
                return " Each was put off for the same reason, so the recipients are probably not the cause."
            case _:
                return ""

    @property
    def all_went(self) -> bool:
        """Whether the last try for each recipient succeeded."""
        last = {one.job.recipient if isinstance(one, SendReport) else one.id: one for one in self.tries}
        return all(isinstance(one, SendReport) and one.answer.outcome in GONE for one in last.values())


def conclude(terminal: Terminal, scope: Scope, options: SendOptions, outbox: Outbox, run: SendRun) -> ExitStatus:
    """Report the state of all packets from the log, and the next command."""
    show_skipped(terminal, outbox.skipped)
    untried = run.list_untried(outbox) if options.transports else []
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.{run.explain_end()}", style="yellow")
    terminal.say(_format_summary(outbox, options, run.count_gone()))
    chosen = choose_statuses(outbox.context, outbox.log.read(), scope.selection)
    statuses = [one for one in chosen if is_meant(one)]
    if not options.to_me:
        terminal.say(f"{summarize_packets(statuses)}.")
    late = [one for one in chosen if one.open_channels] if is_late(outbox.context) else []
    if late:
        terminal.say(format_late(outbox.context, late), style="yellow")
    if run.count_gone() and (options.eml or options.drafts):
        show_waiting(terminal, as_files=options.eml is not None)
    by_mail = [packet for one in statuses for packet in one.packets if packet.key.channel == Channel.EMAIL]
    is_doubtful = any(packet.state is State.IN_DOUBT for packet in by_mail)
    is_left = untried or any(not one.is_done for one in outbox.skipped) or not run.all_went
    has_ended = any(isinstance(one, SendReport) and one.answer.outcome in ENDING for one in run.tries)
    _say_next(terminal, outbox, options, is_doubtful=is_doubtful, is_left=bool(is_left), has_ended=has_ended)
    return max(run.end, ExitStatus.IN_DOUBT if is_doubtful else ExitStatus(bool(is_left or late)))


def _format_summary(outbox: Outbox, options: SendOptions, gone: int) -> str:
    count, sender = format_count(len(outbox.jobs), "e-mail"), outbox.account.sender.address
    if not outbox.jobs:
        return "There is nothing to send now."
    if not options.transports:
        return f"{count} would be sent from {sender}; nothing was sent."
    if options.to_me:
        return f"{gone} of {count} sent to {sender} only, as a rehearsal; nothing counts as sent."
    if options.for_real:
        return f"{gone} of {count} sent from {sender}."
    where = f"written into {options.eml}, one file each" if options.eml else f"put among the drafts of {sender}"
    return f"{gone} of {count} {where}; nothing has been sent yet."


def _say_next(
    terminal: Terminal, outbox: Outbox, options: SendOptions, *, is_doubtful: bool, is_left: bool, has_ended: bool
) -> None:
    """Name the first step that fits."""
    needs_approval = any(one.needs_approval for one in outbox.skipped)
    steps = (
        (is_doubtful, "inbox", "it looks for news of those in doubt"),
        (not outbox.jobs and needs_approval, "approve", "only what is approved is sent"),
        (not outbox.jobs, "log", "to see the state of every packet"),
        (has_ended, f"send {' '.join(options.transports)}", "when the account can send again"),
        (options.to_me, "send --for-real", "after you have read what you received"),
        (not options.transports, "send --to-me", "a rehearsal, to yourself only"),
        (is_left, "send", "it shows what is left, and why; nothing is sent twice"),
        (options.for_real, "inbox", "it reads bounces and replies, and finds what was sent"),
        (True, "inbox", "after you have sent them; it finds them in your sent mail"),
    )
    command, why = next((command, why) for fits, command, why in steps if fits)
    terminal.say_next(f"petitioner {command}", why)
