"""Roll-outs: as good as trying every order, certified, and honest about what the order costs."""

from itertools import product

import numpy as np
import pytest

from engines.location.question_cases import random_question
from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.certificate import certificate_check, certificate_write
from knutpunkt.engines.location.costs import MatrixCosts, PlaceCosts
from knutpunkt.engines.location.errors import CountImpossible, LocationRefused
from knutpunkt.engines.location.question import Question, Rule, rule_rows
from knutpunkt.engines.location.rounds import Round, rollout
from knutpunkt.engines.location.rounds.costs import RoundCosts
from knutpunkt.engines.location.rounds.errors import RoundsInvalid, RoundWeightInvalid


def cost_of(question, rounds, open_):
    """What a roll-out costs, recomputed; infinite where it breaks something."""
    table, total = question.costs.of(np.arange(question.costs.sites)), 0.0
    for number, (one, chosen) in enumerate(zip(rounds, open_, strict=True), 1):
        if chosen.sum() != one.open or (question.forced & ~chosen).any():
            return np.inf
        rules = one.rules + (question.rules if number == len(rounds) else ())
        parts, least, most = rule_rows(rules, len(chosen))
        sums = parts @ chosen
        if (question.excluded & chosen).any() or (sums < least - 1e-9).any():
            return np.inf
        if (sums > most + 1e-9).any():
            return np.inf
        cost = table[:, chosen].min(axis=1)
        if question.ceiling is not None:
            cost = np.minimum(cost, question.ceiling)
        people = question.weight if one.demand is None else one.demand
        if one.weight:
            total += one.weight * float(people @ np.where(people > 0, cost, 0.0))
            total += one.weight * question.opening[chosen].sum()
    return total


def least_cost(question, rounds):
    """Try every round for every site."""
    many, back = len(rounds), rounds[0].open > rounds[-1].open
    best = np.inf
    for when in product(range(many + 1), repeat=question.costs.sites):
        when = np.array(when)  # noqa: PLW2901
        open_ = [(when > r) if back else (when <= r) for r in range(many)]
        if all(o.sum() == one.open for o, one in zip(open_, rounds, strict=True)):
            best = min(best, cost_of(question, rounds, open_))
    return best


def random_rounds(draw, question):
    sites, clients = question.costs.sites, question.costs.clients
    counts = np.sort(draw.integers(1, sites + 1, int(draw.integers(1, 4))))
    if draw.random() < 0.4:
        counts = counts[::-1]
    rounds = []
    for number, count in enumerate(counts.tolist()):
        demand = draw.integers(0, 4, clients).astype(float) if draw.random() < 0.5 else None
        two = draw.choice(sites, 2, replace=False)
        rule = Rule(f"round {number}", two, int(draw.integers(0, 2)), 1)
        rules = (rule,) if draw.random() < 0.3 else ()
        rounds.append(Round(count, float(draw.integers(0, 5)), demand, rules))
    return rounds


@pytest.mark.parametrize("block", range(10))
def test_no_order_is_better(block, tmp_path):
    solved = 0
    for seed in range(30 * block, 30 * block + 30):
        question = random_question(seed)
        if question is None or question.costs.sites > 6:
            continue
        rounds, best = random_rounds(np.random.default_rng(seed), question), None
        best = least_cost(question, rounds)
        try:
            found = rollout(question, rounds, seed=seed)
        except LocationRefused:
            assert np.isinf(best), seed
            continue
        if np.isinf(best):
            assert found.answer.status == "infeasible", seed
            continue
        solved += 1
        assert found.answer.status == "proved", seed
        assert found.answer.objective == pytest.approx(best, rel=1e-8, abs=1e-8), seed
        open_ = [np.isin(np.arange(question.costs.sites), one) for one in found.open]
        assert cost_of(question, rounds, open_) == pytest.approx(best, rel=1e-8, abs=1e-8)
        certificate_write(tmp_path / "c.npz", found.whole, found.answer)
        checked = certificate_check(tmp_path / "c.npz")
        assert checked.holds, (seed, checked)
        assert checked.gap == 0 or found.answer.proof.closed_by == "HiGHS", (seed, checked)
    assert solved > 2


def street():
    """Ten people at 0, nine at 10, eight at 20, sites there and at 10.5."""
    clients = np.array([[0.0, 0], [10, 0], [20, 0]])
    sites = np.array([[0.0, 0], [10, 0], [20, 0], [10.5, 0]])
    return Question(PlaceCosts(clients, sites), np.array([10.0, 9, 8]), 1, 1)


def test_the_order_follows_the_people_and_is_priced():
    found = rollout(street(), [Round(1), Round(2), Round(3)])
    assert found.answer.status == "proved"
    # The middle first (180), then west (80), then east (0).
    assert [one.tolist() for one in found.changes] == [[1], [0], [2]]
    assert [one.tolist() for one in found.open] == [[1], [0, 1], [0, 1, 2]]
    assert found.costs == pytest.approx((180.0, 80.0, 0.0))
    assert found.price.greedy == pytest.approx(260.0)
    assert (found.price.end_alone, found.price.end) == (0.0, 0.0)


def test_looking_ahead_beats_taking_the_best_of_today():
    # Alone, the middle is best; two are best at the ends, and the second round counts ten times.
    line = np.array([[0.0, 0], [10, 0], [20, 0]])
    question = Question(PlaceCosts(line, line), np.array([10.0, 1, 10]), 1, 1)
    found = rollout(question, [Round(1, 1.0), Round(2, 10.0)])
    assert found.open[-1].tolist() == [0, 2]
    assert found.answer.objective == pytest.approx(210 + 10 * 10)
    assert found.price.greedy == pytest.approx(200 + 10 * 100)


