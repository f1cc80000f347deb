"""Make one letter: the filled-in template, and the parts that the program adds from data."""

from collections.abc import Iterator, Mapping
from functools import cache, lru_cache, partial

from petitioner.errors import Problem
from petitioner.model.blocks import Block
from petitioner.model.letter import Letter, Letterhead, Signature, Template
from petitioner.model.limits import KEPT_TEXTS
from petitioner.model.locale import DatePlace, EnclosureForms, Locale
from petitioner.model.recipient import Recipient
from petitioner.tables.locales import format_day, name_language_in
from petitioner.templates.address import join_address, make_address_field
from petitioner.templates.jinja import TemplateRenderer
from petitioner.templates.markdown import parse_markdown
from petitioner.templates.values import (
    CONTEXTS,
    TEMPLATE_NAMES,
    MergeContext,
    decline,
    inflect_addressee,
    make_template_values,
)

_NEVER_EMPTY = ("subject", "closing")


def make_renderer(
    shared: Mapping[str, str], folder: str, locale: Locale, date_style: str | None = None
) -> TemplateRenderer:
    """Return the renderer of one language. ``date_style`` is one of those of the locale."""
    return TemplateRenderer(shared, folder, cache(partial(format_day, locale, style=date_style)))


def check_template(pages: TemplateRenderer, template: Template) -> Iterator[Problem]:
    """Yield the problems of a template that do not depend on values."""
    path = template.origin.path
    yield from pages.check(path, template.body, template.body_line, TEMPLATE_NAMES)
    for name, line in template.front_lines.items():
        if text := getattr(template.front, name):
            yield from pages.check(path, text, line, TEMPLATE_NAMES)


def merge_letter(
    template: Template, recipient: Recipient, context: MergeContext
) -> tuple[Letter | None, tuple[Problem, ...]]:
    """Return one recipient's letter in the template's language, and its problems.

    A letter with problems may be checked, not sent; it is None if nothing can be read. The template must have passed
    ``check_template``, the campaign ``is_campaign_complete``, and the recipient ``is_recipient_complete``.
    """
    values = make_template_values(recipient, context)
    front, front_faults = _fill_front(template, values, context.pages)
    blocks, body_faults = _fill_body(template, values, context)
    address, address_faults = make_address_field(recipient, context)
    problems = (*front_faults, *body_faults, *address_faults)
    if front_faults or not blocks:
        return None, problems
    campaign, locale, tag = context.campaign, context.locale, context.locale.tag
    reference = campaign.make_reference(recipient.id)
    date_line = _format_date(context)
    letter = Letter(
        recipient=recipient.id,
        stem=template.stem,
        language=tag,
        reference=reference,
        reference_line=locale.reference.format(reference=reference),
        letterhead=_set_letterhead(context),
        address=address,
        date_line=_add_place(date_line, context),
        subject=front["subject"],
        salutation=front.get("salutation"),
        opening=front.get("opening"),
        body=blocks,
        closing=front["closing"],
        sender=campaign.sender.name[tag],
        signatures=_set_signatures(context),
        enclosures_label=_choose_forms(context).label.format(count=len(campaign.enclosures)),
        enclosures=tuple(_list_enclosures(context)),
        page_label=locale.page,
        running_head=_set_running_head(context, date_line, reference),
        author=campaign.sender.name[tag],
        created=campaign.date,
        cosigners_label=locale.cosigners if campaign.cosigners else "",
        cosigners=tuple(_list_cosigners(context)),
        is_dated_below=locale.layout.date is DatePlace.END,
        authoritative=_name_authoritative(context),
    )
    return letter, problems


def _fill_front(
    template: Template, values: Mapping[str, object], pages: TemplateRenderer
) -> tuple[Mapping[str, str], tuple[Problem, ...]]:
    """Merge the texts of the front matter, and return those that are not empty; only salutation and opening may be."""
    texts: dict[str, str] = {}
    problems: list[Problem] = []
    for name, line in template.front_lines.items():
        filled = pages.fill_line(template.origin.path, getattr(template.front, name) or "", line, values)
        if isinstance(filled, Problem):
            problems.append(filled)
        elif filled:
            texts[name] = _share(filled)
        elif name in _NEVER_EMPTY:
            hint = "Write words that stand in every letter, whatever the conditions say."
            problems.append(Problem(template.origin.path, line, "M603", f"'{name}' is empty", hint))
    return texts, tuple(problems)


