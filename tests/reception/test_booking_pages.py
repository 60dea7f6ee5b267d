"""The booking pages: without JavaScript, without a name, and with no code in any address."""

import re
import threading

import pytest
from django.db import connections
from django.test import Client

from knutpunkt.reception import rate
from knutpunkt.reception.booking_codes import code_of, spoken
from knutpunkt.reception.models import Booking, BookingContact
from knutpunkt.reception.services.closing import office_close_suddenly
from knutpunkt.reception.services.happenings import equipment_broken
from support.bookings import at, house, instant, municipality, overfull
from support.pages import every_variable_is_there, words

__all__ = ["every_variable_is_there", "house", "municipality"]

TIMES = "/book/north/skatteverket/guidance/"
TEN = str(1663056000000)


@pytest.fixture(autouse=True)
def _bucket(every_variable_is_there):
    rate.forget()


@pytest.fixture
def english(client):
    client.cookies["django_language"] = "en"
    return client


def hold(client, starts_at=TEN, **more):
    return client.post(TIMES, {"starts_at": starts_at, "party_size": "1", **more})


def booked(client, **contact):
    hold(client)
    client.post("/book/mine/", contact)
    return Booking.objects.get(status="confirmed")


# --- choosing -------------------------------------------------------------------------------------


def test_what_can_be_booked_stands_under_its_authority(house, english):
    house.pool(house.guidance, house.identity)
    page = words(english.get("/book/north/"))
    assert "Tax Agency" in page
    assert "Identity check" in page
    equipment_broken(by=house.actor(), equipment="biometrics")
    from knutpunkt.reception.selectors.menu import forget_menus

    forget_menus()
    assert "Identity check" not in words(english.get("/book/north/"))


def test_an_office_without_bookings_says_so_and_an_unknown_one_has_no_page(house, english):
    page = english.get("/book/north/")
    assert page.status_code == 200
    assert "Nothing can be booked at this office now" in words(page)
    for address in ("/book/nowhere/", TIMES):
        assert english.get(address).status_code == 404


def test_where_hours_are_unknown_the_pages_say_that_this_is_why(house, english):
    from knutpunkt.network.models import HoursRule
    from knutpunkt.reception.selectors.opening import _by_the_hours

    house.pool()
    HoursRule.objects.all().delete()
    _by_the_hours.cache_clear()
    for address in ("/book/north/", TIMES):
        assert "opening hours of this office are not on record" in words(english.get(address))
    _by_the_hours.cache_clear()


def test_a_sudden_closing_is_said_with_its_reason_in_a_sentence(house, english):
    house.pool()
    office_close_suddenly(by=house.actor(), reason="safety")
    assert "It would not be safe to keep it open." in words(english.get("/book/north/"))


def test_days_and_times_are_shown_and_one_is_chosen(house, english):
    house.pool(slot_minutes=60)
    page = english.get(TIMES)
    assert "Tuesday 13 September" in words(page)
    assert words(page).count("6 times") == 14
    assert f'value="{TEN}"' in page.content.decode()
    wednesday = english.get(TIMES, {"day": "2022-09-14", "since": "2022-09-13"})
    assert "Times on Wednesday 14 September" in words(wednesday)


@pytest.mark.parametrize("query", ["day=2999-01-01", "since=1066-10-14", "day=x&since=%00", "day="])
def test_a_day_that_is_none_shows_what_there_is(house, client, query):
    house.pool()
    assert client.get(f"{TIMES}?{query}").status_code == 200


def test_when_nothing_is_free_the_page_says_so(house, english):
    house.pool(valid_to="2022-09-01")
    assert "No time is free" in words(english.get(TIMES))


# --- holding and confirming -----------------------------------------------------------------------


def test_from_service_to_code_without_a_name(house, english):
    house.pool(slot_minutes=60)
    answer = hold(english)
    assert (answer.status_code, answer.url) == (302, "/book/mine/")
    held = words(english.get("/book/mine/"))
    assert "held for you until 09:10" in held
    assert "Torget 1, Northtown" in held
    english.post("/book/mine/", {})
    booking = Booking.objects.get()
    shown = words(english.get("/book/mine/"))
    assert booking.status == "confirmed"
    assert spoken(code_of(booking.pk)) in shown
    assert not BookingContact.objects.exists()


def test_no_address_contains_the_code_and_nothing_is_kept_by_the_browser(house, client):
    house.pool()
    booking = booked(client)
    page = client.get("/book/mine/")
    code = code_of(booking.pk)
    links = " ".join(re.findall(r'(?:href|action)="([^"]*)"', page.content.decode()))
    assert code not in links
    assert "no-store" in page["Cache-Control"]
    cookie = client.cookies["booking"]
    assert (cookie["httponly"], cookie["samesite"], cookie["path"]) == (True, "Lax", "/book/")
    client.post("/book/mine/forget/")
    assert client.get("/book/mine/").status_code == 302


def test_a_double_press_is_one_booking(house, client):
    house.pool(staff=3)
    key = "8f7f3c1e-54a3-4e3c-9b63-6a2e1c0d9e11"
    for _ in range(2):
        hold(client, request_key=key)
    assert Booking.objects.count() == 1


