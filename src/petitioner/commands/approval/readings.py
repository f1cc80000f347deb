"""What a person reads before approving: what changed, each letter once, and what differs from one to the next."""

from collections.abc import Iterable, Sequence

from petitioner.approval.readings import Reading, ReadingLine, read_together
from petitioner.approval.requests import Request
from petitioner.approval.verdicts import Change
from petitioner.letters import NOTE as NOTE_STEM
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.records import Event
from petitioner.message.writing import entitle
from petitioner.model.letter import Letter
from petitioner.production.formats import FORMATS
from petitioner.production.manifest import OUT
from petitioner.terminal import Terminal

_LONGEST = 48  # characters of a conditional paragraph that the table repeats


def show_changes(terminal: Terminal, desk: Desk, changes: Sequence[tuple[Event, tuple[Change, ...]]]) -> None:
    """Tell what became of earlier approvals; the same change in several packets is told once."""
    told: dict[Change, list[str]] = {}
    for approval, changed in changes:
        since = f"approved by {approval.by} {desk.spell_locally(approval.recorded_at)} (event {approval.id})"
        lapsed = "changed since" if changed else "changed since; the log no longer has the words approved"
        terminal.show(f"{approval.recipient} ({approval.channel}): {since}, {lapsed}", style="yellow")
        for change in changed:
            told.setdefault(change, []).append(approval.recipient)
    for change, ids in told.items():
        terminal.show(f"  {change.part}, for {', '.join(dict.fromkeys(ids))}:", style="bold")
        for line in change.lines:
            terminal.show(f"    {line}", style="red" if line.startswith("- ") else "green")
    if changes:
        terminal.show()


def show_readings(terminal: Terminal, desk: Desk, requests: Sequence[Request]) -> None:
    """Show each letter once per language, tables of what each recipient has to itself, and who gets e-mail where."""
    letters = _list_letters(requests)
    readings = read_together(letters)
    for reading in readings:
        _show_reading(terminal, desk, reading)
    terminal.show("What each recipient has to itself:", style="bold")
    columns = ("recipient", "letter", "window of the envelope", "only some have")
    terminal.show_table(columns, _tabulate(letters, readings))
    terminal.show()
    if mails := [request for request in requests if request.addresses]:
        terminal.show("What goes by e-mail, and to whom:", style="bold")
        rows = ((one.recipient.id, ", ".join(one.addresses), *describe_note(one).values()) for one in mails)
        terminal.show_table(("recipient", "to", "subject", "covering note"), rows)
        terminal.show()


def describe_note(request: Request) -> dict[str, str]:
    """The subject under which a packet goes by e-mail, and the language of its covering note; empty without one."""
    note = request.note
    return {"subject": entitle(note.reference, note.subject), "language": note.language} if note else {}


def _list_letters(requests: Sequence[Request]) -> tuple[Letter, ...]:
    packets = {request.recipient.id: request.letters for request in requests}  # one reading for all channels
    notes = (request.note for request in requests if request.note)
    return (*(letter for letters in packets.values() for letter in letters), *notes)


def _show_reading(terminal: Terminal, desk: Desk, reading: Reading) -> None:
    count, name = len(reading.recipients), f"{reading.stem}.{reading.language}"
    whom = "1 recipient" if count == 1 else f"{count} recipients; ⟦…⟧ is not the same for all"
    terminal.show(f"{name}  ({whom})", style="bold")
    if reading.stem == NOTE_STEM:
        terminal.show("the words of the e-mail that the letters are attached to")
    else:
        ending = next(iter(FORMATS))
        terminal.show(f"as it is set: {OUT}/{desk.campaign.id}/{reading.recipients[0]}/{name}.{ending}")
    terminal.show()
    for line in reading.lines:
        only = f"⟦only {', '.join(line.only)}⟧ " if line.only else ""
        terminal.show(f"    {only}{line.text}")
    terminal.show()


def _tabulate(letters: Sequence[Letter], readings: Sequence[Reading]) -> Iterable[tuple[str, ...]]:
    lines = {(reading.stem, reading.language): reading.lines for reading in readings}
    for letter in letters:
        own = (_shorten(line) for line in lines[letter.stem, letter.language] if letter.recipient in line.only)
        lines_shown = letter.address.lines if letter.stem != NOTE_STEM else ()  # an e-mail has no envelope
        window = " / ".join(line.text for line in lines_shown)
        yield letter.recipient, f"{letter.stem}.{letter.language}", window, "; ".join(own)


def _shorten(line: ReadingLine) -> str:
    return line.text if len(line.text) <= _LONGEST else line.text[: _LONGEST - 1] + "…"
