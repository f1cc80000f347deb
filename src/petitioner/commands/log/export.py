"""``petitioner log export``: the log for other programs and for spreadsheets."""

import json
import shlex
from collections.abc import Sequence
from pathlib import Path

from petitioner.commands.secretary import open_log, read_log
from petitioner.errors import PetitionerError, UsageError, suggest
from petitioner.files import write_atomically
from petitioner.mailing_log.events.records import Event
from petitioner.mailing_log.export import export_whole, make_rows, write_csv
from petitioner.terminal import Terminal

_FORMATS = ("csv", "json", "xlsx")


def export_log_file(
    terminal: Terminal, folder: Path, *, campaign: str | None = None, form: str | None = None, to: Path | None = None
) -> int:
    """Write the events of all years, or of one campaign, to a file or, as text, to standard output.

    Raises ``UsageError`` for a format that is none or does not go with the file, ``PetitionerError`` for a file that
    cannot be written.
    """
    chosen = _choose_format(form, to)
    everything = read_log(terminal, open_log(terminal, folder))
    events = _choose_events(everything, campaign)
    content = _export(chosen, events, everything)
    if to is not None:
        _write(to, content)
        terminal.say(f"{len(events)} events are in {to}.")
    elif chosen == "json":
        terminal.show_json(export_whole(events, everything))
    else:
        terminal.show_text(content.decode())
    if chosen == "csv" and not content.isascii():
        again = " ".join(("petitioner", *(("--campaign", campaign) if campaign else ()), "log export --to"))
        book = shlex.quote(str(to.with_suffix(".xlsx") if to else "log.xlsx"))
        terminal.say(f"Excel garbles the names in a CSV. For Excel: {again} {book}")
    terminal.say_next("petitioner log", "to see where every packet stands")
    return 0


def _export(form: str, events: Sequence[Event], everything: Sequence[Event]) -> bytes:
    match form:
        case "json":
            return (json.dumps(export_whole(events, everything), ensure_ascii=False, indent=2) + "\n").encode()
        case "csv":
            return write_csv(make_rows(events, everything)).encode()
        case _:
            from petitioner.mailing_log.workbook import write_workbook  # noqa: PLC0415 - only who wants it waits for it

            return write_workbook(make_rows(events, everything))


def _choose_format(form: str | None, to: Path | None) -> str:
    ending = to.suffix.lower().removeprefix(".") if to else ""
    chosen = form or ending or "csv"
    if chosen not in _FORMATS:
        hint = suggest(chosen, _FORMATS) or "Write csv for programs and tables, json for everything, xlsx for Excel."
        raise UsageError(f"'{chosen}' is not a format; write csv, json or xlsx.", hint)
    if to and ending != chosen:
        # So that no slip of the hand writes over recipients.yaml, or over the log itself.
        raise UsageError(f"{to} does not end in .{chosen}.", f"Name it so: --to {to.with_suffix('.' + chosen)}")
    if chosen == "xlsx" and to is None:
        raise UsageError("A spreadsheet cannot be printed on a terminal.", "Name a file: --to log.xlsx")
    return chosen


def _choose_events(events: Sequence[Event], campaign: str | None) -> Sequence[Event]:
    known = sorted({event.campaign for event in events})
    if campaign is not None and campaign not in known:
        there = f"it has {', '.join(known)}" if known else "it is empty"
        raise UsageError(f"The log has nothing of {campaign}; {there}.", suggest(campaign, known))
    return [event for event in events if campaign in (None, event.campaign)]


def _write(path: Path, content: bytes) -> None:
    try:
        write_atomically(path, content, private=True)
    except OSError as error:
        raise PetitionerError(f"{path} cannot be written ({error.strerror}).", "Name another: --to FILE") from None
