"""What a study makes best: each objective against every plan there is, and in words and units."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.planning.errors import QuestionRefused
from knutpunkt.planning.studies.bounds import bounds_of
from knutpunkt.planning.studies.engine import fingerprint, solve, travel_to
from knutpunkt.planning.studies.ground import ground_of
from knutpunkt.planning.studies.objectives import lost_share, value_of
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.rules import WrittenRule
from support.pages import every_variable_is_there, words
from support.studies import answered, fixed, keys
from support.towns import DAY, STEP, question, towns

__all__ = ["every_variable_is_there"]

GOING = ((0.0, 1.0), (STEP, 0.5), (2 * STEP, 0.0))
ASKED = {
    "mean_minutes": {},
    "limited_mean": {"minutes": 2.2 * STEP},
    "farthest": {},
    "worst_share": {"share": 0.15},
    "within": {"minutes": 1.1 * STEP},
    "decay": {"decay": GOING},
}
ROWS = (
    [10, 40, 10, 500, 10, 70, 90, 5],
    [300, 1, 1, 1, 1, 1, 1, 300],
    [7, 0, 90, 0, 3, 200, 0, 11],
)


def every_plan(ground, opens, closes):
    """All plans with so many new places and so many offices less, as masks."""
    offices = np.flatnonzero(ground.is_office)
    for new in combinations(range(ground.places), opens):
        for gone in combinations(offices, closes):
            plan = ground.is_office.copy()
            plan[list(new)] = True
            plan[list(gone)] = False
            yield plan


def best_of(ground, asked, plans):
    """Least value and, among the plans that have it, the least travel."""
    told = []
    for plan in plans:
        minutes = travel_to(ground, plan).minutes
        inhabited = ground.persons > 0
        if asked.objective == "limited_mean" and minutes[inhabited].max() > asked.minutes:
            continue
        told.append((value_of(asked, minutes, ground.persons), float(ground.persons @ minutes)))
    return min(told) if told else None


# --- against every plan ---------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize("objective", ASKED)
@pytest.mark.parametrize("persons", ROWS)
@pytest.mark.parametrize(("opens", "closes"), [(2, 0), (1, 1)])
def test_no_other_plan_is_better_by_the_objective(objective, persons, opens, closes):
    towns(persons, offices=[0, 3])
    asked = question(open=opens, close=closes, objective=objective, **ASKED[objective])
    ground = ground_of(asked)
    least = best_of(ground, asked, every_plan(ground, opens, closes))
    found = solve(ground, bounds_of(ground))
    if least is None:
        assert (found.status, found.objective) == ("infeasible", None)
        assert found.unreached
        return
    assert (found.status, found.gap) == ("proved", 0)
    assert found.objective == pytest.approx(least[0], rel=1e-9, abs=1e-9)
    minutes = travel_to(ground, found.open).minutes
    assert value_of(asked, minutes, ground.persons) == pytest.approx(found.objective)
    if objective == "farthest":
        assert found.then_gap == 0
        assert float(ground.persons @ minutes) == pytest.approx(least[1])


@pytest.mark.django_db
@pytest.mark.parametrize("persons", ROWS)
def test_the_furthest_way_is_the_shortest_that_the_rules_allow(persons):
    towns(persons, offices=[0])
    rule = WrittenRule(kind="quota", scope="county", codes=("A",), at_least=2)
    asked = question(open=2, objective="farthest", rules=(rule,))
    ground = ground_of(asked)
    west = np.array([spot.county == "A" for spot in ground.sites]) & ~ground.is_office
    allowed = [plan for plan in every_plan(ground, 2, 0) if (plan & west).sum() >= 2]
    found = solve(ground, bounds_of(ground))
    assert found.status == "proved"
    assert found.objective == pytest.approx(best_of(ground, asked, allowed)[0])
    assert (found.open & west).sum() == 2


@pytest.mark.django_db
def test_rules_that_no_plan_obeys_are_named_whatever_is_made_best():
    towns([10, 20, 30, 40, 50, 60], offices=[0])
    both = tuple(
        WrittenRule(kind="quota", scope="county", codes=(code,), at_least=1) for code in "AB"
    )
    for objective, more in ASKED.items():
        asked = question(open=1, objective=objective, rules=both, **more)
        ground = ground_of(asked)
        found = solve(ground, bounds_of(ground))
        assert (found.status, found.objective) == ("infeasible", None)
        assert set(found.conflicts) == {rule.key for rule in both}


@pytest.mark.django_db
def test_a_search_that_ends_at_once_never_says_that_it_proved_anything():
    towns([10, 20, 30, 40, 50, 60], offices=[0])
    ground = ground_of(question(open=2, objective="farthest"))
    found = solve(ground, bounds_of(ground), cancelled=lambda: True)
    assert found.status in ("unknown", "gap")


@pytest.mark.django_db
def test_another_objective_is_another_question():
    towns([10, 20, 30], offices=[0])
    marks = set()
    for objective, more in ASKED.items():
        ground = ground_of(question(open=1, objective=objective, **more))
        marks.add(fingerprint(ground, bounds_of(ground)))
    assert len(marks) == len(ASKED)


# --- values ---------------------------------------------------------------------------------------


def test_between_two_minutes_the_share_who_would_go_falls_evenly():
    asked = Question(on=DAY, open=1, objective="decay", decay=((10, 1.0), (30, 0.5), (60, 0.0)))
    ways = np.array([0.0, 10.0, 20.0, 30.0, 45.0, 60.0, 90.0])
    assert lost_share(asked, ways).tolist() == [0.0, 0.0, 0.25, 0.5, 0.75, 1.0, 1.0]


@given(st.lists(st.floats(0, 200), min_size=2, max_size=20))
def test_nobody_is_likelier_to_go_further(ways):
    asked = Question(on=DAY, open=1, objective="decay", decay=GOING)
    lost = lost_share(asked, np.sort(np.array(ways)))
    assert (np.diff(lost) >= 0).all()
    assert ((lost >= 0) & (lost <= 1)).all()


@pytest.mark.parametrize("objective", ASKED)
def test_an_objective_is_the_same_after_it_was_kept(objective):
    asked = Question(on=DAY, open=1, objective=objective, **ASKED[objective])
    assert question_of(asked.as_json()) == asked


@pytest.mark.parametrize(
    "wrong",
    [
        {"objective": "beauty"},
        {"objective": "within"},
        {"objective": "limited_mean", "minutes": 0},
        {"objective": "within", "minutes": float("nan")},
        {"objective": "worst_share", "share": 0},
        {"objective": "worst_share", "share": 1.2},
        {"objective": "decay"},
        {"objective": "decay", "decay": ((0, 1.2), (30, 0.5))},
        {"objective": "decay", "decay": ((0, 0.5), (30, 0.8))},
        {"objective": "decay", "decay": ((30, 1.0), (30, 0.5))},
        {"objective": "decay", "decay": ((-5, 1.0), (30, 0.5))},
        {"objective": "decay", "decay": ((0, 1.0), (30, -0.5))},
    ],
)
def test_an_objective_that_makes_no_sense_is_refused(wrong):
    with pytest.raises(QuestionRefused) as refusal:
        question(open=1, **wrong)
    assert refusal.value.hint


# --- words ----------------------------------------------------------------------------------------


def page_of(answer):
    return f"/siting/studies/{answer.version.study_id}/versions/{answer.version.number}/"


@pytest.mark.django_db
@pytest.mark.usefixtures("every_variable_is_there")
@pytest.mark.parametrize(
    ("objective", "said", "swedish"),
    [
        ("limited_mean", "nobody further than 66 minutes", "ingen längre än 66 minuter"),
        ("farthest", "under no other choice is the furthest way shorter", "längsta vägen"),
        (
            "worst_share",
            "Minutes for the 10 per cent who have furthest",
            "10 procent som har längst",
        ),
        ("within", "Residents further than 33 minutes", "Invånare längre bort än 33 minuter"),
        ("decay", "50 per cent at 30 minutes", "50 procent vid 30 minuter"),
    ],
)
def test_the_page_names_the_objective_and_its_unit(sign_in, objective, said, swedish):
    towns([10, 10, 10, 500, 10, 10], offices=[0, 1])
    more = {
        "limited_mean": {"minutes": 66.0},
        "farthest": {},
        "worst_share": {"share": 0.1},
        "within": {"minutes": 33.0},
        "decay": {"decay": ((0.0, 1.0), (30.0, 0.5), (90.0, 0.0))},
    }[objective]
    rules = (fixed("never_open", "place-4"),)
    answer = answered(question(open=1, objective=objective, rules=rules, **more))
    planner = sign_in("planner")
    seen = words(planner.get(page_of(answer), headers={"accept-language": "en"}))
    assert said in seen
    assert (
        "Price, person-hours" if objective == "limited_mean" else "Travel, person-hours"
    ) in seen
    assert swedish in words(planner.get(page_of(answer)))


@pytest.mark.django_db
def test_a_price_is_told_in_what_the_objective_counts_and_in_travel():
    towns([10, 10, 10, 500, 10, 200], offices=[0])
    rule = fixed("never_open", "place-4")
    asked = {"objective": "within", "minutes": 1.1 * STEP}
    bound = answered(question(open=1, rules=(rule,), **asked))
    free = answered(question(open=1, **asked))
    (price,) = bound.prices.rules
    assert price["price"] == bound.objective - free.objective
    travel = [
        answer.effects["summary"]["mean_after"] * answer.effects["summary"]["persons"]
        for answer in (bound, free)
    ]
    assert price["person_minutes"] == pytest.approx(travel[0] - travel[1])


@pytest.mark.django_db
def test_who_cannot_be_kept_within_the_limit_is_named(sign_in):
    towns([900, 10, 10, 10, 10, 40], offices=[0])
    answer = answered(question(open=1, objective="limited_mean", minutes=1.05 * STEP))
    assert (answer.status, answer.objective) == ("infeasible", None)
    lost = answer.effects["unreached"]
    assert lost["persons"] > 0
    seen = words(sign_in("planner").get(page_of(answer), headers={"accept-language": "en"}))
    assert f"{lost['persons']} residents cannot be kept within" in seen
    assert lost["places"][0] in seen


@pytest.mark.django_db
def test_a_planner_chooses_the_objective_in_the_form(sign_in):
    from knutpunkt.planning.models import Study

    towns([10, 10, 10, 500, 10], offices=[0])
    planner = sign_in("planner")
    form = {"title": "North", "on": "2021-06-01", "open": "1", "close": "0", "detour": "1",
            "km_per_hour": "60", "objective": "decay",
            "decay": "0: 100\n30: 50 %\n90: 0"}  # fmt: skip
    assert planner.post("/siting/studies/new/", form).status_code == 302
    asked = question_of(Study.objects.get().current.question)
    assert asked.decay == ((0.0, 1.0), (30.0, 0.5), (90.0, 0.0))
    refused = planner.post("/siting/studies/new/", form | {"decay": "30: plenty"},
                           headers={"accept-language": "en"})  # fmt: skip
    assert refused.status_code == 400
    assert "how many would go how far" in words(refused)


@pytest.mark.django_db
def test_plans_of_different_objectives_stand_side_by_side_with_their_units(sign_in):
    towns([10, 10, 10, 500, 10], offices=[0])
    both = [answered(question(open=1)), answered(question(open=1, objective="farthest"))]
    address = "/siting/studies/comparison/?" + "&".join(f"v={one.version_id}" for one in both)
    seen = words(sign_in("planner").get(address, headers={"accept-language": "en"}))
    assert "minutes per resident" in seen
    assert "minutes for those who have furthest" in seen


@pytest.mark.django_db
def test_the_set_that_is_furthest_away_can_be_empty_of_choice():
    towns([10, 10, 10], offices=[0])
    answer = answered(
        question(open=1, objective="farthest", rules=(fixed("must_open", "place-2"),))
    )
    assert keys(answer, "opened") == {"place-2"}
    assert answer.objective == pytest.approx(STEP, rel=1e-3)


@pytest.mark.django_db
@pytest.mark.parametrize("name", ASKED)
def test_the_plan_told_during_a_search_has_the_value_told(name):
    towns(ROWS[0], offices=[0, 4])
    asked = question(open=2, objective=name, **ASKED[name])
    ground, heard = ground_of(asked), []
    solve(ground, bounds_of(ground), told=lambda *now: heard.append(now))
    plans = [(value, sites) for _seconds, value, _bound, sites in heard if sites is not None]
    assert plans
    for value, sites in plans:
        assert set(np.flatnonzero(ground.is_office)) <= set(sites)
        minutes = ground.minutes[:, sites].min(axis=1)
        assert value_of(asked, minutes, ground.persons) == pytest.approx(value)
