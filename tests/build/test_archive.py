"""Copies for an archive: made where asked, never older than their letters, and never taken for one of them."""

import json
from io import BytesIO

import pikepdf

from conftest import WorkspaceCopy
from documents import read_pdf_pages
from petitioner.build.manifest import find_built_letters
from petitioner.files import digest

COPY = "out/2027/jp-osaka/petition.en.archive.pdf"


def test_a_build_makes_copies_for_an_archive_only_where_it_is_asked_to(workspace: WorkspaceCopy) -> None:
    workspace.build()
    assert not any("archive" in path for path in workspace.list_made())
    assert "3 made, 6 kept." in workspace.run("build", "--archive").err
    assert sum(path.endswith(".archive.pdf") for path in workspace.list_made()) == 3


def test_a_copy_shows_the_same_pages_as_the_letter_and_holds_nothing_besides(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive")
    copy, letter = (
        (workspace.folder / COPY).read_bytes(),
        (workspace.folder / COPY.replace(".archive", "")).read_bytes(),
    )
    assert read_pdf_pages(copy) == read_pdf_pages(letter)
    assert copy != letter
    with pikepdf.open(BytesIO(copy)) as pdf:
        assert len(pdf.attachments) == 0
        assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]


def test_the_same_letter_gives_the_same_copy(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive")
    copy = (workspace.folder / COPY).read_bytes()
    (workspace.folder / COPY).unlink()
    workspace.run("build", "--archive")
    assert (workspace.folder / COPY).read_bytes() == copy


def test_a_copy_that_is_there_is_made_anew_with_its_letter_without_being_asked_for(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive", "--only", "jp-osaka")
    workspace.edit("recipients.yaml", "大阪府大阪市西区靱本町3-9-2", "大阪府大阪市西区靱本町3-9-3")
    assert "3 made" in workspace.run("build", "--only", "jp-osaka").err
    assert "靱本町3-9-3" in "".join(read_pdf_pages((workspace.folder / COPY).read_bytes()))


def test_a_copy_that_somebody_deleted_is_not_made_again_until_asked_for(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive")
    (workspace.folder / COPY).unlink()
    workspace.run("build")
    assert not (workspace.folder / COPY).exists()
    assert "8 kept." in workspace.run("build").err
    assert "1 made, 8 kept." in workspace.run("build", "--archive").err


def test_the_copies_of_a_mission_go_when_its_letters_go(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive")
    workspace.edit("recipients.yaml", "  jp-osaka:\n", "  jp-osaka:\n    skip: no letter this year\n")
    assert f"removed {COPY}, which is no longer made" in workspace.run("build").err
    assert not (workspace.folder / COPY).exists()


def test_a_copy_that_somebody_changed_is_left_alone(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive")
    workspace.write(COPY, b"%PDF-1.7 annotated")
    ending = workspace.run("build", "--archive")
    assert f"{COPY}: somebody changed this file after it was built" in ending.err
    assert (workspace.folder / COPY).read_bytes() == b"%PDF-1.7 annotated"


def test_the_log_keeps_the_letter_and_not_the_copy(workspace: WorkspaceCopy) -> None:
    workspace.run("build", "--archive")
    workspace.run("log", "add", "posted", "jp-osaka", "--on", "2027-09-01")
    shown = json.loads(workspace.run("log", "show", "jp-osaka", "--json").out)
    kept = json.dumps(shown)
    assert digest((workspace.folder / COPY.replace(".archive", "")).read_bytes()) in kept
    assert digest((workspace.folder / COPY).read_bytes()) not in kept
    found = [path.name for path, _, _ in find_built_letters(workspace.folder / "out/2027", "jp-osaka")]
    assert found == ["petition.en.docx", "petition.en.pdf"]
