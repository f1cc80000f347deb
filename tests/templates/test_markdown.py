"""Markdown to blocks: a fixed subset, and a clear word about everything else."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitioner.errors import Problem
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
    walk_text,
)
from petitioner.model.characters import compose_text, find_refused_character
from petitioner.templates.jinja import TemplateRenderer
from petitioner.templates.jinja_extensions import FilledText, SourceLine
from petitioner.templates.markdown import parse_markdown


def parse(text: str, *, spaced: bool = True) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    """The blocks and problems of a text that stands on the lines from 11 on."""
    places = tuple(SourceLine("petition.md", line) for line in range(11, 12 + text.count("\n")))
    return parse_markdown(FilledText(text, places), spaced=spaced)


def read(text: str, *, spaced: bool = True) -> tuple[Block, ...]:
    """The blocks of a text without faults."""
    blocks, problems = parse(text, spaced=spaced)
    assert problems == ()
    return blocks


def words(text: str) -> Paragraph:
    """A paragraph of plain words."""
    return Paragraph((Plain(text),))


def bullets(*item: Block) -> Listing:
    """A list of one entry."""
    return Listing(ordered=False, items=(item,))


# --- what a letter can hold -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "私たちは**「難民条約」**が守られることを求めます。",
        "また**送還（強制）**を止めること",
        "**重要。**これを望みます。",
        "저희는 **난민협약(1951)**을 존중합니다.",
        "请看**《公约》**第三十三条。",
        "请看**“公约”**第三十三条。",
        "葛\U000e0100**（城）**市",
        "Aは**「b」**c",
    ],
)
def test_words_beside_brackets_are_strong_where_no_blanks_part_words(text: str) -> None:
    before, strong, after = text.split("**")
    (paragraph,) = read(text, spaced=False)
    assert paragraph == Paragraph(
        tuple(part for part in (Plain(before), Strong((Plain(strong),)), Plain(after)) if part != Plain(""))
    )


@pytest.mark.parametrize(
    ("text", "length"),
    [("*「あ」*い", 1), ("あ*い。*う", 1), ("**あ**（い）", 1), ("あ ** 「い」** う", 0), ("a**🙏(b)**c", 0)],
)
def test_marks_that_blanks_part_from_their_words_stay_marks(text: str, length: int) -> None:
    blocks, _ = parse(text, spaced=False)
    assert isinstance(blocks[0], Paragraph)
    assert sum(isinstance(part, Strong | Emphasis) for part in blocks[0].content) == length


def test_each_of_several_marks_on_one_line_is_told() -> None:
    _, problems = parse("first a**(b)**c then ** d ** e")
    assert [problem.code for problem in problems] == ["K706"] * len(problems)
    assert len(problems) >= 3


def test_paragraphs_emphasis_links_and_breaks() -> None:
    assert read("One *two* **three**\nfour `five`.\n\n[Six](https://a.org) <https://b.org> <c@d.org>\\\nend") == (
        Paragraph(
            (Plain("One "), Emphasis((Plain("two"),)), Plain(" "), Strong((Plain("three"),)), Plain(" four five."))
        ),
        Paragraph(
            (
                Link("https://a.org", (Plain("Six"),)),
                Plain(" "),
                Link("https://b.org", (Plain("https://b.org"),)),
                Plain(" "),
                Link("mailto:c@d.org", (Plain("c@d.org"),)),
                LineBreak(),
                Plain("end"),
            )
        ),
    )


def test_headings_lists_and_quotations() -> None:
    assert read("## Head *x*\n\n1. a\n2. b\n   - c\n     - d\n\n> e\n>\n> - f\n") == (
        Heading((Plain("Head "), Emphasis((Plain("x"),)))),
        Listing(
            ordered=True,
            items=(
                (words("a"),),
                (words("b"), bullets(words("c"), bullets(words("d")))),
            ),
        ),
        Quotation((words("e"), bullets(words("f")))),
    )


def test_a_table_has_alignments_a_header_and_rows_of_one_length() -> None:
    (table,) = read("| a | b | c |\n|---|:-:|--:|\n| 1 | *2* | 3 \\| 4 |\n| | | |\n")
    assert isinstance(table, Table)
    assert table.alignments == (Alignment.START, Alignment.CENTRE, Alignment.END)
    assert table.rows == (((Plain("1"),), (Emphasis((Plain("2"),)),), (Plain("3 | 4"),)), ((), (), ()))


def test_a_footnote_stands_where_it_is_called() -> None:
    assert read("One[^a] two[^b].\n\n[^b]: Of *two*.\n[^a]: Of one.\n") == (
        Paragraph(
            (
                Plain("One"),
                Footnote((Plain("Of one."),)),
                Plain(" two"),
                Footnote((Plain("Of "), Emphasis((Plain("two"),)), Plain("."))),
                Plain("."),
            )
        ),
    )


def test_line_ends_are_blanks_in_english_and_nothing_between_wide_characters() -> None:
    assert read("one\ntwo") == (words("one two"),)
    assert read("한국\n어", spaced=True) == (words("한국 어"),)
    assert read("文書\n番号（North\nKorea）\nと\nend", spaced=False) == (words("文書番号（North Korea）とend"),)


@pytest.mark.parametrize(
    ("text", "joined"),
    [("**強**\n調", "強調"), ("*North*\nKorea", "North Korea"), ("**a**\n**b**", "a b"), ("東\\*\nb", "東* b")],
)
def test_a_line_end_beside_emphasis_looks_at_the_words_in_it(text: str, joined: str) -> None:
    (block,) = read(text, spaced=False)
    assert isinstance(block, Paragraph)
    assert "".join(show(part) for part in block.content) == joined


def show(part: Inline) -> str:
    """The words of a part."""
    match part:
        case Plain(text):
            return text
        case Strong(content) | Emphasis(content) | Link(_, content) | Footnote(content):
            return "".join(show(inner) for inner in content)
        case LineBreak():
            return "\n"


def test_a_line_end_looks_past_the_mark_of_a_footnote() -> None:
    (block,) = read("[^1]\n東[^2]\n京 North[^3]\nKorea\n\n[^1]: a\n[^2]: b\n[^3]: c\n", spaced=False)
    assert isinstance(block, Paragraph)
    assert "".join(show(part) for part in block.content) == "a東b京 Northc Korea"


def test_a_tab_between_words_is_a_blank() -> None:
    assert read("a\tb") == (words("a b"),)


def test_entities_are_the_signs_they_stand_for() -> None:
    assert read("R&amp;D&nbsp;&copy; &notanentity;") == (words("R&D\u00a0© &notanentity;"),)


# --- what it cannot ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "line", "code", "hint"),
    [
        ("a\n\n<div>b</div>\n", 3, "K701", "*emphasis*"),
        ("a\nb\nc <b>d</b>", 3, "K701", "\\<"),
        ("a *b\nc <b>* d", 2, "K701", "\\<"),
        ("<!-- note -->\n\na", 1, "K701", "{# … #}"),
        ("a <!-- note --> b", 1, "K701", "{# … #}"),
        ("a\n![b](c.png)", 2, "K701", "enclosure"),
        ("a\n\n```\nb\n```\n", 3, "K701", "'> '"),
        ("a\n\n    b\n", 3, "K701", "margin"),
        ("a\n\n---\n\nb", 3, "K701", "heading"),
        ("a\n\n***\n", 3, "K701", "heading"),
        ("# a\n", 1, "K702", "'## '"),
        ("a\n\n### b\n", 3, "K702", "'## '"),
        ("a\nb\n---\nc\n", 3, "K702", "Delete it"),
        ("a\n===\n", 2, "K702", "Delete it"),
        ("a\n\n## \n", 3, "K702", "Write them"),
        ("a\n\n2027. b\n", 3, "K703", "2027\\."),
        ("- a\n  - b\n    - c\n      - d\n        - e\n", 4, "K703", "fewer levels"),
        ("- a\n-\n- b\n", 2, "K703", "Write words"),
        ("- - a\n", 1, "K703", "Write words"),
        ("a[^1]\nb[^2]\n\n[^1]: c", 2, "K704", "[^1]: Its text."),
        ("a\n\n[^1]: b", 3, "K704", "Put its mark"),
        ("a[^1]\n\n[^1]: b\n\n    c\n", 3, "K704", "Put the rest"),
        ("a[^1]\n\n[^1]:\n", 1, "K704", "Put the rest"),
        ("a[^1]\n\n[^1]: b\n[^1]: c\n", 4, "K704", "another mark"),
        ("a[^1]\n\n[^1]: b[^2]\n\n[^2]: c[^1]\n", 3, "K704", "Write it in the text"),
        ("a\n[b](javascript:alert)", 2, "K705", "https://"),
        ("a\n[b](enclosures/c.pdf)", 2, "K705", "https://"),
        ("a [b](https://c 'd')", 1, "K705", "in the text"),
        ("a [](https://c)", 1, "K705", "between the brackets"),
        ("a\n\n[b]: https://c\n", 3, "K705", "[words](https://…)"),
        ("a\n\n[注]: これは消える\n", 3, "K705", "backslash"),
        ("[b]: /c\n[b]: /d\n", 2, "K705", "backslash"),
        ("a\nb * c", 2, "K706", "\\*"),
        ("a ** b", 1, "K706", "Leave no space between the marks and the words: **so**"),
        ("a**(b)**c", 1, "K706", "Put the marks within the brackets or quotation marks: (**so**)"),
        ("a **b", 1, "K706", "Its other half is missing"),
        ("これは_重要_です", 1, "K706", "Use *"),
        ("a `b", 1, "K706", "\\`"),
        ("a [b](https://c d)", 1, "K706", "no space"),
        ("a [b][c]", 1, "K706", "[words]"),
        ("a\n\n##b", 3, "K706", "space after it"),
        ("a\n\u3000b", 2, "K706", "empty line"),
        ("| a | b |\n|---|---|\n| 1 | 2 | 3 |\n", 3, "K707", "\\|"),
        ("| a | b |\n|---|---|\n| 1 | 2 |\n| 1 |\n", 4, "K707", "\\|"),
        ("> ## a\n", 1, "K708", "margin"),
        ("- a\n\n  > b\n", 3, "K708", "margin"),
        ("> a\n>\n> | b |\n> |---|\n", 3, "K708", "margin"),
        ("> > a\n", 1, "K708", "margin"),
        ("a\nb &#x202e;", 2, "S107", "Delete"),
        ("a &#0; b", 1, "S107", "Delete"),
        ("a &shy; b", 1, "S107", "Delete"),
        ("a &#10; b", 1, "S107", "Delete"),
        ("a &#xe000; b", 1, "S107", "Delete"),
    ],
)
def test_what_a_letter_cannot_hold_is_told_at_its_line_with_what_to_write(
    text: str, line: int, code: str, hint: str
) -> None:
    _, problems = parse(text)
    assert (line + 10, code) in [(problem.line, problem.code) for problem in problems]
    assert len(problems) <= 2
    assert any(hint in problem.hint for problem in problems if problem.code == code)


@pytest.mark.parametrize(
    "text",
    [
        "d_e_f",
        "chinaconsul_osa_jp@mfa.gov.cn",
        "5 \\* 3",
        "\\_a\\_",
        "[1] (see below)",
        "a # b",
        "\\## b",
        "\\[注]: 以下",
        "1986\\. A year",
        "+81 3",
        "a < b > c",
        "100 % {x}",
    ],
)
def test_what_only_looks_like_markup_is_left_alone(text: str) -> None:
    (block,) = read(text)
    assert isinstance(block, Paragraph)
    assert [type(part) for part in block.content] == [Plain]


def test_quotations_and_lists_without_end_are_told_and_not_dropped() -> None:
    for text in ("> " * 3000 + "a", "- " * 1000 + "a"):
        assert parse(text)[1]


@dataclass(frozen=True)
class Recipient:
    """Who is written to, for a template."""

    name: str


PAGES = TemplateRenderer({}, "letters/2027", str)
SIGNS = st.text(st.sampled_from("*_[]<>&#`|~\\!(){}:.-+=1 2\"'%^$@/;,\u3000a東é"), min_size=1, max_size=20)
NAMES = (
    (SIGNS | st.text(min_size=1, max_size=20))
    .map(lambda text: compose_text(text.strip()))
    .filter(lambda text: text and "\n" not in text and not find_refused_character(text))
)


@given(name=NAMES, spaced=st.booleans())
@settings(deadline=None, max_examples=150)
def test_any_name_comes_out_as_exactly_itself(name: str, *, spaced: bool) -> None:
    plain = (Plain(name),)
    for template, block in {
        "{{ r.name }}": Paragraph(plain),
        "To {{ r.name }}, x": words(f"To {name}, x"),
        "- {{ r.name }}": bullets(Paragraph(plain)),
        "> {{ r.name }}": Quotation((Paragraph(plain),)),
        "## {{ r.name }}": Heading(plain),
        "*{{ r.name }}*": Paragraph((Emphasis(plain),)),
    }.items():
        filled = PAGES.fill_body("p.md", template, 1, {"r": Recipient(name)})
        assert isinstance(filled, FilledText)
        if template.startswith("*") and not (name[0].isalnum() and name[-1].isalnum()):
            continue  # emphasis opens and closes beside letters only
        assert parse_markdown(filled, spaced=spaced) == ((block,), ())


def walk(blocks: Iterable[Block]) -> Iterator[str]:
    """All words of blocks."""
    for block in blocks:
        match block:
            case Paragraph(content) | Heading(content):
                yield from walk_text(content)
            case Quotation(inner):
                yield from walk(inner)
            case Listing(_, items):
                for item in items:
                    yield from walk(item)
            case Table(_, header, rows):
                yield from (words for row in (header, *rows) for cell in row for words in walk_text(cell))


@given(st.text(st.sampled_from("abc東 *_[]()<>&#`|~\\!-+1.:\n\t'\"{}%\u3000"), max_size=60))
@settings(deadline=None, max_examples=400)
def test_no_text_makes_the_parser_stumble_and_no_word_gets_lost_in_silence(text: str) -> None:
    blocks, problems = parse(text)
    assert all(problem.line >= 11 for problem in problems)
    if not problems:
        letters = [character for character in text if character.isalpha()]
        assert [character for words in walk(blocks) for character in words if character.isalpha()] == letters
