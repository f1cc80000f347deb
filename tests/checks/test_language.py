"""Which language a letter and its paragraphs are in."""

import pytest

from conftest import WorkspaceCopy
from letter_texts import LANGUAGES, codes, find, make_letter_text, read_letter_texts, read_paragraphs
from petitioner.checks.words.language import find_foreign_text

PAIRS = [(written, read_as) for written in LANGUAGES for read_as in LANGUAGES if written != read_as]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_no_paragraph_of_a_real_letter_is_foreign_to_its_own_language(tag: str) -> None:
    assert [text for text in read_paragraphs(tag) if find_foreign_text(text, tag)] == []


@pytest.mark.parametrize(("written", "read_as"), PAIRS)
def test_every_paragraph_of_a_real_letter_is_foreign_to_every_other_language(written: str, read_as: str) -> None:
    assert [text for text in read_paragraphs(written) if not find_foreign_text(text, read_as)] == []


@pytest.mark.parametrize(("written", "read_as"), PAIRS)
def test_a_letter_in_the_wrong_language_is_one_problem_that_names_the_right_one(written: str, read_as: str) -> None:
    letter_text = make_letter_text(read_as, *read_paragraphs(written))
    (problem,) = [problem for problem in find(letter_text) if problem.code in {"W201", "W221"}]
    assert (problem.code, problem.line) == ("W201", 0)
    assert f"looks like {read_letter_texts()[written].locale.english_name}" in problem.message


@pytest.mark.parametrize(
    ("tag", "text"),
    [
        ("ja", "中華人民共和国国家主席　習近平閣下"),
        ("ja", "North Korea Freedom Coalition（NKFC）の加盟"),
        ("ja", "大韓民国、日本国、米国、英国、仏国、独国、その他。"),
        ("ja", "国際連合難民高等弁務官事務所東京事務所代表部所在地一覧"),
        ("ja", "Convention relating to the Status of Refugees"),
        ("ja", "詳しくは www.northkoreanrefugees.com/a/page/in/lower/case/words をご覧ください。"),
        ("ja", "条約は「The contracting states shall not impose penalties on refugees」と定めています。"),
        ("en", "We write for 特定非営利活動法人　北朝鮮難民救援基金, Tokyo."),
        ("en", "Names: Kim Il-su, Pak Yong-ho, Ri Sun-hui, Choe Kyong-min, Han Myong-suk, Jang Chol, Kang Ok."),
        ("en", "Let them stay."),
        ("ko", "북한자유연합(North Korea Freedom Coalition)의 회원 단체입니다."),
        ("ko", "特定非営利活動法人　北朝鮮難民救援基金"),
        ("zh-Hans", "也是North Korea Freedom Coalition（北朝鲜自由联盟）的成员。"),
        ("zh-Hans", "联系人：加藤博（キャスティール本郷）"),
    ],
)
def test_names_quotations_and_short_lines_may_be_in_any_language(tag: str, text: str) -> None:
    assert find_foreign_text(text, tag) == ()


def test_a_paragraph_left_in_another_language_does_not_condemn_the_letter() -> None:
    english = "We would be grateful to be received, so that we may set out our concerns."
    assert codes(make_letter_text("ja", *read_paragraphs("ja"), english)) == ["W221"]


def test_a_letter_copied_under_another_name_is_told_and_the_one_it_was_copied_from_is_not(real: WorkspaceCopy) -> None:
    text = (real.folder / "letters/2027/petition.zh-Hans.md").read_text("utf-8")
    real.write("letters/2027/petition.ja.md", text)
    told = [line.split(": ")[0] for line in real.run("check").err.splitlines() if "[W20" in line]
    assert told == ["letters/2027/petition.ja.md", "letters/2027/petition.ja.md"]


def test_a_letter_of_few_words_is_not_judged_as_a_whole() -> None:
    assert "W201" not in codes(make_letter_text("ja", "Let them stay."))
