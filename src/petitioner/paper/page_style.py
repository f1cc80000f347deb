"""Make fonts, page sizes and QR codes for all printed sheets."""

from dataclasses import dataclass

import segno

from petitioner.model.stationery import Size
from petitioner.model.theme import Theme
from petitioner.tables.locales import load_locales

_QUIET = 4  # modules of white around the code (ISO/IEC 18004, 5.3.8)


@dataclass(frozen=True, slots=True)
class PrinterCorrection:
    """Corrections for a printer: rotation by 180 degrees, and offsets in mm to the right and down."""

    is_turned: bool = False
    offset_x: float = 0.0
    offset_y: float = 0.0


_COMMON = """
html { color: #000; hyphens: manual }
body, p { margin: 0 }
p { white-space: nowrap }
.page { position: relative; overflow: hidden }
.page + .page { break-before: page }
.sheet, .block, .whole, .tick, .words { position: absolute }
.sheet, .whole { left: 0; top: 0 }
.tick, .words { font-size: 6pt; line-height: 1.25 }
.words { font-size: 7pt }
.words p { margin-bottom: 1mm; white-space: normal }
.whole-word { white-space: nowrap }
"""


def write_fonts(theme: Theme) -> str:
    """Return a CSS class for each language, ``lang-`` and its tag, with the fonts of the theme."""
    return "\n".join(f".lang-{tag} {{ font-family: {list_families(theme, tag)} }}" for tag in theme.fonts)


def write_sheet_css(theme: Theme, language: str, page: str) -> str:
    """Return the CSS that all sheets for our own people share; ``page`` is the content of its ``@page``."""
    return f"@page {{ {page} }}\nhtml {{ font-family: {list_families(theme, language)} }}\n{write_fonts(theme)}\n"


def list_families(theme: Theme, tag: str) -> str:
    """Return the fonts of a language in the theme as a CSS list."""
    return ", ".join(f'"{family}"' for family in theme.fonts[tag].pdf)


def write_style(size: Size, feed: PrinterCorrection, theme: Theme) -> str:
    """Return the style sheet for pages of one size."""
    turn = " rotate(180deg)" if feed.is_turned else ""
    page = f"width: {size.width}mm; height: {size.height}mm"
    return f"""{_COMMON}
@page {{ size: {size.width}mm {size.height}mm; margin: 0 }}
.page, .sheet {{ {page} }}
.sheet {{ transform: translate({feed.offset_x}mm, {feed.offset_y}mm){turn} }}
{write_fonts(theme)}
"""


def write_calibration_help(name: str, paper: Size, *, may_turn: bool) -> list[str]:
    """Return the instructions on a calibration page."""
    return [
        f"{name}, {paper}.",
        "Print it with scaling off. Lay a ruler along the marks: 100 must be 100 mm.",
        "If it is 2 mm too far right, use --offset-x=-2. If it is 2 mm too low, use --offset-y=-2.",
        *(["If it is upside down, use --rotate."] if may_turn else []),
    ]


def list_directions() -> dict[str, str]:
    """Return the text direction of each language, as in HTML."""
    return {tag: locale.direction.value for tag, locale in load_locales().items()}


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code as a picture; its ``side``, and ``quiet``, the white margin within it, in mm."""

    uri: str
    side: float
    quiet: float


def make_qr_code(reference: str, module: float) -> QrCode:
    """Make the QR code of a reference with modules of ``module`` mm: the smallest version, level M or better."""
    code = segno.make_qr(reference, error="m", boost_error=True)
    side = (len(code.matrix) + 2 * _QUIET) * module
    return QrCode(code.svg_data_uri(border=_QUIET, scale=module, unit="mm"), side, _QUIET * module)
