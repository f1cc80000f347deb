"""Logging in to a real IMAP server, and the names of its folders."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from petitioner.delivery.handover import OutgoingMessage
from petitioner.mail import imap
from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import Timeouts
from petitioner.mail.imap import encode_folder_name, find_tls_version, list_folders, open_imap
from petitioner.mail.passwords import Secret
from petitioner.mail.smtp import SmtpTransport
from petitioner.mail.smtp_session import open_session
from petitioner.model.account import ImapServer, Login, Security, SmtpServer
from servers.certificates import Certificates
from servers.curt import CurtServer
from servers.dovecot import PASSWORD, USER, Dovecot
from servers.exim import Exim
from servers.scripted import ScriptedServer
from servers.waiting import wait_until

SHORT = Timeouts(connect=10, command=10)
FOLDERS = ["下書き", "Entwürfe & Notizen", 'a "quoted" one', "back\\slash", "&", "&-", "Boîte 日本", "😀"]


@pytest.fixture
def server(dovecot: Dovecot, certificates: Certificates) -> ImapServer:
    """The account of alice."""
    return ImapServer(
        host="localhost",
        port=dovecot.tls_port,
        security=Security.TLS,
        user=USER,
        ca_file=str(certificates.authority),
    )


def read_failure(server: ImapServer, secret: str = PASSWORD, timeouts: Timeouts = SHORT) -> str:
    """Why nobody can log in, as the user reads it."""
    with pytest.raises(AccountError) as caught:
        open_imap(server, Secret(secret), timeouts)
    assert caught.value.hint
    return f"{caught.value} {caught.value.hint}"


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS, Security.NONE])
def test_an_account_is_logged_in_to(server: ImapServer, dovecot: Dovecot, security: Security) -> None:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    server = server.model_copy(update={"port": port, "security": security})
    with open_imap(server, Secret(PASSWORD), SHORT) as imap:
        assert find_tls_version(imap) == ("" if security is Security.NONE else "TLSv1.3")
        assert {"Drafts", "Sent", "INBOX"} <= set(list_folders(imap))


def test_folders_keep_their_names_in_any_script(server: ImapServer) -> None:
    with open_imap(server, Secret(PASSWORD), SHORT) as imap:
        for name in FOLDERS:
            assert imap.create(encode_folder_name(name))[0] == "OK", name
            assert imap.select(encode_folder_name(name))[0] == "OK", name
        imap.unselect()
        assert set(FOLDERS) <= set(list_folders(imap))
        for name in FOLDERS:
            imap.delete(encode_folder_name(name))


@pytest.mark.parametrize(
    ("line", "name"),
    [
        (b'(\\HasNoChildren) "." Drafts', "Drafts"),
        (b'(\\HasNoChildren \\Sent) "/" "Sent Items"', "Sent Items"),
        (b"() NIL INBOX", "INBOX"),
        ((b'(\\Noselect) "/" {5}', b'a"b\\c'), 'a"b\\c'),
        (b'() "/" "&Tgtm+DBN-"', "下書き"),
        (b'() "/" "&broken"', "&broken"),
        (b'() "/" "&!!!-"', "&!!!-"),
        (b'() "/" "\xe4\xb8\x8b"', "下"),
        (b"nonsense", ""),
        (None, ""),
    ],
)
def test_a_folder_is_read_in_each_way_that_servers_write_it(line: object, name: str) -> None:
    assert imap.parse_folder_line(line) == name


@given(st.text(st.characters(codec="utf-8", exclude_categories=["Cc"]), min_size=1))
def test_a_name_that_was_written_is_read_the_same(name: str) -> None:
    assert imap.parse_folder_line(b'() "/" ' + encode_folder_name(name).encode("ascii")) == name


def test_what_exim_delivers_is_found_in_the_inbox(server: ImapServer, exim: Exim) -> None:
    smtp = SmtpServer(host="localhost", port=exim.tls_port, security=Security.TLS, user=USER, ca_file=server.ca_file)
    content = b"Message-ID: <loop@example.org>\r\nSubject: x\r\n\r\nx\r\n"
    with SmtpTransport(smtp, Secret(PASSWORD)) as transport:
        transport.hand_over(
            OutgoingMessage("<loop@example.org>", "alice@example.org", ("alice@example.org",), content), lambda: None
        )
    with open_imap(server, Secret(PASSWORD), SHORT) as imap:
        imap.select("INBOX", readonly=True)

        def find() -> bytes:
            imap.noop()  # without it dovecot shows new messages after some seconds only
            found: bytes = imap.search(None, "HEADER", "Message-ID", "loop@example.org")[1][0]
            return found

        wait_until(find)


# What does not work


def test_a_wrong_password_is_told_without_it(server: ImapServer) -> None:
    said = read_failure(server, "hunter2-hunter2")
    assert "refuses the login: [AUTHENTICATIONFAILED] Authentication failed." in said
    assert "hunter2" not in said


def test_a_token_that_the_server_does_not_take_is_told_without_it(server: ImapServer) -> None:
    said = read_failure(server.model_copy(update={"login": Login.XOAUTH2}), "ya29.token")
    assert "refuses the login" in said
    assert "ya29" not in said


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_an_unknown_authority_stops_it(
    server: ImapServer, dovecot: Dovecot, certificates: Certificates, security: Security
) -> None:
    port = dovecot.tls_port if security is Security.TLS else dovecot.port
    update = {"ca_file": str(certificates.stranger), "port": port, "security": security}
    assert "is not trusted" in read_failure(server.model_copy(update=update))


def test_another_name_stops_it(server: ImapServer, scripted: ScriptedServer) -> None:
    server = server.model_copy(update={"port": scripted.ports.other_name})
    assert "is for another name" in read_failure(server)


def test_a_server_of_another_kind_is_told(scripted: ScriptedServer) -> None:
    server = ImapServer(host="127.0.0.1", port=scripted.ports.plain, security=Security.STARTTLS, user=USER)
    assert "does not greet as an IMAP server does: unexpected response: b'220 localhost" in read_failure(server)
    server = server.model_copy(update={"security": Security.TLS})
    assert "do not agree on TLS" in read_failure(server)


def test_an_older_server_is_logged_in_to_by_login_and_never_told_what_it_cannot_read() -> None:
    with CurtServer(["* OK hello", "* CAPABILITY IMAP4rev1\r\n{tag} OK done"]) as server:
        account = ImapServer(host="127.0.0.1", port=server.port, security=Security.NONE, user=USER)
        assert "takes no password with characters beyond ASCII" in read_failure(account, "sécret")
    assert not any("sécret".encode() in line for line in server.heard)


def test_a_server_without_starttls_gets_no_password() -> None:
    with CurtServer(["* OK hello", "* CAPABILITY IMAP4rev1\r\n{tag} OK done"]) as server:
        account = ImapServer(host="127.0.0.1", port=server.port, security=Security.STARTTLS, user=USER)
        assert "offers no STARTTLS: TLS not supported by server" in read_failure(account)
    assert not any(PASSWORD.encode() in line for line in server.heard)


@pytest.mark.parametrize("host", ["192.0.2.7", "2001:db8::7"])
def test_without_tls_no_other_machine_is_called_not_even_for_its_greeting(host: str) -> None:
    """The tests' own guard would fail on any attempt to connect."""
    server = ImapServer(host=host, port=143, security=Security.NONE, user=USER)
    said = read_failure(server)
    assert f"{host}, another machine, and security is 'none'" in said
    with pytest.raises(AccountError) as caught:
        open_session(SmtpServer(**server.model_dump(exclude={"drafts", "sent", "inbox"})), Secret(PASSWORD), SHORT)
    assert f"{caught.value} {caught.value.hint}" == said


def test_a_server_that_says_nothing_is_told(scripted: ScriptedServer) -> None:
    server = ImapServer(host="127.0.0.1", port=scripted.ports.mute, security=Security.STARTTLS, user=USER)
    assert "did not answer in time" in read_failure(server, timeouts=Timeouts(connect=0.2))
