"""Templates: what a letter may say in Jinja, and where each line of what comes out was written."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitioner.errors import Problem
from petitioner.templates.jinja import TemplateRenderer, escape_markdown
from petitioner.templates.jinja_extensions import FilledText
from petitioner.templates.markdown import parse_markdown
from petitioner.templates.words import Unset

PATH = "letters/2027/petition.en.md"
TEMPLATE_NAMES = {"recipient": frozenset({"name", "city", "kind"}), "campaign": frozenset({"day", "year"})}


@dataclass(frozen=True)
class Recipient:
    """Who is written to, for a template."""

    name: object = "The Embassy"
    city: object = "Tokyo"
    kind: object = "embassy"


@dataclass(frozen=True)
class Campaign:
    """The campaign, for a template."""

    day: date = date(2027, 9, 24)
    year: int = 2027


def make_renderer(shared: Mapping[str, str] | None = None) -> TemplateRenderer:
    """The templates of English, with paragraphs to include."""
    return TemplateRenderer(shared or {}, "letters/2027", lambda day: f"{day.day} September {day.year}")


def fill(text: str, first_line: int = 1, shared: Mapping[str, str] | None = None, **parts: object) -> FilledText:
    """A body without faults, filled in."""
    filled = make_renderer(shared).fill_body(
        PATH, text, first_line, {"recipient": Recipient(**parts), "campaign": Campaign()}
    )
    assert isinstance(filled, FilledText), filled
    return filled


def fail(text: str, first_line: int = 1, shared: Mapping[str, str] | None = None, **parts: object) -> Problem:
    """The problem of a body that cannot be filled in."""
    values = {"recipient": Recipient(**parts), "campaign": Campaign()}
    problem = make_renderer(shared).fill_body(PATH, text, first_line, values)
    assert isinstance(problem, Problem)
    return problem


def check(text: str, first_line: int = 1, shared: Mapping[str, str] | None = None) -> list[tuple[int, str, str]]:
    """Line, code and message of each problem that shows without filling in."""
    problems = make_renderer(shared).check(PATH, text, first_line, TEMPLATE_NAMES)
    return [(problem.line, problem.code, problem.message) for problem in problems]


# --- values -----------------------------------------------------------------------------------------------------------


def test_words_numbers_and_dates_are_printed() -> None:
    assert fill("{{ recipient.city }}, {{ campaign.day }}, {{ campaign.year - 1998 }}").text == (
        "Tokyo, 24 September 2027, 29"
    )


def test_every_sign_of_a_value_is_escaped_and_none_of_the_text() -> None:
    assert fill("*{{ recipient.name }}*", name="*_[x]<&>#`|~").text == r"*\*\_\[x\]\<\&\>\#\`\|\~*"
    assert escape_markdown("1. a 東京 é") == r"1\. a 東京 é"


def test_a_line_of_the_head_is_plain_text() -> None:
    pages, values = make_renderer(), {"recipient": Recipient(name="*R&D* <x>")}
    assert pages.fill_line(PATH, "To {{ recipient.name }}", 2, values) == "To *R&D* <x>"
    assert pages.fill_line(PATH, "{% if false %}x{% endif %}", 3, values) == ""


def test_two_texts_on_one_line_are_not_taken_for_each_other() -> None:
    pages = make_renderer()
    assert [pages.fill_line(PATH, text, 2, {}) for text in ("subject", "closing", "subject")] == [
        "subject",
        "closing",
        "subject",
    ]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("", "is empty"),
        (" \u3000", "is empty"),
        (None, "no text, but None"),
        (True, "no text, but True"),
        (1.5, "no text, but 1.5"),
        ([], "no text, but []"),
        ("a\nb", "several lines"),
        ("a\u202eb", "U+202E"),
        ("\ue000x:1\ue001", "U+E000"),
        (Unset("sender.email"), "'sender.email' is empty"),
    ],
)
def test_what_cannot_stand_in_a_letter_is_not_printed(value: object, said: str) -> None:
    problem = fail("\nTo {{ recipient.name }}", name=value)
    assert (problem.path, problem.line, problem.code) == (PATH, 2, "M603")
    assert said in problem.message
    assert problem.hint


def test_what_is_left_out_counts_as_false_and_can_be_asked_for() -> None:
    text = "{% if recipient.name %}x{% else %}none{% endif %}, {{ recipient.name | default('nobody', true) }}"
    assert fill(text, name=Unset("recipient.name")).text == "none, nobody"


# --- what a letter may say --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "{{ recipient.name }}",
        "{% if recipient.kind == 'embassy' and not recipient.city in ['a', 'b'] %}x{% elif true %}y{% endif %}",
        "{% set word = 'so' %}{{ word }}",
        "{% with word = recipient.city %}{{ word ~ '!' }}{% endwith %}",
        "{% for word in ('a', 'b') %}{{ loop.index }} {{ word }}{% endfor %}",
        "{{ recipient.name | upper }} {{ recipient.city if recipient.city else 'x' }} {{ campaign.year + 1 }}",
        "{% raw %}{{ as it stands }}{% endraw %}",
        "{# {{ nobody }} #}",
        '{% include "_more.md" %}',
    ],
)
def test_what_letters_need_is_admitted(text: str) -> None:
    assert check(text, shared={"_more.md": "x"}) == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{{ recipeint.name }}", "'recipeint' is not known"),
        ("{{ recipient.nmae }}", "'recipient' has no 'nmae'"),
        ("{{ recipient }}", "'recipient' alone is no text"),
        ("{{ recipient.name.upper }}", "nothing here has '.upper'"),
        ("{{ ''.__class__ }}", "nothing here has '.__class__'"),
        ("{{ recipient.__class__ }}", "'recipient' has no '__class__'"),
        ("{% set recipient = 'x' %}", "'recipient' has its meaning"),
        ("{% set x = recipient %}{{ x.name }}", "'recipient' alone is no text"),
        ("{{ loop.index }}", "'loop' is not known"),
        ("{% for x in 'ab' %}{{ loop.cycle }}{% endfor %}", "'loop' has no 'cycle'"),
        ("{{ range }}", "'range' is not known"),
        ("{{ self }}", "'self' is not known"),
    ],
)
def test_a_name_that_no_letter_has_is_found_in_branches_that_nobody_takes(text: str, said: str) -> None:
    problems = check(f"\n{{% if false %}}\n{text}\n{{% endif %}}", first_line=6)
    assert (8, "M602") in [(line, code) for line, code, _ in problems]
    assert any(said in message for _, _, message in problems)


@pytest.mark.parametrize("text", ["{{ recipent.city }}", "{{ recipent.city.name }}", "{{ loop.cycle }}"])
def test_a_wrong_name_brings_no_second_error_about_its_part(text: str) -> None:
    assert [message.split("'")[2] for _, _, message in check(text)] == [" is not known"]


def test_square_brackets_bring_no_second_error_about_the_name_before_them() -> None:
    assert [code for _, code, _ in check("{{ recipient['city'] }}")] == ["M606"]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{% macro x() %}{% endmacro %}", "{% macro %}"),
        ("{% import '_x.md' as x %}", "{% import %}"),
        ("{% from '_x.md' import x %}", "{% from … import %}"),
        ("{% extends '_x.md' %}", "{% extends %}"),
        ("{% block x %}{% endblock %}", "{% block %}"),
        ("{% filter upper %}x{% endfilter %}", "{% filter %}"),
        ("{% set x %}a{% endset %}", "{% set … %}…{% endset %}"),
        ("{% call recipient.name() %}{% endcall %}", "{% call %}"),
        ("{% autoescape true %}{% endautoescape %}", "{% autoescape %}"),
        ("{{ recipient.name() }}", "a call, such as name()"),
        ("{{ 1 / 0 }}", "/"),
        ("{{ 7 // 2 }}", "//"),
        ("{{ 7 % 2 }}", "%"),
        ("{{ 'a' * 1000000000 }}", "*"),
        ("{{ 10 ** 10 ** 10 }}", "**"),
        ("{{ +1 }}", "+ before a number"),
        ("{{ recipient['name'] }}", "square brackets"),
        ("{{ {'a': 1} }}", "a mapping in braces"),
        ("{{ recipient.name | safe }}", "the filter 'safe'"),
        ("{{ recipient.name | center(1000000000) }}", "the filter 'center'"),
        ("{% for a in 'ab' %}{% for b in 'ab' %}x{% endfor %}{% endfor %}", "a loop within a loop"),
    ],
)
def test_more_of_jinja_than_a_letter_needs_is_refused_at_once(text: str, what: str) -> None:
    problems = check(f"one\ntwo {text}")
    assert (2, "M606", f"a letter cannot use {what}") in problems


def test_a_misspelt_filter_leads_to_the_right_one() -> None:
    (problem,) = make_renderer().check(PATH, "{{ recipient.name | uper }}", 1, TEMPLATE_NAMES)
    assert "Did you mean 'upper'?" in problem.hint


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("a\n\n{%- if true %}b{% endif %}", 3),
        ("a\n{% if true -%}b{% endif %}", 2),
        ("a\n{{- recipient.name }}", 2),
        ("a\nb{# x -#}\n\nc", 2),
        ("a\n{% raw -%} x{% endraw %}", 2),
    ],
)
def test_a_hyphen_that_joins_paragraphs_is_refused(text: str, line: int) -> None:
    ((found, code, message),) = check(text)
    assert (found, code) == (line, "M606")
    assert "join two paragraphs" in message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        ("a\n{% if recipient.city %}\nb\n\nc\n", 2, "no end"),
        ("a\n{% if true %}\n{% for x in 'ab' %}\nb\n{% endfor %}\n", 2, "no end"),
        ("a\n{{ recipient.name\n\nb {{ c }}", 2, "cannot be read"),
        ("a\n{% if true\n\nb %}{% endif %}", 2, "cannot be read"),
        ("a\n{# b\n\nc", 2, "Missing end of comment"),
        ("a\n{% endif %}{% endif %}", 2, "unknown tag 'endif'"),
        ("a\n{% fi %}", 2, "unknown tag 'fi'"),
        ("a\n{{ recipient.name }", 2, "unexpected '}'"),
        ("a\n{{ 'b }}", 2, "unexpected char"),
        ("a\n{% raw %}b", 2, "Missing end of raw"),
        ("a\n{{ " + "(" * 50_000, 1, "nested too deep"),
        ("a\n{% if true %}" * 500 + "{% endif %}" * 500, 1, "nested too deep"),
        ("a\n{{ 1" + "0" * 5000 + " }}", 1, "nested too deep"),
        ("a\n{{ 'a'" + " ~ 'b'" * 5000 + " + 'a' + 'a'" * 5000 + " }}", 1, "nested too deep"),
    ],
)
def test_a_mistake_in_the_syntax_is_told_where_the_unfinished_thing_starts(text: str, line: int, said: str) -> None:
    ((found, code, message),) = check(text, first_line=11)
    assert (found, code) == (line + 10, "M601")
    assert said in message


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (
            "a {# returns\nWe ask you. {# denial #}\nb",
            1,
            "another '{#', so this text is missing: 'returns We ask you.'",
        ),
        (
            "a\n{# returns # We ask you. {#- denial #} b",
            2,
            "another '{#', so this text is missing: 'returns # We ask you.'",
        ),
        ("a\n{# returns\n \nWe ask you. #}\nb", 2, "an empty line, so this text is missing: 'returns We ask you.'"),
        (
            "a {# b\n{% if true %}\nc {# d #}\n{% endif %}",
            1,
            "another '{#', so this text is missing: 'b {% if true %} c'",
        ),
        ("{{ 'a }} We ask you. {{ b' }}", 1, "in quotes here contains the rest of the text: 'a }} We ask you. {{ b'"),
        ("a\n{% set x = 'a %}\nb {{ c' %}", 2, "in quotes here contains the rest of the text: 'a %} b {{ c'"),
    ],
)
def test_text_that_an_unfinished_remark_or_quotation_takes_in_is_reported(text: str, line: int, said: str) -> None:
    ((found, code, message),) = check(text, first_line=11)
    assert (found, code) == (line + 10, "M608")
    assert said in message


@pytest.mark.parametrize(
    ("text", "shown", "advised"),
    [
        ("｛｛ campaign.day ｝｝は", "｛｛ campaign.day ｝｝", "{{ campaign.day }}"),
        ("第｛｛　ｃａｍｐａｉｇｎ．ｙｅａｒ　｝｝回", "｛｛　ｃａｍｐａｉｇｎ．ｙｅａｒ　｝｝", "{{ campaign.year }}"),
        ("送還。｛# 難民 #｝次", "｛# 難民 #｝", "{# 難民 #}"),
        ("送還。｛＃ returns ＃｝", "｛＃ returns ＃｝", "{# returns #}"),
        ("｛％ if true ％｝", "｛％ if true ％｝", "{% if true %}"),
        ("{＃ returns ＃}", "{＃ returns ＃}", "{# returns #}"),
        ("｛｛ campaign.day }}は", "｛｛ campaign.day }}", "{{ campaign.day }}"),
        ("﹛﹛ campaign.day ﹜﹜", "﹛﹛ campaign.day ﹜﹜", "{{ campaign.day }}"),
        ("{{ campaign.day }}は｝｝", "｝｝", "}}"),
        ("{{ campaign.day }}は｛{ campaign.day }}", "｛{ campaign.day }}", "{{ campaign.day }}"),
    ],
)
def test_tags_in_full_width_are_refused_with_the_form_to_type(text: str, shown: str, advised: str) -> None:
    (problem,) = make_renderer().check(PATH, f"a\n{text}", 11, TEMPLATE_NAMES)
    assert (problem.line, problem.code) == (12, "M609")
    assert problem.message.endswith(repr(shown))
    assert problem.hint == f"Type it in half width (半角): {advised}"


@pytest.mark.parametrize("text", ["見よ｛注｝。", "｛うち５０％｝", "｛一｝｛二｝", "{# ｛｛ x ｝｝ #}", "５０％＃"])
def test_single_braces_in_full_width_are_text(text: str) -> None:
    assert check(text) == []


@pytest.mark.parametrize("text", ["{{ campaign.day ｝｝は", "{% if true ％｝は{% endif %}"])
def test_a_tag_that_ends_in_full_width_is_told_in_half_width(text: str) -> None:
    (problem,) = make_renderer().check(PATH, text, 1, TEMPLATE_NAMES)
    assert problem.code == "M601"
    assert "Type it in half width (半角): {" in problem.hint


def test_a_remark_may_go_over_lines_and_hold_a_name() -> None:
    assert check("a {# of {{ recipient.name }}\nand {% x %} #} b") == []
    assert check("{{ recipient.name ~ ' # and { or }' }}") == []


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% include '_mroe.md' %}", "there is no '_mroe.md' to include"),
        ("{% include recipient.name %}", "must be a name in quotes"),
        ("{% include ['_more.md', '_less.md'] %}", "must be a name in quotes"),
        ("{% include '/etc/passwd' %}", "there is no '/etc/passwd' to include"),
        ("{% include '../2026/_more.md' %}", "there is no '../2026/_more.md' to include"),
    ],
)
def test_an_include_of_what_is_not_there_is_refused(text: str, said: str) -> None:
    ((line, code, message),) = check(f"a\n{text}", shared={"_more.md": "x"})
    assert (line, code) == (2, "M605")
    assert said in message


def test_files_that_include_each_other_are_refused() -> None:
    shared = {f"_{name}.md": f"x\n{{% include '_{other}.md' %}}" for name, other in ("ab", "bc", "ca")}
    pages = make_renderer({**shared, "_d.md": "{% include '_a.md' %}", "_e.md": "{% if"})
    assert [len(list(pages.check_shared(name, TEMPLATE_NAMES))) for name in sorted(shared)] == [1, 1, 1]
    (problem,) = pages.check_shared("_a.md", TEMPLATE_NAMES)
    assert "_a.md → _b.md → _c.md → _a.md" in problem.message
    assert problem.line == 2
    assert list(pages.check_shared("_d.md", TEMPLATE_NAMES)) == []
    assert [problem.code for problem in pages.check_shared("_e.md", TEMPLATE_NAMES)] == ["M601"]


def test_a_fault_in_a_shared_paragraph_is_told_in_its_own_file() -> None:
    (problem,) = make_renderer({"_a.md": "x\n{{ nobody }}"}).check_shared("_a.md", TEMPLATE_NAMES)
    assert (problem.path, problem.line) == ("letters/2027/_a.md", 2)


def test_includes_that_double_each_other_stop_after_so_many() -> None:
    shared = {f"_{n}.md": f"{{% include '_{n + 1}.md' %}}{{% include '_{n + 1}.md' %}}" for n in range(40)}
    problem = fail("{% include '_0.md' %}", shared={**shared, "_40.md": "a word"})
    assert "repeats more than 10000 times" in problem.message


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{% for x in 5 %}y{% endfor %}", "not iterable"),
        ("{{ 'a' - 1 }}", "unsupported operand"),
        ("{{ 'a' + 1 }}", "str"),
    ],
)
def test_what_cannot_be_worked_out_is_told_at_its_line(text: str, said: str) -> None:
    assert check(text) == []
    problem = fail(f"a\n\n{text}", first_line=7)
    assert (problem.path, problem.line, problem.code) == (PATH, 9, "M603")
    assert said in problem.message


def test_a_name_that_is_set_in_another_branch_only_is_told_when_it_is_missed() -> None:
    problem = fail("{% if false %}{% set word = 'a' %}{% endif %}\n{{ word }}")
    assert (problem.line, problem.code) == (2, "M603")
    assert "'word'" in problem.message


def test_a_fault_while_filling_in_a_shared_paragraph_is_told_in_its_own_file() -> None:
    problem = fail("a\n{% include '_a.md' %}", shared={"_a.md": "x\n\n{{ recipient.name }}"}, name="")
    assert (problem.path, problem.line) == ("letters/2027/_a.md", 3)


# --- lines and paragraphs ---------------------------------------------------------------------------------------------


def test_each_line_knows_the_line_of_its_file() -> None:
    filled = fill("one\n\n{# remark\nover lines #}\n{% if true %}\nsix {{ recipient.city }}\n\n{% endif %}\nnine", 10)
    assert filled.text == "one\n\nsix Tokyo\n\nnine"
    assert [place.line for place in filled.places] == [10, 11, 15, 16, 18]


def test_a_line_from_a_shared_paragraph_knows_its_own_file() -> None:
    shared = {"_a.md": "{{ recipient.city }} first\n\nthird"}
    filled = fill("one\n{% include '_a.md' %}\nthree {% include '_a.md' %} end", shared=shared)
    assert filled.text == "one\nTokyo first\n\nthird\nthree Tokyo first\n\nthird end"
    assert [(place.path[-5:], place.line) for place in filled.places] == [
        (PATH[-5:], 1),
        ("_a.md", 1),
        ("_a.md", 2),
        ("_a.md", 3),
        (PATH[-5:], 3),
        ("_a.md", 2),
        ("_a.md", 3),
    ]


def test_each_turn_of_a_loop_comes_from_the_same_lines() -> None:
    filled = fill("{% for word in ('a', 'b') %}\n- {{ word }}\n{% endfor %}\nend")
    assert filled.text == "- a\n- b\nend"
    assert [place.line for place in filled.places] == [2, 2, 4]


def test_a_branch_that_nobody_takes_leaves_no_blank_line_of_its_own() -> None:
    assert fill("a\n{% if false %}\n\nb\n\n{% endif %}\nc").text == "a\nc"
    assert fill("a\n{% if false %}b{% endif %}\nc").text == "a\nc"
    assert fill("a\n\n{% if false %}\nb\n\n{% endif %}\nc").text == "a\n\nc"


def test_the_indent_of_an_entry_survives_the_tag_before_it() -> None:
    assert fill("- a\n  {% if true %}- b{% endif %}\n  {# c #}- d").text == "- a\n  - b\n  - d"


def test_two_remarks_at_the_end_of_a_line_make_no_break() -> None:
    assert fill("a {# b #} {# c #}\nd  \ne\\ {# f #}\ng").text == "a\nd\ne\\\ng"


def test_a_shared_paragraph_within_a_line_brings_no_line_end() -> None:
    assert fill("a {% include '_a.md' %}, b", shared={"_a.md": "x"}).text == "a x, b"


LINES = st.sampled_from(
    ["one word", "more words", "- entry", "1. first", "  - inner", "> quoted", "", "", "## Head", "東京の文"]
)
TAGS = st.sampled_from(
    [
        ["{% if true %}", "{% endif %}"],
        ["{% if false %}", "gone", "", "gone", "{% endif %}"],
        ["{# remark #}"],
        ["  {# indented #}"],
        ["\t{# a #} {# b #}"],
        ["{# over", "lines #}"],
        ["{# over", "", "lines #}"],
        ["{% set x = 1 %}"],
        ["{% include '_nothing.md' %}"],
        ["{% include '_empty.md' %}"],
    ]
)
ENDS = st.sampled_from(["", "{# r #}", " {# r #}", "  {# a #} {# b #}", "{% if true %}{% endif %}"])
STARTS = st.sampled_from(["", "", "{# r #}", "{% if true %}{% endif %}"])


@st.composite
def draw_letter(draw: st.DrawFn) -> tuple[list[str], list[str], list[int]]:
    """A text, the same text among tags and remarks, and the line in the second of each line of the first."""
    plain = draw(st.lists(LINES, min_size=1, max_size=8))
    tagged: list[str] = []
    lines: list[int] = []
    for line in plain:
        tagged += [part for tags in draw(st.lists(TAGS, max_size=2)) for part in tags]
        lines.append(len(tagged) + 1)
        tagged.append(draw(STARTS) + line + draw(ENDS) if line else line)
    return plain, tagged, lines


@given(draw_letter())
@settings(deadline=None, max_examples=200)
def test_tags_and_remarks_neither_join_paragraphs_nor_part_them_and_every_line_keeps_its_place(
    letter: tuple[list[str], list[str], list[int]],
) -> None:
    plain, tagged, lines = letter
    shared = {"_nothing.md": "{# nothing #}", "_empty.md": ""}
    bare, full = fill("\n".join(plain)), fill("\n".join(tagged), shared=shared)
    assert parse_markdown(full, spaced=True)[0] == parse_markdown(bare, spaced=True)[0]
    rows = zip(full.text.split("\n") if full.text else [], full.places, strict=True)
    assert [(text, place.line) for text, place in rows if text] == [
        (text, line) for text, line in zip(plain, lines, strict=True) if text
    ]
