"""Probabilities of clauses: exact distributions, hand-made runs, and refusals."""

import math
from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.chances import (
    RATINGS,
    chance_if_independent,
    chances,
    poisson_binomial,
    rating,
    standard_error,
)
from knutpunkt.engines.schedule.clauses import (
    Clause,
    ClauseProjectUnknown,
    ClauseUnusable,
    Group,
    group_counts,
    holds,
)
from knutpunkt.engines.schedule.errors import OutOfRange
from knutpunkt.engines.schedule.simulation import Simulation

YEAR_END = 100.0


def simulation(*rows, seed=1):
    """Openings as rows of moments per run; projects are called a, b, c..."""
    finish = np.array(rows, dtype=np.float64)
    keys = tuple("abcdefghijklmnopqrstuvwxyzåäö"[: len(rows)])
    return Simulation(keys, finish, finish.shape[1], seed, 0.0)


def independent_sites(chance_of_each, runs=20_000, seed=4):
    """Sites that open on day 50 with their chance, else never."""
    rng = np.random.default_rng(seed)
    drawn = rng.random((len(chance_of_each), runs)) < np.array(chance_of_each)[:, None]
    return simulation(*np.where(drawn, 50.0, math.inf))


def count(key, projects, at_least, at_most=None, **more):
    return Clause(key, (Group(tuple(projects), at_least, at_most, **more),), YEAR_END)


# --- independent events ---------------------------------------------------------------------------


def test_thirteen_of_fourteen_has_the_published_probability():
    distribution = poisson_binomial([0.95] * 5 + [0.80] * 6 + [0.60] * 3)
    assert distribution[13:].sum() == pytest.approx(0.2087, abs=5e-5)


def test_all_28_at_85_percent_each_is_one_in_a_hundred():
    assert poisson_binomial([0.85] * 28)[28] == pytest.approx(0.010562, abs=1e-6)


@given(st.lists(st.floats(0, 1), max_size=8))
def test_the_distribution_is_the_sum_over_all_outcomes(probabilities):
    expected = np.zeros(len(probabilities) + 1)
    for outcome in product((0, 1), repeat=len(probabilities)):
        pairs = zip(outcome, probabilities, strict=True)
        expected[sum(outcome)] += math.prod(p if yes else 1 - p for yes, p in pairs)
    assert poisson_binomial(probabilities).tolist() == pytest.approx(expected.tolist())


def test_counting_runs_agrees_with_the_convolution_where_sites_are_independent():
    sites = independent_sites([0.95] * 5 + [0.80] * 6 + [0.60] * 3)
    clause = count("13 of 14", sites.projects, 13)
    found = chances([clause], sites).clauses[0]
    assert found.probability == pytest.approx(0.2087, abs=4 * found.standard_error)
    assert found.independent == pytest.approx(0.2087, abs=0.01)


def test_named_municipalities_multiply():
    sites = independent_sites([0.9, 0.8, 0.7])
    clause = Clause("each", (Group(("a",)), Group(("b", "c"))), YEAR_END)
    found = chances([clause], sites).clauses[0]
    assert found.probability == pytest.approx(0.9 * (1 - 0.2 * 0.3), abs=0.012)
    assert found.independent == pytest.approx(found.probability, abs=0.012)


def test_groups_that_share_a_site_have_no_product():
    sites = independent_sites([0.9, 0.8])
    clause = Clause("each", (Group(("a", "b")), Group(("b",))), YEAR_END)
    assert chance_if_independent(clause, sites) is None


def test_a_shared_cause_raises_the_chance_of_all_and_lowers_that_of_most():
    """28 sites at 0.85 each, correlated: all 28 gain, 21 of 28 lose."""
    rng = np.random.default_rng(8)
    score = math.sqrt(0.5) * rng.standard_normal(20_000)
    score = score + math.sqrt(0.5) * rng.standard_normal((28, 20_000))
    sites = simulation(*np.where(score < 1.036433, 50.0, math.inf))
    everyone = chances([count("28", sites.projects, 28)], sites).clauses[0]
    most = chances([count("21", sites.projects, 21)], sites).clauses[0]
    assert everyone.independent == pytest.approx(0.0106, abs=0.002)
    assert everyone.probability == pytest.approx(0.314, abs=0.015)
    assert most.probability < most.independent - 0.05


# --- counting -------------------------------------------------------------------------------------


