"""``petitioner log confirm``: say of an unusual event that it is true as it stands."""

from collections.abc import Sequence
from pathlib import Path

from petitioner.commands.log.recording import take_evidence
from petitioner.commands.secretary import ask_reason, open_log, read_log, sign_in
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import draft_confirmation
from petitioner.mailing_log.export import export_events
from petitioner.terminal import Terminal


def confirm_event(
    terminal: Terminal,
    desk: Desk,
    *,
    event: int,
    because: str | None,
    files: Sequence[Path] = (),
    as_json: bool = False,
) -> int:
    """Record that an event is true, unusual as it is; `log` then no longer asks for attention to it.

    Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError`` where confirming says nothing.
    """
    reason, signed = ask_reason(terminal, because), sign_in(terminal, desk)
    log = open_log(terminal, desk.folder, desk.recipients)
    draft_confirmation(event, reason, signed, read_log(terminal, log))
    evidence = take_evidence(terminal, files)
    (recorded,) = log.append(lambda events: [draft_confirmation(event, reason, signed, events, evidence)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        terminal.show(f"Event {recorded.id}: event {event} ({recorded.recipient}) is true as it stands")
    terminal.say_next("petitioner log", "to see what still needs attention")
    return 0
