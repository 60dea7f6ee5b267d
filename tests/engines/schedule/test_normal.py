import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.normal import log_between, log_cdf, quantile


@pytest.mark.parametrize("z", [-37.0, -20.0, -5.0, -1.0, -1e-9, 0.0, 0.5, 3.0, 7.0])
def test_the_distribution_function_is_that_of_the_standard_library(z):
    assert log_cdf(z) == pytest.approx(math.log(math.erfc(-z / math.sqrt(2)) / 2), abs=1e-8)


def test_far_out_the_tail_follows_its_asymptotic_series():
    # ln(phi(40) / 40 · (1 - 1/40²)), the series cut after two terms.
    expected = -800 - math.log(40 * math.sqrt(2 * math.pi)) - 1 / 1600
    assert log_cdf(-40.0) == pytest.approx(expected, abs=1e-5)


def test_nothing_lies_below_minus_infinity_and_everything_below_infinity():
    assert log_cdf([-np.inf, np.inf]).tolist() == [-np.inf, 0.0]


@given(st.floats(-30, 30), st.floats(0.001, 20))
def test_an_interval_and_its_mirror_image_are_equally_likely(low, width):
    there = log_between(low, low + width)
    assert there == pytest.approx(log_between(-low - width, -low), rel=1e-6, abs=1e-9)


@given(st.floats(0.001, 0.999))
def test_the_quantile_undoes_the_distribution_function(level):
    assert math.exp(float(log_cdf(quantile(level)))) == pytest.approx(level, rel=1e-7)
