"""The stationery: what it knows, under which names, and what campaign.yaml may say of it."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from petitioner.model.stationery import Size
from petitioner.tables.stationery import (
    UnknownStationeryError,
    find_envelope,
    find_fold,
    find_labels,
    find_window,
    load_envelopes,
    load_face_layouts,
    load_labels,
    load_windows,
    orient_for_window,
)

CAMPAIGN = "letters/2027/campaign.yaml"


class TestNames:
    @pytest.mark.parametrize(
        ("written", "key"),
        [
            ("DL", "dl"),
            ("din lang", "dl"),
            ("c6/c5", "c6-c5"),
            ("長形3号", "nagagata-3"),
            ("長型３号", "nagagata-3"),
            ("長3", "nagagata-3"),
            ("角2", "kakugata-2"),
            ("洋長3", "yo-naga-3"),
            ("235x120", "yo-naga-3"),
            ("235 × 120 mm", "yo-naga-3"),
            ("120X235", "nagagata-3"),
        ],
    )
    def test_an_envelope_is_found_by_what_people_call_it(self, written: str, key: str) -> None:
        assert find_envelope(written).key == key

    def test_any_size_will_do_width_first(self) -> None:
        envelope = find_envelope("200x150")
        assert (envelope.width, envelope.height, envelope.fold) == (200, 150, "quarters")
        assert find_envelope("240x160.5").height == 160.5

    def test_what_is_misspelt_is_refused_with_what_is_near(self) -> None:
        with pytest.raises(UnknownStationeryError, match="unknown envelope 'naga33'") as refused:
            find_envelope("naga33")
        assert "Did you mean 'naga3'?" in refused.value.hint
        assert "235x120" in refused.value.hint

    def test_a_name_of_two_sizes_is_refused_with_both(self) -> None:
        with pytest.raises(UnknownStationeryError) as refused:
            find_envelope("洋形0号")
        assert refused.value.hint == "Measure it, and give its size: 235x120 or 136x197."

    @pytest.mark.parametrize("written", ["50x50", "1000x800", "0x0", "89x300", "x", ""])
    def test_what_is_no_envelope_for_a_letter_is_refused(self, written: str) -> None:
        with pytest.raises(UnknownStationeryError):
            find_envelope(written)

    @pytest.mark.parametrize("written", ["L7160", "avery l7160", "Avery L7160", "l7160"])
    def test_labels_are_found_by_the_number_on_the_box(self, written: str) -> None:
        assert find_labels(written).key == "avery-l7160"

    def test_a_sheet_under_two_numbers_is_one(self) -> None:
        assert find_labels("28186") is find_labels("28185")

    @given(st.floats(90, 460), st.floats(90, 460))
    def test_a_size_is_taken_or_refused_and_a_sheet_goes_into_what_is_taken(self, width: float, height: float) -> None:
        written = f"{width:.1f}x{height:.1f}"
        try:
            envelope = find_envelope(written)
        except UnknownStationeryError:
            assert find_fold(Size(width=round(width, 1), height=round(height, 1))) is None
        else:
            assert orient_for_window(envelope).holds(load_envelopes().folds[envelope.fold])


class TestWhatIsKnown:
    def test_names_are_of_one_thing_only(self) -> None:
        for known in (load_envelopes().envelopes, load_labels().labels):
            names = [name for one in known for name in {one.key, one.name, *one.also}]
            assert len(names) == len(set(names))

    def test_everything_names_a_source_and_its_year(self) -> None:
        envelopes, windows, labels, faces = load_envelopes(), load_windows(), load_labels(), load_face_layouts()
        boxes = [post.boxes.source for post in faces.posts.values() if post.boxes]
        assert {one.source for one in envelopes.envelopes} == set(envelopes.sources)
        assert {one.source for one in windows.presets} == set(windows.sources)
        assert {one.source for one in labels.labels} == set(labels.sources)
        columns = [post.vertical.source for post in faces.posts.values() if post.vertical]
        assert {*boxes, *columns, *(post.source for post in faces.posts.values())} == set(faces.sources)

    def test_a_letter_goes_into_every_envelope(self) -> None:
        book = load_envelopes()
        for envelope in book.envelopes:
            assert orient_for_window(envelope).holds(book.folds[envelope.fold]), envelope.name

    def test_labels_lie_on_their_paper_and_not_over_each_other(self) -> None:
        book = load_labels()
        for sheet in book.labels:
            paper = book.papers[sheet.paper]
            assert sheet.left + (sheet.columns - 1) * sheet.pitch_x + sheet.width <= paper.width, sheet.name
            assert sheet.top + (sheet.rows - 1) * sheet.pitch_y + sheet.height <= paper.height, sheet.name
            assert sheet.width <= sheet.pitch_x, sheet.name
            assert sheet.height <= sheet.pitch_y, sheet.name

    def test_every_window_lies_within_its_envelope(self) -> None:
        for preset in load_windows().presets:
            for key, measure in preset.windows.items():
                assert find_window(str(measure), find_envelope(key)) == measure
                assert find_window(preset.name, find_envelope(key)) == measure

    def test_every_layout_that_a_post_names_is_there(self) -> None:
        faces = load_face_layouts()
        named = {post.portrait for post in faces.posts.values() if post.portrait}
        assert named | {"landscape", "portrait"} == set(faces.layouts)


class TestThePostOfACampaign:
    def test_without_a_word_of_it_letters_go_into_the_usual(self, workspace: WorkspaceCopy) -> None:
        assert workspace.run("check").status == 0

    @pytest.mark.parametrize(
        "said",
        [
            "{envelope: 長形3号, labels: '28185', paper: 70}",
            "{envelope: DL, window: din-680}",
            "{envelope: DL, window: {name: din-680}}",
            "{envelope: 235x120, window: {width: 90, height: 45, left: 22.5, bottom: 18}, fold: 99}",
        ],
    )
    def test_what_the_stationery_knows_is_taken(self, workspace: WorkspaceCopy, said: str) -> None:
        workspace.edit(CAMPAIGN, "reference: LFNKR", f"reference: LFNKR\npost: {said}")
        ending = workspace.run("check")
        assert ending.status == 0, ending.err

    @pytest.mark.parametrize(
        ("said", "code", "told"),
        [
            ("{envelope: DLL}", "C421", "unknown envelope 'DLL'"),
            ("{envelope: DL, labels: l716}", "C422", "unknown label sheet 'l716'"),
            ("{envelope: 長形3号, window: din-680}", "C423", "DIN 680 has no window in 長形3号"),
            ("{window: {name: din-680, width: 90}}", "C423", "either a name or four measures"),
            ("{window: {width: 90, height: 45}}", "C423", "either a name or four measures"),
            ("{window: {width: 190, height: 45, left: 40, bottom: 15}}", "C423", "is not inside DL"),
            ("{paper: 800}", "C424", "no paper weighs 800 g/m²"),
            ("{fold: 150}", "C424", "folded 150 mm below its top does not go into DL"),
            ("{windows: din-680}", "V202", "unknown key 'windows'"),
            ("{window: [90, 45]}", "V203", "'post.window' must be a mapping"),
        ],
    )
    def test_what_cannot_be_is_told_at_its_line(
        self, workspace: WorkspaceCopy, said: str, code: str, told: str
    ) -> None:
        workspace.edit(CAMPAIGN, "reference: LFNKR", f"reference: LFNKR\npost: {said}")
        found = json.loads(workspace.run("check", "--json").out)["problems"]
        assert [(one["code"], one["line"]) for one in found] == [(code, 6)]
        assert told in found[0]["message"]
