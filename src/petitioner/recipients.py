"""``recipients.yaml``: text to missions, with every fault found."""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from petitioner.errors import Problem
from petitioner.locales import check_language, list_countries
from petitioner.model.recipient import Channel, Recipient
from petitioner.model.types import Origin
from petitioner.source.edit import set_value
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, Location, parse_yaml

PATH = "recipients.yaml"
_TOP = "recipients"
_BEFORE_VERIFIED = ("channels", "email", "telephone", "fax", "website", "source", "as_of")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person found a mission's entry to be true on a day.

    A new ``source`` takes the place of the old one, and its date that of the old page. ``head`` says that the head was
    confirmed too; ``release_hold`` takes the line ``hold:`` away.
    """

    on: date
    source: str | None = None
    head: bool = False
    release_hold: bool = False


def read_recipients(content: bytes) -> tuple[tuple[Recipient, ...], tuple[Problem, ...]]:
    """All missions that could be read, in the order of the file, and all problems."""
    text, problems = decode(PATH, content)
    if text is None:
        return (), problems
    document, faults = parse_yaml(PATH, text)
    problems = (*problems, *faults)
    if document is None:
        return (), problems
    top = tuple(_check_top(document))
    if top:
        return (), (*problems, *top)
    recipients, more = _read_each(document)
    return recipients, (*problems, *more)


def confirm_recipient(text: str, recipient: Recipient, confirmation: Confirmation) -> str:
    """The text of recipients.yaml with a confirmation written into one entry, and every other line as it was.

    Raises EditError where the entry does not stand in the usual form, one key a line.
    """
    at, day = (_TOP, recipient.id), confirmation.on.isoformat()
    if confirmation.source is not None:
        text = set_value(text, (*at, "source"), confirmation.source, _BEFORE_VERIFIED)
        if recipient.as_of:
            text = set_value(text, (*at, "as_of"), day)
    text = set_value(text, (*at, "verified"), day, _BEFORE_VERIFIED)
    if confirmation.head and recipient.head:
        text = set_value(text, (*at, "head", "confirmed"), day, ("name", "family_name"))
    return set_value(text, (*at, "hold"), None) if confirmation.release_hold else text


def _check_top(document: Document) -> Iterable[Problem]:
    value = document.value
    if not isinstance(value, dict) or not isinstance(value.get(_TOP), dict) or not value[_TOP]:
        hint = f"Start the file with '{_TOP}:' and give each mission below it, indented by two spaces."
        yield Problem(PATH, document.line_of((_TOP,)), "R300", "no missions stand in the file", hint)
    for key in value if isinstance(value, dict) else ():
        if key != _TOP:
            message = f"'{key}' stands beside '{_TOP}', not below it"
            yield Problem(PATH, document.line_of((key,)), "R300", message, "Indent this mission by two spaces.")


def _read_each(document: Document) -> tuple[tuple[Recipient, ...], tuple[Problem, ...]]:
    recipients: list[Recipient] = []
    problems: list[Problem] = []
    missions = document.value[_TOP] if isinstance(document.value, dict) else None
    for key in missions if isinstance(missions, dict) else ():
        at = (_TOP, key)
        given = {"id": key, "origin": Origin(path=PATH, line=document.line_of(at))}
        recipient, faults = read_record(Recipient, document, at, given)
        problems.extend(faults)
        if recipient:
            recipients.append(recipient)
            problems.extend(_check(recipient, document, at))
    return tuple(recipients), tuple(problems)


def _check(recipient: Recipient, document: Document, at: Location) -> Iterable[Problem]:
    """What the schema cannot say: how the fields of one mission must agree."""
    yield from _check_languages(recipient, document, at)
    yield from _check_translations(recipient, document, at)
    yield from _check_address(recipient, document, at)
    if recipient.country not in list_countries():
        line = document.line_of((*at, "country"))
        hint = "Give the two capital letters of ISO 3166, such as JP or KR."
        yield Problem(PATH, line, "R304", f"'{recipient.country}' is not the code of a country", hint)
    if not recipient.channels:
        line = document.line_of((*at, "channels"))
        yield Problem(PATH, line, "R305", "'channels' is empty", "Give at least one of post, email, hand.")
    if Channel.EMAIL in recipient.channels and not recipient.email:
        line = document.line_of((*at, "channels"))
        yield Problem(PATH, line, "R305", "the channel email needs an address", "Add it under 'email:'.")


def _check_languages(recipient: Recipient, document: Document, at: Location) -> Iterable[Problem]:
    line = document.line_of((*at, "languages"))
    if not recipient.languages:
        yield Problem(PATH, line, "R301", "'languages' is empty", "Give at least one, such as [en].")
    for place, tag in enumerate(recipient.languages):
        yield from check_language(tag, PATH, document.line_of((*at, "languages", place)))
    for field in ("address", "lines"), ("city",), ("name",), ("head", "name"):
        for tag in _keys_at(document, (*at, *field)):
            yield from check_language(tag, PATH, document.line_of((*at, *field, tag)))
    for tag, count in Counter(recipient.languages).items():
        if count > 1:
            yield Problem(PATH, line, "R301", f"'languages' names {tag} twice", "One letter goes out per language.")


def _keys_at(document: Document, at: Location) -> Iterable[str]:
    value = document.value
    for step in at:
        value = value.get(str(step)) if isinstance(value, dict) else None
    return tuple(value) if isinstance(value, dict) else ()


def _check_translations(recipient: Recipient, document: Document, at: Location) -> Iterable[Problem]:
    fields: dict[tuple[str, ...], Mapping[str, str]] = {("name",): recipient.name, ("city",): recipient.city}
    if recipient.head and recipient.head.confirmed:
        fields["head", "name"] = recipient.head.name
    for field, texts in fields.items():
        for tag in recipient.languages:
            if tag not in texts:
                name = ".".join(field)
                message = f"'{name}' has no {tag}, a language that {recipient.id} is written to in"
                hint = f"Add '{tag}: …' there, or take {tag} out of 'languages'."
                yield Problem(PATH, document.line_of((*at, *field)), "R302", message, hint)


def _check_address(recipient: Recipient, document: Document, at: Location) -> Iterable[Problem]:
    address = recipient.address
    line = document.line_of((*at, "address", "lines"))
    if not address.lines:
        yield Problem(PATH, line, "R303", "'address.lines' is empty", "Give the lines as they stand on an envelope.")
    for tag, lines in address.lines.items():
        here = document.line_of((*at, "address", "lines", tag))
        if not lines:
            yield Problem(PATH, here, "R303", f"'address.lines.{tag}' is empty", "Give at least one line.")
        elif address.postal_code and not any(address.postal_code in text for text in lines):
            message = f"the postal code {address.postal_code} does not stand in 'address.lines.{tag}'"
            hint = "Write it in the line where it belongs on the envelope; lines are printed as they are."
            yield Problem(PATH, here, "R303", message, hint)
