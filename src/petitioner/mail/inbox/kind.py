"""What an e-mail is: a person's, a program's answer, or a notice of a mail server, and what that says.

A program shows itself by a header, a sender or the beginning of a subject. Only then are the words of an e-mail read:
a person may quote a notice, or write of one.
"""

import re
from email.message import Message
from email.utils import parseaddr
from functools import cached_property

from petitioner.mail.inbox.parsing import MailText, cut_quoted, find_status_parts, get_header, make_line, returns_mail
from petitioner.mail.inbox.returned_mail import (
    MailKind,
    flatten,
    has_code,
    has_phrase,
    has_reason,
    is_automatic_header,
    is_automatic_precedence,
    is_robot,
    is_system,
    is_system_name,
    load_notices,
    opens_with,
)

_REPORTS = {"disposition-notification": MailKind.AUTO_REPLY, "feedback-report": MailKind.COMPLAINT}
_FALSE = ("", "no", "false", "0", "none")
_STATUS = re.compile(r"(?<![\d.])5\.[0-7]\.\d{1,3}(?![\d.])")
_BEGINNING = 150  # characters in which a notice says that it is one, and about which address
_HEAD = 1_500  # characters at the beginning of a text, where a program says what it is


class MailFeatures:
    """By what an e-mail shows that a program wrote it, and what its words say."""

    def __init__(self, mail: Message, words: MailText) -> None:
        self._mail, self._words = mail, words
        self.subject = get_header(mail, "Subject")
        self.sender = make_line(parseaddr(str(mail.get("From", "")))[1])  # a decoded name could look like an address
        self._local = self.sender.partition("@")[0].lower()

    @cached_property
    def is_report(self) -> bool:
        """Whether it has the form of RFC 6522, or a delivery status at the least."""
        return self._mail.get_content_type() == "multipart/report" or any(find_status_parts(self._mail))

    @cached_property
    def is_from_system(self) -> bool:
        """Whether a mail server wrote it."""
        known = any(name in self._mail for name in load_notices().headers)
        name = get_header(self._mail, "From").partition("<")[0].strip(' "')
        by_name = is_system(self._local) or is_system_name(name)
        is_nobody = not self.sender and any(name in self._mail for name in ("Subject", "Date", "Received"))
        return self.is_report or known or is_nobody or by_name

    @property
    def is_by_postmaster(self) -> bool:
        """Whether a person may have answered who reads the mail of a postmaster."""
        is_answer = self.subject.lower().startswith("re:") and not (
            self.has_no_return or self.is_marked or self.is_report
        )
        return is_answer and not self.returns_mail and not has_code(self.text)

    @property
    def may_be_notice(self) -> bool:
        """Whether its words may be a delivery status; a person's may only quote one."""
        return self.is_from_system or self.has_no_return or self.is_marked or self.is_from_robot

    @cached_property
    def has_no_return(self) -> bool:
        """Whether no answer to it could arrive, as programs send what they write (RFC 5321, 4.5.5)."""
        return get_header(self._mail, "Return-Path") == "<>"

    @cached_property
    def is_from_robot(self) -> bool:
        """Whether nobody can answer its sender."""
        return is_robot(self._local)

    @cached_property
    def is_marked(self) -> bool:
        """Whether a header says that a program wrote it (RFC 3834, 5, and what programs write that do not know it)."""
        named = {name: get_header(self._mail, name) for name in self._mail if is_automatic_header(name)}
        if any(value.partition(";")[0].strip().lower() not in _FALSE for value in named.values()):
            return True
        precedence = get_header(self._mail, "Precedence").lower()
        in_bulk = precedence in {"bulk", "junk"} and not any(name in self._mail for name in ("List-Id", "List-Post"))
        return in_bulk or is_automatic_precedence(precedence)

    @cached_property
    def text(self) -> str:
        """Its own words, flattened: those of our letter, which it may return, say nothing about it."""
        return flatten(self._words.own)

    @cached_property
    def head(self) -> str:
        """The beginning of what is not quoted."""
        return flatten(cut_quoted(self._words.own))[:_HEAD]

    @cached_property
    def has_status(self) -> bool:
        """Whether it gives a status of RFC 3463 by which servers refuse for good."""
        return bool(_STATUS.search(self.text))

    @cached_property
    def is_final(self) -> bool:
        """Whether it is sure that nobody tries again."""
        return has_code(self.text) or has_phrase("final", self.text)

    @cached_property
    def says_failed(self) -> bool:
        """Whether its words say that something was not delivered, or why."""
        return has_phrase("failed", self.text) or has_reason(self.text)

    @cached_property
    def is_failed(self) -> bool:
        """Whether anything in it says that something was not delivered."""
        return self.says_failed or self.is_final or opens_with("failed", self.subject)

    @cached_property
    def is_delayed(self) -> bool:
        """Whether it says that a server goes on trying."""
        return opens_with("delayed", self.subject) or has_phrase("delayed", self.text)

    @cached_property
    def is_held(self) -> bool:
        """Whether it says that a filter holds what was sent."""
        return opens_with("held", self.subject) or has_phrase("held", self.text)

    @cached_property
    def returns_mail(self) -> bool:
        """Whether it holds the e-mail that it is about."""
        return returns_mail(self._mail) or self._words.own != self._words.whole


