"""Fonts: found by their full names, and measured before anything is set."""

from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from documents import find_words
from letters_for_renderers import sample_letter, sample_locale, sample_theme
from petitioner.build.formats import _describe_file
from petitioner.fonts import find_face, list_font_files, measure_line
from petitioner.model.letter import AddressField, LocalizedLine
from petitioner.model.theme import MM_PER_PT
from petitioner.render.pdf import render_pdf


def test_a_family_is_found_by_its_full_name_only() -> None:
    face = find_face("Noto Serif CJK SC")
    assert face is not None
    assert face.path.endswith(".ttc")
    assert find_face("No Such Family") is None


def test_without_fontconfig_a_face_is_found_in_the_folders_of_fonts(monkeypatch: pytest.MonkeyPatch) -> None:
    known = find_face("Noto Serif")
    monkeypatch.setattr("petitioner.fonts.load_fontconfig", lambda: None)
    assert find_face.__wrapped__("Noto Serif") == known


def test_each_region_of_a_collection_is_a_face_of_its_own() -> None:
    faces = [find_face(f"Noto Serif CJK {region}") for region in ("JP", "KR", "SC")]
    assert len({face.index for face in faces if face}) == 3


def test_a_face_knows_what_it_cannot_draw() -> None:
    latin, japanese = find_face("Noto Serif"), find_face("Noto Serif CJK JP")
    assert latin is not None
    assert japanese is not None
    assert latin.has("Ł")
    assert not latin.has("請")
    assert japanese.has("請")
    assert not japanese.has("Ł")


def test_square_characters_are_an_em_wide() -> None:
    assert measure_line("請願書", ["Noto Serif CJK JP"], 10) == pytest.approx(3 * 10 * MM_PER_PT)


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "President of the People's Republic of China"),
        ("ja", "中華人民共和国駐名古屋総領事館　総領事気付"),
        ("ko", "주대한민국 중화인민공화국 대사관"),
        ("zh-Hans", "中华人民共和国驻新潟总领事馆"),
    ],
)
def test_a_line_is_as_long_on_the_page_as_it_was_measured(language: str, text: str) -> None:
    theme, locale = sample_theme(), sample_locale(language)
    line = LocalizedLine(text, language)
    letter = sample_letter(language, address=AddressField(line, (line,), 4.0))
    content = render_pdf(letter, theme, locale)
    measured = measure_line(text, theme.fonts[language].pdf, theme.window.font_size)
    small = theme.window.return_font_size / theme.window.font_size
    printed = find_words(content, text)
    assert printed.right - printed.left == pytest.approx(measured * small, rel=0.02)


@pytest.mark.parametrize("family", ["Noto Serif", "Noto Serif CJK JP", "Noto Serif CJK SC"])
def test_characters_and_widths_are_those_that_fonttools_reads(family: str) -> None:
    face = find_face(family)
    assert face
    with TTFont(face.path, fontNumber=face.index, lazy=True) as font:
        font.setGlyphOrder([str(glyph) for glyph in range(font["maxp"].numGlyphs)])
        known = {point: int(name) for point, name in font.getBestCmap().items()}
        assert {point: face.find_glyph(chr(point)) for point in range(0x30000)} == {
            point: known.get(point) for point in range(0x30000)
        }
        some = [*known.items()][:: len(known) // 50]
        units, advances = font["head"].unitsPerEm, font["hmtx"]
        assert [face.measure(chr(point)) for point, _ in some] == [advances[str(glyph)][0] / units for _, glyph in some]


def test_the_files_of_a_font_are_those_of_its_upright_bold_and_italic_faces() -> None:
    names = [Path(path).name for path in list_font_files("Noto Serif")]
    assert names == ["NotoSerif-Regular.ttf", "NotoSerif-Bold.ttf", "NotoSerif-Italic.ttf"]
    assert list_font_files("No Such Family") == ()


def test_a_font_file_of_the_same_size_with_one_other_glyph_is_another_one(tmp_path: Path) -> None:
    (path, *_), changed = list_font_files("Noto Serif"), tmp_path / "changed.ttf"
    font = TTFont(path)
    advance, bearing = font["hmtx"]["a"]
    font["hmtx"]["a"] = advance + 40, bearing
    font.save(changed)
    same = tmp_path / "same.ttf"
    TTFont(path).save(same)
    assert changed.stat().st_size == same.stat().st_size
    assert _describe_file(str(changed)) != _describe_file(str(same))
