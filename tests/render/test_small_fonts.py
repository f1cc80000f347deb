"""Fonts of Chinese, Japanese and Korean in a PDF: only the glyphs that are used, and drawn as with the whole font."""

import struct
import zlib
from base64 import b64encode
from collections.abc import Callable, Iterable
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import Protocol

import pikepdf
import pytest
from fontTools.fontBuilder import FontBuilder
from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.recordingPen import RecordingPen
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.scaleUpem import scale_upem
from fontTools.ttLib.tables.DefaultTable import DefaultTable
from weasyprint import HTML
from weasyprint.text.fonts import FontConfiguration, get_hb_object_data

from conftest import WorkspaceCopy
from documents import read_mapped_text, read_pdf_pages
from fonts_and_pixels import compare, paint_by_pdfium, paint_by_poppler, read_fonts, read_outlines
from letters_for_renderers import paragraph, rich_letter, sample_letter, sample_locale, sample_theme
from petitioner.checks.pages import find_page_problems
from petitioner.fonts import find_face
from petitioner.model.letter import Letter
from petitioner.render.pdf import render_pdf_plainly, render_sheet
from petitioner.render.pdf_internals import cid_fonts, font_objects, writing
from petitioner.render.pdf_internals.cid_fonts import CompactFont
from petitioner.render.pdf_internals.file import compress
from petitioner.render.pdf_internals.memo import Memo

LANGUAGES = ("ja", "ko", "zh-Hans")
LARGEST = 110_000  # bytes
SAMPLE = "請願書は難民の保護を求める"
FORMS = "葛\U000e0100城市の葛飾区、\u2ea0と民、ﾊﾝｶｸ、①、辻\U000e0101堂"
"""Characters with variation selectors, and glyphs that several characters share."""

Ways = tuple[bytes, bytes]
"""A PDF with small fonts, and the same with the fonts as WeasyPrint embeds them."""


def open_face(name: str) -> TTFont:
    """The installed face of a font such as ``Noto-Serif-CJK-JP-Bold``."""
    face = find_face(name.removesuffix("-Bold").replace("-", " "))
    assert face is not None
    path = face.path.replace("-Regular", "-Bold") if name.endswith("-Bold") else face.path
    return TTFont(BytesIO(Path(path).read_bytes()), fontNumber=face.index, lazy=True)


def letter_in(language: str) -> Letter:
    """A letter with every block, and with the characters that are difficult to map."""
    letter = rich_letter(language)
    return sample_letter(language, body=(*letter.body, paragraph(FORMS))) if language == "ja" else letter


@pytest.fixture(autouse=True)
def _forget_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    """The fonts of a letter that were made before would be used again."""
    forget_fonts(monkeypatch)


def forget_fonts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(cid_fonts, "_reduced", Memo(1 << 20))
    patch.setattr(cid_fonts, "_known", {})


def render(letter: Letter) -> bytes:
    return render_pdf_plainly(letter, sample_theme(), sample_locale(letter.language))


def render_both(make: Callable[[], bytes]) -> Ways:
    small = make()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(CompactFont, "_is_doubtful", lambda *_: True)
        forget_fonts(patch)
        return small, make()


@pytest.fixture(scope="module", params=LANGUAGES)
def ways(request: pytest.FixtureRequest) -> Ways:
    letter = letter_in(request.param)
    return render_both(lambda: render(letter))


# --- what is in the file ----------------------------------------------------------------------------------------------


def test_a_letter_with_every_block_is_small(ways: Ways) -> None:
    small, plain = ways
    assert len(small) <= LARGEST
    assert len(small) < len(plain) / 3


@pytest.mark.slow
@pytest.mark.parametrize("name", ["real", "seoul", "showcase"])
def test_every_letter_of_the_repository_is_small(name: str, request: pytest.FixtureRequest) -> None:
    workspace: WorkspaceCopy = request.getfixturevalue(name)
    assert workspace.run("build", "--archive").status == 0
    letters = [workspace.folder / "out" / path for path in workspace.list_made() if path.endswith(".pdf")]
    assert {path.name: path.stat().st_size for path in letters if path.stat().st_size > LARGEST} == {}
    assert any(read_fonts(path.read_bytes()) for path in letters)


