"""Kaplan-Meier: known answers by hand, the censored set of test T12, and refusals."""

import itertools
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.censored import DurationsUnusable, kaplan_meier
from knutpunkt.engines.schedule.errors import OutOfRange

# Freireich (1963), the 21 patients given 6-MP; curve and errors as in Kalbfleisch and Prentice.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]


def test_the_curve_of_the_leukaemia_patients_is_the_published_one():
    curve = kaplan_meier(WEEKS, np.array(RELAPSED, dtype=bool))
    assert curve.times.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    published = [0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448]
    assert curve.waiting.tolist() == pytest.approx(published, abs=0.0006)
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert np.sqrt(curve.variance).tolist() == pytest.approx(errors, abs=0.0001)
    assert curve.quantile(0.5) == 23
    assert curve.restricted_quantile(0.8) == (35, False)


def test_without_censoring_the_curve_counts_who_is_left():
    curve = kaplan_meier([1, 2, 3, 4], [True] * 4)
    assert curve.waiting.tolist() == pytest.approx([0.75, 0.5, 0.25, 0])
    assert curve.quantile(0.5) == 2
    assert curve.restricted_mean(4) == pytest.approx(2.5)
    assert curve.restricted_mean(3) == pytest.approx(1 + 0.75 + 0.5)
    # Greenwood without censoring is the binomial variance p (1 - p) / n.
    assert curve.variance[:3].tolist() == pytest.approx([0.75 * 0.25 / 4, 1 / 16, 0.75 * 0.25 / 4])
    assert curve.variance[3] == 0


def test_before_the_first_opening_everyone_waits():
    curve = kaplan_meier([5, 9], [True, False])
    assert curve.at(4.9) == 1
    assert curve.interval(4.9) == (1, 1)
    assert curve.at(5) == 0.5
    low, high = curve.interval(5)
    assert 0 < low < 0.5 < high < 1


def test_where_nothing_opened_no_quantile_is_known():
    curve = kaplan_meier([10, 20], [False, False])
    assert curve.quantile(0.5) == math.inf
    assert curve.restricted_quantile(0.5) == (20, False)


def test_where_nothing_was_watched_everyone_waits():
    assert kaplan_meier([], []).at(100) == 1


def censored_programme(seed, sites):
    """Durations around a median of 360 days, seen on a day between 150 and 600 days after start."""
    rng = np.random.default_rng(seed)
    duration = rng.lognormal(math.log(360), 0.45, sites)
    watched = rng.uniform(150, 600, sites)
    return np.minimum(duration, watched), duration <= watched


def test_the_curve_is_within_five_percent_where_the_median_of_the_opened_is_not():
    """T12: true median 360 days, P80 526 days."""
    seen, opened = censored_programme(seed=12, sites=2_000)
    curve = kaplan_meier(seen, opened)
    assert curve.quantile(0.5) == pytest.approx(360, rel=0.05)
    assert curve.quantile(0.8) == pytest.approx(360 * math.exp(0.45 * 0.84162), rel=0.05)
    assert np.median(seen[opened]) < 0.9 * 360
    assert np.quantile(seen[opened], 0.8) < 0.85 * 526


def test_programmes_of_28_sites_are_estimated_without_bias():
    programmes = [censored_programme(seed, 28) for seed in range(200)]
    curves = [kaplan_meier(*programme).quantile(0.5) for programme in programmes]
    naive = [np.median(seen[opened]) for seen, opened in programmes]
    assert np.median(curves) == pytest.approx(360, rel=0.05)
    assert np.median(naive) < 0.9 * 360


@given(st.lists(st.tuples(st.floats(0, 1000), st.booleans()), min_size=1, max_size=40))
def test_the_curve_never_rises_and_stays_a_share(cases):
    curve = kaplan_meier([length for length, _ in cases], [mark for _, mark in cases])
    path = [1.0, *curve.waiting.tolist()]
    assert all(later <= earlier for earlier, later in itertools.pairwise(path))
    assert all(0 <= share <= 1 for share in path)
    assert all(0 <= variance <= 0.25 for variance in curve.variance.tolist())


@given(st.lists(st.floats(1, 1000), min_size=2, max_size=30))
def test_someone_still_waiting_makes_no_quantile_earlier(lengths):
    done = kaplan_meier(lengths, [True] * len(lengths))
    waiting = kaplan_meier(lengths, [True] * (len(lengths) - 1) + [False])
    assert waiting.quantile(0.5) >= done.quantile(0.5)


@pytest.mark.parametrize(
    ("durations", "happened"),
    [([1.0], []), ([-1.0], [True]), ([math.nan], [True]), ([math.inf], [False])],
)
def test_durations_that_are_none_are_refused(durations, happened):
    with pytest.raises(DurationsUnusable):
        kaplan_meier(durations, happened)


@pytest.mark.parametrize("level", [0, 1, math.nan])
def test_a_level_outside_0_to_1_is_refused(level):
    with pytest.raises(OutOfRange):
        kaplan_meier([1.0], [True]).quantile(level)
