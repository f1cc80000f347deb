"""Templates that never end, or grow without end: each is refused by name, and `check` takes no longer for them."""

import json
import resource
import subprocess
import sys

import pytest

from conftest import WorkspaceCopy

HEAD = "---\nsubject: S\nclosing: Yours,\n---\n"
DOUBLE = "{% set a = a ~ a %}"
ENDLESS = {
    "loops": ("M606", "{% for a in [1, 2] %}{% for b in [1, 2] %}x{% endfor %}{% endfor %}"),
    "range": ("M602", "{% for a in range(10 ** 9) %}x{% endfor %}"),
    "times": ("M606", "{{ 'x' * 10 ** 9 }}"),
    "power": ("M606", "{{ 9 ** 9 ** 9 }}"),
    "macro": ("M606", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    "joined": ("M603", f"{{% set a = 'x' %}}{DOUBLE * 40}{{{{ a }}}}"),
    "added": ("M603", "{% set a = 'x' %}" + "{% set a = a + a %}" * 40 + "ok"),
    "listed": ("M603", "{% set a = [1] %}" + "{% set a = a + a %}" * 40 + "{% for x in a %}{% endfor %}ok"),
    "walked": ("M603", "{% for x in [" + "1," * 20_000 + "] %}{% if x == 2 %}y{% endif %}{% endfor %}ok"),
    "titled": ("M603", f"{{% for x in [{'1,' * 9000}] %}}{{% set b = '{'x' * 90_000}'|title %}}{{% endfor %}}ok"),
    "deep": ("M601", "{% if 1 %}" * 3000 + "x" + "{% endif %}" * 3000),
    "nested": ("M601", "{{ " + "(" * 5000 + "1" + ")" * 5000 + " }}"),
    "tags": ("M601", "{{ campaign.year }}" * 300_000),
    "words": ("M601", "word " * 5_000_000),
    "brackets": ("K706", "[a](" * 40_000),
    "stars": ("K706", "*a " * 60_000),
    "quotes": ("K708", "> " * 30_000 + "x"),
}


@pytest.mark.slow
def test_a_template_without_end_is_refused_and_check_ends(workspace: WorkspaceCopy) -> None:
    for name, (_, body) in ENDLESS.items():
        workspace.write(f"letters/2027/{name}.en.md", HEAD + body)
    told = check_within_bounds(workspace)
    for name, (code, _) in ENDLESS.items():
        path = f"letters/2027/{name}.en.md"
        assert code in {problem["code"] for problem in told if problem["path"] == path}, name


def test_includes_that_double_each_other_are_refused_although_nothing_is_printed(workspace: WorkspaceCopy) -> None:
    for number in range(40):
        workspace.write(f"letters/2027/_{number}.md", f"{{% include '_{number + 1}.md' %}}" * 2)
    workspace.write("letters/2027/_40.md", "{% if recipient.city == 'Nowhere' %}x{% endif %}")
    workspace.edit("letters/2027/petition.en.md", "subject: Petition", "subject: \"{% include '_0.md' %}\" # Petition")
    (problem,) = check_within_bounds(workspace)
    assert problem["code"] == "M603"
    assert "repeats more than 10000 times" in problem["message"]


def check_within_bounds(workspace: WorkspaceCopy) -> list[dict[str, str]]:
    """Run `check` in a process of its own, with two gigabytes; the minute is a net for a program that hangs."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))

    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), "check", "--json"]
    ending = subprocess.run(command, preexec_fn=limit, capture_output=True, text=True, timeout=60, check=False)
    assert ending.returncode == 3, ending.stderr
    problems: list[dict[str, str]] = json.loads(ending.stdout)["problems"]
    return problems
