"""One mission, and one language of a letter, that differs where all others agree."""

from planted import REAL, Fault

LIST = "recipients.yaml"
CAMPAIGN = "letters/2027/campaign.yaml"
EN, JA, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans"))
FAMILY_NAME = "family_name: {en: Xi, ja: 習, zh-Hans: 习}"

FAULTS = [
    Fault("R333", LIST, "ja: 中華人民共和国駐札幌総領事館", "ja: 在札幌中華人民共和国総領事館", on=REAL),
    Fault(
        "R333",
        LIST,
        "en: Consulate-General of the People’s Republic of China in Nagoya",
        "en: Consulate-General of the People’s Repeblic of China in Nagoya",
        on=REAL,
    ),
    Fault(
        "R333",
        LIST,
        "    kind: consulate-general\n    country: JP\n    city: {en: Nagoya",
        '    kind: "consulate"\n    country: JP\n    city: {en: Nagoya',
        on=REAL,
    ),
    Fault(
        "R333",
        LIST,
        "website: http://niigata.china-consulate.gov.cn/",
        "website: http://niigata.china-consulate.org/",
        on=REAL,
    ),
    Fault(
        "R333", LIST, "ja: [〒852-8114, 長崎県長崎市橋口町10-35]", "ja: [長崎県長崎市橋口町10-35, 852-8114]", on=REAL
    ),
    Fault("R333", LIST, "telephone: 095-849-3311", "telephone: +81 95 849 3311", on=REAL),
    Fault("R335", LIST, "telephone: 052-932-1098", "telephone: 025-228-9999", on=REAL),
    Fault("R335", LIST, "fax: 011-563-1818", "fax: +81 92 563 1818", on=REAL),
    Fault("R335", LIST, "website: http://nagoya.", "website: https://www.niigata.", on=REAL),
    Fault("R335", LIST, "ja: 中華人民共和国駐名古屋総領事館", "ja: 中華人民共和国駐大阪総領事館", at=125, on=REAL),
    Fault("R335", LIST, "  jp-nagoya:", "  jp-niigata-2:", on=REAL),
    Fault("R334", CAMPAIGN, FAMILY_NAME, "family_name: {en: Xi, ja: 習}", on=REAL),
    Fault(
        "R334",
        LIST,
        "    # email: sapporo@csm",
        "    head: {name: {en: Wang Genhua, ja: 王根華}}\n    # email: sapporo@csm",
        on=REAL,
    ),
    Fault("L520", ZH, "4. 使他们每一个人都能够依据公约申请保护。\n", "", at="北朝鲜难民救援基金是1998年", on=REAL),
    Fault(
        "L520",
        JA,
        "人権団体ヒューマン",
        "## 送還の事実\n\n人権団体ヒューマン",
        at="私ども北朝鮮難民救援基金は",
        on=REAL,
    ),
    Fault(
        "L520",
        ZH,
        "据人权观察组织报告，",
        "据人权观察组织报告[^1]，",
        at="北朝鲜难民救援基金是1998年",
        others=((ZH, "阁下的决定将挽救生命", "[^1]: 见报告。\n\n阁下的决定将挽救生命"),),
        on=REAL,
    ),
    Fault("L521", ZH, "2023年10月9日当晚", "2023年10月8日当晚", at="2023年10月8日", on=REAL),
    Fault("L521", EN, "{{ campaign.year - 1982 }} years to the day", "46 years to the day", at="46 years", on=REAL),
    Fault(
        "L521",
        JA,
        "私ども北朝鮮難民救援基金は、1998年",
        "私ども北朝鮮難民救援基金は、１９８９年",
        at="１９８９年",
        on=REAL,
    ),
    Fault("L521", ZH, "公约第三十三条", "公约第三十二条", on=REAL),
]
