"""An event as one plain sentence: when, who did what, and what the other side answered."""

from collections.abc import Mapping
from datetime import UTC

from petitioner.mailing_log.events.kinds import WITNESSED, Kind
from petitioner.mailing_log.events.records import Details, Event

# What each kind says of ``it``, a letter or its packet; who is not named here is named behind the event's number.
PHRASES: Mapping[Kind, str] = {
    Kind.POSTED: "{by} posted {it}",
    Kind.HANDED_OVER: "{by} handed {it} over",
    Kind.LEFT_IN_LETTER_BOX: "{by} left {it} in the letter box",
    Kind.REFUSED_AT_GATE: "{it} was refused at the gate",
    Kind.FAXED: "{by} faxed {it}",
    Kind.RETURNED: "{it} came back",
    Kind.REPLIED: "{it} was answered",
    Kind.APPROVED: "{by} approved {it}",
    Kind.LAPSED: "the approval of {it} lapsed",
    Kind.PRINTED: "{by} printed {it}",
    Kind.PRINTING: "{by} gave {it} to a printer",
    Kind.PRINT_IN_DOUBT: "nobody knew whether {it} lay on paper",
    Kind.NOT_PRINTED: "{it} was not printed",
    Kind.HANDING_OVER: "{by} began to send {it}",
    Kind.COMMITTING: "{it} was about to leave",
    Kind.ACCEPTED: "{it} was accepted",
    Kind.REFUSED: "{it} was refused",
    Kind.DEFERRED: "{it} was put off",
    Kind.IN_DOUBT: "nobody knew whether {it} had left",
    Kind.DRAFTED: "{it} was put among the drafts",
    Kind.EXPORTED: "{it} was written as a file",
    Kind.BOUNCED: "{it} bounced",
    Kind.DELIVERED: "{it} was delivered",
    Kind.AUTO_REPLIED: "a program answered {it}",
    Kind.SETTLED_SENT: "{by} settled that {it} was sent",
    Kind.SETTLED_NOT_SENT: "{by} settled that {it} was not sent",
    Kind.REOPENED: "{by} began a new attempt with {it}",
    Kind.WITHDRAWN: "{by} took back what was said of {it}",
    Kind.CONFIRMED: "{by} confirmed what was said of {it}",
    Kind.REDACTED: "{by} erased words about {it}",
    Kind.REHEARSED: "{by} rehearsed {it}",
    Kind.ADOPTED: "{by} let the log with {it} live here",
    Kind.RESTORED: "{by} restored the log with {it}",
}

_BY_THE_OTHER_SIDE = frozenset({Kind.ACCEPTED, Kind.REFUSED})


def tell_in_a_sentence(event: Event, it: str) -> str:
    """``On 2027-09-10 Hanako posted it, with tracking number RR1 (event 3)``.

    What the program saw itself has its time, in UTC, and the words of the other side.
    """
    told, phrase = event.details, PHRASES[event.kind]
    number = f"event {event.id}" if "{by}" in phrase else f"event {event.id}, recorded by {event.by}"
    done = f"{_tell_when(event)} {phrase.format(by=event.by, it=it)}{_tell_how(told)}{_tell_answer(event)} ({number})"
    return done[0].upper() + done[1:]


def tell_event(event: Event) -> str:
    """An event in a few words: ``posted on 2027-09-10 by Hanako, with tracking number RR1 (event 3)``."""
    told = event.details
    said = f", in answer '{' / '.join(told.said.splitlines())}'" if told.said else ""
    return f"{event.kind} {_tell_when(event)} by {event.by}{_tell_how(told)} (event {event.id}){said}"


def _tell_when(event: Event) -> str:
    if event.kind in WITNESSED:
        return f"at {event.recorded_at.astimezone(UTC):%Y-%m-%d %H:%M:%S} UTC"
    return f"on {event.happened_on}"


def _tell_how(told: Details) -> str:
    """By which job or class of mail, at what price, under which number, and who was met."""
    mail_class, postage = told.mail_class and f"as {told.mail_class}", told.postage and f"for {told.postage}"
    parts = (
        f"as job {told.job} of the queue '{told.account}'" if told.job else "",
        " ".join(filter(None, (mail_class, postage))),
        f"with tracking number {told.tracking}" if told.tracking else "",
        f"met {told.met}" if told.met else "",
    )
    return "".join(f", {part}" for part in parts if part)


def _tell_answer(event: Event) -> str:
    said = " / ".join((event.details.said or "").splitlines())
    if not said:
        return ""
    is_answer = event.kind in _BY_THE_OTHER_SIDE and event.details.mail is None and not event.documents
    return f", and the server answered '{said}'" if is_answer else f": {said}"
