"""The command that tells every fault, and the codes by which it names them."""

import ast
import json
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from petitioner.model.codes import ERRORS, WARNINGS

CAMPAIGN = "letters/2027/campaign.yaml"
EN, JA, SHARED = (f"letters/2027/{name}" for name in ("petition.en.md", "petition.ja.md", "_request.ja.md"))
SOURCES = Path(__file__).parents[2] / "src" / "petitioner"


def find_codes() -> set[str]:
    """Every text of a letter and three digits that is an argument somewhere in the program."""
    trees = [ast.parse(file.read_text("utf-8")) for file in SOURCES.rglob("*.py") if file.name != "codes.py"]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = {node.value for node in nodes if isinstance(node.value, str)}
    return {text for text in texts if len(text) == 4 and text[0].isupper() and text[1:].isdigit()}


def test_every_code_that_the_program_uses_has_a_meaning_and_every_meaning_a_use() -> None:
    assert find_codes() == {*ERRORS, *WARNINGS}
    assert not set(ERRORS) & set(WARNINGS)


def test_a_sound_workspace_is_done_and_the_next_command_is_named(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("check")
    assert (ending.status, ending.out) == (0, "")
    reading = "no native reader has read petition.en, petition.ja. Once that is done: petitioner read en ja"
    assert ending.err.splitlines() == [
        "3 letters to 2 recipients; 0 errors, 0 warnings.",
        f"Still to be read: {reading}",
        "Next: petitioner build",
    ]


def test_one_letter_is_called_one_letter(workspace: WorkspaceCopy) -> None:
    assert "1 letter to 1 recipient;" in workspace.run("check", "--only", "jp-osaka").err


def test_the_real_letters_have_no_fault(
    real: WorkspaceCopy, seoul: WorkspaceCopy, five_languages: WorkspaceCopy, showcase: WorkspaceCopy
) -> None:
    assert "6 letters to 4 recipients; 0 errors, 0 warnings." in five_languages.run("check").err
    assert "4 letters to 1 recipient; 0 errors, 0 warnings." in showcase.run("check").err
    assert "21 letters to 7 recipients; 0 errors, 0 warnings." in real.run("check").err
    assert "1 letter to 1 recipient; 0 errors, 0 warnings." in seoul.run("check").err


def test_faults_are_told_by_file_and_line_each_with_its_code_and_a_hint(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "kind: embassy", "kind: embasy")
    workspace.edit("recipients.yaml", "channels: [post, hand]", "channels: []")
    workspace.edit(EN, "closing: Respectfully yours,\n", "")
    ending = workspace.run("check")
    assert ending.status == 3
    assert ending.err.splitlines() == [
        f"{EN}:2: 'closing' is missing [V201]",
        "    Add a line 'closing: …'.",
        "recipients.yaml:3: 'kind' cannot be 'embasy' [V204]",
        "    Did you mean 'embassy'? Allowed: embassy, consulate-general, consulate, office.",
        "recipients.yaml:29: 'channels' is empty [R305]",
        "    Give at least one of post, email, hand.",
        "3 errors, 0 warnings.",
        "Next: petitioner check  (fix the errors above first)",
    ]


def test_json_gives_the_letters_and_each_problem_with_the_same_six_keys(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    workspace.write("letters/theme/theme.yml", "accent: '#123456'\n")
    ending = workspace.run("check", "--json")
    assert ending.status == 3
    assert json.loads(ending.out) == {
        "letters": 3,
        "problems": [
            {
                "path": CAMPAIGN,
                "line": 5,
                "code": "C403",
                "message": "'reference' cannot be 'lf'",
                "hint": "Give two to twelve capital letters and digits, such as LFNKR.",
                "severity": "error",
            },
            {
                "path": "letters/theme/theme.yml",
                "line": 1,
                "code": "T104",
                "message": "this file is not used",
                "hint": "Did you mean 'theme.yaml'? Files of a theme: theme.yaml, letter.css, logo.png, logo.jpg.",
                "severity": "warning",
            },
        ],
    }
    assert "C403" not in ending.err


def test_json_of_a_sound_workspace_is_as_complete(workspace: WorkspaceCopy) -> None:
    assert json.loads(workspace.run("check", "--json").out) == {"letters": 3, "problems": []}


def test_a_warning_is_told_and_passed_over_unless_strict(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/theme/theme.yml", "accent: '#123456'\n")
    ending = workspace.run("check")
    assert ending.status == 0
    assert "letters/theme/theme.yml: warning: this file is not used [T104]" in ending.err
    assert "0 errors, 1 warning." in ending.err
    assert workspace.run("check", "--strict").status == 1
    assert workspace.run("build", "--only", "jp-osaka").status == 0


def test_errors_come_first_and_then_the_warnings(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "1. Let them stay.", "1. Let  them stay.")
    workspace.edit("recipients.yaml", "kind: embassy", "kind: embasy")
    told = [line for line in workspace.run("check").err.splitlines() if line.endswith("]")]
    assert [line.split(":")[0] for line in told] == ["recipients.yaml", EN]


BROKEN = {
    "the campaign": (CAMPAIGN, "day: 2027-09-24", "day: 24 September 2027"),
    "a key of the campaign": (CAMPAIGN, "  title: {en: President", "  titel: {en: President"),
    "a text of the campaign": (CAMPAIGN, "{en: Executive Director, ja: 理事長}", "{en: Executive Director}"),
    "the campaign's YAML": (CAMPAIGN, "reference: LFNKR", 'reference: "LFNKR'),
    "a mission": ("recipients.yaml", "kind: embassy", "kind: embasy"),
    "the list's YAML": ("recipients.yaml", "kind: embassy", 'kind: "embassy'),
    "an address": ("recipients.yaml", "3-4-33 Moto-Azabu", "3-4-33 Moto-Azabu" * 9),
    "a font": ("letters/theme/theme.yaml", "", "fonts: {en: {size: 99}}\n"),
    "the same letter's Markdown": (EN, "with *respect*", "with **respect*"),
    "another letter": (JA, "{{ recipient.name }}", "{{ recipient.nmae }}"),
    "a paragraph of another letter": (SHARED, "難民", "{{ nobody }}"),
}


@pytest.mark.parametrize("where", BROKEN)
def test_an_error_hides_no_fault_in_the_words_of_other_files(workspace: WorkspaceCopy, where: str) -> None:
    path, old, new = BROKEN[where]
    workspace.edit(EN, "1. Let them stay.", "1. Let  them stay XXX.")
    workspace.edit(EN, "2. Let them go on.", "2. Let them go on, ２.")
    if where not in ("another letter", "a paragraph of another letter"):
        workspace.edit(JA, "のお願い", "のお願い,")
    workspace.write(path, new) if not old else workspace.edit(path, old, new)
    told = [line for line in workspace.run("check").err.splitlines() if line.endswith("]")]
    assert any(line.startswith(f"{path}:") for line in told)
    found = {(line.split(": ")[0], line[-5:-1]) for line in told}
    assert {(f"{EN}:12", "W204"), (f"{EN}:12", "W236"), (f"{EN}:13", "G101")} <= found
    assert ((f"{JA}:6", "W232") in found) is (where not in ("another letter", "a paragraph of another letter"))


def test_an_error_hides_no_fault_in_the_letters_that_are_chosen_and_brings_none_of_others(
    workspace: WorkspaceCopy,
) -> None:
    workspace.edit(CAMPAIGN, "day: 2027-09-24", "day: 24 September 2027")
    workspace.edit(EN, "1. Let them stay.", "1. Let them stay XXX.")
    workspace.edit(JA, "のお願い", "のお願い XXX")
    told = workspace.run("check", "--only", "jp-osaka").err
    assert f"{EN}:12: 'XXX' is still to be filled in [W204]" in told
    assert JA not in told


def test_what_is_put_together_while_the_campaign_has_an_error_stops_nothing(workspace: WorkspaceCopy) -> None:
    """A blank of the letter and a selector of the name make a sign that no font has, and that stands in no file."""
    workspace.edit(CAMPAIGN, "day: 2027-09-24", "day: 24 September 2027")
    workspace.edit("recipients.yaml", "en: Embassy", "en: \ufe0fEmbassy")
    assert "[V204]" in workspace.run("check").err


def test_warnings_that_the_campaign_accepts_stay_accepted_while_it_has_an_error(workspace: WorkspaceCopy) -> None:
    workspace.edit(EN, "1. Let them stay.", "1. Let  them stay.")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\naccepted_warnings: {W236: typed so}")
    workspace.edit(CAMPAIGN, "day: 2027-09-24", "day: 24 September 2027")
    assert "1 error, 0 warnings." in workspace.run("check").err


@pytest.mark.parametrize("example", ["real", "showcase", "seoul", "five_languages"])
@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (CAMPAIGN, "day: 2027-09-24", "day: 24 September 2027"),
        (CAMPAIGN, "\naddressee:", "\nadressee:"),
        (CAMPAIGN, "\nsender:", "\nsendr:"),
        (CAMPAIGN, "\nsignatories:", "\nsignatories: nobody\nolder:"),
        (CAMPAIGN, "\nreference: ", '\nreference: "'),
        (CAMPAIGN, "time_zone: ", "time_zone: [Asia]\nolder_zone: "),
        ("recipients.yaml", "\nrecipients:", "\nrecipients: ["),
        ("recipients.yaml", "    kind: ", "    kind: a "),
    ],
)
def test_an_error_brings_none_about_what_stands_in_for_it(
    request: pytest.FixtureRequest, example: str, path: str, old: str, new: str
) -> None:
    workspace: WorkspaceCopy = request.getfixturevalue(example)
    text = (workspace.folder / path).read_text("utf-8")
    assert old in text
    workspace.write(path, text.replace(old, new, 1))
    told = [line for line in workspace.run("check").err.splitlines() if line.endswith("]")]
    assert told
    assert all(line.startswith(f"{path}:") for line in told), told


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("recipients.yaml", "languages: [ja, en]", "languages: [jp, en]"),
        ("recipients.yaml", "city: {en: Tokyo, ja: 東京}", "city: {en: Tokyo, jp: 東京}"),
        (CAMPAIGN, "name: {en: Save North Korean Refugees Day, ja:", "name: {en: Save North Korean Refugees Day, jp:"),
        (CAMPAIGN, "day: 2027-09-24", "day: 2026-09-24"),
        (CAMPAIGN, "addressee:", "adressee:"),
        (EN, "closing:", "closeing:"),
        ("recipients.yaml", "recipients:", "recipient:"),
    ],
)
def test_what_follows_from_an_error_is_not_told(workspace: WorkspaceCopy, path: str, old: str, new: str) -> None:
    workspace.edit(path, old, new)
    told = [line for line in workspace.run("check").err.splitlines() if line.endswith("]")]
    assert [line.split(":")[0] for line in told] == [path]


