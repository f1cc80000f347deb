"""One letter: the template filled in, and the frame that the program adds from data."""

from collections.abc import Iterator, Mapping
from functools import partial

from petitioner.errors import Problem
from petitioner.model.blocks import Block
from petitioner.model.letter import Letter, Letterhead, Signature, Template
from petitioner.model.locale import EnclosureForms, Locale
from petitioner.model.recipient import Recipient
from petitioner.tables.locales import format_day
from petitioner.templates.address import join_address, set_address
from petitioner.templates.jinja import Pages
from petitioner.templates.markdown import parse_markup
from petitioner.templates.values import KNOWN, Material, view_recipient

_NEVER_EMPTY = ("subject", "closing")


def open_pages(shared: Mapping[str, str], folder: str, locale: Locale, date_style: str | None = None) -> Pages:
    """Return the template environment of one language; ``date_style`` is the campaign's choice among its locale's."""
    return Pages(shared, folder, partial(format_day, locale, style=date_style))


def check_template(pages: Pages, template: Template) -> Iterator[Problem]:
    """Yield everything wrong with a template that shows without filling it in."""
    path = template.origin.path
    yield from pages.check(path, template.body, template.body_line, KNOWN)
    for name, line in template.front_lines.items():
        if text := getattr(template.front, name):
            yield from pages.check(path, text, line, KNOWN)


def merge_letter(
    template: Template, recipient: Recipient, material: Material
) -> tuple[Letter | None, tuple[Problem, ...]]:
    """Return one recipient's letter in the template's language, and every problem met on the way.

    With problems it is good for reading only; there is none where nothing can be read. The template must have passed
    ``check_template``, and campaign and recipient ``can_write`` and ``can_name``.
    """
    values = view_recipient(recipient, material)
    front, gaps = _fill_front(template, values, material.pages)
    blocks, faults = _fill_body(template, values, material)
    address, misfits = set_address(recipient, material)
    problems = (*gaps, *faults, *misfits)
    if gaps or not blocks:
        return None, problems
    campaign, locale, tag = material.campaign, material.locale, material.locale.tag
    reference = campaign.refer_to(recipient.id)
    letter = Letter(
        recipient=recipient.id,
        stem=template.stem,
        language=tag,
        reference=reference,
        reference_line=locale.reference.format(reference=reference),
        letterhead=_set_letterhead(material),
        address=address,
        date_line=format_day(locale, campaign.date, campaign.date_style.get(tag)),
        subject=front["subject"],
        salutation=front.get("salutation"),
        opening=front.get("opening"),
        body=blocks,
        closing=front["closing"],
        sender=campaign.sender.name[tag],
        signatures=tuple(_set_signatures(material)),
        enclosures_label=_choose_forms(material).label.format(count=len(campaign.enclosures)),
        enclosures=tuple(_list_enclosures(material)),
        page_label=locale.page,
        author=campaign.sender.name[tag],
        created=campaign.date,
        cosigners_label=locale.cosigners if campaign.cosigners else "",
        cosigners=tuple(_list_cosigners(material)),
    )
    return letter, problems


def _fill_front(
    template: Template, values: Mapping[str, object], pages: Pages
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """The texts of the head that come out with words; a letter may lack a salutation or an opening, and no other."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, line in template.front_lines.items():
        filled = pages.fill_line(template.origin.path, getattr(template.front, name) or "", line, values)
        if isinstance(filled, Problem):
            problems.append(filled)
        elif filled:
            texts[name] = filled
        elif name in _NEVER_EMPTY:
            hint = "Write words that stand in every letter, whatever the conditions say."
            problems.append(Problem(template.origin.path, line, "M603", f"'{name}' comes out empty", hint))
    return texts, tuple(problems)


def _fill_body(
    template: Template, values: Mapping[str, object], material: Material
) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    path = template.origin.path
    filled = material.pages.fill_body(path, template.body, template.body_line, values)
    if isinstance(filled, Problem):
        return (), (filled,)
    blocks, problems = parse_markup(filled, spaced=material.locale.joins_lines_with_space)
    if not blocks and not problems:
        hint = "Write words that stand in every letter, whatever the conditions say."
        problems = (Problem(path, template.body_line, "M603", "the letter comes out empty", hint),)
    return blocks, problems


def _set_letterhead(material: Material) -> Letterhead:
    sender, tag = material.campaign.sender, material.locale.tag
    language = sender.address.language_for(tag)
    place = join_address(sender.address.lines[language], language)
    contact = "  ·  ".join(text for text in (sender.telephone, sender.email, sender.website) if text)
    return Letterhead(sender.name[tag], tuple(line for line in (place, contact) if line))


def _set_signatures(material: Material) -> Iterator[Signature]:
    tag, people = material.locale.tag, material.campaign.signatories
    form = material.locale.signatures if len(people) > 1 else material.locale.signature
    for person in people:
        image = material.attached.get(person.image) if person.image else None
        yield Signature(person.name[tag], person.title[tag], image, form)


def _list_cosigners(material: Material) -> Iterator[str]:
    tag, pattern = material.locale.tag, material.locale.cosigner_with_country
    for one in material.campaign.cosigners:
        yield pattern.format(name=one.name[tag], country=one.country[tag]) if one.country else one.name[tag]


def _choose_forms(material: Material) -> EnclosureForms:
    return material.locale.enclosures if len(material.campaign.enclosures) > 1 else material.locale.enclosure


def _list_enclosures(material: Material) -> Iterator[str]:
    forms, enclosures = _choose_forms(material), material.campaign.enclosures
    for number, enclosure in enumerate(enclosures, start=1):
        pattern = forms.last if forms.last and number == len(enclosures) else forms.entry
        yield pattern.format(number=number, title=enclosure.title[material.locale.tag])
