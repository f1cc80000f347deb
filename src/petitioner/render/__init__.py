"""Renderers: each turns a letter into the bytes of one format."""

import ctypes
import shlex
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from petitioner.errors import PetitionerError
from petitioner.render.pdf_internals.loading import load_quickly
from petitioner.streams import drop_library_output

if TYPE_CHECKING:
    from petitioner.model.theme import Theme

PANGO_LIBRARIES = {
    "libpango-1.0.so.0": "libpango-1.0-0",
    "libpangoft2-1.0.so.0": "libpangoft2-1.0-0",
    # Without it WeasyPrint is twenty times slower, and hardly says so.
    "libharfbuzz-subset.so.0": "libharfbuzz-subset0",
    "libfontconfig.so.1": "libfontconfig1",
}
"""The shared libraries of Pango that WeasyPrint loads, with their Debian packages."""

_EXTRAS = {"pyipp": '"petitioner[cups]"', "distributed": '"petitioner[cluster]"'}
"""What pip installs for a library that is optional."""


class RenderError(Exception):
    """A letter cannot be rendered. ``faults`` are the messages of the renderer, such as a missing glyph."""

    def __init__(self, faults: tuple[str, ...]) -> None:
        super().__init__("; ".join(faults))
        self.faults = faults


class MissingLibraryError(PetitionerError):
    """A library that makes or prints pages is missing, or cannot be loaded."""


@contextmanager
def report_missing_library(library: str) -> Iterator[None]:
    """Raise ``MissingLibraryError`` if the imports inside cannot load a library."""
    try:
        with drop_library_output():  # WeasyPrint prints advice there
            yield
    except (ImportError, OSError) as error:
        if isinstance(error, ImportError) and (error.name or "").startswith("petitioner"):
            raise
        reason = str(error).partition("\n")[0].rstrip(".")
        missing = [package for name, package in PANGO_LIBRARIES.items() if not can_load(name)]
        packages = missing or PANGO_LIBRARIES.values()
        install = f"Run: sudo apt-get install {' '.join(packages)}    (on Debian and Ubuntu)"
        if isinstance(error, ImportError):
            install = f"Run: {shlex.quote(sys.executable)} -m pip install {_EXTRAS.get(library, library.lower())}"
        raise MissingLibraryError(f"{library} cannot be loaded: {reason}.", install) from error


@contextmanager
def load_weasyprint() -> Iterator[None]:
    """Raise ``MissingLibraryError`` if the imports inside cannot load WeasyPrint."""
    with report_missing_library("WeasyPrint"), load_quickly():
        yield


def can_load(name: str) -> bool:
    """Whether this machine has a shared library."""
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


@contextmanager
def report_library_errors(library: str) -> Iterator[None]:
    """Turn any exception of a ``library`` into ``RenderError``, since a letter or a theme caused it.

    An exception of the program's own code is a bug, and is not changed.
    """
    try:
        yield
    except RenderError:
        raise
    except Exception as error:
        if _is_raised_here(error):
            raise
        words = str(error).partition("\n")[0]
        raise RenderError((f"{library} fails with {type(error).__name__}{f': {words}' if words else ''}",)) from error


def _is_raised_here(error: Exception) -> bool:
    trace = error.__traceback__
    while trace and trace.tb_next:
        trace = trace.tb_next
    return trace is not None and str(trace.tb_frame.f_globals.get("__name__")).startswith("petitioner.")


def render_sheet(html: str, style: str, theme: "Theme", language: str) -> bytes:
    """Load and call ``pdf.render_sheet``. Raises ``RenderError`` or ``MissingLibraryError``."""
    with load_weasyprint():
        from petitioner.render.pdf import render_sheet as render
    return render(html, style, theme, language)


def render_tagged(html: str, style: str, theme: "Theme", language: str) -> bytes:
    """Load and call ``pdf.render_tagged``. Raises ``RenderError`` or ``MissingLibraryError``."""
    with report_missing_library("WeasyPrint"):
        from petitioner.render.pdf import render_tagged as render
    return render(html, style, theme, language)
