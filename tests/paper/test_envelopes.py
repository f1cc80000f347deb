"""Envelopes: every page measured as PDFium sees it, and the reference read from its picture."""

import json
from pathlib import Path

import pytest
import zxingcpp
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from mail_items import (
    MM,
    Mail,
    approve_all,
    around,
    gather_mail,
    list_things,
    mail_of,
    read,
    read_words,
    squeeze,
    take_picture,
)
from petitioner.checks.pages.box import Box
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.stationery import TypeSizes
from petitioner.paper.address_lines import Area, FittedText, LineFitter, Overflow
from petitioner.paper.envelope_pdf import EnvelopeOptions, render_envelopes, render_outlines
from petitioner.paper.envelope_setup import EnvelopeSetup, choose_setup, list_address_areas, list_reserved_areas
from petitioner.paper.envelopes import EnvelopePage, lay_out_envelope
from petitioner.paper.page_style import PrinterCorrection, make_qr_code
from petitioner.tables.stationery import find_envelope, load_envelopes, load_face_layouts

LIST, CAMPAIGN = "recipients.yaml", "letters/2027/campaign.yaml"
ENVELOPES = [*(one.key for one in load_envelopes().envelopes), "200x150", "110x220"]
ROUND = 0.3  # mm that round letters stand out of their line
HALF = 1.0  # mm on each side that a frame of half a millimetre may make


def choose(mail: Mail, name: str) -> EnvelopeSetup:
    """An envelope without a window, posted where the sender is."""
    return choose_setup(find_envelope(name), mail.country, None)


def lay_all(mail: Mail, setup: EnvelopeSetup) -> list[EnvelopePage]:
    """The faces of all pieces, which fit."""
    faces = [lay_out_envelope(item, setup, mail.measure) for item in mail.items]
    assert all(isinstance(face, EnvelopePage) for face in faces), faces
    return [face for face in faces if isinstance(face, EnvelopePage)]


def list_address(face: EnvelopePage) -> list[str]:
    """The lines or the parts of columns of an address, as they are printed."""
    if face.columns:
        return [part.text for column in face.columns.address for part in column.text.parts]
    assert face.address
    return [line.text for line in face.address.text.lines]


def list_texts(face: EnvelopePage) -> list[str]:
    """All that is written on an envelope, without digits in boxes: in columns with the numbers of columns."""
    if face.columns:
        columns = (*face.columns.address, *face.columns.sender)
        codes = [line.text for line in face.item.sender if line.part is AddressPart.CODE]
        return [*(column.text.text for column in columns), *codes, face.item.reference]
    lines = [line for line in face.item.lines if not (face.digits and line.part is AddressPart.CODE)]
    return [*(line.text for line in (*lines, *face.item.sender)), face.item.reference]


def print_all(mail: Mail, name: str, options: EnvelopeOptions | None = None) -> bytes:
    """The PDF of all envelopes."""
    setup = choose(mail, name)
    return render_envelopes(lay_all(mail, setup), setup, options or EnvelopeOptions(), mail.theme)


