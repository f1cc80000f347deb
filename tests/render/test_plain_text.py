"""The plain text of a letter: every word of it, in lines that an e-mail can carry."""

import re
import unicodedata
from collections import Counter
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from letters_for_renderers import (
    LANGUAGES,
    nested_list,
    paragraph,
    rich_letter,
    sample_letter,
    sample_locale,
    sample_table,
    words,
)
from petitioner.model.blocks import (
    Alignment,
    Block,
    Emphasis,
    Footnote,
    Heading,
    Inline,
    LineBreak,
    Link,
    Listing,
    Paragraph,
    Plain,
    Quotation,
    Strong,
    Table,
    walk_blocks,
    walk_text,
)
from petitioner.model.characters import find_refused_character
from petitioner.model.letter import Letter
from petitioner.render.plain_text import TextColumn, render_text

NEVER_FIRST = "、。，．・：；？！）」』】〉》〕］｝ーぁぃぅぇぉっゃゅょァィゥェォッャュョ々…”’%％"
NEVER_LAST = "（「『【〈《〔［｛“‘"


def body_of(*blocks: Block, language: str = "en") -> str:
    """The lines between subject and closing of a letter with these blocks."""
    letter = sample_letter(language, subject="SUBJECT", salutation=None, opening=None, body=blocks, closing="CLOSING")
    text = render_text(letter, sample_locale(language))
    return text[text.index("SUBJECT\n\n") + 9 : text.index("\n\nCLOSING")]


def notes_of(*blocks: Block) -> str:
    return render_text(sample_letter("en", body=blocks, enclosures=()), sample_locale("en")).split("Director\n\n")[1]


# --- the letter as a whole


