"""Compare the words of PDF and DOCX, and their order, with those of the letter."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import normalize

from petitioner.checks.pages.expected_text import BULLET
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.pdf_reader import FIGURE, LABEL, NOTE
from petitioner.errors import Problem

_STYLE_HINT = "Does letters/theme/letter.css hide, add or move something? PDF and DOCX must say the same."
_REPORT_HINT = "This is a fault of the program: please report it, with the letter."
_MAX_QUOTED = 40  # characters


def check_pdf_words(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for the first text of the PDF that differs from the letter, and for each incomplete note."""
    placement = finished.placement
    for number in placement.incomplete_notes if finished.pages else ():
        message = f"footnote {number} is incomplete: {_quote_start(finished.expected.notes[number - 1])}"
        yield finished.make_problem("pdf", "F908", message, _STYLE_HINT)
    if (difference := placement.difference) and finished.pages:
        found, wanted = _quote_start(difference.found), _quote_start(difference.wanted)
        message = f"page {difference.page} says {found} where the letter has {wanted}"
        yield finished.make_problem("pdf", "F908", message, _STYLE_HINT)


def check_pdf_lists(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem if the numbers and bullets of lists in the PDF differ from the letter's."""
    labels = (
        "".join(run.text for run in page.runs if run.content_id == step.content_id and run.is_shown).strip()
        for page in finished.pages
        for step in page.order
        if LABEL in step.roles and NOTE not in step.roles
    )
    # In right-to-left lines, the full stop or bracket after a number comes before it.
    numbers = (re.sub(r"^([.)])(\d+)$", r"\2\1", label) for label in labels if label)
    found = [label if any(character.isalnum() for character in label) else BULLET for label in numbers]
    if finished.pages and (message := _describe_difference("lists", found, finished.expected.markers)):
        yield finished.make_problem("pdf", "F908", message, _STYLE_HINT)


def check_docx_words(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for the first line and the first note of the DOCX that differ from the letter, and for lists."""
    docx, expected = finished.docx, finished.expected
    if docx is None:
        return
    if docx.is_edited:
        message = "it contains tracked changes, comments, hidden words or text boxes, which no letter has"
        yield finished.make_problem("docx", "F909", message, "Delete the file, then run: petitioner build")
    lines = [line.text for line in (*expected.letterhead, *expected.return_line, *expected.lines)]
    for found, wanted in ((docx.paragraphs, lines), (docx.notes, expected.notes)):
        if pair := _find_difference(_split_lines(found), _split_lines(wanted)):
            message = f"it says {_quote_start(pair[0])} where the letter has {_quote_start(pair[1])}"
            yield finished.make_problem("docx", "F909", message, _REPORT_HINT)
    if message := _describe_difference("lists", docx.markers, expected.markers):
        yield finished.make_problem("docx", "F909", message, _REPORT_HINT)


def check_alternatives(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem if pictures of the letter are missing, or have no alternative text."""
    wanted = finished.expected.alternatives
    figures = (step for page in finished.pages for step in page.order if step.roles[-1] == FIGURE)
    found = [figure.words for figure in figures if figure.content_id < 0]
    if finished.pages and (message := _describe_difference("pictures", found, wanted)):
        yield finished.make_problem("pdf", "F912", message, _STYLE_HINT)
    docx = finished.docx
    if docx and (message := _describe_difference("pictures", docx.alternatives, wanted)):
        yield finished.make_problem("docx", "F912", message, _REPORT_HINT)


def _split_lines(paragraphs: Sequence[str]) -> list[str]:
    """Split paragraphs into lines at line ends; a no-break space counts as a space."""
    lines = (line for text in paragraphs for line in text.replace("\u00a0", " ").split("\n"))
    return [line for line in lines if line]


def _find_difference(found: Sequence[str], wanted: Sequence[str]) -> tuple[str, str] | None:
    pairs = zip_longest(found, wanted, fillvalue="")
    return next((pair for pair in pairs if pair[0] != pair[1] and not _are_same(*pair)), None)


def _are_same(one: str, other: str) -> bool:
    return normalize("NFC", one) == normalize("NFC", other)


def _describe_difference(kind: str, found: Sequence[str], wanted: Sequence[str]) -> str:
    """Return a message if the labels found are not those wanted, or an empty text."""
    if tuple(found) == tuple(wanted):
        return ""
    actual, expected = ((" ".join(f"'{label}'" for label in labels) or "none") for labels in (found, wanted))
    return f"its {kind} have {actual}, but those of the letter {expected}"


def _quote_start(text: str) -> str:
    if not text:
        return "nothing more"
    return f"'{text[:_MAX_QUOTED]}…'" if len(text) > _MAX_QUOTED else f"'{text}'"
