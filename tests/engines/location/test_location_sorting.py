"""Sorting inside compiled loops: as numpy sorts, and stable."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.location.kernels.choice import kth_least, rising
from knutpunkt.engines.location.kernels.local import _greatest

pytestmark = pytest.mark.once

VALUES = st.lists(st.integers(-5, 5).map(float) | st.floats(-1e9, 1e9), min_size=1, max_size=60)


def test_three_values_rise():
    assert rising(np.array([3.0, -1.0, 2.0])).tolist() == [1, 2, 0]
    assert kth_least(np.array([3.0, -1.0, 2.0]), 1) == 2.0
    assert _greatest(np.array([1.0, 4.0, 4.0])) == 1


@given(VALUES)
def test_values_rise_as_numpy_sorts_them_and_equal_ones_keep_their_order(values):
    given_ = np.array(values)
    assert rising(given_).tolist() == np.argsort(given_, kind="stable").tolist()


@given(VALUES, st.data())
def test_the_value_of_a_rank_is_that_of_the_sorted_values(values, data):
    rank = data.draw(st.integers(0, len(values) - 1))
    assert kth_least(np.array(values), rank) == sorted(values)[rank]


@given(VALUES)
def test_the_greatest_is_the_first_of_the_greatest(values):
    assert _greatest(np.array(values)) == int(np.argmax(values))


def test_nothing_rises_to_nothing():
    assert rising(np.zeros(0)).tolist() == []
