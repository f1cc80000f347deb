"""``petitioner log add``: record what a person did."""

from collections.abc import Iterable

from petitioner.commands.inspection import name_ids
from petitioner.commands.log.recording import (
    NOTHING,
    FindBuilt,
    Given,
    confirm_day,
    record_facts,
    show_recorded,
    tell_flags,
)
from petitioner.commands.secretary import open_log, read_log, sign_in
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.slips import Slip, read_slip
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.export import export_recorded
from petitioner.mailing_log.states.standings import require_known
from petitioner.model.recipient import Channel
from petitioner.terminal import Terminal


def add_events(
    terminal: Terminal,
    desk: Desk,
    slip: Slip,
    *,
    find_built: FindBuilt,
    given: Given = NOTHING,
    as_json: bool = False,
) -> int:
    """Record one fact about one or more recipients: about all of them or, when anything fails, about none.

    Whatever is unusual is flagged and recorded all the same. Raises ``UsageError`` for a slip that makes no sense,
    ``PetitionerError`` for a file that cannot be kept or a log that cannot be written.
    """
    report = read_slip(slip, desk)
    log = open_log(terminal, desk.folder, desk.recipients)
    require_known(slip.ids, desk.recipients, read_log(terminal, log))
    confirm_day(terminal, report, desk, yes=slip.yes, asks=terminal.can_ask and not as_json)
    signed = sign_in(terminal, desk)
    reports = dict.fromkeys(slip.ids, report)
    recorded = record_facts(terminal, log, signed, reports, find_built=find_built, given=given)
    if as_json:
        terminal.show_json(export_recorded(recorded))
    else:
        show_recorded(terminal, recorded)
    tell_flags(terminal, recorded)
    terminal.say_next(*_name_next(recorded))
    return 0


def _name_next(recorded: Iterable[Event]) -> tuple[str, str]:
    """What follows; of what was printed, how it leaves."""
    printed = [event for event in recorded if event.kind is Kind.PRINTED]
    if not printed:
        return "petitioner log", "to see where every packet stands"
    fact = "handed" if all(event.channel == Channel.HAND for event in printed) else "posted"
    ids = name_ids(event.recipient for event in printed if fact == "handed" or event.channel != Channel.HAND)
    return f"petitioner log add {fact} {ids}", f"once they are {fact}; petitioner print envelopes comes before"
