"""Handing packets over, each at most once: what is about to happen stands in the log before it happens.

Two entries are written ahead, each on disk before the next byte leaves: ``handing over`` before the connection, which
only one process can write for a packet, and ``committing`` before the byte that commits the other side. Before the
connection the packet is claimed, too, among all logs of this user, since the log may be one of several copies. Lost
before the second: nothing can have left. An answer is an answer. Silence after the second: in doubt, and never sent
again by the program (RFC 1047 names the gap; RFC 5321 §4.5.3.2.6 asks for ten minutes' patience in it).
"""

from dataclasses import dataclass

from petitioner.carriers import Answer, Carrier, Outcome
from petitioner.errors import PetitionerError
from petitioner.mailing.jobs import MESSAGE, Job
from petitioner.mailing.journal import Clock, Journal, TakenError
from petitioner.mailing_log.desk import Desk
from petitioner.mailing_log.events.kinds import Kind
from petitioner.mailing_log.events.records import Attachment, Details, Event
from petitioner.mailing_log.states.packets import TAKEN_UP, UNSENT
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
        begun = job.going.claim or self._claim(job)
        job = job.take_up(begun)
        self._journal.claim(begun)
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
        return Report(job, answer, self._journal.enter(job.going.packet, Kind.REHEARSED, details))

    @property
    def _journal(self) -> Journal:
        return Journal(self.log, self.desk, self.clock, "petitioner send")

    def _claim(self, job: Job) -> Event:
        message = Attachment(MESSAGE, job.file_name, "message/rfc822", job.outgoing.content)
        details = Details(account=self.account)
        return self._journal.enter(
            job.going.packet, Kind.HANDING_OVER, details, (message, *job.files), only=UNSENT - TAKEN_UP
        )

    def _commit(self, job: Job) -> Event:
        return self._journal.enter(job.going.packet, Kind.COMMITTING, Details(account=self.account), only=TAKEN_UP)

    def _record(self, job: Job, answer: Answer, *, is_ours: bool) -> Event:
        """The end of a try. One that did not come to committing must not speak over another run that did."""
        details = Details(account=self.account, said=answer.said or None, refused=answer.refused)
        return self._journal.enter(
            job.going.packet, _KINDS[answer.outcome], details, only=None if is_ours else TAKEN_UP
        )
