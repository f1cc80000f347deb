"""What posting costs and takes, as the data tell it, and the arithmetic of working days."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from petitioner.model.postage import Money, Rounds
from petitioner.tables.postage import (
    choose_class,
    find_format,
    find_postage,
    has_false_digit,
    list_classes,
    load_postage,
    normalize_code,
)
from petitioner.tables.postage.posting_days import Calendar, PostalRoute, find_deadline, list_classes_in_time

DAY = date(2027, 9, 24)
LONG3, KAKU2, DL = (120, 235), (240, 332), (110, 220)
JAPAN = PostalRoute("JP", "JP", ("CN",))


def yen(amount: int) -> Money:
    return Money(Decimal(amount), "JPY")


class TestPrices:
    @pytest.mark.parametrize(
        ("mail_class", "weight", "size", "price"),
        [
            ("ordinary", 25, LONG3, 110),
            ("ordinary", 50, LONG3, 110),
            ("ordinary", 50.1, LONG3, 180),
            ("ordinary", 40, KAKU2, 140),
            ("ordinary", 1000, KAKU2, 750),
            ("ordinary", 1001, KAKU2, 1350),
            ("recorded", 30, DL, 320),
            ("simple-registered", 30, DL, 460),
            ("registered", 30, DL, 590),
            ("express", 30, DL, 410),
            ("express", 251, KAKU2, 910),
            ("express-simple-registered", 30, DL, 760),
            ("letter-pack-light", 300, (248, 340), 430),
            ("letter-pack-plus", 300, (248, 340), 600),
        ],
    )
    def test_a_letter_within_japan(self, mail_class: str, weight: float, size: tuple[float, float], price: int) -> None:
        assert find_postage("JP", mail_class, "JP", weight, size, DAY) == yen(price)

    def test_the_sides_may_stand_in_either_order_and_a_thick_one_costs_more(self) -> None:
        assert find_postage("JP", "ordinary", "JP", 20, (235, 120), DAY) == yen(110)
        assert find_postage("JP", "ordinary", "JP", 20, (235, 120, 10), DAY) == yen(110)
        assert find_postage("JP", "ordinary", "JP", 20, (235, 120, 11), DAY) == yen(140)
        assert find_format("JP", 20, (235, 121)) == "within-norm"

    def test_the_price_is_that_of_the_day_of_posting(self) -> None:
        prices = [find_postage("JP", "ordinary", "JP", 20, DL, day) for day in (date(2024, 9, 30), date(2024, 10, 1))]
        assert prices == [yen(84), yen(110)]
        assert find_postage("JP", "ordinary", "JP", 20, DL, date(2023, 9, 30)) is None

    def test_abroad_it_goes_by_zones(self) -> None:
        prices = [find_postage("JP", "air", country, 25, DL, DAY) for country in ("KR", "TH", "FR", "US", "BR")]
        assert prices == [yen(120), yen(120), yen(140), yen(140), yen(160)]

    @pytest.mark.parametrize(
        ("country", "mail_class", "to", "weight", "size"),
        [
            ("JP", "air", "KR", 26, DL),
            ("JP", "air", "KR", 20, KAKU2),
            ("JP", "air", "XX", 20, DL),
            ("JP", "registered-air", "KR", 20, DL),
            ("JP", "ordinary", "KR", 20, DL),
            ("JP", "air", "JP", 20, DL),
            ("JP", "pigeon", "JP", 20, DL),
            ("KR", "ordinary", "KR", 20, DL),
            ("JP", "ordinary", "JP", 4001, KAKU2),
            ("JP", "ordinary", "JP", 20, (80, 130)),
            ("JP", "letter-pack-light", "JP", 20, (240, 341)),
        ],
    )
    def test_what_is_not_known_or_cannot_be_posted_so_has_no_price(
        self, country: str, mail_class: str, to: str, weight: float, size: tuple[float, float]
    ) -> None:
        assert find_postage(country, mail_class, to, weight, size, DAY) is None

    @given(st.sampled_from(list_classes("JP")), st.floats(1, 4000), st.floats(0, 1000), st.sampled_from([DL, KAKU2]))
    def test_a_heavier_letter_never_costs_less(
        self, mail_class: str, weight: float, more: float, size: tuple[float, float]
    ) -> None:
        light = find_postage("JP", mail_class, "JP", weight, size, DAY)
        heavy = find_postage("JP", mail_class, "JP", weight + more, size, DAY)
        assert heavy is None or (light is not None and light.amount <= heavy.amount)

    def test_every_fee_flat_price_and_counterpart_that_a_class_names_is_there(self) -> None:
        for book in load_postage().values():
            for name, one in book.classes.items():
                assert one.abroad is None or one.abroad in book.classes, name
                assert one.source or one.remark, name
            named = {fee for one in book.classes.values() if one.reach == "domestic" for fee in one.fees}
            flat = {name for name, one in book.classes.items() if one.flat}
            for tariff in book.tariffs:
                assert (named, flat, set(tariff.letters)) == (set(tariff.fees), set(tariff.flat), set(book.formats))

    def test_no_country_stands_in_two_zones(self) -> None:
        countries = [country for zone in load_postage()["JP"].zones.values() for country in zone]
        assert len(countries) == len(set(countries))


class TestClasses:
    def test_beyond_the_border_another_class_stands_in(self) -> None:
        chosen = [choose_class("JP", name, to) for name, to in [(None, "JP"), (None, "KR"), ("express", "KR")]]
        assert chosen == ["ordinary", "air", "ems"]
        assert choose_class("JP", "air", "JP") == "ordinary"
        assert choose_class("JP", "pigeon", "JP") is None
        assert choose_class("KR", None, "KR") is None


class TestTrackingNumbers:
    @pytest.mark.parametrize(
        "number",
        [
            "RR473124829JP",
            "rr 473 124 829 jp",
            "131-12-38385-2",
            "4055-4842-4886",
            "４０５５４８４２４８８６",
            "A13112383852A",
        ],
    )
    def test_a_true_check_digit(self, number: str) -> None:
        assert not has_false_digit(number, "JP")

    @pytest.mark.parametrize("number", ["RR473124828JP", "131-12-38385-3", "4055-4842-4887"])
    def test_a_false_one(self, number: str) -> None:
        assert has_false_digit(number, "JP")

    def test_what_has_another_shape_or_another_post_is_not_judged(self) -> None:
        assert not has_false_digit("RR1", "JP")
        assert not has_false_digit("131-12-38385-3", "KR")

    @given(st.integers(0, 99_999_999), st.integers(0, 9))
    def test_of_ten_last_figures_of_an_international_number_one_is_true(self, serial: int, digit: int) -> None:
        true = [end for end in range(10) if not has_false_digit(f"RR{serial:08}{end}CN", "JP")]
        assert len(true) == 1
        assert has_false_digit(f"RR{serial:08}{digit}CN", "JP") is (digit not in true)

    def test_codes_compare_by_letters_and_figures(self) -> None:
        assert normalize_code("ＬＦＮＫＲ－2027ßjp_osaka") == "LFNKR2027JPOSAKA"


DAYS = st.dates(date(2024, 1, 1), date(2035, 12, 31))
CALENDARS = st.sampled_from([Calendar(("JP",)), Calendar(("JP", "CN")), Calendar(("EG", "JP")), Calendar(("XX",))])


class TestWorkingDays:
    @settings(max_examples=60)
    @given(CALENDARS, DAYS, st.integers(1, 15))
    def test_counting_on_never_lands_on_a_free_day_and_passes_just_so_many(
        self, calendar: Calendar, day: date, count: int
    ) -> None:
        there = calendar.add(day, count)
        passed = [day + timedelta(days=step) for step in range(1, (there - day).days + 1)]
        assert calendar.is_working(there)
        assert sum(map(calendar.is_working, passed)) == count

    @settings(max_examples=60)
    @given(CALENDARS, DAYS, st.integers(0, 20), st.integers(0, 10))
    def test_who_starts_later_is_never_there_earlier(
        self, calendar: Calendar, day: date, later: int, count: int
    ) -> None:
        assert calendar.add(day, count) <= calendar.add(day + timedelta(days=later), count)
        assert calendar.go_back(day) <= day <= calendar.go_on(day)

    def test_a_free_day_in_one_country_is_free_in_both(self) -> None:
        assert Calendar(("JP",)).is_working(date(2027, 9, 15))
        assert not Calendar(("JP", "CN")).is_working(date(2027, 9, 15))

    def test_weekends_are_those_of_the_country(self) -> None:
        friday = date(2027, 9, 10)
        assert not Calendar(("EG",)).is_working(friday)
        assert Calendar(("EG",)).is_working(friday + timedelta(days=2))

    def test_of_an_unknown_country_weekends_alone_are_free(self) -> None:
        calendar = Calendar(("XX",))
        assert calendar.unknown == ("XX",)
        assert calendar.is_working(date(2027, 1, 1))
        assert not calendar.is_working(date(2027, 1, 2))


class TestDeadlines:
    def test_in_2027_two_holidays_lie_before_the_day(self) -> None:
        deadline = find_deadline(JAPAN, DAY)
        assert (deadline.mail_class, deadline.post_by, deadline.arrives) == ("ordinary", date(2027, 9, 17), DAY)
        assert [(one.day.day, one.name, one.country) for one in deadline.holidays] == [
            (20, "Respect for the Aged Day", "JP"),
            (23, "Autumnal Equinox Day", "JP"),
        ]

    def test_what_is_delivered_every_day_can_be_posted_later(self) -> None:
        assert find_deadline(PostalRoute("JP", "JP", ("CN",), "express"), DAY).post_by == date(2027, 9, 22)

    def test_a_day_on_which_the_mission_is_closed_is_brought_forward(self) -> None:
        deadline = find_deadline(PostalRoute("JP", "JP", ("CN",), "express"), date(2027, 9, 15))
        assert (deadline.post_by, deadline.arrives) == (date(2027, 9, 10), date(2027, 9, 14))
        assert find_deadline(PostalRoute("JP", "JP", (), "express"), date(2027, 9, 15)).arrives == date(2027, 9, 15)

    def test_a_sunday_is_brought_forward_too(self) -> None:
        assert find_deadline(PostalRoute("JP", "JP"), date(2028, 9, 24)).arrives == date(2028, 9, 21)

    def test_where_nothing_is_known_it_is_cautious_and_says_so(self) -> None:
        deadline = find_deadline(PostalRoute("KR", "KR"), DAY)
        assert (deadline.days, deadline.counts_working_days) == (3, True)
        assert "not known" in deadline.remark
        assert "by caution" in find_deadline(PostalRoute("JP", "NG"), DAY).remark

    def test_the_ways_that_are_left_become_fewer(self) -> None:
        names = [
            {way.mail_class for way in list_classes_in_time(JAPAN, DAY, date(2027, 9, day))} for day in (17, 18, 22, 23)
        ]
        daily = {name for name, one in load_postage()["JP"].classes.items() if one.rounds is Rounds.DAILY}
        assert names == [daily | {"ordinary", "recorded"}, daily, daily, set()]

    @settings(max_examples=60)
    @given(DAYS, st.integers(0, 30), st.sampled_from(["JP", "KR", "EG", "US"]), st.sampled_from(list_classes("JP")))
    def test_it_is_posted_on_a_working_day_before_it_arrives_and_a_later_day_never_needs_an_earlier_one(
        self, day: date, later: int, to: str, mail_class: str
    ) -> None:
        journey = PostalRoute("JP", to, ("CN",), mail_class)
        deadline, other = find_deadline(journey, day), find_deadline(journey, day + timedelta(days=later))
        assert deadline.post_by < deadline.arrives <= day
        assert Calendar(("JP",)).is_working(deadline.post_by)
        assert Calendar((to, "CN")).is_working(deadline.arrives)
        assert deadline.post_by <= other.post_by
