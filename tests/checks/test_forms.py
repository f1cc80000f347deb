"""Openings and closings, salutations, honorifics and names."""

import re

import pytest

from conftest import WorkspaceCopy
from letter_texts import LANGUAGES, codes, find, make_letter_text, read_letter_texts
from petitioner.model.locale import Locale
from petitioner.tables.locales import load_locales

WELL_FORMED = [
    (tag, opening, closing)
    for tag, locale in load_locales().items()
    for pair in locale.wording.pairs
    for opening in pair.opening
    for closing in pair.closing
]
HEADED = [(tag, opening, closing) for tag, opening, closing in WELL_FORMED if tag == "ja"]
TEXT = {"ja": "難民を送還なさらないでください。", "zh-Hans": "请不要遣返难民。", "zh-Hant": "請不要遣返難民。"}


@pytest.mark.parametrize(("tag", "opening", "closing"), WELL_FORMED)
def test_a_pair_that_belongs_together_is_right_wherever_it_stands(tag: str, opening: str, closing: str) -> None:
    assert codes(make_letter_text(tag, TEXT[tag], opening, opening=None, closing=closing)) == []
    assert codes(make_letter_text(tag, TEXT[tag], opening, closing, opening=None, closing="○")) == []


@pytest.mark.parametrize(("tag", "opening", "closing"), HEADED)
def test_a_pair_with_a_greeting_in_between_is_right(tag: str, opening: str, closing: str) -> None:
    text = f"{TEXT[tag]}\n{closing}"
    assert (
        codes(
            make_letter_text(
                tag, f"{opening}　時下ますますご清祥のこととお慶び申し上げます。", text, opening=None, closing="理事長"
            )
        )
        == []
    )


@pytest.mark.parametrize(
    ("opening", "closing", "code"),
    [
        ("謹啓　時下", "敬具", "W203"),
        ("拝啓　時下", "謹白", "W203"),
        ("前略", "敬白", "W203"),
        ("拝復　お手紙を", "草々", "W203"),
        ("謹啓　時下", "以上", "W211"),
        (None, "敬具", "W211"),
    ],
)
def test_a_pair_that_does_not_belong_together_is_told(opening: str | None, closing: str, code: str) -> None:
    assert codes(make_letter_text("ja", TEXT["ja"], opening=opening, closing=closing)) == [code]


def test_a_request_may_do_without_opening_and_closing() -> None:
    assert codes(make_letter_text("ja", TEXT["ja"], opening=None, closing="以上")) == []


def test_what_closes_a_letter_is_told_with_all_that_would_be_right() -> None:
    (problem,) = find(make_letter_text("ja", TEXT["ja"], closing="敬具"))
    assert problem.message == "'敬具' does not close a letter that opens with '謹啓'"
    assert problem.hint == "Close it with '謹白' or '敬白' or '謹言' or '頓首'."


def test_a_word_of_form_within_a_sentence_opens_nothing() -> None:
    assert (
        codes(make_letter_text("ja", "前略された部分については、別紙をご覧ください。拝啓と書く習わしがあります。"))
        == []
    )


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ja", "総領事を通じて、国家主席閣下にお届けいたします。"),
        ("ja", "総領事館御中にお送りいたします。大使閣下、総領事殿、領事様。"),
        ("ja", "殿下のご様子は、その様式に従います。先生様々の殿堂。"),
        ("zh-Hans", "请总领事先生转呈主席阁下。女士们、先生们。"),
        ("zh-Hans", "尊敬的总统女士阁下，尊敬的大使先生阁下。"),
        ("zh-Hans", "驻大阪总领事馆的先生们，大使阁下。"),
        ("en", "We thank His Excellency the Ambassador and the Consul General, Mr. Xue, and Mrs. Li and Dr. Wu."),
        ("en", "To Her Excellency Ms. Li, Consul in former days, whom nobody put in recipients.yaml."),
        ("en", "Please accept, Your Excellency, the assurance of our highest consideration. Excellency is our aim."),
        ("ko", "대사님께, 총영사 귀하, 총영사관 귀중, 선생님께 드립니다."),
    ],
)
def test_honorifics_in_their_place_are_right(tag: str, text: str) -> None:
    assert not {"W212", "W213"} & set(codes(make_letter_text(tag, text)))


