"""How the characters of a line are spaced in the PDF: flush lines, gaps, marks, and the text that stays the same."""

import re
import sys
from importlib import util
from io import BytesIO
from pathlib import Path
from types import ModuleType

import pikepdf
import pytest

from components import require
from documents import fold, read_glyphs, read_mapped_text
from letters_for_renderers import paragraph, sample_letter, sample_locale, sample_theme, words
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.model.blocks import Block, Footnote, Heading, Listing, Paragraph, Plain, Strong
from petitioner.model.theme import MM_PER_PT, TextAlignment, Theme
from petitioner.render import pdf_internals
from petitioner.render.pdf import render_pdf

ROOT = Path(__file__).parents[2]
LONG = {
    "ja": "貴国の「難民の地位に関する条約」（1951年）への加入に、North Korea Freedom Coalitionは敬意を表します。",
    "zh-Hans": "贵国于1982年9月24日加入《关于难民地位的公约》，“北朝鲜自由联盟”（NKFC）谨表敬意；恳请阁下垂注。",
    "ko": "귀국은 1982년 9월 24일 「난민의 지위에 관한 협약」에 가입하였으며, 저희는 이에 깊은 경의를 표합니다. ",
}


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """The script that measures how letters are set."""
    spec = util.spec_from_file_location("measure_letters", ROOT / "tools" / "measure_letters.py")
    assert spec
    assert spec.loader
    module = util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "measure_letters", module)
    spec.loader.exec_module(module)
    return module


def finish(language: str, *body: Block, theme: Theme | None = None) -> FinishedLetter:
    letter, theme = sample_letter(language, body=body), theme or sample_theme()
    return FinishedLetter(letter, theme, "", {"pdf": render_pdf(letter, theme, sample_locale(language))})


def list_text(measure: ModuleType, finished: FinishedLetter) -> list[str]:
    return ["".join(line.text.split()) for line in measure.list_lines(finished)]


@pytest.mark.parametrize("folder", [".", "examples/seoul"])
def test_full_lines_end_at_the_right_edge_of_the_column(measure: ModuleType, folder: str) -> None:
    for finished in measure.list_files(ROOT / folder)[::7]:
        gaps = [abs(line.gap) for line in measure.list_lines(finished) if line.is_full]
        assert len(gaps) > 5
        assert measure.find_percentile(gaps) <= 0.3, finished.letter.file_stem


@pytest.mark.parametrize("language", LONG)
def test_full_lines_are_flush_whatever_is_in_them(measure: ModuleType, language: str) -> None:
    text = LONG[language]
    mixed = Paragraph((Plain(text * 2), Strong(words(text)), Footnote(words("注")), Plain(text)))
    listed = Listing(ordered=True, items=((paragraph(text * 2),), (mixed,)))
    finished = finish(language, *(paragraph(text * 3 + text[: 5 * number]) for number in range(6)), mixed, listed)
    gaps = [abs(line.gap) for line in measure.list_lines(finished) if line.is_full]
    assert len(gaps) > 20
    assert measure.find_percentile(gaps) <= 0.3


@pytest.mark.parametrize("language", LONG)
def test_the_text_of_the_pdf_is_that_of_the_letter(language: str) -> None:
    finished = finish(language, paragraph(LONG[language] * 5))
    assert fold(LONG[language] * 5) in fold(read_mapped_text(finished.files["pdf"]))


@pytest.mark.parametrize(("language", "text"), [("ja", "平成X年"), ("zh-Hans", "公元X年")])
def test_a_quarter_em_is_between_figures_and_characters(measure: ModuleType, language: str, text: str) -> None:
    wide, narrow = finish(language, paragraph(text)), finish(language, paragraph(text.replace("X", "中")))
    em = sample_theme().fonts[language].size * MM_PER_PT
    with_figure, without = ([line.gap for line in measure.list_lines(one)][-1] for one in (wide, narrow))
    figure = finish("ko", paragraph("X"))
    run = next(figure.find_text()).run
    assert without - with_figure == pytest.approx(run.box.width + em / 2 - em, abs=0.15)


@pytest.mark.parametrize("language", ["ja", "zh-Hans"])
def test_no_quarter_em_is_at_the_ends_of_a_line(language: str) -> None:
    indent = int(sample_locale(language).layout.indent)
    finished = finish(language, paragraph("中" * (44 - indent) + "1982" + "中" * 42 + "1982" + "中" * 20))
    runs = [placed.run for placed in finished.find_text()]
    assert runs[1].text.startswith("1982")
    left = sample_theme().margins.left
    assert runs[1].box.left - left == pytest.approx(runs[2].box.left - left, abs=0.3)


def test_a_bracket_at_the_start_of_a_line_leaves_no_hole() -> None:
    finished = finish("ja", paragraph("漢" * 43 + "「漢字」" * 30))
    runs = [placed.run for placed in finished.find_text()]
    em = sample_theme().fonts["ja"].size * MM_PER_PT
    assert runs[1].text.startswith("「")
    assert runs[1].box.left - sample_theme().margins.left < em / 4


