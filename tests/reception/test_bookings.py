"""Bookings: slots cut from what is true of an office, holds, codes, moves, and checking in."""

from datetime import UTC, date, timedelta
from itertools import pairwise

import pytest
from django.db import IntegrityError, transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.network.models import CalendarDay
from knutpunkt.reception import booking_codes
from knutpunkt.reception.booking_errors import (
    BookedForAnotherDay,
    BookingIsOver,
    BookingUnknown,
    ContactUnusable,
    HoldExpired,
    PoolUnusable,
    SlotNotFree,
)
from knutpunkt.reception.errors import NotAllowed, ValueNotAllowed
from knutpunkt.reception.ledger import office_turn
from knutpunkt.reception.models import (
    Booking,
    BookingContact,
    Event,
    NodeRequest,
    OfficeSequence,
    SlotCapacity,
    Visit,
)
from knutpunkt.reception.selectors.bookings import booking_of_code
from knutpunkt.reception.selectors.slots import slots_free
from knutpunkt.reception.services.booking_ends import bookings_missed, holds_expire
from knutpunkt.reception.services.bookings import (
    booking_cancel,
    booking_check_in,
    booking_confirm,
    booking_move,
)
from knutpunkt.reception.services.happenings import equipment_broken, equipment_mended
from support.bookings import (
    TUESDAY,
    at,
    clock_of,
    equipped,
    hours_said,
    house,
    instant,
    municipality,
    overfull,
)

__all__ = ["house", "municipality"]

TEN = "2022-09-13T10:00"
HALF_PAST = "2022-09-13T10:30"
WEDNESDAY = date(2022, 9, 14)


def free(house, first=TUESDAY, last=None, service=None, **more):
    return slots_free(house.office, service or house.guidance, first, last or first, **more)


# --- slots ----------------------------------------------------------------------------------------


def test_slots_are_cut_from_the_opening_hours(house):
    house.pool(slot_minutes=90)
    assert clock_of(free(house)) == ["10:00", "11:30", "13:00", "14:30"]


def test_a_slot_that_does_not_fit_before_closing_is_none(house):
    house.pool(slot_minutes=100)
    assert clock_of(free(house)) == ["10:00", "11:40", "13:20"]


def test_no_slot_of_the_past_is_free(house, monkeypatch):
    house.pool(slot_minutes=60)
    at(monkeypatch, "2022-09-13T13:00")
    assert clock_of(free(house)) == ["14:00", "15:00"]


def test_closed_days_and_half_days_of_the_calendar_have_fewer_slots(house):
    house.pool(slot_minutes=60)
    said = {"name_sv": "dag", "name_en": "day"}
    CalendarDay.objects.create(on=WEDNESDAY, policy="closed", **said)
    CalendarDay.objects.create(on=date(2022, 9, 15), policy="half", until="12:00", **said)
    found = free(house, WEDNESDAY, date(2022, 9, 16))
    assert [slot.starts_at.date().day for slot in found] == [15, 15] + 6 * [16]


def test_only_days_within_reach_of_the_pool_can_be_booked(house):
    house.pool(slot_minutes=180, days_ahead=2, valid_to=WEDNESDAY)
    days = {slot.starts_at.date() for slot in free(house, TUESDAY, date(2022, 9, 30))}
    assert days == {TUESDAY, WEDNESDAY}


def test_a_service_that_the_office_does_not_offer_cannot_be_booked(house):
    house.pool(house.guidance, house.identity)
    house.office.levels.filter(task__service=house.guidance).update(
        valid_to="2022-09-13", valid_to_earliest=TUESDAY, valid_to_latest=TUESDAY
    )
    assert free(house)
    assert not free(house, WEDNESDAY)


def test_identity_checks_need_equipment_that_is_there_and_works(house):
    house.pool(house.identity, slot_minutes=180)
    asked = {"first": TUESDAY, "last": date(2022, 9, 16), "service": house.identity}
    assert not free(house, **asked)
    equipped(house.office, valid_to="2022-09-14")
    assert {slot.starts_at.date() for slot in free(house, **asked)} == {TUESDAY, WEDNESDAY}
    equipment_broken(by=house.actor(), equipment="biometrics")
    assert not free(house, **asked)
    equipment_mended(by=house.actor(), equipment="biometrics")
    assert len(free(house, **asked)) == 4


