"""Faults that only show on a finished page: found by `build`, named by file, and the file not written."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib import resources
from io import BytesIO
from zipfile import ZipFile

import pikepdf
import pytest

from conftest import WorkspaceCopy
from documents import find_words
from letters_for_renderers import (
    LANGUAGES,
    paragraph,
    rich_letter,
    sample_letter,
    sample_locale,
    sample_picture,
    sample_theme,
)
from petitioner.checks.pages import find_page_problems
from petitioner.model.blocks import Footnote, Paragraph, Plain, Table
from petitioner.model.codes import ERRORS, WARNINGS
from petitioner.model.letter import Letter
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf

EN, CAMPAIGN = "letters/2027/petition.en.md", "letters/2027/campaign.yaml"
WINDOW = ("reference: LFNKR", "reference: LFNKR\npost: {envelope: dl, window: din-680}")
CSS, THEME, LOGO = "letters/theme/letter.css", "letters/theme/theme.yaml", "letters/theme/logo.png"
PDF, DOCX = "out/2027/jp-osaka/petition.en.pdf", "out/2027/jp-osaka/petition.en.docx"
STYLE = (resources.files("petitioner.inputs.theme") / "letter.css").read_text("utf-8")


WORD = f"https://example.org/{'a' * 35}"
"""A link that is kept in one line, as long as two of them leave a column."""


@dataclass(frozen=True)
class Fault:
    """A line added to the style sheet, or another file written anew, and the code that it must be found by."""

    code: str
    style: str = ""
    path: str = ""
    content: str | bytes = ""

    def __str__(self) -> str:
        return f"{self.code} {self.style or self.path}"


def write_text(body: str) -> str:
    return f"---\nsubject: A petition\nclosing: Yours,\n---\n{body}\n"


PAGES = "\n\n".join(f"Paragraph {n}. " + "Words and words and words. " * 20 for n in range(20))

FAULTS = [
    Fault("F901", "@page { size: letter }"),
    Fault("F901", "@page { size: A4 landscape }"),
    Fault("F901", "@page { bleed: 3mm; marks: crop }"),
    Fault("F902", "#letterhead { margin-left: -22mm }"),
    Fault("F902", "main { position: relative; left: -24mm }"),
    Fault(
        "F902", "body::before { content: ''; position: absolute; top: -10mm; height: 1mm; width: 9mm; background: red }"
    ),
    Fault("F902", "@page { background: #fffbe0 }"),
    Fault("F902", path=THEME, content="margins: {top: 27, right: 20, bottom: 18, left: 3}"),
    Fault("F903", "#address { margin-left: -9mm }"),
    Fault("F903", "#address { padding-top: 25mm }"),
    Fault("F903", "#return { height: 2mm }"),
    Fault("F903", "#date { margin-right: 70mm }"),
    Fault("F903", "#letterhead .line { margin-top: 22mm }"),
    Fault("F904", "#salutation { margin-top: -4mm }"),
    Fault("F904", "main { line-height: 2mm }"),
    Fault("F905", '@page { @bottom-center { content: "Page 1" } }', path=EN, content=write_text(PAGES)),
    Fault("F905", "@page { @bottom-center { content: none } }", path=EN, content=write_text(PAGES)),
    Fault("F905", '@page { @bottom-right { content: "In haste" } }'),
    Fault("F907", "main { font-family: 'Noto Serif CJK SC' }"),
    Fault("F908", "main li { display: none }"),
    Fault("F908", "main p { visibility: hidden }"),
    Fault("F908", "main { color: white }"),
    Fault("F908", "main { opacity: 0 }"),
    Fault("F908", "main { height: 1mm; overflow: hidden }"),
    Fault("F908", "main p:first-child::before { content: 'Hereby ' }"),
    Fault("F908", "main { text-transform: uppercase }"),
    Fault("F908", "main ol { list-style-type: upper-roman }"),
    Fault("F908", "main ol { list-style-type: none }"),
    Fault("F908", "#signatures { display: none }"),
    Fault("F910", "#close { break-before: page }"),
    Fault("F910", ".signature { display: block; break-before: page }"),
    Fault("F914", path=EN, content=write_text("\n\n".join([PAGES] * 15))),
    Fault("F921", "main > p + p { break-before: page }", path=EN, content=write_text("First.\n\nLast.")),
    Fault("F922", "h1 { break-after: page }"),
    Fault("F923", path=EN, content=write_text(f"{PAGES}\n\n{PAGES}")),
    Fault("F924", path=LOGO, content=sample_picture(90, 90)),
    Fault("F925", path=EN, content=write_text(f"| a | b |\n| --- | --- |\n| {WORD} | {WORD} |\n\nIn one line each.")),
    Fault("F926", "li:last-child { break-before: page }", path=EN, content=write_text("We ask:\n\n1. a\n2. b\n3. c")),
    Fault("F927", path=EN, content=write_text("We ask\\\nthis.")),
]


@pytest.mark.parametrize("fault", FAULTS, ids=str)
def test_a_fault_that_shows_on_the_page_is_found_and_the_file_named(workspace: WorkspaceCopy, fault: Fault) -> None:
    if fault.code == "F903":
        workspace.edit(CAMPAIGN, *WINDOW)
    if fault.style:
        workspace.write(CSS, f"{STYLE}\n{fault.style}\n")
    if fault.path:
        workspace.write(fault.path, fault.content)
    ending = workspace.run("build", "--only", "jp-osaka", "--json")
    told = [problem for file in json.loads(ending.out)["files"] for problem in file["problems"]]
    assert fault.code in {problem["code"] for problem in told if problem["path"] == PDF}, told
    is_error = any(problem["severity"] == "error" for problem in told)
    assert ending.status == (1 if is_error else 0)
    assert (workspace.folder / PDF).exists() != is_error
    assert (workspace.folder / DOCX).exists()


def test_a_file_with_a_fault_leaves_the_one_of_the_last_build_as_it_was(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, *WINDOW)
    workspace.build()
    before = (workspace.folder / PDF).read_bytes()
    workspace.write(CSS, f"{STYLE}\n#address {{ margin-left: -9mm }}\n")
    ending = workspace.run("build")
    assert ending.status == 1
    assert f"{PDF}: 'His Excellency Xi Jinping' is not in the part that the window always shows" in ending.err
    assert "3 kept, 3 failed" in ending.err
    assert (workspace.folder / PDF).read_bytes() == before


def test_a_warning_about_a_page_is_told_again_while_the_page_is_kept(workspace: WorkspaceCopy) -> None:
    workspace.write(LOGO, sample_picture(90, 90))
    told = [workspace.run("build", "--only", "jp-osaka").err for _ in range(3)]
    assert all(
        f"{PDF}: warning: page 1: a picture 16 mm wide has only 143 dots per inch [F924]" in said for said in told
    )
    assert "2 kept" in told[1]


def test_a_warning_about_a_page_can_be_accepted_without_another_build(workspace: WorkspaceCopy) -> None:
    workspace.write(LOGO, sample_picture(90, 90))
    workspace.build()
    with (workspace.folder / "letters/2027/campaign.yaml").open("a") as campaign:
        campaign.write("accepted_warnings: {F924: the only scan that there is}\n")
    ending = workspace.run("build")
    assert ending.status == 0
    assert "F924" not in ending.err
    assert "6 kept" in ending.err


def test_a_file_that_is_lost_is_examined_again_together_with_its_sister(workspace: WorkspaceCopy) -> None:
    workspace.build()
    (workspace.folder / DOCX).unlink()
    assert "1 made, 5 kept." in workspace.run("build").err


# --- sound letters


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", [sample_letter, rich_letter])
def test_a_sound_letter_has_no_findings(sample: Callable[[str], Letter], language: str) -> None:
    found = find(sample(language), logo=sample_picture(400, 400))
    assert set(found) <= {"F921"}  # which depends on the length of a letter


@pytest.mark.parametrize(
    "style",
    [
        "body { opacity: .99 }",
        "#letterhead .name { background: #1f3a5f; color: white }",
        "#letterhead { position: absolute; top: 0 } #top { margin-top: 31mm }",
        "ul { list-style-type: circle }",
        "h1 { letter-spacing: .1em; font-style: italic }",
        "main { text-align: justify }",
    ],
)
def test_a_theme_may_look_otherwise(style: str) -> None:
    assert find(rich_letter("en"), style=style) == []


@pytest.mark.parametrize(
    "words", ["non-profit co-operation well-being " * 60, "ﬁne ﬂuent oﬃce " * 60, "a – b — c ~ d · e • f"]
)
def test_words_are_the_same_wherever_a_line_breaks(words: str) -> None:
    assert set(find(sample_letter("en", body=(paragraph(words.strip()),)))) <= {"F921"}


def test_words_that_run_from_right_to_left_are_the_same_in_whatever_order_a_pdf_holds_them() -> None:
    letter = sample_letter(
        "en", body=(paragraph("שלום עולם 2027, the Convention (1951) ועוד מילים. " * 12), paragraph("סוף"))
    )
    theme = sample_theme()
    english = theme.fonts["en"].model_copy(update={"pdf": ("Noto Serif", "Noto Serif Hebrew")})
    theme = theme.model_copy(
        update={"fonts": {**theme.fonts, "en": english}, "css": theme.css + "main p { direction: rtl }"}
    )
    files = {"pdf": render_pdf(letter, theme, sample_locale("en"))}
    assert find_page_problems(letter, theme, "out/letter", files) == ()


def test_a_table_may_go_on_from_page_to_page_under_its_head() -> None:
    table = rich_letter("en").body[-2]
    assert isinstance(table, Table)
    long = replace(table, rows=table.rows * 30)
    assert [code for code in find(sample_letter("en", body=(paragraph("See:"), long))) if code != "F923"] == []


def test_notes_may_stand_on_many_pages() -> None:
    called = Paragraph((Plain("Words and words. " * 30), Footnote((Plain("A note, said more than once."),))))
    assert find(sample_letter("ja", body=(called,) * 12)) == []


# --- faults of the program itself, which no workspace can cause


def find(letter: Letter, style: str = "", logo: bytes | None = None, **changed: bytes) -> list[str]:
    """The codes of all that is found in a letter, with the files that are given instead of those that were set."""
    theme, locale = sample_theme(logo), sample_locale(letter.language)
    theme = theme.model_copy(update={"css": theme.css + style})
    files = {"pdf": render_pdf(letter, theme, locale), "docx": render_docx(letter, theme, locale), **changed}
    return [problem.code for problem in find_page_problems(letter, theme, "out/letter", files)]


def test_a_last_page_with_hardly_a_line_is_told() -> None:
    assert find(rich_letter("en"), "#enclosures { break-before: page }") == ["F921"]


@pytest.mark.parametrize("left", [25, 40])
def test_the_address_stands_where_the_theme_has_its_window_and_not_at_the_margin(
    workspace: WorkspaceCopy, left: int
) -> None:
    margins = "margins: {top: 27, right: 20, bottom: 18, left: 30}"
    workspace.write(THEME, f"window: {{text_left: {left}, text_right: {left + 73}}}\n{margins}")
    workspace.build()
    assert find_words((workspace.folder / PDF).read_bytes(), "His Excellency").left == pytest.approx(left, abs=0.5)


def test_a_picture_wider_than_the_text_is_found() -> None:
    assert find(sample_letter("en"), "#letterhead img { margin-right: -8mm }", sample_picture(400, 400)) == ["F913"]


def test_a_picture_that_is_hidden_is_missed() -> None:
    assert find(sample_letter("en"), "#letterhead img { display: none }", sample_picture(400, 400)) == ["F912"]


TRIED_ELSEWHERE = {
    "F906": "test_a_character_without_a_shape_in_the_file_is_found_although_its_text_can_be_read",
    "F913": "test_a_picture_wider_than_the_text_is_found",
    "F915": "a window of an envelope: tests/paper/test_windows.py",
}
"""Codes that need more than a line of a file, with the test that brings each up."""

DOCX_FAULTS = [
    ("F911", "word/document.xml", b'w:w="11906"', b'w:w="12240"'),
    ("F911", "word/document.xml", b'w:top="774"', b'w:top="674"'),
    ("F911", "word/document.xml", b'w:trHeight w:val="8', b'w:trHeight w:val="9'),
    ("F909", "word/document.xml", b"Dear Mr.\xc2\xa0President:", b"Dear Mr.\xc2\xa0Resident:"),
    ("F909", "word/document.xml", b"Open the way.", b""),
    ("F909", "word/document.xml", b", on the road", b", at the road"),
    ("F909", "word/document.xml", b"</w:body>", b'<w:p><w:del w:id="9"><w:r/></w:del></w:p></w:body>'),
    ("F909", "word/document.xml", b"<w:rPr>", b"<w:rPr><w:vanish/>"),
    ("F909", "word/footnotes.xml", b"A second note", b"Another note"),
    ("F909", "word/numbering.xml", b"%1.", b"%1)"),
    ("F909", "word/document.xml", b"Bunkyo-ku", b"Taito-ku"),
    ("F905", "word/header2.xml", b"JP-OSAKA", b"JP-KOBE"),
    ("F905", "word/footer1.xml", b"Page ", b"Sheet "),
    ("F905", "word/footer2.xml", b"NUMPAGES", b"PAGE"),
    ("F912", "word/document.xml", b'descr="Hanako Example"', b'descr=""'),
]


@pytest.mark.parametrize(("code", "part", "old", "new"), DOCX_FAULTS)
def test_a_docx_that_differs_from_its_letter_is_found(code: str, part: str, old: bytes, new: bytes) -> None:
    letter = rich_letter("en")
    content = render_docx(letter, sample_theme(), sample_locale("en"))
    assert set(find(letter, docx=alter(content, part, old, new))) == {code}


def test_a_character_without_a_shape_in_the_file_is_found_although_its_text_can_be_read() -> None:
    """PDFium and pdftotext give the character; only the font in the file tells that nothing is drawn."""
    letter = sample_letter("en")
    content = render_pdf(letter, sample_theme(), sample_locale("en"))
    with pikepdf.open(BytesIO(content)) as pdf:
        font = next(iter(pdf.pages[0].Resources.Font.values()))
        font.ToUnicode.write(font.ToUnicode.read_bytes().replace(b"<0053>", b"<2603>"))
        stream = BytesIO()
        pdf.save(stream)
    assert "F906" in find(letter, pdf=stream.getvalue())


def test_a_ligature_draws_characters_that_have_no_glyph_of_their_own(workspace: WorkspaceCopy) -> None:
    """In this letter, f and i occur in the font of the address only as the one glyph of the ligature in Sofia."""
    workspace.edit(
        "recipients.yaml", "ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]", "en: [3-9-2 Sofia, Osaka 550-0004]"
    )
    workspace.edit("recipients.yaml", "languages: [en]", "languages: [ja]")
    ending = workspace.run("build", "--only", "jp-osaka")
    assert "F906" not in ending.err
    assert PDF.replace("petition.en", "petition.ja").removeprefix("out/") in workspace.list_made()


def test_a_long_reference_leaves_room_for_the_address_beside_it(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "jp-osaka:", "jp-osaka-prefecture-in-kansai:")
    ending = workspace.run("build", "--only", "jp-osaka-prefecture-in-kansai")
    assert (ending.status, "F904" in ending.err) == (0, False), ending.err


def test_a_page_box_that_differs_from_the_others_is_found() -> None:
    letter = sample_letter("en")
    with pikepdf.open(BytesIO(render_pdf(letter, sample_theme(), sample_locale("en")))) as pdf:
        pdf.pages[0].trimbox = pikepdf.Rectangle(0, 0, 500, 800)
        stream = BytesIO()
        pdf.save(stream)
    assert find(letter, pdf=stream.getvalue()) == ["F901"]


def test_every_code_of_finished_pages_is_tried() -> None:
    tried = {fault.code for fault in FAULTS} | {code for code, *_ in DOCX_FAULTS} | set(TRIED_ELSEWHERE)
    assert tried == {code for code in {*ERRORS, *WARNINGS} if code.startswith("F")}


def alter(content: bytes, part: str, old: bytes, new: bytes) -> bytes:
    stream = BytesIO()
    with ZipFile(BytesIO(content)) as before, ZipFile(stream, "w") as after:
        for name in before.namelist():
            words = before.read(name)
            assert name != part or old in words
            after.writestr(name, words.replace(old, new) if name == part else words)
    return stream.getvalue()
