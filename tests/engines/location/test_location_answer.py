"""Answers: as good as trying everything, checked by their certificate, the same every time."""

import json

import numpy as np
import pytest

from engines.location.question_cases import least_cost, random_question
from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.beginning import mended
from knutpunkt.engines.location.certificate import certificate_check, certificate_write
from knutpunkt.engines.location.costs import CoverCosts, LimitedCosts, MatrixCosts, PlaceCosts
from knutpunkt.engines.location.errors import (
    CertificateUnreadable,
    CoordinateInvalid,
    CostNotFinite,
    CountImpossible,
    OpeningCostInvalid,
    RuleInvalid,
)
from knutpunkt.engines.location.preparing import instance_of
from knutpunkt.engines.location.question import Question, Rule


def graph(seed=0, sites=120, p=5):
    """Whole costs without geometry: the payments leave a gap that a search has to close."""
    cost = np.random.default_rng(seed).integers(1, 400, (sites, sites)).astype(float)
    return Question(MatrixCosts(cost), np.ones(sites), p, p)


def plane(seed=0, clients=3000, sites=600, p=25, rules=()):
    """Too many pairs to list them all."""
    draw = np.random.default_rng(seed)
    costs = PlaceCosts(draw.random((clients, 2)) * 1000, draw.random((sites, 2)) * 1000)
    return Question(costs, draw.pareto(1.5, clients) + 1, p, p, rules=rules)


@pytest.mark.parametrize("block", range(10))
def test_an_answer_is_as_good_as_trying_everything(block, tmp_path):
    asked = 0
    for seed in range(20 * block, 20 * block + 20):
        question = random_question(seed)
        if question is None:
            continue
        asked += 1
        answer, best = answered(question, seed=seed), least_cost(question)
        if np.isinf(best):
            assert answer.status == "infeasible", seed
            continue
        assert answer.status == "proved", seed
        assert answer.objective == pytest.approx(best, rel=1e-9, abs=1e-9), seed
        certificate_write(tmp_path / "c.npz", question, answer)
        checked = certificate_check(tmp_path / "c.npz")
        assert checked.holds, (seed, checked)
        assert checked.objective == pytest.approx(best, rel=1e-9, abs=1e-9)
        assert checked.gap == 0 or answer.proof.closed_by == "HiGHS", (seed, checked)
    assert asked > 5


def test_covering_counts_who_is_left_out():
    # Ten people at 0, one at 5 and nine at 10; a site covers two kilometres.
    line = np.array([[0.0, 0], [5, 0], [10, 0]])
    costs = CoverCosts(PlaceCosts(line, line), 2.0)
    question = Question(costs, np.array([10.0, 1, 9]), 2, 2, ceiling=np.ones(3))
    answer = answered(question)
    assert (answer.sites.tolist(), answer.objective) == ([0, 2], 1.0)
    assert answer.assignment.tolist() == [0, -1, 2]


def test_a_site_that_saves_by_closing_closes():
    cost = np.array([[0.0, 4], [4, 0]])
    question = Question(MatrixCosts(cost), np.ones(2), 1, 2, np.array([3.0, 5.0]))
    assert answered(question).sites.tolist() == [0]


def test_a_search_is_proved_node_by_node(tmp_path):
    question = graph()
    answer = answered(question)
    assert (answer.status, answer.proof.closed_by) == ("proved", "search")
    file = tmp_path / "proof.npz"
    certificate_write(file, question, answer)
    checked = certificate_check(file)
    assert checked.holds
    assert checked.gap == 0
    assert checked.nodes > 1


def altered(file, **changes):
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    for name, change in changes.items():
        arrays[name] = change(arrays[name])
    with file.open("wb") as stream:
        np.savez_compressed(stream, **arrays)
    return certificate_check(file)


def claiming(**words):
    return lambda said: np.array(json.dumps(json.loads(str(said)) | words))


@pytest.fixture
def proof(tmp_path):
    question = graph()
    file = tmp_path / "proof.npz"
    certificate_write(file, question, answered(question))
    return file


def test_a_cheaper_claim_is_seen_through(proof):
    assert not altered(proof, said=claiming(objective=1.0)).holds


