"""The parts around the text of a letter: letterhead, address, closing and signatures."""

from collections.abc import Iterator
from itertools import chain

from docx.parts.story import StoryPart

from petitioner.model.letter import Letter, LocalizedLine, Signature
from petitioner.model.locale import Side
from petitioner.render.docx.elements import (
    Element,
    LetterContext,
    Picture,
    keep_with_next,
    make,
    make_cell,
    make_high_row,
    make_layout_table,
    make_paragraph,
    make_picture,
    make_row,
    make_run,
    make_top_margin,
    measure_em,
    to_twips,
)
from petitioner.render.docx.fields import make_varying_line
from petitioner.render.docx.text_runs import make_line, make_line_in_language, make_text_runs
from petitioner.render.typography import (
    HAIRLINE,
    WIDEST_SIGNATURE,
    arrange_rows,
    count_name_columns,
    count_signature_columns,
    is_signed_together,
    measure_rise,
    measure_seal_inset,
    measure_seal_room,
    measure_signature,
)

_TOP = to_twips(34)  # the least height of address and date without a window
_SLACK = 170  # twips that the field is wider than the window, so that a line that just fits is not broken
_LOGO = 1  # the number of its picture
_LOGO_GAP = 4  # mm
_FIRST_PICTURE = 2  # number 1 is the logo's
_SENDER_GAP = 0.8  # ems above the sender, as in its style
_GAP = to_twips(4)  # between signatures
_SIGNATURE_MARGIN = 2  # mm around the picture of a signature, as in its style


def make_letterhead(context: LetterContext, part: StoryPart) -> Iterator[Element]:
    """Yield the letterhead, which ends where the address begins.

    It is in the text and not in a header, where a screen reader would not find it.
    """
    theme, letterhead = context.theme, context.letter.letterhead
    # LibreOffice puts an empty line before a table at the start of a document with footnotes.
    yield make_paragraph("Hairline")
    name = make_line("LetterheadName", letterhead.name, context)
    words = [name, *(make_line("LetterheadLine", line, context) for line in letterhead.lines)]
    rise = to_twips(measure_rise(theme.fonts[context.letter.language]))
    height = to_twips(theme.window.top) - to_twips(theme.letterhead) - HAIRLINE - rise
    logo, taken = _make_logo(context, part)
    cells = [make_cell(context.text_width - taken, words)]
    if logo is not None:
        cells.append(make_cell(taken, [logo]))
    yield make_layout_table([make_high_row(height, cells)])
    # Word would join this table with the next one.
    yield make_paragraph("Hairline")


