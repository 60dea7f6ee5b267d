"""The mean of the worst share: as good as trying everything, proved interval by interval."""

import json
from itertools import combinations

import numpy as np
import pytest

from engines.location.question_cases import least_cost, random_question
from knutpunkt.engines.location.certificate import certificate_check
from knutpunkt.engines.location.costs import MatrixCosts, PlaceCosts
from knutpunkt.engines.location.mapped import ThresholdCosts
from knutpunkt.engines.location.question import Question, rule_rows
from knutpunkt.engines.location.worst import solve_worst
from knutpunkt.engines.location.worst.certificate import worst_certificate_write
from knutpunkt.engines.location.worst.errors import NobodyCounts, ShareInvalid
from knutpunkt.engines.location.worst.tail import shares_of, tail_of

SHARES = (0.01, 0.05, 0.2, 0.5, 0.9, 1.0)


def plans_of(question):
    """Every permitted plan with what everybody costs under it."""
    sites = question.costs.sites
    cost = question.costs.of(np.arange(sites))
    parts, least, most = rule_rows(question.rules, sites)
    for many in range(question.at_least, question.at_most + 1):
        for plan in map(list, combinations(range(sites), many)):
            chosen = np.isin(np.arange(sites), plan)
            sums = parts @ chosen
            if (question.forced & ~chosen).any() or (question.excluded & chosen).any():
                continue
            if (sums < least - 1e-9).any() or (sums > most + 1e-9).any():
                continue
            paid = cost[:, plan].min(axis=1)
            if question.ceiling is not None:
                paid = np.minimum(paid, question.ceiling)
            if np.isfinite(paid[question.weight > 0]).all():
                yield plan, paid


def least_worst(question, share):
    """Try every plan; persons are counted one after the other from the costliest."""
    persons, best = share * question.weight.sum(), np.inf
    for plan, paid in plans_of(question):
        left, total = persons, question.opening[plan].sum()
        for client in np.argsort(-paid):
            counted = min(left, question.weight[client])
            if counted > 0:
                total, left = total + counted * paid[client], left - counted
        best = min(best, total)
    return best / persons


@pytest.mark.parametrize("block", range(10))
def test_no_plan_is_better_for_the_worst_off(block, tmp_path):
    asked = 0
    for seed in range(24 * block, 24 * block + 24):
        question = random_question(seed)
        if question is None or not question.weight.sum():
            continue
        asked += 1
        share = float(np.random.default_rng(seed).choice(SHARES))
        found, best = solve_worst(question, share, seed=seed), least_worst(question, share)
        if np.isinf(best):
            assert found.answer.status == "infeasible", seed
            continue
        assert found.answer.status == "proved", seed
        assert found.answer.objective == pytest.approx(best, rel=1e-8, abs=1e-8), seed
        worst_certificate_write(tmp_path / "c.npz", question, found)
        checked = certificate_check(tmp_path / "c.npz")
        assert checked.holds, (seed, checked)
        assert checked.objective == pytest.approx(best, rel=1e-8, abs=1e-8)
        by_highs = any(one.proof.closed_by == "HiGHS" for one in found.evidence)
        assert checked.gap == 0 or by_highs, (seed, checked)
    assert asked > 10


@pytest.mark.parametrize("seed", range(0, 60, 3))
def test_everybody_is_the_median_and_hardly_anybody_the_center(seed):
    question = random_question(seed)
    if question is None or not question.weight.sum() or question.opening.any():
        return
    best = least_cost(question)
    if np.isinf(best):
        return
    whole = solve_worst(question, 1.0).answer
    assert whole.objective == pytest.approx(best / question.weight.sum(), rel=1e-8, abs=1e-9)
    furthest = min(paid[question.weight > 0].max() for _, paid in plans_of(question))
    assert solve_worst(question, 1e-6).answer.objective == pytest.approx(furthest, abs=1e-9)


def test_the_client_at_the_edge_counts_in_part():
    # Ten people at 0, two at 6, one at 9; one site at 0. Of 13 the worst 2.6 are 1 and 1.6.
    costs = MatrixCosts(np.array([[0.0], [6.0], [9.0]]))
    found = solve_worst(Question(costs, np.array([10.0, 2, 1]), 1, 1), 0.2)
    assert found.answer.objective == pytest.approx((9 + 1.6 * 6) / 2.6)
    assert (found.threshold, found.persons) == (6.0, pytest.approx(2.6))
    assert found.mean == pytest.approx((2 * 6 + 9) / 13)


def test_the_worst_off_move_the_office():
    # Nine people at 0 and one at 10: the mean wants 0, the worst-off one and a half want 5.
    line = np.array([[0.0, 0], [5, 0], [10, 0]])
    question = Question(PlaceCosts(line, line), np.array([9.0, 0, 1]), 1, 1)
    assert solve_worst(question, 1.0).answer.sites.tolist() == [0]
    assert solve_worst(question, 0.1).answer.sites.tolist() in ([1], [2])
    # The worst-off fifth is one there and one here: 5 on the mean from either of two sites.
    assert solve_worst(question, 0.2).answer.objective == pytest.approx(5.0)


