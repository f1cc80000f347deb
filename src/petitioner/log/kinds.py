"""The kinds of events in the log, the facts that a person can record, and the channels."""

from collections.abc import Mapping
from enum import StrEnum

from petitioner.model.recipient import Channel


class Kind(StrEnum):
    """What happened. The word is stored in the log, so none is ever renamed or used for something else.

    The state of a packet follows from kinds and never from details, because details may be redacted.
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
    """What a person records with ``log add``, as it is typed."""

    PRINTED = "printed"
    POSTED = "posted"
    HANDED = "handed"
    FAXED = "faxed"
    RETURNED = "returned"
    REPLIED = "replied"


class HandingOutcome(StrEnum):
    """The result of handing a letter over, as it is typed after ``--outcome``."""

    ACCEPTED = "accepted"
    LETTER_BOX = "letter-box"
    REFUSED = "refused"


FAX = "fax"
"""The channel that recipients.yaml cannot plan, but that a person may have used."""

CHANNELS: tuple[str, ...] = (*Channel, FAX)
"""Every channel in the log."""

PAPER = frozenset({Channel.POST, Channel.HAND, FAX})
"""The channels that bring a letter on paper: one may replace another."""

CHANNEL_OF: Mapping[Kind, str] = {
    Kind.POSTED: Channel.POST,
    Kind.HANDED_OVER: Channel.HAND,
    Kind.LEFT_IN_LETTER_BOX: Channel.HAND,
    Kind.REFUSED_AT_GATE: Channel.HAND,
    Kind.FAXED: FAX,
}
"""The kinds of what a person did with a packet, and the channel of each."""

HANDLED: frozenset[Kind] = frozenset({Kind.PRINTED, *CHANNEL_OF})
"""The kinds with which the files of a packet on paper are kept."""

AT_THE_PRINTER = frozenset({Kind.PRINTING, Kind.PRINT_IN_DOUBT, Kind.NOT_PRINTED})
"""The kinds that only the program records about a print queue; ``printed`` can be recorded by a person, too."""

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
"""The kinds that the program itself observed. They cannot be withdrawn, since a letter could then be sent twice."""

BEFORE_ACTION = frozenset({Kind.PRINTING, Kind.HANDING_OVER, Kind.COMMITTING})
"""The kinds that are written before the action."""

DATED = OBSERVED | {Kind.SETTLED_SENT, Kind.SETTLED_NOT_SENT}
"""The kinds that later entries are never dated before, because the order of days decides the state of a packet."""

LEAVING = frozenset(
    {*CHANNEL_OF, Kind.COMMITTING, Kind.ACCEPTED, Kind.IN_DOUBT, Kind.DRAFTED, Kind.EXPORTED, Kind.SETTLED_SENT}
)
"""The kinds after which a packet may have been sent, so that something can come back."""

CLAIMING = LEAVING | {Kind.PRINTING, Kind.PRINTED}
"""The kinds after which no other log may send or print the packet: it may have left, or is printed."""

ABOUT_THE_LOG = frozenset({Kind.REDACTED, Kind.REHEARSED, Kind.ADOPTED, Kind.RESTORED})
"""The kinds that do not change the state of a packet."""

_HANDED: Mapping[HandingOutcome, Kind] = {
    HandingOutcome.ACCEPTED: Kind.HANDED_OVER,
    HandingOutcome.LETTER_BOX: Kind.LEFT_IN_LETTER_BOX,
    HandingOutcome.REFUSED: Kind.REFUSED_AT_GATE,
}


def find_kind(fact: Fact, outcome: HandingOutcome = HandingOutcome.ACCEPTED) -> Kind:
    """Return the kind of event for a fact; ``outcome`` is used for ``handed`` only."""
    return _HANDED[outcome] if fact is Fact.HANDED else Kind(fact.value)
