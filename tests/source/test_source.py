"""Text that people write: bytes to text, text to values with lines, values to records."""

import json
from collections.abc import Mapping
from datetime import date
from time import perf_counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from petitioner.model.characters import compose_text, explain_refused_character, find_refused_character
from petitioner.model.types import (
    Count,
    Day,
    Flag,
    Identifier,
    Line,
    Location,
    Number,
    PartialDay,
    Record,
    Translated,
)
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, Value, parse_yaml, split_front_matter

# Drawn from what is admitted, rather than sifted afterwards: too much sifting ends a run at random.
CHARACTERS = st.characters(exclude_categories=("Cc", "Cs", "Co", "Cn", "Zl", "Zp")).filter(
    lambda character: not find_refused_character(character)
)
ADMITTED = (
    st.text(CHARACTERS, min_size=1, max_size=30)
    .map(lambda text: compose_text(text.strip()))
    .filter(lambda text: text and "\n" not in text and not find_refused_character(text))
)
HOSTILE = st.text(st.sampled_from("ab:- \n\t'\"[]{}#&*!|>%@`,?~0.\\\u2028\x85é\ufeff\x00\ue000"), max_size=60)


def read(text: str) -> Value:
    """The value of a text without faults."""
    document, problems = parse_yaml("f.yaml", text)
    assert document
    assert problems == ()
    return document.value


def tell(text: str) -> list[tuple[int, str]]:
    """Line and code of each problem in a text."""
    _, problems = parse_yaml("f.yaml", text)
    return [(problem.line, problem.code) for problem in problems]


# --- bytes to text ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("encoding", "text", "name"),
    [
        ("cp932", "name: 中華人民共和国駐大阪総領事館\n", "Shift_JIS"),
        ("gb18030", "name: 中华人民共和国驻大阪总领事馆\n", "GB18030"),
        ("euc_kr", "name: 주일본 중화인민공화국 대사관\n", "EUC-KR"),
        ("euc_jp", "name: 東京都港区元麻布の大使館\n", "EUC-JP"),
        ("big5", "name: 中華人民共和國駐長崎總領事館\n", "BIG5"),
        ("iso2022_jp", "name: 東京\n", "ISO-2022-JP"),
        ("utf-16", "name: Tokyo\n", "UTF-16"),
        ("utf-16-le", "name: 東京 Tokyo\n", "UTF-16"),
        ("utf-16-be", "name: 東京 Tokyo\n", "UTF-16"),
    ],
)
def test_a_file_in_another_encoding_is_refused_by_the_name_of_the_encoding(encoding: str, text: str, name: str) -> None:
    decoded, (problem,) = decode("letters/f.yaml", text.encode(encoding))
    assert decoded is None
    assert problem.code == "S101"
    assert name in problem.message
    assert "UTF-8" in problem.hint


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04word/document.xml", "Word or Excel"),
        (b"\xd0\xcf\x11\xe0old", "Word or Excel"),
        (b"{\\rtf1\\ansi}", "rich-text"),
        (b"%PDF-1.7 ...", "PDF"),
    ],
)
def test_a_file_of_another_program_is_called_by_its_kind(content: bytes, kind: str) -> None:
    _, (problem,) = decode("f.md", content)
    assert kind in problem.message


def test_the_first_byte_that_is_not_utf8_gives_the_line() -> None:
    _, (problem,) = decode("f.yaml", "a: b\nc: d\ne: Café\n".encode("cp1252"))
    assert problem.line == 3
    assert "0xE9" in problem.message


def test_a_byte_order_mark_is_passed_over_with_a_warning() -> None:
    text, (problem,) = decode("f.yaml", "\ufeffa: b\n".encode())
    assert text == "a: b\n"
    assert (problem.code, problem.severity) == ("S102", "warning")


