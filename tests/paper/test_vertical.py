"""Addresses in columns: what is written, where it is on the finished page, and that nothing is lost."""

import re
import unicodedata
from dataclasses import replace
from io import BytesIO

import pikepdf
import pypdfium2
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mail_items import MM, Mail, list_things, mail_of, read, read_words, squeeze
from petitioner.checks.pages.box import Box
from petitioner.errors import Severity
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.stationery import VerticalLayout
from petitioner.paper.address_lines import MailItem
from petitioner.paper.envelope_pdf import EnvelopeOptions, render_envelopes
from petitioner.paper.envelope_setup import EnvelopeSetup, choose_setup, find_column_room, list_reserved_areas
from petitioner.paper.envelopes import EnvelopePage, choose_note, lay_out_envelope
from petitioner.paper.vertical_pdf import set_upright
from petitioner.paper.vertical_text import Form, write_column, write_house_numbers
from petitioner.tables.stationery import find_envelope, load_envelopes, load_face_layouts

UPRIGHT = [one.key for one in load_envelopes().envelopes if one.is_portrait]
NOTE = AddressLine("請願書在中", "ja", AddressPart.NAME)
ROUND = 0.3  # mm that round letters stand out of their square


def layout() -> VerticalLayout:
    """The layout of columns in Japan."""
    found = load_face_layouts().posts["JP"].vertical
    assert found
    return found


def setup_of(name: str) -> EnvelopeSetup:
    return choose_setup(find_envelope(name), "JP", None)


def lay(mail: Mail, name: str = "長形3号", items: tuple[MailItem, ...] = ()) -> list[EnvelopePage]:
    """The envelopes of a workspace, or of some items, which fit."""
    pages = [lay_out_envelope(item, setup_of(name), mail.measure, NOTE) for item in items or mail.items]
    assert all(isinstance(page, EnvelopePage) for page in pages), pages
    return [page for page in pages if isinstance(page, EnvelopePage)]


def with_lines(item: MailItem, *lines: AddressLine) -> MailItem:
    return replace(item, lines=lines)


def place(text: str) -> AddressLine:
    return AddressLine(text, "ja", AddressPart.PLACE)


def name(text: str) -> AddressLine:
    return AddressLine(text, "ja", AddressPart.NAME)


def copied_text(content: bytes, page: int = 0) -> str:
    """What a person gets who copies all of a page."""
    with pypdfium2.PdfDocument(content) as pdf:
        return squeeze(pdf[page].get_textpage().get_text_bounded())


class TestNumbers:
    @pytest.mark.parametrize(
        ("written", "printed"),
        [
            ("東京都港区元麻布3-4-33", "東京都港区元麻布三―四―三三"),
            ("北海道札幌市中央区南13条西23丁目5-1", "北海道札幌市中央区南十三条西二十三丁目五―一"),
            ("新潟県新潟市中央区西大畑町5220-18", "新潟県新潟市中央区西大畑町五二二〇―一八"),
            ("長崎県長崎市橋口町10-35", "長崎県長崎市橋口町一〇―三五"),
            ("本郷１－３３－３", "本郷一―三三―三"),
            ("本郷1ー33ー3 801", "本郷一―三三―三 八〇一"),
            ("銀座10丁目", "銀座十丁目"),
            ("第100丁目", "第一〇〇丁目"),
            ("B1F", "B1F"),
            ("タワー12F", "タワー12F"),
            ("元麻布", "元麻布"),
        ],
    )
    def test_they_are_written_as_manuals_ask_for_vertical_addresses(self, written: str, printed: str) -> None:
        assert write_house_numbers(written, "ja", layout().counters) == printed

    def test_a_language_without_numerals_keeps_its_figures(self) -> None:
        assert write_house_numbers("3-4-33 Moto-Azabu", "en", ()) == "3-4-33 Moto-Azabu"


