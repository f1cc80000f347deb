"""Characters of another script, variants and look-alikes; placeholders."""

import pytest

from letter_texts import LANGUAGES, codes, find, make_letter_text, read_paragraphs
from petitioner.checks.words.forms import find_placeholders
from petitioner.checks.words.script import find_look_alikes, find_old_forms


@pytest.mark.parametrize(
    ("tag", "text", "found"),
    [
        ("zh-Hans", "在此以後，對應的規定", "後對應規"),
        ("zh-Hans", "日本の対応と図書", "対応図書"),
        ("ja", "难民を強制送还することの对応", "难还对"),
        ("ja", "國際聯合の條約と難民", "國條"),
    ],
)
def test_a_form_that_the_language_does_not_write_is_found(tag: str, text: str, found: str) -> None:
    assert set(found) <= {text[slip.start] for slip in find_old_forms(text, tag)}


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        (
            "zh-Hans",
            "乾隆年间，著名的瞭望台，慰藉，覆盖，朱镕基，喆，辻，台湾，里程，皇后，干部，头发，発",
        ),
        ("ja", "机の上の芸術、缶詰、弁護士、欠席、予定、余暇、瀋陽、劉暁波、叶う、云々、后、靱本町、畑、込む、働く"),
        ("ja", "髙橋、山﨑、𠮷田、葛\U000e0100城、龍谷、小澤、胡錦濤、廣瀬、櫻井、瀧、眞子"),
        ("en", "國際 and 国际"),
        ("ko", "大韓民國과 朝鮮民主主義人民共和國"),
    ],
)
def test_what_the_language_does_write_is_left_alone(tag: str, text: str) -> None:
    assert [text[slip.start] for slip in find_old_forms(text.rstrip("発"), tag)] == []


@pytest.mark.parametrize("tag", LANGUAGES)
def test_the_real_letters_are_in_their_own_script(tag: str) -> None:
    for text in read_paragraphs(tag):
        assert (find_old_forms(text, tag), find_look_alikes(text, tag)) == ((), ())


def test_the_right_form_is_named() -> None:
    assert find_old_forms("难民", "ja")[0].hint.startswith("Write '難'")
    assert find_old_forms("難民", "zh-Hans")[0].hint.startswith("Write '难'")


def test_a_name_may_keep_its_old_form_while_the_list_has_it() -> None:
    assert codes(make_letter_text("ja", "國分さんは、国会にお手紙を書きました。")) == ["W222"]
    assert codes(make_letter_text("ja", "東京都文京区の本郷にあります。")) == []


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "Let thеm stay"),
        ("en", "Αthens"),
        ("en", "in the ΚΟΡΕ"),
        ("en", "2O27"),
        ("en", "in 199O"),
        ("en", "9 0ctober 2O23"),
        ("en", "l2 and 1l3"),
        ("ja", "ヒュ一マン"),
        ("ja", "北朝鮮ヘ送還"),
        ("ko", "2O27년"),
    ],
)
def test_a_character_that_only_looks_right_is_found(tag: str, text: str) -> None:
    assert find_look_alikes(text, tag)


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("en", "H2O, CO2, O2, 10 Ohm, 5 μm, 10 Ω, B2B, T-72, I/O, O’Neill, Łódź, Đà Nẵng, İstanbul"),
        ("en", "Владимир Путин and Ελλάδα, each in its own letters"),
        ("ja", "ヘルシンキへ行く。ニュースの一つ。カ国、三カ月、一ヶ月。ヘリコプター。マヘ島。スーパー"),
        ("ja", "一一〇番、第一、ローマ、エコー、トヨタ工場、入口、ニヶ所"),
    ],
)
def test_characters_that_are_what_they_look_like_are_left_alone(tag: str, text: str) -> None:
    assert find_look_alikes(text, tag) == ()


def test_two_variants_in_one_word_are_told_and_the_address_is_right() -> None:
    problems = find(make_letter_text("ja", "髙橋さんと高橋さん、また最高のことば。"))
    assert [(problem.code, problem.message) for problem in problems] == [
        ("W223", "'高橋' is written '髙橋' elsewhere in this letter")
    ]


def test_variants_in_different_words_are_left_alone() -> None:
    assert (
        codes(make_letter_text("ja", "髙橋さんの最高のことば。渡邊さんと渡部さん。大阪市西区靱本町の強靭な樹。")) == []
    )


@pytest.mark.parametrize(
    "text",
    ["TODO", "to do: FIXME", "Mr. XXX", "on xx/xx? xxx", "[Name]", "[your name]", "<Recipient's name>", "[insert date]",
     "____", "???", "？？？", "${name}", "%NAME%", "〇〇様", "○○大使", "●●", "○月○日",
     "【氏名】", "［日付］", "（待定）", "[이름]", "TBDです"],
)  # fmt: skip
def test_a_placeholder_is_found_in_whatever_letter(text: str) -> None:
    assert [slip.code for slip in find_placeholders(text)][:1] == ["W204"]


@pytest.mark.parametrize(
    "text",
    ["resolution 3379 (XXX)", "Article XXX of the Treaty", "the [DPRK] Government [sic]", "二〇〇八年、一〇〇〇人",
     "一〇〇", "todos", "What now?", "Really?!", "○印", "● first", "「名前」", "（住所）", "[1]"],
)  # fmt: skip
def test_what_only_looks_like_a_placeholder_is_left_alone(text: str) -> None:
    assert find_placeholders(text) == ()


def test_three_dots_are_asked_about_and_an_ellipsis_is_not() -> None:
    assert [slip.code for slip in find_placeholders("and so on ... and on")] == ["W218"]
    assert find_placeholders("and so on … and on……") == ()