@pytest.mark.parametrize("content", [b"", b"\n\n", b"  \t\n", b"\xef\xbb\xbf"])
def test_an_empty_file_is_refused(content: bytes) -> None:
    text, problems = decode("f.yaml", content)
    assert text is None
    assert [problem.code for problem in problems] == ["S108"]


@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_the_line_ends_of_all_systems_count_alike(line_end: str) -> None:
    text, _ = decode("f.yaml", line_end.join(["a: b", "c: d", ""]).encode())
    assert text == "a: b\nc: d\n"


@pytest.mark.parametrize(
    "character", ["\x00", "\x1b", "\x85", "\x92", "\u200b", "\u202e", "\u2028", "\ufffd", "\ue000"]
)
def test_a_hidden_character_is_told_once_and_blotted_out(character: str) -> None:
    text, (problem,) = decode("f.yaml", f"a: b\nname: Tok{character}yo\n".encode())
    assert text == "a: b\nname: Tok·yo\n"
    assert (problem.line, problem.code) == (2, "S107")
    assert f"character 10 of this line is U+{ord(character):04X}" in problem.message


def test_a_file_full_of_hidden_characters_is_told_in_eleven_lines() -> None:
    _, problems = decode("f.yaml", b"a\x01\n" * 1000)
    assert len(problems) == 11
    assert "990 more lines" in problems[-1].message


def test_letters_in_two_parts_are_composed_but_a_persons_own_ideograph_stays() -> None:
    text, problems = decode("f.yaml", "カ\u3099 e\u0301 \u1112\u1161\u11ab \ufa19 葛\U000e0100\n".encode())
    assert problems == ()
    assert text == "ガ é 한 \ufa19 葛\U000e0100\n"


@given(st.binary(max_size=200))
@settings(deadline=None)
def test_no_bytes_make_the_reader_stumble(content: bytes) -> None:
    text, problems = decode("f.yaml", content)
    assert text is not None or problems
    assert text is None or find_refused_character(text.replace("\t", " ")) is None


# --- characters -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "a\u00a0b",  # no-break space
        "加藤\u3000博",  # full-width blank
        "n\u0303",  # combining mark
        "葛\U000e0100",  # variation selector: a person's own shape of a character
        "क\u094d\u200dष",  # joiner, which Indic scripts need
        "👩\u200d🚀 ☎\ufe0f",  # emoji
        "\u1100\u1161",  # Hangul in jamo
        "محمد \u200fعلي",  # right-to-left words, with their mark of direction
        "Łódź — “so” … №",
        "\u0600",  # a visible sign among the format characters
    ],
)
def test_what_scripts_and_names_need_is_admitted(text: str) -> None:
    assert find_refused_character(text) is None


@pytest.mark.parametrize(
    ("character", "reason"),
    [
        ("\x07", "control"),
        ("\t", "control"),
        ("\x85", "control"),
        ("\u00ad", "invisible"),
        ("\u034f", "invisible"),
        ("\u115f", "invisible"),
        ("\u200b", "invisible"),
        ("\u2062", "invisible"),
        ("\u2800", "invisible"),
        ("\u3164", "invisible"),
        ("\ufeff", "invisible"),
        ("\ufff9", "invisible"),
        ("\U000e0041", "invisible"),
        ("\u202a", "reading order"),
        ("\u202e", "reading order"),
        ("\u2066", "reading order"),
        ("\u2069", "reading order"),
        ("\u2028", "line separator"),
        ("\u2029", "paragraph separator"),
        ("\ud800", "surrogate"),
        ("\ue000", "private-use"),
        ("\u0378", "not assigned"),
        ("\uffff", "not assigned"),
        ("\ufffc", "picture"),
        ("\ufffd", "lost"),
    ],
)
def test_what_nobody_could_see_or_trust_is_refused_with_its_reason(character: str, reason: str) -> None:
    found = find_refused_character(f"ab{character}c")
    assert found
    assert found[:2] == (2, f"U+{ord(character):04X}")
    assert reason in found[2]