def test_a_count_asks_for_at_least_and_at_most():
    runs = simulation([10, 10, 101], [20, 101, math.inf], [30, 101, math.inf])
    assert holds(count("2-3", "abc", 2, 3), runs).tolist() == [True, False, False]
    assert holds(count("1-2", "abc", 1, 2), runs).tolist() == [False, True, False]


def test_the_last_day_counts_to_its_end_and_the_day_before_the_first_does_not():
    runs = simulation([49.0, 50.0, 50.1, 100.0, 100.1])
    clause = Clause("window", (Group(("a",)),), window_until=100, window_from=50)
    assert holds(clause, runs).tolist() == [False, False, True, True, False]


def test_what_has_opened_already_counts_in_every_run():
    runs = simulation([10, math.inf])
    assert group_counts(count("5", "a", 5, already=4), runs).tolist() == [[5, 4]]


def test_what_perhaps_opened_counts_with_its_probability_and_alike_in_every_clause():
    runs = simulation([math.inf] * 10_000)
    first = holds(count("x", "a", 1, perhaps=(("Åre", 0.3),)), runs)
    again = holds(count("y", "a", 1, perhaps=(("Åre", 0.3),)), runs)
    other = holds(count("z", "a", 1, perhaps=(("Ånge", 0.3),)), runs)
    assert first.mean() == pytest.approx(0.3, abs=0.02)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    alone = chance_if_independent(count("x", "a", 1, perhaps=(("Åre", 0.3),)), runs)
    assert alone == pytest.approx(0.3)


def test_all_clauses_are_judged_in_the_same_runs():
    """Two clauses that hold in opposite halves never hold together."""
    runs = simulation([10, 10, 200, 200], [200, 200, 10, 10])
    found = chances([count("a", "a", 1), count("b", "b", 1)], runs)
    assert [one.probability for one in found.clauses] == [0.5, 0.5]
    assert found.all_hold == 0
    assert found.fails_alone == (("a", 0.5), ("b", 0.5))
    assert found.rating == "unlikely"


def test_the_margin_tells_spare_and_missing_openings():
    runs = simulation([10, 10, 10, 200], [10, 10, 200, 200])
    (found,) = chances([count("1", "ab", 1)], runs).clauses
    assert found.margins == ((-1, 0.25), (0, 0.25), (1, 0.5))


def test_a_clause_that_wants_more_than_there_is_is_impossible():
    assert count("3", "ab", 3).impossible
    assert not count("3", "ab", 3, already=1).impossible


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 2**32 - 1))
def test_asking_for_less_never_lowers_the_probability(more, less, seed):
    less, more = sorted((less, more))
    rng = np.random.default_rng(seed)
    runs = simulation(*rng.uniform(0, 200, (6, 50)))
    asked = chances([count("less", "abcdef", less), count("more", "abcdef", more)], runs)
    assert asked.clauses[0].probability >= asked.clauses[1].probability
    assert asked.all_hold == asked.clauses[1].probability


# --- words and errors -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("probability", "word"),
    [(1, "likely"), (0.8, "likely"), (0.7999, "at_risk"), (0.5, "at_risk"), (0.49, "unlikely"),
     (0, "unlikely")],
)  # fmt: skip
def test_the_bands_are_those_published(probability, word):
    assert rating(probability) == word
    assert [least for least, _ in RATINGS] == [0.8, 0.5, 0.0]


def test_the_standard_error_is_binomial_and_never_zero():
    assert standard_error(0.5, 10_000) == pytest.approx(0.005)
    assert 0 < standard_error(1.0, 10_000) < 0.0002


def test_a_project_that_was_not_simulated_is_named():
    with pytest.raises(ClauseProjectUnknown, match="'x'"):
        holds(count("13", "ax", 1), simulation([1.0]))


@pytest.mark.parametrize(
    "wrong",
    [
        {"groups": (Group(("a", "a")),)},
        {"groups": (Group(("a",), 2, 1),)},
        {"groups": (Group(("a",), -1),)},
        {"groups": (Group(("a",)),), "window_from": 100.0},
    ],
)
def test_a_clause_that_cannot_be_counted_is_refused(wrong):
    with pytest.raises(ClauseUnusable):
        Clause("wrong", window_until=100.0, **wrong)


@pytest.mark.parametrize("probability", [-0.1, 1.1, math.nan])
def test_what_is_no_probability_is_refused(probability):
    with pytest.raises(OutOfRange):
        poisson_binomial([probability])
    with pytest.raises(OutOfRange):
        count("x", "a", 1, perhaps=(("b", probability),))
