"""Labels: every sheet measured against its table, and no word lost."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from mail_items import Mail, approve_all, around, gather_mail, list_things, mail_of, read, squeeze
from petitioner.checks.pages.box import Box
from petitioner.errors import Severity, UsageError, errors_in
from petitioner.model.letter import AddressLine, AddressPart
from petitioner.model.stationery import LabelSheet
from petitioner.paper.labels import Label, arrange_labels, find_position, list_positions, render_labels, render_outlines
from petitioner.paper.page_style import PrinterCorrection
from petitioner.tables.stationery import find_labels, load_labels

LIST, CAMPAIGN = "recipients.yaml", "letters/2027/campaign.yaml"
TABLE = {
    # pitch x, pitch y, width, height, left, top, columns, rows
    "avery-l7159": (66.54, 33.86, 64, 33.86, 6.46, 13.06, 3, 8),
    "avery-l7160": (66.04, 38.1, 63.5, 38.1, 7.2, 15.15, 3, 7),
    "avery-l7162": (101.6, 33.87, 99.06, 33.87, 4.67, 13.02, 2, 8),
    "avery-l7163": (101.6, 38.1, 99.06, 38.1, 4.67, 15.15, 2, 7),
    "avery-l7165": (101.6, 67.73, 99.06, 67.73, 4.67, 13.04, 2, 4),
    "a-one-28185": (70, 42.3, 70, 42.3, 0, 21.5, 3, 6),
    "a-one-28183": (87.6, 42.3, 83.8, 42.3, 19.3, 21.5, 2, 6),
    "a-one-28187": (86, 42, 84, 42, 20, 22.5, 2, 6),
    "a-one-28382": (86.4, 42.3, 86.4, 42.3, 18.6, 21.2, 2, 6),
    "a-one-28379": (66.05, 38.1, 63.5, 38.1, 7.2, 15.2, 3, 7),
}
"""The makers' measures, written down a second time."""

SHEETS = load_labels().labels


def arrange(mail: Mail, sheet: LabelSheet, skip: int = 0) -> list[Label]:
    """The labels of all pieces, which fit."""
    arranged = arrange_labels(mail.items, sheet, skip, mail.measure)
    assert not errors_in(arranged.problems)
    return list(arranged.labels)


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
class TestEverySheet:
    def test_its_outlines_are_those_of_the_table(self, workspace: WorkspaceCopy, sheet: LabelSheet) -> None:
        pitch_x, pitch_y, width, height, left, top, columns, rows = TABLE[sheet.key]
        mail = gather_mail(workspace)
        (page,) = read(render_outlines(sheet, PrinterCorrection(), mail.theme))
        assert page.boxes[0].is_near(Box(0, 0, 210, 297), 0.1)
        outlines = [box for box in page.surfaces if box.width > 30 and box.height > 20]
        assert len(outlines) == columns * rows
        for number, outline in enumerate(outlines):
            x, y = left + number % columns * pitch_x, top + number // columns * pitch_y
            assert outline.is_near(around(Box(x, y, x + width, y + height)), 0.05)

    def test_an_offset_moves_them(self, workspace: WorkspaceCopy, sheet: LabelSheet) -> None:
        theme = gather_mail(workspace).theme
        (page,), (moved,) = (
            read(render_outlines(sheet, feed, theme))
            for feed in (PrinterCorrection(), PrinterCorrection(offset_x=-1.5, offset_y=2))
        )
        for box, there in zip(page.surfaces, moved.surfaces, strict=True):
            assert there.is_near(Box(box.left - 1.5, box.top + 2, box.right - 1.5, box.bottom + 2), 0.05)

    @pytest.mark.parametrize("example", ["real", "seoul", "showcase"])
    def test_every_word_is_within_its_label_and_none_is_lost(self, sheet: LabelSheet, example: str) -> None:
        mail = mail_of(example)
        labels = arrange(mail, sheet)
        (page,) = read(render_labels(labels, sheet, PrinterCorrection(), mail.theme))
        things = list(list_things(page))
        for label in labels:
            inside = [(text, box) for text, box in things if box.is_within(label.position.box, -2.0)]
            words = squeeze("".join(text for text, _ in inside))
            assert all(squeeze(line.text) in words for line in label.item.lines)
            assert words.endswith(label.item.reference)
            assert [text for text, box in things if box.meets(label.position.box)] == [text for text, _ in inside]
        assert [text for text, box in things if not box.is_within(Box(5, 5, 205, 292))] == []


class TestTheGrid:
    @given(st.sampled_from(SHEETS), st.integers(0, 500))
    def test_places_go_on_row_by_row_and_sheet_by_sheet(self, sheet: LabelSheet, place: int) -> None:
        position, following = find_position(sheet, place), find_position(sheet, place + 1)
        assert position.page * sheet.count + position.number == place
        if following.page > position.page:
            assert following.box == find_position(sheet, 0).box
        elif following.number % sheet.columns:
            assert following.box.top == position.box.top
            assert following.box.left == pytest.approx(position.box.left + sheet.pitch_x)
        else:
            assert following.box.left == sheet.left
            assert following.box.top == pytest.approx(position.box.top + sheet.pitch_y)

    @given(st.sampled_from(SHEETS))
    def test_no_two_places_of_a_sheet_share_any_ground(self, sheet: LabelSheet) -> None:
        boxes = [position.box for position in list_positions(sheet)]
        assert len(boxes) == sheet.count
        assert not any(one.meets(other, 1e-6) for place, one in enumerate(boxes) for other in boxes[:place])

    def test_those_that_are_gone_are_skipped_and_the_rest_goes_on_to_the_next_sheet(self) -> None:
        mail = mail_of("real")
        sheet = find_labels("28185")
        labels = arrange(mail, sheet, skip=15)
        assert [(label.position.page, label.position.number) for label in labels] == [
            (0, 15), (0, 16), (0, 17), (1, 0), (1, 1), (1, 2), (1, 3),
        ]  # fmt: skip
        assert len(read(render_labels(labels, sheet, PrinterCorrection(), mail.theme))) == 2

    @pytest.mark.parametrize("skip", [18, 100])
    def test_more_than_a_sheet_has_cannot_be_skipped(self, skip: int) -> None:
        mail = mail_of("real")
        with pytest.raises(UsageError, match=f"{skip} labels cannot be skipped"):
            arrange_labels(mail.items, find_labels("28185"), skip, mail.measure)


