"""``petitioner log confirm``: say of an unusual event that it is true as it stands."""

from collections.abc import Sequence
from pathlib import Path

from petitioner.commands.log.recording import take_evidence
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import draft_confirmation
from petitioner.mailing_log.entries.slips import read_reason, sign
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal


def confirm_event(
    terminal: Terminal, desk: Desk, *, event: int, because: str, files: Sequence[Path] = (), as_json: bool = False
) -> int:
    """Record that an event is true, unusual as it is; `log` then no longer asks for attention to it.

    Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError`` where confirming says nothing.
    """
    reason, signed = read_reason(because), sign(desk)
    log = MailingLog.within(desk.folder, desk.recipients)
    draft_confirmation(event, reason, signed, log.read())
    evidence = take_evidence(terminal, files)
    (recorded,) = log.append(lambda events: [draft_confirmation(event, reason, signed, events, evidence)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        terminal.show(f"Event {recorded.id}: event {event} ({recorded.recipient}) is true as it stands")
    terminal.say_next("petitioner log", "to see what still needs attention")
    return 0
