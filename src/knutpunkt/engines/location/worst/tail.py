"""The worst-off of a plan: who they are, what they cost, and where they begin."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Tail(NamedTuple):
    """What the worst-off cost in all, and from which cost on somebody is one of them."""

    total: float
    threshold: float


def tail_of(cost: Floats, weight: Floats, persons: float) -> Tail:
    """The costliest ``persons`` of everybody; the last client among them counts in part.

    Parameters
    ----------
    cost, weight
        Of each client, shape ``(clients,)``.
    persons
        How many are the worst-off, above 0 and at most all.
    """
    some = weight > 0
    order = np.argsort(-cost[some], kind="stable")
    dear, people = cost[some][order], weight[some][order]
    before = np.concatenate(([0.0], np.cumsum(people)[:-1]))
    counted = np.clip(persons - before, 0.0, people)
    last = int(np.flatnonzero(counted > 0)[-1])
    return Tail(float(counted @ dear), float(dear[last]))


def shares_of(cost: Floats, weight: Floats, persons: float) -> Floats:
    """Which part of each client is among the worst-off; clients of equal cost have equal parts.

    Returns
    -------
    numpy.ndarray
        From 0 to 1, ``weight @ shares`` is ``persons``, shape ``(clients,)``.
    """
    threshold = tail_of(cost, weight, persons).threshold
    dearer, equal = cost > threshold, cost == threshold
    left, there = persons - float(weight[dearer].sum()), float(weight[equal].sum())
    part = min(1.0, max(0.0, left / there)) if there > 0 else 0.0
    return np.where(dearer, 1.0, np.where(equal, part, 0.0))