class TestEveryEnvelope:
    @pytest.mark.parametrize("example", ["real", "seoul", "five-languages", "showcase"])
    @pytest.mark.parametrize("name", ENVELOPES)
    def test_its_page_has_its_size_its_words_are_whole_and_zones_stay_blank(self, name: str, example: str) -> None:
        mail = mail_of(example)
        setup = choose(mail, name)
        faces = lay_all(mail, setup)
        pages = read(render_envelopes(faces, setup, EnvelopeOptions(), mail.theme))
        assert len(pages) == len(mail.items)
        sheet = Box(0, 0, setup.envelope.width, setup.envelope.height)
        areas = list_address_areas(setup)
        for page, face in zip(pages, faces, strict=True):
            assert all(box.is_near(sheet, 0.05) for box in page.boxes)
            things = list(list_things(page))
            for zone in list_reserved_areas(setup).values():
                assert [thing for thing in things if thing[1].meets(zone)] == []
            assert [
                thing for thing in things if not thing[1].is_within(Box(5, 5, sheet.right - 5, sheet.bottom - 5))
            ] == []
            words = read_words(page)
            for text in list_texts(face):
                assert squeeze(text) in words
            placed = [box for text, box in things if squeeze(text) in {squeeze(one) for one in list_address(face)}]
            assert placed
            area = areas["columns" if face.columns else "address"]
            assert all(box.is_within(area, ROUND) for box in placed)

    @pytest.mark.parametrize("name", ["nagagata-3", "dl", "c6", "kakugata-2"])
    def test_the_reference_is_read_from_its_picture_on_the_back_and_not_on_the_front(self, name: str) -> None:
        mail = mail_of("real")
        content = print_all(mail, name, EnvelopeOptions(with_backs=True))
        pages = read(content)
        assert len(pages) == 2 * len(mail.items)
        for number, item in enumerate(mail.items):
            front, back = pages[2 * number : 2 * number + 2]
            assert front.pictures == ()
            assert zxingcpp.read_barcodes(take_picture(content, 2 * number)) == []
            (code,) = zxingcpp.read_barcodes(take_picture(content, 2 * number + 1))
            assert code.text == item.reference
            assert read_words(back) == item.reference
            assert back.boxes == front.boxes

    def test_without_backs_there_is_one_page_for_each(self) -> None:
        mail = mail_of("real")
        content = print_all(mail, "dl")
        assert len(read(content)) == len(mail.items)
        assert zxingcpp.read_barcodes(take_picture(content, 0)) == []

    def test_one_that_is_turned_is_read_as_well_and_stands_at_the_other_end(self) -> None:
        mail = mail_of("seoul")
        upright, turned = (
            print_all(mail, "dl", EnvelopeOptions(with_backs=True)),
            print_all(mail, "dl", EnvelopeOptions(PrinterCorrection(is_turned=True), with_backs=True)),
        )
        (code,) = zxingcpp.read_barcodes(take_picture(turned, 1))
        assert code.text == "LFNKR-2027-KR-SEOUL"
        for page, other in zip(read(upright), read(turned), strict=True):
            for (text, box), (same, there) in zip(list_things(page), list_things(other), strict=True):
                assert squeeze(text) == squeeze(same)
                mirrored = Box(220 - box.right, 110 - box.bottom, 220 - box.left, 110 - box.top)
                assert there.is_near(mirrored, 0.1)

    def test_an_offset_moves_all_of_it(self) -> None:
        mail = mail_of("seoul")
        (page,), (moved,) = (
            read(print_all(mail, "dl", EnvelopeOptions(feed)))
            for feed in (PrinterCorrection(), PrinterCorrection(offset_x=3, offset_y=-2.5))
        )
        for (_, box), (_, there) in zip(list_things(page), list_things(moved), strict=True):
            assert there.is_near(Box(box.left + 3, box.top - 2.5, box.right + 3, box.bottom - 2.5), 0.05)

    def test_two_runs_give_the_same_bytes(self) -> None:
        mail = mail_of("real")
        assert print_all(mail, "長形3号") == print_all(mail, "長形3号")


