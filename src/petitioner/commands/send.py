"""``petitioner send``: e-mail what is approved, each packet at most once."""

import time
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, datetime

from petitioner.commands.load_and_check import Scope
from petitioner.commands.log_context import ask_author, open_log
from petitioner.commands.prepare_send import Outbox, find_password, prepare_outbox
from petitioner.commands.runs import claim_packets, confirm_count, track_progress
from petitioner.commands.send_output import SendOptions, SendRun, conclude, serialize_run, show_jobs, show_try
from petitioner.delivery.handover import Transport
from petitioner.delivery.plan import SkippedPacket
from petitioner.errors import PetitionerError, UsageError
from petitioner.mail.accounts import require_imap, require_smtp
from petitioner.mail.dispatch import Dispatcher, Pace, SendReport, send_all
from petitioner.mail.drafts import DraftsTransport, EmlTransport
from petitioner.mail.outgoing import SendJob, make_rehearsal
from petitioner.mail.smtp import SmtpTransport
from petitioner.terminal import Terminal, format_count


def send_packets(terminal: Terminal, scope: Scope, options: SendOptions, *, as_json: bool) -> int:
    """Send, or show what would be sent; return 1 when something is left that should go, 4 when something is in doubt.

    Return 1 also when the campaign's day is past and a chosen recipient is still open by any channel. Without one of
    ``options.transports`` nothing is sent or recorded. Raises WorkspaceError when the workspace has errors, and
    ``PetitionerError`` for an account, a log or another run that does not allow it.
    """
    if len(options.transports) > 1:
        raise UsageError(
            f"{' and '.join(options.transports)} cannot be used together.",
            "Choose one of them; each is a different way to send. To rehearse first: petitioner send --to-me",
        )
    log = open_log(terminal, scope.folder)
    if options.claims:
        log.require_location()
    with log.block_sending() if options.claims else nullcontext():  # from the plan to the end
        outbox = prepare_outbox(terminal, scope, options.choices)
        run = SendRun()
        if outbox.jobs and options.transports:
            _send_messages(terminal, outbox, options, run, as_json=as_json)
        elif not as_json:
            show_jobs(terminal, outbox, own_copy=outbox.settings.own_copy)
    if as_json:
        terminal.show_json(serialize_run(outbox, run.tries, next(iter(options.transports), None)))
    return conclude(terminal, scope, options, outbox, run)


def _send_messages(terminal: Terminal, outbox: Outbox, options: SendOptions, run: SendRun, *, as_json: bool) -> None:
    """Claim the packets, ask, and send every message by the chosen transport."""
    outbox = replace(outbox, context=ask_author(terminal, outbox.context))
    if options.claims:
        claim_packets(outbox.log)
        if not options.yes:
            _confirm_messages(terminal, outbox, options, asks=terminal.can_ask and not as_json)
        outbox.log.copy_before("sending")
    with _open_transport(terminal, outbox, options) as transport:
        _prepare_transport(terminal, transport)
        dispatcher = Dispatcher(outbox.log, outbox.context, transport, lambda: datetime.now(UTC), outbox.account.name)
        jobs = tuple(make_rehearsal(job, outbox.settings) for job in outbox.jobs) if options.to_me else outbox.jobs

        def begin(job: SendJob) -> SendReport:
            run.begun.add(job.recipient)
            return dispatcher.rehearse(job) if options.to_me else dispatcher.hand_over(job)

        def show(tried: SendReport | SkippedPacket) -> None:
            if not as_json:
                show_try(terminal, tried)

        track_progress(terminal, send_all(begin, jobs, _choose_pace(terminal, outbox, options)), run, show)


def _prepare_transport(terminal: Terminal, transport: Transport) -> None:
    """Prepare the transport before the first message; if that fails, say that nothing was sent."""
    try:
        transport.prepare()
    except PetitionerError:
        terminal.say("Nothing was sent, and nothing was recorded.")
        raise


def _choose_pace(terminal: Terminal, outbox: Outbox, options: SendOptions) -> Pace:
    """Return the pauses that the account asks for; only a server can accept later what it refused."""

    def rest(seconds: float) -> None:
        terminal.say(f"Messages put off are tried again in {seconds:g} seconds. Ctrl-C ends the run; nothing is lost.")
        time.sleep(seconds)

    account = outbox.account
    is_smtp = options.for_real or options.to_me
    return Pace(account.pause if is_smtp else 0, account.again_after if options.for_real else (), time.sleep, rest)


def _open_transport(terminal: Terminal, outbox: Outbox, options: SendOptions) -> Transport:
    """Open the connection or folder. Raises ``PetitionerError`` without a server of that kind or a password."""
    if options.eml:
        names = {job.outgoing.message_id: job.file_name for job in outbox.jobs}
        return EmlTransport(options.eml, names.__getitem__)
    if options.drafts:
        imap = require_imap(outbox.account)
        return DraftsTransport(imap, find_password(terminal, outbox.account, imap))
    smtp = require_smtp(outbox.account)
    return SmtpTransport(smtp, find_password(terminal, outbox.account, smtp))


def _confirm_messages(terminal: Terminal, outbox: Outbox, options: SendOptions, *, asks: bool) -> None:
    """Ask for the number of messages."""

    def show() -> None:
        show_jobs(terminal, outbox, own_copy=outbox.settings.own_copy and options.for_real)

    refusal = PetitionerError("Nothing was sent.", "See what would be sent: petitioner send")
    confirm_count(terminal, _format_action(outbox, options), len(outbox.jobs), show, refusal, asks=asks)


def _format_action(outbox: Outbox, options: SendOptions) -> str:
    what = format_count(len(outbox.jobs), "e-mail")
    if options.eml:
        return f"Write {what} into {options.eml}, for you to send"
    sender = outbox.account.sender.address
    return f"Put {what} among the drafts of {sender}" if options.drafts else f"Send {what} from {sender}"
