"""Read ``letters/<year>/campaign.yaml``."""

import re
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from zoneinfo import ZoneInfo

from petitioner.errors import Problem, advise_half_width, suggest
from petitioner.model.codes import ERRORS, WARNINGS
from petitioner.model.recipient import Campaign, MissionKind, Recipient
from petitioner.model.types import Location
from petitioner.source.records import find_fault_locations, format_location, read_record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, Value, parse_yaml
from petitioner.tables.locales import check_country, check_language, check_languages, guess_language_tag, load_locales
from petitioner.tables.postage import list_classes
from petitioner.tables.stationery import check_post

NAME = "campaign.yaml"
_SHOWN: tuple[Location, ...] = (
    ("name",),
    ("addressee", "name"),
    ("addressee", "title"),
    ("addressee", "honorific"),
    ("sender", "name"),
)
_SHOWN_OF_EACH = {"signatories": ("name", "title"), "cosigners": ("name", "country"), "enclosures": ("title",)}
"""The texts that every letter shows, and those of each entry of a list: they are needed in every language."""

_LISTED = frozenset({"cosigners", "enclosures"})
"""The lists below the letters, which get no stand-ins."""

_TRANSLATED: tuple[Location, ...] = (
    ("cases",),
    ("addressee", "family_name"),
    ("addressee", "cases"),
    ("date_style",),
    ("sender", "cases"),
    ("sender", "place"),
    ("post", "enclosed_note"),
    ("sender", "address", "lines"),
    ("sender", "address", "country_line"),
)
"""Other locations whose keys are language tags."""


def read_campaign(
    folder: str, content: bytes, needed: Mapping[str, str]
) -> tuple[Campaign | None, tuple[Problem, ...]]:
    """Read the campaign of a folder such as ``letters/2027``, or ``letters/2027-2`` for a later edition.

    ``needed`` maps each language in which letters are written to a recipient; each text is needed in all of them.
    """
    path = f"{folder}/{NAME}"
    text, problems = decode(path, content)
    if text is None:
        return None, problems
    document, faults = parse_yaml(path, text)
    if document is None:
        return None, (*problems, *faults)
    given = {**_read_folder_name(folder), "origin": document.origin_of(())}
    campaign, more = read_record(Campaign, document, given=given)
    shown = tuple(_list_shown_texts(document))
    translations = (*check_languages(document, *shown, *_TRANSLATED), *_check_translations(document, shown, needed))
    problems = (*problems, *faults, *more, *translations)
    if campaign is None:
        return None, problems
    by_language = (*_check_cases(campaign, needed), *_check_authoritative(campaign, needed))
    return campaign, (*problems, *_check_campaign(campaign), *by_language)


def _read_folder_name(folder: str) -> dict[str, object]:
    """Return what the name of a campaign's folder says: the year, and of a later edition its number."""
    name = PurePosixPath(folder).name
    year, _, edition = name.partition("-")
    return {"id": year, "folder_name": name, "edition": int(edition)} if edition else {"id": year, "folder_name": name}


def check_recipients(campaign: Campaign, recipients: Iterable[Recipient]) -> Iterator[Problem]:
    """Yield a problem for each recipient of the edition that is not in recipients.yaml."""
    known = [one.id for one in recipients]
    for id_ in (id_ for id_ in campaign.recipients if id_ not in known):
        hint = f"{suggest(id_, known)} Correct the id, or delete the line.".strip()
        yield _make_problem(campaign, "C426", f"no mission is called '{id_}'", hint, "recipients", id_)


@dataclass(frozen=True, slots=True)
class CompletedCampaign:
    """A campaign for checking letters while campaign.yaml has errors; ``missing`` are the keys with stand-ins."""

    campaign: Campaign
    missing: frozenset[str]


def complete_campaign(folder: str, content: bytes | None, languages: Iterable[str]) -> CompletedCampaign:
    """Return a campaign with stand-ins in all ``languages`` for what cannot be read; never print it."""
    text, _ = decode(f"{folder}/{NAME}", content) if content is not None else (None, ())
    document, _ = parse_yaml(f"{folder}/{NAME}", text) if text is not None else (None, ())
    document = document or Document(f"{folder}/{NAME}", {})
    year = str(_read_folder_name(folder)["id"])
    given = {**_read_folder_name(folder), "origin": document.origin_of(())}
    written = document.value if isinstance(document.value, dict) else {}
    faulty = {fault[0] for fault in find_fault_locations(Campaign, {**written, **given})}
    valid = {key: value for key, value in written.items() if key not in faulty and key not in _LISTED}
    stand_ins = _list_stand_ins(year, valid, languages)
    values = {**valid, **{key: _fill_gaps(stand_in, valid.get(key)) for key, stand_in in stand_ins.items()}}
    missing = faulty | {key for key in stand_ins if values[key] != valid.get(key)}
    return CompletedCampaign(Campaign.model_validate({**values, **given}), frozenset(map(str, missing)))


