"""The log knows to which folder it belongs: a copied or an older one cannot send until it is adopted."""

import json
import os
import shutil
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from log_tampering import make_log, say_faults
from log_workspace import draft
from petitioner.errors import PetitionerError
from petitioner.log.events import Event
from petitioner.log.kinds import Kind
from petitioner.log.storage.location import LogLocationError, find_location, find_location_problem, list_hashes
from petitioner.log.storage.store import FILE_NAME, MailingLog
from petitioner.user_data.logs import (
    LogLocation,
    find_current_location,
    identify_log,
    identify_machine,
    prepare_memory,
    read_memories,
)
from petitioner.user_data.memories import HandOver, Memories, Memory

pytestmark = pytest.mark.usefixtures("named_machine")


@pytest.fixture
def begun(workspace: WorkspaceCopy) -> WorkspaceCopy:
    workspace.run("log", "add", "posted", "jp-osaka", "--by", "Hanako")
    return workspace


@pytest.fixture
def copy(begun: WorkspaceCopy, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of the folder, and the same command line at work in it."""
    return WorkspaceCopy(shutil.copytree(begun.folder, tmp_path / "copy"), capsys)


def log_of(workspace: WorkspaceCopy) -> MailingLog:
    return MailingLog.within(workspace.folder)


class TestWhereALogLives:
    def test_the_first_event_fixes_it_and_no_other_says_anything_of_it(self, begun: WorkspaceCopy) -> None:
        begun.run("log", "add", "replied", "jp-osaka")
        first, second = log_of(begun).read()
        assert LogLocation.read(first.home) == find_current_location(begun.folder) == find_location([first, second])
        assert second.home == ""
        log_of(begun).require_location()

    def test_the_machine_s_own_name_is_not_given_away(self, tmp_path: Path) -> None:
        place = tmp_path / "machine-id"
        place.write_text("0123456789abcdef0123456789abcdef\n")
        name = identify_machine([place], tmp_path / "own")
        assert name is not None
        assert len(name) == 16
        assert name not in place.read_text()
        assert name == identify_machine([tmp_path / "nowhere", place], tmp_path / "own")

    @pytest.mark.parametrize("content", ["", "uninitialized\n", "é"])
    def test_a_machine_without_a_name_gets_a_number_that_it_keeps(self, tmp_path: Path, content: str) -> None:
        place, own = tmp_path / "machine-id", tmp_path / "data" / "own"
        place.write_text(content, "utf-8")
        name = identify_machine([place], own)
        assert name is not None
        assert name == identify_machine([place], own)
        assert name != identify_machine([place], tmp_path / "another")

    def test_where_no_number_can_be_kept_there_is_no_home(self, tmp_path: Path) -> None:
        (tmp_path / "file").touch()
        assert identify_machine([], tmp_path / "file" / "own") is None
        absence = find_location_problem(list_hashes(make_log(tmp_path).read()), None, None, Memories())
        assert absence is not None
        assert absence.words == "this machine has no id that the log could record"

    def test_a_folder_with_any_name_can_be_a_home(self, tmp_path: Path) -> None:
        folder = tmp_path / os.fsdecode(b"50% \xff\n \xe5\xa4\xa7\xe9\x98\xaa")
        folder.mkdir()
        make_log(folder).require_location()
        assert say_faults(MailingLog.within(folder)) == []

    def test_a_folder_by_another_path_is_the_same_folder(self, begun: WorkspaceCopy, tmp_path: Path) -> None:
        (tmp_path / "link").symlink_to(begun.folder)
        MailingLog.within(tmp_path / "link").require_location()

    def test_no_log_at_all_is_no_reason_not_to_begin_one(self, workspace: WorkspaceCopy) -> None:
        log_of(workspace).require_location()


class TestNotAtHome:
    def test_a_copied_folder_cannot_send_and_its_log_can_still_be_written(
        self, begun: WorkspaceCopy, copy: WorkspaceCopy
    ) -> None:
        with pytest.raises(LogLocationError) as caught:
            log_of(copy).require_location()
        assert str(caught.value) == (
            f"The mailing log {copy.folder / FILE_NAME} is not in use here:"
            f" it belongs to {begun.folder}, and this is {copy.folder}."
        )
        assert 'petitioner log adopt --because "…"' in caught.value.hint
        assert copy.run("log", "add", "replied", "jp-osaka").status == 0
        log_of(begun).require_location()

    def test_a_folder_that_was_moved_has_to_be_adopted(self, begun: WorkspaceCopy, tmp_path: Path) -> None:
        with pytest.raises(LogLocationError, match="it belongs to"):
            MailingLog.within(begun.folder.rename(tmp_path / "moved")).require_location()

    def test_the_next_step_in_a_moved_folder_is_to_adopt_it(self, copy: WorkspaceCopy) -> None:
        ending = copy.run()
        assert ending.status == 0
        assert ending.err.endswith('Next: petitioner log adopt --because "…"  (to use this log from now on)\n')

    def test_another_machine_is_another_home(self, begun: WorkspaceCopy) -> None:
        events, here = log_of(begun).read(), find_current_location(begun.folder)
        assert here is not None
        absence = find_location_problem(
            list_hashes(events), find_location(events), LogLocation("0" * 16, here.folder), read_memories()
        )
        assert absence is not None
        assert absence.words == f"it belongs to another machine, in {begun.folder}"
        assert not absence.lost

    def test_an_older_log_put_back_in_its_own_place_is_noticed(self, begun: WorkspaceCopy, tmp_path: Path) -> None:
        older = shutil.copy(begun.folder / FILE_NAME, tmp_path / "older")
        begun.run("log", "add", "replied", "jp-osaka")
        tip = log_of(begun).read()[-1].hash
        shutil.copy(older, begun.folder / FILE_NAME)
        with pytest.raises(LogLocationError, match="event 2, tip") as caught:
            log_of(begun).require_location()
        assert tip[:16] in str(caught.value)
        assert "from the cloud folder or a backup; no copy that is kept here has that event." in caught.value.hint
        ending = begun.run("log", "verify")
        assert ending.status == 1
        assert "the log is not in use here: event 2, tip" in ending.out

    def test_only_a_copy_that_holds_what_is_missing_is_named(self, begun: WorkspaceCopy, tmp_path: Path) -> None:
        begun.run("log", "copy")
        older = shutil.copy(begun.folder / FILE_NAME, tmp_path / "older")
        begun.run("log", "add", "replied", "jp-osaka")
        shutil.copy(older, begun.folder / FILE_NAME)
        ending = begun.run()
        assert "log restore" not in ending.err
        assert 'Next: petitioner log adopt --because "…"  (only if the newer one is lost' in ending.err
        begun.run("log", "restore", str(older))  # as somebody does who tries what lies at hand
        begun.run("log", "adopt", "--because", "it is lost")
        begun.run("log", "copy")
        begun.run("log", "add", "replied", "jp-osaka")
        begun.run("log", "copy")
        shutil.copy(older, begun.folder / FILE_NAME)
        (named,) = {
            line.split(" restore ")[1].split("  (")[0] for line in begun.run().err.split("\n") if " restore " in line
        }
        assert begun.run("log", "restore", named).status == 0
        log_of(begun).require_location()

    def test_what_is_appended_to_the_older_one_does_not_hide_it(self, begun: WorkspaceCopy, tmp_path: Path) -> None:
        older = shutil.copy(begun.folder / FILE_NAME, tmp_path / "older")
        begun.run("log", "add", "replied", "jp-osaka")
        shutil.copy(older, begun.folder / FILE_NAME)
        for _ in range(3):
            begun.run("log", "add", "returned", "jp-osaka")
        with pytest.raises(LogLocationError, match="event 2, tip"):
            log_of(begun).require_location()

    def test_a_log_begun_anew_where_one_was_is_noticed(self, begun: WorkspaceCopy) -> None:
        log_of(begun).path.unlink()
        with pytest.raises(LogLocationError, match="is missing: this machine remembers it, with 1 event and"):
            log_of(begun).require_location()
        begun.run("log", "add", "posted", "jp-tokyo")
        with pytest.raises(LogLocationError, match="the log here is not the one that this machine remembers"):
            log_of(begun).require_location()

    def test_a_log_that_nobody_remembers_has_to_be_adopted(self, begun: WorkspaceCopy) -> None:
        for path in Path.home().rglob("memory.json"):
            path.write_text("{")
        with pytest.raises(LogLocationError, match=r"memory\.json is not as this program wrote it .*nobody can tell"):
            log_of(begun).require_location()
        for path in Path.home().rglob("memory.json"):
            path.unlink()
        with pytest.raises(LogLocationError, match="this user's data folder does not remember it"):
            log_of(begun).require_location()

    def test_no_later_entry_brings_back_a_memory_that_is_lost(self, begun: WorkspaceCopy) -> None:
        shutil.rmtree(Path.home() / ".local/share/petitioner")
        begun.run("log", "add", "replied", "jp-osaka")
        with pytest.raises(LogLocationError, match="this user's data folder does not remember it"):
            log_of(begun).require_location()
        begun.run("log", "adopt", "--because", "the data folder is lost")
        log_of(begun).require_location()

    def test_the_original_notices_that_its_copy_was_adopted_on_the_same_machine(
        self, begun: WorkspaceCopy, copy: WorkspaceCopy
    ) -> None:
        copy.run("log", "adopt", "--because", "the disk is full")
        log_of(copy).require_location()
        with pytest.raises(LogLocationError, match="event 2, tip"):
            log_of(begun).require_location()

    def test_verify_mentions_it_without_calling_the_log_faulty(self, begun: WorkspaceCopy, copy: WorkspaceCopy) -> None:
        ending = copy.run("log", "verify")
        assert ending.status == 0
        assert (
            f"Note: the log is not in use here: it belongs to {begun.folder}, and this is {copy.folder}." in ending.err
        )
        assert json.loads(copy.run("log", "verify", "--json").out)["not_at_home"].startswith("it belongs to ")

    def test_so_does_log_itself_before_anything_else(self, begun: WorkspaceCopy, copy: WorkspaceCopy) -> None:
        assert "not in use" not in begun.run("log").err
        said = copy.run("log").err
        assert said.startswith(f"Warning: The mailing log {copy.folder / FILE_NAME} is not in use here: it belongs to ")


class TestAdopting:
    def test_an_adopted_log_is_at_home_and_says_since_when_and_why(
        self, begun: WorkspaceCopy, copy: WorkspaceCopy
    ) -> None:
        ending = copy.run("log", "adopt", "--because", "a new\nlaptop", "--by", "Hanako")
        assert ending.status == 0
        assert ending.out == f"Event 2: the log in {copy.folder} is used from now on\n"
        assert "Delete every other copy, or never write to it again." in ending.err
        event = log_of(copy).read()[-1]
        assert (event.kind, event.by, event.recipient, event.details.note) == (
            Kind.ADOPTED,
            "Hanako",
            "",
            "a new\nlaptop",
        )
        assert event.details.flags["absent"] == f"it belongs to {begun.folder}, and this is {copy.folder}"
        log_of(copy).require_location()
        assert say_faults(log_of(copy)) == []

    def test_a_log_that_is_at_home_is_left_as_it_is(self, begun: WorkspaceCopy) -> None:
        ending = begun.run("log", "adopt", "--because", "to be sure")
        assert (ending.status, ending.out) == (0, "The log is in use here already; nothing was recorded.\n")
        assert len(log_of(begun).read()) == 1
        assert json.loads(begun.run("log", "adopt", "--json", "--because", "to be sure").out) == {"recorded": []}

    def test_an_older_log_that_is_to_go_on_is_adopted_and_remembered(
        self, begun: WorkspaceCopy, tmp_path: Path
    ) -> None:
        older = shutil.copy(begun.folder / FILE_NAME, tmp_path / "older")
        begun.run("log", "add", "replied", "jp-osaka")
        shutil.copy(older, begun.folder / FILE_NAME)
        assert begun.run("log", "adopt", "--because", "the newer one is lost").status == 0
        log_of(begun).require_location()
        posted, adopted, replied = log_of(begun).read()
        assert adopted.details.flags["absent"].startswith("event 2, tip")
        assert (replied.kind, replied.packet) == (Kind.REPLIED, posted.packet)
        assert replied.details.flags["remembered"].startswith("entered from what this machine remembers")
        assert begun.run("log", "verify").status == 0

    def test_a_log_begun_anew_is_adopted_and_the_one_before_is_no_longer_missed(self, begun: WorkspaceCopy) -> None:
        log_of(begun).path.unlink()
        begun.run("log", "add", "posted", "jp-tokyo")
        begun.run("log", "adopt", "--because", "it was a trial")
        log_of(begun).require_location()
        assert {memory.folder for memory in read_memories().logs} == {"", str(begun.folder)}

    def test_there_must_be_a_log_and_a_reason(self, workspace: WorkspaceCopy) -> None:
        assert "The first approval begins a log" in workspace.run("log", "adopt", "--because", "x").err
        workspace.run("log", "add", "posted", "jp-osaka")
        assert workspace.run("log", "adopt", "--because", " ").status == 2
        assert len(log_of(workspace).read()) == 1

    def test_what_cannot_be_remembered_is_told(self, begun: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(begun.folder / "recipients.yaml"))
        ending = begun.run("log", "adopt", "--because", "another folder for data")
        assert ending.status == 1
        assert "The log is in use here now, but" in ending.err
        assert "cannot remember it (Not a directory)" in ending.err
        with pytest.raises(PetitionerError, match="not in use here"):
            log_of(begun).require_location()


class TestRemembering:
    def test_a_failure_to_remember_is_no_failure_to_record(
        self, workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("XDG_DATA_HOME", str(workspace.folder / "recipients.yaml"))
        ending = workspace.run("log", "add", "posted", "jp-osaka")
        assert ending.status == 0
        assert "Warning: It is recorded in the log, but" in ending.err
        assert "cannot remember it (Not a directory)" in ending.err
        assert len(log_of(workspace).read()) == 1

    def test_one_who_is_late_does_not_make_the_machine_forget(self, begun: WorkspaceCopy) -> None:
        events = log_of(begun).read()
        begun.run("log", "add", "replied", "jp-osaka")
        here = find_current_location(begun.folder)
        assert here is not None
        assert prepare_memory(here, list_hashes(events), lambda _: (), is_new=False) is None
        assert [memory.events for memory in read_memories().logs] == [2]

    def test_what_is_remembered_is_which_log_where_how_long_and_its_tip(self, begun: WorkspaceCopy) -> None:
        events = log_of(begun).read()
        handed = (HandOver("2027", 1, "jp-osaka", "post", 1, "posted", "2027-09-01"),)
        memory = Memory(identify_log(list_hashes(events)), str(begun.folder), 1, events[0].hash, handed)
        assert read_memories() == Memories((memory,), {})

    def test_a_memory_fits_a_log_that_went_on_and_no_other(self, tmp_path: Path) -> None:
        log = make_log(tmp_path)
        events = log.read()
        longer = (*events, *log.append(lambda _: [draft()]))
        memory = Memory(identify_log(list_hashes(events)), str(tmp_path), 5, events[-1].hash)
        shifted: tuple[Event, ...] = longer[1:]
        fits = [memory.fits(list_hashes(those)) for those in (events, longer, events[:4], shifted)]
        assert fits == [True, True, False, False]
