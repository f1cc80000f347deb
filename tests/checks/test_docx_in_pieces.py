"""A DOCX that is read in pieces says what a full reading finds, and a fault in one of many letters is found.

Each fault is put into a part or a paragraph that the letters before have without the fault.
"""

import re
from collections.abc import Callable
from functools import cache
from itertools import accumulate
from pathlib import Path
from struct import pack_into, unpack_from

import pytest

from hostile_words import HOSTILE, list_letters, put_words
from letter_texts import ROOT
from letters_for_renderers import LANGUAGES, rich_letter, sample_letter, sample_locale, sample_theme
from petitioner.checks.pages import check_pages, docx_pieces, find_page_problems
from petitioner.checks.pages.docx_pieces import read_docx_in_pieces
from petitioner.checks.pages.docx_reader import DocxText, read_docx
from petitioner.checks.pages.finished import FinishedLetter
from petitioner.checks.pages.known_files import KnownFiles
from petitioner.checks.pages.pdf_reader import UnreadablePageError
from petitioner.model.letter import Letter
from petitioner.render.docx import render_docx
from petitioner.render.docx.package import pack, unpack
from petitioner.tables.locales import load_locales
from scale import IS_LONG
from similar_letters import make_letters

THEME = sample_theme()
COUNT = 1000 if IS_LONG else 5
BAD = COUNT // 2
WORKSPACES = (ROOT, *sorted((ROOT / "examples").iterdir()))

Parts = dict[str, bytes]


