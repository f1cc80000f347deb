"""The DOCX package before it has text: styles, numbering, settings and fonts, from the files in template/."""

from collections.abc import Iterator
from functools import cache, lru_cache
from importlib import resources
from string import Template
from xml.sax.saxutils import escape

from petitioner.model.letter import Letter
from petitioner.model.locale import Direction, Layout, Locale, Placement, Side
from petitioner.model.theme import ADDRESSEE_SIZE, REFERENCE_SIZE, Fonts, TextAlignment, Theme
from petitioner.render.docx.elements import (
    ENCLOSURE_SCALE,
    RUNNING_HEIGHT,
    SHEET_WIDTH,
    LetterContext,
    measure_head,
    measure_list_step,
    to_twips,
)
from petitioner.render.docx.package import pack
from petitioner.render.typography import (
    NATURAL_PITCH,
    count_half_widths,
    measure_column,
    measure_name_pitch,
    measure_rise,
    measure_seal_inset,
    measure_seal_room,
    measure_top,
)
from petitioner.tables.locales import load_locales

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
"""The names of the parts in the package, and of their files in template/."""

_OTHER_NAMES = {"Yu Mincho": "游明朝", "SimSun": "宋体", "Batang": "바탕"}
"""The name of a font in its own country."""

_SUBJECT_SPACE = 8.46  # mm from the address field to the subject, DIN 5008
_SUBJECT_SCALE = 1.1
_RETURN_LEADING = 1.3
_HYPHENATION_ZONE = 0.04  # of the column: no hyphen saves less at the end of a line
_ADDRESS_STEP = 1.5  # ems
_EMS = (0.15, 0.25, 0.5, 0.6, 0.75, 0.8, 0.9, 1.1, 1.45, 2)
"""The distances in the styles in ems of the letter: ``$ems_0_25`` and so on."""

Values = dict[str, str]


def make_template(context: LetterContext) -> bytes:
    """Return a package with the styles and settings of a letter, for python-docx to open."""
    theme, locale = context.theme, context.locale
    fonts = theme.fonts[locale.tag]
    values = {
        **_describe_letter(context.letter, theme, fonts),
        **_describe_sheet(theme, locale),
        **_describe_fonts(theme, locale),
        **_describe_sizes(fonts, locale.layout),
        **_describe_layout(fonts, locale.layout),
        **_describe_direction(locale),
        **_describe_setting(context),
        **_describe_seal(context.letter, fonts, locale),
    }
    return _fill_parts(tuple(values.items()))


def name_language_style(tag: str) -> str:
    """Return the id of the character style for text in another language than the letter's."""
    return f"Language-{tag}"


def name_latin_language(locale: Locale) -> str:
    """Return the language of Latin words: as East Asian text LibreOffice would break them at any letter."""
    return locale.docx_latin_language or locale.docx_language


@cache
def read_part(file: str) -> str:
    """Return the text of a file in template/."""
    return (resources.files(__name__.rpartition(".")[0]) / "template" / file).read_text("utf-8")


@lru_cache(maxsize=64)
def _fill_parts(values: tuple[tuple[str, str], ...]) -> bytes:
    texts = {name: Template(read_part(file)) for name, file in _PARTS.items()}
    return pack({name: text.substitute(dict(values)).encode() for name, text in texts.items()})


def _describe_letter(letter: Letter, theme: Theme, fonts: Fonts) -> Values:
    # An opening follows closely, the text after a gap. All space is below paragraphs, since Word and LibreOffice do not
    # agree on whether space below and above add up.
    before_text = 0.3 if letter.opening else 0.75
    has_window = letter.address.has_window
    size = theme.window.font_size if has_window else fonts.size
    # A line that goes on is indented only where there is room, as in the style sheet of the PDF.
    step, name = 0 if has_window else _ADDRESS_STEP, max(fonts.size, ADDRESSEE_SIZE)
    return {
        "address_pitch": str(to_twips(letter.address.pitch)),
        # In a window the lines are closer than some fonts ask for.
        "address_rule": "exact" if has_window else "atLeast",
        "address_size": _half_points(size),
        "address_step": _twips(step * size),
        "name_pitch": str(to_twips(measure_name_pitch(letter, fonts))),
        "addressee_size": _half_points(name),
        "addressee_step": _twips(step * name),
        "subject_after": _twips((1.1 if letter.salutation else before_text) * fonts.size),
        "enclosure_hang": _twips((count_half_widths(letter.enclosures_label) / 2 + 1) * ENCLOSURE_SCALE * fonts.size),
        "salutation_after": _twips(before_text * fonts.size),
    }


def _describe_sheet(theme: Theme, locale: Locale) -> Values:
    margins, window = theme.margins, theme.window
    left, width = to_twips(margins.left), to_twips(measure_column(theme, locale))
    rise = measure_rise(theme.fonts[locale.tag])
    lengths = {
        "top": measure_top(theme),
        "header_after": max(0, margins.top - measure_head(theme) - RUNNING_HEIGHT - rise),
        "bottom": margins.bottom + rise,
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
        "return_size": _half_points(window.return_font_size),
        "return_pitch": _twips(window.return_font_size * _RETURN_LEADING),
    }


