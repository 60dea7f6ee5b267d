import math
from datetime import date, timedelta
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.queueing.arrivals import USUAL_DAY, arrivals, shape, weight_of
from knutpunkt.engines.queueing.errors import FigureUnusable

WEIGHTS = st.lists(st.floats(0, 10), min_size=2, max_size=20).filter(lambda found: sum(found) > 0.1)


def test_an_even_day_spreads_visitors_evenly():
    even = shape((1, 1))
    assert [even.place(part) for part in (0.0, 0.25, 0.5, 1.0)] == pytest.approx([0, 0.25, 0.5, 1])


def test_a_rising_day_has_half_of_its_visitors_after_seven_tenths():
    assert shape((0, 1)).place(0.5) == pytest.approx(math.sqrt(0.5))


@given(WEIGHTS, st.floats(0, 1), st.floats(0, 1))
def test_later_visitors_come_later(weights, one, other):
    of_day = shape(weights)
    low, high = sorted((one, other))
    assert 0 <= of_day.place(low) <= of_day.place(high) + 1e-9 <= 1 + 1e-9


def test_as_many_come_as_are_expected_and_their_number_is_poisson():
    counts = [len(list(arrivals(Random(seed), 40, shape()))) for seed in range(2000)]
    mean = sum(counts) / len(counts)
    variance = sum((one - mean) ** 2 for one in counts) / (len(counts) - 1)
    assert mean == pytest.approx(40, abs=0.6)  # four standard errors
    assert variance == pytest.approx(40, abs=5.1)


def test_each_part_of_the_day_gets_its_share():
    of_day = shape()
    came = [at for seed in range(400) for at in arrivals(Random(seed), 100, of_day)]
    parts = len(USUAL_DAY) - 1
    weight = [(a + b) / 2 for a, b in pairwise(USUAL_DAY)]
    for n in range(parts):
        found = sum(n / parts <= at < (n + 1) / parts for at in came) / len(came)
        assert found == pytest.approx(weight[n] / sum(weight), abs=0.008)


def test_the_same_seed_gives_the_same_visitors_in_order():
    one, other = (list(arrivals(Random(7), 59, shape())) for _again in range(2))
    assert one == other == sorted(one)


def test_mondays_and_days_of_declarations_are_busier():
    monday, friday = date(2025, 3, 3), date(2025, 3, 7)
    assert weight_of(monday) > weight_of(friday)
    assert weight_of(date(2025, 4, 28)) > weight_of(date(2025, 3, 31))
    assert weight_of(date(2025, 3, 24)) > weight_of(monday)
    assert weight_of(date(2025, 7, 7)) < weight_of(monday)


def test_a_year_of_working_days_is_about_as_heavy_as_its_days():
    days = [date(2025, 1, 1) + timedelta(days=n) for n in range(365)]
    weights = [weight_of(day) for day in days if day.weekday() < 5]
    assert sum(weights) / len(weights) == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("weights", [(), (1,), (0, 0), (1, -1), (1, math.nan)])
def test_a_day_without_a_shape_is_refused(weights):
    with pytest.raises(FigureUnusable):
        shape(weights)


@pytest.mark.parametrize("expected", [-1, math.nan, math.inf])
def test_a_number_of_visitors_that_is_none_is_refused(expected):
    with pytest.raises(FigureUnusable, match="expected number"):
        list(arrivals(Random(1), expected, shape()))
