"""``petitioner inbox``: record bounces and replies from a mailbox or from files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from petitioner.commands.log_context import ask_author, open_log, read_log
from petitioner.commands.prepare_send import find_password
from petitioner.errors import ExitStatus
from petitioner.inputs.settings import locate_settings
from petitioner.log.context import LogContext
from petitioner.log.events import format_time
from petitioner.log.export import export_events
from petitioner.log.fact_input import read_day
from petitioner.log.kinds import Kind
from petitioner.mail.accounts import choose_account, read_accounts, require_imap
from petitioner.mail.inbox.imap_folders import read_folders
from petitioner.mail.inbox.mail_files import read_saved_mails
from petitioner.mail.inbox.match import SentMessage, list_sent, make_search_criteria, match_mail
from petitioner.mail.inbox.record import ReplyIndex, draft_inbox_events
from petitioner.mail.inbox.report import InboxReport, MailToReview, UndecidedPacket, make_inbox_report
from petitioner.mail.inbox.returned_mail import Mail
from petitioner.model.account import Account
from petitioner.terminal import Terminal, format_count

_IN_DOUBT = "Look for it in your sent mail, or ask the recipient. It may have been sent even if you find nothing."
_BY_HAND = "Send it from your mail program, if you have not; it is found when it is in your sent mail."

_MOST_UNREAD = 100  # files that are named; a folder of other things has thousands
_MOST_FOREIGN = 5  # notices about other people's e-mails that are shown one by one


@dataclass(frozen=True, slots=True)
class InboxOptions:
    """What was typed: where to look, by which ``account``, and from which day on instead of the first sending."""

    folder: Path | None = None
    account: str | None = None
    since: str | None = None


def read_inbox(terminal: Terminal, context: LogContext, options: InboxOptions, *, as_json: bool) -> int:
    """Record what came back; return 1 when something bounced, 4 when something is in doubt.

    Raises ``PetitionerError`` for an account, a folder or a log that cannot be read, or while another run is sending.
    """
    log = open_log(terminal, context.folder, context.recipients)
    since = None if options.since is None else read_day(options.since)
    events = read_log(terminal, log)
    sent = list_sent(events, log.read_blob)
    own = [one for one in sent if one.claim.campaign == context.campaign.id]  # of all editions of the year
    if not own:
        absence = log.find_location_problem(events)
        if absence and absence.lost:
            terminal.say("The log of what was sent is missing, so bounces and replies cannot be recorded.")
            terminal.say_next(*absence.step)
            return ExitStatus.FAILED
        terminal.say(f"Nothing of {context.campaign.id} was sent by e-mail, so nothing can come back.")
        terminal.say_next("petitioner send", "to see what would be sent")
        return ExitStatus.DONE
    named_context = ask_author(terminal, context)
    if options.folder:
        mailbox = read_saved_mails(options.folder)
    else:
        account = _choose_account(options.account, own)
        first = since or min(one.claim.recorded_at.date() for one in own)
        criteria = make_search_criteria(
            sent, ReplyIndex.read(events).states, first
        )  # all that was ever sent, in what came since then
        server = require_imap(account)
        mailbox = read_folders(server, find_password(terminal, account, server), criteria)
    matches = [match_mail(mail, sent) for mail in mailbox.mails if _is_recent(mail, since, context)]
    with log.block_sending():  # the messages of a run that is sending would look as if they were lost
        recorded = log.append(lambda events: draft_inbox_events(matches, named_context, events))
    report = make_inbox_report(mailbox, matches, recorded, log.read(), context, sent)
    if as_json:
        terminal.show_json(_serialize_report(report))
    else:
        _show_report(terminal, report)
    _report_undecided(terminal, context, report)
    return _report_next_step(terminal, report)


def _is_recent(mail: Mail, since: date | None, context: LogContext) -> bool:
    return since is None or mail.sent is None or context.campaign.day_at(mail.sent) >= since


def _choose_account(name: str | None, sent: Iterable[SentMessage]) -> Account:
    """Return the named account, or the one that sent this campaign, or the only one."""
    accounts = read_accounts(locate_settings())
    used = {one.claim.details.account for one in sent}
    known = [account.name for account in accounts if account.name in used]
    return choose_account(accounts, name or (known[0] if len(known) == 1 else None))


def _show_report(terminal: Terminal, report: InboxReport) -> None:
    for event in report.events:
        answer = f": {event.details.said}" if event.details.said else ""
        style = "red" if event.kind is Kind.BOUNCED else "green"
        terminal.show(f"Event {event.id}: {event.recipient} {event.kind} on {event.happened_on}{answer}", style)
    for mail in report.to_review:
        if mail.is_foreign:
            continue
        terminal.show(f"Look at {_format_mail(mail.mail)}: {mail.words}", "yellow")
        if mail.hint:
            terminal.show(f"    {mail.hint}")
    foreign = [mail for mail in report.to_review if mail.is_foreign]
    if foreign:
        terminal.show(f"{format_count(len(foreign), 'notice')} about other e-mails, which this program did not send:")
        for review in foreign[:_MOST_FOREIGN]:
            terminal.show(f"    {_format_mail(review.mail)}: {review.words}")
        if more := foreign[_MOST_FOREIGN:]:
            terminal.show(f"    and {len(more)} more; --json lists them all")


def _format_mail(mail: Mail) -> str:
    """Describe an e-mail so that a person finds it in a mail program."""
    day = f" of {mail.sent:%Y-%m-%d}" if mail.sent else ""
    return f"'{mail.subject}' from {mail.sender or 'nobody'}{day}"


def _report_undecided(terminal: Terminal, context: LogContext, report: InboxReport) -> None:
    """Show what helps with undecided packets, and with what came back."""
    unread = report.found.skipped
    for words in unread[:_MOST_UNREAD]:
        terminal.say(words, "yellow")
    if more := unread[_MOST_UNREAD:]:
        terminal.say(f"{format_count(len(more), 'more file')} not read; --json names them all.", "yellow")
    for waiting in report.undecided:
        since = context.format_local_time(waiting.packet.since.recorded_at)
        terminal.say(
            f"{waiting.id} is {waiting.packet.state} since {since}, and no e-mail decides it.",
            "bold yellow",
        )
        if waiting.sent and waiting.sent.message_id:
            terminal.say(f"    Subject '{waiting.sent.subject}', Message-ID {waiting.sent.message_id}")
        terminal.say(f"    {_IN_DOUBT if waiting.is_in_doubt else _BY_HAND}")
    for advice in report.advice:
        terminal.say(advice)


def _report_next_step(terminal: Terminal, report: InboxReport) -> int:
    read, made = report.found.seen, len(report.events)
    summary = f"{format_count(read, 'e-mail')} looked through, {report.concerning} about ours"
    terminal.say(f"{summary}; {format_count(made, 'event')} recorded.")
    if report.doubtful:
        command = f"petitioner log settle {report.doubtful[0]}"
        terminal.say_next(command, "when you know")
        return ExitStatus.IN_DOUBT
    if report.failed:
        terminal.say_next(f'petitioner log reopen {report.failed[0]} --because "…"', "after the cause is fixed")
    elif report.has_bounced:
        terminal.say_next("petitioner log", "it shows what bounced and what to do")
    else:
        terminal.say_next("petitioner log", "to see the state of every packet")
    return ExitStatus.FAILED if report.has_bounced else ExitStatus.DONE


def _serialize_report(report: InboxReport) -> dict[str, object]:
    """Return the result for ``--json``."""
    return {
        "looked_through": report.found.seen,
        "about_ours": report.concerning,
        "recorded": export_events(report.events, report.events),
        "to_look_at": [_serialize_mail(mail) for mail in report.to_review],
        "not_read": list(report.found.skipped),
        "waiting": [_serialize_undecided(waiting) for waiting in report.undecided],
    }


def _serialize_undecided(waiting: UndecidedPacket) -> dict[str, object]:
    sent = waiting.sent
    return {
        "recipient": waiting.id,
        "state": waiting.packet.state,
        "since": format_time(waiting.packet.since.recorded_at),
        "subject": sent.subject if sent else None,
        "message_id": sent.message_id if sent else None,
    }


def _serialize_mail(review: MailToReview) -> dict[str, object]:
    mail = review.mail
    return {
        "subject": mail.subject,
        "from": mail.sender,
        "date": mail.sent.isoformat() if mail.sent else None,
        "nature": mail.kind,
        "recipients": list(review.recipients),
        "words": review.words,
    }
