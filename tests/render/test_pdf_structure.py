"""The PDF as a screen reader meets it: its tag tree, read by pikepdf, with and without veraPDF's word for it."""

import re
from collections.abc import Iterator, Mapping
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance import find_faults
from conftest import WorkspaceCopy
from documents import MM_PER_PT, fold, read_pdf_pages
from letters_for_renderers import (
    LANGUAGES,
    nested_list,
    paragraph,
    rich_blocks,
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
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
)
from petitioner.model.letter import Letter
from petitioner.render.pdf import render_archive, render_pdf

LOGO = sample_picture(200, 200)
LONG = "So that the lines of this paragraph do not all go on one page. " * 70
TYPES = {
    *("Document", "Part", "Div", "P", "H1", "H2", "L", "LI", "Lbl", "LBody", "BlockQuote", "Table", "THead", "TBody"),
    *("TR", "TH", "TD", "Figure", "Link", "Note", "Reference", "Span", "NonStruct"),
}
"""The standard types (ISO 32000-1, 14.8.4) that a letter is made of."""

PARENTS = {"/LI": "/L", "/LBody": "/LI", "/Lbl": "/LI", "/TH": "/TR", "/TD": "/TR"}
"""Types that stand in one other type only; but the number of a note is a label too."""

Node: TypeAlias = pikepdf.Object
Content: TypeAlias = tuple[tuple[int, int], int]
"""Marked content: its page, by object number, and its own number there."""


def render(letter: Letter) -> pikepdf.Pdf:
    return pikepdf.open(BytesIO(render_pdf(letter, sample_theme(LOGO), sample_locale(letter.language))))


def with_body(*blocks: Block) -> Letter:
    return sample_letter("en", body=blocks)


def long_letter() -> Letter:
    """Every block on several pages, and each of them cut by a page's end somewhere."""
    rows = tuple((words(f"Row {n}"), words("Many words for a high row. " * 12)) for n in range(40))
    table = Table((Alignment.START, Alignment.END), (words("Number"), words("Words")), rows)
    deep = Listing(ordered=True, items=tuple((paragraph(LONG[:900]), nested_list()) for _ in range(6)))
    return with_body(paragraph(LONG), *rich_blocks(), Quotation((paragraph(LONG),)), deep, table, paragraph(LONG))


def walk(node: Node) -> Iterator[Node]:
    """A structure element and all within it, in reading order."""
    yield node
    for kid in list_kids(node, "StructElem"):
        yield from walk(kid)


def list_kids(node: Node, kind: str) -> list[Node]:
    """The structure elements (``StructElem``), annotations (``OBJR``) or content (``MCR``) that an element holds."""
    return [kid for kid in node.K if isinstance(kid, pikepdf.Dictionary) and kid.Type == f"/{kind}"]


def list_elements(pdf: pikepdf.Pdf) -> list[Node]:
    return list(walk(pdf.Root.StructTreeRoot.K[0]))


def list_kinds(pdf: pikepdf.Pdf) -> list[str]:
    return [str(node.S)[1:] for node in list_elements(pdf)]


def select(pdf: pikepdf.Pdf, kind: str) -> list[Node]:
    return [node for node in list_elements(pdf) if f"/{kind}" == node.S]


def list_held(node: Node) -> Iterator[Content]:
    """The marked content that an element itself holds: its page, by object number, and its own number there."""
    numbers = (kid for kid in node.K if not isinstance(kid, pikepdf.Dictionary))
    yield from ((node.Pg.objgen, int(number)) for number in numbers)
    yield from ((kid.Pg.objgen, int(kid.MCID)) for kid in list_kids(node, "MCR"))


