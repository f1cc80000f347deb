"""A file that cannot be written: the hint fits the cause, and the files that were there stay as they are."""

import os
from errno import EACCES, ENOSPC, EROFS
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from petitioner import files

COMMANDS = (
    ("recipients", "verify", "jp-osaka", "--confirmed"),
    ("recipients", "import", "list.csv", "--apply"),
    ("recipients", "export", "--to", "list.xlsx"),
    ("read", "ja", "--by", "Hanako"),
    ("schema",),
    ("rollover", "2028"),
    ("build",),
    ("log", "export", "--to", "log.csv"),
    ("report", "--to", "report.html"),
)


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    ("cause", "advice"),
    [
        (ENOSPC, "Make room on the disk, then run the command again."),
        (EROFS, "This disk is read-only."),
        (EACCES, "permissions"),
    ],
)
def test_the_advice_fits_the_reason_why_a_file_cannot_be_written(
    workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch, command: tuple[str, ...], cause: int, advice: str
) -> None:
    monkeypatch.chdir(workspace.folder)
    workspace.write("list.csv", "id,telephone\njp-osaka,06-6445-9481\n")
    assert workspace.run("log", "add", "posted", "jp-osaka", "--by", "Hanako").status == 0
    before = (workspace.folder / "recipients.yaml").read_bytes()

    def refuse(path: Path, *, private: bool) -> tuple[int, Path]:  # noqa: ARG001 - as the function that it replaces
        raise OSError(cause, os.strerror(cause))

    monkeypatch.setattr(files, "_open_temporary_file", refuse)
    ending = workspace.run(*command)
    assert ending.status == 1, ending.err
    assert f"cannot be written: {os.strerror(cause)}" in ending.err.replace(" (", ": ")
    assert (advice in ending.err) or (cause == EACCES and "Name another: --to FILE" in ending.err), ending.err
    assert (workspace.folder / "recipients.yaml").read_bytes() == before
