"""One letter: the template filled in, and the frame that the program adds from data."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial

from petitioner.errors import Problem
from petitioner.locales import format_day
from petitioner.markup import parse_markup
from petitioner.merge.address import join_address, set_address
from petitioner.merge.material import Material
from petitioner.merge.views import KNOWN, view_recipient
from petitioner.model.letter import Letter, Letterhead, Signature, Template
from petitioner.model.locale import Locale
from petitioner.model.recipient import Recipient
from petitioner.pages import Pages


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
    values = view_recipient(recipient, material)
    body = material.pages.fill_body(template.origin.path, template.body, template.body_line, values)
    lines = dict(_fill_front(template, values, material.pages))
    address, problems = set_address(recipient, material)
    faults = [part for part in (body, *lines.values()) if isinstance(part, Problem)]
    problems = (*problems, *(_blame(fault, recipient) for fault in faults))
    if isinstance(body, Problem):
        return None, problems
    blocks, marked = parse_markup(body, spaced=material.locale.joins_lines_with_space)
    problems = (*problems, *marked)
    if problems or address is None:
        return None, problems
    texts = {name: text for name, text in lines.items() if isinstance(text, str)}
    campaign, locale, tag = material.campaign, material.locale, material.locale.tag
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


def _fill_front(template: Template, values: Mapping[str, object], pages: Pages) -> Iterator[tuple[str, str | Problem]]:
    for name, line in template.front_lines.items():
        if text := getattr(template.front, name):
            yield name, pages.fill_line(template.origin.path, text, line, values)


def _blame(fault: Problem, recipient: Recipient) -> Problem:
    origin = recipient.origin
    return replace(fault, message=f"{fault.message}, for {recipient.id} ({origin.path}:{origin.line})")


def _set_letterhead(material: Material) -> Letterhead:
    sender, tag = material.campaign.sender, material.locale.tag
    place = join_address(sender.address.lines[sender.address.language_for(tag)], material.locale)
    contact = "  ·  ".join(text for text in (sender.telephone, sender.email, sender.website) if text)
    return Letterhead(sender.name[tag], tuple(line for line in (place, contact) if line))


def _set_signatures(material: Material) -> Iterator[Signature]:
    tag = material.locale.tag
    for person in material.campaign.signatories:
        image = material.attached.get(person.image) if person.image else None
        yield Signature(person.name[tag], person.title[tag], image)
