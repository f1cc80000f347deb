"""Korean particles after words that are filled in: the form that is due, and both forms side by side."""

from dataclasses import replace

import pytest

from conftest import WorkspaceCopy
from letter_texts import codes, make_letter_text
from problems import find

NAME = "주대한민국 중화인민공화국 대사관"


@pytest.mark.parametrize(
    ("text", "due"),
    [
        (f"{NAME}는 받아 주십시오.", "은"),
        (f"{NAME}를 통해 보냅니다.", "을"),
        (f"{NAME}가 받아 주십시오.", "이"),
        (f"{NAME}와 함께 하겠습니다.", "과"),
        (f"{NAME}로 보냅니다.", "으로"),
        ("서울으로 보냅니다.", "로"),
        ("「탈북난민 구출의 날」를 맞습니다.", "을"),
        ("2027년 9월 24일는 날입니다.", "은"),
        (f"{NAME}은(는) 받아 주십시오.", "은"),
        (f"{NAME}을/를 통해 보냅니다.", "을"),
        ("서울(으)로 보냅니다.", "로"),
        ("대사관를 통해 보냅니다.", "을"),
    ],
)
def test_the_form_that_follows_the_word_is_named(seoul: WorkspaceCopy, text: str, due: str) -> None:
    seoul.edit("letters/2027/petition.ko.md", "이에 저희는", f"{text}\n\n이에 저희는")
    told = [problem for problem in find(seoul) if problem.code == "W226"]
    assert [problem.hint.split(".")[0] for problem in told] == [f"Write '{due}'"]


@pytest.mark.parametrize(
    "text",
    [
        f"{NAME}은 서울로 보냅니다. {NAME}을, {NAME}이, {NAME}과, {NAME}으로.",
        f"{NAME}이라는 곳, {NAME}이며, {NAME}에서, {NAME}의",
        "시진핑이 말합니다. 서울과 서울은, 서울을",
        "(LFNKR)는 1998년에 있는 마을을 위해 받는 결과 효과와 사과",
        "대사관(서울)을, 명령(cd)를",
        "다시는 그런 일이 없기를, 도시과 역시은",  # 시 is the family name in campaign.yaml below
    ],
)
def test_a_right_form_and_a_word_that_goes_on_are_left_alone(text: str) -> None:
    letter_text = make_letter_text("ko", text)
    addressee = letter_text.campaign.addressee.model_copy(update={"family_name": {"ko": "시"}})
    campaign = letter_text.campaign.model_copy(update={"addressee": addressee})
    assert "W226" not in codes(replace(letter_text, campaign=campaign))


@pytest.mark.parametrize(
    "text", ["ㄱ자 모양의 방", "약 10km를, 500kg의, PDF로, UNHCR와, human rights를", "은은한 마을, 가을을"]
)
def test_what_is_no_slip_of_the_keyboard_is_left_alone(text: str) -> None:
    assert "W225" not in codes(make_letter_text("ko", text))


@pytest.mark.parametrize(
    "text", ["난민(확인된 사람)은 있습니다.", "(현재 확인 중인 사람)", "협약(1951년)", "「난민 협약」"]
)
def test_words_in_brackets_are_no_notes_to_oneself(text: str) -> None:
    assert "W204" not in codes(make_letter_text("ko", text))
