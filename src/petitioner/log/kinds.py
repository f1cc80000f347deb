"""The words in which the log speaks: kinds of events, the facts a person reports, and ways of sending."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.recipient import Channel


class Kind(StrEnum):
    """What an event says happened. The word is in the log for ever, so none is ever renamed or used anew.

    What decides a state is in the kind and never in the details, because details may one day be redacted.
    """

    # What a person did or got.
    POSTED = "posted"
    HANDED_OVER = "handed over"
    LEFT_IN_LETTER_BOX = "left in the letter box"
    REFUSED_AT_GATE = "refused at the gate"
    FAXED = "faxed"
    RETURNED = "returned"
    REPLIED = "replied"
    # What is made ready, and no longer good.
    APPROVED = "approved"
    LAPSED = "lapsed"
    PRINTED = "printed"
    # What the program does with a printer; the first is written before the action.
    PRINTING = "printing"
    PRINT_IN_DOUBT = "print in doubt"
    NOT_PRINTED = "not printed"
    # What the program does with the other side; the first two are written before the action.
    HANDING_OVER = "handing over"
    COMMITTING = "committing"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    DEFERRED = "deferred"
    IN_DOUBT = "in doubt"
    DRAFTED = "drafted"
    EXPORTED = "exported"
    # What becomes known later.
    BOUNCED = "bounced"
    DELIVERED = "delivered"
    AUTO_REPLIED = "auto-replied"
    # What a person decides.
    SETTLED_SENT = "settled sent"
    SETTLED_NOT_SENT = "settled not sent"
    REOPENED = "reopened"
    WITHDRAWN = "withdrawn"
    CONFIRMED = "confirmed"
    # About the log itself.
    REDACTED = "redacted"
    REHEARSED = "rehearsed"
    ADOPTED = "adopted"
    RESTORED = "restored"


class Fact(StrEnum):
    """What a person says was done, in the words of the command line."""

    PRINTED = "printed"
    POSTED = "posted"
    HANDED = "handed"
    FAXED = "faxed"
    RETURNED = "returned"
    REPLIED = "replied"


class HandingOutcome(StrEnum):
    """How handing over went, in the words of the command line."""

    ACCEPTED = "accepted"
    LETTER_BOX = "letter-box"
    REFUSED = "refused"


FAX = "fax"
"""The way that recipients are never planned to be written to by, and sometimes are."""

CHANNELS: tuple[str, ...] = (*Channel, FAX)
"""Every way by which a packet can have left, as the log names it."""

PAPER = frozenset({Channel.POST, Channel.HAND, FAX})
"""Ways that bring a letter on paper: one may replace another."""

CHANNEL_OF: Mapping[Kind, str] = {
    Kind.POSTED: Channel.POST,
    Kind.HANDED_OVER: Channel.HAND,
    Kind.LEFT_IN_LETTER_BOX: Channel.HAND,
    Kind.REFUSED_AT_GATE: Channel.HAND,
    Kind.FAXED: FAX,
}
"""The kinds that say a packet was handed over or faxed by a person, and the one way each of them means."""

HANDLED: frozenset[Kind] = frozenset({Kind.PRINTED, *CHANNEL_OF})
"""The kinds of what a person does with a packet on paper: its files are kept with them."""

AT_THE_PRINTER = frozenset({Kind.PRINTING, Kind.PRINT_IN_DOUBT, Kind.NOT_PRINTED})
"""The kinds that the program heard from a printer's queue; ``printed`` a person may say as well."""

OBSERVED = AT_THE_PRINTER | frozenset(
    {
        Kind.HANDING_OVER,
        Kind.COMMITTING,
        Kind.ACCEPTED,
        Kind.REFUSED,
        Kind.DEFERRED,
        Kind.IN_DOUBT,
        Kind.DRAFTED,
        Kind.EXPORTED,
    }
)
"""The kinds that the program itself observed. Taking one back could send a letter twice, so nobody may."""

BEFORE_ACTION = frozenset({Kind.PRINTING, Kind.HANDING_OVER, Kind.COMMITTING})
"""The kinds that are written before the action."""

DATED = OBSERVED | {Kind.SETTLED_SENT, Kind.SETTLED_NOT_SENT}
"""The kinds that nothing learnt later may be dated before: the order of days decides the state of a packet."""

LEAVING = frozenset(
    {*CHANNEL_OF, Kind.COMMITTING, Kind.ACCEPTED, Kind.IN_DOUBT, Kind.DRAFTED, Kind.EXPORTED, Kind.SETTLED_SENT}
)
"""The kinds after which a packet may have been sent, so that something can come back."""

CLAIMING = LEAVING | {Kind.PRINTING, Kind.PRINTED}
"""The kinds after which no other log may send or print the packet: it may have left, or lies ready on paper."""

ABOUT_THE_LOG = frozenset({Kind.REDACTED, Kind.REHEARSED, Kind.ADOPTED, Kind.RESTORED})
"""The kinds that move no packet."""

_HANDED: Mapping[HandingOutcome, Kind] = {
    HandingOutcome.ACCEPTED: Kind.HANDED_OVER,
    HandingOutcome.LETTER_BOX: Kind.LEFT_IN_LETTER_BOX,
    HandingOutcome.REFUSED: Kind.REFUSED_AT_GATE,
}


def kind_of(fact: Fact, outcome: HandingOutcome = HandingOutcome.ACCEPTED) -> Kind:
    """The kind of event that records a fact; ``outcome`` matters only to what was handed."""
    return _HANDED[outcome] if fact is Fact.HANDED else Kind(fact.value)
