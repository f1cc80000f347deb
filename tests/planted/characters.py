"""Characters of another script, and placeholders."""

from planted import REAL, SEOUL, Fault

EN, JA, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans"))
KO, CAMPAIGN, SHARED = "letters/2027/petition.ko.md", "letters/2027/campaign.yaml", "letters/2027/_request.ja.md"

FAULTS = [
    Fault("W222", ZH, "公约第三十三条", "公約第三十三条", on=REAL),
    Fault("W222", ZH, "使他们每一个人", "以後使他们每一个人", at="以後", on=REAL),
    Fault("W222", ZH, "贵国加入时所作的保留", "贵国加入时对应的图書保留", at="图書", on=REAL),
    Fault("W222", ZH, "呼吁尊重这一原则", "呼吁対应这一原则", at="対应", on=REAL),
    Fault("W222", CAMPAIGN, "zh-Hans: 习近平}", "zh-Hans: 習近平}", at="zh-Hans: 習近平}", on=REAL),
    Fault("W222", CAMPAIGN, "ja: 習近平", "ja: 习近平", at="name: {en: Xi J", on=REAL),
    Fault("W222", ZH, "尊敬的习近平主席阁下", "尊敬的習近平主席阁下", at="尊敬的習近平", on=REAL),
    Fault(
        "W222",
        "recipients.yaml",
        "    # email: sapporo@csm",
        "    head: {name: {en: Xue Jian, ja: 薛剣, zh-Hans: 薛劍}, confirmed: 2027-08-20}\n    # email: sapporo@csm",
        at="    head:",
        on=REAL,
    ),
    Fault("W222", SHARED, "難民を送還", "难民を送還", at="难民"),
    Fault("W222", JA, "国境を越えたことを", "國境を越えたことを", at="國境", on=REAL),
    Fault("W222", CAMPAIGN, "ja: 北朝鮮難民を救う日", "ja: 北朝鮮难民を救う日", at="难民", on=REAL),
    Fault(
        "W223", JA, "{% if recipient.kind", "大阪市西区靭本町にもお届けいたします。\n\n{% if recipient.kind", on=REAL
    ),
    Fault("W223", JA, "を通じて、", "を通じて、髙橋さんと高橋さんから、", at="髙橋さん"),
    Fault("W224", EN, "1. Let them stay.", "1. Let thеm stay.", at="thеm"),
    Fault("W224", EN, "1. Let them stay.", "1. Let them stay, as in the ΚΟΡΕ.", at="ΚΟΡΕ"),
    Fault("W224", EN, "founded in Tokyo in 1998", "founded in Tokyo in 199O", at="199O", on=REAL),
    Fault("W224", EN, "returned to North Korea", "returned to North Korea on 1O October", at="1O October", on=REAL),
    Fault("W224", JA, "2023年10月には", "2O23年10月には", at="2O23", on=REAL),
    Fault("W224", JA, "ヒューマン・ライツ", "ヒュ一マン・ライツ", at="ヒュ一マン", on=REAL),
    Fault("W224", JA, "北朝鮮へ送還された", "北朝鮮ヘ送還された", at="北朝鮮ヘ", on=REAL),
    Fault("W204", EN, "with one request.", "with one request. TODO: the second."),
    Fault("W204", EN, "1. Let them stay.", "1. Let [NAME] stay.", at="[NAME]"),
    Fault("W204", EN, "1. Let them stay.", "1. Let \\<recipient's name> stay.", at="recipient's"),
    Fault("W204", EN, "Dear Mr. President:", "Dear Mr. XXX:", at="XXX"),
    Fault("W204", EN, "1. Let them stay.", "1. Let them stay ???", at="???"),
    Fault("W204", EN, "1. Let them stay.", "1. Lorem ipsum dolor sit amet.", at="Lorem"),
    Fault("W204", EN, "2. Let them go on.", "2. Let them go on by \\_\\_\\_\\_ 2027.", at="by "),
    Fault("W204", JA, "を通じて、", "を通じて、〇〇様に", at="〇〇様"),
    Fault("W204", JA, "を通じて、", "を通じて、●●氏に", at="●●"),
    Fault("W204", JA, "を通じて、", "を通じて、TBDの方に", at="TBD"),
    Fault("W204", JA, "を通じて、", "を通じて、＿＿＿に", at="＿＿＿"),
    Fault("W204", JA, "を通じて、", "を通じて、【氏名】に", at="【氏名】"),
    Fault("W204", ZH, "阁下的决定", "（待定）阁下的决定", at="（待定）", on=REAL),
    Fault("W204", KO, "이에 저희는", "이에 [기관명] 저희는", at="기관명", on=SEOUL),
    Fault("W204", CAMPAIGN, "title: {en: Executive Director,", "title: {en: TBD,", at="TBD"),
    Fault("W218", EN, "with one request.", "with one request ..."),
    Fault("W218", JA, "を通じて、", "を通じて・・・", at="・・・"),
]