@pytest.mark.parametrize(("marks", "width"), [("。」", 1.0), ("、「", 1.5), ("「『", 1.5), ("」（", 1.5)])
def test_two_marks_in_a_row_share_their_blank(measure: ModuleType, marks: str, width: float) -> None:
    em = sample_theme().fonts["ja"].size * MM_PER_PT
    with_marks, without = finish("ja", paragraph(f"漢{marks}漢")), finish("ja", paragraph("漢漢"))
    gaps = [next(line.gap for line in measure.list_lines(one)) for one in (with_marks, without)]
    assert gaps[1] - gaps[0] == pytest.approx((width + (marks == "。」") / 2) * em, abs=0.1)


@pytest.mark.parametrize(
    ("language", "kept"),
    [("ja", "2014年"), ("ja", "主席閣下"), ("ja", "第33条"), ("zh-Hans", "2023年"), ("zh-Hans", "第三十三条")],
)
def test_dates_and_titles_are_not_broken(measure: ModuleType, language: str, kept: str) -> None:
    place = kept[-3:] if "閣" in kept else kept
    finished = finish(language, *(paragraph("漢" * count + kept + "漢" * 60) for count in range(34, 46)))
    lines = list_text(measure, finished)
    assert sum(place in line for line in lines) == 12


def test_a_paragraph_does_not_end_in_a_lone_character(measure: ModuleType) -> None:
    finished = finish("ja", *(paragraph("漢" * (43 + 44 + count) + "す。") for count in range(5)))
    lasts = [line.text for line in measure.list_lines(finished) if not line.is_full]
    assert [last for last in lasts if len(last) < 3] == []


def test_chinese_lines_may_begin_with_a_quotation_mark(measure: ModuleType) -> None:
    finished = finish("zh-Hans", paragraph("漢" * 42 + "“漢字”" * 30))
    assert list_text(measure, finished)[1].startswith("“")


ENGLISH = "We remember that commitment with respect, and write notwithstanding the considerable misunderstandings. "


def test_english_is_hyphenated_and_its_text_is_not(measure: ModuleType) -> None:
    finished = finish("en", *(paragraph("We " * count + ENGLISH * 4) for count in range(5)))
    assert finished.placement.difference is None
    lines = list(measure.list_lines(finished))
    assert 60 <= sum(len(line.text) for line in lines if line.is_full) / (len(lines) - 5) <= 75
    with pikepdf.open(BytesIO(finished.files["pdf"])) as pdf:
        hyphens = pdf.pages[0].Contents.read_bytes().count(b"/Span <</ActualText <FEFF00AD>>> BDC")
    assert hyphens
    assert hyphens == sum(glyph.text == "\ufffe" for glyph in read_glyphs(finished.files["pdf"]))


def test_a_hyphen_of_the_writer_stays_in_the_text() -> None:
    bodies = [paragraph("x" * count + " through the consulates-general of " * 4) for count in range(1, 30)]
    assert all(finish("en", body).placement.difference is None for body in bodies[::4])


def test_names_and_headings_are_not_hyphenated() -> None:
    body = (Heading(words("internationalisation " * 9)), paragraph("Internationalisation Unterstanding " * 20))
    with pikepdf.open(BytesIO(finish("en", *body).files["pdf"])) as pdf:
        assert b"ActualText" not in pdf.pages[0].Contents.read_bytes()


def test_lines_are_ragged_where_the_theme_says_so(measure: ModuleType) -> None:
    theme = sample_theme(align=TextAlignment.RAGGED)
    english = finish("en", paragraph("We write to you with respect on behalf of many. " * 9), theme=theme)
    assert max(line.gap for line in measure.list_lines(english) if line.is_full) > 2
    japanese = finish("ja", paragraph("漢" * 42 + "（漢字）" * 30), theme=theme)
    assert max(line.gap for line in measure.list_lines(japanese) if line.is_full) > 1


def test_an_unknown_version_of_weasyprint_sets_lines_its_own_way(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pdf_internals, "WRITTEN_FOR", {"weasyprint": "1."})
    for module in ("lines", "writing"):
        monkeypatch.setattr(
            f"petitioner.render.pdf_internals.{module}.find_unknown_version", pdf_internals.find_unknown_version
        )
    finished = finish("ja", paragraph("漢字「仮名」。" * 30))
    assert max(line.gap for line in measure.list_lines(finished) if line.is_full) > 1


def test_the_script_prints_a_row_for_each_language(
    measure: ModuleType, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    require("soffice")
    monkeypatch.setattr(measure, "WORKSPACES", ("examples/seoul",))
    assert measure.main() == 0
    assert re.search(r"examples/seoul +ko +0\.\d\d ", capsys.readouterr().out)


@pytest.mark.parametrize("language", ["ja", "zh-Hans", "en"])
def test_words_from_right_to_left_are_set_in_lines_of_other_scripts(language: str) -> None:
    text = "大阪 الصين مع China 2027" if language != "en" else "Osaka الصين مع China 2027"
    finished = finish(language, paragraph(text))
    assert "2027" in "".join(glyph.text for glyph in read_glyphs(finished.files["pdf"]))