def _describe_fonts(theme: Theme, locale: Locale) -> Values:
    fonts = theme.fonts[locale.tag]
    others = {tag: other for tag, other in theme.fonts.items() if tag != locale.tag}
    return {
        "language": _quote(locale.docx_language),
        "latin_language": _quote(name_latin_language(locale)),
        # Word puts gaps between Latin words or digits and East Asian characters; Korean writes spaces.
        "autospace": "0" if locale.joins_lines_with_space else "1",
        "latin": _quote(fonts.docx),
        "east_asian": _quote(fonts.docx_east_asian or fonts.docx),
        "font_table": "\n".join(_list_fonts(theme)),
        "language_styles": "\n".join(_make_language_style(tag, other) for tag, other in others.items()),
    }


def _describe_sizes(fonts: Fonts, layout: Layout) -> Values:
    size = fonts.size
    return {
        "size": _half_points(size),
        "pitch": _twips(fonts.pitch),
        # The base line of the small reference is in the middle of a line, as in the PDF.
        "reference_pitch": _twips((fonts.pitch + NATURAL_PITCH * REFERENCE_SIZE) / 2),
        "reference_after": _twips((fonts.pitch - NATURAL_PITCH * REFERENCE_SIZE) / 2),
        "subject_size": _half_points(size * _SUBJECT_SCALE),
        "enclosure_size": _half_points(size * ENCLOSURE_SCALE),
        **{f"step_{level}": str(level * measure_list_step(fonts, layout)) for level in (1, 2, 3)},
        **{f"ems_{ems}".replace(".", "_"): _twips(ems * size) for ems in _EMS},
    }


def _describe_setting(context: LetterContext) -> Values:
    """Return how full lines end: at the margin, as the theme asks, and with hyphens in scripts that have them."""
    # Lines from right to left are not justified in the PDF either.
    runs_right = context.locale.direction is Direction.LEFT_TO_RIGHT
    justified = context.theme.align is TextAlignment.JUSTIFY and runs_right
    zone = to_twips(_HYPHENATION_ZONE * measure_column(context.theme, context.locale))
    hyphenation = f'<w:autoHyphenation/><w:hyphenationZone w:val="{zone}"/><w:doNotHyphenateCaps/>'
    return {
        "body_side": '<w:jc w:val="both"/>' if justified else "",
        "hyphenation": hyphenation if context.divides_words else "",
    }


def _describe_layout(fonts: Fonts, layout: Layout) -> Values:
    bold, italic = "<w:b/><w:bCs/>", "<w:i/><w:iCs/>"
    closing_indent = 0 if layout.closing is Side.END else layout.indent
    return {
        "indent": _twips(layout.indent * fonts.size),
        "indent_chars": _hundredths(layout.indent),
        # A paragraph begins with an indent, or else after a gap.
        "gap": "0" if layout.indent else _twips(0.6 * fonts.size),
        "block_before": _twips(0.5 * fonts.size) if layout.indent else "0",
        "closing_indent": _twips(closing_indent * fonts.size),
        "closing_indent_chars": _hundredths(closing_indent),
        "subject_side": "center" if layout.subject is Placement.CENTRE else "left",
        "closing_side": _name_side(layout.closing),
        "signature_side": _name_side(layout.signature),
        "emphasis": bold if layout.emphasis_is_bold else italic,
        "strong_emphasis": bold if layout.emphasis_is_bold else bold + italic,
    }


def _describe_direction(locale: Locale) -> Values:
    mirrored = locale.direction is Direction.RIGHT_TO_LEFT
    return {
        "direction": "<w:bidi/>" if mirrored else "",
        "bidi_language": f' w:bidi="{_quote(locale.docx_language)}"' if mirrored else "",
        # Word's right is the end of lines; the date is always at the right of the paper.
        "date_side": "left" if mirrored else "right",
    }


def _describe_seal(letter: Letter, fonts: Fonts, locale: Locale) -> Values:
    return {
        "seal_inset": str(to_twips(measure_seal_inset(letter, fonts, locale))),
        "seal_room": str(to_twips(measure_seal_room(locale))),
    }


def _list_fonts(theme: Theme) -> Iterator[str]:
    named = (name for fonts in theme.fonts.values() for name in (fonts.docx, fonts.docx_east_asian) if name)
    for name in dict.fromkeys(named):
        other = f'<w:altName w:val="{_OTHER_NAMES[name]}"/>' if name in _OTHER_NAMES else ""
        yield f'<w:font w:name="{_quote(name)}">{other}<w:family w:val="roman"/><w:pitch w:val="variable"/></w:font>'


def _make_language_style(tag: str, fonts: Fonts) -> str:
    latin, east_asian = _quote(fonts.docx), _quote(fonts.docx_east_asian or fonts.docx)
    locale = load_locales()[tag]
    language, bidi = _quote(locale.docx_language), _describe_direction(locale)["bidi_language"]
    latin_language = _quote(name_latin_language(locale))
    return (
        f'<w:style w:type="character" w:customStyle="1" w:styleId="{name_language_style(tag)}">'
        f'<w:name w:val="Language {tag}"/><w:rPr>'
        f'<w:rFonts w:ascii="{latin}" w:hAnsi="{latin}" w:eastAsia="{east_asian}" w:cs="{latin}"/>'
        f'<w:lang w:val="{latin_language}" w:eastAsia="{language}"{bidi}/></w:rPr></w:style>'
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