def test_a_letter_reads_from_the_sender_to_the_enclosures() -> None:
    letter = sample_letter("en", body=(paragraph("We write to you."),))
    assert render_text(letter, sample_locale("en")) == (
        "Life Funds for North Korean Refugees\n"
        "Hongo 1-33-3-801, Bunkyo-ku, Tokyo 113-0033\n"
        "+81 3 0000 0000  ·  office@example.org\n"
        "\n"
        "His Excellency A. Example\n"
        "President of the People's Republic of China\n"
        "c/o The Consul General\n"
        "Consulate-General of the People's\n"
        "Republic of China in Osaka\n"
        "3-9-2 Utsubo-Hommachi, Nishi-ku, Osaka\n"
        "\n"
        "1 September 2027\n"
        "Ref.: LFNKR-2027-JP-OSAKA\n"
        "\n"
        "Petition for the protection of refugees from North Korea\n"
        "\n"
        "Dear Mr. President:\n"
        "\n"
        "We write to you.\n"
        "\n"
        "Yours respectfully,\n"
        "\n"
        "Life Funds for North Korean Refugees\n"
        "\n"
        "Hanako Example\n"
        "Executive Director\n"
        "\n"
        "Enclosure:\n"
        "  Report of 2026\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_word_of_the_letter_stands_in_the_text_in_order(language: str) -> None:
    letter = rich_letter(language)
    text = _fold(render_text(letter, sample_locale(language)))
    place = 0
    for word in _list_words(letter):
        place = text.index(_fold(word), place) + len(_fold(word))


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_has_no_line_too_long_no_blank_at_an_end_and_no_control(language: str) -> None:
    text = render_text(rich_letter(language), sample_locale(language))
    lines = text.split("\n")
    assert max(map(_measure, lines)) <= 72
    assert [line for line in lines if line != line.rstrip()] == []
    assert text.endswith("\n")
    assert not text.endswith("\n\n")
    assert "\n\n\n" not in text
    assert find_refused_character(text) is None


def test_the_same_letter_gives_the_same_text() -> None:
    texts = {render_text(rich_letter("ja"), sample_locale("ja")) for _ in range(3)}
    assert len(texts) == 1


# --- blocks


def test_a_heading_is_underlined_as_wide_as_it_is() -> None:
    assert body_of(Heading(words("What we ask"))) == "What we ask\n-----------"
    assert body_of(Heading(words("お願い")), language="ja") == "お願い\n------"


def test_a_quotation_carries_its_sign_on_every_line() -> None:
    quotation = Quotation((paragraph("No State shall expel or return a refugee. " * 2), paragraph("Article 33")))
    assert body_of(quotation) == (
        "> No State shall expel or return a refugee. No State shall expel or\n> return a refugee.\n>\n> Article 33"
    )


def test_lists_stand_in_lists_beside_their_numbers_and_strokes() -> None:
    assert body_of(nested_list()) == (
        "1. End the returns.\n"
        "2. Tell the families\n"
        "   - of those detained:\n"
        "     1. within a day,\n"
        "     2. within a week.\n"
        "   - of the others.\n"
        "3. Open the way.\n"
        "\n"
        "   It is short."
    )


def test_numbers_of_two_figures_leave_room_for_those_of_one() -> None:
    items = tuple((paragraph(f"Request {number}."),) for number in range(1, 11))
    lines = body_of(Listing(ordered=True, items=items)).split("\n")
    assert (lines[0], lines[9]) == ("1.  Request 1.", "10. Request 10.")


def test_the_second_line_of_an_entry_stands_under_the_first() -> None:
    lines = body_of(Listing(ordered=False, items=((paragraph("word " * 30),),))).split("\n")
    assert [line[:3] for line in lines] == ["- w", "  w", "  w"]


def test_a_table_that_fits_stands_in_columns() -> None:
    assert body_of(sample_table()) == (
        "Province                               Date      People\n"
        "----------------------------------  -----------  ------\n"
        "Jilin                               12 May 2026      40\n"
        "Liaoning, on the road to the coast  3 June 2026     125"
    )


def test_columns_are_padded_by_the_width_that_characters_have_on_a_screen() -> None:
    rows = (("大連", "1"), ("a", "22"))
    table = Table(
        (Alignment.START, Alignment.END),
        (words("地名"), words("n")),
        tuple(tuple(words(cell) for cell in row) for row in rows),
    )
    assert body_of(table, language="ja") == "地名   n\n----  --\n大連   1\na     22"


def test_a_table_that_is_too_wide_is_told_row_by_row() -> None:
    long = "as long as a cell can be before somebody thinks of writing a paragraph"
    table = Table((Alignment.START,) * 2, (words("Place"), words("What")), ((words("Jilin"), words(long)),) * 2)
    row = f"Place: Jilin\nWhat: {long.removesuffix(' paragraph')}\nparagraph"
    assert body_of(table) == f"{row}\n\n{row}"


def test_notes_are_numbered_where_they_are_called_and_told_at_the_end() -> None:
    said = Paragraph((Plain("One"), Footnote(words("First.")), Plain(" and two."), Footnote(words("Second."))))
    assert body_of(said) == "One[1] and two.[2]"
    assert notes_of(said) == "[1] First.\n[2] Second.\n"


@pytest.mark.parametrize(
    ("target", "said", "printed"),
    [
        ("https://example.org/a", "our page", "our page <https://example.org/a>"),
        ("https://example.org/a", "https://example.org/a", "https://example.org/a"),
        ("https://example.org/", "example.org", "example.org"),
        ("mailto:office@example.org", "office@example.org", "office@example.org"),
        ("mailto:office@example.org", "write to us", "write to us <mailto:office@example.org>"),
        ("https://evil.example", "https://example.org", "https://example.org <https://evil.example>"),
    ],
)
def test_a_link_shows_where_it_leads_unless_its_words_say_so(target: str, said: str, printed: str) -> None:
    assert body_of(Paragraph((Link(target, words(said)),))) == printed


def test_a_break_that_the_writer_asked_for_is_kept() -> None:
    assert body_of(Paragraph((Plain("one"), LineBreak(), Emphasis(words("two"))))) == "one\ntwo"


# --- lines


def test_an_address_on_the_web_is_never_broken() -> None:
    address = "https://example.org/" + "/".join(["a-long-way"] * 12)
    lines = body_of(Paragraph((Plain("Read it "), Link(address, words("here")), Plain(" please.")))).split("\n")
    assert lines == ["Read it here", f"<{address}>", "please."]


def test_the_call_of_a_note_never_starts_a_line() -> None:
    for length in range(30, 40):
        content = (Plain("難" * length), Footnote(words("註")), Plain("民" * 40))
        lines = body_of(Paragraph(content), language="ja").split("\n")
        assert any("[1]" in line for line in lines)
        assert not any(line.startswith("[") for line in lines)


def test_chinese_and_japanese_lines_start_and_end_with_what_may_stand_there() -> None:
    sentence = "「難民の（地位）に、関する」条約を……ちょっと――“読んだ”。"
    for shift in range(0, 72, 2):
        lines = body_of(paragraph("字" * shift + sentence * 8), language="ja").split("\n")
        assert all(line[0] not in NEVER_FIRST for line in lines)
        assert all(line[-1] not in NEVER_LAST for line in lines)


def test_korean_words_stay_whole_but_for_one_that_fills_more_than_a_line() -> None:
    sentence = "돌려보내지 않는다는 약속이 북한을 떠나온 사람들에게도 지켜지기를 삼가 청원합니다. "
    text = body_of(paragraph(sentence * 5), language="ko")
    assert set(text.split()) == set(sentence.split())
    assert max(map(_measure, body_of(paragraph("가" * 100), language="ko").split("\n"))) == 72


def test_signs_of_unsettled_width_count_as_wide_where_readers_have_them_wide() -> None:
    assert [TextColumn(72, is_wide=wide, keeps_words=False).measure("“…”") for wide in (False, True)] == [3, 6]


# --- laws

# Format characters and combining marks change how many columns the text takes; they are tried in test_any_name.
_SIGNS = st.characters(codec="utf-8", exclude_categories=("C", "Z", "M", "Sk")) | st.sampled_from(
    "  　-–…。「」https:/"
)
_WORDS = st.text(_SIGNS, min_size=1, max_size=60).filter(lambda text: text.strip() and not find_refused_character(text))
_INLINE: st.SearchStrategy[Inline] = st.recursive(
    _WORDS.map(Plain) | st.just(LineBreak()),
    lambda inner: st.one_of(
        st.tuples(inner).map(Strong), st.tuples(inner).map(Emphasis), st.tuples(inner).map(Footnote)
    ),
    max_leaves=3,
)
_PARAGRAPHS = st.tuples(_WORDS.map(Plain), _INLINE).map(Paragraph)
_BLOCKS: st.SearchStrategy[Block] = st.recursive(
    _PARAGRAPHS | st.tuples(_WORDS.map(Plain)).map(Heading),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=2).map(lambda blocks: Quotation(tuple(blocks))),
        st.builds(
            Listing,
            ordered=st.booleans(),
            items=st.lists(st.tuples(_PARAGRAPHS, inner), min_size=1, max_size=3).map(tuple),
        ),
    ),
    max_leaves=5,
)


