"""Among the drafts of the account, by IMAP: for accounts that no program may send by; a person sends each."""

import imaplib
import ssl
from collections.abc import Callable
from typing import Self

from petitioner.accounts.connections import Timeouts
from petitioner.accounts.folders import quote_folder
from petitioner.accounts.imap import open_imap
from petitioner.accounts.reading import AccountError
from petitioner.accounts.secrets import Secret
from petitioner.carriers import Answer, Outcome, Outgoing
from petitioner.model.account import ImapServer

_LONGEST_REPLY = 300  # characters of a server's words that are kept


class DraftsCarrier:
    """One account's folder of drafts, and one connection to its server for a run."""

    def __init__(self, server: ImapServer, secret: Secret | None, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._secret = secret
        self._timeouts = timeouts or Timeouts()
        self._imap: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._imap is not None:
            self._imap.shutdown()
            self._imap = None

    def prepare(self) -> None:
        """Connect, log in, and see that the folder is there. Raises AccountError."""
        imap = self._imap = open_imap(self._server, self._secret, self._timeouts)
        try:
            status, _ = imap.status(quote_folder(self._server.drafts), "(MESSAGES)")
        except (imaplib.IMAP4.error, OSError) as error:
            raise AccountError(f"{self._server} does not answer: {error}", "Try again later.") from None
        if status != "OK":
            hint = "Write its name as 'drafts' under 'imap' in config.toml; petitioner doctor --accounts lists them."
            raise AccountError(f"{self._server} has no folder '{self._server.drafts}'.", hint)

    def hand_over(self, outgoing: Outgoing, commit: Callable[[], None]) -> Answer:
        """Put one message among the drafts (RFC 9051 §6.3.12); when no answer comes, it may or may not lie there."""
        if self._imap is None:
            try:
                self.prepare()
            except AccountError as error:
                return Answer(Outcome.FAILED, f"{error} {error.hint}".strip())
        assert self._imap is not None  # noqa: S101 - prepare makes it, or raises
        commit()
        folder = quote_folder(self._server.drafts)
        try:
            status, words = self._imap.append(folder, r"(\Draft)", "", outgoing.content)
        except (imaplib.IMAP4.abort, OSError, ssl.SSLError) as loss:
            self._imap = None
            return Answer(Outcome.IN_DOUBT, f"no answer after the whole message: {loss}"[:_LONGEST_REPLY])
        except imaplib.IMAP4.error as error:
            return Answer(Outcome.DEFERRED, str(error)[:_LONGEST_REPLY])
        said = " ".join(word.decode("utf-8", "replace") for word in words)[:_LONGEST_REPLY]
        return Answer(Outcome.DRAFTED if status == "OK" else Outcome.DEFERRED, said)