def test_a_font_has_the_glyphs_of_its_widths_and_notdef_and_no_others(ways: Ways) -> None:
    fonts = read_fonts(ways[0])
    assert len(fonts) >= 2
    for font in fonts.values():
        assert font.kind == "/CIDFontType0C"
        assert read_outlines(font.file).keys() == font.widths.keys() | {0}


def test_each_glyph_has_the_outline_and_the_width_of_the_installed_face(ways: Ways) -> None:
    for name, font in read_fonts(ways[0]).items():
        face = open_face(name)
        glyphs, order = face.getGlyphSet(), face.getGlyphOrder()
        outlines = read_outlines(font.file)
        for cid in font.widths:
            pen = RecordingPen()
            glyphs[order[cid]].draw(pen)
            assert outlines[cid] == (pen.value, font.widths[cid])
            assert font.widths[cid] == face["hmtx"][order[cid]][0]


def test_words_widths_and_tags_are_those_of_the_whole_font(ways: Ways) -> None:
    small, plain = ways
    assert read_pdf_pages(small) == read_pdf_pages(plain)
    assert read_mapped_text(small) == read_mapped_text(plain)
    for name, font in read_fonts(plain).items():
        assert font.kind == "/OpenType"
        assert read_fonts(small)[name].widths == font.widths
        assert read_fonts(small)[name].unicode == font.unicode
    assert list_objects(small) == list_objects(plain)


def list_objects(content: bytes) -> list[bytes]:
    """All objects but font files and identifiers, such as pages, their content, tags and metadata."""
    with pikepdf.open(BytesIO(content)) as pdf:
        stored = [thing for thing in pdf.objects if not _is_font_file(thing)]
        return [
            thing.read_bytes() if isinstance(thing, pikepdf.Stream) else thing.unparse()
            for thing in stored
            if thing.get("/Type") not in ("/XRef", "/ObjStm")
        ]


def _is_font_file(thing: pikepdf.Object) -> bool:
    return isinstance(thing, pikepdf.Stream) and thing.get("/Subtype") in ("/OpenType", "/CIDFontType0C")


# --- what is on the page ----------------------------------------------------------------------------------------------


def test_poppler_paints_the_same_pixels(ways: Ways, tmp_path: Path) -> None:
    small, plain = ways
    assert paint_by_poppler(small, tmp_path / "small") == paint_by_poppler(plain, tmp_path / "plain")


@pytest.mark.slow
def test_pdfium_paints_the_same_pixels_where_it_fills_outlines(ways: Ways) -> None:
    """It fills large glyphs; small ones are drawn by FreeType, which moves edges, but only in OpenType files."""
    small, plain = (paint_by_pdfium(content, 600) for content in ways)
    assert all(sum(found[1:]) == 0 for found in compare(small, plain))


def test_pdfium_paints_nearly_the_same_pixels_in_small_type(ways: Ways) -> None:
    small, plain = (paint_by_pdfium(content, 100) for content in ways)
    for found in compare(small, plain):
        assert sum(found[17:]) <= 10
        assert sum(found[33:]) == 0


@pytest.fixture
def misnumbered(monkeypatch: pytest.MonkeyPatch) -> Ways:
    """A small letter, and the same with its glyphs within OpenType files, whose text is right all the same."""
    letter = sample_letter("ja")
    right = render(letter)

    def keep_file(font: CompactFont, glyphs: Iterable[int]) -> bytes:
        cut = cid_fonts._select_glyphs(font.hb_face, sorted({0, *glyphs}))  # noqa: SLF001 - as the real one does
        return bytes(get_hb_object_data(cut))

    monkeypatch.setattr(CompactFont, "_select_outlines", keep_file)
    monkeypatch.setattr(font_objects, "_ALONE", "/OpenType")
    forget_fonts(monkeypatch)
    wrong = render(letter)
    assert {font.kind for font in read_fonts(wrong).values()} == {"/OpenType"}
    assert read_pdf_pages(wrong) == read_pdf_pages(right)
    return right, wrong


def test_glyphs_without_their_places_in_an_opentype_file_are_drawn_wrong_by_pdfium(misnumbered: Ways) -> None:
    """Why the table of outlines is embedded alone, and why tests of the text only would not do."""
    (found,) = compare(*(paint_by_pdfium(content, 100) for content in misnumbered))
    assert sum(found[100:]) > 1000


