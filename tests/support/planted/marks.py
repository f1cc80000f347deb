"""Widths, punctuation, quotation marks, brackets and blanks."""

from planted import REAL, SEOUL, Fault

EN, JA, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans"))
KO, CAMPAIGN, SHARED = "letters/2027/petition.ko.md", "letters/2027/campaign.yaml", "letters/2027/_request.ja.md"
RECIPIENTS = "recipients.yaml"

FAULTS = [
    Fault("W231", JA, "は、1998年に", "は、１９９８年に", at="１９９８", on=REAL),
    Fault("W231", JA, "を通じて、", "を通じて、ＡＢＣの", at="ＡＢＣ"),
    Fault("G101", EN, "with one request.", "with one request in ２０２７.", at="２０２７"),
    Fault("W231", SHARED, "難民を送還", "ｶﾅ難民を送還"),
    Fault("W231", RECIPIENTS, "元麻布3-4-33", "元麻布3-4-33ﾋﾞﾙ", at="ﾋﾞﾙ"),
    Fault("W232", JA, "を通じて、", "を通じて,", at="を通じて,"),
    Fault("W232", SHARED, "しないでください。", "しないでください."),
    Fault("W232", JA, "（North Korea Freedom", "(North Korea Freedom", at="北朝鮮自由連合(", on=REAL),
    Fault("W232", JA, "Coalition）に加盟", "Coalition)に加盟", at="Coalition)に", on=REAL),
    Fault("W232", ZH, "均不涉及该条。", "均不涉及该条.", at="该条.", on=REAL),
    Fault("W232", ZH, "尊敬的习近平主席阁下：", '"尊敬的习近平主席阁下:"', at="阁下:", on=REAL),
    Fault("G101", EN, "with *respect* and", "with *respect*， and", at="，"),
    Fault("W232", KO, "기억될 것입니다.", "기억될 것입니다。", at="것입니다。", on=SEOUL),
    Fault("W233", EN, "in {{ recipient.city }}.", "in {{ recipient.city }}, the embassy’s seat."),
    Fault("W233", EN, "a person’s migration", "a person's migration", at="person's", on=REAL),
    Fault("W234", JA, "（North Korea Freedom", "North Korea Freedom", at="Coalition）に", on=REAL),
    Fault("W234", JA, "1951年の「難民の", "1951年の難民の", at="条約」", on=REAL),
    Fault("W234", ZH, "《关于难民地位的公约》", "《关于难民地位的公约", at="《关于", on=REAL),
    Fault("W234", EN, "with one request.", "with one request (the first."),
    Fault("W234", EN, "with one request.", 'with "one request.'),
    Fault("W234", KO, "Refugees)은", "Refugees은", at="(Life Funds", on=SEOUL),
    Fault("W235", EN, "with one request.", "with with one request."),
    Fault("W235", EN, "We honour that commitment", "the\nThe the We honour that commitment", at="The the", on=REAL),
    Fault("W235", SHARED, "難民を送還", "難民をを送還"),
    Fault("W235", SHARED, "ください。", "ください。。"),
    Fault("W235", EN, "with *respect* and", "with *respect*,, and", at=",,"),
    Fault("W235", ZH, "我们所诉诸的，", "我们所诉诸的，，", at="，，", on=REAL),
    Fault("W235", ZH, "长久地为人们", "长久地为和和人们", at="和和", on=REAL),
    Fault("W235", KO, "저희는 국가주석님께", "저희들은 저희들은 국가주석님께", at="저희들은", on=SEOUL),
    Fault("W236", EN, "with one request.", "with one request ."),
    Fault("W236", EN, "with one request.", "with  one request."),
    Fault("W236", EN, "with one request.", "with　one request."),
    Fault("W236", EN, "with one request.", "( with ) one request."),
    Fault("W236", EN, "of the Convention forbids", "of the Convention,which forbids", at="Convention,which", on=REAL),
    Fault("W236", SHARED, "しないでください。", "しないでください 。"),
    Fault("W236", JA, "謹啓　時下", "謹啓　　時下", at="謹啓"),
    Fault("W231", JA, "500人を", "3．5人を", at="3．5人", on=REAL),
    Fault("W231", JA, "500人を", "1，500人を", at="1，500人", on=REAL),
    Fault("W205", RECIPIENTS, "city: {en: Tokyo,", "city: {en: “Tokyo”,", at="“Tokyo”"),
    Fault("W205", CAMPAIGN, "short_name: LFNKR", "short_name: “LFNKR”"),
    Fault("W205", EN, "closing: Respectfully yours,", "closing: “Respectfully yours,”"),
    Fault("W205", RECIPIENTS, '"Minato-ku, Tokyo 106-0046"', "“Minato-ku, Tokyo 106-0046”", at="en: [3-4-33"),
    Fault("W205", CAMPAIGN, "en: Kato Hiroshi", "en: ‘Kato Hiroshi’"),
    Fault("W237", CAMPAIGN, "short_name: LFNKR", "short_name: '\"LFNKR\"'"),
]
