"""`print --printer`: each approved packet at most once unless told again, and what became of each is in the log."""

import json
import os
import shutil
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import Ending, WorkspaceCopy
from documents import read_pdf_pages
from paper_workspace import approve_all
from petitioner.inputs.folder import TrackedFolder
from petitioner.log.events import Event
from petitioner.log.kinds import Kind
from petitioner.log.states.packets import State, list_packets
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.user_data.claims import locate_claims
from pseudo_terminal import run_at_terminal
from scale import IS_LONG
from servers.cups import Cups
from servers.waiting import wait_until

TOKYO = ("jp-tokyo", "post")
OSAKA = (("jp-osaka", "post"), ("jp-osaka", "hand"))


@pytest.fixture
def paper_workspace(workspace: WorkspaceCopy, cups: Cups) -> WorkspaceCopy:
    """Three packets, to Tokyo by post and to Osaka by post and by hand, and a scheduler."""
    assert cups.port
    approve_all(workspace)
    return workspace


def print_on(workspace: WorkspaceCopy, queue: str, *options: str, patience: str = "20") -> Ending:
    return workspace.run("print", "--printer", queue, "--yes", "--patience", patience, *options)


def read_log(workspace: WorkspaceCopy) -> tuple[Event, ...]:
    return MailingLog.within(workspace.folder).read()


def list_states(workspace: WorkspaceCopy) -> dict[tuple[str, str], State]:
    return {(packet.key.recipient, packet.key.channel): packet.state for packet in list_packets(read_log(workspace))}


def list_kinds(workspace: WorkspaceCopy, recipient: str = "jp-tokyo") -> list[Kind]:
    events = (event for event in read_log(workspace) if event.recipient == recipient)
    return [event.kind for event in events if event.kind is not Kind.APPROVED]


def count_arrivals(cups: Cups) -> Counter[str]:
    """How often each packet's reference came to a printer."""
    return Counter(arrival.title.split()[0] for arrival in cups.list_arrivals())


