"""Enclosures and pictures that are as they should be, and what a letter makes of odd ones."""

import json
from io import BytesIO

import pytest
from PIL import Image

from conftest import WorkspaceCopy
from documents import read_docx_parts
from planted.enclosures import A4, make_pdf, pad, save_pdf, save_picture

ENTRY = "enclosures:\n  - {file: enclosures/report.pdf, title: {en: A report, ja: 報告書}}\nsignatories:"
NAME = "- name: {en: Kato Hiroshi"


def enclose(workspace: WorkspaceCopy, content: bytes) -> None:
    workspace.edit("letters/2027/campaign.yaml", "signatories:", ENTRY)
    workspace.write("letters/2027/enclosures/report.pdf", content)


def sign(workspace: WorkspaceCopy, picture: Image.Image, kind: str = "PNG") -> None:
    workspace.edit("letters/2027/campaign.yaml", NAME, "- image: seal.png\n    name: {en: Kato Hiroshi")
    workspace.write("letters/2027/seal.png", save_picture(picture, kind))


@pytest.mark.parametrize("size", [A4, A4[::-1], (595, 842), (596, 842)])
def test_a_sound_enclosure_has_no_findings(workspace: WorkspaceCopy, size: tuple[float, float]) -> None:
    enclose(workspace, save_pdf(make_pdf(size)))
    assert "0 errors, 0 warnings" in workspace.run("check").err


@pytest.mark.parametrize("count", [1, 2])
def test_the_program_s_own_words_in_the_list_of_enclosures_are_no_fault(seoul: WorkspaceCopy, count: int) -> None:
    entry = "  - {file: enclosures/report.pdf, title: {ko: 연례 보고서}}\n"
    cosigners = "cosigners:\n  - {name: {ko: 희망의 집}, country: {ko: 일본}}\n"
    seoul.edit("letters/2027/campaign.yaml", "signatories:", f"enclosures:\n{entry * count}{cosigners}signatories:")
    seoul.write("letters/2027/enclosures/report.pdf", save_pdf(make_pdf()))
    assert "0 errors, 0 warnings" in seoul.run("check").err


def test_a_blank_too_many_in_the_title_of_an_enclosure_is_told_at_its_line(seoul: WorkspaceCopy) -> None:
    entry = "  - {file: enclosures/report.pdf, title: {ko: 연례  보고서}}\n"
    seoul.edit("letters/2027/campaign.yaml", "signatories:", f"enclosures:\n{entry}signatories:")
    seoul.write("letters/2027/enclosures/report.pdf", save_pdf(make_pdf()))
    told = seoul.run("check").err
    assert "letters/2027/campaign.yaml:26: warning: two spaces in a row in '연례 보고서' [W236]" in told


def test_a_heavy_enclosure_is_no_fault_where_nobody_is_written_to_by_email(workspace: WorkspaceCopy) -> None:
    enclose(workspace, pad(26))
    assert "0 errors, 0 warnings" in workspace.run("check").err


def test_an_enclosure_of_many_pages_is_no_fault(workspace: WorkspaceCopy) -> None:
    pdf = make_pdf()
    for _ in range(300):
        pdf.add_blank_page(page_size=A4)
    enclose(workspace, save_pdf(pdf))
    assert "0 errors, 0 warnings" in workspace.run("check").err


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA"])
def test_a_signature_may_be_of_any_kind_of_picture_and_stands_in_both_formats(
    workspace: WorkspaceCopy, mode: str
) -> None:
    picture = Image.new("L", (900, 300), 255)
    picture.paste(0, (100, 100, 800, 200))
    sign(workspace, picture.convert(mode))
    ending = workspace.run("build")
    assert (ending.status, "F9" in ending.err, "I1" in ending.err) == (0, False, False)


def test_a_signature_with_a_clear_ground_stays_clear_in_the_docx(workspace: WorkspaceCopy) -> None:
    picture = Image.new("RGBA", (900, 300), (0, 0, 0, 0))
    picture.paste((0, 0, 90, 255), (100, 100, 800, 200))
    sign(workspace, picture)
    workspace.build()
    parts = read_docx_parts((workspace.folder / "out/2027/jp-osaka/petition.en.docx").read_bytes())
    (kept,) = (content for name, content in parts.items() if name.startswith("word/media/"))
    assert Image.open(BytesIO(kept)).getpixel((0, 0)) == (0, 0, 0, 0)


@pytest.mark.parametrize("size", [(6000, 200), (200, 6000)])
def test_a_signature_of_odd_shape_and_a_wide_logo_stay_in_their_places(
    workspace: WorkspaceCopy, size: tuple[int, int]
) -> None:
    picture = Image.new("L", size, 0)
    sign(workspace, picture)
    workspace.write("letters/theme/logo.png", save_picture(picture.resize((1200, 200))))
    ending = workspace.run("build", "--json")
    assert ending.status == 0, ending.err
    assert not {file["path"] for file in json.loads(ending.out)["files"] if file["problems"]}
