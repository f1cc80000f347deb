"""``petitioner log copy``: a whole copy of the log, looked through."""

from pathlib import Path

from petitioner.commands.secretary import open_log, read_log
from petitioner.errors import PetitionerError
from petitioner.mailing_log.events.chain import find_tip
from petitioner.mailing_log.storage.raw import describe_schema
from petitioner.mailing_log.storage.store import MailingLog
from petitioner.mailing_log.storage.verification import find_faults
from petitioner.terminal import Terminal


def copy_by_hand(terminal: Terminal, folder: Path, *, to: Path | None = None, as_json: bool = False) -> int:
    """Copy the log to ``to``, a new file or a folder, or to the user's data, where the last ten are kept.

    Gives 1 when the copy is as faulty as the log. Raises ``PetitionerError`` when there is none or it cannot be copied.
    """
    log = open_log(terminal, folder)
    events = read_log(terminal, log)
    tip = find_tip(events)
    if tip is None:
        raise PetitionerError(
            "There is no log yet, so there is nothing to copy.", "Record something: petitioner log add"
        )
    if to is not None and to.is_dir():
        to /= f"mailing-log-{len(events)}-{tip[:8]}.sqlite"
    made = log.copy_by_hand(to)
    copy = MailingLog(made).read_raw()
    faults = find_faults(copy, describe_schema())
    if as_json:
        terminal.show_json({"copy": str(made), "events": len(copy.events), "tip": tip, "whole": not faults})
    else:
        count = len(copy.events)
        terminal.show(f"{made}: {count} event{'s' if count != 1 else ''}, tip {tip}")
    if faults:
        terminal.say("The log has faults, and so has its copy.", style="yellow")
        terminal.say_next("petitioner log verify", "to see them")
    else:
        terminal.say_next(f"petitioner log restore {made}", "should the log ever be lost")
    return int(bool(faults))
