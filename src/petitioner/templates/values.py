"""The names that a template may use, and their values for one letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache

from petitioner.model.locale import Locale
from petitioner.model.recipient import Address, Campaign, Head, NameForms, Previous, Recipient
from petitioner.model.theme import Theme
from petitioner.model.types import Case, Translated
from petitioner.tables.locales import load_locales
from petitioner.templates.grammar import TemplateNames
from petitioner.templates.jinja import TemplateRenderer
from petitioner.templates.words import Inflected, Unset

CONTEXTS = 32
"""How many contexts the caches keep: more than there are languages."""

Measure = Callable[[str, str], float]
"""Returns the width in mm of a line of the address in a language."""


@dataclass(frozen=True, eq=False)  # compared by identity, so that it can be a key of caches
class MergeContext:
    """What all letters of one language in a campaign are made from.

    ``attached`` are the pictures of signatures by their path.
    """

    campaign: Campaign
    locale: Locale
    theme: Theme
    pages: TemplateRenderer
    attached: Mapping[str, bytes]
    measure: Measure


def find_head(recipient: Recipient, context: MergeContext) -> Head | None:
    """Return the head of the mission, or None if the name was not confirmed recently."""
    head = recipient.head
    return head if head and head.is_confirmed_on(context.campaign.day) else None


def format_head(recipient: Recipient, context: MergeContext) -> str:
    """Return the head of the mission as in the address: the name if it was confirmed recently, else the office."""
    locale, head = context.locale, find_head(recipient, context)
    forms, case = locale.heads[recipient.kind], locale.care_of_case
    title = decline(_inflect_head_title(recipient, context), case)
    if head:
        return forms.named.format(title=title, name=decline(_inflect_head(head, "name", context), case))
    return forms.office.format(title=title)


def format_care_of(recipient: Recipient, context: MergeContext) -> str:
    """Return the line "care of" of an address."""
    locale = context.locale
    usual = locale.care_of if find_head(recipient, context) else locale.care_of_office or locale.care_of
    return usual.format(head=format_head(recipient, context)).strip()


def decline(text: str, case: Case | None) -> str:
    """Return a text in a case; without that form, or without a case, in the nominative."""
    return text.forms.get(case, text) if isinstance(text, Inflected) and case else text


@lru_cache(maxsize=3 * CONTEXTS)
def inflect_addressee(part: str, context: MergeContext) -> str:
    """Return the ``name``, ``title`` or ``honorific`` of the addressee with its cases; an empty text if it has none."""
    addressee, tag = context.campaign.addressee, context.locale.tag
    text = getattr(addressee, part).get(tag, "")
    return Inflected(text, f"addressee.{part}", _list_forms(addressee.cases.get(tag, {}), part)) if text else ""


def _inflect_head(head: Head, part: str, context: MergeContext) -> Inflected:
    tag = context.locale.tag
    return Inflected(getattr(head, part)[tag], f"recipient.head_{part}", _list_forms(head.cases.get(tag, {}), part))


def _inflect_head_title(recipient: Recipient, context: MergeContext) -> Inflected:
    """Return the title of the head of a mission: the one in recipients.yaml while it is confirmed, else the usual."""
    head, usual = find_head(recipient, context), context.locale.heads[recipient.kind]
    if head and context.locale.tag in head.title:
        return _inflect_head(head, "title", context)
    return Inflected(usual.title, "recipient.head_title", usual.cases)


def _inflect(texts: Translated, name: str, cases: Mapping[str, Mapping[Case, NameForms]], tag: str) -> Inflected:
    *_, part = name.split(".")
    return Inflected(texts[tag], name, _list_forms(cases.get(tag, {}), part))


def _list_forms(cases: Mapping[Case, NameForms], part: str) -> dict[Case, str]:
    return {case: form for case, forms in cases.items() if (form := getattr(forms, part, None))}


def is_campaign_complete(campaign: Campaign, tag: str) -> bool:
    """Whether a campaign, as read, has all texts for letters in a language."""
    addressee, sender = campaign.addressee, campaign.sender
    texts = [campaign.name, addressee.name, addressee.title, sender.name]
    texts += [text for person in campaign.signatories for text in (person.name, person.title)]
    texts += [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
    texts += [enclosure.title for enclosure in campaign.enclosures]
    return all(tag in text for text in texts) and _has_lines(sender.address, tag)


def is_recipient_complete(recipient: Recipient, tag: str) -> bool:
    """Whether a recipient, as read, has all texts for a letter in a language."""
    head = recipient.head
    named = head is None or head.confirmed is None or tag in head.name
    return named and tag in recipient.name and tag in recipient.city and _has_lines(recipient.address, tag)


def _has_lines(address: Address, tag: str) -> bool:
    language = address.choose_language(tag) if address.lines else ""
    return language in load_locales() and bool(address.lines[language])


@dataclass(frozen=True, slots=True)
class RecipientView:
    """The values of a recipient in templates: ``{{ recipient.city }}``.

    ``head`` is the line for an address. ``head_name`` and ``head_family_name`` are unset until confirmed.
    """

    id: str
    kind: str
    country: str
    name: str
    city: str
    head: str
    head_title: str
    head_name: str | Unset
    head_family_name: str | Unset


@dataclass(frozen=True, slots=True)
class AddresseeView:
    """The values of the addressee in templates."""

    name: str
    title: str
    honorific: str | Unset
    family_name: str | Unset


@dataclass(frozen=True, slots=True)
class SenderView:
    """The values of the sender in templates."""

    name: str
    short_name: str
    email: str | Unset
    website: str | Unset
    telephone: str | Unset


@dataclass(frozen=True, slots=True)
class PreviousView:
    """The values of the last letter of an earlier edition in templates; unset in the first edition."""

    date: date | Unset
    reference: str | Unset
    outcome: str | Unset


@dataclass(frozen=True, slots=True)
class CampaignView:
    """The values of the campaign in templates. Dates are printed in the letter's language."""

    name: str
    day: date
    date: date
    year: int