def read_content(pdf: pikepdf.Pdf) -> Iterator[tuple[tuple[int, int], list[list[Node]], str]]:
    """Every instruction that paints, on its page, within what marks, and what it is called."""
    paints = {"Tj", "TJ", "Do", "f", "f*", "S", "s", "B", "B*", "b", "b*", "sh", "BI"}
    for page in pdf.pages:
        marks: list[list[Node]] = []
        for instruction in pikepdf.parse_content_stream(page):
            name = str(instruction.operator)
            if name in ("BDC", "BMC"):
                marks.append(list(instruction.operands))
            elif name == "EMC":
                marks.pop()
            elif name in paints:
                yield page.obj.objgen, list(marks), name
        assert marks == []


def check(pdf: pikepdf.Pdf) -> None:
    """What must hold for any letter (ISO 14289-1; Matterhorn Protocol 1.1, in the order of its checkpoints)."""
    root, elements = pdf.Root.StructTreeRoot, list_elements(pdf)
    held = [content for node in elements for content in list_held(node)]
    assert len(held) == len(set(held)), "content stands in the tree twice"
    seen = set()
    for page, nested, _ in read_content(pdf):
        # A soft hyphen has a mark of its own within that of its line.
        marks = [mark for mark in nested if "/ActualText" not in str(mark[1:])]
        assert len(marks) == 1, "content without a mark, or with more than one"
        if marks[0][0] == "/Artifact":
            continue
        seen.add((page, int(marks[0][1].MCID)))
    assert seen <= set(held), "content that is neither in the tree nor an artifact"
    _check_types(pdf, elements)
    _check_indices(pdf, elements)
    assert all(page.Tabs == "/S" for page in pdf.pages)
    assert all(str(node.Alt).strip() for node in elements if node.S == "/Figure")
    assert root.K[0].S == "/Document"


def _check_types(pdf: pikepdf.Pdf, elements: list[Node]) -> None:
    roles = {str(name)[1:]: str(standard)[1:] for name, standard in pdf.Root.StructTreeRoot.RoleMap.items()}
    assert roles == {"Strong": "Span", "Em": "Span"}
    kinds = [str(node.S)[1:] for node in elements]
    assert set(kinds) <= TYPES | set(roles)
    headings = [kind for kind in kinds if kind in ("H1", "H2")]
    assert headings[0] == "H1"
    assert headings.count("H1") == 1
    for node in elements:
        assert len(node.K), f"{node.S} holds nothing"
        if str(node.S) in PARENTS and node.P.S != "/Note":
            assert str(node.P.S) == PARENTS[str(node.S)]


def _check_indices(pdf: pikepdf.Pdf, elements: list[Node]) -> None:
    numbers = pdf.Root.StructTreeRoot.ParentTree.Nums
    index = dict(zip(map(int, numbers[::2]), numbers[1::2], strict=True))
    pages = {page.obj.objgen: index[int(page.StructParents)] for page in pdf.pages}
    linked = []
    for node in elements:
        for page, content in list_held(node):
            assert pages[page][content].objgen == node.objgen
        for kid in list_kids(node, "StructElem"):
            assert kid.P.objgen == node.objgen
        for kid in list_kids(node, "OBJR"):
            assert index[int(kid.Obj.StructParent)].objgen == node.objgen
            assert str(kid.Obj.Contents)
            linked.append(kid.Obj.objgen)
    assert sorted(linked) == sorted(note.objgen for page in pdf.pages for note in page.get("/Annots", []))
    named = {str(node.ID): node.objgen for node in elements if "/ID" in node}
    assert len(named) == sum("/ID" in node for node in elements), "two elements with one identifier"
    names = list(pdf.Root.StructTreeRoot.IDTree.Names) if named else list[Node]()
    assert [str(name) for name in names[::2]] == sorted(named)
    assert all(node.objgen == named[str(name)] for name, node in zip(names[::2], names[1::2], strict=True))


# --- what holds for every letter


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_of_a_letter_is_in_the_tree_or_belongs_to_the_sheet(language: str) -> None:
    for letter in (sample_letter(language), rich_letter(language)):
        with render(letter) as pdf:
            check(pdf)


def test_a_letter_of_many_pages_is_whole_in_the_tree() -> None:
    with render(long_letter()) as pdf:
        assert len(pdf.pages) > 8
        check(pdf)


