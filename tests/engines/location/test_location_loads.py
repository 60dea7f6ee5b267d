"""Capacities with every other rule: certificates, replay, unserved demand, conflicts named."""

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.location.capacity_cases import (
    least_cost,
    question_of,
    scattered,
    small_questions,
    splitting,
)
from knutpunkt.engines.location.capacity import solve_capacitated
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.certificate import certificate_check, certificate_write
from knutpunkt.engines.location.costs import PlaceCosts
from knutpunkt.engines.location.kernels.transport import IMPOSSIBLE, SOLVED, transported
from knutpunkt.engines.location.milp import Milp
from knutpunkt.engines.location.question import Question, Rule

ROAD = np.abs(np.subtract.outer(np.arange(5), np.arange(5))) * 10.0
PERSONS = [4, 1, 1, 1, 3]


def ruled(seed=0, *, clients=60, sites=24, count=8, fill=0.85):
    """A plane with quotas that overlap, a budget, and offices that open only for so many."""
    draw = np.random.default_rng(seed)
    people, places = draw.random((clients, 2)) * 100, draw.random((sites, 2)) * 100
    demand = np.ceil(draw.pareto(2, clients) * 20 + 5)
    capacity = np.ceil(demand.sum() / count / fill * draw.uniform(0.8, 1.2, sites))
    west, south = (np.flatnonzero(places[:, axis] < 50) for axis in (0, 1))
    rules = (
        Rule("west", west, at_most=count // 2),
        Rule("south", south, at_least=count // 3),
        Rule("budget", np.arange(sites), None, 9.0 * count, draw.uniform(5, 12, sites)),
    )
    asked = Question(PlaceCosts(people, places), demand, count, count, rules=rules)
    return CapacitatedQuestion(asked, capacity, minimum_load=capacity * 0.3, single=False)


# --- certificates ---------------------------------------------------------------------------------


@settings(max_examples=80, deadline=None)
@given(question=small_questions(), single=st.booleans())
def test_what_is_proved_can_be_recomputed(tmp_path_factory, question, single):
    question = question if single else splitting(question)
    answer, best = solve_capacitated(question), least_cost(question)
    if best is None:
        return
    file = tmp_path_factory.mktemp("proof") / "c.npz"
    certificate_write(file, question, answer)
    checked = certificate_check(file)
    assert checked.holds, checked
    assert checked.bound <= best + 1e-6 * (1 + abs(best))
    # Broken costs are compared to a millionth, as the document says.
    assert checked.gap <= 1e-6 or answer.proof.closed_by == "HiGHS"


@pytest.fixture(scope="module")
def searched(tmp_path_factory):
    """A split question that branching proves, and its certificate."""
    file = tmp_path_factory.mktemp("searched") / "c.npz"
    question = ruled()
    answer = solve_capacitated(question)
    certificate_write(file, question, answer)
    return answer, file


def test_a_search_over_sites_is_proved_node_by_node(searched):
    answer, file = searched
    assert (answer.status, answer.proof.closed_by) == ("proved", "search")
    checked = certificate_check(file)
    assert (checked.holds, checked.gap) == (True, 0)
    assert checked.nodes > 1


def altered(searched, tmp_path, **changes):
    with np.load(searched[1]) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    with (tmp_path / "altered.npz").open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    return certificate_check(tmp_path / "altered.npz")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"capacity": lambda array: array * 2}, "hash"),
        ({"shares": lambda array: array[:, ::-1]}, "not open"),
        ({"shares": lambda array: array * 0.5}, "unserved"),
        ({"tree": lambda array: array[:2]}, "not closed"),
        ({"tree_paid": np.zeros_like, "steps": np.zeros_like}, "not closed"),
        (
            {"said": lambda said: np.array(json.dumps(json.loads(str(said)) | {"objective": 1}))},
            "not 1",
        ),
    ],
)
def test_a_changed_certificate_is_seen_through(searched, tmp_path, changes, said):
    checked = altered(searched, tmp_path, **changes)
    assert not checked.holds
    assert said in checked.sentence


def test_a_plan_beyond_a_capacity_is_seen_through(searched, tmp_path):
    def crowded(shares):
        found = np.zeros_like(shares)
        found[:, searched[0].sites[0]] = 1.0
        return found

    assert "on site" in altered(searched, tmp_path, shares=crowded).sentence


def test_what_highs_closed_is_certified_as_far_as_the_prices_go(tmp_path):
    question = scattered(3, clients=40, fill=0.96)
    answer = solve_capacitated(question)
    assert (answer.status, answer.proof.closed_by) == ("proved", "HiGHS")
    certificate_write(tmp_path / "c.npz", question, answer)
    checked = certificate_check(tmp_path / "c.npz")
    assert checked.holds
    assert 0 < checked.gap < 0.08
    assert "closed by HiGHS" in checked.sentence


# --- the same work, the same answer ---------------------------------------------------------------