class TestAddresses:
    def test_abroad_the_country_is_the_last_line_in_capitals(self) -> None:
        mail = mail_of("seoul")
        (label,) = arrange(mail, find_labels("L7160"))
        assert label.text.lines[-1].text == "REPUBLIC OF KOREA"

    def test_a_long_address_makes_the_sheet_smaller_with_a_warning_that_names_it(
        self, workspace: WorkspaceCopy
    ) -> None:
        roomy, sheet = find_labels("L7165"), find_labels("L7160")
        long = ", ".join(f"第{number}棟第{number}号館" for number in range(1, 5))
        workspace.edit(LIST, "ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]", f"ja: [〒550-0004, 大阪市, {long}]")
        workspace.write("letters/theme/theme.yaml", "window: {font_size: 5, max_pitch: 2, return_line: 52}\n")
        mail = gather_mail(workspace)
        (problem,) = arrange_labels(mail.items, sheet, 0, mail.measure).problems
        assert problem.code == "A851"
        assert problem.severity is Severity.WARNING
        assert "for jp-osaka, the address fits a label of Avery L7160 only in" in problem.message
        assert "the smallest usual size is 7.5 pt" in problem.message
        assert [label.item.recipient for label in arrange(mail, sheet)] == ["jp-tokyo", "jp-osaka"]
        assert arrange_labels(mail.items, roomy, 0, mail.measure).problems == ()

    def test_what_does_not_fit_in_the_smallest_type_is_refused_with_its_line(self) -> None:
        mail, sheet = mail_of("real"), find_labels("L7160")
        line = AddressLine("大阪府大阪市西区靱本町" * 5, "ja", AddressPart.PLACE)
        item = replace(mail.items[1], lines=(*mail.items[1].lines, line))
        arranged = arrange_labels((mail.items[0], item), sheet, 0, mail.measure)
        assert arranged.labels == ()
        (problem,) = arranged.problems
        assert (problem.code, problem.severity) == ("A804", Severity.ERROR)
        assert problem.message.startswith("for jp-osaka, this line is")

    @pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.key)
    def test_all_labels_of_a_sheet_are_in_one_size_the_largest_that_fits_them_all(self, sheet: LabelSheet) -> None:
        mail = mail_of("real")
        alone = [arrange_labels((item,), sheet, 0, mail.measure).labels[0].text.size for item in mail.items]
        assert {label.text.size for label in arrange(mail, sheet)} == {min(alone)}
        assert {10 - step * 0.25 for step in range(11)} >= set(alone)

    def test_each_sheet_has_its_own_size(self) -> None:
        mail, sheet = mail_of("real"), find_labels("L7160")
        narrow = replace(
            mail.items[0], lines=(AddressLine("大阪府大阪市西区靱本町" * 2 + "大阪", "ja", AddressPart.PLACE),)
        )
        labels = arrange_labels((*[narrow] * sheet.count, mail.items[0]), sheet, 0, mail.measure).labels
        assert labels[0].text.size < labels[-1].text.size
        assert labels[-1].position.page == 1

    def test_the_code_stands_in_figures_and_a_hyphen_alone(self) -> None:
        for label in arrange(mail_of("real"), find_labels("28185")):
            assert label.text.lines[0].text == label.item.code
            assert label.item.lines[0].part is AddressPart.CODE

    def test_two_runs_give_the_same_bytes(self) -> None:
        mail, sheet = mail_of("real"), find_labels("L7160")
        one, other = (render_labels(arrange(mail, sheet), sheet, PrinterCorrection(), mail.theme) for _ in range(2))
        assert one == other


class TestTheCommand:
    def test_it_takes_the_sheet_of_the_campaign_and_tells_where_each_label_is(self, workspace: WorkspaceCopy) -> None:
        approve_all(workspace)
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {labels: '28185'}")
        ending = workspace.run("print", "labels", "--skip", "17", "--copies", "2", "--json")
        said = json.loads(ending.out)
        assert ending.status == 0
        assert "6 labels on 2 sheets of A-one 28185: out/2027/print/labels.pdf" in ending.err
        assert [(one["page"], one["label"]) for one in said["labels"]] == [(1, 18), *((2, n) for n in range(1, 6))]
        assert [one["recipient"] for one in said["labels"]] == ["jp-tokyo"] * 2 + ["jp-osaka"] * 4
        assert len(read((workspace.folder / said["file"]).read_bytes())) == 2

    def test_a_page_to_calibrate_needs_no_approval(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("print", "labels", "--calibrate", "--sheet", "L7163")
        assert ending.status == 0
        assert (workspace.folder / "out/2027/print/calibration-labels.pdf").exists()

    @pytest.mark.parametrize(
        ("options", "told"),
        [(("--skip", "21"), "21 labels cannot be skipped"), (("--sheet", "L716"), "unknown label sheet")],
    )
    def test_what_makes_no_sense_was_not_understood(
        self, workspace: WorkspaceCopy, options: tuple[str, ...], told: str
    ) -> None:
        approve_all(workspace)
        ending = workspace.run("print", "labels", *options)
        assert ending.status == 2
        assert told in ending.err
