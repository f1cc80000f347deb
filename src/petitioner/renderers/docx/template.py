"""The package that a letter is written into: styles, numbering, settings and fonts, from the text parts beside."""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from string import Template
from xml.sax.saxutils import escape

from petitioner.locales import load_locales
from petitioner.model.letter import Letter
from petitioner.model.locale import Layout, Locale, Side
from petitioner.model.theme import Fonts, Theme
from petitioner.renderers.column import measure_column
from petitioner.renderers.docx.archive import pack
from petitioner.renderers.docx.elements import to_twips
from petitioner.renderers.docx.sheet import (
    RUNNING_HEIGHT,
    SHEET_WIDTH,
    Sheet,
    measure_em,
    measure_head,
    measure_list_step,
)

_PARTS = {
    "[Content_Types].xml": "content-types.xml",
    "_rels/.rels": "package-relationships.xml",
    "docProps/core.xml": "core.xml",
    "word/_rels/document.xml.rels": "document-relationships.xml",
    "word/document.xml": "document.xml",
    "word/fontTable.xml": "fonts.xml",
    "word/footer1.xml": "footer.xml",
    "word/footer2.xml": "footer.xml",
    "word/header1.xml": "header.xml",
    "word/header2.xml": "header.xml",
    "word/numbering.xml": "numbering.xml",
    "word/settings.xml": "settings.xml",
    "word/styles.xml": "styles.xml",
    "word/theme/theme1.xml": "theme.xml",
}
"""The names of the parts in the package, and of the text files that they are made from."""

_OTHER_NAMES = {"Yu Mincho": "游明朝", "SimSun": "宋体", "Batang": "바탕"}
"""What a machine in the font's own country calls it."""

_SUBJECT_SPACE = 8.46  # mm from the address field to the subject, DIN 5008
_SUBJECT_SCALE = 1.1
_ENCLOSURE_SCALE = 0.9
_RETURN_LEADING = 1.3
_EMS = (0.25, 0.5, 0.6, 0.75, 0.8, 0.9, 1.1, 1.35, 2)
"""The distances in the styles that grow with the letter's own size: ``$ems_0_25`` and so on."""

Values = dict[str, str]


def make_template(sheet: Sheet) -> bytes:
    """A letter without its words: all that its styles and settings say, as a package for python-docx to open."""
    theme, locale = sheet.theme, sheet.locale
    fonts = theme.fonts[locale.tag]
    values = {
        **_describe_letter(sheet.letter, fonts),
        **_describe_sheet(theme, locale),
        **_describe_fonts(theme, locale),
        **_describe_sizes(fonts),
        **_describe_habits(fonts, locale.layout),
    }
    return _fill_parts(tuple(values.items()))


def name_language_style(tag: str) -> str:
    """The id of the character style for words in another language than the letter's."""
    return f"Language-{tag}"


@cache
def read_part(file: str) -> str:
    """The text of a part as it lies beside this module."""
    return (resources.files(__name__.rpartition(".")[0]) / "template" / file).read_text("utf-8")


@lru_cache(maxsize=64)
def _fill_parts(values: tuple[tuple[str, str], ...]) -> bytes:
    texts = {name: Template(read_part(file)) for name, file in _PARTS.items()}
    return pack({name: text.substitute(dict(values)).encode() for name, text in texts.items()})


def _describe_letter(letter: Letter, fonts: Fonts) -> Values:
    # An opening follows closely what is above it; the text itself stands a little apart. All space is given below a
    # paragraph: whether space below and above add up, Word and LibreOffice do not agree.
    before_text = 0.3 if letter.opening else 0.75
    return {
        "address_pitch": str(to_twips(letter.address.pitch)),
        "subject_after": _twips((1.1 if letter.salutation else before_text) * fonts.size),
        "salutation_after": _twips(before_text * fonts.size),
    }


