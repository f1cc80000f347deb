"""Read ``recipients.yaml``, and write confirmations into it."""

import re
from collections import Counter
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from petitioner.errors import Problem, advise_half_width, suggest
from petitioner.inputs.folder import RECIPIENTS
from petitioner.model.recipient import PRINTS, Address, Channel, Recipient
from petitioner.model.types import Location, Origin
from petitioner.source.edit import set_value
from petitioner.source.records import read_record
from petitioner.source.text import decode
from petitioner.source.yaml import Document, parse_yaml
from petitioner.tables.locales import check_country, check_languages, guess_language_tag, load_locales

PATH = RECIPIENTS
_TOP = "recipients"
_TRANSLATED: tuple[Location, ...] = (
    ("languages",),
    ("city",),
    ("name",),
    ("head", "name"),
    ("head", "title"),
    ("head", "family_name"),
    ("head", "cases"),
    ("cases",),
    ("address", "lines"),
    ("address", "country_line"),
)
"""The locations of a mission whose keys or entries are language tags."""
_BEFORE_VERIFIED = ("channels", "email", "telephone", "fax", "website", "source", "as_of")


@dataclass(frozen=True, slots=True)
class Confirmation:
    """A person confirmed a mission's entry on a day.

    ``source`` replaces the old source, and the day the date of the old source. ``head`` means that the head of mission
    was confirmed too; ``release_hold`` removes the line ``hold:``.
    """

    on: date
    source: str | None = None
    head: bool = False
    release_hold: bool = False


def read_recipients(content: bytes) -> tuple[tuple[Recipient, ...], tuple[Problem, ...]]:
    """Return all missions that could be read, in the order of the file, and all problems."""
    text, problems = decode(PATH, content)
    if text is None:
        return (), problems
    if _is_table(text):
        hint = "Rename it, for instance to missions.csv, then: petitioner recipients import missions.csv"
        return (), (*problems, Problem(PATH, 1, "R300", "the file is a table, and not YAML", hint))
    recipients: list[Recipient] = []
    more: list[Problem] = []

    def take(document: Document, at: Location) -> None:
        if at[0] == _TOP:
            recipient, found = read_recipient(document, at)
            more.extend(found)
            recipients.extend([recipient] if recipient else [])

    document, faults = parse_yaml(PATH, text, take=take)
    problems = (*problems, *faults)
    if document is None:
        return (), problems
    missions = document.value_at((_TOP,))
    if not isinstance(missions, dict):
        return (), (*problems, *_check_top_keys(document))
    more.extend(_check_former(recipients, missions))
    return tuple(recipients), (*problems, *_check_top_keys(document), *more)


def _is_table(text: str) -> bool:
    """Whether the first line has names of columns, as in a CSV file, and no line is the key of all missions."""
    first = text.partition("\n")[0]
    return bool(re.fullmatch(r"[^#:{\[]*[,;\t][^#:]*", first)) and not re.search(rf"^{_TOP}\s*:", text, re.MULTILINE)


