"""Work at a desk in a real browser: live, by single keys, and without scripts."""

import pytest
from playwright.sync_api import expect

from support.running_desk import HERE, at, running_office

__all__ = ["at"]

# The running office writes: an open transaction of the test itself would lock it out.
pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def office(browser, transactional_db):
    """A running office of the test's own."""
    with running_office() as desk:
        yield desk


def other(**visitor):
    return pytest.mark.parametrize("visit", [visitor], indirect=True, ids=lambda v: str(v)[:40])


def test_a_ticket_taken_at_the_kiosk_stands_in_the_list_without_a_reload(office, at):
    page = at("free", HERE)
    page.evaluate("window.before = true")
    taken = office.comes(language="so", party_size=3)
    row = page.locator(f'[data-rows] [data-errand="{taken.pk}"]')
    expect(row).to_contain_text(taken.visit.ticket)
    expect(row).to_contain_text("3")
    assert page.evaluate("window.before") is True


def pressed(page, key):
    """Press a key once the page is there whole, with its script."""
    page.wait_for_load_state("load")
    page.keyboard.press(key)


def test_by_keys_alone_somebody_is_called_begun_and_finished(office, at):
    page = at("free", HERE)
    pressed(page, "n")
    expect(page.locator("#now.called")).to_be_visible()
    pressed(page, "b")
    expect(page.locator("#now.serving")).to_be_visible()
    pressed(page, "4")
    expect(page.locator("#step-referred_authority")).to_be_visible()
    expect(page.locator("#referred_authority-next_authority")).to_be_focused()
    page.keyboard.press("Escape")
    page.locator("[data-key='4']").focus()
    pressed(page, "1")
    expect(page.locator("aside.undo")).to_be_visible()
    expect(page.locator("[data-key=n]")).to_be_visible()


def test_single_keys_can_be_switched_off(office, at):
    page = at("free", HERE)
    page.locator("[data-keys]").uncheck()
    page.locator("#now").focus()
    page.keyboard.press("n")
    expect(page.locator("[data-key=n]")).to_be_visible()
    page.reload()
    expect(page.locator("[data-keys]")).not_to_be_checked()


def test_a_silent_alarm_changes_one_mark_and_nothing_else(office, at):
    page = at("officer", HERE)
    before = page.locator("main h1").inner_text()
    page.locator("button.alarm").click()
    expect(page.locator("button.alarm")).to_have_text("●")
    assert page.locator("main h1").inner_text() == before
    assert page.locator("[role=alert], dialog").count() == 0


@other(java_script_enabled=False)
def test_without_scripts_a_day_at_the_desk_is_worked_by_forms(office, at):
    page = at("pressing", HERE)
    page.locator("[name=counter]").first.fill("7")
    page.locator("form[action$='/counter/'] button[type=submit]").click()
    page.locator("form[action$='/calls/'] button").click()
    page.locator("form[action$='/begin/'] button").click()
    page.locator("a[href$='/outcome/beyond_service_level/']").click()
    page.locator("main [name=missing_level][value=full]").first.check()
    page.locator("main form button[type=submit]").first.click()
    expect(page.locator("aside.undo")).to_be_visible()
    page.locator("form[action$='/undo/'] button").click()
    expect(page.locator("#now.serving")).to_be_visible()
    page.locator("button[value=solved_here]").click()
    expect(page.locator("form[action$='/calls/'] button")).to_be_visible()


def test_the_greeter_counts_and_the_figures_follow_others(office, at):
    page = at("greeter", f"{HERE}greeter/")
    expect(page.locator("button[value='1']")).to_be_visible()
    page.locator("button[value='1']").click()
    expect(page.locator(".door dd").nth(3)).to_have_text("1")
    count = page.locator("ol.lines .line").count()
    office.comes()
    expect(page.locator("ol.lines .line")).to_have_count(count + 1)
