"""The municipality window: read without an account, made and revoked by those who direct."""

from datetime import date

import pytest

from knutpunkt.programme.models import SharedWindow
from knutpunkt.programme.windows import window_issue
from support.pages import every_variable_is_there, quick_hash, words
from support.programme import pass_gate, project_of

__all__ = ["every_variable_is_there", "quick_hash"]

PAGE = "/programme/small/northtown/window/"
FORM = {"issued_to": "Northtown, town hall", "expires_on": "2022-12-31"}

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.usefixtures("every_variable_is_there", "quick_hash"),
]


@pytest.fixture(autouse=True)
def frozen(monkeypatch):
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-01T10:00")


@pytest.fixture
def slot(small_programme):
    return small_programme.slots.get(key="northtown")


@pytest.fixture
def link(slot):
    window, token = window_issue(
        slot=slot, issued_to="Northtown", expires_on=date(2022, 3, 1), by="a test"
    )
    return window, f"/programme/window/{token}/"


def test_whoever_holds_the_link_reads_without_an_account(client, link, small_programme):
    pass_gate(project_of(small_programme, "northtown").gates.first(), day=date(2022, 2, 3))
    answer = client.get(link[1])
    assert answer.status_code == 200
    assert "passed 3 February 2022" in words(answer)
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["Referrer-Policy"] == "same-origin"


def test_the_window_shows_no_page_of_the_programme(client, link):
    page = client.get(link[1]).content.decode()
    assert "/programme/small/" not in page


def test_the_window_names_no_secret_document(client, link, slot):
    secret = slot.projects.get().gates.first().requirements.first()
    secret.secret, secret.name_en = True, "The offer nobody may see"
    secret.save()
    assert "The offer nobody may see" not in words(client.get(link[1]))


@pytest.mark.parametrize("token", ["wrong", "x" * 43])
def test_a_wrong_link_opens_nothing(client, small_programme, token):
    answer = client.get(f"/programme/window/{token}/")
    assert answer.status_code == 404
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert "no longer does" in words(answer)


def test_an_expired_link_opens_nothing_the_day_after(client, link, monkeypatch):
    assert client.get(link[1]).status_code == 200
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-03-02T00:01")
    assert client.get(link[1]).status_code == 404


def test_a_link_cannot_be_posted_to(client, link):
    assert client.post(link[1]).status_code == 405


# --- issuing --------------------------------------------------------------------------------------


def test_the_link_is_shown_once_and_opens_the_window(signed_in, slot, client):
    manager = signed_in("programme-manager")
    answer = manager.post(PAGE + "links/", FORM)
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    first = manager.get(PAGE)
    (address,) = [
        part.split('"')[0]
        for part in first.content.decode().split('class="secret-link" href="')[1:]
    ]
    assert client.get(address.removeprefix("http://testserver")).status_code == 200
    assert first["Cache-Control"] == "private, no-store"
    assert "secret-link" not in manager.get(PAGE).content.decode()


def test_a_planner_may_not_share(signed_in, slot):
    client = signed_in("planner")
    assert client.get(PAGE).status_code == 403
    assert client.post(PAGE + "links/", FORM).status_code == 403
    assert not SharedWindow.objects.exists()


def test_a_link_that_would_have_expired_is_refused(signed_in, slot):
    answer = signed_in("programme-manager").post(
        PAGE + "links/", {**FORM, "expires_on": "2022-02-28"}
    )
    assert answer.status_code == 400
    assert "would have expired" in words(answer)
    assert "Northtown, town hall" in answer.content.decode()


def test_a_revoked_link_opens_nothing(signed_in, link, client):
    window, address = link
    manager = signed_in("programme-manager")
    manager.post(f"{PAGE}links/{window.pk}/revocation/")
    assert client.get(address).status_code == 404
    assert "revoked" in words(manager.get(PAGE))


def test_a_link_of_another_slot_is_not_revoked_from_here(signed_in, link):
    window, _address = link
    other = f"/programme/small/southtown/window/links/{window.pk}/revocation/"
    assert signed_in("programme-manager").post(other).status_code == 404
    window.refresh_from_db()
    assert window.revoked_at is None


def test_the_window_takes_a_fixed_number_of_queries(client, link, django_assert_max_num_queries):
    with django_assert_max_num_queries(12):
        client.get(link[1])
