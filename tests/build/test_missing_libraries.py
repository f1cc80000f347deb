"""A library that cannot be loaded, or that fails on one letter, stops what needs it and nothing else."""

import os
import shlex
import subprocess
import sys
from importlib.metadata import version
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest

from conftest import WorkspaceCopy
from mail_workspace import MailWorkspace
from petitioner.render import RenderError, report_library_errors
from servers.certificates import Certificates

CSS = "letters/theme/letter.css"
STYLE = (Path(__file__).parents[2] / "src/petitioner/inputs/theme/letter.css").read_text("utf-8")
TOKYO, OSAKA = "out/2027/jp-tokyo/petition.en.pdf", "out/2027/jp-osaka/petition.en.pdf"

NO_PANGO = """\
print("-----\\nWeasyPrint could not import some external libraries.\\n-----")
raise OSError("cannot load library 'libpango-1.0-0': no such file.  Additionally, ctypes.util.find_library() failed")
"""
NO_PACKAGE = 'raise ModuleNotFoundError("No module named \'{0}\'", name="{0}")\n'


@pytest.fixture
def spoil(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder from which processes import before all others."""
    folder = tmp_path / "spoilt"
    folder.mkdir()
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(folder), *filter(None, [os.environ.get("PYTHONPATH")])]))
    return folder


def run(workspace: WorkspaceCopy, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "petitioner", "-C", str(workspace.folder), *arguments]
    ending = subprocess.run(command, capture_output=True, text=True, check=False, timeout=300, env=dict(os.environ))
    assert "Traceback" not in ending.stderr
    return ending


@pytest.mark.slow
@pytest.mark.parametrize(
    ("fault", "said", "fix"),
    [
        (NO_PANGO, "cannot load library 'libpango-1.0-0': no such file.", "Run: sudo apt-get install libpango-1.0-0 "),
        (
            NO_PACKAGE.format("weasyprint"),
            "No module named 'weasyprint'",
            " -m pip install weasyprint",
        ),
    ],
    ids=["without Pango", "without the package"],
)
def test_without_weasyprint_the_docx_are_made_and_nothing_is_approved(
    workspace: WorkspaceCopy, spoil: Path, fault: str, said: str, fix: str
) -> None:
    (spoil / "weasyprint.py").write_text(fault)
    assert run(workspace, "check").returncode == 0
    built = run(workspace, "build", "--json")
    assert built.returncode == 1
    assert built.stderr.count("[B904]") == 1
    assert f"out/2027: no PDF can be made: WeasyPrint cannot be loaded: {said}" in built.stderr
    assert fix in built.stderr
    assert built.stdout.startswith("{")
    assert [path for path in workspace.list_made() if path.endswith((".pdf", ".docx"))] == [
        "2027/jp-osaka/petition.en.docx",
        "2027/jp-tokyo/petition.en.docx",
        "2027/jp-tokyo/petition.ja.docx",
    ]
    answers = ("--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")
    approved = run(workspace, "approve", "--yes", "--by", "Hanako", *answers)
    assert approved.returncode == 1
    assert "petition.en.pdf is not built" in approved.stderr
    assert "3 files kept" not in run(workspace, "log", "add", "posted", "jp-osaka", "--on", "2026-01-01").stderr
    assert run(workspace, "log").returncode == 0
    doctor = run(workspace, "doctor")
    assert doctor.returncode == 1
    assert "MISSING  weasyprint" in doctor.stdout
    (spoil / "weasyprint.py").unlink()
    assert "3 made, 3 kept" in run(workspace, "build").stderr


@pytest.mark.slow
def test_without_weasyprint_what_was_approved_goes_by_e_mail_and_what_is_printed_says_what_is_missing(
    workspace: WorkspaceCopy, spoil: Path, tmp_path: Path, certificates: Certificates
) -> None:
    mail_workspace = MailWorkspace(workspace)
    mail_workspace.write_to("tokyo@example.cn", "osaka@example.cn")
    workspace.edit(
        "recipients.yaml", "channels: [email]\n    email: [osaka", "channels: [email, post]\n    email: [osaka"
    )
    mail_workspace.write_account(1, certificates)
    assert run(workspace, "build").returncode == 0
    answers = ("--unread", "en", "--unread", "ja", "--unverified", "jp-tokyo", "--unverified", "jp-osaka")
    assert run(workspace, "approve", "--yes", *answers).returncode == 0
    (spoil / "weasyprint.py").write_text(NO_PANGO)
    sent = run(workspace, "send", "--eml", str(tmp_path / "files"), "--yes")
    assert sent.returncode == 0, sent.stderr
    assert len(list((tmp_path / "files").glob("*.eml"))) == 2
    for command in (["print"], ["print", "envelopes", "--window", "none"], ["print", "labels"]):
        printed = run(workspace, *command)
        assert printed.returncode == 1
        assert "Error: WeasyPrint cannot be loaded: cannot load library 'libpango-1.0-0'" in printed.stderr


def test_without_python_docx_the_pdf_are_made(workspace: WorkspaceCopy, spoil: Path) -> None:
    (spoil / "docx.py").write_text(NO_PACKAGE.format("docx"))
    built = run(workspace, "build")
    assert built.returncode == 1
    assert "no DOCX can be made: python-docx cannot be loaded: No module named 'docx'" in built.stderr
    assert "pip install python-docx" in built.stderr
    assert "3 made, 3 failed" in built.stderr


def test_with_another_weasyprint_the_pdf_are_plain_and_that_is_said_once(
    workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert workspace.run("build", "--only", "jp-osaka").status == 0
    tagged = (workspace.folder / OSAKA).read_bytes()
    (workspace.folder / OSAKA).unlink()
    monkeypatch.setattr("petitioner.render.pdf_internals.WRITTEN_FOR", {"weasyprint": "7."})
    said = f"weasyprint is {version('weasyprint')}, and the tags for screen readers are made for 7.*: they are left out"
    ending = workspace.run("build", "--only", "jp-osaka")
    assert ending.status == 0
    assert ending.err.count("[B905]") == 1
    assert said in ending.err
    assert f"Run: {shlex.quote(sys.executable)} -m pip install 'weasyprint==7.*'" in ending.err
    plain = (workspace.folder / OSAKA).read_bytes()
    assert plain.startswith(b"%PDF-")
    with pikepdf.open(BytesIO(tagged)) as known, pikepdf.open(BytesIO(plain)) as unknown:
        assert "/RoleMap" in known.Root.StructTreeRoot
        assert "/RoleMap" not in unknown.Root.StructTreeRoot
    doctor = workspace.run("doctor")
    assert doctor.status == 1
    assert f"FAILED   {said}" in doctor.out


def test_without_pyipp_all_but_a_printer_works_and_the_line_to_run_is_named(
    workspace: WorkspaceCopy, spoil: Path
) -> None:
    (spoil / "pyipp.py").write_text(NO_PACKAGE.format("pyipp"))
    line = f'Run: {shlex.quote(sys.executable)} -m pip install "petitioner[cups]"'
    printed = run(workspace, "print", "--printer", "office", "--yes")
    assert printed.returncode == 1
    assert "Error: pyipp cannot be loaded: No module named 'pyipp'." in printed.stderr
    assert line in printed.stderr
    doctor = run(workspace, "doctor")
    assert doctor.returncode == 0
    assert f"ok       no pyipp, which only print --printer needs. {line}" in doctor.stdout
    assert run(workspace, "build").returncode == 0
    assert "pyipp" not in run(workspace, "print").stderr


def test_no_module_needs_the_locks_of_unix_to_be_loaded(spoil: Path) -> None:
    (spoil / "fcntl.py").write_text(NO_PACKAGE.format("fcntl"))
    load_all = (  # Dask, which is an extra, chooses its locks by the name of the system
        "import pkgutil, importlib, petitioner as top\n"
        "for one in pkgutil.walk_packages(top.__path__, 'petitioner.'):\n"
        "    if '.migrations.' not in one.name and one.name != 'petitioner.build.cluster':\n"
        "        importlib.import_module(one.name)\n"
    )
    ending = subprocess.run([sys.executable, "-c", load_all], capture_output=True, text=True, check=False)
    assert ending.stderr == ""


def test_what_fails_inside_weasyprint_is_a_problem_of_that_letter_and_the_others_are_made(
    workspace: WorkspaceCopy,
) -> None:
    workspace.write(CSS, f"{STYLE}\n:lang(en) > body p {{ font-size: 1e30px }}\n")
    ending = workspace.run("build")
    assert ending.status == 1
    assert f"{TOKYO}: the page cannot be rendered: WeasyPrint fails with ZeroDivisionError" in ending.err
    assert f"{OSAKA}: the page cannot be rendered: WeasyPrint fails with ZeroDivisionError" in ending.err
    assert "[B901]" in ending.err
    assert "4 made, 2 failed" in ending.err
    assert (workspace.folder / "out/2027/jp-tokyo/petition.ja.pdf").exists()


def test_what_pango_complains_of_is_told_as_a_problem_and_not_past_us(workspace: WorkspaceCopy) -> None:
    workspace.write(CSS, f"{STYLE}\np {{ font-size: 1e30px }}\n")
    ending = run(workspace, "build", "--only", "jp-osaka")
    assert "Pango-CRITICAL" not in ending.stderr
    assert "[B901]" in ending.stderr
    said = [line for line in ending.stderr.splitlines() if not line.startswith("Still to be read: ")]
    assert len(said) == 4


@pytest.mark.parametrize(
    "rule",
    [
        "p { letter-spacing: 1e30mm }",
        "@page { margin: 1e30mm }",
        "img { width: 1e30mm }",
        "p { font-size: 0 }",
        "p { font-size: 1e-9px }",
        "em, strong { font-size: 0 }",
    ],
)
def test_no_number_in_a_style_sheet_shows_a_traceback(workspace: WorkspaceCopy, rule: str) -> None:
    workspace.write(CSS, f"{STYLE}\n{rule}\n")
    assert workspace.run("build", "--only", "jp-osaka").status in {0, 1}


def test_a_bug_of_our_own_is_none_of_a_letter_s_problems() -> None:
    with pytest.raises(KeyError), report_library_errors("WeasyPrint"):
        compile_and_run("petitioner.merge", "{}['a']")
    with pytest.raises(RenderError, match="WeasyPrint fails with KeyError: 'a'"), report_library_errors("WeasyPrint"):
        compile_and_run("weasyprint.layout", "{}['a']")


def compile_and_run(module: str, code: str) -> None:
    """Run code as if it stood in a module."""
    eval(code, {"__name__": module})  # noqa: S307 - a frame of another module, and nothing from outside
