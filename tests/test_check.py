"""The command that tells every fault, and the codes by which it names them."""

import ast
import json
from pathlib import Path

import pytest

from conftest import Bench
from petitioner.model.codes import ERRORS, WARNINGS

CAMPAIGN = "letters/2027/campaign.yaml"
EN = "letters/2027/petition.en.md"
SOURCES = Path(__file__).parent.parent / "src" / "petitioner"


def find_codes() -> set[str]:
    """Every text of a letter and three digits that is an argument somewhere in the program."""
    trees = [ast.parse(file.read_text("utf-8")) for file in SOURCES.rglob("*.py") if file.name != "codes.py"]
    nodes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)]
    texts = {node.value for node in nodes if isinstance(node.value, str)}
    return {text for text in texts if len(text) == 4 and text[0].isupper() and text[1:].isdigit()}


def test_every_code_that_the_program_uses_has_a_meaning_and_every_meaning_a_use() -> None:
    assert find_codes() == {*ERRORS, *WARNINGS}
    assert not set(ERRORS) & set(WARNINGS)


def test_a_sound_workspace_is_done_and_the_next_command_is_named(bench: Bench) -> None:
    ending = bench.run("check")
    assert (ending.status, ending.out) == (0, "")
    reading = "no native reader has read petition.en, petition.ja. Once that is done: petitioner read en ja"
    assert ending.err.splitlines() == [
        "3 letters to 2 recipients; 0 errors, 0 warnings.",
        f"Still to be read: {reading}",
        "Next: petitioner build",
    ]


def test_one_letter_is_called_one_letter(bench: Bench) -> None:
    assert "1 letter to 1 recipient;" in bench.run("check", "--only", "jp-osaka").err


def test_the_real_letters_have_no_fault(real: Bench, seoul: Bench, showcase: Bench) -> None:
    assert "4 letters to 1 recipient; 0 errors, 0 warnings." in showcase.run("check").err
    assert "21 letters to 7 recipients; 0 errors, 0 warnings." in real.run("check").err
    assert "1 letter to 1 recipient; 0 errors, 0 warnings." in seoul.run("check").err


def test_faults_are_told_by_file_and_line_each_with_its_code_and_a_hint(bench: Bench) -> None:
    bench.edit("recipients.yaml", "kind: embassy", "kind: embasy")
    bench.edit("recipients.yaml", "channels: [post, hand]", "channels: []")
    bench.edit(EN, "closing: Respectfully yours,\n", "")
    ending = bench.run("check")
    assert ending.status == 3
    assert ending.err.splitlines() == [
        f"{EN}:2: 'closing' is missing [V201]",
        "    Add a line 'closing: …'.",
        "recipients.yaml:3: 'kind' cannot be 'embasy' [V204]",
        "    Did you mean 'embassy'? Allowed: embassy, consulate-general, consulate, office.",
        "recipients.yaml:29: 'channels' is empty [R305]",
        "    Give at least one of post, email, hand.",
        "3 errors, 0 warnings.",
        "Next: petitioner check  (once the lines above are mended)",
    ]


def test_json_gives_the_letters_and_each_problem_with_the_same_six_keys(bench: Bench) -> None:
    bench.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    bench.write("letters/theme/theme.yml", "accent: '#123456'\n")
    ending = bench.run("check", "--json")
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
                "line": 0,
                "code": "T104",
                "message": "nothing reads this file",
                "hint": "Did you mean 'theme.yaml'? A theme is made of theme.yaml, letter.css, logo.png, logo.jpg.",
                "severity": "warning",
            },
        ],
    }
    assert "C403" not in ending.err


def test_json_of_a_sound_workspace_is_as_complete(bench: Bench) -> None:
    assert json.loads(bench.run("check", "--json").out) == {"letters": 3, "problems": []}


def test_a_warning_is_told_and_passed_over_unless_strict(bench: Bench) -> None:
    bench.write("letters/theme/theme.yml", "accent: '#123456'\n")
    ending = bench.run("check")
    assert ending.status == 0
    assert "letters/theme/theme.yml: warning: nothing reads this file [T104]" in ending.err
    assert "0 errors, 1 warning." in ending.err
    assert bench.run("check", "--strict").status == 1
    assert bench.run("build", "--only", "jp-osaka").status == 0


def test_a_warning_that_the_campaign_accepts_is_not_told(bench: Bench) -> None:
    bench.write("letters/theme/theme.yml", "accent: '#123456'\n")
    bench.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\naccepted_warnings: {T104: kept as a sample}")
    ending = bench.run("check", "--strict")
    assert (ending.status, "T104" in ending.err) == (0, False)


def test_an_error_cannot_be_accepted(bench: Bench) -> None:
    bench.edit("recipients.yaml", "country: JP\n    city: {en: Osaka", "country: XX\n    city: {en: Osaka")
    bench.edit(CAMPAIGN, "reference: LFNKR", "reference: LFNKR\naccepted_warnings: {R304: we know}")
    ending = bench.run("check")
    assert ending.status == 3
    assert "[R304]" in ending.err
    assert f"{CAMPAIGN}:6: 'R304' is an error, which cannot be accepted [C408]" in ending.err


def test_errors_are_told_even_when_quiet(bench: Bench) -> None:
    bench.edit(CAMPAIGN, "reference: LFNKR", "reference: lf")
    ending = bench.run("--quiet", "check")
    assert ending.status == 3
    assert "[C403]" in ending.err
    assert "Next" not in ending.err


@pytest.mark.parametrize("command", ["check", "build"])
def test_a_fault_in_the_list_is_told_even_when_the_faulty_one_is_chosen(bench: Bench, command: str) -> None:
    bench.edit("recipients.yaml", "kind: consulate-general", "kind: consulate general")
    ending = bench.run(command, "--only", "jp-osaka")
    assert ending.status == 3
    assert "recipients.yaml:18:" in ending.err


def test_a_font_that_is_not_on_the_machine_is_told(bench: Bench) -> None:
    bench.write("letters/theme/theme.yaml", "fonts: {en: {pdf: [No Such Serif]}}\n")
    ending = bench.run("check")
    assert ending.status == 3
    assert "the font 'No Such Serif', for en, is not on this machine [T102]" in ending.err
    assert "petitioner doctor" in ending.err
