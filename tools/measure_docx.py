#!/usr/bin/env python3
"""Measures how far the DOCX of a letter, as LibreOffice sets it, is from its PDF."""

import ctypes
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import zip_longest
from pathlib import Path
from xml.sax.saxutils import escape

import pypdfium2

from petitioner.checks.pages.expected_text import is_right_to_left, normalize_text
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.model.theme import MM_PER_PT, Theme
from petitioner.render.docx import render_docx

NEAR = 1.0
"""The largest distance in mm between the same line in PDF and DOCX."""

_ASIDE = 2.0  # mm: in the PDF alone a bracket at the start of a line has no blank half
_START = 16  # characters that find a paragraph; a line has more
_SAME_LINE = 0.5  # mm between the base lines of characters on one line
_TIMEOUT = 600  # s
_HYPHENATION = {"en-GB": "en_GB", "fr-FR": "fr", "ru-RU": "ru_RU"}
_SHORTEST_PARTS = (b"LEFTHYPHENMIN 3", b"RIGHTHYPHENMIN 3")  # as hyphenate-limit-chars in letter.css
_REGISTRY = (
    '<?xml version="1.0" encoding="UTF-8"?><oor:items xmlns:oor="http://openoffice.org/2001/registry" '
    'xmlns:xs="http://www.w3.org/2001/XMLSchema">{items}'
    '<item oor:path="/org.openoffice.Office.Linguistic/Hyphenation">'
    '<prop oor:name="MinWordLength" oor:op="fuse"><value>7</value></prop></item></oor:items>'
)
_DICTIONARY = (
    '<item oor:path="/org.openoffice.Office.Linguistic/ServiceManager/Dictionaries">'
    '<node oor:name="petitioner_{name}" oor:op="replace"><prop oor:name="Locations"><value>{address}</value></prop>'
    '<prop oor:name="Format"><value>DICT_HYPH</value></prop>'
    '<prop oor:name="Locales"><value>{language}</value></prop></node></item>'
)
_FAR = 999.0  # mm, for what is missing


@dataclass(frozen=True, slots=True)
class Sign:
    """A character of a PDF: its page from 1, the origin of its glyph and the right edge of its ink in mm."""

    text: str
    page: int
    x: float
    y: float
    right: float


@dataclass(frozen=True, slots=True)
class Offset:
    """The distance in mm between a paragraph or list number in DOCX and PDF; ``pages`` are those of PDF and DOCX."""

    text: str
    kind: str
    x: float
    y: float
    pages: tuple[int, int]

    @property
    def is_near(self) -> bool:
        """Whether it is on the same page and at the same place."""
        aside = NEAR if self.kind != "paragraph" else _ASIDE
        return self.pages[0] == self.pages[1] and self.y <= NEAR and self.x <= aside

    def __str__(self) -> str:
        return f"{self.kind}: page {self.pages[0]}/{self.pages[1]}, x {self.x:.2f}, y {self.y:.2f} mm: {self.text[:30]}"


def convert_letters(letters: Sequence[FinishedLetter], folder: Path) -> list[bytes]:
    """Convert the DOCX of each letter to PDF, in one call of LibreOffice."""
    files = {
        f"{number}.docx": render_docx(finished.letter, finished.theme, finished.locale)
        for number, finished in enumerate(letters)
    }
    done = convert_files(files, letters[0].theme, folder)
    return [done[f"{number}.docx"] for number in range(len(letters))]


