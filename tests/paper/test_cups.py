"""A print queue, as a real scheduler keeps it: what arrives at the printer, how jobs end, and what can be known."""

import itertools
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyipp.enums import IppJobState, IppTag

from components import require
from petitioner.errors import PetitionerError
from petitioner.paper.cups import Polling, PrintQueue, list_queues
from petitioner.paper.ipp import Attribute, Response, Scheduler, parse_cups_server
from petitioner.paper.printer_state import (
    ENDED_UNPRINTED,
    JobOutcome,
    JobResult,
    JobSettings,
    JobStatus,
    describe_job,
    find_result,
    read_jobs,
)
from servers.cups import QUEUES, Cups
from servers.curt import CurtServer
from servers.ipp_printer import IppPrinter
from servers.waiting import find_port, wait_until

PAGES = b"%PDF-1.7\n" + bytes(range(256)) * 400
TITLE = "REF-2027-大阪 1a2b3c4d"


def open_queue(cups: Cups, name: str, seconds: float = 20.0, user: str = "hanako") -> PrintQueue:
    return PrintQueue(parse_cups_server(cups.server), name, user, Polling(seconds, first=0.01, longest=0.05))


def print_pages(queue: PrintQueue, settings: JobSettings | None = None, title: str = TITLE) -> JobResult:
    number = queue.create(title, settings or JobSettings())
    return queue.follow(number, title, queue.send(number, PAGES))


def test_what_arrives_at_the_printer_is_what_was_given_byte_for_byte(cups: Cups) -> None:
    result = print_pages(open_queue(cups, "ok"), JobSettings(copies=2, duplex=False, tray="tray-1"))
    assert result == JobResult(JobOutcome.COMPLETED, "job 1 completed", 1)
    (arrival,) = cups.list_arrivals()
    assert (arrival.content, arrival.title, arrival.copies) == (PAGES, TITLE, 2)
    assert {"sides=one-sided", "print-scaling=none", "media-source=tray-1"} <= set(arrival.options.split())
    assert "job-sheets" not in arrival.options


def test_without_a_tray_the_paper_is_a4_and_both_sides_are_printed(cups: Cups) -> None:
    print_pages(open_queue(cups, "ok"))
    (arrival,) = cups.list_arrivals()
    assert {"sides=two-sided-long-edge", "media=iso_a4_210x297mm"} <= set(arrival.options.split())


@pytest.mark.parametrize(
    ("name", "outcome", "words"),
    [
        ("fail", JobOutcome.ABORTED, "job 1 aborted: out of toner; it had begun, so take away what came out"),
        ("hold", JobOutcome.HELD, "job 1 held: job-hold-until-specified"),
        ("cancel", JobOutcome.CANCELLED, "job 1 canceled; it had begun, so take away what came out"),
    ],
)
def test_a_job_ends_as_its_queue_says_in_its_words(cups: Cups, name: str, outcome: JobOutcome, words: str) -> None:
    assert print_pages(open_queue(cups, name)) == JobResult(outcome, words, 1, is_queued=name == "hold")
    assert cups.list_arrivals() == []


def test_a_printer_that_stops_leaves_the_job_lying_and_that_is_not_printed(cups: Cups) -> None:
    queue = open_queue(cups, "stop")
    result = print_pages(queue)
    assert result.outcome is JobOutcome.STOPPED
    assert {"printer-stopped", "media-empty-error", "paused"} <= set(result.message.replace(",", "").split())
    second = print_pages(queue, title="the next one")
    assert second.outcome is JobOutcome.STOPPED
    assert second.message.startswith("job 2 pending; the queue is stopped: ")
    assert cups.list_arrivals() == []


def test_a_job_that_takes_longer_than_patience_is_in_doubt_and_is_printed_all_the_same(cups: Cups) -> None:
    result = print_pages(open_queue(cups, "slow", seconds=0.2))
    assert result.outcome is JobOutcome.IN_DOUBT
    assert result.message.startswith("still job 1 p")
    cups.let_go()
    assert open_queue(cups, "slow").follow(1, TITLE).outcome is JobOutcome.COMPLETED
    assert [arrival.content for arrival in cups.list_arrivals()] == [PAGES]


def test_an_empty_job_prints_nothing_and_is_cancelled_when_it_is_looked_for(cups: Cups) -> None:
    queue = open_queue(cups, "ok")
    number = queue.create(TITLE, JobSettings())
    assert queue.follow(number, TITLE) == JobResult(JobOutcome.CANCELLED, "job 1 canceled", 1)
    assert queue.send(number, PAGES) == ""  # the scheduler takes them, says yes, and prints nothing
    assert queue.follow(number, TITLE).outcome is JobOutcome.CANCELLED
    assert print_pages(queue, title="another").outcome is JobOutcome.COMPLETED
    assert [arrival.title for arrival in cups.list_arrivals()] == ["another"]


