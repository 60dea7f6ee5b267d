"""The load of a study: visits that the reception counted follow people to the nearest office."""

from datetime import date

import pytest
from django.utils.translation import override

from knutpunkt.network.models import Municipality
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.studies.question import Question
from knutpunkt.planning.studies.sheets import load_note
from knutpunkt.planning.studies.visits import tables_of
from knutpunkt.planning.studies.wording import Rules
from knutpunkt.reception.models import Room
from knutpunkt.reception.services.visits import visit_open
from support.bookings import TUESDAY, at, house, made_office, municipality
from support.network import happened, made_balance
from support.studies import answered

__all__ = ["house", "municipality"]


@pytest.fixture
def two_offices(house, municipality, monkeypatch):
    """Three visits were counted in the north; the south has as many residents and no counts."""
    at(monkeypatch, "2022-09-13T12:00")
    made_balance(date(2021, 5, 1), 0)
    south = Municipality.objects.create(
        code="S1-1", name="Southtown", county=municipality.county, lat=58.0, lon=15.0
    )
    happened(made_office("south", municipality=south, lat=58.0, lon=15.0), "opened", "2022-01-03")
    for town, lat in ((municipality, 60.0), (south, 58.0)):
        DemandPoint.objects.create(
            key=town.code, municipality=town, name=town.name, lat=lat, lon=15.0, persons=1_000,
            population_on=TUESDAY,
        )  # fmt: skip
    for _ in range(3):
        visit_open(by=house.actor("officer"), authority="skatteverket")


def test_where_an_office_closes_its_visits_go_to_the_nearest_that_remains(two_offices):
    found = answered(Question(on=TUESDAY, close=1)).effects
    assert (found["load"]["unit"], found["load"]["measured"]) == ("visits", ["north"])
    closed, stays = (
        next(site for site in found["sites"] if site["state"] == state)
        for state in ("closed", "stays")
    )
    # Nothing was counted in the south: its residents are taken to go as often as the others.
    assert (closed["load_before"], closed["load_after"]) == (3, 0)
    assert (stays["load_before"], stays["load_after"]) == (3, 6)


def test_simulated_visits_are_told_as_such(two_offices):
    assert answered(Question(on=TUESDAY, close=1)).effects["load"]["simulated"] == []
    Room.objects.update(simulated=True)
    kept = answered(Question(on=TUESDAY, close=1))
    assert kept.effects["load"]["simulated"] == ["north"]
    rules = Rules(Question(on=TUESDAY, close=1), {}, "sv")
    with override("sv"):
        (load,) = [sheet for sheet in tables_of(kept, None, rules) if sheet.key == "load"]
    assert "Simulerade besök: North." in load.note


def test_the_figures_say_what_they_are_counted_from(two_offices):
    load = answered(Question(on=TUESDAY, close=1)).effects["load"]
    assert (load["first"], load["last"]) == ("2021-09-14", "2022-09-13")
    assert "2021-09-14" in load_note(load)
    assert "2021-09-14" not in load_note(load | {"unit": "residents"})
