"""An office manager makes and changes what can be booked, and sees what that offers."""

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.network.models import HoursRule
from knutpunkt.reception.desk.pages.pools import bookable_of
from knutpunkt.reception.desk.pool_form import PoolForm
from knutpunkt.reception.models import BookingPool
from knutpunkt.reception.selectors.slots import slots
from support.bookings import TUESDAY
from support.desk import (
    desk,
    every_variable_is_there,
    house,
    municipality,
    quick_hash,
    send,
)
from support.pages import words

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

pytestmark = pytest.mark.django_db
PAGE = "/reception/north/pools/"
KEEP = f"{PAGE}kept/"


@pytest.fixture
def manager(desk):
    return desk.staff("office-manager")


def said(house, **more):
    return {
        "key": "counter", "services": [house.guidance.pk], "slot_minutes": 60, "staff": 2,
        "acute_per_day": 0, "days_ahead": 30, "valid_from": "2022-09-13", **more,
    }  # fmt: skip


def keep(browser, house, page=PAGE, **more):
    return send(browser, page, KEEP, **said(house, **more))


# --- who may --------------------------------------------------------------------------------------


@pytest.mark.parametrize("role", ["officer", "greeter", "municipal-desk"])
def test_only_the_manager_says_what_can_be_booked(desk, role):
    browser = desk.staff(role)
    assert browser.get(PAGE).status_code == 403
    assert browser.post(KEEP, said(desk.house)).status_code == 403
    assert not BookingPool.objects.exists()


def test_the_manager_of_another_office_finds_nothing(desk, client):
    assert desk.staff("reader").get(PAGE).status_code == 404
    assert client.get(PAGE)["Location"] == f"/login/?next={PAGE}"


def test_looking_at_the_address_of_the_form_makes_nothing(manager):
    assert manager.get(KEEP)["Location"] == PAGE
    assert not BookingPool.objects.exists()


# --- making and changing --------------------------------------------------------------------------


def test_before_the_first_pool_the_page_says_that_nothing_can_be_booked(manager):
    page = words(manager.get(PAGE))
    assert "nothing can be booked" in page
    assert "Tax Agency: Guidance" in page


def test_a_pool_made_here_is_bookable_at_once(manager, desk, client):
    answer = keep(manager, desk.house)
    assert answer["Location"] == f"{PAGE}?pool=counter"
    shown = words(manager.get(answer["Location"]))
    # At noon on a Tuesday 13, 14 and 15 o'clock are left: three times of two places.
    assert "6 of 6" in shown
    assert "12 of 12" in shown
    assert "Guidance" in words(client.get("/book/north/"))


def test_a_booking_takes_a_place_of_the_next_days(manager, desk):
    keep(manager, desk.house)
    desk.house.booked("2022-09-13T14:00")
    assert "5 of 6" in words(manager.get(PAGE))


def test_changing_a_pool_keeps_its_key_and_its_services(manager, desk):
    keep(manager, desk.house)
    page = manager.get(f"{PAGE}?pool=counter")
    assert f'value="{desk.house.guidance.pk}" id="pool-services' in page.content.decode()
    assert re.search(r'name="services"[^>]*checked', page.content.decode())
    keep(manager, desk.house, page=f"{PAGE}?pool=counter", key="other", staff=3, valid_to="")
    assert list(BookingPool.objects.values_list("key", "staff")) == [("counter", 3)]


def test_an_ended_pool_is_marked_and_can_be_booked_no_more(manager, desk, client):
    keep(manager, desk.house, valid_from="2022-09-01", valid_to="2022-09-12")
    shown = words(manager.get(PAGE))
    assert "over" in shown
    assert "No time is offered on these days" in shown
    assert "Nothing can be booked at this office now" in words(
        client.get("/book/north/", headers={"accept-language": "en"})
    )


def test_where_hours_are_unknown_the_page_says_that_this_is_why(manager, desk):
    keep(manager, desk.house)
    HoursRule.objects.all().delete()
    from knutpunkt.reception.selectors.opening import _by_the_hours

    _by_the_hours.cache_clear()
    assert "does not know the opening hours" in words(manager.get(PAGE))
    _by_the_hours.cache_clear()


# --- refusals -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "wrong",
    [
        {"key": ""}, {"key": "två ord"}, {"services": []}, {"services": ["999999"]},
        {"slot_minutes": "4"}, {"slot_minutes": "x"}, {"staff": "0"}, {"days_ahead": "93"},
        {"acute_per_day": "-1"}, {"valid_from": "soon"}, {"valid_to": "2022-09-12"},
        {"equipment": "crane"},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused_beside_its_field(manager, desk, wrong):
    answer = keep(manager, desk.house, **wrong)
    assert answer.status_code == 400
    assert "errorlist" in answer.content.decode()
    assert not BookingPool.objects.exists()


def test_a_new_pool_never_takes_the_place_of_another(manager, desk):
    keep(manager, desk.house)
    again = keep(manager, desk.house, staff=9)
    assert again.status_code == 400
    assert "change that one" in words(again)
    assert BookingPool.objects.get().staff == 2


def test_a_pool_that_is_not_there_has_no_page(manager):
    assert manager.get(f"{PAGE}?pool=none").status_code == 404


# --- properties -----------------------------------------------------------------------------------


@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(minutes=st.integers(5, 480), staff=st.integers(1, 9), acute=st.integers(0, 20))
def test_the_page_counts_what_the_slots_say(desk, minutes, staff, acute):
    pool = desk.house.pool(slot_minutes=minutes, staff=staff, acute_per_day=acute)
    shown = bookable_of(desk.office, pool)
    ((_name, cells),) = shown.rows
    found = slots(desk.office, desk.house.guidance, TUESDAY, shown.days[-1])
    assert sum(cell.places for cell in cells) == sum(slot.ordinary for slot in found)
    assert sum(cell.free for cell in cells) == sum(slot.free for slot in found)


def test_the_form_of_a_pool_sends_back_what_the_pool_is(desk):
    pool = desk.house.pool(desk.house.guidance, slot_minutes=45, staff=2, days_ahead=7)
    form = PoolForm(office=desk.office, pool=pool)
    again = PoolForm(form.initial, office=desk.office, pool=pool)
    assert again.is_valid(), again.errors
    values = again.values()
    kept = ("key", "slot_minutes", "staff", "days_ahead", "valid_from")
    assert [values[name] for name in kept] == [getattr(pool, name) for name in kept]
    assert list(values["services"]) == [desk.house.guidance]


# --- addresses ------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["tokens/", ""])
def test_the_manager_finds_the_addresses_of_this_office(manager, page):
    shown = manager.get(f"/reception/north/manage/{page}").content.decode()
    for address in ("/kiosk/north/", "/display/north/", "/book/north/", "/offices/north/"):
        assert f'href="{address}"' in shown
        assert f"http://testserver{address}" in shown
