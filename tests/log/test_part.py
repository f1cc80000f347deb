"""A command on one campaign reads a part of the log, and learns from it what the whole log says."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from random import Random

import pytest

from conftest import WorkspaceCopy
from log_workspace import CAMPAIGN, OSAKA, TOKYO, draft
from petitioner.log.context import LogContext
from petitioner.log.events import Details, Draft, Event
from petitioner.log.export import export_log
from petitioner.log.fact_input import flag_tracking, list_days_of_same_numbers
from petitioner.log.kinds import Kind
from petitioner.log.states.attention import find_concerns
from petitioner.log.states.earlier_deliveries import EarlierDeliveries
from petitioner.log.states.event_text import find_history
from petitioner.log.states.packets import effective_events
from petitioner.log.states.recipient_status import list_recipient_statuses
from petitioner.log.storage.location import extend_hand_overs, find_location, list_hand_overs, list_hashes
from petitioner.log.storage.part import LogPart
from petitioner.log.storage.store import MailingLog
from petitioner.user_data.logs import read_memories

pytestmark = pytest.mark.usefixtures("named_machine")

YEARS = range(2024, 2030)
RECIPIENTS = (OSAKA.model_copy(update={"formerly": ("jp-kobe",)}), TOKYO)
IDS = ("jp-osaka", "jp-kobe", "jp-tokyo", "jp-naha")
FACTS = (Kind.APPROVED, Kind.POSTED, Kind.POSTED, Kind.RETURNED, Kind.REOPENED, Kind.REPLIED, Kind.BOUNCED)
DELIVERIES = (Kind.COMMITTING, Kind.COMMITTING, Kind.ACCEPTED, Kind.IN_DOUBT, Kind.PRINTING, Kind.PRINTED)


def make_events(random: Random, count: int, events: tuple[Event, ...]) -> Iterator[Draft]:
    """Entries of several years: deliveries, their results, and entries about the log and about earlier entries."""
    for number in range(len(events) + 1, len(events) + count + 1):
        year = random.choice(YEARS)
        details = Details(tracking=f"RR{random.randrange(3)}", note=f"note {number}")
        kind = random.choice((*FACTS, *DELIVERIES))
        if number > 5 and random.random() < 0.2:
            kind = random.choice((Kind.WITHDRAWN, Kind.CONFIRMED, Kind.REDACTED))
            word = {Kind.WITHDRAWN: "withdraws", Kind.CONFIRMED: "confirms", Kind.REDACTED: "redacts"}[kind]
            about = random.randrange(1, number)
            before = events[about - 1].details if about <= len(events) else Details()
            kept = {"withdraws": before.withdraws, "confirms": before.confirms} if kind is Kind.REDACTED else {}
            details = Details(**{word: about, **kept})
        one = draft(kind, random.choice(IDS), channel=random.choice(("post", "email")), details=details)
        on = date(year, 9, 1) + timedelta(days=random.randrange(40))
        one = replace(one, campaign=str(year), edition=random.choice((1, 1, 2)), happened_on=on)
        yield replace(one, attempt=random.choice((1, 1, 2)), recipient_name="驻大阪总领事馆")


def append(log: MailingLog, *drafts: Draft) -> tuple[Event, ...]:
    return log.append(lambda _: drafts)


@pytest.fixture
def log(tmp_path: Path) -> MailingLog:
    random, log = Random(7), MailingLog.within(tmp_path, RECIPIENTS)  # noqa: S311 - the same log each time
    for count in (3, 40, 1, 80, 120):
        log.append(partial(make_events, random, count))
    return MailingLog.within(tmp_path, RECIPIENTS)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("edition", [1, 2])
def test_a_part_says_of_an_edition_what_the_whole_log_says(log: MailingLog, year: int, edition: int) -> None:
    campaign = CAMPAIGN.model_copy(update={"id": str(year), "edition": edition})
    context = LogContext(log.path.parent, RECIPIENTS, campaign, datetime(year, 9, 20, tzinfo=UTC), "Hanako")

    def describe(events: tuple[Event, ...]) -> object:
        statuses = list_recipient_statuses(RECIPIENTS, campaign, events)
        deliveries = EarlierDeliveries.read(context, events)
        concerns = find_concerns(statuses, context, deliveries)
        found = (deliveries.events, deliveries.sent, deliveries.decided)
        return statuses, concerns, found, find_location(events), export_log(statuses, context, events, concerns)

    part = replace(log, part=LogPart(str(year), edition))
    assert describe(part.read()) == describe(log.read())
    assert len(part.read()) < len(log.read()) / 2
    assert part.find_location_problem(part.read()) == log.find_location_problem(log.read())
    assert tuple(part.iterate()) == log.read()


@pytest.mark.parametrize("id_", ["jp-osaka", "jp-tokyo", "jp-naha"])
def test_a_part_has_the_whole_history_of_a_recipient_and_its_tracking_numbers(log: MailingLog, id_: str) -> None:
    context = LogContext(log.path.parent, RECIPIENTS, CAMPAIGN, datetime(2027, 9, 20, tzinfo=UTC), "Hanako")
    days = list_days_of_same_numbers(date(2027, 9, 10))
    part = replace(log, part=LogPart("2027", 1, (id_,), days))
    assert find_history(id_, context, part.read()) == find_history(id_, context, log.read())
    for number in range(3):
        one = draft(recipient="jp-fukuoka", details=Details(tracking=f"RR{number}"))
        flags = [flag_tracking(one, effective_events(each.read()), "JP") for each in (part, log)]
        assert flags[0] == flags[1] != {}


def test_days_at_the_ends_of_the_calendar_are_days() -> None:
    assert list_days_of_same_numbers(date.min)[0] == date.min
    assert list_days_of_same_numbers(date.max)[1] == date.max


def test_hand_overs_are_extended_to_what_the_whole_log_says(log: MailingLog) -> None:
    events = log.read()
    extended = 0
    for at in range(len(events)):
        known = tuple(list_hand_overs(events[:at]))
        for end in range(at, min(at + 6, len(events))):
            found = extend_hand_overs(known, events[at:end], {})
            assert found is None or found == tuple(list_hand_overs(events[:end]))
            extended += found is not None
    assert extended > len(events)


def test_an_append_to_a_part_is_remembered_as_one_to_the_whole_log(log: MailingLog) -> None:
    part = replace(log, part=LogPart("2027", 1, ("jp-osaka",)))
    withdrawal = Details(withdraws=len(log.read()), note="typed twice")
    for one in (draft(), draft(Kind.COMMITTING), draft(Kind.ACCEPTED), draft(Kind.WITHDRAWN, details=withdrawal)):
        append(part, one)
        events = MailingLog.within(log.path.parent, RECIPIENTS).read()
        (memory,) = read_memories().logs
        assert (memory.events, memory.tip) == (len(events), events[-1].hash)
        assert memory.hand_overs == tuple(list_hand_overs(events))
        assert part.read()[-1] == events[-1]
    assert list_hashes(events) == list_hashes(log.read())


def test_what_another_program_appended_meanwhile_is_read(log: MailingLog) -> None:
    part = replace(log, part=LogPart("2027", 1))
    before = part.read()
    (other,) = append(log, replace(draft(), campaign="2024"))
    assert part.read() == (*before, other)
    (redaction,) = append(log, draft(Kind.REDACTED, details=Details(redacts=other.id)))
    assert part.read()[-1] == redaction


def test_an_id_of_another_year_is_known_and_a_mistyped_one_is_not(workspace: WorkspaceCopy) -> None:
    earlier = replace(draft(recipient="jp-naha"), campaign="2026")
    append(MailingLog.within(workspace.folder), replace(draft(), campaign="2026"), earlier, draft())
    ending = workspace.run("log", "add", "posted", "jp-naha")
    assert ending.status == 0, ending.err
    ending = workspace.run("log", "--only", "jp-nahaa")
    assert ending.status != 0
    assert "jp-naha" in ending.err
