"""The PDF: what is in it, where it stands on the sheet, and that nothing gets in from outside."""

import os
import subprocess
import sys
from io import BytesIO

import pikepdf
import pytest

from conftest import WorkspaceCopy
from documents import find_words, read_glyphs, read_pdf_pages

SHEET = (210, 297)
PRINTER = 5  # mm at each edge that a printer may not reach


@pytest.fixture
def windowed(workspace: WorkspaceCopy) -> bytes:
    """The same letter for an envelope with a window."""
    workspace.edit(
        "letters/2027/campaign.yaml", "reference: LFNKR", "reference: LFNKR\npost: {envelope: dl, window: din-680}"
    )
    workspace.build()
    return (workspace.folder / "out/2027/jp-tokyo/petition.en.pdf").read_bytes()


@pytest.fixture
def tokyo(workspace: WorkspaceCopy) -> bytes:
    """The English letter to the embassy."""
    workspace.build()
    return (workspace.folder / "out/2027/jp-tokyo/petition.en.pdf").read_bytes()


def test_the_file_says_what_it_is(tokyo: bytes) -> None:
    with pikepdf.open(BytesIO(tokyo)) as pdf:
        assert str(pdf.Root.Lang) == "en"
        assert pdf.Root.ViewerPreferences.DisplayDocTitle
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as metadata:
            assert metadata["dc:title"] == "Petition on Save North Korean Refugees Day, 24 September 2027"
            assert metadata["pdfuaid:part"] == "1"
        assert str(pdf.docinfo["/Author"]) == "Life Funds for North Korean Refugees"
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20270901")
        assert len(pdf.trailer["/ID"]) == 2


def test_a_screen_reader_meets_the_letter_in_reading_order(tokyo: bytes) -> None:
    text = "".join(read_pdf_pages(tokyo))
    order = ["Hongo 1-33-3-801", "His Excellency Xi Jinping", "1 September 2027", "Petition on", "Dear Mr.", "We write"]
    found = [text.index(words) for words in order]
    assert found == sorted(found)


def test_the_subject_is_the_first_heading(tokyo: bytes) -> None:
    with pikepdf.open(BytesIO(tokyo)) as pdf:
        kinds = [str(node.S) for node in _walk(pdf.Root.StructTreeRoot.K) if "/S" in node]
    assert kinds.count("/H1") == 1
    assert "/L" in kinds
    assert "/P" in kinds


def test_the_address_shows_in_the_window_wherever_the_sheet_slides(windowed: bytes) -> None:
    """DL and C6/C5 always show x 20–100, y 50–90 mm of the sheet (DIN 680); glyphs keep 2 mm from the sides."""
    lines = ["His Excellency Xi Jinping", "c/o The Ambassador", "3-4-33 Moto-Azabu", "Minato-ku, Tokyo 106-0046"]
    boxes = [find_words(windowed, line) for line in lines]
    assert all(box.left >= 22 and box.right <= 98 for box in boxes)
    assert all(box.top >= 60 and box.bottom <= 90 for box in boxes)
    returned = find_words(windowed, "LFNKR, Hongo")
    assert 55 <= returned.top < returned.bottom < boxes[0].top


def test_the_subject_stands_where_din_5008_has_it(windowed: bytes) -> None:
    assert find_words(windowed, "Petition on").top == pytest.approx(98.46 + 1.5, abs=1.5)


def test_without_a_window_there_is_no_line_for_one_and_names_are_larger_than_the_text(tokyo: bytes) -> None:
    assert "LFNKR, Hongo" not in "".join(read_pdf_pages(tokyo))
    name, title = find_words(tokyo, "His Excellency"), find_words(tokyo, "President of the")
    assert 45 <= name.top < 60
    assert find_words(tokyo, "His").bottom - find_words(tokyo, "His").top > 0
    assert name.left == pytest.approx(title.left, abs=0.3)


def test_a_single_page_has_no_number(tokyo: bytes) -> None:
    pages = read_pdf_pages(tokyo)
    assert len(pages) == 1
    assert "Page 1" not in pages[0]


def test_nothing_stands_where_a_printer_cannot_reach(tokyo: bytes) -> None:
    glyphs = read_glyphs(tokyo)
    assert len(glyphs) > 300
    assert min(glyph.left for glyph in glyphs) > PRINTER
    assert max(glyph.right for glyph in glyphs) < SHEET[0] - PRINTER
    assert max(glyph.bottom for glyph in glyphs) < SHEET[1] - PRINTER


