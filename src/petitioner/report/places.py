"""Where each mission is and what it is called: from recipients.yaml, or else from the log."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from petitioner.model.letter import LocalizedLine
from petitioner.model.recipient import Recipient
from petitioner.model.types import OWN_LANGUAGE, Translated
from petitioner.report.letters import Letter
from petitioner.tables.locales import list_country_names, name_country_in


@dataclass(frozen=True, slots=True)
class Mission:
    """A mission as the report names it. ``country`` is a code, or empty if it is not known."""

    id: str
    name: LocalizedLine
    city: LocalizedLine
    country: str


def list_missions(letters: Iterable[Letter], recipients: Iterable[Recipient], language: str) -> Mapping[str, Mission]:
    """Return the missions in recipients.yaml and in the log by their ids, with names in ``language`` if known."""
    missions = {}
    for letter in letters:
        event = letter.packet.events[-1]
        missions[event.recipient] = _guess_mission(event.recipient, event.recipient_name)
    for record in recipients:
        name, city = choose_line(record.name, language), choose_line(record.city, language)
        missions[record.id] = Mission(record.id, name, city, record.country)
    return missions


def name_country(code: str, language: str) -> str:
    """Return the name of a country in a language, or its code."""
    return name_country_in(language, code) or code


def _guess_mission(id_: str, name: str) -> Mission:
    """Take country and city from an id such as ``jp-osaka``, as recipients.yaml must write it."""
    first, _, rest = id_.partition("-")
    code = first.upper()
    is_known = code in list_country_names()
    city = (rest if is_known else "").replace("-", " ").title()
    return Mission(id_, LocalizedLine(name, ""), LocalizedLine(city, OWN_LANGUAGE), code if is_known else "")


def choose_line(texts: Translated, language: str) -> LocalizedLine:
    """Return a text in a language if it is there, else in our own, else the first."""
    tag = next((one for one in (language, OWN_LANGUAGE, *texts) if one in texts), "")
    return LocalizedLine(texts.get(tag, ""), tag)
