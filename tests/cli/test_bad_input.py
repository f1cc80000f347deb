"""Bad input, through the command line: told at its line with what to do, all at once, and nothing written."""

import os
from pathlib import Path

import pytest

from conftest import WorkspaceCopy

LIST, CAMPAIGN = "recipients.yaml", "letters/2027/campaign.yaml"
EN, JA, SHARED = "letters/2027/petition.en.md", "letters/2027/petition.ja.md", "letters/2027/_request.ja.md"
FIRST = "We write to you through the {{ recipient.name }}, with *respect* and with one request."
NAME = "Embassy of the People's Republic of China in Japan"
TITLE = "title: {en: Executive Director, ja: 理事長}"


def refuse(workspace: WorkspaceCopy, *places: str) -> str:
    """Build, and see that it is refused as every bad input is: these places are told, and nothing is written."""
    before = {path: (workspace.folder / "out" / path).stat().st_mtime_ns for path in workspace.list_made()}
    ending = workspace.run("build")
    told = [line for line in ending.err.splitlines() if " [" in line and line.endswith("]")]
    assert ending.status == 3, ending.err
    assert "Traceback" not in ending.err
    assert "nothing was done" in ending.err
    for place in places:
        assert any(line.startswith(f"{place}: ") for line in told), f"{place} is not among {told}"
    lines = ending.err.splitlines()
    assert all(lines[lines.index(line) + 1].startswith("    ") for line in told if "[V204]" not in line), ending.err
    assert {path: (workspace.folder / "out" / path).stat().st_mtime_ns for path in workspace.list_made()} == before
    return ending.err


# --- files ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", [LIST, CAMPAIGN, EN, JA, SHARED])
@pytest.mark.parametrize(("encoding", "name"), [("cp932", "Shift_JIS"), ("gb18030", "GB18030"), ("utf-16", "UTF-16")])
def test_a_file_in_another_encoding(workspace: WorkspaceCopy, path: str, encoding: str, name: str) -> None:
    text = (workspace.folder / path).read_text("utf-8") + "# 大使館の名前、住所と電話番号を書く所\n"
    workspace.write(path, text.encode(encoding))
    line = 1 if encoding == "utf-16" else next(n for n, line in enumerate(text.split("\n"), 1) if not line.isascii())
    assert name in refuse(workspace, f"{path}:{line}")


def test_a_file_in_the_encoding_of_korean_offices(seoul: WorkspaceCopy) -> None:
    path = "letters/2027/petition.ko.md"
    text = (seoul.folder / path).read_text("utf-8")
    seoul.write(path, text.encode("euc_kr", "replace"))
    line = next(n for n, line in enumerate(text.split("\n"), 1) if not line.isascii())
    assert "EUC-KR" in refuse(seoul, f"{path}:{line}")


@pytest.mark.parametrize("path", [LIST, CAMPAIGN, EN, SHARED])
def test_an_empty_file_and_one_of_blanks(workspace: WorkspaceCopy, path: str) -> None:
    for content in ("", " \n\n\t"):
        workspace.write(path, content)
        assert "the file is empty" in refuse(workspace, f"{path}:1")


@pytest.mark.parametrize("path", [LIST, CAMPAIGN, EN])
def test_a_missing_file(workspace: WorkspaceCopy, path: str) -> None:
    (workspace.folder / path).unlink()
    refuse(workspace, path)


@pytest.mark.parametrize("path", [LIST, CAMPAIGN, EN, SHARED])
def test_a_folder_in_the_place_of_a_file(workspace: WorkspaceCopy, path: str) -> None:
    (workspace.folder / path).unlink()
    (workspace.folder / path).mkdir()
    assert "not a regular file" in refuse(workspace, path)


@pytest.mark.parametrize("path", [LIST, CAMPAIGN, EN, SHARED])
def test_a_link_out_of_the_workspace_and_one_to_itself(workspace: WorkspaceCopy, path: str) -> None:
    for target in ("/etc/passwd", workspace.folder / path, "/dev/zero"):
        (workspace.folder / path).unlink()
        (workspace.folder / path).symlink_to(target)
        assert "root:" not in refuse(workspace, path)


