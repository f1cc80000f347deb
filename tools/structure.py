#!/usr/bin/env python3
"""Measures how the program is cut, as a table: .venv/bin/python tools/structure.py [COMMIT].

COMMIT is a git revision; without it the working tree is measured. The commands are run in the example of Seoul, with
one mission, a home of their own and a fixed clock. The speed of the tests is not measured here.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tokenize
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = "petitioner"
WORKSPACE = "examples/seoul"
LIST = "recipients.yaml"
LONG = 50  # lines of a function
NAMES = ("src", "README.md", "ARCHITECTURE.md", WORKSPACE)
ACCOUNT = """\
coordinator = "Hanako"
[accounts.office]
from = "Office <office@example.org>"
own_copy = false
password_command = ["false"]
smtp = {host = "127.0.0.1", port = 1, security = "tls", user = "office"}
"""
NOTE = """\
---
subject: 청원서
closing: 감사합니다.
---
청원서를 보내 드립니다.
"""
# Runs one command, and writes which modules' functions it called and how often it opened each file of the workspace.
# The body of a module or class is code without CO_OPTIMIZED; a comprehension is part of whatever it stands in.
PROBE = """
import json, os, sys, threading
from collections import Counter
from datetime import UTC, datetime
package, target, clock, *arguments = sys.argv[1:]
workspace = os.path.realpath(arguments[1])
called, opened = set(), Counter()
comprehensions = ("<listcomp>", "<setcomp>", "<dictcomp>")

def profile(frame, event, _):
    called.add(frame.f_code)

def audit(event, given):
    if event == "open" and isinstance(given[0], (str, bytes, os.PathLike)):
        path = os.path.realpath(os.fsdecode(given[0]))
        if path.startswith(workspace + os.sep) and not given[2] & (os.O_WRONLY | os.O_RDWR):
            opened[os.path.relpath(path, workspace)] += 1

from petitioner.cli import main
sys.addaudithook(audit)
threading.setprofile(profile)
sys.setprofile(profile)
status = main(arguments, now=datetime.fromisoformat(clock))
sys.setprofile(None)
with open(target, "w") as file:
    paths = {code.co_filename for code in called if code.co_flags & 1 and code.co_name not in comprehensions}
    ours = sorted(os.path.relpath(path, package) for path in paths if path.startswith(package + os.sep))
    json.dump({"status": status, "modules": ours, "opened": opened}, file)
"""
# Writes the helps of the program and of all its commands.
HELPS = """
import io, json, sys
from contextlib import redirect_stdout
import typer
from petitioner.cli import app, main

def show(names, command, context):
    with redirect_stdout(io.StringIO()) as shown:
        main([*names, "--help"])
    yield shown.getvalue()
    for name in getattr(command, "commands", {}):
        _, inner, _ = command.resolve_command(context, [name])  # which may load it
        yield from show([*names, name], inner, context)

