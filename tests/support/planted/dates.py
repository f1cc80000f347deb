"""Stale text, in the shapes in which it comes: last year's letter under this year's name."""

from planted import FILE, REAL, SEOUL, Fault

CAMPAIGN = "letters/2027/campaign.yaml"
EN, JA, ZH, KO = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans", "ko"))
OLD = "letters/2026/petition.en.md"

PLEA_EN, PLEA_JA = "A decision on your part", "閣下のご決断は"
PLEA_ZH, PLEA_KO = "阁下的决定将挽救生命", "국가주석님의 결단은"

_COPY = """---
subject: Petition on {{ campaign.name }}, 24 September 2026
closing: Yours sincerely,
---
We write to you through the {{ recipient.name }}, with *respect* and
with one request. {# the same words, broken otherwise #}

{% if recipient.kind == "embassy" %}
We would be grateful to be received in {{ recipient.city }}.

{% endif %}
1. Let them stay.
2. Let them go on.
"""
"""The letter of ``small`` as it stood a year before."""


def _en(code: str, words: str) -> Fault:
    return Fault(code, EN, PLEA_EN, f"{words} {PLEA_EN}", on=REAL)


def _ja(code: str, words: str) -> Fault:
    return Fault(code, JA, PLEA_JA, f"{words}{PLEA_JA}", on=REAL)


def _zh(code: str, words: str) -> Fault:
    return Fault(code, ZH, PLEA_ZH, f"{words}{PLEA_ZH}", on=REAL)


def _ko(code: str, words: str) -> Fault:
    return Fault(code, KO, PLEA_KO, f"{words} {PLEA_KO}", on=SEOUL)