def test_a_huge_file(workspace: WorkspaceCopy) -> None:
    with (workspace.folder / LIST).open("wb") as file:
        file.truncate(60_000_000_000)  # a hole: it takes no room on the disk
    assert "60000 MB" in refuse(workspace, LIST)


def test_a_file_full_of_zeros(workspace: WorkspaceCopy) -> None:
    workspace.write(LIST, b"\0" * 1_000_000)
    refuse(workspace, f"{LIST}:1")


def test_a_word_document_under_the_name_of_a_letter(workspace: WorkspaceCopy) -> None:
    workspace.write(EN, b"PK\x03\x04\x14\x00\x06\x00word/document.xml")
    assert "Word" in refuse(workspace, f"{EN}:1")


def test_a_byte_order_mark_alone_stops_nothing(workspace: WorkspaceCopy) -> None:
    workspace.write(LIST, b"\xef\xbb\xbf" + (workspace.folder / LIST).read_bytes())
    ending = workspace.run("check")
    assert ending.status == 0
    assert f"{LIST}:1: warning:" in ending.err


def test_windows_line_ends_change_no_line_number(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "1. Let them stay.", "1. Let <b>them stay.")
    for path in (LIST, CAMPAIGN, EN, JA):
        workspace.write(path, (workspace.folder / path).read_bytes().replace(b"\n", b"\r\n"))
    refuse(workspace, f"{EN}:12")


# --- YAML -------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("    kind: embassy", "\tkind: embassy", 3, "tab"),
        ("    kind: embassy", "    kind: embassy\n    kind: office", 4, "is written twice; it is first on line 3"),
        ("  jp-osaka:", "  jp-tokyo:", 17, "is written twice; it is first on line 2"),
        ("city: {en: Osaka, ", "city: {en: Osaka, en: Kobe, ", 20, "is written twice"),
        ("kind: embassy", "kind: embasy", 3, "Did you mean 'embassy'?"),
        ("kind: embassy", "knd: embassy", 3, "Did you mean 'kind'?"),
        ("      postal_code: 106", "      postcode: 106", 10, "Did you mean 'postal_code'?"),
        ("channels: [post, hand]", "chanels: [post, hand]", 29, "Did you mean 'channels'?"),
        ("channels: [post, hand]", "channels: [post, pigeon]", 29, "Allowed: post, email, hand."),
        ("languages: [en]", "languages: [jp]", 28, "Did you mean 'ja'?"),
        ("languages: [en]", "languages: en", 28, "must be a list"),
        ("city: {en: Osaka, ja: 大阪}", "city: Osaka", 20, "must be a mapping"),
        ("city: {en: Osaka, ja: 大阪}", "city: [Osaka]", 20, "a list is written there"),
        ("city: {en: Osaka, ja: 大阪}", "city: {ja: 大阪}", 20, "has no en"),
        ("city: {en: Osaka, ja: 大阪}", "city: {en: {x: y}}", 20, "must be text on one line"),
        ("city: {en: Osaka, ja: 大阪}", "city: {en: ~, ja: 大阪}", 20, "there is no value after 'en:'"),
        ("city: {en: Osaka, ja: 大阪}", "city: {en: &x Osaka, ja: *x}", 20, "*x refers to something"),
        (f"en: {NAME}", 'en: "Embassy\\nBcc: evil@example.org"', 7, "must be on one line"),
        ("  jp-osaka:", "  JP Osaka:", 17, "lower-case ASCII words"),
        ("  jp-osaka:", "  jp/osaka:", 17, "lower-case ASCII words"),
        ("  jp-osaka:", "  ../../osaka:", 17, "lower-case ASCII words"),
        ("  jp-osaka:", "jp-osaka:", 17, "is at the level of 'recipients'"),
        ("    country: JP\n    city: {en: Tokyo", "    country: Japan\n    city: {en: Tokyo", 4, "Did you mean 'JP'?"),
        ("    kind: embassy", "    kind: embassy\n    verified: 2027-9-1", 4, "2027-09-24"),
        ("    kind: embassy", "    kind: embassy\n    closed: 2027-09-01T00:00:00Z", 4, "2027-09-24"),
        ("    kind: embassy", "    kind: embassy\n    hold: # ask first", 4, "there is no value after 'hold:'"),
        ("    kind: embassy", "    kind: embassy\n    skip:", 4, "there is no value after 'skip:'"),
        ("[3-4-33 Moto-Azabu, ", "[3-4-33 Moto-Azabu #801, ", 13, "double quotes"),
        ("    kind: embassy", "    kind: embassy\n    telephone: 03 3403 #12", 4, "as a comment"),
        ("kind: embassy", "kind: @embassy", 3, "cannot start with @"),
        ("kind: embassy", "kind: 'embassy", 3, "the quotation mark here is never closed"),
        ("kind: embassy", "kind: !!str embassy", 3, "the tag"),
        ("recipients:", "recipients: []\nold:", 1, "the file has no missions"),
    ],
)
def test_a_fault_in_the_list_of_recipients(workspace: WorkspaceCopy, old: str, new: str, line: int, said: str) -> None:
    workspace.edit(LIST, old, new)
    assert said in refuse(workspace, f"{LIST}:{line}")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ('[3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046]', "the quotation mark here is never closed"),
        ('["3-4-33 Moto-Azabu"; "Minato-ku, Tokyo 106-0046"]', "';' is used where YAML needs a comma"),
        ('["3-4-33 Moto-Azabu"、 "Minato-ku, Tokyo 106-0046"]', "'、' is used where YAML needs a comma"),
        ('["3-4-33 Moto-Azabu"， "Minato-ku, Tokyo 106-0046"]', "'，' is used where YAML needs a comma"),
        ('["3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046"]', "a quotation mark is missing on this line"),
        ('[3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046"', "the list that starts here with [ has no ]"),
    ],
)
def test_a_list_that_cannot_be_read_is_named_by_the_sign_that_is_wrong(
    workspace: WorkspaceCopy, written: str, said: str
) -> None:
    workspace.edit(LIST, "channels: [post, hand]", 'channels: [post, hand]\n    source: "the website"')
    workspace.edit(LIST, '[3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046"]', written)
    assert said in refuse(workspace, f"{LIST}:13")


