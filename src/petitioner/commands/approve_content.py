"""What a person reads before approving, and the built files that an approval keeps."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from petitioner.approval.approvals import ENCLOSURE, LETTER, NOTE
from petitioner.approval.packets import ApprovalRequest, Change, PacketSources
from petitioner.approval.review import CombinedLine, CombinedText, combine_letters
from petitioner.build.formats import FORMATS
from petitioner.build.last_build import OUT
from petitioner.build.manifest import BuiltFileCheck, check_built_files, locate_output, require_no_link
from petitioner.commands.log_context import guess_media_type
from petitioner.errors import PetitionerError
from petitioner.files import digest, read_regular_file
from petitioner.inputs.letters import NOTE as NOTE_STEM
from petitioner.log.context import LogContext
from petitioner.log.events import Attachment, Event
from petitioner.mail.message import format_subject
from petitioner.model.letter import Letter
from petitioner.render import html as note_in_html
from petitioner.render import plain_text as note_in_text
from petitioner.tables.locales import load_locales
from petitioner.terminal import Terminal

_LONGEST = 48  # characters of a conditional paragraph that the table repeats
_SHOWN = 5  # files that a message names before it counts the rest

Files = Mapping[str, tuple[BuiltFileCheck, ...]]
"""The built files of each recipient."""


def show_changes(terminal: Terminal, context: LogContext, changes: Sequence[tuple[Event, tuple[Change, ...]]]) -> None:
    """Show what changed since earlier approvals; a change in several packets is shown once."""
    ids_by_change: dict[Change, list[str]] = {}
    for approval, changed in changes:
        since = f"approved by {approval.by} {context.format_local_time(approval.recorded_at)} (event {approval.id})"
        lapsed = "changed since" if changed else "changed since; the log no longer has the approved text"
        terminal.show(f"{approval.recipient} ({approval.channel}): {since}, {lapsed}", style="yellow")
        for change in changed:
            ids_by_change.setdefault(change, []).append(approval.recipient)
    for change, ids in ids_by_change.items():
        terminal.show(f"  {change.part}, for {', '.join(dict.fromkeys(ids))}:", style="bold")
        for line in change.lines:
            terminal.show(f"    {line}", style="red" if line.startswith("- ") else "green")
    if changes:
        terminal.show()


def show_letters(terminal: Terminal, context: LogContext, requests: Sequence[ApprovalRequest]) -> None:
    """Show each letter once per language, what differs between recipients, and who gets e-mail where."""
    packets = {request.recipient.id: request.letters for request in requests}  # the same letters for all channels
    notes = (request.note for request in requests if request.note)
    letters = (*(letter for own in packets.values() for letter in own), *notes)
    texts = combine_letters(letters)
    for text in texts:
        _show_combined_text(terminal, context, text)
    terminal.show("What differs for each recipient:", style="bold")
    columns = ("recipient", "letter", "window of the envelope", "only some have")
    terminal.show_table(columns, _make_rows(letters, texts))
    terminal.show()
    if mails := [request for request in requests if request.addresses]:
        terminal.show("What goes by e-mail, and to whom:", style="bold")
        rows = ((one.recipient.id, ", ".join(one.addresses), *describe_note(one).values()) for one in mails)
        terminal.show_table(("recipient", "to", "subject", "covering note"), rows)
        terminal.show()


def describe_note(request: ApprovalRequest) -> dict[str, str]:
    """Return subject and language of the covering note; empty without one."""
    note = request.note
    return {"subject": format_subject(note.reference, note.subject), "language": note.language} if note else {}


def _show_combined_text(terminal: Terminal, context: LogContext, text: CombinedText) -> None:
    count, name = len(text.recipients), f"{text.stem}.{text.language}"
    whom = "1 recipient" if count == 1 else f"{count} recipients; ⟦…⟧ is not the same for all"
    terminal.show(f"{name}  ({whom})", style="bold")
    if text.stem == NOTE_STEM:
        terminal.show("the text of the e-mail that the letters are attached to")
    else:
        ending = next(iter(FORMATS))
        terminal.show(f"as it is set: {OUT}/{context.campaign.folder}/{text.recipients[0]}/{name}.{ending}")
    terminal.show()
    for line in text.lines:
        only = f"⟦only {', '.join(line.only)}⟧ " if line.only else ""
        terminal.show(f"    {only}{line.text}")
    terminal.show()


def _make_rows(letters: Sequence[Letter], texts: Sequence[CombinedText]) -> Iterable[tuple[str, ...]]:
    lines = {(text.stem, text.language): text.lines for text in texts}
    for letter in letters:
        own = (_shorten_line(line) for line in lines[letter.stem, letter.language] if letter.recipient in line.only)
        lines_shown = letter.address.lines if letter.stem != NOTE_STEM else ()  # an e-mail has no envelope
        window = " / ".join(line.text for line in lines_shown)
        yield letter.recipient, f"{letter.stem}.{letter.language}", window, "; ".join(own)


def _shorten_line(line: CombinedLine) -> str:
    return line.text if len(line.text) <= _LONGEST else line.text[: _LONGEST - 1] + "…"


def require_built(requests: Sequence[ApprovalRequest], sources: PacketSources, context: LogContext) -> Files:
    """Return the built files of all packets, each read again.

    Raises ``PetitionerError`` unless they are built from the present content.
    """
    packets = {request.recipient.id: request.letters for request in requests}  # the same files for all channels
    require_no_link(context.folder, context.campaign.folder)
    folder = locate_output(context.folder, context.campaign.folder)
    letters = [letter for own in packets.values() for letter in own]
    files: dict[str, tuple[BuiltFileCheck, ...]] = {}
    with _report_unreadable():
        for letter, file in check_built_files(folder, letters, sources.theme):
            files[letter.recipient] = (*files.get(letter.recipient, ()), file)
    faults = [file for own in files.values() for file in own if file.fault]
    if faults:
        rest = f"; and {len(faults) - _SHOWN} more" if len(faults) > _SHOWN else ""
        named = "; ".join(f"{_format_path(file.path, context)} {file.fault}" for file in faults[:_SHOWN])
        foreign = [_format_path(file.path, context) for file in faults if file.is_foreign]
        first = f"rm {' '.join(foreign[:_SHOWN])} && " if foreign else ""
        raise PetitionerError(
            f"What is in {OUT}/ is not what would be approved: {named}{rest}.",
            f"Run: {first}petitioner build    Read the letters that it makes, then: petitioner approve",
        )
    return files


def read_attachments(
    request: ApprovalRequest, files: Sequence[BuiltFileCheck], sources: PacketSources, context: LogContext
) -> tuple[Attachment, ...]:
    """Return the files of one packet and its enclosures. Raises ``PetitionerError`` when one changed just now."""
    enclosures = (
        Attachment(ENCLOSURE, name, "application/pdf", content) for name, content in sources.enclosures.items()
    )
    return (*(_read_built_file(file, context) for file in files), *enclosures, *_render_note(request.note))


def _render_note(note: Letter | None) -> Iterator[Attachment]:
    """Render the covering note as it will be sent; an approved note is never rendered again."""
    if note is not None:
        locale, name = load_locales()[note.language], f"{note.stem}.{note.language}"
        yield Attachment(NOTE, f"{name}.txt", "text/plain", note_in_text.render_note(note, locale).encode())
        yield Attachment(NOTE, f"{name}.html", "text/html", note_in_html.render_note(note, locale).encode())


def _read_built_file(file: BuiltFileCheck, context: LogContext) -> Attachment:
    with _report_unreadable():
        content = read_regular_file(file.path)
    if digest(content) != file.sha256:
        sentence = f"{_format_path(file.path, context)} was changed just now; nothing was recorded."
        raise PetitionerError(sentence, "Run: petitioner build")
    return Attachment(LETTER, file.path.name, guess_media_type(file.path), content)


@contextmanager
def _report_unreadable() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        hint = "Run: petitioner build    It reports what is wrong with the files."
        raise PetitionerError(f"{error.filename} cannot be read: {error.strerror}.", hint) from None


def _format_path(path: Path, context: LogContext) -> str:
    return str(path.relative_to(context.folder))
