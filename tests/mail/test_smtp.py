"""Messages by SMTP, against servers that do every wrong thing, and count what they kept."""

import os
import signal
import threading
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from petitioner.delivery.handover import ENDING, Answer, OutgoingMessage, SendOutcome
from petitioner.mail.accounts import AccountError
from petitioner.mail.connections import Timeouts
from petitioner.mail.passwords import Secret
from petitioner.mail.smtp import SmtpTransport, find_enhanced_status
from petitioner.mail.smtp_session import Reply
from petitioner.model.account import Login, Security, SmtpServer
from servers import exim as real
from servers.certificates import Certificates
from servers.curt import CurtServer
from servers.exim import Exim
from servers.proxy import FaultyLine
from servers.scripted import PASSWORD, SIZE_LIMIT, TOKEN, USER, ScriptedServer
from servers.waiting import wait_until

OFFICE = "office@example.org"
CONTENT = b"Message-ID: <a@example.org>\r\nSubject: Petition\r\n\r\nDear Mr. President:\r\n"
SHORT = Timeouts(connect=10, greeting=10, command=10, data=10, block=10, termination=10, quit=10)
"""For servers that answer: a failure ends soon, and a slow machine has time enough."""
IMPATIENT = replace(SHORT, greeting=0.2, command=0.2, termination=0.2)
"""For servers that never answer."""


def make_outgoing(*recipients: str, content: bytes = CONTENT, sender: str = OFFICE) -> OutgoingMessage:
    """A message to some recipients."""
    return OutgoingMessage("<a@example.org>", sender, recipients, content)


@dataclass
class Witness:
    """Stands in for the log: notes each commit, and what the server had kept by then."""

    server: ScriptedServer | None = None
    commits: list[int] = field(default_factory=list)

    def __call__(self) -> None:
        self.commits.append(len(self.server.kept) if self.server else 0)


@pytest.fixture
def account(scripted: ScriptedServer, certificates: Certificates) -> SmtpServer:
    """An account on the scripted server, under TLS from the first byte."""
    return SmtpServer(
        host="127.0.0.1",
        port=scripted.ports.tls,
        security=Security.TLS,
        user=USER,
        ca_file=str(certificates.authority),
    )


@pytest.fixture
def transport(account: SmtpServer) -> Iterator[SmtpTransport]:
    """A transport for that account."""
    with SmtpTransport(account, Secret(PASSWORD), SHORT) as transport:
        yield transport


def send(account: SmtpServer, *recipients: str, timeouts: Timeouts = SHORT, password: str = PASSWORD) -> Answer:
    """Send one message on a connection of its own."""
    with SmtpTransport(account, Secret(password), timeouts) as transport:
        return transport.hand_over(make_outgoing(*recipients), Witness())


def read_failure(account: SmtpServer, timeouts: Timeouts = SHORT, secret: Secret | None = None) -> str:
    """Why an account cannot be used, as its user reads it before any message is touched."""
    with SmtpTransport(account, secret or Secret(PASSWORD), timeouts) as transport:
        with pytest.raises(AccountError) as caught:
            transport.prepare()
        answer = transport.hand_over(make_outgoing("a@example.org"), _refuse_to_commit)
    said = f"{caught.value} {caught.value.hint}"
    assert caught.value.hint
    assert answer == Answer(SendOutcome.FAILED, said)
    return said


def _refuse_to_commit() -> None:
    raise AssertionError("nothing may come as far as this")


# What is accepted


@pytest.mark.parametrize("way", ["tls", "starttls", "login_only"])
def test_a_message_is_accepted_in_the_very_words_of_the_server(
    scripted: ScriptedServer, account: SmtpServer, way: str
) -> None:
    security = Security.STARTTLS if way == "starttls" else Security.TLS
    account = account.model_copy(update={"port": getattr(scripted.ports, way), "security": security})
    assert send(account, "a@example.org", OFFICE) == Answer(SendOutcome.ACCEPTED, "250 2.0.0 Ok: queued as 0001")
    [kept] = scripted.kept
    assert (kept.sender, kept.recipients) == (OFFICE, ("a@example.org", OFFICE))
    assert scripted.logins == [(USER, True)]


