"""One engine makes letters in a process of its own: ``python -m bench.engines ENGINE FOLDER COUNT``.

Prints one JSON object: the CPU seconds of all letters but the first few (``warm``), how many those are, and the mean
size of a file in kB. It runs under the peers' interpreter too, where petitioner is not installed, so each engine
imports what it needs when it starts.
"""

import json
import resource
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

WARM_UP = 12
"""Letters that are not counted: an embassy and consulates-general, so that each shape was made once."""

Values = dict[str, str]


def make_ours(folder: Path, ending: str) -> Iterator[bytes]:
    """Our renderer, as the build calls it, on letters that are filled in already."""
    from bench.inputs import load_letters
    from petitioner.build.formats import RENDERERS

    letters, theme, locale = load_letters(folder / "workspace", folder.name)
    render = RENDERERS[ending]()
    for letter in letters:
        yield render(letter, theme, locale)


def make_with_typst(folder: Path, _: str) -> Iterator[bytes]:
    """One compiler for all letters, which keeps what it has laid out, and PDF/UA-1."""
    import typst

    compiler = typst.Compiler(folder / "petition.typ")
    for values in _read_values(folder):
        yield compiler.compile(format="pdf", pdf_standards="ua-1", sys_inputs=values)


def make_with_weasyprint(folder: Path, _: str) -> Iterator[bytes]:
    """HTML filled in by Jinja, one style sheet and one configuration of fonts, and PDF/UA-1."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    style = CSS(folder / "letter.css", font_config=fonts)
    for page in fill_pages(folder):
        yield HTML(string=page).write_pdf(stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")


def make_with_chromium(folder: Path, _: str) -> Iterator[bytes]:
    """A headless browser, started for each letter, which is what its command line offers, and tagged PDF."""
    page, made = folder / "page.html", folder / "page.pdf"
    options = ["--headless", "--no-sandbox", f"--user-data-dir={folder / 'browser'}", "--no-pdf-header-footer"]
    for content in fill_pages(folder, (folder / "letter.css").read_text(encoding="utf-8")):
        page.write_text(content, encoding="utf-8")
        command = ["chromium", *options, f"--print-to-pdf={made}", page.as_uri()]
        subprocess.run(command, check=True, capture_output=True, timeout=60)
        yield made.read_bytes()


def make_with_libreoffice(folder: Path, _: str) -> Iterator[bytes]:
    """Our DOCX files, all in one call, and PDF/UA-1."""
    pages = folder / "pages"
    files = sorted((folder / "docx").iterdir())[: int(sys.argv[3])]
    options = 'pdf:writer_pdf_Export:{"PDFUACompliance":{"type":"boolean","value":"true"}}'
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = ["soffice", profile, "--headless", "--convert-to", options, "--outdir", *map(str, (pages, *files))]
    subprocess.run(command, check=True, capture_output=True, timeout=1800)
    for file in files:
        yield (pages / f"{file.stem}.pdf").read_bytes()


def make_with_docxtpl(folder: Path, _: str) -> Iterator[bytes]:
    """A template in Word with Jinja fields, opened anew for each letter as its documentation says."""
    from docxtpl import DocxTemplate

    made = folder / "made.docx"
    for values in _read_values(folder):
        document = DocxTemplate(folder / "docxtpl.docx")
        document.render(values, autoescape=True)
        document.save(made)
        yield made.read_bytes()


def make_with_mailmerge(folder: Path, _: str) -> Iterator[bytes]:
    """A template in Word with merge fields, opened anew for each letter as its documentation says."""
    from mailmerge import MailMerge

    made = folder / "made.docx"
    for values in _read_values(folder):
        with MailMerge(folder / "mailmerge.docx") as document:
            document.merge(**values)
            document.write(made)
        yield made.read_bytes()


ENGINES: dict[str, Callable[[Path, str], Iterator[bytes]]] = {
    "petitioner": make_ours,
    "Typst": make_with_typst,
    "WeasyPrint": make_with_weasyprint,
    "Chromium": make_with_chromium,
    "LibreOffice": make_with_libreoffice,
    "docxtpl": make_with_docxtpl,
    "docx-mailmerge2": make_with_mailmerge,
}


def _read_values(folder: Path) -> list[Values]:
    found: list[Values] = json.loads((folder / "values.json").read_text(encoding="utf-8"))
    return found


def fill_pages(folder: Path, style: str = "") -> Iterator[str]:
    """Yield the letters as HTML, with ``style`` in the page if there is one."""
    from jinja2 import Environment

    template = Environment(autoescape=True).from_string((folder / "letter.html").read_text(encoding="utf-8"))
    fixed = json.loads((folder / "fixed.json").read_text(encoding="utf-8"))
    for values in _read_values(folder):
        lines = {"address": values["address"].split("\n"), "names": values["names"].split("\n")}
        yield template.render({**fixed, **values, **lines, "reference": values["reference_line"], "style": style})


def run(files: Iterable[bytes], wanted: int) -> dict[str, float]:
    """Make so many files, and return what is printed."""
    start, sizes = 0.0, []
    for number, content in enumerate(files, 1):
        sizes.append(len(content))
        if number == WARM_UP:
            start = _read_cpu()
        if number == wanted:
            break
    warm = _read_cpu() - start if wanted > WARM_UP else 0.0
    return {"warm": warm, "letters": wanted - WARM_UP, "kb": sum(sizes) / len(sizes) / 1000, "made": len(sizes)}


def _read_cpu() -> float:
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


if __name__ == "__main__":
    engine, place, count, *ending = sys.argv[1:]
    print(json.dumps(run(ENGINES[engine](Path(place), *(ending or ["pdf"])), int(count))))
