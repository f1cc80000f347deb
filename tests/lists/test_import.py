"""``petitioner recipients import``: a list is shown, then merged by three ways, and everything else stays as it is."""

from difflib import unified_diff

import pytest

from conftest import WorkspaceCopy
from recipient_lists import COLUMNS, LYON, SPOKEN, ListWorkspace, change, write_ods, write_text, write_xlsx

ALL = (*SPOKEN, "--set", "languages=en", "--set", "channels=post")
NICE = change(LYON, city="Nice", name="Consulate-General of the People's Republic of China in Nice", phone="",
              address="1 rue X\n06000 NICE", postal_code="06000", email="", website="")  # fmt: skip


@pytest.fixture
def lists(workspace: WorkspaceCopy) -> ListWorkspace:
    return ListWorkspace(workspace)


def changes(before: str, after: str) -> list[str]:
    """The lines that went (``-``) and those that came (``+``), in order."""
    lines = unified_diff(before.split("\n"), after.split("\n"), "", "", n=0, lineterm="")
    return [line for line in lines if line[:3] not in ("---", "+++", "@@ ")]


class TestShowing:
    def test_nothing_is_written_until_it_is_asked_for(self, lists: ListWorkspace) -> None:
        before = lists.text
        ending = lists.run(write_text([COLUMNS, LYON]), *ALL)
        assert ending.status == 0, ending.err
        assert "fr-lyon" in ending.out
        assert "1 row: 1 new, 0 changed, 0 unchanged, 0 left" in ending.out
        assert "Next: petitioner recipients import" in ending.err
        assert "--set channels=post --apply" in ending.err
        assert lists.text == before
        assert not (lists.workspace.folder / "imports").exists()

    def test_a_new_mission_is_written_below_the_others_and_can_be_built(self, lists: ListWorkspace) -> None:
        before = lists.text
        assert lists.run(write_text([COLUMNS, LYON]), *ALL, "--apply").status == 0
        assert lists.text.startswith(before)
        assert lists.text[len(before) :] == _LYON
        problems = lists.workspace.run("check").err
        assert "'country_line' of fr-lyon has no en [R306]" in problems

    def test_a_mission_without_an_address_gets_no_letter_and_check_finds_no_error(self, lists: ListWorkspace) -> None:
        row = change(LYON, address="", postal_code="", phone="", email="", website="")
        ending = lists.run(write_text([COLUMNS, row]), *SPOKEN, "--apply")
        assert "will get no letter yet" in ending.err
        assert "    skip: no address, no languages, no channels in list.csv\n" in lists.text
        check = lists.workspace.run("check")
        assert check.status == 0, check.err
        lists.workspace.edit("recipients.yaml", "    skip: no address, no languages, no channels in list.csv\n", "")
        check = lists.workspace.run("check")
        for words in ("'address.lines' is empty", "'languages' is empty", "'channels' is empty"):
            assert words in check.err

    def test_a_fact_about_a_mission_without_an_address_can_be_recorded(self, lists: ListWorkspace) -> None:
        row = change(LYON, address="", postal_code="", phone="", email="", website="")
        lists.run(write_text([COLUMNS, row]), *SPOKEN, "--apply")
        assert lists.workspace.run("log", "add", "posted", "fr-lyon", "--by", "Sato").status == 0

    def test_a_workspace_without_recipients_gets_its_first_from_a_list(self, lists: ListWorkspace) -> None:
        (lists.workspace.folder / "recipients.yaml").unlink()
        assert lists.run(write_text([COLUMNS, LYON]), *ALL, "--apply").status == 0
        assert lists.text == f"recipients:\n{_LYON}"


