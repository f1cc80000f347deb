"""What is shown: tables that fit, words that stay whole, and lines of files with a mark under what is wrong."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from conftest import WorkspaceCopy
from petitioner.errors import Problem
from petitioner.layout import SourceLines, format_table, wrap_words
from pseudo_terminal import TerminalSettings, run_at_terminal

COLUMNS = ("recipient", "name", "state")
ROWS = [
    ("jp-osaka", "Consulate-General of the People's Republic of China in Osaka", "approved, and not posted yet"),
    ("jp-tokyo", "中華人民共和国駐日本国大使館", "sent"),
]


def mark(folder: Path, line: str, message: str, width: int = 80) -> tuple[str, ...]:
    """The marked line of a file that holds one."""
    (folder / "file.yaml").write_text(line, "utf-8")
    return SourceLines(folder).underline(Problem("file.yaml", 1, "X100", message), width)


class TestTables:
    def test_in_a_pipe_lines_stay_whole_and_have_no_blanks_at_their_ends(self) -> None:
        lines = list(format_table(COLUMNS, ROWS, None))
        assert len(lines) == 3
        assert lines == [line.rstrip() for line in lines]
        assert lines[1].startswith("jp-osaka   Consulate-General of the")
        assert {cell_len(line[: line.rindex("  ")]) for line in lines[1:]} == {11 + 60}

    def test_at_a_terminal_it_fits_and_words_stay_whole(self) -> None:
        lines = list(format_table(COLUMNS, ROWS, 60))
        assert max(map(cell_len, lines)) <= 60
        assert {word for row in ROWS for cell in row for word in cell.split()} <= set(" ".join(lines).split())

    def test_in_a_very_narrow_window_each_row_is_a_list_so_that_no_id_or_day_is_cut(self) -> None:
        rows = [("jp-nagasaki", "2026-12-01", "Nagasaki", "approved, and not posted yet"), ("jp-osaka", "", "", "sent")]
        lines = list(format_table(("recipient", "day", "city", "state"), rows, 32))
        assert lines == [
            "recipient: jp-nagasaki",
            "day: 2026-12-01",
            "city: Nagasaki",
            "state: approved, and not posted",
            "yet",
            "",
            "recipient: jp-osaka",
            "state: sent",
        ]

    def test_a_word_that_is_longer_than_a_line_is_cut_with_a_mark_of_that(self) -> None:
        lines = list(format_table(("file", "size"), [("a" * 90, "12 kB")], 60))
        assert max(map(cell_len, lines)) <= 60
        assert "…" in lines[1]

    @given(rows=st.lists(st.tuples(*[st.text("ab 日\n", max_size=30)] * 3), max_size=3), width=st.integers(20, 60))
    def test_any_table_fits(self, rows: list[tuple[str, str, str]], width: int) -> None:
        assert all(cell_len(line) <= width for line in format_table(("a", "b", "c"), rows, width))


class TestLines:
    def test_a_line_is_broken_between_words_and_goes_on_as_deep(self) -> None:
        assert list(wrap_words("    one two  three", 12)) == ["    one two", "    three"]

    def test_a_word_that_is_too_long_stays_whole(self) -> None:
        assert list(wrap_words("see https://example.org/long now", 10)) == ["see", "https://example.org/long", "now"]

    @given(st.text("ab 日", max_size=40), st.integers(5, 20))
    def test_no_word_is_lost_or_broken(self, text: str, width: int) -> None:
        assert " ".join(wrap_words(text, width)).split() == text.split()


class TestMarks:
    @pytest.mark.parametrize(
        ("line", "message", "marked"),
        [
            ("    kind: embasy", "'kind' cannot be 'embasy'", "embasy"),
            ("  ja: 大阪, jp: 東京", "unknown language 'jp'", "jp"),
            ("  closing: x", "'closing' is empty", "closing"),
            ("  - a", "'b' is missing", "-"),
            ("  jp-osaka: 'jp'", "unknown language 'jp'", "jp"),
            ("\tab XXX", "'XXX' is still to be filled in", "XXX"),
            ("のお願い XXX", "'XXX' is still to be filled in", "XXX"),
            ("a\u202eb", "character 2 of this line is RLO, which is hidden", "\\u202e"),
        ],
    )
    def test_the_mark_is_under_the_value(self, tmp_path: Path, line: str, message: str, marked: str) -> None:
        text, marks = mark(tmp_path, line, message)
        assert text.startswith("    1 | ")
        place = cell_len(marks) - len(marks.strip("| "))
        cells = "".join(character * cell_len(character) for character in text)
        assert cells[place : cell_len(marks)] == marked

    def test_wide_characters_count_twice(self, tmp_path: Path) -> None:
        assert mark(tmp_path, "大阪: 東京", "'東京' is unknown") == ("    1 | 大阪: 東京", "      |       ^^^^")

    def test_of_a_long_line_the_part_with_the_value_is_shown(self, tmp_path: Path) -> None:
        text, marks = mark(tmp_path, f"{'word ' * 50}XXX{' word' * 50}", "'XXX' is still to be filled in", 60)
        assert cell_len(text) <= 60
        assert text[len(marks) - 3 : len(marks)] == "XXX"

    @pytest.mark.parametrize("content", [b"\xff\xfe\n", b"\n", b""])
    def test_what_is_no_text_is_not_shown(self, tmp_path: Path, content: bytes) -> None:
        (tmp_path / "file.yaml").write_bytes(content)
        lines = SourceLines(tmp_path)
        assert lines.underline(Problem("file.yaml", 1, "X100", "it is wrong"), 80) == ()
        assert lines.underline(Problem("missing.yaml", 1, "X100", "it is wrong"), 80) == ()

    def test_a_file_outside_the_workspace_is_not_shown(self, tmp_path: Path) -> None:
        """The user's own settings can hold a password."""
        (tmp_path / "config.toml").write_text("password = 'x'", "utf-8")
        assert SourceLines(tmp_path).underline(Problem(str(tmp_path / "config.toml"), 1, "X100", "wrong"), 80) == ()


