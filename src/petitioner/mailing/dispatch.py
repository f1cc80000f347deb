"""Handing packets over, each at most once: what is about to happen stands in the log before it happens.

Two entries are written ahead, each on disk before the next byte leaves: ``handing over`` before the connection, which
only one process can write for a packet, and ``committing`` before the byte that commits the other side. Lost before the
second: nothing can have left. An answer is an answer. Silence after the second: in doubt, and never sent again by the
program (RFC 1047 names the gap; RFC 5321 §4.5.3.2.6 asks for ten minutes' patience in it).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from petitioner.carriers import Answer, Carrier, Outcome
from petitioner.errors import PetitionerError
from petitioner.mailing.jobs import MESSAGE, Job
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Attachment, Details, Document, Draft, Event
from petitioner.mailing_log.states.packets import UNSENT, State, fold_packets
from petitioner.mailing_log.storage.store import MailingLog

_KINDS = {
    Outcome.ACCEPTED: Kind.ACCEPTED,
    Outcome.REFUSED: Kind.REFUSED,
    Outcome.DEFERRED: Kind.DEFERRED,
    Outcome.IN_DOUBT: Kind.IN_DOUBT,
    Outcome.DRAFTED: Kind.DRAFTED,
    Outcome.EXPORTED: Kind.EXPORTED,
}

_TAKEN_UP = frozenset({State.HANDING_OVER, State.DEFERRED})

Clock = Callable[[], datetime]
"""Gives the present time, aware."""


class TakenError(PetitionerError):
    """Another run took a packet up in the meantime."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one packet; ``event`` is the last entry about it."""

    job: Job
    answer: Answer
    event: Event


@dataclass(frozen=True, slots=True)
class Dispatcher:
    """Hands packets over by one carrier, and keeps the log of it. ``account`` is the name that the details give."""

    log: MailingLog
    desk: Desk
    carrier: Carrier
    clock: Clock
    account: str

    def hand_over(self, job: Job) -> Report:
        """One try of one packet. Raises ``TakenError`` when another run has it, and whatever the log raises."""
        claim = job.going.claim or self._claim(job)
        answer = self.carrier.hand_over(job.outgoing, lambda: self._commit(job))
        if answer.outcome is Outcome.FAILED:
            return Report(job, answer, claim)
        return Report(job, answer, self._record(job, _KINDS[answer.outcome], answer))

    def rehearse(self, job: Job) -> Report:
        """Send a rehearsal, and record it as one; it moves no packet."""
        answer = self.carrier.hand_over(job.outgoing, lambda: None)
        details = Details(account=self.account, said=f"{answer.outcome}: {answer.said}")
        (event,) = self.log.append(lambda _: [self._draft(job, Kind.REHEARSED, details)])
        return Report(job, answer, event)

    def _claim(self, job: Job) -> Event:
        attachment = Attachment(MESSAGE, job.file_name, "message/rfc822", job.outgoing.content)

        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            self._require(job, events, UNSENT - _TAKEN_UP)
            return [self._draft(job, Kind.HANDING_OVER, Details(account=self.account), (attachment,))]

        (event,) = self.log.append(compose)
        return event

    def _commit(self, job: Job) -> None:
        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            self._require(job, events, _TAKEN_UP)
            return [self._draft(job, Kind.COMMITTING, Details(account=self.account))]

        self.log.append(compose)

    def _require(self, job: Job, events: Sequence[Event], states: frozenset[State]) -> None:
        """Look once more, in the transaction itself: what was planned on may have changed since."""
        stood = next(iter(fold_packets(event for event in events if event.packet == job.going.packet.key)), None)
        if (stood.state if stood else State.OPEN) not in states:
            sentence = f"{job.recipient} was taken up by another run in the meantime; nothing more was sent here."
            raise TakenError(sentence, "See where it stands: petitioner log")

    def _record(self, job: Job, kind: Kind, answer: Answer | None = None) -> Event:
        details = Details(account=self.account, said=answer.said or None if answer else None)
        (event,) = self.log.append(lambda _: [self._draft(job, kind, details)])
        return event

    def _draft(
        self, job: Job, kind: Kind, details: Details, attachments: tuple[Attachment | Document, ...] = ()
    ) -> Draft:
        packet, now = job.going.packet, self.clock()
        return Draft(
            campaign=packet.key.campaign,
            edition=packet.key.edition,
            recipient=packet.key.recipient,
            recipient_name=packet.name,
            destination=packet.destination,
            channel=packet.key.channel,
            attempt=packet.key.attempt,
            kind=kind,
            happened_on=self.desk.campaign.day_at(now),
            recorded_at=now.astimezone(UTC),
            by=self.desk.by,
            details=details,
            attachments=attachments,
        )
