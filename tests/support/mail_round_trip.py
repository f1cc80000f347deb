"""A round trip: what is sent through exim comes back, and dovecot serves it to `petitioner inbox`."""

import os
import uuid
from dataclasses import dataclass, field
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP

from conftest import Ending
from mail_workspace import MailWorkspace
from petitioner.inputs.settings import locate_settings
from petitioner.log.events import Event
from petitioner.log.storage.store import MailingLog
from servers.certificates import Certificates
from servers.dovecot import PASSWORD, USER, Dovecot


@dataclass
class RoundTrip:
    """An office whose missions have addresses that no other test has, so that the servers can be shared."""

    mail_workspace: MailWorkspace
    certificates: Certificates
    mark: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    def address(self, name: str) -> str:
        """An address of this test alone."""
        return f"{name}-{self.mark}@example.cn"

    def prepare(self, osaka: str, tokyo: str = "tokyo") -> None:
        """Give both missions their addresses, and approve their packets."""
        self.mail_workspace.write_to(self.address(tokyo), " ".join(map(self.address, osaka.split())))
        self.mail_workspace.approve()

    def write_account(
        self,
        *,
        smtp: int = 1,
        imap: int = 1,
        own_copy: bool = False,
        folders: str = "",
        user: tuple[str, str] = (USER, PASSWORD),
    ) -> None:
        """The account of alice, with the servers at some ports; on port 1 nobody listens."""
        name, password = user
        login = f'host = "127.0.0.1", security = "tls", user = "{name}", ca_file = "{self.certificates.authority}"'
        config = locate_settings()
        config.parent.mkdir(parents=True, exist_ok=True)
        config.write_text(
            f'coordinator = "Hanako"\n[accounts.office]\nfrom = "Life Funds <alice@example.org>"\npause = 0\n'
            f"again_after = [0]\nown_copy = {str(own_copy).lower()}\n"
            f'password_command = ["printf", "%s", "{password}"]\n'
            f"smtp = {{port = {smtp}, {login}}}\nimap = {{port = {imap}, {login}{folders}}}\n",
            "utf-8",
        )

    def run(self, *arguments: str) -> Ending:
        """Run a command in the workspace."""
        return self.mail_workspace.workspace.run(*arguments)

    def inbox(self, *arguments: str) -> Ending:
        """Look for what came back."""
        return self.run("inbox", *arguments)

    def last(self, recipient: str = "jp-osaka") -> Event:
        """The last event about a recipient."""
        return [event for event in self.mail_workspace.read_log() if event.recipient == recipient][-1]

    def content(self, recipient: str = "jp-osaka") -> bytes:
        """The exact message that was taken up for a recipient, as the log keeps it."""
        log = MailingLog.within(self.mail_workspace.folder)
        kept = [
            document
            for event in log.read()
            for document in event.documents
            if event.recipient == recipient and document.role == "message"
        ]
        return log.read_blob(kept[-1].sha256) or b""

    def message(self, recipient: str = "jp-osaka") -> EmailMessage:
        """The same, read."""
        return parse(self.content(recipient))


def parse(content: bytes) -> EmailMessage:
    """A message with its headers read."""
    mail = message_from_bytes(content, policy=SMTP)
    assert isinstance(mail, EmailMessage)
    return mail


def answer(message: EmailMessage, sender: str, subject: str | None = None, **headers: str) -> EmailMessage:
    """A reply to a message as a mail program writes it; a header that is given as empty is left out."""
    reply = EmailMessage(policy=SMTP)
    given = {
        "From": sender,
        "To": "alice@example.org",
        "Subject": subject if subject is not None else f"Re: {message['Subject']}",
        "Date": "Sun, 05 Sep 2027 10:00:00 +0900",
        "Message-ID": f"<{uuid.uuid4().hex}@example.cn>",
        "In_Reply_To": str(message["Message-ID"]),
        "References": str(message["Message-ID"]),
        **headers,
    }
    for name, value in given.items():
        if value:
            reply[name.replace("_", "-")] = value
    reply.set_content("We have received your letter.\n")
    return reply


def report(message: EmailMessage, address: str, *, action: str = "failed", status: str = "5.1.1") -> bytes:
    """What a mail server writes about an address (RFC 3464), with the head of the message."""
    code = f"{status[0]}50"
    head = "\n".join(f"{name}: {message[name]}" for name in ("From", "Subject", "Message-ID", "X-Petitioner-Packet"))
    return f"""\
Return-Path: <>
Date: Sun, 5 Sep 2027 10:00:00 +0900
From: Mail Delivery System <MAILER-DAEMON@mx.example.cn>
Subject: Undelivered Mail Returned to Sender
To: alice@example.org
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_b"
Message-Id: <{uuid.uuid4().hex}@mx.example.cn>

--=_b
Content-Type: text/plain; charset=utf-8

This is the mail system at mx.example.cn.

--=_b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example.cn

Final-Recipient: rfc822; {address}
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code} {status} said the server

--=_b
Content-Type: text/rfc822-headers

{head}

--=_b--
""".replace("\n", "\r\n").encode()


def list_folder(server: Dovecot, name: str = "") -> dict[str, bytes]:
    """The e-mails of a folder by the names of their files, which hold their flags."""
    top = server.mail / USER / "Maildir" / name
    return {path.name: path.read_bytes() for kind in ("cur", "new") for path in sorted((top / kind).glob("*"))}


def deliver(server: Dovecot, *mails: bytes, folder: str = "") -> None:
    """Put unread e-mails into a folder, as a mail server does."""
    for number, mail in enumerate(mails):
        box = server.mail / USER / "Maildir" / folder / "new"
        for each in (box.parent / "cur", box, box.parent / "tmp"):
            if not each.exists():
                each.mkdir(parents=True)
        (box / f"18148752{number:05}.M1P1.here").write_bytes(mail.replace(b"\r\n", b"\n"))
    hand_over(server)


def hand_over(server: Dovecot) -> None:
    """Let everything belong to whom dovecot serves as."""
    owner = server.mail.stat()
    for path in (server.mail, *server.mail.rglob("*")):
        os.chown(path, owner.st_uid, owner.st_gid)


def move_to_sent(server: Dovecot) -> None:
    """What a mail program does when its user sends a draft."""
    drafts = server.mail / USER / "Maildir" / ".Drafts"
    paths = [*drafts.glob("cur/*"), *drafts.glob("new/*")]
    deliver(server, *(path.read_bytes() for path in paths), folder=".Sent")
    for path in paths:
        path.unlink()
