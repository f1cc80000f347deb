"""Workspaces of any size: this repository's letters to missions with real names, in rotation."""

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from itertools import count, islice
from pathlib import Path
from typing import Any

import yaml
from babel import Locale

from petitioner.tables.locales import list_country_languages, load_locales

ROOT = Path(__file__).parent.parent
CAMPAIGN = "2027"
EMBASSY_EVERY = 10
"""One mission in so many is an embassy, whose letter has one paragraph more."""

_LANGUAGE = re.compile(r"\.(?P<tag>[\w-]+)\.md$")
_ENTRY = """\
  {id}:
    kind: {kind}
    country: {country}
    city: {{en: {city[en]}, ja: {city[ja]}}}
    name: {{en: "{name[en]}", ja: "{name[ja]}"}}
    address: {{lines: {{en: ["{number} Example Street", "{city[en]}"], ja: ["{city[ja]}市見本通り{number}番地"]{own}}},
              country_line: {{en: {line}, ja: {line}}}}}
    languages: [{languages}]
    channels: [post]
    source: made up
    verified: {today}
"""


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission of the rotation, its city and its name by language."""

    kind: str
    country: str
    city: dict[str, str]
    name: dict[str, str]


def write_workspace(folder: Path, recipients: int, *languages: str) -> Path:
    """Write a workspace with so many recipients, each of whom gets a letter in each language. Return its folder.

    The missions were verified on the present day, whatever it is: a day to come would be an error.
    """
    shutil.copytree(ROOT / "letters", folder / "letters")
    for path in (folder / "letters" / CAMPAIGN).glob("*.md"):
        if (found := _LANGUAGE.search(path.name)) and found["tag"] not in languages:
            path.unlink()
    today = datetime.now(UTC).date()
    missions = enumerate(islice(_rotate_missions(), recipients), 1)
    entries = (_write_entry(number, mission, languages, today) for number, mission in missions)
    (folder / "recipients.yaml").write_text("recipients:\n" + "".join(entries), encoding="utf-8")
    return folder


def copy_real_workspace(folder: Path) -> Path:
    """Copy the letters and recipients of this repository: 7 missions, each in 3 languages. Return the folder."""
    shutil.copytree(ROOT / "letters", folder / "letters")
    shutil.copy(ROOT / "recipients.yaml", folder)
    return folder


def _rotate_missions() -> Iterator[Mission]:
    """Yield missions without end: one embassy, then the consulates-general until the next."""
    data = yaml.safe_load((ROOT / "bench" / "missions.yaml").read_text(encoding="utf-8"))
    embassies = _repeat(data["embassies"], "embassy", {"en": "Embassy", "ja": "大使館"})
    consulates = _repeat(data["consulates"], "consulate-general", {"en": "Consulate-General", "ja": "総領事館"})
    while True:
        yield next(embassies)
        yield from islice(consulates, EMBASSY_EVERY - 1)


def _repeat(entries: list[dict[str, Any]], kind: str, rank: dict[str, str]) -> Iterator[Mission]:
    """Yield the missions again and again, later with a number: two missions of one name are a fault."""
    for turn in count(1):
        number = f" {turn}" if turn > 1 else ""
        for entry in entries:
            name = {
                "en": f"{rank['en']} of the People’s Republic of China in {entry['en']}{number}",
                "ja": f"中華人民共和国駐{entry['ja']}{number}{rank['ja']}",
            }
            city = {language: entry.get("city", entry)[language] + number for language in name}
            yield Mission(kind, entry["country"], city, name)


def _write_entry(number: int, mission: Mission, languages: tuple[str, ...], today: date) -> str:
    return _ENTRY.format(
        id=f"{mission.country.lower()}-place-{number}",
        kind=mission.kind,
        country=mission.country,
        city=mission.city,
        name=mission.name,
        number=number,
        line=Locale("en").territories[mission.country].upper(),
        languages=", ".join(languages),
        today=today,
        own="".join(
            f', {tag}: ["{number} Example Street", "{mission.city["en"]}"]'
            for tag in list_country_languages(mission.country)[:1]
            if tag not in mission.city and tag in load_locales()
        ),
    )
