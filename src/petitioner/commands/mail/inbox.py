"""``petitioner inbox``: what came back, read from a mailbox or from files, into the log."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from os import environ
from pathlib import Path

from petitioner.accounts.reading import choose_account, read_accounts, require_imap
from petitioner.accounts.secrets import find_secret
from petitioner.commands.inspection import count_things
from petitioner.commands.secretary import open_log, read_log, sign_in
from petitioner.errors import ExitStatus, UsageError
from petitioner.mailbox.files import read_files
from petitioner.mailbox.folders import Harvest, read_folders
from petitioner.mailbox.mail import Mail
from petitioner.mailbox.watch import Watch
from petitioner.mailing.findings import Findings, Look, Waiting, draw_conclusions
from petitioner.mailing.match import Match, match_mail
from petitioner.mailing.remarks import Remark
from petitioner.mailing.returns import Docket, draft_returns
from petitioner.mailing.sent import Sent, list_sent, make_watch
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.chain import spell_time
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Draft, Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.standings import belongs
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.model.account import Account, Login
from petitioner.settings import locate_settings
from petitioner.terminal import Terminal

_IN_DOUBT = "Look for it among what was sent, or ask the recipient; that it cannot be found proves nothing."
_BY_HAND = "Send it from your mail program, if that is not done; it is found once it lies among what was sent."

_MOST_UNREAD = 100  # files that are named; a folder of other things has thousands
_MOST_FOREIGN = 5  # notices about other people's e-mails that are shown one by one


@dataclass(frozen=True, slots=True)
class Errand:
    """What was typed: where to look, by which ``account``, and from which day on instead of the first sending."""

    folder: Path | None = None
    account: str | None = None
    since: str | None = None


def read_inbox(terminal: Terminal, desk: Desk, errand: Errand, *, as_json: bool) -> int:
    """Record what came back: 0 done, 1 something bounced, 4 something is in doubt.

    Raises ``PetitionerError`` for an account, a folder or a log that cannot be read, or while another run is sending.
    """
    log = open_log(terminal, desk.folder, desk.recipients)
    since = _read_since(errand.since)
    events = read_log(terminal, log)
    sent = list_sent(events, log.read_blob)
    if not any(belongs(one.claim, desk.campaign) for one in sent):
        absence = log.find_absence(events)
        if absence and absence.lost:
            terminal.say("The log that says what was sent is not here, so nothing that came back can be recorded.")
            terminal.say_next(*absence.step)
            return ExitStatus.FAILED
        terminal.say(f"Nothing of {desk.campaign.id} was sent by e-mail, so nothing can come back.")
        terminal.say_next("petitioner send", "to see what would be sent")
        return ExitStatus.DONE
    signed = sign_in(terminal, desk)
    if errand.folder:
        harvest = read_files(errand.folder)
    else:
        account = _choose_account(errand.account, sent, desk)
        harvest = _read_account(terminal, account, _set_watch(sent, events, since, desk))
    look = Look(harvest, [match_mail(mail, sent) for mail in harvest.mails if _is_recent(mail, since, desk)])
    recorded = _record(log, signed, look.matches)
    findings = draw_conclusions(look, recorded, log.read(), desk, sent)
    if as_json:
        terminal.show_json(_describe(findings))
    else:
        _show(terminal, findings)
    _tell_rest(terminal, desk, findings)
    return _end(terminal, findings)


def _read_since(text: str | None) -> date | None:
    try:
        return date.fromisoformat(text) if text is not None else None
    except ValueError:
        raise UsageError(f"'{text}' is not a day of the calendar.", "Write --since YYYY-MM-DD.") from None


def _is_recent(mail: Mail, since: date | None, desk: Desk) -> bool:
    return since is None or mail.sent is None or desk.campaign.day_at(mail.sent) >= since


def _set_watch(sent: Sequence[Sent], events: Sequence[Event], since: date | None, desk: Desk) -> Watch:
    """What to look for: all that was ever sent, in what came since the first message of this campaign was taken up."""
    first = min(one.claim.recorded_at.date() for one in sent if belongs(one.claim, desk.campaign))
    return make_watch(sent, Docket.read(events).states, since or first)


def _read_account(terminal: Terminal, account: Account, watch: Watch) -> Harvest:
    server = require_imap(account)
    ask = terminal.ask_secret if terminal.can_ask else None
    secret = None if server.login is Login.NONE else find_secret(account, environ, ask)
    return read_folders(server, secret, watch)


def _choose_account(name: str | None, sent: Iterable[Sent], desk: Desk) -> Account:
    """The account that is named, or the one that this campaign was sent by, or the only one."""
    accounts = read_accounts(locate_settings())
    used = {one.claim.details.account for one in sent if belongs(one.claim, desk.campaign)}
    known = [account.name for account in accounts if account.name in used]
    return choose_account(accounts, name or (known[0] if len(known) == 1 else None))


def _record(log: MailingLog, desk: Desk, matches: Sequence[Match]) -> tuple[Event, ...]:
    """Append what is sure; not while a run is sending, whose messages would look as if they were lost."""

    def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
        return draft_returns(matches, desk, events)

    with log.keep_sending_out():
        return log.append(compose)


def _show(terminal: Terminal, findings: Findings) -> None:
    for event in findings.events:
        said = f": {event.details.said}" if event.details.said else ""
        style = "red" if event.kind is Kind.BOUNCED else "green"
        terminal.show(f"Event {event.id}: {event.recipient} {event.kind} on {event.happened_on}{said}", style)
    for remark in findings.remarks:
        if remark.is_foreign:
            continue
        terminal.show(f"Look at {_name(remark.mail)}: {remark.words}", "yellow")
        if remark.hint:
            terminal.show(f"    {remark.hint}")
    foreign = [remark for remark in findings.remarks if remark.is_foreign]
    if foreign:
        terminal.show(f"{count_things(len(foreign), 'notice')} about other e-mails, with no mark of ours:")
        for remark in foreign[:_MOST_FOREIGN]:
            terminal.show(f"    {_name(remark.mail)}: {remark.words}")
        if more := foreign[_MOST_FOREIGN:]:
            terminal.show(f"    and {len(more)} more; --json lists them all")


def _name(mail: Mail) -> str:
    """An e-mail, as a person finds it in a mail program."""
    day = f" of {mail.sent:%Y-%m-%d}" if mail.sent else ""
    return f"'{mail.subject}' from {mail.sender or 'nobody'}{day}"


def _tell_rest(terminal: Terminal, desk: Desk, findings: Findings) -> None:
    """What helps a person with what is not decided, and with what came back."""
    unread = findings.look.harvest.remarks
    for words in unread[:_MOST_UNREAD]:
        terminal.say(words, "yellow")
    if more := unread[_MOST_UNREAD:]:
        terminal.say(f"{count_things(len(more), 'more file')} not read; --json names them all.", "yellow")
    for waiting in findings.waiting:
        since = desk.spell_locally(waiting.packet.since.recorded_at)
        terminal.say(
            f"{waiting.id} is {waiting.packet.state} since {since}, and nothing found says more.", "bold yellow"
        )
        if waiting.sent and waiting.sent.message_id:
            terminal.say(f"    Subject '{waiting.sent.subject}', Message-ID {waiting.sent.message_id}")
        terminal.say(f"    {_IN_DOUBT if waiting.is_in_doubt else _BY_HAND}")
    for advice in findings.advice:
        terminal.say(advice)


def _end(terminal: Terminal, findings: Findings) -> int:
    read, made = findings.look.harvest.seen, len(findings.events)
    told = f"{count_things(read, 'e-mail')} looked through, {findings.concerning} about ours"
    terminal.say(f"{told}; {count_things(made, 'event')} recorded.")
    if findings.doubtful:
        command = f"petitioner log settle {findings.doubtful[0]}"
        terminal.say_next(command, "once you have found out")
        return ExitStatus.IN_DOUBT
    if findings.failed:
        terminal.say_next(f'petitioner log reopen {findings.failed[0]} --because "…"', "once the cause is mended")
    elif findings.has_bounced:
        terminal.say_next("petitioner log", "it says what bounced, what came of it, and what can be done")
    else:
        terminal.say_next("petitioner log", "to see where every packet stands")
    return ExitStatus.FAILED if findings.has_bounced else ExitStatus.DONE


def _describe(findings: Findings) -> dict[str, object]:
    """The run for a program."""
    return {
        "looked_through": findings.look.harvest.seen,
        "about_ours": findings.concerning,
        "recorded": export_events(findings.events, findings.events),
        "to_look_at": [_describe_remark(remark) for remark in findings.remarks],
        "not_read": list(findings.look.harvest.remarks),
        "waiting": [_describe_waiting(waiting) for waiting in findings.waiting],
    }


def _describe_waiting(waiting: Waiting) -> dict[str, object]:
    sent = waiting.sent
    return {
        "recipient": waiting.id,
        "state": waiting.packet.state,
        "since": spell_time(waiting.packet.since.recorded_at),
        "subject": sent.subject if sent else None,
        "message_id": sent.message_id if sent else None,
    }


def _describe_remark(remark: Remark) -> dict[str, object]:
    mail = remark.mail
    return {
        "subject": mail.subject,
        "from": mail.sender,
        "date": mail.sent.isoformat() if mail.sent else None,
        "nature": mail.nature,
        "recipients": list(remark.recipients),
        "words": remark.words,
    }
