"""The PDF and the DOCX of a letter hold the same words: what is approved in one is what is sent in the other."""

import re
from collections import Counter
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from documents import drop_list_numbers, fold, read_docx_text, read_pdf_pages
from petitioner.model.locale import Direction
from petitioner.tables.locales import load_locales

_REFERENCE = re.compile(r"-2027-[A-Z]{2}-|-[A-Z]{2}-2027-")
"""In a line from right to left, PDFium returns the parts of a reference in the opposite order."""

RICH = """\
---
subject: Every kind of *block* & <sign>
salutation: Excellency,
closing: Yours,
---
A paragraph with **strong**, *emphasis*, `code` and [a link](https://example.org/a_b).[^1]
A hard break\\
follows.

## A heading

> A quotation of *two*
>
> paragraphs.

- one
    - deeper
        - deepest
- two

1. first
2. second

| left | right |
| :--- | ----: |
| a    |     1 |
| b    |    22 |

Enough said.[^2]

[^1]: The first note, with a [link](https://example.org).
[^2]: The second note.
"""


@pytest.mark.slow
def test_all_letters_of_this_repository_say_the_same_in_both_formats(
    real: WorkspaceCopy, seoul: WorkspaceCopy, five_languages: WorkspaceCopy, showcase: WorkspaceCopy
) -> None:
    for workspace, count in ((real, 21), (seoul, 1), (five_languages, 6), (showcase, 4)):
        workspace.build()
        pdfs = sorted((workspace.folder / "out").rglob("*.pdf"))
        assert len(pdfs) == count
        for pdf in pdfs:
            _compare(pdf)


def test_a_letter_with_every_kind_of_block_says_the_same_in_both_formats(workspace: WorkspaceCopy) -> None:
    workspace.write("letters/2027/petition.en.md", RICH)
    assert workspace.run("build", "--lang", "en").status == 0
    _compare(workspace.folder / "out/2027/jp-osaka/petition.en.pdf")


@pytest.mark.parametrize("name", ["A*B_C", "[x](y)", "<c>&amp", "1. Foreign & Co", "`#` ~~ |"])
def test_a_name_full_of_signs_comes_out_as_itself_in_both_formats(workspace: WorkspaceCopy, name: str) -> None:
    workspace.edit(
        "recipients.yaml", "en: Consulate-General of the People's Republic of China in Osaka", f"en: '{name}'"
    )
    assert workspace.run("build", "--only", "jp-osaka").status == 0
    pdf = workspace.folder / "out/2027/jp-osaka/petition.en.pdf"
    assert fold(name) in fold("".join(read_pdf_pages(pdf.read_bytes())))
    assert name in read_docx_text(pdf.with_suffix(".docx").read_bytes())
    _compare(pdf)


def _compare(pdf: Path) -> None:
    locale = load_locales()[pdf.name.split(".")[-2]]
    pages = read_pdf_pages(pdf.read_bytes())
    written = read_docx_text(pdf.with_suffix(".docx").read_bytes())
    printed = "\n".join(_drop_furniture(page, n, len(pages), locale.page) for n, page in enumerate(pages))
    printed = _join_divided_words(printed, fold(written))
    if locale.direction is Direction.RIGHT_TO_LEFT:
        # PDFium returns each line as it looks: brackets are mirrored, and the numbers of lists are lines of their own.
        written, printed = (text.replace(")", "(") for text in (written, re.sub(r"(?m)^\s*\.\d+$", "", printed)))
    left, right = Counter(fold(drop_list_numbers(printed))), Counter(fold(drop_list_numbers(written)))
    assert left == right, (pdf, left - right, right - left)
    assert len(fold(written)) > 300


def _join_divided_words(printed: str, written: str) -> str:
    """Text without the hyphens that divide words at the ends of lines, and with those that the writer wrote there.

    PDFium returns U+FFFE for either.
    """

    def join(found: re.Match[str]) -> str:
        return with_hyphen if (with_hyphen := f"{found[1]}-{found[2]}") in written else f"{found[1]}{found[2]}"

    return re.sub(r"(\w+)\ufffe\s*(\w+)", join, printed)


def _drop_furniture(page: str, number: int, count: int, label: str) -> str:
    """A page without the label at its foot and, from the second page on, the reference at its head."""
    foot = fold(label.format(page=number + 1, pages=count))
    lines = page.split("\n")
    assert sum(fold(line) == foot for line in lines) == (count > 1), page
    return "\n".join(line for line in lines if fold(line) != foot and not (number and _REFERENCE.search(line)))