@pytest.fixture
def full(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """The files that the reader of pieces leaves to the other reader."""
    found: list[bytes] = []

    def count(content: bytes) -> DocxText:
        found.append(content)
        return read_docx(content)

    monkeypatch.setattr(docx_pieces, "read_docx", count)
    return found


@cache
def render() -> tuple[tuple[Letter, bytes], ...]:
    """Letters with notes, lists and pictures."""
    locale = sample_locale("en")
    return tuple((one, render_docx(one, THEME, locale)) for one in make_letters("en", rich_letter("en"), COUNT))


def change_part(name: str, pattern: str, new: str) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        changed, count = re.subn(pattern, new, parts[name].decode(), count=1, flags=re.DOTALL)
        assert count == 1
        parts[name] = changed.encode()

    return change


def change_document(pattern: str, new: str) -> Callable[[Parts], None]:
    return change_part("word/document.xml", pattern, new)


def exchange_headers(parts: Parts) -> None:
    parts["word/header1.xml"], parts["word/header2.xml"] = parts["word/header2.xml"], parts["word/header1.xml"]


def remove_numbering(parts: Parts) -> None:
    del parts["word/numbering.xml"]


T = '<w:t xml:space="preserve">'
REFUGEES = f"(?<={T})[^<]*Convention[^<]*(?=<)"
INSIDE: dict[str, tuple[str, Callable[[Parts], None]]] = {
    "other words in a paragraph of all letters": ("F909", change_document(REFUGEES, "other words")),
    "no words in a paragraph of all letters": ("F909", change_document(REFUGEES, "")),
    "other words in the address": ("F909", change_document("(?<=>)Osaka|Nagoya|Republic|Consulate-General", "Seoul")),
    "a paragraph more": ("F909", change_document("</w:p>", f"</w:p><w:p><w:r>{T}more</w:t></w:r></w:p>")),
    "a paragraph less": ("F909", change_document(f"<w:p>(?:(?!</w:p>).)*{T}.*?</w:p>", "<w:p/>")),
    "paragraphs in another order": (
        "F909",
        change_document("(<w:p>(?:(?!</w:p>).)*<w:t.*?</w:p>)(<w:p>.*?</w:p>)", r"\2\1"),
    ),
    "a change that is tracked": ("F909", change_document("<w:r>(.*?)</w:r>", r"<w:ins><w:r>\1</w:r></w:ins>")),
    "a hidden word": ("F909", change_document("<w:r>", "<w:r><w:rPr><w:vanish/></w:rPr>")),
    "a text box around paragraphs": (
        "F909",
        change_document("(<w:body>)(.*)(?=<w:sectPr>)", r"\1<w:txbxContent>\2</w:txbxContent>"),
    ),
    "another number of a list": ("F909", change_document('(<w:numId w:val=")\\d+', r"\g<1>0")),
    "no alternative text of a picture": ("F912", change_document('descr="[^"]*"', 'descr=""')),
    "a wide picture": ("F913", change_document('(?<=<wp:extent cx=")\\d+', "99999999")),
    "another margin": ("F911", change_document('(?<=w:left=")\\d+', "999")),
    "another size of the page": ("F911", change_document('(?<=<w:pgSz w:w=")\\d+', "12240")),
    "another header": ("F905", change_part("word/header2.xml", f"(?<={T})[^<]+", "CONFIDENTIAL")),
    "headers of the other pages": ("F905", exchange_headers),
    "a link to another header": ("F905", change_part("word/_rels/document.xml.rels", "header2", "header1")),
    "another footer": ("F905", change_part("word/footer1.xml", "PAGE", "DATE")),
    "a note with other words": ("F909", change_part("word/footnotes.xml", "Convention", "convention")),
    "a comment in a header": (
        "F909",
        change_part("word/header1.xml", "</w:p>", '<w:commentReference w:id="1"/></w:p>'),
    ),
    "other numbers of a list": ("F909", change_part("word/numbering.xml", '(?<=<w:lvlText w:val=")%1', "§%1")),
    "a part that is missing": ("F909", remove_numbering),
    "a document that is not well-formed": ("F909", change_document("</w:r></w:p>", "</w:p>")),
    "a paragraph that does not end": ("F909", change_document("</w:p>", "")),
    "a comment around a paragraph": ("F909", change_document("(<w:p>(?:(?!</w:p>).)*<w:t.*?</w:p>)", r"<!--\1-->")),
    "words in another namespace": ("F909", change_document("<w:body>", '<w:body xmlns:w="urn:other">')),
    "a character that is not XML": ("F909", change_document(REFUGEES, "\x01")),
    "a section within the letter": (
        "F911",
        change_document("<w:p>", '<w:p><w:pPr><w:sectPr><w:pgSz w:w="9" w:h="9"/></w:sectPr></w:pPr>'),
    ),
}
"""Faults in the parts of the DOCX of one letter, and the code of one problem that they cause."""


@pytest.mark.parametrize(("code", "change"), INSIDE.values(), ids=INSIDE)
def test_a_fault_in_one_letter_of_many_is_found_as_by_a_full_reading(
    code: str, change: Callable[[Parts], None], full: list[bytes]
) -> None:
    letters = list(render())
    bad, content = letters[BAD]
    parts = unpack(content)
    change(parts)
    letters[BAD] = bad, pack(parts)
    readers = KnownFiles().choose_readers(in_full=False)
    found = [check_pages(FinishedLetter(letter, THEME, "out/x", {"docx": own}, readers)) for letter, own in letters]
    expected = find_page_problems(bad, THEME, "out/x", {"docx": letters[BAD][1]})
    assert code in {problem.code for problem in expected}
    assert found.pop(BAD) == expected
    assert found == [()] * (COUNT - 1)
    assert full in ([], [letters[BAD][1]])


def damage_byte(content: bytearray, start: int) -> None:
    """Change a byte within a packed part."""
    content[start + 200] ^= 0x55


def damage_checksum(content: bytearray, start: int) -> None:
    content[start + 14] ^= 1


def change_name(content: bytearray, start: int) -> None:
    content[start + 30] ^= 0x20


def change_directory(content: bytearray, _: int) -> None:
    """Let the directory name a part twice, so that other readers find another document."""
    place = content.rindex(b"word/header1.xml")
    content[place : place + 16] = b"word/header2.xml"


def append_byte(content: bytearray, _: int) -> None:
    content += b"!"


def move_entry(content: bytearray, _: int) -> None:
    """Let the directory say that a header is at the place of the other one."""
    first, second = (content.rindex(b"word/header%d.xml" % number) - 4 for number in (1, 2))
    pack_into("<L", content, second, *unpack_from("<L", content, first))


@pytest.mark.parametrize(
    "damage", [damage_byte, damage_checksum, change_name, change_directory, append_byte, move_entry]
)
def test_an_archive_in_any_other_form_is_read_by_the_other_reader(
    damage: Callable[[bytearray, int], None], full: list[bytes]
) -> None:
    _, content = render()[0]
    read_docx_in_pieces(content)
    damaged = bytearray(content)
    damage(damaged, content.index(b"word/document.xml") - 30)
    assert read_or_refuse(read_docx_in_pieces, bytes(damaged)) == read_or_refuse(read_docx, bytes(damaged))
    assert full == [bytes(damaged)]


def read_or_refuse(read: Callable[[bytes], DocxText], content: bytes) -> DocxText | str:
    try:
        return read(content)
    except UnreadablePageError as error:
        return str(error)


def test_a_file_that_ends_anywhere_is_refused(full: list[bytes]) -> None:
    _, content = render()[0]
    for end in accumulate([len(content) // 97] * 96):
        assert read_or_refuse(read_docx_in_pieces, content[:end]) == read_or_refuse(read_docx, content[:end])
    assert len(full) == 96


@pytest.mark.parametrize("language", LANGUAGES)
def test_letters_are_read_as_in_full(language: str, full: list[bytes]) -> None:
    locale = sample_locale(language)
    for letter in (*make_letters("en", rich_letter(language), COUNT), *make_letters("en", sample_letter(language), 3)):
        content = render_docx(letter, THEME, locale)
        assert read_docx_in_pieces(content) == read_docx(content)
    assert full == []


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_words_are_read_as_in_full(text: str) -> None:
    for letter in put_words(sample_letter("en"), text):
        content = render_docx(letter, THEME, sample_locale("en"))
        assert read_docx_in_pieces(content) == read_docx(content)


@pytest.mark.parametrize("folder", WORKSPACES, ids=["real", *(folder.name for folder in WORKSPACES[1:])])
def test_shipped_letters_are_read_as_in_full(folder: Path, full: list[bytes]) -> None:
    theme, letters = list_letters(folder)
    for letter in letters:
        content = render_docx(letter, theme, load_locales()[letter.language])
        assert read_docx_in_pieces(content) == read_docx(content)
    assert full == []
