"""Mistakes in French, Russian, Arabic and traditional Chinese."""

from planted import FIVE, Fault

FR, RU, AR, ZH = (f"letters/2027/petition.{tag}.md" for tag in ("fr", "ru", "ar", "zh-Hant"))
CAMPAIGN, LIST = "letters/2027/campaign.yaml", "recipients.yaml"
_HEAD = "    head: {name: {ru: Чжан Ханьхуэй}, confirmed: 2027-08-20}\n"


def _count(path: str, wrong: str) -> Fault:
    return Fault("D107", path, "{{ campaign.year - 1982 }}", wrong, on=FIVE)


FAULTS = [
    # forms by case
    Fault("C402", CAMPAIGN, "        name: Си Цзиньпину\n", "", at="      dative:", on=FIVE),
    Fault("R302", LIST, "    cases:\n      ru:\n", f"{_HEAD}    cases:\n      ru:\n", at="    head:", on=FIVE),
    Fault(
        "R301", CAMPAIGN, "cases:                             # in", "cases:\n  xx: {}\n# in", at="  xx: {}", on=FIVE
    ),
    Fault("M603", RU, "в {{ campaign.name }},", "в {{ campaign.name | locative }},", on=FIVE),
    Fault("M603", RU, "в {{ campaign.name }},", "в {{ 'День' | locative }},", on=FIVE),
    # years since, facts
    *(_count(path, wrong) for path, wrong in ((FR, "46"), (RU, "44"), (AR, "47"), (ZH, "43"))),
    Fault("D112", FR, "populaire de Chine a adhéré à", "populaire de Chine a signé et ratifié", on=FIVE),
    Fault(
        "D112",
        RU,
        "Ваше решение спасло",
        "Китай подписал и ратифицировал Конвенцию 1951 года. Ваше решение спасло",
        on=FIVE,
    ),
    Fault(
        "D112",
        FR,
        "Une décision de",
        "Le Protocole de 1968 relatif au statut des réfugiés nous oblige. Une décision de",
        on=FIVE,
    ),
    # alphabets, marks, words of another language
    Fault("W224", RU, "Статья 33", "Cтатья 33", on=FIVE),  # the C is Latin
    Fault("W224", FR, "Corée du Nord pour", "Cоrée du Nord pour", on=FIVE),  # the o is Cyrillic
    Fault("W222", ZH, "公約第三十三條", "公约第三十三條", on=FIVE),
    Fault("W222", ZH, "貴國加入時", "貴国加入時", on=FIVE),
    Fault("W232", AR, "فخامتكم بكل احترام باسم", "فخامتكم, بكل احترام باسم", on=FIVE),
    Fault("W232", ZH, "均不涉及該條。", "均不涉及該條.", on=FIVE),
    Fault("W235", RU, "и просим Вас", "и и просим Вас", on=FIVE),
    Fault("W236", FR, "En 2014, la", "En 2014 , la", on=FIVE),
    Fault(
        "W221",
        RU,
        "Ваше решение спасло",
        "We ask the Government of China to let them go to another country.\n\nВаше решение спасло",
        on=FIVE,
    ),
    Fault(
        "W221",
        AR,
        "إن قرارًا منكم",
        "They ask the Government of China to let them go to another country.\n\nإن قرارًا منكم",
        on=FIVE,
    ),
    # forms of address
    Fault("W212", CAMPAIGN, "fr: Son Excellence Monsieur", "fr: Monsieur", on=FIVE),
    Fault("W213", ZH, "閣下的決定", "閣下先生的決定", on=FIVE),
    Fault(
        "W213", RU, "просим Ваше Превосходительство", "просим Ваше Превосходительство Ваше Превосходительство", on=FIVE
    ),
    Fault("W216", FR, '"Monsieur le Président,"', "Monsieur le Président", on=FIVE),
    Fault("W219", FR, '"Monsieur le Président,"', '"Monsieur l’Ambassadeur,"', on=FIVE),
    Fault("W219", RU, "господин Председатель!", "господин Посол!", on=FIVE),
    Fault("W219", AR, "salutation: فخامة الرئيس،", "salutation: سعادة السفير،", on=FIVE),
    Fault("W219", ZH, "尊敬的習近平主席閣下：", "尊敬的大使閣下：", on=FIVE),
    Fault("W204", RU, "Ваше решение спасло", "[уточнить] Ваше решение спасло", on=FIVE),
    Fault("W204", FR, "Une décision de", "(à vérifier) Une décision de", on=FIVE),
]
