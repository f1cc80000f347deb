"""Fonts, page measures and QR codes that all printed sheets share."""

from dataclasses import dataclass

import segno

from petitioner.model.stationery import Size
from petitioner.model.theme import Theme
from petitioner.tables.locales import load_locales

_QUIET = 4  # modules of white around the code (ISO/IEC 18004, 5.3.8)


@dataclass(frozen=True, slots=True)
class PaperFeed:
    """How a printer takes the paper: turned by half a turn or not, and how far it prints to the right and below, in
    mm; both are made good for."""

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
    """A class for each language, ``lang-`` and its tag, with the fonts of the theme."""
    return "\n".join(f".lang-{tag} {{ font-family: {list_families(theme, tag)} }}" for tag in theme.fonts)


def write_sheet_style(theme: Theme, language: str, page: str) -> str:
    """What begins the style of a sheet for our own people, in ``language``; ``page`` is what ``@page`` says."""
    return f"@page {{ {page} }}\nhtml {{ font-family: {list_families(theme, language)} }}\n{write_fonts(theme)}\n"


def list_families(theme: Theme, tag: str) -> str:
    """The fonts of a language in the theme, as CSS lists them."""
    return ", ".join(f'"{family}"' for family in theme.fonts[tag].pdf)


def write_style(size: Size, feed: PaperFeed, theme: Theme) -> str:
    """The style sheet of pages of one size."""
    turn = " rotate(180deg)" if feed.is_turned else ""
    page = f"width: {size.width}mm; height: {size.height}mm"
    return f"""{_COMMON}
@page {{ size: {size.width}mm {size.height}mm; margin: 0 }}
.page, .sheet {{ {page} }}
.sheet {{ transform: translate({feed.offset_x}mm, {feed.offset_y}mm){turn} }}
{write_fonts(theme)}
"""


def write_calibration_help(name: str, paper: Size, *, may_turn: bool) -> list[str]:
    """What to do with a page that was printed to see how a printer takes the paper."""
    return [
        f"{name}, {paper}.",
        "Print it with scaling off. Lay a ruler along the marks: 100 must be 100 mm.",
        "What stands 2 mm too far right, or too low, takes --offset-x=-2, or --offset-y=-2.",
        *(["What stands upside down takes --rotate."] if may_turn else []),
    ]


def list_directions() -> dict[str, str]:
    """Which way lines run in each language, in the words of HTML."""
    return {tag: locale.direction.value for tag, locale in load_locales().items()}


@dataclass(frozen=True, slots=True)
class QrCode:
    """A picture of the code; ``side`` and ``quiet``, the white within it at each side, in mm."""

    uri: str
    side: float
    quiet: float


def make_qr_code(reference: str, module: float) -> QrCode:
    """The code of a reference with modules of ``module`` mm, in the smallest version that has level M or better."""
    code = segno.make_qr(reference, error="m", boost_error=True)
    side = (len(code.matrix) + 2 * _QUIET) * module
    return QrCode(code.svg_data_uri(border=_QUIET, scale=module, unit="mm"), side, _QUIET * module)
