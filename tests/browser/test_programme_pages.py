"""The pages of programmes and reports in a real browser: accessible, small, by keyboard."""

from datetime import date

import pytest
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore
from playwright.sync_api import expect

from knutpunkt.accounts.models import Role
from knutpunkt.accounts.services import appoint, person_create
from support.accessibility import sound
from support.programme import pass_gate, project_of

pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = [
    "/programme/",
    "/programme/2021-05/",
    "/programme/2021-05/tingsryd/",
    "/programme/2021-05/tingsryd/gates/g3/",
    "/programme/2021-05/tingsryd/gates/g7/",
    "/programme/2021-05/tingsryd/premises/",
    "/programme/2021-05/tingsryd/plan/",
    "/programme/2021-05/tingsryd/window/",
    "/programme/2021-05/plan/",
    "/programme/2021-05/forecast/",
    "/programme/2021-05/changes/",
    "/programme/2021-05/money/",
    "/programme/2021-05/exchange/",
    "/programme/2021-05/start/",
    "/programme/inbox/",
    "/programme/new/",
    "/reports/",
    "/reports/answer/?municipality=Ludvika",
]
SMALL = {"viewport": {"width": 320, "height": 640}}
ENGLISH_SMALL_AND_DARK = {"locale": "en-GB", "color_scheme": "dark", **SMALL}
PASSWORD = "bänken-under-lindarna-7"


@pytest.fixture(scope="module")
def managed(site, django_db_blocker):
    """The site with a programme under way, and the session of its manager."""
    from knutpunkt.programme.forecasting import forecast, forecast_store
    from knutpunkt.programme.services.opening import programme_open

    with django_db_blocker.unblock():
        head = person_create(username="head", password=PASSWORD, by=None)
        for role in (Role.ADMINISTRATOR, Role.PROGRAMME_MANAGER):
            appoint(head, role, by=head)
        programme = programme_open(mandate="2021-05", by="head")
        pass_gate(project_of(programme, "tingsryd").gates.get(key="g1"), day=date(2022, 3, 1))
        made = forecast(programme="2021-05", as_of=date(2022, 6, 28), runs=500)
        forecast_store(made, by="head")
        session = SessionStore()
        session[SESSION_KEY] = str(head.pk)
        session[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
        session[HASH_SESSION_KEY] = head.get_session_auth_hash()
        session.save()
    return site, session.session_key


@pytest.fixture
def manager(managed, page):
    """A page of somebody who manages the programme; ``goto`` takes an address of the site."""
    site, key = managed
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": key, "url": site}])
    page.at = lambda address: page.goto(site + address)
    return page


def other(**visitor):
    return pytest.mark.parametrize("visit", [visitor], indirect=True, ids=lambda v: str(v)[:40])


@pytest.mark.parametrize("visit", [{}, ENGLISH_SMALL_AND_DARK], indirect=True, ids=["", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_no_rule_of_wcag_is_broken(manager, address):
    assert manager.at(address).status == 200
    sound(manager)


@other(**SMALL)
@pytest.mark.parametrize("address", PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_screen(manager, address):
    manager.at(address)
    wider = manager.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0


@pytest.mark.parametrize("address", ["/programme/2021-05/plan/", "/programme/2021-05/forecast/"])
def test_every_drawing_has_a_name_and_a_table_beside_it(manager, address):
    manager.at(address)
    drawings = manager.locator("main svg[role=img]")
    assert drawings.count() >= 1
    for number in range(drawings.count()):
        assert drawings.nth(number).get_attribute("aria-label")
    assert manager.locator("main table").count() >= 1


# The site writes here: an open transaction of the test itself would lock it out.
@pytest.mark.django_db(transaction=True)
@other(java_script_enabled=False)
def test_without_scripts_a_gate_is_held_and_the_page_says_by_whom(manager):
    manager.at("/programme/2021-05/tingsryd/gates/g2/")
    manager.locator("select[name=outcome], input[name=outcome][value=hold]").first.wait_for()
    radio = manager.locator("input[name=outcome][value=hold]")
    if radio.count():
        radio.check()
    else:
        manager.locator("select[name=outcome]").select_option("hold")
    manager.locator("input[name=decided_by]").fill("Avdelningschefen")
    manager.locator("input[name=delegation]").fill("Delegationsordning 4 §")
    manager.locator("input[name=decided_on]").fill("2022-06-20")
    manager.locator("form[action$='/decisions/'] button, form[action*=decide] button").first.click()
    expect(manager.locator("main")).to_contain_text("Avdelningschefen")


def test_by_keyboard_one_reaches_a_slot_from_the_portfolio(manager):
    manager.at("/programme/2021-05/")
    for _ in range(60):
        manager.keyboard.press("Tab")
        target = manager.evaluate("document.activeElement.getAttribute('href')")
        if target and target.endswith("/borgholm/"):
            break
    manager.keyboard.press("Enter")
    expect(manager.locator("h1")).to_contain_text("Borgholm")