def convert_files(files: Mapping[str, bytes], theme: Theme, folder: Path) -> dict[str, bytes]:
    """Convert DOCX files to PDF, in one call of LibreOffice with the fonts and hyphenation of the PDF.

    Word's fonts are replaced by those of the PDF, so that lines break at the same words: the system may have others of
    other widths. Raises ``subprocess.CalledProcessError`` if LibreOffice fails.
    """
    soffice = shutil.which("soffice")
    if soffice is None:
        raise FileNotFoundError("soffice")
    for name, content in files.items():
        (folder / name).write_bytes(content)
    (folder / "fonts.conf").write_text(make_font_settings(theme))
    profile = folder / "profile"
    (profile / "user").mkdir(parents=True, exist_ok=True)
    (profile / "user" / "registrymodifications.xcu").write_text(_copy_hyphenation(folder))
    order = [soffice, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--convert-to", "pdf"]
    order += ["--outdir", str(folder), *(str(folder / name) for name in files)]
    environment = {**os.environ, "FONTCONFIG_FILE": str(folder / "fonts.conf")}
    subprocess.run(order, check=True, capture_output=True, timeout=_TIMEOUT, env=environment)  # noqa: S603 - a program that was found, on files of our own
    return {name: (folder / name).with_suffix(".pdf").read_bytes() for name in files}


def make_font_settings(theme: Theme) -> str:
    """Return the settings of fontconfig in which a font of the PDF stands for each font of the DOCX."""
    families: dict[str, list[str]] = {}
    for fonts in theme.fonts.values():
        latin, east_asian = families.setdefault(fonts.docx, []), fonts.docx_east_asian
        latin += fonts.pdf[-1:] if east_asian else (*fonts.pdf[1:], fonts.pdf[0])
        if east_asian:
            families.setdefault(east_asian, []).append(fonts.pdf[0])
    aliases = "".join(
        f'<match target="pattern"><test name="family"><string>{escape(named)}</string></test>'
        f'<edit name="family" mode="assign" binding="same">'
        f"{''.join(f'<string>{escape(family)}</string>' for family in dict.fromkeys(used))}</edit></match>"
        for named, used in families.items()
    )
    return (
        '<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd"><fontconfig>'
        f'{aliases}<include ignore_missing="yes">/etc/fonts/fonts.conf</include></fontconfig>'
    )


def _copy_hyphenation(folder: Path) -> str:
    """Return settings of LibreOffice with the patterns of pyphen, and no shorter parts than the PDF has."""
    found = find_spec("pyphen")
    source = Path(found.origin or "").parent / "dictionaries" if found else Path()
    items = ""
    for language, file in _HYPHENATION.items():
        patterns = (source / f"hyph_{file}.dic").read_bytes().split(b"\n")
        kept = [line for line in patterns if not line.startswith((b"LEFTHYPHENMIN", b"RIGHTHYPHENMIN"))]
        own = folder / f"hyph_{file}.dic"
        own.write_bytes(b"\n".join([kept[0], *_SHORTEST_PARTS, *kept[1:]]))
        items += _DICTIONARY.format(name=file, address=own.as_uri(), language=language)
    return _REGISTRY.format(items=items)


def list_offsets(finished: FinishedLetter, theirs: bytes) -> list[Offset]:
    """Return the distances of every paragraph, list number, closing and signature between DOCX and PDF."""
    ours, other = _Text(finished.files["pdf"]), _Text(theirs)
    if is_right_to_left(finished.letter.subject):
        return list(_compare_lines(ours, other))
    return list(_compare_text(finished, ours, other))


class _Text:
    """The characters of a PDF in the order of its content, and the text that they spell without blanks."""

    def __init__(self, content: bytes) -> None:
        self.signs = [sign for sign in read_signs(content) if sign.text]
        self.spelt = "".join(sign.text for sign in self.signs)
        self.places = [number for number, sign in enumerate(self.signs) for _ in sign.text]

    def find(self, words: str, start: int) -> int:
        """Return the place of the words in the text from ``start`` on, or -1."""
        return self.spelt.find(normalize_text(words)[:_START], start)

    def get(self, place: int) -> Sign:
        return self.signs[self.places[min(place, len(self.places) - 1)]]

    def find_marker(self, place: int) -> Sign | None:
        """Return the first character of the number or bullet before an entry of a list."""
        first = self.get(place)
        beside = [
            sign
            for sign in self.signs
            if sign.page == first.page and abs(sign.y - first.y) < 2 * NEAR and sign.x < first.x - _SAME_LINE
        ]
        return min(beside, key=lambda sign: sign.x, default=None)


def read_signs(content: bytes) -> Iterator[Sign]:
    """Yield the characters of a PDF in the order of its content."""
    with pypdfium2.PdfDocument(content) as document:
        for number, page in enumerate(document, start=1):
            text, height = page.get_textpage(), page.get_height()
            x, y = ctypes.c_double(), ctypes.c_double()
            for place in range(text.count_chars()):
                pypdfium2.raw.FPDFText_GetCharOrigin(text, place, x, y)
                right = text.get_charbox(place)[2]
                words = normalize_text(text.get_text_range(place, 1))
                yield Sign(words, number, x.value * MM_PER_PT, (height - y.value) * MM_PER_PT, right * MM_PER_PT)


def _compare_text(finished: FinishedLetter, ours: _Text, other: _Text) -> Iterator[Offset]:
    expected, signed = finished.expected, set(finished.letter.signed)
    start, other_start = 0, 0
    for line in expected.letterhead:
        yield _compare(line.text, "letterhead", (ours, ours.find(line.text, 0)), (other, other.find(line.text, 0)))
    seen: set[tuple[int, int]] = set()
    for line in expected.lines:
        place, other_place = ours.find(line.text, start), other.find(line.text, other_start)
        kind = "ending" if line.text in signed else "paragraph"
        yield _compare(line.text, kind, (ours, place), (other, other_place))
        if place < 0 or other_place < 0:
            continue
        if line.entry and line.entry not in seen:
            seen.add(line.entry)
            yield _compare_markers(line.text, ours.find_marker(place), other.find_marker(other_place))
        start, other_start = place + 1, other_place + 1


def _compare(text: str, kind: str, one: tuple[_Text, int], two: tuple[_Text, int]) -> Offset:
    if min(one[1], two[1]) < 0:
        return Offset(text, kind, _FAR, _FAR, (0, 0))
    length = len(normalize_text(text))
    (first, last), (other_first, other_last) = (
        (source.get(place), source.get(place + length - 1)) for source, place in (one, two)
    )
    x = abs(first.x - other_first.x)
    if abs(last.y - first.y) < _SAME_LINE and abs(other_last.y - other_first.y) < _SAME_LINE:
        x = min(x, abs(last.right - other_last.right))  # a line at the right margin
    return Offset(text, kind, x, abs(first.y - other_first.y), (first.page, other_first.page))


def _compare_markers(text: str, one: Sign | None, two: Sign | None) -> Offset:
    if one is None or two is None:
        return Offset(text, "number", _FAR, _FAR, (0, 0))
    return Offset(text, "number", abs(one.x - two.x), abs(one.y - two.y), (one.page, two.page))


def _compare_lines(ours: _Text, other: _Text) -> Iterator[Offset]:
    """Compare base lines only: in lines from right to left, the order of characters differs from file to file."""
    for one, two in zip_longest(_list_base_lines(ours), _list_base_lines(other)):
        page, y = one or (0, _FAR)
        other_page, other_y = two or (0, _FAR)
        yield Offset(f"line at {y:.1f} mm", "paragraph", 0, abs(y - other_y), (page, other_page))


def _list_base_lines(text: _Text) -> list[tuple[int, float]]:
    lines: list[tuple[int, float]] = []
    for page, y in sorted((sign.page, sign.y) for sign in text.signs if sign.text.isalpha()):
        if not lines or lines[-1][0] != page or y - lines[-1][1] > NEAR:
            lines.append((page, y))
    return lines


def measure_offsets(letters: Sequence[FinishedLetter]) -> list[list[Offset]]:
    """Return the distances in each letter."""
    with tempfile.TemporaryDirectory() as folder:
        converted = convert_letters(letters, Path(folder))
    return [list_offsets(finished, theirs) for finished, theirs in zip(letters, converted, strict=True)]