class TestForms:
    @pytest.mark.parametrize(
        ("line", "parts"),
        [
            (place("元麻布3-4"), [("元麻布三―四", Form.UPRIGHT)]),
            (name("第12課"), [("第", Form.UPRIGHT), ("12", Form.ABREAST), ("課", Form.UPRIGHT)]),
            (name("第３課"), [("第３課", Form.UPRIGHT)]),
            (name("第100課"), [("第１００課", Form.UPRIGHT)]),
            (place("ABCビル"), [("ＡＢＣビル", Form.UPRIGHT)]),
            (place("ABCDビル"), [("ABCD", Form.TURNED), ("ビル", Form.UPRIGHT)]),
            (place("Mori Towerビル"), [("Mori Tower", Form.TURNED), ("ビル", Form.UPRIGHT)]),
            (place("本郷 (東)"), [("本郷　（東）", Form.UPRIGHT)]),
            (place("ｷｬｽﾃｨｰﾙ"), [("キャスティール", Form.UPRIGHT)]),
            (name("習近平　閣下"), [("習近平　閣下", Form.UPRIGHT)]),
            (place("B1F"), [("Ｂ１Ｆ", Form.UPRIGHT)]),
            (place("塔12F"), [("塔", Form.UPRIGHT), ("12", Form.ABREAST), ("Ｆ", Form.UPRIGHT)]),
        ],
    )
    def test_each_character_stands_as_custom_has_it(self, line: AddressLine, parts: list[tuple[str, Form]]) -> None:
        column = write_column(line, layout(), mail_of("real").measure)
        assert [(part.text, part.form) for part in column.parts] == parts

    @given(
        st.text(st.sampled_from("東京都港区元麻布　 ー、。「」（）ｱｶﾞAbcÉ0123456789-&.,'々"), min_size=1, max_size=30)
    )
    def test_no_character_is_lost(self, text: str) -> None:
        for part in AddressPart:
            column = write_column(AddressLine(text, "ja", part), layout(), mail_of("real").measure)
            assert plain(column.text) == plain(text)
            assert column.measure() >= 0


def plain(text: str) -> str:
    """A text without what columns write in another way: widths, numerals, dashes and blanks."""
    text = unicodedata.normalize("NFKC", text).translate(str.maketrans("〇一二三四五六七八九", "0123456789"))
    return re.sub(r"[\s\-‐‑‒–—―−ー]+", "", text)