def _make_logo(context: LetterContext, part: StoryPart) -> tuple[Element | None, int]:
    """Return the paragraph of the logo at the right margin, and its width in twips; or None and 0."""
    if context.theme.logo is None:
        return None, 0
    logo = Picture(context.theme.logo, context.letter.letterhead.name, _LOGO)
    run, width = make_picture(logo, part, context.theme.logo_height, context.text_width // 3)
    return make_paragraph("LetterheadLogo", [run]), width + to_twips(_LOGO_GAP)


def make_address(context: LetterContext) -> Iterator[Element]:
    """Yield the address field at the place of the envelope's window, with date and reference beside it."""
    letter = context.letter
    lines = [_make_address_line(line, context) for line in letter.address.lines]
    dated = [make_varying_line(style, text, context) for style, text in _list_dated(letter)]
    yield _make_field(lines, dated, context) if letter.address.has_window else _make_top(lines, dated, context)


def _list_dated(letter: Letter) -> Iterator[tuple[str, str]]:
    if not letter.is_dated_below:
        yield "Date", letter.date_line
    yield "Reference", letter.reference_line


def _make_address_line(line: LocalizedLine, context: LetterContext) -> Element:
    style = "AddresseeName" if line.is_name and not context.letter.address.has_window else "EnvelopeAddress"
    return make_line_in_language(style + ("Continued" if line.goes_on else ""), line, context)


def _make_top(lines: list[Element], dated: list[Element], context: LetterContext) -> Element:
    """Return the address and the date beside it, at the top of a letter that no window shows."""
    rest = context.date_column
    cells = [make_cell(context.text_width - rest, lines), make_cell(rest, dated)]
    return make_layout_table([make_high_row(_TOP, cells)])


def _make_field(lines: list[Element], dated: list[Element], context: LetterContext) -> Element:
    """Return the address field at the place of the envelope's window, which starts with the sender's small line."""
    window = context.theme.window
    start = to_twips(window.text_left) - to_twips(context.theme.margins.left)
    width = to_twips(window.width) + _SLACK
    rest = context.text_width - start - width
    back = make_line_in_language("EnvelopeReturn", context.letter.address.return_line, context)
    end, gap = to_twips(window.return_line), to_twips(window.gap)
    rows = [
        make_high_row(
            end - to_twips(window.top),
            [make_cell(width, [back], make("vAlign", val="bottom")), make_cell(rest, [make_paragraph("Hairline")])],
        ),
        make_high_row(
            to_twips(window.bottom) - end,
            [make_cell(width, lines, make_top_margin(gap)), make_cell(rest, dated, make_top_margin(gap))],
        ),
    ]
    return make_layout_table(rows, indent=start)


def make_ending(context: LetterContext, part: StoryPart) -> Iterator[Element]:
    """Yield all that is below the text; the line about the authoritative language is never alone on a page."""
    *above, last = _make_signed_and_lists(context, part)
    yield from above
    if context.letter.authoritative:
        keep_with_next(last)
    yield last
    if context.letter.authoritative:
        yield make_line("Authoritative", context.letter.authoritative, context)


def _make_signed_and_lists(context: LetterContext, part: StoryPart) -> Iterator[Element]:
    """Yield closing, sender and signatures, kept on one page, then co-signers and enclosures."""
    letter = context.letter
    yield make_line("Closing", letter.closing, context)
    if is_signed_together(letter, context.locale) and not letter.signatures[0].image:
        yield from _make_lines_beside_seal(context)
    else:
        yield from _make_signatures(context, part)
        if letter.is_dated_below:
            yield make_varying_line("DateBelow", letter.date_line, context)
    yield from _make_cosigners(context)
    yield from _make_enclosures(context)


def _make_lines_beside_seal(context: LetterContext) -> Iterator[Element]:
    """Yield the sender, the only signatory and a date below them, beside the room for a seal."""
    yield make_line("SenderBesideSeal", context.letter.sender, context)
    _, _, *lines = context.letter.signed
    yield from (make_varying_line("SignatureBesideSeal", line, context) for line in lines)


def _make_signatures(context: LetterContext, part: StoryPart) -> Iterator[Element]:
    """Yield the sender and one signature under it, or several side by side."""
    people = context.letter.signatures
    width = to_twips(measure_signature(context.theme, context.locale, len(people)))
    blocks = [
        [
            *_make_name(person, number, width, context, part),
            *(
                make_line("SignatureTitle" if line == person.title else "SignatureName", line, context)
                for line in person.lines[1:]
            ),
        ]
        for number, person in enumerate(people, start=_FIRST_PICTURE)
    ]
    if len(blocks) <= 1:
        yield make_line("Sender", context.letter.sender, context)
        yield from chain.from_iterable(blocks)
        return
    table = _make_side_by_side(blocks, width, context)
    if context.letter.is_dated_below:
        keep_with_next(table)
    yield table
    # Word needs a paragraph after a table at the end of a document.
    yield make_paragraph("Hairline")


def _make_side_by_side(blocks: list[list[Element]], width: int, context: LetterContext) -> Element:
    """Return the sender and signatures in rows, aligned at one side, also in a last row with empty cells.

    The sender is in the table, since LibreOffice may leave the closing on the page before if only a line is between.
    """
    columns, ends = count_signature_columns(len(blocks)), context.locale.layout.signature is Side.END
    sender = make_line("SenderAbove", context.letter.sender, context)
    gap = round(_SENDER_GAP * measure_em(context.theme.fonts[context.letter.language]))
    rows = [make_row([make_cell(width * columns, [sender], make("gridSpan", val=columns), make_top_margin(gap))])]
    for row in arrange_rows(tuple(zip(blocks, context.letter.signatures, strict=True)), columns):
        cells = [make_cell(width, block, _make_margins(person, context)) for block, person in row]
        empty = [make_cell(width, [make_paragraph("Hairline")]) for _ in range(columns - len(row))]
        rows.append(make_row([*empty, *cells] if ends else [*cells, *empty]))
    for above in rows[:-1]:
        keep_with_next(above)
    return make_layout_table(rows, [width] * columns, ends=ends)


def _make_margins(person: Signature, context: LetterContext) -> Element:
    """Return the margins of a cell with a signature, which keep room for a seal beside a name without picture."""
    if context.locale.layout.signature is Side.START:
        return make("tcMar", make("right", w=_GAP, type="dxa"))
    lengths = {"left": _GAP}
    if context.locale.layout.seal and not person.image:
        inset = to_twips(measure_seal_inset(context.letter, context.theme.fonts[context.locale.tag], context.locale))
        lengths = {"top": inset, "left": _GAP, "bottom": inset, "right": to_twips(measure_seal_room(context.locale))}
    return make("tcMar", *(make(side, w=length, type="dxa") for side, length in lengths.items()))


def _make_cosigners(context: LetterContext) -> Iterator[Element]:
    """Yield the co-signing organisations row by row under their label."""
    letter, columns = context.letter, count_name_columns(context.letter.cosigners)
    if not letter.cosigners:
        return
    yield make_line("EnclosureLabel", letter.cosigners_label, context)
    names = [make_line("Cosigner", name, context) for name in letter.cosigners]
    if columns == 1:
        yield from names
        return
    width = context.text_width // columns
    rows = arrange_rows(names, columns)
    cells = [[make_cell(width, [name]) for name in row] for row in rows]
    cells[-1] += [make_cell(width, [make_paragraph("Cosigner")]) for _ in range(columns - len(cells[-1]))]
    yield make_layout_table(map(make_row, cells))
    yield make_paragraph("Hairline")


def _make_enclosures(context: LetterContext) -> Iterator[Element]:
    """Yield the enclosures in a column after their label."""
    letter = context.letter
    for number, line in enumerate(letter.enclosures):
        label = make_text_runs(letter.enclosures_label, is_east_asian=context.is_east_asian) if number == 0 else ()
        runs = (*label, make_run(make("tab")), *make_text_runs(line, is_east_asian=context.is_east_asian))
        yield make_paragraph("Enclosure" if number else "EnclosureLabel", runs)


def _make_name(
    person: Signature, number: int, width: int, context: LetterContext, part: StoryPart
) -> Iterator[Element]:
    """Yield the name under the space for a signature, or under its picture of the same height."""
    if person.image is None:
        style = "SignatureName" if context.locale.layout.seal else "Signature"
        yield make_line(style, person.lines[0], context)
        return
    picture = Picture(person.image, person.name, number)
    height = context.theme.signature_space - _SIGNATURE_MARGIN
    run, _ = make_picture(picture, part, height, min(width, to_twips(WIDEST_SIGNATURE)))
    yield make_paragraph("SignatureImage", [run])
    yield make_line("SignatureName", person.lines[0], context)
