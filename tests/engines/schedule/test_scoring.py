"""Scores of stored forecasts: known answers, propriety, what is due, and refusals."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.errors import NotANumber, OutOfRange
from knutpunkt.engines.schedule.quantiles import Outcome, Quantiles, QuantilesUnusable
from knutpunkt.engines.schedule.scoring import (
    NothingScored,
    brier,
    coverage,
    exact_interval,
    hit,
    hit_rate,
    mean_pinball,
    pinball,
    pit,
)

PERCENTS = tuple(level / 100 for level in range(1, 100))
EVEN = Quantiles(PERCENTS, tuple(float(level) for level in range(1, 100)))
"""Uniform over days 0 to 100."""


def opened(day):
    return Outcome(day, day)


def not_by(day):
    return Outcome(day, math.inf)


# --- forecasts ------------------------------------------------------------------------------------


def test_a_level_between_two_stored_lies_on_the_line():
    assert Quantiles((0.1, 0.5, 0.9), (100, 200, 400)).at(0.7) == 300
    assert Quantiles((0.1, 0.5, 0.9), (100, 200, math.inf)).at(0.7) == math.inf
    assert Quantiles((0.1, 0.5, 0.9), (100, 200, math.inf)).at(0.5) == 200


@pytest.mark.parametrize("level", [0.05, 0.95, math.nan])
def test_a_level_that_was_not_stored_is_not_guessed(level):
    with pytest.raises(OutOfRange):
        Quantiles((0.1, 0.9), (1, 2)).at(level)


@pytest.mark.parametrize(
    ("levels", "moments"),
    [((), ()), ((0.5,), (1, 2)), ((0.0, 0.5), (1, 2)), ((0.5, 0.5), (1, 2)), ((0.5, 1.0), (1, 2)),
     ((0.1, 0.9), (2, 1)), ((0.5,), (math.nan,)), ((0.5,), (-math.inf,))],
)  # fmt: skip
def test_what_makes_no_forecast_is_refused(levels, moments):
    with pytest.raises(QuantilesUnusable):
        Quantiles(levels, moments)


@pytest.mark.parametrize("moments", [(2, 1), (math.nan, 1), (1, math.nan), (math.inf, math.inf)])
def test_an_outcome_that_lies_nowhere_is_refused(moments):
    with pytest.raises(NotANumber):
        Outcome(*moments)


# --- PIT ------------------------------------------------------------------------------------------


def test_the_pit_of_a_uniform_forecast_is_the_day():
    assert pit(EVEN, opened(30.0)) == pytest.approx((0.30, 0.30))
    assert pit(EVEN, opened(30.5)) == pytest.approx((0.305, 0.305))


def test_beyond_the_stored_levels_the_pit_is_a_range():
    assert pit(EVEN, opened(0.2)) == pytest.approx((0, 0.01))
    assert pit(EVEN, opened(120.0)) == pytest.approx((0.99, 1))


def test_a_rough_or_missing_date_has_a_range_of_pit():
    assert pit(EVEN, Outcome(20, 40)) == pytest.approx((0.2, 0.4))
    assert pit(EVEN, not_by(70)) == pytest.approx((0.7, 1))


def test_a_jump_of_the_forecast_is_a_range():
    jump = Quantiles((0.1, 0.3, 0.6, 0.9), (1, 5, 5, 9))
    assert pit(jump, opened(5)) == pytest.approx((0.3, 0.6))
    assert pit(Quantiles((0.1, 0.3), (5, 5)), opened(5)) == pytest.approx((0, 1))
    assert pit(Quantiles((0.1, 0.5), (5, math.inf)), opened(1000)) == pytest.approx((0.1, 0.1))


@given(st.floats(0, 100), st.floats(0, 100))
def test_what_opens_later_has_no_lower_pit(one, other):
    early, late = sorted((one, other))
    assert pit(EVEN, opened(early))[0] <= pit(EVEN, opened(late))[0] + 1e-12


# --- pinball and Brier ----------------------------------------------------------------------------


def test_too_early_costs_the_level_and_too_late_the_rest():
    said = Quantiles((0.1, 0.8), (100, 200))
    assert pinball(said, opened(150), horizon=1e4) == pytest.approx((0.1 * 50, 0.2 * 50))


def test_twice_the_mean_loss_is_the_crps():
    """CRPS of a uniform forecast on 0 to 100 at 100 x: 100 (x³ + (1 - x)³) / 3."""
    for x in (0.0, 0.25, 0.5, 1.0):
        exact = 100 * (x**3 + (1 - x) ** 3) / 3
        assert mean_pinball(EVEN, opened(100 * x), horizon=1e4) == pytest.approx(exact, rel=0.02)


def test_never_is_reckoned_as_the_horizon():
    said = Quantiles((0.5,), (math.inf,))
    assert pinball(said, opened(100), horizon=1100) == pytest.approx((500,))
    assert pinball(said, not_by(100), horizon=1100) == (0,)


def test_an_unopened_project_costs_at_least_what_it_is_late_already():
    said = Quantiles((0.5,), (100,))
    assert pinball(said, not_by(140), horizon=1e4) == (20,)
    assert pinball(said, not_by(60), horizon=1e4) == (0,)


@given(st.integers(0, 2**32 - 1), st.floats(-60, 60))
def test_no_quantile_earns_less_loss_than_the_right_one(seed, wrong):
    drawn = np.random.default_rng(seed).normal(500, 100, 300)
    right = float(np.quantile(drawn, 0.8, method="inverted_cdf"))

    def loss(moment):
        said = Quantiles((0.8,), (moment,))
        return sum(pinball(said, opened(day), horizon=1e4)[0] for day in drawn.tolist())

    assert loss(right) <= loss(right + wrong) + 1e-6


def test_the_brier_score_is_the_mean_square():
    assert brier([(0.8, True), (0.5, False)]) == pytest.approx((0.04 + 0.25) / 2)
    with pytest.raises(NothingScored):
        brier([])


# --- hit rates ------------------------------------------------------------------------------------


def test_a_slot_that_passed_its_p80_unopened_is_a_miss_the_same_day():
    assert hit(EVEN, not_by(80), 0.8, known_on=80) is False
    assert hit(EVEN, not_by(79), 0.8, known_on=79) is None


def test_an_early_opening_counts_only_when_a_late_one_would():
    assert hit(EVEN, opened(20), 0.8, known_on=60) is None
    assert hit(EVEN, opened(20), 0.8, known_on=80) is True


def test_a_rough_date_on_both_sides_is_not_scored():
    assert hit(EVEN, Outcome(70, 90), 0.8, known_on=200) is None
    assert hit(EVEN, Outcome(60, 80), 0.8, known_on=200) is True
    assert hit(EVEN, Outcome(81, 90), 0.8, known_on=200) is False


def test_old_news_of_an_unopened_slot_decides_nothing():
    assert hit(EVEN, not_by(50), 0.8, known_on=200) is None


def test_hit_rate_and_coverage_count_what_is_due():
    pairs = [(EVEN, opened(5)), (EVEN, opened(50)), (EVEN, opened(85)), (EVEN, not_by(120))]
    late = (Quantiles((0.1, 0.5, 0.8, 0.9), (500, 600, 700, 800)), not_by(120))
    found = hit_rate([*pairs, late], known_on=120)
    assert (found.hits, found.scored, found.rate) == (2, 4, 0.5)
    inside = coverage([*pairs, late], known_on=120)
    assert (inside.hits, inside.scored) == (2, 4)


def test_counting_early_hits_at_once_would_flatter_and_counting_the_due_does_not():
    rng = np.random.default_rng(6)
    days = rng.uniform(0, 100, 4000)
    begun = rng.uniform(0, 100, 4000)
    pairs = [
        (
            Quantiles((0.5, 0.8), (start + 50, start + 80)),
            opened(start + day) if start + day <= 100 else not_by(100),
        )
        for start, day in zip(begun.tolist(), days.tolist(), strict=True)
    ]
    decided = [p for p in pairs if p[1].latest < math.inf or p[0].at(0.8) <= 100]
    flattered = sum(p[1].latest <= p[0].at(0.8) for p in decided) / len(decided)
    assert flattered > 0.9
    assert hit_rate(pairs, known_on=100).rate == pytest.approx(0.8, abs=0.03)


@pytest.mark.parametrize(
    ("hits", "scored", "ends"),
    [(0, 0, (0, 1)), (0, 10, (0, 0.3085)), (10, 10, (0.6915, 1)), (19, 24, (0.5785, 0.9287)),
     (1, 20, (0.00127, 0.2487))],
)  # fmt: skip
def test_the_interval_is_that_of_clopper_and_pearson(hits, scored, ends):
    assert exact_interval(hits, scored) == pytest.approx(ends, abs=1e-4)


@given(st.integers(1, 200), st.data())
def test_the_interval_holds_the_rate_and_its_tails_are_two_and_a_half_percent(scored, data):
    hits = data.draw(st.integers(0, scored))
    low, high = exact_interval(hits, scored)
    assert low <= hits / scored <= high
    if hits:
        tail = sum(math.comb(scored, k) * low**k * (1 - low) ** (scored - k) for k in range(hits))
        assert 1 - tail == pytest.approx(0.025, abs=1e-6)


def test_more_hits_than_trials_are_refused():
    with pytest.raises(OutOfRange):
        exact_interval(3, 2)