INLINES = st.recursive(
    st.builds(Plain, st.sampled_from(["word", "several words ", "條約 ", "a long stretch of words " * 12])),
    lambda inner: st.one_of(
        st.builds(Strong, st.tuples(inner)),
        st.builds(Emphasis, st.tuples(inner)),
        st.builds(lambda one: Link("https://example.org/", (one,)), inner.filter(lambda one: not has_link(one))),
        st.builds(lambda text: Footnote(words(text)), st.sampled_from(["See there.", "A note of some length. " * 9])),
    ),
    max_leaves=4,
)
PARAGRAPHS = st.builds(Paragraph, st.lists(INLINES, min_size=1, max_size=4).map(tuple))
BLOCKS = st.recursive(
    st.one_of(PARAGRAPHS, st.builds(lambda: paragraph(LONG[:2500])), st.builds(sample_table)),
    lambda inner: st.one_of(
        st.builds(Quotation, st.lists(inner, min_size=1, max_size=2).map(tuple)),
        st.builds(Listing, st.booleans(), st.lists(st.lists(inner, max_size=3).map(tuple), min_size=1).map(tuple)),
    ),
    max_leaves=6,
)


def has_link(part: object) -> bool:
    return isinstance(part, Link) or any(map(has_link, getattr(part, "content", ())))


def test_stressed_words_in_a_link_may_go_on_to_the_next_page() -> None:
    long = Paragraph((Link("https://example.org/", (Strong((Plain("a long stretch of words " * 400),)),)),))
    with render(with_body(long)) as pdf:
        assert len(pdf.pages) > 1
        assert sum(len(page.get("/Annots", ())) for page in pdf.pages) >= len(pdf.pages)


@pytest.mark.slow
@settings(max_examples=25, deadline=None)
@given(st.lists(BLOCKS, max_size=5))
def test_whatever_a_letter_is_made_of_its_tree_is_whole(blocks: list[Block]) -> None:
    with render(with_body(*blocks)) as pdf:
        check(pdf)


def test_the_copy_for_an_archive_says_that_it_keeps_two_standards_and_holds_the_same_tree() -> None:
    letter = rich_letter("ja")
    content = render_archive(letter, sample_theme(LOGO), sample_locale("ja"))
    with pikepdf.open(BytesIO(content)) as pdf, render(letter) as usual:
        check(pdf)
        assert list_kinds(pdf) == list_kinds(usual)
        with pdf.open_metadata() as metadata:
            assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("2", "A")
            assert metadata["pdfuaid:part"] == "1"
            assert metadata["dc:title"] == letter.subject
        assert "/EmbeddedFiles" not in pdf.Root.get("/Names", {})


# --- what each thing becomes


class Reader:
    """Reads a letter aloud, element by element."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self._texts: dict[Content, str] = {}
        for page in pdf.pages:
            self._read_page(page)

    def read(self, node: Node) -> str:
        """The words of an element and of all within it, in the order of the tree."""
        return "".join(self._read_kid(node, kid) for kid in node.K)

    def _read_kid(self, node: Node, kid: Node) -> str:
        if not isinstance(kid, pikepdf.Dictionary):
            return self._texts[node.Pg.objgen, int(kid)]
        if kid.Type == "/MCR":
            return self._texts[kid.Pg.objgen, int(kid.MCID)]
        return self.read(kid) if kid.Type == "/StructElem" else ""

    def _read_page(self, page: pikepdf.Page) -> None:
        fonts = {name: _read_map(font.ToUnicode.read_bytes()) for name, font in page.Resources.Font.items()}
        content, font = (page.obj.objgen, -1), next(iter(fonts.values()))
        for instruction in pikepdf.parse_content_stream(page):
            operands, operator = instruction.operands, instruction.operator
            if str(operator) == "BDC":
                content = page.obj.objgen, int(operands[1].get("/MCID", -1))
                self._texts[content] = ""
            elif str(operator) == "Tf":
                font = fonts[str(operands[0])]
            elif str(operator) == "TJ":
                codes = b"".join(bytes(part) for part in operands[0] if isinstance(part, pikepdf.String))
                pairs = (codes[place : place + 2].hex() for place in range(0, len(codes), 2))
                self._texts[content] += "".join(font[pair] for pair in pairs)


def _read_map(source: bytes) -> Mapping[str, str]:
    """The lines ``<0003> <0041>`` of a font's map to Unicode (ISO 32000-1, 9.10.3)."""
    found = re.findall(r"(?m)^<([0-9a-f]{4})> <([0-9a-f]+)>$", source.decode())
    return {code: bytes.fromhex(text).decode("utf-16-be") for code, text in found}


