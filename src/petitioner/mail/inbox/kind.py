"""Classify an e-mail: from a person, an automatic answer, or a notice of a mail server.

A program is recognized by a header, a sender or the beginning of a subject. Only then is the text used, since a person
may quote a notice or write about one.
"""

import re
from email.message import Message
from email.utils import parseaddr
from functools import cached_property

from petitioner.mail.inbox.parsing import (
    MailText,
    cut_quoted,
    find_status_parts,
    get_header,
    make_single_line,
    returns_mail,
)
from petitioner.mail.inbox.returned_mail import (
    MailKind,
    has_code,
    has_phrase,
    has_reason,
    is_automatic_header,
    is_automatic_precedence,
    is_mail_server,
    is_mail_server_name,
    is_no_reply,
    load_notices,
    normalize_text,
    opens_with,
)

_KIND_BY_REPORT_TYPE = {"disposition-notification": MailKind.AUTO_REPLY, "feedback-report": MailKind.COMPLAINT}
_FALSE_VALUES = ("", "no", "false", "0", "none")
_PERMANENT_STATUS = re.compile(r"(?<![\d.])5\.[0-7]\.\d{1,3}(?![\d.])")
_NOTICE_START = 150  # characters in which a notice says that it is one, and about which address
_TEXT_START = 1_500  # characters at the beginning of a text, where a program says what it is


class MailFeatures:
    """The features of an e-mail that show whether a program wrote it, and what it reports."""

    def __init__(self, mail: Message, mail_text: MailText) -> None:
        self._mail, self._mail_text = mail, mail_text
        self.subject = get_header(mail, "Subject")
        # The header is not decoded before: a decoded name could look like an address.
        self.sender = make_single_line(parseaddr(str(mail.get("From", "")))[1])
        self._local_part = self.sender.partition("@")[0].lower()

    @cached_property
    def is_report(self) -> bool:
        """Whether it is a report (RFC 6522), or has a delivery status (RFC 3464)."""
        return self._mail.get_content_type() == "multipart/report" or any(find_status_parts(self._mail))

    @cached_property
    def is_from_mail_server(self) -> bool:
        """Whether a mail server wrote it."""
        has_server_header = any(name in self._mail for name in load_notices().headers)
        name = get_header(self._mail, "From").partition("<")[0].strip(' "')
        has_server_name = is_mail_server(self._local_part) or is_mail_server_name(name)
        has_no_sender = not self.sender and any(name in self._mail for name in ("Subject", "Date", "Received"))
        return self.is_report or has_server_header or has_no_sender or has_server_name

    @property
    def may_be_from_person(self) -> bool:
        """Whether it may be the answer of a person who reads the postmaster's mail."""
        is_automatic = self.has_empty_return_path or self.has_automatic_header or self.is_report
        is_answer = self.subject.lower().startswith("re:") and not is_automatic
        return is_answer and not self.returns_mail and not has_code(self.text)

    @property
    def may_be_notice(self) -> bool:
        """Whether its text may be a delivery status; a person's text may only quote one."""
        is_automatic = self.has_empty_return_path or self.has_automatic_header
        return is_automatic or self.is_from_mail_server or self.is_from_no_reply

    @cached_property
    def has_empty_return_path(self) -> bool:
        """Whether its return path is empty, as programs send notices (RFC 5321, 4.5.5)."""
        return get_header(self._mail, "Return-Path") == "<>"

    @cached_property
    def is_from_no_reply(self) -> bool:
        """Whether its sender accepts no answers (noreply@)."""
        return is_no_reply(self._local_part)

    @cached_property
    def has_automatic_header(self) -> bool:
        """Whether a header says that a program wrote it (RFC 3834, 5, and older headers)."""
        values = {name: get_header(self._mail, name) for name in self._mail if is_automatic_header(name)}
        if any(value.partition(";")[0].strip().lower() not in _FALSE_VALUES for value in values.values()):
            return True
        precedence = get_header(self._mail, "Precedence").lower()
        is_bulk = precedence in {"bulk", "junk"} and not any(name in self._mail for name in ("List-Id", "List-Post"))
        return is_bulk or is_automatic_precedence(precedence)

    @cached_property
    def text(self) -> str:
        """Its own text, normalized, without that of a returned e-mail."""
        return normalize_text(self._mail_text.own)

    @cached_property
    def start(self) -> str:
        """The beginning of its text, normalized, without quotations."""
        return normalize_text(cut_quoted(self._mail_text.own))[:_TEXT_START]

    @cached_property
    def has_status(self) -> bool:
        """Whether it gives a permanent status (RFC 3463, class 5)."""
        return bool(_PERMANENT_STATUS.search(self.text))

    @cached_property
    def is_final(self) -> bool:
        """Whether it says for certain that delivery is not tried again."""
        return has_code(self.text) or has_phrase("final", self.text)

    @cached_property
    def says_failed(self) -> bool:
        """Whether its text says that something was not delivered, or why."""
        return has_phrase("failed", self.text) or has_reason(self.text)

    @cached_property
    def is_failed(self) -> bool:
        """Whether its text or subject says that something was not delivered."""
        return self.says_failed or self.is_final or opens_with("failed", self.subject)

    @cached_property
    def is_delayed(self) -> bool:
        """Whether it says that a server is still trying."""
        return opens_with("delayed", self.subject) or has_phrase("delayed", self.text)

    @cached_property
    def is_held(self) -> bool:
        """Whether it says that a filter holds the e-mail back."""
        return opens_with("held", self.subject) or has_phrase("held", self.text)

    @cached_property
    def returns_mail(self) -> bool:
        """Whether it contains the e-mail that it is about."""
        return returns_mail(self._mail) or self._mail_text.own != self._mail_text.whole


