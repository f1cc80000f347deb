"""What ends a letter: closing, sender, signatures and enclosures."""

from collections.abc import Iterator
from itertools import chain

from docx.parts.story import StoryPart

from petitioner.model.letter import Signature
from petitioner.model.locale import Side
from petitioner.renderers.docx.elements import Element, make_cell, make_layout_table, make_paragraph, make_row, to_twips
from petitioner.renderers.docx.lines import set_line
from petitioner.renderers.docx.pictures import Picture, set_picture
from petitioner.renderers.docx.sheet import Sheet

_FIRST_PICTURE = 2  # number 1 is the logo's
_WIDEST = to_twips(60)  # a column of signatures
_ROOM = 2  # mm around the picture of a signature, as its style says


def set_ending(sheet: Sheet, part: StoryPart) -> Iterator[Element]:
    """Closing, sender and signatures, which no page break parts, and the list of enclosures."""
    letter = sheet.letter
    yield set_line("Closing", letter.closing, sheet)
    yield set_line("Sender", letter.sender, sheet)
    yield from _set_signatures(sheet, part)
    if letter.enclosures:
        yield set_line("EnclosureLabel", letter.enclosures_label, sheet)
        yield from (set_line("Enclosure", title, sheet) for title in letter.enclosures)


def _set_signatures(sheet: Sheet, part: StoryPart) -> Iterator[Element]:
    """One signature under the sender, or several side by side."""
    people = sheet.letter.signatures
    width = min(sheet.text_width // max(len(people), 1), _WIDEST)
    blocks = [
        [*_set_name(person, number, width, sheet, part), set_line("SignatureTitle", person.title, sheet)]
        for number, person in enumerate(people, start=_FIRST_PICTURE)
    ]
    if len(blocks) > 1:
        row = make_row([make_cell(width, block) for block in blocks])
        yield make_layout_table([row], ends=sheet.locale.layout.signature is Side.END)
        # Word wants a paragraph after a table that ends a document.
        yield make_paragraph("Hairline")
    else:
        yield from chain.from_iterable(blocks)


def _set_name(person: Signature, number: int, width: int, sheet: Sheet, part: StoryPart) -> Iterator[Element]:
    """The name under the room for a pen, or under the picture of a signature, which takes as much."""
    if person.image is None:
        yield set_line("Signature", person.name, sheet)
        return
    picture = Picture(person.image, person.name, number)
    height = sheet.theme.signature_space - _ROOM
    run, _ = set_picture(picture, part, height, width)
    yield make_paragraph("SignatureImage", [run])
    yield set_line("SignatureName", person.name, sheet)
