"""Boards: the network now and figures, whole for staff and with small counts left out for all."""

from datetime import timedelta

import pytest
from django.test import Client

from knutpunkt.accounts.models import User
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.core import clock
from knutpunkt.reception.boards.drawing import columns
from knutpunkt.reception.boards.now import network_now
from knutpunkt.reception.services import calls
from knutpunkt.reception.services.rooms import room_of
from knutpunkt.reception.services.visits import visit_open
from support.bookings import at, house, made_office, municipality

__all__ = ["house", "municipality"]
NOON = "2022-09-13T12:00"


@pytest.fixture
def clerk(house, monkeypatch):
    at(monkeypatch, NOON)
    room_of(house.office)
    return house.actor("officer", "p1")


@pytest.fixture
def planner(db):
    person = person_create(username="siv", password="a-long-password-9", by=None)
    appoint(person, "planner", by=User.objects.get())
    client = Client()
    client.force_login(person)
    return client


def served(clerk, monkeypatch, *, number, outcome="solved_here", **more):
    for minute in range(number):
        at(monkeypatch, (clock.instant(NOON) + timedelta(minutes=4 * minute)).isoformat())
        visit_open(by=clerk, authority="skatteverket")
        at(monkeypatch, (clock.instant(NOON) + timedelta(minutes=4 * minute + 2)).isoformat())
        called = calls.errand_call_next(by=clerk)
        calls.errand_begin(by=clerk, errand=called.errand)
        calls.errand_finish(by=clerk, errand=called.errand, outcome=outcome, **more)


def test_the_network_now_says_who_waits_how_long_and_which_counters_are_free(clerk, monkeypatch):
    visit_open(by=clerk)
    visit_open(by=clerk)
    calls.errand_call_next(by=clerk)
    at(monkeypatch, "2022-09-13T12:25")
    (office,) = network_now()
    assert (office.waiting, office.longest, office.free, office.counters) == (1, 25, 0, 1)
    assert office.wait is not None
    assert office.relief is None


def test_a_neighbour_that_is_quicker_is_named_and_a_far_one_is_not(
    house, clerk, municipality, monkeypatch
):
    near = made_office("near", municipality=municipality, lat=60.05, lon=15.0)
    far = made_office("far", municipality=municipality, lat=63.0, lon=15.0)
    for other in (near, far):
        room_of(other)
    from knutpunkt.reception.actors import Actor
    from knutpunkt.reception.services.sessions import session_open

    for other in (near, far):
        session_open(by=Actor(other.pk, other.key, "officer", "q1"), counter="1")
    session_open(by=clerk, counter="1")
    for _ in range(12):
        visit_open(by=clerk)
    calls.errand_call_next(by=clerk)
    busy = next(one for one in network_now() if one.key == "north")
    assert busy.relief is not None
    assert busy.relief.key == "near"
    assert busy.relief.km == pytest.approx(5.6, abs=0.1)


def test_reads_do_not_grow_with_the_offices(clerk, municipality, django_assert_max_num_queries):
    for number in range(12):
        room_of(made_office(f"o{number}", municipality=municipality))
    with django_assert_max_num_queries(14):
        assert len(network_now()) == 13


def test_staff_see_small_counts_and_the_public_does_not(clerk, planner, monkeypatch, house):
    served(clerk, monkeypatch, number=2, outcome="wrong_place")
    at(monkeypatch, "2022-10-03T09:00")
    address = "/visits/?from=2022-09-01&to=2022-09-30&by=authority"
    staff = planner.get(address, headers={"accept-language": "en"}).content.decode()
    public = Client().get(address, headers={"accept-language": "en"}).content.decode()
    assert "Wrong place" in staff
    assert 'class="number">2</td>' in staff
    assert 'class="number">2</td>' not in public
    assert 'class="number">..</td>' in public


def test_the_file_says_what_the_page_says_in_seconds(clerk, planner, monkeypatch):
    served(clerk, monkeypatch, number=6)
    text = planner.get("/visits/figures.csv?from=2022-09-13&to=2022-09-13&by=authority").content
    head, row = text.decode().splitlines()
    values = dict(zip(head.split(","), row.split(","), strict=True))
    assert values["authority"] == "skatteverket"
    assert (values["visits"], values["waited_median"]) == ("6", "120")


def test_the_public_gets_no_two_periods_to_subtract(clerk, monkeypatch):
    served(clerk, monkeypatch, number=6)
    asked = "/visits/figures.csv?from=2022-09-13&to=2022-09-13&by="
    during = Client().get(asked).content.decode()
    assert ",6," not in during  # the month is not over
    at(monkeypatch, "2022-10-03T09:00")
    days = {Client().get(f"/visits/figures.csv?from=2022-09-{day}&to=2022-09-{day}&by=").content
            for day in ("01", "13", "30")}  # fmt: skip
    assert len(days) == 1


@pytest.mark.parametrize(
    ("asked", "status", "sentence"),
    [
        ("from=soon", 422, "soon"), ("from=2022-09-14&to=2022-09-13", 422, "from"),
        ("from=1822-09-14", 422, "1822"), ("by=colour", 422, "colour"), ("office=x", 404, "“x”"),
    ],
)  # fmt: skip
def test_a_question_that_cannot_be_read_is_answered_in_a_sentence(db, asked, status, sentence):
    answer = Client().get(f"/visits/?{asked}", headers={"accept-language": "en"})
    assert (answer.status_code, sentence in answer.content.decode()) == (status, True)


@pytest.mark.parametrize("address", ["/visits/now", "/visits/audits"])
def test_the_network_now_is_for_staff(db, planner, address):
    assert Client().get(address).status_code == 302
    stranger = Client()
    stranger.force_login(User.objects.create(username="nobody"))
    assert stranger.get(address).status_code == 403
    assert planner.get(address).status_code == 200


def test_an_empty_period_says_so(db):
    page = Client().get("/visits/?from=2001-01-01&to=2001-01-02").content.decode()
    assert "Inget räknades" in page or "Nothing was counted" in page


def test_columns_begin_at_nought_end_at_a_round_number_and_leave_the_unknown_out():
    drawn = columns([("a", 3.0), ("b", None), ("c", 20.0)], title="t", unit="visits")
    assert [mark.text for mark in drawn.levels] == ["0", "10", "20"]
    assert len(drawn.columns) == 2
    assert drawn.columns[1].height == pytest.approx(drawn.base - 14)
    assert columns([], title="t", unit="u").columns == ()
