"""The names that a template may use, and their values for one letter."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import date

from petitioner.model.locale import Locale
from petitioner.model.recipient import Address, Campaign, Head, Recipient
from petitioner.model.theme import Theme
from petitioner.tables.locales import load_locales
from petitioner.templates.grammar import TemplateNames
from petitioner.templates.jinja import TemplateRenderer, Unset

Measure = Callable[[str, str], float]
"""The width in mm of a line of the address in a language."""


@dataclass(frozen=True, slots=True)
class MergeContext:
    """What all letters of one language in one campaign are made from.

    ``attached`` holds the pictures of signatures by their path; ``measure`` gives the width of a line of the address.
    """

    campaign: Campaign
    locale: Locale
    theme: Theme
    pages: TemplateRenderer
    attached: Mapping[str, bytes]
    measure: Measure


def find_head(recipient: Recipient, context: MergeContext) -> Head | None:
    """Return the head of the mission while somebody has confirmed the name lately."""
    head = recipient.head
    return head if head and head.is_confirmed_on(context.campaign.day) else None


def format_head_title(recipient: Recipient, context: MergeContext) -> str:
    """Return the title of whoever is known to head the mission, else the usual one of its rank."""
    head, usual = find_head(recipient, context), context.locale.heads[recipient.kind].title
    return head.title.get(context.locale.tag, usual) if head else usual


def format_head(recipient: Recipient, context: MergeContext) -> str:
    """Return the head of the mission by name while somebody has confirmed it lately, else by the office."""
    forms, head = context.locale.heads[recipient.kind], find_head(recipient, context)
    title = format_head_title(recipient, context)
    if head:
        return forms.named.format(title=title, name=head.name[context.locale.tag])
    return forms.office.format(title=title)


def is_campaign_complete(campaign: Campaign, tag: str) -> bool:
    """Return whether reading left a campaign with all that its letters in a language show."""
    addressee, sender = campaign.addressee, campaign.sender
    texts = [campaign.name, addressee.name, addressee.title, sender.name]
    texts += [text for person in campaign.signatories for text in (person.name, person.title)]
    texts += [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
    texts += [enclosure.title for enclosure in campaign.enclosures]
    return all(tag in text for text in texts) and _has_lines(sender.address, tag)


def is_recipient_complete(recipient: Recipient, tag: str) -> bool:
    """Return whether reading left a recipient with all that a letter to it in a language shows."""
    head = recipient.head
    named = head is None or head.confirmed is None or tag in head.name
    return named and tag in recipient.name and tag in recipient.city and _has_lines(recipient.address, tag)


def _has_lines(address: Address, tag: str) -> bool:
    language = address.language_for(tag) if address.lines else ""
    return language in load_locales() and bool(address.lines[language])


@dataclass(frozen=True, slots=True)
class RecipientView:
    """What a template can say of a recipient: ``{{ recipient.city }}``.

    ``head`` is the line for an address; of the names for a salutation there are none while nobody has confirmed them.
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
    """What a template can say of the addressee."""

    name: str
    title: str
    honorific: str | Unset
    family_name: str | Unset


@dataclass(frozen=True, slots=True)
class SenderView:
    """What a template can say of the sender."""

    name: str
    short_name: str
    email: str | Unset
    website: str | Unset
    telephone: str | Unset


@dataclass(frozen=True, slots=True)
class CampaignView:
    """What a template can say of the campaign; dates print themselves in the letter's language."""

    name: str
    day: date
    date: date
    year: int


TEMPLATE_NAMES: TemplateNames = {
    name: frozenset(part.name for part in fields(view))
    for name, view in {
        "recipient": RecipientView,
        "campaign": CampaignView,
        "sender": SenderView,
        "addressee": AddresseeView,
    }.items()
}
"""The names that a template can use."""


def make_template_values(recipient: Recipient, context: MergeContext) -> dict[str, object]:
    """Return the values of all names in one recipient's letter, in the language of the context."""
    campaign, tag = context.campaign, context.locale.tag
    addressee, sender = campaign.addressee, campaign.sender
    head = find_head(recipient, context)
    return {
        "recipient": RecipientView(
            id=recipient.id,
            kind=recipient.kind.value,
            country=recipient.country,
            name=recipient.name[tag],
            city=recipient.city[tag],
            head=format_head(recipient, context),
            head_title=format_head_title(recipient, context),
            head_name=head.name[tag] if head else Unset("recipient.head_name"),
            head_family_name=(head and head.family_name.get(tag)) or Unset("recipient.head_family_name"),
        ),
        "campaign": CampaignView(name=campaign.name[tag], day=campaign.day, date=campaign.date, year=campaign.day.year),
        "sender": SenderView(
            name=sender.name[tag],
            short_name=sender.short_name,
            email=sender.email or Unset("sender.email"),
            website=sender.website or Unset("sender.website"),
            telephone=sender.telephone or Unset("sender.telephone"),
        ),
        "addressee": AddresseeView(
            name=addressee.name[tag],
            title=addressee.title[tag],
            honorific=addressee.honorific.get(tag) or Unset("addressee.honorific"),
            family_name=addressee.family_name.get(tag) or Unset("addressee.family_name"),
        ),
    }
