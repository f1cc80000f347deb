"""``petitioner read``: a reading belongs to a text, and holds until the text is changed."""

import json
import re
from difflib import unified_diff
from pathlib import Path

import pytest

from conftest import NOW, WorkspaceCopy
from pseudo_terminal import run_at_terminal

EN, JA = "letters/2027/petition.en.md", "letters/2027/petition.ja.md"
NOTE = """\
---
subject: 請願書の送付
opening: 拝啓　時下ますますご清祥のこととお慶び申し上げます。
closing: 敬具
---
{{ addressee.name }}宛ての請願書をお送りいたします。
"""
_DIGEST = re.compile("[0-9a-f]{16}")


def text_of(workspace: WorkspaceCopy, path: str = JA) -> str:
    return (workspace.folder / path).read_bytes().decode()


def changes(before: str, after: str) -> list[str]:
    """The lines that went (``-``) and those that came (``+``), to the last byte of each."""
    lines = unified_diff(before.split("\n"), after.split("\n"), n=0, lineterm="")
    return [line for line in lines if line[:3] not in ("---", "+++", "@@ ")]


def reasons(workspace: WorkspaceCopy) -> dict[str, str]:
    """Why each text still has to be read, by the name of its file."""
    said = json.loads(workspace.run("--json").out)["unread"]
    return {Path(one["path"]).name: one["reason"] for one in said}


@pytest.fixture
def read(workspace: WorkspaceCopy) -> WorkspaceCopy:
    """The small workspace with both letters read."""
    assert workspace.run("read", "ja", "--by", "佐藤花子", "--on", "2027-08-01").status == 0
    assert workspace.run("read", "en", "--by", "John Smith", "--on", "2027-08-02").status == 0
    return workspace


class TestRecording:
    def test_reader_day_and_text_are_one_new_line_and_all_others_stay(self, workspace: WorkspaceCopy) -> None:
        before = text_of(workspace)
        ending = workspace.run("read", "ja", "--by", "佐藤花子")
        assert ending.status == 0
        (line,) = changes(before, text_of(workspace))
        assert re.fullmatch(r"\+read_by: \{name: 佐藤花子, date: 2027-09-01, text: [0-9a-f]{16}\}", line)
        assert f"{JA}: read by 佐藤花子 on 2027-09-01." in ending.err
        assert "petitioner read en" in ending.err
        assert list(reasons(workspace)) == ["petition.en.md"]

    def test_several_languages_by_one_reader(self, workspace: WorkspaceCopy) -> None:
        assert workspace.run("read", "ja", "en", "--by", "Hanako Smith").status == 0
        assert reasons(workspace) == {}
        assert "to be read" not in workspace.run("check").err

    @pytest.mark.parametrize("ending", ["\r\n", "\n"])
    def test_byte_order_marks_line_ends_and_remarks_stay(self, workspace: WorkspaceCopy, ending: str) -> None:
        text = text_of(workspace).replace("closing: 謹白", "closing:   謹白   # as always")
        workspace.write(JA, "\ufeff" + text.replace("\n", ending))
        before = text_of(workspace)
        assert workspace.run("read", "ja", "--by", "佐藤, 花子").status == 0
        (line,) = changes(before, text_of(workspace))
        assert line.startswith('+read_by: {name: "佐藤, 花子", date: ')
        assert line.endswith("\r" if ending == "\r\n" else "}")
        assert "petition.ja.md" not in reasons(workspace)

    @pytest.mark.parametrize(
        "old",
        [
            "read_by: {name: 山田, date: 2026-08-01}   # my cousin",
            "read_by:\n  name: 山田   # my cousin\n  date: 2026-08-01",
            "read_by:\n  name: 山田   # my cousin\n  date: 2026-08-01\n  text: 0123456789abcdef",
        ],
    )
    def test_an_older_reading_is_replaced_where_it_stands(self, workspace: WorkspaceCopy, old: str) -> None:
        workspace.edit(JA, "closing: 謹白", f"{old}\nclosing: 謹白")
        assert workspace.run("read", "ja", "--by", "佐藤花子").status == 0
        text = text_of(workspace)
        assert "山田" not in text
        assert "# my cousin\n" in text
        assert text.index("read_by:") < text.index("closing: 謹白")
        assert reasons(workspace) == {"petition.en.md": "no native reader has read petition.en"}

    def test_what_cannot_be_changed_line_by_line_is_left_and_the_way_out_is_named(
        self, workspace: WorkspaceCopy
    ) -> None:
        workspace.edit(JA, "closing: 謹白", "closing: 謹白\nread_by: {name: 山田,\n  date: 2026-08-01}")
        before = text_of(workspace)
        ending = workspace.run("read", "ja", "--by", "佐藤花子")
        assert ending.status == 1
        assert f"{JA}:5: the value is not on one line; the file was left as it is." in ending.err
        assert "Remove 'read_by' from the file, then: petitioner read ja --letter petition" in ending.err
        assert text_of(workspace) == before

    def test_a_covering_note_is_a_text_of_its_own(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "channels: [post]", "channels: [email]\n    email: [a@example.org]")
        workspace.write("letters/2027/email.ja.md", NOTE)
        assert workspace.run("read", "ja", "--letter", "petition", "--by", "佐藤花子").status == 0
        assert list(reasons(workspace)) == ["petition.en.md", "email.ja.md"]
        assert workspace.run("read", "ja", "--by", "鈴木一郎").status == 0
        assert "佐藤花子" in text_of(workspace)
        assert "鈴木一郎" in text_of(workspace, "letters/2027/email.ja.md")

    def test_what_was_read_as_it_is_stays_and_is_said_unless_it_is_named(self, read: WorkspaceCopy) -> None:
        before = text_of(read)
        ending = read.run("read", "ja", "--by", "Somebody Else")
        assert (ending.status, text_of(read)) == (0, before)
        assert f"{JA}: 佐藤花子 read it as it is now, on 2027-08-01." in ending.err
        assert read.run("read", "ja", "--letter", "petition", "--by", "Somebody Else").status == 0
        assert "Somebody Else" in text_of(read)

    def test_json_says_what_was_read_and_what_is_left(self, workspace: WorkspaceCopy) -> None:
        said = json.loads(workspace.run("read", "ja", "--by", "佐藤花子", "--json").out)
        (one,) = said["read"]
        assert (one["path"], one["name"], one["date"]) == (JA, "佐藤花子", "2027-09-01")
        assert _DIGEST.fullmatch(one["text"])
        assert [left["path"] for left in said["unread"]] == [EN]

    def test_quotation_marks_of_a_word_processor_are_no_part_of_a_name(self, workspace: WorkspaceCopy) -> None:
        workspace.run("read", "ja", "--by", "“Sato　Hanako”")
        assert "read_by: {name: Sato Hanako," in (workspace.folder / JA).read_text("utf-8")


