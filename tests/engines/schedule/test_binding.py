"""What binds a clause, and what insurance buys: known runs."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.binding import (
    Insurance,
    RunsDiffer,
    insurances_ranked,
    what_binds,
)
from knutpunkt.engines.schedule.clauses import Clause, Group, holds
from knutpunkt.engines.schedule.simulation import Simulation


def simulation(*rows, seed=1):
    finish = np.array(rows, dtype=np.float64)
    return Simulation(tuple("abcdef"[: len(rows)]), finish, finish.shape[1], seed, 0.0)


def count(projects, at_least, at_most=None, key="count"):
    return Clause(key, (Group(tuple(projects), at_least, at_most),), 100.0)


def test_the_project_that_alone_is_late_binds_by_the_share_of_those_runs():
    runs = simulation([1, 1, 200, 200], [1, 1, 1, 200], [1, 1, 1, 1])
    found = what_binds(count("abc", 3), runs)
    assert [(one.project, one.gain, one.in_time) for one in found] == [
        ("a", 0.25, 0.5),
        ("b", 0.0, 0.75),
        ("c", 0.0, 1.0),
    ]


def test_a_named_clause_gains_only_in_the_group_of_the_project():
    runs = simulation([200, 200, 1, 1], [1, 200, 1, 1])
    clause = Clause("each", (Group(("a",)), Group(("b",))), 100.0)
    assert [(one.project, one.gain) for one in what_binds(clause, runs)] == [("a", 0.25), ("b", 0)]


def test_one_opening_too_many_is_a_loss():
    runs = simulation([1, 1], [200, 1])
    (first, _) = what_binds(count("ab", 1, 1), runs)
    assert first.gain == 0
    assert what_binds(count("ab", 1, 1), runs)[1].gain == -0.5


@given(st.integers(0, 2**32 - 1), st.integers(1, 5))
def test_the_gain_is_that_of_a_simulation_in_which_the_project_opens_at_once(seed, at_least):
    finish = np.random.default_rng(seed).uniform(0, 200, (5, 40))
    clause = count("abcde", at_least)
    before = holds(clause, simulation(*finish)).mean()
    for one in what_binds(clause, simulation(*finish)):
        sure = finish.copy()
        sure["abcde".index(one.project)] = 1.0
        assert one.gain == pytest.approx(holds(clause, simulation(*sure)).mean() - before)


def test_insurance_is_ranked_by_probability_per_cost():
    runs = simulation([1, 1, 200, 200], [1, 200, 200, 200])
    dear = Insurance("second landlord", 10.0, simulation([1, 1, 1, 1], [1, 1, 1, 200]))
    cheap = Insurance("interim room", 2.0, simulation([1, 1, 1, 200], [1, 1, 200, 200]))
    nothing = Insurance("hope", 0.0, runs)
    ranked = insurances_ranked([count("ab", 2)], runs, [nothing, dear, cheap])
    assert [(one.key, one.gain, one.gain_per_cost) for one in ranked] == [
        ("interim room", 0.25, 0.125),
        ("second landlord", 0.5, 0.05),
        ("hope", 0.0, 0.0),
    ]
    assert all(one.standard_error > 0 for one in ranked)


def test_a_spare_slot_counts_by_the_clause_it_brings():
    runs = simulation([1, 200], [1, 1])
    spare = simulation([1, 200], [1, 1], [1, 1])
    offer = Insurance("spare", 5.0, spare, (count("abc", 2),))
    (found,) = insurances_ranked([count("ab", 2)], runs, [offer])
    assert (found.probability, found.gain) == (1.0, 0.5)


def test_what_costs_nothing_and_helps_comes_first():
    runs = simulation([200, 1])
    free = Insurance("free", 0.0, simulation([1, 1]))
    paid = Insurance("paid", 0.001, simulation([1, 1]))
    ranked = insurances_ranked([count("a", 1)], runs, [paid, free])
    assert [one.key for one in ranked] == ["free", "paid"]
    assert ranked[0].gain_per_cost == math.inf


@pytest.mark.parametrize("other", [simulation([1, 1, 1]), simulation([1, 1], seed=2)])
def test_runs_that_are_not_the_same_are_not_compared(other):
    with pytest.raises(RunsDiffer, match="spare"):
        insurances_ranked([count("a", 1)], simulation([1, 1]), [Insurance("spare", 1.0, other)])