@pytest.mark.parametrize(
    ("tag", "text", "code"),
    [
        ("ja", "大使館閣下", "W212"),
        ("ja", "主席御中", "W212"),
        ("ja", "総領事館御中様", "W213"),
        ("ja", "習近平殿閣下", "W213"),
        ("zh-Hans", "主席先生", "W212"),
        ("zh-Hans", "总领事馆阁下", "W212"),
        ("zh-Hans", "阁下先生", "W213"),
        ("en", "to His Excellency the Acting Consul General", "W212"),
        ("en", "Mr. Mr. Xi", "W213"),
        ("ko", "대사관 귀하", "W212"),
        ("ko", "시진핑 주석 귀중", "W212"),
        ("ko", "시진핑 귀하 귀중", "W213"),
    ],
)
def test_honorifics_out_of_place_are_told_with_the_rule(tag: str, text: str, code: str) -> None:
    problems = [problem for problem in find(make_letter_text(tag, text)) if problem.code in {"W212", "W213"}]
    assert {problem.code for problem in problems} == {code}
    assert problems[0].hint == load_locales()[tag].wording.honorifics.rule


@pytest.mark.parametrize(
    ("tag", "salutation"),
    [
        ("en", "Dear President Xi:"),
        ("en", "Your Excellency,"),
        ("en", "Dear President Xi Jinping:"),
        ("ja", "国家主席　習　近平閣下"),
        ("ja", "習近平国家主席閣下"),
        ("zh-Hans", "尊敬的习主席阁下："),
        ("ko", "시 주석님께"),
    ],
)
def test_a_salutation_by_the_family_name_or_the_whole_name_is_right(tag: str, salutation: str) -> None:
    assert codes(make_letter_text(tag, salutation=salutation)) == []


@pytest.mark.parametrize(
    ("tag", "salutation", "code"),
    [
        ("en", "Dear Mr. Jinping:", "W215"),
        ("en", "Dear President Jinping Xi:", "W215"),
        ("ja", "近平閣下", "W215"),
        ("zh-Hans", "尊敬的近平阁下：", "W215"),
        ("zh-Hans", "尊敬的习近平主席：阁下", "W216"),
        ("en", "Dear Mr. President!", "W216"),
        ("en", "To whom it may concern:", "W217"),
        ("ja", "関係各位", "W217"),
        ("zh-Hans", "敬启者：", "W217"),
    ],
)
def test_a_salutation_that_a_secretary_would_send_back_is_told(tag: str, salutation: str, code: str) -> None:
    assert codes(make_letter_text(tag, salutation=salutation)) == [code]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_a_salutation_is_missed_only_where_the_language_wants_one(tag: str) -> None:
    wanted = load_locales()[tag].wording.salutation.wanted
    assert codes(make_letter_text(tag, salutation=None)) == (["W214"] if wanted else [])
    assert wanted == (tag != "ja")


@pytest.mark.parametrize("locale", load_locales().values(), ids=lambda locale: locale.tag)
def test_every_pattern_of_a_language_can_be_read_and_takes_a_name(locale: Locale) -> None:
    wording = locale.wording
    for pattern in (
        *wording.honorifics.misplaced,
        *wording.marks.twice,
        *wording.placeholders,
        *wording.script.look_alikes,
    ):
        re.compile(pattern.replace("{name}", "Xue"))
    assert all(len(pair) == 2 for pair in wording.marks.pairs)
    assert all(len(mark) == 1 for mark in wording.marks.punctuation)


def test_the_honorific_of_the_frame_suits_every_rank() -> None:
    assert {tag: codes(letter_text) for tag, letter_text in read_letter_texts().items()} == {
        tag: [] for tag in load_locales()
    }


def test_a_letter_may_name_an_office_beside_its_addressee() -> None:
    assert "W219" not in codes(make_letter_text("en", salutation="Dear President Xi, through the Ambassador:"))
    assert "W219" not in codes(make_letter_text("ja", salutation="中華人民共和国大使館気付　習近平閣下"))
    assert "W219" not in codes(make_letter_text("en", "We thank the Ambassador and Mr. Minister Wang."))
    assert "W219" in codes(make_letter_text("en", "We ask you, Madam Ambassador, for help."))


def test_a_covering_note_may_greet_the_ambassador(real: WorkspaceCopy) -> None:
    real.edit("letters/2027/email.en.md", "Dear Sir or Madam:", "Dear Mr. Ambassador:")
    real.edit(
        "recipients.yaml",
        "    languages: [zh-Hans, ja, en]\n    channels: [post]\n    # email: info",
        "    languages: [en]\n    channels: [email]\n    email: [a@example.org]\n    # email: info",
    )
    assert "W219" not in real.run("check").err
