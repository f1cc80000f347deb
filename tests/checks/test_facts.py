"""KnownFacts facts: the table is sound, and sentences that tell them rightly give no finding."""

import datetime as dt
import re

import pytest

from conftest import WorkspaceCopy
from petitioner.checks.facts import find_former_holders, find_wrong_days, find_wrong_statements
from petitioner.checks.text_spans import TextSpan, load_known_facts
from petitioner.inputs.campaigns import read_campaign
from petitioner.tables.locales import load_locales

EN, JA, KO, ZH = "en", "ja", "ko", "zh-Hans"


def tell(real: WorkspaceCopy, tag: str, words: str) -> list[str]:
    """The code of each finding in a sentence of running text."""
    content = (real.folder / "letters/2027/campaign.yaml").read_bytes()
    campaign, _ = read_campaign("letters/2027", content, {})
    assert campaign
    span = TextSpan(words, tag, campaign, dt.date(2027, 9, 1))
    return [
        found.code for find in (find_wrong_statements, find_wrong_days, find_former_holders) for found in find(span)
    ]


SOUND = {
    EN: [
        "China acceded to the 1951 Convention relating to the Status of Refugees on 24 September 1982.",
        "China acceded to the 1951 Convention and its 1967 Protocol in 1982; it did not sign or ratify either.",
        "China signed the Convention against Torture in 1986 and ratified it in 1988.",
        "China ratified the Convention against Torture in 1988, having signed it in 1986.",
        "China signed the Convention against Torture on 12 December 1986, and acceded to the 1951 Convention in 1982.",
        "The agreement that China signed with UNHCR on 1 December 1995 gives it unimpeded access to refugees.",
        "UNHCR wrote in 2014 of the agreement.",
        "Of all the states that signed the 1951 Convention, few have been as generous.",
        "Your Government has been a party to the 1951 Convention for 45 years.",
        "When China acceded to the Convention in 1982, it made reservations to articles 14 and 16.",
        "The Optional Protocol, which China has signed but not ratified, and the 1951 Convention, to which it acceded.",
        "The Standing Committee decided on 23 August 1982 to accede; the accession took effect on 23 December 1982.",
        "On 24 September 2027 it will be 45 years since China’s accession.",
        "Article 3 of the Convention against Torture forbids the return of anyone to torture.",
        "Articles 31 and 33 of the Convention forbid penalties and return.",
        "In October 2023 experts recalled, on 17 October 2023, that more than 500 people had been returned.",
        "On 9 October 2023, Human Rights Watch reported, more than 500 people were returned.",
        "In 2014 the United Nations published the report of its Commission of Inquiry.",
        "The protocol of 1986 between China and North Korea does not stand above the 1951 Convention.",
        "The then President Hu Jintao promised this, as former President Hu Jintao once said.",
        "In 2027 Save North Korean Refugees Day falls on a Friday.",
    ],
    JA: [
        "中華人民共和国は1982年9月24日に難民条約に加入されました。",
        "一九八二年九月二十四日、貴国は難民の地位に関する条約に加入されました。",
        "昭和57年9月24日に難民条約に加入されました。",
        "貴国は拷問等禁止条約に1986年に署名し、1988年に批准されました。",
        "難民条約に加入された貴国は、署名された1995年の協定も守られるべきです。",
        "条約第三十三条は難民の送還を禁じています。",
        "拷問等禁止条約第3条は送還を禁じています。",
        "2023年10月9日、500人を超える人々が送還されたと報告されています。",
        "2014年、国連調査委員会は罪を認定しました。",
        "当時の胡錦濤国家主席も。",
    ],
    ZH: [
        "中国于1982年9月24日加入《关于难民地位的公约》。",
        "中国1986年签署、1988年批准《禁止酷刑公约》。",
        "1982年8月23日，全国人大常委会批准加入难民公约。",
        "贵国是1951年公约缔约国。",
        "按照1995年12月1日与联合国难民署签订的协定，",
        "公约第三十三条禁止将难民送回。",
        "据报道，2023年10月9日有五百多人被遣返。",
        "时任国家主席胡锦涛也这样说过。",
    ],
    KO: [
        "중국은 1982년 9월 24일 난민협약에 가입하였습니다.",
        "고문방지협약은 1986년에 서명하고 1988년에 비준하였습니다.",
        "제33조는 송환을 금지하고 있습니다.",
        "2023년 10월 9일 500여 명이 북송되었다고 보고되었습니다.",
        "당시 후진타오 주석도 그렇게 말했습니다.",
    ],
}


@pytest.mark.parametrize(("tag", "words"), [(tag, words) for tag, some in SOUND.items() for words in some])
def test_a_fact_that_is_told_rightly_gives_no_finding(real: WorkspaceCopy, tag: str, words: str) -> None:
    assert tell(real, tag, words) == []


def test_every_pattern_of_the_table_can_be_read_and_names_a_language() -> None:
    known = load_known_facts()
    slips = [slip for fact in known.facts for slip in fact.wrong_statements]
    tables = [known.formerly, *(fact.about for fact in known.facts)]
    tables += [table for slip in slips for table in (slip.patterns, slip.unless)]
    for table in tables:
        assert set(table) <= set(load_locales())
        for pattern in table.values():
            assert re.compile(pattern).search("") is None


def test_a_slip_is_known_in_every_language_of_the_letters() -> None:
    for fact in load_known_facts().facts:
        for slip in fact.wrong_statements:
            assert set(slip.patterns) >= {"en", "ja", "ko", "zh-Hans"}, slip.message


def test_every_fact_and_every_office_has_its_source() -> None:
    known = load_known_facts()
    assert all(fact.source and fact.says for fact in known.facts)
    assert {"1982-09-24", "1995-12-01", "2014-02-07", "2023-10-09"} <= known.dates


def test_a_head_in_office_is_written_to_and_a_predecessor_is_told(workspace: WorkspaceCopy) -> None:
    head = "    head: {name: {en: NAME}, confirmed: 2027-08-20}\n    languages: [en]"
    workspace.edit("recipients.yaml", "    languages: [en]", head.replace("NAME", "Wang Genhua"))
    assert "[D115]" not in workspace.run("check").err
    workspace.edit("recipients.yaml", "Wang Genhua", "LIU YAMING")
    assert (
        "'LIU YAMING' was Consul General in Sapporo until 2024-03-02 at the latest [D115]" in workspace.run("check").err
    )


def test_an_addressee_who_left_the_office_stops_the_work(real: WorkspaceCopy) -> None:
    real.edit(
        "letters/2027/campaign.yaml", "name: {en: Xi Jinping, ja: 習近平, ", "name: {en: HU Jintao, ja: 胡　錦濤, "
    )
    ending = real.run("check")
    assert ending.status == 3
    assert ending.err.count("[D114]") == 2


def test_what_was_wrong_once_is_told_once_in_a_letter_to_many(real: WorkspaceCopy) -> None:
    words = "China signed the 1951 Convention. A decision on"
    real.edit("letters/2027/petition.en.md", "A decision on", words)
    assert real.run("check").err.count("[D112]") == 1
