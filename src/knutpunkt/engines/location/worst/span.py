"""An interval in which the threshold of the worst-off may lie, and the bound there.

The sum over the worst-off of a plan is the least, over all thresholds ``t``, of
``persons * t + sum of weight * max(cost - t, 0)``. For the thresholds of an interval the costs are
bounded from below by :class:`ThresholdCosts`, so that a p-median bounds all plans there.

References
----------
Rockafellar and Uryasev (2000), Journal of Risk 2(3): 21-41 (the least over thresholds); Ogryczak
and Tamir (2003), Information Processing Letters 85(3): 117-122 (sums of the greatest).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Proof
from knutpunkt.engines.location.mapped import ThresholdCosts
from knutpunkt.engines.location.question import Question

Floats = NDArray[np.float64]


def question_within(question: Question, low: float, high: float, share: Floats) -> Question:
    """The p-median whose objective, with :func:`added_within`, bounds an interval."""
    costs = ThresholdCosts(question.costs, low, high, share)
    ceiling = question.ceiling
    if ceiling is not None:
        ceiling = costs.value(ceiling, np.arange(costs.clients))
    return replace(question, costs=costs, ceiling=ceiling)


def added_within(
    weight: Floats, persons: float, low: float, high: float, share: Floats
) -> float:  # fmt: skip
    """What is added to that p-median for the interval's thresholds."""
    counted = float(weight @ share)
    left = persons - counted
    return counted * low + min(left * low, left * high)


@dataclass(frozen=True, eq=False)
class Evidence:
    """From what a bound on an interval follows.

    Parameters
    ----------
    low, high, share
        The interval, and the part of each client that is counted with it.
    proof
        That of the p-median there.
    """

    low: float
    high: float
    share: Floats
    proof: Proof


@dataclass(eq=False)
class Span:
    """An interval still to be looked at, or closed.

    Parameters
    ----------
    low, high
        Its ends.
    bound
        What the worst-off cost at least, in all, in every plan whose threshold lies here.
    cost
        Costs of the clients that tell who the worst-off are, shape ``(clients,)``.
    paid
        What each client pays, as a cost before the threshold, to begin with; none at first.
    evidence
        From what the bound follows.
    looks
        How often it was looked at in vain.
    """

    low: float
    high: float
    bound: float
    cost: Floats
    paid: Floats | None = None
    evidence: Evidence | None = None
    looks: int = 0
