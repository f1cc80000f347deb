"""Stale text: dates in every script are read as what they are, and a sound letter gives no finding."""

import datetime as dt
import shutil
from pathlib import Path

import pytest
from babel import Locale as Cldr
from babel.dates import format_date
from hypothesis import given
from hypothesis import strategies as st

from conftest import WorkspaceCopy
from petitioner.checks.dates import find_stale_dates
from petitioner.checks.days import check_days
from petitioner.checks.reading import DateParser, load_parser, make_date_parser, parse_text
from petitioner.checks.text_spans import TextSpan
from petitioner.inputs.campaigns import read_campaign
from petitioner.model.locale import TimeWords
from petitioner.model.recipient import Campaign
from petitioner.tables.locales import load_locales, read_calendar

DATA = Path(__file__).parents[1] / "data"
CAMPAIGN = "letters/2027/campaign.yaml"
EN, JA, KO, ZH = "en", "ja", "ko", "zh-Hans"
LOCALES = load_locales()
SMALL, _ = read_campaign("letters/2027", (DATA / "small" / CAMPAIGN).read_bytes(), {})
DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
FOREIGN = ["en_US", "hi_IN", "ru_RU", "hu_HU", "ar_EG", "de_DE", "fr_FR", "es_ES", "vi_VN", "tr_TR", "zh_Hant_TW"]
"""Languages that no letter is written in yet: their names come from CLDR alone."""