def test_each_packet_is_one_job_with_its_reference_and_its_approved_pages(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 0, ending.err
    assert ending.out.splitlines() == [
        "jp-tokyo (post) printed: job 1 completed (event 5)",
        "jp-osaka (post) printed: job 2 completed (event 7)",
        "jp-osaka (hand) printed: job 3 completed (event 9)",
    ]
    assert "Next: petitioner log add posted jp-tokyo jp-osaka" in ending.err
    assert set(list_states(paper_workspace).values()) == {State.PRINTED}
    arrivals = cups.list_arrivals()
    titles = [arrival.title for arrival in arrivals]
    assert [title.split()[0] for title in titles] == ["LFNKR-2027-JP-TOKYO", *["LFNKR-2027-JP-OSAKA"] * 2]
    assert len(set(titles)) == 3, "each job is known by its title"
    assert "LFNKR-2027-JP-TOKYO" in read_pdf_pages(arrivals[0].content)[0]
    begun = [event for event in read_log(paper_workspace) if event.kind is Kind.PRINTING]
    assert [(event.details.account, event.details.job, event.details.title) for event in begun] == [
        ("ok", number, title) for number, title in enumerate(titles, start=1)
    ]
    assert {document.name for document in begun[0].documents} == {"petition.ja.pdf", "petition.en.pdf"}


def test_a_run_on_a_queue_reads_the_workspace_once(
    paper_workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths: list[str] = []

    def note(folder: TrackedFolder, path: str) -> bytes:
        paths.append(path)
        return read_file(folder, path)

    read_file = TrackedFolder.read_file
    monkeypatch.setattr(TrackedFolder, "read_file", note)
    assert print_on(paper_workspace, "ok").status == 0
    assert paths.count("recipients.yaml") == 1


def test_a_queue_and_a_file_leave_out_the_same_packets_for_the_same_reasons(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    hold: ring them up")
    paper_workspace.edit("letters/2027/campaign.yaml", "date: 2027-09-01", "date: 2027-09-02")
    left_out = json.loads(paper_workspace.run("print", "--json").out)["staying"]
    assert len({stay["reason"] for stay in left_out}) == 2
    assert json.loads(print_on(paper_workspace, "ok", "--json").out)["staying"] == left_out


def test_what_is_printed_is_not_printed_again_and_can_still_be_posted(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    print_on(paper_workspace, "ok")
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 0
    assert "There is nothing to print now." in ending.err
    assert "To print one of them once more: petitioner print --again ID" in ending.err
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1, "LFNKR-2027-JP-OSAKA": 2}
    assert paper_workspace.run("log", "add", "posted", "jp-tokyo").status == 0
    assert list_states(paper_workspace)[TOKYO] is State.POSTED


def test_again_prints_once_more_and_the_log_says_why(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    print_on(paper_workspace, "ok")
    assert print_on(paper_workspace, "ok", "--again", "jp-tokyo").status == 0
    assert count_arrivals(cups)["LFNKR-2027-JP-TOKYO"] == 2
    assert list_kinds(paper_workspace) == [Kind.PRINTING, Kind.PRINTED, Kind.PRINTING, Kind.PRINTED]
    (again,) = [event for event in read_log(paper_workspace) if "reprinted" in event.details.flags]
    assert again.details.flags == {"reprinted": "once more: event 5 says printed"}
    titles = [arrival.title for arrival in cups.list_arrivals() if "TOKYO" in arrival.title]
    assert len(set(titles)) == 2


def test_copies_sides_and_tray_reach_the_printer(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    print_on(paper_workspace, "ok", "--only", "jp-tokyo", "--copies", "2", "--tray", "tray-2", "--simplex")
    (arrival,) = cups.list_arrivals()
    assert arrival.copies == 2
    assert {"sides=one-sided", "media-source=tray-2"} <= set(arrival.options.split())


@pytest.mark.parametrize(("queue", "words"), [("fail", "aborted: out of toner"), ("cancel", "canceled")])
def test_a_job_that_was_given_up_was_not_printed_and_the_next_run_prints_it(
    paper_workspace: WorkspaceCopy, cups: Cups, queue: str, words: str
) -> None:
    ending = print_on(paper_workspace, queue, "--only", "jp-tokyo")
    assert ending.status == 1
    assert f"jp-tokyo (post) not printed: job 1 {words}" in ending.out
    assert list_states(paper_workspace)[TOKYO] is State.NOT_PRINTED
    assert words in paper_workspace.run("log").out
    assert print_on(paper_workspace, "ok", "--only", "jp-tokyo").status == 0
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}


def test_a_job_that_was_aborted_ends_the_run_and_those_not_tried_are_named(paper_workspace: WorkspaceCopy) -> None:
    ending = print_on(paper_workspace, "fail")
    assert ending.status == 1
    assert "Not tried: jp-osaka (post), jp-osaka (hand)." in ending.err
    assert "0 of 3 packets printed on 'fail'." in ending.err


def test_a_job_that_somebody_cancelled_does_not_keep_the_others_back(paper_workspace: WorkspaceCopy) -> None:
    ending = print_on(paper_workspace, "cancel")
    assert ending.status == 1
    assert ending.out.count("not printed: ") == 3


@pytest.mark.parametrize("queue", ["hold", "stop"])
def test_what_lies_in_the_queue_is_in_doubt_and_not_printed_twice_when_it_comes_out(
    paper_workspace: WorkspaceCopy, cups: Cups, queue: str
) -> None:
    ending = print_on(paper_workspace, queue)
    assert ending.status == 4
    assert "jp-tokyo (post) in doubt: job 1 " in ending.out
    assert f"petitioner print --printer {queue} --again jp-tokyo" in ending.err
    assert list_states(paper_workspace)[TOKYO] is State.PRINT_IN_DOUBT
    assert print_on(paper_workspace, "ok").status == 4  # the others go on, and this one waits
    assert count_arrivals(cups) == {"LFNKR-2027-JP-OSAKA": 2}
    cups.call("lpmove", "1", "slow")
    if queue == "hold":
        cups.call("lp", "-i", "1", "-H", "resume")
    cups.let_go()
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 0, ending.out
    assert "jp-tokyo (post) printed: job 1 completed" in ending.out
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1, "LFNKR-2027-JP-OSAKA": 2}


def test_a_doubt_is_recorded_once_however_often_the_queue_is_asked(paper_workspace: WorkspaceCopy) -> None:
    for _ in range(3):
        assert print_on(paper_workspace, "hold", "--only", "jp-tokyo").status == 4
    assert list_kinds(paper_workspace) == [Kind.PRINTING, Kind.PRINT_IN_DOUBT]


def test_again_takes_a_job_in_doubt_out_of_its_queue_before_it_prints_another(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    ending = print_on(paper_workspace, "ok", "--only", "jp-tokyo", "--again", "jp-tokyo")
    assert ending.status == 0, ending.err
    assert list_kinds(paper_workspace) == [
        *(Kind.PRINTING, Kind.PRINT_IN_DOUBT, Kind.NOT_PRINTED),
        *(Kind.PRINTING, Kind.PRINTED),
    ]
    assert cups.call("lpstat", "-o") == ""
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}


def test_again_changes_nothing_before_somebody_says_yes(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    before = read_log(paper_workspace)
    ending = paper_workspace.run("print", "--printer", "ok", "--only", "jp-tokyo", "--again", "jp-tokyo")
    assert ending.status == 2
    assert read_log(paper_workspace) == before
    assert "hold-1" in cups.call("lpstat", "-o")


def test_again_prints_nothing_while_the_old_job_cannot_be_taken_out(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    cups.forbid("Cancel-Job")
    ending = print_on(paper_workspace, "ok", "--only", "jp-tokyo", "--again", "jp-tokyo")
    assert ending.status == 4
    assert "its old job cannot be taken out of the queue" in ending.err
    assert "cancel 1; then run the command again" in ending.err
    assert cups.list_arrivals() == []


def test_again_prints_nothing_when_the_doubt_turns_out_to_be_printed(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    print_on(paper_workspace, "slow", "--only", "jp-tokyo", patience="0.1")
    cups.let_go()
    wait_until(cups.list_arrivals)
    wait_until(lambda: cups.call("lpstat", "-o") == "")
    ending = print_on(paper_workspace, "slow", "--only", "jp-tokyo", "--again", "jp-tokyo")
    assert ending.status == 0
    assert "jp-tokyo (post) printed: job 1 completed" in ending.out
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}


def test_a_job_that_outlasts_patience_is_in_doubt_until_the_next_run_asks(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    ending = print_on(paper_workspace, "slow", "--only", "jp-tokyo", patience="0.2")
    assert ending.status == 4
    assert "in doubt: still job 1 p" in ending.out
    cups.let_go()
    assert print_on(paper_workspace, "slow", "--only", "jp-tokyo").status == 0
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}


def test_a_queue_that_forgets_its_jobs_leaves_the_doubt(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    print_on(paper_workspace, "slow", "--only", "jp-tokyo", patience="0.1")
    cups.let_go()
    wait_until(lambda: cups.call("lpstat", "-o") == "")
    cups.call("cancel", "-a", "-x")
    ending = print_on(paper_workspace, "slow", "--only", "jp-tokyo")
    assert ending.status == 4
    assert "the queue 'slow' knows no job 1 of ours" in ending.out
    assert "jp-tokyo: print in doubt on " in paper_workspace.run("log").out
    assert paper_workspace.run("log", "add", "printed", "jp-tokyo").status == 0
    assert list_states(paper_workspace)[TOKYO] is State.PRINTED


def test_a_scheduler_that_is_down_or_has_no_such_queue_is_told_and_nothing_is_recorded(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    before = read_log(paper_workspace)
    ending = print_on(paper_workspace, "okay")
    assert ending.status == 1
    assert "has no queue 'okay'" in ending.err
    assert "There are: cancel, fail, hold, ok, slow, stop." in ending.err
    cups.stop()
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 1
    assert "nobody answers at" in ending.err
    assert read_log(paper_workspace) == before


def test_a_queue_that_takes_no_jobs_gets_none(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    cups.call("cupsreject", "ok")
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 1
    assert "cupsaccept ok" in ending.err
    assert list_kinds(paper_workspace) == []


def test_a_server_that_is_no_place_is_refused(paper_workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CUPS_SERVER", "localhost:print")
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 2
    assert "CUPS_SERVER is 'localhost:print', which is not an address." in ending.err


def test_nobody_can_be_asked_without_a_terminal(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    ending = paper_workspace.run("print", "--printer", "ok")
    assert ending.status == 2
    assert "Print 3 packets on 'ok'? There is no terminal to ask at." in ending.err
    assert cups.list_arrivals() == []


def test_a_person_types_the_number_of_packets(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    command = ("print", "--printer", "ok")
    status, shown = run_at_terminal(paper_workspace.folder, command, [("Type 3 to say yes:", "2")])
    assert status == 1
    assert "Nothing was printed." in shown
    assert cups.list_arrivals() == []
    status, shown = run_at_terminal(paper_workspace.folder, command, [("Type 3 to say yes:", "3")])
    assert status == 0, shown
    assert "LFNKR-2027-JP-TOKYO" in shown
    assert sum(count_arrivals(cups).values()) == 3


def test_whoever_interrupts_is_told_that_the_next_run_asks_and_it_does(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("petitioner.paper.cups.Polling.list_pauses", interrupt)
        ending = print_on(paper_workspace, "slow", "--only", "jp-tokyo")
    assert ending.status == 130
    assert "The next run asks the queue" in ending.err
    assert "Not tried" not in ending.err
    assert list_states(paper_workspace)[TOKYO] is State.PRINT_IN_DOUBT
    cups.let_go()
    assert print_on(paper_workspace, "slow", "--only", "jp-tokyo").status == 0
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}


def interrupt(*_: object) -> Iterator[float]:
    """What Ctrl-C does while a job is followed."""
    yield 0
    raise KeyboardInterrupt


@pytest.mark.parametrize("option", [("--copies", "2"), ("--tray", "x"), ("--patience", "5"), ("--yes",)])
def test_what_a_printer_is_told_needs_a_printer(paper_workspace: WorkspaceCopy, option: tuple[str, ...]) -> None:
    ending = paper_workspace.run("print", *option)
    assert ending.status == 2
    assert f"{option[0]} needs a printer." in ending.err


def test_a_program_is_told_each_job_and_who_stays(paper_workspace: WorkspaceCopy) -> None:
    told = json.loads(print_on(paper_workspace, "fail", "--json").out)
    assert [(job["recipient"], job["end"], job["job"]) for job in told["jobs"]] == [("jp-tokyo", "aborted", 1)]
    assert len(told["packets"]) == 3
    told = json.loads(print_on(paper_workspace, "ok", "--only", "jp-tokyo", "--json").out)
    assert [(job["recipient"], job["end"]) for job in told["jobs"]] == [("jp-tokyo", "completed")]
    told = json.loads(print_on(paper_workspace, "ok", "--only", "jp-tokyo", "--json").out)
    assert [(stay["recipient"], stay["done"]) for stay in told["staying"]] == [("jp-tokyo", True)]


def test_the_log_and_the_status_say_what_to_do_about_a_doubt(paper_workspace: WorkspaceCopy) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    ending = paper_workspace.run("log")
    assert ending.status == 4
    assert (
        "jp-tokyo: print in doubt on 2027-09-01: job 1 held: job-hold-until-specified: nobody knows whether "
        "it was printed; look at the printer, then: petitioner log add printed jp-tokyo, "
        "or petitioner print --again jp-tokyo"
    ) in ending.out.replace(str(read_log(paper_workspace)[-1].happened_on), "2027-09-01")
    assert "Next: petitioner log add printed jp-tokyo" in ending.err
    status = paper_workspace.run()
    assert "print in doubt" in status.out
    assert "1 thing needs attention: petitioner log" in status.out
    assert "Next: petitioner print --printer hold  (it asks the queue about those in doubt)" in status.err
    settled = paper_workspace.run("log", "settle", "jp-tokyo", "--sent", "--because", "x")
    assert settled.status == 1
    assert "If it is printed: petitioner log add printed jp-tokyo" in settled.err


def test_what_the_program_heard_from_a_printer_cannot_be_taken_back(paper_workspace: WorkspaceCopy) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    number = str(read_log(paper_workspace)[-1].id)
    ending = paper_workspace.run("log", "withdraw", number, "--because", "x")
    assert ending.status == 1
    assert "petitioner print --again jp-tokyo" in ending.err
    assert paper_workspace.run("log", "confirm", number, "--because", "x").status == 1


def test_what_was_printed_from_the_file_is_recorded_for_every_packet_with_what_was_approved(
    workspace: WorkspaceCopy,
) -> None:
    approve_all(workspace)
    ending = workspace.run("log", "add", "printed", "jp-tokyo", "jp-osaka")
    assert ending.status == 0
    assert "Note: " not in ending.err
    assert list_states(workspace) == dict.fromkeys((TOKYO, *OSAKA), State.PRINTED)
    (event,) = [one for one in read_log(workspace) if one.kind is Kind.PRINTED and one.recipient == "jp-tokyo"]
    assert "petition.ja.pdf" in [document.name for document in event.documents]
    assert "There is nothing to print now." in workspace.run("print").err
    ending = workspace.run("log", "add", "printed", "jp-osaka")
    assert "not the first time" in ending.err


def test_what_was_printed_and_never_approved_is_recorded_and_flagged(workspace: WorkspaceCopy) -> None:
    workspace.build()
    ending = workspace.run("log", "add", "printed", "jp-tokyo", "--on", "2027-08-20")
    assert ending.status == 0
    assert "nothing was approved" in ending.err
    assert "before the date" not in ending.err
    assert "nothing that was sent before" not in ending.err


def test_an_older_log_prints_nothing_anew_that_the_newer_one_has_printed(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    kept = paper_workspace.folder.parent / "kept"
    shutil.copy(paper_workspace.folder / FILE_NAME, kept)
    print_on(paper_workspace, "ok", "--only", "jp-tokyo")
    shutil.copy(kept, paper_workspace.folder / FILE_NAME)
    assert print_on(paper_workspace, "ok").status == 1, "an older log is not in use here"
    assert paper_workspace.run("log", "adopt", "--because", "the disk was lost").status == 0
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 1
    assert "jp-tokyo stays: another copy of this log has it as 'printed' on " in ending.err
    assert paper_workspace.run("log", "add", "printed", "jp-tokyo").status == 0
    ending = print_on(paper_workspace, "ok")
    assert ending.status == 0, ending.err
    assert "jp-tokyo" not in ending.out
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1, "LFNKR-2027-JP-OSAKA": 2}


class TestAClone:
    """The paper of one log is not printed by another."""

    @pytest.fixture
    def clone(self, paper_workspace: WorkspaceCopy, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
        """As `git clone` makes it, with its packets approved anew."""
        folder = paper_workspace.folder.with_name("clone")
        shutil.copytree(paper_workspace.folder, folder, ignore=shutil.ignore_patterns("mailing-log*"))
        made = WorkspaceCopy(folder, capsys)
        approve_all(made)
        return made

    def test_prints_nothing_that_the_other_printed_or_posted_and_names_it(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy, cups: Cups
    ) -> None:
        print_on(paper_workspace, "ok", "--only", "jp-osaka")
        paper_workspace.run("log", "add", "posted", "jp-tokyo")
        ending = print_on(clone, "ok")
        assert ending.status == 1
        assert "jp-tokyo stays: another log has it as 'posted' on " in ending.err
        assert "jp-osaka (hand) stays: another log has it as 'printed' on " in ending.err
        again = print_on(clone, "ok", "--again", "jp-tokyo")
        assert again.status == 2
        assert "another log has it as 'posted'" in again.err
        assert count_arrivals(cups) == {"LFNKR-2027-JP-OSAKA": 2}

    def test_leaves_such_packets_out_of_files_by_name(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy
    ) -> None:
        paper_workspace.run("log", "add", "posted", "jp-osaka")
        paper_workspace.run("log", "add", "handed", "jp-osaka", "--outcome", "letter-box")
        run = clone.run("print", "--json")
        assert run.status == 1
        assert "2 packets left out that may have been sent or printed before: jp-osaka." in run.err
        assert [one["recipient"] for one in json.loads(run.out)["packets"]] == ["jp-tokyo"]
        for kind in ("envelopes", "labels"):
            made = clone.run("print", kind)
            assert made.status == 0
            assert "jp-osaka (post) stays: another log has it as 'posted' on " in made.err
        sheet = clone.run("print", "deliveries")
        assert sheet.status == 1
        assert "jp-osaka stays: another log has it as 'left in the letter box' on " in sheet.err

    def test_does_not_post_what_the_other_handed_over_in_its_place(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy
    ) -> None:
        paper_workspace.run("log", "add", "handed", "jp-tokyo")
        assert "jp-tokyo stays: another log has it as 'handed over' on " in clone.run("print").err

    def test_records_a_fact_all_the_same_and_says_what_is_unusual(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy
    ) -> None:
        paper_workspace.run("log", "add", "posted", "jp-tokyo")
        ending = clone.run("log", "add", "posted", "jp-tokyo")
        assert ending.status == 0
        assert "Note: jp-tokyo: another log has it as 'posted' on " in ending.err
        assert list_states(clone)[TOKYO] is State.POSTED

    def test_goes_on_with_the_paper_that_somebody_brought_along_and_the_other_does_not(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy
    ) -> None:
        paper_workspace.run("log", "add", "printed", "jp-tokyo")
        told = clone.run("print", "envelopes", "--only", "jp-tokyo")
        assert "If it is gone, and you have its paper: petitioner log add printed jp-tokyo; if it was" in told.err
        assert clone.run("log", "add", "printed", "jp-tokyo").status == 0
        assert clone.run("print", "envelopes", "--only", "jp-tokyo").status == 0
        assert "another log has it as 'printed'" in paper_workspace.run("print", "envelopes", "--only", "jp-tokyo").err

    def test_and_its_origin_at_once_print_each_packet_once(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy, cups: Cups
    ) -> None:
        with start(paper_workspace, "with the lock") as one, start(clone, "with the lock") as other:
            for process in (one, other):
                assert process.stdin
                process.stdin.write("go\n")
                process.stdin.flush()
            said = "".join(process.communicate(timeout=60)[0] for process in (one, other))
        assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1, "LFNKR-2027-JP-OSAKA": 2}, said
        assert "Traceback" not in said
        assert said.count("another log ") >= 3, said

    @pytest.mark.slow
    def test_prints_nothing_twice_after_a_run_that_was_killed_anywhere_nor_does_the_next_run(
        self, paper_workspace: WorkspaceCopy, clone: WorkspaceCopy, cups: Cups
    ) -> None:
        steps: list[str] = []
        with start_killer(paper_workspace, clone, "print", "--printer", "ok", "--yes", "--only", "jp-tokyo") as process:
            while True:
                cups.forget()
                status, step = give_order(process, "begin")
                if status != -signal.SIGKILL:
                    break
                steps.append(step)
                ends = [give_order(process, words)[0] for words in ("clone", "go on")]
                told = f"killed {step}: {ends}, {count_arrivals(cups)}"
                assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}, told
                assert sorted(ends) == [0, 1], told
        assert len(steps) > 6

    def test_has_no_claims_printed_when_the_data_folder_cannot_be_written(
        self, paper_workspace: WorkspaceCopy, cups: Cups
    ) -> None:
        locate_claims().write_text("not a folder")
        ending = print_on(paper_workspace, "ok")
        assert ending.status == 1
        assert "Nothing leaves before that." in ending.err
        assert not cups.list_arrivals()


@contextmanager
def start_killer(
    paper_workspace: WorkspaceCopy, clone: WorkspaceCopy | None, *command: str
) -> Iterator[subprocess.Popen[str]]:
    program = Path(__file__).parents[1].joinpath("support/kill_during_print.py")
    other = str(clone.folder) if clone else "-"
    arguments = [sys.executable, str(program), str(paper_workspace.folder), os.environ["HOME"], other, *command]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    with subprocess.Popen(
        arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        yield process
        assert process.stdin
        process.stdin.close()


def give_order(process: subprocess.Popen[str], words: str) -> tuple[int, str]:
    assert process.stdin
    assert process.stdout
    process.stdin.write(f"{words}\n")
    process.stdin.flush()
    status, step = json.loads(process.stdout.readline())
    return status, step


@pytest.mark.slow
def test_killed_at_every_step_and_run_again_each_packet_is_printed_once(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    """The queue remembers, so that nothing stays in doubt."""
    only = () if IS_LONG else ("--only", "jp-tokyo")
    wanted = {"LFNKR-2027-JP-TOKYO": 1, **({"LFNKR-2027-JP-OSAKA": 2} if IS_LONG else {})}
    command = ("print", "--printer", "ok", "--yes", *only)
    steps: list[str] = []
    with start_killer(paper_workspace, None, *command) as process:
        while True:
            cups.forget()
            status, step = give_order(process, "begin")
            if status != -signal.SIGKILL:
                break
            steps.append(step)
            status, _ = give_order(process, "go on")
            states = [state for key, state in list_states(paper_workspace).items() if IS_LONG or key == TOKYO]
            told = f"killed {step}: {states}, {count_arrivals(cups)}"
            assert status == 0, told
            assert set(states) == {State.PRINTED}, told
            assert count_arrivals(cups) == wanted, told
            assert cups.call("lpstat", "-o") == "", f"{told}, and something is left in the queue"
    print(f"\n{len(steps)} kills, at every step")  # noqa: T201 - the count is the result
    for moment in ("before create", "after create", "after append", "before send", "after send", "after follow"):
        assert any(moment in step for step in steps), moment
    assert len(steps) > 20


BOTH = """
import sys
from datetime import UTC, datetime
from contextlib import nullcontext
from petitioner import cli
from petitioner.commands import print_queue as queue
from petitioner.log.storage import store
if sys.argv[2] == "without the lock":
    assert callable(store.hold_lock)
    store.hold_lock = lambda path: nullcontext(True)
stack = queue.choose_batch
def wait(*arguments):
    stacked = stack(*arguments)
    print("planned", flush=True)
    sys.stdin.readline()
    return stacked
queue.choose_batch = wait
command = ["print", "--printer", "ok", "--yes", *sys.argv[3:]]
sys.exit(cli.main(["-C", sys.argv[1], *command], now=datetime(2027, 9, 1, 3, tzinfo=UTC)))
"""


@contextmanager
def start(paper_workspace: WorkspaceCopy, how: str, *options: str) -> Iterator[subprocess.Popen[str]]:
    """A run of its own that has planned, and waits for a word before it goes on."""
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    arguments = [sys.executable, "-c", BOTH, str(paper_workspace.folder), how, *options]
    with subprocess.Popen(
        arguments, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    ) as process:
        assert process.stdout
        while (line := process.stdout.readline()) != "planned\n":
            assert line, "it ended before it had planned"
        yield process


def test_two_runs_at_once_are_one_run_and_a_refusal(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    with start(paper_workspace, "with the lock") as one:
        ending = print_on(paper_workspace, "ok")
        one.communicate("go\n", timeout=60)
    assert ending.status == 1
    assert "A run is sending from here." in ending.err
    assert one.returncode == 0
    assert sum(count_arrivals(cups).values()) == 3


@pytest.mark.slow
@pytest.mark.parametrize("options", [(), ("--again", "jp-tokyo")], ids=["new", "once more"])
def test_two_runs_at_once_without_the_lock_print_each_packet_once(
    paper_workspace: WorkspaceCopy, cups: Cups, options: tuple[str, ...]
) -> None:
    """The lock is taken out on purpose; what is left is the look before each entry."""
    if options:
        print_on(paper_workspace, "ok", "--only", "jp-tokyo")
        for arrival in cups.printed.glob("*.bytes"):
            arrival.unlink()
    with (
        start(paper_workspace, "without the lock", "--only", "jp-tokyo", *options) as one,
        start(paper_workspace, "without the lock", "--only", "jp-tokyo", *options) as other,
    ):
        said = [process.communicate("go\n", timeout=60)[0] for process in (one, other)]
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 1}, said
    assert list_states(paper_workspace)[TOKYO] is State.PRINTED
    assert "Traceback" not in "".join(said)


def change_and_approve(workspace: WorkspaceCopy) -> None:
    workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: 敬白")
    approve_all(workspace)


def test_a_job_in_doubt_prints_no_old_words_once_the_packet_was_approved_anew(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    change_and_approve(paper_workspace)
    ending = print_on(paper_workspace, "ok", "--only", "jp-tokyo")
    assert ending.status == 0, ending.err
    assert cups.call("lpstat", "-o") == ""
    (arrival,) = cups.list_arrivals()
    assert "敬白" in "".join(read_pdf_pages(arrival.content))
    begun = [event for event in read_log(paper_workspace) if event.kind is Kind.PRINTING][-1]
    assert begun.details.flags["approved-anew"].startswith("approved again since; the job before it: job 1 canceled")


def test_what_was_approved_before_and_came_out_is_to_be_thrown_away(paper_workspace: WorkspaceCopy, cups: Cups) -> None:
    print_on(paper_workspace, "slow", "--only", "jp-tokyo", patience="0.1")
    change_and_approve(paper_workspace)
    cups.let_go()
    wait_until(lambda: cups.call("lpstat", "-o") == "")
    ending = print_on(paper_workspace, "ok", "--only", "jp-tokyo")
    assert ending.status == 0, ending.err
    assert "If the older version was printed, throw it away: job 1 completed" in ending.err
    assert list_states(paper_workspace)[TOKYO] is State.PRINTED
    assert count_arrivals(cups) == {"LFNKR-2027-JP-TOKYO": 2}


def test_while_an_old_job_cannot_be_taken_out_nothing_is_printed_in_new_words(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    change_and_approve(paper_workspace)
    cups.forbid("Cancel-Job")
    ending = print_on(paper_workspace, "ok", "--only", "jp-tokyo")
    assert ending.status == 1
    assert "its old job cannot be taken out of the queue" in ending.err
    assert cups.list_arrivals() == []


def test_print_tells_of_a_job_that_may_print_what_was_approved_before(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    assert cups.port
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    change_and_approve(paper_workspace)
    told = "jp-tokyo: job 1 on 'hold' may still print what was approved before; cancel it: cancel 1"
    assert told in paper_workspace.run("print").err
    paper_workspace.run("log", "add", "printed", "jp-tokyo")
    assert told not in paper_workspace.run("print", "--again", "jp-tokyo").err


def test_the_log_says_how_many_copies_were_printed(paper_workspace: WorkspaceCopy) -> None:
    print_on(paper_workspace, "ok", "--only", "jp-tokyo", "--copies", "3")
    (begun,) = [event for event in read_log(paper_workspace) if event.kind is Kind.PRINTING]
    assert begun.details.flags == {"copies": "3 copies"}


def test_a_doubt_stays_one_when_its_packet_is_held_or_no_longer_approved(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    assert cups.port
    print_on(paper_workspace, "hold", "--only", "jp-tokyo")
    paper_workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: 敬白")
    assert paper_workspace.run("print", "--only", "jp-tokyo").status == 4
    paper_workspace.edit(
        "recipients.yaml", "    languages: [ja, en]\n", "    languages: [ja, en]\n    hold: ask first\n"
    )
    ending = paper_workspace.run("print", "--only", "jp-tokyo", "--json")
    assert ending.status == 4
    assert [(one["reason"], one["in_doubt"]) for one in json.loads(ending.out)["staying"]] == [
        ("on hold: ask first", True)
    ]


def test_what_was_given_to_a_printer_is_not_left_in_a_file_to_be_printed_as_well(
    paper_workspace: WorkspaceCopy, cups: Cups
) -> None:
    assert cups.port
    paper_workspace.run("print")
    print_on(paper_workspace, "ok")
    assert not list((paper_workspace.folder / "out/2027/print").iterdir())