def test_a_token_logs_in_by_xoauth2(scripted: ScriptedServer, account: SmtpServer) -> None:
    account = account.model_copy(update={"login": Login.XOAUTH2})
    assert send(account, "a@example.org", password=TOKEN).outcome is SendOutcome.ACCEPTED
    assert len(scripted.kept) == 1


def test_a_server_on_this_machine_needs_neither_tls_nor_login(scripted: ScriptedServer) -> None:
    account = SmtpServer(host="127.0.0.1", port=scripted.ports.plain, security=Security.NONE, login=Login.NONE)
    with SmtpTransport(account, None, SHORT) as transport:
        assert transport.hand_over(make_outgoing("a@example.org"), Witness()).outcome is SendOutcome.ACCEPTED


def test_the_event_is_written_after_the_message_and_before_the_server_has_it(
    scripted: ScriptedServer, transport: SmtpTransport
) -> None:
    witness = Witness(scripted)
    transport.hand_over(make_outgoing("a@example.org"), witness)
    assert witness.commits == [0]
    assert len(scripted.kept) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: x\r\n\r\n.\r\n..\r\n.hidden\r\n\r\n.\r\n.\r\nend\r\n",
        b".starts with a dot\r\n",
        b"Subject: QUIT\r\n\r\nRSET\r\nMAIL FROM:<evil@example.org>\r\nDATA\r\n",
        CONTENT + (b"x" * 76 + b"\r\n") * 110_000,
    ],
    ids=["dots", "first dot", "commands", "8 MB"],
)
def test_the_bytes_that_arrive_are_the_bytes_that_were_given(
    scripted: ScriptedServer, transport: SmtpTransport, content: bytes
) -> None:
    assert (
        transport.hand_over(make_outgoing("a@example.org", content=content), Witness()).outcome is SendOutcome.ACCEPTED
    )
    assert scripted.kept[0].content == content


