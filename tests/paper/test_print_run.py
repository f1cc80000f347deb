"""`print` puts the approved packets into one file in the order of the envelopes, and tells where each is."""

import json
import shutil
from datetime import timedelta
from io import BytesIO, StringIO
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from conftest import NOW, WorkspaceCopy
from documents import read_pdf_pages
from log_tampering import tamper
from paper_workspace import approve_all
from petitioner.errors import PetitionerError
from petitioner.files import digest
from petitioner.log.storage.store import MailingLog
from petitioner.paper.print_batch import PrintDocument, PrintPacket, impose

A4 = (595.276, 841.89)
COUNTS = st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=4)


@pytest.fixture
def paper_workspace(workspace: WorkspaceCopy) -> WorkspaceCopy:
    approve_all(workspace)
    return workspace


def read_run(workspace: WorkspaceCopy) -> bytes:
    return (workspace.folder / "out/2027/print/letters.pdf").read_bytes()


def read_cover(workspace: WorkspaceCopy) -> str:
    return "\n".join(read_pdf_pages((workspace.folder / "out/2027/print/cover.pdf").read_bytes()))


def blank(pages: int) -> bytes:
    with pikepdf.Pdf.new() as pdf:
        for _ in range(pages):
            pdf.add_blank_page(page_size=A4)
        stream = BytesIO()
        pdf.save(stream)
    return stream.getvalue()


def make_paper(name: str, content: bytes) -> PrintDocument:
    return PrintDocument(name, lambda: content)


def bundle_up(*counts: list[int]) -> list[PrintPacket]:
    return [
        PrintPacket(
            f"REF-{number}", "Mission", tuple(make_paper(f"{place}.pdf", blank(n)) for place, n in enumerate(pages))
        )
        for number, pages in enumerate(counts)
    ]


def test_every_document_begins_on_the_front_of_a_sheet_and_its_pages_are_those_approved(
    paper_workspace: WorkspaceCopy,
) -> None:
    ending = paper_workspace.run("print", "--json")
    told, pages = json.loads(ending.out), read_pdf_pages(read_run(paper_workspace))
    assert [(one["recipient"], one["channel"]) for one in told["packets"]] == [
        ("jp-tokyo", "post"),
        ("jp-osaka", "post"),
        ("jp-osaka", "hand"),
    ]
    assert told["pages"] == len(pages) == sum(one["end"] - one["start"] + 1 for one in told["packets"])
    for packet in told["packets"]:
        for paper in packet["documents"]:
            frozen = paper_workspace.folder / "out/2027" / packet["recipient"] / paper["name"]
            assert paper["start"] % 2 == 1
            assert paper["sha256"] == digest(frozen.read_bytes())
            first = paper["start"] - 1
            assert pages[first : first + paper["pages"]] == read_pdf_pages(frozen.read_bytes())
            assert packet["reference"] in pages[first]


def test_blank_backs_are_blank_and_every_page_is_a4(paper_workspace: WorkspaceCopy) -> None:
    told = json.loads(paper_workspace.run("print", "--json").out)
    used = {
        paper["start"] + page - 1
        for packet in told["packets"]
        for paper in packet["documents"]
        for page in range(paper["pages"])
    }
    pages = read_pdf_pages(read_run(paper_workspace))
    backs = set(range(len(pages))) - used
    assert backs
    assert [pages[back] for back in sorted(backs)] == [""] * len(backs)
    with pikepdf.open(BytesIO(read_run(paper_workspace))) as pdf:
        assert {tuple(round(float(side), 3) for side in page.mediabox[2:]) for page in pdf.pages} == {A4}


def test_printed_on_one_side_no_page_is_blank(paper_workspace: WorkspaceCopy) -> None:
    told = json.loads(paper_workspace.run("print", "--simplex", "--json").out)
    assert all(read_pdf_pages(read_run(paper_workspace)))
    assert (told["duplex"], told["sheets"]) == (False, told["pages"])
    with pikepdf.open(BytesIO(read_run(paper_workspace))) as pdf:
        assert pdf.Root.ViewerPreferences.Duplex == "/Simplex"


