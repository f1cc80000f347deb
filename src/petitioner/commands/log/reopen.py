"""``petitioner log reopen``: a new attempt for a packet that did not arrive."""

from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.repairs import draft_reopening, list_spared
from petitioner.mailing_log.entries.slips import read_channel, read_reason, sign
from petitioner.mailing_log.events.records import Draft, Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.taken import Others
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.terminal import Terminal


def reopen_packet(
    terminal: Terminal, desk: Desk, *, id_: str, because: str, channel: str | None = None, as_json: bool = False
) -> int:
    """Record that a recipient is to be written to once more by the same way.

    Raises ``UsageError`` for an unknown recipient, way or no reason, ``PetitionerError`` for a packet that may have
    arrived.
    """
    reason, way, signed = read_reason(because), read_channel(channel), sign(desk)
    log = MailingLog.within(desk.folder, desk.recipients)

    def compose(events: tuple[Event, ...]) -> list[Draft]:
        return [draft_reopening(id_, reason, Others.read(signed, events), way)]

    compose(log.read())
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