@pytest.mark.parametrize(
    ("night", "hours"), [("2023-03-26", 23), ("2023-10-29", 25), ("2023-10-28", 24)]
)
def test_a_day_of_23_or_25_hours_has_so_many_slots(house, monkeypatch, night, hours):
    at(monkeypatch, f"{night[:8]}20T09:00")
    hours_said(house.office, "00:00-24:00", valid_from="2023-01-01")
    house.pool(slot_minutes=60)
    day = date.fromisoformat(night)
    found = free(house, day)
    assert len(found) == hours
    steps = {b.key - a.key for a, b in pairwise(found)}
    assert steps == {3_600_000}


def test_both_slots_of_an_hour_that_comes_twice_can_be_booked(house, monkeypatch):
    at(monkeypatch, "2023-10-20T09:00")
    hours_said(house.office, "00:00-24:00", valid_from="2023-01-01")
    house.pool(slot_minutes=60)
    twice = [s for s in free(house, date(2023, 10, 29)) if s.starts_at.hour == 2]
    for slot in twice:
        moment = slot.starts_at.astimezone(UTC).isoformat()
        house.booked(moment)
    assert SlotCapacity.objects.filter(taken=1).count() == len(twice) == 2
    again = [s for s in free(house, date(2023, 10, 29)) if s.starts_at.hour == 2]
    assert not again


def test_acute_places_are_kept_apart_and_released_shortly_before(house, monkeypatch):
    house.pool(slot_minutes=180, staff=1, acute_per_day=1)
    assert clock_of(free(house)) == ["10:00"]
    assert clock_of(free(house, acute=True)) == ["10:00", "13:00"]
    at(monkeypatch, "2022-09-13T11:30")
    assert clock_of(free(house)) == ["13:00"]
    assert not free(house, date(2022, 9, 20), acute=True)


@settings(max_examples=25)
@given(st.integers(1, 6), st.integers(0, 40), st.integers(5, 240))
def test_acute_and_ordinary_places_never_exceed_the_staff(staff, acute, minutes):
    from knutpunkt.reception.models import BookingPool
    from knutpunkt.reception.selectors.slots import _share

    pool = BookingPool(staff=staff, acute_per_day=acute, slot_minutes=minutes)
    slots = 360 // minutes
    shares = [_share(pool, number, slots) for number in range(slots)]
    assert all(0 <= share <= staff for share in shares)
    assert sum(shares) <= acute
    if acute <= slots:
        assert sum(shares) == (acute if slots else 0)


# --- holding and confirming -----------------------------------------------------------------------


def test_a_held_place_is_taken_for_ten_minutes_and_then_free(house, monkeypatch):
    house.pool()
    booking, code = house.held(TEN)
    assert (booking.status, booking.hold_expires_at) == ("held", instant("2022-09-13T09:10"))
    assert "10:00" not in clock_of(free(house))
    at(monkeypatch, "2022-09-13T09:10")
    assert "10:00" in clock_of(free(house))
    with pytest.raises(HoldExpired):
        booking_confirm(code=code)
    other, _code = house.held(TEN)
    booking.refresh_from_db()
    assert (booking.status, other.status) == ("expired", "held")
    assert holds_expire() == 0
    assert not overfull()


def test_the_last_place_is_given_once(house):
    house.pool(staff=2)
    for _ in range(2):
        house.held(TEN)
    with pytest.raises(SlotNotFree):
        house.held(TEN)
    assert not overfull()


def test_a_time_that_is_no_slot_cannot_be_held(house):
    house.pool()
    for wrong in ("2022-09-13T10:10", "2022-09-13T09:00", "2022-09-11T10:00", "2023-09-13T10:00"):
        with pytest.raises(SlotNotFree):
            house.held(wrong)
    assert not Booking.objects.exists()


def test_the_same_request_holds_one_place_and_gets_the_same_code(house):
    house.pool(staff=5)
    first, code = house.held(TEN, request_key="press", by="page")
    again, same = house.held(TEN, request_key="press", by="page")
    other, different = house.held(TEN, request_key="press", by="somebody else")
    assert (first.pk, code) == (again.pk, same)
    assert other.pk != first.pk
    assert different != code
    assert SlotCapacity.objects.get(acute=False).taken == 2


def test_confirming_tells_the_office_once(house):
    house.pool()
    booking, code = house.booked(TEN)
    assert booking_confirm(code=code).pk == booking.pk
    assert house.kinds() == ["booking-made"]
    event = Event.objects.get()
    assert event.data == {"booking": booking.pk.hex, "starts_at": 1663056000000}
    assert code not in str(event.data)