def test_what_an_earlier_run_left_is_found_by_its_title_and_empty_jobs_are_cleared_away(cups: Cups) -> None:
    queue = open_queue(cups, "slow", seconds=0.05)
    assert queue.find_earlier_job(TITLE) is None
    empty = queue.create(TITLE, JobSettings())
    assert queue.find_earlier_job(TITLE) is None
    assert queue.follow(empty, TITLE).outcome is JobOutcome.CANCELLED
    result = print_pages(queue)
    left = queue.find_earlier_job(TITLE)
    assert left is not None
    assert left.number == result.job == 2
    cups.let_go()
    assert open_queue(cups, "slow").follow(2, TITLE).outcome is JobOutcome.COMPLETED
    assert queue.find_earlier_job(TITLE) is not None


def test_a_number_that_is_somebody_elses_is_not_ours_and_the_title_finds_the_job(cups: Cups) -> None:
    queue = open_queue(cups, "ok")
    print_pages(queue, title="minutes of the meeting")
    print_pages(queue)
    assert queue.follow(1, TITLE) == JobResult(JobOutcome.COMPLETED, "job 2 completed", 2)
    unknown = queue.follow(1, "REF of nobody")
    assert unknown == JobResult(JobOutcome.IN_DOUBT, "the queue 'ok' knows no job 1 of ours", 1)


def test_a_job_that_is_retracted_comes_out_no_more_and_a_strangers_job_stays(cups: Cups) -> None:
    queue = open_queue(cups, "hold")
    print_pages(queue)
    print_pages(queue, title="somebody else's")
    queue.cancel_own(2, TITLE)  # the number is not its own
    assert queue.follow(1, TITLE).outcome is JobOutcome.CANCELLED
    assert queue.follow(2, "somebody else's").outcome is JobOutcome.HELD


def test_a_title_that_only_its_owner_may_see_leaves_the_doubt(cups: Cups) -> None:
    print_pages(open_queue(cups, "hold"))
    assert open_queue(cups, "hold", user="taro").follow(1, TITLE).outcome is JobOutcome.IN_DOUBT


def test_the_scheduler_is_spoken_to_through_its_socket_as_well(cups: Cups) -> None:
    queue = replace(open_queue(cups, "ok"), scheduler=parse_cups_server(str(cups.socket)))
    assert sorted(one.name for one in list_queues(queue.scheduler)) == sorted(QUEUES)
    assert print_pages(queue).outcome is JobOutcome.COMPLETED


def test_a_queue_that_is_not_there_is_told_with_those_that_are(cups: Cups) -> None:
    with pytest.raises(PetitionerError, match="has no queue 'slov'") as caught:
        open_queue(cups, "slov").check_ready(JobSettings())
    assert caught.value.hint.startswith("Did you mean 'slow'? There are: ")


def test_a_queue_that_takes_no_jobs_and_one_that_is_stopped_are_told_with_what_to_do(cups: Cups) -> None:
    cups.call("cupsreject", "-r", "moved to room 5", "ok")
    with pytest.raises(PetitionerError, match="takes no jobs: moved to room 5") as caught:
        open_queue(cups, "ok").check_ready(JobSettings())
    assert caught.value.hint == "Let it: cupsaccept ok"
    with pytest.raises(PetitionerError, match="took no job"):
        open_queue(cups, "ok").create(TITLE, JobSettings())
    cups.call("cupsdisable", "slow")
    with pytest.raises(PetitionerError, match=r"is stopped: .*paused") as caught:
        open_queue(cups, "slow").check_ready(JobSettings())
    assert caught.value.hint == "Check the printer, then: cupsenable slow"


def test_a_scheduler_that_went_down_between_the_job_and_its_pages_prints_nothing(cups: Cups) -> None:
    queue = open_queue(cups, "ok", seconds=0.1)
    number = queue.create(TITLE, JobSettings())
    cups.stop()
    sent = queue.send(number, PAGES)
    assert sent.startswith("nobody answers at")
    assert queue.follow(number, TITLE, sent).outcome is JobOutcome.IN_DOUBT
    cups.start()
    assert queue.follow(number, TITLE).outcome is JobOutcome.CANCELLED
    assert cups.list_arrivals() == []


def test_a_scheduler_that_went_down_after_the_pages_goes_on_with_them_when_it_is_back(cups: Cups) -> None:
    queue = open_queue(cups, "slow", seconds=0.1)
    number = queue.create(TITLE, JobSettings())
    assert queue.send(number, PAGES) == ""
    wait_until(lambda: (job := queue.find_job(number, TITLE)) and job.state is IppJobState.PROCESSING)
    cups.stop()
    result = queue.follow(number, TITLE)
    assert (result.outcome, result.job) == (JobOutcome.IN_DOUBT, number)
    assert "nobody answers at" in result.message
    cups.let_go()
    cups.start()
    assert open_queue(cups, "slow").follow(number, TITLE).outcome is JobOutcome.COMPLETED
    assert [arrival.content for arrival in cups.list_arrivals()] == [PAGES]


