import dataclasses

import numpy as np
import pytest

from engines.location.location_cases import problem_of, random_problem
from knutpunkt.engines import location
from knutpunkt.engines.location import Problem, Quota

COST = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]


def test_a_missing_cost_is_refused_with_point_and_site():
    with pytest.raises(location.CostNotFinite, match="point 1 to site 2") as refused:
        problem_of([[1, 2, 3], [4, 5, float("nan")]])
    assert (refused.value.point, refused.value.site) == (1, 2)


def test_an_infinite_cost_is_refused_with_point_and_site():
    with pytest.raises(location.CostNotFinite, match="point 0 to site 1"):
        problem_of([[1, float("inf"), 3], [4, 5, 6]])


def test_a_negative_cost_is_refused_with_point_and_site():
    with pytest.raises(location.CostNegative, match="point 0 to site 0"):
        problem_of([[-1, 2, 3], [4, 5, 6]])


@pytest.mark.parametrize("persons", [-1, float("nan"), float("inf")])
def test_an_impossible_number_of_persons_is_refused_with_its_point(persons):
    with pytest.raises(location.PersonsInvalid, match="Point 1"):
        problem_of(COST, [1, persons])


@pytest.mark.parametrize("shape", [(0, 3), (3, 0), (0, 0)])
def test_an_empty_problem_is_refused(shape):
    with pytest.raises(location.ProblemEmpty):
        problem_of(np.empty(shape))


def test_costs_that_are_no_table_are_refused():
    nowhere = np.zeros(3, dtype=bool)
    with pytest.raises(location.ShapeWrong, match="cost has shape"):
        Problem(np.ones(3), np.ones(3), nowhere, nowhere, 1)


def test_persons_that_do_not_fit_the_costs_are_refused():
    with pytest.raises(location.ShapeWrong, match="persons"):
        problem_of(COST, [1, 2, 3])


@pytest.mark.parametrize("mask", [[0, 1, 0], np.zeros(2, dtype=bool)])
@pytest.mark.parametrize("name", ["fixed_open", "excluded"])
def test_a_mask_that_is_not_one_boolean_per_site_is_refused(name, mask):
    nowhere = np.zeros(3, dtype=bool)
    masks = {"fixed_open": nowhere, "excluded": nowhere, name: mask}
    with pytest.raises(location.ShapeWrong, match=name):
        Problem(cost=COST, persons=[1, 1], new_sites=1, **masks)


def test_a_site_both_kept_and_excluded_is_refused():
    with pytest.raises(location.FixedSiteExcluded, match="Site 2"):
        problem_of(COST, fixed=[0, 2], excluded=[2])


def test_more_new_sites_than_candidates_are_refused():
    with pytest.raises(location.TooFewCandidates, match=r"2 sites .* among 1 candidates"):
        problem_of(COST, fixed=[0], excluded=[1], new_sites=2)


def test_fewer_than_no_new_sites_are_refused():
    with pytest.raises(location.NewSitesNegative):
        problem_of(COST, new_sites=-1)


def test_a_network_without_any_office_is_refused():
    with pytest.raises(location.NoSiteOpen):
        problem_of(COST, new_sites=0)


@pytest.mark.parametrize("sites", [[0, 3], [-1], [0.5], ["Borgholm"]])
def test_a_quota_over_unknown_sites_is_refused_with_its_name(sites):
    with pytest.raises(location.QuotaSiteUnknown, match="'coast'"):
        problem_of(COST, quotas=[Quota("coast", sites, 1)])


def test_a_quota_mask_of_another_length_is_refused():
    with pytest.raises(location.ShapeWrong, match="coast"):
        problem_of(COST, quotas=[Quota("coast", np.ones(4, dtype=bool), 1)])


@pytest.mark.parametrize(("at_least", "at_most"), [(2, 1), (-1, None), (0, -1)])
def test_a_quota_no_number_satisfies_is_refused(at_least, at_most):
    with pytest.raises(location.QuotaRangeInvalid, match="'coast'"):
        problem_of(COST, quotas=[Quota("coast", [0], at_least, at_most)])


def test_two_quotas_of_one_name_are_refused():
    with pytest.raises(location.QuotaNameTaken, match="'coast'"):
        problem_of(COST, quotas=[Quota("coast", [0]), Quota("coast", [1])])


def test_dropping_an_unknown_quota_is_refused():
    with pytest.raises(location.QuotaUnknown, match="'coast'"):
        location.with_quota_dropped(random_problem(0), "coast")


def test_labels_that_are_not_one_per_site_are_refused():
    with pytest.raises(location.LabelsMissing, match="2 labels for 3 sites"):
        dataclasses.replace(problem_of(COST), labels=("a", "b"))


def test_a_problem_cannot_be_changed_behind_its_hash():
    cost = np.array(COST)
    problem = problem_of(cost)
    cost[0, 0] = 7
    assert problem.cost[0, 0] == 1
    with pytest.raises(ValueError, match="read-only"):
        problem.cost[0, 0] = 7
    with pytest.raises(dataclasses.FrozenInstanceError):
        problem.new_sites = 2


def test_every_refusal_has_a_code_of_its_own_and_a_hint():
    refusals = location.LocationRefused.__subclasses__()
    assert len({refusal.code for refusal in refusals}) == len(refusals)
    assert all(refusal.hint.endswith(".") for refusal in refusals)
