"""Words that a letter's first font lacks: each comes out in one font, in the PDF and in the DOCX."""

import ctypes
import re
import subprocess
from pathlib import Path

import pypdfium2
import pypdfium2.raw
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from components import require
from documents import find_words, read_docx_parts
from letters_for_renderers import paragraph, sample_letter, sample_locale, sample_theme
from petitioner.fonts import find_fallback_words, measure_line
from petitioner.model.letter import AddressField, LocalizedLine
from petitioner.model.theme import Theme
from petitioner.render.docx import render_docx
from petitioner.render.docx.text_runs import make_text_runs
from petitioner.render.pdf import render_pdf
from petitioner.render.typography import add_fallback_fonts

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
JAPANESE = ("Noto Serif CJK JP", "Noto Serif")
TEXTS = {
    "ja": "Łódź、Brasília、Chișinău、Şanlıurfaの領事館にも、“Łódź”と書きます。",
    "zh-Hans": "我们也致函Łódź、Brasília、Chișinău、Şanlıurfa的领事馆：“Łódź”。",
    "ko": "Łódź, Brasília, Chișinău, Şanlıurfa에 있는 영사관에도 ‘Łódź’라고 씁니다.",
}
CITIES = ("Łódź", "Brasília", "Chișinău", "Şanlıurfa")


def list_fonts(content: bytes, word: str) -> list[set[str]]:
    """The fonts of each occurrence of a word in a PDF, as PDFium reads them."""
    found = []
    with pypdfium2.PdfDocument(content) as pdf:
        for page in pdf:
            text = page.get_textpage()
            signs = [text.get_text_range(n, 1) for n in range(text.count_chars())]
            fonts = [_name_font(text, n) for n in range(text.count_chars())]
            starts = [match.start() for match in re.finditer(word, "".join(signs))]
            found += [set(fonts[start : start + len(word)]) for start in starts]
    return found


def _name_font(text: pypdfium2.PdfTextPage, place: int) -> str:
    name = ctypes.create_string_buffer(200)
    pypdfium2.raw.FPDFText_GetFontInfo(text, place, name, 200, ctypes.byref(ctypes.c_int()))
    return name.value.decode().rpartition("+")[2]


def set_cities(language: str, theme: Theme) -> tuple[bytes, bytes]:
    """A letter with the names of cities in its text, its subject and its address, as PDF and as DOCX."""
    letter = sample_letter(language)
    line = LocalizedLine("Łódź", language)
    field = AddressField(line, (line, *letter.address.lines[1:]), 4.0)
    letter = sample_letter(
        language, body=(paragraph(TEXTS[language]),), subject="Łódź " + letter.subject, address=field
    )
    locale = sample_locale(language)
    return render_pdf(letter, theme, locale), render_docx(letter, theme, locale)


@pytest.mark.parametrize("language", TEXTS)
def test_each_city_is_set_in_one_font_of_the_letter(language: str) -> None:
    pdf, _ = set_cities(language, sample_theme())
    own = {"".join(family.split()) for family in sample_theme().fonts[language].pdf}
    for city in CITIES:
        fonts = list_fonts(pdf, city)
        assert fonts
        for used in fonts:
            (font,) = used
            assert re.sub(r"[- ]|Bold", "", font) in own


@pytest.mark.parametrize("language", TEXTS)
def test_words_and_signs_that_the_first_font_has_stay_in_it(language: str) -> None:
    pdf, _ = set_cities(language, sample_theme())
    assert all("CJK" in font for used in list_fonts(pdf, "Brasília") for font in used)


@pytest.mark.parametrize("language", TEXTS)
def test_word_gets_each_city_in_one_run_for_latin_type(language: str) -> None:
    _, content = set_cities(language, sample_theme())
    body = etree.fromstring(read_docx_parts(content)["word/document.xml"])
    for city in CITIES:
        holding = [run for run in body.iter(f"{W}r") if city in str(run.xpath("string()"))]
        assert holding
        assert not any(fonts.get(f"{W}hint") for run in holding for fonts in run.iter(f"{W}rFonts"))


def test_an_apostrophe_within_a_vietnamese_name_is_latin_too() -> None:
    runs = list(make_text_runs("首都Hải’Đăng的领事馆", is_east_asian=True))
    assert len(runs) == 1


@pytest.mark.slow
def test_libreoffice_sets_each_city_in_one_font_where_it_has_the_fonts_that_are_named(tmp_path: Path) -> None:
    soffice = require("soffice")
    theme = sample_theme()
    fonts = theme.fonts["ja"].model_copy(update={"docx": "Noto Serif", "docx_east_asian": "Noto Serif CJK JP"})
    _, content = set_cities("ja", theme.model_copy(update={"fonts": {**theme.fonts, "ja": fonts}}))
    (tmp_path / "cities.docx").write_bytes(content)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    order = [soffice, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path)]
    subprocess.run([*order, str(tmp_path / "cities.docx")], check=True, capture_output=True, timeout=180)
    for city in CITIES:
        found = list_fonts((tmp_path / "cities.pdf").read_bytes(), city)
        assert found
        assert all(len(used) == 1 for used in found)


# --- which words ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Łódźの領事館", ["Łódź"]),
        ("在Şanlıurfa，Łódź", ["Şanlıurfa", "Łódź"]),
        ("Brasília、São Tomé、北京", []),
        ("大阪府大阪市西区靱本町3-9-2", []),
        ("Petition", []),
        ("\u0141o\u0301dz\u0301", ["\u0141o\u0301dz\u0301"]),  # Łódź in single strokes
        ("𓀀Ł", ["Ł"]),
        ("", []),
    ],
)
def test_only_words_that_the_first_font_lacks_are_borrowed(text: str, words: list[str]) -> None:
    assert [text[start:end] for start, end, _ in find_fallback_words(text, JAPANESE)] == words


def test_a_word_that_no_font_has_is_left_alone() -> None:
    assert list(find_fallback_words("ⲁⲃⲅ Łⲁ", ("Noto Serif CJK JP",))) == []


@given(st.text(st.characters(codec="utf-8", exclude_characters="<>&\r"), max_size=30))
def test_no_character_is_lost_by_borrowing(text: str) -> None:
    page = add_fallback_fonts(
        f'<head><title>{text}</title></head><body><p class="x">{text}</p></body>', "ja", sample_theme()
    )
    assert re.sub(r"<[^>]*>", "", page) == text * 2


def test_a_tag_and_the_title_are_never_touched() -> None:
    page = '<title>Łódź</title><body><img alt="Łódź"><p class="lang-en">Łódź</p>'
    assert add_fallback_fonts(page, "ja", sample_theme()) == page


@pytest.mark.parametrize("text", ["Şanlıurfa Łódź Chișinău", "総領事館　Łódź", "Şanlıurfa Brasília"])
def test_a_borrowed_word_is_as_long_on_the_page_as_it_was_measured(text: str) -> None:
    theme, letter = sample_theme(), sample_letter("ja")
    line = LocalizedLine(text, "ja")
    content = render_pdf(
        sample_letter("ja", address=AddressField(letter.address.return_line, (line,), 4.0)), theme, sample_locale("ja")
    )
    printed = find_words(content, text)
    measured = measure_line(text, theme.fonts["ja"].pdf, theme.window.font_size)
    assert printed.right - printed.left == pytest.approx(measured, rel=0.03)
