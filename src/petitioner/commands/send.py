"""``petitioner send``: e-mail what is approved, each packet at most once."""

import time
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from os import environ
from pathlib import Path

from petitioner.accounts.reading import require_imap, require_smtp
from petitioner.accounts.secrets import Secret, find_secret
from petitioner.carriers import Carrier
from petitioner.carriers.drafts import DraftsCarrier
from petitioner.carriers.eml import EmlCarrier
from petitioner.carriers.smtp import SmtpCarrier
from petitioner.commands.inspection import Scope, count_things
from petitioner.commands.outbox import Choices, Outbox, fill_outbox, list_meant
from petitioner.commands.receipts import (
    GONE,
    account_for,
    describe_run,
    show_jobs,
    show_staying,
    show_try,
    show_what_waits,
)
from petitioner.errors import ExitStatus, PetitionerError, UsageError
from petitioner.mailing.dispatch import Dispatcher, Report
from petitioner.mailing.jobs import Job, rehearse_job
from petitioner.mailing.plan import Staying
from petitioner.mailing.run import Pace, send_all
from petitioner.mailing_log.states.packets import State
from petitioner.mailing_log.states.standings import belongs
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.model.account import Login, Server
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal


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

    @property
    def claims(self) -> bool:
        """Whether packets count as handed over by it."""
        return self.for_real or self.drafts or self.eml is not None


@dataclass(slots=True)
class _Run:
    """What was tried so far, with whom it was ``begun``, and how it ``end``ed."""

    tries: list[Report | Staying] = field(default_factory=list)
    begun: set[str] = field(default_factory=set)
    end: ExitStatus = ExitStatus.DONE

    def count_gone(self) -> int:
        """How many messages went where they were to go."""
        return sum(isinstance(one, Report) and one.answer.outcome in GONE for one in self.tries)

    def list_untried(self, outbox: Outbox) -> list[str]:
        """Those whose turn never came."""
        return [job.recipient for job in outbox.jobs if job.recipient not in self.begun]


def send_packets(terminal: Terminal, scope: Scope, order: Order, *, as_json: bool) -> int:
    """Send, or say what would be sent: 0 done, 1 something stays that should go, 4 something is in doubt.

    Without any of ``order.ways`` nothing leaves and nothing is recorded. Raises WorkspaceError when the workspace has
    errors, and ``PetitionerError`` for an account, a log or another run that does not allow it.
    """
    if len(order.ways) > 1:
        raise UsageError(f"{' and '.join(order.ways)} exclude each other.", "Rehearse first: petitioner send --to-me")
    log = MailingLog.within(scope.folder)
    if order.claims:
        log.require_home()
    with log.keep_sending_out() if order.claims else nullcontext():  # from the plan to the end
        outbox = fill_outbox(terminal, scope, order.choices)
        run = _Run()
        if outbox.jobs and order.ways:
            _carry_out(terminal, outbox, order, run, as_json=as_json)
        elif not as_json:
            show_jobs(terminal, outbox, own_copy=outbox.bench.own_copy)
    if as_json:
        terminal.show_json(describe_run(outbox, run.tries, next(iter(order.ways), None)))
    return _conclude(terminal, scope, order, outbox, run)


def _carry_out(terminal: Terminal, outbox: Outbox, order: Order, run: _Run, *, as_json: bool) -> None:
    """Hand everything over. What ends it early ends no more than that: what was done is told."""
    if order.claims:
        _confirm(terminal, outbox, order, asks=terminal.can_ask and not as_json)
        outbox.log.copy_before("sending")
    with _open_carrier(terminal, outbox, order) as carrier:
        _prepare(terminal, carrier)
        hand_over, jobs = _direct(outbox, carrier, order)

        def begin(job: Job) -> Report:
            run.begun.add(job.recipient)
            return hand_over(job)

        try:
            for tried in send_all(begin, jobs, _choose_pace(outbox, order)):
                run.tries.append(tried)
                if not as_json:
                    show_try(terminal, tried)
        except KeyboardInterrupt:
            terminal.say("Interrupted.")
            run.end = ExitStatus.INTERRUPTED
        except PetitionerError as error:
            terminal.report_error(error)
            run.end = error.exit_status


def _prepare(terminal: Terminal, carrier: Carrier) -> None:
    """Get ready to hand over; what goes wrong here goes wrong before the first message."""
    try:
        carrier.prepare()
    except PetitionerError:
        terminal.say("Nothing was sent, and nothing was recorded.")
        raise


def _direct(outbox: Outbox, carrier: Carrier, order: Order) -> tuple[Callable[[Job], Report], tuple[Job, ...]]:
    dispatcher = Dispatcher(outbox.log, outbox.desk, carrier, lambda: datetime.now(UTC), outbox.account.name)
    if order.to_me:
        return dispatcher.rehearse, tuple(rehearse_job(job, outbox.bench) for job in outbox.jobs)
    return dispatcher.hand_over, outbox.jobs


