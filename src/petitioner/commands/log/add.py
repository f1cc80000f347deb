"""``petitioner log add``: record what a person did."""

from petitioner.commands.log.recording import NOTHING, FindBuilt, Given, record_facts, show_recorded, tell_flags
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.entries.slips import Slip, read_slip, sign
from petitioner.mailing_log.export import export_events
from petitioner.mailing_log.states.standings import require_known
from petitioner.mailing_log.storage.store import MailingLog
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
    report, signed = read_slip(slip, desk), sign(desk)
    require_known(slip.ids, desk.recipients, MailingLog.within(desk.folder).read())
    reports = dict.fromkeys(slip.ids, report)
    recorded = record_facts(signed, reports, find_built=find_built, given=given)
    if as_json:
        terminal.show_json({"recorded": export_events(recorded, recorded)})
    else:
        show_recorded(terminal, recorded)
    tell_flags(terminal, recorded)
    terminal.say_next("petitioner log", "to see where every packet stands")
    return 0
