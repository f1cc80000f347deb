"""The files of letters: name, head and body."""

from datetime import date

import pytest
from hypothesis import given, reject
from hypothesis import strategies as st
from pydantic import ValidationError

from petitioner.inputs.letters import check_complete, read_template, record_reading
from petitioner.model.letter import Reading

FILE = "---\nsubject: Petition\nclosing: Yours,\nread_by: {name: A. Reader, date: 2027-08-01}\n---\n\nWe write.\n"
PATH = "letters/2027/petition.en.md"


def test_a_letter_is_read_with_the_lines_of_its_parts() -> None:
    template, problems = read_template(PATH, FILE.encode())
    assert problems == ()
    assert template
    assert (template.stem, template.language) == ("petition", "en")
    assert template.front.read_by
    assert template.front_lines["closing"] == 3
    assert template.body_line == 6
    assert template.body.strip() == "We write."


@pytest.mark.parametrize(
    ("old", "new", "line", "code"),
    [
        ("subject: Petition\n", "", 2, "V201"),
        ("subject: Petition", "subject: [a, b]", 2, "V203"),
        ("subject: Petition", "subject:", 2, "S110"),
        ("subject: Petition", "subject: {{ campaign.name }}", 2, "S103"),
        ("subject: Petition", "subject: |\n  one\n  two", 2, "V204"),
        ("closing: Yours,", "closign: Yours,", 3, "V202"),
        ("date: 2027-08-01", "date: August", 4, "V204"),
        ("name: A. Reader, ", "", 4, "V201"),
        ("We write.\n", "", 6, "L503"),
        ("We write.", 'salutation: "Dear Mr. President:"\n\nWe write.', 7, "L501"),
        ("---\nsubject", "subject", 1, "L501"),
        ("---\n\nWe", "We", 1, "L501"),
    ],
)
def test_a_fault_in_a_letter_is_told_at_its_line(old: str, new: str, line: int, code: str) -> None:
    assert FILE.count(old) == 1
    _, problems = read_template(PATH, FILE.replace(old, new).encode())
    assert (line, code) in [(problem.line, problem.code) for problem in problems]


def test_faults_of_the_head_and_of_the_body_come_in_one_go() -> None:
    _, problems = read_template(PATH, b"---\nsubjekt: a\n---\n")
    assert [(problem.line, problem.code) for problem in problems] == [
        (4, "L503"),
        (2, "V201"),
        (2, "V202"),
    ]


@pytest.mark.parametrize(
    "name",
    [
        "petition.md",
        "Petition.en.md",
        "petition letter.en.md",
        "petition.2027.en.md",
        ".en.md",
        "請願.ja.md",
        "petition.en.MD",
    ],
)
def test_a_name_that_does_not_tell_letter_and_language_is_refused(name: str) -> None:
    template, (problem,) = read_template(f"letters/2027/{name}", FILE.encode())
    assert template is None
    assert (problem.code, problem.line) == ("L502", 0)
    assert "petition.en.md" in problem.hint


def test_an_unknown_language_in_a_name_is_told_with_the_right_one() -> None:
    template, (problem,) = read_template("letters/2027/petition.jp.md", FILE.encode())
    assert template is None
    assert problem.code == "R301"
    assert "Did you mean 'ja'?" in problem.hint


def test_a_file_in_another_encoding_is_told_once() -> None:
    _, (problem,) = read_template(PATH, "---\nsubject: 請願書\n".encode("cp932"))
    assert (problem.code, problem.line) == ("S101", 2)


def test_each_letter_must_be_there_in_each_language() -> None:
    needed = {"ja": "jp-tokyo", "en": "jp-osaka"}
    names = ["cover.ja.md", "petition.en.md", "petition.ja.md", "campaign.yaml", "_shared.en.md"]
    (problem,) = check_complete("letters/2027", names, needed)
    assert (problem.path, problem.code) == ("letters/2027/cover.en.md", "L502")
    assert "jp-osaka gets letters in en" in problem.message
    assert "remove en from" in problem.hint


@pytest.mark.parametrize("almost", ["petition.ja.md.txt", "Petition.ja.md", "petition.ja.MD"])
def test_a_file_under_almost_the_right_name_is_pointed_to(almost: str) -> None:
    (problem,) = check_complete("letters/2027", ["petition.en.md", almost], {"en": "a", "ja": "b"})
    assert f"Is it '{almost}'?" in problem.hint


def test_a_folder_without_a_letter_is_told() -> None:
    (problem,) = check_complete("letters/2027", ["campaign.yaml", "_shared.md"], {"en": "jp-osaka"})
    assert problem.code == "L504"
    assert "letters/2027/petition.en.md" in problem.hint


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"], include_characters=" "), min_size=1))
def test_any_name_is_written_so_that_it_reads_back_and_every_other_line_stays(name: str) -> None:
    try:
        reading = Reading(name=name, date=date(2027, 8, 2), text="0123456789abcdef")
    except ValidationError:
        reject()  # no name at all, or one with a character that no file may hold
    new = FILE.replace("read_by: {name: A. Reader, date: 2027-08-01}\n", "")
    for before in (FILE, new, FILE.replace("\n", "\r\n")):
        after = record_reading(before, reading)
        template, problems = read_template("letters/2027/petition.en.md", after.encode())
        assert problems == ()
        assert template is not None
        assert template.front.read_by == reading
        kept = [line for line in before.splitlines(keepends=True) if not line.startswith("read_by")]
        assert [line for line in after.splitlines(keepends=True) if not line.startswith("read_by")] == kept