def test_every_page_but_the_first_is_headed_by_addressee_date_and_reference(workspace: WorkspaceCopy) -> None:
    text = "\n\n".join(f"Paragraph {n}. " + "Words and words and words. " * 20 for n in range(20))
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.\n2. Let them go on.\n", text)
    assert workspace.run("build", "--only", "jp-osaka").status == 0
    content = (workspace.folder / "out/2027/jp-osaka/petition.en.pdf").read_bytes()
    pages, glyphs = read_pdf_pages(content), read_glyphs(content)
    assert len(pages) > 2
    number = find_words(content, f"Page 1 of {len(pages)}")
    middle = (min(one.left for one in glyphs) + max(one.right for one in glyphs)) / 2
    assert (number.left + number.right) / 2 == pytest.approx(middle, abs=0.5)
    head = "His Excellency Xi Jinping · 1 September 2027 · LFNKR-2027-JP-OSAKA"
    assert ["".join(head.split()) in "".join(page.split()) for page in pages] == [False, *[True] * (len(pages) - 1)]
    assert [f"Page {n + 1} of {len(pages)}" in page for n, page in enumerate(pages)] == [True] * len(pages)
    assert "Respectfully yours," in pages[-1]
    assert "Kato Hiroshi" in pages[-1]


def test_the_closing_takes_the_last_paragraph_along(workspace: WorkspaceCopy) -> None:
    """Whatever the length of the letter, its closing never stands alone on a page."""
    for count in range(18, 30):
        lines = "\n\n".join(f"Line {n}." for n in range(count))
        workspace.write("letters/2027/petition.en.md", f"---\nsubject: S\nclosing: Yours,\n---\n{lines}\n")
        assert workspace.run("build", "--only", "jp-osaka").status == 0
        pages = read_pdf_pages((workspace.folder / "out/2027/jp-osaka/petition.en.pdf").read_bytes())
        closing = next(page for page in pages if "Yours," in page)
        assert f"Line {count - 1}." in closing
        assert "Kato Hiroshi" in closing


def test_each_language_is_set_in_its_own_font(workspace: WorkspaceCopy) -> None:
    workspace.build()
    with pikepdf.open(workspace.folder / "out/2027/jp-tokyo/petition.ja.pdf") as pdf:
        names = {str(font.BaseFont) for page in pdf.pages for font in page.Resources.Font.values()}
    assert names
    assert {name.split("+")[1] for name in names} == {"Noto-Serif-CJK-JP", "Noto-Serif-CJK-JP-Bold"}


def test_a_character_that_the_named_fonts_lack_is_refused_although_another_font_has_it(
    workspace: WorkspaceCopy,
) -> None:
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.", "1. Let them stay ☃.")
    ending = workspace.run("build")
    assert ending.status == 3
    assert "letters/2027/petition.en.md:12: no font for en has '☃' (U+2603)" in ending.err
    assert workspace.list_made() == []


def test_a_name_with_a_chosen_form_of_a_character_is_set(workspace: WorkspaceCopy) -> None:
    """葛 with its variation selector is how many people write their names (Unicode Ideographic Variation Database)."""
    workspace.edit("letters/2027/campaign.yaml", "加藤　博", "葛\U000e0100城　博")
    assert workspace.run("build", "--lang", "ja").status == 0
    text = "".join(read_pdf_pages((workspace.folder / "out/2027/jp-tokyo/petition.ja.pdf").read_bytes()))
    assert "葛" in text


def test_a_style_sheet_cannot_fetch_anything(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/theme/letter.css", 'body { background: url("http://192.0.2.1/x.png") }')
    ending = workspace.run("build", "--only", "jp-osaka")
    assert ending.status == 1
    assert "192.0.2.1" in ending.err


def test_a_style_sheet_with_a_mistake_is_an_error(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/theme/letter.css", "body { colour: red }")
    ending = workspace.run("build", "--only", "jp-osaka")
    assert ending.status == 1
    assert "colour" in ending.err


@pytest.mark.slow
def test_the_same_letter_has_the_same_bytes_in_another_process_and_folder(workspace: WorkspaceCopy) -> None:
    workspace.build()
    letters = [path for path in workspace.list_made() if not path.endswith(".json")]
    first = {path: (workspace.folder / "out" / path).read_bytes() for path in letters}
    for seed in ("1", "2"):
        target = workspace.folder.parent / f"again-{seed}"
        subprocess.run(["cp", "-r", workspace.folder, target], check=True)
        subprocess.run(["rm", "-r", target / "out"], check=True)
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": "America/Lima", "LC_ALL": "C"}
        command = [sys.executable, "-m", "petitioner", "-C", str(target), "build"]
        subprocess.run(command, check=True, env=environment, capture_output=True)
        assert {path: (target / "out" / path).read_bytes() for path in first} == first


def _walk(node: pikepdf.Object) -> list[pikepdf.Object]:
    """Every element of a structure tree."""
    if isinstance(node, pikepdf.Array):
        return [found for child in node for found in _walk(child)]
    if not isinstance(node, pikepdf.Dictionary):
        return []
    return [node, *(_walk(node.K) if "/K" in node else [])]
