"""The staff's pages in a real browser: accessible, and whole on the smallest screen."""

import pytest
from django.core.management import call_command
from django.db import connections

from support.accessibility import sound
from support.running_desk import HERE, at, running_office

__all__ = ["at"]

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

SMALL = {"viewport": {"width": 320, "height": 640}}
ENGLISH_SMALL_AND_DARK = {"locale": "en-GB", "color_scheme": "dark", **SMALL}
PAGES = [
    ("officer", HERE),
    ("free", HERE),
    ("free", f"{HERE}days/2022-09-13/"),
    ("greeter", f"{HERE}greeter/"),
    ("municipal-desk", HERE),
    ("office-manager", f"{HERE}manage/"),
    ("office-manager", f"{HERE}manage/room/"),
    ("office-manager", f"{HERE}manage/counters/"),
    ("office-manager", f"{HERE}manage/tokens/"),
    ("office-manager", f"{HERE}manage/day/"),
]


@pytest.fixture(scope="module")
def office(django_db_setup, django_db_blocker):
    """A running office that the tests of this module only look at."""
    with django_db_blocker.unblock():
        with running_office() as desk:
            yield desk
        connections.close_all()
        call_command("flush", interactive=False, verbosity=0)


def other(**visitor):
    return pytest.mark.parametrize("visit", [visitor], indirect=True, ids=lambda v: str(v)[:40])


@pytest.mark.parametrize("visit", [{}, ENGLISH_SMALL_AND_DARK], indirect=True, ids=["", "dark"])
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_no_rule_of_wcag_is_broken(at, who, address):
    page = at(who, address)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    sound(page)


@other(**SMALL)
@pytest.mark.parametrize(("who", "address"), PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_screen(at, who, address):
    page = at(who, address)
    page.evaluate("for (const one of document.querySelectorAll('details')) one.open = true")
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0
