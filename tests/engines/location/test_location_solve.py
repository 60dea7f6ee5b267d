import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings

from engines.location.location_cases import (
    every_plan,
    least_person_minutes,
    obeys,
    problem_of,
    random_problem,
    small_problems,
)
from knutpunkt.engines import location
from knutpunkt.engines.location import Quota, solve

# Five villages on a road, a kilometre a minute: 0, 10, 20, 30 and 40; a site in each.
ROAD = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 10.0
PERSONS = [100, 10, 10, 10, 60]


def test_the_median_of_a_road_is_the_village_with_half_of_the_people_before_it():
    solution = solve(problem_of(ROAD, PERSONS))
    # From village 0: 10 * (10 + 20 + 30) + 60 * 40 = 3000; from village 1: 3 100.
    assert solution.status == "proved"
    assert solution.sites.tolist() == [0]
    assert solution.objective == 3000
    assert solution.gap == 0.0
    assert solution.assignment.tolist() == [0] * 5


def test_a_kept_office_sends_the_new_one_elsewhere():
    solution = solve(problem_of(ROAD, PERSONS, fixed=[0]))
    assert solution.sites.tolist() == [4]
    # Villages 1 to 3 travel 10, 20 and 10 to the nearer end.
    assert solution.objective == 10 * (10 + 20 + 10)
    assert solution.assignment.tolist() == [0, 0, 0, 4, 4]


def test_an_excluded_village_gets_no_office():
    solution = solve(problem_of(ROAD, PERSONS, fixed=[0], excluded=[4]))
    assert solution.sites.tolist() == [3]


def test_a_quota_decides_against_the_free_optimum():
    quota = Quota("named village", [1], at_least=1)
    problem = problem_of(ROAD, PERSONS, fixed=[0], quotas=[quota])
    assert solve(problem).sites.tolist() == [1]
    free = solve(location.with_quota_dropped(problem, "named village"))
    assert free.sites.tolist() == [4]


def test_opening_nothing_leaves_the_kept_offices():
    solution = solve(problem_of(ROAD, PERSONS, fixed=[0, 4], new_sites=0))
    assert (solution.status, solution.objective) == ("proved", 400)
    assert solution.sites.size == 0


def test_where_nobody_lives_every_plan_is_proved():
    solution = solve(problem_of(ROAD, [0] * 5, new_sites=2))
    assert (solution.status, solution.objective, solution.gap) == ("proved", 0.0, 0.0)
    assert solution.sites.size == 2


@settings(max_examples=60)
@given(small_problems())
def test_no_plan_is_better_than_a_proved_one(problem):
    solution = solve(problem)
    best = least_person_minutes(problem)
    if best is None:
        assert solution.status == "infeasible"
        return
    assert solution.status == "proved"
    assert solution.objective == pytest.approx(best, rel=1e-6)
    assert solution.bound <= solution.objective
    assert len(solution.sites) == problem.new_sites
    assert set(solution.sites) <= set(problem.candidates)
    assert obeys(problem, solution.sites)


@settings(max_examples=60)
@given(small_problems())
def test_conflicting_quotas_cannot_hold_and_none_of_them_is_superfluous(problem):
    solution = solve(problem)
    conflict = [quota for quota in problem.quotas if quota.name in solution.conflicts]
    assert (solution.status == "infeasible") == bool(conflict)
    if conflict:
        assert not any(obeys(problem, plan, conflict) for plan in every_plan(problem))
    for quota in conflict:
        others = [other for other in conflict if other is not quota]
        assert any(obeys(problem, plan, others) for plan in every_plan(problem))


@pytest.mark.parametrize("seed", range(4))
def test_the_objective_is_what_the_residents_travel(seed):
    problem = random_problem(seed)
    solution = solve(problem)
    everyone = problem.cost[:, problem.opened(solution.sites)].min(axis=1)
    assert solution.status == "proved"
    assert solution.objective == pytest.approx(float(problem.persons @ everyone), rel=1e-12)
    assert obeys(problem, solution.sites)
    taken = problem.cost[np.arange(len(problem.cost)), solution.assignment]
    assert np.array_equal(taken, everyone)


def test_dropping_a_quota_never_costs_the_residents():
    problem = random_problem(11)
    ruled = solve(problem).objective
    for quota in problem.quotas:
        assert solve(location.with_quota_dropped(problem, quota.name)).objective <= ruled + 1e-6


def test_infeasible_quotas_are_named_and_the_others_are_not():
    quotas = [
        Quota("harmless", [0, 1, 2, 3, 4], 1),
        Quota("two in the west", [0, 1], 2),
        Quota("two in the east", [3, 4], 2),
    ]
    solution = solve(problem_of(ROAD, PERSONS, new_sites=3, quotas=quotas))
    assert solution.status == "infeasible"
    assert solution.conflicts == ("two in the west", "two in the east")
    assert (solution.objective, solution.bound, solution.gap) == (None, None, None)
    assert solution.sites.size == solution.assignment.size == 0


def test_a_kept_office_fills_no_quota():
    quota = Quota("village 0", [0], at_least=1)
    solution = solve(problem_of(ROAD, PERSONS, fixed=[0], quotas=[quota]))
    assert solution.conflicts == ("village 0",)


def test_the_same_seed_gives_the_same_plan_and_names_its_inputs():
    first, second = (solve(random_problem(5), seed=3) for _ in range(2))
    assert np.array_equal(first.sites, second.sites)
    assert (first.objective, first.bound) == (second.objective, second.bound)
    assert first.inputs_hash == second.inputs_hash
    assert (first.seed, first.engine) == (3, location.ENGINE_VERSION)


def test_another_question_has_another_hash():
    problem = random_problem(5)
    changed = [
        dataclasses.replace(problem, persons=problem.persons + 1),
        dataclasses.replace(problem, new_sites=5),
        location.with_quota_dropped(problem, "west"),
    ]
    hashes = {other.inputs_hash() for other in (problem, *changed)}
    assert len(hashes) == 4


def test_labels_do_not_change_the_hash():
    problem = random_problem(5)
    named = dataclasses.replace(problem, labels=tuple(f"site {n}" for n in range(40)))
    assert named.inputs_hash() == problem.inputs_hash()
