"""The public pages in a real browser: by keyboard, on a small screen, without JavaScript."""

import pytest
from playwright.sync_api import expect

from support.accessibility import sound

# The mark asks for the database; the tests themselves meet it only through the site.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PAGES = [
    "/",
    "/?q=Jarpen",
    "/?q=Visby&service=skatteverket/id-card&on=2022-06-28&at=11:00",
    "/?q=nothing-like-it",
    "/?lat=999&lon=1",
    "/offices/goteborg-gamlestaden/",
    "/offices/filipstad/?on=2025-07-01",
    "/network?on=2022-12-31",
    "/mandates/",
    "/mandates/2021-05?on=2022-06-27",
    "/login/",
    "/nowhere",
]
SMALL = {"viewport": {"width": 320, "height": 640}}
ENGLISH_SMALL_AND_DARK = {"locale": "en-GB", "color_scheme": "dark", **SMALL}
WITHOUT_SCRIPT = {"java_script_enabled": False}
AT_A_SQUARE = {
    "geolocation": {"latitude": 57.7072, "longitude": 11.9668},
    "permissions": ["geolocation"],
}


def other(**visitor):
    return pytest.mark.parametrize("visit", [visitor], indirect=True, ids=lambda v: str(v)[:40])


@pytest.mark.parametrize("visit", [{}, ENGLISH_SMALL_AND_DARK], indirect=True, ids=["", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_no_rule_of_wcag_is_broken(site, page, address):
    page.goto(site + address)
    sound(page)


@other(**SMALL)
@pytest.mark.parametrize("address", PAGES)
def test_nothing_scrolls_sideways_on_the_smallest_screen(site, page, address):
    page.goto(site + address)
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wider <= 0


def test_by_keyboard_one_searches_and_reaches_the_list(site, page):
    page.goto(site + "/")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "q":
            break
    page.keyboard.type("Jarpen")
    page.keyboard.press("Enter")
    expect(page.locator("#answer")).to_contain_text("nära Järpen, Åre")
    for _ in range(25):
        page.keyboard.press("Tab")
        if page.evaluate("!!document.activeElement.closest('#offices')"):
            break
    assert page.evaluate("document.activeElement.textContent") == "Järpen"
    page.keyboard.press("Enter")
    expect(page.locator("h1")).to_have_text("Järpen")


def test_the_first_stop_of_the_keyboard_skips_to_the_content(site, page):
    page.goto(site + "/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


@other(**WITHOUT_SCRIPT)
def test_everything_works_without_script(site, page):
    page.goto(site + "/")
    page.fill("[name=q]", "Göteborg")
    page.locator(".filters summary").click()
    page.select_option("[name=service]", "skatteverket")
    page.locator("[name=open]").check()
    page.locator(".search button[type=submit]").click()
    expect(page.locator("#offices .state.open").first).to_be_visible()
    page.goto(site + "/network?on=2022-06-27")
    expect(page.locator(".big")).to_have_text("123")
    expect(page.locator("#slider")).to_be_hidden()
    page.locator("#days a", has_text="26 maj 2021").click()
    expect(page.locator(".big")).to_have_text("116")
    page.get_by_role("button", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator(".big")).to_have_text("116")


@other(**AT_A_SQUARE)
def test_the_position_is_asked_for_only_when_the_button_is_pressed(site, page):
    page.goto(site + "/")
    assert "lat" not in page.url
    page.locator("#locate").click()
    page.wait_for_url("**lat=57.71**")
    assert "lon=11.97" in page.url
    expect(page.locator("#offices .office").first).to_contain_text("Nordstan")


def test_the_map_to_move_shows_as_many_offices_as_the_list(site, page):
    page.goto(site + "/?q=Visby")
    page.get_by_role("button", name="Öppna en karta").click()
    page.locator(".moving[data-ready]").wait_for(timeout=30_000)
    assert page.locator(".moving").get_attribute("data-ready") == str(
        page.locator("#offices .office").count()
    )
    assert page.evaluate("document.activeElement.classList.contains('maplibregl-canvas')")
    page.keyboard.press("ArrowRight")
    for _ in range(8):
        page.keyboard.press("Tab")
        if not page.evaluate("!!document.activeElement.closest('.moving')"):
            break
    assert not page.evaluate("!!document.activeElement.closest('.moving')")


def test_the_slider_moves_the_network_through_time(site, page):
    page.goto(site + "/network?on=2022-06-27")
    page.locator("#slider").focus()
    page.keyboard.press("Home")
    expect(page.locator(".big")).to_have_text("116")
    expect(page.locator("#slider-day")).to_have_text("26 maj 2021")
    assert "on=2021-05-26" in page.url
    page.keyboard.press("ArrowRight")
    expect(page.locator("#slider-day")).to_have_text("30 juni 2021")


def test_a_page_prints_without_navigation(site, page):
    page.goto(site + "/offices/goteborg-gamlestaden/")
    page.emulate_media(media="print")
    expect(page.locator("nav.pages")).to_be_hidden()
    expect(page.locator(".week")).to_be_visible()


@other(**WITHOUT_SCRIPT)
def test_without_script_no_button_waits_for_one(site, page):
    page.goto(site + "/")
    expect(page.locator("#locate")).to_be_hidden()


@other(viewport={"width": 1280, "height": 900})
def test_the_tables_below_the_map_use_the_whole_width(site, page):
    page.goto(site + "/network?on=2022-06-27")
    table, chart = page.locator(".register").bounding_box(), page.locator(".drawn").bounding_box()
    assert table["x"] + table["width"] >= chart["x"] + chart["width"] - 1
    assert table["y"] > chart["y"] + chart["height"]


@other(**SMALL)
def test_a_clause_uses_the_whole_width_of_the_smallest_screen(site, page):
    page.goto(site + "/mandates/2021-05?on=2022-06-27")
    row = page.locator(".clauses tbody tr").first
    assert row.locator("th").bounding_box()["width"] == row.bounding_box()["width"]
