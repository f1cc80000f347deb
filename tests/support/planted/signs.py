"""Characters that nobody could tell apart in the PDF, and marks that do nothing."""

from planted import Fault

EN, JA, CAMPAIGN = "letters/2027/petition.en.md", "letters/2027/petition.ja.md", "letters/2027/campaign.yaml"

FAULTS = [
    Fault("G101", CAMPAIGN, "加藤　博", "加藤\ufe00　博", at="加藤\ufe00"),
    Fault("G102", JA, "謹啓", "⼈と人", at="⼈と人"),
    Fault("G102", JA, "謹啓", "—と―", at="—と―"),
    Fault("G102", EN, "with one request.", "with one oﬃce and an office.", at="oﬃce"),
    Fault("G103", CAMPAIGN, "Kato Hiroshi", "Kato\u200d Hiroshi", at="Kato\u200d"),
    Fault("G103", EN, "with one request.", "with one \u200frequest.", at="\u200frequest"),
    Fault("G103", EN, "with one request.", "with one \u0301request.", at="\u0301request"),
    Fault("G103", CAMPAIGN, "Kato Hiroshi", "\ufe00\u017ber Kato", at="\ufe00\u017b"),
    Fault("G103", CAMPAIGN, "ja: 加藤　博", "ja: 加藤　\U000e0100博", at="加藤　\U000e0100"),
    Fault("G103", EN, "with one request.", "with one \ufe0f\u0301request.", at="\ufe0f\u0301request"),
]
