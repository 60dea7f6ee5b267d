"""A sudden closing: visitors, bookings, the finder and the register are told at once."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.engines import hours
from knutpunkt.network.models import HoursRule
from knutpunkt.network.selectors import network_on, schedules
from knutpunkt.reception.errors import NotAllowed, OfficeClosedNow, ValueNotAllowed
from knutpunkt.reception.happening_errors import ClosedAlready, EndsBeforeNow, NotClosed
from knutpunkt.reception.models import Booking, Closure, Errand, Event, OutboxMessage
from knutpunkt.reception.selectors.closures import closure_now
from knutpunkt.reception.selectors.slots import slots_free
from knutpunkt.reception.services.bookings import booking_cancel
from knutpunkt.reception.services.calls import errand_call_next
from knutpunkt.reception.services.closing import (
    closings_followed_up,
    office_close_suddenly,
    office_reopen,
)
from knutpunkt.reception.services.closing_hours import _parts
from knutpunkt.reception.services.visits import visit_open
from support.bookings import TUESDAY, at, hours_said, house, instant, municipality, overfull

__all__ = ["house", "municipality"]

WEDNESDAY, THURSDAY = TUESDAY + timedelta(days=1), TUESDAY + timedelta(days=2)


@pytest.fixture(autouse=True)
def _half_past_one(house, monkeypatch):
    house.pool(slot_minutes=60, staff=2)
    at(monkeypatch, "2022-09-13T13:30")


def close(house, **more):
    return office_close_suddenly(by=house.actor(), **{"reason": "safety", **more})


def hours_on(house, day):
    """What the register says of a day."""
    here = network_on(day).office(house.office.key)
    return ",".join(map(str, hours.day(schedules([here])["north"].office, day).intervals))


def statuses():
    return sorted(Booking.objects.values_list("status", flat=True))


# --- the register ---------------------------------------------------------------------------------


def test_the_finder_shows_it_at_once(house, client):
    status = schedules([network_on(TUESDAY).office("north")])["north"].office
    assert hours.status(status, clock.now()).open is True
    close(house)
    after = schedules([network_on(TUESDAY).office("north")], language="en")["north"].office
    told = hours.status(after, clock.now())
    assert told.open is False
    assert told.reason == "Closed at short notice. It would not be safe to keep it open."
    page = client.get("/offices/north/").content.decode()
    assert "10:00" in page
    assert "13:30" in page


def test_today_keeps_its_hours_until_now_and_no_later_day_has_any(house):
    hours_said(house.office, "09:00-12:00", layer="exception", valid_from=str(THURSDAY),
               valid_to=str(THURSDAY))  # fmt: skip
    close(house)
    assert hours_on(house, TUESDAY) == "10:00-13:30"
    assert [hours_on(house, TUESDAY + timedelta(days=n)) for n in (1, 2, 3, 300)] == [""] * 4
    assert hours_on(house, TUESDAY - timedelta(days=1)) == "10:00-16:00"


def test_a_closing_with_an_end_leaves_what_comes_after(house):
    close(house, until=instant("2022-09-15T12:00"))
    shown = [hours_on(house, day) for day in (TUESDAY, WEDNESDAY, THURSDAY, date(2022, 9, 16))]
    assert shown == ["10:00-13:30", "", "12:00-16:00", "10:00-16:00"]


def test_an_hour_off_is_a_gap_in_the_day(house):
    close(house, until=instant("2022-09-13T14:30"))
    assert hours_on(house, TUESDAY) == "10:00-13:30,14:30-16:00"


def test_reopening_withdraws_it_and_today_keeps_the_gap_there_was(house, monkeypatch):
    close(house)
    at(monkeypatch, "2022-09-13T14:00")
    closure = office_reopen(by=house.actor())
    assert closure.ends_at == instant("2022-09-13T14:00")
    assert hours_on(house, TUESDAY) == "10:00-13:30,14:00-16:00"
    assert hours_on(house, WEDNESDAY) == "10:00-16:00"
    assert closure_now(house.office.pk) is None
    assert house.kinds() == ["closed", "reopened"]


def test_reopening_days_later_leaves_the_days_that_were_shut(house, monkeypatch):
    close(house)
    at(monkeypatch, "2022-09-15T09:00")
    office_reopen(by=house.actor())
    shown = [hours_on(house, day) for day in (TUESDAY, WEDNESDAY, THURSDAY)]
    assert shown == ["10:00-13:30", "", "10:00-16:00"]


def test_nothing_in_the_register_is_overwritten(house, monkeypatch):
    before = set(HoursRule.objects.values_list("pk", "week"))
    close(house)
    at(monkeypatch, "2022-09-13T14:00")
    office_reopen(by=house.actor())
    assert before <= set(HoursRule.objects.values_list("pk", "week"))


@given(st.integers(0, 1439), st.integers(1, 400), st.integers(0, 1440), st.integers(0, 1440))
def test_what_is_left_of_a_day_lies_outside_the_closing(opens, length, begins, ends):
    interval = hours.Interval(opens, min(opens + length, 1440))
    left = {m for a, b in _parts(interval, begins, ends) for m in range(a, b)}
    shut = set(range(begins, ends)) if begins < ends else set()
    assert left == set(range(interval.opens, interval.closes)) - shut


# --- visitors -------------------------------------------------------------------------------------


def test_no_more_tickets_are_given(house):
    close(house)
    with pytest.raises(OfficeClosedNow):
        visit_open(by=house.actor("kiosk"), authority="skatteverket", service="guidance")


def test_waiting_visitors_are_kept_unless_they_are_to_be_swept(house):
    visit_open(by=house.actor("kiosk"), authority="skatteverket", service="guidance")
    close(house)
    assert Errand.objects.get().state == "waiting"


def test_swept_visitors_have_the_reason_and_who_is_served_is_served_to_the_end(house):
    for _ in range(3):
        visit_open(by=house.actor("kiosk"), authority="skatteverket", service="guidance")
    errand_call_next(by=house.actor("officer", "p4"))
    close(house, waiting="sweep")
    assert sorted(Errand.objects.values_list("state", flat=True)) == ["called", "swept", "swept"]
    swept = Event.objects.filter(kind="swept")
    assert {event.data["reason"] for event in swept} == {"closed"}
    assert {event.outcome for event in swept} == {"left_before_call"}


# --- bookings -------------------------------------------------------------------------------------


def test_bookings_in_the_closing_are_cancelled_and_told_others_stand(house):
    during, _code = house.booked("2022-09-14T10:00", email="a@example.se")
    after, _code = house.booked("2022-09-16T10:00", email="b@example.se")
    held, _code = house.held("2022-09-14T11:00")
    close(house, until=instant("2022-09-15T09:00"))
    for booking in (during, after, held):
        booking.refresh_from_db()
    assert (during.status, after.status, held.status) == ("cancelled", "confirmed", "cancelled")
    assert OutboxMessage.objects.get(kind="cancelled").booking_id == during.pk
    assert house.kinds().count("booking-cancelled") == 1
    assert not overfull()


def test_bookings_are_moved_to_the_next_free_times_where_that_is_chosen(house):
    full = [house.booked("2022-09-15T10:00")[0] for _ in range(2)]
    times = ("2022-09-14T10:00", "2022-09-14T10:00", "2022-09-14T11:00")
    moving = [house.booked(time, email="a@example.se")[0] for time in times]
    close(house, until=instant("2022-09-15T09:00"), bookings="move")
    new = Booking.objects.filter(moved_from__in=moving).order_by("slot__starts_at", "made_at")
    assert [f"{b.slot.starts_at:%d %H}" for b in new] == ["15 11", "15 11", "15 12"]
    assert {b.status for b in full} == {"confirmed"}
    assert OutboxMessage.objects.filter(kind="moved").count() == 3
    assert not overfull()


def test_where_no_time_is_free_a_booking_is_cancelled_after_all(house):
    house.pool(slot_minutes=60, staff=2, valid_to=WEDNESDAY)
    house.booked("2022-09-14T10:00")
    close(house, until=instant("2022-09-15T09:00"), bookings="move")
    assert statuses() == ["cancelled"]


def test_without_an_end_bookings_are_cancelled_a_day_ahead_as_long_as_it_lasts(house, monkeypatch):
    for day in (14, 15, 16):
        house.booked(f"2022-09-{day}T10:00")
    close(house)
    assert statuses() == ["cancelled", "confirmed", "confirmed"]
    assert closings_followed_up() == 0
    at(monkeypatch, "2022-09-14T00:10")
    assert closings_followed_up() == 1
    assert statuses() == ["cancelled", "cancelled", "confirmed"]
    assert not overfull()


def test_nothing_can_be_booked_into_a_closing(house):
    close(house, until=instant("2022-09-14T12:00"))
    found = slots_free(house.office, house.guidance, TUESDAY, WEDNESDAY)
    assert [f"{slot.starts_at:%d %H}" for slot in found] == ["14 12", "14 13", "14 14", "14 15"]


def test_what_was_cancelled_before_is_not_cancelled_again(house):
    _booking, code = house.booked("2022-09-14T10:00")
    booking_cancel(code=code)
    close(house)
    assert house.kinds() == ["booking-made", "booking-cancelled", "closed"]


# --- refusals -------------------------------------------------------------------------------------


def test_an_office_closes_once_and_opens_only_when_closed(house):
    with pytest.raises(NotClosed):
        office_reopen(by=house.actor())
    close(house)
    with pytest.raises(ClosedAlready):
        close(house)
    assert Closure.objects.count() == 1
    assert house.kinds() == ["closed"]


def test_a_closing_that_cannot_be_is_refused_whole(house):
    rules = HoursRule.objects.count()
    with pytest.raises(EndsBeforeNow):
        close(house, until=instant("2022-09-13T13:00"))
    for wrong in ({"reason": "mood"}, {"bookings": "forget"}, {"waiting": "send home"}):
        with pytest.raises(ValueNotAllowed):
            close(house, **wrong)
    assert (Closure.objects.count(), HoursRule.objects.count()) == (0, rules)


@pytest.mark.parametrize("role", ["officer", "greeter", "kiosk", "municipal-desk"])
def test_only_the_manager_closes(house, role):
    with pytest.raises(NotAllowed):
        office_close_suddenly(by=house.actor(role), reason="staff")
    with pytest.raises(NotAllowed):
        office_reopen(by=house.actor(role))