@given(st.lists(st.sampled_from([b".", b"..", b". ", b"a", b".a", b"", b"a."]), min_size=1, max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=100, deadline=None)
def test_whatever_dots_stand_in_a_message_they_arrive(
    scripted: ScriptedServer, transport: SmtpTransport, lines: list[bytes]
) -> None:
    content = b"".join(line + b"\r\n" for line in lines)
    assert (
        transport.hand_over(make_outgoing("a@example.org", content=content), Witness()).outcome is SendOutcome.ACCEPTED
    )
    assert scripted.kept[-1].content == content


def test_messages_share_one_connection_and_one_login(scripted: ScriptedServer, account: SmtpServer) -> None:
    with SmtpTransport(account, Secret(PASSWORD), SHORT) as transport:
        for number in range(3):
            answer = transport.hand_over(make_outgoing(f"a{number}@example.org"), Witness())
            assert answer.outcome is SendOutcome.ACCEPTED
    assert scripted.logins == [(USER, True)]
    assert scripted.commands[-1] == "QUIT"


def test_a_connection_that_was_closed_meanwhile_is_made_again(
    scripted: ScriptedServer, transport: SmtpTransport
) -> None:
    assert transport.hand_over(make_outgoing("idle@example.org"), Witness()).outcome is SendOutcome.ACCEPTED
    assert transport.hand_over(make_outgoing("b@example.org"), Witness()).outcome is SendOutcome.ACCEPTED
    assert [kept.recipients[0] for kept in scripted.kept] == ["idle@example.org", "b@example.org"]
    assert len(scripted.logins) == 2


@pytest.mark.parametrize("name", ["quit-421", "quit-drop"])
def test_what_goes_wrong_at_the_farewell_takes_nothing_back(
    scripted: ScriptedServer, account: SmtpServer, name: str
) -> None:
    assert send(account, f"{name}@example.org").outcome is SendOutcome.ACCEPTED
    assert len(scripted.kept) == 1


# What is refused, or put off


def test_when_one_of_two_addresses_is_refused_nobody_gets_anything(
    scripted: ScriptedServer, transport: SmtpTransport
) -> None:
    witness = Witness()
    answer = transport.hand_over(make_outgoing("r550@example.org", OFFICE), witness)
    words = "550 5.1.1 <r550@example.org>: not here"
    assert answer == Answer(SendOutcome.REFUSED, words, {"r550@example.org": words})
    assert scripted.kept == []
    assert witness.commits == []
    assert scripted.commands == ["RCPT r550@example.org", f"RCPT {OFFICE}", "RSET"]


def test_a_refused_own_copy_is_a_refusal_too(scripted: ScriptedServer, transport: SmtpTransport) -> None:
    answer = transport.hand_over(make_outgoing("a@example.org", "r552@example.org"), Witness())
    assert answer.outcome is SendOutcome.REFUSED
    assert list(answer.refused) == ["r552@example.org"]
    assert scripted.kept == []


@pytest.mark.parametrize(
    ("recipients", "outcome"),
    [
        (["r451@example.org"], SendOutcome.DEFERRED),
        (["r451@example.org", "r450@example.org"], SendOutcome.DEFERRED),
        (["r451@example.org", "r550@example.org"], SendOutcome.REFUSED),
        (["r550@example.org", "r451@example.org"], SendOutcome.REFUSED),
        (["r550@example.org", "drop-rcpt@example.org"], SendOutcome.REFUSED),
        (["drop-rcpt@example.org", "r550@example.org"], SendOutcome.DEFERRED),
        (["r530@example.org"], SendOutcome.FAILED),
        (["data-554@example.org"], SendOutcome.REFUSED),
        (["data-451@example.org"], SendOutcome.DEFERRED),
        (["data-421@example.org"], SendOutcome.DEFERRED),
        (["data354-554@example.org"], SendOutcome.FAILED),
        (["data354-451@example.org"], SendOutcome.LIMITED),
        (["data354-250@example.org"], SendOutcome.DEFERRED),
    ],
)
def test_an_answer_is_an_answer_at_any_point(
    scripted: ScriptedServer, transport: SmtpTransport, recipients: list[str], outcome: SendOutcome
) -> None:
    answer = transport.hand_over(make_outgoing(*recipients), Witness())
    assert answer.outcome is outcome
    assert set(answer.refused) <= set(recipients)
    assert scripted.kept == []
    assert transport.hand_over(make_outgoing("next@example.org"), Witness()).outcome is SendOutcome.ACCEPTED


@pytest.mark.parametrize(
    ("sender", "outcome"),
    [
        ("s550@example.org", SendOutcome.FAILED),
        ("s530@example.org", SendOutcome.FAILED),
        ("s451@example.org", SendOutcome.LIMITED),
        ("s451-7.1@example.org", SendOutcome.LIMITED),
        ("s550-4.5@example.org", SendOutcome.LIMITED),
        ("s452-0@example.org", SendOutcome.LIMITED),
        ("s552@example.org", SendOutcome.REFUSED),
        ("s552-0@example.org", SendOutcome.REFUSED),
    ],
)
def test_a_sender_that_is_refused_ends_the_run_since_the_next_message_has_the_same(
    scripted: ScriptedServer, transport: SmtpTransport, sender: str, outcome: SendOutcome
) -> None:
    answer = transport.hand_over(make_outgoing("a@example.org", sender=sender), Witness())
    assert answer.outcome is outcome
    assert f"not from {sender}" in answer.said
    assert scripted.kept == []


@pytest.mark.parametrize("step", ["r", "data-"])
@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        # A limit of the sender: for the moment, or for the day
        ("421-7.0", SendOutcome.LIMITED),
        ("421-0", SendOutcome.LIMITED),
        ("432-3.2", SendOutcome.LIMITED),
        ("451-4.2", SendOutcome.LIMITED),
        ("451-4.5", SendOutcome.LIMITED),
        ("452-3.1", SendOutcome.LIMITED),
        ("452-5.3", SendOutcome.LIMITED),
        ("450-7.28", SendOutcome.LIMITED),
        ("550-4.5", SendOutcome.LIMITED),
        ("550-7.232", SendOutcome.LIMITED),
        # The account itself
        ("550-1.8", SendOutcome.FAILED),
        ("554-7.13", SendOutcome.FAILED),
        ("550-7.26", SendOutcome.FAILED),
        ("530-7.0", SendOutcome.FAILED),
        # This recipient, or this message
        ("452-2.2", SendOutcome.DEFERRED),
        ("450-2.1", SendOutcome.DEFERRED),
        ("552-2.2", SendOutcome.REFUSED),
        ("550-1.1", SendOutcome.REFUSED),
        ("552-3.4", SendOutcome.REFUSED),
        ("554-6.0", SendOutcome.REFUSED),
        # Nobody can tell from one answer alone
        ("451-7.1", SendOutcome.DEFERRED),
        ("451-3.0", SendOutcome.DEFERRED),
        ("550-7.1", SendOutcome.REFUSED),
        ("554-0", SendOutcome.REFUSED),
    ],
)
def test_what_is_about_the_sender_is_told_from_what_is_about_this_message(
    transport: SmtpTransport, step: str, code: str, outcome: SendOutcome
) -> None:
    answer = transport.hand_over(make_outgoing(f"{step}{code}@example.org"), Witness())
    assert answer.outcome is outcome
    assert bool(answer.advice) == (outcome in ENDING)
    assert bool(answer.unclear) == (code in ("451-7.1", "451-3.0", "550-7.1", "554-0"))


