#!/usr/bin/env python3
"""Compares what two versions of the program build, byte for byte: .venv/bin/python tools/golden.py BASE [OTHER].

BASE and OTHER are git revisions; without OTHER it is the working tree. Both versions build the same workspaces,
those of BASE, on this machine, with the same libraries and at the same moment. Exit status: 0 where all files are
equal, 1 where one differs or is missing.
"""

import os
import shutil
import subprocess
import sys
import tarfile
from hashlib import sha256
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
WORKSPACES = (".", "examples/seoul", "examples/five-languages", "examples/showcase")
INPUTS = ("recipients.yaml", "letters", "examples")
MOMENT = "2027, 9, 1, 3"  # noon in Tokyo on the day of the letters, in UTC
PROGRAM = f"""
import sys
from datetime import UTC, datetime
from petitioner.cli import main
sys.exit(main(sys.argv[1:], now=datetime({MOMENT}, tzinfo=UTC)))
"""


def main(base: str, other: str | None = None) -> int:
    """Build with both versions, and print each file that differs."""
    with TemporaryDirectory(prefix="golden-") as name:
        top = Path(name)
        unpack(base, top / "inputs", INPUTS)
        made = [build(revision, top / side, top / "inputs") for side, revision in (("base", base), ("other", other))]
    before, after = made
    differing = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    for path in differing:
        print(describe(path, before, after))
    print(f"{len(before | after)} files compared, {len(differing)} differ.")
    return 1 if differing or not before else 0


def unpack(revision: str, folder: Path, names: tuple[str, ...]) -> None:
    """Write some files of a revision into a new folder."""
    git = shutil.which("git") or "git"
    done = subprocess.run([git, "archive", revision, *names], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - a program that was found, on revisions of this repository
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        # The Python of Debian 12 has no filter.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(folder)  # noqa: S202 - of our own files


def build(revision: str | None, folder: Path, inputs: Path) -> dict[str, str]:
    """Check and build the workspaces with one version; the SHA-256 of each output and each file, by name."""
    if revision is None:
        shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__"))
    else:
        unpack(revision, folder, ("src",))
    found: dict[str, str] = {}
    for workspace in WORKSPACES:
        place = folder / "workspaces" / workspace
        copy_workspace(inputs / workspace, place)
        for command in ("check", "build"):
            done = run(folder, place, command)
            found[f"{workspace}: exit status of {command}"] = str(done.returncode)
            if done.returncode:
                print(done.stderr.decode(), file=sys.stderr)
        made = (path for path in (place / "out").rglob("*") if path.suffix in (".pdf", ".docx"))
        found |= {f"{workspace}/{path.relative_to(place)}": sha256(path.read_bytes()).hexdigest() for path in made}
    return found


def copy_workspace(source: Path, target: Path) -> None:
    """Copy the list and the letters of a workspace."""
    target.mkdir(parents=True, exist_ok=True)
    shutil.copy(source / "recipients.yaml", target)
    shutil.copytree(source / "letters", target / "letters")


def run(folder: Path, place: Path, command: str) -> subprocess.CompletedProcess[bytes]:
    """Run one command of one version in a workspace, with a home of its own."""
    home = folder / "home"
    home.mkdir(exist_ok=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
        "HOME": str(home),
        "PYTHONPATH": str(folder / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    order = [sys.executable, "-c", PROGRAM, "-C", str(place), command]
    return subprocess.run(order, env=environment, stdin=subprocess.DEVNULL, capture_output=True, check=False)  # noqa: S603 - this program


def describe(path: str, before: dict[str, str], after: dict[str, str]) -> str:
    """One line on a file that is not the same."""
    if path not in before:
        return f"new      {path}"
    return f"{'differs' if path in after else 'missing'}  {path}"


if __name__ == "__main__":
    if len(sys.argv) not in (2, 3):
        sys.exit(f"Usage: {Path(sys.argv[0]).name} BASE [OTHER]")
    sys.exit(main(*sys.argv[1:]))
