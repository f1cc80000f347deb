"""Recipients and the campaign: what their fields must say together."""

from planted import FILE, Fault

LIST, CAMPAIGN, FIT = "recipients.yaml", "letters/2027/campaign.yaml", "letters/2027/fit.yaml"
TITLE = "title: {en: Executive Director, ja: 理事長}"
SIGNED = f"signatories:\n  - name: {{en: Kato Hiroshi, ja: 加藤　博}}\n    {TITLE}"
WINDOW = ("reference: LFNKR", "reference: LFNKR\npost: {envelope: dl, window: din-680}")
NO_FONT = "fonts: {en: {pdf: [No Such Font]}}\n"
OSAKA = "      en: Consulate-General of the People's Republic of China in Osaka"
TOKYO = "      en: Embassy of the People's Republic of China in Japan"

FAULTS = [
    Fault("R300", LIST, "recipients:", "recipients: []\nold:"),
    Fault("R301", LIST, "languages: [en]", "languages: [jp]"),
    Fault("R302", LIST, "city: {en: Osaka, ja: 大阪}", "city: {ja: 大阪}"),
    Fault("R303", LIST, "postal_code: 550-0004", "postal_code: 550-0005", at="ja: [〒550"),
    Fault("R304", LIST, "JP\n    city: {en: Tokyo", "Japan\n    city: {en: Tokyo", at="country: Japan"),
    Fault(
        "R313",
        LIST,
        "channels: [post, hand]",
        "channels: [post, hand]\n    email: [a..b@example.cn]",
        at="    email: [",
    ),
    Fault("R305", LIST, "channels: [post, hand]", "channels: [post, email]"),
    Fault("R306", LIST, "JP\n    city: {en: Osaka", "KR\n    city: {en: Osaka", at="address:\n      postal_code: 550"),
    Fault("R307", LIST, OSAKA, TOKYO, at=22),
    Fault(
        "R317", LIST, "channels: [post, hand]", "channels: [post, hand]\n    formerly: [jp-tokyo]", at="    formerly:"
    ),
    Fault("R318", LIST, "  jp-osaka:", "  print:"),
    Fault(
        "R308",
        LIST,
        "      postal_code: 550-0004\n      lines:\n        ja: [〒550-0004, 大阪府大阪市西区靱本町3-9-2]",
        "      postal_code: 106-0046\n      lines:\n        ja: [〒106-0046, 東京都港区元麻布3-4-33]",
        at=27,
    ),
    Fault(
        "R309",
        LIST,
        "    languages: [en]",
        "    head: {name: {en: Xue Jian}, confirmed: 2025-01-01}\n    languages: [en]",
    ),
    Fault("C401", CAMPAIGN, "day: 2027-09-24", "day: 2026-09-24"),
    Fault("C401", CAMPAIGN, "date: 2027-09-01", "date: 2027-10-01"),
    Fault("C402", CAMPAIGN, "honorific: {en: His Excellency, ja: 閣下}", "honorific: {ja: 閣下}"),
    Fault("C403", CAMPAIGN, "reference: LFNKR", "reference: lfnkr"),
    Fault("C404", CAMPAIGN, SIGNED, "signatories: []"),
    Fault("C405", CAMPAIGN, "time_zone: Asia/Tokyo", "time_zone: Asia/Tokio"),
    Fault("C406", CAMPAIGN, TITLE, f"{TITLE}\n    image: ../../seal.png", at="image:"),
    Fault("C407", CAMPAIGN, TITLE, f"{TITLE}\n    image: campaign.yaml", at="image:"),
    Fault("C408", CAMPAIGN, TITLE, f"{TITLE}\naccepted_warnings:\n  C404: we are many", at="C404:"),
    Fault(
        "C426",
        CAMPAIGN,
        "reference: LFNKR",
        "reference: LFNKR\nrecipients:\n  jp-osaka: {outcome: returned}\n  jp-osaca: {outcome: returned}",
        at="  jp-osaca",
    ),
    Fault("C425", CAMPAIGN, "reference: LFNKR", "reference: LFNKR\npost:\n  mail_class: regstered", at="  mail_class"),
    Fault(
        "R304", CAMPAIGN, "in_office_since: 2013-03", "in_office_since: 2013-03\n  country: PRC", at="  country: PRC"
    ),
    Fault("V202", LIST, "channels: [post, hand]", "channels: [post, hand]\n    visit: {maps: x}", at="    visit:"),
    Fault(
        "R321",
        LIST,
        "channels: [post, hand]",
        "channels: [post, hand]\n    visit:\n      map: https//maps",
        at="      map:",
        others=((LIST, "https//maps", "https://maps"),),
    ),
    Fault("A801", LIST, "3-4-33 Moto-Azabu", "3-4-33 Moto-Azabu Roppongi Hills Residence Tower Number Seventeen"),
    Fault(
        "A802",
        LIST,
        "ja: [〒106-0046, 東京都",
        "ja: [〒106-0046, 一, 二, 三, 四, 五, 六, 東京都",
        others=((CAMPAIGN, *WINDOW),),
    ),
    Fault(
        "A803",
        CAMPAIGN,
        "short_name: LFNKR",
        f"short_name: {'LFNKR ' * 12}",
        at="ja: [〒113-0033",
        others=((CAMPAIGN, *WINDOW),),
    ),
    Fault("T105", FIT, "", "fit:\n  en: {size: 14, pitch: 17}\n", at="  en:"),
    Fault("T105", FIT, "", "fit:\n  ja: {size: 10.5, pitch: 30}\n", at="  ja:"),
    Fault("T102", "letters/theme/theme.yaml", "", NO_FONT, at=FILE, told_in="letters/theme"),
]
