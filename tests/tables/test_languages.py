"""A language is one file: a new one needs no code, and the code names none."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import petitioner
from conftest import WorkspaceCopy
from documents import read_docx_text, read_pdf_pages
from petitioner.model.types import OWN_LANGUAGE
from petitioner.tables.locales import load_locales

PACKAGE = Path(petitioner.__file__).parent
DATA = Path(__file__).parents[1] / "data"
CAMPAIGN = "letters/2027/campaign.yaml"
LETTER = """\
---
subject: Petición con motivo del {{ campaign.name }}, {{ campaign.day }}
salutation: "Excelentísimo señor Presidente:"
closing: Le saluda con la más alta consideración,
---
El artículo 33 de la Convención es claro: «ningún refugiado será devuelto».
Escribimos al {{ recipient.head_title }}.
"""


RUSSIAN = """\
---
subject: Обращение {{ campaign.day }}
salutation: "Ваше Превосходительство!"
closing: С глубоким уважением,
---
Мы обращаемся к Вам через {{ recipient.head_title }}. НАТО, СССР и ООН здесь ни при чём: речь о том, как
поступают с теми, кто ушёл. Ср. Convention of 1951, Article 33, и сайт UNHCR.
"""


DATIVE = """\
addressee:
  cases: {ru: {dative: {name: Си Цзиньпину, title: Председателю, honorific: Его Превосходительству}}}
"""


def add_language(tag: str, program: Path) -> None:
    """A copy of the program with one language more, as somebody would add it."""
    shutil.copytree(PACKAGE, program / "petitioner", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(DATA / f"languages/{tag}.yaml", program / "petitioner/tables/locales")


def write_in(tag: str, workspace: WorkspaceCopy, letter: str) -> None:
    """Write to all in one language."""
    for path in ("recipients.yaml", CAMPAIGN):
        text = (workspace.folder / path).read_text("utf-8")
        workspace.write(path, text.replace("en: ", f"{tag}: ").replace("[ja, en]", f"[{tag}]"))
    workspace.edit("recipients.yaml", "languages: [en]", f"languages: [{tag}]")
    for name in ("petition.en.md", "petition.ja.md", "_request.ja.md"):
        (workspace.folder / "letters/2027" / name).unlink()
    workspace.write(f"letters/2027/petition.{tag}.md", letter)


def run_copy(program: Path, workspace: WorkspaceCopy, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a copy of the program in the workspace."""
    environment = {**os.environ, "PYTHONPATH": str(program)}
    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_a_new_language_is_one_file_and_its_letters(workspace: WorkspaceCopy, tmp_path: Path) -> None:
    add_language("es", tmp_path / "program")
    plea = "Rogamos a Vuestra Excelencia que nadie sea devuelto contra su voluntad a un lugar donde corra peligro. "
    write_in("es", workspace, LETTER + f"\n{plea * 6}\n" * 7)
    ending = run_copy(tmp_path / "program", workspace, "build", "--only", "jp-tokyo")
    assert ending.returncode == 0, ending.stderr
    pdf = workspace.folder / "out/2027/jp-tokyo/petition.es.pdf"
    page, last = read_pdf_pages(pdf.read_bytes())
    written = read_docx_text(pdf.with_suffix(".docx").read_bytes())
    for words in ("24 de septiembre de 2027", "Ref.: LFNKR", "el Embajador", "«ningún refugiado será devuelto»."):
        assert words in page.replace("\u00a0", " ").replace("\n", " ")
        assert words in written.replace("\u00a0", " ")
    assert "Página 1 de 2" in page
    assert "Página 2 de 2" in last


def test_the_letters_of_a_language_s_own_alphabet_are_no_look_alikes_in_it(
    workspace: WorkspaceCopy,
) -> None:
    write_in("ru", workspace, RUSSIAN)
    workspace.edit(CAMPAIGN, "addressee:\n", DATIVE)
    workspace.edit(CAMPAIGN, "ru: His Excellency", "ru: Его Превосходительство")
    told = workspace.run("check", "--strict")
    assert (told.status, told.err.splitlines()[0]) == (0, "2 letters to 2 recipients; 0 errors, 0 warnings.")
    workspace.edit("letters/2027/petition.ru.md", "ни при чём", "ни при чeм")  # the e is Latin
    told = workspace.run("check")
    assert "petition.ru.md:6: warning: 'e' in 'чeм' is not a Cyrillic letter, but latin small letter e" in told.err


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("unbroken: '", "unbroken: '(", 7, "'unbroken' is not a regular expression (missing )"),
        ("heads:\n", "wording: {script: {letters: z-a}}\nheads:\n", 12, "'wording.script.letters' is not a regular"),
        ("cldr: es_ES\n", "", 2, "'cldr' is missing"),
    ],
)
def test_a_fault_in_the_file_of_a_language_is_reported_at_its_line(
    workspace: WorkspaceCopy, tmp_path: Path, old: str, new: str, line: int, said: str
) -> None:
    shutil.copytree(PACKAGE, tmp_path / "program/petitioner", ignore=shutil.ignore_patterns("__pycache__"))
    text = (DATA / "languages/es.yaml").read_text("utf-8").replace(old, new)
    (tmp_path / "program/petitioner/tables/locales/es.yaml").write_text(text, "utf-8")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "program")}
    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), "check"]
    ending = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ending.returncode == 3
    assert f"petitioner/tables/locales/es.yaml:{line}: {said}" in ending.stderr
    assert "Traceback" not in ending.stderr


def test_no_code_names_a_language() -> None:
    tags = {word for locale in load_locales().values() for word in (locale.tag, locale.cldr, locale.docx_language)}
    named = re.compile(rf"""["'](?:{"|".join(map(re.escape, sorted(tags)))})["']|:lang\(""")
    files = [path for kind in ("py", "html", "css", "xml") for path in PACKAGE.rglob(f"*.{kind}")]
    elsewhere = [path for path in files if "locales" not in path.relative_to(PACKAGE).parts]
    assert len(elsewhere) > 100
    texts = {path: path.read_text("utf-8").replace(f'OWN_LANGUAGE = "{OWN_LANGUAGE}"', "", 1) for path in elsewhere}
    found = [f"{path}: {hit}" for path, text in texts.items() for hit in named.findall(text)]
    assert found == []