class TestAtHome:
    def test_the_code_stands_in_boxes_and_in_no_line(self) -> None:
        mail = mail_of("real")
        page = read(print_all(mail, "長形3号"))[0]
        assert "106-0046" not in read_words(page)
        digits = [run for run in page.runs if run.text.strip().isdecimal() and run.box.bottom < 22]
        assert "".join(run.text.strip() for run in sorted(digits, key=lambda run: run.box.left)) == "1060046"

    @pytest.mark.parametrize(
        ("name", "top", "right", "heavy", "light"),
        [("長形3号", 12.0, 8.0, 0.5, 0.3), ("角形2号", 18.0, 18.0, 0.7, 0.4)],
    )
    def test_the_boxes_are_where_the_post_wants_them(
        self, name: str, top: float, right: float, heavy: float, light: float
    ) -> None:
        mail = mail_of("real")
        setup = choose(mail, name)
        page = read(print_all(mail, name, EnvelopeOptions(with_boxes=True)))[0]
        frames = sorted((box for box in page.surfaces if 7 < box.height < 10), key=lambda box: box.left)
        lines = [heavy] * 3 + [light] * 4
        first = setup.envelope.width - right - 47.7
        wanted = [first + left for left in (0, 7.0, 14.0, 21.6, 28.4, 35.2, 42.0)]
        assert len(frames) == 7
        for frame, line, left in zip(frames, lines, wanted, strict=True):
            inner = Box(frame.left + line, frame.top + line, frame.right - line, frame.bottom - line)
            assert inner.is_near(Box(left, top, left + 5.7, top + 8.0), 0.1)
        (hyphen,) = [box for box in page.surfaces if 0.3 < box.height < 1 and box.top < top + 8]
        assert (hyphen.top + hyphen.bottom) / 2 == pytest.approx(top + 4.0, abs=0.1)
        assert frames[2].right <= hyphen.left + 0.1
        assert hyphen.right <= frames[3].left + 0.1
        digits = sorted(
            (run for run in page.runs if run.text.strip().isdecimal() and run.box.bottom < top + 9),
            key=lambda run: run.box.left,
        )
        for digit, left in zip(digits, wanted, strict=True):
            assert digit.box.is_within(Box(left, top, left + 5.7, top + 8.0))

    def test_frames_are_not_printed_unless_asked_for(self) -> None:
        page = read(print_all(mail_of("real"), "長形3号"))[0]
        assert [box for box in page.surfaces if box.top < 30] == []

    def test_on_one_that_lies_the_code_is_the_first_line_in_figures_and_a_hyphen(self) -> None:
        page = read(print_all(mail_of("real"), "洋長3"))[0]
        words = [run for run in page.runs if run.box.left > 90]
        assert squeeze(words[0].text) == "106-0046"
        assert 2.4 <= words[0].box.height <= 6.0
        assert words[1].box.top - words[0].box.bottom >= 2.0
        assert "〒" not in "".join(run.text for run in words)

    def test_the_letter_in_the_country_s_own_language_says_how_to_address_it(self) -> None:
        mail = mail_of("real")
        assert mail.found.workspace.written_to[0].languages[0] != "ja"
        assert {line.language for line in mail.items[0].lines} == {"ja"}

    def test_without_that_letter_the_first_one_does(self, workspace: WorkspaceCopy) -> None:
        osaka = gather_mail(workspace).items[1]
        assert osaka.lines[0] == AddressLine("His Excellency Xi Jinping", "en", AddressPart.NAME)
        assert osaka.code == "550-0004"

    def test_a_code_of_another_length_is_not_put_into_boxes(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(LIST, "postal_code: 550-0004", "postal_code: 550-000")
        workspace.edit(LIST, "〒550-0004", "〒550-000")
        mail = gather_mail(workspace)
        faces = lay_all(mail, choose(mail, "長形3号"))
        assert [len(face.digits) for face in faces] == [7, 0]

    def test_no_country_is_named_and_no_air_mail(self) -> None:
        words = read_words(read(print_all(mail_of("real"), "dl"))[0])
        assert "JAPAN" not in words
        assert "AVION" not in words


class TestAbroad:
    def test_the_country_is_the_last_line_in_capitals_and_air_mail_is_below_the_sender(
        self, seoul: WorkspaceCopy
    ) -> None:
        seoul.edit(LIST, "ko: REPUBLIC OF KOREA", "ko: Republic of Korea")
        mail = gather_mail(seoul)
        (page,) = read(print_all(mail, "dl"))
        address = [run.text.strip() for run in page.runs if run.box.left > 90 and run.text.strip()]
        assert address[-1] == "REPUBLIC OF KOREA"
        left = [run for run in page.runs if run.box.left < 60 and run.text.strip()]
        texts = [run.text.strip() for run in sorted(left, key=lambda run: run.box.top)]
        assert texts[:4] == [
            "북한난민구호기금",
            "1-33-3-801 Hongo",
            "Bunkyo-ku, Tokyo 113-0033",
            "JAPAN",
        ]
        assert texts[4:] == ["PAR AVION / AIR MAIL", "LFNKR-2027-KR-SEOUL"]

    def test_an_upright_envelope_has_no_boxes(self) -> None:
        mail = mail_of("seoul")
        (page,) = read(print_all(mail, "長形3号", EnvelopeOptions(with_boxes=True)))
        assert [box for box in page.surfaces if box.top < 60] == []
        assert "AVION" in read_words(page)


class TestWhatDoesNotFit:
    def test_a_long_line_is_set_smaller_and_then_refused_and_never_cut(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(LIST, "大阪府大阪市西区靱本町3-9-2]", f"{'大阪府大阪市西区靱本町' * 4}]")
        workspace.edit(LIST, "languages: [en]", "languages: [ja]")
        workspace.write("letters/theme/theme.yaml", "window: {font_size: 5, text_right: 105}\n")
        approve_all(workspace)
        ending = workspace.run("print", "envelopes", "--envelope", "C6")
        assert ending.status == 3
        assert "recipients.yaml:27: for jp-osaka, this line is" in ending.err
        assert "mm long at 8 pt, and 79.0 mm fit C6: '大阪府大阪市西区靱本町" in ending.err
        assert "[A804]" in ending.err
        assert not (workspace.folder / "out/2027/print").exists()
        assert workspace.run("print", "envelopes", "--envelope", "c4").status == 0

    def test_a_long_column_is_set_smaller_with_a_warning_that_names_it_and_is_whole(
        self, workspace: WorkspaceCopy
    ) -> None:
        workspace.edit(LIST, "大阪府大阪市西区靱本町3-9-2]", f"{'大阪府大阪市西区靱本町' * 4}]")
        workspace.edit(LIST, "languages: [en]", "languages: [ja]")
        workspace.write("letters/theme/theme.yaml", "window: {font_size: 5, text_right: 105}\n")
        approve_all(workspace)
        ending = workspace.run("print", "envelopes", "--envelope", "114x162", "--only", "jp-osaka", "--json")
        assert ending.status == 0
        told = "recipients.yaml:27: warning: for jp-osaka, this column fits 114x162 only in 7.25 pt; the smallest usual"
        assert told in ending.err
        assert "[A851]" in ending.err
        page, _ = json.loads(ending.out)["pages"]
        assert page["vertical"] is True
        assert page["address"][0] == "大阪府大阪市西区靱本町" * 4
        printed, _ = read((workspace.folder / "out/2027/print/envelopes.pdf").read_bytes())
        assert "大阪府大阪市西区靱本町" * 4 in read_words(printed)
        assert "A851" not in workspace.run("print", "envelopes", "--envelope", "長形3号").err

    def test_more_lines_than_there_is_room_for_are_refused(self, workspace: WorkspaceCopy) -> None:
        mail = gather_mail(workspace)
        line = AddressLine("a line", "en", AddressPart.PLACE)
        setter = LineFitter(load_face_layouts().address, mail.measure)
        misfit = setter.fit([line] * 12, Area(90, 40))
        assert isinstance(misfit, Overflow)
        assert (misfit.count, misfit.size, misfit.available) == (12, 8, 40)
        assert misfit.needed == pytest.approx(12 * 8 * 1.35 / MM)

    @given(
        st.lists(st.text("a b", min_size=1, max_size=40).filter(str.strip), min_size=1, max_size=8),
        st.floats(10, 120),
        st.floats(5, 60),
    )
    def test_whatever_is_set_is_whole_and_within_the_room(self, texts: list[str], width: float, height: float) -> None:
        sizes = TypeSizes(largest=12, floor=8, step=0.5, pitch=1.35)
        lines = [AddressLine(text.strip(), "en", AddressPart.NAME) for text in texts]
        found = LineFitter(sizes, lambda text, _, size: len(text) * size * 0.2).fit(lines, Area(width, height))
        if isinstance(found, FittedText):
            assert found.width <= width
            assert found.height <= height
            assert squeeze("".join(line.text for line in found.lines)) == squeeze("".join(texts))
        else:
            assert found.size == 8
            assert found.needed > found.available


class TestTheCode:
    @given(st.from_regex(r"[A-Z][A-Z0-9]{1,11}-20[0-9]{2}-[A-Z]{2}-[A-Z0-9]{1,20}", fullmatch=True))
    def test_it_is_as_small_as_it_can_be(self, reference: str) -> None:
        modules = round(make_qr_code(reference, 0.5).side / 0.5) - 8
        # ISO/IEC 18004, table 7: 20 characters at level M in version 1, 38 in version 2, 61 in version 3.
        assert modules == 21 if len(reference) <= 20 else modules == 25 if len(reference) <= 38 else modules == 29


class TestTheCommand:
    @pytest.fixture
    def ready(self, workspace: WorkspaceCopy) -> WorkspaceCopy:
        """Everything is approved."""
        approve_all(workspace)
        return workspace

    def test_it_makes_a_page_for_each_packet_and_names_the_next_command(self, ready: WorkspaceCopy) -> None:
        ready.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: 長形3号}")
        ending = ready.run("print", "envelopes")
        assert ending.status == 0
        assert "3 envelopes for 長形3号, 120 by 235 mm: out/2027/print/envelopes.pdf" in ending.err
        assert ending.err.rstrip().endswith("Next: petitioner print  (the letters that go with 3 envelopes)")
        assert len(read((ready.folder / "out/2027/print/envelopes.pdf").read_bytes())) == 3

    def test_once_the_letters_were_made_it_asks_whether_they_lie_on_paper(self, ready: WorkspaceCopy) -> None:
        ready.run("print")
        ending = ready.run("print", "envelopes")
        assert "Next: petitioner log add printed jp-tokyo jp-osaka  (after the letters are printed, too)" in ending.err

    def test_a_program_learns_what_stands_where(self, ready: WorkspaceCopy, tmp_path: Path) -> None:
        file = tmp_path / "mine.pdf"
        said = json.loads(ready.run("print", "envelopes", "--only", "jp-tokyo", "--to", str(file), "--json").out)
        assert said["file"] == str(file)
        assert file.exists()
        assert said["envelope"] == {"key": "dl", "name": "DL", "width": 220, "height": 110}
        (page,) = said["pages"]
        assert page["reference"] == "LFNKR-2027-JP-TOKYO"
        assert page["address"][0] == "106-0046"
        assert said["staying"] == []

    def test_who_is_not_approved_gets_none_and_is_named(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("print", "envelopes")
        assert ending.status == 1
        assert "stay: not approved" in ending.err
        assert "There is no envelope to print now." in ending.err
        assert "Next: petitioner approve" in ending.err
        assert not (workspace.folder / "out").exists()

    def test_an_unknown_envelope_is_a_word_that_was_not_understood(self, ready: WorkspaceCopy) -> None:
        ending = ready.run("print", "envelopes", "--envelope", "naga4")
        assert ending.status == 2
        assert "unknown envelope 'naga4'" in ending.err

    def test_only_a_pdf_is_written(self, ready: WorkspaceCopy) -> None:
        ending = ready.run("print", "envelopes", "--to", "recipients.yaml")
        assert ending.status == 2
        assert "does not end in .pdf" in ending.err

    @pytest.mark.parametrize("name", ENVELOPES)
    def test_a_page_to_calibrate_needs_no_approval_and_shows_zones_and_rulers(
        self, workspace: WorkspaceCopy, name: str
    ) -> None:
        mail = gather_mail(workspace)
        setup = choose(mail, name)
        (page,) = read(render_outlines(setup, EnvelopeOptions(), mail.theme))
        for zone in (*list_reserved_areas(setup).values(), *list_address_areas(setup).values()):
            assert any(box.is_near(around(zone), 0.05) for box in page.surfaces)
        ticks = [box for box in page.surfaces if box.width < 0.25 and 1 < box.height < 5]
        lefts = sorted(round((box.left + box.right) / 2, 1) for box in ticks)
        assert lefts == [float(mm) for mm in range(10, int(setup.envelope.width) - 9)]

    def test_calibrating_says_what_comes_next(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("print", "envelopes", "--calibrate")
        assert ending.status == 0
        assert "Outlines and rulers for DL, 220 by 110 mm: out/2027/print/calibration-envelopes.pdf" in ending.err
        assert "Next: petitioner print envelopes --offset-x=MM --offset-y=MM" in ending.err