program = typer.main.get_command(app)
json.dump([*show([], program, typer.Context(program))], sys.stdout)
"""
CLOCK = "2027-09-01T03:00:00+00:00"  # noon in Tokyo on the day of the letters

Rows = Iterator[tuple[str, str]]


@dataclass(frozen=True)
class Module:
    """One module: its path below src, its text, and what Python makes of it."""

    path: Path
    text: str
    tree: ast.Module

    @property
    def name(self) -> str:
        """The dotted name."""
        parts = self.path.with_suffix("").parts
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @property
    def lines(self) -> int:
        """All lines."""
        return len(self.text.splitlines())

    @property
    def functions(self) -> list[ast.FunctionDef | ast.AsyncFunctionDef]:
        """The functions, methods and nested functions."""
        return [node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]


def main(revision: str | None = None) -> int:
    """Measure the working tree or a revision, and print the table."""
    with TemporaryDirectory(prefix="structure-") as name:
        top = Path(name).resolve()
        tree = top / "tree"
        copy_tree(revision, tree)
        modules = [
            Module(path.relative_to(tree / "src"), text := path.read_text("utf-8"), ast.parse(text))
            for path in sorted((tree / "src" / PACKAGE).rglob("*.py"))
        ]
        rows = [*measure_modules(modules), *measure_functions(modules), *measure_names(modules)]
        rows += [*measure_runs(tree, top), *measure_documents(tree), *measure_helps(tree, top)]
    print(f"| figure | {revision or 'working tree'} |\n|---|--:|")
    for figure, value in rows:
        print(f"| {figure} | {value} |")
    return 0


def copy_tree(revision: str | None, target: Path) -> None:
    """Copy what is measured into a new folder."""
    if revision is None:
        for name in NAMES:
            copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
            (target / name).parent.mkdir(parents=True, exist_ok=True)
            copy(ROOT / name, target / name)
        return
    git = shutil.which("git") or "git"
    done = subprocess.run([git, "archive", revision, *NAMES], cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - a program that was found, on revisions of this repository
    with tarfile.open(fileobj=BytesIO(done.stdout)) as archive:
        # The Python of Debian 12 has no filter.
        archive.extraction_filter = getattr(tarfile, "data_filter", None)
        archive.extractall(target)  # noqa: S202 - of our own files


def measure_modules(modules: Sequence[Module]) -> Rows:
    """Measure how many modules there are, and how long they are."""
    own = [module for module in modules if module.path.stem != "__init__"]
    yield "modules in src / without `__init__`", f"{len(modules):,} / {len(own):,}"
    yield "packages in src", f"{len(modules) - len(own):,}"
    code = sum(count_code(module) for module in modules)
    yield "lines in src / of code", f"{sum(module.lines for module in modules):,} / {code:,}"
    yield "module lines, median / 95th", format_spread(module.lines for module in modules)
    yield "module lines, median / 95th, without `__init__`", format_spread(module.lines for module in own)
    yield "longest module", f"{max(module.lines for module in modules):,}"
    functions = sum(len(module.functions) for module in modules)
    yield "functions per 1,000 lines of code", f"{1000 * functions / code:.0f}"
    edges = count_edges(modules)
    yield (
        "import edges per module / per module without `__init__`",
        f"{edges / len(modules):.1f} / {edges / len(own):.1f}",
    )


def measure_functions(modules: Sequence[Module]) -> Rows:
    """Measure how long functions are, from the first line after the docstring to the last, and as a whole."""
    functions = [function for module in modules for function in module.functions]
    bodies = [count_body(function) for function in functions]
    yield "function body lines after the docstring, median / 95th", format_spread(bodies)
    yield "the same from `def` on", format_spread((one.end_lineno or 0) - one.lineno + 1 for one in functions)
    yield f"function bodies over {LONG} lines", str(sum(lines > LONG for lines in bodies))


def measure_names(modules: Sequence[Module]) -> Rows:
    """Count the names of modules that occur in more than one package."""
    names = Counter(module.path.stem for module in modules if not module.path.stem.startswith("__"))
    several = sorted(name for name, count in names.items() if count > 1)
    yield "module names in more than one place", str(len(several))


def measure_documents(tree: Path) -> Rows:
    """Count the lines of the documents that are read first."""
    lines = [len((tree / name).read_text("utf-8").splitlines()) for name in ("README.md", "ARCHITECTURE.md")]
    yield "README / ARCHITECTURE lines", " / ".join(map(str, lines))


def count_code(module: Module) -> int:
    """Count the lines that hold code: no blank lines, comments or docstrings."""
    idle = {tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER}
    held: set[int] = set()
    for token in tokenize.generate_tokens(iter(module.text.splitlines(keepends=True)).__next__):
        if token.type not in idle:
            held.update(range(token.start[0], token.end[0] + 1))
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            held.difference_update(range(node.lineno, (node.end_lineno or node.lineno) + 1))
    return len(held)


def count_body(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count the lines of a function after its docstring, blank lines and nested functions included."""
    rest = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (function.end_lineno or 0) - rest[0].lineno + 1 if rest else 0


def count_edges(modules: Sequence[Module]) -> int:
    """Count the pairs of modules of which one imports the other, inside functions too."""
    names = {module.name for module in modules}
    return sum(len(set(list_imports(module, names)) - {module.name}) for module in modules)


def list_imports(module: Module, names: set[str]) -> Iterator[str]:
    """List the modules of ours that a module imports; the program imports by absolute names only."""
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in names)
        elif isinstance(node, ast.ImportFrom) and node.module in names:
            inner = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name if name in names else node.module for name in inner)


