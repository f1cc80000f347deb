#!/usr/bin/env python3
"""Sets the real letters and the examples on contact sheets in build/gallery/: each page of the PDF beside the DOCX.

The DOCX is set by LibreOffice; without it the sheets show the PDF alone, and say so. One recipient stands for all who
get a letter in the same language. ``overview.png`` shows the first pages in all languages; the README's picture,
docs/letters.png, is a copy of it.
"""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory

import pypdfium2
from PIL import Image, ImageDraw, ImageFont

from petitioner.commands.load_and_check import Scope, load_and_check
from petitioner.model.letter import Letter
from petitioner.model.theme import Theme
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf
from petitioner.tables.locales import load_locales

ROOT = Path(__file__).parent.parent
GALLERY = ROOT / "build" / "gallery"
WORKSPACES = {
    "letters": ".",
    "seoul": "examples/seoul",
    "five-languages": "examples/five-languages",
    "showcase": "examples/showcase",
}
FOR_SHOW = ("letters", "seoul", "five-languages")
DAY = datetime(2027, 9, 1, 3, tzinfo=UTC)  # the day of the letters: what is confirmed today may be stale tomorrow
DPI, SMALL_DPI = 100, 64
GAP, LABEL = 16, 30  # pixels
COLUMNS = 4  # of the overview
GREY, INK = "#d8d8d8", "#222222"

Page = Image.Image


@dataclass(frozen=True)
class Sample:
    """A letter that stands for its language, with its two files; ``docx`` is a PDF made from it, or None."""

    name: str
    language: str
    pdf: bytes
    docx: bytes | None


def main() -> int:
    """Make every sheet, and print its path."""
    office = shutil.which("soffice")
    if not office:
        print("soffice (LibreOffice) is not installed: the sheets show the PDF alone", file=sys.stderr)
    shutil.rmtree(GALLERY, ignore_errors=True)
    GALLERY.mkdir(parents=True)
    samples = [sample for name, folder in WORKSPACES.items() for sample in make_samples(name, ROOT / folder, office)]
    for sample in samples:
        _save(_set_sheet(sample), f"{sample.name}.png")
    _save(_set_overview([sample for sample in samples if sample.name.startswith(FOR_SHOW)]), "overview.png")
    return 0


def make_samples(name: str, folder: Path, office: str | None) -> list[Sample]:
    """One letter of a workspace for each language and kind of letter, as files."""
    checked = load_and_check(Scope(folder, None, DAY))
    _, theme = checked.require()
    letters = {(letter.stem, letter.language): letter for letter in reversed(checked.letters)}
    docx = dict.fromkeys(letters) if not office else _convert(letters, theme, office)
    locales = load_locales()
    return [
        Sample(
            f"{name}-{letter.file_stem.replace('/', '-')}",
            letter.language,
            render_pdf(letter, theme, locales[letter.language]),
            docx[key],
        )
        for key, letter in sorted(letters.items())
    ]


def _convert(letters: dict[tuple[str, str], Letter], theme: Theme, office: str) -> dict[tuple[str, str], bytes | None]:
    """Every letter as DOCX, set by LibreOffice, which gets a home of its own for it."""
    with TemporaryDirectory() as name:
        home = Path(name)
        paths = {key: home / f"{key[0]}.{key[1]}.docx" for key in letters}
        for key, letter in letters.items():
            paths[key].write_bytes(render_docx(letter, theme, load_locales()[letter.language]))
        order = [office, f"-env:UserInstallation={(home / 'profile').as_uri()}", "--headless", "--convert-to", "pdf"]
        files = map(str, paths.values())
        subprocess.run([*order, "--outdir", name, *files], check=True, capture_output=True, timeout=300)  # noqa: S603 - a program that was found, on files of our own
        return {key: path.with_suffix(".pdf").read_bytes() for key, path in paths.items()}


def _set_sheet(sample: Sample) -> Page:
    """All pages of a letter from top to bottom, the PDF on the left and the DOCX on the right."""
    columns = {"PDF": list(_draw_pages(sample.pdf, DPI))}
    if sample.docx:
        columns["DOCX in LibreOffice"] = list(_draw_pages(sample.docx, DPI))
    width, height = columns["PDF"][0].size
    rows = max(map(len, columns.values()))
    sheet = Image.new("RGB", (len(columns) * (width + GAP) + GAP, rows * (height + LABEL) + GAP), GREY)
    for column, (kind, pages) in enumerate(columns.items()):
        for row, page in enumerate(pages):
            at = (GAP + column * (width + GAP), LABEL + row * (height + LABEL))
            label = f"{sample.name}   {kind}   {row + 1} / {len(pages)}"
            ImageDraw.Draw(sheet).text((at[0], at[1] - LABEL + 7), label, INK, ImageFont.load_default(15))
            sheet.paste(page, at)
    return sheet


def _set_overview(samples: list[Sample]) -> Page:
    """The first pages in rows, one for each language."""
    by_language = {sample.language: sample for sample in reversed(samples)}
    pages = [next(_draw_pages(sample.pdf, SMALL_DPI)) for sample in reversed(by_language.values())]
    width, height = pages[0].size
    columns = min(len(pages), COLUMNS)
    rows = -(-len(pages) // columns)
    sheet = Image.new("RGB", (columns * (width + GAP) + GAP, rows * (height + GAP) + GAP), GREY)
    for place, page in enumerate(pages):
        row, column = divmod(place, columns)
        sheet.paste(page, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
    return sheet


def _draw_pages(pdf: bytes, dpi: int) -> Iterator[Page]:
    with pypdfium2.PdfDocument(pdf) as document:
        for page in document:
            yield page.render(scale=dpi / 72).to_pil().convert("RGB")


def _save(sheet: Page, name: str) -> None:
    # Few colours are enough for paper and ink, and the files stay small.
    sheet.quantize(128, Image.Quantize.FASTOCTREE).save(GALLERY / name, optimize=True)
    print((GALLERY / name).relative_to(ROOT))


if __name__ == "__main__":
    sys.exit(main())
