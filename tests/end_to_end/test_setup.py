"""Setting up: what ``make`` offers, what is pinned, and what the scripts say when a machine is not ready."""

import os
import re
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from importlib.metadata import distribution, files
from importlib.util import cache_from_source
from itertools import chain
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
PYPROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())
CONSTRAINTS = (ROOT / ".ci" / "constraints.txt").read_text().splitlines()
SCRIPTS = [*sorted(path for path in (ROOT / "tools").iterdir() if path.is_file()), ROOT / ".ci" / "run"]
NOBODY = 65534

Done = subprocess.CompletedProcess[str]


def run(*command: str | Path, cwd: Path = ROOT, **environment: str) -> Done:
    """Run a command without a terminal: its status and what it printed."""
    makes = {"PYTHON", "MAKEFLAGS", "MAKELEVEL"}  # what a make that runs these tests hands down
    kept = {name: value for name, value in os.environ.items() if name not in makes}
    return subprocess.run(
        command, cwd=cwd, env=kept | environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of what sets up, to be spoilt."""
    copy = tmp_path / "a checkout"
    shutil.copytree(ROOT / "tools", copy / "tools")
    shutil.copytree(ROOT / ".ci", copy / ".ci")
    shutil.copytree(ROOT / "src", copy / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml"):
        shutil.copy(ROOT / name, copy)
    return copy


def write_program(path: Path, *lines: str) -> Path:
    """A small program to stand in the place of one that this machine does not have."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(("#!/bin/sh", *lines, "")))
    path.chmod(0o755)
    return path


# --- make -------------------------------------------------------------------------------------------------------------


def test_make_alone_lists_every_target_with_a_line() -> None:
    targets = re.search(r"^\.PHONY: (.*)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    assert targets is not None
    listed = run("make").stdout.splitlines()
    assert [line.split()[1] for line in listed] == targets[1].split()
    assert all(re.fullmatch(r"make [a-z]+ +\S.{9,}", line) for line in listed)
    assert {"letters", "test", "lint", "servers", "clean"} <= set(targets[1].split())


def test_make_clean_leaves_letters_and_log_alone(checkout: Path) -> None:
    kept = [checkout / "out" / "2027" / "jp-osaka" / "petition.en.pdf", checkout / "mailing-log.sqlite"]
    gone = [checkout / name for name in (".venv", ".mypy_cache", "tests/__pycache__", "src/petitioner/__pycache__")]
    for path in [*kept, *(folder / "file" for folder in gone)]:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    assert run("make", "clean", cwd=checkout).returncode == 0
    assert [path.exists() for path in kept] == [True, True]
    assert [path.exists() for path in gone] == [False] * 4


# --- The scripts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.name)
def test_a_script_is_executable_and_its_shell_can_read_it(script: Path) -> None:
    assert os.access(script, os.X_OK)
    interpreter = script.read_text().splitlines()[0].removeprefix("#!/usr/bin/env ").removeprefix("#!/bin/")
    reads = {"sh": ["sh", "-n"], "bash": ["bash", "-n"], "python3": [sys.executable, "-m", "ast"]}[interpreter]
    assert run(*reads, script).returncode == 0


def test_there_are_scripts_to_look_at() -> None:
    assert {"setup", "packages", "servers", "run"} <= {script.name for script in SCRIPTS}


# --- The pins ---------------------------------------------------------------------------------------------------------


def read_pins() -> dict[str, str]:
    """Package names, as pip compares them, and the one version of each."""
    return {canonicalize_name(line.split("==")[0]): line.split(";")[0].split("==")[1].strip() for line in CONSTRAINTS}


def list_requirements() -> Iterator[Requirement]:
    """All that pyproject.toml names: for running, testing, linting and building."""
    project, groups, build = PYPROJECT["project"], PYPROJECT["dependency-groups"], PYPROJECT["build-system"]
    extras = (one for extra in project["optional-dependencies"].values() for one in extra)
    named = [
        *project["dependencies"],
        *extras,
        *build["requires"],
        *(one for group in groups.values() for one in group),
    ]
    yield from (Requirement(text) for text in named if isinstance(text, str))


def test_constraints_are_names_and_versions_only_sorted_one_a_line() -> None:
    pattern = re.compile(r"[a-z0-9][a-z0-9._-]*==[0-9][0-9A-Za-z.]*( ; [a-z_]+ (==|!=|<|>=) '[A-Za-z0-9.]+')?")
    assert [line for line in CONSTRAINTS if not pattern.fullmatch(line)] == []
    names = [line.split("==")[0] for line in CONSTRAINTS]
    assert sorted(names) == names
    assert len(CONSTRAINTS) > 40


def test_everything_that_pyproject_names_is_pinned_to_a_version_that_it_allows() -> None:
    pins = read_pins()
    requirements = list(list_requirements())
    wrong = [str(one) for one in requirements if not one.specifier.contains(pins.get(canonicalize_name(one.name), "0"))]
    assert wrong == []
    assert len(requirements) > 20
    assert "pip" in pins


def test_what_the_named_packages_bring_along_is_pinned_too() -> None:
    pins = read_pins()
    project = PYPROJECT["project"]
    extras = chain.from_iterable(project["optional-dependencies"].values())
    waiting = [Requirement(text).name for text in (*project["dependencies"], *extras)]
    seen: set[str] = set()
    while waiting:
        name = canonicalize_name(waiting.pop())
        if name not in seen:
            seen.add(name)
            needs = [Requirement(text) for text in distribution(name).requires or ()]
            waiting += [need.name for need in needs if need.marker is None or need.marker.evaluate({"extra": ""})]
    assert seen - set(pins) == set()
    assert len(seen) > 20


def test_packages_are_installed_with_bytecode_even_where_python_writes_none() -> None:
    modules = [path for path in files("weasyprint") or () if path.suffix == ".py"]
    assert [path for path in modules if not Path(cache_from_source(str(path.locate()))).exists()] == []
    assert len(modules) > 20


# --- A machine that is not ready --------------------------------------------------------------------------------------


def test_an_old_python_is_refused_in_words(checkout: Path) -> None:
    old = write_program(checkout / "bin" / "python3.10", "echo 3.10")
    done = run("tools/setup", "run", cwd=checkout, PYTHON=str(old))
    assert done.returncode == 1
    assert f"petitioner needs Python 3.11 or newer; {old} is 3.10." in done.stderr
    assert "PYTHON=python3.12" in done.stderr
    assert not (checkout / ".venv").exists()


def test_a_venv_that_somebody_else_made_is_left_as_it_is(checkout: Path) -> None:
    (checkout / ".venv" / "mine").mkdir(parents=True)
    done = run("tools/setup", "run", cwd=checkout, PYTHON=sys.executable)
    assert done.returncode == 1
    assert "a .venv that tools/setup did not make" in done.stderr
    assert (checkout / ".venv" / "mine").exists()


def test_an_interrupted_setup_is_begun_anew_and_a_failing_pip_speaks_for_itself(checkout: Path) -> None:
    (checkout / ".venv" / "half").mkdir(parents=True)
    (checkout / ".venv" / "unfinished").touch()
    done = run("tools/setup", "run", cwd=checkout, PYTHON=sys.executable, PIP_NO_INDEX="1", PIP_CONFIG_FILE=os.devnull)
    assert done.returncode == 1
    assert "The last set-up was interrupted: making .venv anew." in done.stderr
    assert "ERROR: " in done.stderr
    assert done.stderr.endswith("Then run the same command again.\n")
    assert not (checkout / ".venv" / "half").exists()


def test_a_machine_without_fonts_and_without_apt_is_told_what_it_lacks(checkout: Path, tmp_path: Path) -> None:
    empty = tmp_path / "fonts.conf"
    empty.write_text('<?xml version="1.0"?><fontconfig/>')
    programs = link_programs(tmp_path / "bin", "sh cat cksum date dirname env fc-list flock grep")
    done = run(
        "tools/setup", "run", cwd=checkout, PYTHON=sys.executable, FONTCONFIG_FILE=str(empty), PATH=str(programs)
    )
    assert done.returncode == 1
    assert "the font Noto Serif CJK JP" in done.stderr
    assert "fonts-noto-cjk fonts-noto-core" in done.stderr
    assert not (checkout / ".venv").exists()


def link_programs(folder: Path, names: str) -> Path:
    """A folder with these of the machine's programs, to be the whole PATH."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in names.split():
        program = shutil.which(name)
        if program:
            (folder / name).symlink_to(program)
    return folder


# --- System packages --------------------------------------------------------------------------------------------------


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="dpkg-query: not a Debian or Ubuntu machine")
def test_only_packages_that_are_not_installed_are_missing() -> None:
    done = run("tools/packages", "--missing", "dpkg", "petitions-to-nowhere", "libc-bin")
    assert (done.returncode, done.stdout) == (0, "petitions-to-nowhere\n")


@pytest.mark.skipif(not shutil.which("dpkg-query"), reason="dpkg-query: not a Debian or Ubuntu machine")
def test_who_may_not_install_gets_the_line_to_run() -> None:
    with tempfile.TemporaryDirectory() as folder, (ROOT / "tools" / "packages").open() as script:
        Path(folder).chmod(0o755)  # the script comes by its standard input: nobody may not enter every checkout
        done = subprocess.run(
            ["sh", "-s", "--", "petitions-to-nowhere"],
            stdin=script,
            cwd="/",
            env={"PATH": str(link_programs(Path(folder), "sh dpkg-query grep id"))},
            user=NOBODY if os.getuid() == 0 else None,
            capture_output=True,
            text=True,
            check=False,
        )
    line = "apt-get update && apt-get install --yes --no-install-recommends petitions-to-nowhere"
    assert (done.returncode, done.stdout) == (1, "")
    assert f"    su -l -c '{line}'\n" in done.stderr
    assert done.stderr.endswith("Then run the same command again.\n")


# --- The gate ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("closing", "make_ends_with", "status"),
    [
        ("===== 3 passed in 0.10s =====", 0, 0),
        ("===== 3 passed, 1 skipped in 0.10s =====", 0, 1),
        ("===== 3 passed, 1 xfailed in 0.10s =====", 0, 1),
        ("===== 1 failed, 2 passed in 61.00s (0:01:01) =====", 1, 1),
    ],
)
def test_the_gate_ends_with_pytests_own_line_and_fails_on_a_skip(
    checkout: Path, closing: str, make_ends_with: int, status: int
) -> None:
    write_program(
        checkout / "bin" / "make",
        f'[ "$1" = test ] || exit 0; echo "{closing}"; [ {make_ends_with} = 0 ] || echo "make: Error" >&2',
        f"exit {make_ends_with}",
    )
    done = run(".ci/run", cwd=checkout, PATH=f"{checkout / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == status
    assert done.stdout.splitlines()[-1] == closing


def test_the_gate_fails_when_slow_tests_are_left_out(checkout: Path) -> None:
    write_program(checkout / "bin" / "make", 'echo "1 slow test was left out."; echo "=== 3 passed in 0.10s ==="')
    assert run(".ci/run", cwd=checkout, PATH=f"{checkout / 'bin'}:{os.environ['PATH']}").returncode == 1


def test_the_gate_stops_where_a_stage_fails(checkout: Path) -> None:
    write_program(checkout / "bin" / "make", '[ "$1" != lint ] || exit 1')
    done = run(".ci/run", cwd=checkout, PATH=f"{checkout / 'bin'}:{os.environ['PATH']}")
    assert done.returncode == 1
    assert "make test" not in done.stdout
