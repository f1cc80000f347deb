"""``log add --scan``: a stack of envelopes, a hand scanner that types a line and Enter, and whoever holds it."""

import json
from collections.abc import Callable
from io import BytesIO, TextIOWrapper
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import Ending, WorkspaceCopy
from log_workspace import CAMPAIGN, FUKUOKA, OSAKA, SEPTEMBER_12, TOKYO, mission
from petitioner.log.context import LogContext
from petitioner.log.scans import ScanSession
from petitioner.log.storage.store import MailingLog
from pseudo_terminal import run_at_terminal

Scan = Callable[..., Ending]
REGISTERED, LETTER_PACK = "131-12-38385-2", "4055-4842-4886"


@pytest.fixture
def scan(workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> Scan:
    """Pipe lines into ``log add``."""

    def run(*arguments: str, lines: str | bytes) -> Ending:
        content = lines if isinstance(lines, bytes) else lines.encode()
        monkeypatch.setattr("sys.stdin", TextIOWrapper(BytesIO(content), "utf-8"))
        return workspace.run("log", "add", *arguments, "--scan")

    return run


def read_log(workspace: WorkspaceCopy) -> list[tuple[str, str, str | None]]:
    events = MailingLog.within(workspace.folder).read()
    return [(event.recipient, str(event.kind), event.details.tracking) for event in events]


class TestPiping:
    def test_a_stack_is_recorded_at_once(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        ending = scan("posted", lines="LFNKR-2027-JP-TOKYO\nLFNKR-2027-JP-OSAKA\n")
        assert ending.status == 0
        assert ending.out.splitlines()[-1] == "Recorded as posted: 2 packets."
        assert read_log(workspace) == [("jp-tokyo", "posted", None), ("jp-osaka", "posted", None)]

    def test_a_tracking_number_belongs_to_the_reference_before_it(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        scan("posted", lines=f"LFNKR-2027-JP-TOKYO\r\n{REGISTERED}\r\nLFNKR-2027-JP-OSAKA\r\n{LETTER_PACK}\r\n")
        assert [tracking for *_, tracking in read_log(workspace)] == [REGISTERED, LETTER_PACK]

    @pytest.mark.parametrize(
        "line",
        [
            "lfnkr-2027-jp-osaka",
            "ＬＦＮＫＲ－２０２７－ＪＰ－ＯＳＡＫＡ",
            "LFNKRß2027ßJPßOSAKA",
            "LFNKR'2027'JP'OSAKA",
            "LFNKRー2027ーJPーOSAKA",
            "  LFNKR 2027 JP OSAKA\t",
            "]Q3LFNKR-2027-JP-OSAKA",
            "\ufeffLFNKR-2027-JP-OSAKA",
            "jp-osaka",
        ],
    )
    def test_keyboards_and_widths_do_not_matter(self, workspace: WorkspaceCopy, scan: Scan, line: str) -> None:
        assert scan("posted", lines=f"{line}\n").status == 0
        assert read_log(workspace) == [("jp-osaka", "posted", None)]

    def test_a_second_scan_counts_once(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        ending = scan("posted", lines=f"jp-osaka\n\njp-tokyo\nLFNKR-2027-JP-OSAKA\n{REGISTERED}\n{REGISTERED}\n")
        assert ending.status == 0
        assert read_log(workspace) == [("jp-osaka", "posted", REGISTERED), ("jp-tokyo", "posted", None)]

    @pytest.mark.parametrize("undo", ["-", "－", "ー", "undo", "UNDO", "–"])
    def test_the_last_can_be_taken_back(self, workspace: WorkspaceCopy, scan: Scan, undo: str) -> None:
        ending = scan("posted", lines=f"jp-tokyo\njp-osaka\n{REGISTERED}\n{undo}\n{undo}\n{REGISTERED}\nwhat\n{undo}\n")
        assert ending.status == 0
        assert read_log(workspace) == [("jp-tokyo", "posted", REGISTERED)]

    def test_taking_back_a_second_scan_leaves_the_first_and_all_others(
        self, workspace: WorkspaceCopy, scan: Scan
    ) -> None:
        scan("posted", lines="jp-osaka\njp-tokyo\njp-osaka\n-\n")
        assert [id_ for id_, *_ in read_log(workspace)] == ["jp-osaka", "jp-tokyo"]

    def test_what_was_not_understood_is_told_by_its_line_and_the_rest_is_recorded(
        self, workspace: WorkspaceCopy, scan: Scan
    ) -> None:
        ending = scan(
            "posted", lines=f"{REGISTERED}\njp-osaka\nLFNKR-2027-JP-OSAK\nLFNKR-2026-JP-OSAKA\n{REGISTERED}\n"
        )
        assert ending.status == 1
        assert read_log(workspace) == [("jp-osaka", "posted", None)]
        told = [line for line in ending.err.splitlines() if line.startswith("Line")]
        assert [line.partition(" is not recorded: ")[2].partition(":")[0] for line in told] == [
            "not a reference, and no reference before it could have it as its tracking number",
            "not known, though it begins as a reference",
            "of the campaign 2026, and this is 2027; it needs petitioner --campaign 2026",
            "not a reference, and no reference before it could have it as its tracking number",
        ]
        assert [line.split()[1] for line in told] == ["1", "3", "4", "5"]

    def test_a_second_number_for_one_packet_is_not_guessed_at(self, scan: Scan) -> None:
        ending = scan("posted", lines=f"jp-osaka\n{REGISTERED}\n{LETTER_PACK}\n")
        assert ending.status == 1
        assert f"Line 3 is not recorded: jp-osaka has the tracking number {REGISTERED} already" in ending.err

    def test_noise_and_bytes_that_are_no_text_stop_nothing(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        ending = scan("posted", lines=b"\xff\xfe\x00\n\x1b[31m\njp-osaka\n" + b"9" * 5000 + b"\n")
        assert read_log(workspace)[0][0] == "jp-osaka"
        assert "\x1b" not in ending.err
        assert read_log(workspace)[0][2] is None
        assert ending.status == 1

    def test_nothing_scanned_is_nothing_recorded(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        ending = scan("posted", lines="\n\n")
        assert (ending.status, ending.out) == (0, "Nothing was scanned, so nothing is recorded.\n")
        assert not (workspace.folder / "mailing-log.sqlite").exists()

    def test_as_json_it_gives_what_was_recorded_and_what_was_not(self, scan: Scan) -> None:
        ending = scan("posted", "--json", lines="jp-osaka\nmars\n")
        said = json.loads(ending.out)
        assert [event["recipient"] for event in said["recorded"]] == ["jp-osaka"]
        assert said["not_understood"] == [{"line": 2, "text": "mars", "reason": "not known"}]

    def test_class_and_postage_hold_for_every_packet(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        scan("posted", "--class", "simple-registered", "--postage", "460", lines="jp-osaka\njp-tokyo\n")
        told = [(one.details.mail_class, one.details.postage) for one in MailingLog.within(workspace.folder).read()]
        assert told == [("simple-registered", "460 JPY")] * 2

    @pytest.mark.parametrize(("fact", "kind"), [("handed", "handed over"), ("printed", "printed")])
    def test_other_facts_are_scanned_too_and_have_no_tracking_numbers(
        self, workspace: WorkspaceCopy, scan: Scan, fact: str, kind: str
    ) -> None:
        ending = scan(fact, lines=f"jp-tokyo\n{REGISTERED}\n")
        assert (ending.status, read_log(workspace)) == (1, [("jp-tokyo", kind, None)])
        assert "only what is posted has a tracking number" in ending.err

    def test_a_number_that_was_scanned_for_two_packets_is_recorded_and_flagged(
        self, workspace: WorkspaceCopy, scan: Scan
    ) -> None:
        scan("posted", lines=f"jp-osaka\n{REGISTERED}\n")
        scan("posted", lines=f"jp-tokyo\n{REGISTERED}\n")
        flags = MailingLog.within(workspace.folder).read()[-1].details.flags
        assert flags["tracking-shared"].startswith(
            f"{REGISTERED} is the tracking number of another packet, too: jp-osaka"
        )
        assert "tracking-shared" not in MailingLog.within(workspace.folder).read()[0].details.flags

    def test_also_within_one_stack(self, workspace: WorkspaceCopy, scan: Scan) -> None:
        scan("posted", lines="jp-osaka\n131-12-38385-3\njp-tokyo\n13112383853\n")
        first, second = (set(event.details.flags) for event in MailingLog.within(workspace.folder).read())
        assert (first & {"tracking-shared"}, second & {"tracking-shared"}) == (set(), {"tracking-shared"})
        assert "tracking-digit" in first & second
        assert "131-12-38385-3 is wrong" in workspace.run("log").out

    @pytest.mark.parametrize("more", [["jp-osaka"], ["--tracking", "1"]])
    def test_scanning_and_typing_do_not_go_together(self, workspace: WorkspaceCopy, more: list[str]) -> None:
        ending = workspace.run("log", "add", "posted", *more, "--scan")
        assert ending.status == 2
        assert "With --scan, ids and tracking numbers come from the scanner." in ending.err


class TestAtATerminal:
    def test_each_scan_is_answered_and_an_empty_line_ends(self, workspace: WorkspaceCopy) -> None:
        answers = [
            ("an empty line ends", "LFNKR-2027-JP-OSAKA"),
            ("1  jp-osaka  Consulate-General of the People's Republic of China in Osaka", REGISTERED),
            (f"tracking number {REGISTERED} for jp-osaka", "-"),
            ("taken back: tracking number", "131-12-38385-3"),
            ("for jp-osaka; its check digit is wrong: was it misread?", "-"),
            ("taken back: tracking number", REGISTERED),
            (f"tracking number {REGISTERED} for jp-osaka", "lfnkr-2027-jp-osaka"),
            ("was scanned already, as number 1; it counts once", "LFNKR-2027-JP-OSAK"),
            ("LFNKR-2027-JP-OSAK; scan it again", "-"),
            ("taken back: LFNKR-2027-JP-OSAK", "LFNKR-2027-JP-TOKYO"),
            ("2  jp-tokyo  Embassy of", ""),
        ]
        status, shown = run_at_terminal(workspace.folder, ["log", "add", "posted", "--scan"], answers)
        assert status == 0
        assert "Recorded as posted: 2 packets." in shown
        assert read_log(workspace) == [("jp-osaka", "posted", REGISTERED), ("jp-tokyo", "posted", None)]

    def test_what_was_posted_before_is_told_at_once(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "posted", "jp-tokyo")
        answers = [("an empty line ends", "jp-tokyo"), ("note: posted on 2027-09-01 already", "\x04")]
        status, _ = run_at_terminal(workspace.folder, ["log", "add", "posted", "--scan"], answers)
        assert status == 0
        assert len(read_log(workspace)) == 2

    def test_an_interruption_records_nothing(self, workspace: WorkspaceCopy) -> None:
        answers = [("an empty line ends", "jp-tokyo"), ("1  jp-tokyo", "\x03")]
        status, shown = run_at_terminal(workspace.folder, ["log", "add", "posted", "--scan"], answers)
        assert (status, read_log(workspace)) == (130, [])
        assert "Interrupted. Nothing of this stack is recorded." in shown


CAMPAIGN_FOLDER = Path("unused")
LINES = st.lists(
    st.sampled_from(["jp-osaka", "LFNKR-2027-JP-TOKYO", "jp-fukuoka", REGISTERED, LETTER_PACK, "-", "x", ""])
    | st.text(),
    max_size=20,
)


class TestAnyStack:
    @given(LINES)
    def test_whatever_comes_in_each_packet_is_there_once_and_every_number_has_one(self, lines: list[str]) -> None:
        stack = ScanSession(LogContext(CAMPAIGN_FOLDER, (OSAKA, TOKYO, FUKUOKA), CAMPAIGN, SEPTEMBER_12, "Hanako"), ())
        for line in lines:
            stack.read_line(line)
        assert len(stack.ids) == len(set(stack.ids))
        assert set(stack.trackings) <= set(stack.ids)
        assert all(1 <= one.line <= len(lines) for one in stack.misread)

    @given(LINES)
    def test_all_of_it_can_be_taken_back(self, lines: list[str]) -> None:
        stack = ScanSession(LogContext(CAMPAIGN_FOLDER, (OSAKA, TOKYO, FUKUOKA), CAMPAIGN, SEPTEMBER_12, "Hanako"), ())
        for line in (*lines, *["-"] * len(lines)):
            stack.read_line(line)
        assert (stack.ids, stack.trackings, stack.misread) == ([], {}, [])

    def test_two_ids_that_differ_in_hyphens_alone_are_not_guessed_at(self) -> None:
        joined = mission("Osaka").model_copy(update={"id": "jp-osaka-2"})
        other = mission("Osaka").model_copy(update={"id": "jp-osaka2"})
        stack = ScanSession(LogContext(CAMPAIGN_FOLDER, (joined, other), CAMPAIGN, SEPTEMBER_12, "Hanako"), ())
        assert not stack.read_line("LFNKRß2027ßJPßOSAKAß2").is_understood
        assert stack.misread[0].reason == "it may be jp-osaka-2 or jp-osaka2; type the id itself"
        stack.read_line("jp-osaka2")
        stack.read_line("LFNKR-2027-JP-OSAKA-2")
        assert stack.ids == ["jp-osaka2", "jp-osaka-2"]