@pytest.mark.slow
@given(st.lists(_BLOCKS, min_size=1, max_size=4), st.sampled_from(LANGUAGES))
def test_no_sign_of_any_letter_is_lost_and_none_is_added_but_marks(blocks: list[Block], language: str) -> None:
    letter = sample_letter(language, body=tuple(blocks))
    text = render_text(letter, sample_locale(language))
    written = Counter(_fold("".join(_list_words(letter))))
    marks = Counter(_fold(text)) - written
    assert written - Counter(_fold(text)) == Counter()
    assert set(marks) <= set("0123456789.-[]>")
    assert not re.search(r"[^\S\n]\n", text)
    assert find_refused_character(text) is None


@given(st.text(_SIGNS, max_size=300), st.integers(24, 76), st.booleans(), st.booleans())
def test_wrapping_only_turns_blanks_into_line_ends(text: str, width: int, is_wide: bool, keeps_words: bool) -> None:  # noqa: FBT001 - drawn
    column = TextColumn(width, is_wide=is_wide, keeps_words=keeps_words)
    lines = column.wrap(text)
    assert _fold("".join(lines)) == _fold(text)
    assert [line.strip() for line in lines] == lines
    for line in lines:
        # What is too long has no place in it where it could have been broken.
        assert column.measure(line) <= width or [*column.find_breaks(line)] == [len(line)]


def _list_words(letter: Letter) -> list[str]:
    """The words of a letter in the order of the text, footnotes last."""
    notes: list[str] = []
    runs = ["".join(_walk(content, notes)) for content in walk_blocks(letter.body)]
    enclosures = [letter.enclosures_label, *letter.enclosures] if letter.enclosures else []
    return [
        letter.letterhead.name,
        *letter.letterhead.lines,
        *(line.text for line in letter.address.lines),
        letter.date_line,
        letter.reference_line,
        *(line for line in (letter.subject, letter.salutation, letter.opening) if line),
        *chain.from_iterable(run.split("\n") for run in runs),
        letter.closing,
        letter.sender,
        *chain.from_iterable((person.name, person.title) for person in letter.signatures),
        *enclosures,
        *notes,
    ]


def _walk(content: tuple[Inline, ...], notes: list[str]) -> list[str]:
    """Words apart where a call or a target comes between them; what the notes say goes to ``notes``."""
    found: list[str] = []
    for part in content:
        match part:
            case Footnote(inner):
                place = len(notes)
                notes.append("")
                notes[place] = "".join(_walk(inner, notes)).split(" <")[0]
                found.append("\n")
            case Link():
                found += [*walk_text((part,)), "\n"]
            case Strong(inner) | Emphasis(inner):
                found += _walk(inner, notes)
            case Plain() | LineBreak():
                found += walk_text((part,))
    return found


def _fold(text: str) -> str:
    return "".join(text.split())


def _measure(line: str) -> int:
    """The columns of a line as a Japanese terminal shows it."""
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)
