"""The browser stays on this machine."""

import pytest

from support import chromium


@pytest.mark.parametrize("url", ["http://127.0.0.1:8000/", "http://localhost/x", "data:,hej"])
def test_a_page_may_ask_its_own_machine(url):
    assert chromium.stays_home(url)


@pytest.mark.parametrize("url", ["https://example.org/", "//example.org/x", "http://127.0.0.1.se"])
def test_a_page_may_ask_nobody_else(url):
    assert not chromium.stays_home(url)


def test_a_missing_browser_is_said_in_one_sentence(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_CHROMIUM", "/nowhere/chromium")
    with pytest.raises(chromium.ChromiumMissing, match="not installed"):
        chromium.executable()


@pytest.mark.browser
def test_a_page_without_other_hosts_passes(page):
    page.set_content("<h1>Öppet</h1>")
    assert page.get_by_role("heading").inner_text() == "Öppet"


@pytest.mark.browser
def test_a_page_that_calls_another_host_is_noticed(browser):
    context = browser.new_context()
    visit = chromium.Visit(context)
    visit.page.set_content('<img src="https://example.org/map.png" alt="">')
    context.close()
    with pytest.raises(AssertionError, match="example"):
        visit.check()
