"""Letters and paragraphs in another language than the file name says."""

from planted import FILE, REAL, SEOUL, Fault

EN, JA, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans"))
KO, SHARED = "letters/2027/petition.ko.md", "letters/2027/_request.ja.md"

_CHINESE = """---
subject: 请愿书
closing: 敬请审阅。
---
我们谨代表北朝鲜难民救援基金致函阁下。该组织是一九九八年在东京成立的非营利组织。公约第三十三条禁止将难民送回其生命或自由因种族、宗教、
国籍受到威胁的领土。我们恭请主席阁下促使贵国政府停止将朝鲜难民送回他们所逃离的国家。
"""
_TRADITIONAL = """---
subject: 請願書
salutation: 尊敬的習近平主席閣下：
closing: 順致最崇高的敬意！
---
我們謹代表北韓難民救援基金致函閣下。該組織是在東京成立的非營利組織。公約禁止將難民送回其生命或自由受到威脅的領土。
我們恭請主席閣下促使貴國政府停止將難民送回他們所逃離的國家。
"""
_ENGLISH = """---
subject: Petition
closing: Respectfully yours,
---
We write to you on behalf of an organisation that was founded in Tokyo, and we ask you to let the people who have fled
from the North go on to a country that will receive them. A decision on your part would save lives, and would be
remembered.
"""
_JAPANESE = """---
subject: 請願書
salutation: "閣下:"
closing: 敬具
---
私どもは、1998年に東京で設立された非営利の団体でございます。北朝鮮から逃れてきた人々を、逃れてきた国へ送還なさらないよう、謹んで
お願い申し上げます。閣下のご決断は人々の命を救い、国境を越えて長く感謝をもって記憶されることと存じます。
"""

FAULTS = [
    Fault(
        "W221",
        JA,
        "まことに幸いに存じます。",
        "幸いに存じます。We hope that you will receive us soon.",
        at="We hope",
        on=REAL,
    ),
    Fault("W201", JA, "", _CHINESE, at=FILE),
    Fault("W201", JA, "", _ENGLISH, at=FILE),
    Fault("W201", EN, "", _JAPANESE, at=FILE),
    Fault("W201", ZH, "", _TRADITIONAL, at=FILE, on=REAL),
    Fault("W201", ZH, "", _JAPANESE.replace("請願書", "北朝鮮難民の保護に関する請願書"), at=FILE, on=REAL),
    Fault("W201", KO, "", _ENGLISH.replace("Petition", "A petition"), at=FILE, on=SEOUL),
    Fault("W202", JA, "", _ENGLISH, at=FILE, others=((EN, "", _ENGLISH),)),
    Fault(
        "W221",
        SHARED,
        "難民を送還しないでください。",
        "Please do not return the refugees, and let them go on to a safe country.",
    ),
    Fault(
        "W221",
        JA,
        "{% if recipient.kind",
        "We would be grateful to be received, so that we may\nset out our concerns in person.\n\n{% if recipient.kind",
        on=REAL,
    ),
    Fault(
        "W221",
        JA,
        "{% if recipient.kind",
        "公约第三十三条禁止将难民送回其生命或自由受到威胁的领土。\n\n{% if recipient.kind",
        on=REAL,
    ),
    Fault(
        "W221",
        ZH,
        "{% if recipient.kind",
        "難民の送還を取りやめてくださいますよう、謹んでお願い申し上げます。\n\n{% if recipient.kind",
        on=REAL,
    ),
    Fault(
        "W221",
        EN,
        "1. Let them stay.",
        "1. Veuillez cesser le renvoi des personnes venues du Nord et laisser partir celles qui le demandent.",
        at="Veuillez",
    ),
    Fault(
        "W221",
        KO,
        "이에 저희는",
        "We ask that they may go on to another country that will receive them.\n\n이에 저희는",
        on=SEOUL,
    ),
]
