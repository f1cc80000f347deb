"""``petitioner log restore``: a copy in the log's place, once it is known what that loses."""

from pathlib import Path

from petitioner.commands.secretary import ask_reason, mend_rights, open_log, sign_in
from petitioner.errors import PetitionerError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Draft
from petitioner.mailing_log.states.sentences import tell_event
from petitioner.mailing_log.storage.home import draft_notice, find_home
from petitioner.mailing_log.storage.restoration import Comparison, Restored, restore
from petitioner.terminal import Terminal
from petitioner.user_data.logs import find_here

_SHOWN = 10


def restore_copy(
    terminal: Terminal, desk: Desk, *, copy: Path, because: str | None = None, as_json: bool = False
) -> int:
    """Put a copy in the log's place. Where events may be lost, a reason is needed, which the log then keeps.

    Raises ``PetitionerError`` without that reason, and for a copy that does not verify or a log that cannot be written.
    """
    signed = sign_in(terminal, desk)
    log = open_log(terminal, desk.folder)
    mend_rights(terminal, desk.folder)

    def consent(comparison: Comparison) -> Draft | None:
        if comparison.is_safe:
            return None
        if because is None and not terminal.can_ask:
            hint = f'If that is as it should be: petitioner log restore {copy} --because "…"'
            raise PetitionerError(f"Nothing was restored yet. {_tell_loss(comparison)}", hint)
        if because is None:
            terminal.say(_tell_loss(comparison), style="yellow")
        reason = ask_reason(terminal, because, "Why is that as it should be? The log keeps the answer (q quits):")
        home = "" if find_home(comparison.copy) else str(find_here(desk.folder) or "")
        return draft_notice(Kind.RESTORED, reason, signed, home=home, flags={"restored": _tell_loss(comparison)})

    with log.keep_sending_out():
        done = restore(log, copy, consent)
    events = log.read()
    if as_json:
        terminal.show_json(_export(done, len(events)))
    else:
        terminal.show(f"Restored {copy}: the log has {len(events)} event{'s' if len(events) != 1 else ''}.")
        if done.kept:
            terminal.show(f"The log that was there before is kept in {done.kept}")
    if absence := log.find_absence(events):
        terminal.say(f"Note: {absence.describe(log.path)}", style="yellow")
        terminal.say_next('petitioner log adopt --because "…"', "before anything is sent by it")
    else:
        terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _tell_loss(comparison: Comparison) -> str:
    if comparison.present is None:
        return "The log that was there could not be read, so nobody can tell what the copy lacks."
    lost = [f"{event.recipient} {tell_event(event)}".strip() for event in comparison.lost]
    more = f"; and {len(lost) - _SHOWN} more" if len(lost) > _SHOWN else ""
    words = "event that the present log has is" if len(lost) == 1 else "events that the present log has are"
    return f"{len(lost)} {words} not in the copy: {'; '.join(lost[:_SHOWN])}{more}."


def _export(done: Restored, count: int) -> dict[str, object]:
    comparison = done.comparison
    return {
        "events": count,
        "lost": [event.id for event in comparison.lost] if comparison.present is not None else None,
        "gained": comparison.gained,
        "kept": str(done.kept) if done.kept else None,
    }
