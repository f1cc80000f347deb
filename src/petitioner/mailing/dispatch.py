"""Handing packets over, each at most once: what is about to happen stands in the log before it happens.

Two entries are written ahead, each on disk before the next byte leaves: ``handing over`` before the connection, which
only one process can write for a packet, and ``committing`` before the byte that commits the other side. Lost before the
second: nothing can have left. An answer is an answer. Silence after the second: in doubt, and never sent again by the
program (RFC 1047 names the gap; RFC 5321 §4.5.3.2.6 asks for ten minutes' patience in it).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

from petitioner.approval.verdicts import list_approvals
from petitioner.carriers import Answer, Carrier, Outcome
from petitioner.errors import PetitionerError
from petitioner.mailing.jobs import MESSAGE, Job
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import DATED, Kind
from petitioner.mailing_log.events.records import Attachment, Details, Document, Draft, Event
from petitioner.mailing_log.states.packets import TAKEN_UP, UNSENT, State, find_earlier, fold_packets
from petitioner.mailing_log.storage.store import MailingLog

_KINDS = {
    Outcome.ACCEPTED: Kind.ACCEPTED,
    Outcome.REFUSED: Kind.REFUSED,
    Outcome.DEFERRED: Kind.DEFERRED,
    Outcome.FAILED: Kind.DEFERRED,  # for the packet it is the same: nothing left, and the next run takes it up again
    Outcome.LIMITED: Kind.DEFERRED,  # also where a server says so for good, since its limits end with the day
    Outcome.IN_DOUBT: Kind.IN_DOUBT,
    Outcome.DRAFTED: Kind.DRAFTED,
    Outcome.EXPORTED: Kind.EXPORTED,
}

Clock = Callable[[], datetime]
"""Gives the present time, aware."""


class TakenError(PetitionerError):
    """A packet is no longer this run's to send: another one took it up, or its approval changed."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of one try; ``event`` is the entry that says so."""

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
        job = job if job.going.claim else job.take_up(self._claim(job))
        committed: list[Event] = []
        answer = self.carrier.hand_over(job.outgoing, lambda: committed.append(self._commit(job)))
        try:
            return Report(job, answer, self._record(job, answer, is_ours=bool(committed)))
        except TakenError:
            raise
        except PetitionerError as error:  # the answer must not be lost with the log: it helps to settle the doubt
            told = f"{error} Before that, of {job.recipient}: {answer.outcome}, {answer.said}"
            raise PetitionerError(told, error.hint) from None

    def rehearse(self, job: Job) -> Report:
        """Send a rehearsal, and record it as one; it moves no packet."""
        answer = self.carrier.hand_over(job.outgoing, lambda: None)
        note = f"{answer.outcome}; it went to {', '.join(job.outgoing.recipients)} alone"
        details = Details(account=self.account, said=answer.said or None, note=note)
        return Report(job, answer, self._append(job, Kind.REHEARSED, details))

    def _claim(self, job: Job) -> Event:
        message = Attachment(MESSAGE, job.file_name, "message/rfc822", job.outgoing.content)
        details = Details(account=self.account)
        return self._append(job, Kind.HANDING_OVER, details, (message, *job.files), only=UNSENT - TAKEN_UP)

    def _commit(self, job: Job) -> Event:
        return self._append(job, Kind.COMMITTING, Details(account=self.account), only=TAKEN_UP)

    def _record(self, job: Job, answer: Answer, *, is_ours: bool) -> Event:
        """The end of a try. One that did not come to committing must not speak over another run that did."""
        details = Details(account=self.account, said=answer.said or None, refused=answer.refused)
        return self._append(job, _KINDS[answer.outcome], details, only=None if is_ours else TAKEN_UP)

    def _append(
        self,
        job: Job,
        kind: Kind,
        details: Details,
        attachments: tuple[Attachment | Document, ...] = (),
        *,
        only: frozenset[State] | None = None,
    ) -> Event:
        """Append one entry, if the packet is in ``only`` one of these states; they are looked at in the transaction."""

        def compose(events: tuple[Event, ...]) -> Iterable[Draft]:
            own = [event for event in events if event.packet == job.going.packet.key]
            if only is not None:
                _require(job, own, only)
                _require_last(job, events)
            return [self._draft(job, kind, self._choose_day(own), details, attachments)]

        (event,) = self.log.append(compose)
        return event

    def _choose_day(self, own: Sequence[Event]) -> date:
        """Today; but after a clock was set back no later entry may seem to be an earlier one."""
        seen = (event.happened_on for event in own if event.kind in DATED)
        return max([self.desk.campaign.day_at(self.clock()), *seen])

    def _draft(
        self, job: Job, kind: Kind, day: date, details: Details, attachments: tuple[Attachment | Document, ...]
    ) -> Draft:
        packet = job.going.packet
        return Draft(
            campaign=packet.key.campaign,
            edition=packet.key.edition,
            recipient=packet.key.recipient,
            recipient_name=packet.name,
            destination=packet.destination,
            channel=packet.key.channel,
            attempt=packet.key.attempt,
            kind=kind,
            happened_on=day,
            recorded_at=self.clock().astimezone(UTC),
            by=self.desk.by,
            details=details,
            attachments=attachments,
        )


def _require_last(job: Job, events: Sequence[Event]) -> None:
    """Nothing is known by now of an earlier attempt that arrived after all."""
    if earlier := find_earlier(job.going.packet.key, fold_packets(events)):
        told = (
            f"attempt {earlier.key.attempt} for {job.recipient} is {earlier.state} after all (event {earlier.since.id})"
        )
        raise TakenError(told, "See where it stands: petitioner log")


def _require(job: Job, own: Sequence[Event], states: frozenset[State]) -> None:
    """Look once more, right before it is written: what was planned on may have changed since."""
    packet = job.going.packet
    approval = list_approvals(own).get(packet.key)
    if approval is None or approval.id != packet.approval.event:
        sentence = f"the approval of {job.recipient} (event {packet.approval.event}) was taken back or renewed just now"
        raise TakenError(sentence, "See what would be sent: petitioner send")
    stood = next(iter(fold_packets(own)), None)
    if stood is None or stood.state not in states:
        raise TakenError(f"another run took {job.recipient} up in the meantime", "See where it stands: petitioner log")