@pytest.mark.parametrize(("written", "sign"), [("en: Tokyo; ja: 東京", ";"), ("en: Tokyo、ja: 東京", "、")])
def test_a_mapping_on_one_line_wants_commas(workspace: WorkspaceCopy, written: str, sign: str) -> None:
    workspace.edit(LIST, "en: Tokyo, ja: 東京", written)
    assert f"'{sign}' is used where YAML needs a comma" in refuse(workspace, f"{LIST}:5")


@pytest.mark.parametrize(
    ("path", "old", "new", "right"),
    [
        (CAMPAIGN, "day: 2027-09-24", "day: ２０２７-09-24", "2027-09-24"),
        (CAMPAIGN, "reference: LFNKR", "reference: ＬＦＮＫＲ", "LFNKR"),
        (LIST, "postal_code: 106-0046", "postal_code: １０６－００４６", "106-0046"),
        (LIST, "kind: embassy", "kind: ｅｍｂａｓｓｙ", "embassy"),
        (LIST, "languages: [en]", "languages: [ｅｎ]", "en"),
        (LIST, "    country: JP\n    city: {en: Osaka", "    country: ＪＰ\n    city: {en: Osaka", "JP"),
        (LIST, "  jp-osaka:", "  ｊｐ-osaka:", "jp-osaka"),
        (LIST, "channels: [post]", "channels: [post]\n    email: [a＠example.cn]", "a@example.cn"),
        (EN, "1. Let them", "1. On ２４ September, let them", "2"),
    ],
)
def test_what_is_typed_in_full_width_is_to_be_typed_in_half_width(
    workspace: WorkspaceCopy, path: str, old: str, new: str, right: str
) -> None:
    workspace.edit(path, old, new)
    told = refuse(workspace)
    assert f"Type it in half width (半角): {right}" in told
    assert "font that has it" not in told


