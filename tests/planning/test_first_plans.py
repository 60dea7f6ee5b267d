"""A newcomer sees a plan without an account: the first start asks for it, once."""

from knutpunkt.planning.first import first_plans_request
from knutpunkt.planning.selectors import plan_runs, siting_mandates


def test_the_first_start_asks_for_the_plan_of_the_commission_that_can_be_planned(
    swedish_network, db
):
    asked = first_plans_request()
    assert [run.question["mandate_slug"] for run in asked] == ["2021-05", "2021-05"]
    assert [run.question["prices"] for run in asked] == [False, True]


def test_a_later_start_asks_for_nothing(swedish_network, db):
    first_plans_request()
    assert first_plans_request() == []
    assert plan_runs().count() == 2


def test_a_commission_that_cannot_be_planned_for_is_left_out(swedish_network, db):
    obstructed = {one.mandate.slug for one in siting_mandates() if one.obstacle}
    assert obstructed == {"2020-06", "2022-06"}
    assert not obstructed & {run.question["mandate_slug"] for run in first_plans_request()}