def _list_stand_ins(year: str, written: Container[str], languages: Iterable[str]) -> dict[str, Value]:
    """Make values for all required keys of a campaign, in each language; ``written`` are the keys that it has."""
    languages = tuple(languages)
    heads = {tag: load_locales()[tag].heads[MissionKind.EMBASSY].title for tag in languages}
    words: Value = {**heads}
    other_words: Value = {tag: load_locales()[tag].heads[MissionKind.CONSULATE].title for tag in languages}
    address: Value = {"lines": {tag: [word] for tag, word in heads.items()}}
    person: Value = {"name": words, "title": words}
    addressee: dict[str, Value] = {"name": words, "title": words, "in_office_since": year}
    sender: dict[str, Value] = {"name": words, "short_name": "REF", "country": "JP", "address": address}
    if "addressee" not in written:  # optional keys that a letter may use; no word beside itself
        addressee = {**addressee, "honorific": other_words, "family_name": words}
    if "sender" not in written:
        sender = {**sender, "telephone": "0", "email": "office@example.org", "website": "www.example.org"}
    return {
        "name": words,
        "day": f"{year}-12-31",
        "date": f"{year}-12-31",
        "time_zone": "UTC",
        "reference": "REF",
        "addressee": addressee,
        "sender": sender,
        "signatories": [person],
    }


def _fill_gaps(stand_in: Value, written: Value) -> Value:
    """Return what was written, with stand-ins for what is missing."""
    if isinstance(stand_in, dict) and isinstance(written, dict):
        return {**written, **{key: _fill_gaps(value, written.get(key)) for key, value in stand_in.items()}}
    if isinstance(stand_in, list) and isinstance(written, list) and stand_in and isinstance(stand_in[0], dict):
        return [_fill_gaps(stand_in[0], entry) for entry in written] or stand_in
    return stand_in if written is None else written


def _list_shown_texts(document: Document) -> Iterator[Location]:
    yield from _SHOWN
    for name, parts in _SHOWN_OF_EACH.items():
        entries = document.value_at((name,))
        for place in range(len(entries)) if isinstance(entries, list) else ():
            yield from ((name, place, part) for part in parts)


def _check_translations(document: Document, shown: Iterable[Location], needed: Mapping[str, str]) -> Iterator[Problem]:
    for location in shown:
        texts = document.value_at(location)
        for tag, recipient in needed.items():
            if isinstance(texts, dict) and tag not in texts and tag not in map(guess_language_tag, texts):
                message = f"'{format_location(location)}' has no {tag}, but {recipient} gets letters in it"
                yield Problem(document.path, document.line_of(location), "C402", message, f"Add '{tag}: …' there.")


