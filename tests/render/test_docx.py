import os
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from itertools import pairwise
from pathlib import Path
from typing import TypeAlias, cast
from zipfile import ZipFile

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from openxml_audit import OpenXmlValidator

from components import require
from conftest import WorkspaceCopy
from documents import MM_PER_PT, find_words, fold, read_pdf_pages
from letters_for_renderers import (
    LANGUAGES,
    paragraph,
    rich_letter,
    sample_letter,
    sample_locale,
    sample_picture,
    sample_table,
    sample_theme,
    words,
)
from petitioner.model.blocks import (
    Alignment,
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
    walk_text,
)
from petitioner.model.characters import find_refused_character
from petitioner.model.letter import Letter, Signature
from petitioner.model.theme import TextAlignment
from petitioner.render import RenderError
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
NAMESPACES = {
    "w": W[1:-1],
    "r": "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
}
THEME = sample_theme()

Node: TypeAlias = etree._Element  # noqa: SLF001 - the only name that lxml has for it


def render(letter: Letter, logo: bytes | None = None) -> bytes:
    theme = THEME.model_copy(update={"logo": logo})
    return render_docx(letter, theme, sample_locale(letter.language))


def read_parts(letter: Letter, logo: bytes | None = None) -> Mapping[str, bytes]:
    with ZipFile(BytesIO(render(letter, logo))) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def select(part: bytes, path: str) -> list[Node]:
    return cast("list[Node]", etree.fromstring(part).xpath(path, namespaces=NAMESPACES))


def texts(part: bytes, path: str = "//w:t") -> list[str]:
    return [text_of(node) for node in select(part, path)]


def text_of(node: Node) -> str:
    return "".join(words.text or "" for words in node.iter(f"{W}t"))


def join_spaced(node: Node) -> str:
    """The words of a node; a no-break space counts as a space."""
    return text_of(node).replace("\u00a0", " ")


def style_of(node: Node, kind: str = "p") -> str:
    """The style of a paragraph, or of a run (``r``)."""
    (style,) = cast("list[str]", node.xpath(f"w:{kind}Pr/w:{kind}Style/@w:val", namespaces=NAMESPACES))
    return style


def values(part: bytes, path: str) -> list[str]:
    return [str(value) for value in cast("list[str]", etree.fromstring(part).xpath(path, namespaces=NAMESPACES))]


def nested_blocks() -> tuple[Block, ...]:
    """Blocks within blocks: a list in a quotation, and a quotation, a table and lists in the items of a list."""
    two, three = (Listing(ordered=False, items=((paragraph(text),),)) for text in ("two", "three"))
    deep = replace(two, items=((paragraph("two"), three),))
    items = (
        (paragraph("An item"), Quotation((paragraph("quoted in it"),))),
        (paragraph("with a table"), sample_table()),
        (paragraph("one"), deep),
    )
    return (Quotation((paragraph("Quoted"), two, paragraph("and done."))), Listing(ordered=True, items=items))


def with_body(*blocks: Block, language: str = "en") -> Letter:
    return sample_letter(language, body=blocks)


def style_properties(styles: bytes, style: str, path: str) -> list[str]:
    return values(styles, f"//w:style[@w:styleId='{style}']{path}")


# --- the file as a whole


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sample", [sample_letter, rich_letter])
def test_the_rules_of_open_xml_are_kept(sample: Callable[[str], Letter], language: str, tmp_path: Path) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(render(sample(language), logo=sample_picture(200, 200)))
    assert [str(finding) for finding in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "changes",
    [
        {"salutation": None, "opening": None, "enclosures": ()},
        {"signatures": (), "opening": "We write to you."},
        {"signatures": (Signature("Hanako Example", "Director", sample_picture(2000, 100)),)},
        {"signatures": (Signature("A. Example", "Director"),) * 3, "body": ()},
    ],
)
def test_the_rules_are_kept_whatever_a_letter_has_and_has_not(
    changes: dict[str, object], language: str, tmp_path: Path
) -> None:
    path = tmp_path / "letter.docx"
    path.write_bytes(render(sample_letter(language, **{"body": nested_blocks(), **changes})))
    assert [str(finding) for finding in OpenXmlValidator().validate(path).errors] == []


@pytest.mark.slow
def test_the_rules_are_kept_by_all_letters_of_this_repository(
    real: WorkspaceCopy, seoul: WorkspaceCopy, five_languages: WorkspaceCopy
) -> None:
    for workspace, count in ((real, 21), (seoul, 1), (five_languages, 6)):
        workspace.build()
        made = sorted((workspace.folder / "out").rglob("*.docx"))
        assert len(made) == count
        audit = OpenXmlValidator()
        assert [str(finding) for path in made for finding in audit.validate(path).errors] == []


