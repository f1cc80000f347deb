"""The languages: one file each, and what is read from it."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from types import UnionType
from typing import get_args, get_origin

import pytest

from petitioner.inputs.campaigns import read_campaign
from petitioner.inputs.recipients import read_recipients
from petitioner.model.recipient import Campaign, MissionKind, Recipient
from petitioner.model.types import Location, Record
from petitioner.source.yaml import Value, parse_yaml
from petitioner.tables.locales import check_country, check_language, check_languages, format_day, load_locales

DATA = Path(__file__).parents[1] / "data" / "small"
LOCALES = load_locales()


def test_every_language_has_a_form_for_every_kind_of_mission() -> None:
    assert list(LOCALES) == ["ar", "en", "fr", "ja", "ko", "ru", "zh-Hans", "zh-Hant"]
    for locale in LOCALES.values():
        assert set(locale.heads) == set(MissionKind)


@pytest.mark.parametrize("tag", LOCALES)
def test_every_pattern_of_a_language_names_only_what_can_be_filled_in(tag: str) -> None:
    locale = LOCALES[tag]
    parts = {"honorific": "", "name": "", "title": "", "care_of": "", "mission": "", "lines": ""}
    for pattern in locale.address:
        pattern.format_map(parts)
    assert "{lines}" in locale.address
    assert locale.care_of.format(head="x") != locale.care_of
    assert locale.reference.format(reference="x") != locale.reference
    assert locale.joined_lines.format(first="x", second="y").startswith("x")
    assert "x" in locale.cosigner_with_country.format(name="x", country="y")
    for pattern in (*locale.signature, *locale.signatures):
        assert pattern.format(name="x", title="y") != pattern
    for enclosed in (locale.enclosure, locale.enclosures):
        assert enclosed.label.format(count=2)
        assert "x" in (enclosed.last or enclosed.entry).format(number=1, title="x")
    assert "{page}" in locale.page
    for forms in locale.heads.values():
        assert "x" in forms.named.format(name="x", title="y")
        assert forms.title in forms.office.format(title=forms.title)


@pytest.mark.parametrize(
    ("tag", "said"),
    [
        ("ar", "24 سبتمبر 2027"),
        ("en", "24 September 2027"),
        ("fr", "24 septembre 2027"),
        ("ja", "2027年9月24日"),
        ("ko", "2027년 9월 24일"),
        ("ru", "24 сентября 2027 года"),
        ("zh-Hans", "2027年9月24日"),
        ("zh-Hant", "2027年9月24日"),
    ],
)
def test_a_day_is_printed_as_each_language_writes_it(tag: str, said: str) -> None:
    assert format_day(LOCALES[tag], date(2027, 9, 24)) == said


def test_the_first_of_a_month_is_an_ordinal_number_in_french() -> None:
    assert format_day(LOCALES["fr"], date(2027, 9, 1)) == "1er septembre 2027"
    assert format_day(LOCALES["en"], date(2027, 9, 1)) == "1 September 2027"


@pytest.mark.parametrize(
    ("tag", "meant"),
    [
        ("jp", "ja"),
        ("JA", "ja"),
        ("ja-JP", "ja"),
        ("ja_JP", "ja"),
        ("Japanese", "ja"),
        ("kr", "ko"),
        ("cn", "zh-Hans"),
        ("zh", "zh-Hans"),
        ("zh-CN", "zh-Hans"),
        ("zh-hans", "zh-Hans"),
        ("zh_Hans", "zh-Hans"),
        ("gb", "en"),
        ("eng", "en"),
    ],
)
def test_what_people_write_for_a_language_leads_to_its_tag(tag: str, meant: str) -> None:
    (problem,) = check_language(tag, "f.yaml", 3)
    assert (problem.line, problem.code) == (3, "R301")
    assert f"Did you mean '{meant}'?" in problem.hint


def test_a_language_that_nobody_speaks_here_is_told_with_those_that_are_spoken() -> None:
    (problem,) = check_language("xx", "f.yaml", 3)
    assert problem.hint == "Known languages: ar, en, fr, ja, ko, ru, zh-Hans, zh-Hant."


def test_tags_are_checked_in_the_keys_of_mappings_and_the_entries_of_lists() -> None:
    document, _ = parse_yaml("f.yaml", "name: {en: a,\n  xx: b}\nlanguages: [en,\n  yy, [zz]]\nother: xx\n")
    assert document
    problems = check_languages(document, ("name",), ("languages",), ("other",), ("missing",))
    assert [(problem.line, problem.message[-3:-1]) for problem in problems] == [(2, "xx"), (4, "yy")]


@pytest.mark.parametrize("code", ["JP", "KR", "NO", "GB", "TW", "HK", "KP"])
def test_a_code_of_iso_3166_is_a_country(code: str) -> None:
    assert list(check_country(code, "f.yaml", 1)) == []


@pytest.mark.parametrize(
    ("code", "meant"),
    [("jp", "JP"), ("Japan", "JP"), ("south korea", "KR"), ("UK", ""), ("JPN", ""), ("EU", ""), ("ZZ", "")],
)
def test_what_is_no_code_of_a_country_is_told(code: str, meant: str) -> None:
    (problem,) = check_country(code, "f.yaml", 1)
    assert problem.code == "R304"
    assert (f"Did you mean '{meant}'?" in problem.hint) == bool(meant)


def find_mappings(model: type[Record], at: Location = ()) -> Iterator[Location]:
    """Where a record has a text for each language; a list is entered at its first entry."""
    for name, field in model.model_fields.items():
        is_optional = get_origin(field.annotation) is UnionType
        for kind in get_args(field.annotation) if is_optional else (field.annotation,):
            inner = get_args(kind)
            if isinstance(kind, type) and issubclass(kind, Record):
                yield from find_mappings(kind, (*at, name))
            elif get_origin(kind) is tuple and isinstance(inner[0], type) and issubclass(inner[0], Record):
                yield from find_mappings(inner[0], (*at, name, 0))
            elif get_origin(kind) is Mapping and name not in {"accepted_warnings", "recipients"}:
                yield (*at, name)


def put(value: Value, way: Location, language: str) -> Value:
    """A copy of a value with one language more, or alone, at a place in it."""
    if way and isinstance(way[0], int):
        return [put(value[0] if isinstance(value, list) else None, way[1:], language)]
    whole = value if isinstance(value, dict) else {}
    if not way:
        return {**whole, language: ["a"] if "ja" in whole and isinstance(whole["ja"], list) else "a"}
    step = str(way[0])
    return {**whole, step: put(whole.get(step), way[1:], language)}


CAMPAIGN, MISSION = (
    parse_yaml("f.yaml", text)[0]
    for text in (
        (DATA / "letters/2027/campaign.yaml").read_text("utf-8"),
        (DATA / "recipients.yaml").read_text("utf-8"),
    )
)


@pytest.mark.parametrize("way", list(find_mappings(Campaign)), ids=str)
def test_every_place_of_a_campaign_where_languages_stand_is_checked(way: Location) -> None:
    assert CAMPAIGN
    content = json.dumps(put(CAMPAIGN.value, way, "xx")).encode()  # JSON is YAML
    _, problems = read_campaign("letters/2027", content, {})
    assert "R301" in {problem.code for problem in problems}


@pytest.mark.parametrize("way", list(find_mappings(Recipient)), ids=str)
def test_every_place_of_a_mission_where_languages_stand_is_checked(way: Location) -> None:
    assert MISSION
    content = json.dumps(put(MISSION.value, ("recipients", "jp-osaka", *way), "xx")).encode()
    _, problems = read_recipients(content)
    assert "R301" in {problem.code for problem in problems}
