"""Openings, closings, salutations, honorifics and names."""

from planted import REAL, SEOUL, Fault

EN, JA, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("en", "ja", "zh-Hans"))
KO, CAMPAIGN = "letters/2027/petition.ko.md", "letters/2027/campaign.yaml"
RECIPIENTS = "recipients.yaml"

_HEAD = "    head: {name: {en: Xue Jian, ja: 薛剣, zh-Hans: 薛剑}, family_name: {en: Xue}, confirmed: 2027-08-20}\n"
_OSAKA = "    # email: chinaconsul_osa_jp@mfa.gov.cn (2020; newer missions use another domain)\n"
_NAMED = ((RECIPIENTS, _OSAKA, _HEAD),)

FAULTS = [
    Fault("W203", JA, "closing: 謹白", "closing: 敬具"),
    Fault("W203", JA, "謹啓　時下", "拝啓　時下", at="closing: 謹白"),
    Fault("W203", JA, "opening: 謹啓　初秋", "opening: 前略　初秋", at="closing: 謹白", on=REAL),
    Fault("W211", JA, "closing: 謹白", "closing: 以上", at="opening:"),
    Fault("W211", JA, "opening: 謹啓　時下", "opening: 時下", at="closing: 謹白"),
    Fault("W211", ZH, "closing: 顺致最崇高的敬意！", "closing: 敬礼！", on=REAL),
    Fault("W211", ZH, "长久地为人们所感念。", "长久地为人们所感念。\n\n此致", at="此致", on=REAL),
    Fault("W212", CAMPAIGN, "ja: 閣下}", "ja: 様}", at="honorific:"),
    Fault("W212", CAMPAIGN, "en: His Excellency,", "en: Mr., ", at="honorific:", on=REAL),
    Fault(
        "W212",
        JA,
        "{% if recipient.kind",
        "総領事閣下にもお伝えくださいますよう、お願い申し上げます。\n\n{% if recipient.kind",
        on=REAL,
    ),
    Fault(
        "W212",
        JA,
        "{% if recipient.kind",
        "総領事　薛剣閣下にもお伝えください。\n\n{% if recipient.kind",
        on=REAL,
        others=_NAMED,
    ),
    Fault("W212", JA, "を通じて、", "御中の皆様、また総領事館殿を通じて、", at="総領事館殿"),
    Fault("W212", EN, "with one request.", "with one request, and to His Excellency the Consul General."),
    Fault(
        "W212",
        EN,
        "A decision on",
        "We thank His Excellency Xue Jian, Consul General.\nA decision on",
        at="We thank",
        on=REAL,
        others=_NAMED,
    ),
    Fault("W212", ZH, "阁下的决定", "也请总领事阁下转达。阁下的决定", at="也请总领事阁下", on=REAL),
    Fault("W212", KO, "이에 저희는", "총영사 각하께도 부탁드립니다.\n\n이에 저희는", on=SEOUL),
    Fault("W213", JA, "つきましては、国家主席閣下", "つきましては、国家主席閣下様", at="閣下様", on=REAL),
    Fault("W213", RECIPIENTS, _OSAKA, _HEAD.replace("ja: 薛剣", "ja: 薛剣殿"), at="薛剣殿", on=REAL),
    Fault("W213", EN, "Dear Mr. President:", "Dear Mr. Dr. President:", at="Dear Mr. Dr."),
    Fault("W213", ZH, "阁下的决定", "阁下先生的决定", at="阁下先生", on=REAL),
    Fault("W213", KO, "존경하는 시진핑 국가주석님께", "존경하는 시진핑 국가주석님 귀하", at="주석님 귀하", on=SEOUL),
    Fault("W214", EN, 'salutation: "Dear Mr. President:"\n', "", at="subject:"),
    Fault("W214", KO, "salutation: 존경하는 시진핑 국가주석님께\nopening", "opening", at="subject:", on=SEOUL),
    Fault("W215", EN, "Your Excellency:", "Dear President Jinping:", at="Jinping", on=REAL),
    Fault("W215", EN, "Please accept, Excellency,", "Please accept, Mr. Jinping Xi,", at="Jinping Xi", on=REAL),
    Fault("W215", EN, "Your Excellency:", "Dear Consul General Jian:", at="Jian", on=REAL, others=_NAMED),
    Fault("W215", ZH, "尊敬的习近平主席阁下", "尊敬的近平主席阁下", at="尊敬的近平", on=REAL),
    Fault("W216", EN, "Dear Mr. President:", "Dear Mr. President.", at="Dear Mr. President."),
    Fault("W216", ZH, "尊敬的习近平主席阁下：", "尊敬的习近平主席阁下", at="salutation", on=REAL),
    Fault("W217", EN, "Dear Mr. President:", "Dear Sir or Madam:", at="Dear Sir"),
    Fault("W219", EN, "Your Excellency:", "Dear Mr. Ambassador:", on=REAL),
    Fault("W219", EN, "Dear Mr. President:", "Your Excellency, Mr. Consul General:", at="Your Excellency"),
    Fault("W219", EN, "Please accept, Excellency,", "Please accept, Mr. Ambassador,", on=REAL),
    Fault("W219", ZH, "尊敬的习近平主席阁下：", "尊敬的大使阁下：", on=REAL),
    Fault(
        "W219", JA, "closing: 謹白", "closing: 謹白\nsalutation: 駐日本国特命全権大使閣下", at="salutation:", on=REAL
    ),
    Fault("W219", KO, "존경하는 시진핑 국가주석님께", "존경하는 대사님께", on=SEOUL),
    Fault("W217", KO, "존경하는 시진핑 국가주석님께", "관계자 여러분께", at="관계자", on=SEOUL),
]