class TestOnPaper:
    @pytest.mark.parametrize("key", UPRIGHT)
    def test_who_copies_the_page_gets_all_columns_in_the_order_of_reading(self, key: str) -> None:
        mail = mail_of("real")
        pages = lay(mail, key)
        content = render_envelopes(pages, setup_of(key), EnvelopeOptions(), mail.theme)
        for number, page in enumerate(pages):
            assert page.columns
            texts = [column.text.text for column in (*page.columns.address, *page.columns.sender)]
            copied, start = copied_text(content, number), 0
            for text in (*texts, NOTE.text, page.item.reference):
                start = copied.index(squeeze(text), start) + len(squeeze(text))

    @pytest.mark.parametrize("key", UPRIGHT)
    def test_columns_run_from_right_to_left_and_each_glyph_is_in_its_place(self, key: str) -> None:
        mail = mail_of("real")
        pages = lay(mail, key)
        sheets = read(render_envelopes(pages, setup_of(key), EnvelopeOptions(), mail.theme))
        for page, sheet in zip(pages, sheets, strict=True):
            assert page.columns
            axes = [column.axis for column in page.columns.address]
            assert axes == sorted(axes, reverse=True)
            assert page.columns.address[-1].axis == pytest.approx(setup_of(key).envelope.width / 2)
            for column in (*page.columns.address, *page.columns.sender):
                (part,) = column.text.parts
                (box,) = [run.box for run in sheet.runs if squeeze(run.text) == squeeze(part.text)]
                assert box.is_within(column.box, ROUND)
                assert box.height > 0.9 * column.box.height
                assert box.height > box.width

    @pytest.mark.parametrize("key", UPRIGHT)
    def test_nothing_meets_anything_else_nor_stamps_nor_edges(self, key: str) -> None:
        mail, setup = mail_of("real"), setup_of(key)
        for page in lay(mail, key):
            assert list_overlaps(page, setup) == []

    def test_the_name_is_the_largest_and_about_as_large_as_custom_has_it(self) -> None:
        for page in lay(mail_of("real")):
            assert page.columns
            *others, last = page.columns.address
            assert last.text.text == "習近平　閣下"
            assert 18 <= last.size <= 20
            assert max(column.size for column in others) <= 14
            assert max(column.size for column in page.columns.sender) < min(column.size for column in others)

    def test_long_marks_and_brackets_have_their_vertical_forms(self) -> None:
        mail = mail_of("real")
        item = with_lines(mail.items[0], place("ー「―"), name("習近平　閣下"))
        (page,) = lay(mail, items=(item,))
        content = render_envelopes([page], setup_of("長形3号"), EnvelopeOptions(), mail.theme)
        assert page.columns
        column = page.columns.address[0]
        with pypdfium2.PdfDocument(content) as pdf:
            picture = pdf[0].render(scale=8).to_pil().convert("L")
        for number in (0, 2):
            top = column.top + number * column.width
            square = (column.box.left, top, column.box.right, top + column.width)
            ink = picture.crop(tuple(round(side * MM * 8) for side in square)).point(lambda value: 255 * (value < 128))
            left, upper, right, lower = ink.getbbox()
            assert lower - upper > 3 * (right - left)

    def test_other_text_of_the_page_keeps_its_font(self) -> None:
        mail = mail_of("real")
        content = render_envelopes(lay(mail), setup_of("長形3号"), EnvelopeOptions(), mail.theme)
        with pikepdf.open(BytesIO(content)) as pdf:
            encodings = {str(name): str(font.Encoding) for name, font in pdf.pages[0].Resources.Font.items()}
        upright = {encoding for name, encoding in encodings.items() if name.endswith("-Vertical")}
        assert upright == {"/Identity-V"}
        assert {encodings[name] for name in encodings if not name.endswith("-Vertical")} == {"/Identity-H"}

    def test_a_page_without_columns_stays_as_it_is(self) -> None:
        mail = mail_of("seoul")
        content = render_envelopes(lay(mail), setup_of("長形3号"), EnvelopeOptions(), mail.theme)
        assert set_upright(content) == content
        assert b"Identity-V" not in content

    def test_two_runs_give_the_same_bytes(self) -> None:
        mail = mail_of("real")
        one, other = (render_envelopes(lay(mail), setup_of("角2"), EnvelopeOptions(), mail.theme) for _ in range(2))
        assert one == other


class TestTheNote:
    def test_it_is_red_in_a_frame_at_the_left_above_the_sender(self) -> None:
        mail = mail_of("real")
        pages = lay(mail)
        sheets = read(render_envelopes(pages, setup_of("長形3号"), EnvelopeOptions(), mail.theme))
        for page, sheet in zip(pages, sheets, strict=True):
            assert page.columns
            assert page.columns.frame
            (box,) = [run.box for run in sheet.runs if squeeze(run.text) == NOTE.text]
            assert box.is_within(page.columns.frame)
            assert any(one.is_near(page.columns.frame, 0.5) for one in sheet.surfaces)
            assert page.columns.frame.right < 60
            assert page.columns.frame.bottom < min(column.top for column in page.columns.sender)

    def test_it_is_that_of_the_campaign_in_the_language_of_the_address(self) -> None:
        mail = mail_of("real")
        campaign, _ = mail.found.require()
        note = choose_note(mail.items[0], campaign)
        assert note
        assert note.text == "請願書在中"
        assert choose_note(mail_of("seoul").items[0], campaign) is None

    def test_where_none_is_named_none_is_printed(self) -> None:
        mail = mail_of("real")
        page = lay_out_envelope(mail.items[0], setup_of("長形3号"), mail.measure)
        assert isinstance(page, EnvelopePage)
        assert page.columns
        assert page.columns.note is None
        assert page.columns.frame is None


