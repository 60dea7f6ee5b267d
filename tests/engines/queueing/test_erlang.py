import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.queueing.erlang import (
    counters_needed,
    long_run,
    served_within,
    square_root_staffing,
    wait_probability,
)
from knutpunkt.engines.queueing.errors import FigureUnusable, Overloaded, QueueTooLong

LOADS = st.floats(0.05, 60)


def exact_erlang_c(load, counters):
    """The defining sums in exact fractions."""
    terms = [load**k / math.factorial(k) for k in range(counters)]
    last = load**counters / math.factorial(counters) / (1 - load / counters)
    return last / (sum(terms) + last)


# --- Erlang C ------------------------------------------------------------------------------------


def test_a_call_centre_of_fourteen_is_as_published():
    # Documentation of pyworkforce 0.1.0: 100 calls in 30 minutes, 3 minutes each, 14 positions.
    centre = {"arrivals": 200, "service_rate": 20, "counters": 14}
    assert wait_probability(**centre) == pytest.approx(0.1741319335950498, abs=1e-15)
    assert served_within(20 / 3600, **centre) == pytest.approx(0.8883500191794669, abs=1e-15)
    assert long_run(**centre).occupancy == pytest.approx(0.7142857, abs=1e-7)


def test_thirty_an_hour_at_four_counters_is_an_exact_fraction():
    found = wait_probability(arrivals=30, service_rate=12, counters=4)
    assert found == pytest.approx(625 / 1954, abs=1e-15)
    assert exact_erlang_c(Fraction(5, 2), 4) == Fraction(625, 1954)


@pytest.mark.parametrize(
    ("load", "counters", "share"),
    [
        (8, 10, 0.4091801508),
        (10, 12, 0.4493882243),
        (20, 22, 0.5679151622),
        (50, 55, 0.3845473179),
        (90, 100, 0.2169404809),
    ],
)
def test_who_must_wait_at_many_counters(load, counters, share):
    assert wait_probability(arrivals=load, service_rate=1, counters=counters) == pytest.approx(
        share, abs=1e-10
    )
    assert float(exact_erlang_c(Fraction(load), counters)) == pytest.approx(share, abs=1e-10)


def test_forty_eight_at_fifty_wait_as_long_as_the_formula_says():
    found = long_run(arrivals=48 * 60, service_rate=60, counters=50)
    assert found.mean_wait * 3600 == pytest.approx(20.83, abs=0.005)
    assert found.mean_queue == pytest.approx(16.67, abs=0.005)


def test_one_counter_makes_wait_as_often_as_it_is_busy():
    assert wait_probability(arrivals=6, service_rate=8, counters=1) == pytest.approx(6 / 8)


@given(LOADS, st.integers(1, 12))
def test_mean_wait_is_the_share_who_wait_over_the_spare_capacity(load, spare):
    counters = math.floor(load) + spare
    found = long_run(arrivals=load, service_rate=1, counters=counters)
    assert found.mean_wait == pytest.approx(found.wait_probability / (counters - load))
    assert found.mean_queue == pytest.approx(load * found.mean_wait)  # Little


@given(st.integers(1, 400), st.integers(1, 12))
def test_one_more_counter_never_lengthens_the_wait(tenths, spare):
    load = tenths / 10
    counters = math.floor(load) + spare
    fewer, more = (
        long_run(arrivals=load, service_rate=1, counters=n) for n in (counters, counters + 1)
    )
    assert more.mean_wait <= fewer.mean_wait


def test_far_more_counters_than_visitors_let_nobody_wait():
    assert wait_probability(arrivals=1, service_rate=1, counters=900) == 0.0


# --- Erlang A ------------------------------------------------------------------------------------


def test_impatient_visitors_at_fifty_counters():
    found = long_run(arrivals=48, service_rate=1, counters=50, patience_rate=0.5)
    assert found.wait_probability == pytest.approx(0.467774069, abs=1e-9)
    assert found.mean_wait == pytest.approx(0.061824498, abs=1e-9)
    assert found.abandon_probability == pytest.approx(0.030912249, abs=1e-9)
    assert found.mean_queue == pytest.approx(2.96757592, abs=1e-8)
    assert found.occupancy == pytest.approx(0.930324241, abs=1e-9)


def test_patience_as_long_as_service_makes_the_crowd_poisson():
    found = long_run(arrivals=100, service_rate=1, counters=100, patience_rate=1)
    assert found.wait_probability == pytest.approx(0.5132987983, abs=1e-10)


@given(st.floats(0.5, 80), st.integers(1, 90))
def test_the_poisson_identity_holds_at_any_size(load, counters):
    found = long_run(arrivals=load, service_rate=1, counters=counters, patience_rate=1)
    below = sum(math.exp(-load + k * math.log(load) - math.lgamma(k + 1)) for k in range(counters))
    assert found.wait_probability == pytest.approx(1 - below, abs=1e-9)