class TestColumns:
    def test_the_language_of_a_column_is_not_guessed(self, lists: ListWorkspace) -> None:
        rows = [["名称", "国", "都市", "住所"], ["駐大阪総領事館", "日本", "大阪", "大阪市西区靱本町3-9-2"]]
        ending = lists.run(write_text(rows))
        assert ending.status == 3
        assert "nobody said in which language these columns are: '名称', '都市', '住所'" in ending.err
        assert "--map 名称=name.ja --map 都市=city.ja --map 住所=address.lines.ja" in ending.err

    def test_a_japanese_list_is_merged_by_its_japanese_city(self, lists: ListWorkspace) -> None:
        rows = [["名称", "国", "都市", "電話"], ["中華人民共和国駐大阪総領事館", "日本", "大阪", "06-6445-9481"]]
        told = lists.tell(write_text(rows), "--map", "名称=name.ja", "--map", "都市=city.ja", "--apply")
        assert told["rows"][0]["id"] == "jp-osaka"
        assert told["rows"][0]["changes"] == [{"place": "telephone", "old": None, "new": "06-6445-9481"}]

    def test_names_of_columns_may_say_their_language(self, lists: ListWorkspace) -> None:
        rows = [["id", "Name_ko", "city (ko)"], ["jp-osaka", "주오사카중국총영사관", "오사카"]]
        told = lists.tell(write_text(rows))
        assert [one["place"] for one in told["columns"]] == ["id", "name.ko", "city.ko"]

    def test_a_postal_code_with_a_column_of_its_own_is_put_into_the_lines(self, lists: ListWorkspace) -> None:
        rows = [["id", "郵便番号", "住所"], ["jp-osaka", "550-0004", "大阪市西区西本町1-2-3"], ["jp-tokyo", "", "x"]]
        ending = lists.run(write_text(rows), "--map", "住所=address.lines.ja")
        option = "--set 'address.lines.ja=〒{郵便番号}\\n{住所}'"
        assert f"To put the code into a line of its own in all rows, add: {option}" in ending.err
        lists.workspace.edit(
            "recipients.yaml", "        ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]\n", "        en: [x 550-0004]\n"
        )
        told = lists.tell(write_text(rows), "--set", "address.lines.ja=〒{郵便番号}\\n{住所}")
        assert {"place": "address.lines.ja", "old": None, "new": "〒550-0004\n大阪市西区西本町1-2-3"} in told["rows"][
            0
        ]["changes"]
        assert told["rows"][1]["outcome"] == "unchanged"  # without a code there is no line for it

    def test_the_hint_for_joined_columns_keeps_their_pattern_and_works(self, lists: ListWorkspace) -> None:
        rows = [["id", "郵便番号", "市", "住所"], ["jp-osaka", "550-0004", "大阪市", "西区西本町1-2-3"]]
        lists.workspace.edit(
            "recipients.yaml", "        ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]\n", "        en: [x 550-0004]\n"
        )
        ending = lists.run(write_text(rows), "--set", "address.lines.ja={市}{住所}")
        pattern = "address.lines.ja=〒{郵便番号}\\n{市}{住所}"
        assert f"To put the code into a line of its own in all rows, add: --set '{pattern}'" in ending.err
        told = lists.tell(write_text(rows), "--set", "address.lines.ja={市}{住所}", "--set", pattern)
        assert told["rows"][0]["changes"][0]["new"] == "〒550-0004\n大阪市西区西本町1-2-3"

    @pytest.mark.parametrize("code", ["５５０－０００４", "〒550-0004", "〒 ５５０－０００４"])
    def test_a_postal_code_is_taken_in_half_width_and_without_its_sign_in_the_lines_too(
        self, lists: ListWorkspace, code: str
    ) -> None:
        lists.workspace.edit(
            "recipients.yaml", "        ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]\n", "        en: [x 550-0004]\n"
        )
        set_, map_ = ("--set", "address.lines.ja=〒{郵便番号}\\n{住所}"), ("--map", "住所=address.lines.ja")
        for address, options in (("大阪市西区西本町1-2-3", set_), (f"〒{code}\n大阪市西区西本町1-2-3", map_)):
            rows = [["id", "郵便番号", "住所"], ["jp-osaka", code, address]]
            told = lists.tell(write_text(rows), *options)
            assert told["problems"] == []
            assert [(one["place"], one["new"]) for one in told["rows"][0]["changes"]] == [
                ("address.lines.ja", "〒550-0004\n大阪市西区西本町1-2-3")
            ]

    def test_no_hint_puts_the_code_where_the_pattern_has_it(self, lists: ListWorkspace) -> None:
        rows = [["id", "郵便番号", "住所"], ["jp-osaka", "５５０・０００４", "西区西本町1-2-3"]]
        ending = lists.run(write_text(rows), "--set", "address.lines.ja=〒{郵便番号}\\n{住所}")
        assert "add: --set" not in ending.err

    @pytest.mark.parametrize(
        ("header", "options", "said"),
        [
            (["a", "b"], (), "does not hold names of columns that are known: 'a', 'b'"),
            (["city_en", "name_en", "x"], (), "no column is for 'country'"),
            (["id", "tel", "phone"], (), "two columns are for 'telephone': 'tel' and 'phone'"),
            (["id", "tel", "tel"], (), "Give one of them another name in the list."),
            (["id", "tel"], ("--map", "fon=telephone"), "it has no column 'fon'"),
            (["id", "tel"], ("--map", "tel=telefone"), "Did you mean 'telephone'?"),
            (["id", "tel"], ("--set", "name=x"), "Add the language, such as name.en"),
            (["id", "tel"], ("--set", "fax={fax}"), "it has no column 'fax'"),
        ],
    )
    def test_columns_that_are_not_clear_stop_the_import(
        self, lists: ListWorkspace, header: list[str], options: tuple[str, ...], said: str
    ) -> None:
        before = lists.text
        ending = lists.run(write_text([header, ["1", "2", "3"][: len(header)]]), *options, "--apply")
        assert ending.status == 3
        assert said in ending.err
        assert lists.text == before

    def test_an_option_of_the_wrong_form_is_explained(self, lists: ListWorkspace) -> None:
        ending = lists.run(write_text([COLUMNS, LYON]), "--map", "name")
        assert ending.status == 2
        assert "--map 'name' is not of the form NAME=VALUE." in ending.err