FAULTS = [
    # A year that is not the campaign's, in every place and script.
    Fault("D101", EN, "North Korea\nsal", "North Korea, 24 September 2026\nsal", at="24 September 2026", on=REAL),
    Fault("D101", EN, "On {{ campaign.day }}, {{", "On September 24, 2019, {{", on=REAL),  # a real post of 2020 said so
    Fault("D101", JA, "（{{ campaign.day }}「", "（2026年9月24日「", on=REAL),
    Fault("D101", JA, "{{ campaign.day }}は、", "令和八年九月二十四日は、", on=REAL),
    Fault("D101", ZH, "{{ campaign.day }}，距", "二〇二六年九月二十四日，距", on=REAL),
    Fault("D101", KO, "오는 {{ campaign.day }}은", "오는 2026년 9월 24일은", on=SEOUL),
    _ja("D101", "２０２６年の秋、"),
    _ja("D101", "二千二十六年にも、"),
    _ja("D101", "昨年（R8.9.24）にも、"),
    _ko("D101", "지난 2026. 9. 24.(목)에도"),
    _ko("D101", "이천이십육년에도"),
    _en("D101", "In twenty twenty-six we wrote in vain."),
    _en("D101", "We shall write again in 2028."),
    _en("D101", "Save North Korean Refugees Day 2023 moved many."),
    _en("D101", "We wrote on **24 September\n2026**."),
    Fault("D101", "letters/2027/_request.ja.md", "難民を", "2026年も難民を"),
    Fault(
        "D101",
        CAMPAIGN,
        "name: {en: Save North Korean Refugees Day,",
        "name: {en: Save North Korean Refugees Day 2026,",
    ),
    Fault(
        "D101",
        CAMPAIGN,
        "reference: LFNKR",
        "reference: LFNKR\nenclosures:\n  - {file: enclosures/a.pdf, title: {en: Report 2025, ja: 報告書}}",
        at="Report 2025",
        others=(("letters/2027/enclosures/a.pdf", "", "%PDF-1.7\n%%EOF\n"),),
    ),
    _en("D102", "In 1983 nobody listened."),
    _ja("D102", "昭和五十八年のことでした。"),
    # A date that does not exist.
    _en("D103", "On 31 September 2027 we shall come."),
    _en("D103", "We shall come on 31 September."),
    _ja("D103", "平成31年9月のことでした。"),
    _ja("D103", "令和元年四月のことでした。"),
    _zh("D103", "2023年2月29日，无人知晓。"),
    _ko("D103", "9월 31일에 다시 뵙겠습니다."),
    # A weekday that is another day's.
    _en("D104", "On Thursday, 24 September 2027, we shall come."),
    _en("D104", "On Thursday, September 24, we shall come."),
    _en("D104", "It was Tuesday, 9 October 2023."),
    _ja("D104", "2027年9月24日（木）に伺います。"),
    _ja("D104", "令和九年九月二十四日木曜日に伺います。"),
    _zh("D104", "2027年9月24日星期四，"),
    _zh("D104", "二〇二七年九月二十四日（周四），"),
    _ko("D104", "2027년 9월 24일(목)에"),
    # The campaign's day, written otherwise.
    Fault("D105", EN, "North Korea\nsal", "North Korea, 23 September 2027\nsal", at="23 September", on=REAL),
    Fault("D105", EN, "On {{ campaign.day }}, {{", "On 23 September 2027, {{", on=REAL),
    _en("D105", "On Save North Korean Refugees Day, 23 September, we pray."),
    Fault("D105", JA, "（{{ campaign.day }}「", "（9月23日「", on=REAL),
    _zh("D105", "在2027年9月23日，"),
    # A date by itself.
    Fault("D106", EN, PLEA_EN, f"Tokyo, 1 August 2027\n\n{PLEA_EN}", on=REAL),
    Fault("D106", JA, PLEA_JA, f"令和九年八月一日\n\n{PLEA_JA}", on=REAL),
    # A number of years, counted by day.
    Fault("D107", EN, "be {{ campaign.year - 1982 }} years", "be 44 years", on=REAL),
    Fault("D107", JA, "{{ campaign.year - 1982 }}年にあたります", "四十四年にあたります", on=REAL),
    Fault("D107", ZH, "整整{{ campaign.year - 1982 }}周年", "整整四十四周年", on=REAL),
    Fault("D107", KO, "꼭 {{ campaign.year - 1982 }}년", "꼭 44년", on=SEOUL),
    _en("D107", "Four years ago, on 9 October 2023, people were returned."),
    _en("D107", "The forty-fourth anniversary of China’s accession is a sad one."),
    _en("D107", "The Commission of Inquiry reported. That is twelve years ago."),
    _ja("D107", "四年前の2023年10月9日のことです。"),
    _zh("D107", "那是四年前，2023年10月9日。"),
    _ko("D107", "4년 전인 2023년 10월 9일의 일입니다."),
    Fault(  # the day is moved, and is not "to the day" any more
        "D107",
        CAMPAIGN,
        "day: 2027-09-24",
        "day: 2027-09-23",
        at="forty-five years",
        told_in=EN,
        on=REAL,
        others=((EN, "{{ campaign.year - 1982 }} years to the day", "forty-five years to the day"),),
    ),
    # A deadline that is past.
    _en("D108", "Kindly reply by 15 August 2027."),
    _en("D108", "Kindly reply no later than August 15."),
    _ja("D108", "8月15日（日）までにご回答ください。"),
    _zh("D108", "请于8月15日之前答复。"),
    _ko("D108", "8월 15일까지 회신해 주십시오."),
    # Names of files.
    Fault(
        "D109",
        "letters/2027/petition-2026.en.md",
        "",
        "---\nsubject: x\nclosing: y\n---\nz\n",
        at=FILE,
        others=(("letters/2027/petition-2026.ja.md", "", "---\nsubject: x\nclosing: y\n---\nz\n"),),
    ),
    Fault(
        "D109",
        CAMPAIGN,
        "title: {en: Executive Director, ja: 理事長}",
        "title: {en: Executive Director, ja: 理事長}\n    image: signature_2026.png",
        at="signature_2026",
        others=(("letters/2027/signature_2026.png", "", "PNG"),),
    ),
    # A letter, a campaign of another time.
    Fault("D110", OLD, "", _COPY, told_in=EN, at="We write to you"),
    Fault("D111", CAMPAIGN, "day: 2027-09-24\ndate: 2027-09-01", "day: 2027-08-24\ndate: 2027-08-01"),
]