def test_the_audit_would_see_a_style_that_does_not_exist(tmp_path: Path) -> None:
    parts = dict(read_parts(sample_letter("en")))
    parts["word/document.xml"] = parts["word/document.xml"].replace(b'w:val="Heading1"', b'w:val="Heading9"')
    path = tmp_path / "letter.docx"
    with ZipFile(path, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    assert OpenXmlValidator().validate(path).errors


@pytest.mark.slow
def test_two_processes_with_other_hash_seeds_give_the_same_bytes() -> None:
    program = (
        "import hashlib; from letters_for_renderers import *; from petitioner.render.docx import render_docx\n"
        "for tag in LANGUAGES:\n"
        "    letter = rich_letter(tag)\n"
        "    docx = render_docx(letter, sample_theme(logo=sample_picture()), sample_locale(tag))\n"
        "    print(hashlib.sha256(docx).hexdigest())\n"
    )
    folders = [str(Path(__file__).parents[1]), *sys.path]
    digests = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join(folders)},
            capture_output=True,
            check=True,
            text=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(digests) == 1
    assert len(digests.pop().split()) == len(LANGUAGES)


def test_the_package_carries_no_clock_and_has_one_order() -> None:
    with ZipFile(BytesIO(render(rich_letter("ja")))) as archive:
        members = archive.infolist()
    names = [member.filename for member in members]
    assert names == ["[Content_Types].xml", *sorted(set(names) - {"[Content_Types].xml"})]
    assert {(member.date_time, member.create_system) for member in members} == {((1980, 1, 1, 0, 0, 0), 0)}


def test_the_properties_say_what_the_letter_is() -> None:
    letter = sample_letter("ja")
    properties = Document(BytesIO(render(letter))).core_properties
    assert (properties.title, properties.subject) == (letter.subject, letter.subject)
    assert (properties.author, properties.last_modified_by) == (letter.author, letter.author)
    assert (properties.language, properties.identifier) == ("ja-JP", "LFNKR-2027-JP-OSAKA")
    assert (properties.comments, properties.revision) == ("", 0)
    assert properties.created == properties.modified == datetime(2027, 9, 1, tzinfo=UTC)


def test_a_subject_longer_than_a_property_may_be_is_whole_on_the_page() -> None:
    subject = "Petition " * 40 + "end"
    document = Document(BytesIO(render(sample_letter("en", subject=subject))))
    assert document.core_properties.title == subject[:255]
    assert subject in [paragraph.text for paragraph in document.paragraphs]


def test_word_opens_it_in_its_newest_mode_and_asks_nothing() -> None:
    settings = read_parts(sample_letter("en"))["word/settings.xml"]
    assert values(settings, "//w:compatSetting[@w:name='compatibilityMode']/@w:val") == ["15"]
    assert select(settings, "//w:updateFields") == []


# --- the words


def list_words(letter: Letter) -> Iterator[str]:
    """What document.xml must hold, in order; notes stand in a part of their own."""
    yield from (letter.letterhead.name, *letter.letterhead.lines)
    yield letter.address.return_line.text
    yield from (line.text for line in letter.address.lines)
    yield from (letter.date_line, letter.reference_line, letter.subject)
    yield from (text for text in (letter.salutation, letter.opening) if text)
    yield from list_block_words(letter.body)
    yield from (letter.closing, letter.sender)
    for signature in letter.signatures:
        yield from (signature.name, signature.title)
    yield from (letter.enclosures_label, *letter.enclosures)


def list_block_words(blocks: Iterable[Block]) -> Iterator[str]:
    for block in blocks:
        match block:
            case Paragraph(content) | Heading(content):
                yield from list_inline_words(content)
            case Quotation(content):
                yield from list_block_words(content)
            case Listing(_, items):
                for item in items:
                    yield from list_block_words(item)
            case Table(_, header, rows):
                for cell in (cell for row in (header, *rows) for cell in row):
                    yield from list_inline_words(cell)


def list_inline_words(content: tuple[Inline, ...]) -> Iterator[str]:
    for part in content:
        if not isinstance(part, Footnote):
            yield from (text for text in walk_text((part,)) if text.strip())


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_letter_stands_in_the_document_in_order(language: str) -> None:
    letter = rich_letter(language)
    written = "".join(texts(read_parts(letter)["word/document.xml"]))
    assert written.replace("\u00a0", " ") == "".join(list_words(letter))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_page_bears_the_letterhead_in_its_text_and_the_others_a_running_head(language: str) -> None:
    letter = sample_letter(language)
    parts = read_parts(letter)
    letterhead = [letter.letterhead.name, *letter.letterhead.lines]
    assert texts(parts["word/document.xml"], "//w:tbl[1]//w:p") == letterhead
    assert texts(parts["word/header1.xml"], "//w:p") == [""]
    assert texts(parts["word/header2.xml"], "//w:p") == [letter.reference_line]
    assert values(parts["word/document.xml"], "//w:headerReference/@w:type") == ["first", "default"]
    assert len(select(parts["word/document.xml"], "//w:titlePg")) == 1