def _describe_sheet(theme: Theme, locale: Locale) -> Values:
    margins, window = theme.margins, theme.window
    left, width = to_twips(margins.left), to_twips(measure_column(theme, locale))
    lengths = {
        "top": margins.top,
        "bottom": margins.bottom,
        "header": measure_head(theme),
        "footer": (margins.bottom - RUNNING_HEIGHT) / 2,
        "subject_before": _SUBJECT_SPACE,
        "signature_space": theme.signature_space,
    }
    return {
        **{name: str(to_twips(length)) for name, length in lengths.items()},
        "left": str(left),
        "right": str(SHEET_WIDTH - left - width),
        "accent": theme.accent.removeprefix("#").upper(),
        "address_size": _half_points(window.font_size),
        "return_size": _half_points(window.return_font_size),
        "return_pitch": _twips(window.return_font_size * _RETURN_LEADING),
    }


def _describe_fonts(theme: Theme, locale: Locale) -> Values:
    fonts = theme.fonts[locale.tag]
    others = {tag: other for tag, other in theme.fonts.items() if tag != locale.tag}
    return {
        "language": _quote(locale.docx_language),
        # Word sets Latin words and figures off from East Asian characters, which Korean does by blanks of its own.
        "autospace": "0" if locale.joins_lines_with_space else "1",
        "latin": _quote(fonts.docx),
        "east_asian": _quote(fonts.docx_east_asian or fonts.docx),
        "font_table": "\n".join(_list_fonts(theme)),
        "language_styles": "\n".join(_set_language_style(tag, other) for tag, other in others.items()),
    }


def _describe_sizes(fonts: Fonts) -> Values:
    size = fonts.size
    return {
        "size": _half_points(size),
        "pitch": _twips(fonts.pitch),
        "subject_size": _half_points(size * _SUBJECT_SCALE),
        "enclosure_size": _half_points(size * _ENCLOSURE_SCALE),
        **{f"step_{level}": str(level * measure_list_step(measure_em(fonts))) for level in (1, 2, 3)},
        **{f"ems_{ems}".replace(".", "_"): _twips(ems * size) for ems in _EMS},
    }


def _describe_habits(fonts: Fonts, layout: Layout) -> Values:
    bold, italic = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>"
    closing_indent = 0 if layout.closing is Side.END else layout.indent
    return {
        "indent": _twips(layout.indent * fonts.size),
        "indent_chars": _hundredths(layout.indent),
        # What shows where a paragraph begins is its indent, or else a gap.
        "gap": "0" if layout.indent else _twips(0.6 * fonts.size),
        "block_before": _twips(0.5 * fonts.size) if layout.indent else "0",
        "block_after": _twips((0.5 if layout.indent else 0.6) * fonts.size),
        "closing_indent": _twips(closing_indent * fonts.size),
        "closing_indent_chars": _hundredths(closing_indent),
        "closing_side": _name_side(layout.closing),
        "signature_side": _name_side(layout.signature),
        "emphasis": bold if layout.emphasis_is_bold else italic,
        "strong_emphasis": bold if layout.emphasis_is_bold else bold + italic,
    }


def _list_fonts(theme: Theme) -> Iterator[str]:
    named = (name for fonts in theme.fonts.values() for name in (fonts.docx, fonts.docx_east_asian) if name)
    for name in dict.fromkeys(named):
        other = f'<w:altName w:val="{_OTHER_NAMES[name]}"/>' if name in _OTHER_NAMES else ""
        yield f'<w:font w:name="{_quote(name)}">{other}<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'


def _set_language_style(tag: str, fonts: Fonts) -> str:
    latin, east_asian = _quote(fonts.docx), _quote(fonts.docx_east_asian or fonts.docx)
    language = _quote(load_locales()[tag].docx_language)
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{name_language_style(tag)}">'
        f'<w:name w:val="Language {tag}"/><w:rPr>'
        f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east_asian}" w:cs="{latin}"/>'
        f'<w:lang w:val="{language}" w:eastAsia="{language}"/></w:rPr></w:style>'
    )


def _name_side(side: Side) -> str:
    return "right" if side is Side.END else "left"


def _quote(text: str) -> str:
    return escape(text, {'"': "&quot;"})


def _hundredths(ems: float) -> str:
    return str(round(ems * 100))


def _twips(points: float) -> str:
    return str(round(points * 20))


def _half_points(points: float) -> str:
    return str(round(points * 2))
