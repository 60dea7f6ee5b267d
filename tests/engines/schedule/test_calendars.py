from datetime import date, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.calendars import BLOCK, Calendar
from knutpunkt.engines.schedule.clock import Clock
from knutpunkt.engines.schedule.errors import CalendarUnusable, MomentWithoutDate

# Days off that Swedish plans know: Easter, the first of May, Midsummer Eve and a July stop.
OFF = (
    date(2022, 4, 15),
    date(2022, 4, 18),
    date(2022, 5, 26),
    date(2022, 6, 6),
    date(2022, 6, 24),
    *(date(2022, 7, 4) + timedelta(days) for days in range(26)),
)
SWEDISH = Calendar.of(date(2022, 1, 1), date(2023, 12, 31), off=OFF)
SHOP = Calendar.of(date(2022, 1, 1), date(2022, 12, 31), weekdays=(1, 3, 5), off=OFF)
ALWAYS = Calendar.every_day()
FRIDAY = date(2022, 3, 4).toordinal()
FRIDAY_EVENING, MONDAY = FRIDAY + 1, FRIDAY + 3

calendars = st.sampled_from([SWEDISH, SHOP, ALWAYS])
# Far before and far after the span, too.
moments = st.one_of(
    st.floats(date(2021, 12, 1).toordinal(), date(2024, 2, 1).toordinal()),
    st.integers(date(2021, 12, 1).toordinal(), date(2024, 2, 1).toordinal()).map(float),
    st.floats(-20_000, 2_000_000),
)
works = st.one_of(st.floats(0.001, 400), st.integers(0, 400).map(float))
NEAR = 1e-6


def test_work_begun_on_friday_afternoon_goes_on_on_monday():
    assert SWEDISH.add(FRIDAY + 0.5, 1) == MONDAY + 0.5


def test_one_day_begun_on_friday_morning_ends_on_friday_evening():
    end = SWEDISH.add(FRIDAY, 1)
    assert end == FRIDAY_EVENING
    assert SWEDISH.finish_date(end) == date(2022, 3, 4)


def test_a_milestone_keeps_friday_evening_and_work_after_it_starts_on_monday():
    assert SWEDISH.add(FRIDAY_EVENING, 0) == FRIDAY_EVENING
    assert SWEDISH.next_start(FRIDAY_EVENING) == MONDAY
    assert SWEDISH.start_date(FRIDAY_EVENING) == date(2022, 3, 7)


def test_work_that_must_end_on_monday_evening_may_start_on_monday():
    assert SWEDISH.subtract(MONDAY + 1, 1) == MONDAY
    assert SWEDISH.subtract(MONDAY, 1) == FRIDAY


def test_twenty_days_across_the_july_stop_end_in_august():
    start = date(2022, 6, 27).toordinal()
    assert SWEDISH.finish_date(SWEDISH.add(start, 20)) == date(2022, 8, 19)


def test_every_day_counts_on_the_calendar_without_days_off():
    assert ALWAYS.add(FRIDAY, 3) == MONDAY
    assert ALWAYS.between(FRIDAY, MONDAY) == 3
    assert ALWAYS.subtract(MONDAY, 3) == FRIDAY


@given(calendars, moments, works)
def test_what_is_added_lies_between(calendar, start, work):
    assert calendar.between(start, calendar.add(start, work)) == pytest.approx(work, abs=NEAR)
    assert calendar.between(calendar.subtract(start, work), start) == pytest.approx(work, abs=NEAR)


@given(calendars, moments, moments, works)
def test_an_end_is_early_enough_exactly_when_its_start_is(calendar, start, end, work):
    earliest, latest = calendar.add(start, work), calendar.subtract(end, work)
    if min(abs(earliest - end), abs(start - latest)) > NEAR:
        assert (earliest <= end) == (start <= latest)


@given(calendars, moments, works, works)
def test_work_in_two_parts_ends_when_the_whole_does(calendar, start, first, second):
    apart = calendar.add(calendar.add(start, first), second)
    whole = calendar.add(start, first + second)
    assert calendar.between(apart, whole) == pytest.approx(0, abs=NEAR)