def test_every_foot_counts_pages_in_the_words_of_the_language() -> None:
    parts = read_parts(sample_letter("zh-Hans"))
    for name in ("word/footer1.xml", "word/footer2.xml"):
        assert "".join(texts(parts[name])) == "第 1 页，共 1 页"
        assert texts_of_fields(parts[name]) == ["PAGE", "NUMPAGES"]


def texts_of_fields(part: bytes) -> list[str]:
    return [node.text or "" for node in select(part, "//w:instrText")]


def test_signs_of_markup_and_of_xml_come_out_as_themselves() -> None:
    name = "Foreign & Co <x> *_]` ]]> \"A\" &amp; 'B'"
    letter = sample_letter("en", subject=name, sender=name, body=(paragraph(name),))
    document = read_parts(letter)["word/document.xml"]
    assert list(map(join_spaced, select(document, "//w:p"))).count(name) == 3


LINES = st.text(min_size=1).filter(lambda text: text.strip() and not find_refused_character(text) and "\n" not in text)


@given(LINES, st.sampled_from(LANGUAGES))
def test_any_line_that_a_reader_lets_through_comes_out_as_itself(line: str, language: str) -> None:
    document = read_parts(sample_letter(language, body=(paragraph(line),)))["word/document.xml"]
    assert line.replace("\u00a0", " ") in map(join_spaced, select(document, "//w:p"))


# --- fonts and languages


@pytest.mark.parametrize(
    ("language", "font", "code"),
    [("ja", "Yu Mincho", "ja-JP"), ("zh-Hans", "SimSun", "zh-CN"), ("ko", "Batang", "ko-KR")],
)
def test_east_asian_letters_name_their_font_and_language_everywhere(language: str, font: str, code: str) -> None:
    parts = read_parts(sample_letter(language))
    for place in ("//w:docDefaults", "//w:style[@w:styleId='Normal']"):
        fonts, tongue = f"{place}//w:rFonts/@w:", f"{place}//w:lang/@w:"
        assert values(parts["word/styles.xml"], f"{fonts}eastAsia") == [font]
        for slot in ("ascii", "hAnsi", "cs"):
            assert values(parts["word/styles.xml"], fonts + slot) == ["Times New Roman"]
        assert values(parts["word/styles.xml"], f"{tongue}val | {tongue}eastAsia") == ["en-GB", code]
    assert values(parts["word/settings.xml"], "//w:themeFontLang/@*") == ["en-GB", code]


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_font_is_named_that_only_our_own_machines_have(language: str) -> None:
    parts = read_parts(rich_letter(language))
    assert not any(b"Noto" in content for content in parts.values())
    assert b"\xe6\xb8\xb8\xe6\x98\x8e\xe6\x9c\x9d" in parts["word/fontTable.xml"]  # 游明朝, its name in Japan


def test_a_japanese_address_in_a_chinese_letter_stays_japanese() -> None:
    parts = read_parts(sample_letter("zh-Hans"))
    runs = select(parts["word/document.xml"], "//w:r[w:rPr/w:rStyle/@w:val='Language-ja']")
    assert "".join(map(text_of, runs)) == "〒550-0004大阪府大阪市西区靱本町3-9-2"
    assert style_properties(parts["word/styles.xml"], "Language-ja", "//w:rFonts/@w:eastAsia") == ["Yu Mincho"]
    assert style_properties(parts["word/styles.xml"], "Language-ja", "//w:lang/@w:eastAsia") == ["ja-JP"]


def list_hinted(letter: Letter) -> list[str]:
    document = read_parts(letter)["word/document.xml"]
    return texts(document, "//w:r[w:rPr/w:rFonts/@w:hint='eastAsia']")


def test_punctuation_that_two_scripts_share_is_claimed_for_the_chinese_font() -> None:
    body = paragraph("“恐惧”之前——不要……送回（1951–1967，Refugees’ Day）。")
    assert list_hinted(sample_letter("zh-Hans", subject="请愿书", body=(body,))) == ["“", "”", "——", "……"]


def test_a_latin_letter_claims_no_punctuation_for_another_font() -> None:
    assert list_hinted(with_body(paragraph("“Fear” – the people’s own… word"))) == []


def test_korean_which_writes_blanks_gets_no_gaps_around_its_figures() -> None:
    korean, japanese = (read_parts(sample_letter(tag))["word/styles.xml"] for tag in ("ko", "ja"))
    gaps = "/w:pPr/w:autoSpaceDN/@w:val"
    assert style_properties(korean, "Normal", gaps) == ["0"]
    assert style_properties(japanese, "Normal", gaps) == ["1"]


