"""``petitioner approve``: content is approved, not bytes, and a change lapses what it touches and nothing else."""

import json
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile

import pikepdf
import pytest

from conftest import NOW, WorkspaceCopy
from petitioner.approval.approvals import ENCLOSURE, find_content
from petitioner.approval.packets import open_packet
from petitioner.cli import main
from petitioner.files import digest
from petitioner.log.storage.store import MailingLog
from planted.enclosures import make_pdf, save_pdf
from pseudo_terminal import run_at_terminal

REPORT = save_pdf(make_pdf())
YES = ("approve", "--yes", "--by", "Hanako")


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small workspace with letters that were read, contacts that were confirmed, and a build."""
    folder = tmp_path_factory.mktemp("finished") / "small"
    shutil.copytree(Path(__file__).parents[1] / "data" / "small", folder)
    for language, reader in (("en", "John Smith"), ("ja", "佐藤花子")):
        assert main(["-C", str(folder), "read", language, "--by", reader, "--on", "2027-08-01"], now=NOW) == 0
    _replace(folder / "recipients.yaml", "    channels: [", "    verified: 2027-08-20\n    channels: [")
    assert main(["-C", str(folder), "build"], now=NOW) == 0
    return folder


@pytest.fixture
def ready(finished: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> WorkspaceCopy:
    """A copy of it that a test may spoil."""
    shutil.copytree(finished, tmp_path / "small")
    return WorkspaceCopy(tmp_path / "small", capsys)


def _replace(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def unread(workspace: WorkspaceCopy) -> None:
    """Take the reading out of the Japanese letter again."""
    file = workspace.folder / "letters/2027/petition.ja.md"
    lines = file.read_text("utf-8").splitlines(keepends=True)
    file.write_text("".join(line for line in lines if not line.startswith("read_by:")), "utf-8")


def packets_of(workspace: WorkspaceCopy, *arguments: str) -> dict[tuple[str, str], dict[str, Any]]:
    """What ``approve --json`` says of each packet, by recipient and channel."""
    said = json.loads(workspace.run("approve", "--json", *arguments).out)
    return {(packet["recipient"], packet["channel"]): packet for packet in said["packets"]}


class TestApproving:
    def test_each_letter_is_shown_once_and_what_differs_is_marked(self, ready: WorkspaceCopy) -> None:
        ending = ready.run(*YES)
        assert ending.status == 0
        assert ending.out.count("Dear Mr. President:") == 1
        assert "petition.en  (2 recipients" in ending.out
        assert "out/2027/jp-tokyo/petition.en.pdf" in ending.out
        assert "through the ⟦Embassy⟧ of the People's Republic of China in ⟦Japan⟧" in ending.out
        assert "⟦only jp-tokyo⟧ We would be grateful to be received in Tokyo." in ending.out

    def test_the_table_has_everybody_s_window_and_what_only_some_get(self, ready: WorkspaceCopy) -> None:
        out = ready.run(*YES).out
        table = out[out.index("What differs for each recipient") :]
        assert "c/o The Ambassador" in table
        assert "c/o The Consul General" in table
        assert "〒550-0004 / 大阪府大阪市西区靱本町3-9-2" in table
        tokyo = next(line for line in table.splitlines() if line.startswith("jp-tokyo   petition.en"))
        assert "We would be grateful to be received in Tokyo." in tokyo

    def test_it_records_who_and_keeps_the_files_and_the_words(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        log = MailingLog.within(ready.folder)
        tokyo, osaka_by_post, osaka_by_hand = log.read()
        assert [event.kind for event in log.read()] == ["approved"] * 3
        assert [tokyo.by, tokyo.channel, tokyo.happened_on.isoformat()] == ["Hanako", "post", "2027-09-01"]
        assert [osaka_by_post.channel, osaka_by_hand.channel] == ["post", "hand"]
        assert {document.name for document in tokyo.documents} == {
            "petition.ja.pdf",
            "petition.ja.docx",
            "petition.en.pdf",
            "petition.en.docx",
            "content.json",
        }
        built = (ready.folder / "out/2027/jp-tokyo/petition.ja.pdf").read_bytes()
        assert log.read_blob(digest(built)) == built

    def test_the_approval_gives_the_packet_that_send_and_print_take(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        log = MailingLog.within(ready.folder)
        event = log.read()[0]
        content = find_content(event)
        assert content is not None
        spelt = log.read_blob(content.sha256)
        assert spelt is not None
        packet = open_packet(event, spelt)
        assert [(letter.language, len(letter.files)) for letter in packet.letters] == [("ja", 2), ("en", 2)]
        assert packet.reference == "LFNKR-2027-JP-TOKYO"
        assert packet.subjects[1] == "Petition on Save North Korean Refugees Day, 24 September 2027"
        assert packet.destination == "〒106-0046\n東京都港区元麻布3-4-33"
        assert (packet.approval.event, packet.approval.by) == (1, "Hanako")

    def test_what_is_approved_already_is_left_alone_and_said(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        ending = ready.run(*YES)
        assert ending.status == 0
        assert "Approved before, and unchanged: jp-tokyo (post), jp-osaka (post), jp-osaka (hand)." in ending.err
        assert len(MailingLog.within(ready.folder).read()) == 3

    def test_what_was_posted_is_not_asked_about_again(self, ready: WorkspaceCopy) -> None:
        ready.run("log", "add", "posted", "jp-tokyo")
        assert ("jp-tokyo", "post") not in packets_of(ready, "--yes")

    def test_only_those_named_are_approved(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES, "--only", "jp-tokyo")
        assert [event.recipient for event in MailingLog.within(ready.folder).read()] == ["jp-tokyo"]

    def test_without_a_terminal_and_without_yes_nothing_is_approved(self, ready: WorkspaceCopy) -> None:
        ending = ready.run("approve")
        assert ending.status == 2
        assert "3 packets would be approved, but there is no terminal" in ending.err
        assert "Run the same command at a terminal and without --json: there it asks." in ending.err
        assert not (ready.folder / "mailing-log.sqlite").exists()


class TestRefusing:
    def test_a_packet_on_hold_is_named_and_the_others_go_on(self, ready: WorkspaceCopy) -> None:
        ready.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
        ending = ready.run(*YES)
        assert ending.status == 0
        assert "recipients.yaml:2: not approved: jp-tokyo (post): on hold: ring them first [P101]" in ending.err
        assert "Event 1: jp-osaka (post) approved" in ending.err

    def test_the_next_command_that_is_named_lifts_a_hold(self, ready: WorkspaceCopy) -> None:
        ready.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
        ready.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    hold: ring them too")
        command = "recipients verify jp-tokyo"
        assert f"Next: petitioner {command} jp-osaka  (" in ready.run().err
        assert f"petitioner {command}\n" in ready.run(*YES).err
        answers = [
            ("[s]kip, [q]uit:", "y"),
            ("Take the hold away (ring them first)? [y]es, [N]o, [q]uit:", "y"),
            ("Source of", ""),
        ]
        status, shown = run_at_terminal(ready.folder, command.split(), answers)
        assert status == 0, shown
        assert (ready.folder / "recipients.yaml").read_text().count("hold:") == 1
        assert ready.run("build").status == 0
        assert "jp-tokyo (post) approved" in ready.run(*YES).err

    def test_everything_that_forbids_an_approval_is_named_at_once(self, ready: WorkspaceCopy) -> None:
        ready.edit("recipients.yaml", "languages: [ja, en]", "languages: [ja, en]\n    hold: ring them first")
        _replace(ready.folder / "recipients.yaml", "    verified: 2027-08-20\n", "")
        unread(ready)
        said = ready.run(*YES, "--only", "jp-tokyo").err
        assert [code for code in ("P101", "P102", "P103") if f"[{code}]" in said] == ["P101", "P102", "P103"]
        (packet,) = json.loads(ready.run(*YES, "--only", "jp-tokyo", "--json").out)["packets"]
        assert packet["refused"].count("; ") == 2

    def test_a_letter_without_a_native_reader_needs_a_word(self, ready: WorkspaceCopy) -> None:
        unread(ready)
        refused = ready.run(*YES, "--only", "jp-tokyo")
        assert refused.status == 1
        assert "letters/2027/petition.ja.md:1: not approved: jp-tokyo (post): no native reader" in refused.err
        assert "Once a native reader has read it: petitioner read ja\n" in refused.err
        assert ready.run(*YES, "--only", "jp-tokyo", "--unread", "ja").status == 0
        (event,) = MailingLog.within(ready.folder).read()
        assert event.details.flags == {"unread": "no native reader had read the letter in ja"}

    def test_an_address_that_nobody_confirmed_in_twelve_months_needs_a_word_by_name(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "verified: 2027-08-20", "verified: 2026-08-31")
        refused = ready.run(*YES)
        assert refused.status == 1
        assert "jp-tokyo (post): its address was last confirmed on 2026-08-31" in refused.err
        assert ready.run(*YES, "--unverified", "jp-tokyo").status == 0
        assert [event.recipient for event in MailingLog.within(ready.folder).read()] == ["jp-tokyo"]

    def test_an_address_confirmed_twelve_months_ago_to_the_day_is_good(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "verified: 2027-08-20", "verified: 2026-09-01")
        assert ready.run(*YES).status == 0

    def test_a_head_that_nobody_confirmed_is_asked_about_too(self, ready: WorkspaceCopy) -> None:
        head = "head:\n      name: {en: Xue Jian, ja: 薛剣}\n    languages: [ja, en]"
        ready.edit("recipients.yaml", "languages: [ja, en]", head)
        assert "Xue Jian as its head was never confirmed by a person" in ready.run(*YES).err

    @pytest.mark.parametrize("option", ["--unread", "--unverified", "--only"])
    def test_a_word_about_nobody_is_a_mistake(self, ready: WorkspaceCopy, option: str) -> None:
        ending = ready.run(*YES, option, "jp-osake")
        assert ending.status == 2
        assert "'jp-osake'" in ending.err

    def test_what_is_not_built_as_it_stands_is_built_first(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        ready.run("read", "en", "--by", "John Smith")
        ending = ready.run(*YES)
        assert ending.status == 1
        assert "out/2027/jp-tokyo/petition.en.pdf is not of the present text" in ending.err
        assert "petitioner build" in ending.err
        assert not (ready.folder / "mailing-log.sqlite").exists()

    def test_a_file_that_somebody_edited_is_not_approved(self, ready: WorkspaceCopy) -> None:
        ready.write("out/2027/jp-osaka/petition.en.docx", b"mine")
        assert "jp-osaka/petition.en.docx was changed after it was built" in ready.run(*YES).err

    def test_a_folder_in_place_of_a_file_is_said(self, ready: WorkspaceCopy) -> None:
        (ready.folder / "out/2027/jp-osaka/petition.en.pdf").unlink()
        (ready.folder / "out/2027/jp-osaka/petition.en.pdf").mkdir()
        assert "petition.en.pdf cannot be read: Is a directory." in ready.run(*YES).err


class TestReadingAgain:
    """Nothing in ``out/`` is believed: what is frozen is read, and must be the letter that was merged just now."""

    TOKYO, OSAKA = "out/2027/jp-tokyo/petition.en", "out/2027/jp-osaka/petition.en"

    def put(self, ready: WorkspaceCopy, path: str, content: bytes) -> None:
        """Put another file in the place of a letter, and its hash into the manifest."""
        ready.write(path, content)
        manifest = ready.folder / "out/2027/built.json"
        said = json.loads(manifest.read_text("utf-8"))
        said["files"][path.removeprefix("out/2027/")]["sha256"] = digest(content)
        manifest.write_text(json.dumps(said), "utf-8")

    def refuse(self, ready: WorkspaceCopy, path: str, why: str) -> None:
        """Nothing is approved, the reason is given, and the command that is named makes the letter again."""
        ending = ready.run(*YES)
        assert ending.status == 1
        assert f"{path} is not the letter that it must be: {why}" in ending.err
        assert f"Run: rm {path} && petitioner build" in ending.err
        assert not (ready.folder / "mailing-log.sqlite").exists()
        (ready.folder / path).unlink()
        assert ready.run("build").status == 0
        assert ready.run(*YES).status == 0

    @pytest.mark.parametrize("ending", ["pdf", "docx"])
    def test_a_letter_to_another_recipient_is_refused(self, ready: WorkspaceCopy, ending: str) -> None:
        path = f"{self.TOKYO}.{ending}"
        self.put(ready, path, (ready.folder / f"{self.OSAKA}.{ending}").read_bytes())
        self.refuse(ready, path, "has the reference 'LFNKR-2027-JP-OSAKA', and the letter has 'LFNKR-2027-JP-TOKYO'")

    @pytest.mark.parametrize("ending", ["pdf", "docx"])
    def test_the_letter_in_other_words_is_refused(self, ready: WorkspaceCopy, ending: str) -> None:
        now = (ready.folder / f"{self.TOKYO}.{ending}").read_bytes()
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        assert ready.run("build").status == 0
        old = (ready.folder / f"{self.TOKYO}.{ending}").read_bytes()
        ready.edit("letters/2027/petition.en.md", "Let them live.", "Let them stay.")
        assert ready.run("build").status == 0
        assert (ready.folder / f"{self.TOKYO}.{ending}").read_bytes() == now
        self.put(ready, f"{self.TOKYO}.{ending}", old)
        said = "page 1 says 'Letthemlive." if ending == "pdf" else "it says 'Let them live.'"
        self.refuse(ready, f"{self.TOKYO}.{ending}", said)

    @pytest.mark.parametrize("content", [b"", b"%PDF-1.7\n%%EOF", b"PK\x03\x04", b"my own words"])
    @pytest.mark.parametrize("ending", ["pdf", "docx"])
    def test_what_is_no_letter_at_all_is_refused(self, ready: WorkspaceCopy, ending: str, content: bytes) -> None:
        self.put(ready, f"{self.TOKYO}.{ending}", content)
        self.refuse(ready, f"{self.TOKYO}.{ending}", "has the reference ''")

    def test_a_note_that_was_put_on_the_page_is_refused(self, ready: WorkspaceCopy) -> None:
        stream = BytesIO()
        with pikepdf.open(ready.folder / f"{self.TOKYO}.pdf") as pdf:
            note = pikepdf.Dictionary(Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.FreeText, Rect=[90, 90, 300, 120])
            note.Contents, note.DA = "In haste", "/Helv 12 Tf"
            pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(note)])
            pdf.save(stream)
        self.put(ready, f"{self.TOKYO}.pdf", stream.getvalue())
        self.refuse(ready, f"{self.TOKYO}.pdf", "page 1 has a note, a stamp or a form on it")

    def test_a_docx_that_unpacks_to_gigabytes_is_refused_unread(self, ready: WorkspaceCopy) -> None:
        stream = BytesIO()
        with ZipFile(ready.folder / f"{self.TOKYO}.docx") as before, ZipFile(stream, "w", ZIP_DEFLATED) as after:
            for name in before.namelist():
                after.writestr(name, before.read(name))
            with after.open("word/header9.xml", "w", force_zip64=True) as part:
                part.write(b"<a>" + b" " * 60_000_000)
        self.put(ready, f"{self.TOKYO}.docx", stream.getvalue())
        self.refuse(ready, f"{self.TOKYO}.docx", "the file cannot be read: it is damaged, or not a DOCX")

    def test_a_link_to_the_very_letter_is_refused(self, ready: WorkspaceCopy, tmp_path: Path) -> None:
        letter = ready.folder / f"{self.TOKYO}.pdf"
        letter.rename(tmp_path / "letter.pdf")
        letter.symlink_to(tmp_path / "letter.pdf")
        assert "petition.en.pdf cannot be read: it is a link." in ready.run(*YES).err
        assert not (ready.folder / "mailing-log.sqlite").exists()

    def test_a_folder_that_is_a_link_is_refused(self, ready: WorkspaceCopy, tmp_path: Path) -> None:
        (ready.folder / "out").rename(tmp_path / "elsewhere")
        (ready.folder / "out").symlink_to(tmp_path / "elsewhere")
        ending = ready.run(*YES)
        assert ending.status == 3
        assert "out: this is a link" in ending.err

    def test_an_enclosure_is_frozen_as_it_was_shown_although_it_is_changed_before_the_yes(
        self, ready: WorkspaceCopy
    ) -> None:
        enclosed = "enclosures:\n  - {file: report.pdf, title: {en: Report, ja: 報告}}\n"
        campaign = (ready.folder / "letters/2027/campaign.yaml").read_text("utf-8")
        ready.write("letters/2027/campaign.yaml", campaign + enclosed)
        ready.write("letters/2027/report.pdf", REPORT)
        ready.write("out/2027/report.pdf", b"another one")
        assert ready.run("build").status == 0

        def meddle() -> str:
            ready.write("letters/2027/report.pdf", save_pdf(make_pdf((420, 594))))
            return "3"

        status, shown = run_at_terminal(ready.folder, ["approve"], [("Type 3 to say yes:", meddle)])
        assert status == 0, shown
        log = MailingLog.within(ready.folder)
        for event in log.read():
            enclosures = [document for document in event.documents if document.role == ENCLOSURE]
            assert [log.read_blob(document.sha256) for document in enclosures] == [REPORT]
        assert "files enclosed, for jp-tokyo, jp-osaka" in ready.run("approve").out


class TestLapsing:
    @pytest.fixture(autouse=True)
    def _approve(self, ready: WorkspaceCopy) -> None:
        assert ready.run(*YES).status == 0

    def test_a_change_in_one_language_lapses_those_who_get_it(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/_request.ja.md", "難民を送還", "難民を強制送還")
        said = {one["id"]: one["approval"] for one in json.loads(ready.run("--json").out)["recipients"]}
        assert said == {"jp-tokyo": {"post": "lapsed"}, "jp-osaka": {"post": "approved", "hand": "approved"}}

    def test_the_difference_is_shown_in_words_and_once(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        ready.run("build")
        ending = ready.run("approve")
        assert "jp-tokyo (post): approved by Hanako 2027-09-01 12:00 JST (event 1), changed since" in ending.out
        assert "petition.en: text, for jp-tokyo, jp-osaka:" in ending.out
        assert ending.out.count("- 1. Let them ⟦stay⟧.") == 1
        assert ending.out.count("+ 1. Let them ⟦live⟧.") == 1
        ready.run("read", "en", "--by", "John Smith")
        assert ready.run(*YES).status == 0
        assert ready.run().out.count("approved by Hanako") == 3  # Osaka by two ways

    def test_the_difference_shows_before_anything_is_built_or_asked(self, ready: WorkspaceCopy) -> None:
        ready.edit("recipients.yaml", "元麻布3-4-33]", "元麻布3-4-34]")
        ending = ready.run("approve")
        assert "+ 東京都港区元麻布3-4-⟦34⟧" in ending.out
        assert "is not of the present text" in ending.err

    def test_an_edit_undone_is_no_lapse(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        ready.edit("letters/2027/petition.en.md", "Let them live.", "Let them stay.")
        assert ready.run(*YES).err.startswith("Approved before, and unchanged")

    @pytest.mark.parametrize(
        ("path", "old", "new", "part"),
        [
            ("recipients.yaml", "西区靱本町3-9-2]", "西区靱本町3-9-3]", "petition.en: address"),
            ("recipients.yaml", "in Osaka\n", "in Ōsaka\n", "petition.en: text"),
            ("recipients.yaml", "    languages: [en]", "    languages: [ja, en]", "envelope"),
        ],
    )
    def test_a_change_in_an_entry_lapses_that_recipient_alone(
        self, ready: WorkspaceCopy, path: str, old: str, new: str, part: str
    ) -> None:
        ready.edit(path, old, new)
        ready.run("build")
        packets = packets_of(ready, "--yes")
        assert packets["jp-tokyo", "post"]["new"] is False
        assert packets["jp-osaka", "post"]["new"] is True
        assert part in packets["jp-osaka", "post"]["changes"]

    def test_a_theme_and_an_enclosure_lapse_everybody(self, ready: WorkspaceCopy) -> None:
        ready.write("letters/theme/theme.yaml", 'accent: "#112233"\n')
        ready.write("letters/2027/report.pdf", REPORT)
        ready.write(
            "letters/2027/campaign.yaml",
            (ready.folder / "letters/2027/campaign.yaml").read_text("utf-8")
            + "enclosures:\n  - {file: report.pdf, title: {en: Report, ja: 報告}}\n",
        )
        ready.run("build")
        packets = packets_of(ready, "--yes")
        assert all(packet["new"] for packet in packets.values())
        changes = packets["jp-tokyo", "post"]["changes"]
        assert "+ accent: #⟦112233⟧" in changes["theme"]
        assert changes["files enclosed"] == [f"+ report.pdf: sha256 {digest(REPORT)}"]
        assert "report.pdf" in packets["jp-tokyo", "post"]["files"]

    def test_what_nobody_sees_on_the_letter_lapses_nothing(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "verified: 2027-08-20", "source: a call\n    verified: 2027-08-30")
        ready.edit("letters/2027/petition.en.md", "and with one request.", "and with one request. {# checked #}")
        shutil.rmtree(ready.folder / "out")
        assert ready.run(*YES).err.startswith("Approved before, and unchanged")

    def test_an_approval_is_taken_back_like_every_event(self, ready: WorkspaceCopy) -> None:
        assert ready.run("log", "withdraw", "1", "--because", "a wrong name").status == 0
        assert packets_of(ready, "--only", "jp-osaka")["jp-osaka", "post"]["standing"] == "approved"
        ready.run(*YES)
        assert [event.kind for event in MailingLog.within(ready.folder).read()][-2:] == ["withdrawn", "approved"]

    def test_the_status_tells_who_is_approved_and_who_no_longer(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/_request.ja.md", "難民を送還", "難民を強制送還")
        ending = ready.run()
        assert "2 = 1 approved + 1 lapsed" in ending.out
        assert "changed since it was approved on 2027-09-01; needs approval" in ending.out
        assert "Next: petitioner build" in ending.err
        ready.run("build")
        assert "Next: petitioner approve" in ready.run().err

    def test_what_was_printed_before_a_change_counts_as_printed_no_more(self, ready: WorkspaceCopy) -> None:
        ready.run("log", "add", "printed", "jp-tokyo", "jp-osaka")
        assert "by post: 2 = 2 printed" in ready.run().out
        ready.edit("letters/2027/_request.ja.md", "難民を送還", "難民を強制送還")
        out = ready.run().out
        assert "by post: 2 = 1 printed + 1 lapsed" in out
        assert "needs approval; what was printed before is to be thrown away" in out

    def test_an_error_in_a_letter_leaves_the_status_readable(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "{{ nonsense")
        assert "2 = 2 approved" in ready.run().out


class TestAnotherAttempt:
    def test_what_came_back_and_was_reopened_needs_a_new_approval(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        ready.run("log", "add", "posted", "jp-tokyo")
        ready.run("log", "add", "returned", "jp-tokyo", "--on", "2027-09-01")
        assert ("jp-tokyo", "post") not in packets_of(ready, "--yes")
        assert ready.run("log", "reopen", "jp-tokyo", "--because", "the number was wrong").status == 0
        packet = packets_of(ready, "--yes")["jp-tokyo", "post"]
        assert (packet["attempt"], packet["new"]) == (2, True)


class TestRecordingWhatWasApproved:
    def test_what_is_posted_keeps_the_approved_files_and_is_not_flagged(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        shutil.rmtree(ready.folder / "out")
        ending = ready.run("log", "add", "posted", "jp-tokyo")
        assert "approved" not in ending.err
        approved, posted = (MailingLog.within(ready.folder).read()[at] for at in (0, -1))
        assert posted.documents == tuple(one for one in approved.documents if one.role == "letter")
        assert len(posted.documents) == 4

    def test_who_hands_over_what_was_approved_for_the_post_is_not_flagged_for_it(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        ready.run("log", "add", "handed", "jp-tokyo")
        assert "unapproved" not in MailingLog.within(ready.folder).read()[-1].details.flags

    def test_what_has_changed_since_is_flagged_and_the_last_build_is_kept(self, ready: WorkspaceCopy) -> None:
        ready.run(*YES)
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        ready.run("build")
        ready.run("log", "add", "posted", "jp-tokyo")
        posted = MailingLog.within(ready.folder).read()[-1]
        assert posted.details.flags["unapproved"] == "changed since it was approved on 2027-09-01 (event 1)"
        built = digest((ready.folder / "out/2027/jp-tokyo/petition.en.pdf").read_bytes())
        assert built in {document.sha256 for document in posted.documents}


class TestAtATerminal:
    def test_the_count_is_typed(self, ready: WorkspaceCopy) -> None:
        status, shown = run_at_terminal(ready.folder, ["approve"], [("Type 3 to say yes:", "3")])
        assert status == 0, shown
        assert len(MailingLog.within(ready.folder).read()) == 3

    def test_anything_else_approves_nothing(self, ready: WorkspaceCopy) -> None:
        status, shown = run_at_terminal(ready.folder, ["approve"], [("Type 3 to say yes:", "yes")])
        assert status == 1
        assert "Nothing was approved: the number was not typed.\nNext: petitioner approve  (it asks again)" in shown
        assert not (ready.folder / "mailing-log.sqlite").exists()

    def test_what_somebody_approved_meanwhile_is_not_approved_twice(self, ready: WorkspaceCopy) -> None:
        def meddle() -> str:
            assert ready.run(*YES, "--only", "jp-osaka").status == 0
            return "3"

        status, shown = run_at_terminal(ready.folder, ["approve"], [("Type 3 to say yes:", meddle)])
        assert status == 1
        assert "Somebody approved jp-osaka (post) in the meantime; nothing was recorded." in shown
        assert len(MailingLog.within(ready.folder).read()) == 2

    def test_each_unconfirmed_address_is_asked_about_by_name(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "    verified: 2027-08-20\n", "")
        answers = [
            (
                "jp-tokyo: its address was never confirmed by a person. Approve it all the same? [y]es, [N]o, [q]uit:",
                "y",
            ),
            ("jp-osaka: its address", ""),
            ("Approve 1 packet (1 of them to an address that was not confirmed lately)", ""),
        ]
        assert run_at_terminal(ready.folder, ["approve"], answers)[0] == 1
        answers[-1] = ("Type 1 to say yes:", "1")
        status, shown = run_at_terminal(ready.folder, ["approve"], answers)
        assert status == 0, shown
        (event,) = MailingLog.within(ready.folder).read()
        assert event.recipient == "jp-tokyo"
        assert event.details.flags == {"unverified": "its address was never confirmed by a person"}

    def test_all_unconfirmed_addresses_are_taken_by_the_typed_count_alone(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "    verified: 2027-08-20\n", "")
        command = ["approve", "--unverified", "all"]
        question = "Approve 3 packets (3 of them to an address that was not confirmed lately)?"
        status, shown = run_at_terminal(ready.folder, command, [(f"{question} Type 3 to say yes:", "3")])
        assert status == 0, shown
        assert "  jp-osaka (hand): its address was never confirmed by a person\n" in shown
        assert all("unverified" in event.details.flags for event in MailingLog.within(ready.folder).read())

    def test_all_of_them_are_not_taken_where_nobody_types(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "    verified: 2027-08-20\n", "")
        for more in ((), ("--yes",), ("--json",)):
            ending = ready.run("approve", "--unverified", "all", *more)
            assert ending.status == 2
            assert "--unverified all asks for the number of packets, but this run cannot ask." in ending.err
        status, _ = run_at_terminal(ready.folder, ["approve", "--unverified", "all", "--yes"], [])
        assert status == 2
        assert not (ready.folder / "mailing-log.sqlite").exists()

    def test_a_text_that_was_changed_since_it_was_read_is_asked_about_once(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        ready.run("build")
        reason = "petition.en was changed since John Smith read it on 2027-08-01."
        question = f"{reason} Approve it all the same? [y]es, [N]o, [q]uit:"
        status, shown = run_at_terminal(ready.folder, ["approve"], [(question, "y"), ("Type 3 to say yes:", "3")])
        assert status == 0, shown
        flags = [event.details.flags["unread"] for event in MailingLog.within(ready.folder).read()]
        assert flags == ["no native reader had read the letter in en"] * 3

    def test_each_unread_text_is_asked_about_once_however_many_get_it(self, ready: WorkspaceCopy) -> None:
        ready.edit("letters/2027/petition.en.md", "Let them stay.", "Let them live.")
        ready.edit("letters/2027/petition.ja.md", "お願いを", "お願いだけを")
        ready.run("build")
        answers = [("petition.ja was changed since", "n"), ("petition.en was changed since", "y"), ("Type 2 to", "2")]
        status, shown = run_at_terminal(ready.folder, ["approve"], answers)
        assert status == 0, shown
        assert shown.count("[y]es, [N]o, [q]uit:") == 2
        assert "not approved: jp-tokyo (post): petition.ja was changed since" in shown
        assert {event.recipient for event in MailingLog.within(ready.folder).read()} == {"jp-osaka"}

    def test_whoever_quits_at_any_question_approves_nothing(self, ready: WorkspaceCopy) -> None:
        _replace(ready.folder / "recipients.yaml", "    verified: 2027-08-20\n", "")
        first = ("jp-tokyo: its address", "y")
        for answers in ([("jp-tokyo: its address", "q")], [first, ("jp-osaka: its address", "Quit")]):
            status, shown = run_at_terminal(ready.folder, ["approve"], answers)
            assert status == 1
            assert "You quit. Nothing more was done." in shown
        assert not (ready.folder / "mailing-log.sqlite").exists()
