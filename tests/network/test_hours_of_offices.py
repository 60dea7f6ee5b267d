"""Hours as visitors meet them: the life of the office, the calendar and the house around."""

from datetime import date, time

import pytest

from knutpunkt.core import clock
from knutpunkt.engines import hours
from knutpunkt.engines.hours import State
from knutpunkt.network.models import Authority, CalendarDay, HoursRule
from knutpunkt.network.selectors import network_on, schedules
from support.network import happened, made_balance, made_office

OPEN, CLOSED, UNKNOWN = State.OPEN, State.CLOSED, State.UNKNOWN

pytestmark = pytest.mark.django_db


def rule(office, week, layer="weekly", **facts):
    HoursRule.objects.create(office=office, week=week, layer=layer, recorded_by="a test", **facts)


def states(*days, key="north", authority=None, on=None):
    network = network_on(on or days[0])
    found = schedules([network.office(key)])[key].of(authority)
    return [hours.day(found, day).state for day in days]


@pytest.fixture
def open_office(office):
    """Open on weekdays from Tuesday 2022-03-01."""
    made_balance(date(2022, 1, 1), 0)
    happened(office, "opened", date(2022, 3, 1))
    rule(office, "Mo-Fr 10:00-16:00")
    return office


# --- the life of the office -----------------------------------------------------------------------


def test_an_office_is_closed_before_its_opening_day(open_office):
    assert states(date(2022, 2, 28), date(2022, 3, 1)) == [CLOSED, OPEN]


def test_the_last_day_is_open_and_the_next_is_closed(open_office):
    happened(open_office, "closed", date(2022, 6, 30))
    days = (date(2022, 6, 29), date(2022, 6, 30), date(2022, 7, 1), date(2023, 7, 3))
    assert states(*days) == [OPEN, OPEN, CLOSED, CLOSED]


def test_an_office_that_reopened_is_open_again(open_office):
    happened(open_office, "closed", date(2022, 6, 30))
    happened(open_office, "opened", date(2022, 8, 1))
    days = (date(2022, 6, 30), date(2022, 7, 1), date(2022, 7, 29), date(2022, 8, 1))
    assert states(*days) == [OPEN, CLOSED, CLOSED, OPEN]
    assert states(date(2023, 8, 1)) == [OPEN]


def test_a_reopening_known_roughly_makes_the_hours_unknown_and_then_known(open_office):
    happened(open_office, "closed", date(2022, 6, 30))
    happened(open_office, "opened", "2022-08")
    days = (date(2022, 7, 29), date(2022, 8, 1), date(2022, 8, 30), date(2022, 8, 31))
    assert states(*days) == [CLOSED, UNKNOWN, UNKNOWN, OPEN]


def test_while_the_opening_is_rough_the_hours_are_unknown(office):
    made_balance(date(2022, 1, 1), 0)
    happened(office, "opened", "2022-03")
    rule(office, "Mo-Fr 10:00-16:00")
    days = (date(2022, 2, 28), date(2022, 3, 1), date(2022, 3, 30), date(2022, 3, 31))
    assert states(*days) == [CLOSED, UNKNOWN, UNKNOWN, OPEN]


def test_while_the_last_day_is_rough_the_hours_are_unknown(open_office):
    happened(open_office, "closed", "2022-06")
    days = (date(2022, 6, 1), date(2022, 6, 2), date(2022, 6, 30), date(2022, 7, 1))
    assert states(*days) == [OPEN, UNKNOWN, UNKNOWN, CLOSED]


def test_a_planned_opening_leaves_the_hours_unknown(office):
    made_balance(date(2022, 1, 1), 0)
    happened(office, "opened", "2022-03-01", basis="planned")
    rule(office, "Mo-Fr 10:00-16:00")
    assert states(date(2022, 2, 28), date(2022, 3, 1), date(2023, 3, 1)) == [
        CLOSED,
        UNKNOWN,
        UNKNOWN,
    ]


def test_a_paused_office_is_closed_until_it_resumes(open_office):
    happened(open_office, "paused", date(2022, 4, 4))
    happened(open_office, "resumed", date(2022, 4, 7))
    days = (date(2022, 4, 1), date(2022, 4, 4), date(2022, 4, 6), date(2022, 4, 7))
    assert states(*days) == [OPEN, CLOSED, CLOSED, OPEN]


