"""The screen on the wall: what it shows, says aloud, and keeps when the line is cut."""

import re

import pytest
from playwright.sync_api import expect

from knutpunkt.network.models import OfficeName
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.models import Counter
from knutpunkt.reception.services.calls import errand_call_next, errand_finish, errand_undo
from knutpunkt.reception.services.closing import office_close_suddenly, office_reopen
from knutpunkt.reception.services.house import day_end
from knutpunkt.reception.services.sessions import session_open
from knutpunkt.reception.services.visits import visit_open
from support.accessibility import STANDARD, sound
from support.network import made_office
from support.serving import server_running

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


class Reception:
    """An office with three counters and a name."""

    def __init__(self):
        office = made_office("north")
        OfficeName.objects.create(office=office, name="Norrköping", recorded_by="a test")
        self.kiosk = Actor(office.pk, "north", "kiosk", "kiosk")
        self.manager = Actor(office.pk, "north", "office-manager", "manager")
        self.clerks = {}
        for counter in "123":
            Counter.objects.create(office=office, name=counter)
            self.clerks[counter] = Actor(office.pk, "north", "officer", f"clerk {counter}")
            session_open(by=self.clerks[counter], counter=counter)

    def ticket(self, **wishes):
        return visit_open(by=self.kiosk, **wishes)

    def call(self, counter):
        return errand_call_next(by=self.clerks[counter], counter=counter)

    def undo(self, counter, errand):
        return errand_undo(by=self.clerks[counter], errand=errand, counter=counter)

    def finish(self, counter, errand):
        return errand_finish(
            by=self.clerks[counter], errand=errand, outcome="solved_here", counter=counter
        )


@pytest.fixture
def north(django_db_setup):
    return Reception()


@pytest.fixture
def address(north):
    with server_running() as port:
        yield f"http://127.0.0.1:{port}/display/north/"


def sizes_of(page):
    return page.evaluate(
        "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
    )


def test_a_call_is_shown_large_and_said_in_both_languages(page, north, address):
    north.ticket(language="ar")
    north.ticket()
    page.goto(address)
    expect(page.locator("h1")).to_have_text("Norrköping")
    expect(page.locator("#nobody")).to_be_visible()
    expect(page.locator("#waiting")).to_have_text("2")
    north.call("3")
    expect(page.locator("#number")).to_have_text("A1")
    expect(page.locator("#counter")).to_have_text("3")
    expect(page.locator("#waiting")).to_have_text("1")
    expect(page.locator("#said")).to_have_attribute("aria-live", "assertive")
    expect(page.locator("#said")).to_contain_text("Nummer A1 till lucka 3")
    expect(page.locator("#said [lang=en]")).to_contain_text("Number A1 to counter 3")
    north.call("1")
    expect(page.locator("#number")).to_have_text("A2")
    expect(page.locator("#earlier li")).to_have_text([re.compile("A1.*3")])


def test_a_call_that_was_taken_back_goes_from_the_screen(page, north, address):
    north.ticket()
    page.goto(address)
    called = north.call("3")
    expect(page.locator("#number")).to_have_text("A1")
    north.undo("3", called.errand)
    expect(page.locator("#nobody")).to_be_visible()
    expect(page.locator("#waiting")).to_have_text("1")


def test_a_number_whose_errand_is_finished_is_no_longer_called_now(page, north, address):
    north.ticket()
    north.ticket()
    page.goto(address)
    first, second = north.call("3"), north.call("1")
    expect(page.locator("#number")).to_have_text("A2")
    north.finish("1", second.errand)
    expect(page.locator("#number")).to_have_text("A1")
    expect(page.locator("#earlier li")).to_have_text([re.compile("A2.*1")])
    north.finish("3", first.errand)
    expect(page.locator("#last")).to_be_hidden()
    expect(page.locator("#between")).to_be_visible()
    page.reload()
    expect(page.locator("#last")).to_be_hidden()
    expect(page.locator("#earlier li")).to_have_count(2)


def test_a_closed_office_calls_nobody_and_shows_the_same_after_reopening(page, north, address):
    north.ticket()
    page.goto(address)
    north.call("3")
    expect(page.locator("#number")).to_have_text("A1")
    office_close_suddenly(by=north.manager, reason="safety")
    expect(page.locator("#closed")).to_be_visible()
    expect(page.locator("#calls")).to_be_hidden()
    page.reload()
    expect(page.locator("#calls")).to_be_hidden()
    office_reopen(by=north.manager)
    expect(page.locator("#closed")).to_be_hidden()
    expect(page.locator("#number")).to_have_text("A1")


