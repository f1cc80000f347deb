"""A letter, or the covering note of an e-mail, as HTML."""

import re
from base64 import b64encode
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import Markup, escape

from petitioner.model.blocks import (
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
)
from petitioner.model.letter import Letter
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.locale import Direction, Locale
from petitioner.model.theme import ADDRESSEE_SIZE, Fonts, TextAlignment, Theme
from petitioner.render.typography import (
    SEAL_GAP,
    WIDEST_SIGNATURE,
    add_no_break_spaces,
    arrange_rows,
    count_name_columns,
    count_signature_columns,
    is_signed_together,
    measure_column,
    measure_name_pitch,
    measure_seal_inset,
    measure_signature,
    plan_columns,
)
from petitioner.tables.locales import load_locales
from petitioner.templates.jinja import load_html_template

_LONGEST_WORD = 20  # characters: a longer word may be broken, since it might not fit the page
_LONGEST_WHOLE = 70  # characters that fit one line; a longer run may be broken anywhere
_WEB = re.compile(r"(https?://|www\.)[!-~]{1,60}[\w/]", re.ASCII)
_LONG = re.compile(rf"[!-~]{{{_LONGEST_WHOLE + 1},}}")  # of Latin characters; other scripts can be broken anyway
_FOREIGN = re.compile(r"([A-Za-z][\w’'-]*(?: [A-Za-z][\w’'-]*)+)", re.ASCII)  # a name in Latin letters
_HANGUL_WORD = re.compile(r"\S*[\uac00-\ud7a3]\S*")


@dataclass(frozen=True, slots=True)
class EmbeddedSignature:
    """A signature, with its picture, if any, as a data URL."""

    name: str
    title: str
    lines: tuple[str, ...]
    image: str | None


def render_html(letter: Letter, theme: Theme, locale: Locale) -> str:
    """Return the letter as one HTML document with its pictures, without style sheet."""
    # Where lines run from right to left, WeasyPrint would order the words of an element apart from those around it.
    is_mirrored = locale.direction is Direction.RIGHT_TO_LEFT
    write = HtmlWriter(locale.layout.keep_words, None if is_mirrored else locale.docx_latin_language)
    title, letter = letter.subject, add_no_break_spaces(letter, locale)
    return load_html_template("letter.html").render(
        title=title,
        letter=letter,
        locale=locale,
        directions={tag: spoken.direction.value for tag, spoken in load_locales().items()},
        subject=write.words(letter.subject),
        salutation=write.words(letter.salutation or ""),
        opening=write.words(letter.opening or ""),
        address_height=_measure_address(letter, theme.fonts[locale.tag]),
        logo=_embed(theme.logo),
        signatures=_arrange_signatures(letter),
        cosigners=[write.words(name) for name in letter.cosigners],
        name_columns=count_name_columns(letter.cosigners),
        enclosures=[write.words(line) for line in letter.enclosures],
        authoritative=write.words(letter.authoritative),
        is_sealed=locale.layout.seal is not None,
        is_joined=is_signed_together(letter, locale),
        body=Markup("\n").join(_write_block(block, write.keeps_words, write.latin_language) for block in letter.body),
    )


def render_styles(letter: Letter, theme: Theme, locale: Locale) -> tuple[str, str]:
    """Return the style sheets of a letter: custom properties and page rules, and the style sheet of the theme.

    The first is equal for all letters of one language and address pitch, the second for all letters, so that each is
    parsed once.
    """
    declared = "; ".join(f"--{name}: {value}" for name, value in _list_properties(letter, theme, locale).items())
    margins = theme.margins
    families = {tag: ", ".join(f'"{family}"' for family in fonts.pdf) for tag, fonts in theme.fonts.items()}
    languages = "\n".join(f".lang-{tag} {{ font-family: {names} }}" for tag, names in families.items())
    start, end = ("left", "right") if locale.direction is Direction.LEFT_TO_RIGHT else ("right", "left")
    beside = theme.text_width - measure_column(theme, locale)
    head = f"""\
:root {{ {declared} }}
html, #salutation, #opening, main {{ font-family: {families[locale.tag]} }}
#salutation, #opening, main, h1, #close, #cosigners, #enclosures, #authoritative {{ width: var(--column) }}
{languages}
h1 {{ string-set: head attr(data-head) }}
@page {{
  size: A4;
  margin: {margins.top}mm {margins.right}mm {margins.bottom}mm {margins.left}mm;
  font-family: {families[locale.tag]}; font-size: 8.5pt; color: #000; direction: {locale.direction.value};
  @top-{start} {{ content: string(head); width: 100% }}
  @bottom-center {{ content: {_count_pages(letter.page_label)}; padding-{end}: {beside:.3f}mm }}
}}
@page :first {{ margin-top: {theme.letterhead}mm; @top-{start} {{ content: none }} }}
"""
    return head, theme.css


