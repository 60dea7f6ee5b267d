"""The days on which work goes on: holidays by rule, the July stop, and what the network holds."""

from datetime import date

import holidays
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.network.models import CalendarDay
from knutpunkt.programme.forecasting.working_days import (
    calendar_of,
    easter_sunday,
    july_stop,
    swedish_holidays,
    working_calendar,
)

pytestmark = pytest.mark.once


@pytest.mark.parametrize(
    "day", [date(1961, 4, 2), date(2000, 4, 23), date(2022, 4, 17), date(2038, 4, 25)]
)
def test_easter_falls_on_its_known_days(day):
    assert easter_sunday(day.year) == day


@given(year=st.integers(2005, 2100))
def test_holidays_by_rule_are_those_of_an_independent_calendar(year):
    midsummer = {date(year, 6, day) for day in range(19, 26)}
    eves = {date(year, 12, 24), date(year, 12, 31), *(d for d in midsummer if d.weekday() == 4)}
    theirs = set(holidays.Sweden(years=year, include_sundays=False))
    assert swedish_holidays(year) - eves == theirs - eves


def test_holidays_by_rule_are_those_the_network_holds(swedish_network, db):
    held = set(CalendarDay.objects.filter(policy="closed").values_list("on", flat=True))
    years = {day.year for day in held}
    assert held == {day for year in years for day in swedish_holidays(year)}


def test_nobody_works_in_the_weeks_28_to_31():
    days = july_stop(2022)
    assert (days[0], days[-1], len(days)) == (date(2022, 7, 11), date(2022, 8, 5), 20)
    calendar = calendar_of(date(2022, 1, 1), date(2022, 12, 31), ())
    stop = calendar.between(date(2022, 7, 9).toordinal(), date(2022, 8, 8).toordinal())
    assert stop == 0


def test_of_260_weekdays_of_2022_seven_are_holidays_and_twenty_july_stop(swedish_network, db):
    calendar = working_calendar(date(2022, 6, 30))
    year = (date(2022, 1, 1).toordinal(), date(2023, 1, 1).toordinal())
    assert calendar.between(*year) == 260 - 7 - 20


def test_a_forecast_takes_one_query_for_its_calendar(db, django_assert_num_queries):
    with django_assert_num_queries(1):
        working_calendar(date(2022, 6, 30))


def test_days_the_network_keeps_shut_are_no_working_days(db):
    CalendarDay.objects.create(
        on=date(2030, 3, 13),
        name_sv="Kontoret flyttar",
        name_en="The office moves",
        policy="closed",
    )
    calendar = working_calendar(date(2030, 1, 1))
    assert calendar.between(date(2030, 3, 13).toordinal(), date(2030, 3, 14).toordinal()) == 0
