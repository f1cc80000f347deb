"""``petitioner log redact``: words, and files if asked, go for good; the chain stays provable."""

from collections.abc import Iterable
from dataclasses import dataclass

from petitioner.commands.inspection import count_things
from petitioner.commands.secretary import ask_reason, open_log, read_log, sign_in
from petitioner.errors import PetitionerError, UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.corrections import draft_redaction, find_event
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.export import export_events
from petitioner.terminal import IT_ASKS, Terminal


@dataclass(frozen=True, slots=True)
class Erasing:
    """What was typed after ``log redact``: of which event, why, whether its ``files`` too, and without a question."""

    event: int
    because: str | None
    files: bool = False
    yes: bool = False


def redact_event(terminal: Terminal, desk: Desk, asked: Erasing, *, as_json: bool = False) -> int:
    """Erase the note, tracking number and flags of an event, and with ``files`` the bytes of its files.

    That it was done stays in the log. Raises ``UsageError`` for an unknown event or no reason, ``PetitionerError``
    where nothing can be erased.
    """
    reason = ask_reason(terminal, asked.because)
    log = open_log(terminal, desk.folder, desk.recipients)
    before = read_log(terminal, log)
    draft = draft_redaction(asked.event, reason, desk, before, files=asked.files)
    if not asked.yes:
        _confirm(
            terminal, find_event(asked.event, before), len(draft.details.erased), asks=terminal.can_ask and not as_json
        )
    signed = sign_in(terminal, desk)
    (recorded,) = log.append(lambda events: [draft_redaction(asked.event, reason, signed, events, files=asked.files)])
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        _show(terminal, recorded, asked.event)
    for number in _share(before, recorded):
        terminal.say(f"Note: event {number} had one of these files too, and has it no longer.", style="yellow")
    terminal.say("Copies of the log that were made before still hold what was erased here.", style="yellow")
    terminal.say_next(f"petitioner log show {recorded.recipient}", "to see what is left")
    return 0


def _confirm(terminal: Terminal, event: Event, files: int, *, asks: bool) -> None:
    """Ask before anything is erased. Raises ``UsageError`` where nobody can be asked, ``PetitionerError`` for a no."""
    what = f"the words of event {event.id}, {event.recipient} {event.kind} on {event.happened_on}"
    what += f", and {count_things(files, 'file')}" if files else ""
    if not asks:
        raise UsageError(f"This would erase {what}. It cannot be undone.", IT_ASKS)
    if not terminal.ask_yes(f"Erase {what}? It cannot be undone."):
        raise PetitionerError("Nothing was erased.", f"See what the log has: petitioner log show {event.recipient}")


def _show(terminal: Terminal, recorded: Event, about: int) -> None:
    count = len(recorded.details.erased)
    files = f" and the bytes of {count} file{'s' if count != 1 else ''}" if count else ""
    terminal.show(f"Event {recorded.id}: the words of event {about}{files} are erased; that it happened stays")


def _share(events: Iterable[Event], recorded: Event) -> list[int]:
    erased = set(recorded.details.erased)
    others = (event for event in events if event.id != recorded.details.redacts)
    return [event.id for event in others if erased & {document.sha256 for document in event.documents}]
