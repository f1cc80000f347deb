"""What is approved is put down in words: all of them, and no two letters that look different with the same."""

from collections.abc import Mapping
from dataclasses import replace

import pytest

from letters_for_renderers import paragraph, rich_letter, sample_letter, sample_theme
from log_workspace import OSAKA, chain_of, draft
from petitioner.approval.content import (
    PacketSource,
    describe_content,
    diff_lines,
    list_parts,
    mark_words,
    read_content,
)
from petitioner.approval.packets import list_changes, open_packet
from petitioner.approval.review import CombinedLine, combine_lines
from petitioner.model.blocks import Block, Emphasis, Heading, LineBreak, Listing, Paragraph, Plain, Quotation, Strong
from petitioner.model.letter import Letter
from petitioner.model.recipient import Recipient


def parcel(*letters: Letter, attached: Mapping[str, bytes] | None = None) -> PacketSource:
    return PacketSource(OSAKA, "post", letters, None, attached or {})


def text_of(*blocks: Block) -> tuple[str, ...]:
    return list_parts(replace(sample_letter("en"), body=blocks))["text"]


def test_every_word_of_a_rich_letter_is_there() -> None:
    letter = rich_letter("en")
    spelt = "\n".join(line for lines in list_parts(letter).values() for line in lines)
    for words in (letter.subject, letter.date_line, letter.reference_line, letter.closing, *letter.enclosures):
        assert words in spelt
    for line in (*letter.letterhead.lines, *(line.text for line in letter.address.lines)):
        assert line in spelt


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (paragraph("**now**"), Paragraph((Strong((Plain("now"),)),))),
        (paragraph("1. First"), Listing(ordered=True, items=((paragraph("First"),),))),
        (paragraph("- First"), Listing(ordered=False, items=((paragraph("First"),),))),
        (paragraph("## Head"), Heading((Plain("Head"),))),
        (paragraph("> said"), Quotation((paragraph("said"),))),
        (Paragraph((Strong((Plain("a"),)),)), Paragraph((Emphasis((Plain("a"),)),))),
        (Paragraph((Plain("a"), LineBreak(), Plain("b"))), paragraph("a b")),
    ],
)
def test_what_looks_different_has_different_words(one: Block, other: Block) -> None:
    assert text_of(one) != text_of(other)


def test_the_content_of_a_log_ten_years_old_reads_back() -> None:
    content = describe_content(parcel(rich_letter("en"), attached={"report.pdf": b"%PDF-1"}), sample_theme())
    assert read_content(content.serialize()) == content


def test_another_language_in_the_theme_changes_nothing_for_those_who_do_not_get_it() -> None:
    theme = sample_theme()
    fewer = theme.model_copy(update={"fonts": {tag: theme.fonts[tag] for tag in ("en", "ja")}})
    letters = [sample_letter("en")]
    assert describe_content(parcel(*letters), theme).sha256 == describe_content(parcel(*letters), fewer).sha256


def test_a_picture_of_a_signature_is_content_and_so_are_the_addresses_of_an_email() -> None:
    letter, theme = sample_letter("en"), sample_theme()
    signed = replace(letter, signatures=tuple(replace(one, image=b"\x89PNG other") for one in letter.signatures))
    moved = OSAKA.model_copy(update={"email": ("other@example.cn",)})

    def sha256(recipient: Recipient = OSAKA, channel: str = "post", shown: Letter = letter) -> str:
        return describe_content(PacketSource(recipient, channel, (shown,), None, {}), theme).sha256

    assert sha256(shown=signed) != sha256()
    assert sha256(moved) == sha256()
    assert sha256(moved, "email") != sha256(channel="email")


def test_a_changed_line_is_shown_old_and_new_with_the_words_that_differ() -> None:
    assert diff_lines(["Dear Sir:", "Let them stay here.", "Yours"], ["Dear Sir:", "Let them live here.", "Yours"]) == (
        "- Let them ⟦stay⟧ here.",
        "+ Let them ⟦live⟧ here.",
    )


def test_in_chinese_each_character_counts() -> None:
    assert mark_words("驻大阪总领事馆", ["驻福冈总领事馆"]) == "驻⟦大阪⟧总领事馆"


def test_a_line_that_is_new_altogether_is_shown_whole() -> None:
    assert diff_lines([], ["We ask for a meeting."]) == ("+ We ask for a meeting.",)
    assert diff_lines(["one two three"], ["四五六"]) == ("- one two three", "+ 四五六")


def test_many_letters_are_read_as_one() -> None:
    texts = {
        "tokyo": ("Through the Embassy in Tokyo, with respect.", "Receive us.", "Yours"),
        "osaka": ("Through the Consulate in Osaka, with respect.", "Yours"),
        "kobe": ("Through the Consulate in Kobe, with respect.", "And reply.", "Yours"),
    }
    assert combine_lines(texts) == (
        CombinedLine("Through the ⟦Embassy⟧ in ⟦Tokyo⟧, with respect."),
        CombinedLine("Receive us.", ("tokyo",)),
        CombinedLine("And reply.", ("kobe",)),
        CombinedLine("Yours"),
    )


def test_without_the_words_of_an_approval_nothing_is_said_to_have_changed() -> None:
    content = describe_content(parcel(sample_letter("en")), sample_theme())
    assert list_changes(None, content) == ()
    assert list_changes(b"not what was kept", content) == ()
    assert list_changes(b'{"version": 2, "parts": {}}', content) == ()


def test_only_an_approval_opens_as_a_packet() -> None:
    (posted,) = chain_of(draft())
    with pytest.raises(ValueError, match="event 1 is no approval"):
        open_packet(posted, b"{}")