TEMPLATE_NAMES: TemplateNames = {
    name: frozenset(part.name for part in fields(view))
    for name, view in {
        "recipient": RecipientView,
        "campaign": CampaignView,
        "previous": PreviousView,
        "sender": SenderView,
        "addressee": AddresseeView,
    }.items()
}
"""The names that a template can use, with their attributes."""


def _view_previous(previous: Previous | None) -> PreviousView:
    return PreviousView(
        date=(previous and previous.date) or Unset("previous.date"),
        reference=(previous and previous.reference) or Unset("previous.reference"),
        outcome=(previous and previous.outcome) or Unset("previous.outcome"),
    )


def make_template_values(recipient: Recipient, context: MergeContext) -> dict[str, object]:
    """Return the values of all names for one recipient, in the language of the context."""
    tag, head = context.locale.tag, find_head(recipient, context)
    return {
        **_make_campaign_values(context),
        "previous": _view_previous(context.campaign.recipients.get(recipient.id)),
        "recipient": RecipientView(
            id=recipient.id,
            kind=recipient.kind.value,
            country=recipient.country,
            name=_inflect(recipient.name, "recipient.name", recipient.cases, tag),
            city=_inflect(recipient.city, "recipient.city", recipient.cases, tag),
            head=format_head(recipient, context),
            head_title=_inflect_head_title(recipient, context),
            head_name=_inflect_head(head, "name", context) if head else Unset("recipient.head_name"),
            head_family_name=(head and head.family_name.get(tag)) or Unset("recipient.head_family_name"),
        ),
    }


@lru_cache(maxsize=CONTEXTS)
def _make_campaign_values(context: MergeContext) -> Mapping[str, object]:
    """Return the values of the names that are the same for all recipients."""
    campaign, tag = context.campaign, context.locale.tag
    addressee, sender = campaign.addressee, campaign.sender
    return {
        "campaign": CampaignView(
            name=_inflect(campaign.name, "campaign.name", campaign.cases, tag),
            day=campaign.day,
            date=campaign.date,
            year=campaign.day.year,
        ),
        "sender": SenderView(
            name=_inflect(sender.name, "sender.name", sender.cases, tag),
            short_name=sender.short_name,
            email=sender.email or Unset("sender.email"),
            website=sender.website or Unset("sender.website"),
            telephone=sender.telephone or Unset("sender.telephone"),
        ),
        "addressee": AddresseeView(
            name=inflect_addressee("name", context),
            title=inflect_addressee("title", context),
            honorific=inflect_addressee("honorific", context) or Unset("addressee.honorific"),
            family_name=addressee.family_name.get(tag) or Unset("addressee.family_name"),
        ),
    }
