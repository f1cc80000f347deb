"""Missions that stand in the list twice, or were copied from each other."""

from planted import REAL, Fault

LIST = "recipients.yaml"
POST = "    channels: [post, hand]\n"
OSAKA_JA = "ja: 中華人民共和国駐大阪総領事館"
OSAKA_LINES = "ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]"

FAULTS = [
    Fault("R307", LIST, OSAKA_JA, "ja: 中華人民共和国 駐日本国大使館"),
    Fault(
        "R307",
        LIST,
        "en: Consulate-General of the People’s Republic of China in Niigata",
        "en: CONSULATE GENERAL of the People's Republic of China in Osaka",
        on=REAL,
    ),
    Fault("R307", LIST, "zh-Hans: 中华人民共和国驻新潟总领事馆", "zh-Hans: 中華人民共和国駐長崎総領事館", on=REAL),
    Fault("R308", LIST, OSAKA_LINES, "ja: [〒550-0004, 東京都港区元麻布三丁目4番地33号]"),
    Fault(
        "R308",
        LIST,
        "ja: [〒951-8104, 新潟県新潟市中央区西大畑町5220-18]",
        "ja: [〒951-8104, 大阪府大阪市西区靭本町三丁目9番2号]",
        on=REAL,
    ),
    Fault(
        "R308",
        LIST,
        POST,
        f"{POST}    email: [A@example.org]\n",
        at="email: [A@",
        others=((LIST, "    channels: [post]\n", "    channels: [post]\n    email: [a@example.org]\n"),),
    ),
    Fault("R330", LIST, "telephone: 092-713-1121", "telephone: +81 3 3403 3388", on=REAL),
    Fault("R330", LIST, "fax: 052-932-1169", "fax: 011-563-1818  # copied", at="# copied", on=REAL),
    Fault("R330", LIST, "website: http://nagasaki.", "website: https://osaka.", on=REAL),
    Fault(
        "R331",
        LIST,
        "city: {en: Niigata, ja: 新潟, zh-Hans: 新潟}",
        "city: {en: Nagoya, ja: 新潟, zh-Hans: 新潟}",
        on=REAL,
    ),
    Fault("R316", LIST, POST, f"    shares_with: jp-osaka\n{POST}"),
    Fault("R316", LIST, POST, f"    shares_with: jp-tokio\n{POST}"),
    Fault("R332", LIST, POST, f"    shares_with: jp-tokyo\n{POST}"),
]
