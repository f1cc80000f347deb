"""``petitioner log adopt``: the log lives here from now on."""

from petitioner.errors import PetitionerError, UsageError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.slips import read_words, sign
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.storage.home import draft_notice, list_hashes
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.settings import locate_data
from petitioner.terminal import Terminal
from petitioner.user_data.logs import Home, find_here, vouch


def adopt_log(terminal: Terminal, desk: Desk, *, because: str, as_json: bool = False) -> int:
    """Record that the log lives on this machine and in this folder, and remember it; nothing changes when it does.

    Raises ``UsageError`` without a reason, ``PetitionerError`` when there is no log or it cannot be remembered.
    """
    reason = read_words(because, "--because")
    if reason is None:
        raise UsageError("The reason is empty.", 'Say why: petitioner log adopt --because "…"')
    signed = sign(desk)
    log = MailingLog.within(desk.folder)
    events, here = log.read(), find_here(desk.folder)
    absence = log.find_absence(events)
    if not events:
        hint = (
            "Put a copy in its place: petitioner log restore COPY" if absence else "The first event will fix its home."
        )
        raise PetitionerError("There is no log here to adopt.", hint)
    if here is None and absence:
        raise PetitionerError(f"The log cannot be adopted: {absence.words}.", absence.hint)
    recorded: tuple[Event, ...] = ()
    if here and absence:
        notice = draft_notice(Kind.ADOPTED, reason, signed, home=str(here), flags={"absent": absence.words})
        with log.keep_sending_out():
            recorded = log.append(lambda _: [notice])
        _remember(log, here)
    if as_json:
        terminal.show_json({"recorded": export_events(recorded, recorded)})
    elif absence:
        terminal.show(f"Event {recorded[0].id}: the log lives in {desk.folder.resolve()} from now on")
        terminal.say(f"Before, {absence.words}. Delete every other copy, or never write to it again.", style="yellow")
    else:
        terminal.show("The log is at home already; nothing was recorded.")
    terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _remember(log: MailingLog, here: Home) -> None:
    try:
        vouch(here, list_hashes(log.read()))
    except OSError as error:
        sentence = (
            f"The log lives here now, but nothing could be remembered of it in {locate_data()} ({error.strerror})."
        )
        raise PetitionerError(sentence, "Allow yourself to write there, then adopt it again.") from error
