"""A letter with everything that a check compares it with, and which of its words a person wrote."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from typing import Protocol

from petitioner.letters import NOTE
from petitioner.model.campaign import Campaign
from petitioner.model.letter import Letter, Part, PartName, Template
from petitioner.model.locale import Locale
from petitioner.model.recipient import Recipient

WRITTEN = frozenset({PartName.SUBJECT, PartName.SALUTATION, PartName.OPENING, PartName.TEXT, PartName.CLOSING})
"""The parts whose words are in the letter's own file; the others are made by the program from data."""

_ASSEMBLED = frozenset(
    {
        *(PartName.LETTERHEAD, PartName.RETURN_LINE, PartName.REFERENCE, PartName.DATE, PartName.PAGE_NUMBER),
        *(PartName.COSIGNERS, PartName.ENCLOSURES),
    }
)


class Has(Hashable, Protocol):
    """The fonts named for each language."""

    def __call__(self, language: str, character: str) -> bool:
        """Return whether they can draw a character; one with a selector after it, in just that form."""

    def draw(self, language: str, character: str) -> str:
        """By which glyph they draw a character: font and name, or an empty text when by none."""


@dataclass(frozen=True)
class Proof:
    """One letter with everything that a check compares it with.

    ``shared`` are the paragraphs that letters include, by their path in the workspace; ``today`` is the day of the
    check in the campaign's time zone. ``missing`` are the parts of the records whose values are stand-ins, so that
    nothing may be said of them.
    """

    letter: Letter
    template: Template
    recipient: Recipient
    campaign: Campaign
    locale: Locale
    shared: Mapping[str, str]
    today: date
    has: Has
    missing: frozenset[str] = frozenset()

    @property
    def is_on_paper(self) -> bool:
        """Whether this is set as a PDF; the covering note of an e-mail never is, and is not to the addressee either."""
        return self.letter.stem != NOTE

    @cached_property
    def parts(self) -> tuple[Part, ...]:
        """All words of the letter."""
        return tuple(self.letter.parts())


def list_written_parts(proof: Proof) -> Iterator[Part]:
    """Yield the parts whose words a person wrote; the program put the others together with marks of its own.

    Of co-signers and enclosures they are the names and titles as written, without the words that a language adds.
    """
    yield from (part for part in proof.parts if part.name not in _ASSEMBLED)
    tag, campaign = proof.letter.language, proof.campaign
    named = [text for one in campaign.cosigners for text in (one.name, one.country) if text is not None]
    yield from (Part(PartName.COSIGNERS, text[tag], tag) for text in named)
    yield from (Part(PartName.ENCLOSURES, one.title[tag], tag) for one in campaign.enclosures)
