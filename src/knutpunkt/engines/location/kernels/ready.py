"""Every kernel compiled before a clock runs."""

from __future__ import annotations

import numpy as np


def kernels_ready() -> None:
    """Solve tiny questions, so that whatever a larger one needs is compiled or read from disk."""
    from knutpunkt.engines.location.answering import answered
    from knutpunkt.engines.location.costs import CoverCosts, MatrixCosts, PlaceCosts
    from knutpunkt.engines.location.question import Question, Rule

    draw = np.random.default_rng(1)
    places = draw.random((24, 2))
    ones = np.ones(24)
    for measure in ("plane", "sphere"):
        costs = PlaceCosts(places, places, measure)
        costs.nearest(5)
        answered(Question(costs, ones, 3, 3))
    pairs = Rule("half", np.arange(12), 2, 3)
    answered(Question(MatrixCosts(draw.integers(1, 99, (24, 24))), ones, 3, 5, rules=(pairs,)))
    answered(Question(CoverCosts(costs, 1000.0), ones, 3, 3, ceiling=ones))
    _search_ready()


def _search_ready() -> None:
    """The parts that only large questions and searches use."""
    from knutpunkt.engines.location.answering import answered
    from knutpunkt.engines.location.blocks import Blocks
    from knutpunkt.engines.location.branching import Tree
    from knutpunkt.engines.location.costs import PlaceCosts
    from knutpunkt.engines.location.instance import Plan
    from knutpunkt.engines.location.meter import Meter
    from knutpunkt.engines.location.question import Question
    from knutpunkt.engines.location.searching import search_of

    places = np.random.default_rng(2).random((24, 2))
    question = Question(PlaceCosts(places, places), np.ones(24), 4, 4)
    search = search_of(question, Meter(), np.random.default_rng(0), (), None)
    search.rescaled()
    Tree(search.at, search.scale, search.plan, -np.inf, search.meter, search.enough).planted(
        search.paid
    ).grow(4)
    blocks = Blocks(24, 2**40)
    object.__setattr__(search.at, "__dict__", search.at.__dict__ | {"blocks": blocks})
    from knutpunkt.engines.location.ascent import Pace, climbed

    climbed(search.at, search.paid, search.scale, target=search.plan.objective,
            enough=search.plan.objective, pace=Pace(rounds=3))  # fmt: skip
    del answered, Plan