@pytest.mark.parametrize(
    ("old", "new", "right"),
    [
        ("channels: [post, hand]", "channels: [post; hand]", "[post, hand]"),
        ("languages: [ja, en]", "languages: [ja、en]", "[ja, en]"),
        ("languages: [ja, en]", "languages: [ja，en]", "[ja, en]"),
    ],
)
def test_entries_of_a_list_that_no_comma_parts_are_told_as_such(
    workspace: WorkspaceCopy, old: str, new: str, right: str
) -> None:
    workspace.edit(LIST, old, new)
    assert f"Separate the entries with a comma and a space: {right}" in refuse(workspace)


@pytest.mark.parametrize("text", ["[" * 100_000, "{" * 100_000, "a: &a [x]\nb: [*a, *a]\n" * 50])
def test_brackets_without_end_and_a_thousand_laughs(workspace: WorkspaceCopy, text: str) -> None:
    workspace.write(LIST, text)
    refuse(workspace, f"{LIST}:1")


@pytest.mark.parametrize("point", [0x0000, 0x001B, 0x202E, 0x200B, 0xE000])
@pytest.mark.parametrize(
    ("path", "line", "words"), [(LIST, 7, "en: Embassy"), (CAMPAIGN, 22, "en: Kato"), (EN, 6, "We write")]
)
def test_a_character_that_hides_or_misleads(
    workspace: WorkspaceCopy, point: int, path: str, line: int, words: str
) -> None:
    workspace.edit(path, words, words + chr(point))
    assert refuse(workspace, f"{path}:{line}").count(f"U+{point:04X}") == 1


# --- the campaign -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("day: 2027-09-24", "day: 2026-09-24", 2, "not in 2027"),
        ("day: 2027-09-24", "day: 24.9.2027", 2, "2027-09-24"),
        ("reference: LFNKR", "reference: 'LF/..'", 5, "capital letters"),
        ("reference: LFNKR", "refrence: LFNKR", 5, "Did you mean 'reference'?"),
        ("reference: LFNKR", "reference:\n  - LFNKR", 5, "must be text on one line"),
        ("  title: {en: President", "  titel: {en: President", 8, "Did you mean 'title'?"),
        ("name: {en: Save North Korean Refugees Day, ja", "name: {en: Day, jp", 1, "Did you mean 'ja'?"),
        ("honorific: {en: His Excellency, ja: 閣下}", "honorific: {ja: 閣下}", 9, "has no en"),
        ("name: {en: Kato Hiroshi, ja: 加藤　博}", "name: {en: Kato Hiroshi}", 22, "has no ja"),
        (TITLE, f"{TITLE}\n    image: ../../../etc/shadow", 24, "not in letters/2027"),
        (TITLE, f"{TITLE}\n    image: /etc/shadow", 24, "not in letters/2027"),
        (TITLE, f"{TITLE}\n    image: no.png", 24, "no.png is missing"),
        (TITLE, f"{TITLE}\n    image: campaign.yaml", 24, "not a PNG or JPEG"),
        (TITLE, f"{TITLE}\n    image: {'x' * 300}.png", 24, "cannot be read"),
        (TITLE, f"{TITLE}\nenclosures: [{{file: petition.en.md, title: {{en: A, ja: B}}}}]", 24, "not a PDF"),
        (TITLE, f"{TITLE}\nenclosures:", 24, "there is no value after 'enclosures:'"),
        (TITLE, f"{TITLE}\nedition: 1.0", 24, "whole number"),
    ],
)
def test_a_fault_in_the_campaign(workspace: WorkspaceCopy, old: str, new: str, line: int, said: str) -> None:
    workspace.edit(CAMPAIGN, old, new)
    assert said in refuse(workspace, f"{CAMPAIGN}:{line}")


