"""The odd one out: among values, among missions, and among the languages of a letter."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from petitioner.checks.reading.numerals import convert_chinese_numerals, read_certain_numbers, read_possible_numbers
from petitioner.checks.records.siblings import find_outlier
from problems import find, find_codes, find_one

LIST = "recipients.yaml"
CAMPAIGN = "letters/2027/campaign.yaml"
EN, JA, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans"))


# --- values -----------------------------------------------------------------------------------------------------------


def test_the_one_that_differs_is_found_with_what_all_others_have() -> None:
    found = find_outlier({"en": 4, "ja": 4, "zh": 3})
    assert found
    assert (found.name, found.value, found.others, found.common) == ("zh", 3, ("en", "ja"), 4)


@pytest.mark.parametrize(
    "values",
    [
        {},
        {"a": 1},
        {"a": 1, "b": 2},
        {"a": 1, "b": 1, "c": 1},
        {"a": 1, "b": 2, "c": 3},
        {"a": 1, "b": 1, "c": 2, "d": 2},
    ],
)
def test_where_no_majority_is_all_but_one_nobody_is_odd(values: dict[str, int]) -> None:
    assert find_outlier(values) is None


def test_how_many_must_agree_can_be_asked_for() -> None:
    assert find_outlier({"a": 1, "b": 1, "c": 2}, agreeing=3) is None
    assert find_outlier({"a": 1, "b": 1, "c": 1, "d": 2}, agreeing=3)


@given(st.lists(st.text(max_size=3), min_size=3, max_size=9, unique=True), st.integers(), st.integers(), st.randoms())
def test_the_odd_one_is_found_whatever_the_order(
    names: list[str], common: int, odd: int, chance: random.Random
) -> None:
    values = dict.fromkeys(names, common) | {names[0]: odd}
    shuffled = list(values.items())
    chance.shuffle(shuffled)
    found = find_outlier(dict(shuffled))
    assert (found.name if found else None) == (names[0] if odd != common else None)


# --- numbers ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("2026, ２０２６ und 45", {2026, 45}),
        ("2,500 people", {2500}),
        ("二〇二六年", {2026}),
        ("第三十三条", {33}),
        ("五百多人", {500}),
        ("十分、万一、統一、千代田区", set()),
        ("2万4千人", set()),
        ("一人ひとり", set()),
    ],
)
def test_numbers_that_are_certain_are_read_in_any_spelling(text: str, numbers: set[int]) -> None:
    assert read_certain_numbers(text) == numbers


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("2万4千人", 24_000),
        ("二万四千人", 24_000),
        ("2만4천", 24_000),
        ("2만 명", 20_000),
        ("令和元年", 2019),
        ("令和9年", 2027),
        ("令和九年", 2027),
        ("平成三十年", 2018),
        ("大正十年", 1921),
        ("明治元年", 1868),
        ("一億二千万", 120_000_000),
    ],
)
def test_a_number_that_may_be_meant_is_among_those_read(text: str, number: int) -> None:
    assert number in read_possible_numbers(text)


@given(st.integers(1, 99_999_999))
def test_figures_are_read_as_they_stand(number: int) -> None:
    assert read_certain_numbers(f"あ{number}年") == {number} == read_certain_numbers(f"in {number:,} cases")


def test_numerals_can_be_spelt_in_figures() -> None:
    assert convert_chinese_numerals("南十三条西") == "南13条西"


# --- missions ---------------------------------------------------------------------------------------------------------


def test_the_odd_mission_is_told_with_a_line_of_the_others(real: WorkspaceCopy) -> None:
    real.edit(LIST, "ja: 中華人民共和国駐札幌総領事館", "ja: 在札幌中華人民共和国総領事館")
    problem = find_one(real, "R333")
    assert "'在○○中華人民共和国総領事館'" in problem.message
    assert "the other 5 have '中華人民共和国駐○○総領事館', as on line 37" in problem.message


def test_two_that_differ_are_no_slip_of_one(real: WorkspaceCopy) -> None:
    real.edit(LIST, "ja: 中華人民共和国駐札幌総領事館", "ja: 在札幌中華人民共和国総領事館")
    real.edit(LIST, "ja: 中華人民共和国駐新潟総領事館", "ja: 在新潟中華人民共和国総領事館")
    assert find(real) == []


def test_the_embassy_is_no_odd_consulate(real: WorkspaceCopy) -> None:
    assert find_codes(real) == set()


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  jp-niigata:", "  niigata:"),
        ("  jp-niigata:", "  jp-nigata:"),
        ("website: http://niigata.china-consulate.gov.cn/", "website: http://niigata.chineseconsulate.org/"),
        ("ja: [〒951-8104, 新潟", "ja: [951-8104, 新潟"),
    ],
)
def test_whatever_all_others_have_alike_is_held_against_one(real: WorkspaceCopy, old: str, new: str) -> None:
    real.edit(LIST, old, new)
    assert find_codes(real) == {"R333"}


def test_a_mission_may_be_written_to_by_another_way_than_all_others(real: WorkspaceCopy) -> None:
    real.edit(LIST, "    fax: 025-228-8901\n", "    fax: 025-228-8901\n    email: [petition@example.org]\n")
    real.edit(
        LIST,
        "    hold: confirm by telephone; the street stands in one list only, and two others name other streets\n",
        "",
    )
    assert find(real) == []


# --- languages --------------------------------------------------------------------------------------------------------


def test_a_request_that_one_language_lacks_is_told_with_the_places_of_the_others(real: WorkspaceCopy) -> None:
    real.edit(ZH, "4. 使他们每一个人都能够依据公约申请保护。\n", "")
    problem = find_one(real, "L520")
    assert problem.place == f"{ZH}:6"
    assert "3 entries of lists, but there are 4 in petition.ja.md:6 and petition.en.md:6" in problem.message


def test_another_day_is_told_with_the_lines_of_the_others(real: WorkspaceCopy) -> None:
    real.edit(EN, "on 9 October 2023", "on 8 October 2023")
    problem = find_one(real, "L521")
    assert "only this letter has 2023-10-08 and lacks 2023-10-09" in problem.message
    assert "petition.zh-Hans.md:16" in problem.message


def test_a_year_that_one_language_leaves_out_is_told(real: WorkspaceCopy) -> None:
    real.edit(JA, "1998年に東京で", "東京で")
    assert "lacks 1998" in find_one(real, "L521").message


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (EN, "more than 500 people", "more than five hundred people"),
        (EN, "{{ campaign.year - 1982 }} years", "forty-five years"),
        (EN, "9 October 2023", "October 9, 2023"),
        (ZH, "{{ campaign.year - 1982 }}周年", "四十五周年"),
        (ZH, "2023年10月9日", "二〇二三年十月九日"),
        (JA, "2023年10月9日", "令和5年10月9日"),
        (JA, "2023年10月9日", "２０２３年１０月９日"),
        (JA, "500人", "五百人"),
    ],
)
def test_a_number_in_another_spelling_is_the_same_number(real: WorkspaceCopy, path: str, old: str, new: str) -> None:
    real.edit(path, old, new)
    assert [problem for problem in find(real) if problem.code in {"L520", "L521"}] == []


def test_of_two_languages_nobody_can_say_which_is_wrong(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/petition.en.md", "1. Let them stay.", "1. Let all 46 stay.")
    assert find(workspace) == []


def test_a_name_that_one_language_lacks_is_told(real: WorkspaceCopy) -> None:
    real.edit(CAMPAIGN, "family_name: {en: Xi, ja: 習, zh-Hans: 习}", "family_name: {en: Xi, zh-Hans: 习}")
    assert "has no ja" in find_one(real, "R334").message
    real.edit(CAMPAIGN, "  family_name: {en: Xi, zh-Hans: 习}\n", "")
    assert find(real) == []