def test_another_plan_is_seen_through(proof):
    assert not altered(proof, sites=lambda sites: (sites + 1) % 120).holds


def test_another_question_is_seen_through(proof):
    assert not altered(proof, weight=lambda weight: weight * 2).holds


def test_a_missing_branch_is_seen_through(proof):
    found = altered(proof, tree=lambda tree: tree[:2], tree_paid=lambda paid: paid[:2])
    assert not found.holds


def test_worthless_payments_prove_nothing(proof):
    found = altered(proof, tree_paid=np.zeros_like, steps=np.zeros_like)
    assert not found.holds or found.gap > 0


def test_a_file_that_is_no_certificate_is_refused(tmp_path):
    file = tmp_path / "no.npz"
    file.write_bytes(b"PK\x03\x04 but no more")
    with pytest.raises(CertificateUnreadable):
        certificate_check(file)
    with file.open("wb") as stream:
        np.savez(stream, weight=np.ones(3))
    with pytest.raises(CertificateUnreadable):
        certificate_check(file)


def test_lists_that_are_cut_short_change_no_truth():
    question = plane()
    answer = answered(question)
    true = question.costs.of(answer.sites).min(axis=1)
    assert answer.status == "proved"
    assert answer.objective == pytest.approx(float(question.weight @ true))
    whole = Question(MatrixCosts(question.costs.of(np.arange(600))), question.weight, 25, 25)
    assert answered(whole).objective == pytest.approx(answer.objective, rel=1e-9)