@pytest.mark.parametrize(("code", "unclear"), [("550-0", ""), ("450-0", ""), ("554-0", "554"), ("451-0", "451")])
def test_without_a_status_a_mailbox_s_own_codes_are_about_that_mailbox(
    transport: SmtpTransport, code: str, unclear: str
) -> None:
    assert transport.hand_over(make_outgoing(f"r{code}@example.org"), Witness()).unclear == unclear


def test_a_limit_at_one_of_two_addresses_is_a_limit(scripted: ScriptedServer, transport: SmtpTransport) -> None:
    answer = transport.hand_over(make_outgoing("r550@example.org", "r452-5.3@example.org"), Witness())
    assert answer.outcome is SendOutcome.LIMITED
    assert answer.said.startswith("452 4.5.3")
    assert list(answer.refused) == ["r550@example.org", "r452-5.3@example.org"]
    assert scripted.kept == []


def test_a_status_that_does_not_fit_its_code_is_none() -> None:
    assert [find_enhanced_status(Reply(code, words)) for code, words in _STATUSES] == ["4.5", "7.1", "", "", "", "2.0"]


_STATUSES = [
    (550, ("5.4.5 Daily sending quota exceeded",)),
    (450, ("first", "4.7.1 second")),
    (550, ("4.4.5 no",)),
    (550, ("at 5.4.5",)),
    (550, ("5.4.5000",)),
    (550, ("5.2.0",)),
]


def test_a_message_that_is_too_large_is_refused_before_anything_is_said(
    scripted: ScriptedServer, transport: SmtpTransport
) -> None:
    content = (b"x" * 998 + b"\r\n") * 12_001
    answer = transport.hand_over(make_outgoing("a@example.org", content=content), Witness())
    assert answer.outcome is SendOutcome.REFUSED
    assert f"up to {SIZE_LIMIT:,} bytes" in answer.said
    assert "12,001,000" in answer.said
    assert scripted.commands == []


# What is lost


@pytest.mark.parametrize(
    ("name", "delivered"),
    [("drop-before", 0), ("drop-after", 1), ("reset-before", 0), ("reset-after", 1), ("garbage", 1), ("half", 1)],
)
def test_when_the_answer_to_the_final_dot_is_lost_the_message_is_in_doubt(
    scripted: ScriptedServer, transport: SmtpTransport, name: str, delivered: int
) -> None:
    witness = Witness()
    answer = transport.hand_over(make_outgoing(f"{name}@example.org"), witness)
    assert answer.outcome is SendOutcome.IN_DOUBT
    assert answer.said.isprintable()
    assert witness.commits == [0]
    assert len(scripted.deliveries(f"{name}@example.org")) == delivered


@pytest.mark.parametrize(("name", "delivered"), [("stall-before", 0), ("stall-after", 1)])
def test_silence_after_the_final_dot_is_doubt(
    scripted: ScriptedServer, account: SmtpServer, name: str, delivered: int
) -> None:
    answer = send(account, f"{name}@example.org", timeouts=replace(SHORT, termination=0.2))
    assert answer == Answer(SendOutcome.IN_DOUBT, "no answer within 0.2 s, after the whole message")
    assert len(scripted.kept) == delivered


