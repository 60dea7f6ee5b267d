"""What must be true: dates, checked again on the runs they came from."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.engines.schedule.clauses import Clause, Group, holds
from knutpunkt.engines.schedule.errors import OutOfRange
from knutpunkt.engines.schedule.keeping import dates_to_keep, latest_dates
from knutpunkt.engines.schedule.simulation import Simulation

DEADLINE = 400.0


def simulation(finish, data_date=0.0):
    finish = np.asarray(finish, dtype=np.float64)
    keys = tuple("abcdefghijklmn"[: len(finish)])
    return Simulation(keys, finish, finish.shape[1], 1, data_date)


def count(projects, at_least):
    return Clause("count", (Group(tuple(projects), at_least),), DEADLINE)


def programme(seed, projects=6, runs=400):
    """Leases signed around day 200, openings a correlated 100 to 250 days later."""
    rng = np.random.default_rng(seed)
    signed = rng.normal(200, 40, (projects, runs))
    rest = rng.lognormal(math.log(150), 0.3, (projects, runs)) * rng.lognormal(0, 0.2, runs)
    openings = simulation(signed + rest)
    return openings, dict(zip(openings.projects, signed, strict=True))


def test_a_gate_before_a_certain_remainder_may_wait_until_exactly_then():
    signed = np.array([10.0, 350.0, 380.0, 390.0])
    found = latest_dates(count("a", 1), simulation([signed + 100]), {"a": signed})
    assert found.dates[0].moment == 300
    assert found.dates[0].kept == 0.25
    assert found.probability == 1


def test_a_remainder_is_planned_for_at_the_level_the_clause_needs():
    """Remainders of 1 to 100 days: for P = 0.8 the gate is due 80 days before the end."""
    signed = np.full(100, 350.0)
    found = latest_dates(count("a", 1), simulation([signed + np.arange(1, 101)]), {"a": signed})
    assert (found.level, found.dates[0].moment, found.probability) == (0.8, 320, 0.8)


@given(st.integers(0, 2**32 - 1), st.integers(1, 6), st.floats(0.3, 0.95))
@settings(max_examples=25)
def test_gates_on_their_dates_or_earlier_make_the_clause_hold_often_enough(seed, at_least, target):
    openings, signed = programme(seed)
    clause = count(openings.projects, at_least)
    found = latest_dates(clause, openings, signed, target=target)
    rest = openings.finish - np.array([signed[key] for key in openings.projects])
    dates = np.array([[one.moment] for one in found.dates])
    held = holds(clause, simulation(dates + rest)).mean()
    assert held == pytest.approx(found.probability)
    assert found.level is None or held >= target
    earlier = np.random.default_rng(seed).uniform(0, 100, rest.shape)
    assert holds(clause, simulation(dates - earlier + rest)).mean() >= held


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_a_higher_target_never_allows_later_gates(seed):
    openings, signed = programme(seed)
    clause = count(openings.projects, 5)
    low = latest_dates(clause, openings, signed, target=0.5)
    high = latest_dates(clause, openings, signed, target=0.9)
    pairs = zip(low.dates, high.dates, strict=True)
    assert all(strict.moment <= mild.moment for mild, strict in pairs)


def test_no_date_lies_in_the_past_and_the_answer_says_when_none_suffices():
    signed = np.full(10, 390.0)
    late = simulation([signed + 100], data_date=350.0)
    found = latest_dates(count("a", 1), late, {"a": signed})
    assert (found.level, found.probability, found.dates[0].moment) == (None, 0.0, 350)


def test_a_project_that_may_be_stopped_after_the_gate_limits_what_dates_can_do():
    signed = np.full(10, 100.0)
    finish = np.where(np.arange(10) < 5, math.inf, 200.0)
    found = latest_dates(count("a", 1), simulation([finish]), {"a": signed})
    assert (found.level, found.probability) == (None, 0.5)


def test_runs_that_never_reach_the_gate_take_their_remainder_from_those_that_do():
    signed = np.array([100.0, math.inf])
    found = latest_dates(count("a", 1), simulation([[150.0, math.inf]]), {"a": signed})
    assert (found.probability, found.dates[0].moment, found.dates[0].kept) == (1.0, 350, 0.5)


def test_a_gate_already_passed_is_left_alone():
    openings = simulation([[300.0, 500.0], [300.0, 300.0]], data_date=250.0)
    gates = {"a": np.array([240.0, 240.0]), "b": np.array([260.0, 290.0])}
    found = latest_dates(count("ab", 1), openings, gates)
    assert [one.project for one in found.dates] == ["b"]


def test_a_forecast_that_is_likely_already_need_only_come_true():
    openings = simulation([[100.0] * 9 + [500.0]])
    assert dates_to_keep(count("a", 1), openings).level == 1.0


def test_openings_are_brought_to_the_common_level_that_suffices():
    """P70 of both is on day 400: kept, both open in time in every run."""
    days = np.concatenate([np.linspace(310, 400, 70), np.linspace(401, 500, 30)])
    openings = simulation([days, days[::-1]])
    found = dates_to_keep(count("ab", 2), openings)
    assert found.level == 0.7
    assert found.probability == 1
    assert [one.moment for one in found.dates] == pytest.approx([400, 400])
    assert [one.kept for one in found.dates] == pytest.approx([0.7, 0.7])


@given(st.integers(0, 2**32 - 1), st.integers(1, 6))
@settings(max_examples=25)
def test_gates_kept_at_the_common_level_hold_the_clause_in_the_same_runs(seed, at_least):
    openings, signed = programme(seed)
    clause = count(openings.projects, at_least)
    found = dates_to_keep(clause, openings, signed)
    gates = np.array([signed[key] for key in openings.projects])
    dates = np.array([[one.moment] for one in found.dates])
    kept = np.minimum(gates, dates) + openings.finish - gates
    assert holds(clause, simulation(kept)).mean() == pytest.approx(found.probability)
    assert found.level is None or found.probability >= 0.8


def test_a_target_above_certainty_is_refused():
    with pytest.raises(OutOfRange, match="count"):
        latest_dates(count("a", 1), simulation([[1.0]]), {"a": np.array([1.0])}, target=1.2)
