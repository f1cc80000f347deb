"""Template × recipient × campaign → letter: every word of it decided, and no format chosen."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from functools import partial

from petitioner.errors import Problem
from petitioner.locales import format_day
from petitioner.markup import parse_markup
from petitioner.model.campaign import Campaign
from petitioner.model.letter import AddressField, Letter, Letterhead, Signature, Spoken, Template
from petitioner.model.locale import Locale
from petitioner.model.recipient import Recipient
from petitioner.model.theme import Theme
from petitioner.pages import Known, Pages

Measure = Callable[[str, str], float]
"""The width in mm of a line of the address in a language."""

_MM_PER_PT = 25.4 / 72
_TIGHTEST = 1.05  # line pitch as a multiple of the font's size: less, and descenders meet ascenders
_GAP = 1.2  # mm between the return line and the address


@dataclass(frozen=True, slots=True)
class RecipientView:
    """What a template can say of a recipient: ``{{ recipient.city }}``."""

    id: str
    kind: str
    country: str
    name: str
    city: str
    head: str


@dataclass(frozen=True, slots=True)
class AddresseeView:
    """What a template can say of the addressee."""

    name: str
    title: str
    honorific: str
    family_name: str


@dataclass(frozen=True, slots=True)
class SenderView:
    """What a template can say of the sender."""

    name: str
    short_name: str
    email: str
    website: str
    telephone: str


@dataclass(frozen=True, slots=True)
class CampaignView:
    """What a template can say of the campaign; dates print themselves in the letter's language."""

    name: str
    day: date
    date: date
    year: int


KNOWN: Known = {
    name: frozenset(part.name for part in fields(view))
    for name, view in {
        "recipient": RecipientView,
        "campaign": CampaignView,
        "sender": SenderView,
        "addressee": AddresseeView,
    }.items()
}
"""The names that a template can use."""


@dataclass(frozen=True, slots=True)
class Material:
    """What all letters of one language in one campaign are made from.

    ``attached`` holds the pictures of signatures by their path; ``measure`` gives the width of a line of the address.
    """

    campaign: Campaign
    locale: Locale
    theme: Theme
    pages: Pages
    attached: Mapping[str, bytes]
    measure: Measure


def open_pages(shared: Mapping[str, str], folder: str, locale: Locale) -> Pages:
    """The template environment of one language."""
    return Pages(shared, folder, partial(format_day, locale))


def check_template(pages: Pages, template: Template) -> Iterator[Problem]:
    """Everything wrong with a template that shows without filling it in."""
    path = template.origin.path
    yield from pages.check(path, template.body, template.body_line, KNOWN)
    for name, line in template.front_lines.items():
        if text := getattr(template.front, name):
            yield from pages.check(path, text, line, KNOWN)


def merge_letter(
    template: Template, recipient: Recipient, material: Material
) -> tuple[Letter | None, tuple[Problem, ...]]:
    """One recipient's letter in the template's language, and every problem met on the way.

    The template must have passed ``check_template``. A problem in the template names the recipient's place too.
    """
    campaign, locale = material.campaign, material.locale
    values = _view(recipient, material)
    body = material.pages.fill_body(template.origin.path, template.body, template.body_line, values)
    lines = dict(_fill_front(template, values, material.pages))
    address, problems = _set_address(recipient, material)
    faults = [part for part in (body, *lines.values()) if isinstance(part, Problem)]
    problems = (*problems, *(_blame(fault, recipient) for fault in faults))
    if isinstance(body, Problem):
        return None, problems
    blocks, marked = parse_markup(body, joiner=" " if locale.joins_lines_with_space else "")
    problems = (*problems, *marked)
    if problems or address is None:
        return None, problems
    texts = {name: text for name, text in lines.items() if isinstance(text, str)}
    tag = locale.tag
    reference = f"{campaign.reference}-{campaign.id}-{recipient.id.upper()}"
    letter = Letter(
        recipient=recipient.id,
        stem=template.stem,
        language=tag,
        reference=reference,
        reference_line=locale.reference.format(reference=reference),
        letterhead=_set_letterhead(material),
        address=address,
        date_line=format_day(locale, campaign.date),
        subject=texts["subject"],
        salutation=texts.get("salutation"),
        opening=texts.get("opening"),
        body=blocks,
        closing=texts["closing"],
        sender=campaign.sender.name[tag],
        signatures=tuple(_set_signatures(material)),
        enclosures_label=locale.enclosures if len(campaign.enclosures) > 1 else locale.enclosure,
        enclosures=tuple(enclosure.title[tag] for enclosure in campaign.enclosures),
        page_label=locale.page,
        author=campaign.sender.name[tag],
        created=campaign.date,
    )
    return letter, ()


def _view(recipient: Recipient, material: Material) -> dict[str, object]:
    campaign, tag = material.campaign, material.locale.tag
    addressee, sender = campaign.addressee, campaign.sender
    return {
        "recipient": RecipientView(
            id=recipient.id,
            kind=recipient.kind.value,
            country=recipient.country,
            name=recipient.name[tag],
            city=recipient.city[tag],
            head=_name_head(recipient, material),
        ),
        "campaign": CampaignView(name=campaign.name[tag], day=campaign.day, date=campaign.date, year=campaign.day.year),
        "sender": SenderView(
            name=sender.name[tag],
            short_name=sender.short_name,
            email=sender.email or "",
            website=sender.website or "",
            telephone=sender.telephone or "",
        ),
        "addressee": AddresseeView(
            name=addressee.name[tag],
            title=addressee.title[tag],
            honorific=addressee.honorific.get(tag, ""),
            family_name=addressee.family_name.get(tag, ""),
        ),
    }