def _list_properties(letter: Letter, theme: Theme, locale: Locale) -> dict[str, str]:
    """Return the measures of theme, locale and letter by the names of their custom properties."""
    margins, window, fonts = theme.margins, theme.window, theme.fonts[locale.tag]
    return {
        "accent": theme.accent,
        "align": "justify" if theme.align is TextAlignment.JUSTIFY else "start",
        "size": f"{fonts.size}pt",
        "pitch": f"{fonts.pitch}pt",
        "indent": f"{locale.layout.indent}em",
        "column": f"{measure_column(theme, locale):.3f}mm",
        "letterhead": f"{theme.letterhead}mm",
        "logo-height": f"{theme.logo_height}mm",
        "window-top": f"{window.top}mm",
        "window-bottom": f"{window.bottom}mm",
        "window-indent": f"{window.text_left - margins.left:.3f}mm",
        "window-width": f"{window.width}mm",
        "window-gap": f"{window.gap}mm",
        "window-return-line": f"{window.return_line}mm",
        "address-size": f"{window.font_size if letter.address.has_window else fonts.size}pt",
        "addressee-size": f"{max(fonts.size, ADDRESSEE_SIZE)}pt",
        "name-pitch": f"{measure_name_pitch(letter, fonts):.3f}mm",
        "address-pitch": f"{letter.address.pitch:.3f}mm",
        "return-size": f"{window.return_font_size}pt",
        "signature-space": f"{theme.signature_space}mm",
        "signature-width": f"{measure_signature(theme, locale, len(letter.signatures)):.3f}mm",
        "seal": f"{locale.layout.seal or 0}mm",
        "seal-gap": f"{SEAL_GAP}mm",
        "seal-inset": f"{measure_seal_inset(letter, fonts, locale):.3f}mm",
        "picture-width": f"{WIDEST_SIGNATURE}mm",
        "list-step": f"{locale.layout.list_step}em",
    }


def _arrange_signatures(letter: Letter) -> tuple[tuple[EmbeddedSignature, ...], ...]:
    people = [
        EmbeddedSignature(person.name, person.title, person.lines, _embed(person.image)) for person in letter.signatures
    ]
    return arrange_rows(people, count_signature_columns(len(people)))


def _measure_address(letter: Letter, fonts: Fonts) -> float:
    """Return the height in mm of the lines of an address without a window, whose pitches are rounded too."""
    pitches = {True: round(measure_name_pitch(letter, fonts), 3), False: round(letter.address.pitch, 3)}
    return sum(pitches[line.is_name] for line in letter.address.lines)


def _count_pages(label: str) -> str:
    """Convert ``Page {page} of {pages}`` to the value of a CSS ``content``."""
    counters = {"{page}": "counter(page)", "{pages}": "counter(pages)"}
    parts = re.split(r"(\{pages?\})", label)
    return " ".join(counters.get(part, '"' + part.replace('"', '\\"') + '"') for part in parts if part)


def _embed(picture: bytes | None) -> str | None:
    if picture is None:
        return None
    kind = "png" if picture.startswith(b"\x89PNG") else "jpeg"
    return f"data:image/{kind};base64,{b64encode(picture).decode('ascii')}"


