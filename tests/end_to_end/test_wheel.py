"""The built wheel holds all that the program needs: it is installed and used outside the repository."""

import os
import shutil
import subprocess
import sys
import sysconfig
import tarfile
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]
SOURCE = ROOT / "src"

PRIVATE = ("recipients.yaml", "mailing-log.sqlite")

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is needed to build wheel and sdist."""
    folder = tmp_path_factory.mktemp("wheel")
    shutil.copytree(SOURCE, folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    for name in PRIVATE:
        (folder / name).touch()
    return folder


@pytest.fixture(scope="module")
def wheel(source: Path) -> Path:
    """Build the wheel without the network."""
    folder = source
    run_pip(sys.executable, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", folder / "dist", folder)
    (built,) = (folder / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Install the wheel into a virtual environment that finds the dependencies here, but not this checkout."""
    folder = tmp_path_factory.mktemp("installed")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / "bin" / "python"
    (site_packages,) = folder.glob("lib/python*/site-packages")
    (site_packages / "dependencies.pth").write_text(sysconfig.get_path("purelib"))
    run_pip(python, "install", "--no-deps", "--no-index", wheel)
    return folder / "bin"


def run_pip(python: str | Path, *arguments: str | Path) -> None:
    """Run this environment's pip for ``python``; the build backend looks for its program on the PATH."""
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "--python",
        python,
        "--quiet",
        "--disable-pip-version-check",
        *arguments,
    ]
    ending = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert ending.returncode == 0, ending.stderr


def run_installed(installed: Path, workspace: Path, *arguments: str) -> str:
    """Run the installed program in a workspace, and return what it printed."""
    command: list[str | Path] = [installed / "petitioner", "-C", workspace, *arguments]
    ending = run_outside(command, workspace)
    assert ending.returncode == 0, ending.stderr
    return ending.stdout + ending.stderr


def run_outside(command: list[str | Path], folder: Path) -> subprocess.CompletedProcess[str]:
    """Run a command in ``folder`` as outside the repository: PYTHONPATH would lead to this checkout."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


def list_package_files() -> set[str]:
    """The files of the package, by their paths below ``src``."""
    files = {path.relative_to(SOURCE).as_posix() for path in SOURCE.rglob("*") if path.is_file()}
    return {name for name in files if "__pycache__" not in name}


def test_every_file_of_the_package_is_in_the_wheel(wheel: Path) -> None:
    assert list_package_files() - set(ZipFile(wheel).namelist()) == set()


def test_every_file_of_the_package_is_in_the_sdist_and_no_letter_or_log(source: Path, tmp_path: Path) -> None:
    build = "import sys, uv_build; print(uv_build.build_sdist(sys.argv[1]))"
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"}
    command = [sys.executable, "-c", build, str(tmp_path)]
    ending = subprocess.run(command, cwd=source, env=environment, capture_output=True, text=True, check=False)
    assert ending.returncode == 0, ending.stderr
    (archive,) = tmp_path.glob("*.tar.gz")
    with tarfile.open(archive) as packed:
        names = {name.partition("/")[2] for name in packed.getnames()}
    assert {f"src/{name}" for name in list_package_files()} - names == set()
    assert not names & set(PRIVATE)


def test_a_new_workspace_is_checked_and_built_without_a_warning(installed: Path, tmp_path: Path) -> None:
    assert "petitioner check" in run_installed(installed, tmp_path, "init", "demo")
    said = run_installed(installed, tmp_path / "demo", "check")
    said += run_installed(installed, tmp_path / "demo", "build")
    assert "4 letters to 2 recipients; 0 errors, 0 warnings." in said
    assert "4 letters to 2 recipients in out/" in said
    assert "arning:" not in said
    assert len([*(tmp_path / "demo" / "out").rglob("*.pdf")]) == 4


def test_the_program_runs_from_the_wheel_alone(installed: Path) -> None:
    script = "import petitioner; print(petitioner.__file__)"
    ending = run_outside([installed / "python", "-c", script], installed)
    assert ending.returncode == 0, ending.stderr
    assert Path(ending.stdout.strip()).is_relative_to(installed.parent)


def test_the_wheel_checks_and_builds_letters(installed: Path, tmp_path: Path) -> None:
    workspace = tmp_path / "seoul"
    shutil.copytree(ROOT / "examples" / "seoul", workspace, ignore=shutil.ignore_patterns("out"))
    run_installed(installed, workspace, "check")
    run_installed(installed, workspace, "build")
    assert {path.suffix for path in workspace.glob("out/2027/*/petition.*")} == {".pdf", ".docx"}


@pytest.mark.parametrize("command", ["read", "approve", "send", "inbox", "print", "log", "recipients", "doctor"])
def test_every_command_can_be_loaded_from_the_wheel(installed: Path, command: str, tmp_path: Path) -> None:
    assert "Usage: petitioner" in run_installed(installed, tmp_path, command, "--help")
