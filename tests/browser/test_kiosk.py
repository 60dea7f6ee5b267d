"""Kiosk and phone in a real browser: by touch, by keyboard, without script, right to left."""

import re

import pytest
from playwright.sync_api import expect

from support.accessibility import sound

# The mark asks for the database; the tests themselves meet it only through the site.
pytestmark = [pytest.mark.browser, pytest.mark.django_db]

PLACE = "goteborg-gamlestaden"
UPRIGHT = {"viewport": {"width": 1080, "height": 1920}, "has_touch": True}
LOW = {"viewport": {"width": 1280, "height": 900}, "has_touch": True}
NEARLY_SQUARE = {"viewport": {"width": 1080, "height": 1400}, "has_touch": True}
HALF = {"viewport": {"width": 1366, "height": 768}, "has_touch": True}
SMALL = {"viewport": {"width": 320, "height": 640}}
WIDE = {"viewport": {"width": 1920, "height": 1080}}
PHONE = {"viewport": {"width": 390, "height": 844}}
WITHOUT_SCRIPT = {"java_script_enabled": False}
PAGES = ["sv/", "sv/about/skatteverket/", "sv/about/", "sv/booking/", "ar/about/skatteverket/"]
#: CSS pixels; WCAG 2.5.5 asks for 44.
SMALLEST_TARGET = 44
TARGETS = "a, button, summary, select, label.box, label.size"
TARGETS_BELOW = f"""least => [...document.querySelectorAll("{TARGETS}")]
  .filter(target => target.getClientRects().length)
  .map(target => [target.textContent.trim().slice(0, 30), target.getBoundingClientRect()])
  .filter(([, box]) => box.height < least || box.width < least)
  .map(([text, box]) => `${{text}} ${{box.width}} x ${{box.height}}`)"""


def other(*visitors):
    return pytest.mark.parametrize("visit", visitors, indirect=True, ids=lambda v: str(v)[:40])


@pytest.fixture(autouse=True)
def _django_db_marker():
    """No transaction around a test: it would lock the file that the site writes tickets to."""


@pytest.fixture(scope="module")
def token(site, django_db_blocker):
    from knutpunkt.network.models import Office
    from knutpunkt.reception.actors import token_issue

    with django_db_blocker.unblock():
        office = Office.objects.get(key=PLACE)
        return token_issue(office=office, role="kiosk", by="a test")[1]


@pytest.fixture
def kiosk(site, token, page):
    """A browser started as the kiosk; its address."""
    from knutpunkt.reception.rate import forget

    forget()
    address = f"{site}/kiosk/{PLACE}/"
    page.goto(address)
    page.fill("[name=token]", token)
    page.click("main button")
    page.wait_for_url("**/sv/")
    return address


def take_number(kiosk, page, language="sv"):
    """Press through both steps; address of the visitor's own page."""
    page.goto(f"{kiosk}{language}/about/skatteverket/")
    page.locator("button.choice").first.click()
    page.wait_for_url("**/ticket/")
    return "http://" + page.locator(".link").inner_text()


def fits(page):
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


@other(UPRIGHT, SMALL, WIDE)
def test_no_rule_of_wcag_is_broken_and_nothing_scrolls_sideways(kiosk, page):
    for path in PAGES:
        page.goto(kiosk + path)
        if page.locator("summary").count():
            page.locator("summary").click()
        sound(page)
        fits(page)
    take_number(kiosk, page, "ar")
    sound(page)
    fits(page)


@other(UPRIGHT)
def test_large_text_and_strong_contrast_break_no_rule(kiosk, page):
    page.locator("[value=large]").click()
    page.locator("[value=contrast]").click()
    assert page.evaluate("document.documentElement.dataset.look") == "large contrast"
    for path in PAGES:
        page.goto(kiosk + path)
        sound(page)
        fits(page)
    take_number(kiosk, page)
    sound(page)
    fits(page)


