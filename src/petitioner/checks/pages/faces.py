"""The fonts in the finished PDF: each a named one, and each with a shape for every character."""

import re
from collections.abc import Iterator

from petitioner.checks.pages.finished import Finished
from petitioner.errors import Problem

_STYLES = re.compile(
    r"(?:-(?:(?:Ultra|Semi|Extra)-?)?(?:Thin|Light|Book|Regular|Medium|Bold|Heavy|Black|Italic|Oblique))*"
)
"""The words that Pango puts behind a family's name, joined by hyphens."""


def check_shapes(finished: Finished) -> Iterator[Problem]:
    """Characters that the file names, and whose font in the file cannot draw them: they come out as boxes, or not."""
    for number, page in enumerate(finished.pages, start=1):
        for sign in sorted({sign for run in page.runs for sign in run.lacking}):
            message = f"page {number}: '{sign}' (U+{ord(sign):04X}) has no shape in the font of the file"
            yield finished.blame(
                "pdf", "F906", message, "Spell it otherwise, or name a font that has it in theme.yaml."
            )


def check_families(finished: Finished) -> Iterator[Problem]:
    """Fonts in the file that the theme does not name for a language of the letter."""
    letter, fonts = finished.letter, finished.theme.fonts
    spoken = (letter.address.return_line, *letter.address.lines)
    tags = dict.fromkeys((letter.language, *(line.language for line in spoken)))
    named = [family for tag in tags for family in fonts[tag].pdf]
    used: dict[str, str] = {}
    for run in (run for page in finished.pages for run in page.runs):
        used.setdefault(run.font, run.text)
    for font, words in used.items():
        if not any(_is_of(font, family) for family in named):
            message = f"'{words.strip()}' is set in {font.replace('-', ' ')}, which is none of {', '.join(named)}"
            hint = "Name the font in letters/theme/theme.yaml, or take it out of letters/theme/letter.css."
            yield finished.blame("pdf", "F907", message, hint)


def _is_of(font: str, family: str) -> bool:
    """Whether a font's name in a PDF is that of a family, in whatever weight and slant."""
    start = family.replace(" ", "-")
    return font.startswith(start) and _STYLES.fullmatch(font.removeprefix(start).replace(",", "")) is not None