def measure_runs(tree: Path, top: Path) -> Rows:
    """Run the commands one after the other in a copy of the workspace: the modules each enters, and what it reads."""
    workspace = top / "workspace"
    shutil.copytree(tree / WORKSPACE, workspace, ignore=shutil.ignore_patterns("out"))
    id_, tag = prepare_mail(workspace)
    config = top / "home" / ".config" / PACKAGE / "config.toml"
    config.parent.mkdir(parents=True)
    config.write_text(ACCOUNT, "utf-8")
    runs = {
        "check": ["check", "--only", id_],
        "build": ["build", "--only", id_],
        "approve": ["approve", "--only", id_, "--yes", "--unread", tag, "--unverified", id_],
        "send (dry run)": ["send", "--only", id_],
        "print": ["print", "--only", id_],
        "log add posted": ["log", "add", "posted", id_],
        "log": ["log", "--only", id_],
        "log show": ["log", "show", id_],
        "bare command": [],
    }
    done = {name: probe(tree, top, [*words]) for name, words in runs.items()}
    for name, found in done.items():
        yield f"modules of which a function runs: {name}", str(len(found["modules"]))
    for name, found in done.items():
        most = max((count for path, count in found["opened"].items() if path.startswith("letters/")), default=0)
        yield f"times {LIST} / a file of letters/ is read: {name}", f"{found['opened'].get(LIST, 0)} / {most}"


def prepare_mail(workspace: Path) -> tuple[str, str]:
    """Let the one mission be written to by e-mail too, and not be on hold; its id and language."""
    file = workspace / LIST
    text = re.sub(r"^ *hold: .*\n", "", file.read_text("utf-8"), flags=re.MULTILINE)
    file.write_text(
        text.replace("channels: [post]", "channels: [post, email]\n    email: [office@example.cn]"), "utf-8"
    )
    id_ = re.findall(r"^  ([a-z-]+):$", text, re.MULTILINE)[0]
    (tag,) = re.findall(r"languages: \[(\S+)\]", text)
    for campaign in (workspace / "letters").iterdir():
        (campaign / f"email.{tag}.md").write_text(NOTE, "utf-8")
    return id_, tag


def probe(tree: Path, top: Path, words: Sequence[str]) -> dict[str, Any]:
    """Run one command under a profiler. Raises RuntimeError when it does not work."""
    target = top / "probed.json"
    target.unlink(missing_ok=True)
    order = [str(tree / "src" / PACKAGE), str(target), CLOCK, "-C", str(top / "workspace"), *words]
    done = run_python(tree, top, "-c", PROBE, *order)
    found: dict[str, Any] = json.loads(target.read_text("utf-8")) if target.exists() else {}
    if not found or found["status"]:
        raise RuntimeError(f"{' '.join(words) or 'the bare command'} failed:\n{done.stderr}")
    return found


def measure_helps(tree: Path, top: Path) -> Rows:
    """Count the first lines of commands that a help of 80 columns does not show whole."""
    helps: list[str] = json.loads(run_python(tree, top, "-c", HELPS).stdout)
    lines = [is_whole for shown in helps for is_whole in read_summaries(shown)]
    yield "first lines of help cut or folded at 80 columns", f"{lines.count(False)} of {len(lines)}"


def read_summaries(shown: str) -> Iterator[bool]:
    """Read the commands that a help lists: whether the first line of each is whole, and on one line."""
    _, _, listed = shown.partition("\nCommands:\n")
    lines = listed.splitlines()
    for number, line in enumerate(lines):
        if re.match(r"  \S", line):
            is_folded = lines[number + 1 :][:1] != [] and lines[number + 1].startswith("    ")
            yield not (is_folded or line.endswith(("...", "…")))


def run_python(tree: Path, top: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run Python with the program that is measured, a home of its own, and 80 columns."""
    (top / "home").mkdir(exist_ok=True)
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("XDG_")},
        "HOME": str(top / "home"),
        "COLUMNS": "80",
        "PYTHONPATH": str(tree / "src"),
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    return subprocess.run(  # noqa: S603 - this program
        [sys.executable, *words],
        env=environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def format_spread(values: Iterable[int]) -> str:
    """The median and the 95th percentile."""
    ranked = sorted(values)
    return f"{median(ranked):.0f} / {ranked[int(0.95 * (len(ranked) - 1))]}"


if __name__ == "__main__":
    if len(sys.argv) not in (1, 2):
        sys.exit(f"Usage: {Path(sys.argv[0]).name} [COMMIT]")
    sys.exit(main(*sys.argv[1:]))
