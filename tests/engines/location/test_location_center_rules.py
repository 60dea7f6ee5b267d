"""The p-center and the set cover under written rules, against every plan there is."""

from itertools import combinations

import numpy as np
import pytest

from knutpunkt.engines.location.center import (
    center_proof_holds,
    covering_proof_holds,
    solve_center,
    solve_covering,
)
from knutpunkt.engines.location.center.terms import question_of
from knutpunkt.engines.location.costs import MatrixCosts
from knutpunkt.engines.location.errors import LocationRefused, RuleInvalid
from knutpunkt.engines.location.question import Rule, rule_rows

INF = np.inf
ROAD = np.abs(np.subtract.outer([0.0, 1, 5, 6, 10], [0.0, 1, 5, 6, 10]))


def drawn(seed):
    """A small question with every kind of rule, or none where it cannot be put."""
    random = np.random.default_rng(seed)
    clients, sites = int(random.integers(1, 10)), int(random.integers(2, 8))
    matrix = random.integers(0, 15, (clients, sites)).astype(float)
    if random.random() < 0.4:
        matrix += random.random((clients, sites))
    if random.random() < 0.3:
        matrix[random.random((clients, sites)) < 0.3] = INF
    state = random.integers(0, 8, sites)
    terms = {
        "weight": random.integers(0, 4, clients).astype(float),
        "forced": np.flatnonzero(state == 1)[:2],
        "excluded": np.flatnonzero(state == 2),
        "rules": tuple(_rule(random, number, sites) for number in range(random.integers(1, 4))),
    }
    p = int(random.integers(1, sites + 1))
    try:
        question_of(MatrixCosts(matrix), p, p, terms)
    except LocationRefused:
        return None
    return matrix, p, terms


def _rule(random, number, sites):
    members = np.flatnonzero(random.random(sites) < 0.6)
    members = members if len(members) else np.arange(2)
    kind = random.integers(5)
    if kind == 0:
        return Rule(f"quota {number}", members, int(random.integers(0, 3)), 3)
    if kind == 1:
        factors = random.integers(1, 60, len(members)) / random.choice([1, 7])
        return Rule(f"budget {number}", members, None, float(factors.sum() * 0.6), factors)
    if kind == 2:
        return Rule(f"together {number}", [0, 1], 0, 0, [1.0, -1.0])
    if kind == 3:
        return Rule(f"points {number}", members, 4.5, None, random.random(len(members)) * 9)
    return Rule(f"not both {number}", members, None, 1)


def plans(matrix, many, terms, rules=None):
    """Every plan of so many sites that obeys the rules."""
    sites = matrix.shape[1]
    parts, least, most = rule_rows(terms["rules"] if rules is None else rules, sites)
    usable = np.setdiff1d(np.arange(sites), terms["excluded"])
    for plan in combinations(usable.tolist(), many):
        sums = parts[:, list(plan)].sum(axis=1)
        forced = set(terms["forced"].tolist()) <= set(plan)
        if forced and (sums >= least - 1e-9).all() and (sums <= most + 1e-9).all():
            yield list(plan)


def greatest(matrix, plan, weight):
    counted = weight > 0
    if not counted.any():
        return 0.0
    return float(matrix[np.ix_(counted, plan)].min(axis=1).max()) if plan else INF


def best_center(matrix, p, terms, rules=None):
    return min(
        (greatest(matrix, plan, terms["weight"]) for plan in plans(matrix, p, terms, rules)),
        default=INF,
    )


def refuse_rightly(answer, matrix, p, terms):
    """What is named is enough to make it impossible, and each of it has a part."""
    kept = [rule for rule in terms["rules"] if rule.name in answer.conflicts]
    if not kept:
        assert np.isinf(best_center(matrix, p, terms, []))
        return
    # Rules that contradict each other do so whoever is served.
    alone = not list(plans(matrix, p, terms, kept))
    served = np.zeros_like(matrix) if alone else matrix
    assert np.isinf(best_center(served, p, terms, kept))
    for one in kept:
        fewer = [rule for rule in kept if rule is not one]
        assert np.isfinite(best_center(served, p, terms, fewer))


