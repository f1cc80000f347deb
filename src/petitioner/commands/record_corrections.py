"""Record how a packet in doubt ended, and take entries back, for the commands and the page."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from petitioner.errors import ChangedError
from petitioner.log.context import LogContext
from petitioner.log.corrections import draft_settlement, draft_withdrawals, find_last_entries
from petitioner.log.events import Attachment, Draft, Event
from petitioner.log.kinds import Kind
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.storage.store import MailingLog


@dataclass(frozen=True, slots=True)
class Settlement:
    """A person's answer about a packet in doubt: ``kind`` is settled sent or settled not sent."""

    id: str
    kind: Kind
    because: str
    channel: str | None = None

    def draft(self, context: LogContext, events: tuple[Event, ...]) -> Draft:
        """Draft the entry. Raises as ``draft_settlement`` does."""
        deliveries = EarlierDeliveries.read_if_possible(context, events)
        return draft_settlement(self.id, self.kind, self.because, deliveries, self.channel)


def record_settlement(
    log: MailingLog, context: LogContext, answer: Settlement, evidence: tuple[Attachment, ...] = ()
) -> Event:
    """Record whether a packet was sent; no run may send meanwhile. Raises as ``draft_settlement`` does."""
    with log.block_sending():
        (recorded,) = log.append(lambda events: [replace(answer.draft(context, events), attachments=evidence)])
    return recorded


def record_undoing(log: MailingLog, context: LogContext, because: str, seen: Sequence[Event]) -> tuple[Event, ...]:
    """Withdraw what the author's last command recorded, if it is still what was ``seen``.

    Raises ``ChangedError`` for other entries, and as ``draft_withdrawal`` does.
    """

    def draft(events: tuple[Event, ...]) -> list[Draft]:
        last = find_last_entries(context.by, events)
        if [event.id for event in last] != [event.id for event in seen]:
            raise ChangedError("Something else was recorded meanwhile. Nothing was withdrawn.", "Look again.")
        return draft_withdrawals(last, because, context, events)

    with log.block_sending():
        return log.append(draft)
