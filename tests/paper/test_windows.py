"""Windows: what shows however the sheet slides, tried on real letters as they are printed."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from mail_items import approve_all, gather_mail, list_things, mail_of, read
from paper_workspace import approve_all as approve
from petitioner.checks.pages.box import Box
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.errors import Problem
from petitioner.model.stationery import Measure
from petitioner.paper.envelope_pdf import EnvelopeOptions, render_envelopes
from petitioner.paper.envelope_setup import choose_setup
from petitioner.paper.envelopes import EnvelopePage, lay_out_envelope
from petitioner.paper.windows import WindowView, check_window, find_window_view
from petitioner.render.pdf import render_pdf
from petitioner.tables.locales import load_locales
from petitioner.tables.stationery import find_envelope, find_window, load_envelopes, load_windows

CAMPAIGN, THEME = "letters/2027/campaign.yaml", "letters/theme/theme.yaml"
DIN = load_windows().presets[0]
FOR = {
    "dl": "window: {top: 45}\n",
    "c6-c5": "window: {text_right: 91, font_size: 9, return_font_size: 5.8}\n",
    "c5": "window: {text_right: 91, font_size: 9, return_font_size: 5.8, bottom: 93, max_pitch: 3.85}\n",
}
"""What docs/paper.md has a theme say for each window."""


def view(name: str, window: str = "din-680") -> WindowView:
    """What an envelope of this name shows."""
    envelope = find_envelope(name)
    return find_window_view(envelope, find_window(window, envelope), load_envelopes().folds[envelope.fold].height)


def check_letters(workspace: WorkspaceCopy, name: str, *ids: str) -> list[Problem]:
    """What is wrong with the letters of a workspace, set as they are sent, in the window of an envelope."""
    mail = gather_mail(workspace)
    letters = [letter for letter in mail.found.letters if not ids or letter.recipient in ids]
    assert letters
    pdfs = [render_pdf(letter, mail.theme, load_locales()[letter.language]) for letter in letters]
    found = (
        FinishedLetter(one, mail.theme, one.file_stem, {"pdf": pdf}) for one, pdf in zip(letters, pdfs, strict=True)
    )
    return [problem for finished in found for problem in check_window(finished, view(name))]


class TestWhatShows:
    def test_in_a_dl_it_is_what_din_says(self) -> None:
        shown = view("dl")
        assert shown.always == Box(20, 50, 100, 90)
        assert shown.ever == Box(10, 45, 110, 95)
        assert shown.slide == (10, 5)

    def test_in_a_c6_c5_the_sheet_slides_farther(self) -> None:
        shown = view("c6-c5")
        assert shown.always == Box(20, 54, 91, 90)
        assert shown.ever == Box(1, 45, 110, 99)

    def test_in_a_c5_it_is_folded_once(self) -> None:
        shown = view("c5")
        assert shown.always == Box(20, 57, 91, 88.5)
        assert shown.ever == Box(1, 43.5, 110, 102)

    def test_an_upright_envelope_is_turned_as_its_letter_is_read(self) -> None:
        assert view("長形3号", "90x45+20+18") == WindowView("長形3号", *_shift(view("235x120", "90x45+20+18")))

    @given(st.floats(0, 10), st.floats(0, 5), st.floats(0, 210), st.floats(0, 105))
    def test_wherever_the_sheet_lies_the_window_shows_all_of_always_and_nothing_but_ever(
        self, across: float, up: float, x: float, y: float
    ) -> None:
        shown, window = view("dl"), Measure(width=90, height=45, left=20, bottom=15)
        from_left, from_below = x + across, 105 - y + up
        is_seen = 20 < from_left < 20 + window.width and 15 < from_below < 15 + window.height
        if _holds(shown.always, x, y):
            assert is_seen
        if is_seen:
            assert _holds(shown.ever, x, y, 1e-9)


def _shift(shown: WindowView) -> tuple[Box, Box, tuple[float, float]]:
    return shown.always, shown.ever, shown.slide


def _holds(box: Box, x: float, y: float, slack: float = -1e-9) -> bool:
    return box.left - slack < x < box.right + slack and box.top - slack < y < box.bottom + slack


class TestRealLetters:
    @pytest.mark.parametrize("name", DIN.windows)
    def test_every_preset_shows_them_in_all_languages(self, real: WorkspaceCopy, name: str) -> None:
        real.write(THEME, FOR[name])
        assert check_letters(real, name, "jp-tokyo", "jp-sapporo", "jp-niigata") == []

    @pytest.mark.parametrize("name", DIN.windows)
    @pytest.mark.parametrize("example", ["seoul", "showcase"])
    def test_and_those_of_the_examples(self, example: str, name: str, request: pytest.FixtureRequest) -> None:
        workspace: WorkspaceCopy = request.getfixturevalue(example)
        workspace.write(THEME, FOR[name])
        campaign = "letters/2027/campaign.yaml"
        workspace.edit(campaign, "addressee:", f"post: {{envelope: {name}, window: din-680}}\naddressee:")
        assert check_letters(workspace, name) == []

    def test_a_letter_abroad_whose_last_line_is_not_the_country_is_refused_with_what_to_do(
        self, seoul: WorkspaceCopy
    ) -> None:
        seoul.write(THEME, FOR["dl"])
        (problem,) = check_letters(seoul, "dl")
        message = "in the window of DL the address ends in '시진핑 귀하', and not in 'REPUBLIC OF KOREA'"
        assert (problem.code, problem.message) == ("F915", message)
        assert "Write 'window: …' under 'post:' in campaign.yaml" in problem.hint

    def test_made_for_a_dl_they_are_refused_in_a_c5_with_what_to_do(self, real: WorkspaceCopy) -> None:
        real.write(THEME, FOR["dl"])
        told = check_letters(real, "c5", "jp-osaka")
        assert {problem.code for problem in told} == {"F915"}
        english = [problem for problem in told if "petition.en" in problem.path]
        right, bottom, below = (
            next(problem for problem in english if f"({side})" in problem.message)
            for side in ("right", "bottom", "below")
        )
        assert "may slide out of the window by 1.8 mm (right); in C5 x 20 to 91, y 57 to 88.5 mm" in right.message
        assert "Set 'window.text_right' to 91 at the most in letters/theme/theme.yaml" in right.hint
        assert "'Nishi-ku, Osaka 550-0004' may slide out" in bottom.message
        assert "'Petition for the protection of refugees from North Korea' may show" in below.message
        assert "Set 'window.bottom' to 92.4 at the least" in below.hint

    def test_where_nothing_always_shows_that_is_said_once_a_letter(self) -> None:
        mail = mail_of("seoul")
        (letter,) = mail.found.letters
        pdf = render_pdf(letter, mail.theme, load_locales()["ko"])
        finished = FinishedLetter(letter, mail.theme, "x", {"pdf": pdf})
        (problem,) = check_window(finished, view("dl", "9x45+20+15"))
        assert "the sheet slides 10 mm across and 5 mm up, so that nothing always shows" in problem.message


class TestTheCommand:
    def test_letters_that_suit_get_an_envelope_with_sender_and_reference_beside_the_window(
        self, workspace: WorkspaceCopy
    ) -> None:
        workspace.write(THEME, FOR["dl"])
        approve_all(workspace)
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: DL, window: din-680}")
        ending = workspace.run("print", "envelopes")
        assert ending.status == 0, ending.err
        window = Box(20, 50, 110, 95)
        for page in read((workspace.folder / "out/2027/print/envelopes.pdf").read_bytes()):
            things = list(list_things(page))
            assert [text for text, box in things if box.meets(window)] == []
            assert any("LFNKR-2027-JP" in text for text, _ in things)

    def test_letters_that_do_not_suit_get_none(self, workspace: WorkspaceCopy) -> None:
        approve_all(workspace)
        ending = workspace.run("print", "envelopes", "--envelope", "C5", "--window", "din-680")
        assert ending.status == 3
        assert "out/2027/jp-tokyo/petition.ja.pdf: " in ending.err
        assert "[F915]" in ending.err
        assert not (workspace.folder / "out/2027/print").exists()

    def test_what_is_wrong_in_the_letters_to_all_missions_is_told_once(self, real: WorkspaceCopy) -> None:
        approve(real, only=("jp-osaka", "jp-nagoya"))
        said = real.run("print", "envelopes", "--envelope", "C6/C5", "--window", "din-680").err
        assert said.count("'President of the People’s Republic of China' may slide out") == 1
        assert "always shows; so in jp-nagoya [F915]" in said

    def test_the_campaign_s_window_can_be_left_out(self, workspace: WorkspaceCopy) -> None:
        workspace.write(THEME, FOR["dl"])
        approve_all(workspace)
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: C5, window: din-680}")
        assert workspace.run("print", "envelopes").status == 3
        assert workspace.run("print", "envelopes", "--window", "none").status == 0
        assert workspace.run("print", "envelopes", "--envelope", "DL").status == 0

    @pytest.mark.parametrize("name", ["dl", "c6-c5", "c5", "235x120"])
    def test_nothing_is_printed_over_a_window(self, name: str) -> None:
        mail = mail_of("seoul")
        envelope = find_envelope(name)
        measure = find_window("din-680" if name in DIN.windows else "90x45+20+15", envelope)
        setup = choose_setup(envelope, mail.country, measure)
        (face,) = (lay_out_envelope(item, setup, mail.measure) for item in mail.items)
        assert isinstance(face, EnvelopePage)
        (page,) = read(render_envelopes([face], setup, EnvelopeOptions(), mail.theme))
        assert setup.window
        assert [text for text, box in list_things(page) if box.meets(setup.window)] == []


class TestABuild:
    def test_it_tells_before_anybody_approves_what_the_window_of_the_campaign_would_hide(
        self, workspace: WorkspaceCopy
    ) -> None:
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: C5, window: din-680}")
        for _ in range(2):  # also where all files are kept
            ending = workspace.run("build", "--json")
            assert ending.status == 1
            files = {file["path"]: file for file in json.loads(ending.out)["files"]}
            assert {one["code"] for one in files["jp-tokyo/petition.ja.pdf"]["problems"]} == {"F915"}
            assert files["jp-tokyo/petition.ja.docx"]["problems"] == []
            assert "out/2027/jp-tokyo/petition.ja.pdf: " in ending.err
            assert "Next: petitioner build  (fix the errors above first)" in ending.err

    def test_it_is_content_with_letters_that_suit(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost: {envelope: DL, window: din-680}")
        workspace.build()