def test_parts_of_clients_add_up_to_the_persons_asked_for():
    draw = np.random.default_rng(4)
    for _ in range(50):
        cost = draw.integers(0, 5, 30).astype(float)
        weight, persons = draw.random(30), draw.random() * 8 + 0.1
        part = shares_of(cost, weight, persons)
        assert weight @ part == pytest.approx(persons)
        assert (weight * part) @ cost == pytest.approx(tail_of(cost, weight, persons).total)


def test_the_interval_bounds_every_threshold_in_it():
    draw = np.random.default_rng(1)
    for _ in range(200):
        low, width = draw.random() * 5, draw.random() * 5
        share, cost = draw.random(1), draw.random((1, 20)) * 15
        mapped = ThresholdCosts(MatrixCosts(cost), low, low + width, share).of(np.arange(20))
        threshold = low + width * draw.random()
        below = mapped + share * (low - threshold)
        assert (np.maximum(cost - threshold, 0) >= below - 1e-12).all()


def plane(seed=0):
    draw = np.random.default_rng(seed)
    costs = PlaceCosts(draw.random((150, 2)) * 100, draw.random((40, 2)) * 100)
    return Question(costs, draw.pareto(1.5, 150) + 1, 8, 8)


def test_the_same_work_gives_the_same_answer():
    whole = solve_worst(plane(), 0.1, seed=3)
    half = solve_worst(plane(), 0.1, seed=3, work_limit=whole.answer.work // 2)
    again = solve_worst(plane(), 0.1, seed=3, work_limit=half.answer.work)
    assert whole.answer.status == "proved"
    assert half.answer.objective >= whole.answer.objective - 1e-9
    assert half.answer.bound <= whole.answer.objective + 1e-9
    assert (half.answer.objective, half.answer.bound) == (
        again.answer.objective,
        again.answer.bound,
    )
    assert (half.answer.sites == again.answer.sites).all()


def test_progress_is_told_and_cancel_keeps_the_best_so_far(tmp_path):
    heard = []
    found = solve_worst(
        plane(1), 0.1, progress=heard.append, cancel=lambda: len(heard) > 2
    )  # fmt: skip
    assert found.answer.status == "gap"
    assert found.answer.objective == pytest.approx(min(now.objective for now in heard))
    worst_certificate_write(tmp_path / "c.npz", plane(1), found)
    checked = certificate_check(tmp_path / "c.npz")
    assert checked.holds
    assert checked.bound <= found.answer.objective


@pytest.fixture
def proof(tmp_path):
    file = tmp_path / "proof.npz"
    worst_certificate_write(file, plane(), solve_worst(plane(), 0.1))
    assert certificate_check(file).gap == 0
    return file


def altered(file, change):
    with np.load(file) as stored:
        arrays = {name: stored[name] for name in stored.files}
    said = json.loads(str(arrays["said"]))
    change(said, arrays)
    with file.open("wb") as stream:
        np.savez_compressed(stream, **(arrays | {"said": np.array(json.dumps(said))}))
    return certificate_check(file)


def without_an_interval(said, arrays):
    number = max(range(len(said["intervals"])), key=lambda n: said["intervals"][n][1])
    said["intervals"][number][:2] = [0.0, 0.0]


def with_a_smaller_share(said, arrays):
    said["share"] = said["share"] / 2


def with_another_plan(said, arrays):
    arrays["sites"] = (arrays["sites"] + 1) % 40


def with_other_weights(said, arrays):
    arrays["weight"] = arrays["weight"] * 2


@pytest.mark.parametrize(
    "change", [without_an_interval, with_a_smaller_share, with_another_plan, with_other_weights]
)
def test_a_changed_certificate_is_not_believed(proof, change):
    found = altered(proof, change)
    assert not found.holds or found.gap > 0


def test_worthless_payments_prove_nothing(proof):
    def change(said, arrays):
        for name in arrays:
            if name.endswith(("_steps", "_tree_paid")):
                arrays[name] = np.zeros_like(arrays[name])

    found = altered(proof, change)
    assert not found.holds or found.gap > 0


@pytest.mark.parametrize("share", [0.0, -0.1, 1.1, float("nan")])
def test_a_share_that_is_none_is_refused(share):
    with pytest.raises(ShareInvalid):
        solve_worst(plane(), share)


def test_nobody_is_worst_off_where_nobody_is():
    with pytest.raises(NobodyCounts):
        solve_worst(Question(MatrixCosts(np.ones((2, 2))), np.zeros(2), 1, 1), 0.5)
