"""``petitioner send``: e-mail what is approved, each packet at most once."""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from os import environ
from pathlib import Path

from petitioner.accounts.reading import require_imap, require_smtp
from petitioner.accounts.secrets import Secret, find_secret
from petitioner.carriers import Carrier, Outcome
from petitioner.carriers.drafts import DraftsCarrier
from petitioner.carriers.eml import EmlCarrier
from petitioner.carriers.smtp import SmtpCarrier
from petitioner.commands.inspection import Scope, count_things
from petitioner.commands.outbox import Choices, Outbox, fill_outbox
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.files import hold_alone
from petitioner.mailing.dispatch import Dispatcher, Report
from petitioner.mailing.jobs import Job, rehearse_job
from petitioner.mailing.run import Pace, send_all
from petitioner.mailing_log.storage.store import SENDING_LOCK
from petitioner.model.account import Login, Server
from petitioner.terminal import Terminal

_GONE = frozenset({Outcome.ACCEPTED, Outcome.DRAFTED, Outcome.EXPORTED})
_STYLES = {**dict.fromkeys(_GONE, "green"), Outcome.REFUSED: "red", Outcome.IN_DOUBT: "bold red", Outcome.FAILED: "red"}


@dataclass(frozen=True, slots=True)
class Order:
    """What was said on the command line: one way out at the most, and ``yes`` instead of an answer.

    ``drafts`` and ``eml``, a folder, leave the last step to a person and a mail program.
    """

    choices: Choices
    for_real: bool = False
    to_me: bool = False
    drafts: bool = False
    eml: Path | None = None
    yes: bool = False

    @property
    def ways(self) -> tuple[str, ...]:
        """The options that were given of those that let messages go somewhere."""
        given = {"--for-real": self.for_real, "--to-me": self.to_me, "--drafts": self.drafts, "--eml": self.eml}
        return tuple(option for option, value in given.items() if value)


def send_packets(terminal: Terminal, scope: Scope, order: Order, *, as_json: bool) -> int:
    """Send, or say what would be sent: 0 done, 1 something stays that should go, 4 something is in doubt.

    Without ``for_real`` and ``to_me`` nothing leaves and nothing is recorded. Raises WorkspaceError when the workspace
    has errors, and ``PetitionerError`` for an account, a log or another run that does not allow it.
    """
    if len(order.ways) > 1:
        raise UsageError(f"{' and '.join(order.ways)} exclude each other.", "Rehearse first: petitioner send --to-me")
    outbox = fill_outbox(terminal, scope, order.choices)
    reports: Sequence[Report] = ()
    if outbox.jobs and order.to_me:
        reports = _rehearse(terminal, outbox, order)
    elif outbox.jobs and order.ways:
        reports = _send(terminal, outbox, order)
    elif not as_json:
        _show_jobs(terminal, outbox)
    if as_json:
        terminal.show_json(_describe(outbox, reports, order))
    _show_staying(terminal, outbox)
    return _conclude(terminal, outbox, reports, order)


def _send(terminal: Terminal, outbox: Outbox, order: Order) -> Sequence[Report]:
    outbox.log.require_home()
    with hold_alone(outbox.desk.folder / SENDING_LOCK) as is_ours:
        if not is_ours:
            raise PetitionerError("Another run is sending from here.", "Wait for its end, then: petitioner send")
        _confirm(terminal, outbox, order)
        outbox.log.copy_before("sending")
        with _open_carrier(terminal, outbox, order) as carrier:
            carrier.prepare()
            dispatcher = Dispatcher(outbox.log, outbox.desk, carrier, lambda: datetime.now(UTC), outbox.account.name)
            # A folder that takes no message, or has one already, will not think better of it within the run.
            again_after = outbox.account.again_after if order.for_real else ()
            pace = Pace(outbox.account.pause if order.for_real else 0, again_after, time.sleep)
            return list(_follow(terminal, send_all(dispatcher, outbox.jobs, pace)))


def _rehearse(terminal: Terminal, outbox: Outbox, order: Order) -> Sequence[Report]:
    with _open_carrier(terminal, outbox, order) as carrier:
        carrier.prepare()
        dispatcher = Dispatcher(outbox.log, outbox.desk, carrier, lambda: datetime.now(UTC), outbox.account.name)
        jobs = [rehearse_job(job, outbox.bench) for job in outbox.jobs]
        return list(_follow(terminal, (dispatcher.rehearse(job) for job in jobs)))


def _open_carrier(terminal: Terminal, outbox: Outbox, order: Order) -> Carrier:
    """The way out. Raises ``PetitionerError`` when the account has none of that kind, or no secret is to be had."""
    if order.eml:
        names = {job.outgoing.message_id: job.file_name for job in outbox.jobs}
        return EmlCarrier(order.eml, names.__getitem__)
    if order.drafts:
        imap = require_imap(outbox.account)
        return DraftsCarrier(imap, _find_secret(terminal, outbox, imap))
    smtp = require_smtp(outbox.account)
    return SmtpCarrier(smtp, _find_secret(terminal, outbox, smtp))


def _find_secret(terminal: Terminal, outbox: Outbox, server: Server) -> Secret | None:
    if server.login is Login.NONE:
        return None
    return find_secret(outbox.account, environ, terminal.ask_secretly if terminal.can_ask else None)