def test_a_time_taken_meanwhile_is_said_beside_the_times_that_are_left(house, english):
    house.pool(slot_minutes=60)
    house.booked("2022-09-13T10:00")
    answer = hold(english)
    assert answer.status_code == 409
    assert "cannot be booked any more" in words(answer)
    assert "11:00" in words(answer)


@pytest.mark.parametrize(
    "wrong",
    [
        {"starts_at": ""}, {"starts_at": "soon"}, {"starts_at": "9" * 15}, {"starts_at": "9" * 40},
        {"party_size": "0"}, {"party_size": "1e9"}, {"interpreter": "klingon"},
        {"request_key": "x"},
    ],
)  # fmt: skip
def test_nonsense_is_answered_with_a_page(house, client, wrong):
    house.pool()
    answer = hold(client, **wrong)
    assert answer.status_code in (409, 422)
    assert not Booking.objects.exists()


def test_a_hold_that_ran_out_can_be_chosen_again(house, english, monkeypatch):
    house.pool()
    hold(english)
    at(monkeypatch, "2022-09-13T09:12")
    assert "held no longer" in words(english.get("/book/mine/"))
    answer = english.post("/book/mine/", {})
    assert answer.status_code == 409
    assert "Choose a time" in words(answer)


def test_an_address_that_is_none_is_said_beside_its_field(house, english):
    house.pool()
    hold(english)
    answer = english.post("/book/mine/", {"email": "anna@", "phone": "ring"})
    assert answer.status_code == 422
    assert Booking.objects.get().status == "held"
    english.post("/book/mine/", {"email": "anna@example.se"})
    assert BookingContact.objects.get().email == "anna@example.se"


# --- by code --------------------------------------------------------------------------------------


def test_with_the_code_one_cancels(house, english):
    house.pool()
    _booking, code = house.booked("2022-09-13T10:00")
    assert english.post("/book/", {"code": spoken(code).lower()}).url == "/book/mine/"
    assert "Cancel the booking?" in words(english.get("/book/mine/cancel/"))
    assert Booking.objects.get().status == "confirmed"
    english.post("/book/mine/cancel/")
    assert "The booking is cancelled" in words(english.get("/book/mine/"))
    assert not overfull()


def test_with_the_code_one_moves_and_sees_the_new_one(house, english):
    house.pool(slot_minutes=60)
    _booking, code = house.booked("2022-09-13T10:00")
    english.post("/book/", {"code": code})
    page = english.get("/book/mine/move/", {"day": "2022-09-14"})
    assert "Now it is Tuesday 13 September, 10:00" in words(page)
    wanted = instant("2022-09-14T11:00")
    english.post("/book/mine/move/", {"starts_at": str(int(wanted.timestamp() * 1000))})
    shown = words(english.get("/book/mine/"))
    new = Booking.objects.get(status="confirmed")
    assert spoken(code_of(new.pk)) in shown
    assert "Wednesday 14 September 11:00" in shown
    english.post("/book/", {"code": code})
    assert spoken(code_of(new.pk)) in words(english.get("/book/mine/"))


def test_every_wrong_code_is_answered_alike(house, english):
    house.pool()
    _booking, code = house.booked("2022-09-13T10:00")
    answers = {
        (english.post("/book/", {"code": wrong}).status_code)
        for wrong in (code[:-1], "0" * 10, "drop table", "🙂" * 9)
    }
    assert answers == {422}
    assert "booking" not in english.cookies or not english.cookies["booking"].value


def test_codes_are_not_tried_by_the_dozen(house, client):
    house.pool()
    codes = [client.post("/book/", {"code": f"{n:010}"}).status_code for n in range(12)]
    assert codes.count(422) == 10
    assert codes[-1] == 429


def test_a_forged_cookie_opens_nothing(house, client):
    house.pool()
    _booking, code = house.booked("2022-09-13T10:00")
    client.cookies["booking"] = code
    assert client.get("/book/mine/").url == "/book/"


def test_a_closed_office_says_so(house, english):
    house.pool()
    office_close_suddenly(by=house.actor(), reason="premises")
    page = words(english.get("/book/north/"))
    assert "The office is closed at short notice" in page
    assert "Something is wrong with the premises." in page


@pytest.mark.parametrize("address", ["/book/mine/cancel/", "/book/mine/move/", "/book/mine/"])
def test_without_a_code_one_is_asked_for_it(house, client, address):
    for answer in (client.get(address), client.post(address)):
        assert (answer.status_code, answer.url) == (302, "/book/")


def test_forms_are_only_answered_from_our_own_pages(house):
    house.pool()
    stranger = Client(enforce_csrf_checks=True)
    for address in (TIMES, "/book/", "/book/mine/"):
        assert stranger.post(address, {"starts_at": TEN, "party_size": "1"}).status_code in (
            302,
            403,
        )
    assert not Booking.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_of_many_who_press_at_once_one_gets_the_last_time(house):
    house.pool()
    barrier, answers = threading.Barrier(6), []

    def press():
        barrier.wait(30)
        answers.append(hold(Client()).status_code)
        connections.close_all()

    threads = [threading.Thread(target=press) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert sorted(answers) == [302, 409, 409, 409, 409, 409]
    assert not overfull()