@lru_cache(maxsize=KEPT_TEXTS)
def _share(text: str) -> str:
    """Return the object of an equal text: most letters of a language have the same subject, salutation and closing."""
    return text


def _fill_body(
    template: Template, values: Mapping[str, object], context: MergeContext
) -> tuple[tuple[Block, ...], tuple[Problem, ...]]:
    path = template.origin.path
    filled = context.pages.fill_body(path, template.body, template.body_line, values)
    if isinstance(filled, Problem):
        return (), (filled,)
    blocks, problems = parse_markdown(filled, spaced=context.locale.joins_lines_with_space)
    if not blocks and not problems:
        hint = "Write words that stand in every letter, whatever the conditions say."
        problems = (Problem(path, template.body_line, "M603", "the letter is empty", hint),)
    return blocks, problems


# What depends on the context alone is made once for all letters of a language.


@lru_cache(maxsize=CONTEXTS)
def _format_date(context: MergeContext) -> str:
    campaign, locale = context.campaign, context.locale
    return format_day(locale, campaign.date, campaign.date_style.get(locale.tag))


@lru_cache(maxsize=CONTEXTS)
def _set_letterhead(context: MergeContext) -> Letterhead:
    sender, tag = context.campaign.sender, context.locale.tag
    language = sender.address.choose_language(tag)
    place = join_address(sender.address.lines[language], language)
    contact = "  ·  ".join(text for text in (sender.telephone, sender.email, sender.website) if text)
    return Letterhead(sender.name[tag], tuple(line for line in (place, contact) if line))


def _add_place(date_line: str, context: MergeContext) -> str:
    place = context.campaign.sender.place.get(context.locale.tag)
    return context.locale.dated.format(date=date_line, place=place) if place else date_line


@lru_cache(maxsize=CONTEXTS)
def _name_authoritative(context: MergeContext) -> str:
    """Return the line that says which language is authoritative, or an empty text in that language."""
    locale, tag = context.locale, context.campaign.authoritative
    name = name_language_in(locale, tag) if tag and tag != locale.tag else ""
    return locale.authoritative.format(language=name) if name else ""


def _set_running_head(context: MergeContext, date_line: str, reference: str) -> str:
    locale = context.locale
    pattern = next(pattern for pattern in locale.address if "{name}" in pattern)
    words = {
        part: decline(inflect_addressee(part, context), locale.address_case) for part in ("honorific", "name", "title")
    }
    addressee = pattern.format_map(words).strip()
    return locale.running.format(addressee=addressee, date=date_line, reference=reference)


@lru_cache(maxsize=CONTEXTS)
def _set_signatures(context: MergeContext) -> tuple[Signature, ...]:
    tag, people = context.locale.tag, context.campaign.signatories
    form = context.locale.signatures if len(people) > 1 else context.locale.signature
    images = (context.attached.get(person.image) if person.image else None for person in people)
    return tuple(
        Signature(one.name[tag], one.title[tag], image, form) for one, image in zip(people, images, strict=True)
    )


def _list_cosigners(context: MergeContext) -> Iterator[str]:
    tag, pattern = context.locale.tag, context.locale.cosigner_with_country
    for one in context.campaign.cosigners:
        yield pattern.format(name=one.name[tag], country=one.country[tag]) if one.country else one.name[tag]


def _choose_forms(context: MergeContext) -> EnclosureForms:
    return context.locale.enclosures if len(context.campaign.enclosures) > 1 else context.locale.enclosure


def _list_enclosures(context: MergeContext) -> Iterator[str]:
    forms, enclosures = _choose_forms(context), context.campaign.enclosures
    for number, enclosure in enumerate(enclosures, start=1):
        pattern = forms.last if forms.last and number == len(enclosures) else forms.entry
        yield pattern.format(number=number, title=enclosure.title[context.locale.tag])