@given(st.text(max_size=20))
@settings(deadline=None)
def test_a_whole_text_is_judged_as_its_characters_are(text: str) -> None:
    refused = [character for character in text if character != "\n" and explain_refused_character(character)]
    found = find_refused_character(text)
    assert (found is not None) == bool(refused)
    assert found is None or text[found[0]] == refused[0]


@given(st.text(max_size=30))
@settings(deadline=None)
def test_composing_twice_changes_nothing_more(text: str) -> None:
    once = compose_text(text)
    assert compose_text(once) == once


# --- text to values ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "scalar",
    # Each of these PyYAML makes something else of, without a word.
    [
        *("NO", "no", "on", "off", "yes", "true", "01234", "4723239000", "1_000", "0x10", "0o7", "1e3", "1.0", "+1"),
        *("12:30", "1:2:3", ".inf", "=", "<<", "2027-09-24", "2027-9-1", "2027-09-24T00:00:00Z"),
    ],
)
def test_every_scalar_is_the_text_that_was_written(scalar: str) -> None:
    assert read(f"a: {scalar}\nb: [{scalar}]\n") == {"a": scalar, "b": [scalar]}


@pytest.mark.parametrize("empty", ["", "~", "null", "Null", "NULL", "   ", "# a remark"])
def test_nothing_after_a_key_is_told_at_its_line(empty: str) -> None:
    assert tell(f"a: b\nhold: {empty}\nc: d\n") == [(2, "S110")]


@pytest.mark.parametrize("quoted", ["'null'", '"~"', "''"])
def test_what_stands_in_quotes_is_text(quoted: str) -> None:
    assert read(f"a: {quoted}\n") == {"a": quoted[1:-1]}


def test_an_entry_of_a_list_without_a_value_is_told() -> None:
    assert tell("a:\n  - b\n  -\n  - c\n") == [(3, "S110")]


def test_a_key_that_stands_twice_is_told_at_every_level_and_names_its_first_line() -> None:
    text = "a:\n  b:\n    c: 1\n    c: 2\n  b: 3\na: 4\n"
    _, problems = parse_yaml("f.yaml", text)
    assert [(problem.line, problem.code) for problem in problems] == [(4, "S104"), (5, "S104"), (6, "S104")]
    assert "first on line 1" in problems[-1].message


def test_the_first_of_two_values_is_read_on_and_the_second_for_its_own_faults() -> None:
    document, problems = parse_yaml("f.yaml", "a: 1\na: {b: 2, b: 3, c: *d}\n")
    assert document
    assert document.value == {"a": "1"}
    assert [problem.code for problem in problems] == ["S104", "S104", "S105"]


@pytest.mark.parametrize(
    ("value", "code"), [("&co Ltd", "S105"), ("*co", "S105"), ("!x y", "S106"), ("! y", "S106"), ("!!int 3", "S106")]
)
def test_an_anchor_an_alias_or_a_tag_is_told_and_not_swallowed(value: str, code: str) -> None:
    assert tell(f"a: b\nc: {value}\n") == [(2, code)]


@pytest.mark.parametrize(("key", "code"), [("&k c", "S105"), ("!k c", "S106"), ("*k ", "S103")])
def test_an_anchor_or_a_tag_before_a_key_is_told(key: str, code: str) -> None:
    assert code in {found for _, found in tell(f"a: b\n{key}: d\n")}


def test_a_thousand_laughs_are_not_laughed() -> None:
    text = "a0: &a0 [x]\n" + "".join(f"a{n}: &a{n} [*a{n - 1}, *a{n - 1}]\n" for n in range(1, 40))
    document, problems = parse_yaml("f.yaml", text)
    assert document
    assert document.value_at(("a39",)) == [None, None]
    assert {problem.code for problem in problems} == {"S105"}


