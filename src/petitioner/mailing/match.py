"""Which of our messages an e-mail is about, and whether that is sure; what is not is for a person, never guessed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from petitioner.mailbox.mail import REPORTS, Mail, Nature, Place, Trouble
from petitioner.mailing.copies import find_copy
from petitioner.mailing.sent import Sent

_ANSWERS = frozenset({Nature.REPLY, Nature.AUTO_REPLY, Nature.UNCLEAR})
_DECIDING = {Nature.BOUNCE: "failed", Nature.RECEIPT: "delivered"}
"""What a report must say of one of our addresses for its entry in the log."""


@dataclass(frozen=True, slots=True)
class Match:
    """The messages that an e-mail can be about. ``how`` says by what; ``is_named`` when by a mark that no other has."""

    mail: Mail
    sent: tuple[Sent, ...] = ()
    how: str = ""
    is_sure: bool = False
    is_named: bool = False


def match_mail(mail: Mail, sent: Sequence[Sent]) -> Match:
    """Find what an e-mail is about: by Message-ID and token, then by reference and address together.

    A reference alone stands in rehearsals and in what colleagues forward; an address alone in any correspondence.
    """
    if mail.nature is Nature.UNREADABLE:
        marked = tuple(one for one in sent if _is_marked(mail.content, one))
        return Match(mail, marked, "this program cannot read it, and it holds a mark of the message")
    if copy := find_copy(mail, sent):
        return Match(replace(mail, nature=Nature.COPY), copy.sent, copy.how, copy.is_sure, is_named=True)
    return _match_marks(mail, sent)


def _match_marks(mail: Mail, sent: Sequence[Sent]) -> Match:
    if mail.nature is not Nature.COPY and mail.place in (Place.SENT, Place.DRAFTS):
        return Match(mail)  # we wrote it ourselves
    named = tuple(one for one in sent if one.token in mail.mentions.tokens or one.ids & mail.mentions.ids)
    is_ours = any(mail.sender.lower() in one.own for one in sent)
    if named and is_ours and mail.nature not in REPORTS | {Nature.COPY}:
        return Match(mail)
    if named:
        how = "by its Message-ID or token" if mail.nature is Nature.COPY else "it names the message"
        return Match(mail, named, how, len(named) == 1 and _is_sure(mail, named[0]), is_named=True)
    if mail.nature is Nature.COPY or mail.mentions.tokens:
        return Match(mail)  # of a rehearsal, or of another office
    return _match_loosely(mail, sent)


def _match_loosely(mail: Mail, sent: Sequence[Sent]) -> Match:
    if mail.nature not in REPORTS and any(mail.sender.lower() in one.own for one in sent):
        return Match(mail)
    referred = tuple(one for one in sent if one.reference in mail.mentions.references)
    close = tuple(one for one in referred if is_party(mail, one))
    if close:
        told = "reference and address fit" if len(close) == 1 else "reference and address fit more than one message"
        return Match(mail, close, told, is_sure=len(close) == 1 and _is_sure(mail, close[0]))
    if referred:
        return Match(mail, referred, "it holds the reference, and comes from elsewhere")
    fitting = tuple(one for one in sent if _fits_alone(mail, one))
    return Match(mail, fitting, "only the address fits")


def _is_sure(mail: Mail, one: Sent) -> bool:
    """Whether an e-mail that names a message says what it seems to say about it.

    Whoever was shown our message can answer with it; only the recipient's own answer is one. A bounce of another
    address, to which it was forwarded perhaps, is none of ours.
    """
    if mail.nature is Nature.UNCLEAR:
        return False
    if action := _DECIDING.get(mail.nature):
        about = {trouble.address.lower() for trouble in mail.troubles if trouble.action == action}
        return not about.isdisjoint(one.addresses) or (bool(about) and about <= one.own)
    return mail.nature not in _ANSWERS or is_party(mail, one)


def list_troubles(mail: Mail, one: Sent) -> tuple[Trouble, ...]:
    """What an e-mail says of the addresses of a message; of all others, where it says nothing of these."""
    about = tuple(trouble for trouble in mail.troubles if trouble.address.lower() in one.addresses)
    return about or tuple(trouble for trouble in mail.troubles if trouble.address.lower() not in one.own)


def _is_marked(content: bytes, one: Sent) -> bool:
    marks = (*one.ids, one.token, one.reference)
    return any(mark.encode() in content for mark in marks if mark)


def _fits_alone(mail: Mail, one: Sent) -> bool:
    """Whether it is the very address: all missions of a country share a domain, and much junk comes from one."""
    return is_party(mail, one) if mail.nature in REPORTS else mail.sender.lower() in one.addresses


def is_party(mail: Mail, one: Sent) -> bool:
    """Whether an e-mail is from whom we wrote to, or, where a server reports, about such an address."""
    if mail.nature in REPORTS:
        return not one.addresses.isdisjoint(trouble.address.lower() for trouble in mail.troubles)
    sender = mail.sender.lower()
    return sender in one.addresses or sender.rpartition("@")[2] in one.domains
