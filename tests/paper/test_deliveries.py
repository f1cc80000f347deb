"""``print deliveries``: the sheet of whoever hands letters over, and what goes into the log afterwards."""

import json
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from conftest import WorkspaceCopy
from letters_for_renderers import sample_theme
from petitioner.log.storage.store import MailingLog
from petitioner.tables.locales import load_locales

LIST = "recipients.yaml"
SHEET = Path("out/2027/print/deliveries.pdf")
VISIT = """    visit:
      map: https://example.org/map
      ask_for: the section for political affairs
      hours: 9 to 12
      remark: the bell is at the left
"""


def read_pages(path: Path) -> list[str]:
    with PdfDocument(path) as pdf:
        return [page.get_textpage().get_text_bounded().replace("\r\n", "\n") for page in pdf]


class TestTheSheet:
    def test_it_is_for_those_who_are_written_to_by_hand(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("print", "deliveries")
        assert (ending.status, ending.out) == (0, f"{SHEET}: 1 page for 1 mission.\n")
        (page,) = read_pages(workspace.folder / SHEET)
        for words in (
            "Osaka 大阪",
            "LFNKR-2027-JP-OSAKA",
            "Consulate-General of the People's Republic of China in Osaka",
            "中華人民共和国駐大阪総領事館",
            "大阪府大阪市西区靱本町3-9-2",
            "note: not approved",
            'petitioner log add handed jp-osaka --outcome refused --met "…" --file photo.jpg --note "…"',
            "no mailing log yet",
        ):
            assert words in page
        assert ending.err.startswith("Next: petitioner log add handed jp-osaka --outcome OUTCOME")

    def test_whoever_is_named_gets_a_page_whatever_was_planned(self, workspace: WorkspaceCopy) -> None:
        workspace.run("print", "deliveries", "--only", "jp-tokyo", "--only", "jp-osaka")
        assert [page.split()[0] for page in read_pages(workspace.folder / SHEET)] == ["Tokyo", "Osaka"]

    def test_missions_of_one_city_stand_behind_each_other(self, real: WorkspaceCopy) -> None:
        text = (real.folder / LIST).read_text("utf-8")
        text = text.replace("channels: [post]", "channels: [hand]")
        text = text.replace(
            "city: {en: Nagoya, ja: 名古屋, zh-Hans: 名古屋}", "city: {en: Tokyo, ja: 東京, zh-Hans: 东京}"
        )
        real.write(LIST, text)
        said = json.loads(real.run("print", "deliveries", "--json").out)
        assert [one["id"] for one in said["deliveries"]][:3] == ["jp-tokyo", "jp-nagoya", "jp-osaka"]
        assert said["pages"] == 7

    def test_what_helps_on_the_way_stands_on_it(self, workspace: WorkspaceCopy) -> None:
        workspace.edit(
            LIST, "    channels: [post, hand]\n", f"    channels: [post, hand]\n    telephone: 06-6445-9481\n{VISIT}"
        )
        workspace.run("print", "deliveries")
        (page,) = read_pages(workspace.folder / SHEET)
        for words in ("06-6445-9481", "https://example.org/map", "the section for political", "9 to 12", "the bell is"):
            assert words in page
        assert "ask for    the section for political affairs" in workspace.run("recipients", "show", "jp-osaka").out

    def test_what_was_approved_is_named_with_its_pages_and_the_tip_of_the_log(self, workspace: WorkspaceCopy) -> None:
        workspace.build()
        workspace.run(
            "approve", "--yes", "--unread", "en", "--unread", "ja", "--unverified", "jp-osaka", "--by", "Hanako"
        )
        said = json.loads(workspace.run("print", "deliveries", "--json").out)
        (delivery,) = said["deliveries"]
        assert delivery["handed"][0].startswith("Petition, English, ")
        assert delivery["handed"][-1].startswith("as approved on 1 September 2027 (event ")
        tip = MailingLog.within(workspace.folder).read()[-1].hash
        assert said["tip"] == tip
        assert tip in read_pages(workspace.folder / SHEET)[0]

    def test_two_runs_give_the_same_bytes(self, workspace: WorkspaceCopy, tmp_path: Path) -> None:
        files = [tmp_path / "one.pdf", tmp_path / "two.pdf"]
        for file in files:
            assert workspace.run("print", "deliveries", "--to", str(file)).status == 0
        assert files[0].read_bytes() == files[1].read_bytes()

    def test_who_has_got_the_letter_needs_no_page_unless_named(self, workspace: WorkspaceCopy) -> None:
        workspace.run("log", "add", "handed", "jp-osaka")
        ending = workspace.run("print", "deliveries")
        assert ending.status == 1
        assert "No letter is left to hand over." in ending.err
        assert workspace.run("print", "deliveries", "--only", "jp-osaka").status == 0

    def test_a_file_that_cannot_be_written_is_told(self, workspace: WorkspaceCopy) -> None:
        ending = workspace.run("print", "deliveries", "--to", str(workspace.folder / LIST / "x.pdf"))
        assert ending.status == 1
        assert "cannot be written" in ending.err

    def test_in_every_language_a_mission_fits_one_page_and_no_font_warns(self, showcase: WorkspaceCopy) -> None:
        assert showcase.run("print", "deliveries", "--only", "jp-kobe").status == 0
        (page,) = read_pages(showcase.folder / SHEET)
        said = page.replace("\n", "")
        assert all(name in said for name in ("Korean", "Japanese", "English", "恳请", "お取り次ぎ", "감사하겠습니다"))

    def test_latin_names_in_a_line_from_right_to_left_keep_their_order(self, workspace: WorkspaceCopy) -> None:
        cairo = Path(__file__).parents[1] / "data" / "cairo"
        for file in cairo.rglob("*.*"):
            if file.is_file():
                workspace.write(f"cairo/{file.relative_to(cairo)}", file.read_bytes())
        ending = workspace.run("-C", str(workspace.folder / "cairo"), "print", "deliveries", "--only", "eg-cairo")
        assert ending.status == 0
        (page,) = read_pages(workspace.folder / "cairo" / SHEET)
        assert "Life Funds for North Korean" in page


class TestGreetings:
    @pytest.mark.parametrize("tag", sorted(load_locales()))
    def test_each_language_says_all_three_and_names_whom_it_is_from_and_for(self, tag: str) -> None:
        greetings = load_locales()[tag].greetings
        assert greetings is not None
        assert "{sender}" in greetings.gate
        assert "{addressee}" in greetings.gate
        assert tag in sample_theme().fonts


class TestTheLogAfterwards:
    def test_who_was_met_is_kept_and_shown(self, workspace: WorkspaceCopy) -> None:
        photo = workspace.folder / "photo.jpg"
        photo.write_bytes(b"\xff\xd8\xff\xe0" + bytes(64))
        met = "a guard, who gave no name"
        ending = workspace.run(
            "log", "add", "handed", "jp-osaka", "--outcome", "refused", "--met", met, "--file", str(photo)
        )
        assert ending.status == 0
        assert f"refused at the gate on 2027-09-01, met {met}, 1 file kept" in ending.out
        assert met in workspace.run("log").out
        assert f"met {met}" in workspace.run("log", "show", "jp-osaka").out
        assert met in workspace.run("log", "export", "--format", "csv").out
        assert f"met {met}" in workspace.run("log", "verify", str(photo)).out
        workspace.run("log", "redact", "1", "--because", "asked to", "--yes")
        assert met not in workspace.run("log", "show", "jp-osaka").out

    def test_class_and_postage_are_shown_everywhere(self, workspace: WorkspaceCopy) -> None:
        receipt = workspace.folder / "receipt.txt"
        receipt.write_text("460 yen")
        typed = ["--class", "simple-registered", "--postage", "460", "--file", str(receipt)]
        assert "simple-registered, 460 JPY" in workspace.run("log", "add", "posted", "jp-tokyo", *typed).out
        assert "simple-registered 460 JPY" in workspace.run("log").out
        assert "      simple-registered, 460 JPY" in workspace.run("log", "show", "jp-tokyo").out
        assert ",simple-registered,460 JPY," in workspace.run("log", "export", "--format", "csv").out
        assert "as simple-registered for 460 JPY (event 1)" in workspace.run("log", "verify", str(receipt)).out

    @pytest.mark.parametrize(
        ("typed", "kept"),
        [
            ("460", "460 JPY"),
            ("４６０", "460 JPY"),
            ("460 jpy", "460 JPY"),
            ("EUR 1.20", "1.20 EUR"),
            ("1,200", "1200 JPY"),
        ],
    )
    def test_postage_is_read_as_people_write_it(self, workspace: WorkspaceCopy, typed: str, kept: str) -> None:
        workspace.run("log", "add", "posted", "jp-tokyo", "--postage", typed)
        assert MailingLog.within(workspace.folder).read()[0].details.postage == kept

    @pytest.mark.parametrize(
        ("arguments", "complaint"),
        [
            (["posted", "--postage", "-460"], "is not an amount of money"),
            (["posted", "--postage", "about 460"], "is not an amount of money"),
            (["posted", "--postage", "460yen"], "Write 460 JPY, or 460 alone."),
            (["posted", "--class", "registred"], "Did you mean 'registered'?"),
            (["posted", "--met", "a guard"], "was not handed to anybody"),
            (["handed", "--class", "express"], "only what was posted has"),
            (["replied", "--postage", "460"], "only what was posted has"),
        ],
    )
    def test_what_makes_no_sense_is_refused(
        self, workspace: WorkspaceCopy, arguments: list[str], complaint: str
    ) -> None:
        fact, *options = arguments
        ending = workspace.run("log", "add", fact, "jp-osaka", *options)
        assert ending.status == 2
        assert complaint in ending.err
        assert not (workspace.folder / "mailing-log.sqlite").exists()

    def test_a_class_that_the_post_does_not_have_is_other(self, workspace: WorkspaceCopy) -> None:
        assert workspace.run("log", "add", "posted", "jp-osaka", "--class", "other", "--note", "by courier").status == 0
