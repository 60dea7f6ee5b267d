"""The plan a search begins with: made greedily, or that of another question, mended."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.ascent import Pace, climbed
from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.obeying import cheapest_obeying

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


def first_plan(
    at: Instance, others: NDArray[np.intp], draw: np.random.Generator, start: Sequence[int]
) -> Plan:
    """A plan that obeys every rule.

    Parameters
    ----------
    others
        Rows of the rules that are not counts over nested groups.
    start
        Sites of a plan that may break the rules; none: it is made anew.
    """
    chosen = mended(at, start) if len(start) else at.greedy()
    if not at.obeys(chosen):
        near = at.nearest(chosen)
        paid = (near.first_cost + near.second_cost) / 2
        climb = climbed(at, paid, paid, target=np.inf, enough=np.inf, pace=Pace(rounds=0))
        chosen = at.cheapest(climb.price)[0]
        if len(others) and not at.obeys(chosen):
            chosen = _surely(cheapest_obeying(at, climb.price))
    return at.improved(chosen, draw.permutation(at.free))[0]


def mended(at: Instance, start: Sequence[int]) -> Mask:
    """A plan with as few sites changed as the rules ask for, and of these the best by themselves.

    What opening a site saves and what closing one loses are counted site by site, each against
    the plan as it is.
    """
    chosen = at.forced.copy()
    chosen[list(start)] = True
    chosen &= ~at.closed
    if at.obeys(chosen):
        return chosen
    worth = _worth(at, chosen)
    change = 1.0 + float(worth.max(initial=0.0))
    price = np.where(chosen, -(change + worth), change - worth)
    return _surely(cheapest_obeying(at, price))


def _worth(at: Instance, chosen: Mask) -> Floats:
    """What each open site saves beside the second nearest, and what each other would save."""
    near = at.nearest(chosen)
    begins, client, cost = at.by_site
    saved = at.weight[client] * np.maximum(near.first_cost[client] - cost, 0.0)
    sums = np.concatenate(([0.0], np.cumsum(saved)))
    gain = sums[begins[1:]] - sums[begins[:-1]]
    served = near.first >= 0
    lost = at.weight * (near.second_cost - near.first_cost)
    loss = np.bincount(near.first[served], lost[served], at.sites)
    return np.asarray(np.where(chosen, loss, gain)) - at.opening


def _surely(found: Mask | None) -> Mask:
    assert found is not None, "rules that contradict each other are refused before"
    return found