def test_after_a_doubt_the_next_message_goes_out_on_a_new_connection(
    scripted: ScriptedServer, transport: SmtpTransport
) -> None:
    assert transport.hand_over(make_outgoing("drop-after@example.org"), Witness()).outcome is SendOutcome.IN_DOUBT
    assert transport.hand_over(make_outgoing("b@example.org"), Witness()).outcome is SendOutcome.ACCEPTED
    assert len(scripted.deliveries("drop-after@example.org")) == 1


@pytest.mark.parametrize("name", ["drop-rcpt", "stall-rcpt"])
def test_what_is_lost_before_the_message_was_whole_can_be_tried_again(
    scripted: ScriptedServer, account: SmtpServer, name: str
) -> None:
    timeouts = replace(SHORT, command=1.0) if name.startswith("stall") else SHORT
    answer = send(account, f"{name}@example.org", timeouts=timeouts)
    assert answer.outcome is SendOutcome.DEFERRED
    assert answer.said.endswith(", before the message was whole")
    assert scripted.kept == []


@pytest.mark.parametrize("fault", ["cut", "reset", "stall"])
def test_a_message_lost_on_its_way_up_was_never_handed_over(
    scripted: ScriptedServer, account: SmtpServer, fault: str
) -> None:
    content = CONTENT + (b"x" * 76 + b"\r\n") * 110_000
    witness = Witness()
    with FaultyLine(scripted.ports.tls, fault, after=100_000) as line:
        account = account.model_copy(update={"port": line.port})
        with SmtpTransport(account, Secret(PASSWORD), replace(SHORT, block=1.0)) as transport:
            answer = transport.hand_over(make_outgoing("a@example.org", content=content), witness)
            assert answer.outcome is SendOutcome.DEFERRED
            assert witness.commits == []
            assert scripted.kept == []
            again = transport.hand_over(make_outgoing("a@example.org", content=content), witness)
    assert again.outcome is SendOutcome.ACCEPTED
    assert len(scripted.kept) == 1


@pytest.mark.parametrize("error", [KeyboardInterrupt(), OSError("disk full"), TimeoutError()])
def test_whatever_stops_the_event_from_being_written_stops_the_dot(
    scripted: ScriptedServer, transport: SmtpTransport, error: BaseException
) -> None:
    def fail() -> None:
        raise error

    with pytest.raises(type(error)):
        transport.hand_over(make_outgoing("a@example.org"), fail)
    assert transport.hand_over(make_outgoing("b@example.org"), Witness()).outcome is SendOutcome.ACCEPTED
    assert scripted.deliveries("a@example.org") == []


def test_an_interrupt_while_the_answer_is_awaited_leaves_the_event_standing(
    scripted: ScriptedServer, transport: SmtpTransport
) -> None:
    def interrupt() -> None:
        wait_until(lambda: scripted.kept)
        os.kill(os.getpid(), signal.SIGINT)

    witness, hand = Witness(scripted), threading.Thread(target=interrupt)
    hand.start()
    with pytest.raises(KeyboardInterrupt):
        transport.hand_over(make_outgoing("stall-after@example.org"), witness)
    hand.join()
    assert witness.commits == [0]
    assert len(scripted.kept) == 1


# Accounts that do not work


@pytest.mark.parametrize("security", [Security.TLS, Security.STARTTLS])
def test_a_certificate_of_an_unknown_authority_stops_the_run(
    scripted: ScriptedServer, account: SmtpServer, certificates: Certificates, security: Security
) -> None:
    port = scripted.ports.tls if security is Security.TLS else scripted.ports.starttls
    account = account.model_copy(
        update={"ca_file": str(certificates.stranger), "security": security, "port": port},
    )
    said = read_failure(account)
    assert "is not trusted: unable to get local issuer certificate" in said
    assert "ca_file" in said
    assert scripted.logins == []


def test_without_a_ca_file_the_authorities_of_the_system_decide(account: SmtpServer) -> None:
    assert "is not trusted" in read_failure(account.model_copy(update={"ca_file": None}))


