"""Reference classes: against conjugate formulas, a second way of reckoning, and edge cases."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.engines.schedule.errors import NotANumber, OutOfRange
from knutpunkt.engines.schedule.model import ReferenceClass
from knutpunkt.engines.schedule.posterior import Prior, Ratios, log_likelihood
from knutpunkt.engines.schedule.reference import (
    Observation,
    ObservationUnusable,
    predictive_quantiles,
    reference_classes,
)

# Deviations known so well that the textbook's formulas for known variances apply.
KNOWN = Prior(mean=0.1, common_sd=0.25, between_sd=1e-6, sd=0.3, sd_log_sd=1e-4)


def opened(key, *ratios):
    return [Observation.exact(key, planned=200, actual=200 * ratio) for ratio in ratios]


def unopened(key, *ratios):
    return [Observation.unopened(key, planned=200, elapsed=200 * ratio) for ratio in ratios]


def test_one_class_with_known_deviation_has_the_conjugate_mean():
    """mu = (n ȳ / s² + m / t²) / (n / s² + 1 / t²)."""
    logs = [0.5, 0.2, 0.8]
    found = reference_classes(opened("town", *map(math.exp, logs)), prior=KNOWN).rows[0]
    precision = 3 / 0.3**2 + 1 / 0.25**2
    assert found.mean == pytest.approx((3 * 0.5 / 0.3**2 + 0.1 / 0.25**2) / precision, abs=1e-4)
    assert found.mean_sd == pytest.approx(1 / math.sqrt(precision), abs=1e-4)
    assert found.raw_mean == pytest.approx(0.5)


def test_two_classes_share_exactly_the_common_mean_when_they_do_not_differ():
    estimate = reference_classes([*opened("a", 1.5, 1.2), *opened("b", 1.1)], prior=KNOWN)
    assert estimate.common_sd == pytest.approx(estimate.rows[0].mean_sd, rel=1e-3)
    assert [one.mean_sd for one in estimate.classes] == pytest.approx([0, 0], abs=1e-3)


def test_without_observations_the_forecast_is_the_documented_prior():
    estimate = reference_classes([], classes=["metro", "rural"])
    median, p80 = predictive_quantiles(
        estimate.classes[0], (0.5, 0.8), common_sd=estimate.common_sd
    )
    assert (median, p80) == pytest.approx((1.10, 1.57), abs=0.01)
    assert [row.basis for row in estimate.rows] == ["prior", "prior"]
    assert estimate.rows[0].raw_mean is None
    assert estimate.common_sd == pytest.approx(0.25, rel=0.01)


def test_the_grid_agrees_with_sampling_from_the_prior_by_importance():
    """A second way: draw everything from the prior and weigh it by the likelihood."""
    prior = Prior()
    seen = [*opened("a", 1.4, 1.9), *unopened("a", 1.3), *opened("b", 1.0)]
    seen.append(Observation("b", 200, 180, 260))
    rng = np.random.default_rng(5)
    draws = 400_000
    common = prior.mean + prior.common_sd * rng.standard_normal(draws)
    between = prior.between_sd * np.abs(rng.standard_normal(draws))
    means = common + between * rng.standard_normal((2, draws))
    sd = prior.sd * np.exp(prior.sd_log_sd * rng.standard_normal(draws))

    def share_below(ratio, mean):
        score = (math.log(ratio) - mean) / sd
        return 0.5 * (1 + np.vectorize(math.erf)(score / math.sqrt(2)))

    def density(ratio, mean):
        return np.exp(-(((math.log(ratio) - mean) / sd) ** 2) / 2) / sd

    weight = density(1.4, means[0]) * density(1.9, means[0]) * (1 - share_below(1.3, means[0]))
    weight *= density(1.0, means[1]) * (share_below(1.3, means[1]) - share_below(0.9, means[1]))
    weight /= weight.sum()
    mean = means @ weight
    covariance = (means - mean[:, None]) * weight @ (means - mean[:, None]).T

    estimate = reference_classes(seen, prior=prior)
    assert [row.mean for row in estimate.rows] == pytest.approx(mean.tolist(), abs=0.004)
    spreads = [row.mean_sd for row in estimate.rows]
    assert spreads == pytest.approx(np.sqrt(np.diag(covariance)).tolist(), abs=0.003)
    assert estimate.common_sd == pytest.approx(math.sqrt(covariance[0, 1]), abs=0.004)
    assert estimate.rows[0].sd == pytest.approx(math.sqrt(sd**2 @ weight), abs=0.003)


def test_a_small_class_is_drawn_to_the_others_and_a_large_one_is_not():
    crowd = opened("crowd", *[2.0] * 40, *[1.0] * 40)
    rows = {row.key: row for row in reference_classes([*crowd, *opened("single", 0.7)]).rows}
    crowd_raw, single_raw = rows["crowd"].raw_mean, rows["single"].raw_mean
    assert rows["crowd"].mean == pytest.approx(crowd_raw, abs=0.02)
    assert single_raw + 0.2 < rows["single"].mean < crowd_raw
    assert rows["single"].mean_sd > 3 * rows["crowd"].mean_sd


def test_an_unopened_project_raises_the_mean_and_leaves_no_raw_mean():
    before = reference_classes([], classes=["town"]).rows[0]
    after = reference_classes(unopened("town", 2.0)).rows[0]
    assert after.mean > before.mean + 0.05
    assert (after.opened, after.censored, after.raw_mean, after.basis) == (0, 1, None, "prior")


def test_a_project_just_begun_says_nothing():
    before = reference_classes([], classes=["town"]).rows[0]
    after = reference_classes(unopened("town", 0.0)).rows[0]
    assert after.mean == pytest.approx(before.mean, abs=1e-6)


def test_leaving_out_the_unopened_makes_the_class_look_faster_than_it_is():
    rng = np.random.default_rng(3)
    ratios = np.exp(rng.normal(0.4, 0.3, 200))
    early = [Observation.exact("x", planned=1, actual=r) for r in ratios.tolist() if r <= 1.5]
    late = [Observation.unopened("x", planned=1, elapsed=1.5) for r in ratios.tolist() if r > 1.5]
    assert reference_classes([*early, *late]).rows[0].mean == pytest.approx(0.4, abs=0.05)
    assert reference_classes(early).rows[0].mean < 0.25


def test_thousands_of_observations_are_as_welcome_as_none():
    logs = 0.2 + 0.3 * np.linspace(-1.7, 1.7, 3001)
    row = reference_classes(opened("a", *np.exp(logs).tolist()), classes=["b"]).rows[0]
    assert row.mean == pytest.approx(0.2, abs=0.01)
    assert row.sd == pytest.approx(logs.std(), rel=0.02)
    assert row.mean_sd < 0.012


def test_a_rough_date_says_less_than_an_exact_one_and_more_than_none():
    exact = reference_classes(opened("a", 1.5)).rows[0].mean_sd
    rough = reference_classes([Observation("a", 200, 200, 450)]).rows[0].mean_sd
    none = reference_classes([], classes=["a"]).rows[0].mean_sd
    assert exact < rough < none


@given(st.permutations(range(6)))
@settings(max_examples=15)
def test_the_order_of_observations_does_not_matter(order):
    seen = [*opened("a", 1.1, 1.6), *unopened("a", 1.2), *opened("b", 0.9), *unopened("b", 2, 0.4)]
    there = reference_classes(seen).rows
    here = reference_classes([seen[place] for place in order]).rows
    assert [row.mean for row in here] == pytest.approx([row.mean for row in there], abs=1e-9)


@given(
    st.lists(
        st.tuples(st.sampled_from("abc"), st.floats(0.01, 100), st.sampled_from(["open", "not"])),
        max_size=8,
    )
)
@settings(max_examples=60)
def test_every_estimate_is_finite_whatever_was_seen(cases):
    seen = [(opened if what == "open" else unopened)(key, ratio)[0] for key, ratio, what in cases]
    estimate = reference_classes(seen, classes=["a"])
    for row in estimate.rows:
        assert math.isfinite(row.mean)
        assert row.mean_sd > 0
        assert 0.05 < row.sd < 5
    assert all(one.mean_sd >= 0 for one in estimate.classes)


@given(st.floats(0.3, 3), st.floats(0.05, 1))
def test_waiting_longer_never_makes_a_class_faster(ratio, more):
    shorter = reference_classes(unopened("a", ratio)).rows[0].mean
    assert reference_classes(unopened("a", ratio + more)).rows[0].mean >= shorter - 1e-4


def test_predictive_quantiles_add_all_spreads():
    known = ReferenceClass("a", mean=0.2, mean_sd=0.3, sd=0.4)
    (p84,) = predictive_quantiles(known, (0.8413447,), common_sd=1.2)
    assert p84 == pytest.approx(math.exp(0.2 + 1.3), rel=1e-5)


def test_no_classes_make_an_empty_estimate():
    assert reference_classes([]).classes == ()


def test_an_interval_is_as_likely_as_its_ends_say():
    table = log_likelihood(
        Ratios(np.array([]), np.array([-1.0]), np.array([1.0])), np.array([0.0]), np.array([1.0])
    )
    assert math.exp(table[0, 0]) == pytest.approx(math.erf(1 / math.sqrt(2)), rel=1e-7)


@pytest.mark.parametrize(
    ("planned", "least", "most"),
    [(0, 1, 2), (100, -1, 2), (100, 5, 4), (100, 0, 0), (math.nan, 1, 2), (9, math.inf, math.inf)],
)
def test_what_makes_no_ratio_is_refused(planned, least, most):
    with pytest.raises(ObservationUnusable):
        Observation("a", planned, least, most)


def test_a_prior_without_spread_is_refused():
    with pytest.raises(OutOfRange, match="between_sd"):
        Prior(between_sd=0)
    with pytest.raises(NotANumber):
        Prior(mean=math.nan)
