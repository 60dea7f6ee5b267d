"""Open now, until when, and what comes next."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.hours.hours_cases import CALENDAR, FIRST, LAST, REALISTIC, exception, schedules, weekly
from knutpunkt.engines.hours import (
    EndsBeforeItBegins,
    NaiveInstant,
    Rule,
    Schedule,
    State,
    day,
    days,
    intervals,
    status,
    week,
)

STOCKHOLM = ZoneInfo("Europe/Stockholm")
OFFICE = Schedule((weekly("Mo-Fr 10:00-16:00"), *CALENDAR))


def at(text, zone=STOCKHOLM):
    return datetime.fromisoformat(text).replace(tzinfo=zone)


def test_an_open_office_says_until_when_and_when_it_opens_again():
    now = status(OFFICE, at("2022-05-25 12:00"))
    assert now.open is True
    assert now.until == at("2022-05-25 16:00")
    # Thursday is a holiday, and says so; Friday is an ordinary day.
    assert now.next_opening == at("2022-05-27 10:00")
    assert status(OFFICE, at("2022-05-26 12:00")).reason == "Kristi himmelsfärdsdag"


def test_a_closed_office_is_closed_until_it_opens():
    now = status(OFFICE, at("2022-05-27 16:00"))
    assert now.open is False
    assert now.until == now.next_opening == at("2022-05-30 10:00")


def test_opening_is_included_and_closing_is_not():
    assert status(OFFICE, at("2022-05-27 10:00")).open is True
    assert status(OFFICE, at("2022-05-27 15:59:59")).open is True
    assert status(OFFICE, at("2022-05-27 09:59:59")).open is False


def test_adjoining_intervals_are_one_opening_also_across_midnight():
    split = Schedule((weekly("Mo 10:00-12:00,12:00-24:00; Tu 00:00-02:00,09:00-10:00"),))
    now = status(split, at("2022-05-30 11:00"))
    assert now.until == at("2022-05-31 02:00")
    assert now.next_opening == at("2022-05-31 09:00")


def test_an_instant_may_come_in_any_zone_but_not_without_one():
    assert status(OFFICE, at("2022-05-27 08:00", UTC)).open is True
    assert status(OFFICE, at("2022-05-27 07:59", UTC)).open is False
    with pytest.raises(NaiveInstant, match="2022-05-27T08:00:00 has no time zone"):
        status(OFFICE, datetime.fromisoformat("2022-05-27T08:00:00"))


def test_an_unknown_day_is_neither_open_nor_closed():
    now = status(Schedule((weekly('unknown "brand"'),)), at("2022-05-27 12:00"))
    assert (now.open, now.until, now.next_opening) == (None, None, None)
    assert now.next_is_unknown_from == date(2022, 5, 27)
    assert now.reason == "brand"


def test_looking_ahead_stops_at_the_first_unknown_day():
    office = Schedule((weekly("Mo-Fr 10:00-16:00"), exception("unknown", date(2022, 5, 30))))
    now = status(office, at("2022-05-28 12:00"))
    assert (now.open, now.until, now.next_opening) == (False, None, None)
    assert now.next_is_unknown_from == date(2022, 5, 30)
    # Before Friday's opening, the unknown Monday is not what comes next.
    assert status(office, at("2022-05-27 08:00")).next_is_unknown_from is None


def test_an_opening_that_runs_into_an_unknown_day_has_no_known_end():
    office = Schedule((weekly("Mo 10:00-24:00; Tu unknown"),))
    now = status(office, at("2022-05-30 12:00"))
    assert (now.open, now.until) == (True, None)
    assert now.next_is_unknown_from == date(2022, 5, 31)


def test_looking_ahead_ends_after_four_hundred_days():
    today = at("2022-05-27 12:00")
    later = Schedule((weekly("closed"), exception("10:00-12:00", today.date() + timedelta(400))))
    assert status(later, today).next_opening.date() == date(2023, 7, 1)
    too_late = Schedule((weekly("closed"), exception("10:00-12:00", date(2023, 7, 2))))
    assert status(too_late, today).next_opening is None
    assert status(too_late, today).next_is_unknown_from is None
    always = status(Schedule((weekly("00:00-24:00"),)), today)
    assert (always.open, always.until, always.next_opening) == (True, None, None)


def test_a_week_goes_from_monday_to_sunday():
    answers = week(OFFICE, date(2022, 5, 28))
    assert [answer.date.day for answer in answers] == [23, 24, 25, 26, 27, 28, 29]
    assert [answer.state.value for answer in answers] == [
        *["open"] * 3,
        "closed",
        "open",
        *["closed"] * 2,
    ]


def test_intervals_carry_instants_and_reasons():
    short = exception("11:00-12:00", date(2022, 5, 27), reason="möte", source="dnr 1")
    office = Schedule((weekly("Mo-Fr 10:00-12:00,13:00-16:00"), short))
    openings = intervals(office, date(2022, 5, 26), date(2022, 5, 28))
    assert [opening.opens_at for opening in openings] == [
        at("2022-05-26 10:00"),
        at("2022-05-26 13:00"),
        at("2022-05-27 11:00"),
    ]
    assert (openings[2].reason, openings[2].source) == ("möte", "dnr 1")
    with pytest.raises(EndsBeforeItBegins):
        intervals(office, date(2022, 5, 28), date(2022, 5, 26))


INSTANTS = st.integers(0, 1090 * 24 * 60).map(
    lambda minutes: datetime(2022, 1, 2, tzinfo=UTC) + timedelta(minutes=minutes)
)


@pytest.mark.slow
@settings(deadline=None)
@given(schedules(), INSTANTS)
def test_status_agrees_with_the_list_of_openings(schedule, now):
    answer = status(schedule, now)
    today = now.astimezone(STOCKHOLM).date()
    openings = intervals(schedule, today - timedelta(1), today + timedelta(1))
    holds = [o for o in openings if o.opens_at.astimezone(UTC) <= now < o.closes_at.astimezone(UTC)]
    unknown = day(schedule, today).state is State.UNKNOWN
    assert answer.open is (None if unknown else bool(holds))
    assert answer.today == day(schedule, today)


@pytest.mark.slow
@settings(deadline=None)
@given(schedules(), INSTANTS)
def test_until_is_the_first_moment_that_differs(schedule, now):
    answer = status(schedule, now)
    if answer.until is None:
        return
    until = answer.until.astimezone(UTC)
    assert until > now
    assert status(schedule, until).open is not answer.open
    last = status(schedule, max(now, until - timedelta(seconds=1)))
    assert (last.open, last.until) == (answer.open, answer.until)
    middle = status(schedule, now + (until - now) / 2)
    assert (middle.open, middle.until) == (answer.open, answer.until)


@pytest.mark.slow
@settings(deadline=None)
@given(schedules(), INSTANTS)
def test_no_opening_lies_between_now_and_the_next_one(schedule, now):
    answer = status(schedule, now)
    today = now.astimezone(STOCKHOLM).date()
    ahead = days(schedule, today, today + timedelta(400))
    first_unknown = next((d.date for d in ahead if d.state is State.UNKNOWN), None)
    starts = [
        opening.opens_at
        for opening in intervals(schedule, today, today + timedelta(400))
        if opening.opens_at.astimezone(UTC) > now
        and status(schedule, opening.opens_at.astimezone(UTC) - timedelta(seconds=1)).open is False
    ][:1]
    if answer.next_opening:
        assert starts == [answer.next_opening]
        assert first_unknown is None or answer.next_opening.date() < first_unknown
    elif starts:
        assert answer.next_is_unknown_from == first_unknown
        assert first_unknown <= starts[0].date()


@pytest.mark.parametrize("name", REALISTIC)
def test_every_answer_comes_from_one_decision(name):
    schedule = REALISTIC[name]
    openings = intervals(schedule, FIRST, LAST)
    for answer in days(schedule, FIRST, LAST):
        noon = datetime(answer.date.year, answer.date.month, answer.date.day, 12, tzinfo=STOCKHOLM)
        covers = any(i.opens <= 12 * 60 < i.closes for i in answer.intervals)
        expected = None if answer.state is State.UNKNOWN else covers
        assert status(schedule, noon).open is expected
    listed = [(opening.date, opening.interval) for opening in openings]
    assert listed == [(d.date, i) for d in days(schedule, FIRST, LAST) for i in d.intervals]


def test_rules_and_schedules_can_be_keys():
    assert len({OFFICE, Schedule(OFFICE.rules)}) == 1
    assert all(isinstance(rule, Rule) for rule in OFFICE.rules)