def test_stress_is_italic_in_english_and_bold_in_japanese() -> None:
    english, japanese = (read_parts(rich_letter(tag))["word/styles.xml"] for tag in ("en", "ja"))
    assert len(select(english, "//w:style[@w:styleId='Emphasis']//w:i")) == 1
    assert len(select(japanese, "//w:style[@w:styleId='Emphasis']//w:b")) == 1
    assert select(japanese, "//w:i") == []


def test_strong_and_stressed_words_have_a_style_of_their_own() -> None:
    document = read_parts(rich_letter("en"))["word/document.xml"]
    styles = {text_of(run): style_of(run, "r") for run in select(document, "//w:r[w:rPr/w:rStyle and w:t]")}
    assert styles["every state that has "] == "Strong"
    assert styles["ever"] == "IntenseEmphasis"
    assert styles["so we read it"] == "Emphasis"


# --- the blocks


def test_footnotes_are_numbered_from_one_after_the_two_separators() -> None:
    parts = read_parts(rich_letter("en"))
    assert values(parts["word/footnotes.xml"], "/w:footnotes/w:footnote/@w:id") == ["-1", "0", "1", "2"]
    assert values(parts["word/document.xml"], "//w:footnoteReference/@w:id") == ["1", "2"]
    assert "".join(texts(parts["word/footnotes.xml"], "//w:footnote[@w:id='1']")) == " See the Convention"


def test_links_lead_out_of_the_text_and_out_of_its_notes() -> None:
    parts = read_parts(rich_letter("en"))
    assert texts(parts["word/document.xml"], "//w:hyperlink[@r:id]") == ["a page of ours"]
    assert b'Target="https://example.org/petition?a=1&amp;b=2"' in parts["word/_rels/document.xml.rels"]
    assert texts(parts["word/footnotes.xml"], "//w:hyperlink[@r:id]") == ["the Convention"]
    assert b"1951-refugee-convention" in parts["word/_rels/footnotes.xml.rels"]
    assert b"1951-refugee-convention" not in parts["word/_rels/document.xml.rels"]


def test_a_note_within_a_note_keeps_its_words_in_the_outer_one() -> None:
    note = Footnote((Plain("outer "), Footnote(words("inner"))))
    parts = read_parts(with_body(Paragraph((Plain("Text"), note))))
    assert texts(parts["word/footnotes.xml"], "//w:footnote[@w:id='1']") == [" outer inner"]


def test_every_list_starts_from_one_whatever_came_before() -> None:
    parts = read_parts(rich_letter("en"))
    levels = values(parts["word/document.xml"], "//w:p/w:pPr/w:numPr/w:ilvl/@w:val")
    numbers = values(parts["word/document.xml"], "//w:p/w:pPr/w:numPr/w:numId/@w:val")
    found = list(zip(levels, numbers, strict=True))
    outer, inner, innermost, other = ("0", "1"), ("1", "2"), ("2", "3"), ("0", "4")
    assert found == [outer, outer, inner, innermost, innermost, inner, outer, other, other]
    assert values(parts["word/numbering.xml"], "//w:num/w:abstractNumId/@w:val") == ["1", "0", "1", "1"]
    assert values(parts["word/numbering.xml"], "//w:startOverride/@w:val") == ["1", "1", "1", "1"]


def test_an_item_that_begins_with_a_list_keeps_its_number() -> None:
    inner = Listing(ordered=False, items=((paragraph("within"),),))
    document = read_parts(with_body(Listing(ordered=True, items=((inner,), ()))))["word/document.xml"]
    assert texts(document, "//w:p[w:pPr/w:numPr]") == ["", "within", ""]


def test_a_second_paragraph_of_an_item_stands_under_the_first() -> None:
    parts = read_parts(rich_letter("en"))
    (node,) = (one for one in select(parts["word/document.xml"], "//w:p") if join_spaced(one) == "It is short.")
    first = values(parts["word/numbering.xml"], "//w:abstractNum[1]/w:lvl[1]//w:ind/@w:left")
    assert list_indents(parts["word/styles.xml"], style_of(node))["left"] == first[0]


def test_the_head_of_a_table_comes_again_on_every_page_and_rows_stay_whole() -> None:
    document = read_parts(with_body(sample_table()))["word/document.xml"]
    table = "//w:tbl[w:tblPr/w:tblStyle/@w:val='LetterTable']"
    assert texts(document, f"{table}/w:tr[w:trPr/w:tblHeader]") == ["ProvinceDatePeople"]
    assert len(select(document, f"{table}/w:tr[w:trPr/w:cantSplit]")) == 3
    styles = values(document, f"{table}/w:tr[2]//w:pStyle/@w:val")
    assert styles == ["TableText", "TableTextCentred", "TableTextRight"]


