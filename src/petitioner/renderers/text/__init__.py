"""Letters as plain text: what the body of an e-mail says, in the words of the PDF and the DOCX."""

from collections.abc import Iterable, Iterator

from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.renderers.text.blocks import Writer
from petitioner.renderers.text.lines import Column

_WIDTH = 72  # columns: a reply can quote it twice, and stay under the 78 of RFC 5322, 2.1.1
_STEP = "  "


def render_note(note: Letter, locale: Locale) -> str:
    """A covering note as the body of an e-mail: from the salutation on, and with the sender's address at the end."""
    writer = _open_writer(locale)
    column = writer.column
    greeting = [column.wrap(line) for line in (note.salutation, note.opening) if line]
    body = list(writer.write_all(note.body))
    signed = [_wrap_all((person.name, person.title), column) for person in note.signatures]
    ending = [column.wrap(note.closing), column.wrap(note.sender), *signed, _wrap_all(note.letterhead.lines, column)]
    notes = [writer.write_notes()] if writer.notes else []
    return _join((*greeting, *body, *ending, *notes, column.wrap(note.reference_line)))


def render_text(letter: Letter, locale: Locale) -> str:
    """Return the letter in lines of 72 columns at most, where a line can be broken, with a line feed after each.

    It has no letterhead but its words, and leaves out what only paper needs: the return line of the window, the room
    for a pen, pictures and page numbers. Emphasis is not shown. Footnotes stand at the end.
    """
    writer = _open_writer(locale)
    parts = [*_write_head(letter, writer.column), *writer.write_all(letter.body), *_write_ending(letter, writer.column)]
    notes = (writer.write_notes(),) if writer.notes else ()
    return _join((*parts, *notes))


def _open_writer(locale: Locale) -> Writer:
    east_asian = locale.fonts.docx_east_asian is not None
    return Writer(Column(_WIDTH, is_wide=east_asian, keeps_words=locale.layout.keep_words), [])


def _join(parts: Iterable[list[str]]) -> str:
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def _write_head(letter: Letter, column: Column) -> Iterator[list[str]]:
    yield _wrap_all((letter.letterhead.name, *letter.letterhead.lines), column)
    yield _wrap_all((line.text for line in letter.address.lines), column)
    yield _wrap_all((letter.date_line, letter.reference_line), column)
    for line in (letter.subject, letter.salutation, letter.opening):
        if line:
            yield column.wrap(line)


def _write_ending(letter: Letter, column: Column) -> Iterator[list[str]]:
    yield column.wrap(letter.closing)
    yield column.wrap(letter.sender)
    for person in letter.signatures:
        yield _wrap_all((person.name, person.title), column)
    if letter.enclosures:
        titles = (column.indent(_STEP, title) for title in letter.enclosures)
        yield [*column.wrap(letter.enclosures_label), *(line for lines in titles for line in lines)]


def _wrap_all(lines: Iterator[str] | tuple[str, ...], column: Column) -> list[str]:
    return [row for line in lines for row in column.wrap(line)]
