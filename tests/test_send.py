"""Sending: through the command line, to a server that keeps count."""

import pytest

from conftest import Bench
from mail_office import MailOffice
from petitioner.mailing_log.events.kinds import Kind
from servers.certificates import Certificates
from servers.scripted import ScriptedServer

TOKYO, OSAKA = "tokyo@example.cn", "osaka@example.cn"


@pytest.fixture
def office(bench: Bench, scripted: ScriptedServer, certificates: Certificates) -> MailOffice:
    office = MailOffice(bench)
    office.write_account(scripted.ports.tls, certificates)
    return office


def test_without_for_real_nothing_leaves_and_nothing_is_recorded(office: MailOffice, scripted: ScriptedServer) -> None:
    office.write_to(TOKYO, OSAKA)
    office.approve()
    before = office.read_log()
    ending = office.send("--only", "jp-osaka")
    assert ending.status == 0
    assert scripted.kept == []
    assert office.read_log() == before


def test_each_packet_is_delivered_once_and_a_second_run_sends_nothing(
    office: MailOffice, scripted: ScriptedServer
) -> None:
    office.write_to(TOKYO, OSAKA)
    office.approve()
    ending = office.send()
    assert ending.status == 0, ending.err
    assert [message.recipients for message in scripted.kept] == [(TOKYO,), (OSAKA,)]
    assert office.list_kinds("jp-osaka") == [Kind.HANDING_OVER, Kind.COMMITTING, Kind.ACCEPTED]
    again = office.send()
    assert again.status == 0
    assert len(scripted.kept) == 2
