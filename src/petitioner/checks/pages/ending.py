"""Where pages end: what belongs together stays together, and a letter is no longer than one that is read."""

from collections.abc import Iterator
from itertools import pairwise

from petitioner.checks.pages.finished import Finished
from petitioner.checks.pages.script import list_signed
from petitioner.checks.pages.tags import HEAD, HEADINGS
from petitioner.errors import Problem

_LONG, _TOO_LONG = 3, 40  # pages
_SAME_LINE = 1.0  # mm


def check_length(finished: Finished) -> Iterator[Problem]:
    """A letter longer than anybody reads, or than any envelope with a window holds."""
    count = len(finished.pages)
    if count >= _TOO_LONG:
        hint = f"Does a loop, or an include, go on too long? What is longer than {_TOO_LONG} pages goes along as a PDF."
        yield finished.blame("pdf", "F914", f"the letter has {count} pages", hint)
    elif count > _LONG:
        hint = "Who is asked for something reads a page or two; the rest can go along as a PDF."
        yield finished.blame("pdf", "F923", f"the letter has {count} pages", hint)


def check_closing(finished: Finished) -> Iterator[Problem]:
    """A closing or a signature on a page without any of the text, or on two pages."""
    signed = [placed.page for placed in finished.find_ending()]
    written = {placed.page for placed in finished.find_text()}
    if signed and not finished.placement.difference and (len(set(signed)) > 1 or not written & set(signed)):
        alone = f"page {signed[-1]} has a signature and none of the text"
        message = alone if len(set(signed)) == 1 else "closing and signature stand on two pages"
        yield finished.blame(
            "pdf", "F910", message, "Leave '#close { break-before: avoid }' in letters/theme/letter.css."
        )


def check_last_page(finished: Finished) -> Iterator[Problem]:
    """A last page that is nearly empty."""
    count = len(finished.pages)
    tops = sorted(placed.run.box.bottom for placed in finished.placement.runs if placed.page == count)
    lines = sum(later - above > _SAME_LINE for above, later in zip([-9.0, *tops], tops, strict=False))
    few = len(list_signed(finished.letter)) + 1  # what stands under every text, and one line of it
    if count > 1 and lines < few and not finished.placement.difference:
        message = f"page {count} has {lines} line{'' if lines == 1 else 's'} only"
        yield finished.blame("pdf", "F921", message, "Say a little less, or a little more.")


def check_headings(finished: Finished) -> Iterator[Problem]:
    """A heading at the foot of a page, with what it heads on the next."""
    text = [placed for placed in finished.placement.runs if HEAD not in placed.roles]
    for above, below in pairwise(text):
        if HEADINGS & {*above.roles} and not HEADINGS & {*below.roles} and above.page < below.page:
            message = f"page {above.page} ends with the heading '{above.run.text.strip()}'"
            yield finished.blame(
                "pdf", "F922", message, "Leave 'h2 { break-after: avoid }' in letters/theme/letter.css."
            )
