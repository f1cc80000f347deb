"""``petitioner log withdraw``: take a slip back, and leave both standing."""

from petitioner.commands.secretary import ask_reason, open_log, read_log, sign_in
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import draft_withdrawal
from petitioner.mailing_log.export import export_events
from petitioner.terminal import Terminal


def withdraw_event(terminal: Terminal, desk: Desk, *, event: int, because: str | None, as_json: bool = False) -> int:
    """Record that an event does not count; it stays visible, with the reason.

    Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError`` for one that cannot be taken back.
    """
    reason, signed = ask_reason(terminal, because), sign_in(terminal, desk)
    log = open_log(terminal, desk.folder, desk.recipients)
    present = read_log(terminal, log)
    draft_withdrawal(event, reason, signed, present)  # a slip that cannot be taken back must not make a log
    (recorded,) = log.append(lambda events: [draft_withdrawal(event, reason, signed, events)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        terminal.show(f"Event {recorded.id}: event {event} ({recorded.recipient}) is withdrawn and no longer counts")
    terminal.say_next(f"petitioner log --only {recorded.recipient}", "to see what counts now")
    return 0
