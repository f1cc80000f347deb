"""Photographs, receipts and replies: kept with what they show, and given out again."""

import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path

import docx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from log_workspace import LogWorkspace, draft
from petitioner.errors import PetitionerError, UsageError
from petitioner.log.events import Attachment
from petitioner.log.evidence import MOST_BYTES, MOST_BYTES_AT_ONCE, detect_media_type, make_safe_name
from petitioner.log.kinds import Kind

ODT = "application/vnd.oasis.opendocument.text"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def log_workspace(tmp_path: Path) -> LogWorkspace:
    return LogWorkspace(tmp_path)


def make_photograph(form: str = "JPEG") -> bytes:
    stream = BytesIO()
    Image.new("RGB", (8, 8), "red").save(stream, form)
    return stream.getvalue()


def make_letter(words: str) -> bytes:
    stream = BytesIO()
    document = docx.Document()
    document.add_paragraph(words)
    document.save(stream)
    return stream.getvalue()


def write(log_workspace: LogWorkspace, name: str, content: bytes) -> Path:
    path = log_workspace.folder / name
    path.write_bytes(content)
    return path


class TestTakingIn:
    def test_a_photograph_is_kept_with_what_it_shows(self, log_workspace: LogWorkspace) -> None:
        photograph = write(log_workspace, "IMG_0001.jpg", make_photograph())
        log_workspace.add("handed", "jp-osaka", outcome="letter-box", files=(photograph,))
        assert "1 file kept" in log_workspace.out
        (document,) = log_workspace.log.read()[0].documents
        assert (document.role, document.name, document.media_type) == ("evidence", "IMG_0001.jpg", "image/jpeg")
        assert log_workspace.log.read_blob(document.sha256) == make_photograph()

    def test_one_receipt_for_three_packets_is_kept_with_each_and_stored_once(self, log_workspace: LogWorkspace) -> None:
        receipt = write(log_workspace, "receipt.png", make_photograph("PNG"))
        log_workspace.add("posted", "jp-osaka", "jp-tokyo", "jp-fukuoka", files=(receipt,))
        assert len({event.documents for event in log_workspace.log.read()}) == 1
        assert len(log_workspace.log.read()) == 3

    def test_evidence_takes_the_place_of_no_letter(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka", content=b"%PDF built")
        log_workspace.add("posted", "jp-osaka", files=(write(log_workspace, "receipt.jpg", make_photograph()),))
        kept = {(document.role, document.name) for document in log_workspace.log.read()[0].documents}
        assert kept == {("letter", "petition.ja.pdf"), ("evidence", "receipt.jpg")}

    def test_a_reply_is_kept_with_what_came(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        reply = write(log_workspace, "answer.eml", b"From: a@example.cn\r\nSubject: Re: Petition\r\n\r\nNo.\r\n")
        log_workspace.add("replied", "jp-osaka", files=(reply,))
        assert log_workspace.log.read()[1].documents[0].media_type == "message/rfc822"
        assert log_workspace.out == "Event 2: jp-osaka replied on 2027-09-12, 1 file kept\n"

    @pytest.mark.parametrize(
        ("name", "content", "media_type"),
        [
            ("photograph.pdf", make_photograph(), "image/jpeg"),
            ("scan", b"%PDF-1.7\n", "application/pdf"),
            ("letter.txt", make_letter("Dear Mr. President"), DOCX),
            ("photograph", b"\0\0\0\x18ftypheix\0\0\0\0mif1heix", "image/heic"),
            ("film", b"\0\0\0\x14ftypisom\0\0\2\0mp41", "video/mp4"),
            ("list", b"PK\3\4" + bytes(26) + b"mimetypeapplication/vnd.oasis.opendocument.textPK", ODT),
            ("note.txt", b"BMW did not answer.", "text/plain"),
            ("note.txt", "了解".encode(), "text/plain"),
            ("note.html", b"<p>No.</p>", "text/html"),
            ("note.exe", b"just words", "text/plain"),
            ("strange.jpg", b"\x00\x01\x02\xff", "application/octet-stream"),
        ],
    )
    def test_what_a_file_is_its_content_says_and_not_its_name(self, name: str, content: bytes, media_type: str) -> None:
        assert detect_media_type(name, content) == media_type

    def test_every_file_that_cannot_be_kept_is_named_and_nothing_is_recorded(self, log_workspace: LogWorkspace) -> None:
        big = log_workspace.folder / "film.mov"
        with big.open("wb") as stream:
            stream.truncate(MOST_BYTES + 100_000)
        files = (write(log_workspace, "good.jpg", make_photograph()), write(log_workspace, "empty.jpg", b""), big)
        with pytest.raises(PetitionerError) as caught:
            log_workspace.add(
                "posted", "jp-osaka", files=(*files, log_workspace.folder / "lost.jpg", log_workspace.folder)
            )
        assert [line.removeprefix(f"{log_workspace.folder}") for line in str(caught.value).splitlines()] == [
            "/empty.jpg: is empty",
            "/film.mov: has 20.1 MB, and at most 20.0 MB of one file are kept",
            "/lost.jpg: No such file or directory",
            ": it is a folder",
        ]
        assert "Nothing was recorded" in caught.value.hint
        assert not log_workspace.log.path.exists()

    def test_too_much_at_once_is_refused_with_the_limit(self, log_workspace: LogWorkspace) -> None:
        parts = []
        for number in range(4):
            parts.append(log_workspace.folder / f"part{number}")
            with parts[-1].open("wb") as stream:
                stream.truncate(MOST_BYTES_AT_ONCE // 4 + 1)
        with pytest.raises(PetitionerError, match=r"have 60\.0 MB together, and at most 60\.0 MB are kept at once"):
            log_workspace.add("posted", "jp-osaka", files=tuple(parts))

    def test_two_files_of_one_name_are_refused(self, log_workspace: LogWorkspace) -> None:
        (log_workspace.folder / "other").mkdir()
        files = (
            write(log_workspace, "a.jpg", make_photograph()),
            write(log_workspace, "other/a.jpg", make_photograph("PNG")),
        )
        with pytest.raises(PetitionerError, match=r"2 files are called a\.jpg; rename all but one"):
            log_workspace.add("posted", "jp-osaka", files=files)
        log_workspace.add("posted", "jp-osaka", files=(files[0], files[0]))
        assert len(log_workspace.log.read()[0].documents) == 1

    def test_a_name_that_hides_its_ending_is_refused(self, log_workspace: LogWorkspace) -> None:
        trap = write(log_workspace, "photo\u202egpj.exe", b"MZ")
        with pytest.raises(PetitionerError, match=r"its name contains U\+202E"):
            log_workspace.add("posted", "jp-osaka", files=(trap,))


class TestWhatWasReallyUsed:
    def test_a_letter_edited_by_hand_is_kept_instead_of_the_builds_and_that_is_told(
        self, log_workspace: LogWorkspace
    ) -> None:
        log_workspace.build("jp-osaka", "petition.ja.docx", make_letter("as built"))
        log_workspace.build("jp-osaka", "petition.en.pdf", b"%PDF en")
        edited = write(log_workspace, "petition.ja.docx", make_letter("with a word added"))
        log_workspace.add("posted", "jp-osaka", used=(edited, log_workspace.folder / "out/jp-osaka/petition.en.pdf"))
        (event,) = log_workspace.log.read()
        kept = {(one.role, one.name): log_workspace.log.read_blob(one.sha256) for one in event.documents}
        assert kept == {("used", "petition.ja.docx"): edited.read_bytes(), ("used", "petition.en.pdf"): b"%PDF en"}
        assert event.details.flags["left-out"] == "not kept: petition.ja.docx was not used"
        assert "unbuilt" not in event.details.flags

    def test_what_came_back_was_not_used(self, log_workspace: LogWorkspace) -> None:
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        with pytest.raises(UsageError, match="What was returned was not sent by you") as caught:
            log_workspace.add("returned", "jp-osaka", used=(write(log_workspace, "a.pdf", b"%PDF"),))
        assert "--file" in caught.value.hint


class TestGivingOut:
    def test_all_files_of_a_recipient_come_out_over_all_events(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka", content=b"%PDF built")
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", files=(write(log_workspace, "envelope.jpg", make_photograph()),))
        assert log_workspace.write_evidence("jp-osaka") == 0
        folder = log_workspace.folder / "out" / "evidence" / "jp-osaka"
        assert sorted(path.name for path in folder.iterdir()) == ["1-petition.ja.pdf", "2-envelope.jpg"]
        assert (folder / "2-envelope.jpg").read_bytes() == make_photograph()
        assert f"{folder}/2-envelope.jpg  (evidence envelope.jpg, image/jpeg)" in log_workspace.out
        assert log_workspace.write_evidence("jp-osaka") == 0  # the same files again are no harm

    def test_one_event_goes_to_a_folder_of_choice(self, log_workspace: LogWorkspace, tmp_path: Path) -> None:
        log_workspace.build("jp-osaka")
        log_workspace.add("posted", "jp-osaka", "jp-tokyo")
        log_workspace.write_evidence("1", tmp_path / "to" / "lawyer")
        assert [path.name for path in (tmp_path / "to" / "lawyer").iterdir()] == ["1-petition.ja.pdf"]
        log_workspace.write_evidence("2", tmp_path / "nothing")
        assert log_workspace.out == "No file is kept with it.\n"

    def test_a_file_that_holds_something_else_is_never_written_over(
        self, log_workspace: LogWorkspace, tmp_path: Path
    ) -> None:
        log_workspace.build("jp-osaka", "a.pdf", b"%PDF a")
        log_workspace.build("jp-osaka", "b.pdf", b"%PDF b")
        log_workspace.add("posted", "jp-osaka")
        (tmp_path / "to").mkdir()
        (tmp_path / "to" / "1-b.pdf").write_bytes(b"mine")
        with pytest.raises(PetitionerError, match=r"1-b\.pdf is there already, and holds something else") as caught:
            log_workspace.write_evidence("jp-osaka", tmp_path / "to")
        assert "Nothing was written" in caught.value.hint
        assert [path.name for path in (tmp_path / "to").iterdir()] == ["1-b.pdf"]
        assert (tmp_path / "to" / "1-b.pdf").read_bytes() == b"mine"

    def test_what_was_redacted_is_named_and_the_rest_comes_out(self, log_workspace: LogWorkspace) -> None:
        log_workspace.build("jp-osaka", content=b"%PDF private")
        log_workspace.add("posted", "jp-osaka", on="2027-09-10")
        log_workspace.add("returned", "jp-osaka", files=(write(log_workspace, "envelope.jpg", make_photograph()),))
        log_workspace.redact(1, files=True)
        assert log_workspace.write_evidence("jp-osaka") == 1
        assert "event 1, letter petition.ja.pdf: its bytes were redacted" in log_workspace.out
        assert "2-envelope.jpg" in log_workspace.out
        log_workspace.as_json = True
        log_workspace.write_evidence("1")
        (told,) = json.loads(log_workspace.out)["files"]
        assert (told["path"], told["fault"]) == (None, "its bytes were redacted")

    def test_names_from_elsewhere_lead_nowhere_else(self, log_workspace: LogWorkspace, tmp_path: Path) -> None:
        attachments = tuple(
            Attachment("evidence", name, "text/plain", name.encode())
            for name in ("../../escape.txt", "/etc/passwd", "A.txt", "a.txt", "..", "con:aux|")
        )
        log_workspace.log.append(lambda _: [replace(draft(Kind.REPLIED), attachments=attachments)])
        log_workspace.write_evidence("jp-osaka", tmp_path / "to")
        names = {path.name for path in (tmp_path / "to").iterdir()}
        assert names > {"1-_.._escape.txt", "1-_etc_passwd", "1-file", "1-con_aux_"}
        assert len({name.casefold() for name in names}) == 6  # also where A.txt and a.txt are one file
        assert not (tmp_path / "escape.txt").exists()

    def test_an_unknown_event_and_one_with_whom_nothing_happened(self, log_workspace: LogWorkspace) -> None:
        with pytest.raises(UsageError, match="The log has no event 7; it is empty"):
            log_workspace.write_evidence("7")
        with pytest.raises(UsageError, match="'mars' is not a recipient"):
            log_workspace.write_evidence("mars")
        with pytest.raises(PetitionerError, match="The log has nothing of jp-osaka"):
            log_workspace.write_evidence("jp-osaka")


@given(st.text(max_size=200))
def test_a_safe_name_is_one_name_in_one_folder(name: str) -> None:
    safe = make_safe_name(name)
    assert safe
    assert not safe.startswith(".")
    assert not set(safe) & set('/\\:*?"<>|\n\0')
    assert len(safe.encode()) < 240
    assert make_safe_name(safe) == safe