def _check_authoritative(campaign: Campaign, needed: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for an authoritative language that is unknown, or in which nobody gets a letter."""
    tag = campaign.authoritative
    if tag is None:
        return
    unknown = tuple(check_language(tag, campaign.origin.path, campaign.origin.line_of("authoritative")))
    yield from unknown
    if needed and not unknown and tag not in needed:
        message = f"the authoritative language is '{tag}', but nobody gets a letter in it"
        hint = f"Name one of: {', '.join(sorted(needed))}."
        yield _make_problem(campaign, "C416", message, hint, "authoritative")


def _check_cases(campaign: Campaign, needed: Mapping[str, str]) -> Iterator[Problem]:
    """Yield a problem for each text of the addressee that lacks the case in which a language writes addresses."""
    for tag, recipient in needed.items():
        if case := load_locales()[tag].address_case:
            forms = campaign.addressee.cases.get(tag, {}).get(case)
            for part in ("name", "title", "honorific"):
                if tag in getattr(campaign.addressee, part) and not getattr(forms, part, None):
                    place = f"addressee.cases.{tag}.{case}"
                    message = f"'{place}' has no {part}, but the address of {recipient} is in the {case}"
                    hint = f"Add '{part}: …' there: the {part} of the addressee in the {case}."
                    yield _make_problem(campaign, "C402", message, hint, "addressee", "cases", tag, case)


def _check_campaign(campaign: Campaign) -> Iterator[Problem]:
    """Check rules of a campaign that its schema does not have, such as fields that must agree."""
    yield from _check_dates(campaign)
    yield from _check_time_zone(campaign)
    sender, origin = campaign.sender, campaign.origin
    yield from check_country(sender.country, origin.path, origin.line_of("sender", "country"))
    if campaign.addressee.country:
        yield from check_country(campaign.addressee.country, origin.path, origin.line_of("addressee", "country"))
    yield from _check_mail_class(campaign)
    yield from _check_files(campaign)
    yield from _check_date_styles(campaign)
    yield from check_post(campaign.post, campaign.origin)
    if not re.fullmatch(r"[A-Z][A-Z0-9]{1,11}", campaign.reference):
        usual = "Give two to twelve capital letters and digits, such as LFNKR."
        hint = advise_half_width(campaign.reference) or usual
        yield _make_problem(campaign, "C403", f"'reference' cannot be {campaign.reference!r}", hint, "reference")
    if not campaign.signatories:
        hint = "Give 'name' and 'title' of at least one person."
        yield _make_problem(campaign, "C404", "nobody signs the letters", hint, "signatories")
    for code in campaign.accepted_warnings:
        if code not in WARNINGS:
            kind = "is an error, which cannot be accepted" if code in ERRORS else "is not the code of a warning"
            hint = f"{suggest(code, WARNINGS)} Known: {', '.join(WARNINGS)}.".strip()
            yield _make_problem(campaign, "C408", f"'{code}' {kind}", hint, "accepted_warnings", code)


def _check_dates(campaign: Campaign) -> Iterator[Problem]:
    if str(campaign.day.year) != campaign.id:
        message = f"the day {campaign.day} is not in {campaign.id}, the year of the folder"
        yield _make_problem(campaign, "C401", message, "Is this last year's date under a new name?", "day")
    elif campaign.date > campaign.day and campaign.edition == 1:
        message = f"the letters are dated {campaign.date}, after the day {campaign.day} itself"
        yield _make_problem(campaign, "C401", message, "Date them before the day.", "date")
    elif campaign.date.year != campaign.day.year and campaign.edition == 1:
        message = f"the letters are dated {campaign.date}, but the day is {campaign.day}"
        yield _make_problem(campaign, "C401", message, "Is this last year's date?", "date")


def _check_date_styles(campaign: Campaign) -> Iterator[Problem]:
    locales = load_locales()
    for tag, style in campaign.date_style.items():
        if tag in locales and style not in (known := locales[tag].date_styles):
            hint = f"{suggest(style, known)} Known for {tag}: {', '.join(known) or 'none'}.".strip()
            yield _make_problem(campaign, "C415", f"unknown date style '{style}' for {tag}", hint, "date_style", tag)


def _check_time_zone(campaign: Campaign) -> Iterator[Problem]:
    try:
        ZoneInfo(campaign.time_zone)
    except (KeyError, ValueError, OSError):
        hint = "Give a name such as Asia/Tokyo or Europe/London."
        yield _make_problem(campaign, "C405", f"unknown time zone '{campaign.time_zone}'", hint, "time_zone")


def _check_mail_class(campaign: Campaign) -> Iterator[Problem]:
    name, known = campaign.post.mail_class, list_classes(campaign.sender.country)
    if name and known and name not in known:
        message = f"the post of {campaign.sender.country} has no class of mail called '{name}'"
        hint = f"{suggest(name, known)} Known: {', '.join(known)}.".strip()
        yield _make_problem(campaign, "C425", message, hint, "post", "mail_class")


def list_files(campaign: Campaign) -> Iterator[tuple[Location, str]]:
    """Yield the files in its folder that a campaign names, each with the location of its name."""
    return ((location, name) for location, name in _list_named_files(campaign) if _is_inside(name))


def _check_files(campaign: Campaign) -> Iterator[Problem]:
    for location, name in _list_named_files(campaign):
        if not _is_inside(name):
            message = f"'{name}' is not in {PurePosixPath(campaign.origin.path).parent}"
            hint = "Copy the file into that folder, and give its path from there, such as enclosures/report.pdf."
            yield _make_problem(campaign, "C406", message, hint, *location)


def _list_named_files(campaign: Campaign) -> Iterator[tuple[Location, str]]:
    for place, signatory in enumerate(campaign.signatories):
        if signatory.image:
            yield ("signatories", place, "image"), signatory.image
    for place, enclosure in enumerate(campaign.enclosures):
        yield ("enclosures", place, "file"), enclosure.file


def _is_inside(name: str) -> bool:
    path = PurePosixPath(name)
    return not path.is_absolute() and ".." not in path.parts and "\\" not in name


def _make_problem(campaign: Campaign, code: str, message: str, hint: str, *location: str | int) -> Problem:
    return Problem(campaign.origin.path, campaign.origin.line_of(*location), code, message, hint)
