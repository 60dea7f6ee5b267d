"""Booking a time in a real browser: by keyboard, on a small screen, without JavaScript."""

import re

import pytest
from django.core.management import call_command
from django.db import connections
from playwright.sync_api import expect
from pytest_django.live_server_helper import LiveServer

from knutpunkt.network.models import County, Municipality
from knutpunkt.reception import rate
from support.accessibility import sound
from support.bookings import TUESDAY, equipped, made_house

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

TIMES = "/book/north/skatteverket/guidance/"
SMALL = {"viewport": {"width": 320, "height": 640}}
ENGLISH_SMALL_AND_DARK = {"locale": "en-GB", "color_scheme": "dark", **SMALL}
WITHOUT_SCRIPT = {"java_script_enabled": False}


def other(**visitor):
    return pytest.mark.parametrize("visit", [visitor], indirect=True, ids=lambda v: str(v)[:40])


@pytest.fixture(scope="module")
def site(django_db_setup, django_db_blocker):
    """A running site with one office that takes bookings, on a Tuesday at nine."""
    patch = pytest.MonkeyPatch()
    with django_db_blocker.unblock(), patch.context() as environment:
        environment.setenv("KNUTPUNKT_NOW", f"{TUESDAY}T09:00")
        county = County.objects.create(code="N1", name="North")
        municipality = Municipality.objects.create(
            code="N1-1", name="Northtown", county=county, lat=60.0, lon=15.0
        )
        house = made_house(municipality)
        equipped(house.office)
        house.pool(house.guidance, house.identity, staff=40, slot_minutes=60)
        server = LiveServer("127.0.0.1")
        yield server.url
        server.stop()
        connections.close_all()
        call_command("flush", interactive=False, verbosity=0)


@pytest.fixture(autouse=True)
def _django_db_marker():
    """No transaction around a test: it would lock the file that the site writes bookings to."""


@pytest.fixture(autouse=True)
def _patient():
    rate.forget()


def hold(page, site):
    page.goto(site + TIMES)
    page.locator("#times input").first.check()
    button = page.get_by_role("button", name=re.compile("Reservera tiden|Hold this time"))
    button.click()
    page.wait_for_url("**/book/mine/")


def send(page, button):
    with page.expect_navigation():
        page.locator(button).click()


def every_page(page, site):
    """Each page of a booking in turn, from choosing to cancelled."""
    for address in ("/book/", "/book/north/", TIMES, f"{TIMES}?day=2022-09-14"):
        page.goto(site + address)
        yield address
    hold(page, site)
    yield "held"
    page.fill("[name=email]", "anna@")
    send(page, "form.stacked button[type=submit]")
    yield "an address that is none"
    page.fill("[name=email]", "")
    send(page, "form.stacked button[type=submit]")
    expect(page.locator(".booking-code")).to_be_visible()
    yield "confirmed"
    for address in ("/book/mine/move/", "/book/mine/cancel/"):
        page.goto(site + address)
        yield address
    send(page, ".booking-actions button[type=submit]")
    yield "cancelled"


@pytest.mark.parametrize("visit", [{}, ENGLISH_SMALL_AND_DARK], indirect=True, ids=["", "dark"])
def test_no_rule_of_wcag_is_broken(site, page):
    for where in every_page(page, site):
        sound(page, where)


@other(**SMALL, **WITHOUT_SCRIPT)
def test_without_script_one_books_and_cancels(site, page):
    *_before, last = every_page(page, site)
    assert last == "cancelled"
    expect(page.locator("h1")).to_be_visible()
    expect(page.locator(".booking-code")).to_be_hidden()


@other(**SMALL)
def test_nothing_scrolls_sideways_on_the_smallest_screen(site, page):
    for where in every_page(page, site):
        wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wider <= 0, where


def test_by_keyboard_one_chooses_a_time_and_holds_it(site, page):
    page.goto(site + TIMES)
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "starts_at":
            break
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.checked")
    page.keyboard.press("Enter")
    page.wait_for_url("**/book/mine/")


def test_the_code_can_be_read_aloud_and_typed_in_again(site, page):
    hold(page, site)
    page.locator("form.stacked button[type=submit]").click()
    code = page.locator(".booking-code").inner_text()
    assert len(code) == 11
    page.locator(".booking-leave button").click()
    page.fill("[name=code]", code.lower().replace("-", " "))
    page.locator("form.stacked button[type=submit]").click()
    expect(page.locator(".booking-code")).to_have_text(code)
