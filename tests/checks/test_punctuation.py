"""Widths, punctuation, quotation marks, brackets and blanks; and where they were written."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from letter_texts import LANGUAGES, ROOT, codes, make_letter_text, read_letter_texts, read_paragraphs
from petitioner.checks.letter_text import find_places
from petitioner.checks.words.punctuation import find_blanks, find_full_width, find_punctuation_faults, find_unpaired
from petitioner.model.letter import Part, PartName
from petitioner.model.wording import Marks, Wording
from petitioner.tables.locales import load_locales
from problems import find_codes

MARKS = [
    (tag, wrong, right) for tag in ("ja", "zh-Hans") for wrong, right in zip(",.():;", "、。（）：；", strict=True)
]


@pytest.mark.parametrize(("tag", "wrong", "right"), [*MARKS, ("zh-Hans", ",", "，")])
def test_each_mark_of_the_real_letters_is_found_when_typed_in_half_width(tag: str, wrong: str, right: str) -> None:
    for text in read_paragraphs(tag):
        for place in [place for place, mark in enumerate(text) if mark == right]:
            spoilt = text[:place] + wrong + text[place + 1 :]
            assert [found.start for found in find_punctuation_faults(spoilt, tag) if found.code == "W232"] == [place], (
                spoilt
            )


@pytest.mark.parametrize("tag", ["en", "ko"])
@pytest.mark.parametrize(("wrong", "right"), [("，", ","), ("。", "."), ("（", "("), ("）", ")")])
def test_each_mark_of_the_real_letters_is_found_when_typed_in_full_width(tag: str, wrong: str, right: str) -> None:
    for text in read_paragraphs(tag):
        for place in [place for place, mark in enumerate(text) if mark == right]:
            spoilt = text[:place] + wrong + text[place + 1 :]
            assert place in [found.start for found in find_punctuation_faults(spoilt, tag) if found.code == "W232"], (
                spoilt
            )


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [
        ("ja", "ｶﾅ", "W231"),
        ("en", "the the end", "W235"),
        ("en", "The the end", "W235"),
        ("en", "one,, two", "W235"),
        ("en", "one.. two", "W235"),
        ("en", "Really!!", "W235"),
        ("ja", "です。。", "W235"),
        ("ja", "です。、", "W235"),
        ("ja", "難民をを", "W235"),
        ("zh-Hans", "和和平", "W235"),
        ("ko", "난민들을 난민들을", "W235"),
        ("en", "one , two", "W236"),
        ("en", "one,two", "W236"),
        ("en", "The end.Then more", "W236"),
        ("en", "one  two", "W236"),
        ("en", "one\u00a0 two", "W236"),
        ("en", "one\u3000two", "W236"),
        ("en", "( one", "W236"),
        ("en", "one )", "W236"),
        ("ja", "「 一つ", "W236"),
        ("ja", "です 。", "W236"),
        ("ja", "一　　二", "W236"),
    ],
)
def test_a_slip_of_the_typist_is_found(tag: str, text: str, code: str) -> None:
    assert [found.code for found in find_punctuation_faults(text, tag)] == [code]


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "He had had enough; that that is, is. Boutros Boutros-Ghali, Walla Walla, Sing Sing."),
        (
            "en",
            "At 10:30 on 1,000.5 m², etc., i.e., e.g., U.S.A., Ph.D., St. John’s, 3.5 %, .5, $1.00, “Stop!”, he said.",
        ),
        ("en", "See www.northkoreanrefugees.com/index.html?a=1&b=2, a@b.example, and: (1) this; (2) that … and so on."),
        ("en", "One – two — three/four; rock ’n’ roll; Mr. Xi’s; the Consuls’ office; Article III(5)."),
        ("ja", "北朝鮮のの人々。「難民」、『条約』。本当ですか？　はい！　1,000人、99.5％、10:30、Coalition, Inc. の"),
        ("ja", "謹啓　時下、ますます。彼は、そのの……――ははと笑う。No. 5、e.g. this, that、例（一）（二）・「三」。"),
        ("zh-Hans", "的的确确，是是非非，不了了之……——《条约》、《议定书》。“难民”？！1,000人，10:30。"),
        ("ko", "한 사람 한 사람, 하나 하나, 꼭 꼭. 「협약」과 제33조(1)에 따라, 1,000명(약)."),
    ],
)
def test_right_marks_are_left_alone(tag: str, text: str) -> None:
    assert find_punctuation_faults(text, tag) == ()


@pytest.mark.parametrize("text", ["(one", "one)", "“one", "[one)", "(one]", "((one)", 'one "two'])
def test_a_bracket_without_its_other_half_is_found(text: str) -> None:
    assert find_unpaired(text, "en")


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "(one [two] “three”)"),
        ("en", "1) one; 2) two; a) three; iv) four"),
        ("en", "the Consuls’ ‘office’"),
        ("ja", "（「一」『二』【三】〔四〕《五》〈六〉）"),
        ("zh-Hans", "“一‘二’”《三》（四）"),
    ],
)
def test_brackets_that_enclose_something_are_left_alone(tag: str, text: str) -> None:
    assert find_unpaired(text, tag) == ()


def test_a_quotation_over_several_paragraphs_opens_each_of_them_and_closes_once() -> None:
    assert codes(make_letter_text("en", "“The one is long.", "“The other ends.”")) == []
    assert codes(make_letter_text("en", "“The one is long.", "The other ends.”")) == ["W234"]


def test_a_language_may_set_a_blank_before_some_of_its_marks() -> None:
    french = load_locales()["en"].model_copy(update={"wording": Wording(marks=Marks(blank_before=":;!?»"))})
    text = "Monsieur le Président : est-ce vrai ? Oui ; non !"
    assert list(find_blanks(text, french)) == []
    assert len(list(find_blanks(text, load_locales()["en"]))) == 4
    assert len(list(find_blanks("Oui , non .", french))) == 2


def test_straight_and_curly_marks_are_right_by_themselves_and_wrong_together() -> None:
    assert codes(make_letter_text("en", "The Embassy’s “seat”.")) == []
    assert codes(make_letter_text("en", "The Embassy’s 'seat'.")) == ["W233"]


def test_full_width_digits_and_letters_are_found_and_full_width_marks_are_not() -> None:
    assert [found.message for found in find_full_width("１９９８年のＮＧＯ、（「・」）：！")] == [
        "'１９９８' is in full-width characters",
        "'ＮＧＯ' is in full-width characters",
    ]


def test_a_footnote_is_read_by_itself(real: WorkspaceCopy) -> None:
    real.edit(
        "letters/2027/petition.ja.md", "認定しました。{# inquiry #}", "認定しました[^1]。\n\n[^1]: 報告書による。\n\n"
    )
    told = real.run("check").err
    assert "0 errors" in told
    assert "[W" not in told


def test_a_title_in_quotation_marks_may_go_along(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/2027/r.pdf", b"%PDF-1.7\n%%EOF\n")
    workspace.edit(
        "letters/2027/campaign.yaml",
        "signatories:",
        "enclosures: [{file: r.pdf, title: {en: '\"Lives\"', ja: 「命」}}]\nsignatories:",
    )
    assert "W237" not in workspace.run("check").err


@pytest.mark.parametrize(
    "subject", ["“Save” and “help”", "“Save North Korean Refugees Day”, 24 September", "On the Refugees’ Day"]
)
def test_a_subject_may_begin_or_end_with_words_in_quotation_marks(workspace: WorkspaceCopy, subject: str) -> None:
    workspace.edit("letters/2027/petition.en.md", "subject: ", f"subject: {subject} ")
    assert not {"W205", "W237"} & find_codes(workspace)


def test_a_point_between_words_or_a_comma_between_two_numbers_is_not_one_within_a_number() -> None:
    assert not find_full_width("第2，3，10条")
    assert not find_full_width("2，一9．")
    assert [found.code for found in find_full_width("3．5人、1，500人")] == ["W231", "W231"]


def test_one_fault_in_a_shared_paragraph_is_told_once_for_all_letters(real: WorkspaceCopy) -> None:
    real.edit("letters/2027/petition.ja.md", "謹んで請願申し上げます。", "謹んで請願申し上げます.")
    told = [line for line in real.run("check").err.splitlines() if "[W232]" in line]
    assert len(told) == 1
    assert told[0].startswith("letters/2027/petition.ja.md:22: warning: '.' in ")


PARTS = [(tag, part) for tag in LANGUAGES for part in read_letter_texts()[tag].parts if part.name is PartName.TEXT]


@given(st.sampled_from(PARTS), st.integers(0, 400), st.integers(1, 12))
def test_any_words_of_a_letter_are_found_on_a_line_that_has_their_first_sign(
    chosen: tuple[str, Part], start: int, length: int
) -> None:
    tag, part = chosen
    start %= len(part.text)
    span = part.text[start : start + length]
    folder = ROOT / "examples/seoul" if tag == "ko" else ROOT
    for path, line in find_places(read_letter_texts()[tag], part.text, start, start + length):
        lines = Path(folder / path).read_text("utf-8").split("\n")
        first = span.strip()[:1]
        # A figure may come from a date, which stands in its own spelling where it was written.
        assert not line or first.isdecimal() or first in lines[line - 1]
