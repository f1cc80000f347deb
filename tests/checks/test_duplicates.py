"""Duplicates: one mission twice, or two of which one was copied from the other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from petitioner.checks.records.posts import extract_digits, normalize, normalize_address
from problems import find, find_codes, find_one

LIST = "recipients.yaml"
POST = "    channels: [post, hand]\n"
OSAKA_LINES = "ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]"
TOKYO_LINES = "ja: [〒550-0004, 東京都港区元麻布3-4-33]"
COPIED = """\

  jp-kobe:
    kind: consulate-general
    country: JP
    city: {en: Kobe, ja: 神戸}
    name:
      en: Consulate-General of the People's Republic of China in Kobe
      ja: 中華人民共和国駐神戸総領事館
    address:
      lines:
        ja: [神戸, 1-1]
    languages: [en]
    channels: [post]
"""


def add(workspace: WorkspaceCopy, old: str = "", new: str = "") -> None:
    """A third mission at the end of the file, from line 31 on, after one edit."""
    assert old in COPIED
    text = (workspace.folder / LIST).read_text("utf-8")
    workspace.write(LIST, text + COPIED.replace(old, new))


# --- folding ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("Consulate-General of", "Consulate General of"),
        ("Consulate-General", "ＣＯＮＳＵＬＡＴＥ  GENERAL"),
        ("People's", "People’s"),
        ("西区靱本町", "西区靭本町"),
        ("宮﨑", "宮崎"),
        ("駐札幌總領事館", "駐札幌総領事館"),
        ("Łódź", "Lodz"),
        ("Chișinău", "Chişinău"),
        ("大　阪", "大阪"),
        ("ｶﾞ", "ガ"),
        ("葛󠄀城", "葛城"),
    ],
)
def test_spellings_of_one_name_fold_to_the_same(first: str, second: str) -> None:
    assert normalize(first) == normalize(second)


@pytest.mark.parametrize(
    ("first", "second"), [("大阪", "大坂"), ("カ", "ガ"), ("Niger", "Nigeria"), ("กี", "กู"), ("Osaka 1", "Osaka 2")]
)
def test_names_that_differ_stay_apart(first: str, second: str) -> None:
    assert normalize(first) != normalize(second)


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("札幌市中央区南十三条西23丁目5番1号", "札幌市中央区南13条西23丁目5-1"),
        ("港区元麻布3丁目4番地33号", "港区元麻布３－４－３３"),
        ("5-1, Minami 13-jo", "5-1 Minami 13-jo"),
    ],
)
def test_numbers_of_houses_fold_to_the_same_in_any_spelling(first: str, second: str) -> None:
    assert normalize_address((first,)) == normalize_address((second,))


def test_houses_whose_figures_only_run_together_stay_apart() -> None:
    assert normalize_address(("本町1-23",)) != normalize_address(("本町12-3",))


def test_a_telephone_number_folds_to_its_figures() -> None:
    assert extract_digits("０３（3403）3388") == "0334033388"


@given(st.text(max_size=40))
def test_folding_twice_folds_no_further(text: str) -> None:
    assert normalize(normalize(text)) == normalize(text)


@given(st.text(st.characters(codec="utf-8"), max_size=20), st.sampled_from([" ", "-", "　", "’", "."]))
def test_two_texts_fold_alike_whichever_comes_first(text: str, sign: str) -> None:
    loose = sign.join(text)
    assert (normalize(text) == normalize(loose)) is (normalize(loose) == normalize(text)) is True


@given(st.text("abcxyz東京大阪ＡＢ0１", max_size=20))
def test_case_and_width_make_no_difference(text: str) -> None:
    assert normalize(text.upper()) == normalize(text)


# --- twins ------------------------------------------------------------------------------------------------------------


def test_a_third_mission_of_its_own_is_no_twin(workspace: WorkspaceCopy) -> None:
    add(workspace)
    assert find(workspace) == []


def test_a_copied_mission_with_its_old_name_is_an_error_that_names_the_line(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "ja: 中華人民共和国駐大阪総領事館", "ja: 中華人民共和国駐日本国大使館")
    problem = find_one(workspace, "R307")
    assert (problem.line, problem.severity) == (23, "error")
    assert "jp-osaka has the same 'name' as jp-tokyo, on line 8" in problem.message


def test_a_mission_under_the_names_of_two_languages_is_one(workspace: WorkspaceCopy) -> None:
    add(workspace, "Consulate-General of the People's Republic of China in Kobe", "中華人民共和国駐大阪總領事館")
    problem = find_one(workspace, "R307")
    assert problem.line == 36
    assert "jp-osaka, on line 23" in problem.message


def test_a_mission_is_told_once_however_many_languages_its_address_has(real: WorkspaceCopy) -> None:
    for old, new in (
        ("852-8114", "106-0046"),
        ("長崎県長崎市橋口町10-35", "東京都港区元麻布3-4-33"),
        ("[10-35 Hashiguchi-machi, Nagasaki 106-0046]", '[3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046"]'),
    ):
        text = (real.folder / LIST).read_text("utf-8")
        real.write(LIST, text.replace(old, new))
    problem = find_one(real, "R308")
    assert "as jp-tokyo" in problem.message
    assert "shares_with: jp-tokyo" in problem.hint


def test_a_closed_mission_may_look_like_its_successor(workspace: WorkspaceCopy) -> None:
    add(workspace, "    channels: [post]", "    channels: [post]\n    closed: 2020-07-24")
    workspace.edit(LIST, "in Kobe", "in Osaka")
    assert find(workspace) == []


def test_an_embassy_and_a_consulate_may_be_in_one_city(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "city: {en: Osaka, ja: 大阪}", "city: {en: Tokyo, ja: 大阪}")
    assert find(workspace) == []


# --- shares_with ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by", ["jp-osaka", "jp-tokyo", "both"])
def test_one_word_by_either_says_that_an_address_is_shared(workspace: WorkspaceCopy, by: str) -> None:
    workspace.edit(LIST, OSAKA_LINES, TOKYO_LINES)
    workspace.edit(LIST, "city: {en: Osaka, ja: 大阪}", "city: {en: Osaka, ja: 東京}")
    assert find_codes(workspace) == {"R308"}
    if by != "jp-tokyo":
        workspace.edit(LIST, POST, f"    shares_with: jp-tokyo\n{POST}")
    if by != "jp-osaka":
        workspace.edit(LIST, "    channels: [post]\n", "    shares_with: jp-osaka\n    channels: [post]\n")
    assert find(workspace) == []


def test_three_may_share_through_one_of_them(workspace: WorkspaceCopy) -> None:
    site = "    website: https://example.org\n"
    add(workspace, "    channels: [post]", f"    shares_with: jp-osaka\n{site}    channels: [post]")
    workspace.edit(LIST, POST, f"    shares_with: jp-tokyo\n{site}{POST}")
    workspace.edit(LIST, "    languages: [ja, en]\n", f"{site}    languages: [ja, en]\n")
    assert find(workspace) == []


def test_sharing_does_not_excuse_one_name_for_two(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "ja: 中華人民共和国駐大阪総領事館", "ja: 中華人民共和国駐日本国大使館")
    workspace.edit(LIST, POST, f"    shares_with: jp-tokyo\n    telephone: 03-3403-3388\n{POST}")
    workspace.edit(LIST, "    languages: [ja, en]\n", "    telephone: 03-3403-3388\n    languages: [ja, en]\n")
    assert find_codes(workspace) == {"R307"}


def test_an_id_that_nobody_has_is_told_with_the_nearest(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, POST, f"    shares_with: jp-tokio\n{POST}")
    assert "Did you mean 'jp-tokyo'?" in find_one(workspace, "R316").hint
