"""How lines and pages break: where no reader should stumble, in every language."""

import re
from dataclasses import replace
from pathlib import Path

import pytest

import petitioner
from conftest import WorkspaceCopy
from documents import find_words, fold, read_docx_parts, read_docx_text, read_pdf_pages
from letters_for_renderers import LANGUAGES, paragraph, sample_letter, sample_locale, sample_theme, words
from petitioner.model.blocks import Block, Link, Listing, Paragraph, Plain
from petitioner.model.letter import Letter
from petitioner.model.theme import MM_PER_PT, Theme
from petitioner.render.docx import render_docx
from petitioner.render.pdf import render_pdf
from petitioner.render.typography import measure_column

NEVER_FIRST = "、。，．・：；？！゛゜ヽヾゝゞ々ー）］｝〉》」』】〕ぁぃぅぇぉっゃゅょゎァィゥェォッャュョヮ％"
NEVER_LAST = "（［｛〈《「『【〔"
EN = "letters/2027/petition.en.md"


def render(language: str, *body: Block, theme: Theme | None = None) -> bytes:
    letter = sample_letter(language, body=body)
    return render_pdf(letter, theme or sample_theme(), sample_locale(language))


def read_lines(pdf: bytes) -> list[str]:
    return [line.strip() for page in read_pdf_pages(pdf) for line in page.split("\n")]


def theme_with_size(language: str, size: float) -> Theme:
    theme = sample_theme()
    fonts = theme.fonts[language].model_copy(update={"size": size, "pitch": size * 1.6})
    return theme.model_copy(update={"fonts": {**theme.fonts, language: fonts}})


@pytest.mark.parametrize("language", ["ja", "zh-Hans"])
@pytest.mark.parametrize("size", [9.0, 9.5, 10.5, 11.0, 12.0, 14.0])
def test_a_full_line_holds_a_whole_number_of_characters_and_each_of_them(language: str, size: float) -> None:
    theme, locale = theme_with_size(language, size), sample_locale(language)
    room = measure_column(theme, locale) / (size * MM_PER_PT)
    full = [len(line) for line in read_lines(render(language, paragraph("漢" * 200), theme=theme)) if "漢漢漢" in line]
    assert full[0] == int(room) - locale.layout.indent
    assert set(full[1:-1]) == {int(room)}
    assert room - int(room) < 0.02


@pytest.mark.parametrize("language", ["ja", "zh-Hans"])
def test_no_line_begins_or_ends_with_a_character_that_must_not(language: str) -> None:
    """Line-start and line-end rules (JIS X 4051, GB/T 15834), each character where a line would break at it."""
    first = 44 - int(sample_locale(language).layout.indent)
    starts = [paragraph("漢" * first + sign + "漢" * 5) for sign in NEVER_FIRST]
    ends = [paragraph("漢" * (first - 1) + sign + "漢" * 5) for sign in NEVER_LAST]
    lines = [line for line in read_lines(render(language, *starts, *ends)) if "漢" in line]
    assert len(lines) == 2 * len(NEVER_FIRST + NEVER_LAST)
    assert [line for line in lines if line[0] in NEVER_FIRST] == []
    assert [line for line in lines if line[-1] in NEVER_LAST] == []


@pytest.mark.parametrize("pair", ["……", "——"])
def test_a_dash_or_an_ellipsis_of_two_characters_is_not_split(pair: str) -> None:
    probes = [paragraph("汉" * count + pair + "汉" * 5) for count in (40, 41, 42, 43)]
    text = "\n".join(read_lines(render("zh-Hans", *probes)))
    assert text.count(pair) == len(probes)


def test_korean_words_stay_whole_at_the_ends_of_lines() -> None:
    text = "돌려보내지 않는다는 약속이 북한을 떠나온 사람들에게도 지켜지기를 삼가 청원합니다. " * 8
    lines = [line for line in read_lines(render("ko", paragraph(text.strip()))) if set(line) & set("돌려청원합니다")]
    said = [line for line in lines if set(line.split()) & set(text.split())]
    assert len(said) > 5
    assert {word for line in said[1:-3] for word in line.split()} <= set(text.split())


@pytest.mark.parametrize("count", range(20))
def test_a_number_is_not_parted_from_what_it_counts(count: int) -> None:
    filler = "word " * 14 + "x" * count
    text = f"{filler} on 24 September 2027 {filler} under Article 33 {filler} in Articles 31 and 33."
    joined = " ".join(read_lines(render("en", paragraph(text)))).replace("\u00a0", " ")
    assert "Article 33" in joined
    lines = read_lines(render("en", paragraph(text)))
    assert not any(re.search(r"(\b24|\bArticle|\bArticles)$", line) for line in lines)


def test_blanks_are_bound_in_both_formats_and_nowhere_in_the_words_that_are_approved(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "with one request.", "with Article 33.")
    assert workspace.run("build", "--only", "jp-osaka").status == 0
    pdf = workspace.folder / "out/2027/jp-osaka/petition.en.pdf"
    written = read_docx_text(pdf.with_suffix(".docx").read_bytes())
    assert "Article\u00a033" in written
    assert "24\u00a0September 2027" in written
    ending = workspace.run("approve", "--only", "jp-osaka", "--yes", "--unread", "en", "--unverified", "jp-osaka")
    assert "Article 33" in ending.out + ending.err
    assert "\u00a0" not in ending.out + ending.err


