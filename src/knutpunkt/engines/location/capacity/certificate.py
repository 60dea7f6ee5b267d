"""A bound that anyone can check: recomputed from the multipliers with numpy alone.

Nothing of the search is used but the limits that follow from the demands and capacities.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.errors import MultipliersInvalid
from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE, Limits, limits_of
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Flags, Floats
from knutpunkt.engines.location.capacity.whole import (
    WholeLoads,
    objective_step,
    rounded_up,
    whole_loads,
)
from knutpunkt.engines.location.checking import cheapest_choice


@dataclass(frozen=True, eq=False)
class Multipliers:
    """Prices that prove a bound.

    Parameters
    ----------
    served
        What each client pays for being served, shape ``(clients,)``.
    rules
        What one unit of each rule is worth that is not a count over nested groups, the demand on
        the capacities and the minimum loads behind the others; 0 when not given.
    """

    served: NDArray[np.float64]
    rules: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True, eq=False)
class Priced:
    """A question at some prices.

    Parameters
    ----------
    bound
        No plan costs less; infinite when there is none.
    reduced
        What opening each place adds, shape ``(places,)``.
    chosen
        The cheapest permitted places, boolean, shape ``(places,)``; all false when there are none.
    """

    bound: float
    reduced: Floats
    chosen: Flags


class Pricing:
    """Bounds of one question, at any prices and with any sites decided."""

    def __init__(self, question: CapacitatedQuestion) -> None:
        self.question = question
        self.limits: Limits = limits_of(question)
        self.whole: WholeLoads | None = whole_loads(question, self.limits)
        self.step = objective_step(question)

    def at(self, prices: Multipliers, forced: Flags, closed: Flags) -> Priced:
        """The bound at some prices."""
        limits = self.limits
        served, rules = self._checked(prices)
        gain = limits.cost - served
        value = (
            _broken_values(self.question.size, limits, gain)
            if self.whole is None
            else _whole_values(self.whole, gain)
        )
        others = list(limits.others)
        edge = np.where(rules > 0, limits.low[others], limits.high[others])
        owed = float(rules @ np.where(rules != 0, edge, 0.0))
        reduced = value + limits.opening - rules @ limits.parts[others]
        chosen = cheapest_choice(limits.groups, reduced, forced, closed)
        if chosen is None or not np.isfinite(owed):
            bound = np.inf if chosen is None else -np.inf
            return Priced(bound, reduced, np.zeros(len(reduced), np.bool_))
        bound = float(served.sum()) + owed + float(reduced[chosen].sum())
        return Priced(bound, reduced, chosen)

    def _checked(self, prices: Multipliers) -> tuple[Floats, Floats]:
        served = np.asarray(prices.served, np.float64)
        rules = np.asarray(prices.rules, np.float64)
        if not len(rules):
            rules = np.zeros(len(self.limits.others))
        if served.shape != (self.question.clients,):
            problem = f"there are {served.shape} prices for {self.question.clients} clients"
            raise MultipliersInvalid(problem=problem)
        if rules.shape != (len(self.limits.others),):
            problem = f"there are {rules.shape} prices for {len(self.limits.others)} rules"
            raise MultipliersInvalid(problem=problem)
        if not np.isfinite(served).all():
            raise MultipliersInvalid(problem=f"the price of client {np.isfinite(served).argmin()}")
        if not np.isfinite(rules).all():
            raise MultipliersInvalid(problem=f"the price of rule {np.isfinite(rules).argmin()}")
        return served, rules


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
    pricing = Pricing(question)
    limits = pricing.limits
    if limits.fewest > limits.most:
        return np.inf
    bound = pricing.at(multipliers, limits.forced, limits.closed).bound
    return rounded_up(bound, pricing.step)


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
    weightless = demand == 0
    fixed = np.minimum(gain[:, weightless], 0.0).sum(axis=1)
    size = demand[~weightless]
    ratio = gain[:, ~weightless] / size
    order = np.argsort(ratio, axis=1, kind="stable")
    able = np.take_along_axis(ratio, order, axis=1)
    taking = np.where(np.isfinite(able), size[order], 0.0)
    before = np.cumsum(taking, axis=1) - taking
    wanted = np.where(able < 0, limits.capacity[:, None], limits.least_load[:, None])
    load = np.clip(wanted - before, 0.0, taking)
    values = fixed + (np.where(np.isfinite(able), able, 0.0) * load).sum(axis=1)
    enough = load.sum(axis=1) >= limits.least_load * (1 - LOAD_TOLERANCE)
    found: Floats = np.where(enough, values, np.inf)
    return found
