"""``petitioner log redact``: words, and files if asked, go for good; the chain stays provable."""

from collections.abc import Iterable

from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import draft_redaction
from petitioner.mailing_log.entries.slips import read_reason, sign
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal


def redact_event(
    terminal: Terminal, desk: Desk, *, event: int, because: str, files: bool = False, as_json: bool = False
) -> int:
    """Erase the note, tracking number and flags of an event, and with ``files`` the bytes of its files.

    That it was done stays in the log. Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError``
    where nothing can be erased.
    """
    reason, signed = read_reason(because), sign(desk)
    log = MailingLog.within(desk.folder, desk.recipients)
    before = log.read()
    draft_redaction(event, reason, signed, before, files=files)
    (recorded,) = log.append(lambda events: [draft_redaction(event, reason, signed, events, files=files)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        _show(terminal, recorded, event)
    for number in _share(before, recorded):
        terminal.say(f"Note: event {number} had one of these files too, and has it no longer.", style="yellow")
    terminal.say("Copies of the log that were made before still hold what was erased here.", style="yellow")
    terminal.say_next(f"petitioner log show {recorded.recipient}", "to see what is left")
    return 0


def _show(terminal: Terminal, recorded: Event, about: int) -> None:
    count = len(recorded.details.erased)
    files = f" and the bytes of {count} file{'s' if count != 1 else ''}" if count else ""
    terminal.show(f"Event {recorded.id}: the words of event {about}{files} are erased; that it happened stays")


def _share(events: Iterable[Event], recorded: Event) -> list[int]:
    erased = set(recorded.details.erased)
    others = (event for event in events if event.id != recorded.details.redacts)
    return [event.id for event in others if erased & {document.sha256 for document in event.documents}]
