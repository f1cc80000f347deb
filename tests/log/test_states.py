"""Where packets stand: pure rules, tried on events that no database ever saw."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from log_workspace import CAMPAIGN, FUKUOKA, OSAKA, TOKYO, chain_of, draft, mission
from petitioner.log.events import Details, Draft
from petitioner.log.kinds import ABOUT_THE_LOG, CHANNEL_OF, CHANNELS, Fact, HandingOutcome, Kind, find_kind
from petitioner.log.states.event_text import PHRASES
from petitioner.log.states.packets import (
    FAILED,
    GOT_THROUGH,
    STATE_AFTER,
    UNDECIDED,
    UNSENT,
    State,
    list_packets,
    map_confirmations,
    map_redactions,
    map_withdrawals,
)
from petitioner.log.states.recipient_status import count_states, format_state_counts, list_recipient_statuses
from petitioner.model.recipient import Channel, Recipient

CLOSED = mission("Gangneung", closed=date(2020, 7, 24))
SKIPPED = mission("Naha", skip="no office yet")


def state_of(recipient: Recipient, *drafts: Draft) -> str:
    (status,) = list_recipient_statuses([recipient], CAMPAIGN, chain_of(*drafts))
    return status.state


def withdrawal(of: int) -> Draft:
    return draft(Kind.WITHDRAWN, details=Details(withdraws=of, note="typed twice"))


def test_every_kind_moves_its_packet_or_says_something_of_another_event_or_of_the_log() -> None:
    says_something = {Kind.WITHDRAWN, Kind.CONFIRMED, Kind.AUTO_REPLIED}
    assert set(STATE_AFTER) | says_something | ABOUT_THE_LOG == set(Kind)


def test_every_kind_has_a_sentence() -> None:
    assert set(PHRASES) == set(Kind)


def test_every_state_of_a_packet_is_unsent_undecided_failed_or_got_through_and_only_one_of_them() -> None:
    groups = [UNSENT, UNDECIDED, FAILED, GOT_THROUGH]
    assert frozenset.union(*groups) == set(State) - {State.CLOSED, State.SKIPPED}
    assert sum(map(len, groups)) == len(frozenset.union(*groups))


@pytest.mark.parametrize(
    ("fact", "outcome", "state"),
    [
        (Fact.POSTED, HandingOutcome.ACCEPTED, "posted"),
        (Fact.HANDED, HandingOutcome.ACCEPTED, "handed over"),
        (Fact.HANDED, HandingOutcome.LETTER_BOX, "left in the letter box"),
        (Fact.HANDED, HandingOutcome.REFUSED, "refused at the gate"),
        (Fact.FAXED, HandingOutcome.ACCEPTED, "faxed"),
        (Fact.RETURNED, HandingOutcome.ACCEPTED, "returned"),
        (Fact.REPLIED, HandingOutcome.ACCEPTED, "replied"),
    ],
)
def test_a_fact_leaves_the_packet_in_the_state_that_a_person_would_name(
    fact: Fact, outcome: HandingOutcome, state: str
) -> None:
    kind = find_kind(fact, outcome)
    (packet,) = list_packets(chain_of(draft(kind, channel=CHANNEL_OF.get(kind, "post"))))
    assert packet.state == state


def test_who_was_not_written_to_is_open_closed_or_skipped() -> None:
    assert [state_of(recipient) for recipient in (OSAKA, CLOSED, SKIPPED)] == ["open", "closed", "skipped"]


def test_a_letter_that_comes_back_is_returned_and_one_posted_again_is_posted() -> None:
    posted, back = draft(on=date(2027, 9, 10)), draft(Kind.RETURNED, on=date(2027, 9, 14))
    assert state_of(OSAKA, posted, back) == "returned"
    assert state_of(OSAKA, posted, back, draft(on=date(2027, 9, 16))) == "posted"


def test_a_posting_entered_after_the_reply_to_it_does_not_hide_the_reply() -> None:
    assert state_of(OSAKA, draft(Kind.REPLIED, on=date(2027, 10, 5)), draft(on=date(2027, 9, 10))) == "replied"


def test_on_one_day_the_later_entry_decides() -> None:
    assert state_of(OSAKA, draft(), draft(Kind.RETURNED)) == "returned"


def test_a_withdrawn_event_no_longer_counts_and_the_one_before_it_does() -> None:
    assert state_of(OSAKA, draft(), withdrawal(1)) == "open"
    assert state_of(OSAKA, draft(), draft(Kind.RETURNED), withdrawal(2)) == "posted"


def test_another_edition_and_another_campaign_are_other_mailings() -> None:
    second = CAMPAIGN.model_copy(update={"edition": 2})
    next_year = CAMPAIGN.model_copy(update={"id": "2028"})
    events = chain_of(draft())
    assert [
        list_recipient_statuses([OSAKA], campaign, events)[0].state for campaign in (CAMPAIGN, second, next_year)
    ] == [
        "posted",
        "open",
        "open",
    ]


def test_a_past_campaign_stands_as_it_stood_whatever_recipients_yaml_plans_today() -> None:
    next_year = replace(draft(recipient="jp-tokyo"), campaign="2028")
    by_email = OSAKA.model_copy(update={"channels": (Channel.EMAIL,)})
    by_both = OSAKA.model_copy(update={"channels": (Channel.POST, Channel.EMAIL)})
    for recipient in (by_email, by_both):
        before, after = (
            list_recipient_statuses([recipient], CAMPAIGN, chain_of(draft(), *later))[0] for later in ([], [next_year])
        )
        assert (before.state, before.open_channels) == ("open", ("email",))
        assert (after.state, after.open_channels) == ("posted", ())
    assert list_recipient_statuses([TOKYO], CAMPAIGN, chain_of(draft(), next_year))[0].state == "open"


def test_a_later_attempt_goes_before_an_earlier_one() -> None:
    first = draft(Kind.RETURNED, on=date(2027, 9, 20))
    for second_day in (date(2027, 9, 19), date(2027, 9, 21)):
        events = chain_of(first, replace(draft(on=second_day), attempt=2))
        (status,) = list_recipient_statuses([OSAKA], CAMPAIGN, events)
        assert status.state == "posted"
        assert len(list_packets(events)) == 2


MAILED = mission("Naha", (Channel.EMAIL,))


@pytest.mark.parametrize(
    ("kinds", "state"),
    [
        ("approved", "approved"),
        ("approved, lapsed", "lapsed"),
        ("approved, lapsed, approved", "approved"),
        ("approved, printed", "printed"),
        ("approved, handing over", "handing over"),
        ("approved, handing over, committing", "in doubt"),
        ("approved, handing over, committing, in doubt", "in doubt"),
        ("approved, handing over, committing, accepted", "accepted"),
        ("approved, handing over, refused", "refused"),
        ("approved, handing over, committing, refused", "refused"),
        ("approved, handing over, deferred", "deferred"),
        ("approved, handing over, deferred, committing, accepted", "accepted"),
        ("approved, handing over, committing, accepted, bounced", "bounced"),
        ("approved, handing over, committing, accepted, delivered", "delivered"),
        ("approved, handing over, committing, accepted, replied, delivered", "replied"),
        ("approved, handing over, committing, accepted, replied, bounced", "replied"),
        ("approved, handing over, committing, accepted, bounced, delivered", "bounced"),
        ("approved, handing over, committing, accepted, delivered, bounced", "bounced"),
        ("approved, handing over, committing, accepted, bounced, replied", "replied"),
        ("approved, handing over, committing, accepted, auto-replied", "accepted"),
        ("approved, handing over, committing, in doubt, bounced", "bounced"),
        ("approved, handing over, drafted, accepted", "accepted"),
        ("approved, handing over, committing, settled sent", "settled sent"),
        ("approved, handing over, committing, settled not sent", "settled not sent"),
        ("approved, handing over, drafted", "drafted"),
        ("approved, handing over, drafted, settled sent", "settled sent"),
        ("approved, handing over, exported", "exported"),
        ("approved, handing over, committing, accepted, approved", "accepted"),
        ("approved, handing over, committing, accepted, lapsed", "accepted"),
        ("approved, handing over, committing, lapsed", "in doubt"),
        ("accepted, handing over", "accepted"),
        ("redacted, rehearsed, adopted, restored, confirmed", "open"),
    ],
)
def test_what_the_program_does_leaves_a_packet_where_a_person_would_say(kinds: str, state: str) -> None:
    drafts = [draft(Kind(kind), MAILED.id, channel="email") for kind in kinds.split(", ")]
    assert state_of(MAILED, *drafts) == state


def test_an_approval_entered_after_the_posting_does_not_unsend_it() -> None:
    assert state_of(OSAKA, draft(on=date(2027, 9, 10)), draft(Kind.APPROVED, on=date(2027, 9, 12))) == "posted"


def test_a_reopened_packet_is_open_until_its_new_attempt_is_sent() -> None:
    back = (draft(on=date(2027, 9, 10)), draft(Kind.RETURNED, on=date(2027, 9, 14)))
    again = replace(draft(Kind.REOPENED, on=date(2027, 9, 15)), attempt=2)
    (status,) = list_recipient_statuses([OSAKA], CAMPAIGN, chain_of(*back, again))
    assert (status.state, status.open_channels) == ("open", ("post",))
    for day in (date(2027, 9, 14), date(2027, 9, 16)):  # the posting may be dated before the reopening
        assert state_of(OSAKA, *back, again, replace(draft(on=day), attempt=2)) == "posted"


def test_one_way_in_doubt_waits_for_a_person_however_the_other_stands() -> None:
    both = mission("Kobe", (Channel.POST, Channel.EMAIL))
    doubt = draft(Kind.COMMITTING, both.id, channel="email")
    for posted in ([], [draft(recipient=both.id)], [draft(Kind.REPLIED, both.id)]):
        assert state_of(both, doubt, *posted) == "in doubt"
    assert state_of(both, doubt, draft(recipient=both.id), draft(Kind.SETTLED_SENT, both.id, channel="email")) != (
        "in doubt"
    )


@pytest.mark.parametrize(("recipient", "state"), [(CLOSED, "closed"), (SKIPPED, "skipped")])
def test_an_approval_does_not_open_a_mission_that_is_closed_or_skipped(recipient: Recipient, state: str) -> None:
    assert state_of(recipient, draft(Kind.APPROVED, recipient.id)) == state


def test_a_redaction_carries_over_what_its_event_took_back_or_confirmed() -> None:
    """The words of events 2 and 4 are gone; what they said of events 1 and 3 stands in their redactions."""
    events = chain_of(
        draft(),
        draft(Kind.WITHDRAWN),
        draft(),
        draft(Kind.CONFIRMED),
        draft(Kind.REDACTED, details=Details(redacts=2, withdraws=1)),
        draft(Kind.REDACTED, details=Details(redacts=4, confirms=3)),
    )
    assert {number: by.id for number, by in map_withdrawals(events).items()} == {1: 2}
    assert {number: by.id for number, by in map_confirmations(events).items()} == {3: 4}
    assert {number: by.id for number, by in map_redactions(events).items()} == {2: 5, 4: 6}


def test_a_withdrawn_confirmation_confirms_nothing() -> None:
    events = chain_of(draft(), draft(Kind.CONFIRMED, details=Details(confirms=1)), withdrawal(2))
    assert map_confirmations(events) == {}


class TestSeveralWays:
    BOTH = mission("Kobe", (Channel.POST, Channel.EMAIL))

    def test_each_planned_way_is_written_to_once(self) -> None:
        (status,) = list_recipient_statuses([self.BOTH], CAMPAIGN, chain_of(draft(recipient="jp-kobe")))
        assert status.state == "open"
        assert status.open_channels == ("email",)

    def test_handing_over_stands_in_for_posting(self) -> None:
        assert state_of(OSAKA, draft(Kind.HANDED_OVER, channel="hand")) == "handed over"

    def test_handing_over_does_not_stand_in_for_an_email(self) -> None:
        handed = draft(Kind.HANDED_OVER, "jp-kobe", channel="hand")
        (status,) = list_recipient_statuses([self.BOTH], CAMPAIGN, chain_of(handed))
        assert status.open_channels == ("email",)

    def test_one_planned_way_does_not_stand_in_for_another(self) -> None:
        twice = mission("Kobe", (Channel.POST, Channel.HAND))
        (status,) = list_recipient_statuses([twice], CAMPAIGN, chain_of(draft(recipient="jp-kobe")))
        assert status.open_channels == ("hand",)

    def test_one_answer_is_enough_once_every_way_was_taken(self) -> None:
        twice = mission("Kobe", (Channel.POST, Channel.HAND))
        answer = draft(Kind.REPLIED, twice.id)
        assert state_of(twice, answer) == "open"
        assert state_of(twice, answer, draft(Kind.LEFT_IN_LETTER_BOX, twice.id, channel="hand")) == "replied"

    @pytest.mark.parametrize("failed", [Kind.REFUSED_AT_GATE, Kind.RETURNED])
    def test_a_delivery_that_failed_leaves_the_planned_way_open(self, failed: Kind) -> None:
        (status,) = list_recipient_statuses([OSAKA], CAMPAIGN, chain_of(draft(failed, channel="hand")))
        assert (status.state, status.open_channels) == ("open", ("post",))

    def test_posting_makes_good_a_refusal_at_the_gate(self) -> None:
        assert state_of(OSAKA, draft(Kind.REFUSED_AT_GATE, channel="hand"), draft()) == "posted"

    def test_an_answer_counts_by_whatever_way_it_came(self) -> None:
        assert state_of(OSAKA, draft(), draft(Kind.REPLIED, channel="email")) == "replied"


def test_the_sum_names_every_state_once_and_in_one_order() -> None:
    events = chain_of(draft(Kind.HANDED_OVER, "jp-tokyo", channel="hand"), draft())
    statuses = list_recipient_statuses([TOKYO, OSAKA, FUKUOKA, CLOSED, SKIPPED], CAMPAIGN, events)
    assert format_state_counts(statuses) == "5 = 1 posted + 1 handed over + 1 open + 1 closed + 1 skipped"


def test_who_is_closed_but_was_written_to_counts_as_written_to() -> None:
    assert state_of(CLOSED, draft(recipient=CLOSED.id)) == "posted"


def test_who_is_gone_from_the_file_stands_last_under_the_name_it_was_written_to() -> None:
    *_, gone = list_recipient_statuses([TOKYO], CAMPAIGN, chain_of(draft()))
    assert (gone.id, gone.name, gone.record, gone.state) == ("jp-osaka", "驻大阪总领事馆", None, "posted")
    assert (gone.open_channels, gone.hold_reason) == ((), "")


def test_nobody_at_all_is_said_to_be_nobody() -> None:
    assert format_state_counts(()) == "0 recipients"


PEOPLE = (OSAKA, TOKYO, FUKUOKA, TestSeveralWays.BOTH, CLOSED, SKIPPED)
FACTS = st.builds(
    draft,
    st.sampled_from([kind for kind in Kind if kind is not Kind.WITHDRAWN]),
    st.sampled_from([*(recipient.id for recipient in PEOPLE), "jp-gone"]),
    channel=st.sampled_from(CHANNELS),
    on=st.dates(date(2026, 1, 1), date(2029, 1, 1)),
)
ATTEMPTS = st.builds(lambda one, attempt: replace(one, attempt=attempt), FACTS, st.integers(1, 3))
WITHDRAWALS = st.integers(1, 30).map(withdrawal)


@given(st.lists(ATTEMPTS | WITHDRAWALS, max_size=30))
def test_whatever_was_entered_every_recipient_is_accounted_for_once(entries: list[Draft]) -> None:
    statuses = list_recipient_statuses(PEOPLE, CAMPAIGN, chain_of(*entries))
    present = [status for status in statuses if status.record]
    assert [status.id for status in present] == [recipient.id for recipient in PEOPLE]
    assert sum(count_states(present).values()) == len(PEOPLE)
    assert format_state_counts(present).startswith(f"{len(PEOPLE)} = ")
    for status in present:
        assert (status.state in UNSENT) <= bool(status.open_channels)
        assert bool(status.open_channels) <= (status.state in UNSENT | {State.IN_DOUBT})
        latest = {packet.key.channel: packet for packet in status.packets}
        assert len(latest) == len(status.packets)
        doubt = [packet for packet in status.packets if packet.state is State.IN_DOUBT]
        assert (status.state is State.IN_DOUBT) == bool(doubt)
