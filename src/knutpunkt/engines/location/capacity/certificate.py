"""A bound that anyone can check: recomputed from the multipliers with numpy alone.

Nothing of the search is used but the limits that follow from the demands and capacities.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.capacity.errors import MultipliersInvalid
from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE, Limits, limits_of
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Floats
from knutpunkt.engines.location.capacity.whole import (
    WholeLoads,
    objective_step,
    rounded_up,
    whole_loads,
)


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Prices that prove a bound.

    Parameters
    ----------
    served
        What each client pays for being served, shape ``(clients,)``.
    capacity
        What the open sites together earn per unit of capacity short of the demand, 0 or more.
    """

    served: NDArray[np.float64]
    capacity: float = 0.0


def capacitated_bound(question: CapacitatedQuestion, multipliers: Multipliers) -> float:
    """Lower bound on every plan at given prices.

    Parameters
    ----------
    question
        What was asked.
    multipliers
        Any prices; bad ones give a weak bound, never a wrong one.

    Returns
    -------
    float
        No plan costs less; infinite when no plan exists at all. Rounded up to the next possible
        objective where all costs are whole.

    Raises
    ------
    MultipliersInvalid
        When they do not fit the question or are not finite.

    References
    ----------
    Geoffrion (1974), Mathematical Programming Study 2: 82-114, doi:10.1007/BFb0120690.
    """
    served = _checked(question, multipliers)
    limits = limits_of(question)
    whole = whole_loads(question, limits)
    gain = limits.cost - served
    value = (
        _broken_values(question.demand, limits, gain)
        if whole is None
        else _whole_values(whole, gain)
    )
    reduced = value + question.opening - multipliers.capacity * limits.capacity
    constant = float(served.sum()) + multipliers.capacity * float(question.demand.sum())
    return rounded_up(constant + _cheapest(question, limits, reduced), objective_step(question))


def _checked(question: CapacitatedQuestion, multipliers: Multipliers) -> Floats:
    served: ArrayLike = multipliers.served
    prices = np.asarray(served, dtype=np.float64)
    if prices.shape != (question.clients,):
        problem = f"there are prices of shape {prices.shape} for {question.clients} clients"
        raise MultipliersInvalid(problem=problem)
    if not np.isfinite(prices).all():
        raise MultipliersInvalid(problem=f"the price of client {np.isfinite(prices).argmin()}")
    if not 0 <= multipliers.capacity < np.inf:
        raise MultipliersInvalid(problem=f"the price of capacity is {multipliers.capacity}")
    return prices


def _whole_values(whole: WholeLoads, gain: Floats) -> Floats:
    """Exact knapsacks of all sites at once: ``best[site, load]``, client after client."""
    best = np.full((len(gain), int(whole.most.max(initial=0)) + 1), np.inf)
    best[:, 0] = 0.0
    for client, width in enumerate(whole.size.tolist()):
        if width < best.shape[1]:
            with_it = best[:, : best.shape[1] - width] + gain[:, client, None]
            best[:, width:] = np.minimum(best[:, width:], with_it)
    loads = np.arange(best.shape[1])
    possible = (loads >= whole.least[:, None]) & (loads <= whole.most[:, None])
    values: Floats = np.where(possible, best, np.inf).min(axis=1)
    return values


def _broken_values(demand: Floats, limits: Limits, gain: Floats) -> Floats:
    """Knapsacks with shares of clients: the best gain per unit of load first."""
    return np.array(
        [
            _broken_value(demand, float(most), float(least), row)
            for most, least, row in zip(limits.capacity, limits.least_load, gain, strict=True)
        ]
    )


def _broken_value(demand: Floats, most: float, least: float, gain: Floats) -> float:
    weightless = demand == 0
    fixed = float(np.minimum(gain[weightless], 0.0).sum())
    able = np.flatnonzero(~weightless & np.isfinite(gain))
    order = able[np.argsort(gain[able] / demand[able], kind="stable")]
    before = np.concatenate(([0.0], np.cumsum(demand[order])[:-1]))
    wanted = np.where(gain[order] < 0, most, least)
    share = np.clip((wanted - before) / demand[order], 0.0, 1.0)
    if float(share @ demand[order]) < least * (1 - LOAD_TOLERANCE):
        return np.inf
    return fixed + float(share @ gain[order])


def _cheapest(question: CapacitatedQuestion, limits: Limits, reduced: Floats) -> float:
    """Least sum of reduced costs over the choices of sites within the limits on their number."""
    forced = question.is_forced
    able = np.sort(reduced[question.is_allowed & ~forced & np.isfinite(reduced)])
    fewest = max(limits.fewest - int(forced.sum()), 0)
    most = min(limits.most - int(forced.sum()), len(able))
    if fewest > most or not np.isfinite(reduced[forced]).all():
        return np.inf
    sums = np.concatenate(([0.0], np.cumsum(able)))
    return float(reduced[forced].sum() + sums[fewest : most + 1].min())