def find_report_kind(mail: Message) -> MailKind | None:
    """What a report is that is not about delivery (RFC 6522); None for any other e-mail, and for one that refuses.

    Programs that sort mail refuse an e-mail by saying that it was deleted unread (RFC 5429).
    """
    kind = str(mail.get_param("report-type")).lower() if mail.get_content_type() == "multipart/report" else ""
    return None if "(rejected)" in get_header(mail, "Auto-Submitted") else _REPORTS.get(kind)


def classify(signs: MailFeatures) -> tuple[MailKind, bool]:
    """What an e-mail without a delivery status is, and whether its words can be believed to the letter."""
    if opens_with("complaint", signs.subject) and signs.returns_mail:
        return MailKind.COMPLAINT, True
    if signs.is_from_system:
        if signs.is_by_postmaster:
            return MailKind.UNCLEAR, False
        return _judge_notice(signs), True
    if signs.may_be_notice:
        return _judge_program(signs), signs.returns_mail or signs.has_status
    return _judge_unmarked(signs), False


def _judge_notice(signs: MailFeatures) -> MailKind:
    if signs.is_delayed and not signs.is_final and not opens_with("failed", signs.subject):
        return MailKind.PENDING
    if signs.is_held and not has_code(signs.text) and not opens_with("failed", signs.subject):
        return MailKind.HELD
    return MailKind.BOUNCE if signs.is_failed else MailKind.NOTICE


def _judge_program(signs: MailFeatures) -> MailKind:
    """A program's, and perhaps a mail server's that does not call itself so."""
    if opens_with("failed", signs.subject):
        return MailKind.BOUNCE
    if opens_with("automatic", signs.subject) and not (has_code(signs.text) and signs.returns_mail):
        return MailKind.AUTO_REPLY
    if opens_with("delayed", signs.subject) and not signs.is_final:
        return MailKind.PENDING
    if signs.is_held and not has_code(signs.text):
        return MailKind.HELD
    says_so = signs.returns_mail or signs.has_status or has_code(signs.text)
    if (says_so and signs.says_failed) or (signs.has_no_return and has_reason(signs.text)):
        return MailKind.BOUNCE
    return MailKind.AUTO_REPLY


def _judge_unmarked(signs: MailFeatures) -> MailKind:
    """A person's, unless the subject says that a program wrote it."""
    if opens_with("failed", signs.subject):
        return MailKind.BOUNCE if signs.says_failed or signs.is_final else MailKind.UNCLEAR
    if opens_with("automatic", signs.subject):
        return MailKind.AUTO_REPLY
    if opens_with("held", signs.subject) and has_phrase("held", signs.text):
        return MailKind.HELD
    begins_as_notice = has_phrase("failed", signs.head[:_BEGINNING]) and "@" in signs.head[:_BEGINNING]
    is_named = opens_with("acknowledged", signs.subject) or opens_with("delayed", signs.subject)
    return MailKind.UNCLEAR if is_named or begins_as_notice or has_phrase("automatic", signs.head) else MailKind.REPLY