def find_report_kind(mail: Message) -> MailKind | None:
    """Return the kind of a report that is not about delivery (RFC 6522); None for any other e-mail.

    Also None for a refusal that mail filters send as such a report (RFC 5429).
    """
    kind = str(mail.get_param("report-type")).lower() if mail.get_content_type() == "multipart/report" else ""
    return None if "(rejected)" in get_header(mail, "Auto-Submitted") else _KIND_BY_REPORT_TYPE.get(kind)


def classify_mail(features: MailFeatures) -> tuple[MailKind, bool]:
    """Return the kind of an e-mail without a delivery status, and whether that is certain."""
    if opens_with("complaint", features.subject) and features.returns_mail:
        return MailKind.COMPLAINT, True
    if features.is_from_mail_server:
        if features.may_be_from_person:
            return MailKind.UNCLEAR, False
        return _classify_notice(features), True
    if features.may_be_notice:
        return _classify_automatic(features), features.returns_mail or features.has_status
    return _classify_personal(features), False


def _classify_notice(features: MailFeatures) -> MailKind:
    if features.is_delayed and not features.is_final and not opens_with("failed", features.subject):
        return MailKind.PENDING
    if features.is_held and not has_code(features.text) and not opens_with("failed", features.subject):
        return MailKind.HELD
    return MailKind.BOUNCE if features.is_failed else MailKind.NOTICE


def _classify_automatic(features: MailFeatures) -> MailKind:
    """Classify an e-mail that a program wrote: it may be a mail server without the usual signs of one."""
    if opens_with("failed", features.subject):
        return MailKind.BOUNCE
    if opens_with("automatic", features.subject) and not (has_code(features.text) and features.returns_mail):
        return MailKind.AUTO_REPLY
    if opens_with("delayed", features.subject) and not features.is_final:
        return MailKind.PENDING
    if features.is_held and not has_code(features.text):
        return MailKind.HELD
    is_reliable = features.returns_mail or features.has_status or has_code(features.text)
    if (is_reliable and features.says_failed) or (features.has_empty_return_path and has_reason(features.text)):
        return MailKind.BOUNCE
    return MailKind.AUTO_REPLY


def _classify_personal(features: MailFeatures) -> MailKind:
    """Classify an e-mail of a person, unless the subject shows that a program wrote it."""
    if opens_with("failed", features.subject):
        return MailKind.BOUNCE if features.says_failed or features.is_final else MailKind.UNCLEAR
    if opens_with("automatic", features.subject):
        return MailKind.AUTO_REPLY
    if opens_with("held", features.subject) and has_phrase("held", features.text):
        return MailKind.HELD
    if opens_with("acknowledged", features.subject) or opens_with("delayed", features.subject):
        return MailKind.UNCLEAR
    first_words = features.start[:_NOTICE_START]
    starts_as_notice = has_phrase("failed", first_words) and "@" in first_words
    return MailKind.UNCLEAR if starts_as_notice or has_phrase("automatic", features.start) else MailKind.REPLY
