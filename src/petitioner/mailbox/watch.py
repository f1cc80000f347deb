"""What to look for in a mailbox that may be huge: whatever may be about one of our messages, and little else."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from petitioner.mailbox.mail import NOTICES, Mail, Nature, Place
from petitioner.message.writing import TOKEN

HEADERS = (
    *("Message-ID", "In-Reply-To", "References", "X-Microsoft-Original-Message-ID", "Subject", "From", "Return-Path"),
    *("To", "Cc", "Bcc", "Content-Type", "Auto-Submitted", "Precedence", "X-Failed-Recipients", TOKEN),
    *("X-MS-Exchange-Message-Is-Ndr", "Date"),
)
"""What has to be seen of an e-mail to know whether it is worth fetching."""

_AT_ONCE = 20  # terms in one search; some servers take no long lines
_FROM_SERVERS = (
    *("HEADER Content-Type multipart/report", "FROM daemon", "FROM postmaster", "FROM bounce", "FROM delivery"),
    *(
        "HEADER Auto-Submitted auto",
        "HEADER Return-Path <>",
        "SUBJECT undeliver",
        "SUBJECT returned",
        "SUBJECT failure",
    ),
)


@dataclass(frozen=True, slots=True)
class Watch:
    """The marks of our messages, and since which day they were out. ``addresses`` are in lower case.

    ``wanted`` are the ids and tokens of those that nothing proves to have left: only of these a copy is of use.
    ``awaited`` are their references and addresses, by which a copy is known that a mail program sent under marks of
    its own. ``domains`` are those of missions, where a colleague may answer and name the reference in the text alone.
    """

    since: date
    ids: frozenset[str]
    tokens: frozenset[str]
    references: frozenset[str]
    addresses: frozenset[str]
    wanted: frozenset[str]
    awaited: frozenset[str] = frozenset()
    domains: frozenset[str] = frozenset()

    def concerns(self, mail: Mail) -> bool:
        """Whether an e-mail may be about one of our messages; its headers are enough to tell."""
        if mail.nature is Nature.COPY:
            return bool((mail.mentions.ids | mail.mentions.tokens) & self.wanted)
        if mail.place is not Place.DRAFTS and self._may_be_copy(mail):
            return True
        if mail.place is not Place.INBOX:
            return mail.id in self.wanted
        named = mail.mentions.ids & self.ids or mail.mentions.references & self.references
        sender = mail.sender.lower()
        known = sender in self.addresses or sender.rpartition("@")[2] in self.domains
        return bool(named) or mail.nature in _ANYWAY or known

    def _may_be_copy(self, mail: Mail) -> bool:
        return not self.awaited.isdisjoint(mail.recipients | mail.mentions.references)

    def list_searches(self) -> Iterator[str]:
        """The same as searches for the server (RFC 9051, 6.4.4), where not even all headers are to be read."""
        terms = [
            *_FROM_SERVERS,
            *(f'HEADER {name} "{id_}"' for id_ in sorted(self.ids) for name in ("References", "In-Reply-To")),
            *(f'HEADER {TOKEN} "{token}"' for token in sorted(self.tokens)),
            *(f'SUBJECT "{reference}"' for reference in sorted(self.references)),
            *(f'FROM "{address}"' for address in sorted(self.addresses)),
            *(f'FROM "@{domain}"' for domain in sorted(self.domains)),
            *(f'{field} "{mark}"' for mark in sorted(self.awaited) if "@" in mark for field in ("TO", "CC", "BCC")),
            *(f'HEADER Message-ID "{mark}"' for mark in sorted(self.wanted) if "@" in mark),
        ]
        for start in range(0, len(terms), _AT_ONCE):
            some = terms[start : start + _AT_ONCE]
            yield " ".join(["OR"] * (len(some) - 1) + some)


# What mail servers write often names our message in its body alone.
_ANYWAY = NOTICES | {Nature.UNCLEAR, Nature.UNREADABLE}