def test_nobody_there_is_told_with_what_to_do() -> None:
    with pytest.raises(PetitionerError, match=r"There is no printing: nobody answers at 127\.0\.0\.1:") as caught:
        list_queues(parse_cups_server(f"127.0.0.1:{find_port()}"))
    assert "`petitioner print` alone makes a PDF" in caught.value.hint


@pytest.mark.parametrize("line", ["HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nabc", "what do you want?", ""])
def test_what_answers_and_is_no_scheduler_is_told(line: str) -> None:
    with CurtServer([line]) as server, pytest.raises(PetitionerError, match="There is no printing"):
        list_queues(replace(parse_cups_server(f"127.0.0.1:{server.port}"), timeout=5))


@pytest.mark.parametrize(
    ("text", "scheduler"),
    [
        (None, Scheduler("localhost", 631)),
        (" ", Scheduler("localhost", 631)),
        ("print.example.org", Scheduler("print.example.org", 631)),
        ("127.0.0.1:8631", Scheduler("127.0.0.1", 8631)),
        ("[::1]:8631", Scheduler("::1", 8631)),
        ("[::1]", Scheduler("::1", 631)),
        ("/run/cups/cups.sock", Scheduler(socket="/run/cups/cups.sock")),
        ("localhost:631/version=1.1", Scheduler("localhost", 631)),
    ],
)
def test_a_server_is_named_as_cups_names_it(text: str | None, scheduler: Scheduler) -> None:
    assert parse_cups_server(text) == scheduler


@pytest.mark.parametrize("text", ["host:", ":631", "host:print", "host:0", "host:65536", "host:６３１"])
def test_what_names_no_server_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=text):
        parse_cups_server(text)


JOBS = st.builds(
    JobStatus,
    number=st.integers(1, 10**6),
    title=st.none() | st.text(max_size=20),
    state=st.sampled_from(IppJobState),
    reasons=st.lists(
        st.sampled_from(["none", "job-incoming", "printer-stopped", "job-completed-with-errors", "job-printing"])
    ).map(tuple),
    words=st.text(max_size=20),
    is_empty=st.booleans(),
    has_begun=st.booleans(),
)


@given(JOBS)
def test_only_a_job_that_completed_without_errors_was_printed(job: JobStatus) -> None:
    result = find_result(job)
    was_printed = result is not None and result.outcome is JobOutcome.COMPLETED
    assert was_printed == (job.state is IppJobState.COMPLETED and "job-completed-with-errors" not in job.reasons)


@given(JOBS)
def test_what_is_given_up_is_never_waited_for_and_always_says_which_job(job: JobStatus) -> None:
    result = find_result(job)
    if job.state in ENDED_UNPRINTED:
        assert result is not None
        assert result.outcome in {JobOutcome.CANCELLED, JobOutcome.ABORTED}
    if result is not None:
        assert result.message.startswith(describe_job(job))
        assert f"job {job.number} " in result.message


@given(st.floats(0, 300), st.floats(0.01, 1), st.floats(0.05, 20))
def test_patience_ends_when_it_says_and_its_pauses_fill_it(seconds: float, first: float, longest: float) -> None:
    clock = [0.0]
    polling = Polling(seconds, first, longest, now=lambda: clock[0])
    for pause in itertools.islice(polling.list_pauses(), 100_000):
        assert 0 < pause <= max(first, longest)
        clock[0] += pause
    assert clock[0] == pytest.approx(seconds)


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=60))
def test_what_a_queue_says_cannot_steer_the_terminal(words: str) -> None:
    response = Response(0, "", ({"job-id": 1, "job-state": 5, "job-printer-state-message": words},))
    (job,) = read_jobs(response)
    assert job.words.isprintable()


def test_a_tray_is_spelt_as_a_member_of_a_collection() -> None:
    source = Attribute("media-source", IppTag.KEYWORD, "tray-1")
    assert Attribute("media-col", IppTag.BEGIN_COLLECTION, (source,)).encode() == (
        b"\x34\x00\x09media-col\x00\x00\x4a\x00\x00\x00\x0cmedia-source\x44\x00\x00\x00\x06tray-1\x37\x00\x00\x00\x00"
    )


@pytest.mark.slow
def test_a_printer_that_speaks_ipp_itself_gets_the_same_bytes(open_folder: Path) -> None:
    printer = IppPrinter(require("ippeveprinter"), require("dbus-daemon"), open_folder / "ippeveprinter")
    with printer.bus, printer.printer:
        cups = Cups(require("cupsd"), open_folder / "cups-of-ippeveprinter", more={"desk": printer.uri})
        cups.start()
        try:
            result = print_pages(open_queue(cups, "desk", seconds=60))
        finally:
            cups.stop()
    assert result.outcome is JobOutcome.COMPLETED, result.message
    assert printer.list_printed() == [PAGES]