# --- letters ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("{{ recipient.nmae }}", 6, "Did you mean 'name'?"),
        ("a\n\n{% if false %}\n{{ yaer }}\n{% endif %}", 9, "'yaer' is not known"),
        ("a\n{% if recipient.city %}\nb", 7, "no end"),
        ("a\n{{ recipient.name", 7, "cannot be read"),
        ("{{ 1 / 0 }}", 6, "cannot use /"),
        ("{{ none }}", 6, "no text, but None"),
        ("{{ ''.__class__.__mro__ }}", 6, "nothing here has"),
        ("{% for a in 'xx' %}{% for b in 'xx' %}y{% endfor %}{% endfor %}", 6, "a loop within a loop"),
        ("{{ 'x' * 10000000000 }}", 6, "cannot use *"),
        ("{% macro x() %}{% endmacro %}", 6, "cannot use {% macro %}"),
        ("{% import 'os' as os %}", 6, "cannot use {% import %}"),
        ("{% block x %}{% endblock %}", 6, "cannot use {% block %}"),
        ("{% include '_missing.md' %}", 6, "there is no '_missing.md' to include"),
        ("{% include '../../recipients.yaml' %}", 6, "to include"),
        ("{% include 'petition.en.md' %}", 6, "to include"),
        ("{{ recipient.name | uper }}", 6, "Did you mean 'upper'?"),
        ("{{ sender.email }}", 6, "'sender.email' is empty, and is printed here, for jp-tokyo (recipients.yaml:2)"),
        ("a\nb <b>c</b>", 7, "HTML"),
        ("a\n\n![b](c.png)", 8, "picture"),
        ("a\n\n```\nb\n```", 8, "code block"),
        ("a\n\n    b", 8, "four spaces"),
        ("a\n\n***", 8, "horizontal rule"),
        ("### a", 6, "'## '"),
        ("a\n\n2027. b", 8, "numbered from 2027"),
        ("a\n[b](javascript:c)", 7, "no address of a link"),
        ("a\nb[^1]", 7, "not defined"),
        ("a\n\n[^1]: b", 8, "never called"),
        ("a[^1]\n\n[^1]: b\n\n    c", 8, "single paragraph"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |", 8, "3 cells, and the table has 2 columns"),
        ("- a\n  - b\n    - c\n      - d", 9, "more than 3 deep"),
        ("a\nb **c", 7, "would be printed as text"),
    ],
)
def test_a_fault_in_the_text_of_a_letter(workspace: WorkspaceCopy, text: str, line: int, said: str) -> None:
    workspace.edit(EN, FIRST, text)
    assert said in refuse(workspace, f"{EN}:{line}")


@pytest.mark.parametrize(
    ("old", "new", "line", "said"),
    [
        ("subject: Petition on {{ campaign.name }}, {{ campaign.day }}", "subject: {{ campaign.name }}", 2, "quotes"),
        ("subject: Petition on", "subject: Petition: on", 2, "double quotes"),
        ("subject: Petition on {{ campaign.name", "subject: Petition on {{ campaign.nmae", 2, "Did you mean 'name'?"),
        ("closing: Respectfully yours,", "closing: [Respectfully, yours]", 4, "must be text on one line"),
        ("closing: Respectfully yours,", "closing: |\n  a\n  b", 4, "must be on one line"),
        ("closing: Respectfully yours,", "clsing: Respectfully yours,", 4, "Did you mean 'closing'?"),
        ("closing: Respectfully yours,\n---\n", "closing: Respectfully yours,\n", 1, "has no end"),
    ],
)
def test_a_fault_in_the_head_of_a_letter(workspace: WorkspaceCopy, old: str, new: str, line: int, said: str) -> None:
    workspace.edit(EN, old, new)
    assert said in refuse(workspace, f"{EN}:{line}")


def test_a_letter_missing_in_a_language(workspace: WorkspaceCopy) -> None:
    (workspace.folder / JA).unlink()
    assert "jp-tokyo gets letters in ja" in refuse(workspace, JA)


def test_paragraphs_that_include_themselves_and_each_other(workspace: WorkspaceCopy) -> None:
    workspace.write(SHARED, "a\n{% include '_request.ja.md' %}\n")
    assert "go round in a circle" in refuse(workspace, f"{SHARED}:2")
    workspace.write(SHARED, "{% include '_other.ja.md' %}\n")
    workspace.write("letters/2027/_other.ja.md", "{% include '_request.ja.md' %}\n")
    refuse(workspace, f"{SHARED}:1", "letters/2027/_other.ja.md:1")