class TestRefusing:
    @pytest.mark.parametrize(
        ("arguments", "told"),
        [
            (("ja",), "Nobody is named who has read petition.ja."),
            (("ko", "--by", "A"), "No language is called 'ko'"),
            (("ja", "--letter", "email", "--by", "A"), "No letter is called 'email'"),
            (("ja", "--by", "A", "--on", "2027-09-02"), "2027-09-02 is still to come: today is 2027-09-01."),
            (("ja", "--by", "A", "--on", "20270901"), "'20270901' is not a day of the calendar"),
            (("ja", "--by", "y"), "'y' is an answer to another question, and no name."),
            (("ja,en", "--by", "A"), "'ja,en': These are 2 values: give each on its own, without commas."),
            (("ja", "--by", "A\u202eB"), "--by contains U+202E"),
            (("ja", "--by", "A" * 5000), "This name cannot be written at the top of a letter's file."),
        ],
    )
    def test_words_that_make_no_sense_change_nothing(
        self, workspace: WorkspaceCopy, arguments: tuple[str, ...], told: str
    ) -> None:
        before = text_of(workspace)
        ending = workspace.run("read", *arguments)
        assert ending.status == 2
        assert told in ending.err
        assert text_of(workspace) == before

    def test_a_text_with_errors_is_mended_before_it_is_read(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(JA, "closing: 謹白", "closing: '{{ nobody }}'")
        ending = workspace.run("read", "ja", "--by", "佐藤花子")
        assert ending.status == 3
        assert "'nobody' is not known" in ending.err
        assert workspace.run("read", "en", "--by", "John Smith").status == 0

    def test_a_text_that_cannot_be_read_at_all_is_not_called_missing(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(JA, "closing: 謹白", "closing: [謹白")
        ending = workspace.run("read", "ja", "--by", "佐藤花子")
        assert ending.status == 3
        assert f"{JA}:" in ending.err
        assert "No language" not in ending.err


class TestHolding:
    @pytest.mark.parametrize(
        ("path", "old", "new"),
        [
            (JA, "お願いを", "二つのお願いを"),
            (JA, "subject: 請願書", "subject: 請願"),
            (JA, "opening: 謹啓　", "opening: 謹啓　残暑の候、"),
            (JA, "closing: 謹白", "closing: 敬白"),
            ("letters/2027/_request.ja.md", "難民を送還", "難民を強制送還"),
        ],
    )
    def test_a_change_in_head_body_or_what_is_included_ends_it(
        self, read: WorkspaceCopy, path: str, old: str, new: str
    ) -> None:
        read.edit(path, old, new)
        assert reasons(read) == {"petition.ja.md": "petition.ja was changed since 佐藤花子 read it on 2027-08-01"}
        read.edit(path, new, old)
        assert reasons(read) == {}

    def test_what_an_included_file_includes_counts_too(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("letters/2027/_request.ja.md", "難民を", '{% include "_word.ja.md" %}\n難民を')
        workspace.write("letters/2027/_word.ja.md", "どうか")
        workspace.run("read", "ja", "--by", "佐藤花子")
        assert "petition.ja.md" not in reasons(workspace)
        workspace.write("letters/2027/_word.ja.md", "ぜひ")
        assert "petition.ja.md" in reasons(workspace)

    def test_remarks_quotes_and_the_data_do_not_count(self, read: WorkspaceCopy) -> None:
        read.edit(JA, "申し上げます。\n\n", "申し上げます。 {# 確認済み #}\n{# a line\n of its own #}\n\n")
        read.edit(JA, "closing: 謹白", 'closing: "謹白" # as ever')
        read.edit("letters/2027/_request.ja.md", "難民を", "{# source: x #}\n難民を")
        read.edit("recipients.yaml", "in Osaka\n", "in Ōsaka\n")
        assert reasons(read) == {}

    def test_a_reading_of_before_does_not_say_which_text_and_counts_as_missing(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(JA, "closing: 謹白", "closing: 謹白\nread_by: {name: 佐藤花子, date: 2027-08-01}")
        told = "'read_by' of petition.ja does not say which text 佐藤花子 read on 2027-08-01"
        assert reasons(workspace)["petition.ja.md"] == told
        assert told in workspace.run("check").err
        assert workspace.run("check", "--strict").status == 0


class TestTelling:
    LINE = (
        "Still to be read: no native reader has read petition.en; petition.ja was changed since 佐藤花子 read it on "
        "2027-08-01. Once that is done: petitioner read en ja"
    )

    @pytest.fixture
    def changed(self, workspace: WorkspaceCopy) -> WorkspaceCopy:
        workspace.run("read", "ja", "--by", "佐藤花子", "--on", "2027-08-01")
        workspace.edit("letters/2027/_request.ja.md", "難民を送還", "難民を強制送還")
        return workspace

    def test_check_says_it_after_the_sum_for_all_languages_and_it_is_no_warning(self, changed: WorkspaceCopy) -> None:
        ending = changed.run("check", "--strict", "--only", "jp-osaka")
        assert ending.status == 0
        lines = ending.err.splitlines()
        assert lines[-3].endswith("0 errors, 0 warnings.")
        assert lines[-2] == self.LINE
        assert lines[-1].startswith("Next: petitioner build")

    def test_build_and_the_bare_command_say_the_same(self, changed: WorkspaceCopy) -> None:
        ending = changed.run("build")
        assert ending.status == 0
        assert self.LINE in ending.err.splitlines()
        ending = changed.run()
        assert ending.status == 0
        assert self.LINE in ending.err.splitlines()
        assert len(json.loads(changed.run("--json").out)["unread"]) == 2

    def test_approvals_of_before_stay_what_they_were(self, changed: WorkspaceCopy) -> None:
        changed.run("build")
        command = ("approve", "--yes", "--unread", "ja", "--unread", "en", "--unverified", "jp-tokyo", "--unverified")
        assert changed.run(*command, "jp-osaka", "--by", "Hanako").status == 0
        for language in ("ja", "en"):
            assert changed.run("read", language, "--by", "A Reader").status == 0
        ending = changed.run("approve", "--yes")
        assert ending.status == 0
        assert ending.err.startswith("Approved before, and unchanged: jp-tokyo (post)")


class TestAtATerminal:
    def test_the_reader_of_each_language_is_asked_for(self, workspace: WorkspaceCopy) -> None:
        answers = [("Who has read petition.ja?", "佐藤花子"), ("Who has read petition.en?", "John Smith")]
        status, shown = run_at_terminal(workspace.folder, ["read", "ja", "en"], answers)
        assert status == 0, shown
        assert "name: 佐藤花子" in text_of(workspace)
        assert "name: John Smith" in text_of(workspace, EN)

    def test_where_a_language_has_several_texts_each_is_asked_about_and_q_quits(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "channels: [post]", "channels: [email]\n    email: [a@example.org]")
        workspace.write("letters/2027/email.ja.md", NOTE)
        answers = [
            (f"{JA}: has A read it, all of the present text? [y]es, [N]o, [q]uit:", "y"),
            ("email.ja.md: has A", "q"),
        ]
        status, shown = run_at_terminal(workspace.folder, ["read", "ja", "--by", "A"], answers)
        assert status == 1, shown
        assert "You quit. Nothing more was done." in shown
        assert "read_by" in text_of(workspace)
        assert "read_by" not in text_of(workspace, "letters/2027/email.ja.md")


def test_years_that_are_not_to_the_day_are_an_error_where_they_say_so(real: WorkspaceCopy) -> None:
    path = "letters/2027/petition.en.md"
    real.edit(path, "{{ campaign.year - 1982 }} years to the day", "46 years to the day")
    ending = real.run("check", now=NOW)
    assert ending.status == 3
    assert f"{path}:8: '46 years to the day'" in ending.err
    assert "warning" not in next(line for line in ending.err.splitlines() if "[D107]" in line)
