"""Save messages for a person to send: as drafts by IMAP, or as ``.eml`` files."""

import imaplib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Self

from petitioner.delivery.handover import Answer, OutgoingMessage, SendOutcome, clean_answer
from petitioner.errors import PetitionerError, advise_writing
from petitioner.files import make_private_folder, write_new
from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import Timeouts
from petitioner.mail.imap import encode_folder_name, open_imap
from petitioner.mail.passwords import Secret
from petitioner.model.account import ImapServer

# RFC 9051, 7.1
_ACCOUNT_CODES = ("[OVERQUOTA]", "[LIMIT]", "[NOPERM]", "[UNAVAILABLE]", "[EXPIRED]", "[CONTACTADMIN]")
_ACCOUNT_ADVICE = (
    "No other message would be taken either. Make room in the mailbox, or ask your provider; then send again."
)
_FLAGS = r"(\Draft \Seen)"  # as mail programs set them on their own drafts
_UNSENT = b"X-Unsent: 1\r\n"
"""Makes Outlook open the file as a message to be sent; other programs ignore it."""

_FILE_EXISTS = "{path} is there already; move it away"


class DraftsTransport:
    """Saves messages in an account's drafts folder, over one connection; ``secret`` is None without login."""

    def __init__(self, server: ImapServer, secret: Secret | None, timeouts: Timeouts | None = None) -> None:
        self._server = server
        self._secret = secret
        self._timeouts = timeouts or Timeouts()
        self._imap: imaplib.IMAP4 | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def prepare(self) -> None:
        """Connect, log in and check that the folder exists, if not yet done. Raises AccountError."""
        self._get_session()

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        """Save one message as a draft (APPEND, RFC 9051, 6.3.12); when the server does not answer, it is in doubt.

        ``commit`` is called before the first byte, since the command and its message are one step for imaplib.
        """
        try:
            imap = self._get_session()
        except AccountError as error:
            return Answer(SendOutcome.FAILED, f"{error} {error.hint}".strip())
        commit()
        try:
            status, response_lines = imap.append(encode_folder_name(self._server.drafts), _FLAGS, "", outgoing.content)
        except (imaplib.IMAP4.abort, OSError) as error:
            self._close()
            return Answer(SendOutcome.IN_DOUBT, clean_answer(f"no answer after the whole message: {error}"))
        except imaplib.IMAP4.error as error:  # the answer BAD
            return Answer(SendOutcome.DEFERRED, clean_answer(str(error)))
        response = clean_answer(" ".join(word.decode("utf-8", "replace") for word in response_lines))
        if status == "OK":
            return Answer(SendOutcome.DRAFTED, response)
        if response.startswith(_ACCOUNT_CODES):
            return Answer(SendOutcome.FAILED, response, advice=_ACCOUNT_ADVICE)
        return Answer(SendOutcome.DEFERRED, response)

    def _get_session(self) -> imaplib.IMAP4:
        if self._imap is None or not _is_connected(self._imap):
            self._close()
            self._imap = self._open_session()
        return self._imap

    def _open_session(self) -> imaplib.IMAP4:
        imap = open_imap(self._server, self._secret, self._timeouts)
        try:
            _require_folder(imap, self._server)
        except BaseException:
            imap.shutdown()
            raise
        return imap

    def _close(self) -> None:
        if self._imap is not None:
            self._imap.shutdown()
            self._imap = None


def _require_folder(imap: imaplib.IMAP4, server: ImapServer) -> None:
    try:
        status, _ = imap.status(encode_folder_name(server.drafts), "(MESSAGES)")
    except (imaplib.IMAP4.error, OSError) as error:
        raise AccountError(f"{server} does not answer: {error}", "Try again later.") from None
    if status != "OK":
        hint = "Write its name as 'drafts' under 'imap' in config.toml, as your mail program's settings show it."
        raise AccountError(f"{server} has no folder '{server.drafts}'.", hint)


def _is_connected(imap: imaplib.IMAP4) -> bool:
    """Whether a connection still answers; servers close one that is idle."""
    try:
        return imap.noop()[0] == "OK"
    except (imaplib.IMAP4.error, OSError):
        return False


class EmlTransport:
    """Writes each message into a folder as one file; ``name`` returns its file name by Message-ID."""

    def __init__(self, folder: Path, name: Callable[[str], str]) -> None:
        self._folder = folder
        self._name = name

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        return

    def prepare(self) -> None:
        """Make the folder. Raises PetitionerError where that cannot be done."""
        try:
            make_private_folder(self._folder)
        except OSError as error:
            hint = advise_writing(error, "Name another folder: petitioner send --eml DIR")
            raise PetitionerError(f"{self._folder} cannot be made: {error.strerror}.", hint) from None

    def hand_over(self, outgoing: OutgoingMessage, commit: Callable[[], None]) -> Answer:
        """Write one message; an existing file is never overwritten."""
        path = self._folder / self._name(outgoing.message_id)
        if os.path.lexists(path):  # where the folder may not be searched, Path.exists raises
            return Answer(SendOutcome.DEFERRED, _FILE_EXISTS.format(path=path))
        commit()
        try:
            write_new(path, _UNSENT + outgoing.content, private=True)
        except FileExistsError:
            return Answer(SendOutcome.DEFERRED, _FILE_EXISTS.format(path=path))
        except OSError as error:
            # If the file exists although writing failed, a person may send it.
            outcome = SendOutcome.IN_DOUBT if os.path.lexists(path) else SendOutcome.DEFERRED
            return Answer(outcome, f"{path} cannot be written: {error.strerror}")
        return Answer(SendOutcome.EXPORTED, str(path))
