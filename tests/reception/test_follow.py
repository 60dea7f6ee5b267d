"""The visitor's own page: the place in the queue, and nothing else of anybody."""

import re
from datetime import timedelta
from itertools import cycle

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.follow import follow_token
from knutpunkt.reception.kiosk.languages import languages
from knutpunkt.reception.models import Closure, Counter, Errand
from knutpunkt.reception.rate import forget
from knutpunkt.reception.services.calls import (
    errand_begin,
    errand_call_next,
    errand_finish,
    errand_miss,
    errand_park,
)
from knutpunkt.reception.services.closing import office_close_suddenly, office_reopen
from knutpunkt.reception.services.house import day_end, visit_invite
from knutpunkt.reception.services.rooms import room_change
from knutpunkt.reception.services.sessions import session_open
from knutpunkt.reception.services.visits import visit_open
from support.pages import every_variable_is_there, words  # noqa: F401  # a fixture

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def fresh(monkeypatch, every_variable_is_there):  # noqa: F811  # the fixture of that name
    monkeypatch.setenv("KNUTPUNKT_NOW", "2022-06-28T11:00")
    forget()


class House:
    """An office with one counter, a kiosk, a greeter and a clerk."""

    def __init__(self, client):
        self.client = client
        self.office = Office.objects.create(key="falun", recorded_by="a test")
        Counter.objects.create(office=self.office, name="4")
        self.kiosk, self.clerk, self.greeter, self.manager = (
            Actor(self.office.pk, "falun", role, role)
            for role in ("kiosk", "officer", "greeter", "office-manager")
        )

    def comes(self, **said):
        return visit_open(by=self.kiosk, **said)

    def calls(self):
        return errand_call_next(by=self.clerk, counter="4")

    def sits_down(self):
        session_open(by=self.clerk, counter="4")

    def state(self, answer):
        return self.client.get(f"/q/{answer.more['follow']}/state").json()

    def page(self, answer, **asked):
        return self.client.get(f"/q/{answer.more['follow']}", asked)


@pytest.fixture
def house(client):
    return House(client)


# --- known answers --------------------------------------------------------------------------------


def test_the_page_shows_number_place_and_no_name(house):
    house.comes()
    page = house.page(house.comes(language="en"))
    assert re.search(r'class="number" dir="ltr">A2<', page.content.decode())
    assert "Ahead of you: 1" in words(page)
    assert "Wait inside" in words(page)
    assert page.headers["Cache-Control"] == "no-store"
    assert page.headers["X-Robots-Tag"] == "noindex"
    assert "csrftoken" not in page.cookies


def test_the_page_follows_a_visit_to_its_end(house):
    me = house.comes(language="en")
    house.sits_down()
    assert (house.state(me)["look"], house.state(me)["ahead"]) == ("wait", 0)
    called = house.calls()
    said = house.state(me)
    assert (said["look"], said["heading"], said["counter"]) == ("turn", "Go to counter 4", "4")
    errand_begin(by=house.clerk, errand=called.errand)
    assert house.state(me)["heading"] == "You are being served"
    errand_park(by=house.clerk, errand=called.errand)
    assert house.state(me)["heading"].startswith("Your errand is paused")
    assert house.state(me)["look"] == "wait"


def test_a_visit_that_is_over_says_thanks_and_asks_no_more(house):
    me = house.comes(language="en")
    house.sits_down()
    called = house.calls()
    errand_begin(by=house.clerk, errand=called.errand)
    errand_finish(by=house.clerk, errand=called.errand, outcome="solved_here")
    said = house.state(me)
    assert (said["over"], said["can_leave"], said["look"]) == (True, False, "over")
    assert "Your visit is finished" in words(house.page(me))
    assert "follow.js" not in house.page(me).content.decode()


def test_who_was_missed_is_sent_to_the_staff(house):
    me = house.comes(language="en")
    house.sits_down()
    errand_miss(by=house.clerk, errand=house.calls().errand)
    assert "Speak to the staff" in words(house.page(me))


def test_who_waits_elsewhere_is_asked_in(house):
    room_change(office=house.office, by="a test", people_limit=1)
    house.comes()
    me = house.comes(language="en")
    assert "we call you in" in words(house.page(me))
    visit_invite(by=house.greeter, visit=me.visit)
    said = house.state(me)
    assert (said["look"], said["heading"]) == ("come", "Come in now")


def test_what_is_left_of_the_told_interval_shrinks_with_time(house):
    house.sits_down()
    for _ in range(4):
        house.comes()
    me = house.comes(language="en")
    told = me.more["wait"]
    assert told is not None
    assert house.state(me)["high"] == told["high"]
    with clock.said_to_be(clock.now() + timedelta(minutes=5)):
        assert house.state(me)["high"] == told["high"] - 5
    with clock.said_to_be(clock.now() + timedelta(minutes=told["high"] + 1)):
        said = house.state(me)
    assert said["high"] is None
    assert "cannot be said right now" in said["lines"][0]


@pytest.mark.parametrize("code", list(languages()))
def test_the_page_speaks_the_language_of_the_visit(house, code):
    me, language = house.comes(language=code), languages()[code]
    page = house.page(me)
    assert f'<html lang="{language.tag}" dir="{language.direction}">' in page.content.decode()
    assert language.words["your_number"] in words(page)
    assert "Your number" in words(house.page(me, language="en"))