@pytest.mark.parametrize(
    ("value", "line_in_full"),
    [("5 Foo Street #12", False), ("5 Foo Street # the back door", True), ("5 Foo Street#12", True)],
)
def test_words_after_a_number_sign_do_not_vanish_without_a_word(value: str, *, line_in_full: bool) -> None:
    assert tell(f"a: b\nline: {value}\n") == ([] if line_in_full else [(2, "S111")])


@pytest.mark.parametrize("value", ["'5 Foo Street #12'", '"5 Foo Street #12"'])
def test_a_number_sign_in_quotes_is_part_of_the_text(value: str) -> None:
    assert read(f"line: {value}\n") == {"line": "5 Foo Street #12"}


@pytest.mark.parametrize("opening", ["[", "{", "[{a: ", "- ", "? "])
def test_what_is_nested_without_end_is_told_at_once(opening: str) -> None:
    started = perf_counter()
    assert {(1, "S103")} == set(tell(opening * 100_000))
    assert perf_counter() - started < 5  # seconds; the parser alone takes longer for braces


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a: b\n\tc: d\n", 2, "tab"),
        ("a:\n\tb: c\n", 2, "tab"),
        ("a: 1\nb: 'x\nc: 3\nd: 4\n", 2, "never closed"),
        ('a: 1\nb: "x\nc: 3\nd: 4\n', 2, "never closed"),
        ("a: 1\nb: [x, y\nc: 3\n", 2, "no ]"),
        ("a: 1\nb: {x: y\nc: 3\n", 2, "no }"),
        ("a: 1\nb: Embassy: of\n", 2, "':'"),
        ("a: 1\nb\nc: 3\n", 2, "':' is missing"),
        ("a:\n  b\n\n    c: 3\n", 2, "':' is missing"),
        ("a:\n  b: c d\n    e: 3\n", 3, "begins with 4 spaces, and the lines above it with 0 or 2"),
        ("a:\n  b:\n    c: d\n   e: f\n", 4, "begins with 3 spaces, and the lines above it with 0, 2 or 4"),
        ("a: b\n# c\n d: e\n", 3, "begins with 1 space, and the lines above it with 0"),
        ("a:\n  - b: c\n     d: e\n", 3, "begins with 5 spaces, and the lines above it with 0, 2 or 4"),
        ("a:\n  - b: c\n   d: e\n", 3, "begins with 3 spaces, and the lines above it with 0, 2 or 4"),
        ("a: 1\nb: - c\n", 2, "line of its key"),
        ("a: 1\nb: @c\n", 2, "cannot start with @"),
        ("a: 1\nb: `c`\n", 2, "cannot start with `"),
        ("a: 1\nb: %c\n", 2, "cannot start with %"),
        ("a: 1\nb: *c* d\n", 2, "cannot start with *"),
        ("a: 1\nb: 'it's'\n", 2, "key was expected"),
        ('a: 1\nb: "\\q"\n', 2, "backslash"),
        ("- a\nb: 1\n", 2, "without '- '"),
        ("a: 1\n...\nb: 2\n", 3, "after the end"),
        ("a: 1\n---\nb: 2\n", 2, "second document"),
        ("a: 1\nb: {{ c }}\n", 2, "in quotes"),
        ("a: 1\nb: {{ c }}, {{ d }}\n", 2, "in quotes"),
        ("a: 1\nb: {[c]: d, *e : f}\n", 2, "in quotes"),
        ("? [a]\n: b\n", 1, "in quotes"),
        ("%YAML 9.9\n---\na: b\n", 1, "incompatible"),
    ],
)
def test_a_mistake_in_the_syntax_is_told_where_it_was_made(text: str, line: int, said: str) -> None:
    _, problems = parse_yaml("f.yaml", text)
    assert [(problem.line, problem.code) for problem in problems] == [(line, "S103")]
    assert said in problems[0].message
    assert problems[0].hint