def test_a_fault_in_an_included_paragraph(workspace: WorkspaceCopy) -> None:
    workspace.write(SHARED, "{# remark\nover lines #}\n\nよろしく<b>\n")
    assert "HTML" in refuse(workspace, f"{SHARED}:4")


@pytest.mark.parametrize(
    ("theme", "room"),
    [("{}", "82.3 mm fit the address"), ("window: {font_size: 10}", "73 mm fit the window")],
    ids=["without a window", "in a window"],
)
def test_a_line_of_the_address_that_does_not_fit(workspace: WorkspaceCopy, theme: str, room: str) -> None:
    workspace.write("letters/theme/theme.yaml", f"{theme}\n")
    workspace.edit(
        LIST, "3-4-33 Moto-Azabu", "3-4-33 Moto-Azabu, Roppongi Hills Residence Tower Number Seventeen".replace(",", "")
    )
    assert f"mm long, and {room}: " in refuse(workspace, f"{LIST}:13")


# --- all of it --------------------------------------------------------------------------------------------------------


def test_all_faults_of_all_files_are_told_at_once(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "kind: consulate-general", "kind: consulate general")
    workspace.edit(LIST, "channels: [post]", "channels: [psot]")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    workspace.edit(CAMPAIGN, TITLE, f"{TITLE}\n    image: ../x.png")
    workspace.edit(EN, FIRST, "{{ recipient.nmae }}")
    workspace.edit(EN, "closing:", "clsing:")
    workspace.write(SHARED, "難民".encode("cp932"))
    workspace.write("letters/theme/theme.yaml", "margins: {left: wide}\naccent: blue\n")
    workspace.write("letters/theme/logo.png", b"GIF89a")
    refuse(
        workspace,
        f"{LIST}:18",
        f"{LIST}:15",
        f"{CAMPAIGN}:5",
        f"{CAMPAIGN}:24",
        f"{EN}:4",
        f"{SHARED}:1",
        "letters/theme/theme.yaml:1",
        "letters/theme/theme.yaml:2",
        "letters/theme/logo.png",
    )


def test_what_was_built_before_stays_as_it_is(workspace: WorkspaceCopy) -> None:
    assert workspace.run("build", "--only", "jp-osaka").status == 0
    assert workspace.list_made()
    workspace.edit(LIST, "kind: embassy", "kind: embasy")
    refuse(workspace, f"{LIST}:3")


def test_a_name_with_signs_of_markup_is_no_fault(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, f"en: {NAME}", "en: R&D <Embassy> *of* _the_ [PRC] {{ 1 }}")
    assert workspace.run("check").status == 0


@pytest.mark.skipif(os.name != "posix", reason="names of files are bytes on POSIX alone")
def test_the_name_of_a_file_cannot_write_on_the_terminal(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/2027/_\x1b[31mred\n.md", "x")
    said = refuse(workspace, "letters/2027/_\\x1b[31mred\\n.md")
    assert "\x1b" not in said


def test_no_workspace_at_all(tmp_path: Path, workspace: WorkspaceCopy) -> None:
    workspace.folder.rename(tmp_path / "elsewhere")
    ending = workspace.run("build")
    assert ending.status == 3
    assert "There is no folder" in ending.err


# --- signs of another width -------------------------------------------------------------------------------------------


def test_a_full_width_colon_is_named_where_it_stands(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "kind: embassy", "kind： embassy")
    assert "there is a full-width colon ： (U+FF1A) here" in refuse(workspace, f"{LIST}:3")


def test_a_full_width_blank_in_front_is_named_where_it_stands(workspace: WorkspaceCopy) -> None:
    workspace.edit(LIST, "    kind: embassy", "\u3000\u3000kind: embassy")
    assert "there is a full-width or no-break space here" in refuse(workspace, f"{LIST}:3")


def test_one_brace_for_two_is_refused_and_an_escaped_one_is_itself(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "{{ recipient.city }}", "{ recipient.city }")
    assert "a single brace stands here" in refuse(workspace, f"{EN}:9")
    workspace.edit(EN, "{ recipient.city }", "\\{the capital\\}")
    assert workspace.run("check").status == 0