def test_without_a_contact_no_personal_data_is_kept(house):
    house.pool()
    house.booked(TEN)
    assert not BookingContact.objects.exists()


@pytest.mark.parametrize(
    "contact", [{"email": "nobody"}, {"email": "a@b.se\nBcc: c@d.se"}, {"phone": "ring mig"}]
)
def test_a_contact_that_is_none_is_refused_and_the_place_still_held(house, contact):
    house.pool()
    booking, code = house.held(TEN)
    with pytest.raises(ContactUnusable):
        booking_confirm(code=code, **contact)
    booking.refresh_from_db()
    assert booking.status == "held"
    assert house.kinds() == []


@pytest.mark.parametrize(
    ("field", "value"), [("party_size", 0), ("language", "1"), ("party_size", 99)]
)
def test_nonsense_is_refused_with_its_field(house, field, value):
    house.pool()
    with pytest.raises(ValueNotAllowed) as refused:
        house.held(TEN, **{field: value})
    assert refused.value.field == field


# --- codes ----------------------------------------------------------------------------------------


def test_a_code_is_read_however_it_is_typed(house):
    house.pool()
    booking, code = house.booked(TEN)
    assert len(code) == 10
    assert booking_codes.spoken(code) == f"{code[:5]}-{code[5:]}"
    for text in (code.lower(), f" {code[:5]} - {code[5:]} ", booking_codes.spoken(code)):
        assert booking_of_code(text).pk == booking.pk
    assert booking_codes.typed("OIL00-00000") == "0110000000"


def test_the_database_holds_no_code(house):
    house.pool()
    _booking, code = house.booked(TEN)
    row = Booking.objects.values().get()
    assert code not in str(row)
    assert row["code_hash"] == booking_codes.code_hash(code)


def test_a_wrong_code_opens_nothing(house):
    house.pool()
    _booking, code = house.booked(TEN)
    other = "0" if code[-1] != "0" else "1"
    for wrong in ("", "0", code[:-1] + other, code + "0", "🙂" * 10):
        with pytest.raises(BookingUnknown):
            booking_cancel(code=wrong)


# --- cancelling and moving ------------------------------------------------------------------------


def test_a_cancelled_place_is_free_again_and_stays_cancelled(house):
    house.pool()
    _booking, code = house.booked(TEN)
    for _ in range(2):
        assert booking_cancel(code=code).status == "cancelled"
    assert "10:00" in clock_of(free(house))
    assert house.kinds() == ["booking-made", "booking-cancelled"]
    assert not overfull()


def test_a_hold_given_back_tells_nobody(house):
    house.pool()
    _booking, code = house.held(TEN)
    assert booking_cancel(code=code).status == "cancelled"
    assert house.kinds() == []
    assert not overfull()


def test_a_moved_booking_keeps_its_contact_and_both_codes_lead_to_it(house):
    house.pool()
    old, code = house.booked(TEN, email="a@example.se")
    new, new_code = booking_move(code=code, starts_at=instant(HALF_PAST))
    old.refresh_from_db()
    assert (old.status, old.moved_to_id, new.status) == ("moved", new.pk, "confirmed")
    assert BookingContact.objects.get().booking_id == new.pk
    assert {booking_of_code(text).pk for text in (code, new_code)} == {new.pk}
    assert "10:00" in clock_of(free(house))
    assert house.kinds() == ["booking-made", "booking-moved"]
    assert not overfull()


def test_a_move_sent_twice_moves_once(house):
    house.pool()
    _booking, code = house.booked("2022-09-14T10:00")
    moves = [booking_move(code=code, starts_at=instant("2022-09-14T11:00")) for _ in range(2)]
    assert moves[0][0].pk == moves[1][0].pk
    assert moves[0][1] == moves[1][1]
    assert Booking.objects.count() == 2


def test_a_move_to_a_taken_time_leaves_the_booking_as_it_was(house):
    house.pool()
    mine, code = house.booked(TEN)
    house.booked(HALF_PAST)
    with pytest.raises(SlotNotFree):
        booking_move(code=code, starts_at=instant(HALF_PAST))
    mine.refresh_from_db()
    assert mine.status == "confirmed"
    assert not overfull()


def test_what_was_cancelled_is_neither_moved_nor_confirmed(house):
    house.pool()
    _booking, code = house.booked(TEN)
    booking_cancel(code=code)
    with pytest.raises(BookingIsOver):
        booking_move(code=code, starts_at=instant(HALF_PAST))
    with pytest.raises(BookingIsOver):
        booking_confirm(code=code)


