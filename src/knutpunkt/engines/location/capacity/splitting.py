"""Plans in which clients are split over given open sites: transportation problems, solved."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.capacity.plans import Plan, plan_of
from knutpunkt.engines.location.capacity.question import Flags, Floats
from knutpunkt.engines.location.capacity.relaxation import Case
from knutpunkt.engines.location.kernels.transport import IMPOSSIBLE, SOLVED, transported

#: A price at which even the least of what does not fit is dearer than any plan.
OUT_OF_QUESTION = 1e4


class Split(NamedTuple):
    """The cheapest split over some open places.

    ``plan`` is none where there is none. ``served`` are prices of the clients at which the bound
    of these places is the cost of the plan, or beyond every plan where there is none; none when
    rounding spoiled them.
    """

    plan: Plan | None
    served: Floats | None
    work: int


def split_over(case: Case, open_: Flags) -> Split:
    """Split every client over the open places at least cost, within the loads."""
    question, limits = case.question, case.limits
    places = np.flatnonzero(open_)
    taking = question.size > 0
    cost, size = limits.cost[places], question.size
    nearest = cost.min(axis=0)
    if not np.isfinite(nearest).all():
        return Split(None, None, cost.size)
    table = np.ascontiguousarray(cost[:, taking])
    most, least = limits.capacity[places], limits.least_load[places]
    status, amount, worth, stuck, work = transported(table, size[taking], most, least)
    if status == SOLVED:
        shares = np.zeros(limits.cost.shape)
        shares[np.ix_(places, np.flatnonzero(taking))] = amount / size[taking]
        free = np.flatnonzero(~taking)
        shares[places[cost[:, free].argmin(axis=0)], free] = 1.0
        shares /= shares.sum(axis=0)
        return Split(plan_of(case, open_, shares), _prices(cost, size, worth), int(work))
    if status != IMPOSSIBLE:
        return Split(None, None, int(work))
    unit = (nearest.sum() + np.abs(limits.opening).sum() + 1.0) * OUT_OF_QUESTION
    unit /= max(float(size.sum()), 1e-300)
    raised = worth + unit * np.where(stuck[:-1], 1.0, 0.0) - unit * float(stuck[-1])
    return Split(None, _prices(cost, size, raised), int(work))


def _prices(cost: Floats, size: Floats, worth: Floats) -> Floats:
    """What each client pays: the least of cost and use of what a site's capacity is worth."""
    found: Floats = (cost + size * worth[:, None]).min(axis=0)
    return found
