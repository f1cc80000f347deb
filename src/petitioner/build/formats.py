"""The formats of letters and their renderers, and the hash of everything that a letter's files are made from."""

import os
from collections.abc import Callable, Mapping
from functools import lru_cache
from hashlib import sha256
from pathlib import Path

from petitioner.build.program import hash_program, list_versions
from petitioner.model.letter import Letter
from petitioner.model.locale import Locale
from petitioner.model.same import Same
from petitioner.model.theme import Theme
from petitioner.render import load_weasyprint, report_missing_library

_FONT_START = 4096  # bytes

Renderer = Callable[[Letter, Theme, Locale], bytes]


def _load_pdf_renderer() -> Renderer:
    with load_weasyprint():
        from petitioner.render.pdf import render_pdf
    return render_pdf


def _load_plain_pdf_renderer() -> Renderer:
    with load_weasyprint():
        from petitioner.render.pdf import render_pdf_plainly
    return render_pdf_plainly


def _load_docx_renderer() -> Renderer:
    with report_missing_library("python-docx"):
        from petitioner.render.docx import render_docx
    return render_docx


def _load_plain_docx_renderer() -> Renderer:
    with report_missing_library("python-docx"):
        from petitioner.render.docx import render_docx_plainly
    return render_docx_plainly


def _load_archive_renderer() -> Renderer:
    with load_weasyprint():
        from petitioner.render.pdf import render_archive
    return render_archive


ARCHIVE = "archive.pdf"
"""The ending of archive copies, which are never approved or sent."""

FORMATS: Mapping[str, Callable[[], Renderer]] = {"pdf": _load_pdf_renderer, "docx": _load_docx_renderer}
"""Functions that load the renderer of a format, by the ending of its files. They raise ``MissingLibraryError``."""

PLAIN_RENDERERS: Mapping[str, Callable[[], Renderer]] = {
    "pdf": _load_plain_pdf_renderer,
    "docx": _load_plain_docx_renderer,
}
"""Renderers with the same results that use nothing of the letters before, and are slower."""

RENDERERS: Mapping[str, Callable[[], Renderer]] = {**FORMATS, ARCHIVE: _load_archive_renderer}
"""The renderers of ``FORMATS`` and of the archive copy, which is made on request."""


def compute_key(letter: Letter, theme: Theme, locale: Locale) -> str:
    """Return a hash of all that determines a letter's files: words, theme, program, libraries and fonts."""
    return sha256(f"{_hash_common(Same(theme), Same(locale))} {letter!r}".encode()).hexdigest()


@lru_cache(maxsize=16)
def _hash_common(theme: Same[Theme], locale: Same[Locale]) -> str:
    """Return a hash of what letters share."""
    parts = (theme.held, locale.held, hash_program(), _describe_fonts(theme.held))
    return sha256(repr(parts).encode()).hexdigest()


def describe_machine(theme: Theme) -> dict[str, str]:
    """Return what is equal on machines that make the same files: program, libraries, and font files."""
    fonts = {f"the font file {Path(path).name}": described for path, described in _describe_fonts(theme)}
    return {"petitioner": hash_program()[:12], **list_versions(), **fonts}


def _describe_fonts(theme: Theme) -> tuple[tuple[str, str], ...]:
    from petitioner.fonts import list_font_files

    families = sorted({family for fonts in theme.fonts.values() for family in fonts.pdf})
    paths = dict.fromkeys(path for family in families for path in list_font_files(family))
    return tuple((path, _describe_file(path)) for path in paths)


def _describe_file(path: str) -> str:
    """Return the size of a font file and a hash of its beginning, where checksums of all its tables are (OpenType)."""
    with Path(path).open("rb") as stream:
        start = stream.read(_FONT_START)
        return f"{stream.seek(0, os.SEEK_END)} bytes, {sha256(start).hexdigest()[:12]}"