def test_a_certificate_for_another_name_stops_the_run(scripted: ScriptedServer, account: SmtpServer) -> None:
    said = read_failure(account.model_copy(update={"port": scripted.ports.other_name}))
    assert "is for another name: IP address mismatch" in said
    said = read_failure(account.model_copy(update={"port": scripted.ports.other_name, "host": "localhost"}))
    assert "is for another name: Hostname mismatch, certificate is not valid for 'localhost'" in said


def test_an_expired_certificate_stops_the_run(scripted: ScriptedServer, account: SmtpServer) -> None:
    said = read_failure(account.model_copy(update={"port": scripted.ports.expired}))
    assert "certificate has expired" in said
    assert "clock" in said


def test_a_wrong_password_stops_the_run_and_is_tried_once(scripted: ScriptedServer, account: SmtpServer) -> None:
    wrong = "hunter2-hunter2"
    with SmtpTransport(account, Secret(wrong), SHORT) as transport, pytest.raises(AccountError) as caught:
        transport.prepare()
    said = f"{caught.value} {caught.value.hint}"
    assert "does not know this user with this password: 535 5.7.8" in said
    assert "docs/email.md" in said
    assert wrong not in "".join((said, repr(transport), *traceback.format_exception(caught.value)))
    assert scripted.logins == [(USER, False)]


def test_a_refused_token_is_told_by_the_last_answer(account: SmtpServer) -> None:
    account = account.model_copy(update={"login": Login.XOAUTH2})
    assert "535 5.7.8 token refused" in read_failure(account)


def test_a_server_without_starttls_gets_nothing(scripted: ScriptedServer, account: SmtpServer) -> None:
    account = account.model_copy(update={"port": scripted.ports.plain, "security": Security.STARTTLS})
    assert "offers no STARTTLS, and without it nothing is sent" in read_failure(account)
    assert scripted.logins == []


def test_a_server_without_login_gets_nothing(scripted: ScriptedServer, account: SmtpServer) -> None:
    said = read_failure(account.model_copy(update={"port": scripted.ports.no_login}))
    assert "offers no login (AUTH)" in said
    assert "Microsoft 365" in said


def test_a_server_that_knows_no_tokens_says_what_it_knows(scripted: ScriptedServer, account: SmtpServer) -> None:
    account = account.model_copy(update={"port": scripted.ports.login_only, "login": Login.XOAUTH2})
    assert "offers the logins LOGIN, and not XOAUTH2" in read_failure(account)


@pytest.mark.parametrize(
    ("port", "security", "said"),
    [
        ("plain", Security.TLS, "do not agree on TLS"),
        ("starttls", Security.TLS, "do not agree on TLS"),
        ("mute", Security.STARTTLS, "no answer within 0.2 s, before any message"),
        ("mute", Security.TLS, "did not answer in time"),
    ],
)
def test_the_wrong_port_is_told_with_the_usual_ones(
    scripted: ScriptedServer, account: SmtpServer, port: str, security: Security, said: str
) -> None:
    account = account.model_copy(update={"port": getattr(scripted.ports, port), "security": security})
    told = read_failure(account, replace(IMPATIENT, connect=0.2) if port == "mute" else SHORT)
    assert said in told
    assert "security" in told


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        (["554 5.3.2 closed today"], "does not take messages: 554 5.3.2 closed today"),
        (["hello"], "the server's reply is not SMTP"),
        (["220 hello", "502 \x1b[2Jno"], "refuses to talk: 502  [2Jno"),
        (["220 hello", "250-me\r\n250 STARTTLS", "454 4.7.0 not now"], "refuses STARTTLS: 454 4.7.0 not now"),
        (["220 hello", "250-me\r\n250 STARTTLS", "220 go", "nonsense"], "do not agree on TLS"),
        (["220 hello", "250 " + "x" * 9000], "the connection was closed, before any message"),
        (["220 hello"], "the connection was closed, before any message"),
    ],
)
def test_a_server_that_will_not_serve_is_told_in_its_words(lines: list[str], said: str) -> None:
    with CurtServer(lines) as server:
        account = SmtpServer(host="127.0.0.1", port=server.port, security=Security.STARTTLS, user=USER)
        assert said in read_failure(account)


