"""Every compiled loop of questions with loads ready before a clock runs."""

from __future__ import annotations

from functools import cache

import numpy as np

from knutpunkt.engines.location.capacity.question import CapacitatedQuestion
from knutpunkt.engines.location.capacity.solve import solve_capacitated
from knutpunkt.engines.location.costs import PlaceCosts
from knutpunkt.engines.location.question import Question, Rule

CLIENTS, SITES = 24, 12


@cache
def loads_ready() -> None:
    """Solve tiny questions, so that whatever a larger one needs is compiled or read from disk."""
    draw = np.random.default_rng(5)
    places = draw.random((CLIENTS, 2)) * 100
    demand = draw.integers(1, 20, CLIENTS).astype(float)
    costs = PlaceCosts(places, places[:SITES], "plane-floor")
    half = Rule("half", np.arange(SITES // 2), 1, 3)
    room = np.full(SITES, np.ceil(demand.sum() / 3.2))
    for single in (True, False):
        for rules in ((), (half,)):
            asked = Question(costs, np.ones(CLIENTS), 4, 4, rules=rules)
            least = np.linspace(0.0, room[0] / 2, SITES)
            for minimum in (None, least):
                solve_capacitated(
                    CapacitatedQuestion(asked, room, demand, minimum, single=single),
                    time_limit=2.0,
                )
