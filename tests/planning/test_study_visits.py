"""Visits that would be new: people who get nearer go as often as those who had it as near."""

from dataclasses import replace

import numpy as np
import pytest

from knutpunkt.planning.models import StudyAnswer
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies.effects import change_to
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.induced import induced_of, induced_sentence
from knutpunkt.planning.studies.load import load_of
from knutpunkt.planning.studies.visits import tables_of
from knutpunkt.planning.studies.wording import Rules
from support.studies import answered
from support.towns import question, towns

pytestmark = pytest.mark.django_db

#: Three offices in towns of a thousand; their neighbours, 28 minutes away, differ.
PERSONS = [100, 1_000, 100, 200, 1_000, 200, 50, 1_000, 500]
#: Twice a year from the town itself, every second year from the neighbours.
COUNTED = {"office-1": 2_100, "office-4": 2_200, "office-7": 2_275}


@pytest.fixture
def row():
    towns(PERSONS, offices=[1, 4, 7])


def induced(opened, counted):
    """New visits when a place opens, from counted visits by office."""
    ground = ground_of(question(open=1))
    after = ground.is_office.copy()
    after[ground.number_of(opened)] = True
    change = change_to(ground, after)
    nearest = change.travel_before.nearest, change.travel_after.nearest
    visits = np.array([float(counted.get(spot.key, 0)) for spot in ground.sites])
    load = replace(load_of(ground, *nearest), measured=tuple(counted), visits=visits)
    return induced_of(ground, load, *nearest)


def test_five_hundred_neighbours_with_an_office_of_their_own_go_twice_a_year(row):
    found = induced("place-8", COUNTED)
    assert found["rates"] == pytest.approx([2.0, 0.5, 0.5, 0.5])
    assert found["error"] == pytest.approx(0, abs=1e-9)
    # By hand: 500 residents × (2 − ½) visits.
    assert found["sites"]["place-8"] == pytest.approx(750)
    assert sum(found["sites"].values()) == pytest.approx(750)


def test_who_gets_no_nearer_makes_no_new_visit(row):
    found = induced("place-8", COUNTED)["sites"]
    assert {key for key, visits in found.items() if abs(visits) > 1e-9} == {"place-8"}


def test_two_offices_with_counts_are_too_few_and_the_answer_says_so(row):
    few = {key: COUNTED[key] for key in ("office-1", "office-4")}
    found = induced("place-8", few)
    assert found == {"measured": 2, "needed": 3}
    said = induced_sentence(found, Reader("en"))
    assert "not estimated" in induced_sentence(found, Reader("en")) or "uppskattas inte" in said


def test_the_tables_hold_the_new_visits_beside_those_that_move(row):
    kept = answered(question(open=1))
    (opened,) = [one["key"] for one in kept.effects["sites"] if one["state"] == "opened"]
    assert kept.effects["induced"] == {"measured": 0, "needed": 3}
    rules = Rules(question(open=1), {}, "en")
    counted = StudyAnswer(effects=kept.effects | {"induced": induced(opened, COUNTED)})
    sheets = {sheet.key: sheet for sheet in tables_of(counted, None, rules)}
    for key, at in (("opened", 5), ("load", 5)):
        labels = [column.label for column in sheets[key].columns]
        assert labels.index("Nya besök per år") == at
        assert all(len(line) == len(labels) for line in sheets[key].rows)
    assert sheets["opened"].rows[0][5] == pytest.approx(750)
    assert sum(line[5] or 0 for line in sheets["load"].rows) == pytest.approx(750)
    assert "2,00" in sheets["load"].note or "2.00" in sheets["load"].note


def test_an_answer_from_before_has_no_such_column(row):
    kept = answered(question(open=1))
    older = {key: value for key, value in kept.effects.items() if key != "induced"}
    sheets = tables_of(StudyAnswer(effects=older), None, Rules(question(open=1), {}, "en"))
    assert all(column.label != "Nya besök per år" for sheet in sheets for column in sheet.columns)