@pytest.mark.parametrize("login", ["454 4.7.0 try later", "535 5.7.8 AHUAaHVudGVyMi1odW50ZXIy hunter2-hunter2"])
def test_what_a_server_repeats_of_a_password_is_not_told(login: str) -> None:
    with CurtServer(["220 hello", "250-me\r\n250 AUTH PLAIN", login]) as server:
        account = SmtpServer(host="127.0.0.1", port=server.port, security=Security.NONE, user="u")
        said = read_failure(account, secret=Secret("hunter2-hunter2"))
    assert login[:9] in said
    assert "hunter2" not in said
    assert "AHUA" not in said


def test_a_server_that_is_not_there_is_told(account: SmtpServer, scripted: ScriptedServer) -> None:
    with FaultyLine(scripted.ports.tls, "cut", after=0) as line:
        gone = line.port
    assert "cannot be reached: Connection refused" in read_failure(account.model_copy(update={"port": gone}))


def test_a_ca_file_that_is_none_is_told_before_anything_is_said(account: SmtpServer, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("no certificate")
    said = read_failure(account.model_copy(update={"ca_file": str(tmp_path / "ca.pem")}))
    assert "BEGIN CERTIFICATE" in said
    said = read_failure(account.model_copy(update={"ca_file": str(tmp_path / "none.pem")}))
    assert "none.pem' cannot be used: No such file or directory" in said


# A real server


@pytest.fixture
def office(exim: Exim, certificates: Certificates) -> SmtpServer:
    """An account on exim, by STARTTLS."""
    return SmtpServer(
        host="localhost",
        port=exim.port,
        security=Security.STARTTLS,
        user=real.USER,
        ca_file=str(certificates.authority),
    )


def _deliver(office: SmtpServer, message_id: str, *recipients: str, lines: int = 10) -> Answer:
    content = f"Message-ID: <{message_id}>\r\nSubject: x\r\n\r\n".encode() + (b"x" * 76 + b"\r\n") * lines
    outgoing = OutgoingMessage(f"<{message_id}>", "alice@example.org", recipients, content)
    with SmtpTransport(office, Secret(real.PASSWORD), SHORT) as transport:
        return transport.hand_over(outgoing, Witness())


def test_exim_takes_a_message_and_calls_it_by_its_own_name(exim: Exim, office: SmtpServer) -> None:
    answer = _deliver(office, "taken@example.org", "bob@example.com", "alice@example.org")
    assert answer.outcome is SendOutcome.ACCEPTED
    assert answer.said.startswith("250 OK id=")
    wait_until(
        lambda: exim.deliveries("alice", b"<taken@example.org>") and exim.deliveries("sink", b"<taken@example.org>")
    )


def test_a_reply_that_is_eaten_leaves_a_doubt_and_one_delivery(exim: Exim, office: SmtpServer) -> None:
    for security, port in ((Security.STARTTLS, exim.port), (Security.TLS, exim.tls_port)):
        message_id = f"eaten-{security}@example.org"
        with FaultyLine(port, "eat reply", after=20_000) as line:
            update = {"port": line.port, "security": security}
            answer = _deliver(office.model_copy(update=update), message_id, "bob@example.com", lines=1000)
            assert line.damaged == 1
        assert answer == Answer(SendOutcome.IN_DOUBT, "the connection was closed, after the whole message")
        wait_until(lambda message_id=message_id: exim.deliveries("sink", message_id.encode()))  # type: ignore[misc]  # a default that mypy cannot infer
        assert len(exim.deliveries("sink", message_id.encode())) == 1


def test_a_line_that_is_cut_during_the_upload_delivers_nothing(exim: Exim, office: SmtpServer) -> None:
    with FaultyLine(exim.port, "cut", after=100_000) as line:
        answer = _deliver(
            office.model_copy(update={"port": line.port}), "cut@example.org", "b@example.com", lines=110_000
        )
    assert answer.outcome is SendOutcome.DEFERRED
    assert exim.deliveries("sink", b"<cut@example.org>") == []


def test_exim_s_refusals_are_told_by_address(exim: Exim, office: SmtpServer) -> None:
    answer = _deliver(office, "refused@example.org", "r550@example.com", "alice@example.org")
    assert answer.refused == {"r550@example.com": "550 5.1.1 no such user"}
    assert _deliver(office, "deferred@example.org", "r451@example.com").outcome is SendOutcome.DEFERRED
    assert _deliver(office, "no@example.org", "data-554@example.com").said == "550 5.6.0 content refused"
    assert exim.deliveries("alice", b"<refused@example.org>") == []


def test_a_mailbox_that_is_not_there_comes_back_as_a_bounce(exim: Exim, office: SmtpServer) -> None:
    assert _deliver(office, "back@example.org", "bounce-bob@example.com").outcome is SendOutcome.ACCEPTED
    wait_until(lambda: exim.deliveries("alice", b"<back@example.org>"))
    [bounce] = exim.deliveries("alice", b"<back@example.org>")
    assert b"message/delivery-status" in bounce


# What no server may ever be told


@pytest.mark.parametrize(
    "address",
    [
        "a@b.org\r\nRCPT TO:<evil@example.org>",
        "a@b.org\nBcc: evil@example.org",
        "a@b.org\r",
        "a@b.org\0",
        "a b@example.org",
        "a@example.org ",
        "<a@example.org>",
        "a>@example.org",
        "a@example.org> SIZE=1",
        "ä@example.org",
        "a@exämple.org",
        "a@例え.jp",
        "a@@example.org",
        "@example.org",
        "a@",
        "a",
        "",
        ".a@example.org",
        "a..b@example.org",
        '"a b"@example.org',
        "a,b@example.org",
        "a@example.org,b@example.org",
        "a@-example.org",
        "a@example..org",
        "a" * 65 + "@example.org",
        "a@" + "a." * 130 + "org",
    ],
)
def test_no_such_address_reaches_the_wire(address: str) -> None:
    with pytest.raises(ValueError, match="cannot be in an envelope"):
        make_outgoing(address)
    with pytest.raises(ValueError, match="cannot be in an envelope"):
        make_outgoing("a@example.org", sender=address)


@given(
    st.text(alphabet=st.characters(codec="utf-8"), max_size=20),
    st.sampled_from('\r\n\0 <>\t\x7fé\u2028\u202e@,;:"\\()[]'),
)
def test_whatever_stands_around_such_a_character_no_address_holds_it(text: str, sign: str) -> None:
    for address in (f"a{sign}{text}@example.org", f"a{text}{sign}@example.org", f"a@example{sign}{text}.org"):
        with pytest.raises(ValueError, match="cannot be in an envelope"):
            make_outgoing(address)


@given(st.emails())
def test_ordinary_addresses_are_taken(address: str) -> None:
    assert make_outgoing(address).recipients == (address,)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b"Subject: x\n\nx\n", "byte 0"),
        (b"Subject: x\r\n\r\nx", "byte 14"),
        (b"Subject: x\r\n\r\nx\n.\r\n", "byte 14"),
        (b"Subject: x\r\n\r\nx\r.\r\n", "byte 14"),
        (b"Subject: x\r\n\r\n\xe3\x81\x82\r\n", "byte 14"),
        (b"Subject: x\r\n\r\n\0\r\n", "byte 14"),
        (b"Subject: x\r\n\r\n" + b"x" * 999 + b"\r\n", "more than 998 characters"),
    ],
)
def test_no_such_bytes_reach_the_wire(content: bytes, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        make_outgoing("a@example.org", content=content)


def test_a_message_goes_to_somebody_and_to_nobody_twice() -> None:
    for recipients in ((), ("a@example.org", "a@example.org")):
        with pytest.raises(ValueError, match="nobody twice"):
            make_outgoing(*recipients)


@pytest.mark.parametrize("message_id", ["", "a@b", "<a>", "<a@b>\r\nBcc: c@d", "<a b@c>", "<a@b", "<ä@b>", "<<a@b>>"])
def test_no_such_message_id_reaches_the_wire(message_id: str) -> None:
    with pytest.raises(ValueError, match="no Message-ID"):
        OutgoingMessage(message_id, OFFICE, ("a@example.org",), CONTENT)
