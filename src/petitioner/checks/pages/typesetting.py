"""Checks of fonts, page breaks, headers and footers of a finished letter."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, groupby, pairwise

from petitioner.checks.pages.expected_text import is_right_to_left, normalize_text, unify_brackets
from petitioner.checks.pages.finished import FinishedLetter, PlacedRun
from petitioner.checks.pages.pdf_reader import HEADINGS, TABLE_HEAD
from petitioner.errors import Problem

_STYLE_SUFFIX = re.compile(
    r"(?:-(?:(?:Ultra|Semi|Extra)-?)?(?:Thin|Light|Book|Regular|Medium|Bold|Heavy|Black|Italic|Oblique))*"
)
"""The words that Pango appends to a family's name, joined by hyphens."""

_STYLE_HINT = "Check '@page' in letters/theme/letter.css: the program itself sets the reference and the page number."
_REPORT_HINT = "This is a fault of the program: please report it, with the letter."
_MIN_LINE_DISTANCE = 1.0  # mm
_FEWEST_LINES = 4
_FIT_HINT = "Run: petitioner build --fit    It looks for a size at which the pages break well."


def check_missing_glyphs(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each character without a glyph in the embedded font: it is a box, or not printed at all."""
    for number, page in enumerate(finished.pages, start=1):
        for character in sorted({character for run in page.runs for character in run.missing_glyphs}):
            message = f"page {number}: '{character}' (U+{ord(character):04X}) has no glyph in the font of the file"
            yield finished.make_problem(
                "pdf", "F906", message, "Use another character, or name a font that has it in theme.yaml."
            )


def check_font_families(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for fonts in the file that the theme does not name for a language of the letter."""
    letter, fonts = finished.letter, finished.theme.fonts
    address_lines = letter.address.printed
    tags = dict.fromkeys((letter.language, *(line.language for line in address_lines)))
    named = [family for tag in tags for family in fonts[tag].pdf]
    used: dict[str, str] = {}
    for run in (run for page in finished.pages for run in page.runs):
        used.setdefault(run.font, run.text)
    for font, words in used.items():
        if not any(_is_of_family(font, family) for family in named):
            message = f"'{words.strip()}' is set in {font.replace('-', ' ')}, not in {' or '.join(named)}"
            hint = "Name the font in letters/theme/theme.yaml, or remove it from letters/theme/letter.css."
            yield finished.make_problem("pdf", "F907", message, hint)


def _is_of_family(font: str, family: str) -> bool:
    """Return whether a font's name in a PDF is that of a family, in any weight and slant."""
    start = family.replace(" ", "-")
    return font.startswith(start) and _STYLE_SUFFIX.fullmatch(font.removeprefix(start).replace(",", "")) is not None


def check_pdf_header_footer(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each page with a wrong header or footer, or with annotations (notes, stamps, forms)."""
    letter, count = finished.letter, len(finished.pages)
    table_heads = [normalize_text(line.text) for line in finished.expected.lines if line.repeats]
    for number, page in enumerate(finished.pages, start=1):
        label = [letter.page_label.format(page=number, pages=count)] if count > 1 else []
        above = [line.text for line in finished.expected.return_line] if number == 1 else [letter.head]
        expected = [*above, *label]
        shown = sorted(
            (
                run
                for run in page.header_footer
                if run.is_shown and not any(normalize_text(run.text) in head for head in table_heads)
            ),
            key=lambda run: (round(run.box.top), run.box.left),
        )
        found = "".join(run.text for run in shown)
        if _sort_if_right_to_left(normalize_text(found)) != _sort_if_right_to_left(normalize_text("".join(expected))):
            message = f"page {number} has '{found.strip()}' around its text, but should have '{'  '.join(expected)}'"
            yield finished.make_problem("pdf", "F905", message, _STYLE_HINT)
        if page.annotations:
            message = f"page {number} has a note, a stamp or a form on it, which is not part of the letter"
            yield finished.make_problem("pdf", "F905", message, "Delete the file, then run: petitioner build")


def _sort_if_right_to_left(text: str) -> str:
    """Return a text, or its characters in order if it runs from right to left, since a PDF may order them otherwise."""
    return "".join(sorted(unify_brackets(text))) if is_right_to_left(text) else text


def check_docx_header_footer(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each wrong header or footer of the DOCX; the first page has no header."""
    docx, letter = finished.docx, finished.letter
    if docx is None:
        return
    expected = ((), (letter.head,), (letter.page_label,), (letter.page_label,))
    for found, lines in zip(chain(docx.headers, docx.footers), expected, strict=True):
        if found != lines:
            message = f"it has '{' / '.join(found)}' around its text, but should have '{' / '.join(lines)}'"
            yield finished.make_problem("docx", "F905", message, _REPORT_HINT)


_LONG_PAGES, _TOO_LONG_PAGES = 3, 40  # pages


def check_length(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for a letter that is too long to be read, or to fit into an envelope."""
    count = len(finished.pages)
    if count >= _TOO_LONG_PAGES:
        hint = "Does a loop or an include repeat too often? Enclose a long text as a PDF."
        yield finished.make_problem("pdf", "F914", f"the letter has {count} pages", hint)
    elif count > _LONG_PAGES:
        hint = "Shorten it to a page or two, and enclose the rest as a PDF."
        yield finished.make_problem("pdf", "F923", f"the letter has {count} pages", hint)


def check_closing(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for a closing or a signature on a page without any of the text, or on two pages."""
    signed = [placed.page for placed in finished.find_ending()]
    written = {placed.page for placed in finished.find_text()}
    if signed and not finished.placement.difference and (len(set(signed)) > 1 or not written & set(signed)):
        alone = f"page {signed[-1]} has a signature without any of the text"
        message = alone if len(set(signed)) == 1 else "closing and signature are on two pages"
        yield finished.make_problem(
            "pdf", "F910", message, "Leave '#close { break-before: avoid }' in letters/theme/letter.css."
        )


def check_last_page(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for a page after the first with the closing, or the last one, that has few lines."""
    if finished.placement.difference or len(finished.pages) < 2:  # noqa: PLR2004 - there is no page break
        return
    signed = max((placed.page for placed in finished.find_ending()), default=0)
    if signed > 1:
        body = len(_split_lines(placed for placed in finished.find_text() if placed.page == signed))
        if body < _FEWEST_LINES:
            message = f"page {signed}, with the closing, has {_format_lines(body)} of the text, not {_FEWEST_LINES}"
            yield finished.make_problem("pdf", "F921", message, _FIT_HINT)
    count = len(finished.pages)
    if signed < count:
        lines = len(_split_lines(placed for placed in finished.placement.runs if placed.page == count))
        if lines < _FEWEST_LINES:
            message = f"page {count} has only {_format_lines(lines)}"
            yield finished.make_problem("pdf", "F921", message, _FIT_HINT)


def _split_lines(runs: Iterable[PlacedRun]) -> list[list[PlacedRun]]:
    """Return runs in the order of reading as lines. Runs of one line overlap in height, whatever their fonts."""
    lines: list[list[PlacedRun]] = []
    for placed in runs:
        last = lines[-1][-1] if lines else None
        if (
            last
            and last.page == placed.page
            and min(last.run.box.bottom, placed.run.box.bottom) > max(last.run.box.top, placed.run.box.top)
        ):
            lines[-1].append(placed)
        else:
            lines.append([placed])
    return lines


def _format_lines(count: int) -> str:
    return "1 line" if count == 1 else f"{count} lines"


def check_lone_words(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each paragraph that ends with one word, or one East Asian character, alone on a line."""
    if finished.placement.difference:
        return
    paragraphs = (*finished.expected.letterhead, *finished.expected.lines)
    text = (placed for placed in finished.find_text() if not {"Reference", "Table"} & {*placed.roles})
    for number, runs in groupby(text, key=lambda placed: placed.line):
        lines = _split_lines(runs)
        last = "".join(one.run.text for one in lines[-1]).strip()
        letters = sum(map(str.isalnum, last))
        is_word = last.split() == paragraphs[number].text.split()[-1:]  # and not the end of a word that was broken
        is_lone = is_word if finished.locale.joins_lines_with_space else letters == 1
        if len(lines) > 1 and letters and is_lone:
            message = f"page {lines[-1][0].page}: '{last}' is alone on the last line of its paragraph"
            yield finished.make_problem("pdf", "F927", message, _FIT_HINT)


def check_lists(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each list with one entry alone on a page, before or after a page break."""
    if finished.placement.difference:
        return
    lines = (*finished.expected.letterhead, *finished.expected.lines)
    entries: dict[int, dict[int, set[int]]] = {}
    for placed in finished.placement.runs:
        if entry := lines[placed.line].entry:
            entries.setdefault(entry[0], {}).setdefault(placed.page, set()).add(entry[1])
    for pages in entries.values():
        for page in sorted(number for number, shown in pages.items() if len(pages) > 1 and len(shown) == 1):
            message = f"page {page} has one entry of a list that is longer"
            yield finished.make_problem("pdf", "F926", message, _FIT_HINT)


def check_headings(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for a heading at the end of a page, with its text on the next page."""
    text = [placed for placed in finished.placement.runs if TABLE_HEAD not in placed.roles]
    for above, below in pairwise(text):
        if HEADINGS & {*above.roles} and not HEADINGS & {*below.roles} and above.page < below.page:
            message = f"page {above.page} ends with the heading '{above.run.text.strip()}'"
            yield finished.make_problem(
                "pdf", "F922", message, "Leave 'h2 { break-after: avoid }' in letters/theme/letter.css."
            )
