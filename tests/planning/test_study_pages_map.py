"""Pages of studies: the map of a search, what a script may ask, and another place instead."""

import pytest
from django.test import Client

from knutpunkt.core.models import Run
from knutpunkt.core.runs import run_claim
from knutpunkt.planning.models import Study
from knutpunkt.planning.studies.answering import study_answer
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.selectors import places_drawn
from knutpunkt.planning.studies.services import study_create
from knutpunkt.planning.studies.sketch import EVERY, Sketch
from support.pages import every_variable_is_there, words
from support.studies import BY, answered, never
from support.towns import STEP, question, towns

__all__ = ["every_variable_is_there"]

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("every_variable_is_there")]


def page_of(version):
    return f"/siting/studies/{version.study_id}/versions/{version.number}/"


@pytest.fixture
def row():
    return towns([10, 10, 10, 500, 10], offices=[0, 1])


@pytest.fixture
def planner(sign_in):
    return sign_in("planner")


# --- the best plan so far -------------------------------------------------------------------------


def test_a_sketch_says_what_opens_what_closes_and_how_far_it_is(row):
    ground = ground_of(question(open=1, close=1))
    sketch = Sketch(ground)
    sketch.tell(0.0, [ground.number_of("place-3"), ground.number_of("office-1")])
    kept = sketch.drawn
    states = {name: state for _lat, _lon, state, name in kept["sites"]}
    assert states == {"Place 3": "opened", "Office-1": "stays", "Office-0": "closed"}
    # By hand: towns stand one step apart; 0 goes to 1, 2 and 4 go one step to 1 or 3.
    assert [kept["minutes"][f"T{n}"] for n in range(5)] == pytest.approx(
        [STEP, 0, STEP, 0, STEP], abs=0.01
    )


def test_a_sketch_is_made_when_the_plan_is_new_and_the_last_one_has_stood_a_while(row):
    ground = ground_of(question(open=1))
    sketch, plan, other = Sketch(ground), [0, 5, 6], [1, 5, 6]
    for seconds, sites, number in (
        (0.0, plan, 1), (1.0, plan, 1), (1.0, other, 2), (1.0 + EVERY / 2, plan, 2),
        (1.0 + EVERY, plan, 3), (9.0, None, 3),
    ):  # fmt: skip
        sketch.tell(seconds, sites)
        assert sketch.drawn["number"] == number


def test_the_worker_tells_the_map_of_the_plan_it_ends_with(row):
    study = study_create(title="The coast", question=question(open=1), by=BY)
    heard = []
    study_answer(study.current.pk, heard.append, never)
    last = [told["map"] for told in heard if told["step"] == "plan"][-1]
    opened = {name for _lat, _lon, state, name in last["sites"] if state == "opened"}
    assert opened == {"Place 3"}


def test_a_map_is_sent_to_a_script_once(planner, row):
    study = study_create(title="The coast", question=question(open=1), by=BY)
    sketch = Sketch(ground_of(question(open=1)))
    sketch.tell(0.0, [0, 5, 6])
    run_claim()
    course = [[0.1, 30.0, 10.0], [0.4, 18.0, 17.5]]
    Run.objects.update(progress={"step": "plan", "course": course, "map": sketch.drawn})
    address = page_of(study.current)
    told = planner.get(f"{address}state/?map=").json()
    assert (told["map_number"], told["map"].count('class="new"')) == ("1", 1)
    assert "map" not in planner.get(f"{address}state/?map=1").json()
    shown = planner.get(address).content.decode()
    assert 'data-number="1"' in shown
    assert "Place 0" in shown


# --- what a script may ask ------------------------------------------------------------------------


def test_every_place_lies_where_the_map_draws_it(row, django_assert_num_queries):
    with django_assert_num_queries(1):
        found = {key: (name, x, y) for key, name, x, y in places_drawn()}
    assert len(found) == 5
    name, x, y = found["place-2"]
    assert name == "Place 2, Town 2"
    # Sinusoidal about the 16th meridian, which is where place 2 lies; 60 degrees north.
    assert (float(x), float(y)) == (275.0, 920.0)


def test_places_are_told_to_planners(planner, sign_in, row):
    version = answered(question(open=1)).version
    assert len(planner.get(page_of(version) + "places/").json()["places"]) == 5
    assert sign_in("reader").get(page_of(version) + "places/").status_code == 403
    assert Client().get(page_of(version) + "places/").status_code == 302


# --- another place instead ------------------------------------------------------------------------


def test_another_place_instead_is_a_version_with_a_rule_for_each(planner, row):
    version = answered(question(open=1)).version
    said = {"kind": "instead", "at": "Place 3, Town 3", "other": "Place 2, Town 2"}
    planner.post(page_of(version) + "changes/", said)
    newest = Study.objects.get().current
    assert (newest.number, newest.question["open"]) == (2, 1)
    assert [(rule["kind"], rule["at"]) for rule in newest.question["rules"]] == [
        ("never_open", "place-3"), ("must_open", "place-2"),
    ]  # fmt: skip
    seen = words(planner.get(page_of(newest), headers={"accept-language": "en"}))
    assert "Place 2 opens instead of Place 3." in seen


@pytest.mark.parametrize("other", ["", "Nowhere", "Place 3"])
def test_another_place_that_is_none_is_refused(planner, row, other):
    version = answered(question(open=1)).version
    said = {"kind": "instead", "at": "Place 3", "other": other}
    assert planner.post(page_of(version) + "changes/", said).status_code == 400
    assert Study.objects.get().versions.count() == 1


# --- comparing ------------------------------------------------------------------------------------


def test_plans_lie_side_by_side_on_maps(planner, row):
    keys = [answered(question(open=n)).version_id for n in (1, 2)]
    address = "/siting/studies/comparison/?" + "&".join(f"v={key}" for key in keys)
    shown = planner.get(address).content.decode()
    assert shown.count('<svg class="plan"') == 2
    assert shown.count('class="new"') == 3