def test_a_letter_in_a_file_with_a_wrong_language_is_not_missing_as_well(workspace: WorkspaceCopy) -> None:
    (workspace.folder / JA).rename(workspace.folder / "letters/2027/petition.jp.md")
    told = [line for line in workspace.run("check").err.splitlines() if line.endswith("]")]
    assert told == ["letters/2027/petition.jp.md: unknown language 'jp' [R301]"]


def test_a_slip_in_one_language_of_many_missions_brings_no_warning_of_the_campaign(real: WorkspaceCopy) -> None:
    text = (real.folder / "recipients.yaml").read_text("utf-8")
    real.write("recipients.yaml", text.replace("languages: [zh-Hans, ja, en]", "languages: [zh-Hans, jp, en]", 1))
    told = [line for line in real.run("check").err.splitlines() if line.endswith("]")]
    assert told == ["recipients.yaml:23: unknown language 'jp' [R301]"]


def test_json_counts_lines_from_one_for_each_problem(workspace: WorkspaceCopy) -> None:
    (workspace.folder / SHARED).unlink()
    (workspace.folder / JA).unlink()
    workspace.write("letters/2027/petition.fr.md", "---\n")
    workspace.write("letters/theme/theme.yml", "accent: '#123456'\n")
    problems = json.loads(workspace.run("check", "--json").out)["problems"]
    assert len(problems) >= 3
    assert all(problem["line"] >= 1 for problem in problems)


