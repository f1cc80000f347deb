"""Checks of fonts, page breaks, headers and footers of a finished letter."""

import re
from collections.abc import Iterator
from itertools import chain, pairwise

from petitioner.checks.pages.expected_text import is_right_to_left, normalize_text, unify_brackets
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.pdf_reader import HEADINGS, TABLE_HEAD
from petitioner.errors import Problem

_STYLE_SUFFIX = re.compile(
    r"(?:-(?:(?:Ultra|Semi|Extra)-?)?(?:Thin|Light|Book|Regular|Medium|Bold|Heavy|Black|Italic|Oblique))*"
)
"""The words that Pango appends to a family's name, joined by hyphens."""

_STYLE_HINT = "Check '@page' in letters/theme/letter.css: the program itself sets the reference and the page number."
_REPORT_HINT = "This is a fault of the program: please report it, with the letter."
_MIN_LINE_DISTANCE = 1.0  # mm


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
        expected = label if number == 1 else [letter.head, *label]
        shown = sorted(
            (
                run
                for run in page.header_footer
                if run.is_shown and not any(normalize_text(run.text) in head for head in table_heads)
            ),
            key=lambda run: (round(run.box.top), run.box.left),
        )
        found = "".join(run.text for run in shown)
        if _order_freely(normalize_text(found)) != _order_freely(normalize_text("".join(expected))):
            message = f"page {number} has '{found.strip()}' around its text, but should have '{'  '.join(expected)}'"
            yield finished.make_problem("pdf", "F905", message, _STYLE_HINT)
        if page.annotations:
            message = f"page {number} has a note, a stamp or a form on it, which is not part of the letter"
            yield finished.make_problem("pdf", "F905", message, "Delete the file, then run: petitioner build")


def _order_freely(text: str) -> str:
    """Return a text, or its characters in order if it runs from right to left, since a PDF may order them otherwise."""
    return "".join(sorted(unify_brackets(text))) if is_right_to_left(text) else text


def check_docx_header_footer(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for each wrong header or footer of the DOCX; the first page's header is the letterhead."""
    docx, letter = finished.docx, finished.letter
    if docx is None:
        return
    letterhead = tuple(line.text for line in finished.expected.letterhead)
    expected = (letterhead, (letter.head,), (letter.page_label,), (letter.page_label,))
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
    """Yield a problem for a last page that is nearly empty."""
    count = len(finished.pages)
    tops = sorted(placed.run.box.bottom for placed in finished.placement.runs if placed.page == count)
    lines = sum(later - above > _MIN_LINE_DISTANCE for above, later in zip([-9.0, *tops], tops, strict=False))
    min_lines = len(finished.letter.signed) + 1  # the lines below every text, and one line of it
    if count > 1 and lines < min_lines and not finished.placement.difference:
        message = f"page {count} has only {lines} line{'' if lines == 1 else 's'}"
        yield finished.make_problem("pdf", "F921", message, "Shorten the text a little, or lengthen it.")


def check_headings(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for a heading at the end of a page, with its text on the next page."""
    text = [placed for placed in finished.placement.runs if TABLE_HEAD not in placed.roles]
    for above, below in pairwise(text):
        if HEADINGS & {*above.roles} and not HEADINGS & {*below.roles} and above.page < below.page:
            message = f"page {above.page} ends with the heading '{above.run.text.strip()}'"
            yield finished.make_problem(
                "pdf", "F922", message, "Leave 'h2 { break-after: avoid }' in letters/theme/letter.css."
            )