# --- a sudden closing, and the end of the day -----------------------------------------------------


@pytest.mark.parametrize(
    ("code", "reason"), [*zip(languages(), cycle(Closure.Reason.values), strict=False)]
)
def test_who_waits_hears_that_the_office_has_closed_and_why(house, reason, code):
    me, say = house.comes(language=code), languages()[code].words
    office_close_suddenly(by=house.manager, reason=reason)
    said = house.state(me)
    assert (said["look"], said["heading"], said["over"]) == ("closed", say["closed"], False)
    assert said["lines"][:2] == [say[f"closed_{reason}"], say["opens_unknown"]]
    assert say["wait_inside"] not in said["lines"]
    assert say[f"closed_{reason}"] in words(house.page(me))


def test_who_waits_elsewhere_is_no_longer_told_that_we_call_them_in(house):
    room_change(office=house.office, by="a test", people_limit=1)
    house.comes()
    me = house.comes(language="en")
    office_close_suddenly(by=house.manager, reason="safety")
    assert "we call you in" not in words(house.page(me))
    assert "It has closed for safety" in words(house.page(me))
    office_reopen(by=house.manager)
    assert "we call you in" in words(house.page(me))


def test_who_is_called_while_it_is_closed_hears_both(house):
    me = house.comes(language="en")
    house.sits_down()
    office_close_suddenly(by=house.manager, reason="staff")
    house.calls()
    said = house.state(me)
    assert (said["look"], said["heading"]) == ("turn", "Go to counter 4")
    assert said["lines"] == ["The office is closed now", "Too few staff are here."]


def test_who_is_sent_away_by_a_closing_hears_why_and_that_the_visit_is_over(house):
    me = house.comes(language="en")
    office_close_suddenly(by=house.manager, reason="premises", waiting="sweep")
    said = house.state(me)
    assert (said["over"], said["heading"]) == (True, "The office is closed now")
    assert said["lines"][:2] == ["Something is wrong with the premises.", "Your visit is over."]
    office_reopen(by=house.manager)
    assert house.state(me)["heading"] == "Your visit is over."


def test_after_the_end_of_the_day_a_visit_is_over_and_is_not_thanked_for(house):
    me, served = house.comes(language="en"), house.comes(language="en")
    house.sits_down()
    mine = errand_call_next(by=house.clerk, counter="4").errand
    errand_miss(by=house.clerk, errand=mine)
    errand_finish(by=house.clerk, errand=house.calls().errand, outcome="solved_here")
    day_end(office=house.office.pk, by="a test")
    said = house.state(me)
    assert (said["over"], said["heading"]) == (True, "The office has closed for the day.")
    assert said["lines"] == ["Your visit is over."]
    assert house.state(served)["heading"] == "Your visit is finished. Thank you!"


# --- leaving --------------------------------------------------------------------------------------


def test_leaving_asks_first_and_then_leaves(house):
    me = house.comes(language="en")
    link = f"/q/{me.more['follow']}/leave"
    assert "Do you want to leave the queue?" in words(house.client.get(link))
    assert Errand.objects.get().state == "waiting"
    page = house.client.post(link, follow=True)
    assert "You have left the queue" in words(page)
    assert (Errand.objects.get().state, Errand.objects.get().outcome) == (
        "left",
        "left_before_call",
    )
    assert house.client.get(link).status_code == 302  # there is nothing left to leave


def test_who_is_being_served_does_not_leave_by_phone(house):
    me = house.comes()
    house.sits_down()
    errand_begin(by=house.clerk, errand=house.calls().errand)
    assert house.client.post(f"/q/{me.more['follow']}/leave").status_code == 302
    assert Errand.objects.get().state == "serving"


def test_leaving_needs_the_form_of_the_page(house):
    from django.test import Client

    me = house.comes()
    strict = Client(enforce_csrf_checks=True)
    assert strict.post(f"/q/{me.more['follow']}/leave").status_code == 403
    assert Errand.objects.get().state == "waiting"


# --- refusals -------------------------------------------------------------------------------------


def test_every_link_that_is_none_gets_the_same_answer(house):
    me = house.comes()
    token = me.more["follow"]
    changed = token[:-1] + ("A" if token[-1] != "A" else "B")
    wrong = ["x", changed, token + "A", follow_token(me.visit + 1), "%C3%A5" * 13]
    for path in ("", "/state", "/leave"):
        answers = [house.client.get(f"/q/{text}{path}") for text in wrong]
        assert {answer.status_code for answer in answers} == {404}
        assert len({words(answer) for answer in answers}) == 1


def test_the_link_of_yesterday_opens_nothing(house):
    me = house.comes()
    with clock.said_to_be(clock.now() + timedelta(days=1)):
        assert house.page(me).status_code == 404


def test_one_ticket_is_not_asked_for_without_end(house):
    me = house.comes()
    answers = [house.page(me).status_code for _ in range(90)]
    assert answers[:60] == [200] * 60
    assert 429 in answers[60:]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.text(alphabet=st.characters(exclude_characters="/?#%\\"), min_size=1, max_size=40))
def test_no_guess_opens_a_page(client, token):
    forget()
    assert client.get(f"/q/{token}").status_code == 404