def test_a_warning_that_the_campaign_accepts_is_not_told(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/theme/theme.yml", "accent: '#123456'\n")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\naccepted_warnings: {T104: kept as a sample}")
    ending = workspace.run("check", "--strict")
    assert (ending.status, "T104" in ending.err) == (0, False)


def test_an_error_cannot_be_accepted(workspace: WorkspaceCopy) -> None:
    workspace.edit("recipients.yaml", "country: JP\n    city: {en: Osaka", "country: XX\n    city: {en: Osaka")
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\naccepted_warnings: {R304: we know}")
    ending = workspace.run("check")
    assert ending.status == 3
    assert "[R304]" in ending.err
    assert f"{CAMPAIGN}:6: 'R304' is an error, which cannot be accepted [C408]" in ending.err


def test_errors_are_told_even_when_quiet(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    ending = workspace.run("--quiet", "check")
    assert ending.status == 3
    assert "[C403]" in ending.err
    assert "Next" not in ending.err


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_fault_in_the_list_is_told_even_when_the_faulty_one_is_chosen(workspace: WorkspaceCopy, command: str) -> None:
    workspace.edit("recipients.yaml", "kind: consulate-general", "kind: consulate general")
    ending = workspace.run(command, "--only", "jp-osaka")
    assert ending.status == 3
    assert "recipients.yaml:18:" in ending.err


def test_a_font_that_is_not_on_the_machine_is_told(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/theme/theme.yaml", "fonts: {en: {pdf: [No Such Serif]}}\n")
    ending = workspace.run("check")
    assert ending.status == 3
    assert "the font 'No Such Serif', for en, is not on this machine [T102]" in ending.err
    assert "petitioner doctor" in ending.err