def test_a_hidden_character_behind_an_escape_is_told_and_blotted_out() -> None:
    document, (problem,) = parse_yaml("f.yaml", 'a: b\nname: "Tok\\u202eyo"\n')
    assert document
    assert document.value_at(("name",)) == "Tok·yo"
    assert (problem.line, problem.code) == (2, "S107")


def test_a_value_that_is_not_there_is_none_and_its_line_is_that_around_it() -> None:
    document, _ = parse_yaml("f.yaml", "a:\n  b: [c]\n")
    assert document
    ways: dict[Location, int] = {("a", "b", 0): 2, ("a", "b", 7): 2, ("a", "x", "y"): 1, ("z",): 1}
    for way, line in ways.items():
        assert document.line_of(way) == line
    assert document.value_at(("a", "b", 0)) == "c"
    assert document.value_at(("a", "b", 7)) is None
    assert document.value_at(("a", "b", "c")) is None


def write_value(value: Value, lines: list[str], at: Location, places: dict[Location, int], indent: str = "") -> None:
    """Write a value below its key as YAML in blocks, and note on which line each part comes to stand."""
    entries = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in entries:
        here = (*at, key)
        places[here] = len(lines) + 1
        head = f"{indent}{json.dumps(key, ensure_ascii=False)}:" if isinstance(key, str) else f"{indent}-"
        if isinstance(inner, str):
            lines.append(f"{head} {json.dumps(inner, ensure_ascii=False)}")
        else:
            lines += [head, f"{indent}  # a remark"]
            write_value(inner, lines, here, places, indent + "  ")


VALUES = st.recursive(
    ADMITTED,
    lambda inner: st.lists(inner, min_size=1, max_size=3) | st.dictionaries(ADMITTED, inner, min_size=1, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(ADMITTED, VALUES, min_size=1, max_size=3))
@settings(deadline=None, max_examples=40)
def test_what_is_written_is_read_back_with_its_lines(value: dict[str, Value]) -> None:
    lines: list[str] = []
    places: dict[Location, int] = {}
    write_value(value, lines, (), places)
    document, problems = parse_yaml("f.yaml", "\n".join(lines) + "\n", first_line=3)
    assert document
    assert problems == ()
    assert document.value == value
    assert all(document.value_at(way) is not None for way in places)
    for way, line in places.items():
        # A value below its key counts from the key's line, an entry of a list from where its own value starts.
        assert document.line_of(way) - 2 in ((line,) if isinstance(way[-1], str) else (line, line + 2))


@given(HOSTILE)
@settings(deadline=None, max_examples=300)
def test_no_text_makes_the_readers_stumble(text: str) -> None:
    decoded, problems = decode("f.md", text.encode())
    if decoded is None:
        assert problems
        return
    for whole in (decoded, f"---\n{decoded}\n---\nbody"):
        document, problems = parse_yaml("f.md", whole)
        assert document or problems
        fronted, problems = split_front_matter("f.md", whole)
        assert fronted or problems


# --- front matter -----------------------------------------------------------------------------------------------------


def test_head_and_body_have_the_lines_of_the_editor() -> None:
    fronted, problems = split_front_matter("p.md", "---\nsubject: >\n  A long\n  subject\nclosing: b\n---\n\nText.\n")
    assert fronted
    assert fronted.front
    assert problems == ()
    assert fronted.front.line_of(("closing",)) == 5
    assert fronted.body_line == 7
    assert fronted.body == "\nText.\n"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("subject: a\n", "does not start with '---'"),
        ("\n---\nsubject: a\n---\n", "does not start with '---'"),
        ("---\nsubject: a\n\nText.\n", "has no end"),
        ("---\n---\nText.\n", "head of the letter is empty"),
        ("---\n# only a remark\n---\nText.\n", "head of the letter is empty"),
    ],
)
def test_a_letter_without_a_whole_head_is_told_what_it_lacks(text: str, said: str) -> None:
    _, (problem,) = split_front_matter("p.md", text)
    assert (problem.code, problem.line) == ("L501", 1)
    assert said in problem.message
    assert "---" in problem.hint


