"""A letter as PDF: tagged for PDF/UA-1, the same bytes for the same words, and nothing fetched from anywhere."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache, lru_cache

from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import FatalURLFetchingError, URLFetcher

from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.theme import Theme
from petitioner.renderers import RenderError
from petitioner.renderers.borrowing import borrow_fonts
from petitioner.renderers.html import render_html, render_style
from petitioner.renderers.unicode_map import mend_unicode_maps

_LOGGER = logging.getLogger("weasyprint")


def render_pdf(letter: Letter, theme: Theme, locale: Locale) -> bytes:
    """Set a letter on A4 pages. Raises ``RenderError`` on anything that WeasyPrint so much as warns of."""
    html = borrow_fonts(render_html(letter, theme, locale), locale.tag, theme)
    with _gather_warnings() as faults:
        try:
            style = _parse_style(render_style(letter, theme, locale))
            document = HTML(string=html, base_url="about:blank", url_fetcher=_open_fetcher())
            pdf = document.write_pdf(
                finisher=mend_unicode_maps,
                font_config=_open_fonts(),
                stylesheets=[style],
                pdf_variant="pdf/ua-1",
                pdf_identifier=True,
            )
        except FatalURLFetchingError as error:
            raise RenderError((f"{error}; a letter fetches nothing from anywhere",)) from error
    if faults:
        raise RenderError(tuple(faults))
    return bytes(pdf)


@cache
def _open_fonts() -> FontConfiguration:
    """One for the process: making it is dear, and Pango's caches hang on it."""
    return FontConfiguration()


@cache
def _open_fetcher() -> URLFetcher:
    """Pictures are part of the page; nothing else is ever fetched, and an attempt is an error."""
    return URLFetcher(allowed_protocols={"data"}, fail_on_errors=True)


@lru_cache(maxsize=64)
def _parse_style(style: str) -> CSS:
    return CSS(string=style, font_config=_open_fonts(), url_fetcher=_open_fetcher())


@contextmanager
def _gather_warnings() -> Iterator[list[str]]:
    """Collect what WeasyPrint logs as a warning or worse, which it does while setting and while drawing."""
    faults: list[str] = []

    class _Gatherer(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            faults.append(record.getMessage())

    gatherer = _Gatherer(logging.WARNING)
    _LOGGER.addHandler(gatherer)
    try:
        yield faults
    finally:
        _LOGGER.removeHandler(gatherer)