@given(st.floats(0.5, 40), st.integers(1, 60), st.floats(0.05, 5))
def test_who_leaves_is_who_waits_times_how_fast_they_give_up(load, counters, theta):
    found = long_run(arrivals=load, service_rate=1, counters=counters, patience_rate=theta)
    assert found.abandon_probability == pytest.approx(theta * found.mean_queue / load)
    assert found.mean_queue == pytest.approx(load * found.mean_wait)  # Little
    assert 0 <= found.wait_probability <= 1 + 1e-12


def test_endless_patience_is_erlang_c():
    stays = long_run(arrivals=48, service_rate=1, counters=50)
    nearly = long_run(arrivals=48, service_rate=1, counters=50, patience_rate=1e-7)
    assert nearly.wait_probability == pytest.approx(stays.wait_probability, rel=1e-5)
    assert nearly.mean_wait == pytest.approx(stays.mean_wait, rel=1e-5)


def test_half_of_them_leave_where_twice_as_many_come_as_can_be_served():
    found = long_run(arrivals=200, service_rate=1, counters=100, patience_rate=0.001)
    assert found.abandon_probability == pytest.approx(0.5)
    assert found.mean_queue == pytest.approx(100 / 0.001)


# --- staffing ------------------------------------------------------------------------------------


def test_six_counters_let_nine_in_ten_be_called_at_once():
    # The scenario is Wolfram's: 30 an hour, 5 minutes each, at most one in ten must wait.
    assert counters_needed(arrivals=30, service_rate=12, must_wait=0.1) == 6
    six = wait_probability(arrivals=30, service_rate=12, counters=6)
    assert six == pytest.approx(0.0474, abs=5e-5)


@given(st.floats(1, 200), st.floats(0.02, 0.9))
def test_one_counter_less_would_break_the_promise(load, promise):
    needed = counters_needed(arrivals=load, service_rate=1, must_wait=promise)
    assert wait_probability(arrivals=load, service_rate=1, counters=needed) <= promise
    if needed - 1 > load:
        assert wait_probability(arrivals=load, service_rate=1, counters=needed - 1) > promise


@given(st.integers(20, 400), st.floats(0.05, 0.6))
def test_the_square_root_rule_is_within_two_counters(load, promise):
    exact = counters_needed(arrivals=load, service_rate=1, must_wait=promise)
    rule = square_root_staffing(arrivals=load, service_rate=1, must_wait=promise)
    assert abs(math.ceil(rule) - exact) <= 2


def test_visitors_who_leave_need_fewer_counters():
    hour = {"arrivals": 30, "service_rate": 5, "mean_wait": 0.25}
    assert counters_needed(**hour, patience_rate=0.75) <= counters_needed(**hour)
    few = counters_needed(arrivals=30, service_rate=5, patience_rate=1, leaving=0.05)
    at_few = long_run(arrivals=30, service_rate=5, patience_rate=1, counters=few)
    assert at_few.abandon_probability <= 0.05


# --- refusals ------------------------------------------------------------------------------------


def test_more_visitors_than_can_be_served_are_refused_with_both_figures():
    with pytest.raises(Overloaded, match=r"100 visitors/h arrive, 24/h can be served\."):
        wait_probability(arrivals=100, service_rate=12, counters=2)


@pytest.mark.parametrize("arrivals", [-1, math.nan, math.inf])
def test_an_arrival_rate_that_is_none_is_refused(arrivals):
    with pytest.raises(FigureUnusable, match="arrival rate"):
        long_run(arrivals=arrivals, service_rate=1, counters=1, patience_rate=1)


@pytest.mark.parametrize("rate", [0, -2, math.nan])
def test_counters_that_serve_nobody_are_refused(rate):
    with pytest.raises(FigureUnusable, match="service rate"):
        wait_probability(arrivals=1, service_rate=rate, counters=1)


@pytest.mark.parametrize("counters", [0, -1, 1.5, True])
def test_a_number_of_counters_that_is_none_is_refused(counters):
    with pytest.raises(FigureUnusable, match="number of counters"):
        wait_probability(arrivals=1, service_rate=2, counters=counters)


def test_a_queue_of_millions_is_refused_and_not_reckoned_for_ever():
    with pytest.raises(QueueTooLong):
        long_run(arrivals=1e6, service_rate=1, counters=1, patience_rate=1e-3)


@pytest.mark.parametrize("promise", [0, -0.1, 1.5, math.nan])
def test_a_promise_that_is_no_share_is_refused(promise):
    with pytest.raises(FigureUnusable, match="share who must wait"):
        counters_needed(arrivals=1, service_rate=2, must_wait=promise)