def test_the_file_tells_printers_not_to_scale_and_has_a_bookmark_for_each_packet(
    paper_workspace: WorkspaceCopy,
) -> None:
    paper_workspace.run("print")
    with pikepdf.open(BytesIO(read_run(paper_workspace))) as pdf:
        told = pdf.Root.ViewerPreferences
        assert [str(told.PrintScaling), str(told.Duplex)] == ["/None", "/DuplexFlipLongEdge"]
        with pdf.open_outline() as outline:
            marks = [(mark.title.split()[0], [child.title for child in mark.children]) for mark in outline.root]
    assert marks == [
        ("LFNKR-2027-JP-TOKYO", ["petition.ja.pdf", "petition.en.pdf"]),
        ("LFNKR-2027-JP-OSAKA", ["petition.en.pdf"]),
        ("LFNKR-2027-JP-OSAKA", ["petition.en.pdf"]),
    ]


def test_two_runs_give_the_same_bytes(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("print")
    first = (read_run(paper_workspace), read_cover(paper_workspace))
    paper_workspace.run("print", now=NOW + timedelta(hours=3))
    assert (read_run(paper_workspace), read_cover(paper_workspace)) == first


def test_enclosures_are_printed_behind_the_letters_of_each_packet(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/2027/enclosures/report.pdf", blank(3))
    entry = "enclosures:\n  - file: enclosures/report.pdf\n    title: {en: Report, ja: 報告書}\n"
    path = workspace.folder / "letters/2027/campaign.yaml"
    path.write_text(path.read_text("utf-8") + entry, "utf-8")
    approve_all(workspace)
    told = json.loads(workspace.run("print", "--json").out)
    documents = [(paper["name"], paper["sheets"]) for paper in told["packets"][0]["documents"]]
    assert documents[-1] == ("enclosures/report.pdf", 2)
    assert "Report, 3 pages" in read_cover(workspace)


def test_the_cover_sheet_says_where_each_packet_is_what_it_weighs_and_the_log_s_tip(
    paper_workspace: WorkspaceCopy,
) -> None:
    paper_workspace.run("print")
    said, tip = read_cover(paper_workspace), MailingLog.within(paper_workspace.folder).read()[-1].hash
    for words in (
        "LFNKR-2027-JP-TOKYO",
        "Tokyo embassy",
        "Petition, Japanese, 1 page",
        "printed",
        "sealed",
        "24 September 2027",
    ):
        assert words in said
    assert tip in said.replace("\n", "")


def test_the_codes_on_the_cover_sheet_are_scanned_as_those_of_the_packets(
    paper_workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper_workspace.run("print")
    with pypdfium2.PdfDocument(paper_workspace.folder / "out/2027/print/cover.pdf") as cover:
        picture = cover[0].render(scale=200 / 72).to_pil()
    scanned = sorted(code.text for code in zxingcpp.read_barcodes(picture))
    assert scanned == ["LFNKR-2027-JP-OSAKA", "LFNKR-2027-JP-OSAKA", "LFNKR-2027-JP-TOKYO"]
    monkeypatch.setattr("sys.stdin", StringIO("\n".join(scanned[1:]) + "\n"))
    ending = paper_workspace.run("log", "add", "posted", "--scan")
    assert ending.status == 0
    assert "Recorded as posted: 2 packets." in ending.out


def test_the_cover_sheet_names_the_coordinator_and_no_login(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("print", "--by", "Hanako")
    assert "by Hanako." in " ".join(read_cover(paper_workspace).split())
    paper_workspace.run("print")
    assert "Made on 2027-09-01." in " ".join(read_cover(paper_workspace).split())


def test_what_is_not_approved_or_on_hold_is_not_printed_and_said_on_the_cover(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "    languages: [ja, en]\n", "    languages: [ja, en]\n    hold: ask first\n")
    approve_all(workspace)
    ending = workspace.run("print")
    assert (ending.status, "jp-tokyo" in ending.out) == (0, False)
    assert "jp-tokyo stays: on hold: ask first" in ending.err
    assert "Tokyo embassy, by post: on hold: ask first" in read_cover(workspace)


def test_what_changed_after_its_approval_is_not_printed(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: 敬白")
    ending = paper_workspace.run("print")
    assert ending.status == 0
    assert paper_workspace.run("print", "--only", "jp-tokyo").status == 1
    assert "JP-TOKYO" not in ending.out
    assert "jp-tokyo stays: approved on 2027-09-01 (event 1), and changed since" in ending.err


def test_nothing_is_printed_twice_unless_it_is_asked_for(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("log", "add", "printed", "jp-tokyo")
    ending = paper_workspace.run("print")
    assert "jp-tokyo: printed on 2027-09-01" in ending.err
    assert "JP-TOKYO" not in ending.out
    assert "JP-TOKYO" in paper_workspace.run("print", "--again", "jp-tokyo").out


def test_an_old_run_is_not_left_to_be_printed_when_nothing_is_to_be_printed(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("print")
    paper_workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka")
    paper_workspace.run("log", "add", "handed", "jp-osaka")
    ending = paper_workspace.run("print")
    assert (ending.status, ending.out) == (0, "")
    assert "There is nothing to print now." in ending.err
    assert not list(Path(paper_workspace.folder / "out/2027/print").iterdir())


@pytest.mark.parametrize(
    ("id_", "why"),
    [("jp-osakka", "it is not among those who"), ("jp-tokyo", "posted on 2027-09-01")],
)
def test_again_is_refused_for_whom_nothing_can_be_printed(paper_workspace: WorkspaceCopy, id_: str, why: str) -> None:
    paper_workspace.run("log", "add", "posted", "jp-tokyo")
    ending = paper_workspace.run("print", "--again", id_)
    assert (ending.status, ending.out) == (2, "")
    assert f"Nothing of {id_} can be printed again: {why}" in ending.err


def test_again_for_whom_is_on_hold_names_the_way_out_and_nobody_else(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.edit("recipients.yaml", "languages: [en]", "languages: [en]\n    hold: ring them up")
    ending = paper_workspace.run("print", "--again", "jp-osaka")
    assert "To solve this: petitioner recipients verify jp-osaka" in ending.err
    assert "Did you mean" not in ending.err


def test_of_whom_two_packets_stay_each_is_told_with_its_way(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("log", "add", "printed", "jp-tokyo", "jp-osaka")
    said = paper_workspace.run("print").err
    assert "jp-osaka (post), jp-osaka (hand): printed on 2027-09-01\n    To print one of them once more" in said
    assert "jp-tokyo, jp-osaka (post)" in said


def test_who_was_refused_at_the_gate_and_posted_to_then_is_done(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("log", "add", "handed", "jp-tokyo", "--outcome", "refused")
    paper_workspace.run("log", "add", "posted", "jp-tokyo")
    ending = paper_workspace.run("print")
    assert (ending.status, "reopen" in ending.err) == (0, False)
    assert "refused at the gate on 2027-09-01, and posted by another channel" in ending.err


@pytest.mark.parametrize("before", [None, "printed"])
def test_a_delivery_by_hand_that_was_refused_keeps_nobody_from_posting(
    paper_workspace: WorkspaceCopy, before: str | None
) -> None:
    if before:
        paper_workspace.run("log", "add", before, "jp-tokyo")
    paper_workspace.run("log", "add", "handed", "jp-tokyo", "--outcome", "refused")
    ending = paper_workspace.run("print", "--json", *(["--again", "jp-tokyo"] if before else []))
    assert ("jp-tokyo", "post") in [(one["recipient"], one["channel"]) for one in json.loads(ending.out)["packets"]]
    assert "jp-tokyo: refused at the gate on 2027-09-01, and still to leave by post" in ending.err
    assert (ending.status, "reopen" in ending.err) == (0, False)


def test_all_commands_agree_on_whom_a_refused_delivery_leaves_open(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("log", "add", "handed", "jp-tokyo", "--outcome", "refused")
    status = json.loads(paper_workspace.run("--json").out)
    assert [one["open"] for one in status["recipients"] if one["id"] == "jp-tokyo"] == [["post"]]
    log = json.loads(paper_workspace.run("log", "--json").out)
    assert [one["open_by"] for one in log["recipients"] if one["id"] == "jp-tokyo"] == [["post"]]
    assert log["attention"] == []
    assert "petitioner print" in paper_workspace.run().err
    assert "reopen" not in paper_workspace.run("log").err
    paper_workspace.run("log", "add", "posted", "jp-tokyo", "jp-osaka")
    paper_workspace.run("log", "add", "handed", "jp-osaka")
    assert "every letter has left" in paper_workspace.run().err


def test_a_letter_whose_posting_was_withdrawn_is_printed_after_a_warning(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("log", "add", "posted", "jp-tokyo", "--on", "2027-08-31")
    paper_workspace.run("log", "withdraw", "4", "--because", "typed wrong")
    ending = paper_workspace.run("print")
    said = "Warning: jp-tokyo: event 4 said posted on 2027-08-31, and was withdrawn: typed wrong\n"
    assert said in ending.err
    assert "    If the letter left, do not send it again. Record it: petitioner log add posted jp-tokyo\n" in ending.err
    assert "jp-osaka: event" not in ending.err
    assert "jp-tokyo" in read_cover(paper_workspace).lower()
    paper_workspace.run("log", "add", "printed", "jp-tokyo")
    assert "was withdrawn" not in paper_workspace.run("print").err


def test_a_year_that_is_over_is_over_for_every_command(paper_workspace: WorkspaceCopy) -> None:
    """What nothing was done about is closed by the next campaign, and is not called "not approved"."""
    paper_workspace.run("log", "add", "posted", "jp-osaka", "jp-tokyo")
    shutil.copytree(paper_workspace.folder / "letters/2027", paper_workspace.folder / "letters/2028")
    paper_workspace.edit("letters/2028/campaign.yaml", "day: 2027-09-24", "day: 2028-09-24")
    paper_workspace.edit("letters/2028/campaign.yaml", "date: 2027-09-01", "date: 2028-09-01")
    paper_workspace.run("log", "add", "posted", "jp-tokyo", now=NOW.replace(year=2028))
    paper_workspace.edit("recipients.yaml", "channels: [post]", "channels: [post, hand]")
    ending = paper_workspace.run("--campaign", "2027", "print")
    assert "not approved" not in ending.err
    assert "jp-tokyo (hand): a later campaign has begun" in ending.err
    assert (ending.status, paper_workspace.run("--campaign", "2027", "log").status) == (0, 0)


def test_where_nothing_can_be_written_no_option_is_named_that_there_is_not(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.write("out/2027/print", "in the way")
    ending = paper_workspace.run("print")
    assert ending.status == 1
    assert "cover.pdf cannot be written" in ending.err
    assert "--to" not in ending.err


def test_one_packet_is_no_packets_on_the_cover_sheet(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("print", "--only", "jp-tokyo", "--simplex")
    cover = " ".join(read_cover(paper_workspace).split())
    assert "1 packet in the order of the envelopes" in cover
    assert "with blank backs" not in cover


def test_nothing_is_recorded_since_a_file_is_not_paper(paper_workspace: WorkspaceCopy) -> None:
    before = MailingLog.within(paper_workspace.folder).read()
    paper_workspace.run("print")
    assert MailingLog.within(paper_workspace.folder).read() == before


@given(
    counts=st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=4), duplex=st.booleans()
)
def test_pages_and_sheets_add_up_whatever_is_in_the_packets(counts: list[list[int]], *, duplex: bool) -> None:
    run = impose(bundle_up(*counts), duplex=duplex, title="Run")
    with pikepdf.open(BytesIO(run.content)) as pdf:
        assert len(pdf.pages) == run.pages
    documents = [paper for bundle in run.packets for paper in bundle.documents]
    assert [paper.pages for paper in documents] == [pages for packet in counts for pages in packet]
    assert run.sheets == sum(paper.sheets for paper in documents)
    assert run.pages == run.sheets * (2 if duplex else 1)
    assert all(paper.start % 2 for paper in documents) or not duplex
    assert [one.start for one in run.packets[1:]] == [one.end + 1 for one in run.packets[:-1]]


def save(pdf: pikepdf.Pdf) -> bytes:
    stream = BytesIO()
    pdf.save(stream)
    return stream.getvalue()


def make_layered(*, base: str = "/ON", off: bool = True) -> bytes:
    """A page that is black where its one layer is shown."""
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=A4)
        layer = pdf.make_indirect(pikepdf.Dictionary(Type=pikepdf.Name.OCG, Name="DRAFT"))
        usual = pikepdf.Dictionary(BaseState=pikepdf.Name(base), OFF=[layer] if off else [])
        pdf.Root.OCProperties = pikepdf.Dictionary(OCGs=[layer], D=usual)
        pdf.pages[0].Resources = pikepdf.Dictionary(Properties=pikepdf.Dictionary(L=layer))
        pdf.pages[0].Contents = pdf.make_stream(b"/OC /L BDC 0 0 595 842 re f EMC")
        return save(pdf)


def make_turned() -> bytes:
    """A page across, turned upright, whose corner is not at 0, and which says so only once for all pages."""
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=A4[::-1])
        pdf.pages[0].MediaBox = [100, 50, 100 + A4[1], 50 + A4[0]]
        pdf.pages[0].CropBox = [120, 50, 100 + A4[1], 50 + A4[0]]
        pdf.Root.Pages.Rotate = 90
        return save(pdf)


def impose_one(content: bytes) -> bytes:
    return impose(
        [PrintPacket("REF", "Mission", (make_paper("report.pdf", content),))], duplex=True, title="Run"
    ).content


def is_white(content: bytes) -> bool:
    with pypdfium2.PdfDocument(content) as pdf:
        pdf.init_forms()
        return bool(pdf[0].render(scale=0.1).to_pil().convert("L").getextrema() == (255, 255))


@pytest.mark.parametrize(("base", "off", "white"), [("/ON", True, True), ("/OFF", False, True), ("/ON", False, False)])
def test_a_layer_that_an_enclosure_hides_is_not_printed(base: str, *, off: bool, white: bool) -> None:
    content = make_layered(base=base, off=off)
    assert is_white(content) is white
    assert is_white(impose_one(content)) is white


def test_a_blank_back_has_the_shape_of_its_front_and_lies_the_same_way() -> None:
    with pypdfium2.PdfDocument(impose_one(make_turned())) as pdf:
        front, back = pdf
        assert front.get_size() == back.get_size()
        assert [front.get_rotation(), back.get_rotation()] == [90, 90]
        assert front.get_cropbox() == back.get_cropbox()


def test_what_was_filled_into_a_form_is_printed() -> None:
    with pikepdf.Pdf.new() as pdf:
        pdf.add_blank_page(page_size=A4)
        look = pdf.make_stream(b"0 0 200 50 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
        look.BBox = [0, 0, 200, 50]
        field = pikepdf.Dictionary(FT=pikepdf.Name.Tx, T="name", V="x", Rect=[100, 100, 300, 150], F=4)
        field.Type, field.Subtype, field.AP = pikepdf.Name.Annot, pikepdf.Name.Widget, pikepdf.Dictionary(N=look)
        widget = pdf.make_indirect(field)
        pdf.pages[0].Annots = [widget]
        pdf.Root.AcroForm = pikepdf.Dictionary(Fields=[widget])
        content = save(pdf)
    assert not is_white(content)
    assert not is_white(impose_one(content))


def test_a_document_that_lies_in_every_packet_is_in_the_file_once() -> None:
    with pikepdf.Pdf.new() as pdf:
        for page in range(3):
            pdf.add_blank_page(page_size=A4)
            pdf.pages[page].Contents = pdf.make_stream(b"%% %d\n" % page + b"%d 0 m\n" * 9000 % tuple(range(9000)))
        content = save(pdf)
    report = make_paper("r.pdf", content)
    packets = [PrintPacket(f"REF-{n}", "Mission", (make_paper(f"{n}.pdf", blank(1)), report)) for n in range(50)]
    run = impose(packets, duplex=True, title="Run")
    assert len(run.content) < 3 * len(content)
    with pikepdf.open(BytesIO(run.content)) as pdf:
        assert len(pdf.pages) == run.pages == 50 * 6
        starts = [bundle.documents[1].start for bundle in run.packets]
        for start in starts:
            words = [pdf.pages[start - 1 + page].Contents.read_bytes()[:3] for page in range(3)]
            assert words == [b"% 0", b"% 1", b"% 2"]


def test_a_document_that_cannot_be_read_is_named() -> None:
    with pytest.raises(PetitionerError, match=r"report\.pdf for REF cannot be printed") as caught:
        impose_one(b"no PDF")
    assert "build and approve again" in caught.value.hint


def list_prints(workspace: WorkspaceCopy) -> list[str]:
    return sorted(path.name for path in (workspace.folder / "out/2027/print").glob("*"))


def test_a_new_approval_leaves_nothing_to_be_printed_in_old_words(paper_workspace: WorkspaceCopy) -> None:
    for command in ((), ("envelopes",), ("labels",), ("deliveries",)):
        paper_workspace.run("print", *command)
    assert list_prints(paper_workspace) == ["cover.pdf", "deliveries.pdf", "envelopes.pdf", "labels.pdf", "letters.pdf"]
    paper_workspace.edit("letters/2027/petition.ja.md", "closing: 謹白", "closing: 敬白")
    approve_all(paper_workspace)
    assert list_prints(paper_workspace) == []


@pytest.mark.parametrize("what", ["envelopes", "labels"])
def test_where_no_envelope_and_no_label_is_to_be_printed_none_of_old_is_left(
    paper_workspace: WorkspaceCopy, what: str
) -> None:
    paper_workspace.run("print", what)
    assert list_prints(paper_workspace) == [f"{what}.pdf"]
    for id_ in ("jp-tokyo", "jp-osaka"):
        paper_workspace.run("log", "add", "posted", id_)
    paper_workspace.run("log", "add", "handed", "jp-osaka")
    paper_workspace.run("print", what)
    assert list_prints(paper_workspace) == []


def test_envelopes_that_are_refused_leave_no_older_ones(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("print", "envelopes")
    assert paper_workspace.run("print", "envelopes", "--envelope", "dl", "--window", "30x30+20+15").status == 3
    assert list_prints(paper_workspace) == []


def test_a_file_that_cannot_be_taken_away_is_named(paper_workspace: WorkspaceCopy) -> None:
    (paper_workspace.folder / "out/2027/print/letters.pdf").mkdir(parents=True)
    ending = paper_workspace.run("print")
    assert ending.status == 1
    assert "out/2027/print/letters.pdf is no longer what is approved, and cannot be removed" in ending.err


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("channels: [post]", "channels: [post]\n    closed: 2027-08-31", "jp-tokyo: closed since 2027-08-31"),
        (
            "channels: [post, hand]",
            "channels: [post]",
            "jp-osaka: hand is no longer among its channels in recipients.yaml",
        ),
        ("  jp-osaka:", "  jp-kobe:", "jp-osaka (post): it is no longer in recipients.yaml"),
    ],
)
def test_what_is_not_to_leave_any_more_is_told_and_no_failure(
    paper_workspace: WorkspaceCopy, old: str, new: str, why: str
) -> None:
    paper_workspace.edit("recipients.yaml", old, new)
    ending = paper_workspace.run("print", *([] if "kobe" in new else ["--json"]))
    assert f"{why}; it was approved on 2027-09-01 (event " in ending.err
    assert ending.status == 0


def test_what_was_handed_over_need_not_be_posted_and_says_so(paper_workspace: WorkspaceCopy) -> None:
    paper_workspace.run("log", "add", "handed", "jp-tokyo")
    ending = paper_workspace.run("print")
    assert ending.status == 0
    assert "jp-tokyo (post): handed over, by another channel; it was approved on 2027-09-01 (event 1)" in ending.err


def test_what_was_printed_is_not_printed_twice_because_a_clock_ran_ahead(workspace: WorkspaceCopy) -> None:
    workspace.build()
    doubts = [word for id_ in ("jp-tokyo", "jp-osaka") for word in ("--unverified", id_)]
    workspace.run("approve", "--yes", "--unread", "en", "--unread", "ja", *doubts, now=NOW + timedelta(days=3))
    workspace.run("log", "add", "printed", "jp-tokyo", "jp-osaka")
    ending = workspace.run("print")
    assert (ending.status, ending.out) == (0, "")
    assert "There is nothing to print now." in ending.err


@pytest.mark.parametrize("place", ["letters/2027/enclosures/report.pdf", "out/2027/jp-tokyo/petition.en.pdf"])
def test_no_sheet_takes_the_place_of_a_letter_or_of_what_goes_with_it(
    paper_workspace: WorkspaceCopy, place: str
) -> None:
    for what in ("envelopes", "labels", "deliveries"):
        ending = paper_workspace.run("print", what, "--to", str(paper_workspace.folder / place))
        assert ending.status == 2
        assert "is in a folder of letters, where it could overwrite one." in ending.err
    assert (
        paper_workspace.run("print", "labels", "--to", str(paper_workspace.folder / "out/2027/print/mine.pdf")).status
        == 0
    )
    assert paper_workspace.run("print", "labels", "--to", str(paper_workspace.folder / "mine.pdf")).status == 0


def test_frozen_files_that_somebody_changed_in_the_log_are_printed_by_nothing(paper_workspace: WorkspaceCopy) -> None:
    tamper(paper_workspace.folder / "mailing-log.sqlite", "UPDATE blobs SET bytes = x'00'")
    for command in (["print"], ["print", "envelopes"], ["print", "deliveries"], ["approve"], ["send"], []):
        assert "Traceback" not in paper_workspace.run(*command).err
    assert "petitioner log verify" in paper_workspace.run("print").err
    assert not (paper_workspace.folder / "out/2027/print/letters.pdf").exists()
