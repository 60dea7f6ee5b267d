"""An office with its staff at work behind a running server, for tests in a real browser."""

import os
from contextlib import contextmanager

import pytest
from django.conf import settings
from django.test import override_settings

from support.desk import MUNICIPAL, Desk, session_of
from support.serving import server_running

__all__ = ["at", "running_office"]

HERE = "/reception/north/"
NOON = "2022-09-13T12:00"


class StandingClock:
    """Sets the time for as long as the office runs."""

    def setenv(self, name, value):
        os.environ[name] = value


@contextmanager
def _standing_still():
    before = os.environ.get("KNUTPUNKT_NOW")
    os.environ["KNUTPUNKT_NOW"] = NOON
    try:
        yield
    finally:
        if before is None:
            del os.environ["KNUTPUNKT_NOW"]
        else:
            os.environ["KNUTPUNKT_NOW"] = before


@contextmanager
def running_office():
    """A running office: somebody is served at counter 1, others wait, counter 2 is free.

    Yields the ``Desk`` with its address (``site``) and the sessions of its staff.
    """
    from knutpunkt.network.models import County, Municipality
    from support.bookings import equipped, made_house

    quick = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    with _standing_still(), override_settings(PASSWORD_HASHERS=quick):
        county = County.objects.create(code="N1", name="North")
        place = Municipality.objects.create(
            code="N1-1", name="Northtown", county=county, lat=60.0, lon=15.0
        )
        desk = Desk(made_house(place), StandingClock())
        equipped(desk.office)
        desk.sessions = _staff_of(desk)
        with server_running() as port:
            desk.site = f"http://127.0.0.1:{port}"
            yield desk


def _staff_of(desk):
    """Sessions by role; the officer serves a visitor."""
    found = {role: desk.staff(role)
             for role in ("officer", "greeter", "municipal-desk", "office-manager")}  # fmt: skip
    found["free"] = desk.staff("officer", name="free")
    found["pressing"] = desk.staff("officer", name="pressing")
    desk.comes(language="ar", interpreter="ar")
    _open(found["officer"], "1")
    found["officer"].post(f"{HERE}calls/", {"counter": "1"})
    from knutpunkt.reception.models import Errand

    called = Errand.objects.get(state="called")
    found["officer"].post(f"{HERE}errands/{called.pk}/begin/", {"version": called.version})
    desk.comes(prio_class="frail", access_needs="standing", party_size=2)
    desk.comes(service="")
    desk.comes(f"{MUNICIPAL}/housing")
    _open(found["free"], "2")
    return {name: session_of(browser) for name, browser in found.items()}


def _open(browser, counter):
    answer = browser.post(f"{HERE}counter/", {"counter": counter, "mode": "front"})
    assert answer.status_code == 302


@pytest.fixture
def at(office, page):
    """Open a page of the office as one of its staff: ``at("greeter", address)``."""

    def visit(who, address):
        cookie = {"name": settings.SESSION_COOKIE_NAME, "value": office.sessions[who]}
        page.context.add_cookies([cookie | {"url": office.site}])
        answer = page.goto(office.site + address)
        assert answer.status == 200
        return page

    return visit
