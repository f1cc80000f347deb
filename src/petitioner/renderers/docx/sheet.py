"""A letter together with what decides its look, and the measures that follow."""

from dataclasses import dataclass

from petitioner.model.letter import Letter
from petitioner.model.locale import Layout, Locale
from petitioner.model.theme import MM_PER_PT, Fonts, Theme
from petitioner.renderers.column import measure_column
from petitioner.renderers.docx.elements import to_twips

SHEET_WIDTH = 11906
"""The width of A4 in twips, as Word rounds it."""

ENCLOSURE_SCALE = 0.9
"""The size of the lists under the signatures, as a part of the letter's own."""

RUNNING_HEIGHT = 11 * MM_PER_PT
"""The height in mm of the one line at the head and at the foot of a page."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """One letter in its theme and its language."""

    letter: Letter
    theme: Theme
    locale: Locale

    @property
    def text_width(self) -> int:
        """The width of the column in twips."""
        return to_twips(measure_column(self.theme, self.locale))

    @property
    def is_east_asian(self) -> bool:
        """Whether the letter's own language is set in an East Asian font."""
        return self.speaks_east_asian(self.locale.tag)

    def speaks_east_asian(self, language: str) -> bool:
        """Whether a language is set in an East Asian font."""
        return self.theme.fonts[language].docx_east_asian is not None


def measure_em(fonts: Fonts) -> int:
    """The size of the text in twips."""
    return round(fonts.size * 20)


def measure_list_step(fonts: Fonts, layout: Layout) -> int:
    """How far in twips a list stands to the right of the text around it."""
    return round(layout.list_step * fonts.size * 20)


def measure_head(theme: Theme) -> float:
    """Where page heads start, in mm from the top: high enough for the letterhead, and for a line amid the margin."""
    return min(theme.letterhead, (theme.margins.top - RUNNING_HEIGHT) / 2)