def test_who_was_kept_when_an_office_closed_is_called_on_the_screen(page, north, address):
    north.ticket()
    north.ticket()
    page.goto(address)
    first = north.call("3")
    expect(page.locator("#number")).to_have_text("A1")
    office_close_suddenly(by=north.manager, reason="safety", waiting="keep")
    expect(page.locator("#calls")).to_be_hidden()
    north.finish("3", first.errand)
    north.call("3")
    for again in (False, True):
        if again:
            page.reload()
        expect(page.locator("#closed")).to_be_visible()
        expect(page.locator("#number")).to_have_text("A2")


def test_after_the_day_has_ended_the_screen_says_closed_without_a_reload(page, north, address):
    north.ticket()
    page.goto(address)
    north.call("3")
    expect(page.locator("#number")).to_have_text("A1")
    day_end(office=north.kiosk.office, by="a test")
    expect(page.locator("#closed")).to_contain_text("The office is closed now")
    expect(page.locator("#calls")).to_be_hidden()
    expect(page.locator("#number")).to_have_text("")
    sound(page, rules=STANDARD)


def test_the_last_good_state_stays_with_its_age_when_the_line_is_cut(visit, north, django_db_setup):
    page = visit.page
    north.ticket()
    with server_running() as port:
        page.clock.install()
        page.goto(f"http://127.0.0.1:{port}/display/north/")
        north.call("3")
        expect(page.locator("#number")).to_have_text("A1")
        expect(page.locator("#age")).to_be_hidden()
    page.clock.fast_forward("02:10")
    expect(page.locator("#number")).to_have_text("A1")
    expect(page.locator("#age")).to_contain_text("Senast uppdaterad för 2 minuter sedan")
    expect(page.locator("#age [lang=en]")).to_contain_text("Last updated 2 minutes ago")


def test_what_was_missed_while_the_line_was_cut_is_there_afterwards(page, north, address):
    north.ticket()
    page.goto(address)
    expect(page.locator("#waiting")).to_have_text("1")
    page.context.set_offline(True)
    north.call("3")
    north.ticket()
    page.context.set_offline(False)
    expect(page.locator("#number")).to_have_text("A1", timeout=15_000)
    expect(page.locator("#waiting")).to_have_text("1")


@pytest.mark.parametrize("visit", [{"java_script_enabled": False}], indirect=True)
def test_without_a_script_the_page_shows_the_same_and_reloads_itself(page, north, address):
    north.ticket()
    north.call("3")
    page.goto(address)
    expect(page.locator("#number")).to_have_text("A1")
    expect(page.locator("#counter")).to_have_text("3")
    expect(page.locator("#sound")).to_be_hidden()
    refresh = page.locator("head meta[http-equiv=refresh]")
    assert refresh.get_attribute("content") == "15"


def test_sound_comes_only_after_a_press(page, north, address):
    page.goto(address)
    button = page.get_by_role("button", name=re.compile("Slå på ljudet"))
    button.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Stäng av ljudet"))).to_be_visible()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name=re.compile("Slå på ljudet"))).to_be_visible()


@pytest.mark.parametrize("width", [320, 768, 1920])
def test_everybody_can_read_it_on_any_screen(page, north, address, width):
    for _ in range(3):
        north.ticket()
    for counter in "12":
        north.call(counter)
    page.set_viewport_size({"width": width, "height": 1080})
    page.goto(address)
    expect(page.locator("#number")).to_have_text("A2")
    wide, seen = sizes_of(page)
    assert wide <= seen
    sound(page, rules=STANDARD)
    if width == 1920:
        height = page.evaluate("document.getElementById('number').getBoundingClientRect().height")
        assert height > 250  # a letter of 20 cm on a screen of 55 inches


def test_the_page_has_nothing_but_numbers(page, north, address):
    north.ticket(language="ar", access_needs="hearing")
    north.call("3")
    page.goto(address)
    source = page.content()
    assert "hearing" not in source
    answer = page.request.get(f"{address}state/")
    assert set(answer.json()) == {
        "seq", "now", "recent", "waiting", "closed", "closed_until", "closed_since", "simulated",
        "at",
    }  # fmt: skip
    assert page.request.get(address.replace("north", "nowhere")).status == 404
    assert page.request.get(f"{address.replace('north', 'nowhere')}state/").status == 404