def read_all(pdf: pikepdf.Pdf, kind: str) -> list[str]:
    reader = Reader(pdf)
    return [reader.read(node) for node in select(pdf, kind)]


def test_a_note_follows_the_reference_to_it_and_has_a_name() -> None:
    with render(rich_letter("en")) as pdf:
        (place,) = (node for node in select(pdf, "P") if "/Reference" in [str(kid.S) for kid in node.K])
        kinds = [str(kid.S) for kid in place.K]
        assert [kinds[n + 1] for n, kind in enumerate(kinds) if kind == "/Reference"] == ["/Note", "/Note"]
        assert [str(note.ID) for note in select(pdf, "Note")] == ["note-1", "note-2"]
        assert read_all(pdf, "Reference") == ["1", "2"]
        assert read_all(pdf, "Note")[0] == "1. See the Convention"
        assert read_all(pdf, "Note")[1].startswith("2. A second note, whose words")


def test_a_note_whose_number_a_theme_hides_is_read_where_it_stands() -> None:
    theme = sample_theme()
    silent = theme.model_copy(update={"css": theme.css + ".footnote::footnote-call { content: none }"})
    with pikepdf.open(BytesIO(render_pdf(rich_letter("en"), silent, sample_locale("en")))) as pdf:
        check(pdf)
        assert (len(select(pdf, "Reference")), len(select(pdf, "Note"))) == (0, 2)


def test_a_note_within_a_note_follows_its_own_reference() -> None:
    note = Footnote((Plain("outer "), Footnote(words("inner"))))
    with render(with_body(Paragraph((Plain("Text"), note)))) as pdf:
        check(pdf)
        assert sorted(str(found.ID) for found in select(pdf, "Note")) == ["note-1", "note-2"]
        assert len(select(pdf, "Reference")) == 2


def test_stressed_words_say_so_also_where_they_are_stressed_twice() -> None:
    with render(rich_letter("en")) as pdf:
        assert read_all(pdf, "Strong") == ["every state that has ever", "ours"]
        assert read_all(pdf, "Em") == ["ever", "so we read it"]


def test_words_in_another_language_say_in_which() -> None:
    for language in ("en", "zh-Hans"):
        with render(sample_letter(language)) as pdf:
            reader = Reader(pdf)
            spoken = [(str(node.Lang), reader.read(node)) for node in list_elements(pdf) if "/Lang" in node]
            field = sample_letter(language).address
            names = [("en-GB", "Save North Korean Refugees’ Day")] if language == "zh-Hans" else []
            assert spoken == [*((line.language, line.text) for line in field.lines), *names]
            assert str(pdf.Root.Lang) == language


def test_a_paragraph_over_two_pages_is_one_paragraph() -> None:
    text = "Words that go on and on. " * 260
    with render(with_body(paragraph("First."), paragraph(text.strip()), paragraph("Last."))) as pdf:
        assert len(pdf.pages) > 1
        paragraphs = [words for words in read_all(pdf, "P") if "Words" in words]
        assert [fold(words) for words in paragraphs] == [fold(text)]


