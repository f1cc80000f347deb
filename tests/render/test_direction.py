"""Lines from right to left: the letter turns, and the window of the envelope stays."""

import shutil
from collections import Counter
from pathlib import Path
from typing import TypeAlias, cast

import pytest
from lxml import etree
from openxml_audit import OpenXmlValidator

from conftest import WorkspaceCopy
from documents import find_words, read_docx_parts, read_docx_text, read_glyphs, read_pdf_pages
from letters_for_renderers import sample_theme
from petitioner.render.typography import add_fallback_fonts

W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
Node: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml has for it


@pytest.fixture
def cairo(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    shutil.copytree(Path(__file__).parents[1] / "data" / "cairo", tmp_path / "cairo")
    return WorkspaceCopy(tmp_path / "cairo", capsys)


def build(workspace: WorkspaceCopy, path: str = "eg-cairo/petition.ar") -> tuple[bytes, bytes]:
    ending = workspace.run("build")
    assert ending.status == 0, ending.err
    made = workspace.folder / "out/2027"
    return (made / f"{path}.pdf").read_bytes(), (made / f"{path}.docx").read_bytes()


def select(docx: bytes, path: str, part: str = "document") -> list[Node]:
    root = etree.fromstring(read_docx_parts(docx)[f"word/{part}.xml"])
    return cast("list[Node]", root.xpath(path, namespaces=W))


def test_words_come_out_in_the_order_in_which_they_are_read(cairo: WorkspaceCopy) -> None:
    pdf, docx = build(cairo)
    (page,) = read_pdf_pages(pdf)
    for words in (
        "رئيس جمهورية الصين الشعبية",
        "1 سبتمبر 2027",
        "24 سبتمبر 2027",
        "LFNKR-2027-EG-CAIRO",
    ):
        assert words in page.replace("\u00a0", " ")
    written = read_docx_text(docx).replace("\u00a0", " ")
    assert "باسم منظمة Life Funds for North Korean Refugees (LFNKR)، وهي" in written


def test_both_formats_hold_the_same_letters_and_figures(cairo: WorkspaceCopy) -> None:
    pdf, docx = build(cairo)
    printed = read_pdf_pages(pdf)[0]
    numbers = "12" + "1"  # of the list and of the note, which Word draws by itself
    left = Counter(sign for sign in printed if sign.isalnum())
    right = Counter(sign for sign in read_docx_text(docx) + numbers if sign.isalnum())
    assert left - right == Counter()
    assert sum((right - left).values()) <= 1


def test_dates_can_be_in_arabic_figures(cairo: WorkspaceCopy) -> None:
    cairo.edit("letters/2027/campaign.yaml", "date: 2027-09-01\n", "date: 2027-09-01\ndate_style: {ar: own-figures}\n")
    pdf, docx = build(cairo)
    for text in (read_pdf_pages(pdf)[0], read_docx_text(docx)):
        assert "٢٤ سبتمبر ٢٠٢٧" in text.replace("\u00a0", " ")


def test_lines_begin_at_the_right_margin_but_the_window_stays_at_the_left(cairo: WorkspaceCopy) -> None:
    pdf, _ = build(cairo)
    right = max(glyph.right for glyph in read_glyphs(pdf))
    assert right == pytest.approx(190, abs=1.5)
    assert find_words(pdf, "فخامة الرئيس،").right == pytest.approx(190, abs=1)
    for line in ("رئيس جمهورية الصين الشعبية", "EGYPT"):
        box = find_words(pdf, line)
        assert 25 <= box.left < box.right <= 98.5
    assert find_words(pdf, "كاتو هيروشي").left < 30


def test_word_is_told_the_direction_of_paragraphs_words_and_tables(cairo: WorkspaceCopy) -> None:
    _, docx = build(cairo)
    assert select(docx, "//w:style[@w:styleId='Normal']/w:pPr/w:bidi", "styles")
    assert select(docx, "/w:document/w:body/w:sectPr/w:bidi")
    turned = {text for node in select(docx, "//w:r[w:rPr/w:rtl]/w:t") if (text := node.text)}
    assert any("الشعبية" in text for text in turned)
    assert not any(sign.isascii() and sign.isalpha() for text in turned for sign in text)
    tables = select(docx, "//w:tbl")
    mirrored = [bool(table.xpath("w:tblPr/w:bidiVisual", namespaces=W)) for table in tables]
    assert mirrored == [True, False, True]  # the letterhead's, the address's, and that of the text


def test_the_rules_of_open_xml_are_kept_from_right_to_left(cairo: WorkspaceCopy) -> None:
    build(cairo)
    path = cairo.folder / "out/2027/eg-cairo/petition.ar.docx"
    assert [str(finding) for finding in OpenXmlValidator().validate(path).errors] == []


def test_an_arabic_address_in_an_english_letter_runs_leftwards_alone(workspace: WorkspaceCopy) -> None:
    workspace.edit(
        "recipients.yaml", "        ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]", "        ar: [شارع المثال 550-0004]"
    )
    _, docx = build(workspace, "jp-osaka/petition.en")
    (line,) = select(docx, "//w:p[w:pPr/w:bidi]")
    assert "".join(str(text) for text in line.itertext()) == "شارع المثال 550-0004"
    assert not select(docx, "//w:style[@w:styleId='Normal']/w:pPr/w:bidi", "styles")
    assert not select(docx, "//w:bidiVisual")


def test_a_latin_name_of_several_words_stays_together_in_a_line_from_right_to_left_alone() -> None:
    theme, name = sample_theme(), "Łódź Refugees"
    arabic = add_fallback_fonts(f"<body><p>باسم {name} وهي</p>", "ar", theme)
    japanese = add_fallback_fonts(f"<body><p>団体 {name} は</p>", "ja", theme)
    assert f">{name}</span>" in arabic
    places = add_fallback_fonts("<body><p>office@example.org  ·  www.example.org</p>", "ar", theme)
    assert ">office@example.org  ·  www.example.org</span>" in places
    assert ">Łódź</span>" in japanese
