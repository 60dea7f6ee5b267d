"""The office's own page tells the wait as it is, says how right it was, and offers to book."""

import pytest
from django.test import Client

from knutpunkt.reception.services.rooms import room_of
from knutpunkt.reception.services.sessions import session_open
from knutpunkt.reception.services.visits import visit_open
from support.bookings import at, house, municipality

__all__ = ["house", "municipality"]


@pytest.fixture
def page(house, monkeypatch):
    at(monkeypatch, "2022-09-13T12:00")

    def read():
        answer = Client().get("/offices/north/", headers={"accept-language": "en"})
        assert answer.status_code == 200
        return " ".join(answer.content.decode().split())

    return read


def test_an_office_without_a_reception_promises_nothing(page):
    assert "Visiting now" not in page()


def test_with_no_counter_open_no_wait_is_told(house, page):
    room_of(house.office)
    assert "Nobody is received at the counters now" in page()


def test_the_wait_is_told_as_a_range_with_those_who_wait(house, page):
    clerk = house.actor("officer")
    session_open(by=clerk, counter="1")
    for _ in range(3):
        visit_open(by=clerk)
    told = page()
    assert "Whoever comes now waits about" in told
    assert "3 are waiting" in told


def test_where_times_can_be_booked_the_page_leads_there(house, page):
    room_of(house.office)
    house.pool()
    assert "/book/north/" in page()