def test_staff_cancels_at_its_own_office_only(house):
    house.pool()
    booking, _code = house.booked(TEN)
    with pytest.raises(NotAllowed):
        booking_cancel(booking=booking, by=house.actor("kiosk"))
    stranger = house.actor()
    object.__setattr__(stranger, "office", stranger.office + 1)
    with pytest.raises(BookingUnknown):
        booking_cancel(booking=booking, by=stranger)
    assert booking_cancel(booking=booking, by=house.actor("officer")).status == "cancelled"


# --- coming ---------------------------------------------------------------------------------------


def test_checking_in_twice_gives_the_same_ticket(house, monkeypatch):
    house.pool()
    booking, code = house.booked(TEN, party_size=2)
    at(monkeypatch, "2022-09-13T09:55")
    kiosk = house.actor("kiosk", "k1")
    first, again = (booking_check_in(by=kiosk, code=code) for _ in range(2))
    assert first.number == again.number
    assert first.visit == again.visit
    visit = Visit.objects.get()
    assert (visit.arrival, visit.party_size, visit.series) == ("booked", 2, "B")
    errand = visit.errands.get()
    assert (errand.prio_class, errand.due_at) == ("booked", instant(TEN))
    assert errand.booking == booking.pk.hex
    booking.refresh_from_db()
    assert (booking.status, booking.visit) == ("checked_in", visit.pk)
    assert house.kinds() == ["booking-made", "checked-in"]


def test_on_another_day_one_cannot_check_in(house, monkeypatch):
    house.pool()
    _booking, code = house.booked("2022-09-14T10:00")
    with pytest.raises(BookedForAnotherDay, match="2022-09-14"):
        booking_check_in(by=house.actor("kiosk"), code=code)
    assert not Visit.objects.exists()


def test_at_another_office_the_code_is_unknown(house):
    house.pool()
    _booking, code = house.booked(TEN)
    stranger = house.actor("kiosk")
    object.__setattr__(stranger, "office", stranger.office + 1)
    with pytest.raises(BookingUnknown):
        booking_check_in(by=stranger, code=code)


def test_who_did_not_come_is_noted_after_the_day(house, monkeypatch):
    house.pool()
    booking, code = house.booked(TEN)
    at(monkeypatch, "2022-09-13T18:00")
    assert bookings_missed() == 0
    at(monkeypatch, "2022-09-14T00:05")
    assert [bookings_missed(), bookings_missed()] == [1, 0]
    booking.refresh_from_db()
    assert booking.status == "no_show"
    assert house.kinds() == ["booking-made", "booking-missed"]
    with pytest.raises(BookingIsOver):
        booking_check_in(by=house.actor("kiosk"), code=code)
    assert not overfull()


# --- what stands behind it ------------------------------------------------------------------------


def test_the_database_refuses_one_too_many(house):
    house.pool()
    house.held(TEN)
    with pytest.raises(IntegrityError), transaction.atomic():
        SlotCapacity.objects.filter(taken=1).update(taken=2)


def test_while_a_node_owns_the_office_bookings_go_into_its_post_box(house):
    house.pool()
    with office_turn(house.office.pk) as turn:
        turn.event("noted")
    OfficeSequence.objects.update(owner="node-1")
    booking, code = house.booked(TEN)
    booking_cancel(code=code)
    assert house.kinds() == ["noted"]
    posted = NodeRequest.objects.order_by("pk").values_list("action", flat=True)
    assert list(posted) == ["booking-made", "booking-cancelled"]
    assert NodeRequest.objects.first().body["data"]["booking"] == booking.pk.hex
    assert not overfull()


def test_fewer_staff_leaves_what_is_taken(house):
    house.pool(staff=3)
    for _ in range(2):
        house.booked(TEN)
    house.pool(staff=1)
    assert not overfull()
    assert SlotCapacity.objects.get(acute=False).cap == 2
    with pytest.raises(SlotNotFree):
        house.held(TEN)


def test_a_pool_of_slots_without_length_is_refused(house):
    with pytest.raises(PoolUnusable):
        house.pool(slot_minutes=1)


@pytest.mark.django_db
def test_the_longest_question_is_bounded(house, django_assert_max_num_queries):
    house.pool(days_ahead=400)
    with django_assert_max_num_queries(20):
        found = free(house, TUESDAY, TUESDAY + timedelta(days=4000))
    assert found[-1].starts_at.date() <= clock.today() + timedelta(days=92)