class TestWhoGetsColumns:
    def test_an_address_abroad_has_lines(self) -> None:
        assert all(page.columns is None for page in lay(mail_of("seoul")))

    def test_an_address_in_another_language_has_lines(self) -> None:
        mail = mail_of("real")
        item = with_lines(mail.items[0], AddressLine("Xi Jinping", "en", AddressPart.NAME), place("元麻布3-4-33"))
        (page,) = lay(mail, items=(item,))
        assert page.columns is None
        assert page.address

    @pytest.mark.parametrize("key", ["dl", "yo-naga-3", "c4"])
    def test_an_envelope_on_its_long_side_has_lines(self, key: str) -> None:
        assert all(page.columns is None for page in lay(mail_of("real"), key))

    def test_a_code_that_is_in_no_boxes_is_above_the_address(self) -> None:
        mail = mail_of("real")
        code = AddressLine("106-004", "ja", AddressPart.CODE)
        item = replace(mail.items[0], code="106-004", lines=(code, *mail.items[0].lines[1:]))
        (page,) = lay(mail, items=(item,))
        assert page.digits == ()
        (sheet,) = read(render_envelopes([page], setup_of("長形3号"), EnvelopeOptions(), mail.theme))
        assert "106-004" in read_words(sheet)
        assert list_overlaps(page, setup_of("長形3号")) == []


class TestWhatIsLong:
    @given(
        st.lists(st.integers(1, 70), min_size=1, max_size=3),
        st.lists(st.integers(1, 60), max_size=3),
        st.integers(1, 30),
        st.lists(st.integers(1, 50), min_size=1, max_size=3),
        st.sampled_from([*UPRIGHT, "114x162", "110x220"]),
    )
    def test_it_is_smaller_and_named_or_refused_and_never_cut_or_over_anything(
        self, address: list[int], office: list[int], head: int, sender: list[int], key: str
    ) -> None:
        mail, setup = mail_of("real"), setup_of(key)
        item = replace(
            mail.items[0],
            lines=(
                *(place("東" * count) for count in address),
                *(name("館" * count) for count in office),
                name("習" * head),
            ),
            sender=(name("基金"), *(place("京" * count) for count in sender)),
        )
        page = lay_out_envelope(item, setup, mail.measure, NOTE)
        if not isinstance(page, EnvelopePage):
            assert {one.code for one in page} == {"A804"}
            return
        assert page.columns
        columns = (*page.columns.address, *page.columns.sender)
        assert sorted(squeeze(column.text.text) for column in columns) == sorted(
            squeeze(line.text) for line in (*item.lines, *item.sender)
        )
        assert list_overlaps(page, setup) == []
        small = page.columns.address[0].size < layout().address.floor
        assert not small or {one.code for one in page.warnings} == {"A851"}
        assert all(one.severity is Severity.WARNING for one in page.warnings)


def list_overlaps(page: EnvelopePage, setup: EnvelopeSetup) -> list[tuple[str, str]]:
    """Pairs of things on an envelope that meet, and things that are not within its edges."""
    assert page.columns
    size, face = setup.envelope, page.columns
    columns = [(column.text.text, column.box) for column in (*face.address, *face.sender)]
    things = [
        *columns,
        *((text.text.lines[0].text, text.box) for text in page.codes),
        *((digit.text, digit.box) for digit in page.digits),
        *((name, box) for name, box in list_reserved_areas(setup).items()),
        *([("note", face.frame)] if face.frame else []),
        (page.item.reference, page.reference),
    ]
    pairs = [
        (one[0], other[0])
        for place, one in enumerate(things)
        for other in things[:place]
        if one[1].meets(other[1], 0.01)
    ]
    inner = Box(5, 5, size.width - 5, size.height - 5)
    reserved = list_reserved_areas(setup)
    return [
        *pairs,
        *((text, "the edge") for text, box in things if text not in reserved and not box.is_within(inner, 0.01)),
    ]


def test_every_part_of_a_turned_word_is_on_the_page() -> None:
    mail = mail_of("real")
    item = with_lines(mail.items[0], place("元麻布3-4 Mori Tower 12F"), name("第12課"), name("習近平　閣下"))
    (page,) = lay(mail, items=(item,))
    (sheet,) = read(render_envelopes([page], setup_of("長形3号"), EnvelopeOptions(), mail.theme))
    words = read_words(sheet)
    assert all(text in words for text in ("元麻布三―四", "MoriTower", "12", "課", "習近平閣下"))
    room = find_column_room(setup_of("長形3号"), layout()).address
    assert all(box.is_within(room, ROUND) for text, box in list_things(sheet) if "Mori" in text)