def test_while_a_pause_is_rough_the_hours_are_unknown(open_office):
    happened(open_office, "paused", "[2022-04-04..2022-04-05]")
    happened(open_office, "resumed", "[2022-04-07..2022-04-08]")
    days = [date(2022, 4, day) for day in (1, 4, 5, 6, 7, 8)]
    assert states(*days) == [OPEN, UNKNOWN, CLOSED, CLOSED, UNKNOWN, OPEN]


# --- what is said about hours ---------------------------------------------------------------------


def test_hours_nobody_has_stated_are_unknown_and_not_closed(office):
    made_balance(date(2022, 1, 1), 0)
    happened(office, "opened", date(2022, 3, 1))
    assert states(date(2022, 3, 2)) == [UNKNOWN]


def test_a_holiday_closes_and_a_half_day_ends_early(open_office):
    words = {"name_sv": "Dag", "name_en": "Day"}
    CalendarDay.objects.create(on=date(2022, 4, 15), policy="closed", **words)
    CalendarDay.objects.create(on=date(2022, 4, 14), policy="half", until=time(13), **words)
    found = schedules(network_on(date(2022, 4, 14)).offices)["north"].of(None)
    thursday, friday = (hours.day(found, date(2022, 4, day)) for day in (14, 15))
    assert (friday.state, friday.reason) == (CLOSED, "Dag")
    assert [(part.opens, part.closes) for part in thursday.intervals] == [(600, 780)]


def test_an_exception_is_stronger_than_a_season_and_a_season_than_the_week(open_office):
    rule(open_office, "Mo-Fr 12:00-15:00", "season", valid_from="2022-07-01", valid_to="2022-07-31")
    rule(open_office, "off", "exception", valid_from="2022-07-05", valid_to="2022-07-05")
    found = schedules(network_on(date(2022, 7, 1)).offices)["north"].of(None)
    days = [hours.day(found, date(2022, 7, day)) for day in (1, 5)]
    assert [(p.opens, p.closes) for p in days[0].intervals] == [(720, 900)]
    assert days[1].state is CLOSED


def test_hours_begin_and_end_with_their_validity(office):
    made_balance(date(2022, 1, 1), 0)
    happened(office, "opened", date(2022, 3, 1))
    rule(office, "Mo-Fr 10:00-16:00", valid_from="2022-04-01", valid_to="2022-04-29")
    days = (date(2022, 3, 31), date(2022, 4, 1), date(2022, 4, 29), date(2022, 5, 2))
    assert states(*days) == [UNKNOWN, OPEN, OPEN, UNKNOWN]


def test_an_authority_inside_the_house_has_hours_of_its_own_within_those_of_the_house(open_office):
    authority = Authority.objects.create(slug="tax", name_sv="Skatt", name_en="Tax")
    rule(open_office, "Tu 09:00-12:00; Mo,We-Fr off", authority=authority)
    found = schedules(network_on(date(2022, 3, 8)).offices)["north"]
    tuesday = hours.day(found.of("tax"), date(2022, 3, 8))
    assert [(p.opens, p.closes) for p in tuesday.intervals] == [(600, 720)]
    assert hours.day(found.of("tax"), date(2022, 3, 9)).state is CLOSED
    assert hours.day(found.of(None), date(2022, 3, 9)).state is OPEN
    assert hours.day(found.of("pensions"), date(2022, 3, 9)).state is OPEN


def test_an_authority_is_closed_when_the_house_has_closed(open_office):
    authority = Authority.objects.create(slug="tax", name_sv="Skatt", name_en="Tax")
    rule(open_office, "Mo-Fr 10:00-12:00", authority=authority)
    happened(open_office, "closed", date(2022, 6, 30))
    days = (date(2022, 6, 30), date(2022, 7, 1))
    assert states(*days, authority="tax") == [OPEN, CLOSED]


def test_reading_hours_takes_two_queries_however_many_offices(
    open_office, django_assert_num_queries
):
    for key in ("a", "b", "c"):
        rule(made_office(key), "Mo-Fr 10:00-16:00")
    offices = network_on(date(2022, 3, 8)).offices
    with django_assert_num_queries(2):
        schedules(offices)


def test_withdrawn_hours_do_not_hold(open_office):
    from knutpunkt.network import services

    services.fact_withdraw(open_office.hours.get(), by="siv")
    assert states(date(2022, 3, 8)) == [UNKNOWN]


def test_now_is_asked_in_local_time(open_office):
    found = schedules(network_on(date(2022, 3, 8)).offices)["north"].of(None)
    answer = [
        hours.status(found, clock.instant(f"2022-03-08T{at}")).open
        for at in ("09:59", "10:00", "15:59", "16:00", "09:00Z")
    ]
    assert answer == [False, True, True, False, True]