def test_a_long_column_gets_more_of_the_line_than_a_short_one() -> None:
    document = read_parts(with_body(sample_table()))["word/document.xml"]
    first, second, third = map(int, values(document, "//w:tbl[last()]/w:tblGrid/w:gridCol/@w:w"))
    assert first > second > third
    assert first + second + third <= 165 / 25.4 * 1440


def test_no_page_break_parts_a_short_table_or_the_first_and_last_rows_of_a_long_one_from_what_follows() -> None:
    long = replace(sample_table(), rows=sample_table().rows * 5)
    kept = "//w:tbl[w:tblPr/w:tblStyle/@w:val='LetterTable']/w:tr[w:tc/w:p/w:pPr/w:keepNext]"
    jilin, liaoning = "Jilin12\u00a0May 202640", "Liaoning, on the road to the coast3\u00a0June 2026125"
    for table, rows in ((sample_table(), [jilin, liaoning]), (long, [jilin, jilin, liaoning])):
        document = read_parts(with_body(table))["word/document.xml"]
        assert texts(document, kept) == ["ProvinceDatePeople", *rows]


def test_a_column_of_dates_keeps_each_in_one_line_and_a_column_of_text_does_not() -> None:
    rows = tuple(
        (words("令和9年9月24日"), words("長い文章が続くのでこの列では行が分かれることになります。" * 3))
        for _ in range(2)
    )
    table = Table((Alignment.START, Alignment.START), (words("日付"), words("出来事")), rows)
    document = read_parts(with_body(table, language="ja"))["word/document.xml"]
    assert texts(document, "//w:tc[w:tcPr/w:noWrap]") == ["日付", "令和9年9月24日", "令和9年9月24日"]


def list_indents(styles: bytes, style: str) -> dict[str, str]:
    """The indents of a style with those of the styles that it is based on."""
    based = style_properties(styles, style, "/w:basedOn/@w:val")
    inherited = list_indents(styles, based[0]) if based else {}
    (node,) = select(styles, f"//w:style[@w:styleId='{style}']")
    own = {str(name).removeprefix(W): str(value) for ind in node.iter(f"{W}ind") for name, value in ind.items()}
    return {**inherited, **own}


def test_what_stands_within_a_list_or_a_quotation_is_indented_with_it() -> None:
    parts = read_parts(with_body(*nested_blocks()))
    document, styles = parts["word/document.xml"], parts["word/styles.xml"]
    indents = {
        join_spaced(node): list_indents(styles, style_of(node)) for node in select(document, "/w:document/w:body/w:p")
    }
    step, quote = 368, 460  # twips: 1.6 and 2 ems of 11.5 pt
    assert (indents["Quoted"]["left"], indents["Quoted"]["right"]) == (str(quote), str(quote))
    assert (indents["quoted in it"]["left"], indents["quoted in it"]["right"]) == (str(step + quote), str(quote))
    # A list in a quotation is moved by its own level.
    moved = values(parts["word/numbering.xml"], "//w:lvlOverride/w:lvl/w:pPr/w:ind/@w:left")
    assert moved == [str(step + quote)]
    table = "//w:tbl[w:tblPr/w:tblStyle/@w:val='LetterTable']/w:tblPr"
    (indent,), (width,) = values(document, f"{table}/w:tblInd/@w:w"), values(document, f"{table}/w:tblW/@w:w")
    assert int(indent) == step
    assert int(indent) + int(width) == pytest.approx(151 / 25.4 * 1440, abs=1)


def test_bullets_within_bullets_are_dashes_as_in_the_pdf() -> None:
    numbering = read_parts(sample_letter("en"))["word/numbering.xml"]
    assert values(numbering, "//w:abstractNum[1]/w:lvl/w:lvlText/@w:val") == ["•", "–", "–"]


def test_lines_break_by_the_rules_of_the_script_and_nothing_hangs_over_the_margin() -> None:
    styles = read_parts(sample_letter("ja"))["word/styles.xml"]
    for rule, value in (("kinsoku", []), ("wordWrap", []), ("overflowPunct", ["0"]), ("widowControl", [])):
        assert len(select(styles, f"//w:style[@w:styleId='Normal']/w:pPr/w:{rule}")) == 1
        assert style_properties(styles, "Normal", f"/w:pPr/w:{rule}/@w:val") == value


def test_words_stressed_many_times_over_are_stressed_twice() -> None:
    inner = Emphasis((Plain("both "), Strong((Plain("again "), Emphasis(words("and again"))))))
    document = read_parts(with_body(Paragraph((Strong((Plain("once "), inner)), Plain(" no more")))))[
        "word/document.xml"
    ]
    found = [(text_of(run), style_of(run, "r")) for run in select(document, "//w:r[w:rPr/w:rStyle and w:t]")]
    doubly = "IntenseEmphasis"
    assert found == [("once ", "Strong"), ("both ", doubly), ("again ", doubly), ("and again", doubly)]