def test_an_address_of_the_web_stays_on_one_line() -> None:
    address = "https://www.unhcr.org/1951-refugee-convention/about"
    for count in (20, 40, 60):
        text = f"{'x ' * count}{address}, as said."
        assert any(address in line for line in read_lines(render("en", paragraph(text))))
        link = Paragraph((Plain("漢" * count), Link(address, words(address))))
        assert any(address in line for line in read_lines(render("ja", link)))


def test_a_word_that_no_column_holds_goes_on_in_the_next_line(workspace: WorkspaceCopy) -> None:
    link = f"https://example.org/{'a' * 90}"
    table = f"| organisation | report |\n| --- | --- |\n| internationalisation | {link} |\n"
    text = f"See {link} for it.\n\n> {link}\n\n- {link}[^1]\n\n{table}\nSee [{link}]({link}).\n\n[^1]: {link}\n"
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.\n2. Let them go on.", text)
    workspace.edit("letters/2027/petition.en.md", "subject: ", f"subject: {link} ")
    workspace.edit("letters/2027/_request.ja.md", "難民を", f"難民を{link}")
    ending = workspace.run("build")
    assert ending.status == 0
    assert {*re.findall(r"\[(F9\d\d)\]", ending.err)} <= {"F921"}, ending.err
    pdf = workspace.folder / "out/2027/jp-tokyo/petition.en.pdf"
    page = "".join(read_pdf_pages(pdf.read_bytes()))
    assert page.replace("\n", "").count(link) == read_docx_text(pdf.with_suffix(".docx").read_bytes()).count(link) == 7
    assert "internationalisation" in page


def test_of_a_word_that_sticks_out_all_the_same_it_is_said_how_to_shorten_it(workspace: WorkspaceCopy) -> None:
    style = (Path(petitioner.__file__).parent / "inputs/theme/letter.css").read_text("utf-8")
    workspace.write("letters/theme/letter.css", f"{style}\nmain span {{ overflow-wrap: normal !important }}\n")
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.", f"1. See https://example.org/{'a' * 90}")
    told = workspace.run("build").err
    assert "[F902]" in told
    assert "Shorten it; write a long link with words: [the report](https://…)." in told
    assert "letters/theme" not in told


def test_a_link_of_many_words_goes_on_to_the_next_line() -> None:
    link = Paragraph((Link("https://example.org", words("a page of ours that says much about this " * 6)),))
    pdf = render("en", link)
    assert find_words(pdf, "a page of ours").right < 190
    assert len([line for line in read_lines(pdf) if "page of ours" in line]) > 1


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_page_begins_or_ends_with_one_line_of_a_paragraph(language: str) -> None:
    long = "Nobody may be sent back to where they fear for their life. " * 5 if language == "en" else "漢" * 180
    sign = "Nobody" if language == "en" else "漢"
    for count in range(14, 26):
        body = (*(paragraph("Line." if language == "en" else "行。") for _ in range(count)), paragraph(long))
        for page in read_pdf_pages(render(language, *body, paragraph("End." * 40))):
            count_there = len([line for line in page.split("\n") if sign in line or "fear" in line])
            assert count_there != 1, (count, page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_word_keeps_two_lines_of_a_paragraph_together_and_hyphenates_latin_scripts_only(language: str) -> None:
    parts = read_docx_parts(render_docx(sample_letter(language), sample_theme(), sample_locale(language)))
    assert b"<w:widowControl/>" in parts["word/styles.xml"]
    assert (b"autoHyphenation" in parts["word/settings.xml"]) == (language == "en")


def test_nothing_with_a_capital_letter_is_hyphenated() -> None:
    long = "Notwithstanding Internationalisation Considerations, Unrecognisably Disproportionate " * 6
    letter: Letter = replace(sample_letter("en"), body=(paragraph(long.strip()),))
    text = "".join(read_pdf_pages(render_pdf(letter, sample_theme(), sample_locale("en"))))
    assert not {"\u2010", "\u00ad", "\ufffe"} & set(text)
    assert fold(long) in fold(text)


def test_a_list_of_chinese_stands_in_by_whole_characters() -> None:
    listing = Listing(ordered=True, items=((paragraph("漢" * 100),),))
    full = [len(line) for line in read_lines(render("zh-Hans", listing)) if "漢漢漢" in line]
    assert full[:-1] == [42, 42]


@pytest.mark.slow
def test_a_long_table_has_its_head_on_every_page_and_no_row_alone(workspace: WorkspaceCopy) -> None:
    for count in range(9, 60, 5):
        rows = "".join(f"| Row {place} | {place} |\n" for place in range(count))
        workspace.write(
            EN, f"---\nsubject: S\nclosing: Yours,\n---\n| Treaty | Number |\n| :-- | --: |\n{rows}\nEnd.\n"
        )
        assert workspace.run("build", "--only", "jp-osaka").status == 0
        for page in read_pdf_pages((workspace.folder / "out/2027/jp-osaka/petition.en.pdf").read_bytes()):
            there = page.count("Row ")
            assert there != 1
            assert ("Treaty" in page) == (there > 0)
