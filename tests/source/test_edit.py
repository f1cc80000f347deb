"""Changes to a YAML file that a person keeps: one line is touched, and every other byte stays."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitioner.source.edit import EditError, format_scalar, set_value
from petitioner.source.yaml import parse_yaml

FILE = """\
top:
  one:   # the first
    kind:    a
    note: >
      folded over
      two lines
    list: [ x,  y ]     # blanks as a person likes them

  # two is newer
  two:
    kind: b
    empty:
"""


def test_a_value_is_replaced_and_its_remark_stays() -> None:
    assert set_value(FILE, ("top", "one", "kind"), "z") == FILE.replace("kind:    a", "kind:    z")


def test_a_new_key_goes_below_the_last_of_those_named() -> None:
    edited = set_value(FILE, ("top", "one", "day"), "2027-08-20", ("kind", "list"))
    assert edited == FILE.replace("likes them\n", "likes them\n    day: 2027-08-20\n")


def test_without_any_of_them_it_goes_below_the_first_key() -> None:
    edited = set_value(FILE, ("top", "one", "day"), "2027-08-20")
    assert edited == FILE.replace("kind:    a\n", "kind:    a\n    day: 2027-08-20\n")


def test_a_key_without_a_value_gets_one() -> None:
    assert set_value(FILE, ("top", "two", "empty"), "c") == FILE.replace("empty:", "empty: c")


def test_a_line_is_taken_away_and_one_that_is_not_there_is_no_matter() -> None:
    assert set_value(FILE, ("top", "two", "kind"), None) == FILE.replace("    kind: b\n", "")
    assert set_value(FILE, ("top", "two", "hold"), None) == FILE


@pytest.mark.parametrize("at", [("top", "one", "note"), ("top", "one", "list", "x"), ("top", "three", "kind")])
def test_what_does_not_stand_on_one_line_is_left_to_a_person(at: tuple[str, ...]) -> None:
    with pytest.raises(EditError):
        set_value(FILE, at, "z")


def test_a_text_over_several_lines_is_not_taken_away_by_halves() -> None:
    with pytest.raises(EditError, match="is not on one line"):
        set_value(FILE, ("top", "one", "note"), None)


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Cn", "Co", "Cf", "Zl", "Zp")), min_size=1))
def test_every_text_reads_back_as_it_was_given(value: str) -> None:
    document, _ = parse_yaml("f", f"key: {format_scalar(value)}\n")
    assert document is not None
    assert document.value == {"key": value}