def confirm_recipient(text: str, recipient: Recipient, confirmation: Confirmation) -> str:
    """Return the text of recipients.yaml with a confirmation in one entry; every other line is unchanged.

    Raises EditError if the entry does not have one key on each line.
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


def _check_top_keys(document: Document) -> Iterator[Problem]:
    missions = document.value_at((_TOP,))
    top = document.value if isinstance(document.value, dict) else {}
    misspelt = next((key for key in top if key != _TOP and suggest(key, [_TOP])), None) if _TOP not in top else None
    if misspelt is not None:
        message = f"unknown key '{misspelt}'"
        yield Problem(PATH, document.line_of((misspelt,)), "R300", message, f"Did you mean '{_TOP}'?")
        return
    if not missions or not isinstance(missions, dict):
        hint = f"Start the file with '{_TOP}:' and give each mission below it, indented by two spaces."
        line = document.line_of((_TOP,))
        yield Problem(PATH, line, "R300", "the file has no missions", hint)
    for key in top:
        if key != _TOP:
            message = f"'{key}' is at the level of '{_TOP}', not below it"
            yield Problem(PATH, document.line_of((key,)), "R300", message, "Indent this mission by two spaces.")


def read_recipient(document: Document, at: Location) -> tuple[Recipient | None, tuple[Problem, ...]]:
    """Return the mission at a location, whose last step is its id, and all problems in it; None for a wrong form."""
    given = {"id": at[-1], "origin": document.origin_of(at), "left_out": None}
    recipient, problems = read_record(Recipient, document, at, given)
    problems = (*problems, *check_languages(document, *((*at, *location) for location in _TRANSLATED)))
    return recipient, (*problems, *(_check_recipient(recipient) if recipient else ()))


def _check_former(recipients: Iterable[Recipient], present: Container[object]) -> Iterator[Problem]:
    """Yield a problem for each former id that is also a present id, or that two missions have."""
    first: dict[str, str] = {}
    for who in recipients:
        for former in who.formerly:
            if former in present:
                message = f"'formerly' of {who.id} names {former}, which is an id in this file"
                hint = f"Delete the entry {former}, or remove {former} from 'formerly'."
                yield _make_problem(who, "R317", message, hint, "formerly")
            elif (other := first.setdefault(former, who.id)) != who.id:
                message = f"both {other} and {who.id} have {former} under 'formerly'"
                hint = "Keep it only for the mission that got letters under that id."
                yield _make_problem(who, "R317", message, hint, "formerly")


def _check_recipient(recipient: Recipient) -> Iterator[Problem]:
    """Check rules of a mission that its schema does not have, such as fields that must agree."""
    if recipient.id == PRINTS:
        message = f"the id '{PRINTS}' is the name of the folder for print runs, out/…/{PRINTS}"
        yield _make_problem(
            recipient, "R318", message, "Give the mission another id, such as its country and city: jp-osaka."
        )
    yield from _check_languages(recipient)
    yield from _check_translations(recipient) if recipient.is_written_to else ()
    if recipient.is_written_to or recipient.address.lines:
        yield from check_address(recipient.address, recipient.origin, "address")
    yield from check_country(recipient.country, recipient.origin.path, recipient.origin.line_of("country"))
    if not recipient.channels and recipient.is_written_to:
        hint = "Give at least one of post, email, hand."
        yield _make_problem(recipient, "R305", "'channels' is empty", hint, "channels")
    if Channel.EMAIL in recipient.channels and not recipient.email:
        hint = "Add it under 'email:'."
        yield _make_problem(recipient, "R305", "the channel email needs an address", hint, "channels")
    for name, words in (("channels", recipient.channels), ("email", recipient.email)):
        counts = Counter(word.casefold() for word in words)  # no provider tells A@example.org from a@example.org
        for word in (word for word, count in counts.items() if count > 1):
            yield _make_problem(recipient, "R305", f"'{name}' names {word} twice", "Delete one.", name)


def _check_languages(recipient: Recipient) -> Iterator[Problem]:
    if not recipient.languages and recipient.is_written_to:
        yield _make_problem(recipient, "R301", "'languages' is empty", "Give at least one, such as [en].", "languages")
    for tag, count in Counter(recipient.languages).items():
        if count > 1:
            hint = "Delete one."
            yield _make_problem(recipient, "R301", f"'languages' names {tag} twice", hint, "languages")


def _check_translations(recipient: Recipient) -> Iterator[Problem]:
    fields: dict[tuple[str, ...], Mapping[str, str]] = {("name",): recipient.name, ("city",): recipient.city}
    if recipient.head and recipient.head.confirmed:
        fields["head", "name"] = recipient.head.name
    for location, texts in fields.items():
        for tag in dict.fromkeys(recipient.languages):
            if tag not in texts and tag in load_locales() and tag not in map(guess_language_tag, texts):
                message = f"'{'.'.join(location)}' has no {tag}, but {recipient.id} gets letters in it"
                hint = f"Add '{tag}: …' there, or remove {tag} from 'languages'."
                yield _make_problem(recipient, "R302", message, hint, *location)
    yield from _check_cases(recipient)


def _check_cases(recipient: Recipient) -> Iterator[Problem]:
    """Yield a problem for a confirmed head whose name lacks the case in which a language writes "care of"."""
    head = recipient.head
    for tag in dict.fromkeys(recipient.languages) if head and head.confirmed else ():
        case = load_locales()[tag].care_of_case if tag in load_locales() else None
        for part in ("name", "title") if head and case else ():
            form = head.cases.get(tag, {}).get(case) if head and case else None
            if head and tag in getattr(head, part) and not getattr(form, part, None):
                place = f"head.cases.{tag}.{case}"
                message = f"'{place}' has no {part}, but the address of {recipient.id} has the head in the {case}"
                hint = f"Add '{part}: …' there: the {part} of the head in the {case}."
                yield _make_problem(recipient, "R302", message, hint, "head", "cases", tag)


def check_address(address: Address, origin: Origin, *location: str) -> Iterator[Problem]:
    """Check the lines and the postal code of an address; ``location`` is its place in the record."""
    code = address.postal_code or ""
    advice = advise_half_width(code)
    if advice and not all(any(code in text for text in lines) for lines in address.lines.values()):
        field, line = ".".join((*location, "postal_code")), origin.line_of(*location, "postal_code")
        yield Problem(origin.path, line, "R303", f"'{field}' has full-width characters: {code}", advice)
    name, location = ".".join((*location, "lines")), (*location, "lines")
    if not address.lines:
        hint = "Write the lines as on an envelope."
        yield Problem(origin.path, origin.line_of(*location), "R303", f"'{name}' is empty", hint)
    for tag, lines in address.lines.items():
        line = origin.line_of(*location, tag)
        if not lines:
            yield Problem(origin.path, line, "R303", f"'{name}.{tag}' is empty", "Give at least one line.")
        elif code and not advice and not any(code in text for text in lines):
            message = f"the postal code {code} is not in '{name}.{tag}'"
            hint = "Write it in the line where it belongs on the envelope."
            yield Problem(origin.path, line, "R303", message, hint)


def _make_problem(recipient: Recipient, code: str, message: str, hint: str, *location: str) -> Problem:
    return Problem(recipient.origin.path, recipient.origin.line_of(*location), code, message, hint)