def test_a_rule_in_the_body_does_not_end_the_head_again() -> None:
    fronted, _ = split_front_matter("p.md", "---  \nsubject: a\n---\nText.\n\n---\n")
    assert fronted
    assert fronted.body == "Text.\n\n---\n"


# --- values to records ------------------------------------------------------------------------------------------------


class Part(Record):
    """A part of a whole."""

    code: Line
    texts: Translated


class Whole(Record):
    """A record with a field of every kind."""

    id: Identifier
    name: Line
    part: Part | None = None
    parts: tuple[Part, ...] = ()
    by_language: Mapping[str, Part] | None = None
    day: Day | None = None
    since: PartialDay | None = None
    number: Number | None = None
    count: Count | None = None
    flag: Flag | None = None


def make(text: str) -> tuple[Whole | None, list[tuple[int, str, str]]]:
    """A record from the YAML of one whole, and line, code and message of each problem."""
    document, faults = parse_yaml("f.yaml", text)
    assert document
    record, problems = read_record(Whole, document, (), {"id": "an-id"})
    return record, [(problem.line, problem.code, problem.message) for problem in (*faults, *problems)]


def test_all_faults_of_a_record_are_told_at_once_each_at_its_line() -> None:
    record, problems = make(
        "nmae: x\npart:\n  cod: a\n  texts: [b]\nparts: c\n"
        "day: 2027-9-1\nnumber: 12,5\ncount: 0\nflag: yes\nsince: May\n"
    )
    assert record is None
    assert sorted(problems) == [
        (1, "V202", "unknown key 'nmae'"),
        (3, "V202", "unknown key 'cod'"),
        (4, "V203", "'part.texts' must be a mapping; a list is written there"),
        (5, "V203", "'parts' must be a list; 'c' is written there"),
        (6, "V204", "'day' must be a date written as 2027-09-24: '2027-9-1'"),
        (7, "V204", "'number' must be a number such as 12 or 4.5: '12,5'"),
        (8, "V204", "'count' must be a whole number from 1: '0'"),
        (9, "V204", "'flag' must be true or false: 'yes'"),
        (10, "V204", "'since' must be a year, a month or a day, such as 2013, 2013-03 or 2013-03-14: 'May'"),
    ]


def test_each_kind_of_value_has_one_spelling() -> None:
    record, problems = make("name: 0123\nday: 2027-09-24\nsince: 2013-03\nnumber: 4.5\ncount: 12\nflag: true\n")
    assert problems == []
    assert record
    assert (record.name, record.since, record.number, record.count, record.flag) == ("0123", "2013-03", 4.5, 12, True)
    assert str(record.day) == "2027-09-24"


def test_a_record_made_by_the_program_is_as_strict() -> None:
    made = Whole(id="an-id", name=" e\u0301 ", day=date(2027, 9, 24), number=4.5, count=3, flag=False)
    assert (made.name, made.day, made.number, made.count, made.flag) == ("é", date(2027, 9, 24), 4.5, 3, False)
    with pytest.raises(ValidationError, match="U\\+202E"):
        Whole(id="an-id", name="a\u202eb")


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("name: |\n  a\n  b", "must be on one line"),
        ('name: "a\\nb"', "must be on one line"),
        ("name: '  '", "must not be empty"),
        ("name: " + "x" * 501, "must not be longer than 500 characters"),
        ("name: a\nday: 2027-02-30", "is not a day of the calendar"),
        ("name: a\nday: 20270924", "must be a date"),
        ("name: a\nday: 1755648000", "must be a date"),
        ("name: a\nday: [2027-09-24]", "must be a date written as 2027-09-24; a list is written there"),
        ("name: a\nsince: 2013-13", "is not in the calendar"),
        ("name: a\nsince: ２０１３", "must be a year"),
        ("name: a\nnumber: 1_000", "must be a number"),
        ("name: a\nnumber: -1", "must be a number"),
        ("name: a\nnumber: .inf", "must be a number"),
        ("name: a\ncount: 5.0", "must be a whole number"),
        ("name: a\nflag: {a: b}", "must be true or false; a mapping is written there"),
        ("name: {a: b}", "must be text on one line; a mapping is written there"),
    ],
)
def test_a_value_that_is_not_of_its_kind_is_told_in_words(line: str, said: str) -> None:
    record, problems = make(line + "\n")
    assert record is None
    assert len(problems) == 1
    assert said in problems[0][2]


