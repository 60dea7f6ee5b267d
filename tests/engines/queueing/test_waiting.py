import math
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.queueing.errors import FigureUnusable
from knutpunkt.engines.queueing.waiting import Busy, Pace, Wait, mixed, remaining, wait

TEN = Pace(10.0, 1.0)
PACES = st.builds(Pace, st.floats(0.5, 60), st.floats(0, 2))
BUSY = st.lists(st.builds(Busy, st.floats(0, 120), PACES), min_size=1, max_size=12)


def gamma_median(shape, mean):
    """Median of an Erlang distribution by halving on its exact sum."""
    low, high = 0.0, mean * 20
    for _halving in range(100):
        middle = (low + high) / 2
        x = middle * shape / mean
        below = 1 - sum(math.exp(-x) * x**k / math.factorial(k) for k in range(shape))
        low, high = (middle, high) if below < 0.5 else (low, middle)
    return low


def test_nobody_waits_while_a_suitable_counter_is_free():
    busy = [Busy(3, TEN)] * 4
    assert wait(ahead=0, pace=TEN, busy=busy, free=1) == Wait(0, 0, 0)
    assert wait(ahead=2, pace=TEN, busy=busy, free=3) == Wait(0, 0, 0)


def test_nothing_is_told_while_no_counter_is_open():
    assert wait(ahead=3, pace=TEN, busy=[]) is None


@pytest.mark.parametrize(("ahead", "counters"), [(0, 1), (3, 1), (4, 2), (11, 3)])
def test_exponential_services_give_the_quantiles_of_an_erlang_distribution(ahead, counters):
    """With them the past of a service says nothing: the wait is a sum of equal exponentials."""
    fresh = [Busy(0, TEN)] * counters
    found = wait(ahead=ahead, pace=TEN, busy=fresh)
    mean = (ahead + 1) * 10 / counters
    assert found.mid == pytest.approx(gamma_median(ahead + 1, mean), rel=0.03)
    if ahead == 0:
        assert found.low == pytest.approx(-math.log(0.9) * mean, rel=0.08)
        assert found.high == pytest.approx(-math.log(0.1) * mean, rel=0.03)


def test_services_that_never_vary_leave_nothing_to_guess_at_one_counter():
    even = Pace(10, 0)
    found = wait(ahead=2, pace=even, busy=[Busy(4, even)])
    assert (found.low, found.mid, found.high) == pytest.approx((26, 26, 26))


def test_a_long_service_that_varies_much_is_expected_to_last_longer_still():
    varied = Pace(10, 1.5)
    assert remaining(Busy(0, varied)) == 10
    assert remaining(Busy(60, varied)) > remaining(Busy(20, varied)) > 10
    assert remaining(Busy(9, Pace(10, 0.1))) < 2


def test_remaining_time_is_the_mean_beyond_what_has_passed():
    """By numbers: E[S - e | S > e] of the lognormal, integrated in small steps."""
    pace, passed, step = Pace(8, 0.7), 6.0, 0.01
    spread = math.log1p(pace.cv**2)
    middle = math.log(pace.mean) - spread / 2

    def beyond(minutes):
        return math.erfc((math.log(minutes) - middle) / math.sqrt(2 * spread)) / 2

    area = sum(beyond(passed + (k + 0.5) * step) * step for k in range(60_000))
    assert remaining(Busy(passed, pace)) == pytest.approx(area / beyond(passed), rel=1e-3)


@given(st.integers(0, 60), PACES, BUSY, st.floats(0, 0.1))
def test_quantiles_are_in_order_and_nobody_waits_less_than_nothing(ahead, pace, busy, leaving):
    found = wait(ahead=ahead, pace=pace, busy=busy, giving_up=leaving)
    assert 0 <= found.low <= found.high
    assert math.isfinite(found.high)
    assert found.mid <= found.high


USUAL_PACES = st.builds(Pace, st.floats(2, 30), st.floats(0.4, 1.4))
USUALLY_BUSY = st.lists(st.builds(Busy, st.floats(0, 60), USUAL_PACES), min_size=1, max_size=12)


@given(st.integers(0, 40), USUAL_PACES, USUALLY_BUSY, st.floats(0, 0.1))
def test_one_more_ahead_lengthens_the_wait(ahead, pace, busy, leaving):
    waits = [
        wait(ahead=ahead + more, pace=pace, busy=busy, giving_up=leaving).mid for more in (0, 1)
    ]
    assert waits[1] >= waits[0] * (1 - 1e-9)


@given(st.integers(1, 40), USUALLY_BUSY)
def test_who_gives_up_shortens_the_wait_of_the_others(ahead, busy):
    patient = wait(ahead=ahead, pace=TEN, busy=busy)
    impatient = wait(ahead=ahead, pace=TEN, busy=busy, giving_up=0.05)
    assert impatient.high <= patient.high * (1 + 1e-9)


def test_the_mix_of_two_services_has_the_moments_of_both():
    short, long = Pace(5, 0.5), Pace(20, 1.0)
    found = mixed([(3, short), (1, long)])
    mean = (3 * 5 + 20) / 4
    square = (3 * 25 * 1.25 + 400 * 2) / 4
    assert found.mean == pytest.approx(mean)
    assert found.cv == pytest.approx(math.sqrt(square / mean**2 - 1))


def test_a_prediction_costs_far_below_a_twentieth_of_a_millisecond():
    busy = [Busy(minutes, Pace(10, 0.9)) for minutes in (1, 3, 8, 12, 15, 22)]
    rounds, best = 2000, math.inf
    for _try in range(5):
        began = time.process_time()
        for _round in range(rounds):
            wait(ahead=20, pace=TEN, busy=busy, giving_up=0.01)
        best = min(best, (time.process_time() - began) / rounds)
    assert best < 50e-6


def test_predicting_needs_no_numpy():
    import subprocess

    asked = (
        "import sys, knutpunkt.engines.queueing.waiting, knutpunkt.engines.queueing.simulation, "
        "knutpunkt.engines.queueing.erlang; sys.exit('numpy' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked], check=False).returncode == 0


@pytest.mark.parametrize("ahead", [-1, math.nan, math.inf])
def test_a_number_ahead_that_is_none_is_refused(ahead):
    with pytest.raises(FigureUnusable, match="people ahead"):
        wait(ahead=ahead, pace=TEN, busy=[Busy(1, TEN)])


@pytest.mark.parametrize(
    ("mean", "cv"), [(0, 1), (-1, 1), (math.nan, 1), (10, -0.1), (10, math.nan)]
)
def test_a_pace_that_is_none_is_refused(mean, cv):
    with pytest.raises(FigureUnusable):
        Pace(mean, cv)


def test_a_mix_of_nothing_is_refused():
    with pytest.raises(FigureUnusable, match="weights"):
        mixed([])
