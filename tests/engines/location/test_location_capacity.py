import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.location.capacity_cases import (
    in_single_units,
    least_cost,
    open_sets,
    question_of,
    scattered,
    small_questions,
    within_loads,
)
from engines.location.location_cases import problem_of
from knutpunkt.engines import location
from knutpunkt.engines.location import capacity
from knutpunkt.engines.location.capacity import (
    Multipliers,
    capacitated_bound,
    solve_capacitated,
)

# Five villages on a road, a kilometre a minute: 0, 10, 20, 30 and 40; a site in each.
ROAD = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 10.0
PERSONS = [4, 1, 1, 1, 3]


def obeys(question, solution):
    """Check every rule of the question on the answer's own numbers."""
    load = solution.shares.T @ question.demand
    open_ = np.isin(np.arange(question.sites), solution.sites)
    served = solution.shares > 0
    assert solution.shares.sum(axis=1) == pytest.approx(np.ones(question.clients))
    assert not served[:, ~open_].any()
    assert (load <= question.capacity + 1e-5).all()
    assert (load >= np.where(open_, question.least_load, 0) - 1e-5).all()
    assert (open_ >= question.is_forced).all()
    assert (open_ <= question.is_allowed).all()
    assert question.count in (None, len(solution.sites))
    cost = question.cost[served] @ solution.shares[served] + question.opening[open_].sum()
    assert solution.objective == pytest.approx(cost, rel=1e-9, abs=1e-9)
    assert np.array_equal(solution.assignment, solution.shares.argmax(axis=1))


# --- known answers --------------------------------------------------------------------------------


def test_a_full_office_sends_the_cheapest_to_move_elsewhere():
    # Offices of 5: villages 0 and 1 fill one, 2, 3 and 4 the other, best placed in 3.
    question = question_of(ROAD, PERSONS, 5, count=2)
    solution = solve_capacitated(question)
    assert (solution.status, solution.objective, solution.gap) == ("proved", 30.0, 0.0)
    assert set(solution.assignment[:2].tolist()).isdisjoint(solution.assignment[2:].tolist())
    obeys(question, solution)


def test_where_room_is_scarce_somebody_travels_past_a_nearer_office():
    question = question_of([[0, 9], [1, 9], [2, 9]], [2, 2, 2], [4, 2], count=2)
    solution = solve_capacitated(question)
    # The third client loses least, 7 minutes, by going to the far office.
    assert solution.assignment.tolist() == [0, 0, 1]
    assert solution.objective == 10.0


def test_a_client_may_be_split_where_that_is_allowed():
    whole = question_of([[0, 10], [0, 12]], [3, 3], [4, 4])
    split = dataclasses.replace(whole, single=False)
    assert solve_capacitated(whole).objective == 10.0
    solution = solve_capacitated(split)
    # Site 0 keeps one client and a third of the one that loses least elsewhere.
    assert solution.objective == pytest.approx(20 / 3)
    assert solution.shares == pytest.approx(np.array([[1 / 3, 2 / 3], [1, 0]]), abs=1e-6)
    assert solution.status == "proved"


def test_an_opening_cost_decides_between_one_office_and_two():
    cheap = question_of(ROAD, PERSONS, 10, opening_cost=[15] * 5)
    assert len(solve_capacitated(cheap).sites) == 2
    dear = question_of(ROAD, PERSONS, 10, opening_cost=[90] * 5)
    assert solve_capacitated(dear).sites.tolist() == [2]


def test_an_office_below_its_minimum_load_is_not_opened():
    free = question_of([[0, 5], [9, 0]], [9, 1], 10)
    assert solve_capacitated(free).objective == 0.0
    bound = dataclasses.replace(free, minimum_load=np.array([0.0, 2.0]))
    solution = solve_capacitated(bound)
    assert (solution.sites.tolist(), solution.objective) == ([1], 5.0)


def test_forced_offices_are_open_and_excluded_ones_are_not():
    question = question_of(ROAD, PERSONS, 10, forced=[1], excluded=[4], count=2)
    solution = solve_capacitated(question)
    assert 1 in solution.sites
    assert 4 not in solution.sites
    obeys(question, solution)


# --- against every plan ---------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(small_questions())
def test_no_plan_is_better_than_a_proved_one(question):
    best, solution = least_cost(question), solve_capacitated(question)
    if best is None:
        assert solution.status == "infeasible"
        assert solution.reason is not None
        assert solution.sites.size == solution.assignment.size == 0
        return
    assert solution.status == "proved"
    assert solution.objective == pytest.approx(best, rel=1e-6, abs=1e-9)
    assert solution.bound <= solution.objective
    obeys(question, solution)


@settings(max_examples=60, deadline=None)
@given(small_questions(single=False, clients=3, whole=True))
def test_splitting_whole_demands_costs_what_single_persons_cost(question):
    best, solution = least_cost(in_single_units(question)), solve_capacitated(question)
    if best is None:
        assert solution.status == "infeasible"
        return
    assert solution.status == "proved"
    assert solution.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    obeys(question, solution)


