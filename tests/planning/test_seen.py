"""What visitors did becomes what planners see: visits beside residents, nothing made up."""

import pytest
from django.test import Client

from knutpunkt.accounts.models import User
from knutpunkt.accounts.services import appoint, person_create
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.seen import visits_seen
from knutpunkt.reception.services import calls
from knutpunkt.reception.services.visits import visit_open
from support.bookings import TUESDAY, at, house, made_office, municipality
from support.network import happened

__all__ = ["house", "municipality"]


@pytest.fixture
def seen(house, municipality, monkeypatch):
    at(monkeypatch, "2022-09-13T12:00")
    DemandPoint.objects.create(
        key="n", municipality=municipality, name="N", lat=60, lon=15, persons=4_000,
        population_on=TUESDAY,
    )  # fmt: skip
    clerk = house.actor("officer")
    for outcome in ("solved_here", "wrong_place"):
        visit_open(by=clerk, authority="skatteverket")
        called = calls.errand_call_next(by=clerk)
        calls.errand_finish(by=clerk, errand=called.errand, outcome=outcome)
    return house


def test_visits_stand_beside_the_residents_of_the_municipality(seen):
    (office,) = visits_seen(TUESDAY, TUESDAY)
    assert (office.visits, office.errands, office.sent_on, office.days) == (2, 2, 1, 1)
    assert (office.residents, office.per_thousand, office.a_day) == (4_000, 0.5, 2.0)


def test_where_there_are_several_offices_no_share_is_claimed(seen, municipality):
    happened(made_office("second", municipality=municipality), "opened", "2022-01-03")
    (office,) = visits_seen(TUESDAY, TUESDAY)
    assert (office.offices_there, office.per_thousand) == (2, None)


def test_the_page_is_for_planners(seen):
    assert Client().get("/siting/visits/").status_code == 302
    person = person_create(username="siv", password="a-long-password-9", by=None)
    appoint(person, "planner", by=User.objects.get())
    client = Client()
    client.force_login(person)
    page = client.get("/siting/visits/")
    assert page.status_code == 200
    assert "North" in page.content.decode()