def _choose_pace(outbox: Outbox, order: Order) -> Pace:
    """As slow as the account says where a server counts; what a folder does not take, it will not take later."""
    account = outbox.account
    is_smtp = order.for_real or order.to_me
    return Pace(account.pause if is_smtp else 0, account.again_after if order.for_real else (), time.sleep)


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
    return find_secret(outbox.account, environ, terminal.ask_secret if terminal.can_ask else None)


def _confirm(terminal: Terminal, outbox: Outbox, order: Order, *, asks: bool) -> None:
    """Ask for the number of messages, typed. Raises ``UsageError`` where nobody says yes."""
    if order.yes:
        return
    count, what = str(len(outbox.jobs)), count_things(len(outbox.jobs), "e-mail")
    if not asks:
        hint = "Say yes on the command line: the same command once more, with --yes"  # and with whatever chose whom
        raise UsageError(f"{_spell_deed(outbox, order, what)}? Nobody can be asked: there is no terminal.", hint)
    show_jobs(terminal, outbox, own_copy=outbox.bench.own_copy and order.for_real)
    if terminal.ask(f"{_spell_deed(outbox, order, what)}? Type {count} to say yes:") != count:
        raise PetitionerError("Nothing was sent.", "See what would be sent: petitioner send")


def _spell_deed(outbox: Outbox, order: Order, what: str) -> str:
    if order.eml:
        return f"Write {what} into {order.eml}, for you to send"
    sender = outbox.account.sender.address
    return f"Put {what} among the drafts of {sender}" if order.drafts else f"Send {what} from {sender}"


def _conclude(terminal: Terminal, scope: Scope, order: Order, outbox: Outbox, run: _Run) -> ExitStatus:
    """Tell how everything stands now, as the log says and not as this run remembers, and what to do next."""
    show_staying(terminal, outbox.staying)
    untried = run.list_untried(outbox) if order.ways else []
    if untried:
        terminal.say(f"Not tried: {', '.join(untried)}.", style="yellow")
    terminal.say(_sum_up(outbox, order, run.count_gone()))
    events = tuple(event for event in outbox.log.read() if belongs(event, outbox.desk.campaign))
    standings = list_meant(outbox.desk, events, scope.selection)
    if not order.to_me:
        terminal.say(f"{account_for(standings)}.")
    if run.count_gone() and (order.eml or order.drafts):
        show_what_waits(terminal, as_files=order.eml is not None)
    by_mail = [packet for one in standings for packet in one.packets if packet.key.channel == Channel.EMAIL]
    is_doubtful = any(packet.state is State.IN_DOUBT for packet in by_mail)
    is_left = untried or any(not stay.is_done for stay in outbox.staying) or not _all_went(run)
    _say_next(terminal, outbox, order, is_doubtful=is_doubtful, is_left=bool(is_left))
    return max(run.end, ExitStatus.IN_DOUBT if is_doubtful else ExitStatus(bool(is_left)))


def _all_went(run: _Run) -> bool:
    """Whether the last try of everybody who was tried went well."""
    last = {one.job.recipient if isinstance(one, Report) else one.id: one for one in run.tries}
    return all(isinstance(one, Report) and one.answer.outcome in GONE for one in last.values())


def _sum_up(outbox: Outbox, order: Order, gone: int) -> str:
    count, sender = count_things(len(outbox.jobs), "e-mail"), outbox.account.sender.address
    if not outbox.jobs:
        return "There is nothing to send now."
    if not order.ways:
        return f"{count} would be sent from {sender}; nothing was sent."
    if order.to_me:
        return f"{gone} of {count} sent to {sender} alone, as a rehearsal; nothing counts as sent."
    if order.for_real:
        return f"{gone} of {count} sent from {sender}."
    where = f"written into {order.eml}, one file each" if order.eml else f"put among the drafts of {sender}"
    return f"{gone} of {count} {where}; nothing has been sent yet."


def _say_next(terminal: Terminal, outbox: Outbox, order: Order, *, is_doubtful: bool, is_left: bool) -> None:
    if is_doubtful:
        terminal.say_next("petitioner inbox", "it looks for signs of what became of those in doubt")
    elif not outbox.jobs and any(stay.needs_approval for stay in outbox.staying):
        terminal.say_next("petitioner approve", "only what is approved goes out")
    elif not outbox.jobs:
        terminal.say_next("petitioner log", "to see where every packet stands")
    elif order.to_me:
        terminal.say_next("petitioner send --for-real", "once you have read what came to you")
    elif not order.ways:
        terminal.say_next("petitioner send --to-me", "a rehearsal, to yourself alone")
    elif is_left:
        terminal.say_next("petitioner send", "it says what is left, and why; nothing goes out twice")
    elif order.for_real:
        terminal.say_next("petitioner inbox", "it reads what came back, and finds what was sent")
    else:
        terminal.say_next("petitioner inbox", "once you have sent them; it finds them among your sent mail")
