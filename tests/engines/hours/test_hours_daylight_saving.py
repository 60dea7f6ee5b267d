"""Both nights when the clocks change, 2024-03-31 and 2024-10-27 in Sweden."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.hours.hours_cases import weekly, weeks
from knutpunkt.engines.hours import Layer, Rule, Schedule, intervals, status

STOCKHOLM = ZoneInfo("Europe/Stockholm")
SPRING, AUTUMN = date(2024, 3, 31), date(2024, 10, 27)


def only_opening(text, on, zone="Europe/Stockholm"):
    (opening,) = intervals(Schedule((weekly(text),), zone), on, on)
    return opening


def utc(text):
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("on", "opens_at", "closes_at", "hours"),
    [
        (SPRING, "2024-03-30 23:00", "2024-03-31 04:00", 5),
        (AUTUMN, "2024-10-26 22:00", "2024-10-27 05:00", 7),
        (date(2024, 6, 2), "2024-06-01 22:00", "2024-06-02 04:00", 6),
    ],
)
def test_an_interval_across_the_change_lasts_its_real_time(on, opens_at, closes_at, hours):
    opening = only_opening("00:00-06:00", on)
    assert (opening.opens_at, opening.closes_at) == (utc(opens_at), utc(closes_at))
    assert opening.duration == timedelta(hours=hours)


def test_a_skipped_opening_time_resolves_forward_to_the_jump():
    opening = only_opening("02:30-06:00", SPRING)
    assert opening.opens_at == utc("2024-03-31 01:00")
    assert opening.opens_at.isoformat() == "2024-03-31T03:00:00+02:00"
    assert opening.duration == timedelta(hours=3)


def test_a_skipped_closing_time_resolves_forward_to_the_jump():
    opening = only_opening("00:00-02:30", SPRING)
    assert opening.closes_at == utc("2024-03-31 01:00")
    assert opening.duration == timedelta(hours=2)


def test_an_interval_that_is_skipped_altogether_is_no_opening():
    assert intervals(Schedule((weekly("02:10-02:50"),)), SPRING, SPRING) == ()


def test_an_ambiguous_opening_time_is_the_first_occurrence():
    opening = only_opening("02:30-06:00", AUTUMN)
    # Python calls an ambiguous time unequal to the same instant in another zone (PEP 495).
    assert opening.opens_at.astimezone(UTC) == utc("2024-10-27 00:30")
    assert opening.duration == timedelta(hours=4, minutes=30)


def test_an_ambiguous_closing_time_is_the_last_occurrence():
    opening = only_opening("00:00-02:30", AUTUMN)
    assert opening.closes_at.astimezone(UTC) == utc("2024-10-27 01:30")
    assert opening.closes_at.isoformat() == "2024-10-27T02:30:00+01:00"
    assert opening.duration == timedelta(hours=3, minutes=30)


@pytest.mark.parametrize(
    ("now", "until"),
    [
        ("2024-03-29T15:00:00+00:00", "2024-04-01T10:00:00+02:00"),
        ("2024-10-25T15:00:00+00:00", "2024-10-28T10:00:00+01:00"),
        ("2024-04-01T08:30:00+00:00", "2024-04-01T16:00:00+02:00"),
        ("2024-10-28T09:30:00+00:00", "2024-10-28T16:00:00+01:00"),
    ],
)
def test_until_keeps_the_wall_clock_on_both_sides_of_the_change(now, until):
    office = Schedule((weekly("Mo-Fr 10:00-16:00"),))
    answer = status(office, datetime.fromisoformat(now))
    assert answer.until.isoformat() == until


def test_until_is_right_inside_the_repeated_hour():
    night = Schedule((weekly("02:00-03:00"),))
    first, second = utc("2024-10-27 00:30"), utc("2024-10-27 01:30")
    for instant in (first, second):
        assert status(night, instant).open is True
        assert status(night, instant).until == utc("2024-10-27 02:00")


@pytest.mark.parametrize(
    ("zone", "on", "hours"),
    [
        # Clocks that change at midnight: Cairo skips 00:00-01:00, Havana repeats it.
        ("Africa/Cairo", date(2024, 4, 26), 23),
        ("America/Havana", date(2024, 11, 2), 24),
        ("America/Havana", date(2024, 11, 3), 25),
        # Cairo repeats the last hour of a day.
        ("Africa/Cairo", date(2024, 10, 31), 25),
        ("Africa/Cairo", date(2024, 11, 1), 24),
    ],
)
def test_a_whole_day_is_right_where_the_clocks_change_at_midnight(zone, on, hours):
    assert only_opening("00:00-24:00", on, zone).duration == timedelta(hours=hours)


def test_an_office_open_around_the_clock_never_closes_at_a_change():
    always = Schedule((weekly("00:00-24:00"),), "America/Havana")
    answer = status(always, utc("2024-11-01 12:00"))
    assert (answer.open, answer.until) == (True, None)


@settings(deadline=None)
@given(weeks(), st.sampled_from([SPRING, AUTUMN]), st.integers(-2 * 24 * 60, 2 * 24 * 60))
def test_outside_the_repeated_hour_the_wall_clock_decides(week, change, minutes):
    instant = datetime(change.year, change.month, change.day, tzinfo=UTC) + timedelta(
        minutes=minutes
    )
    wall = instant.astimezone(STOCKHOLM)
    if wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset():
        return
    pattern = week.days[wall.weekday()]
    minute = wall.hour * 60 + wall.minute
    covers = any(i.opens <= minute < i.closes for i in pattern.intervals)
    answer = status(Schedule((Rule(Layer.WEEKLY, week),)), instant)
    assert answer.open is (None if pattern.state.value == "unknown" else covers)


@settings(deadline=None)
@given(weeks(), st.sampled_from([SPRING, AUTUMN]))
def test_openings_of_a_day_stay_in_order_and_apart(week, change):
    openings = intervals(Schedule((Rule(Layer.WEEKLY, week),)), change, change)
    for opening in openings:
        assert opening.duration > timedelta(0)
    # 02:00-02:15 and 02:30-02:45 touch the repeated hour twice; they may overlap only there.
    for earlier, later in pairwise(openings):
        overlap = earlier.closes_at.astimezone(UTC) - later.opens_at.astimezone(UTC)
        assert overlap <= (timedelta(hours=1) if change == AUTUMN else timedelta(0))