@other(LOW, WIDE, UPRIGHT, NEARLY_SQUARE, HALF)
def test_a_ticket_is_seen_whole_without_scrolling(kiosk, page):
    take_number(kiosk, page)
    low = page.evaluate("document.documentElement.scrollHeight - window.innerHeight")
    assert low <= 0, low
    foot = page.locator("footer").bounding_box()["y"]
    for part in (".ahead", ".wait", ".where", ".code-shown", ".link"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= foot, part


@other(LOW, PHONE)
def test_no_foot_covers_what_is_asked(kiosk, page):
    page.goto(f"{kiosk}sv/about/skatteverket/")
    page.locator("summary").click()
    last = page.locator("button.choice").last
    last.scroll_into_view_if_needed()
    box, foot = last.bounding_box(), page.locator("footer").bounding_box()
    assert box["y"] + box["height"] <= foot["y"]


@other(UPRIGHT, SMALL)
def test_every_target_is_large_enough_for_a_finger(kiosk, page):
    for path in PAGES:
        page.goto(kiosk + path)
        if page.locator("summary").count():
            page.locator("summary").click()
        small = page.evaluate(TARGETS_BELOW, SMALLEST_TARGET)
        assert not small, (path, small)


def test_arrows_and_enter_lead_to_a_number(kiosk, page):
    page.goto(kiosk + "en/")
    page.locator(".choice").first.focus()
    page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement === document.querySelectorAll('.choice')[1]")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("Enter")
    page.wait_for_url("**/about/**")
    page.locator("button.choice").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/ticket/")
    expect(page.locator(".number")).to_have_text(re.compile(r"A\d+"))
    assert page.evaluate("document.activeElement.id") == "number"


def test_a_double_click_gives_one_number(kiosk, page):
    page.goto(kiosk + "sv/about/")
    before = page.locator("button.choice").first
    before.dblclick()
    page.wait_for_url("**/ticket/")
    first = page.locator(".number").inner_text()
    take_number(kiosk, page)
    second = page.locator(".number").inner_text()
    assert int(second[1:]) == int(first[1:]) + 1


@other(WITHOUT_SCRIPT)
def test_without_script_one_gets_a_number_and_leaves_the_queue(kiosk, page):
    page.get_by_text("Skatteverket", exact=True).click()
    page.locator("summary").click()
    page.get_by_label("Jag har svårt att stå").check()
    page.get_by_text("Hjälp med ärenden").click()
    expect(page.locator(".number")).to_have_text(re.compile(r"A\d+"))
    assert 'http-equiv="refresh"' in page.content()
    link = "http://" + page.locator(".link").inner_text()
    page.get_by_role("link", name="Klar").click()
    expect(page.locator("h1")).to_have_text("Vad gäller ditt besök?")
    page.goto(link)
    page.get_by_role("link", name="Lämna kön").click()
    page.get_by_role("button", name="Ja, lämna kön").click()
    expect(page.locator("h1")).to_have_text("Du har lämnat kön.")


def test_the_ticket_waits_for_whoever_asks_for_more_time(kiosk, page):
    page.clock.install()
    take_number(kiosk, page)
    page.clock.run_for(40_000)
    expect(page.locator("#closes")).to_have_text("Sidan stängs om 5 sekunder.")
    page.get_by_role("link", name="Mer tid").click()
    page.clock.run_for(60_000)
    expect(page.locator(".number")).to_be_visible()
    page.clock.run_for(181_000)
    page.wait_for_url("**/sv/")


def test_a_page_left_alone_asks_before_it_goes_back(kiosk, page):
    page.clock.install()
    page.goto(kiosk + "en/booking/")
    page.fill("#code", "7K3")
    page.clock.run_for(91_000)
    expect(page.locator("#idle")).to_be_visible()
    sound(page)
    page.get_by_role("button", name="More time").click()
    assert page.input_value("#code") == "7K3"
    page.clock.run_for(122_000)
    page.wait_for_url("**/sv/")


@other(PHONE, {**SMALL, "color_scheme": "dark"})
def test_the_page_on_the_phone_breaks_no_rule_in_any_direction(kiosk, page):
    for language in ("sv", "ar", "ti"):
        link = take_number(kiosk, page, language)
        page.goto(link)
        assert page.locator("html").get_attribute("dir") == ("rtl" if language == "ar" else "ltr")
        sound(page)
        fits(page)
        page.locator("#leave a").click()
        sound(page)
        fits(page)


@other(PHONE)
def test_the_phone_learns_that_it_is_called_without_being_touched(kiosk, page, django_db_blocker):
    page.clock.install()
    link = take_number(kiosk, page, "en")
    number = page.locator(".number").inner_text()
    page.goto(link)
    expect(page.locator("#heading")).to_contain_text("Ahead of you")
    page.wait_for_load_state("networkidle")  # its clock stands still: nothing may be under way
    with django_db_blocker.unblock():
        called_to_counter("7", number)
    page.clock.run_for(25_000)
    expect(page.locator("#heading")).to_have_text("Go to counter 7")
    expect(page).to_have_title(re.compile(f"{number}: Go to counter 7"))
    sound(page)


@other(PHONE)
def test_the_phone_hears_of_a_sudden_closing_without_being_touched(kiosk, page, django_db_blocker):
    from knutpunkt.network.models import Office
    from knutpunkt.reception.actors import Actor
    from knutpunkt.reception.services.closing import office_close_suddenly, office_reopen

    page.clock.install()
    page.goto(take_number(kiosk, page, "en"))
    expect(page.locator("#heading")).to_contain_text("Ahead of you")
    with django_db_blocker.unblock():
        manager = Actor(Office.objects.get(key=PLACE).pk, PLACE, "office-manager", "a manager")
        office_close_suddenly(by=manager, reason="safety")
    page.clock.run_for(25_000)
    expect(page.locator("#heading")).to_have_text("The office is closed now")
    expect(page.locator("#lines")).to_contain_text("It has closed for safety.")
    sound(page)
    with django_db_blocker.unblock():
        office_reopen(by=manager)
    page.clock.run_for(25_000)
    expect(page.locator("#heading")).to_contain_text("Ahead of you")


def called_to_counter(counter, number):
    from knutpunkt.network.models import Office
    from knutpunkt.reception.actors import Actor
    from knutpunkt.reception.models import Counter, Errand
    from knutpunkt.reception.services.calls import errand_call
    from knutpunkt.reception.services.sessions import session_open

    office = Office.objects.get(key=PLACE)
    Counter.objects.get_or_create(office=office, name=counter)
    clerk = Actor(office.pk, PLACE, "officer", "a clerk")
    session_open(by=clerk, counter=counter)
    mine = Errand.objects.get(visit__series=number[0], visit__number=int(number[1:]))
    errand_call(by=clerk, errand=mine.pk, counter=counter)


@other(WITHOUT_SCRIPT)
def test_a_kiosk_that_was_never_started_asks_for_its_token(site, page):
    page.goto(f"{site}/kiosk/{PLACE}/sv/")
    expect(page.locator("[name=token]")).to_be_visible()
    page.fill("[name=token]", "wrong")
    page.click("main button")
    expect(page.locator("[role=alert]")).to_be_visible()
