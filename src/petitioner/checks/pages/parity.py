"""Compare the words of PDF and DOCX, and their order, with those of the letter."""

import re
from collections.abc import Iterator, Sequence
from itertools import zip_longest
from unicodedata import normalize

from petitioner.checks.pages.expected_text import BULLET
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.pdf_reader import FIGURE, LABEL, NOTE
from petitioner.errors import Problem

_STYLE = "Does letters/theme/letter.css hide, add or move something? PDF and DOCX must say the same."
_OURS = "This is a fault of the program: please report it, with the letter."
_SHOWN = 40  # characters of a span that is quoted


def check_pdf_words(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield the first place where the PDF says something else than the letter, and every note that is not whole."""
    placement = finished.placement
    for number in placement.lost if finished.pages else ():
        message = f"footnote {number} is incomplete: {_quote(finished.expected.notes[number - 1])}"
        yield finished.make_problem("pdf", "F908", message, _STYLE)
    if (found := placement.difference) and finished.pages:
        message = f"page {found.page} says {_quote(found.found)} where the letter has {_quote(found.wanted)}"
        yield finished.make_problem("pdf", "F908", message, _STYLE)


def check_pdf_lists(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for entries of lists whose number or sign is another than the letter's."""
    labels = (
        "".join(run.text for run in page.runs if run.mark == step.mark and run.is_shown).strip()
        for page in finished.pages
        for step in page.order
        if LABEL in step.roles and NOTE not in step.roles
    )
    # In right-to-left lines, the sign after a number comes before it.
    numbers = (re.sub(r"^([.)])(\d+)$", r"\2\1", label) for label in labels if label)
    found = [label if any(sign.isalnum() for sign in label) else BULLET for label in numbers]
    if finished.pages and (message := _compare("lists", found, finished.expected.markers)):
        yield finished.make_problem("pdf", "F908", message, _STYLE)


def check_docx_words(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield the first span of the DOCX, and the first note, that is not the letter's; entries of lists likewise."""
    said, expected = finished.docx, finished.expected
    if said is None:
        return
    if said.is_edited:
        message = "it contains tracked changes, comments, hidden words or text boxes, which no letter has"
        yield finished.make_problem("docx", "F909", message, "Delete the file, then run: petitioner build")
    lines = [line.text for line in expected.lines]
    for found, wanted in ((said.paragraphs, lines), (said.notes, expected.notes)):
        if span := _find_difference(_split(found), _split(wanted)):
            message = f"it says {_quote(span[0])} where the letter has {_quote(span[1])}"
            yield finished.make_problem("docx", "F909", message, _OURS)
    if message := _compare("lists", said.markers, expected.markers):
        yield finished.make_problem("docx", "F909", message, _OURS)


def check_alternatives(finished: FinishedLetter) -> Iterator[Problem]:
    """Yield a problem for pictures of the letter that are not there, or lack alternative text."""
    wanted = finished.expected.alternatives
    figures = (step for page in finished.pages for step in page.order if step.roles[-1] == FIGURE)
    spoken = [figure.words for figure in figures if figure.mark < 0]
    if finished.pages and (message := _compare("pictures", spoken, wanted)):
        yield finished.make_problem("pdf", "F912", message, _STYLE)
    said = finished.docx
    if said and (message := _compare("pictures", said.alternatives, wanted)):
        yield finished.make_problem("docx", "F912", message, _OURS)


def _split(paragraphs: Sequence[str]) -> list[str]:
    """Return paragraphs by the lines that their writer began, without a blank for whether it may end a line."""
    lines = (line for text in paragraphs for line in text.replace("\u00a0", " ").split("\n"))
    return [line for line in lines if line]


def _find_difference(found: Sequence[str], wanted: Sequence[str]) -> tuple[str, str] | None:
    pairs = zip_longest(found, wanted, fillvalue="")
    return next((pair for pair in pairs if normalize("NFC", pair[0]) != normalize("NFC", pair[1])), None)


def _compare(things: str, found: Sequence[str], wanted: Sequence[str]) -> str:
    """Return a message if the marks found are not those wanted; else an empty text."""
    if tuple(found) == tuple(wanted):
        return ""
    has, should = ((" ".join(f"'{mark}'" for mark in marks) or "none") for marks in (found, wanted))
    return f"its {things} are marked {has}, but those of the letter {should}"


def _quote(text: str) -> str:
    if not text:
        return "nothing more"
    return f"'{text[:_SHOWN]}…'" if len(text) > _SHOWN else f"'{text}'"
