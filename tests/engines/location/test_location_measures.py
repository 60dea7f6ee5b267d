import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engines.location.location_cases import problem_of, random_problem
from knutpunkt.engines import location

COST = np.array([[0.0, 10.0, 20.0], [10.0, 0.0, 10.0], [20.0, 10.0, 0.0]])
PERSONS = np.array([30.0, 10.0, 10.0])


def opened(*sites):
    return np.isin(np.arange(3), sites)


def test_the_mean_counts_every_resident_once():
    # 30 * 0 + 10 * 10 + 10 * 20 = 300 person-minutes, 50 residents.
    assert location.mean_travel_time(COST, PERSONS, opened(0)) == 6


def test_an_evaluation_agrees_with_itself():
    evaluation = location.evaluate(problem_of(COST, PERSONS), opened(0))
    assert evaluation.person_minutes == 300
    assert evaluation.mean_minutes == 6
    assert evaluation.worst_minutes == 20
    assert evaluation.minutes.tolist() == [0, 10, 20]
    assert evaluation.assignment.tolist() == [0, 0, 0]


def test_the_worst_off_place_has_residents():
    evaluation = location.evaluate(problem_of(COST, [30, 10, 0]), opened(0))
    assert evaluation.worst_minutes == 10


def test_the_gain_is_what_the_new_office_saves_each_place():
    gain = location.gain_per_point(COST, PERSONS, opened(0), opened(0, 2))
    assert gain.tolist() == [0, 0, 200]


def test_closing_is_a_gain_below_nothing():
    gain = location.gain_per_point(COST, PERSONS, opened(0, 2), opened(0))
    assert gain.tolist() == [0, 0, -200]


@given(st.integers(0, 1000), st.integers(0, 39))
def test_one_more_open_site_never_lengthens_the_mean(seed, site):
    problem = random_problem(seed)
    before = problem.opened([5])
    after = problem.opened([5, site])
    shorter = location.mean_travel_time(problem.cost, problem.persons, after)
    assert shorter <= location.mean_travel_time(problem.cost, problem.persons, before)
    gain = location.gain_per_point(problem.cost, problem.persons, before, after)
    assert (gain >= 0).all()


def test_without_an_open_site_nobody_travels_anywhere():
    with pytest.raises(location.NoSiteOpen):
        location.mean_travel_time(COST, PERSONS, opened())