class TestMerging:
    def import_first(self, lists: ListWorkspace, *rows: list[str]) -> None:
        assert lists.run(write_text([COLUMNS, LYON, *rows]), *ALL, "--apply").status == 0

    def test_the_same_list_changes_nothing(self, lists: ListWorkspace) -> None:
        self.import_first(lists, NICE)
        before = lists.text
        told = lists.tell(write_text([COLUMNS, LYON, NICE]), *ALL, "--apply")
        assert told["sum"]["unchanged"] == 2
        assert lists.text == before

    def test_what_only_the_list_changed_is_taken_in_its_own_line(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        before = lists.text
        row = change(LYON, phone="+33 4 37 24 83 06")
        lists.run(write_text([COLUMNS, row]), *ALL, "--apply")
        assert changes(before, lists.text) == [
            "-    telephone: +33 4 37 24 83 05",
            "+    telephone: +33 4 37 24 83 06",
        ]

    def test_what_only_a_person_changed_is_kept(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        lists.workspace.edit("recipients.yaml", "+33 4 37 24 83 05", "+33 4 37 24 83 07  # asked them")
        before = lists.text
        told = lists.tell(write_text([COLUMNS, LYON]), *ALL, "--apply")
        assert told["sum"]["unchanged"] == 1
        assert lists.text == before

    def test_what_both_changed_is_left_with_all_three_values(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        lists.workspace.edit("recipients.yaml", "+33 4 37 24 83 05", "+33 4 37 24 83 07")
        before = lists.text
        ending = lists.run(write_text([COLUMNS, change(LYON, phone="+33 4 37 24 83 06")]), *ALL, "--apply")
        assert ending.status == 1
        for number in ("05", "06", "07"):
            assert f"+33 4 37 24 83 {number}" in ending.err
        assert "[X120]" in ending.err
        assert lists.text == before

    def test_a_list_does_not_replace_what_a_person_confirmed(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        lists.workspace.run("recipients", "verify", "fr-lyon", "--confirmed")
        before = lists.text
        ending = lists.run(write_text([COLUMNS, change(LYON, phone="+33 4 37 24 83 06")]), *ALL, "--apply")
        assert "a person confirmed the entry on 2027-09-01" in ending.err
        assert lists.text == before

    def test_a_list_adds_what_a_confirmed_entry_does_not_have_and_letters_do_not_print(
        self, lists: ListWorkspace
    ) -> None:
        assert lists.run(write_text([COLUMNS, change(LYON, phone="")]), *ALL, "--apply").status == 0
        lists.workspace.run("recipients", "verify", "fr-lyon", "--confirmed")
        told = lists.tell(write_text([COLUMNS, LYON]), *ALL)
        assert told["rows"][0]["changes"] == [{"place": "telephone", "old": None, "new": "+33 4 37 24 83 05"}]

    def test_an_address_that_comes_later_is_taken_and_the_skip_is_named(self, lists: ListWorkspace) -> None:
        lists.run(write_text([COLUMNS, change(LYON, address="", postal_code="")]), *ALL, "--apply")
        ending = lists.run(write_text([COLUMNS, LYON]), *ALL, "--apply")
        assert "These still get no letter, by their line 'skip:' or 'closed:': fr-lyon." in ending.err
        assert "    address: {lines: {en: [26 rue Louis Blanc, 69006 LYON]}, postal_code: 69006}\n" in lists.text

    def test_an_empty_cell_deletes_nothing_and_is_said(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        before = lists.text
        ending = lists.run(write_text([COLUMNS, change(LYON, phone="")]), *ALL, "--apply")
        assert "the list no longer has '+33 4 37 24 83 05', recipients.yaml still has it" in ending.err
        assert lists.text == before

    def test_a_mission_that_is_gone_from_the_list_stays_and_is_named(self, lists: ListWorkspace) -> None:
        self.import_first(lists, NICE)
        before = lists.text
        ending = lists.run(write_text([COLUMNS, LYON]), *ALL, "--apply")
        assert "No longer in the list, and not changed: fr-nice." in ending.err
        assert lists.text == before

    def test_a_mission_is_found_again_after_its_id_and_name_were_changed(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        lists.workspace.edit("recipients.yaml", "  fr-lyon:\n", "  fr-rhone:\n    formerly: [fr-lyon]\n")
        lists.workspace.edit("recipients.yaml", "city: {en: Lyon}", "city: {en: Lyons}")
        lists.workspace.edit("recipients.yaml", "of China in Lyon", "of China in Lyons")
        before = lists.text
        told = lists.tell(write_text([COLUMNS, LYON]), *ALL, "--apply")
        assert [(row["id"], row["outcome"]) for row in told["rows"]] == [("fr-rhone", "unchanged")]
        assert lists.text == before

    def test_a_list_with_another_file_name_is_the_same_list_if_it_is_named(self, lists: ListWorkspace) -> None:
        self.import_first(lists)
        row = write_text([COLUMNS, change(LYON, phone="+33 4 37 24 83 06")])
        assert lists.tell(row, *ALL, name="list-2028.csv")["sum"]["changed"] == 0
        assert lists.tell(row, *ALL, "--list", "list", name="list-2028.csv")["sum"]["changed"] == 1

    def test_two_rows_about_one_mission_are_not_both_taken(self, lists: ListWorkspace) -> None:
        told = lists.tell(write_text([COLUMNS, LYON, change(LYON, phone="")]), *ALL)
        assert [row["outcome"] for row in told["rows"]] == ["new", "left"]
        assert told["rows"][1]["reason"] == "this is the same recipient as on line 2: fr-lyon"

    def test_an_embassy_is_found_by_its_country_though_its_city_is_a_borough(self, lists: ListWorkspace) -> None:
        row = change(LYON, kind="embassy", country="Japan", city="Minato-ku", name="Chinese Embassy, Tokyo",
                     address="", postal_code="", phone="03-3403-3388", email="", website="")  # fmt: skip
        told = lists.tell(write_text([COLUMNS, row]), *SPOKEN)
        assert [(row["id"], row["outcome"]) for row in told["rows"]] == [("jp-tokyo", "changed")]
        assert told["rows"][0]["changes"] == [{"place": "telephone", "old": None, "new": "03-3403-3388"}]

    def test_values_in_braces_and_brackets_are_changed_in_place(self, lists: ListWorkspace) -> None:
        before = lists.text
        rows = [
            ["id", "city.ko", "address.lines.en", "channels"],
            ["jp-osaka", "오사카", "3-9-2 Utsubo\nOsaka 550-0004", ""],
        ]
        assert lists.run(write_text(rows), "--apply").status == 0
        assert changes(before, lists.text) == [
            "-    city: {en: Osaka, ja: 大阪}",
            "+    city: {en: Osaka, ja: 大阪, ko: 오사카}",
            "+        en: [3-9-2 Utsubo, Osaka 550-0004]",
        ]

    def test_a_value_that_is_not_on_one_line_is_left_to_an_editor(self, lists: ListWorkspace) -> None:
        lists.workspace.edit("recipients.yaml", "channels: [post, hand]", "channels:\n      - post\n      - hand")
        lists.workspace.write("imports/list.csv", write_text([["id", "channels"], ["jp-osaka", "post\nhand"]]))
        before = lists.text
        ending = lists.run(write_text([["id", "channels"], ["jp-osaka", "post"]]), "--apply")
        assert ending.status == 1
        assert "cannot be changed: the value is not on one line" in ending.err
        assert lists.text == before

    def test_windows_line_ends_stay(self, lists: ListWorkspace) -> None:
        path = lists.workspace.folder / "recipients.yaml"
        path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
        self.import_first(lists)
        assert lists.text.count("\n") == lists.text.count("\r\n") > 40

    def test_a_mistake_of_the_entry_is_not_one_of_the_list(self, lists: ListWorkspace) -> None:
        lists.workspace.edit("recipients.yaml", "channels: [post, hand]", "channels: [post, hand]\n    email: [a@x@y]")
        told = lists.tell(write_text([["id", "telephone"], ["jp-osaka", "06-6445-9481"]]))
        assert (told["sum"]["changed"], told["problems"]) == (1, [])

    def test_errors_in_recipients_come_first(self, lists: ListWorkspace) -> None:
        lists.workspace.edit("recipients.yaml", "kind: embassy", "kind: embasy")
        ending = lists.run(write_text([COLUMNS, LYON]), *ALL)
        assert ending.status == 3
        assert "recipients.yaml:3: 'kind' cannot be 'embasy'" in ending.err


@pytest.mark.parametrize("name", ["list.tsv", "list.xlsx", "list.ods"])
def test_the_same_list_is_read_from_each_kind_of_file(lists: ListWorkspace, name: str) -> None:
    rows = [COLUMNS, LYON, NICE]
    contents: dict[str, str | bytes] = {
        "list.tsv": write_text(rows, "\t"),
        "list.xlsx": write_xlsx(rows),
        "list.ods": write_ods(rows),
    }
    expected = lists.tell(write_text(rows), *ALL)["rows"]
    told = lists.tell(contents[name], *ALL, name=name)["rows"]
    for row in (*expected, *told):
        row["changes"] = [one for one in row["changes"] if one["place"] != "source"]
        row["line"] = 0  # a cell with two lines has two lines in a text, and one row in a workbook
    assert told == expected


_LYON = """
  fr-lyon:
    kind: consulate-general
    country: FR
    city: {en: Lyon}
    name: {en: Consulate-General of the People's Republic of China in Lyon}
    address:
      lines: {en: [26 rue Louis Blanc, 69006 LYON]}
      postal_code: 69006
    languages: [en]
    channels: [post]
    email: [lyon@example.cn]
    telephone: +33 4 37 24 83 05
    website: https://lyon.example.cn/
    source: list.csv
"""