@settings(max_examples=100, deadline=None)
@given(small_questions(), st.integers(0, 1000), st.booleans())
def test_any_multipliers_give_a_bound_below_every_plan(question, seed, single):
    question = dataclasses.replace(question, single=single)
    random = np.random.default_rng(seed)
    prices = Multipliers(random.uniform(-5, 20, question.clients), random.uniform(0, 5))
    best = least_cost(dataclasses.replace(question, single=True))
    if best is not None:
        assert capacitated_bound(question, prices) <= best + 1e-9


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("scale", [1.0, 0.37])
def test_the_certificate_holds_without_the_search(seed, scale):
    # Broken demands have no table of loads, whole ones have; both must certify.
    question = scattered(seed, clients=24, count=4)
    question = dataclasses.replace(
        question, demand=question.demand * scale, capacity=question.capacity * scale
    )
    solution = solve_capacitated(question)
    assert solution.status == "proved"
    assert solution.certified_bound == capacitated_bound(question, solution.multipliers)
    assert 0 <= solution.certified_gap < 0.08
    assert solution.certified_bound <= solution.bound <= solution.objective
    obeys(question, solution)


# --- properties -----------------------------------------------------------------------------------


@pytest.mark.parametrize("seed", range(3))
def test_more_capacity_never_costs_more(seed):
    totals = [
        solve_capacitated(scattered(seed, clients=25, count=3, fill=fill)).objective
        for fill in (0.97, 0.9, 0.7, 0.01)
    ]
    assert totals == sorted(totals, reverse=True)


@pytest.mark.parametrize("seed", range(3))
def test_with_room_for_everybody_it_is_the_p_median(seed):
    question = scattered(seed, clients=30, count=4, fill=0.1)
    median = location.solve(problem_of(question.cost, new_sites=4))
    assert solve_capacitated(question).objective == pytest.approx(median.objective)


@settings(max_examples=40, deadline=None)
@given(small_questions())
def test_splitting_never_costs_more_than_serving_from_one_site(question):
    single = solve_capacitated(question)
    split = solve_capacitated(dataclasses.replace(question, single=False))
    if single.status == "proved":
        assert split.objective <= single.objective * (1 + 1e-6) + 1e-6


def test_branching_proves_what_the_multipliers_leave_open():
    question = scattered(3, fill=0.96)
    solution = solve_capacitated(question)
    assert solution.status == "proved"
    assert solution.certified_gap > 0
    assert solution.closed_by_highs
    obeys(question, solution)


def test_the_same_question_has_the_same_answer():
    question = scattered(3, fill=0.96)
    first, second = (solve_capacitated(question, seed=3) for _ in range(2))
    assert np.array_equal(first.assignment, second.assignment)
    assert (first.objective, first.bound) == (second.objective, second.bound)
    assert np.array_equal(first.multipliers.served, second.multipliers.served)
    assert first.seed == 3


# --- no plan at all -------------------------------------------------------------------------------


def test_too_little_room_is_named_with_both_amounts():
    solution = solve_capacitated(question_of(ROAD, PERSONS, [4, 4, 3, 3, 3], count=2))
    assert (solution.status, solution.reason.code) == ("infeasible", "capacity_short")
    assert (solution.reason.needed, solution.reason.available) == (10.0, 8.0)
    assert "10" in solution.reason.sentence
    assert (solution.objective, solution.bound, solution.gap) == (None, None, None)


def test_a_client_larger_than_every_office_is_named():
    solution = solve_capacitated(question_of(ROAD, [4, 1, 1, 1, 3], 3, count=5))
    assert (solution.reason.code, solution.reason.client) == ("client_too_large", 0)
    split = question_of(ROAD, [4, 1, 1, 1, 3], 3, count=5, single=False)
    assert solve_capacitated(split).status == "proved"


def test_a_client_whom_nobody_serves_is_named():
    cost = ROAD.copy()
    cost[3, [0, 1, 2]] = np.inf
    solution = solve_capacitated(question_of(cost, PERSONS, 10, excluded=[3, 4]))
    assert (solution.reason.code, solution.reason.client) == ("client_unreachable", 3)


def test_minimum_loads_beyond_the_demand_are_named():
    question = question_of(ROAD, PERSONS, 10, count=3, minimum_load=[4] * 5)
    solution = solve_capacitated(question)
    assert solution.reason.code == "minimum_loads_too_great"
    assert (solution.reason.needed, solution.reason.available) == (12.0, 10.0)


def test_packing_that_only_the_search_can_refute_is_infeasible():
    # Three clients of 2 in two sites of 3: the total fits, no assignment does.
    solution = solve_capacitated(question_of(np.ones((3, 2)), [2, 2, 2], 3))
    assert (solution.status, solution.reason.code) == ("infeasible", "no_assignment")
    assert solution.reason.sentence