DIGITS = ["0123456789", "０１２３４５６７８９", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९"]


def open_campaign(real: WorkspaceCopy, day: str = "2027-09-24", date: str = "2027-09-01") -> Campaign:
    text = (real.folder / CAMPAIGN).read_text("utf-8")
    text = text.replace("day: 2027-09-24", f"day: {day}").replace("date: 2027-09-01", f"date: {date}")
    campaign, _ = read_campaign(f"letters/{day[:4]}", text.encode(), {})
    assert campaign
    return campaign


def tell(campaign: Campaign, tag: str, words: str, today: dt.date = dt.date(2027, 9, 1)) -> list[tuple[str, str]]:
    """Code and words of each finding in a sentence of running text."""
    passage = TextSpan(words, tag, campaign, today)
    return [(found.code, words[found.start : found.end]) for found in find_stale_dates(passage)]


def read(tag: str, words: str) -> list[tuple[int | None, int | None, int | None]]:
    return [(mention.year, mention.month, mention.day) for mention in parse_text(words, tag).dates]


@pytest.mark.parametrize(
    "words",
    [
        "2026年9月24日", "２０２６年９月２４日", "二〇二六年九月二十四日", "二○二六年九月廿四日",
        "二千二十六年九月二十四日",
        "令和8年9月24日", "令和八年九月二十四日", "㋿8年9月24日", "R8.9.24", "2026年9月24日（木）",
        "2026年9月24日（木・祝）",
        "2026年9月24号", "2026년 9월 24일", "2026년9월24일", "이천이십육년 구월 이십사일", "2026. 9. 24.", "2026.09.24",
        "24 September 2026", "24th of September, 2026", "the twenty-fourth of September 2026", "September 24, 2026",
        "September 24th 2026", "SEPTEMBER 24, 2026", "24 Sept. 2026", "Sep 24, 2026", "Thursday, 24 September 2026",
        "2026 September 24", "twenty-four September twenty twenty-six", "2026-09-24", "2026/9/24", "24/9/2026",
        "24.9.2026", "9/24/2026", "٢٤/٩/٢٠٢٦",
    ],
)  # fmt: skip
@pytest.mark.parametrize("tag", LOCALES)
def test_one_day_is_read_in_every_script_whatever_the_language_of_the_letter(words: str, tag: str) -> None:
    if words.startswith("twenty") or "the twenty" in words:
        tag = EN  # words for numbers are those of the letter's own language
    assert read(tag, f"x {words}, x") == [(2026, 9, 24)]


@pytest.mark.parametrize(
    ("words", "meant"),
    [
        ("le 24 sept. 2026", [(2026, 9, 24)]),
        ("le 24 sept 2026", [(2026, 9, 24)]),
        ("le 1er sept. 2026", [(2026, 9, 1)]),
        ("le 24 sept.", [(None, 9, 24)]),
        ("en sept. 2026", [(2026, 9, None)]),
        ("En 2014, sept personnes", [(2014, None, None)]),
        ("sept personnes en 2014", [(2014, None, None)]),
        ("le sept octobre 2026", [(2026, 10, 7)]),
        ("le vingt-sept octobre 2026", [(2026, 10, 27)]),
    ],
)
def test_a_word_that_is_a_number_and_a_month_is_a_month_beside_a_day_or_a_year(
    words: str, meant: list[tuple[int | None, int | None, int | None]]
) -> None:
    assert read("fr", words) == meant


@pytest.mark.parametrize(
    ("tag", "words", "meant"),
    [
        (EN, "24 September", (None, 9, 24)),
        (JA, "9月24日（金）", (None, 9, 24)),
        (KO, "9월 24일", (None, 9, 24)),
        (ZH, "9月24号", (None, 9, 24)),
        (EN, "in October 2023", (2023, 10, None)),
        (EN, "September 22–24, 2027", (2027, 9, 22)),
        (JA, "令和元年5月", (2019, 5, None)),
        (JA, "平成31年", (2019, None, None)),
        (JA, "昭和六十四年一月七日", (1989, 1, 7)),
        (JA, "昭和元年十二月二十五日", (1926, 12, 25)),
        (KO, "1951년 「난민의", (1951, None, None)),
        (EN, "LFNKR-2026-JP-OSAKA", (2026, None, None)),
        (EN, "nineteen eighty-two", (1982, None, None)),
    ],
)
def test_what_is_left_out_of_a_date_stays_open(
    tag: str, words: str, meant: tuple[int | None, int | None, int | None]
) -> None:
    assert read(tag, words) == [meant]


@pytest.mark.parametrize(
    ("tag", "words"),
    [
        (EN, "2000 people, 2,014 others, in the 1990s, 19827"),
        (EN, "see A/HRC/25/63, E/CN.4/2005/34, https://www.hrw.org/news/2025/10/12/x, or 03-2019-1999"),
        (EN, "You may ask; march on; no one, one third; a second time"),
        (JA, "1990年代、2000人、千人、百年、一日も早く、三十八度線、第三十三条、四十五年"),
        (KO, "사이에 총영사와 이사장이 천천히, 일이 많아 1990년대, 사십오 년"),
        (ZH, "20世纪90年代，五百多人，第三十三条，一个晚上"),
    ],
)
def test_other_numbers_are_no_dates(tag: str, words: str) -> None:
    assert read(tag, words) == []


@pytest.mark.parametrize(
    "words",
    [
        "令和元年4月30日", "令和元年四月", "平成31年5月1日", "平成31年9月", "平成三十二年", "昭和64年1月8日",
        "平成元年1月7日",
        "昭和元年12月24日", "9月31日", "2027年2月29日", "31 September", "February 29, 2027", "31/9/2027",
        "2027-13-01", "9월 31일",
    ],
)  # fmt: skip
def test_a_date_that_the_calendar_or_the_era_lacks_is_told(real: WorkspaceCopy, words: str) -> None:
    assert "D103" in dict(tell(open_campaign(real), JA, words))


@pytest.mark.parametrize(
    "words",
    [
        "令和元年5月1日",
        "平成31年4月30日",
        "平成元年1月8日",
        "昭和64年1月7日",
        "昭和元年12月25日",
        "2028年2月29日",
        "In June 31 people",
    ],
)
def test_a_date_at_the_edge_of_an_era_exists(real: WorkspaceCopy, words: str) -> None:
    assert "D103" not in dict(tell(open_campaign(real), JA, words))


def open_foreign(cldr: str) -> DateParser:
    return make_date_parser(read_calendar(cldr), TimeWords(), LOCALES.values())


READERS = {
    **{locale.cldr: load_parser(tag) for tag, locale in LOCALES.items()},
    **{cldr: open_foreign(cldr) for cldr in FOREIGN},
}


@given(DAYS, st.sampled_from(sorted(READERS)), st.sampled_from(["full", "long", "medium"]), st.sampled_from(DIGITS))
def test_any_day_in_any_languages_format_and_digits_is_read_back_as_itself(
    day: dt.date, cldr: str, form: str, digits: str
) -> None:
    words = format_date(day, form, locale=cldr).translate(str.maketrans(DIGITS[0], digits))
    (mention,) = READERS[cldr].read(f"x {words} x").dates
    assert mention.date == day
    assert mention.weekday in (None, day.weekday())


ERAS = [("令和", dt.date(2019, 5, 1)), ("平成", dt.date(1989, 1, 8)), ("昭和", dt.date(1926, 12, 25))]
SIGNS = "〇一二三四五六七八九"


def count_in_signs(number: int) -> str:
    """Below a hundred, as in 二十四."""
    tens, ones = divmod(number, 10)
    return (("" if tens == 1 else SIGNS[tens]) + "十" if tens else "") + (SIGNS[ones] if ones or not tens else "")


@given(DAYS, st.booleans(), st.booleans())
def test_any_day_in_era_years_or_signs_is_read_back_as_itself(day: dt.date, in_era: bool, in_signs: bool) -> None:  # noqa: FBT001 - drawn
    name, begins = next(era for era in ERAS if era[1] <= day)
    year = day.year - begins.year + 1 if in_era else day.year
    spell = count_in_signs if in_signs else str
    number = (
        "元"
        if in_era and year == 1
        else spell(year)
        if in_era
        else "".join(SIGNS[int(sign)] if in_signs else sign for sign in str(year))
    )
    words = f"{name if in_era else ''}{number}年{spell(day.month)}月{spell(day.day)}日"
    (mention,) = parse_text(words, JA).dates
    assert mention.date == day, words


@given(DAYS, st.sampled_from(sorted(LOCALES)), st.integers(0, 6))
def test_the_calendars_weekday_is_never_told_and_any_other_always(day: dt.date, tag: str, shift: int) -> None:
    cldr = LOCALES[tag].cldr
    name = Cldr.parse(cldr).days["format"]["wide"][(day.weekday() + shift) % 7]
    written = format_date(day, "long", locale=cldr)
    words = f"{name}, {written}" if tag == EN else f"{written}（{name}）"
    assert SMALL
    found = check_days(TextSpan(words, tag, SMALL, SMALL.date))
    assert ("D104" in {finding.code for finding in found}) == bool(shift)


SOUND = {
    EN: [
        "On Friday, 24 September 2027, we shall stand at your gate.",
        "Forty-five years ago, on 24 September 1982, China acceded to the 1951 Convention and its 1967 Protocol.",
        "This is the forty-fifth anniversary of China’s accession.",
        "Nearly four years ago, on 9 October 2023, people were returned.",
        "On 9 October 2023, almost four years ago, people were returned.",
        "More than forty years ago China acceded to the Convention. Some forty years ago, it did.",
        "In 2014, thirteen years ago, the Commission of Inquiry gave its report.",
        "Kindly answer by 15 September 2027, or before 24 September.",
        "Until 9 October 2023 we had hope.",
        "It was Monday, 9 October 2023.",
        "Our letter of 1 September 2027 goes to all consulates.",
        "Ten years ago a woman fled; she was fifty years old, and waited for two years.",
        "More than 2026 people, at least 1999 women.",
    ],
    JA: [
        "令和9年9月24日（金）に伺います。",
        "一九八二年九月二十四日、貴国は難民条約に加入されました。",
        "貴国が難民条約に加入されてから四十五年にあたります。加入から46年目に入ります。",
        "ほぼ四年前の2023年10月9日のことです。",
        "平成26年、国連の調査委員会は報告しました。",
        "9月15日（水）までにご回答ください。",
        "四十年以上前に、貴国は難民条約に加入されました。",
    ],
    ZH: [
        "二〇二七年九月二十四日（星期五），",
        "贵国加入1951年公约整整四十五周年。",
        "将近四年前，即2023年10月9日，",
        "四十多年前，贵国加入了难民公约。",
        "请于9月15日之前答复。",
    ],
    KO: [
        "2027년 9월 24일(금)에 뵙겠습니다.",
        "중화인민공화국이 난민협약에 가입한 지 꼭 45년이 되는 날입니다. 가입 45주년입니다.",
        "거의 4년 전인 2023년 10월 9일의 일입니다.",
        "9월 15일까지 회신해 주십시오.",
    ],
}  # fmt: skip


@pytest.mark.parametrize(("tag", "words"), [(tag, words) for tag, some in SOUND.items() for words in some])
def test_a_sound_sentence_gives_no_finding(real: WorkspaceCopy, tag: str, words: str) -> None:
    assert tell(open_campaign(real), tag, words) == []


@pytest.mark.parametrize(
    ("day", "words", "is_right"),
    [
        ("2027-09-24", "it will be 45 years to the day since China acceded", True),
        ("2028-09-22", "it will be 46 years to the day since China acceded", False),  # moved from a Sunday
        ("2028-09-22", "it is the 46th anniversary of China’s accession", True),
        ("2028-09-22", "forty-six years ago China acceded", False),
        ("2028-09-22", "nearly forty-six years ago China acceded", True),
        ("2028-09-30", "it is the 46th anniversary of China’s accession", True),
        ("2028-11-30", "it is the 46th anniversary of China’s accession", False),
        ("2027-10-08", "four years ago, on 9 October 2023, they were returned", False),
        ("2027-10-09", "four years ago, on 9 October 2023, they were returned", True),
        ("2027-09-24", "nearly five years ago, on 9 October 2023, they were returned", False),
        ("2027-09-24", "over four years ago, on 9 October 2023, they were returned", False),
        ("2027-09-24", "about four years ago, on 9 October 2023, they were returned", True),
    ],
)
def test_years_are_counted_by_day(real: WorkspaceCopy, day: str, words: str, is_right: bool) -> None:  # noqa: FBT001 - a table
    campaign = open_campaign(real, day, f"{day[:4]}-09-01")
    assert ("D107" not in dict(tell(campaign, EN, f"Sir, {words}."))) == is_right


def test_a_year_that_the_campaign_lists_as_history_may_stand(real: WorkspaceCopy) -> None:
    real.edit("letters/2027/petition.en.md", "A decision on", "We wrote in 2026, as in 2012. A decision on")
    assert "2 errors" in real.run("check").err
    real.edit(CAMPAIGN, "reference: LFNKR ", "historic_years: [2012, 2026]\nreference: LFNKR ")
    assert "0 errors" in real.run("check").err


def test_a_deadline_is_past_once_today_is_later(real: WorkspaceCopy) -> None:
    campaign, words = open_campaign(real), "Kindly reply by 15 September 2027."
    assert tell(campaign, EN, words, dt.date(2027, 9, 15)) == []
    assert tell(campaign, EN, words, dt.date(2027, 9, 16)) == [("D108", "15 September 2027")]


def test_the_real_letters_are_sound_long_before_the_day_too(
    real: WorkspaceCopy, seoul: WorkspaceCopy, five_languages: WorkspaceCopy, workspace: WorkspaceCopy
) -> None:
    for each in (real, seoul, five_languages, workspace):
        ending = each.run("check", now=dt.datetime(2026, 11, 22, tzinfo=dt.UTC))
        assert "0 errors, 0 warnings" in ending.err


def test_only_letters_of_earlier_years_are_compared(workspace: WorkspaceCopy) -> None:
    shutil.copytree(workspace.folder / "letters" / "2027", workspace.folder / "letters" / "2028")
    assert "[D110]" not in workspace.run("--campaign", "2027", "check").err
    (workspace.folder / "letters" / "2026").mkdir()
    workspace.write("letters/2026/petition.en.md", "---\nsubject: [\n---\n\x00")
    assert "0 errors, 0 warnings" in workspace.run("--campaign", "2027", "check").err


def test_a_folder_copied_from_last_year_is_told_of_every_stale_place(real: WorkspaceCopy) -> None:
    letters = real.folder / "letters"
    subject = "Petition for the protection of refugees from North Korea"
    real.edit("letters/2027/petition.en.md", subject, f"{subject} on {{{{ campaign.day }}}}")
    for path, day, count in (
        ("petition.en.md", "24 September 2027", "45"),
        ("petition.ja.md", "令和九年九月二十四日", "四十五"),
        ("petition.zh-Hans.md", "二〇二七年九月二十四日", "四十五"),
    ):
        text = (letters / "2027" / path).read_text("utf-8")
        text = text.replace("{{ campaign.day }}", day).replace("{{ campaign.year - 1982 }}", count)
        (letters / "2027" / path).write_text(text, "utf-8")
    assert "0 errors, 0 warnings" in real.run("check").err
    shutil.copytree(letters / "2027", letters / "2028")
    for old in ("day: 2027-09-24", "date: 2027-09-01"):
        real.edit("letters/2028/campaign.yaml", old, old.replace("2027", "2028"))
    told = [line for line in real.run("check").err.splitlines() if line.startswith("letters/2028/petition")]
    assert [(line.split(": ")[0].removeprefix("letters/2028/petition."), line[-5:-1]) for line in told] == [
        ("en.md:2", "D101"),
        ("en.md:8", "D101"),
        ("en.md:8", "D107"),
        ("ja.md:2", "D101"),
        ("ja.md:8", "D101"),
        ("ja.md:9", "D107"),
        ("zh-Hans.md:2", "D101"),
        ("zh-Hans.md:7", "D101"),
        ("zh-Hans.md:7", "D107"),
        ("en.md:6", "D110"),
        ("ja.md:6", "D110"),
        ("zh-Hans.md:6", "D110"),
    ]
