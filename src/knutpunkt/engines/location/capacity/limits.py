"""What follows from a question before anything is searched: limits on loads and numbers of sites.

Every limit here holds in every plan, so adding it to a relaxation only makes the bound better.
"""

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Floats

# Loads are compared with this share of the capacity as room for rounding.
LOAD_TOLERANCE = 1e-9


@dataclass(frozen=True, eq=False)
class Limits:
    """Limits that hold in every plan.

    Parameters
    ----------
    fewest, most
        How many sites are open; ``fewest > most`` when no plan exists.
    capacity
        The greatest load of each site, shape ``(sites,)``; 0 where it must not be open.
    least_load
        The least load of each site if it is open, shape ``(sites,)``.
    cost
        Serving costs, shape ``(sites, clients)``, infinite where a pair is impossible.
    """

    fewest: int
    most: int
    capacity: Floats
    least_load: Floats
    cost: Floats


def limits_of(question: CapacitatedQuestion) -> Limits:
    """Read the limits off the demands and capacities."""
    total = float(question.demand.sum())
    capacity = np.where(question.is_allowed, np.minimum(question.capacity, total), 0.0)
    cost = question.cost.T.copy(order="C")
    cost[~question.is_allowed] = np.inf
    if question.single:
        cost[question.demand > (capacity * (1 + LOAD_TOLERANCE))[:, None]] = np.inf
    fewest, most = _numbers(question, capacity, total)
    others = _greatest_of_others(capacity, most - 1)
    implied = np.where(question.is_allowed, total - others, 0.0)
    least = np.maximum(question.least_load, implied - LOAD_TOLERANCE * total)
    return Limits(fewest, most, capacity, np.maximum(least, 0.0), cost)


def _numbers(question: CapacitatedQuestion, capacity: Floats, total: float) -> tuple[int, int]:
    """Fewest sites that carry the demand, most sites that the minimum loads leave room for."""
    slack = LOAD_TOLERANCE * total
    carried = np.cumsum(np.sort(capacity)[::-1])
    enough = np.flatnonzero(carried >= total - slack)
    fewest = int(enough[0]) + 1 if len(enough) else question.sites + 1
    loads = np.cumsum(np.sort(question.least_load[question.is_allowed]))
    most = int((loads <= total + slack).sum())
    fewest = max(fewest, int(question.is_forced.sum()), 1)
    if question.count is None:
        return fewest, most
    return max(fewest, question.count), min(most, question.count)


def _greatest_of_others(capacity: Floats, number: int) -> Floats:
    """For each site, the sum of the ``number`` greatest capacities of the others."""
    if number <= 0:
        return np.zeros(len(capacity))
    order = np.argsort(-capacity, kind="stable")
    first, spare = order[:number], order[number : number + 1]
    sums = np.full(len(capacity), capacity[first].sum())
    sums[first] += capacity[spare].sum() - capacity[first]
    return sums