@given(calendars, moments)
def test_the_next_start_loses_no_work_and_lies_on_a_working_day(calendar, moment):
    start = float(calendar.next_start(moment))
    assert start >= moment
    assert calendar.between(moment, start) == pytest.approx(0, abs=NEAR)
    assert calendar.between(start, start + 0.001) == pytest.approx(0.001, abs=NEAR)


@given(calendars, moments, st.one_of(works, works.map(lambda days: -days)))
def test_one_moment_is_reckoned_like_many(calendar, moment, work):
    clock = Clock(calendar)
    assert clock.add(moment, work) == pytest.approx(float(calendar.add(moment, work)), abs=NEAR)
    assert clock.subtract(moment, work) == pytest.approx(
        float(calendar.subtract(moment, work)), abs=NEAR
    )
    assert clock.next_start(moment) == pytest.approx(float(calendar.next_start(moment)), abs=NEAR)
    assert clock.between(moment, moment + 30) == pytest.approx(
        float(calendar.between(moment, moment + 30)), abs=NEAR
    )


@given(st.dates(date(2021, 1, 1), date(2024, 12, 31)), st.integers(1, 60))
def test_whole_days_agree_with_counting_on_the_fingers(start, work):
    day, left = start, work
    while left:
        working = day.weekday() < 5 and day not in OFF
        left -= working
        day += timedelta(days=1)
    end = SWEDISH.add(start.toordinal(), work)
    assert SWEDISH.finish_date(end) == day - timedelta(days=1)


def test_many_moments_at_once_agree_with_each_alone_in_both_precisions():
    random = np.random.default_rng(1)
    start, work = random.uniform(0, 700, 3 * BLOCK + 5), random.uniform(0, 80, 3 * BLOCK + 5)
    since = SWEDISH.since(date(2022, 1, 1).toordinal())
    exact = since.add(start, work)
    assert exact.shape == start.shape
    some = [0, BLOCK - 1, BLOCK, 3 * BLOCK + 4]
    assert [float(since.add(start[k], work[k])) for k in some] == exact[some].tolist()
    single = since.add(start.astype(np.float32), work.astype(np.float32))
    assert single.dtype == np.float32
    assert since.between(start.astype(np.float32), single) == pytest.approx(work, abs=0.01)


def test_a_calendar_counted_from_another_day_tells_the_same_dates():
    since = SWEDISH.since(FRIDAY)
    assert since.add(0.0, 2) == SWEDISH.add(FRIDAY, 2) - FRIDAY
    assert since.finish_date(since.add(0.0, 2)) == date(2022, 3, 7)


def test_what_never_ends_stays_so_and_none_is_none():
    never = SWEDISH.add(np.array([np.inf, FRIDAY]), 3.0)
    assert never.tolist() == [np.inf, FRIDAY + 5]
    assert np.isnan(SWEDISH.add(np.nan, 1))
    assert SWEDISH.add(np.array([]), 1).shape == (0,)


def test_shapes_are_spread_against_each_other():
    ends = SWEDISH.add(np.array([[FRIDAY], [MONDAY]], dtype=float), np.array([1.0, 2.0, 0.0]))
    assert (ends - FRIDAY).tolist() == [[1, 4, 0], [4, 5, 3]]


def test_rounding_does_not_cost_a_weekend():
    thirds = SWEDISH.add(SWEDISH.add(SWEDISH.add(FRIDAY, 1 / 3), 1 / 3), 1 / 3)
    assert SWEDISH.finish_date(thirds) == date(2022, 3, 4)
    assert SWEDISH.next_start(FRIDAY_EVENING - 1e-10) == MONDAY


@pytest.mark.parametrize(("week", "said"), [((), "no working day"), ((0, 7), "7 is not a weekday")])
def test_a_week_without_work_or_with_an_eighth_day_is_refused(week, said):
    with pytest.raises(CalendarUnusable, match=said):
        Calendar.of(date(2022, 1, 1), date(2022, 12, 31), weekdays=week)


def test_a_span_that_ends_before_it_begins_is_refused():
    with pytest.raises(CalendarUnusable, match="2022-01-01 is before"):
        Calendar.of(date(2022, 12, 31), date(2022, 1, 1))


@pytest.mark.parametrize("moment", [np.inf, np.nan, -5.0, 1e9])
def test_a_moment_outside_all_years_has_no_date(moment):
    with pytest.raises(MomentWithoutDate):
        SWEDISH.finish_date(moment)