def test_two_tables_in_a_row_stay_two() -> None:
    document = read_parts(with_body(sample_table(), sample_table()))["word/document.xml"]
    tags = [node.tag for node in select(document, "/w:document/w:body/*")]
    assert (f"{W}tbl", f"{W}tbl") not in pairwise(tags)
    assert tags.count(f"{W}tbl") == 4


def test_no_paragraph_has_an_indent_or_a_space_of_its_own() -> None:
    for language in LANGUAGES:
        body = (*rich_letter(language).body, *nested_blocks())
        document = read_parts(sample_letter(language, body=body))["word/document.xml"]
        assert select(document, "//w:p/w:pPr[w:ind or w:spacing or w:jc or w:tabs]") == []


@pytest.mark.parametrize(("language", "hyphenated"), [("en", True), ("ja", False), ("zh-Hans", False), ("ko", False)])
def test_words_are_hyphenated_in_the_text_alone_and_names_never(language: str, *, hyphenated: bool) -> None:
    parts = read_parts(sample_letter(language))
    assert bool(select(parts["word/settings.xml"], "//w:autoHyphenation")) == hyphenated
    suppressed = "/w:pPr/w:suppressAutoHyphens"
    for style, value in (("Normal", []), ("BodyText", ["0"]), ("ListParagraph", ["0"]), ("Quote", ["0"])):
        assert style_properties(parts["word/styles.xml"], style, f"{suppressed}/@w:val") == value
    assert len(select(parts["word/styles.xml"], f"//w:style{suppressed}")) == 4
    names = texts(parts["word/document.xml"], "//w:r[w:rPr/w:rStyle/@w:val='Undivided']")
    assert ("Republic" in " ".join(names)) == hyphenated


def test_full_lines_end_at_the_margin_if_the_theme_asks_for_it() -> None:
    for align, side in ((TextAlignment.JUSTIFY, ["both"]), (TextAlignment.RAGGED, [])):
        theme = THEME.model_copy(update={"align": align})
        with ZipFile(BytesIO(render_docx(sample_letter("ja"), theme, sample_locale("ja")))) as package:
            styles = package.read("word/styles.xml")
        for style in ("BodyText", "ListParagraph", "Quote"):
            assert style_properties(styles, style, "/w:pPr/w:jc/@w:val") == side


def test_only_what_has_a_place_on_the_sheet_has_lines_of_a_fixed_height() -> None:
    styles = read_parts(rich_letter("ja"))["word/styles.xml"]
    fixed = set(values(styles, "//w:style[w:pPr/w:spacing/@w:lineRule='exact']/@w:styleId"))
    assert fixed == {"Hairline", "TableEnd", "EnvelopeAddress", "EnvelopeReturn"}
    plain = replace(sample_letter("ja"), address=replace(sample_letter("ja").address, has_window=False))
    styles = read_parts(plain)["word/styles.xml"]
    assert "EnvelopeAddress" not in values(styles, "//w:style[w:pPr/w:spacing/@w:lineRule='exact']/@w:styleId")


# --- the frame


@pytest.mark.parametrize("language", LANGUAGES)
def test_date_and_reference_are_properties_that_fields_show(language: str) -> None:
    letter = sample_letter(language)
    parts = read_parts(letter)
    custom = etree.fromstring(parts["docProps/custom.xml"])
    properties = {str(one.get("name")): "".join(map(str, one.itertext())) for one in custom}
    assert properties == {"Letter date": letter.date_line, "Letter reference": letter.reference}
    for part in ("word/document.xml", "word/header2.xml"):
        shown = texts_of_fields(parts[part])
        assert set(shown) <= {f'DOCPROPERTY "{name}"' for name in properties}
        assert 'DOCPROPERTY "Letter reference"' in shown


def test_the_row_of_the_address_grows() -> None:
    document = read_parts(sample_letter("en"))["word/document.xml"]
    assert set(values(document, "//w:trHeight/@w:hRule")) == {"atLeast"}


@pytest.mark.parametrize(
    "last", [paragraph("The end."), sample_table(), Quotation((paragraph("The end."),)), Heading(words("The end"))]
)
def test_nothing_parts_the_end_of_the_text_from_closing_and_signature(last: Block) -> None:
    parts = read_parts(with_body(paragraph("Begin."), last))
    body = select(parts["word/document.xml"], "/w:document/w:body/w:p")
    styles = [style_of(row) for row in body]
    before = body[styles.index("Closing") - 1]
    assert before.find(f"{W}pPr/{W}keepNext") is not None
    for style in ("Closing", "Sender", "Signature"):
        assert style in styles
        assert len(select(parts["word/styles.xml"], f"//w:style[@w:styleId='{style}']/w:pPr/w:keepNext")) == 1


def test_a_letter_without_text_still_closes() -> None:
    assert "Yours respectfully," in texts(read_parts(with_body())["word/document.xml"])