def test_what_closes_stays_closed():
    found = rollout(street(), [Round(3), Round(2), Round(1)])
    assert [len(one) for one in found.open] == [3, 2, 1]
    assert [one.tolist() for one in found.changes] == [[3], [2], [0]]
    assert found.costs == pytest.approx((0.0, 80.0, 180.0))
    for earlier, later in zip(found.open, found.open[1:], strict=False):
        assert set(later) <= set(earlier)


def test_an_office_of_today_is_open_in_every_round_and_opens_in_none():
    question = Question(street().costs, street().weight, 1, 1, forced=np.arange(4) == 2)
    found = rollout(question, [Round(2), Round(3)])
    assert all(2 in one for one in found.open)
    assert not any(2 in one for one in found.changes)


def test_a_rule_of_one_round_holds_there_and_one_of_the_question_at_the_end():
    first = Rule("east first", [2], at_least=1)
    found = rollout(street(), [Round(1, rules=(first,)), Round(2)])
    assert found.open[0].tolist() == [2]
    question = Question(
        street().costs, street().weight, 1, 1, rules=(Rule("no west", [0], None, 0),)
    )
    found = rollout(question, [Round(1), Round(2)])
    assert 0 not in found.open[-1]


def test_rules_that_contradict_the_rounds_are_named():
    rule = Rule("three of two", [0, 1, 2], at_least=3)
    found = rollout(street(), [Round(1, rules=(rule,)), Round(3)])
    assert found.answer.status == "infeasible"
    assert set(found.answer.conflicts) == {"open after round 1", "three of two"}


def test_whom_nobody_can_serve_is_named_once():
    cost = np.array([[1.0, 2], [np.inf, np.inf]])
    found = rollout(Question(MatrixCosts(cost), np.ones(2), 1, 1), [Round(1), Round(2)])
    assert (found.answer.status, found.answer.unreached) == ("infeasible", (1,))
    assert found.open == ()


def test_costs_in_rounds_agree_with_their_lists():
    draw = np.random.default_rng(2)
    base = draw.integers(1, 30, (7, 5)).astype(float)
    base[2, 3] = np.inf
    costs = RoundCosts(MatrixCosts(base), 3)
    table = costs.of(np.arange(15))
    for r, s in product(range(3), range(3)):
        part = table[7 * r : 7 * r + 7, 5 * s : 5 * s + 5]
        assert (part == (base if s <= r else np.inf)).all()
    radius = draw.integers(0, 30, 21).astype(float)
    found = costs.within(radius)
    for row in range(21):
        own = slice(found.start[row], found.start[row + 1])
        assert set(found.site[own]) == set(np.flatnonzero(table[row] <= radius[row]))
        assert (np.diff(found.cost[own]) >= 0).all()
        assert (table[row, found.site[own]] == found.cost[own]).all()
    near = costs.nearest(4)
    assert (near.lengths >= np.minimum(4, np.isfinite(table).sum(axis=1))).all()


def county(seed=0):
    draw = np.random.default_rng(seed)
    places = draw.random((200, 2)) * 100
    costs = PlaceCosts(places, places[:60])
    return Question(costs, draw.pareto(1.2, 200) + 1, 1, 1)


def test_one_round_is_the_plan_itself():
    asked = Question(county().costs, county().weight, 9, 9)
    found = rollout(county(), [Round(9)])
    assert found.answer.objective == pytest.approx(answered(asked).objective, rel=1e-9)
    assert found.price.end_alone == pytest.approx(found.answer.objective, rel=1e-9)


def test_the_same_work_gives_the_same_rollout():
    rounds = [Round(4, 6.0), Round(8, 12.0), Round(12, 12.0)]
    whole = rollout(county(), rounds, seed=1)
    assert whole.answer.gap < 0.005
    half = rollout(county(), rounds, seed=1, work_limit=whole.answer.work // 2)
    again = rollout(county(), rounds, seed=1, work_limit=half.answer.work)
    assert half.answer.objective >= whole.answer.objective * (1 - 1e-9)
    assert (again.answer.objective, again.answer.bound) == (
        half.answer.objective, half.answer.bound,
    )  # fmt: skip
    assert (again.answer.sites == half.answer.sites).all()


def test_progress_is_told_and_a_cancelled_rollout_keeps_a_plan():
    heard = []
    found = rollout(
        county(1), [Round(5), Round(10)], progress=heard.append, cancel=lambda: bool(heard)
    )  # fmt: skip
    assert heard
    assert found.answer.status in {"gap", "proved"}
    assert found.answer.objective <= heard[0].objective + 1e-9
    assert [len(one) for one in found.open] == [5, 10]


@pytest.mark.parametrize(
    ("refused", "rounds"),
    [
        (RoundsInvalid, []),
        (RoundsInvalid, [Round(1), Round(3), Round(2)]),
        (RoundsInvalid, [Round(0), Round(2)]),
        (RoundWeightInvalid, [Round(1, float("nan"))]),
        (RoundWeightInvalid, [Round(1, -1.0)]),
        (CountImpossible, [Round(1), Round(5)]),
        (LocationRefused, [Round(1, demand=np.ones(2))]),
    ],
)
def test_rounds_that_cannot_be_are_refused(refused, rounds):
    with pytest.raises(refused):
        rollout(street(), rounds)
