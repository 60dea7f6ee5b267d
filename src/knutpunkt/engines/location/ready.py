"""Every kernel compiled before a clock runs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np

from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.ascent import Pace, climbed
from knutpunkt.engines.location.blocks import SHARED_FROM, Blocks
from knutpunkt.engines.location.branching import Tree
from knutpunkt.engines.location.costs import CoverCosts, MatrixCosts, PlaceCosts
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.question import Question, Rule
from knutpunkt.engines.location.rounds import Round, rollout
from knutpunkt.engines.location.searching import Search, search_of

SMALL = 24


@cache
def kernels_ready() -> None:
    """Solve tiny questions, so that whatever a larger one needs is compiled or read from disk."""
    draw = np.random.default_rng(1)
    places, ones = draw.random((SMALL, 2)), np.ones(SMALL)
    for measure in ("plane", "sphere"):
        costs = PlaceCosts(places, places, measure)
        costs.nearest(5)
        answered(Question(costs, ones, 3, 3))
    half = Rule("half", np.arange(SMALL // 2), 2, 3)
    matrix = MatrixCosts(draw.integers(1, 99, (SMALL, SMALL)))
    answered(Question(matrix, ones, 3, 5, rules=(half,)))
    answered(Question(CoverCosts(costs, 1000.0), ones, 3, 3, ceiling=ones))
    rollout(Question(costs, ones, 4, 4), [Round(2), Round(4)])
    _parts_of_large_searches(Question(costs, ones, 4, 4))


def _parts_of_large_searches(question: Question) -> None:
    search: Search = search_of(question, Meter(), np.random.default_rng(0), (), None)
    search.rescaled()
    tree = Tree(search.at, search.scale, search.plan, -np.inf, search.meter, search.enough)
    tree.planted(search.paid).grow(4)
    shared = replace(search.at)
    shared.__dict__["blocks"] = Blocks(SMALL, SHARED_FROM)
    goal = search.plan.objective
    climbed(shared, search.paid, search.scale, target=goal, enough=goal, pace=Pace(rounds=3))