def test_the_subject_is_the_one_heading_above_the_headings_of_the_text() -> None:
    document = Document(BytesIO(render(rich_letter("en"))))
    headings = [(p.style.name, p.text) for p in document.paragraphs if p.style and p.style.name.startswith("Heading")]
    assert headings == [("Heading 1", sample_letter("en").subject), ("Heading 2", "What we ask")]


def test_the_closing_stands_on_the_side_that_its_language_wants() -> None:
    sides = {
        tag: style_properties(read_parts(sample_letter(tag))["word/styles.xml"], "Closing", "//w:jc/@w:val")
        for tag in LANGUAGES
    }
    assert sides == {"en": ["left"], "ja": ["right"], "ko": ["right"], "zh-Hans": ["left"]}


def test_a_chinese_paragraph_is_indented_by_two_characters_and_an_english_one_set_off_by_space() -> None:
    chinese, english = (read_parts(sample_letter(tag))["word/styles.xml"] for tag in ("zh-Hans", "en"))
    indent = "/w:pPr/w:ind/@w:firstLineChars"
    assert style_properties(chinese, "BodyText", f"{indent} | //w:style[@w:styleId='BodyText']//@w:firstLine") == [
        "200",
        "420",
    ]
    assert style_properties(english, "BodyText", indent) == ["0"]
    space = "/w:pPr/w:spacing/@w:after"
    assert (style_properties(chinese, "BodyText", space), style_properties(english, "BodyText", space)) == (
        ["0"],
        ["138"],
    )


def test_lines_of_the_address_are_as_far_apart_as_the_letter_says() -> None:
    letter = sample_letter("en")
    closer = replace(letter, address=replace(letter.address, pitch=4.0))
    pitches = [
        style_properties(read_parts(one)["word/styles.xml"], "EnvelopeAddress", "//w:spacing/@w:line")
        for one in (letter, closer)
    ]
    assert pitches == [["258"], ["227"]]  # twips: 4.55 mm and 4 mm


def test_pictures_speak_and_have_numbers_of_their_own() -> None:
    parts = read_parts(rich_letter("en"), logo=sample_picture(200, 200))
    described = values(parts["word/document.xml"], "//wp:docPr/@descr")
    assert described == ["Life Funds for North Korean Refugees", "Hanako Example"]
    assert len(set(values(parts["word/document.xml"], "//wp:docPr/@id"))) == 2


def test_a_wide_picture_of_a_signature_is_made_smaller_and_keeps_its_shape() -> None:
    first = replace(sample_letter("en").signatures[0], image=sample_picture(2000, 100))
    document = read_parts(sample_letter("en", signatures=(first,)))["word/document.xml"]
    (width,), (height,) = (values(document, f"//wp:extent/@c{side}") for side in "xy")
    assert int(width) <= 60 * 36_000 + 635  # EMU: 60 mm and a twip
    assert int(width) / int(height) == pytest.approx(20, rel=0.01)


def test_a_picture_of_a_signature_takes_the_room_of_a_pen() -> None:
    first = replace(sample_letter("en").signatures[0], image=sample_picture())
    parts = read_parts(sample_letter("en", signatures=(first,)))
    (height,) = values(parts["word/document.xml"], "//wp:extent/@cy")
    around = "/w:pPr/w:spacing/@w:*[name()='w:before' or name()='w:after']"
    twips = sum(map(int, style_properties(parts["word/styles.xml"], "SignatureImage", around)))
    assert int(height) / 36_000 + twips / 1440 * 25.4 == pytest.approx(THEME.signature_space, abs=0.1)


PNG, JPEG = sample_picture(), b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"


@pytest.mark.parametrize("damaged", [b"", b"GIF", PNG[:20], PNG[:8] + b"\xff" * 60, JPEG, b"\xff\xd8\xff\xd9"])
def test_a_damaged_picture_is_an_error_that_says_whose(damaged: bytes) -> None:
    first = replace(sample_letter("en").signatures[0], image=damaged)
    with pytest.raises(RenderError, match="the picture for Hanako Example is damaged"):
        render(sample_letter("en", signatures=(first,)))


def test_several_people_sign_side_by_side() -> None:
    document = read_parts(rich_letter("en"))["word/document.xml"]
    cells = texts(document, "//w:tbl[last()]/w:tr/w:tc")
    assert cells[-2:] == ["Hanako ExampleExecutive Director"] * 2


def test_a_letter_without_enclosures_says_nothing_of_them() -> None:
    document = read_parts(sample_letter("en", enclosures=()))["word/document.xml"]
    assert "Enclosure:" not in texts(document)


def test_a_letter_that_nobody_signs_by_name_ends_with_its_sender() -> None:
    document = read_parts(sample_letter("en", signatures=(), enclosures=()))["word/document.xml"]
    assert texts(document, "//w:p")[-1] == "Life Funds for North Korean Refugees"


