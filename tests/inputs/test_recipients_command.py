"""``petitioner recipients``: contacts are confirmed by persons, and the file keeps every other byte."""

import json
from difflib import unified_diff

import pytest

from conftest import WorkspaceCopy
from pseudo_terminal import Answer, run_at_terminal

VERIFY = ("recipients", "verify")


def lines_of(workspace: WorkspaceCopy) -> list[str]:
    return (workspace.folder / "recipients.yaml").read_bytes().decode().split("\n")


def changes(before: list[str], after: list[str]) -> list[str]:
    """The lines that went (``-``) and those that came (``+``), in order."""
    return [
        line for line in unified_diff(before, after, "", "", n=0, lineterm="") if line[:3] not in ("---", "+++", "@@ ")
    ]


class TestShowing:
    def test_the_table_says_where_each_stands_and_since_when_it_is_confirmed(self, real: WorkspaceCopy) -> None:
        real.run(*VERIFY, "jp-osaka", "--confirmed", "--on", "2027-08-20")
        out = real.run("recipients").out
        osaka = next(line for line in out.splitlines() if line.startswith("jp-osaka"))
        assert "recipients.yaml:31" in osaka
        assert "2027-08-20" in osaka
        assert "hold: confirm by telephone" in out
        assert out == real.run("recipients", "show").out

    def test_the_whole_entry_of_one_is_shown_for_a_telephone_call(self, real: WorkspaceCopy) -> None:
        ending = real.run("recipients", "show", "jp-fukuoka")
        for words in (
            "〒810-0065 / 福岡県福岡市中央区地行浜1-3-3",
            "092-713-1121",
            "(as of 2026)",
            "recipients.yaml:53",
        ):
            assert words in ending.out
        assert "its address was never confirmed by a person" in ending.out
        assert "Next: petitioner recipients verify" in ending.err

    def test_json_has_the_doubts(self, workspace: WorkspaceCopy) -> None:
        said = json.loads(workspace.run("recipients", "show", "jp-osaka", "--json").out)["recipients"]
        assert [one["id"] for one in said] == ["jp-osaka"]
        assert said[0]["doubts"] == ["its address was never confirmed by a person"]
        assert said[0]["address"]["postal_code"] == "550-0004"

    def test_an_id_that_nobody_has_is_a_mistake(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("recipients", "show", "jp-osake")
        assert ending.status == 2
        assert "Did you mean 'jp-osaka'?" in ending.err


class TestConfirming:
    def test_the_day_is_one_new_line_in_the_real_file(self, real: WorkspaceCopy) -> None:
        before = lines_of(real)
        ending = real.run(*VERIFY, "jp-osaka", "--confirmed")
        assert ending.status == 0
        after = lines_of(real)
        assert len(after) == len(before) + 1
        at = after.index("    verified: 2027-09-01")
        assert after[:at] + after[at + 1 :] == before
        assert after[at - 1] == "    as_of: 2026"
        assert real.run("check").status == 0

    def test_every_mission_of_the_real_file_can_be_confirmed_at_once(self, real: WorkspaceCopy) -> None:
        before = lines_of(real)
        ids = [line.strip(" :") for line in before if line.startswith("  jp-")]
        assert real.run(*VERIFY, *ids, "--confirmed").status == 0
        after = lines_of(real)
        assert [line for line in after if line != "    verified: 2027-09-01"] == before
        assert len(after) == len(before) + 7
        assert "0 still to be confirmed" in real.run(*VERIFY, ids[0], "--confirmed").out

    def test_source_and_hold_change_in_their_own_lines(self, real: WorkspaceCopy) -> None:
        before = lines_of(real)
        options = ("--confirmed", "--source", "by telephone: Ms Li", "--release-hold")
        assert real.run(*VERIFY, "jp-fukuoka", *options).status == 0
        # What was read on another page that day is of that day.
        assert changes(before, lines_of(real)) == [
            "-    source: https://embassies.net/china-in-japan",
            "-    as_of: 2026",
            "-    hold: confirm by telephone; the street stands in one list only, and two others name other streets",
            '+    source: "by telephone: Ms Li"',
            "+    as_of: 2027-09-01",
            "+    verified: 2027-09-01",
        ]

    def test_a_second_confirmation_takes_the_place_of_the_first(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "languages: [en]", "verified: 2026-01-02   # rang them\n    languages: [en]")
        before = lines_of(workspace)
        workspace.run(*VERIFY, "jp-osaka", "--confirmed")
        expected = [line.replace("2026-01-02", "2027-09-01") for line in before]
        assert lines_of(workspace) == expected

    def test_the_head_is_confirmed_on_its_own_word(self, workspace: WorkspaceCopy) -> None:
        head = "head:\n      name: {en: Xue Jian, ja: 薛剣}  # since 2021\n    languages: [ja, en]"
        workspace.edit("recipients.yaml", "languages: [ja, en]", head)
        workspace.run(*VERIFY, "jp-tokyo", "--confirmed")
        assert "      confirmed: 2027-09-01" not in lines_of(workspace)
        workspace.run(*VERIFY, "jp-tokyo", "--confirmed", "--head")
        after = lines_of(workspace)
        assert (
            after[after.index("      name: {en: Xue Jian, ja: 薛剣}  # since 2021") + 1]
            == "      confirmed: 2027-09-01"
        )
        refused = workspace.run(*VERIFY, "jp-osaka", "--confirmed", "--head")
        assert refused.status == 2
        assert "has no head" in refused.err

    def test_a_file_that_is_read_only_stays_as_it_is(self, workspace: WorkspaceCopy) -> None:
        path = workspace.folder / "recipients.yaml"
        before = path.read_bytes()
        path.chmod(0o444)
        ending = workspace.run(*VERIFY, "jp-osaka", "--confirmed")
        assert ending.status == 1
        assert "recipients.yaml cannot be written: it is read-only" in ending.err
        assert "Check its permissions." in ending.err
        assert (path.read_bytes(), path.stat().st_mode & 0o777) == (before, 0o444)

    def test_a_file_that_others_may_not_read_stays_so(self, workspace: WorkspaceCopy) -> None:
        path = workspace.folder / "recipients.yaml"
        path.chmod(0o600)
        assert workspace.run(*VERIFY, "jp-osaka", "--confirmed").status == 0
        assert path.stat().st_mode & 0o777 == 0o600

    def test_windows_line_ends_and_a_byte_order_mark_stay(self, workspace: WorkspaceCopy) -> None:
        path = workspace.folder / "recipients.yaml"
        path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
        before = path.read_bytes()
        assert workspace.run(*VERIFY, "jp-tokyo", "--confirmed").status == 0
        assert path.read_bytes().replace(b"    verified: 2027-09-01\r\n", b"") == before

    def test_a_file_without_a_last_line_end_gets_its_line(self, workspace: WorkspaceCopy) -> None:
        path = workspace.folder / "recipients.yaml"
        path.write_bytes(path.read_bytes().rstrip(b"\n"))
        before = path.read_bytes()
        workspace.run(*VERIFY, "jp-osaka", "--confirmed")
        assert path.read_bytes() == before + b"\n    verified: 2027-09-01"

    def test_an_entry_in_braces_is_left_to_an_editor(self, workspace: WorkspaceCopy) -> None:
        workspace.write("recipients.yaml", _IN_BRACES)
        ending = workspace.run(*VERIFY, "jp-tokyo", "--confirmed")
        assert ending.status == 1
        assert "recipients.yaml:2: jp-tokyo was left as it is: its keys are not on lines of their own." in ending.err
        assert (workspace.folder / "recipients.yaml").read_text("utf-8") == _IN_BRACES

    @pytest.mark.parametrize(
        ("arguments", "said"),
        [
            (("--confirmed",), "No recipient is named who was confirmed."),
            (("jp-osaka",), "There is no terminal to ask at."),
            (("jp-osaka", "--source", "x"), "go with --confirmed"),
            (("jp-osaka", "--confirmed", "--on", "2027-09-02"), "2027-09-02 is still to come."),
            (("jp-osaka", "--confirmed", "--on", "20 August"), "'20 August' is not a day of the calendar."),
            (("jp-osaka", "--confirmed", "--source", "a\u202eb"), "U+202E"),
        ],
    )
    def test_words_that_make_no_sense_are_said_and_nothing_is_written(
        self, workspace: WorkspaceCopy, arguments: tuple[str, ...], said: str
    ) -> None:
        before = lines_of(workspace)
        ending = workspace.run(*VERIFY, *arguments)
        assert ending.status == 2
        assert said in ending.err
        assert lines_of(workspace) == before


def test_a_postal_code_in_full_width_is_reported_once_with_the_form_to_type(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "postal_code: 106-0046", "postal_code: １０６\u2212００４６")
    ending = workspace.run("check")
    assert ending.status == 3
    assert (
        "recipients.yaml:10: 'address.postal_code' has full-width characters: １０６\u2212００４６ [R303]" in ending.err
    )
    assert "Type it in half width (半角): 106-0046" in ending.err
    assert ending.err.count("R303") == 1


class TestWalking:
    def test_one_is_confirmed_one_is_to_be_changed(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    hold: ring them first")
        answers = [
            ("Correct? [y]es, [n]o, [s]kip, [q]uit:", "n"),
            ("[s]kip, [q]uit:", "y"),
            ("Take the hold away (ring them first)? [y]es, [N]o, [q]uit:", "y"),
            ("Source of this confirmation (Enter keeps the present one, q quits):", "Ms Li, by telephone"),
        ]
        status, shown = run_at_terminal(workspace.folder, VERIFY, answers)
        assert status == 0, shown
        assert "Correct it in an editor at recipients.yaml:2" in shown
        assert "1 confirmed; 1 still to be confirmed: jp-tokyo" in shown
        after = lines_of(workspace)
        assert "    source: Ms Li, by telephone" in after
        assert "    verified: 2027-09-01" in after
        assert not any("hold:" in line for line in after)

    @pytest.mark.parametrize("typed", ["y", "N", "s", "yes", "no", "skip", "ｙ"])
    def test_an_answer_to_the_question_before_is_not_taken_for_a_source(
        self, workspace: WorkspaceCopy, typed: str
    ) -> None:
        source = "Source of this confirmation (Enter keeps the present one, q quits):"
        answers: list[tuple[str, Answer]] = [
            ("[s]kip, [q]uit:", "y"),
            (source, typed),
            (source, "S. Li"),
            ("uit:", "q"),
        ]
        status, shown = run_at_terminal(workspace.folder, VERIFY, answers)
        assert status == 0, shown
        assert f"'{typed}' is an answer to another question, and no source." in shown
        assert [line for line in lines_of(workspace) if "source:" in line] == ["    source: S. Li"]

    def test_recipients_still_on_hold_are_named_and_asked_about_again(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
        hold = "Take the hold away (ring them first)? [y]es, [N]o, [q]uit:"
        source = "Source of this confirmation (Enter keeps the present one, q quits):"
        others: list[tuple[str, Answer]] = [("[s]kip, [q]uit:", "y"), (source, "")]
        kept: list[tuple[str, Answer]] = [("[s]kip, [q]uit:", "y"), (hold, ""), (source, "")]
        status, shown = run_at_terminal(workspace.folder, VERIFY, kept + others)
        assert status == 0, shown
        assert "2 confirmed; 0 still to be confirmed" in shown
        assert "1 still on hold: jp-tokyo" in shown
        assert "Next: petitioner recipients verify jp-tokyo" in shown
        status, shown = run_at_terminal(workspace.folder, VERIFY, [("[s]kip", "y"), (hold, "y"), (source, "")])
        assert status == 0, shown
        assert "on hold" not in shown.rpartition("1 confirmed")[2]
        assert "Next: petitioner build" in shown

    def test_whoever_quits_keeps_what_was_confirmed_before(self, workspace: WorkspaceCopy) -> None:
        answers = [
            ("[s]kip, [q]uit:", "y"),
            ("Source of this confirmation (Enter keeps the present one, q quits):", ""),
            ("[s]kip, [q]uit:", "q"),
        ]
        status, shown = run_at_terminal(workspace.folder, VERIFY, answers)
        assert status == 0, shown
        assert lines_of(workspace).count("    verified: 2027-09-01") == 1

    def test_an_entry_that_changed_while_it_was_shown_is_not_confirmed(self, workspace: WorkspaceCopy) -> None:
        path = workspace.folder / "recipients.yaml"
        changed = path.read_text("utf-8").replace("元麻布3-4-33", "元麻布3-4-34")

        def meddle() -> str:
            path.write_text(changed, "utf-8")
            return ""

        answers: list[tuple[str, Answer]] = [
            ("[s]kip, [q]uit:", "y"),
            ("Source of this confirmation (Enter keeps the present one, q quits):", meddle),
        ]
        status, shown = run_at_terminal(workspace.folder, VERIFY, answers)
        assert status == 1, shown
        assert "jp-tokyo was changed in recipients.yaml since it was shown; nothing was written." in shown
        assert path.read_text("utf-8") == changed


_IN_BRACES = """recipients:
  jp-tokyo: {kind: embassy, country: JP, city: {en: Tokyo}, name: {en: Embassy},
    address: {lines: {en: [Tokyo]}}, languages: [en], channels: [post]}
"""
