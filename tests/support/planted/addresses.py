"""Addresses, contacts and values that were copied from somewhere, and dates that tell how old they are."""

from planted import REAL, SEOUL, Fault

LIST = "recipients.yaml"
CAMPAIGN = "letters/2027/campaign.yaml"
TOKYO = 'en: [3-4-33 Moto-Azabu, "Minato-ku, Tokyo 106-0046"]'
OSAKA = "ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]"
POST = "    channels: [post, hand]\n"
SEOUL_LINES = 'ko: ["서울특별시 중구 명동2길 27, 04537"]'
COUNTRY = "country_line: {ko: REPUBLIC OF KOREA}"
TELEPHONE = "telephone: +82-2-738-1038"


def add(code: str, line: str) -> Fault:
    """A further line in the entry of Osaka."""
    return Fault(code, LIST, POST, f"    {line}\n{POST}")


FAULTS = [
    # What stands for nothing, mark-up, lost characters.
    add("R310", "telephone: None"),
    add("R310", "website: n/a"),
    add("R310", "source: …"),
    add("R310", "hold: no"),
    add("R310", "skip: false"),
    add("R310", "email: [无邮箱]"),
    Fault("R310", LIST, TOKYO, "en: [3-4-33 Moto-Azabu, nan, Tokyo 106-0046]"),
    Fault("R310", CAMPAIGN, "  country: JP\n", '  country: JP\n  telephone: "-"\n', at="telephone"),
    Fault("R311", LIST, TOKYO, 'en: ["3-4-33&nbsp;Moto-Azabu", "Tokyo 106-0046"]'),
    Fault("R311", LIST, TOKYO, 'en: ["3-4-33 Moto-Azabu<br>Tokyo 106-0046"]'),
    Fault("R312", LIST, TOKYO, 'en: ["Gr?nsakstorget 3", "Tokyo 106-0046"]'),
    Fault("R312", LIST, TOKYO, 'en: ["SchanzenstraÃŸe 3", "Tokyo 106-0046"]'),
    # E-mail, website, telephone.
    add("R313", "email: ['mailto:petition@example.org']"),
    add("R313", "email: [petition@mfa.gov.추]"),
    add("R313", "email: [petition@mfа.gov.cn]"),  # the second а is Cyrillic
    add("R313", "email: ['http://lyon.example.org/']"),
    add("R313", "email: [a@example.org; b@example.org]"),
    add("R313", "email: [petition@example.org.]"),
    Fault("R313", CAMPAIGN, "  country: JP\n", "  country: JP\n  email: office at example.org\n", at="email"),
    add("R320", "email: [osaka.consulate@gmail.com]"),
    add("R320", "email: [総領事@example.org]"),
    add("R321", "website: osaka consulate"),
    add("R321", "website: info@example.org"),
    add("R322", "telephone: 6445-9481"),
    add("R322", "telephone: 06-6445-9481, 06-6445-9482"),
    add("R322", "telephone: +82-2-738-1038"),
    add("R322", "fax: ask the office"),
    add("R322", "telephone: O6-6445-9481"),
    add("R322", "telephone: 06-64l5-9481"),
    add("R322", "fax: +8I 6 6445 9481"),
    add("R322", "telephone: ０６-６４４５-９４８Ｏ"),
    Fault("R305", LIST, POST, f"    email: [petition@example.org, Petition@Example.ORG]\n{POST}", at="    email:"),
    Fault("R322", LIST, TELEPHONE, "telephone: 738-1038", on=SEOUL),
    # The post.
    Fault("R306", LIST, f"      {COUNTRY}\n", "", at="    address:", on=SEOUL),
    Fault("R314", LIST, COUNTRY, "country_line: {ko: DEMOCRATIC PEOPLE'S REPUBLIC OF KOREA}", on=SEOUL),
    Fault("R314", LIST, COUNTRY, "country_line: {ko: JAPON}", on=SEOUL),
    Fault("R314", CAMPAIGN, "country_line: {en: JAPAN}", "country_line: {en: CHINA}", on=SEOUL),
    Fault("R326", LIST, COUNTRY, "country_line: {ko: Republic of Korea}", on=SEOUL),
    Fault("R326", LIST, COUNTRY, "country_line: {ko: 대한민국}", on=SEOUL),
    Fault("R326", LIST, SEOUL_LINES, 'ko: ["서울특별시 중구 명동2길 27, 04537", South Korea]', on=SEOUL),
    Fault("R337", LIST, TOKYO, 'en: [3-4-38 Moto-Azabu, "Minato-ku, Tokyo 106-0046"]'),
    Fault("R336", LIST, SEOUL_LINES, 'en: ["27 Myeongdong 2-gil, Jung-gu", Seoul 04537]', on=SEOUL, at="lines:"),
    Fault("R326", LIST, TOKYO, 'en: [3-4-33 Moto-Azabu, "Tokyo 106-0046, Japan"]'),
    Fault(
        "R323",
        LIST,
        "postal_code: 04537",
        "postal_code: 110-756",
        on=SEOUL,
        others=((LIST, SEOUL_LINES, 'ko: ["서울특별시 중구 명동2길 27, 110-756"]'),),
    ),
    Fault("R324", LIST, TOKYO, 'en: [106-0046, "Minato-ku, Tokyo 106-0046"]'),
    Fault("R324", LIST, TOKYO, 'en: [Embassy Row, "Tokyo 106-0046", Minato-ku, Moto-Azabu, 3-4-33]'),
    Fault("R324", LIST, TOKYO, "en: [3-4-33 Moto-Azabu, Tokyo 106-00461]"),
    Fault("R325", LIST, OSAKA, "ja: [〒550-0004, 東京都港区元麻布3-4-33]"),
    Fault("R327", LIST, TOKYO, 'en: [3-4-33 MOTO-AZABU MINATO-KU, "Tokyo 106-0046"]'),
    Fault("R327", LIST, TOKYO, 'en: [3-4-33  Moto-Azabu, "Tokyo 106-0046"]'),
    Fault("R327", LIST, TOKYO, 'en: [3-4-33 Moto-Azabu， Minato-ku, "Tokyo 106-0046"]'),
    Fault("R328", LIST, TOKYO, "en: [3-4-33 Moto-Azabu, Tokyo 106-0046, Tel. 03-3403-3388]"),
    Fault("R328", LIST, OSAKA, "ja: [〒550-0004, 中華人民共和国駐大阪総領事館, 大阪府大阪市西区靱本町3-9-2]"),
    # How old it is.
    add("R315", "verified: 2028-08-20"),
    add("R315", "as_of: 2028"),
    add("R329", "verified: 2026-09-20"),
    add("R329", "as_of: 2009-05"),
    Fault("R309", LIST, POST, f"{POST}    head: {{name: {{en: Xue Jian}}, confirmed: 2025-01-01}}\n", at="    head:"),
    Fault("R315", LIST, "as_of: 2013-11", "as_of: 2031-11", on=REAL),
]