def test_a_list_over_two_pages_is_one_list_and_a_cut_item_one_item() -> None:
    items = tuple((paragraph(f"Item {n}. " + "With many words. " * 40),) for n in range(10))
    with render(with_body(Listing(ordered=True, items=items))) as pdf:
        assert len(pdf.pages) > 1
        assert len(select(pdf, "L")) == 1
        assert [words[:2] for words in read_all(pdf, "LI")] == [f"{n}." for n in range(1, 10)] + ["10"]
        assert len(select(pdf, "LBody")) == 10


def test_a_list_within_an_item_is_read_before_the_words_that_follow_it() -> None:
    inner = Listing(ordered=False, items=((paragraph("within"),),))
    with render(with_body(Listing(ordered=True, items=((paragraph("before"), inner, paragraph("after")),)))) as pdf:
        assert read_all(pdf, "LBody")[0] == "before–\u2002withinafter"


def test_the_head_of_a_table_stands_in_the_tree_once_however_many_pages_show_it() -> None:
    rows = tuple((words(f"Row {n}"), words("Many words for a high row. " * 12)) for n in range(30))
    table = Table((Alignment.START, Alignment.END), (words("Number"), words("Words")), rows)
    with render(with_body(table)) as pdf:
        assert len(pdf.pages) > 2
        assert (len(select(pdf, "Table")), len(select(pdf, "TBody")), len(select(pdf, "TR"))) == (1, 1, 31)
        assert read_all(pdf, "TH") == ["Number", "Words"]
        assert [str(head.A.Scope) for head in select(pdf, "TH")] == ["/Column", "/Column"]
        heads = [str(head.ID) for head in select(pdf, "TH")]
        assert [[str(name) for name in cell.A.Headers] for cell in select(pdf, "TD")] == [[name] for name in heads] * 30


def test_a_running_head_and_a_page_number_belong_to_the_sheet() -> None:
    with render(with_body(paragraph(LONG))) as pdf:
        assert len(pdf.pages) == 2
        aloud = Reader(pdf).read(pdf.Root.StructTreeRoot.K[0])
        assert "Page 1" not in aloud
        assert aloud.count("Ref.: LFNKR-2027-JP-OSAKA") == 1
        kinds = [
            marks[0][1].Type for _, marks, name in read_content(pdf) if name == "TJ" and marks[0][0] == "/Artifact"
        ]
        # The sender's line in the window, two page numbers, and the reference on the second page.
        assert kinds == ["/Pagination"] * 4


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_line_of_the_sender_in_a_window_is_printed_but_not_read(language: str) -> None:
    letter = sample_letter(language)
    content = render_pdf(letter, sample_theme(LOGO), sample_locale(language))
    line = fold(letter.address.return_line.text)
    assert line in fold(read_pdf_pages(content)[0])
    with pikepdf.open(BytesIO(content)) as pdf:
        aloud = fold(Reader(pdf).read(pdf.Root.StructTreeRoot.K[0]))
    assert line not in aloud
    assert aloud.count(fold(letter.address.lines[0].text)) == 1


def test_a_link_is_one_link_and_says_where_it_leads() -> None:
    with render(rich_letter("en")) as pdf:
        assert read_all(pdf, "Link") == ["the Convention", "a page of ours"]
        notes = [note for page in pdf.pages for note in page.get("/Annots", [])]
        leads = ["https://example.org/petition?a=1&b=2", "https://www.unhcr.org/1951-refugee-convention"]
        assert sorted(str(note.Contents) for note in notes) == sorted(str(note.A.URI) for note in notes) == leads


def test_a_link_over_two_pages_is_one_link() -> None:
    theme = sample_theme()
    loose = theme.model_copy(update={"css": theme.css + "a { white-space: normal }"})
    leading = Paragraph((Link("https://example.org/", words(LONG.strip())),))
    with pikepdf.open(BytesIO(render_pdf(with_body(leading), loose, sample_locale("en")))) as pdf:
        check(pdf)
        assert len(pdf.pages) == 2
        assert [fold(text) for text in read_all(pdf, "Link")] == [fold(LONG)]


