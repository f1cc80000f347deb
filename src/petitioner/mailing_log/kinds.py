"""The words in which the log speaks: kinds of events, the facts a person reports, and ways of sending."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.recipient import Channel


class Kind(StrEnum):
    """What an event says happened. The word stands in the log for ever, so none is ever renamed or used anew.

    What decides a state is in the kind and never in the details, because details may one day be redacted.
    """

    POSTED = "posted"
    HANDED_OVER = "handed over"
    LEFT_IN_LETTER_BOX = "left in the letter box"
    REFUSED_AT_GATE = "refused at the gate"
    FAXED = "faxed"
    RETURNED = "returned"
    REPLIED = "replied"
    WITHDRAWN = "withdrawn"


class Fact(StrEnum):
    """What a person says was done, in the words of the command line."""

    POSTED = "posted"
    HANDED = "handed"
    FAXED = "faxed"
    RETURNED = "returned"
    REPLIED = "replied"


class Outcome(StrEnum):
    """How handing over went, in the words of the command line."""

    ACCEPTED = "accepted"
    LETTER_BOX = "letter-box"
    REFUSED = "refused"


FAX = "fax"
"""The way that recipients are never planned to be written to by, and sometimes are."""

WAYS: tuple[str, ...] = (*Channel, FAX)
"""Every way by which a packet can have left, as the log spells it."""

PAPER = frozenset({Channel.POST, Channel.HAND, FAX})
"""Ways that bring a letter on paper: one may stand in for another."""

WAY_OF: Mapping[Kind, str] = {
    Kind.POSTED: Channel.POST,
    Kind.HANDED_OVER: Channel.HAND,
    Kind.LEFT_IN_LETTER_BOX: Channel.HAND,
    Kind.REFUSED_AT_GATE: Channel.HAND,
    Kind.FAXED: FAX,
}
"""The kinds that say a packet was carried out of the house, and the one way each of them means."""

_HANDED: Mapping[Outcome, Kind] = {
    Outcome.ACCEPTED: Kind.HANDED_OVER,
    Outcome.LETTER_BOX: Kind.LEFT_IN_LETTER_BOX,
    Outcome.REFUSED: Kind.REFUSED_AT_GATE,
}


def kind_of(fact: Fact, outcome: Outcome = Outcome.ACCEPTED) -> Kind:
    """The kind of event that records a fact; ``outcome`` matters only to what was handed."""
    return _HANDED[outcome] if fact is Fact.HANDED else Kind(fact.value)
