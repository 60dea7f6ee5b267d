"""Capacities and minimum loads: known answers, every plan tried, limits, refusals."""

import dataclasses
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.location.capacity_cases import (
    least_cost,
    obeys_rules,
    open_sets,
    question_of,
    scattered,
    small_questions,
    splitting,
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
from knutpunkt.engines.location.capacity.certificate import Pricing
from knutpunkt.engines.location.costs import PlaceCosts
from knutpunkt.engines.location.errors import (
    CountImpossible,
    FixedSiteExcluded,
    WorkLimitInvalid,
)
from knutpunkt.engines.location.question import Question

# Five villages on a road, a kilometre a minute: 0, 10, 20, 30 and 40; a site in each.
ROAD = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 10.0
PERSONS = [4, 1, 1, 1, 3]


def obeys(question, answer):
    """Check every rule of the question on the answer's own numbers."""
    asked, found = question.asked, answer.allotment
    shares, load = found.shares, found.loads
    open_ = np.isin(np.arange(question.sites), answer.sites)
    served = shares > 0
    assert load == pytest.approx(shares.T @ question.size)
    left = 1 - shares.sum(axis=1)
    assert found.unserved == pytest.approx(left * question.size, abs=1e-6)
    if question.unserved is None:
        assert left == pytest.approx(np.zeros(question.clients), abs=1e-8)
    if question.single:
        assert set(np.unique(shares)) <= {0.0, 1.0}
    assert not served[:, ~open_].any()
    assert (load <= question.capacity + 1e-5).all()
    assert (load >= np.where(open_, question.least_load, 0) - 1e-5).all()
    assert obeys_rules(question, answer.sites)
    cost = question.serving[served] @ shares[served] + asked.opening[open_].sum()
    if question.unserved is not None:
        cost += question.unserved @ np.maximum(left, 0)
    assert answer.objective == pytest.approx(cost, rel=1e-9, abs=1e-6)
    whole = answer.assignment >= 0
    assert np.array_equal(answer.assignment[whole], shares.argmax(axis=1)[whole])


# --- known answers --------------------------------------------------------------------------------


def test_a_full_office_sends_the_cheapest_to_move_elsewhere():
    # Offices of 5: villages 0 and 1 fill one, 2, 3 and 4 the other, best placed in 3.
    question = question_of(ROAD, PERSONS, 5, count=2)
    answer = solve_capacitated(question)
    assert (answer.status, answer.objective, answer.gap) == ("proved", 30.0, 0.0)
    assert set(answer.assignment[:2].tolist()).isdisjoint(answer.assignment[2:].tolist())
    obeys(question, answer)


def test_where_room_is_scarce_somebody_travels_past_a_nearer_office():
    question = question_of([[0, 9], [1, 9], [2, 9]], [2, 2, 2], [4, 2], count=2)
    answer = solve_capacitated(question)
    # The third client loses least, 7 minutes, by going to the far office.
    assert answer.assignment.tolist() == [0, 0, 1]
    assert answer.objective == 10.0


def test_a_client_may_be_split_where_that_is_allowed():
    whole = question_of([[0, 10], [0, 12]], [3, 3], [4, 4])
    split = splitting(whole)
    assert solve_capacitated(whole).objective == 10.0
    answer = solve_capacitated(split)
    # Site 0 keeps one client and a third of the one that loses least elsewhere.
    assert answer.objective == pytest.approx(20 / 3)
    assert answer.allotment.shares == pytest.approx(np.array([[1 / 3, 2 / 3], [1, 0]]), abs=1e-6)
    assert answer.status == "proved"


def test_an_opening_cost_decides_between_one_office_and_two():
    cheap = question_of(ROAD, PERSONS, 10, opening=[15] * 5)
    assert len(solve_capacitated(cheap).sites) == 2
    dear = question_of(ROAD, PERSONS, 10, opening=[90] * 5)
    assert solve_capacitated(dear).sites.tolist() == [2]


def test_an_office_below_its_minimum_load_is_not_opened():
    free = question_of([[0, 5], [9, 0]], [9, 1], 10)
    assert solve_capacitated(free).objective == 0.0
    bound = dataclasses.replace(free, minimum_load=np.array([0.0, 2.0]))
    answer = solve_capacitated(bound)
    assert (answer.sites.tolist(), answer.objective) == ([1], 5.0)


def test_forced_offices_are_open_and_excluded_ones_are_not():
    question = question_of(ROAD, PERSONS, 10, forced=[1], excluded=[4], count=2)
    answer = solve_capacitated(question)
    assert 1 in answer.sites
    assert 4 not in answer.sites
    obeys(question, answer)


# --- against every plan ---------------------------------------------------------------------------


@settings(max_examples=150, deadline=None)
@given(small_questions(), st.booleans())
def test_no_plan_is_better_than_a_proved_one(question, single):
    question = dataclasses.replace(question, single=single)
    best, answer = least_cost(question), solve_capacitated(question)
    if best is None:
        assert answer.status == "infeasible"
        assert answer.reason
        assert answer.sites.size == answer.assignment.size == 0
        return
    assert answer.status == "proved"
    assert answer.objective == pytest.approx(best, rel=1e-6, abs=1e-6)
    assert (answer.bound, answer.gap) == (answer.objective, 0.0)
    obeys(question, answer)


@settings(max_examples=100, deadline=None)
@given(small_questions(), st.integers(0, 1000), st.booleans())
def test_any_multipliers_give_a_bound_below_every_plan(question, seed, single):
    question = dataclasses.replace(question, single=single)
    random = np.random.default_rng(seed)
    priced = len(Pricing(question).limits.others)
    prices = Multipliers(random.uniform(-5, 20, question.clients), random.uniform(-5, 5, priced))
    best = least_cost(question)
    if best is not None:
        assert capacitated_bound(question, prices) <= best + 1e-6


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
    median = location.solve(problem_of(question.serving, new_sites=4))
    assert solve_capacitated(question).objective == pytest.approx(median.objective)


@settings(max_examples=40, deadline=None)
@given(small_questions())
def test_splitting_never_costs_more_than_serving_from_one_site(question):
    single, split = solve_capacitated(question), solve_capacitated(splitting(question))
    if single.status == "proved":
        assert split.objective <= single.objective + 1e-6 * (1 + abs(single.objective))


def test_the_same_question_has_the_same_answer():
    question = scattered(3, clients=40, fill=0.96)
    first, second = (solve_capacitated(question, seed=3) for _ in range(2))
    assert np.array_equal(first.assignment, second.assignment)
    assert (first.objective, first.work, first.nodes) == (
        second.objective, second.work, second.nodes,
    )  # fmt: skip
    assert np.array_equal(first.proof.steps[0].paid, second.proof.steps[0].paid)
    assert first.seed == 3


# --- no plan at all -------------------------------------------------------------------------------


def test_too_little_room_is_named_with_both_amounts():
    answer = solve_capacitated(question_of(ROAD, PERSONS, [4, 4, 3, 3, 3], count=2))
    assert answer.status == "infeasible"
    assert answer.reason == ("The clients ask for 10; the sites that may be open together carry 8.")
    assert (answer.objective, answer.bound, answer.gap) == (None, None, None)


def test_a_client_larger_than_every_office_is_named():
    answer = solve_capacitated(question_of(ROAD, [4, 1, 1, 1, 3], 3, count=5))
    assert answer.reason.startswith("Client 0 asks for 4;")
    split = question_of(ROAD, [4, 1, 1, 1, 3], 3, count=5, single=False)
    assert solve_capacitated(split).status == "proved"


def test_a_client_whom_nobody_serves_is_named():
    cost = ROAD.copy()
    cost[3, [0, 1, 2]] = np.inf
    answer = solve_capacitated(question_of(cost, PERSONS, 10, excluded=[3, 4]))
    assert (answer.unreached, answer.reason) == ((3,), "No allowed site can serve client 3.")


def test_minimum_loads_beyond_the_demand_are_named():
    question = question_of(ROAD, PERSONS, 10, count=3, minimum_load=[4] * 5)
    answer = solve_capacitated(question)
    assert answer.reason == "The sites that must be open need 12; the clients ask for 10."


def test_packing_that_only_the_search_can_refute_is_infeasible():
    # Three clients of 2 in two sites of 3: the total fits, no assignment does.
    answer = solve_capacitated(question_of(np.ones((3, 2)), [2, 2, 2], 3))
    assert (answer.status, answer.conflicts) == ("infeasible", ("capacities",))
    assert answer.reason == "These cannot hold together: capacities."


def test_brute_force_knows_infeasible_questions_too():
    question = question_of(np.ones((3, 2)), [2, 2, 2], 3)
    assert least_cost(question) is None
    assert (0, 1) in open_sets(question)
    assert not within_loads(question, (0, 1), (0, 0, 1))


# --- stopping -------------------------------------------------------------------------------------


def test_without_time_nothing_is_known():
    answer = solve_capacitated(scattered(1), time_limit=0)
    assert (answer.status, answer.objective, answer.gap) == ("unknown", None, None)
    assert answer.proof is None


def test_a_time_limit_is_kept_and_never_called_proved():
    question = scattered(8, clients=100, count=10, fill=0.95)
    solve_capacitated(scattered(8, clients=30))  # compiled and loaded before the clock starts
    answer = solve_capacitated(question, time_limit=1.0)
    assert answer.status == "gap"
    assert answer.seconds < 30
    assert answer.gap > 0
    obeys(question, answer)


def test_a_cancelled_search_keeps_the_best_plan_so_far():
    heard = []
    question = scattered(8, clients=100, count=10, fill=0.95)
    answer = solve_capacitated(question, progress=heard.append, cancel=lambda: len(heard) > 3)
    assert answer.status == "gap"
    assert answer.bound < answer.objective
    obeys(question, answer)


def test_progress_only_ever_gets_better_and_ends_at_the_answer():
    heard = []
    answer = solve_capacitated(scattered(3), progress=heard.append)
    incumbents = [step.objective for step in heard if step.objective is not None]
    bounds = [step.bound for step in heard if step.bound is not None]
    assert incumbents == sorted(incumbents, reverse=True)
    assert bounds == sorted(bounds)
    assert (incumbents[-1], bounds[-1]) == (answer.objective, answer.bound)


def test_a_callback_that_fails_stops_the_search_with_its_own_error():
    def failing(_step):
        raise ConnectionError

    with pytest.raises(ConnectionError):
        solve_capacitated(scattered(3), progress=failing)


# --- refusals -------------------------------------------------------------------------------------

COST = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


@pytest.mark.parametrize("amount", [-1.0, float("nan"), float("inf")])
@pytest.mark.parametrize("name", ["demand", "capacity", "minimum_load"])
def test_an_impossible_amount_is_refused_with_its_place(name, amount):
    amounts = {"demand": np.ones(2), "capacity": np.ones(3), "minimum_load": np.zeros(3)}
    amounts[name][1] = amount
    asked = question_of(COST, [1, 1], 5).asked
    with pytest.raises(capacity.AmountInvalid, match=rf"{name}\[1\]") as refused:
        capacity.CapacitatedQuestion(asked, **amounts)
    assert refused.value.hint


@pytest.mark.parametrize("name", ["demand", "capacity", "minimum_load"])
def test_an_array_that_does_not_fit_is_refused_by_name(name):
    arrays = {"demand": np.ones(2), "capacity": np.ones(3), name: np.ones(7)}
    asked = question_of(COST, [1, 1], 5).asked
    with pytest.raises(location.ShapeWrong, match=name):
        capacity.CapacitatedQuestion(asked, **arrays)


def test_more_pairs_than_fit_into_tables_are_refused():
    places = np.zeros((50_000, 2))
    asked = Question(PlaceCosts(places, places[:500]), np.ones(50_000), 1, 1)
    with pytest.raises(capacity.TooManyPairs, match="25000000 pairs"):
        capacity.CapacitatedQuestion(asked, np.ones(500))


@pytest.mark.parametrize("shape", [(0, 3), (3, 0)])
def test_an_empty_question_is_refused(shape):
    with pytest.raises(location.ProblemEmpty):
        question_of(np.empty(shape), np.ones(shape[0]), 1)


@pytest.mark.parametrize("count", [(0, 0), 1, 3, 4])
def test_a_count_that_no_choice_of_sites_has_is_refused(count):
    with pytest.raises(CountImpossible):
        question_of(np.ones((2, 4)), [1, 1], 5, count=count, forced=[0, 1], excluded=[2, 3])


def test_a_site_both_forced_and_excluded_is_refused():
    with pytest.raises(FixedSiteExcluded, match="Site 1"):
        question_of(COST, [1, 1], 5, forced=[1], excluded=[1])


def test_a_minimum_load_above_the_capacity_is_refused():
    with pytest.raises(capacity.LoadRangeEmpty, match="Site 2"):
        question_of(COST, [1, 1], 5, minimum_load=[0, 5, 6])


@pytest.mark.parametrize("prices", [[1.0], [1.0, float("nan")]])
def test_multipliers_that_do_not_fit_are_refused(prices):
    with pytest.raises(capacity.MultipliersInvalid):
        capacitated_bound(question_of(COST, [1, 1], 5), Multipliers(np.array(prices)))


def test_prices_of_rules_that_are_not_there_are_refused():
    with pytest.raises(capacity.MultipliersInvalid, match="0 rules"):
        capacitated_bound(question_of(COST, [1, 1], 5), Multipliers(np.ones(2), np.ones(1)))


def test_a_time_limit_below_nothing_is_refused():
    with pytest.raises(location.TimeLimitInvalid):
        solve_capacitated(scattered(1), time_limit=-1)
    with pytest.raises(WorkLimitInvalid):
        solve_capacitated(scattered(1), work_limit=-1)


def test_asking_loads_no_compiler_before_something_is_solved():
    code = "import sys, knutpunkt.engines.location.capacity; sys.exit('numba' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