def _confirm(terminal: Terminal, outbox: Outbox, order: Order) -> None:
    """Ask for the number of messages, typed. Raises ``UsageError`` where nobody says yes."""
    if order.yes:
        return
    count, what = str(len(outbox.jobs)), count_things(len(outbox.jobs), "e-mail")
    if not terminal.can_ask:
        hint = "Say yes on the command line: petitioner send --for-real --yes"
        raise UsageError(f"{what} would be sent, and nobody can be asked: there is no terminal.", hint)
    _show_jobs(terminal, outbox)
    if terminal.ask(f"Send {what} from {outbox.account.sender.address}? Type {count} to say yes:") != count:
        raise PetitionerError("Nothing was sent.", "See what would be sent: petitioner send")


def _follow(terminal: Terminal, reports: Iterator[Report]) -> Iterator[Report]:
    for report in reports:
        answer = report.answer
        said = f": {answer.said}" if answer.said else ""
        terminal.say(f"{report.job.recipient}: {answer.outcome}{said}", style=_STYLES.get(answer.outcome, ""))
        for address, reply in answer.refused.items():
            terminal.say(f"    {address}: {reply}")
        yield report


def _show_jobs(terminal: Terminal, outbox: Outbox) -> None:
    rows = [_tell(job) for job in outbox.jobs]
    if rows:
        terminal.show_table(("would send", "to", "subject", "attached", "kB"), rows)
    for job in outbox.jobs:
        if job.is_large:
            terminal.say(f"{job.recipient}: over 5 MB; some mailboxes do not take that much.", style="yellow")


def _tell(job: Job) -> tuple[str, ...]:
    message = job.message
    to = ", ".join(mailbox.address for mailbox in message.to)
    files = ", ".join(file.name for file in message.attached)
    return job.recipient, to, message.note.subject, files, f"{len(job.outgoing.content) / 1000:.0f}"


def _show_staying(terminal: Terminal, outbox: Outbox) -> None:
    for stay in outbox.staying:
        terminal.say(f"{stay.id} stays: {stay.reason}", style="" if stay.is_done else "yellow")
        if stay.hint:
            terminal.say(f"    {stay.hint}")


def _conclude(terminal: Terminal, outbox: Outbox, reports: Sequence[Report], order: Order) -> int:
    last = {report.job.recipient: report.answer.outcome for report in reports}
    is_doubtful = Outcome.IN_DOUBT in last.values() or any(stay.in_doubt for stay in outbox.staying)
    gone = sum(outcome in _GONE for outcome in last.values())
    terminal.say(_sum_up(outbox, order, gone))
    _say_next(terminal, outbox, order, is_doubtful=is_doubtful)
    if is_doubtful:
        return ExitStatus.IN_DOUBT
    is_left = any(not stay.is_done for stay in outbox.staying) or gone < len(last)
    return ExitStatus.FAILED if is_left else ExitStatus.DONE


def _sum_up(outbox: Outbox, order: Order, gone: int) -> str:
    count, sender = count_things(len(outbox.jobs), "e-mail"), outbox.account.sender.address
    if not order.ways or not outbox.jobs:
        return f"{count} would be sent from {sender}; nothing was sent."
    if order.to_me:
        return f"{gone} of {count} sent to {sender} alone, as a rehearsal; nothing counts as sent."
    if order.for_real:
        return f"{gone} of {count} sent from {sender}."
    return f"{gone} of {count} ready in {order.eml or 'the drafts'}; send each of them once from your mail program."


def _say_next(terminal: Terminal, outbox: Outbox, order: Order, *, is_doubtful: bool) -> None:
    if is_doubtful:
        terminal.say_next("petitioner inbox", "it looks for signs of what became of those in doubt")
    elif not outbox.jobs:
        terminal.say_next("petitioner log", "to see where every packet stands")
    elif order.to_me:
        terminal.say_next("petitioner send --for-real", "once you have read what came to you")
    elif order.ways:
        terminal.say_next("petitioner inbox", "it reads what came back, and finds what was sent")
    else:
        terminal.say_next("petitioner send --to-me", "a rehearsal, to yourself alone")


def _describe(outbox: Outbox, reports: Sequence[Report], order: Order) -> dict[str, object]:
    """The run for a program: what would go or went, each try, and what stays."""
    return {
        "account": outbox.account.name,
        "way": next(iter(order.ways), None),
        "messages": [_describe_job(job) for job in outbox.jobs],
        "tries": [
            {
                "recipient": report.job.recipient,
                "outcome": str(report.answer.outcome),
                "said": report.answer.said,
                "refused": dict(report.answer.refused),
                "event": report.event.id,
            }
            for report in reports
        ],
        "staying": [
            {"recipient": stay.id, "reason": stay.reason, "done": stay.is_done, "in_doubt": stay.in_doubt}
            for stay in outbox.staying
        ],
    }


def _describe_job(job: Job) -> dict[str, object]:
    message = job.message
    return {
        "recipient": job.recipient,
        "to": [mailbox.address for mailbox in message.to],
        "message_id": message.mark.message_id,
        "subject": message.note.subject,
        "attached": [file.name for file in message.attached],
        "bytes": len(job.outgoing.content),
        "claim": job.going.claim.id if job.going.claim else None,
    }
