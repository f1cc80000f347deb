"""What the letters of one language have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from petitioner.locales import load_locales
from petitioner.model.campaign import Campaign
from petitioner.model.locale import Locale
from petitioner.model.recipient import Address, Head, Recipient
from petitioner.model.theme import Theme
from petitioner.pages import Pages

Measure = Callable[[str, str], float]
"""The width in mm of a line of the address in a language."""


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


def find_head(recipient: Recipient, material: Material) -> Head | None:
    """Return the head of the mission while somebody has confirmed the name lately."""
    head = recipient.head
    return head if head and head.is_confirmed_on(material.campaign.day) else None


def entitle_head(recipient: Recipient, material: Material) -> str:
    """Return the title of whoever is known to head the mission, else the usual one of its rank."""
    head, usual = find_head(recipient, material), material.locale.heads[recipient.kind].title
    return head.title.get(material.locale.tag, usual) if head else usual


def name_head(recipient: Recipient, material: Material) -> str:
    """Return the head of the mission by name while somebody has confirmed it lately, else by the office."""
    forms, head = material.locale.heads[recipient.kind], find_head(recipient, material)
    title = entitle_head(recipient, material)
    if head:
        return forms.named.format(title=title, name=head.name[material.locale.tag])
    return forms.office.format(title=title)


def can_write(campaign: Campaign, tag: str) -> bool:
    """Return whether reading left a campaign with all that its letters in a language show."""
    addressee, sender = campaign.addressee, campaign.sender
    texts = [campaign.name, addressee.name, addressee.title, sender.name]
    texts += [text for person in campaign.signatories for text in (person.name, person.title)]
    texts += [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
    texts += [enclosure.title for enclosure in campaign.enclosures]
    return all(tag in text for text in texts) and _has_lines(sender.address, tag)


def can_name(recipient: Recipient, tag: str) -> bool:
    """Return whether reading left a recipient with all that a letter to it in a language shows."""
    head = recipient.head
    named = head is None or head.confirmed is None or tag in head.name
    return named and tag in recipient.name and tag in recipient.city and _has_lines(recipient.address, tag)


def _has_lines(address: Address, tag: str) -> bool:
    language = address.language_for(tag) if address.lines else ""
    return language in load_locales() and bool(address.lines[language])
