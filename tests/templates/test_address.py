"""The address field: its lines, their order, and what does not fit."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from petitioner.errors import Problem
from petitioner.inputs.workspace import read_workspace
from petitioner.model.letter import AddressField
from petitioner.tables.locales import load_locales
from petitioner.templates.address import join_address, make_address_field, wrap_line
from petitioner.templates.merge_letter import make_renderer
from petitioner.templates.values import MergeContext

CAMPAIGN = "letters/2027/campaign.yaml"
LIST = "recipients.yaml"


def measure(text: str, language: str = "") -> float:
    """A font whose every character is 1.5 mm wide, and whose wide ones are 3 mm."""
    del language
    return sum(1.5 if character.isascii() else 3 for character in text)


def set_for(workspace: WorkspaceCopy, recipient: str, tag: str) -> tuple[AddressField, tuple[Problem, ...]]:
    """The address of one recipient in one language, in a font that is easy to reckon with."""
    content, _ = read_workspace(workspace.folder)
    assert content.campaign
    locale = load_locales()[tag]
    material = MergeContext(content.campaign, locale, content.theme, make_renderer({}, "", locale), {}, measure)
    (found,) = [who for who in content.recipients if who.id == recipient]
    return make_address_field(found, material)


def lines(workspace: WorkspaceCopy, recipient: str, tag: str) -> list[str]:
    """The lines of an address that fits."""
    field, problems = set_for(workspace, recipient, tag)
    assert problems == ()
    return [line.text for line in field.lines]


WINDOW = ("letters/theme/theme.yaml", "window: {top: 45}\n")


def test_a_name_is_broken_at_its_joints_in_english(workspace: WorkspaceCopy) -> None:
    workspace.write(*WINDOW)
    assert lines(workspace, "jp-tokyo", "en") == [
        "His Excellency Xi Jinping",
        "President of the People's Republic of China",
        "c/o The Ambassador",
        "Embassy of the",
        "People's Republic of China in Japan",
        "3-4-33 Moto-Azabu",
        "Minato-ku, Tokyo 106-0046",
    ]


def test_a_name_in_chinese_is_broken_before_the_word_for_posted_in(real: WorkspaceCopy) -> None:
    real.write(*WINDOW)
    real.edit(
        "recipients.yaml", "中华人民共和国驻日本国大使馆", "中华人民共和国驻大不列颠及北爱尔兰联合王国大使馆领事部"
    )
    assert lines(real, "jp-tokyo", "zh-Hans")[2:4] == ["中华人民共和国", "驻大不列颠及北爱尔兰联合王国大使馆领事部"]


def test_the_place_comes_first_in_japanese(workspace: WorkspaceCopy) -> None:
    assert lines(workspace, "jp-tokyo", "ja") == [
        "〒106-0046",
        "東京都港区元麻布3-4-33",
        "中華人民共和国駐日本国大使館気付",
        "中華人民共和国国家主席",
        "習近平　閣下",
    ]


def test_a_language_without_lines_shows_those_of_the_country_in_their_own_font(workspace: WorkspaceCopy) -> None:
    field, problems = set_for(workspace, "jp-osaka", "en")
    assert problems == ()
    assert [line.language for line in field.lines][-2:] == ["ja", "ja"]
    assert field.return_line.text == "LFNKR, Hongo 1-33-3-801, Bunkyo-ku, Tokyo 113-0033"


def test_mail_abroad_ends_with_the_country_on_both_lines(workspace: WorkspaceCopy) -> None:
    workspace.edit(
        LIST,
        "  jp-osaka:\n    kind: consulate-general\n    country: JP",
        "  jp-osaka:\n    kind: office\n    country: KR",
    )
    workspace.edit(
        LIST, "      postal_code: 550-0004\n", "      postal_code: 550-0004\n      country_line: {ja: KOREA}\n"
    )
    field, problems = set_for(workspace, "jp-osaka", "en")
    assert problems == ()
    assert field.lines[-1].text == "KOREA"
    assert field.return_line.text.endswith(", JAPAN")
    assert "c/o The Head of Office" in [line.text for line in field.lines]


@pytest.mark.parametrize(
    ("confirmed", "line"),
    [("2027-09-10", "c/o H.E. Wu Jianghao, Ambassador"), ("2026-09-23", "c/o The Ambassador")],
)
def test_the_head_is_named_while_confirmed_within_the_year_before_the_day(
    workspace: WorkspaceCopy, confirmed: str, line: str
) -> None:
    head = f"    head: {{name: {{en: Wu Jianghao, ja: 呉江浩}}, confirmed: {confirmed}}}\n"
    workspace.edit(LIST, "    languages: [ja, en]\n", head + "    languages: [ja, en]\n")
    assert line in lines(workspace, "jp-tokyo", "en")


def test_an_address_without_an_honorific_has_no_blank_in_its_place(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "  honorific: {en: His Excellency, ja: 閣下}\n", "")
    assert lines(workspace, "jp-tokyo", "en")[0] == "Xi Jinping"
    assert lines(workspace, "jp-tokyo", "ja")[-1] == "習近平"


LONG = "x" * 60


@pytest.mark.parametrize(
    ("old", "new", "place", "said"),
    [
        ("[3-4-33 Moto-Azabu,", f"[{'x' * 50},", f"{LIST}:13", "75.0 mm long, and 73 mm fit the window"),
        ("en: Embassy", f"en: {LONG}", f"{LIST}:7", "mm long"),
        ("en: President", f"en: {LONG}", f"{CAMPAIGN}:8", "mm long"),
        ("en: Xi Jinping", f"en: {LONG}", f"{CAMPAIGN}:7", "mm long"),
        ("en: [Hongo 1-33-3-801", f"en: [{LONG}, {LONG}", f"{CAMPAIGN}:19", "return line"),
        ("[3-4-33 Moto-Azabu,", "[3-4-33, a, b, c, d, e,", f"{LIST}:13", "lines in en, and 8 fit"),
    ],
)
def test_what_does_not_fit_is_told_by_its_length_where_it_was_written(
    workspace: WorkspaceCopy, old: str, new: str, place: str, said: str
) -> None:
    workspace.edit(place.split(":", maxsplit=1)[0], old, new)
    workspace.write(*WINDOW)
    _, (problem, *_) = set_for(workspace, "jp-tokyo", "en")
    assert problem.place == place
    assert said in problem.message
    assert problem.hint


def test_a_confirmed_head_with_a_long_name_is_told_where_it_was_written(workspace: WorkspaceCopy) -> None:
    head = f"    head: {{name: {{en: {'X' * 60}, ja: 呉}}, confirmed: 2027-09-01}}\n"
    workspace.edit(LIST, "    languages: [ja, en]\n", head + "    languages: [ja, en]\n")
    _, (problem, *_) = set_for(workspace, "jp-tokyo", "en")
    assert (problem.place, problem.code) == (f"{LIST}:14", "A801")


def test_the_lines_of_an_address_are_joined_as_the_language_does() -> None:
    assert join_address(["a", "b"], "en") == "a, b"
    assert join_address(["甲", "乙"], "ja") == "甲　乙"


# --- breaking lines ---------------------------------------------------------------------------------------------------


def test_a_line_that_fits_is_not_broken() -> None:
    assert wrap_line("one two", 7, len) == ("one two",)


def test_lines_come_out_about_as_long() -> None:
    assert wrap_line("Consulate-General of the People's Republic of China in Osaka", 50, len) == (
        "Consulate-General of the People's",
        "Republic of China in Osaka",
    )


def test_a_full_width_blank_is_a_place_to_break() -> None:
    assert wrap_line("中華人民共和国駐大阪総領事館　総領事気付", 15, len) == (
        "中華人民共和国駐大阪総領事館",
        "総領事気付",
    )


def test_a_single_word_stays_whole_however_wide() -> None:
    assert wrap_line("a Donaudampfschifffahrt b", 6, len) == ("a", "Donaudampfschifffahrt", "b")


@given(st.lists(st.text("ab東-", min_size=1, max_size=9), min_size=1, max_size=12), st.integers(1, 30))
@settings(deadline=None)
def test_no_word_gets_lost_and_no_line_is_too_wide_but_a_single_word(words: list[str], width: int) -> None:
    broken = wrap_line(" ".join(words), width, len)
    assert " ".join(broken).split(" ") == words
    assert all(len(line) <= width or " " not in line for line in broken)
    greedy = [words[0]]
    for word in words[1:]:
        greedy = [*greedy[:-1], f"{greedy[-1]} {word}"] if len(greedy[-1]) + 1 + len(word) <= width else [*greedy, word]
    assert len(broken) == len(greedy)
    assert max(map(len, broken)) <= max(map(len, greedy))


KOREAN = [
    "서울특별시 중구 명동2길 27, 04537",
    "REPUBLIC OF KOREA",
    "주대한민국 중화인민공화국 대사관",
    "대사 전교",
    "중화인민공화국 국가주석",
    "시진핑 귀하",
]


def test_without_a_window_the_line_of_the_country_follows_the_street(seoul: WorkspaceCopy) -> None:
    assert lines(seoul, "kr-seoul", "ko") == KOREAN


def test_in_a_window_the_name_stands_first_and_the_country_last(seoul: WorkspaceCopy) -> None:
    seoul.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: dl, window: din-680}")
    assert lines(seoul, "kr-seoul", "ko") == [*KOREAN[:1:-1], *KOREAN[:2]]


def test_what_is_printed_on_an_envelope_ends_with_the_country_whatever_the_letter_shows(seoul: WorkspaceCopy) -> None:
    field, _ = set_for(seoul, "kr-seoul", "ko")
    assert [line.text for line in field.written] == [*KOREAN[:1:-1], *KOREAN[:2]]


def test_at_home_a_window_changes_no_order(workspace: WorkspaceCopy) -> None:
    before = lines(workspace, "jp-tokyo", "ja")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: dl, window: din-680}")
    assert lines(workspace, "jp-tokyo", "ja") == before


def test_in_russian_the_addressee_is_in_the_dative_and_the_head_of_the_mission_in_the_accusative(
    five_languages: WorkspaceCopy,
) -> None:
    field, _ = set_for(five_languages, "ru-moscow", "ru")
    said = " ".join(line.text for line in field.lines)
    assert "Его Превосходительству Си Цзиньпину Председателю Китайской Народной Республики через Посла" in said
    head = """\
    head:
      name: {ru: Чжан Ханьхуэй}
      cases: {ru: {accusative: {name: Чжан Ханьхуэя}}}
      confirmed: 2027-08-20
    address:                           # the street"""
    five_languages.edit("recipients.yaml", "    address:                           # the street", head)
    field, _ = set_for(five_languages, "ru-moscow", "ru")
    assert "через Посла Чжан Ханьхуэя" in " ".join(line.text for line in field.lines)


def test_in_japanese_a_head_who_is_named_stands_before_care_of(workspace: WorkspaceCopy) -> None:
    head = "    head: {name: {en: Wu Jianghao, ja: 呉江浩}, confirmed: 2027-08-20}\n"
    workspace.edit("recipients.yaml", "  jp-tokyo:\n", f"  jp-tokyo:\n{head}")
    field, _ = set_for(workspace, "jp-tokyo", "ja")
    assert "大使館大使呉江浩閣下気付" in "".join(line.text for line in field.lines).replace("　", "")