def test_a_picture_has_words_and_says_where_it_stands() -> None:
    letter = rich_letter("en")
    with render(letter) as pdf:
        figures = select(pdf, "Figure")
        assert [str(figure.Alt) for figure in figures] == [letter.letterhead.name, letter.signatures[0].name]
        left, foot, right, head = (float(length) * MM_PER_PT for length in figures[0].A.BBox)
        assert (right - left, head - foot) == pytest.approx((16, 16), abs=0.1)  # logo_height of the default theme
        assert (right, 297 - head) == pytest.approx(
            (25 + 151, 14), abs=0.1
        )  # at the right margin, where the letterhead starts


def test_the_bookmarks_are_the_headings() -> None:
    with render(rich_letter("en")) as pdf, pdf.open_outline() as outline:
        assert [item.title for item in outline.root] == [sample_letter("en").subject]
        assert [item.title for item in outline.root[0].children] == ["What we ask"]


# --- what veraPDF says


@pytest.mark.slow
def test_verapdf_has_nothing_against_any_letter(
    real: WorkspaceCopy, seoul: WorkspaceCopy, five_languages: WorkspaceCopy, tmp_path: Path
) -> None:
    real.build()
    assert five_languages.run("build", "--archive").status == 0
    assert seoul.run("build", "--archive").status == 0
    for language in LANGUAGES:
        make(rich_letter(language), tmp_path / f"samples/rich.{language}")
    make(long_letter(), tmp_path / "samples/long")
    made = sorted(
        path
        for folder in (*(one.folder / "out" for one in (real, seoul, five_languages)), tmp_path / "samples")
        for path in folder.rglob("*.pdf")
    )
    copies = [path for path in made if path.name.endswith(".archive.pdf")]
    assert (len(made), len(copies)) == (21 + 2 + 2 * 6 + 2 * 5, 1 + 6 + 5)
    found = find_faults([*(("ua1", path) for path in made), *(("2a", path) for path in copies)])
    assert len(found) == len(made) + len(copies)
    assert {asked: faults for asked, faults in found.items() if faults} == {}


@pytest.mark.slow
def test_verapdf_would_see_a_picture_without_words(tmp_path: Path) -> None:
    make(rich_letter("en"), tmp_path / "letter")
    with pikepdf.open(tmp_path / "letter.pdf", allow_overwriting_input=True) as pdf:
        del select(pdf, "Figure")[0].Alt
        pdf.save(tmp_path / "letter.pdf")
    (faults,) = find_faults([("ua1", tmp_path / "letter.pdf")]).values()
    assert any(fault.startswith("7.3-1") for fault in faults)


def make(letter: Letter, stem: Path) -> None:
    """Write a letter as PDF, and as the copy for an archive."""
    stem.parent.mkdir(exist_ok=True)
    given = letter, sample_theme(LOGO), sample_locale(letter.language)
    stem.with_name(f"{stem.name}.pdf").write_bytes(render_pdf(*given))
    stem.with_name(f"{stem.name}.archive.pdf").write_bytes(render_archive(*given))


@pytest.mark.parametrize("language", ["ja", "ko", "zh-Hans"])
def test_a_name_in_latin_letters_is_spoken_in_english(language: str) -> None:
    letter = sample_letter(language, body=(paragraph("漢字North Korea Freedom Coalition漢字 2027"),))
    pdf = render(letter)
    spoken = [str(node.get("/Lang", "")) for node in list_elements(pdf)]
    assert "en-GB" in spoken


def test_the_metadata_names_the_language_and_lists_their_numbering() -> None:
    pdf = render(rich_letter("ja"))
    assert b"<dc:language><rdf:Bag><rdf:li>ja</rdf:li>" in pdf.Root.Metadata.read_bytes()
    numbered = [str(node.A.ListNumbering) for node in list_elements(pdf) if str(node.S) == "/L"]
    assert set(numbered) == {"/Decimal", "/Disc"}
