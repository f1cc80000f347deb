"""Copies for an archive: made where asked, never older than their letters, and never taken for one of them."""

import json
from io import BytesIO

import pikepdf

from conftest import Bench
from documents import read_pdf_pages
from petitioner.build.manifest import find_built
from petitioner.files import digest

COPY = "out/2027/jp-osaka/petition.en.archive.pdf"


def test_a_build_makes_copies_for_an_archive_only_where_it_is_asked_to(bench: Bench) -> None:
    bench.build()
    assert not any("archive" in path for path in bench.list_made())
    assert "3 made, 6 kept." in bench.run("build", "--archive").err
    assert sum(path.endswith(".archive.pdf") for path in bench.list_made()) == 3


def test_a_copy_shows_the_same_pages_as_the_letter_and_holds_nothing_besides(bench: Bench) -> None:
    bench.run("build", "--archive")
    copy, letter = (bench.folder / COPY).read_bytes(), (bench.folder / COPY.replace(".archive", "")).read_bytes()
    assert read_pdf_pages(copy) == read_pdf_pages(letter)
    assert copy != letter
    with pikepdf.open(BytesIO(copy)) as pdf:
        assert len(pdf.attachments) == 0
        assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]


def test_the_same_letter_gives_the_same_copy(bench: Bench) -> None:
    bench.run("build", "--archive")
    copy = (bench.folder / COPY).read_bytes()
    (bench.folder / COPY).unlink()
    bench.run("build", "--archive")
    assert (bench.folder / COPY).read_bytes() == copy


def test_a_copy_that_is_there_is_made_anew_with_its_letter_without_being_asked_for(bench: Bench) -> None:
    bench.run("build", "--archive", "--only", "jp-osaka")
    bench.edit("recipients.yaml", "大阪府大阪市西区靱本町3-9-2", "大阪府大阪市西区靱本町3-9-3")
    assert "3 made" in bench.run("build", "--only", "jp-osaka").err
    assert "靱本町3-9-3" in "".join(read_pdf_pages((bench.folder / COPY).read_bytes()))


def test_a_copy_that_somebody_deleted_is_not_made_again_until_asked_for(bench: Bench) -> None:
    bench.run("build", "--archive")
    (bench.folder / COPY).unlink()
    bench.run("build")
    assert not (bench.folder / COPY).exists()
    assert "8 kept." in bench.run("build").err
    assert "1 made, 8 kept." in bench.run("build", "--archive").err


def test_the_copies_of_a_mission_go_when_its_letters_go(bench: Bench) -> None:
    bench.run("build", "--archive")
    bench.edit("recipients.yaml", "  jp-osaka:\n", "  jp-osaka:\n    skip: no letter this year\n")
    assert f"removed {COPY}, which is no longer made" in bench.run("build").err
    assert not (bench.folder / COPY).exists()


def test_a_copy_that_somebody_changed_is_left_alone(bench: Bench) -> None:
    bench.run("build", "--archive")
    bench.write(COPY, b"%PDF-1.7 annotated")
    ending = bench.run("build", "--archive")
    assert f"{COPY}: somebody changed this file after it was built" in ending.err
    assert (bench.folder / COPY).read_bytes() == b"%PDF-1.7 annotated"


def test_the_log_keeps_the_letter_and_not_the_copy(bench: Bench) -> None:
    bench.run("build", "--archive")
    bench.run("log", "add", "posted", "jp-osaka", "--on", "2027-09-01")
    shown = json.loads(bench.run("log", "show", "jp-osaka", "--json").out)
    kept = json.dumps(shown)
    assert digest((bench.folder / COPY.replace(".archive", "")).read_bytes()) in kept
    assert digest((bench.folder / COPY).read_bytes()) not in kept
    found = [path.name for path, _, _ in find_built(bench.folder / "out/2027", "jp-osaka")]
    assert found == ["petition.en.docx", "petition.en.pdf"]
