"""The inbox: what waits, the most pressing first, each with a page to go to."""

from datetime import date

import pytest
from django.test import RequestFactory
from django.urls import resolve

from knutpunkt.programme.pages.inbox import addresses_of
from knutpunkt.programme.selectors.inbox import inbox
from knutpunkt.programme.services.changes import change_ask
from support.pages import every_variable_is_there, quick_hash, words
from support.programme import made_programme

__all__ = ["every_variable_is_there", "quick_hash"]

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-28T10:00")


@pytest.fixture
def waiting(small_programme):
    return change_ask(
        programme=small_programme, kind="other", reason="a", asked_on=date(2022, 5, 1), by="a test"
    )


@pytest.mark.parametrize("page", ["/programme/inbox/", "/programme/small/inbox/"])
def test_a_stranger_is_sent_to_the_login(small_programme, client, page):
    assert client.get(page)["Location"] == f"/login/?next={page}"


def test_a_project_without_a_status_waits_and_leads_to_its_page(signed_in, waiting):
    page = signed_in("reader").get("/programme/small/inbox/")
    assert "Northtown" in words(page)
    assert b'href="/programme/small/northtown/"' in page.content
    assert f'href="/programme/small/changes/#change-{waiting.pk}"'.encode() in page.content


def test_projects_nobody_ever_reported_on_stand_in_one_line(signed_in, small_programme):
    page = signed_in("reader").get("/programme/small/inbox/")
    assert "2 projects have had no status report since their work began." in words(page)
    assert page.content.decode().count("<details>") == 1
    assert page.content.decode().count("No status report on") == 2


def test_every_item_leads_somewhere_that_is_there(waiting):
    items = inbox(date(2022, 6, 28))
    addresses = addresses_of(items)
    assert items
    assert set(addresses) == {f"{one.target.kind}:{one.target.key}" for one in items}
    for address in addresses.values():
        assert resolve(RequestFactory().get(address).path)


def test_the_inbox_of_a_programme_holds_nothing_of_another(signed_in, small_programme):
    made_programme("other", ["Elsewhere"])
    client = signed_in("reader")
    assert "Elsewhere" not in words(client.get("/programme/small/inbox/"))
    assert "Elsewhere" in words(client.get("/programme/inbox/"))


def test_a_programme_that_is_not_there_is_not_found(signed_in):
    assert signed_in("reader").get("/programme/nowhere/inbox/").status_code == 404


def test_more_programmes_take_no_more_queries(
    signed_in, small_programme, django_assert_max_num_queries
):
    client = signed_in("reader")
    for n in range(4):
        made_programme(f"further-{n}", [f"Place {n}", f"Village {n}"])
    with django_assert_max_num_queries(48):
        client.get("/programme/inbox/")
