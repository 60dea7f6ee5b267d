"""Clauses as rules, on small made-up cases whose answer is known."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.location import solve, with_quota_dropped
from knutpunkt.planning.conflicts import no_plan_possible
from knutpunkt.planning.effects import effects_of, gains_of
from knutpunkt.planning.errors import MandateWithoutPlaces, MembersUnknown
from knutpunkt.planning.prices import prices_of
from knutpunkt.planning.problem import offices_ordered, rules_of
from knutpunkt.planning.solving import Watcher
from knutpunkt.planning.verdicts import verdicts
from planning.cases import case, lon_of, material, term

pytestmark = pytest.mark.once

EVERYONE = [100, 10, 10, 10, 500]


def places_of(made):
    return sorted(made.material.candidates[site].place for site in solve(made.problem).sites)


def status_of(made):
    solution = solve(made.problem)
    chosen = [made.material.candidates[site] for site in solution.sites]
    return {one.verdict.key: one.verdict.status for one in verdicts(made, chosen)}


# --- readings -------------------------------------------------------------------------------------


def test_a_free_office_stands_where_most_people_are_far_away():
    assert places_of(case([term("total", "at_least", at_least=1)], EVERYONE)) == ["Place 4"]


def test_a_named_municipality_gets_its_office_though_others_need_it_more():
    assert places_of(case([term("named", "named", ["1"])], EVERYONE)) == ["Place 1"]


def test_a_quota_on_top_does_not_count_the_named():
    terms = [
        term("named", "named", ["4"]),
        term("metro", "quota", ["3", "4"], at_least=1, at_most=1, on_top_of="named"),
    ]
    assert places_of(case(terms, EVERYONE)) == ["Place 3", "Place 4"]


def test_a_quota_that_stands_alone_counts_all_its_municipalities():
    made = case([term("metro", "quota", ["3", "4"], at_least=1)], EVERYONE)
    assert places_of(made) == ["Place 4"]


def test_a_clause_about_areas_asks_each_of_its_cities():
    areas = [("1", lon_of("1")), ("2", lon_of("2"))]
    terms = [term("cities", "adjacent_area", ["1", "2"], at_least=2, areas=areas)]
    terms.append(term("total", "at_least", at_least=2))
    assert places_of(case(terms, EVERYONE)) == ["Place 1", "Place 2"]


def test_a_clause_about_areas_may_be_content_with_one_of_many():
    areas = [("1", lon_of("1")), ("2", lon_of("2"))]
    terms = [term("some", "adjacent_area", ["1", "2", "3", "4"], at_least=1, areas=areas)]
    terms.append(term("total", "at_least", at_least=2))
    made = case(terms, EVERYONE)
    assert "Place 4" in places_of(made)
    assert set(status_of(made).values()) == {"satisfied"}


def test_the_distance_of_a_clause_overrides_the_assumption():
    a_kilometre_off = [("1", lon_of("1") + 0.03)]
    far = term("near", "adjacent_area", ["1"], at_least=1, areas=a_kilometre_off, metres=100)
    (rule,) = rules_of(material([far], EVERYONE), adjacent_metres=5000)
    assert rule.sites == ()
    (rule,) = rules_of(material([replace(far, distance_m=None)], EVERYONE), adjacent_metres=5000)
    assert rule.sites == (1,)


def test_parts_may_order_more_than_the_total():
    terms = [term("total", "at_least", at_least=2), term("named", "named", ["1", "2", "3"])]
    assert offices_ordered(material(terms, EVERYONE)) == 3


def test_an_order_without_numbers_is_refused():
    with pytest.raises(MandateWithoutPlaces, match="made-up"):
        offices_ordered(material([term("report", "report_due")], EVERYONE))


def test_a_quota_without_municipalities_is_refused():
    with pytest.raises(MembersUnknown, match="pilot"):
        rules_of(material([term("pilot", "quota", at_least=1)], EVERYONE), adjacent_metres=0)


# --- verdicts -------------------------------------------------------------------------------------


def test_a_verdict_does_not_trust_the_solver():
    made = case([term("named", "named", ["1", "2"])], EVERYONE)
    (judged,) = verdicts(made, [made.material.candidates[1]])
    assert judged.verdict.status == "broken"


def test_a_quota_overfilled_is_broken():
    made = case([term("few", "quota", ["1", "2"], at_least=1, at_most=1)], EVERYONE)
    (judged,) = verdicts(made, made.material.candidates[1:3])
    assert judged.verdict.status == "broken"


def test_only_the_largest_total_speaks_of_the_plan():
    terms = [term("total", "at_least", at_least=2), term("by-june", "at_least", at_least=1)]
    assert status_of(case(terms, EVERYONE)) == {"total": "satisfied", "by-june": "not_spatial"}


# --- conflicts ------------------------------------------------------------------------------------


def refusal_of(made):
    solution = solve(made.problem)
    assert solution.status == "infeasible"
    return no_plan_possible(made, solution.conflicts)


def test_clauses_that_contradict_each_other_are_named():
    terms = [
        term("few", "quota", ["1", "2"], at_most=1),
        term("many", "quota", ["1", "2"], at_least=2),
    ]
    refusal = refusal_of(case(terms, EVERYONE))
    assert set(refusal.conflicts) == {"few", "many"}
    assert "few" in refusal.sentence_sv
    assert "many" in refusal.sentence_en


def test_a_municipality_without_a_place_is_named():
    refusal = refusal_of(case([term("named", "named", ["3"])], EVERYONE, places=["1", "2"]))
    assert refusal.sentence_en == "named: 1 wanted, but 0 candidate places are on record in Town 3."


# --- properties -----------------------------------------------------------------------------------

populations = st.lists(st.integers(1, 1000), min_size=6, max_size=6)


def four_clauses():
    areas = [("2", lon_of("2")), ("3", lon_of("3"))]
    return [
        term("total", "at_least", at_least=3),
        term("named", "named", ["1", "2"]),
        term("metro", "quota", ["2", "3", "4"], at_least=1, at_most=1, on_top_of="named"),
        term("near", "adjacent_area", ["2"], at_least=1, areas=areas),
    ]


@pytest.mark.slow
@given(populations)
def test_dropping_a_rule_never_means_more_travel(persons):
    made = case(four_clauses(), persons)
    whole = solve(made.problem).objective
    for rule in made.rules:
        freer = solve(with_quota_dropped(made.problem, rule.name)).objective
        assert freer <= whole * (1 + 1e-6)


@pytest.mark.slow
@given(populations)
def test_prices_are_the_difference_and_never_above_the_free_optimum(persons):
    made = case(four_clauses(), persons)
    solution = solve(made.problem)
    prices = prices_of(made, solution, Watcher())
    free = prices.free_optimum
    tolerance = 1e-6 * (solution.objective + 1)
    assert free.person_minutes == pytest.approx(solution.objective - free.objective, abs=tolerance)
    for price in (*prices.named, *prices.clauses):
        assert -tolerance <= price.person_minutes <= free.person_minutes + tolerance
        assert len(price.instead) == len(price.given_up)


@given(populations)
def test_nobody_travels_longer_when_offices_are_added(persons):
    made = case(four_clauses(), persons)
    effects = effects_of(made, solve(made.problem).sites)
    assert (effects.saved >= 0).all()
    assert sum(gain.persons for gain in gains_of(made, effects)) == sum(persons)


@given(populations)
def test_every_clause_is_satisfied_by_what_the_solver_finds(persons):
    assert set(status_of(case(four_clauses(), persons)).values()) == {"satisfied"}