@pytest.mark.parametrize("single", [True, False])
def test_half_the_work_stops_where_it_stopped_before(single):
    question = scattered(3, clients=40, fill=0.96) if single else ruled(1)
    whole = solve_capacitated(question)
    half = solve_capacitated(question, work_limit=whole.work // 2)
    again = solve_capacitated(question, work_limit=half.work)
    assert half.status == "gap"
    assert half.bound <= whole.objective <= half.objective
    assert (again.objective, again.bound, again.work) == (half.objective, half.bound, half.work)
    assert np.array_equal(again.allotment.shares, half.allotment.shares)


def test_what_the_clock_stopped_can_be_replayed():
    question = scattered(8, clients=60, count=6, fill=0.95)
    heard = []
    stopped = solve_capacitated(question, progress=heard.append, cancel=lambda: len(heard) > 12)
    assert stopped.replayable
    replay = solve_capacitated(question, work_limit=stopped.work)
    assert (replay.objective, replay.bound) == (stopped.objective, stopped.bound)


# --- demand left unserved, rules, reasons ---------------------------------------------------------


def test_whom_it_pays_to_leave_out_is_reported_and_not_dropped():
    question = question_of(ROAD, PERSONS, 5, count=1, ceiling=25.0, single=False)
    answer = solve_capacitated(question)
    # One office of 5 among demands of 4, 1, 1, 1 and 3: somebody is left out, at 25 each.
    assert answer.status == "proved"
    assert answer.allotment.unserved.sum() == pytest.approx(5.0)
    assert answer.allotment.loads.sum() == pytest.approx(5.0)
    assert answer.objective == pytest.approx(least_cost(question))


def test_rules_of_every_kind_hold_and_cost_something():
    question = ruled(2, clients=30, sites=10, count=4)
    free = CapacitatedQuestion(
        Question(question.asked.costs, question.asked.weight, 4, 4), question.capacity,
        minimum_load=question.minimum_load, single=False,
    )  # fmt: skip
    answer = solve_capacitated(question)
    assert answer.objective == pytest.approx(least_cost(question), rel=1e-6)
    assert answer.objective >= solve_capacitated(free).objective


def test_rules_and_capacities_that_contradict_are_named_and_no_others():
    rules = (
        Rule("small ones alone", [2, 3, 4], at_least=2),
        Rule("anything", range(5), at_least=1),
    )
    question = question_of(ROAD, PERSONS, [9, 9, 4, 4, 4], count=2, rules=rules)
    answer = solve_capacitated(question)
    assert answer.status == "infeasible"
    assert set(answer.conflicts) == {"small ones alone", "capacities"}
    assert answer.reason == "These cannot hold together: small ones alone, capacities."


def test_what_only_the_ways_forbid_is_found_by_the_search_and_named():
    # The first three clients reach site 0 alone, which carries two of them.
    cost = np.array([[1, np.inf], [1, np.inf], [1, np.inf], [1, 1]])
    question = question_of(cost, [1, 1, 1, 1], [2, 9], rules=[Rule("one", [0], 1)], single=False)
    answer = solve_capacitated(question)
    assert (answer.status, answer.conflicts) == ("infeasible", ("capacities",))


# --- the transportation problem -------------------------------------------------------------------


def least_transport(cost, demand, most, least):
    site, client = np.nonzero(np.isfinite(cost))
    many = len(site)
    model = Milp(cost=cost[site, client], lower=np.zeros(many), upper=np.ones(many), integers=0)
    for one in range(len(demand)):
        own = np.flatnonzero(client == one)
        model.add_row(own, np.ones(len(own)), 1.0, 1.0)
    for one in range(len(most)):
        own = np.flatnonzero(site == one)
        model.add_row(own, demand[client[own]], least[one], most[one])
    answer = model.minimise()
    return None if answer.infeasible else float(cost[site, client] @ answer.values)


@settings(max_examples=150, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_a_split_costs_what_linear_programming_says_and_its_prices_prove_it(seed):
    draw = np.random.default_rng(seed)
    sites, clients = draw.integers(1, 7), draw.integers(1, 12)
    cost = draw.random((sites, clients)) * 20
    cost[draw.random(cost.shape) < draw.choice([0, 0.3])] = np.inf
    cost[0] = np.where(np.isfinite(cost).any(axis=0), cost[0], 7.0)
    demand = draw.integers(1, 6, clients).astype(float)
    most = draw.integers(1, 12, sites).astype(float)
    least = np.minimum(draw.integers(0, 6, sites), most).astype(float)
    status, amount, worth, stuck, _ = transported(cost, demand, most, least)
    best = least_transport(cost, demand, most, least)
    if best is None:
        assert status == IMPOSSIBLE
        worth = worth + np.where(stuck[:-1], 1e5, 0.0) - 1e5 * stuck[-1]
    else:
        assert status == SOLVED
        served = amount > 0
        assert (cost[served] * (amount / demand)[served]).sum() == pytest.approx(best, abs=1e-6)
    dual = (cost + demand * worth[:, None]).min(axis=0).sum()
    dual += -(most * np.maximum(worth, 0)).sum() + (least * np.maximum(-worth, 0)).sum()
    assert dual > 1e4 if best is None else dual == pytest.approx(best, abs=1e-6)
