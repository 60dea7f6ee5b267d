"""Whole numbers in a question: loads that a table can count, and steps of the objective.

With whole demands a knapsack is solved exactly over the loads; with whole costs a bound may be
rounded up to the next possible objective.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE, Limits
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Floats

Integers = NDArray[np.int64]
# Beyond so many loads a table costs more than its bound is worth.
MOST_LOADS = 2_000
# A bound this little above a possible objective, in steps, is taken for that objective.
_ROUNDING = 1e-6
_GREATEST_WHOLE = 2.0**40


@dataclass(frozen=True, eq=False)
class WholeLoads:
    """Demands and limits counted in the greatest common unit of the demands.

    Parameters
    ----------
    size
        Demand of each client, shape ``(clients,)``.
    most, least
        Greatest and least load of each place, shape ``(places,)``.
    """

    size: Integers
    most: Integers
    least: Integers


def whole_loads(question: CapacitatedQuestion, limits: Limits) -> WholeLoads | None:
    """Count loads in whole units; ``None`` when they are split, broken or too many."""
    unit = common_unit(question.size)
    if not question.single or unit == 0.0:
        return None
    most = np.floor(limits.capacity / unit * (1 + LOAD_TOLERANCE) + LOAD_TOLERANCE)
    least = np.ceil(limits.least_load / unit * (1 - LOAD_TOLERANCE) - LOAD_TOLERANCE)
    if most.max(initial=0.0) > MOST_LOADS:
        return None
    size = np.rint(question.size / unit)
    return WholeLoads(size.astype(np.int64), most.astype(np.int64), least.astype(np.int64))


def common_unit(amounts: Floats) -> float:
    """Greatest common divisor of whole amounts; 0 when one is broken, 1 when all are 0."""
    if (amounts != np.rint(amounts)).any() or np.abs(amounts).max(initial=0.0) > _GREATEST_WHOLE:
        return 0.0
    return float(np.gcd.reduce(amounts.astype(np.int64), initial=0)) or 1.0


def objective_step(question: CapacitatedQuestion) -> float:
    """Unit that every possible objective is a multiple of; 0 when there is none."""
    if not question.single:
        return 0.0
    allowed = ~question.asked.excluded
    costs = question.serving[:, allowed]
    amounts = np.concatenate((costs[np.isfinite(costs)], question.asked.opening[allowed]))
    if question.unserved is not None:
        amounts = np.concatenate((amounts, question.unserved))
    return common_unit(amounts)


def rounded_up(bound: float, step: float) -> float:
    """Least possible objective not below a bound."""
    if not step or not np.isfinite(bound):
        return bound
    return float(np.ceil(bound / step - _ROUNDING) * step)