@pytest.mark.parametrize("block", range(6))
def test_a_centre_under_rules_is_the_best_of_all_plans(block):
    asked = 0
    for seed in range(60 * block, 60 * block + 60):
        case = drawn(seed)
        if case is None:
            continue
        matrix, p, terms = case
        asked += 1
        best = best_center(matrix, p, terms)
        answer = solve_center(MatrixCosts(matrix), p, **terms)
        if np.isinf(best):
            assert answer.status == "infeasible", seed
            refuse_rightly(answer, matrix, p, terms)
            continue
        assert answer.status == "proved", seed
        assert answer.objective == answer.bound == pytest.approx(best), seed
        assert answer.sites.tolist() in list(plans(matrix, p, terms)), seed
        proof = answer.proof
        if proof is not None and proof.closed_by != "HiGHS":
            question = question_of(MatrixCosts(matrix), p, p, terms)
            assert center_proof_holds(question, proof), seed
            assert proof.bound == pytest.approx(best), seed
    assert asked > 30


@pytest.mark.parametrize("block", range(6))
def test_a_cover_under_rules_is_the_smallest_of_all_plans(block):
    for seed in range(60 * block, 60 * block + 60):
        case = drawn(seed)
        if case is None:
            continue
        matrix, _, terms = case
        radius = float(np.random.default_rng(seed).integers(2, 16))
        fewest = next(
            (
                many
                for many in range(matrix.shape[1] + 1)
                for plan in plans(matrix, many, terms)
                if greatest(matrix, plan, terms["weight"]) <= radius
            ),
            None,
        )
        answer = solve_covering(MatrixCosts(matrix), radius, **terms)
        if fewest is None:
            assert answer.status == "infeasible", seed
            assert answer.conflicts or answer.unreached, seed
            continue
        assert answer.status == "proved", seed
        assert answer.objective == answer.bound == fewest, seed
        assert answer.sites.tolist() in list(plans(matrix, fewest, terms)), seed
        proof = answer.proof
        if proof is not None and proof.closed_by != "HiGHS":
            question = question_of(MatrixCosts(matrix), 0, matrix.shape[1], terms)
            assert covering_proof_holds(question, radius, proof), seed
            assert proof.many == fewest - 1, seed


def test_a_quota_moves_the_centre_and_a_budget_too():
    road = MatrixCosts(ROAD)
    assert solve_center(road, 2).objective == 4
    west = Rule("west", [0, 1], 2)
    answer = solve_center(road, 2, rules=[west])
    assert (answer.objective, answer.sites.tolist()) == (9, [0, 1])
    budget = Rule("budget", [0, 1, 2, 3, 4], None, 3.0, [1.0, 2, 9, 9, 2])
    answer = solve_center(road, 2, rules=[budget])
    assert (answer.objective, answer.sites.tolist()) == (5, [0, 4])
    assert solve_covering(road, 1, rules=[west]).objective == 4


def test_rules_that_contradict_are_named():
    rules = [Rule("two west", [0, 1], 2), Rule("two east", [3, 4], 2), Rule("idle", [2], 0)]
    answer = solve_center(MatrixCosts(ROAD), 3, rules=rules)
    assert (answer.status, answer.conflicts) == ("infeasible", ("two west", "two east"))


def test_rules_that_leave_somebody_too_far_away_are_named():
    rules = [Rule("none east", [3, 4], None, 0), Rule("idle", [2], 0)]
    answer = solve_covering(MatrixCosts(ROAD), 4, rules=rules)
    assert (answer.status, answer.conflicts, answer.unreached) == ("infeasible", ("none east",), ())


def test_a_rule_that_cannot_be_is_refused():
    with pytest.raises(RuleInvalid, match="at least 2"):
        solve_center(MatrixCosts(ROAD), 2, rules=[Rule("odd", [0], 2, 1)])


def test_under_rules_too_work_and_answer_repeat():
    random = np.random.default_rng(7)
    places = random.uniform(0, 100, (90, 2))
    costs = MatrixCosts(np.linalg.norm(places[:, None] - places[None], axis=2))
    rules = [
        Rule("budget", np.arange(90), None, 40.0, random.uniform(1, 10, 90)),
        Rule("west", np.flatnonzero(places[:, 0] < 50), 5),
    ]
    one, other = (solve_center(costs, 8, rules=rules, seed=3) for _ in range(2))
    assert one.status == "proved"
    assert (one.work, one.sites.tolist()) == (other.work, other.sites.tolist())
    assert one.objective >= solve_center(costs, 8).objective
