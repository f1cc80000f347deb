"""``letters/<year>/campaign.yaml``: text to a campaign, with every fault found."""

import re
from collections.abc import Iterable, Mapping
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from petitioner.errors import Problem
from petitioner.locales import check_language, list_countries
from petitioner.model.campaign import Campaign
from petitioner.model.types import Origin
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, parse_yaml

NAME = "campaign.yaml"


def read_campaign(
    folder: str, content: bytes, needed: Mapping[str, str]
) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """The campaign of a year's folder, such as ``letters/2027``; its id is the folder's name.

    ``needed`` names, per language that letters are written in, somebody who gets one: each text must be there in it.
    """
    path = f"{folder}/{NAME}"
    text, problems = decode(path, content)
    if text is None:
        return None, problems
    document, faults = parse_yaml(path, text)
    if document is None:
        return None, (*problems, *faults)
    given = {"id": PurePosixPath(folder).name, "origin": Origin(path=path, line=1)}
    campaign, more = read_record(Campaign, document, given=given)
    if campaign is None:
        return None, (*problems, *faults, *more)
    checked = (*_check(campaign, document), *_check_translations(campaign, document, needed))
    return campaign, (*problems, *faults, *more, *checked)


def _list_translated(campaign: Campaign) -> Mapping[tuple[str | int, ...], Mapping[str, str]]:
    """Every text of a campaign that letters show, by its place in the file."""
    texts: dict[tuple[str | int, ...], Mapping[str, str]] = {
        ("name",): campaign.name,
        ("addressee", "name"): campaign.addressee.name,
        ("addressee", "title"): campaign.addressee.title,
        ("sender", "name"): campaign.sender.name,
    }
    if campaign.addressee.honorific:
        texts["addressee", "honorific"] = campaign.addressee.honorific
    for place, signatory in enumerate(campaign.signatories):
        texts["signatories", place, "name"] = signatory.name
        texts["signatories", place, "title"] = signatory.title
    for place, enclosure in enumerate(campaign.enclosures):
        texts["enclosures", place, "title"] = enclosure.title
    return texts


def _check_translations(campaign: Campaign, document: Document, needed: Mapping[str, str]) -> Iterable[Problem]:
    for at, texts in _list_translated(campaign).items():
        for tag in texts:
            yield from check_language(tag, document.path, document.line_of((*at, tag)))
        for tag, recipient in needed.items():
            if tag not in texts:
                name = ".".join(str(part + 1) if isinstance(part, int) else part for part in at)
                message = f"'{name}' has no {tag}, a language that {recipient} is written to in"
                yield Problem(document.path, document.line_of(at), "C402", message, f"Add '{tag}: …' there.")


def _check(campaign: Campaign, document: Document) -> Iterable[Problem]:
    """What the schema cannot say: how the fields of a campaign must agree."""
    path = document.path
    yield from _check_dates(campaign, document)
    if campaign.sender.country not in list_countries():
        message = f"'{campaign.sender.country}' is not the code of a country"
        hint = "Give the two capital letters of ISO 3166, such as JP or KR."
        yield Problem(path, document.line_of(("sender", "country")), "R304", message, hint)
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,11}", campaign.reference):
        message = f"'reference' cannot be {campaign.reference!r}"
        hint = "Give two to twelve capital letters and digits, such as LFNKR."
        yield Problem(path, document.line_of(("reference",)), "C403", message, hint)
    if not campaign.signatories:
        hint = "A letter without a name under it is anonymous; give 'name' and 'title' of one person at least."
        yield Problem(path, document.line_of(("signatories",)), "C404", "nobody signs", hint)
    if not campaign.sender.address.lines:
        hint = "Give the lines as they stand on an envelope."
        yield Problem(path, document.line_of(("sender", "address")), "R303", "'sender.address.lines' is empty", hint)


def _check_dates(campaign: Campaign, document: Document) -> Iterable[Problem]:
    path = document.path
    if str(campaign.day.year) != campaign.id:
        message = f"the day {campaign.day} is not in {campaign.id}, the year of the folder"
        yield Problem(path, document.line_of(("day",)), "C401", message, "Is this last year's date under a new name?")
    if campaign.date > campaign.day:
        message = f"the letters are dated {campaign.date}, after the day {campaign.day} itself"
        yield Problem(path, document.line_of(("date",)), "C401", message, "Date them before the day.")
    if campaign.date.year != campaign.day.year:
        message = f"the letters are dated {campaign.date}, and the day is {campaign.day}"
        yield Problem(path, document.line_of(("date",)), "C401", message, "Is this last year's date?")
    try:
        ZoneInfo(campaign.time_zone)
    except (KeyError, ValueError, OSError):
        message = f"no time zone is called '{campaign.time_zone}'"
        hint = "Give a name of the IANA list, such as Asia/Tokyo or Europe/London."
        yield Problem(path, document.line_of(("time_zone",)), "C405", message, hint)
