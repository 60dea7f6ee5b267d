"""Forecasts that were too narrow are widened by what would have made them right."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.errors import OutOfRange
from knutpunkt.engines.schedule.quantiles import Outcome, Quantiles
from knutpunkt.engines.schedule.scoring import hit_rate
from knutpunkt.engines.schedule.widening import widen, widening

LEVELS = (0.1, 0.5, 0.8, 0.9)
SAID = Quantiles(LEVELS, (80.0, 100.0, 110.0, 120.0))


def record(*days):
    """What became of the same forecast, made each time anew; None: not open on day 1000."""
    outcomes = [Outcome(1000, math.inf) if day is None else Outcome(day, day) for day in days]
    return [(SAID, outcome) for outcome in outcomes]


def test_the_factor_is_the_least_that_would_have_covered_80_percent():
    """P80 is 10 days after the median; four of five had opened 35 days after it."""
    found = widening(record(90, 105, 120, 135, 500), known_on=1000)
    assert (found.factor, found.at_least, found.record.hits) == (3.5, False, 2)
    assert widen(SAID, found.factor).at(0.8) == 135


def test_a_record_of_70_percent_or_more_changes_nothing():
    found = widening(record(90, 95, 100, 105, 110, 105, 90, 300, 400, 500), known_on=1000)
    assert found.record.rate == 0.7
    assert (found.factor, found.widened) == (1.0, False)


def test_fewer_than_five_scored_say_nothing():
    assert widening(record(300, 400, 500, 600), known_on=1000).factor == 1


def test_what_is_not_due_is_no_record():
    assert widening(record(300, 300, 300, 300, 300), known_on=100).record.scored == 0


def test_unopened_slots_ask_for_what_they_have_overrun_so_far():
    found = widening(record(90, 95, None, None, None), known_on=1000)
    assert (found.factor, found.at_least) == (90.0, True)


def test_a_forecast_without_spread_cannot_be_widened():
    certain = Quantiles(LEVELS, (100.0,) * 4)
    scores = [(certain, Outcome(200, 200))] * 6
    assert widening(scores, known_on=1000).factor == 1
    assert widen(certain, 3.0) == certain


@given(st.lists(st.floats(60, 400), min_size=1, max_size=30))
def test_widened_by_the_factor_the_record_would_have_held(days):
    scores = record(*days)
    found = widening(scores, known_on=10_000)
    assert found.factor >= 1
    wider = [(widen(said, found.factor * (1 + 1e-12)), happened) for said, happened in scores]
    again = hit_rate(wider, known_on=10_000)
    assert again.hits >= found.record.hits
    if found.widened:
        assert again.rate >= 0.8


@given(st.lists(st.floats(0, 1000), min_size=4, max_size=4), st.floats(1, 20))
def test_widening_never_narrows_and_keeps_order_and_median(moments, factor):
    said = Quantiles(LEVELS, tuple(sorted(moments)))
    wider = widen(said, factor)
    assert wider.at(0.5) == pytest.approx(said.at(0.5))
    assert wider.at(0.9) >= said.at(0.9) - 1e-9
    assert wider.at(0.1) <= said.at(0.1) + 1e-9
    assert list(wider.moments) == sorted(wider.moments)


def test_never_stays_never_and_nothing_moves_before_the_data_date():
    said = Quantiles(LEVELS, (80.0, 100.0, 110.0, math.inf))
    assert widen(said, 2.0, not_before=75.0).moments == (75.0, 100.0, 120.0, math.inf)
    never = Quantiles(LEVELS, (80.0, math.inf, math.inf, math.inf))
    assert widen(never, 2.0) == never


def test_twice_too_narrow_a_forecast_is_spread_about_twice():
    days = np.random.default_rng(2).normal(100, 20 / 0.8416, 4000)
    scores = record(*np.maximum(days, 1).tolist())
    assert widening(scores, known_on=1000).factor == pytest.approx(2.0, abs=0.15)


@pytest.mark.parametrize("factor", [0.5, math.nan, math.inf])
def test_a_factor_that_narrows_is_refused(factor):
    with pytest.raises(OutOfRange):
        widen(SAID, factor)
