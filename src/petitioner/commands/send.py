"""``petitioner send``: e-mail what is approved, each packet at most once."""

import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from petitioner.commands.load_and_check import Scope, count_things
from petitioner.commands.log_context import open_log, sign_in
from petitioner.commands.prepare_send import Outbox, fill_outbox, find_password
from petitioner.commands.runs import claim_packets, confirm, follow
from petitioner.commands.send_output import Order, Run, conclude, describe_run, show_jobs, show_try
from petitioner.delivery.handover import Transport
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import PetitionerError, UsageError
from petitioner.mail.accounts import require_imap, require_smtp
from petitioner.mail.dispatch import Dispatcher, Pace, SendReport, send_all
from petitioner.mail.drafts import DraftsCarrier, EmlCarrier
from petitioner.mail.outgoing import SendJob, make_rehearsal
from petitioner.mail.smtp import SmtpCarrier
from petitioner.terminal import Terminal


def send_packets(terminal: Terminal, scope: Scope, order: Order, *, as_json: bool) -> int:
    """Send, or say what would be sent: 0 done, 1 something stays that should go, 4 something is in doubt.

    Also 1 when the campaign's day is past and somebody chosen is still to be written to, by whatever way.

    Without any of ``order.ways`` nothing leaves and nothing is recorded. Raises WorkspaceError when the workspace has
    errors, and ``PetitionerError`` for an account, a log or another run that does not allow it.
    """
    if len(order.ways) > 1:
        raise UsageError(f"{' and '.join(order.ways)} exclude each other.", "Rehearse first: petitioner send --to-me")
    log = open_log(terminal, scope.folder)
    if order.claims:
        log.require_location()
    with log.block_sending() if order.claims else nullcontext():  # from the plan to the end
        outbox = fill_outbox(terminal, scope, order.choices)
        run = Run()
        if outbox.jobs and order.ways:
            _carry_out(terminal, outbox, order, run, as_json=as_json)
        elif not as_json:
            show_jobs(terminal, outbox, own_copy=outbox.bench.own_copy)
    if as_json:
        terminal.show_json(describe_run(outbox, run.tries, next(iter(order.ways), None)))
    return conclude(terminal, scope, order, outbox, run)


def _carry_out(terminal: Terminal, outbox: Outbox, order: Order, run: Run, *, as_json: bool) -> None:
    """Hand everything over."""
    outbox = replace(outbox, context=sign_in(terminal, outbox.context))
    if order.claims:
        claim_packets(outbox.log)
        if not order.yes:
            _confirm(terminal, outbox, order, asks=terminal.can_ask and not as_json)
        outbox.log.copy_before("sending")
    with _open_carrier(terminal, outbox, order) as carrier:
        _prepare(terminal, carrier)
        dispatcher = Dispatcher(outbox.log, outbox.context, carrier, lambda: datetime.now(UTC), outbox.account.name)
        jobs = tuple(make_rehearsal(job, outbox.bench) for job in outbox.jobs) if order.to_me else outbox.jobs

        def begin(job: SendJob) -> SendReport:
            run.begun.add(job.recipient)
            return dispatcher.rehearse(job) if order.to_me else dispatcher.hand_over(job)

        def show(tried: SendReport | SkippedPacket) -> None:
            if not as_json:
                show_try(terminal, tried)

        follow(terminal, send_all(begin, jobs, _choose_pace(terminal, outbox, order)), run, show)


def _prepare(terminal: Terminal, carrier: Transport) -> None:
    """Get ready to hand over; what goes wrong here goes wrong before the first message."""
    try:
        carrier.prepare()
    except PetitionerError:
        terminal.say("Nothing was sent, and nothing was recorded.")
        raise


def _choose_pace(terminal: Terminal, outbox: Outbox, order: Order) -> Pace:
    """As slow as the account says where a server counts; what a folder does not take, it will not take later."""

    def rest(seconds: float) -> None:
        terminal.say(f"What was put off is tried again in {seconds:g} seconds; Ctrl-C ends the run and loses nothing.")
        time.sleep(seconds)

    account = outbox.account
    is_smtp = order.for_real or order.to_me
    return Pace(account.pause if is_smtp else 0, account.again_after if order.for_real else (), time.sleep, rest)


def _open_carrier(terminal: Terminal, outbox: Outbox, order: Order) -> Transport:
    """The way out. Raises ``PetitionerError`` when the account has none of that kind, or no secret is to be had."""
    if order.eml:
        names = {job.outgoing.message_id: job.file_name for job in outbox.jobs}
        return EmlCarrier(order.eml, names.__getitem__)
    if order.drafts:
        imap = require_imap(outbox.account)
        return DraftsCarrier(imap, find_password(terminal, outbox.account, imap))
    smtp = require_smtp(outbox.account)
    return SmtpCarrier(smtp, find_password(terminal, outbox.account, smtp))


def _confirm(terminal: Terminal, outbox: Outbox, order: Order, *, asks: bool) -> None:
    """Ask for the number of messages, typed."""

    def show() -> None:
        show_jobs(terminal, outbox, own_copy=outbox.bench.own_copy and order.for_real)

    refusal = PetitionerError("Nothing was sent.", "See what would be sent: petitioner send")
    confirm(terminal, _spell_deed(outbox, order), len(outbox.jobs), show, refusal, asks=asks)


def _spell_deed(outbox: Outbox, order: Order) -> str:
    what = count_things(len(outbox.jobs), "e-mail")
    if order.eml:
        return f"Write {what} into {order.eml}, for you to send"
    sender = outbox.account.sender.address
    return f"Put {what} among the drafts of {sender}" if order.drafts else f"Send {what} from {sender}"