class TestAtATerminal:
    def test_an_error_shows_its_line(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("recipients.yaml", "kind: embassy", "kind: embasy")
        _, shown = run_at_terminal(workspace.folder, ["check"], [], at=TerminalSettings(columns=80))
        assert shown.splitlines()[:5] == [
            "recipients.yaml:3: 'kind' cannot be 'embasy' [V204]",
            "    3 |     kind: embasy",
            "      |           ^^^^^^",
            "    Did you mean 'embassy'? Allowed: embassy, consulate-general, consulate,",
            "    office.",
        ]
        assert "^" not in workspace.run("check").err

    def test_very_many_errors_are_one_line_each(self, workspace: WorkspaceCopy) -> None:
        workspace.edit("letters/2027/petition.en.md", "1. Let them stay.", "XXX\n\n" * 21 + "1. Let them stay.")
        _, shown = run_at_terminal(workspace.folder, ["check"], [], at=TerminalSettings(columns=80))
        assert shown.count("[W204]") == 21
        assert "^" not in shown

    def test_no_line_of_an_overview_is_wider(self, real: WorkspaceCopy) -> None:
        for command in (["recipients"], [], ["log"], ["doctor"]):
            _, shown = run_at_terminal(real.folder, command, [], at=TerminalSettings(columns=80))
            wide = [line for line in shown.splitlines() if cell_len(line) > 80 and not line.startswith("Next: ")]
            assert not [line for line in wide if len(line.split()) > 1], command

    def test_in_a_pipe_no_line_ends_with_a_blank(self, real: WorkspaceCopy) -> None:
        for command in (["recipients"], [], ["log"]):
            lines = real.run(*command).out.splitlines()
            assert lines == [line.rstrip() for line in lines], command
