"""Letters made alone: ``build --plain`` makes the same files, ``build --verify`` compares them."""

import shutil
from pathlib import Path
from typing import Any

import pytest

from conftest import Ending, WorkspaceCopy
from petitioner.render import pdf
from petitioner.render.docx import render_docx_plainly
from petitioner.render.pdf_internals.placed import DrawnBlock, draw_block
from petitioner.render.pdf_internals.shapes import ShapeMemory


def read_files(folder: Path, ending: str = "*") -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.glob(f"out/2027/*/petition.*.{ending}")}


@pytest.fixture
def _shift_lines(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lines in pages that are laid out once are a little too high."""

    def draw_wrongly(*arguments: Any) -> DrawnBlock:  # noqa: ANN401 - those of the real one
        made = draw_block(*arguments)
        return DrawnBlock({key: b"1 0 0 1 0 -2 cm\n" + part for key, part in made.parts.items()}, made.fonts)

    monkeypatch.setattr("petitioner.render.pdf_internals.prepared.draw_block", draw_wrongly)
    monkeypatch.setattr(pdf, "_shapes", ShapeMemory())


def test_letters_made_alone_are_the_same(workspace: WorkspaceCopy) -> None:
    assert workspace.run("build", "--lang", "en").status == 0
    first = read_files(workspace.folder)
    shutil.rmtree(workspace.folder / "out")
    assert workspace.run("build", "--lang", "en", "--plain").status == 0
    assert read_files(workspace.folder) == first


def test_verify_says_how_many_letters_were_compared(workspace: WorkspaceCopy) -> None:
    ending = workspace.run("build", "--lang", "en", "--verify", "5")
    assert ending.status == 0
    assert "2 letters compared with the same letter made alone." in ending.err


def build(workspace: WorkspaceCopy, *options: str) -> Ending:
    return workspace.run("build", "--only", "jp-tokyo", "--lang", "en", *options)


@pytest.mark.usefixtures("_shift_lines")
def test_verify_finds_a_line_that_is_set_wrongly_and_writes_no_such_letter(workspace: WorkspaceCopy) -> None:
    assert build(workspace, "--verify", "9").status == 0  # the first letter of its shape
    first = read_files(workspace.folder, "pdf")
    workspace.edit("recipients.yaml", "3-4-33 Moto-Azabu", "3-4-34 Moto-Azabu")
    ending = build(workspace, "--verify", "9")
    assert ending.status == 1
    assert "this PDF differs from that of the same letter made alone" in ending.err
    assert "[B907]" in ending.err
    assert "petitioner build --plain" in ending.err
    assert read_files(workspace.folder, "pdf") == first
    assert build(workspace, "--plain", "--verify", "9").status == 0


@pytest.mark.usefixtures("_shift_lines")
def test_verify_looks_at_letters_that_were_kept_too(workspace: WorkspaceCopy) -> None:
    build(workspace)
    workspace.edit("recipients.yaml", "3-4-33 Moto-Azabu", "3-4-34 Moto-Azabu")
    assert build(workspace).status == 0
    ending = build(workspace, "--verify", "9")
    assert ending.status == 1
    assert "[B907]" in ending.err


def test_verify_finds_a_docx_that_is_filled_wrongly(workspace: WorkspaceCopy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("petitioner.render.docx.render_by_shape", lambda *letter: render_docx_plainly(*letter) + b" ")
    ending = build(workspace, "--verify", "9")
    assert ending.status == 1
    assert "this DOCX differs from that of the same letter made alone" in ending.err
    assert not read_files(workspace.folder, "docx")
