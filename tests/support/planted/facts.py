"""KnownFacts facts, told as letters have told them wrongly; the first three stood in real ones."""

from planted import REAL, SEOUL, Fault
from planted.dates import CAMPAIGN, EN, JA, KO, PLEA_EN, PLEA_JA, PLEA_KO, PLEA_ZH, ZH

_WHERE = {
    "en": (EN, PLEA_EN, " ", REAL),
    "ja": (JA, PLEA_JA, "", REAL),
    "zh-Hans": (ZH, PLEA_ZH, "", REAL),
    "ko": (KO, PLEA_KO, " ", SEOUL),
}

_TOLD = {
    ("D112", "en"): [
        "China signed and ratified the 1951 Convention on September 24, 1982.",
        "China signed the Convention against Torture in 1988.",
        "China is a signatory to the 1951 Convention and its 1967 Protocol.",
        "The Refugee Convention, ratified by China in 1982, forbids it.",
        "China ratified the Convention against Torture in 1986.",
        "Your country signed the Convention against Torture in 1988 and ratified it in 1986.",
        "We recall the Convention relating to the Status of Refugees and its 1968 Protocol.",
        "We recall the 1952 Refugee Convention.",
        "Article 32 of the Convention forbids the return of refugees.",
        "In 2013 the Commission of Inquiry found crimes against humanity.",
        "UNHCR has its agreement with you of 1 December 1996.",
        "On 9 October 2023, Human Rights Watch reported, 600 people were returned.",
        "On 9 October 2023 more than 500 people were returned to North Korea.",
        "This is the 18th annual Save North Korean Refugees Day.",
        "Some 2,600 people are held.",
    ],
    ("D112", "ja"): [
        "貴国は1951年の難民条約に署名されました。",
        "貴国が一九八二年に批准された難民条約は、",
        "貴国は拷問等禁止条約を1986年に批准されました。",
        "難民条約とその１９６６年の議定書があります。",
        "第三十二条は難民の送還を禁じています。",
        "2023年10月9日、600人が送還されたと報告されています。",
        "2015年、国連調査委員会は罪を認定しました。",
    ],
    ("D112", "zh-Hans"): [
        "中国签署了1951年《关于难民地位的公约》。",
        "贵国批准了难民公约。",
        "《禁止酷刑公约》，贵国一九八八年签署、一九八六年批准。",
        "公约第三十二条禁止将难民送回。",
    ],
    ("D112", "ko"): [
        "중국은 1951년 난민협약에 서명하였습니다.",
        "귀국이 비준한 1951년 난민협약은",
        "제32조는 난민의 송환을 금지합니다.",
    ],
    ("D113", "en"): [
        "China acceded to the Convention on 22 September 1982.",
        "China acceded to the Convention on September 23, 1982.",
        "China acceded to the Convention on 24 September 1983.",
        "UNHCR’s agreement is of 2 December 1995.",
    ],
    ("D113", "ja"): [
        "1982年9月22日、貴国は難民条約に加入されました。",
        "昭和五十七年九月二十三日、難民条約に加入されました。",
    ],
    ("D113", "zh-Hans"): ["一九八二年九月二十二日，贵国加入难民公约。"],
    ("D113", "ko"): ["1982년 9월 22일 난민협약에 가입하였습니다."],
    ("D115", "en"): ["President Hu Jintao once said so.", "Ambassador Cheng Yonghua received us."],
    ("D115", "ja"): ["胡錦濤国家主席も、そう述べられました。"],
    ("D115", "zh-Hans"): ["胡锦涛主席也这样说过。"],
    ("D115", "ko"): ["후진타오 주석도 그렇게 말했습니다."],
}


def _plant(code: str, tag: str, words: str) -> Fault:
    path, plea, blank, workspace = _WHERE[tag]
    return Fault(code, path, plea, f"{words}{blank}{plea}", on=workspace)


FAULTS = [
    *(_plant(code, tag, words) for (code, tag), sentences in _TOLD.items() for words in sentences),
    Fault(
        "D114",
        CAMPAIGN,
        "en: Xi Jinping, ja: 習近平, zh-Hans: 习近平",
        "en: Hu Jintao, ja: 胡錦濤, zh-Hans: 胡锦涛",
        on=REAL,
    ),
    Fault("D114", JA, "closing: 謹白", "closing: 謹白\nsalutation: 国家主席　胡錦濤閣下", at="salutation:", on=REAL),
    Fault("D114", ZH, "尊敬的习近平主席", "尊敬的胡锦涛主席", on=REAL),
    Fault("D114", KO, "존경하는 시진핑", "존경하는 후진타오", on=SEOUL),
    Fault(
        "D115",
        "recipients.yaml",
        "    languages: [en]",
        "    head: {name: {en: Liu Yaming}, confirmed: 2027-08-20}\n    languages: [en]",
        at="Liu Yaming",
    ),
]
