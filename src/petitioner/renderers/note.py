"""The covering note of an e-mail as HTML: the words of its text, in a page that loads nothing from elsewhere."""

from dataclasses import dataclass

from markupsafe import Markup

from petitioner.model.blocks import Footnote, Inline
from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.pages import load_frame
from petitioner.renderers.html import Writer


def render_note(note: Letter, locale: Locale) -> str:
    """A covering note as one HTML document; footnotes are at its end, with their numbers."""
    write = _NoteWriter(keeps_words=False, notes=[])
    body = Markup("\n").join(write.block(block) for block in note.body)
    return load_frame("note.html").render(note=note, locale=locale, body=body, notes=write.notes)


@dataclass(frozen=True, slots=True)
class _NoteWriter(Writer):
    """Gathers footnotes: in a mail program there is no foot of a page to float them to."""

    notes: list[Markup]

    def _inline(self, part: Inline) -> Markup:
        if not isinstance(part, Footnote):
            return Writer._inline(self, part)  # noqa: SLF001 - its own, one class up; a class with slots has no bare super()
        self.notes.append(self._inlines(part.content))
        return Markup("[{}]").format(len(self.notes))
