"""Letters as tagged PDF: the same bytes for the same letter, without network."""

import ctypes
import logging
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, nullcontext, suppress
from functools import cache, lru_cache
from itertools import chain

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.same import Same
from petitioner.model.theme import Theme
from petitioner.render import RenderError, report_library_errors
from petitioner.render.html import render_styles
from petitioner.render.letter_pages import read_page, write_page
from petitioner.render.pdf_internals import find_unknown_version
from petitioner.render.pdf_internals.blocks import read_marked_page
from petitioner.render.pdf_internals.lines import LineRules, set_lines
from petitioner.render.pdf_internals.recording import number_blocks
from petitioner.render.pdf_internals.shapes import Renderer, ShapeMemory
from petitioner.render.pdf_internals.writing import (
    ARCHIVE,
    draw_document,
    drop_margin_box,
    write_document,
    write_sheet,
)
from petitioner.render.typography import add_fallback_fonts
from petitioner.tables.locales import load_locales

_STYLES = {ARCHIVE: ("img { image-rendering: crisp-edges !important }",)}  # ISO 19005-2, 6.2.8: no interpolation
_LETTER = "pdf/ua-1"
_LOGGER = logging.getLogger("weasyprint")
_GLIB = "libglib-2.0.so.0"
_SERIOUS = 0b11100  # warnings, critical messages and errors (GLogLevelFlags)

_shapes = ShapeMemory()


def render_pdf(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return a letter as PDF/UA-1. Raises ``RenderError`` for any warning of WeasyPrint."""
    if find_unknown_version():
        return render_pdf_plainly(letter, theme, locale)
    page, rules = read_page(letter, theme, locale), _find_line_rules(Same(locale))
    with _setting("a letter", rules) as faults:
        sheets = _parse_styles(page.styles, faults)
        renderer = Renderer(
            lambda: draw_document(_lay_out_letter(write_page(letter, theme, locale), sheets), _LETTER),
            lambda marked: read_marked_page(marked, sheets, rules, _open_fonts(), _open_fetcher()),
        )
        return _shapes.render(page.slots, (page.styles, rules), renderer)


def render_pdf_plainly(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return what ``render_pdf`` returns, without any use of letters that were rendered before."""
    return _render_plainly(letter, theme, locale, _LETTER)


def render_archive(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return the same pages as PDF/A-2a and PDF/UA-1 (ISO 19005-2, ISO 14289-1). Raises ``RenderError``."""
    return _render_plainly(letter, theme, locale, ARCHIVE)


def render_sheet(html: str, style: str, theme: Theme, language: str) -> bytes:
    """Return pages other than letters, such as envelopes, as PDF. ``language`` is that of the page.

    Raises ``RenderError`` for any warning of WeasyPrint.
    """
    page = add_fallback_fonts(html, language, theme)
    with _setting("a sheet") as faults:
        return write_sheet(_lay_out(page, _parse_styles((style,), faults)))


def render_tagged(html: str, style: str, theme: Theme, language: str) -> bytes:
    """Return pages other than letters as PDF/UA-1. Raises ``RenderError`` for any warning of WeasyPrint."""
    page = add_fallback_fonts(html, language, theme)
    with _setting("a report") as faults:
        return write_document(_lay_out(page, _parse_styles((style,), faults)), _LETTER)


def _render_plainly(letter: Letter, theme: Theme, locale: Locale, variant: str) -> bytes:
    page, styles = write_page(letter, theme, locale), render_styles(letter, theme, locale)
    with _setting("a letter", _find_line_rules(Same(locale))) as faults:
        sheets = _parse_styles((*styles, *_STYLES.get(variant, ())), faults)
        return write_document(_lay_out_letter(page, sheets), variant)


def _lay_out_letter(page: str, sheets: Sequence[CSS]) -> Document:
    document = _lay_out(page, sheets)
    if len(document.pages) == 1:
        drop_margin_box(document, "@bottom-center")  # a single page needs no number
    return document


@lru_cache(maxsize=64)
def _find_line_rules(locale: Same[Locale]) -> LineRules:
    languages = frozenset(tag for tag, one in load_locales().items() if not one.joins_lines_with_space)
    patterns = (re.compile(unbroken),) if (unbroken := locale.held.unbroken) else ()
    return LineRules(languages, patterns)


@contextmanager
def _setting(what: str, rules: LineRules | None = None) -> Iterator[list[str]]:
    """Set lines by rules, and raise RenderError for any warning; ``what`` is made. Yield a list for other warnings."""
    found: list[str] = []
    with (
        _collect_warnings() as faults,
        report_library_errors("WeasyPrint"),
        set_lines(rules) if rules else nullcontext(),
    ):
        try:
            yield found
        except FatalURLFetchingError as error:
            raise RenderError((f"{error}; {what} fetches nothing from anywhere",)) from error
    if different := tuple(dict.fromkeys((*found, *faults))):
        raise RenderError(different)


def _lay_out(page: str, sheets: Sequence[CSS]) -> Document:
    html = HTML(string=page, base_url="about:blank", url_fetcher=_open_fetcher())
    with number_blocks():
        return html.render(font_config=_open_fonts(), stylesheets=list(sheets))


def _parse_styles(styles: Iterable[str], faults: list[str]) -> tuple[CSS, ...]:
    """Return parsed style sheets, and add their warnings to ``faults``."""
    sheets, found = zip(*map(_parse_style, styles), strict=True)
    faults += chain.from_iterable(found)
    return sheets


@cache
def _open_fonts() -> FontConfiguration:
    """Return one for the process: it is slow to make, and holds Pango's caches."""
    return FontConfiguration()


@cache
def _open_fetcher() -> URLFetcher:
    """Allow pictures within the page; any other access is an error."""
    return URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)


@lru_cache(maxsize=64)
def _parse_style(style: str) -> tuple[CSS, tuple[str, ...]]:
    """Return a parsed style sheet and its warnings, which WeasyPrint reports only once."""
    with _collect_warnings() as faults:
        css = CSS(string=style, font_config=_open_fonts(), url_fetcher=_open_fetcher())
    return css, tuple(faults)


def _log_message(domain: bytes | None, level: int, message: bytes | None, _data: object) -> None:
    if level & _SERIOUS:
        words = (part.decode(errors="replace") for part in (domain or b"GLib", message or b""))
        _LOGGER.warning("%s: %s", *words)


_LOG_MESSAGE = ctypes.CFUNCTYPE(None, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)(_log_message)


@cache
def _log_pango_messages() -> None:
    """Send the messages of Pango, which would go to standard error, to the log of WeasyPrint."""
    with suppress(OSError, AttributeError):  # GLib has another name here: messages still go there
        ctypes.CDLL(_GLIB).g_log_set_default_handler(_LOG_MESSAGE, None)


class _Collector(logging.Handler):
    """Collects the texts of warnings and errors."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.faults: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.faults.append(record.getMessage())


@contextmanager
def _collect_warnings() -> Iterator[list[str]]:
    """Collect the warnings and errors of WeasyPrint and Pango."""
    _log_pango_messages()
    collector = _Collector()
    _LOGGER.addHandler(collector)
    try:
        yield collector.faults
    finally:
        _LOGGER.removeHandler(collector)