def test_brute_force_knows_infeasible_questions_too():
    question = question_of(np.ones((3, 2)), [2, 2, 2], 3)
    assert least_cost(question) is None
    assert (0, 1) in open_sets(question)
    assert not within_loads(question, (0, 1), (0, 0, 1))


# --- stopping -------------------------------------------------------------------------------------


def test_without_time_nothing_is_known():
    solution = solve_capacitated(scattered(1), time_limit=0)
    assert (solution.status, solution.objective, solution.gap) == ("unknown", None, None)
    assert solution.multipliers is None


def test_a_time_limit_is_kept_and_never_called_proved():
    question = scattered(8, clients=100, count=10, fill=0.95)
    solve_capacitated(scattered(8, clients=30))  # compiled and loaded before the clock starts
    solution = solve_capacitated(question, time_limit=1.0)
    assert solution.status == "gap"
    assert solution.seconds < 2.5
    assert 0 < solution.gap < 0.2
    obeys(question, solution)


def test_a_cancelled_search_keeps_the_best_plan_so_far():
    heard = []
    question = scattered(8, clients=100, count=10, fill=0.95)
    solution = solve_capacitated(question, progress=heard.append, cancel=lambda: len(heard) > 3)
    assert solution.status == "gap"
    assert solution.bound < solution.objective
    obeys(question, solution)


def test_progress_only_ever_gets_better_and_ends_at_the_answer():
    heard = []
    solution = solve_capacitated(scattered(3), progress=heard.append)
    incumbents = [step.incumbent for step in heard if step.incumbent is not None]
    bounds = [step.bound for step in heard if step.bound is not None]
    assert incumbents == sorted(incumbents, reverse=True)
    assert bounds == sorted(bounds)
    assert (incumbents[-1], bounds[-1]) == (solution.objective, solution.bound)


def test_a_callback_that_fails_stops_the_search_with_its_own_error():
    def failing(_step):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        solve_capacitated(scattered(3), progress=failing)


# --- refusals -------------------------------------------------------------------------------------

COST = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


@pytest.mark.parametrize("cost", [-1.0, float("nan")])
def test_an_impossible_cost_is_refused_with_its_place(cost):
    with pytest.raises(capacity.ServingCostInvalid, match="client 1 from site 2"):
        question_of([[1, 2, 3], [4, 5, cost]], [1, 1], 5)


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["demand", "capacity", "opening_cost", "minimum_load"])
def test_an_impossible_amount_is_refused_with_its_place(name, amount):
    amounts = {"demand": np.ones(2), "capacity": np.ones(3), "opening_cost": np.ones(3)}
    amounts["minimum_load"] = np.zeros(3)
    amounts[name][1] = amount
    with pytest.raises(capacity.AmountInvalid, match=rf"{name}\[1\]") as refused:
        capacity.CapacitatedQuestion(cost=COST, **amounts)
    assert refused.value.hint


@pytest.mark.parametrize("name", ["demand", "capacity", "opening_cost", "minimum_load", "forced"])
def test_an_array_that_does_not_fit_is_refused_by_name(name):
    arrays = {"demand": np.ones(2), "capacity": np.ones(3), name: np.ones(7)}
    with pytest.raises(location.ShapeWrong, match=name):
        capacity.CapacitatedQuestion(cost=COST, **arrays)


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_an_empty_question_is_refused(shape):
    with pytest.raises(location.ProblemEmpty):
        question_of(np.empty(shape), np.ones(shape[0]), 1)


@pytest.mark.parametrize("count", [0, 1, 3, 4])
def test_a_count_that_no_choice_of_sites_has_is_refused(count):
    with pytest.raises(capacity.CountImpossible):
        question_of(np.ones((2, 4)), [1, 1], 5, count=count, forced=[0, 1], excluded=[2, 3])


def test_a_site_both_forced_and_excluded_is_refused():
    with pytest.raises(capacity.SiteForcedAndExcluded, match="Site 1"):
        question_of(COST, [1, 1], 5, forced=[1], excluded=[1])


def test_a_minimum_load_above_the_capacity_is_refused():
    with pytest.raises(capacity.LoadRangeEmpty, match="Site 2"):
        question_of(COST, [1, 1], 5, minimum_load=[0, 5, 6])


@pytest.mark.parametrize("prices", [[1.0], [1.0, float("nan")]])
def test_multipliers_that_do_not_fit_are_refused(prices):
    with pytest.raises(capacity.MultipliersInvalid):
        capacitated_bound(question_of(COST, [1, 1], 5), Multipliers(np.array(prices)))


def test_a_negative_price_of_capacity_is_refused():
    with pytest.raises(capacity.MultipliersInvalid, match="-1"):
        capacitated_bound(question_of(COST, [1, 1], 5), Multipliers(np.ones(2), -1.0))


def test_a_time_limit_below_nothing_is_refused():
    with pytest.raises(location.TimeLimitInvalid):
        solve_capacitated(scattered(1), time_limit=-1)


def test_asking_loads_no_compiler_before_something_is_solved():
    code = "import sys, knutpunkt.engines.location.capacity; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