def test_the_same_question_seed_and_work_give_the_same_answer():
    question = graph(3)
    whole = answered(question, seed=7)
    again = answered(question, seed=7)
    assert (whole.work, whole.nodes) == (again.work, again.nodes)
    half = answered(question, seed=7, work_limit=whole.work // 2)
    assert half.status == "gap"
    replay = answered(question, seed=7, work_limit=half.work)
    assert (replay.objective, replay.bound) == (half.objective, half.bound)
    assert (replay.sites == half.sites).all()


def test_a_time_limit_picks_a_point_that_can_be_replayed():
    question = graph(5, sites=200, p=6)
    stopped = answered(question, time_limit=0.05)
    if stopped.replayable and stopped.objective is not None:
        replay = answered(question, work_limit=stopped.work)
        assert (replay.objective, replay.bound) == (stopped.objective, stopped.bound)
    assert stopped.status in {"gap", "unknown", "proved"}


def test_one_more_rule_begins_where_the_last_answer_ended():
    first = answered(plane())
    west = np.flatnonzero(plane().costs.described()["sites"][:, 0] < 300)
    rule = Rule("west", west, at_least=12)
    cold = answered(plane(rules=(rule,)))
    warm = answered(plane(rules=(rule,)), start=first.sites, paid=first.proof.steps[-1].paid)
    assert warm.objective == pytest.approx(cold.objective, rel=1e-9)
    assert warm.objective > first.objective


def test_rules_that_contradict_each_other_are_named_and_no_others():
    rules = (
        Rule("three in the west", range(4), at_least=3),
        Rule("anything", range(8), at_least=1),
        Rule("one in the south-west", range(3), at_most=1),
    )
    question = Question(MatrixCosts(np.ones((2, 8))), np.ones(2), 4, 4, rules=rules)
    answer = answered(question)
    assert answer.status == "infeasible"
    assert set(answer.conflicts) == {"three in the west", "one in the south-west"}


def test_a_client_nobody_can_serve_is_named():
    cost = np.array([[1.0, 2], [np.inf, np.inf], [3, 1]])
    answer = answered(Question(MatrixCosts(cost), np.ones(3), 1, 1))
    assert (answer.status, answer.unreached) == ("infeasible", (1,))


@pytest.mark.filterwarnings("error")
def test_a_plan_that_costs_nothing_is_proved_under_a_budget():
    line = np.arange(6) * 27.7986
    sites = np.concatenate((line, line[[0, 3]]))
    price = np.array([25.0, 7, 25, 80, 25, 25, 40, 90])
    question = Question(
        MatrixCosts(np.abs(line[:, None] - sites)), np.array([10.0, 40, 10, 500, 10, 70]), 1, 8,
        rules=(Rule("budget", np.arange(8), None, 250.0, price),),
    )  # fmt: skip
    answer = answered(question)
    assert (answer.status, answer.objective) == ("proved", 0)
    assert price[answer.sites].sum() <= 250


def test_what_too_few_sites_cannot_reach_is_told():
    cost = np.where(np.eye(3) > 0, 1.0, np.inf)
    answer = answered(Question(MatrixCosts(cost), np.ones(3), 2, 2))
    assert answer.status == "infeasible"
    assert len(answer.unreached) == 1


@pytest.mark.parametrize(
    ("refused", "make"),
    [
        (CostNotFinite, lambda: MatrixCosts([[1.0, np.nan]])),
        (CoordinateInvalid, lambda: PlaceCosts([[91.0, 0]], [[0.0, 0]], "sphere")),
        (CountImpossible, lambda: Question(MatrixCosts(np.ones((2, 2))), np.ones(2), 3, 3)),
        (CountImpossible, lambda: Question(MatrixCosts(np.ones((2, 2))), np.ones(2), 0, 0)),
        (
            OpeningCostInvalid,
            lambda: Question(MatrixCosts(np.ones((2, 2))), np.ones(2), 1, 1, np.array([0, np.inf])),
        ),
        (
            RuleInvalid,
            lambda: Question(
                MatrixCosts(np.ones((2, 2))), np.ones(2), 1, 1, rules=(Rule("r", [0], 2, 1),)
            ),
        ),
    ],
)
def test_a_question_that_cannot_be_is_refused_before_anything_is_computed(refused, make):
    with pytest.raises(refused):
        make()


def test_a_few_people_far_away_are_not_left_out_to_save_much_for_many():
    line = np.array([[0.0, 0.0], [10.0, 0.0], [30.0, 0.0]])
    costs = LimitedCosts(PlaceCosts(line, line, "plane"), 12.0)
    answer = answered(Question(costs, np.array([1000.0, 2000.0, 1e-3]), 2, 2))
    assert (answer.status, answer.objective) == ("proved", pytest.approx(10_000.0))
    assert answer.sites.tolist() == [1, 2]


@pytest.mark.parametrize("seed", range(60))
def test_within_a_limit_everybody_is_served_at_least_cost_or_nobody_can_be(seed, tmp_path):
    random = np.random.default_rng(seed)
    clients, sites = int(random.integers(4, 14)), int(random.integers(3, 9))
    limit = random.choice([5.0, 7.0, 8.0])
    costs = LimitedCosts(MatrixCosts(random.random((clients, sites)) * 10), limit)
    many = int(random.integers(1, min(sites, 5)))
    question = Question(costs, random.choice([1e-3, 1.0, 1000.0], clients), many, many)
    best, answer = least_cost(question), answered(question)
    if not np.isfinite(best):
        assert answer.status == "infeasible"
        return
    assert (answer.status, answer.objective) == ("proved", pytest.approx(best))
    certificate_write(tmp_path / "proof.npz", question, answer)
    assert certificate_check(tmp_path / "proof.npz").holds


@pytest.mark.parametrize("seed", range(40))
def test_a_plan_of_another_question_is_a_beginning_whatever_rules_it_breaks(seed):
    question = random_question(seed)
    if question is None or not question.rules:
        return
    random = np.random.default_rng(seed)
    start = np.flatnonzero(random.random(question.costs.sites) < 0.5)
    alone, begun = answered(question), answered(question, start=start.tolist())
    assert (begun.status, begun.conflicts) == (alone.status, alone.conflicts)
    assert begun.objective == pytest.approx(alone.objective)


def test_a_plan_is_mended_by_opening_what_saves_most_and_closing_what_loses_least():
    # Open at 0 and 10; one must be among 11 and 30: 30 saves 20, and 0 loses 10 where 10 loses 20.
    line = np.array([[0.0, 0.0], [10.0, 0.0], [11.0, 0.0], [30.0, 0.0]])
    rule = Rule("east", [2, 3], 1)
    at, _ = instance_of(Question(PlaceCosts(line, line), np.ones(4), 2, 2, rules=(rule,)))
    assert np.flatnonzero(mended(at, [0, 1])).tolist() == [1, 3]
