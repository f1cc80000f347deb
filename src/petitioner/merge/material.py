"""What the letters of one language have in common."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from petitioner.model.campaign import Campaign
from petitioner.model.locale import Locale
from petitioner.model.recipient import Recipient
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


def name_head(recipient: Recipient, material: Material) -> str:
    """The head of the mission by name while somebody has confirmed it lately, else by the office."""
    forms, head = material.locale.heads[recipient.kind], recipient.head
    if head and head.is_confirmed_on(material.campaign.date):
        return forms.named.format(name=head.name[material.locale.tag])
    return forms.office
