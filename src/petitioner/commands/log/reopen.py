"""``petitioner log reopen``: a new attempt for a packet that did not arrive."""

from petitioner.commands.secretary import ask_reason, open_log, read_log, sign_in
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.repairs import draft_reopening, list_spared
from petitioner.mailing_log.entries.slips import read_channel
from petitioner.mailing_log.events.records import Draft, Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.taken import Others
from petitioner.terminal import Terminal


def reopen_packet(
    terminal: Terminal, desk: Desk, *, id_: str, because: str | None, channel: str | None = None, as_json: bool = False
) -> int:
    """Record that a recipient is to be written to once more by the same way.

    Raises ``UsageError`` for an unknown recipient, way or no reason, ``PetitionerError`` for a packet that may have
    arrived.
    """
    reason, way, signed = ask_reason(terminal, because), read_channel(channel), sign_in(terminal, desk)
    log = open_log(terminal, desk.folder, desk.recipients)

    def compose(events: tuple[Event, ...]) -> list[Draft]:
        return [draft_reopening(id_, reason, Others.read(signed, events), way)]

    compose(read_log(terminal, log))
    with log.keep_sending_out():
        (recorded,) = log.append(compose)
    if as_json:
        terminal.show_json({"recorded": export_events([recorded], [recorded])})
    else:
        what = f"{id_} is open again by {recorded.channel}, attempt {recorded.attempt}"
        terminal.show(f"Event {recorded.id}: {what}")
    if spared := list_spared(recorded, log.read()):
        terminal.say(f"No bounce names {' and '.join(spared)}, who may have the e-mail already.", "bold yellow")
        terminal.say("    Leave only the addresses that failed in recipients.yaml, mended, or it goes there twice.")
    terminal.say_next(
        f"petitioner approve --only {id_}", "the approval of the attempt before does not hold for this one"
    )
    return 0