# --- on paper, and in another program's own format


def convert(folder: Path, kind: str) -> None:
    """Let LibreOffice open every DOCX in a folder, and write it as another kind of file beside it."""
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    order = [require("soffice"), profile, "--headless", "--convert-to", kind, "--outdir", str(folder)]
    subprocess.run([*order, *sorted(map(str, folder.glob("*.docx")))], check=True, capture_output=True, timeout=180)


@pytest.fixture(scope="module")
def printed(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, bytes]:
    """Every sample as LibreOffice sets it, by its name: ``short.en``, ``rich.en`` …"""
    folder = tmp_path_factory.mktemp("printed")
    for language in LANGUAGES:
        (folder / f"short.{language}.docx").write_bytes(render(sample_letter(language)))
        (folder / f"rich.{language}.docx").write_bytes(render(rich_letter(language), sample_picture(200, 200)))
    convert(folder, "pdf")
    return {path.stem: path.read_bytes() for path in folder.glob("*.pdf")}


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_address_shows_in_the_window(printed: Mapping[str, bytes], language: str) -> None:
    page, address, window = printed[f"short.{language}"], sample_letter(language).address, THEME.window
    boxes = [find_words(page, line.text) for line in (address.return_line, *address.lines)]
    for box in boxes:
        assert window.text_left - 0.5 <= box.left < box.right <= window.text_right
        assert window.top < box.top < box.bottom <= window.bottom
    assert boxes[0].bottom < window.return_line < boxes[1].top
    assert all(above.bottom <= below.top for above, below in pairwise(boxes))


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", ["short", "rich"])
def test_the_subject_stands_where_the_standard_wants_it(printed: Mapping[str, bytes], kind: str, language: str) -> None:
    # In a line of exact height four fifths are above the base line, on which the letters stand.
    above = sample_locale(language).fonts.pitch * 0.8 * MM_PER_PT
    subject = find_words(printed[f"{kind}.{language}"], sample_letter(language).subject[:8])
    assert subject.bottom - above == pytest.approx(98.46, abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_frame_stands_where_the_pdf_has_it(printed: Mapping[str, bytes], language: str) -> None:
    letter, page = sample_letter(language), printed[f"short.{language}"]
    pdf = render_pdf(letter, THEME, sample_locale(language))
    lines = (letter.letterhead.name, letter.address.return_line.text, letter.address.lines[0].text)
    for line in (*lines, letter.address.lines[-1].text, letter.reference, letter.subject[:8]):
        assert find_words(page, line).bottom == pytest.approx(find_words(pdf, line).bottom, abs=1), line
    assert find_words(page, letter.reference).right == pytest.approx(find_words(pdf, letter.reference).right, abs=1)


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_short_letter_fills_one_page_and_a_rich_one_two(printed: Mapping[str, bytes], language: str) -> None:
    assert [len(read_pdf_pages(printed[f"{kind}.{language}"])) for kind in ("short", "rich")] == [1, 2]


@pytest.mark.slow
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_second_page_bears_the_reference_and_its_number(printed: Mapping[str, bytes], language: str) -> None:
    letter = sample_letter(language)
    _, text = map(fold, read_pdf_pages(printed[f"rich.{language}"]))
    assert fold(letter.letterhead.lines[1]) not in text
    assert fold(letter.reference_line) in text
    assert fold(letter.page_label.format(page=2, pages=2)) in text
    assert fold(letter.closing) in text


def test_latin_words_are_not_taken_for_chinese_ones() -> None:
    """LibreOffice breaks a word at any letter where its language is an East Asian one."""
    styles = read_parts(sample_letter("zh-Hans"))["word/styles.xml"]
    languages = set(values(styles, "//w:lang/@w:val"))
    assert not languages & {"zh-CN", "ja-JP", "ko-KR"}
    assert "zh-CN" in values(styles, "//w:lang/@w:eastAsia")


@pytest.mark.slow
def test_another_word_processor_saves_every_word_in_its_own_format(tmp_path: Path) -> None:
    letters = {tag: replace(rich_letter(tag), body=(*rich_letter(tag).body, *nested_blocks())) for tag in LANGUAGES}
    for tag, letter in letters.items():
        (tmp_path / f"{tag}.docx").write_bytes(render(letter, sample_picture(200, 200)))
    convert(tmp_path, "odt")
    for tag, letter in letters.items():
        with ZipFile(tmp_path / f"{tag}.odt") as package:
            roots = [etree.fromstring(package.read(name)) for name in ("styles.xml", "content.xml")]
        saved = fold("".join(str(text) for root in roots for text in root.itertext()))
        notes = ("See the Convention", "A second note, whose words are enough")
        wanted = [*list_words(letter), *notes, letter.letterhead.name, *letter.letterhead.lines, letter.reference_line]
        assert [text for text in wanted if fold(text) not in saved] == []
