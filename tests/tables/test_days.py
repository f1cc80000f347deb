"""Dates as each language can write them: by the calendar, by eras, in figures of its own."""

from datetime import date
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from documents import fold, read_docx_text, read_pdf_pages
from petitioner.tables.locales import format_day, load_locales

CAMPAIGN = "letters/2027/campaign.yaml"


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2027-09-01", "令和9年9月1日"),
        ("2020-01-01", "令和2年1月1日"),
        ("2019-12-31", "令和元年12月31日"),
        ("2019-05-01", "令和元年5月1日"),
        ("2019-04-30", "平成31年4月30日"),
        ("1989-01-08", "平成元年1月8日"),
        ("1989-01-07", "昭和64年1月7日"),
        ("1982-09-24", "昭和57年9月24日"),
        ("1926-12-25", "昭和元年12月25日"),
    ],
)
def test_the_day_of_accession_begins_the_new_era_whose_first_year_is_gannen(day: str, said: str) -> None:
    assert format_day(load_locales()["ja"], date.fromisoformat(day), "era") == said


@pytest.mark.parametrize("day", ["1926-12-24", "1900-01-01"])
def test_a_day_before_the_first_era_of_the_table_is_counted_by_the_calendar(day: str) -> None:
    locale = load_locales()["ja"]
    assert format_day(locale, date.fromisoformat(day), "era") == format_day(locale, date.fromisoformat(day))


@pytest.mark.parametrize(
    ("language", "style", "day", "said"),
    [
        ("ja", "era-numerals", "2027-09-24", "令和九年九月二十四日"),
        ("ja", "era-numerals", "2028-10-20", "令和十年十月二十日"),
        ("ja", "era-numerals", "2019-05-11", "令和元年五月十一日"),
        ("ja", "numerals", "2030-12-31", "二〇三〇年十二月三十一日"),
        ("zh-Hans", "numerals", "2027-09-01", "二〇二七年九月一日"),
        ("ko", "dots", "2027-09-01", "2027. 9. 1."),
        ("en", "month-first", "2027-09-01", "September 1, 2027"),
        ("ar", "own-figures", "2027-09-24", "٢٤ سبتمبر ٢٠٢٧"),
    ],
)
def test_other_ways_to_write_a_date_are_there_by_name(language: str, style: str, day: str, said: str) -> None:
    assert format_day(load_locales()[language], date.fromisoformat(day), style) == said


def test_every_way_to_write_dates_is_documented_with_the_day_as_it_comes_out() -> None:
    documented = (Path(__file__).parents[2] / "docs" / "languages.md").read_text("utf-8")
    for tag, locale in load_locales().items():
        (row,) = [line for line in documented.split("\n") if line.startswith(f"| {tag} |")]
        assert f"| {tag} | {format_day(locale, date(2027, 9, 24))} |" in row
        for style in locale.date_styles:
            assert f"`{style}` {format_day(locale, date(2027, 9, 24), style)}" in row


def test_a_campaign_chooses_how_dates_are_written_and_every_date_follows(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "date: 2027-09-01\n", "date: 2027-09-01\ndate_style: {ja: era, en: month-first}\n")
    assert workspace.run("build", "--only", "jp-tokyo").status == 0
    made = workspace.folder / "out/2027/jp-tokyo"
    japanese = fold("".join(read_pdf_pages((made / "petition.ja.pdf").read_bytes())))
    assert "令和9年9月1日" in japanese
    assert "請願書（令和9年9月24日）" in japanese
    assert "2027年" not in japanese
    english = fold(read_docx_text((made / "petition.en.docx").read_bytes()))
    assert fold("September 1, 2027") in english
    assert fold("Day, September 24, 2027") in english


def test_a_way_to_write_dates_that_a_language_lacks_is_told_with_those_that_it_has(workspace: WorkspaceCopy) -> None:
    workspace.edit(CAMPAIGN, "date: 2027-09-01\n", "date: 2027-09-01\ndate_style:\n  ja: eras\n")
    ending = workspace.run("check")
    assert ending.status == 3
    assert f"{CAMPAIGN}:5: unknown date style 'eras' for ja [C415]" in ending.err
    assert "Did you mean 'era'? Known for ja: era, era-numerals, numerals." in ending.err
