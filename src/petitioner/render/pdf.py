"""Letters as tagged PDF: the same bytes for the same letter, without network."""

import ctypes
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from functools import cache, lru_cache
from itertools import chain

from weasyprint import CSS, HTML
from weasyprint.document import Document
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.render import RenderError, report_library_errors
from petitioner.render.html import render_html, render_style
from petitioner.render.pdf_internals.lines import LineRules, set_lines
from petitioner.render.pdf_internals.writing import ARCHIVE, drop_margin_box, write_document, write_sheet
from petitioner.render.typography import add_fallback_fonts
from petitioner.tables.locales import load_locales

_STYLES = {ARCHIVE: ("img { image-rendering: crisp-edges !important }",)}  # ISO 19005-2, 6.2.8: no interpolation
_LOGGER = logging.getLogger("weasyprint")
_GLIB = "libglib-2.0.so.0"
_SERIOUS = 0b11100  # warnings, critical messages and errors (GLogLevelFlags)


def render_pdf(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return a letter as PDF/UA-1. Raises ``RenderError`` for any warning of WeasyPrint."""
    return _render(letter, theme, locale, "pdf/ua-1")


def render_archive(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Return the same pages as PDF/A-2a and PDF/UA-1 (ISO 19005-2, ISO 14289-1). Raises ``RenderError``."""
    return _render(letter, theme, locale, ARCHIVE)


def render_sheet(html: str, style: str, theme: Theme, language: str) -> bytes:
    """Return pages other than letters, such as envelopes, as PDF. ``language`` is that of the page.

    Raises ``RenderError`` for any warning of WeasyPrint.
    """
    page = add_fallback_fonts(html, language, theme)
    return _write_pages(page, (style,), write_sheet, "a sheet")


def _render(letter: Letter, theme: Theme, locale: Locale, variant: str) -> bytes:
    page = add_fallback_fonts(render_html(letter, theme, locale), locale.tag, theme)
    styles = (render_style(letter, theme, locale), *_STYLES.get(variant, ()))
    with set_lines(_find_line_rules(locale)):
        return _write_pages(page, styles, lambda document: _write_letter(document, variant), "a letter")


def _write_letter(document: Document, variant: str) -> bytes:
    if len(document.pages) == 1:
        drop_margin_box(document, "@bottom-center")  # a single page needs no number
    return write_document(document, variant)


def _find_line_rules(locale: Locale) -> LineRules:
    languages = frozenset(tag for tag, one in load_locales().items() if not one.joins_lines_with_space)
    patterns = (re.compile(locale.unbroken),) if locale.unbroken else ()
    return LineRules(languages, patterns)


def _write_pages(html: str, styles: Iterable[str], write: Callable[[Document], bytes], what: str) -> bytes:
    with _collect_warnings() as faults, report_library_errors("WeasyPrint"):
        try:
            sheets, found = zip(*map(_parse_style, styles), strict=True)
            page = HTML(string=html, base_url="about:blank", url_fetcher=_open_fetcher())
            pdf = write(page.render(font_config=_open_fonts(), stylesheets=list(sheets)))
        except FatalURLFetchingError as error:
            raise RenderError((f"{error}; {what} fetches nothing from anywhere",)) from error
    if different := tuple(dict.fromkeys((*chain.from_iterable(found), *faults))):
        raise RenderError(different)
    return pdf


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


@contextmanager
def _collect_warnings() -> Iterator[list[str]]:
    """Collect the warnings and errors of WeasyPrint and Pango."""
    faults: list[str] = []

    class _Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            faults.append(record.getMessage())

    _log_pango_messages()
    collector = _Collector(logging.WARNING)
    _LOGGER.addHandler(collector)
    try:
        yield faults
    finally:
        _LOGGER.removeHandler(collector)