def test_glyphs_without_their_places_in_an_opentype_file_are_drawn_wrong_by_poppler(
    misnumbered: Ways, tmp_path: Path
) -> None:
    right, wrong = misnumbered
    assert paint_by_poppler(right, tmp_path / "right") != paint_by_poppler(wrong, tmp_path / "wrong")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_checks_find_nothing(language: str) -> None:
    letter = sample_letter(language)
    assert find_page_problems(letter, sample_theme(), "petition", {"pdf": render(letter)}) == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_checks_find_a_glyph_that_is_not_in_the_file(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    select, letter = CompactFont._select_outlines, sample_letter(language)  # noqa: SLF001 - to lose a glyph there
    monkeypatch.setattr(CompactFont, "_select_outlines", lambda font, glyphs: select(font, sorted(glyphs)[:-1]))
    problems = find_page_problems(letter, sample_theme(), "petition", {"pdf": render(letter)})
    assert {problem.code for problem in problems} == {"F906"}


# --- the same bytes, and each file read once --------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_bytes_do_not_depend_on_the_letters_before(language: str) -> None:
    first = render(sample_letter(language))
    for other in LANGUAGES:
        render(letter_in(other))
    assert render(sample_letter(language)) == first


def test_a_font_file_is_read_once_in_a_process(monkeypatch: pytest.MonkeyPatch) -> None:
    render(sample_letter("zh-Hans"))
    monkeypatch.delattr(cid_fonts, "get_hb_object_data")
    assert read_fonts(render(sample_letter("zh-Hans")))


def test_glyphs_that_were_cut_out_for_other_letters_give_the_same_font(monkeypatch: pytest.MonkeyPatch) -> None:
    first = render(letter_in("ja"))
    forget_fonts(monkeypatch)
    render(sample_letter("ja"))
    assert render(letter_in("ja")) == first


def test_a_stream_that_is_compressed_in_parts_is_read_as_a_whole() -> None:
    parts = [b"BT ET\n" * count for count in range(5)]
    assert zlib.decompress(compress(parts)) == b"".join(parts)


def test_a_sheet_such_as_a_label_is_small_too() -> None:
    style = "body { font-family: 'Noto Serif CJK JP' }"
    small, plain = render_both(lambda: render_sheet(f"<body>{SAMPLE}", style, sample_theme(), "ja"))
    assert len(small) < 20_000 < len(plain)
    assert read_pdf_pages(small) == read_pdf_pages(plain)


# --- any doubt: the font as WeasyPrint embeds it ----------------------------------------------------------------------


@cache
def cut_face() -> bytes:
    """A CID-keyed font with the glyphs of the sample only, which keep their CIDs and not their places."""
    font = open_face("Noto-Serif-CJK-JP")
    cutter = Subsetter(Options(layout_features=[], notdef_outline=True))
    cutter.populate(text=SAMPLE)
    cutter.subset(font)
    return save(font)


@cache
def number_anew() -> bytes:
    """The same font, where the CID of each glyph is its place."""
    font = open_font(cut_face())
    cids = [int(name.removeprefix("cid")) for name in font.getGlyphOrder()[1:]]
    before, after = (struct.pack(f">{len(cids)}H", *numbers) for numbers in (cids, range(1, len(cids) + 1)))
    outlines = font.getTableData("CFF ")
    assert outlines.count(before) == 1
    font = open_font(cut_face())
    font["CFF "] = table = DefaultTable("CFF ")
    table.data = outlines.replace(before, after)
    return save(font)


def open_font(content: bytes) -> TTFont:
    return TTFont(BytesIO(content), recalcBBoxes=False)


def save(font: TTFont) -> bytes:
    stream = BytesIO()
    font.save(stream)
    return stream.getvalue()


def add_pictures() -> bytes:
    font = open_font(number_anew())
    font["SVG "] = table = newTable("SVG ")
    table.docList = []
    return save(font)


def add_layers() -> bytes:
    font = open_font(number_anew())
    FontBuilder(font=font).setupCOLR({})
    return save(font)


def scale() -> bytes:
    font = open_font(number_anew())
    scale_upem(font, 2000)
    return save(font)


def draw_anew(*, is_true_type: bool) -> FontBuilder:
    """A font with the glyphs of the sample: TrueType outlines, or CFF outlines with names in place of CIDs."""
    source = open_font(cut_face())
    cmap, glyphs = source.getBestCmap(), source.getGlyphSet()
    names = {".notdef": ".notdef"} | {f"uni{point:04X}": cmap[point] for point in sorted(map(ord, set(SAMPLE)))}
    builder = FontBuilder(1000, isTTF=is_true_type)
    builder.setupGlyphOrder(list(names))
    builder.setupCharacterMap({int(name[3:], 16): name for name in names if name != ".notdef"})
    drawn = {name: (draw_curves if is_true_type else draw_cubic)(glyphs[origin]) for name, origin in names.items()}
    if is_true_type:
        builder.setupGlyf(drawn)
    else:
        builder.setupCFF("Sample", {}, drawn, {})
    builder.setupHorizontalMetrics(dict.fromkeys(names, (1000, 0)))
    builder.setupHorizontalHeader(ascent=880, descent=-120)
    builder.setupNameTable({"familyName": "Sample", "styleName": "Regular"})
    builder.setupOS2()
    builder.setupPost()
    return builder


class Outline(Protocol):
    """A glyph of fontTools."""

    def draw(self, pen: object) -> None: ...


def draw_curves(glyph: Outline) -> object:
    pen = TTGlyphPen(None)
    glyph.draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
    return pen.glyph()


def draw_cubic(glyph: Outline) -> object:
    pen = T2CharStringPen(1000, None)
    glyph.draw(pen)
    return pen.getCharString()


def make_variable() -> bytes:
    builder = draw_anew(is_true_type=True)
    builder.setupFvar([("wght", 400, 400, 700, "Weight")], [])
    builder.setupGvar({})
    return save(builder.font)


def set_in(font: bytes, text: str = SAMPLE) -> bytes:
    """A page whose text is in this font."""
    source = f"url('data:font/otf;base64,{b64encode(font).decode()}')"
    page = f"<style>@font-face {{ font-family: Sample; src: {source} }} body {{ font-family: Sample }}</style>{text}"
    return writing.write_sheet(HTML(string=page).render(font_config=FontConfiguration()))


def test_a_cid_keyed_font_with_its_numbers_is_made_small() -> None:
    small, plain = render_both(lambda: set_in(number_anew()))
    assert [font.kind for font in read_fonts(small).values()] == ["/CIDFontType0C"]
    assert [font.kind for font in read_fonts(plain).values()] == ["/OpenType"]
    assert read_pdf_pages(small) == [SAMPLE]


@pytest.mark.parametrize(
    "make",
    [
        cut_face,
        scale,
        add_pictures,
        add_layers,
        lambda: save(draw_anew(is_true_type=False).font),
        lambda: save(draw_anew(is_true_type=True).font),
        make_variable,
    ],
    ids=["other CIDs", "2000 units", "pictures", "layers", "names", "TrueType", "variable"],
)
def test_a_font_of_another_kind_is_embedded_as_weasyprint_does(
    make: Callable[[], bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")  # fontTools, which makes variable fonts static, writes the time
    font = make()
    found, plain = render_both(lambda: set_in(font))
    assert found == plain
    assert read_pdf_pages(found) == [SAMPLE]


def test_a_font_that_lacks_a_glyph_is_embedded_as_weasyprint_does() -> None:
    found, plain = render_both(lambda: set_in(number_anew(), f"{SAMPLE}\ue000"))
    assert found == plain
    assert [font.kind for font in read_fonts(found).values()] == ["/OpenType"]


def test_a_font_that_harfbuzz_cannot_cut_is_embedded_as_weasyprint_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cid_fonts, "_select_glyphs", lambda *_: None)
    assert {font.kind for font in read_fonts(render(sample_letter("ja"))).values()} == {"/OpenType"}


def test_with_another_weasyprint_fonts_are_embedded_as_it_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petitioner.render.pdf_internals.WRITTEN_FOR", {"weasyprint": "7."})
    sheet = render_sheet(f"<body>{SAMPLE}", "body { font-family: 'Noto Serif CJK JP' }", sample_theme(), "ja")
    for content in (render(sample_letter("ja")), sheet):
        assert {font.kind for font in read_fonts(content).values()} == {"/OpenType"}