def _fill_front(template: Template, values: Mapping[str, object], pages: Pages) -> Iterator[tuple[str, str | Problem]]:
    for name, line in template.front_lines.items():
        if text := getattr(template.front, name):
            yield name, pages.fill_line(template.origin.path, text, line, values)


def _blame(fault: Problem, recipient: Recipient) -> Problem:
    origin = recipient.origin
    return replace(fault, message=f"{fault.message}, for {recipient.id} ({origin.path}:{origin.line})")


def _name_head(recipient: Recipient, material: Material) -> str:
    """The head of the mission by name while somebody has confirmed it lately, else by the office."""
    forms, head = material.locale.heads[recipient.kind], recipient.head
    if head and head.is_confirmed_on(material.campaign.date):
        return forms.named.format(name=head.name[material.locale.tag])
    return forms.office


def _set_letterhead(material: Material) -> Letterhead:
    sender, tag = material.campaign.sender, material.locale.tag
    place = _join_address(sender.address.lines[sender.address.language_for(tag)], material.locale)
    contact = "  ·  ".join(text for text in (sender.telephone, sender.email, sender.website) if text)
    return Letterhead(sender.name[tag], tuple(line for line in (place, contact) if line))


def _join_address(lines: Iterable[str], locale: Locale) -> str:
    return (", " if locale.joins_lines_with_space else "　").join(lines)


def _set_signatures(material: Material) -> Iterator[Signature]:
    tag = material.locale.tag
    for person in material.campaign.signatories:
        image = material.attached.get(person.image) if person.image else None
        yield Signature(person.name[tag], person.title[tag], image)


def _set_address(recipient: Recipient, material: Material) -> tuple[AddressField | None, tuple[Problem, ...]]:
    """The window's content: one small line of the sender, and lines that fit, at the pitch that fills the field."""
    window, origin = material.theme.window, recipient.origin
    lines = tuple(_list_address(recipient, material))
    back = _set_return_line(recipient, material)
    problems = [
        _refuse_width(line, width, material, recipient)
        for line in lines
        if (width := material.measure(line.text, line.language)) > window.width
    ]
    small = window.return_font_size / window.font_size
    if (width := material.measure(back.text, back.language) * small) > window.width:
        hint = "Shorten 'sender.short_name' or the sender's address in campaign.yaml."
        message = f"the return line is {width:.0f} mm long, and {window.width:.0f} mm fit the window: {back.text!r}"
        problems.append(Problem(material.campaign.origin.path, 0, "A803", message, hint))
    height = window.bottom - window.return_line - _GAP
    room = int(height / (window.font_size * _MM_PER_PT * _TIGHTEST))
    if len(lines) > room:
        message = f"the address of {recipient.id} has {len(lines)} lines in {material.locale.tag}, and {room} fit"
        problems.append(Problem(origin.path, origin.line, "A802", message, "Join lines of 'address.lines'."))
    if problems:
        return None, tuple(problems)
    return AddressField(back, lines, min(window.max_pitch, height / len(lines))), ()


def _refuse_width(line: Spoken, width: float, material: Material, recipient: Recipient) -> Problem:
    room = material.theme.window.width
    message = f"this line is {width:.0f} mm long, and {room:.0f} mm fit the window: {line.text!r}"
    return Problem(recipient.origin.path, recipient.origin.line, "A801", message, "Break it into two lines.")


def _set_return_line(recipient: Recipient, material: Material) -> Spoken:
    sender = material.campaign.sender
    language = sender.address.language_for(material.locale.tag)
    lines = [sender.short_name, *sender.address.lines[language]]
    if recipient.country != sender.country and (country := sender.address.country_line.get(language)):
        lines.append(country)
    return Spoken(_join_address(lines, material.locale), language)


def _list_address(recipient: Recipient, material: Material) -> Iterator[Spoken]:
    """The lines in the order of the letter's language; those that the program puts together may wrap at a blank."""
    locale, addressee = material.locale, material.campaign.addressee
    tag, language = locale.tag, recipient.address.language_for(locale.tag)
    parts = {
        "honorific": addressee.honorific.get(tag, ""),
        "name": addressee.name[tag],
        "title": addressee.title[tag],
        "care_of": locale.care_of.format(head=_name_head(recipient, material)).strip(),
        "mission": recipient.name[tag],
    }
    for pattern in locale.address:
        if pattern == "{lines}":
            yield from (Spoken(line, language) for line in recipient.address.lines[language])
        elif text := pattern.format_map(parts).strip():
            yield from (Spoken(line, tag) for line in _wrap(text, material))
    if recipient.country != material.campaign.sender.country:
        # The post office of the sender reads the last line, and no other (Universal Postal Convention, S42).
        yield Spoken(recipient.address.country_line[language], language)


def _wrap(text: str, material: Material) -> Iterator[str]:
    """Break a line at blanks, also full-width ones, as late as the window allows."""
    words = re.split(r"([ \u3000]+)", text)
    line = words[0]
    for blank, word in zip(words[1::2], words[2::2], strict=True):
        if material.measure(line + blank + word, material.locale.tag) <= material.theme.window.width:
            line += blank + word
        else:
            yield line
            line = word
    yield line
