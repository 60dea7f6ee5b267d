import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knutpunkt.engines.schedule.earned import earned_schedule, planned_values
from knutpunkt.engines.schedule.errors import EarnedValueRefused

growing = st.lists(st.floats(0.1, 20), min_size=1, max_size=30).map(
    lambda steps: [sum(steps[: k + 1]) for k in range(len(steps))]
)


def test_eighteen_weeks_earned_in_twenty_is_two_weeks_late():
    """https://hksmnow.com/definitions/project-management/earned_schedule_es.php"""
    found = earned_schedule([10.0 * week for week in range(1, 31)], earned=180, elapsed=20)
    assert (found.earned, found.variance, found.index) == (18, -2, 0.9)
    assert found.length == pytest.approx(30 / 0.9)


def test_within_a_period_the_earned_schedule_goes_straight_on():
    # PV_2 = 30 ≤ 40 < PV_3 = 70, so ES = 2 + 10/40.
    assert earned_schedule([10, 30, 70], earned=40, elapsed=3).earned == 2.25


def test_a_plan_that_pauses_counts_as_reached_at_the_end_of_the_pause():
    assert earned_schedule([10, 10, 10, 40], earned=10, elapsed=2).earned == 3


def test_all_earned_is_the_whole_plan_and_not_its_idle_end():
    assert earned_schedule([10, 20, 20, 20], earned=20, elapsed=4).earned == 2


def test_where_nothing_is_earned_no_end_can_be_told():
    found = earned_schedule([10, 20], earned=0, elapsed=1)
    assert (found.earned, found.length) == (0, math.inf)


def test_planned_values_are_the_points_of_gates_due():
    assert planned_values([5, 12, 12.5, 40], [1, 2, 2, 5], [10, 20, 30, 40]) == [1, 5, 5, 10]


@given(growing, st.floats(0, 1), st.floats(0.1, 50))
def test_the_plan_has_exactly_the_earned_value_at_the_earned_schedule(planned, share, elapsed):
    earned = share * planned[-1]
    found = earned_schedule(planned, earned, elapsed)
    values = [0.0, *planned, planned[-1]]
    whole = int(found.earned)
    part = found.earned - whole
    at = values[whole] + part * (values[whole + 1] - values[whole])
    assert at == pytest.approx(earned, rel=1e-9, abs=1e-9)


@given(growing)
def test_a_plan_kept_has_index_one(planned):
    on_plan = len(planned) // 2 + 1
    found = earned_schedule(planned, planned[on_plan - 1], on_plan)
    assert found.index == pytest.approx(1)


@pytest.mark.parametrize(
    ("planned", "earned", "elapsed", "said"),
    [
        ([10, 5], 3, 1, "fall"),
        ([-1, 5], 3, 1, "below 0"),
        ([], 0, 1, "nothing is planned"),
        ([0, 0], 0, 1, "nothing is planned"),
        ([10], 11, 1, "11 is earned"),
        ([10], -1, 1, "-1 is earned"),
        ([10], 5, 0, "passed is 0"),
        ([10], math.nan, 1, "not a finite number"),
    ],
)
def test_values_that_describe_no_plan_under_way_are_refused(planned, earned, elapsed, said):
    with pytest.raises(EarnedValueRefused, match=said):
        earned_schedule(planned, earned, elapsed)
