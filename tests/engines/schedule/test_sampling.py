import math
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knutpunkt.engines.schedule.errors import DurationOutOfOrder
from knutpunkt.engines.schedule.model import Duration
from knutpunkt.engines.schedule.network import check_duration
from knutpunkt.engines.schedule.sampling import distribution, draw_beyond, standard_score
from knutpunkt.engines.schedule.streams import Stream, uniforms

SHAPES = ["pert", "triangular", "lognormal", "fixed"]
RUNS = 40_000


def drawn(duration, seed=1, runs=RUNS):
    return distribution([duration]).draw(uniforms([Stream(seed, "x")], runs))[0].astype(float)


def shares(*values):
    return np.array([values], np.float32)


def test_the_standard_score_agrees_with_the_standard_library():
    levels = np.array([1e-6, 0.001, 0.0033, 0.0034, 0.3, 0.5, 0.975, 0.9999], np.float32)
    exact = [NormalDist().inv_cdf(float(level)) for level in levels]
    assert standard_score(levels.copy()) == pytest.approx(exact, abs=2e-6)


@pytest.mark.parametrize(
    ("shape", "mean", "variance"),
    [
        ("triangular", 3.0, 14 / 12),
        ("pert", 2.5, (2.5 - 1) * (6 - 2.5) / 7),
        ("fixed", 2.0, 0.0),
    ],
)
def test_a_shape_has_its_textbook_mean_and_variance(shape, mean, variance):
    found = drawn(Duration(1, 2, 6, shape))
    assert found.mean() == pytest.approx(mean, abs=4 * math.sqrt(variance / RUNS) + 1e-9)
    assert found.var() == pytest.approx(variance, rel=0.03)


def test_pert_agrees_with_the_beta_of_numpy():
    numpys = 2 + 10 * np.random.default_rng(1).beta(1 + 4 * 0.3, 1 + 4 * 0.7, RUNS)
    levels = [0.01, 0.1, 0.5, 0.9, 0.99]
    ours = distribution([Duration(2, 5, 12)]).draw(shares(*levels))[0]
    assert ours == pytest.approx(np.quantile(numpys, levels), abs=0.06)


def test_low_and_high_of_a_lognormal_are_its_p10_and_p90():
    law = distribution([Duration(5, 0, 20, "lognormal")])
    assert law.draw(shares(0.1, 0.5, 0.9))[0] == pytest.approx([5, 10, 20], rel=1e-5)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.sampled_from(SHAPES[:3]),
    ends=st.lists(st.floats(1, 200, width=32), min_size=3, max_size=3).map(sorted),
    share=st.floats(0.01, 0.99),
)
def test_survival_and_quantile_undo_each_other(shape, ends, share):
    low, mode, high = ends[0], ends[1] + 1, ends[2] + 2
    law = distribution([Duration(low, mode, high, shape)])
    survives = law.survival(law.draw(shares(share)))
    assert survives[0, 0] == pytest.approx(1 - share, abs=0.004)


@settings(max_examples=60, deadline=None)
@given(
    shape=st.sampled_from(SHAPES),
    elapsed=st.floats(0, 500, width=32),
    share=st.floats(2**-20, 1 - 2**-20, width=32),
)
def test_what_still_goes_on_takes_at_least_what_has_elapsed(shape, elapsed, share):
    law = distribution([Duration(5, 10, 30, shape)])
    found = draw_beyond(law, shares(share), shares(elapsed))
    assert np.isfinite(found).all()
    assert found[0, 0] >= np.float32(elapsed)


def test_a_lognormal_far_in_its_tail_goes_on_as_theory_says():
    # P(D > 40) = 0.5 %: the median of what goes on comes from half of that.
    law = NormalDist(math.log(10), math.log(2) / 1.2815515655)
    left = 1 - law.cdf(math.log(40))
    found = draw_beyond(distribution([Duration(5, 0, 20, "lognormal")]), shares(0.5), shares(40.0))
    assert found[0, 0] == pytest.approx(math.exp(law.inv_cdf(1 - left / 2)), rel=1e-3)


def test_a_stream_depends_on_its_names_and_seed_only():
    def first(*names, seed=1):
        return uniforms([Stream(seed, *names)], 10)[0].tolist()

    assert first("work", "p", "a") == first("work", "p", "a")
    others = [first("work", "pa", ""), first("work", "p", "b"), first("work", "p", "a", seed=2)]
    assert first("work", "p", "a") not in others


def test_a_stream_goes_on_where_it_was():
    whole, parts = Stream(1, "x"), Stream(1, "x")
    pieces = np.concatenate([uniforms([parts], runs)[0] for runs in (4, 10, 3)])
    assert pieces.tolist() == uniforms([whole], 17)[0].tolist()


def test_uniform_numbers_are_uniform_and_never_0_or_1():
    found = uniforms([Stream(1, "x"), Stream(1, "y")], 400_000)
    assert found.min() > 0
    assert found.max() < 1
    counts = np.histogram(found, bins=100, range=(0, 1))[0]
    chi2 = ((counts - 8000.0) ** 2 / 8000).sum()
    assert chi2 < 99 + 4 * math.sqrt(2 * 99)
    assert abs(np.corrcoef(found)[0, 1]) < 4 / math.sqrt(400_000)


def test_a_range_of_one_point_is_that_point():
    for shape in ("pert", "triangular", "lognormal"):
        law = distribution([Duration(7, 7, 7, shape)])
        assert law.draw(shares(0.1, 0.9))[0] == pytest.approx([7, 7], rel=1e-6)


def test_durations_out_of_order_are_refused():
    with pytest.raises(DurationOutOfOrder):
        check_duration("Here", Duration(5, 3, 9))
