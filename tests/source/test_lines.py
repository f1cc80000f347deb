"""The lines of a document's values take little memory, and are found as before."""

from petitioner.source.lines import CompactLines
from petitioner.source.yaml import parse_yaml

TWO = """\
recipients:
  jp-tokyo:
    city: {en: Tokyo}
    languages: [en, ja]

  jp-osaka:
    city: {en: Osaka}
    languages: [en, ja]
"""


def test_records_of_one_shape_share_their_lines() -> None:
    document, _ = parse_yaml("recipients.yaml", TWO)
    assert document
    lines = document.lines
    assert isinstance(lines, CompactLines)
    tokyo, osaka = lines.shapes.values()
    assert tokyo is osaka
    assert lines["recipients", "jp-osaka", "languages", 1] == 8
    assert len(lines) == len({*lines}) == 14
    assert {lines[location] for location in lines} == {1, 2, 3, 4, 6, 7, 8}


def test_a_value_that_is_not_there_has_the_line_of_the_nearest_one_around_it() -> None:
    document, _ = parse_yaml("recipients.yaml", TWO)
    assert document
    assert document.line_of(("recipients", "jp-osaka", "city", "ko")) == 7
    assert document.line_of(("recipients", "kr-seoul", "city")) == 1


def test_a_record_that_is_written_twice_keeps_its_first_line() -> None:
    document, (problem,) = parse_yaml("recipients.yaml", TWO + "  jp-tokyo:\n    city: {en: Kyoto}\n")
    assert document
    assert (problem.line, problem.message) == (9, "'jp-tokyo' is written twice; it is first on line 2")
    assert document.line_of(("recipients", "jp-tokyo", "city", "en")) == 3
