"""Costs that grow with the journey as a file says: lists and certificates agree with them."""

import numpy as np
import pytest

from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.certificate import certificate_check, certificate_write
from knutpunkt.engines.location.costs import (
    LimitedCosts,
    MatrixCosts,
    PlaceCosts,
    costs_described,
)
from knutpunkt.engines.location.errors import DecayInvalid
from knutpunkt.engines.location.mapped import DecayCosts, ThresholdCosts
from knutpunkt.engines.location.question import Question

EVERYWHERE = np.finfo(np.float64).max


def random_decay(draw, costs):
    rows = int(draw.integers(1, 6))
    length = np.sort(draw.integers(0, 12, rows)).astype(float)
    return DecayCosts(costs, length, np.sort(draw.integers(0, 9, rows)).astype(float))


def test_between_two_rows_the_cost_lies_on_a_line_and_a_length_given_twice_is_a_step():
    costs = MatrixCosts(np.array([[0.0, 5, 10, 10.001, 15, 20, 99, np.inf]]))
    decay = DecayCosts(costs, [0, 10, 10, 20], [0, 2, 6, 8])
    expected = [0, 1, 2, 6.0002, 7, 8, 8, np.inf]
    assert decay.of(np.arange(8))[0] == pytest.approx(expected)


@pytest.mark.parametrize("seed", range(60))
def test_lists_hold_exactly_what_a_radius_takes_in(seed):
    draw = np.random.default_rng(seed)
    cost = draw.integers(0, 14, (9, 12)) + (draw.random((9, 12)) if seed % 2 else 0.0)
    costs = MatrixCosts(np.where(draw.random((9, 12)) < 0.1, np.inf, cost))
    low = draw.random() * 6
    for mapped in (
        random_decay(draw, costs),
        ThresholdCosts(costs, low, low + draw.integers(0, 2) * draw.random() * 5, draw.random(9)),
        ThresholdCosts(costs, low, low + 3, np.zeros(9)),
    ):
        table = mapped.of(np.arange(12))
        assert mapped.between(np.arange(9), np.arange(12)) == pytest.approx(table)
        radius = draw.choice([0.0, 1.0, 2.5, 4.0, EVERYWHERE], 9)
        found = mapped.within(radius)
        for row in range(9):
            own = slice(found.start[row], found.start[row + 1])
            assert set(found.site[own]) == set(np.flatnonzero(table[row] <= radius[row]))
            assert found.cost[own] == pytest.approx(np.sort(table[row][table[row] <= radius[row]]))
        near = mapped.nearest(4)
        for row in range(9):
            own = slice(near.start[row], near.start[row + 1])
            finite = np.sort(table[row][np.isfinite(table[row])])
            assert len(near.site[own]) >= min(4, len(finite))
            assert near.cost[own] == pytest.approx(finite[: len(near.site[own])])


def test_a_certificate_holds_costs_that_decay(tmp_path):
    draw = np.random.default_rng(5)
    places = PlaceCosts(draw.random((80, 2)) * 60, draw.random((30, 2)) * 60)
    for costs in (
        DecayCosts(LimitedCosts(places, 55.0), [5, 20, 20, 40], [0, 10, 25, 90]),
        LimitedCosts(DecayCosts(places, [5, 20, 20, 40], [0, 10, 25, 90]), 85.0),
    ):
        question = Question(costs, draw.random(80), 6, 6)
        answer = answered(question)
        assert answer.status == "proved"
        certificate_write(tmp_path / "c.npz", question, answer)
        assert certificate_check(tmp_path / "c.npz").holds
        again = costs_described(costs.described())
        assert again.fingerprint() == costs.fingerprint()
        table = costs.of(np.arange(30))
        assert answer.objective == pytest.approx(
            float(question.weight @ table[:, answer.sites].min(axis=1))
        )


def test_what_is_felt_moves_the_office():
    # Ten people 20 away from west and 10 from east, six the other way round: east is nearer in
    # all. If nothing under 15 matters, and 20 costs 5, east is better still; if 15 is far for
    # everybody alike, the steps decide.
    costs = MatrixCosts(np.array([[0.0, 16], [0.0, 16], [40.0, 16]]))
    question = Question(costs, np.ones(3), 1, 1)
    assert answered(question).sites.tolist() == [0]
    felt = Question(DecayCosts(costs, [0, 16, 16, 40], [0, 0, 20, 20]), np.ones(3), 1, 1)
    assert answered(felt).sites.tolist() == [1]


@pytest.mark.parametrize(
    ("length", "cost", "row"),
    [
        ([0, 10, 20], [0, 5, 4], 2),
        ([0, 10, 5], [0, 1, 2], 2),
        ([0, -1], [0, 1], 1),
        ([0, np.nan], [0, 1], 1),
        ([0, 1], [0, np.inf], 1),
        ([], [], 0),
    ],
)
def test_a_cost_that_falls_or_is_none_is_refused(length, cost, row):
    with pytest.raises(DecayInvalid) as refused:
        DecayCosts(MatrixCosts(np.ones((1, 1))), length, cost)
    assert refused.value.row == row
