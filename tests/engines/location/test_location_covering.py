"""Covering: what is covered is right, the bound comes near the linear program, plans are good."""

import highspy
import numpy as np
import pytest

from engines.location.question_cases import least_cost
from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.certificate import certificate_check, certificate_write
from knutpunkt.engines.location.costs import CoverCosts, MatrixCosts, PlaceCosts
from knutpunkt.engines.location.covering import Hunt, balanced, is_covering
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.preparing import instance_of
from knutpunkt.engines.location.question import Question, Rule


def covering(seed, clients=300, many=8, radius=0.12, **more):
    random = np.random.default_rng(seed)
    places = random.random((clients, 2))
    costs = CoverCosts(PlaceCosts(places, places, "plane"), radius)
    persons = random.integers(1, 100, clients).astype(float)
    return Question(costs, persons, many, many, ceiling=np.ones(clients), **more)


def linear_program(question):
    """The least cost when sites may be opened in part, by HiGHS."""
    covers = question.costs.of(np.arange(question.costs.sites)) == 0
    clients, sites = covers.shape
    model = highspy.Highs()
    model.setOptionValue("output_flag", False)  # HiGHS takes it by place
    one, end = np.ones, highspy.kHighsInf
    model.addVars(sites + clients, np.zeros(sites + clients), one(sites + clients))
    for i in range(clients):
        model.changeColCost(sites + i, question.weight[i])
        columns = np.append(np.flatnonzero(covers[i]), sites + i).astype(np.int32)
        model.addRow(1.0, end, len(columns), columns, one(len(columns)))
    many = float(question.at_most)
    model.addRow(many, many, sites, np.arange(sites, dtype=np.int32), one(sites))
    model.run()
    return model.getInfo().objective_function_value


def test_everybody_is_covered_by_the_fewest_that_can():
    # Nine places on a line, each covering its neighbours: three in the middle of threes do.
    places = np.column_stack((np.arange(9.0), np.zeros(9)))
    costs = CoverCosts(PlaceCosts(places, places, "plane"), 1.0)
    answer = answered(Question(costs, np.ones(9), 3, 3, ceiling=np.ones(9)))
    assert (answer.status, answer.objective, answer.sites.tolist()) == ("proved", 0.0, [1, 4, 7])


@pytest.mark.parametrize("seed", range(40))
def test_covering_is_as_good_as_trying_all_plans(seed):
    random = np.random.default_rng(seed)
    costs = CoverCosts(MatrixCosts(random.integers(0, 12, (14, 9)).astype(float)), 4.0)
    forced = random.random(9) < 0.1
    many = max(int(forced.sum()), int(random.integers(1, 5)))
    question = Question(costs, random.integers(0, 6, 14).astype(float), many, many,
                        ceiling=np.ones(14), forced=forced)  # fmt: skip
    answer = answered(question, seed=seed)
    assert answer.status == "proved"
    assert answer.objective == pytest.approx(least_cost(question))


@pytest.mark.parametrize("seed", range(4))
def test_the_balanced_payments_bound_as_the_linear_program_does(seed):
    question = covering(seed)
    at, _ = instance_of(question)
    assert is_covering(at)
    found = balanced(at, Meter())
    taken = np.zeros(at.sites)
    begins, client, _ = at.by_site
    for site in range(at.sites):
        own = client[begins[site] : begins[site + 1]]
        taken[site] = at.weight[own] @ found.paid[own]
    bound = at.weight @ found.paid - np.sort(taken)[-8:].sum()
    least = linear_program(question)
    covered = question.weight.sum() - least
    assert bound <= least + 1e-6 * covered
    assert bound >= least - 5e-4 * covered


def test_a_hunt_covers_no_less_than_the_plan_it_began_with():
    at, _ = instance_of(covering(5))
    hunt, draw = Hunt(balanced(at, Meter()).share), np.random.default_rng(0)
    plan = at.greedy()
    for _ in range(3):
        better = hunt.plan(at, plan, 100.0, draw, Meter())
        assert better.sum() == 8
    # An odd turn begins with the plan that is given.
    assert at.objective(hunt.plan(at, plan, 100.0, draw, Meter())) <= at.objective(plan)


def test_the_same_work_covers_the_same_and_its_certificate_holds(tmp_path):
    question = covering(7, clients=1200, many=25, radius=0.06)
    first, again = (answered(question, work_limit=30_000_000, seed=3) for _ in range(2))
    assert first.sites.tolist() == again.sites.tolist()
    assert (first.bound, first.work) == (again.bound, again.work)
    certificate_write(tmp_path / "proof.npz", question, first)
    assert certificate_check(tmp_path / "proof.npz").objective == pytest.approx(first.objective)


def test_further_rules_are_not_passed_over_by_the_hunt():
    half = Rule("left half", np.arange(150), None, 1)
    question = covering(9, rules=(half,))
    answer = answered(question, work_limit=20_000_000)
    assert (answer.sites < 150).sum() <= 1
    assert not is_covering(instance_of(question)[0])