def test_a_block_of_one_line_is_a_line() -> None:
    record, problems = make("name: |\n  a name\n")
    assert problems == []
    assert record
    assert record.name == "a name"


def test_what_the_program_knows_cannot_be_given_in_the_file() -> None:
    _, problems = make("name: a\nid: b\n")
    assert problems == [(2, "V202", "unknown key 'id'")]


def test_a_key_one_level_too_high_is_sent_to_its_place() -> None:
    document, _ = parse_yaml("f.yaml", "name: a\ncode: b\n")
    assert document
    _, (problem,) = read_record(Whole, document, (), {"id": "x"})
    assert "It belongs in 'part'." in problem.hint


def test_an_unknown_key_within_lists_and_mappings_is_told_with_the_known_ones() -> None:
    document, _ = parse_yaml(
        "f.yaml",
        "name: a\nparts:\n  - {code: b, texts: {}, tets: {}}\nby_language:\n  ja: {code: c, texts: {}, x: y}\n",
    )
    assert document
    _, problems = read_record(Whole, document, (), {"id": "x"})
    assert [(problem.line, problem.message) for problem in problems] == [
        (3, "unknown key 'tets'"),
        (5, "unknown key 'x'"),
    ]
    assert problems[0].hint == "Did you mean 'texts'? Known here: code, texts."


def test_what_was_told_while_reading_is_not_told_again() -> None:
    _, problems = make("name:\npart: *x\nday: ~\n")
    assert [code for _, code, _ in problems] == ["S110", "S105", "S110"]


@pytest.mark.parametrize(("text", "what"), [("- a\n", "a list"), ("just words\n", "'just words'")])
def test_a_file_that_is_no_mapping_is_told_what_it_is(text: str, what: str) -> None:
    document, _ = parse_yaml("f.yaml", text)
    assert document
    record, (problem,) = read_record(Whole, document)
    assert record is None
    assert f"{what} is written there" in problem.message


def test_a_part_that_was_told_already_is_not_called_misshapen() -> None:
    document, _ = parse_yaml("f.yaml", "a:\n")
    assert document
    assert read_record(Whole, document, ("a",)) == (None, ())


@pytest.mark.parametrize(
    "name", ["JP-Osaka", "jp osaka", "jp/osaka", "..", "jp_osaka", "-jp", "jp-", "大阪", "1jp", ""]
)
def test_an_id_that_is_no_name_for_machines_is_refused(name: str) -> None:
    document = Document("f.yaml", {"name": "a"}, {(): 7})
    _, (problem,) = read_record(Whole, document, (), {"id": name})
    assert problem.line == 7
    assert problem.message.startswith(repr(name))
    assert "jp-osaka" in problem.message


def test_an_id_must_fit_into_the_reference() -> None:
    _, (problem,) = read_record(Whole, Document("f.yaml", {"name": "a"}), (), {"id": "x" * 41})
    assert "longer than 40" in problem.message


def test_a_long_value_is_quoted_in_part() -> None:
    _, problems = make("name: a\nday: " + "x" * 300 + "\n")
    assert "…" in problems[0][2]
    assert len(problems[0][2]) < 150
