import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.location.location_cases import (
    every_plan,
    least_person_minutes,
    random_problem,
    small_problems,
)
from knutpunkt.engines.location.demand import demand_lists
from knutpunkt.engines.location.fixing import fixings
from knutpunkt.engines.location.lagrange import Prices, active_lists, ascend, first_prices, relax
from knutpunkt.engines.location.rules import site_rules
from knutpunkt.engines.location.start import first_choice, swapped_until_best


def never():
    return False


@settings(max_examples=60)
@given(small_problems(), st.integers(0, 1000))
def test_any_prices_give_a_bound_below_every_plan(problem, seed):
    lists, rules = demand_lists(problem), site_rules(problem)
    random = np.random.default_rng(seed)
    quotas = len(problem.quotas)
    prices = Prices(
        random.uniform(0, 1, lists.rows) * lists.ceiling,
        random.uniform(0, 50, quotas),
        random.uniform(0, 50, quotas),
    )
    best = least_person_minutes(problem)
    if best is not None:
        assert relax(lists, rules, prices).bound <= best + 1e-9 * best


def test_the_ascent_ends_close_to_a_good_plan():
    problem = random_problem(7)
    lists, rules = demand_lists(problem), site_rules(problem)
    choice = swapped_until_best(lists, rules, first_choice(lists, rules), never)
    upper = lists.objective(choice)
    begin = first_prices(lists, rules, choice)
    found = ascend(lists, rules, begin, upper=upper, iterations=400, stop=never)
    assert relax(lists, rules, begin).bound < found.bound <= upper
    assert (upper - found.bound) / upper < 0.05


@settings(max_examples=60)
@given(small_problems())
def test_fixing_keeps_the_best_plan(problem):
    best = least_person_minutes(problem)
    if best is None:
        return
    lists, rules = demand_lists(problem), site_rules(problem)
    choice = first_choice(lists, rules)
    upper = lists.objective(choice)
    begin = first_prices(lists, rules, choice)
    relaxed = ascend(lists, rules, begin, upper=upper, iterations=60, stop=never)
    fixed = fixings(lists, relaxed, upper)
    left = [
        lists.objective(plan)
        for plan in plans_as_masks(problem)
        if rules.obeyed_by(plan)
        and not (fixed.closed & plan).any()
        and (plan >= fixed.opened).all()
    ]
    assert min(left) == pytest.approx(best, rel=1e-9)


def plans_as_masks(problem):
    candidates = problem.candidates
    return [np.isin(candidates, plan) for plan in every_plan(problem)]


@given(small_problems())
def test_a_swap_search_obeys_the_rules_and_never_loses(problem):
    lists, rules = demand_lists(problem), site_rules(problem)
    choice = first_choice(lists, rules)
    if choice is None:
        return
    better = swapped_until_best(lists, rules, choice, never)
    assert rules.obeyed_by(better)
    assert lists.objective(better) <= lists.objective(choice) + 1e-9


@given(small_problems(), st.integers(0, 1000))
def test_lists_cost_what_the_whole_table_costs(problem, seed):
    lists = demand_lists(problem)
    chosen = np.zeros(lists.sites, dtype=bool)
    random = np.random.default_rng(seed)
    chosen[random.permutation(lists.sites)[: problem.new_sites]] = True
    opened = problem.opened(problem.candidates[chosen])
    whole = float(problem.persons @ problem.cost[:, opened].min(axis=1))
    assert lists.objective(chosen) == pytest.approx(whole)


@given(small_problems())
def test_cut_lists_give_the_bound_of_the_whole_lists(problem):
    lists, rules = demand_lists(problem), site_rules(problem)
    choice = first_choice(lists, rules)
    if choice is None or lists.rows == 0:
        return
    near = active_lists(lists, choice)
    found = ascend(
        near, rules, first_prices(near, rules, choice), upper=lists.objective(choice),
        iterations=30, stop=never,
    )  # fmt: skip
    assert relax(lists, rules, found.prices).bound == pytest.approx(found.bound, abs=1e-9)


def test_identical_places_share_one_row():
    problem = random_problem(1, points=5)
    twice = type(problem)(
        np.vstack([problem.cost] * 2), np.tile(problem.persons, 2), problem.fixed_open,
        problem.excluded, problem.new_sites,
    )  # fmt: skip
    assert demand_lists(twice).rows == 5
    assert demand_lists(twice).weight.sum() == 2 * problem.persons.sum()
