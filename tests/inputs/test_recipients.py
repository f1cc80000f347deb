"""recipients.yaml: text to missions, with every fault found."""

import pytest

from conftest import WorkspaceCopy
from petitioner.errors import Problem
from petitioner.inputs.recipients import read_recipients

OSAKA = """\
  jp-osaka:
    kind: consulate-general
    country: JP
    city: {en: Osaka, ja: 大阪}
    name:
      en: Consulate-General of the People's Republic of China in Osaka
      ja: 中華人民共和国駐大阪総領事館
    address:
      postal_code: 550-0004
      lines:
        ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]
        en: [3-9-2 Utsubo-Hommachi, "Nishi-ku, Osaka 550-0004"]
    languages: [ja, en]
    channels: [post]
"""
FILE = "recipients:\n" + OSAKA


def tell(old: str = "", new: str = "", *, file: str = FILE) -> list[Problem]:
    """The problems after one edit of the file."""
    assert file.count(old) == 1 or not old
    _, problems = read_recipients(file.replace(old, new).encode() if old else file.encode())
    return list(problems)


def brief(problems: list[Problem]) -> list[tuple[int, str]]:
    """Line and code of each problem."""
    return [(problem.line, problem.code) for problem in problems]


@pytest.mark.parametrize(
    "table",
    [
        "kind,country,city\nembassy,Japan,Tokyo\n",
        "種別\t都市\tURL\n大使館\t東京\thttp://x.cn/: a\n",
        '"id";"city"\r\n"a";"b"\r\n',
    ],
)
def test_a_table_is_told_how_it_is_imported(table: str) -> None:
    (problem,) = tell(file=table)
    assert (problem.line, problem.code) == (1, "R300")
    assert problem.hint.endswith("petitioner recipients import missions.csv")


def test_a_file_whose_key_is_missing_is_no_table() -> None:
    assert brief(tell(file="jp-osaka, jp-tokyo:\n  kind: embassy\n"))[0] == (1, "R300")
    assert "Start the file with 'recipients:'" in tell(file="jp-osaka\n")[0].hint
    assert tell(file=f"a, b\n{FILE}")[0].code == "S103"


def test_a_mission_is_read_as_it_was_written() -> None:
    (osaka,), problems = read_recipients(FILE.encode())
    assert problems == ()
    assert osaka.id == "jp-osaka"
    assert osaka.is_written_to
    assert osaka.address.lines["ja"] == ("〒550-0004", "大阪府大阪市西区靱本町3-9-2")
    assert (osaka.origin.path, osaka.origin.line) == ("recipients.yaml", 2)
    assert osaka.origin.line_of("address", "lines", "en", 1) == 13


def test_norway_is_a_country_and_a_postal_code_keeps_its_zero() -> None:
    file = FILE.replace("country: JP", "country: NO").replace("550-0004", "01234")
    (oslo,), problems = read_recipients(file.encode())
    assert problems == ()
    assert (oslo.country, oslo.address.postal_code) == ("NO", "01234")


@pytest.mark.parametrize(
    ("old", "new", "line", "code", "said"),
    [
        ("country: JP", "country: Japan", 4, "R304", "Did you mean 'JP'?"),
        ("country: JP", "country: jp", 4, "R304", "Did you mean 'JP'?"),
        ("country: JP", "country: ZZ", 4, "R304", "ISO 3166"),
        ("kind: consulate-general", "kind: consulate general", 3, "V204", "Did you mean 'consulate-general'?"),
        ("kind: consulate-general", "kind: [office]", 3, "V203", ""),
        ("[post]", "[]", 15, "R305", "post, email, hand"),
        ("[post]", "post", 15, "V203", ""),
        ("[post]", "[post, fax]", 15, "V204", "Allowed: post, email, hand."),
        ("[post]", "[post, email]", 15, "R305", "email:"),
        ("[post]", "[post, post]", 15, "R305", "Delete one"),
        ("[ja, en]", "[]", 14, "R301", "[en]"),
        ("[ja, en]", "[ja, en, ja]", 14, "R301", "Delete one"),
        ("[ja, en]", "[jp, en]", 14, "R301", "Did you mean 'ja'?"),
        ("[ja, en]", "[ja, en, zh-CN]", 14, "R301", "Did you mean 'zh-Hans'?"),
        ("[ja, en]", "[ja, en, Korean]", 14, "R301", "Did you mean 'ko'?"),
        ("[ja, en]", "[ja, en, xx]", 14, "R301", "Known languages: ar, en, fr, ja, ko, ru, zh-Hans, zh-Hant."),
        ("city: {en: Osaka, ja", "city: {en: Osaka, ja_JP", 5, "R301", "Did you mean 'ja'?"),
        ("      en: Consulate", "      eng: Consulate", 7, "R301", "Did you mean 'en'?"),
        ("        en: [3-9-2", "        cn: [3-9-2", 13, "R301", "Did you mean 'zh-Hans'?"),
        (", ja: 大阪}", "}", 5, "R302", "Add 'ja: …' there"),
        ("      ja: 中華人民共和国駐大阪総領事館\n", "", 6, "R302", "remove ja from"),
        ('"Nishi-ku, Osaka 550-0004"', "Osaka", 13, "R303", "verbatim"),
        ('[3-9-2 Utsubo-Hommachi, "Nishi-ku, Osaka 550-0004"]', "[]", 13, "R303", "at least one line"),
        ("[ja, en]\n", "[ja, en]\n    chanels: [post]\n", 15, "V202", "Did you mean 'channels'?"),
        ("[ja, en]\n", "[ja, en]\n    id: jp-kyoto\n", 15, "V202", ""),
        ("[ja, en]\n", "[ja, en]\n    hold:\n", 15, "S110", "delete the line"),
        ("[ja, en]\n", "[ja, en]\n    skip: # until May\n", 15, "S110", "delete the line"),
        ("[ja, en]\n", "[ja, en]\n    closed: 2020\n", 15, "V204", ""),
        ("[ja, en]\n", "[ja, en]\n    postal_code: 550-0004\n", 15, "V202", "It belongs in 'address'."),
        ("  jp-osaka:", "  JP Osaka:", 2, "V204", ""),
        ("  jp-osaka:", "  ../osaka:", 2, "V204", ""),
        ("    kind: consulate-general\n", "", 2, "V201", "Add a line 'kind: …'."),
    ],
)
def test_a_fault_is_told_at_its_line_with_what_to_do(old: str, new: str, line: int, code: str, said: str) -> None:
    problems = [problem for problem in tell(old, new) if problem.code == code]
    assert (line, code) in brief(problems)
    said = "belongs on the envelope" if said == "verbatim" else said
    assert said in problems[0].hint


