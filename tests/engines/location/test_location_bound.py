"""What the parts of the engine promise: bounds below every plan, fixing that keeps the best."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.location.location_cases import every_plan, least_person_minutes, small_problems
from knutpunkt.engines.location.ascent import Pace, climbed
from knutpunkt.engines.location.branching import Tree, fixed
from knutpunkt.engines.location.costs import MatrixCosts
from knutpunkt.engines.location.instance import Plan
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.preparing import instance_of
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.solve import question_of

LOOK = Pace(rounds=0)


def arrays_of(problem):
    return instance_of(question_of(problem))[0]


def climbed_from(at, paid, rounds):
    scale = np.ones(at.clients)
    return climbed(at, paid, scale, target=1e6, enough=np.inf, pace=Pace(rounds=rounds))


@settings(max_examples=60, deadline=None)
@given(small_problems(), st.integers(0, 1000))
def test_any_payments_give_a_bound_below_every_plan(problem, seed):
    at = arrays_of(problem)
    paid = np.random.default_rng(seed).uniform(0, 1, at.clients) * at.cap
    best = least_person_minutes(problem)
    if best is not None:
        for rounds in (0, 5):
            assert climbed_from(at, paid, rounds).bound <= best + 1e-9 * best + 1e-9


@settings(max_examples=60, deadline=None)
@given(small_problems(), st.integers(0, 1000))
def test_fixing_keeps_a_best_plan(problem, seed):
    best = least_person_minutes(problem)
    if best is None:
        return
    at = arrays_of(problem)
    paid = np.random.default_rng(seed).uniform(0, 1, at.clients) * at.cap
    climb = climbed_from(at, paid, 10)
    forced, closed = fixed(at, climb.price, climb.bound, best + 1e-6)
    left = [
        at.objective(chosen)
        for plan in every_plan(problem)
        for chosen in [problem.opened(plan)]
        if at.obeys(chosen) and (chosen >= forced).all() and not (chosen & closed).any()
    ]
    assert min(left) == pytest.approx(best, rel=1e-9, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(small_problems(), st.integers(0, 1000))
def test_lists_cost_what_the_whole_table_costs(problem, seed):
    at = arrays_of(problem)
    random = np.random.default_rng(seed)
    plan = random.permutation(problem.candidates)[: problem.new_sites]
    chosen = problem.opened(plan)
    whole = float(problem.persons @ problem.cost[:, chosen].min(axis=1))
    assert at.objective(chosen) == pytest.approx(whole)


@settings(max_examples=40, deadline=None)
@given(small_problems(), st.integers(0, 1000))
def test_the_swap_search_obeys_the_rules_and_never_loses(problem, seed):
    at = arrays_of(problem)
    random = np.random.default_rng(seed)
    plans = [p for p in every_plan(problem) if at.obeys(problem.opened(p))]
    if not plans:
        return
    begin = problem.opened(plans[random.integers(len(plans))])
    better, _ = at.improved(begin, random.permutation(at.free))
    assert at.obeys(better.chosen)
    assert better.objective <= at.objective(begin) + 1e-9


def graph(seed, sites=40, p=4):
    """A question whose payments alone prove nothing."""
    cost = np.random.default_rng(seed).integers(1, 100, (sites, sites)).astype(float)
    return Question(MatrixCosts(cost), np.ones(sites), p, p)


@pytest.mark.parametrize("seed", range(4))
def test_a_search_without_highs_finds_what_trying_all_finds(seed):
    question = graph(seed, sites=16, p=3)
    at = instance_of(question)[0]
    start = at.greedy()
    near = at.nearest(start)
    scale = near.first_cost + near.second_cost + 1
    tree = Tree(
        at, scale, Plan(start, at.objective(start)), -np.inf, Meter(), lambda cost: cost - 1 + 1e-6
    ).planted(near.first_cost)
    tree.grow()
    cost = question.costs.of(np.arange(16))
    triples = [(i, j, k) for i in range(16) for j in range(i) for k in range(j)]
    assert tree.done
    assert tree.plan.objective == min(cost[:, t].min(axis=1).sum() for t in triples)


@given(st.integers(0, 10_000))
@settings(max_examples=60, deadline=None)
def test_the_cheapest_sites_under_nested_counts_are_the_cheapest(seed):
    random = np.random.default_rng(seed)
    price = random.integers(-9, 9, 8).astype(float)
    rules = (
        Rule("west", range(4), *sorted(random.integers(0, 4, 2).tolist())),
        Rule("south-west", range(2), *sorted(random.integers(0, 3, 2).tolist())),
        Rule("east", range(5, 8), *sorted(random.integers(0, 4, 2).tolist())),
    )
    low, high = sorted(random.integers(1, 7, 2).tolist())
    at, others = instance_of(
        Question(MatrixCosts(np.ones((1, 8))), np.ones(1), low, high, rules=rules)
    )
    assert not len(others)
    masks = ((np.arange(256)[:, None] >> np.arange(8)) & 1).astype(bool)
    sums = [price[mask].sum() for mask in masks if at.obeys(mask)]
    chosen, total = at.cheapest(price)
    assert total == min(sums, default=np.inf)
    if sums:
        assert at.obeys(chosen)
        _forcing_is_what_it_says(at, price, chosen, total, masks)


def _forcing_is_what_it_says(at, price, chosen, total, masks):
    added = at.groups.forcing(price, chosen, np.ones(8, bool))
    for site in range(8):
        turned = [
            price[mask].sum() for mask in masks
            if at.obeys(mask) and mask[site] != chosen[site]
        ]  # fmt: skip
        assert total + added[site] == min(turned, default=np.inf)
