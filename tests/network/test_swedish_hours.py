"""The hours of Swedish offices as far as sources state them."""

from datetime import date, timedelta

import pytest

from knutpunkt.core import clock
from knutpunkt.engines import hours
from knutpunkt.engines.hours import State
from knutpunkt.network.selectors import network_on, schedules

pytestmark = pytest.mark.django_db

ROTA = {
    "stockholm-odenplan": 0,
    "botkyrka-hallunda": 1,
    "sundbyberg": 2,
    "stockholm-kungsholmen": 3,
    "stockholm-liljeholmen": 4,
}
FROM = date(2023, 10, 2)


def schedules_on(day):
    return schedules(network_on(day).offices)


def test_gamlestaden_is_open_on_a_wednesday_in_june_at_eleven(swedish_network, db):
    found = schedules_on(date(2022, 6, 15))["goteborg-gamlestaden"].of(None)
    told = hours.status(found, clock.instant("2022-06-15T11:00"))
    assert told.open is True
    assert (told.until.hour, told.until.minute) == (16, 0)
    assert hours.status(found, clock.instant("2022-06-15T16:00")).open is False
    assert hours.status(found, clock.instant("2022-02-23T11:00")).open is False
    assert hours.status(found, clock.instant("2022-04-13T11:00")).open is None
    midsummer_eve = hours.day(found, date(2022, 6, 24))
    assert midsummer_eve.state is State.CLOSED
    assert midsummer_eve.reason


def test_exactly_one_of_five_stockholm_offices_is_closed_on_any_weekday_of_the_rota(
    swedish_network, db
):
    found = schedules_on(FROM)
    for offset in range(370):
        day = FROM + timedelta(days=offset)
        told = {key: hours.day(found[key].of(None), day).state for key in ROTA}
        closed = [key for key, state in told.items() if state is State.CLOSED]
        if day.weekday() >= 5:
            continue
        holiday = hours.day(found["stockholm-kista"].of(None), day).state is State.CLOSED
        if holiday:
            assert len(closed) == 5, day
            continue
        if State.OPEN in told.values():
            pytest.fail(f"no source states the hours of {day}")
        assert closed == [key for key, weekday in ROTA.items() if weekday == day.weekday()], day


def test_the_busiest_office_stays_open_five_days(swedish_network, db):
    found = schedules_on(FROM)["stockholm-kista"].of(None)
    week = [hours.day(found, FROM + timedelta(days=offset)).state for offset in range(5)]
    assert week == [State.UNKNOWN] * 5


def test_ludvika_was_shut_on_declaration_day_for_a_reason(swedish_network, db):
    found = schedules_on(date(2021, 6, 1))["ludvika"].of(None)
    told = hours.day(found, date(2021, 5, 3))
    assert told.state is State.CLOSED
    assert "personalen" in told.reason


def test_a_closed_office_is_closed_and_its_last_day_is_as_usual(swedish_network, db):
    found = schedules_on(date(2025, 7, 1))["filipstad"].of(None)
    assert hours.day(found, date(2025, 5, 30)).state is State.UNKNOWN
    assert hours.day(found, date(2025, 6, 2)).state is State.CLOSED


def test_orebro_moved_together_with_the_municipality_and_stayed_the_same_office(
    swedish_network, db
):
    before, after = (network_on(date(2022, 4, day)).office("orebro-central") for day in (24, 25))
    assert (before.kind, after.kind) == ("fixed", "co-located")
    assert (before.address.street, after.address.street) == ("", "Olof Palmes torg")
    assert (before.address.lat, after.address.lat) == (59.2609, 59.2703)
    assert before.address.certain
    assert after.address.certain
    assert before.open == after.open == "yes"


def test_kalmar_was_shut_until_the_day_it_resumed(swedish_network, db):
    found = network_on(date(2018, 9, 23)).office("kalmar")
    assert found.state == "paused"
    assert network_on(date(2018, 9, 24)).office("kalmar").state == "open"
