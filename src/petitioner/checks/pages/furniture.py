"""What stands around the text: the number of the page on every page, and the reference on all but the first."""

from collections.abc import Iterator, Sequence
from itertools import chain

from petitioner.checks.pages.finished import Finished
from petitioner.checks.pages.words import fold
from petitioner.errors import Problem

_STYLE = "Look at '@page' in letters/theme/letter.css; the program itself sets the reference and the page number."
_OURS = "The program made it so: please report it, with the letter."


def check_pdf_furniture(finished: Finished) -> Iterator[Problem]:
    """Pages whose head and foot do not say what they should, or say more."""
    letter, count = finished.letter, len(finished.pages)
    heads = [fold(line.text) for line in finished.script.lines if line.repeats]  # a table goes on under its head
    for number, page in enumerate(finished.pages, start=1):
        label = letter.page_label.format(page=number, pages=count)
        wanted = [label] if number == 1 else [letter.reference_line, label]
        shown = sorted(
            (run for run in page.furniture if run.is_shown and not _is_part(run.text, heads)),
            key=lambda run: (round(run.box.top), run.box.left),
        )
        found = "".join(run.text for run in shown)
        if fold(found) != fold("".join(wanted)):
            message = f"page {number} has '{found.strip()}' around its text, and should have '{'  '.join(wanted)}'"
            yield finished.blame("pdf", "F905", message, _STYLE)
        if page.annotations:
            message = f"page {number} has a note, a stamp or a form on it, which is no part of the letter"
            yield finished.blame("pdf", "F905", message, "Delete the file, then run: petitioner build")


def _is_part(text: str, heads: Sequence[str]) -> bool:
    return any(fold(text) in head for head in heads)


def check_docx_furniture(finished: Finished) -> Iterator[Problem]:
    """The same for the DOCX, whose first page bears the letterhead above."""
    said, letter = finished.manuscript, finished.letter
    if said is None:
        return
    letterhead = tuple(line.text for line in finished.script.letterhead)
    wanted = (letterhead, (letter.reference_line,), (letter.page_label,), (letter.page_label,))
    for found, lines in zip(chain(said.heads, said.feet), wanted, strict=True):
        if found != lines:
            message = f"it has '{' / '.join(found)}' around its text, and should have '{' / '.join(lines)}'"
            yield finished.blame("docx", "F905", message, _OURS)