def test_an_unknown_language_is_not_also_called_untranslated() -> None:
    assert brief(tell("[ja, en]", "[ja, en, zh]")) == [(14, "R301")]


def test_a_closed_mission_needs_no_translations() -> None:
    assert tell(", ja: 大阪}", "}\n    closed: 2020-07-24") == []


def test_an_address_without_lines_is_told() -> None:
    lines = FILE[FILE.index("      lines:") : FILE.index("    languages")]
    assert brief(tell(lines, "      lines: {}\n")) == [(11, "R303")]


def test_all_faults_of_all_missions_come_in_one_go() -> None:
    file = FILE.replace("JP", "XX") + OSAKA.replace("osaka", "kobe").replace("[post]", "[pots]").replace(
        "Osaka", "Kobe"
    )
    assert brief(tell(file=file)) == [(4, "R304"), (29, "V204")]


@pytest.mark.parametrize(
    ("file", "line", "said"),
    [
        ("# nothing yet\n", 1, "the file has no missions"),
        ("recipients: {}\n", 1, "the file has no missions"),
        ("recipients: [jp-osaka]\n", 1, "the file has no missions"),
        ("- recipients\n", 1, "the file has no missions"),
        (FILE + "jp-kobe:\n  kind: embassy\n", 16, "'jp-kobe' is at the level of 'recipients', not below it"),
        ("recipients:\n  jp-osaka: soon\n", 2, "'jp-osaka' must hold a mapping"),
    ],
)
def test_a_file_of_another_shape_is_told(file: str, line: int, said: str) -> None:
    (problem,) = tell(file=file)
    assert problem.line == line
    assert said in problem.message


def test_two_missions_of_one_id_are_told() -> None:
    assert brief(tell(file=FILE + OSAKA)) == [(16, "S104")]


def test_a_head_must_be_named_in_each_language_once_it_is_confirmed() -> None:
    head = "    head:\n      name: {en: Xue Jian}\n"
    assert tell(file=FILE + head) == []
    (problem,) = tell(file=FILE + head + "      confirmed: 2027-08-20\n")
    assert (problem.line, problem.code) == (17, "R302")
    assert "'head.name' has no ja" in problem.message


def test_five_hundred_missions_keep_their_lines() -> None:
    blocks = [
        OSAKA.replace("osaka", f"m{n}")
        .replace("in Osaka", f"in M{n}")
        .replace("駐大阪", f"駐{n}")
        .replace("3-9-2", f"{n}")
        for n in range(500)
    ]
    recipients, problems = read_recipients(("recipients:\n" + "".join(blocks)).encode())
    assert problems == ()
    assert len(recipients) == 500
    assert recipients[-1].origin.line == 2 + 499 * 14


def test_a_mission_cannot_be_called_as_the_folder_for_print_runs(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "  jp-osaka:", "  print:")
    ending = workspace.run("check")
    assert (
        "recipients.yaml:17: the id 'print' is the name of the folder for print runs, out/…/print [R318]" in ending.err
    )
