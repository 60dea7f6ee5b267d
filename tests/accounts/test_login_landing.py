"""Where a login leads: to the desk for who works at one office only, else to the front page."""

import pytest

from support.desk import PASSWORD, desk, every_variable_is_there, house, municipality, quick_hash

__all__ = ["desk", "every_variable_is_there", "house", "municipality", "quick_hash"]

pytestmark = pytest.mark.django_db


def logs_in(client, desk, role, **more):
    name = desk.staff(role).person.get_username()
    answer = client.post("/login/", {"username": name, "password": PASSWORD, **more}, follow=True)
    return answer.redirect_chain[-1][0]


@pytest.mark.parametrize(
    ("role", "page"),
    [
        ("officer", "/reception/north/"), ("office-manager", "/reception/north/"),
        ("municipal-desk", "/reception/north/"), ("greeter", "/reception/north/greeter/"),
        ("reader", "/"), ("planner", "/"), ("administrator", "/"),
    ],
)  # fmt: skip
def test_a_login_leads_to_where_the_work_is(client, desk, role, page):
    assert logs_in(client, desk, role) == page


def test_a_wider_role_beside_the_desk_keeps_the_front_page(client, desk):
    from knutpunkt.accounts.models import Role
    from knutpunkt.accounts.services import Post, appoint

    person = desk.staff("officer").person
    appoint(person, Role.PLANNER, by=desk.head, post=Post())
    sent = {"username": person.get_username(), "password": PASSWORD}
    assert client.post("/login/", sent, follow=True).redirect_chain[-1][0] == "/"


def test_the_page_asked_for_comes_before_the_desk(client, desk):
    assert logs_in(client, desk, "officer", next="/network") == "/network"


def test_another_site_is_never_led_to(client, desk):
    assert logs_in(client, desk, "officer", next="https://example.org/") == "/reception/north/"


def test_a_stranger_is_led_to_the_front_page(client, db):
    assert client.get("/login/home/")["Location"] == "/"
