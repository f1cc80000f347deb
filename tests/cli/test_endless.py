"""What has no end, or far too much: answers of servers, files that are devices, and e-mails of a million parts."""

import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from conftest import WorkspaceCopy
from petitioner.errors import UsageError
from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import Timeouts
from petitioner.mail.imap import open_imap
from petitioner.mail.inbox.mail_files import read_saved_mails
from petitioner.mail.inbox.parsing import MAX_HEADERS, MAX_LINES, MAX_PARTS
from petitioner.mail.inbox.read_mail import read_mail
from petitioner.mail.inbox.returned_mail import MailKind
from petitioner.mail.smtp_session import open_session
from petitioner.model.account import ImapServer, Login, Security, SmtpServer
from petitioner.paper.ipp import NoResponseError, Request, Scheduler, send_request
from servers.endless import EndlessServer

SHORT = Timeouts(connect=2, greeting=2, command=2, quit=1)


@contextmanager
def within(seconds: float) -> Iterator[None]:
    """See that what is done takes no longer than that."""
    begun = time.monotonic()
    yield
    assert time.monotonic() - begun < seconds


def call_smtp(port: int) -> None:
    server = SmtpServer(host="127.0.0.1", port=port, security=Security.NONE, login=Login.NONE)
    open_session(server, None, SHORT)


def call_imap(port: int) -> None:
    server = ImapServer(host="127.0.0.1", port=port, security=Security.NONE, login=Login.NONE)
    open_imap(server, None, SHORT)


def call_printer(port: int) -> None:
    send_request(Scheduler("127.0.0.1", port, timeout=2), Request(0x4002, "/", ()))


OK = b"HTTP/1.1 200 OK\r\n\r\n"
SAYINGS: list[tuple[Callable[[int], None], bytes, bytes]] = [
    (call_smtp, b"220 hello\r\n", b"250-PIPELINING\r\n"),
    (call_smtp, b"220-hello\r\n", b"220-hello\r\n"),
    (call_smtp, b"220 hello\r\n", b"2"),
    (call_imap, b"* OK hello\r\n", b"* CAPABILITY IMAP4rev1\r\n"),
    (call_imap, b"* OK hello\r\n", b"* "),
    (call_imap, b"", b"x"),
    (call_printer, b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    (call_printer, b"", OK),
    (call_printer, b"", b"H"),
]


@pytest.mark.parametrize(("call", "first", "again"), SAYINGS)
@pytest.mark.parametrize("pause", [0, 0.3], ids=["fast", "slow"])
def test_an_answer_without_end_is_given_up(
    call: Callable[[int], None], first: bytes, again: bytes, pause: float
) -> None:
    many = again if pause else again * 1000
    with EndlessServer(first, many, pause) as server, within(20), pytest.raises((AccountError, NoResponseError)):
        call(server.port)


def test_doctor_says_of_which_server_the_answer_has_no_end(workspace: WorkspaceCopy) -> None:
    with EndlessServer(b"220 hello\r\n", b"250-PIPELINING\r\n" * 1000) as server:
        settings = Path(os.environ["HOME"]) / ".config/petitioner/config.toml"
        settings.parent.mkdir(parents=True)
        lines = ('host = "127.0.0.1"', f"port = {server.port}", 'security = "none"', 'login = "none"')
        head = '[accounts.work]\nfrom = "office@example.org"\n\n[accounts.work.smtp]\n'
        settings.write_text(head + "\n".join(lines), "utf-8")
        with within(20):
            ending = workspace.run("doctor", "--accounts")
    assert f"127.0.0.1:{server.port}: the server's answer has no end, before any message" in ending.out


@pytest.mark.parametrize(
    ("kind", "said"), [("device", "is a device"), ("pipe", "is a pipe"), ("folder", "is a folder")]
)
@pytest.mark.parametrize(
    "command", [["log", "restore"], ["log", "verify"], ["log", "add", "posted", "jp-osaka", "--file"]]
)
def test_what_is_no_file_is_not_read(
    workspace: WorkspaceCopy, tmp_path: Path, command: list[str], kind: str, said: str
) -> None:
    place = tmp_path / "copy.sqlite"
    if kind == "device":
        place.symlink_to("/dev/zero")
    elif kind == "pipe":
        os.mkfifo(place)
    else:
        place.mkdir()
    with within(10):
        ending = workspace.run(*command, str(place))
    assert ending.status in {1, 2}
    assert said in ending.err
    assert "None" not in ending.err


def test_what_is_no_file_is_no_e_mail_either(tmp_path: Path) -> None:
    (tmp_path / "device.eml").symlink_to("/dev/zero")
    os.mkfifo(tmp_path / "pipe.eml")
    for path in tmp_path.iterdir():
        with within(10), pytest.raises(UsageError, match="it is a"):
            read_saved_mails(path)


HEAD = b"From: a@example.cn\r\nSubject: x\r\n"
TOP = HEAD + b'Content-Type: multipart/mixed; boundary="b"\r\n\r\n'


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (HEAD + b"X: y\r\n" * 1_000_000 + b"\r\nwords", f"more than {MAX_LINES:,} lines"),
        (TOP + b"--b\r\n" + b"a:\n" * 100_000 + b"\n--b--", f"more than {MAX_HEADERS:,} headers"),
        (TOP + b"--b\r\n\r\nx\r\n" * 100_000 + b"--b--", f"more than {MAX_PARTS:,} parts"),
        (TOP + b"--b\r\nContent-Type: message/rfc822\r\n\r\n" * 100_000 + b"--b--", f"more than {MAX_PARTS:,} parts"),
    ],
)
def test_an_e_mail_that_has_far_too_much_is_named_and_not_read(content: bytes, said: str) -> None:
    with within(10):
        mail = read_mail(content)
    assert mail.kind is MailKind.UNREADABLE
    assert said in mail.subject


@pytest.mark.parametrize(
    "words",
    [b"\n", b" \t\n", b"> ", b"<@", b"<" + b"@" * 299_999, b"A1-", b"a-", b"Message-ID: ", b"From: \n", b"<style",
     b"<!--", b"<br", b"</", b"&#", b"=?"],
)  # fmt: skip
@pytest.mark.parametrize("kind", [b"plain", b"html"])
def test_no_words_make_reading_slow(words: bytes, kind: bytes) -> None:
    content = HEAD + b"Content-Type: text/" + kind + b"\r\n\r\n" + words * (300_000 // len(words))
    with within(10):
        assert read_mail(content).kind is not MailKind.UNREADABLE