@dataclass(frozen=True, slots=True)
class HtmlWriter:
    """Turns blocks into HTML. ``keeps_words`` is for Korean, whose words Pango would break anywhere;
    ``latin_language`` is that of names in Latin letters, where the script is another.

    Web addresses are not broken, as Pango would do after each slash. A word too long for a line may be broken anywhere.
    """

    keeps_words: bool
    latin_language: str | None = None

    def words(self, text: str) -> Markup:
        """Escape a text, and mark what must not be broken, and which words are in another language."""
        if self.latin_language is None:
            return self._keep_words(text)
        parts = enumerate(_FOREIGN.split(text))
        foreign = Markup('<span lang="{}">{}</span>')
        marked = (foreign.format(self.latin_language, part) if n % 2 else self._keep_words(part) for n, part in parts)
        return Markup("").join(marked)

    def _keep_words(self, text: str) -> Markup:
        if not self.keeps_words and not _WEB.search(text) and not _LONG.search(text):
            return escape(text)
        pieces = re.split(r"(\s+)", text)
        return Markup("").join(self._keep(piece) for piece in pieces)

    def block(self, block: Block) -> Markup:
        """Return the HTML of a block."""
        match block:
            case Paragraph(content):
                return self._wrap("p", content)
            case Heading(content):
                return self._wrap("h2", content)
            case Quotation(content):
                return Markup("<blockquote>{}</blockquote>").format(self._blocks(content))
            case Listing(ordered, items):
                tag = "ol" if ordered else "ul"
                listed = Markup("").join(Markup("<li>{}</li>").format(self._blocks(item)) for item in items)
                return Markup("<{0}>{1}</{0}>").format(tag, listed)
            case Table():
                return self._table(block)

    def _blocks(self, blocks: Iterable[Block]) -> Markup:
        return Markup("").join(self.block(block) for block in blocks)

    def _wrap(self, tag: str, content: tuple[Inline, ...]) -> Markup:
        return Markup("<{0}>{1}</{0}>").format(tag, self._inlines(content))

    def _inlines(self, content: Iterable[Inline]) -> Markup:
        return Markup("").join(self._inline(part) for part in content)

    def _inline(self, part: Inline) -> Markup:
        match part:
            case Plain(text):
                return self.words(text)
            case Strong(content):
                return self._wrap("strong", content)
            case Emphasis(content):
                return self._wrap("em", content)
            case Link(target, content):
                return Markup('<a href="{}">{}</a>').format(target, self._inlines(content))
            case LineBreak():
                return Markup("<br>")
            case Footnote(content):
                return Markup('<span class="footnote">{}</span>').format(self._inlines(content))

    def _table(self, table: Table) -> Markup:
        head = self._row("th", table.header, table)
        rows = Markup("").join(self._row("td", row, table) for row in table.rows)
        kind = Markup(' class="whole"') if table.stays_whole else ""
        shares = (Markup('<col style="width: {:.2f}%">').format(100 * column.share) for column in plan_columns(table))
        columns = Markup("").join(shares)
        page = Markup("<table{}><colgroup>{}</colgroup><thead>{}</thead><tbody>{}</tbody></table>")
        return page.format(kind, columns, head, rows)

    def _row(self, tag: str, cells: tuple[tuple[Inline, ...], ...], table: Table) -> Markup:
        cell = Markup('<{0} style="text-align: {1}">{2}</{0}>')
        aligned = zip(table.alignments, cells, strict=True)
        set_cells = (cell.format(tag, alignment.value, self._inlines(content)) for alignment, content in aligned)
        return Markup("<tr>{}</tr>").format(Markup("").join(set_cells))

    def _keep(self, piece: str) -> Markup:
        if self.keeps_words and len(piece) <= _LONGEST_WORD and _HANGUL_WORD.fullmatch(piece):
            return Markup('<span class="word">{}</span>').format(piece)
        if _LONG.search(piece):
            parts = enumerate(re.split(f"({_LONG.pattern})", piece))
            # Not in letter.css: also needed with a style sheet of the workspace.
            long, other = Markup('<span style="overflow-wrap: anywhere">{}</span>'), Markup("{}")
            return Markup("").join((long if number % 2 else other).format(part) for number, part in parts)
        if web := _WEB.search(piece):
            before, after = escape(piece[: web.start()]), escape(piece[web.end() :])
            return Markup('{}<span class="word">{}</span>{}').format(before, web[0], after)
        return escape(piece)


@lru_cache(maxsize=KEPT_TEXTS)
def _write_block(block: Block, keeps_words: bool, latin_language: str | None) -> Markup:  # noqa: FBT001 - cached
    """Return the HTML of a block, which is written once for all letters that have it."""
    return HtmlWriter(keeps_words, latin_language).block(block)


def render_note(note: Letter, locale: Locale) -> str:
    """Return a covering note as one HTML document with numbered footnotes at its end."""
    write = _NoteWriter(keeps_words=False)
    body = Markup("\n").join(write.block(block) for block in note.body)
    return load_html_template("note.html").render(note=note, locale=locale, body=body, notes=write.notes)


@dataclass(frozen=True, slots=True)
class _NoteWriter(HtmlWriter):
    """Collects footnotes, since an e-mail has no foot of a page."""

    notes: list[Markup] = field(default_factory=list)

    def _inline(self, part: Inline) -> Markup:
        if not isinstance(part, Footnote):
            return HtmlWriter._inline(self, part)  # noqa: SLF001 - its own, one class up; a class with slots has no bare super()
        self.notes.append(self._inlines(part.content))
        return Markup("[{}]").format(len(self.notes))
