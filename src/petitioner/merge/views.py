"""What a template can say: the names it may use, and what they stand for in one letter."""

from dataclasses import dataclass, fields
from datetime import date

from petitioner.merge.material import Material, entitle_head, find_head, name_head
from petitioner.model.recipient import Recipient
from petitioner.pages import Unset
from petitioner.pages.grammar import Known


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


def view_recipient(recipient: Recipient, material: Material) -> dict[str, object]:
    """Return the values of all names in one recipient's letter, in the language of the material."""
    campaign, tag = material.campaign, material.locale.tag
    addressee, sender = campaign.addressee, campaign.sender
    head = find_head(recipient, material)
    return {
        "recipient": RecipientView(
            id=recipient.id,
            kind=recipient.kind.value,
            country=recipient.country,
            name=recipient.name[tag],
            city=recipient.city[tag],
            head=name_head(recipient, material),
            head_title=entitle_head(recipient, material),
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
