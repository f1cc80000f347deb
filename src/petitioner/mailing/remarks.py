"""What came back and was not recorded: for a person to look at, with what can be done."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from petitioner.mailbox.mail import Mail, Nature, Place
from petitioner.mailing.match import Match, is_party
from petitioner.mailing.returns import LEFT_BY_HAND, NOT_LEFT, Docket
from petitioner.mailing.sent import UNPROVED
from petitioner.mailing_log.events.records import PacketKey
from petitioner.mailing_log.states.packets import State

_SETTLED = frozenset({State.BOUNCED, State.RETURNED, State.DELIVERED, State.REPLIED})
_HINTS: Mapping[Nature, str] = {
    Nature.REPLY: "If it is an answer, save it, then: petitioner log add replied {id} --channel email --file FILE",
    Nature.COPY: "If it was sent in its place: petitioner log settle {id}",
    Nature.BOUNCE: "If it is about ours, save it, then: petitioner log add returned {id} --channel email --file FILE",
}


@dataclass(frozen=True, slots=True)
class Remark:
    """An e-mail that a person should look at; ``recipients`` are those whom it may be about."""

    mail: Mail
    recipients: tuple[str, ...]
    words: str
    hint: str = ""


def list_remarks(matches: Iterable[Match], docket: Docket) -> tuple[Remark, ...]:
    """What to look at, once the log holds what was sure; nothing that it holds."""
    left = (match for match in matches if not docket.has(match))
    return tuple(remark for match in left if (remark := _remark(match, docket.states)))


def _remark(match: Match, states: Mapping[PacketKey, State]) -> Remark | None:
    mail, recipients = match.mail, tuple(dict.fromkeys(one.key.recipient for one in match.sent))
    if match.is_sure:
        state = states.get(match.sent[0].key, State.OPEN)
        return _remark_odd(match, recipients, state) or _remark_sure(match, recipients, state)
    if match.sent:
        if mail.nature is Nature.COPY and not any(states.get(one.key) in UNPROVED for one in match.sent):
            return None
        hint = _HINTS.get(mail.nature, "").format(id=recipients[0] if len(recipients) == 1 else "ID")
        return Remark(mail, recipients, f"{mail.nature}, perhaps about {' or '.join(recipients)}: {match.how}", hint)
    return _remark_unknown(mail)


def _remark_odd(match: Match, recipients: tuple[str, ...], state: State) -> Remark | None:
    """What is surely about a packet, and cannot be what it seems as that packet stands."""
    mail = match.mail
    if mail.nature is Nature.COPY:
        is_late = state is State.SETTLED_NOT_SENT and mail.place is Place.SENT
        hint = "Then withdraw what was settled: petitioner log withdraw EVENT"
        told = "it was settled as not sent, and a copy lies in Sent: it may have left"
        return Remark(mail, recipients, told, hint) if is_late else None
    if not match.is_named and state in NOT_LEFT:
        hint = (
            f"If it answers the letter on paper: petitioner log add replied {recipients[0]} --channel post --file FILE"
        )
        return Remark(mail, recipients, f"{mail.nature}, while the e-mail is {state}", hint)
    if state in LEFT_BY_HAND and not is_party(mail, match.sent[0]):
        told = f"{mail.nature} that names the message, and is not from those it is for"
        return Remark(mail, recipients, told, "Was it shown to somebody else? Then nothing is to be done.")
    return None


def _remark_sure(match: Match, recipients: tuple[str, ...], state: State) -> Remark | None:
    mail = match.mail
    if mail.nature is Nature.PENDING and state not in _SETTLED:
        said = "; ".join(trouble.words for trouble in mail.troubles) or mail.subject
        return Remark(
            mail, recipients, f"a mail server is still at it: {said}", "Nothing is to be done; look again later."
        )
    if mail.nature is Nature.COPY and state is State.IN_DOUBT and mail.place is Place.SENT:
        hint = f"If your provider put it there: petitioner log settle {recipients[0]}"
        return Remark(mail, recipients, "a copy lies in Sent without a mail server's mark: a sign, and no proof", hint)
    if mail.nature is Nature.COPY and state in LEFT_BY_HAND and mail.id not in match.sent[0].ids:
        hint = f"If it lay among what was sent: petitioner log settle {recipients[0]}"
        return Remark(mail, recipients, f"a copy, known {match.how}, that a mail program has written", hint)
    return None


def _remark_unknown(mail: Mail) -> Remark | None:
    """A bounce that names neither a message nor whom it was for can be ours; one about others is none of our work."""
    is_nameless = not mail.mentions.ids and not mail.mentions.tokens
    if mail.nature is Nature.BOUNCE and is_nameless and not all(trouble.address for trouble in mail.troubles):
        said = "; ".join(trouble.words for trouble in mail.troubles)
        return Remark(mail, (), f"a bounce that names neither a message nor an address: {said}")
    return None
