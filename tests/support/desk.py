"""An office with its staff signed in: what tests of the staff's pages begin with.

Tests act as staff do: they read a page and send its forms.
"""

import re

import pytest
from django.conf import settings as django_settings
from django.test import Client

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import Post, appoint, person_create
from knutpunkt.network.models import AgreementTask, Authority, Service, ServiceLevel
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.models import Errand
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.services.visits import visit_open
from support.bookings import OPENED, at, house
from support.network import municipality
from support.pages import every_variable_is_there, quick_hash

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

PASSWORD = "bänken-under-lindarna-7"
MUNICIPAL = "northtown-kommun"
NOON = "2022-09-13T12:00"


class Desk:
    """The office ``north`` and people who work there."""

    def __init__(self, house, monkeypatch):
        self.house, self.office = house, house.office
        self.monkeypatch = monkeypatch
        self.head = person_create(username="head", password=PASSWORD, by=None)
        appoint(self.head, Role.ADMINISTRATOR, by=self.head)
        self.people = 0
        municipal_service(self.office)

    def at(self, text):
        """Let it be a time of the day."""
        at(self.monkeypatch, f"2022-09-13T{text}")

    def staff(self, role, office=None, name=""):
        """A browser in which somebody who holds the role has signed in."""
        self.people += 1
        person = person_create(username=name or f"{role}-{self.people}", password=PASSWORD,
                               by=self.head)  # fmt: skip
        appoint(person, Role(role), by=self.head, post=self._post(role, office or self.office))
        browser = Client()
        browser.person = person
        browser.force_login(person, backend="django.contrib.auth.backends.ModelBackend")
        return browser

    def _post(self, role, office):
        bound = role in ("officer", "greeter", "municipal-desk", "office-manager")
        municipal = role == "municipal-desk"
        return Post(
            office=office if bound else None,
            county=self.county if role == "county-reader" else None,
            municipality=self.municipality if municipal else None,
            authority=Authority.objects.get(pk=MUNICIPAL) if municipal else None,
        )

    @property
    def municipality(self):
        from knutpunkt.network.models import Municipality

        return Municipality.objects.first()

    @property
    def county(self):
        return self.municipality.county

    def comes(self, service="skatteverket/guidance", **more):
        """Somebody takes a ticket at the kiosk."""
        by = Actor(self.office.pk, self.office.key, "kiosk", "kiosk")
        given = visit_open(by=by, service=service, **more)
        return Errand.objects.select_related("visit").get(pk=given.errand)

    def kinds(self):
        return self.house.kinds()


def municipal_service(office):
    """The municipality has a desk of its own in the same room."""
    authority = Authority.objects.create(
        slug=MUNICIPAL, name_sv="Northtowns kommun", name_en="Northtown", kind="municipality"
    )
    service = Service.objects.create(
        authority=authority, slug="housing", name_sv="Bostad", name_en="Housing help"
    )
    task = AgreementTask.objects.create(
        agreement=AgreementTask.objects.first().agreement, service=service
    )
    ServiceLevel.objects.create(
        office=office, task=task, level="full", valid_from=OPENED, recorded_by="a test"
    )
    forget_menus()


@pytest.fixture
def desk(house, monkeypatch, settings, quick_hash, every_variable_is_there):
    """The office at noon, before anybody has come."""
    settings.LANGUAGE_CODE = "en"
    at(monkeypatch, NOON)
    forget_menus()
    yield Desk(house, monkeypatch)
    forget_menus()


def form_on(answer, action):
    """Hidden fields of the form on a page that leads to an address, as a browser sends them."""
    page = answer.content.decode()
    found = re.search(
        rf'<form[^>]*action="{re.escape(action)}"[^>]*>(.*?)</form>', page, flags=re.DOTALL
    )
    assert found, f"The page has no form to {action}."
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', found[1])
    return dict(hidden)


def send(browser, page, action, **more):
    """Read a page and send one of its forms."""
    shown = browser.get(page)
    assert shown.status_code == 200, shown.status_code
    return browser.post(action, form_on(shown, action) | more)


def session_of(browser):
    """Cookie of a signed-in browser, for another kind of browser."""
    return browser.cookies[django_settings.SESSION_COOKIE_NAME].value
