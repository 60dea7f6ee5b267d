"""A lower bound by Lagrangian relaxation.

Every demand point must be served once, and every quota must hold. Relax both: a point pays the
price ``served`` (minutes per person) for being served, a quota pays or costs its own price. What is
left is to open the ``count`` cheapest sites, so any prices give a valid bound. Subgradient steps
raise it; the quotas' prices are also set by a small linear program.

References
----------
Cornuejols, Fisher and Nemhauser (1977), Management Science 23(8): 789-810,
doi:10.1287/mnsc.23.8.789; Beasley (1993), European Journal of Operational Research 65(3): 383-399
(the steps).
"""

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.demand import DemandLists, Floats
from knutpunkt.engines.location.rules import SiteRules, quota_prices
from knutpunkt.engines.location.start import Choice, Stop

DEFLECTION = 0.8
PATIENCE = 20
STEP_DECAY = 0.85
FIRST_STEP = 1.5
SMALLEST_STEP = 1e-3


@dataclass(frozen=True, eq=False)
class Prices:
    """Multipliers of the relaxed rows.

    Parameters
    ----------
    served
        Minutes each person pays for being served, between 0 and the ceiling, shape ``(rows,)``.
    at_least, at_most
        Person-minutes per unit of each quota's bound, not below 0, shape ``(quotas,)``.
    """

    served: Floats
    at_least: Floats
    at_most: Floats


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The relaxed problem at some prices.

    Parameters
    ----------
    prices
        Where it was evaluated.
    bound
        No plan has fewer person-minutes.
    reduced
        Cost of opening each site at these prices, shape ``(sites,)``.
    chosen
        The ``count`` cheapest, boolean, shape ``(sites,)``.
    """

    prices: Prices
    bound: float
    reduced: Floats
    chosen: Choice


def first_prices(lists: DemandLists, rules: SiteRules, choice: Choice) -> Prices:
    """Start between the nearest and the second nearest site of a good plan."""
    nearest, runner_up, _ = lists.cheapest_two(choice)
    return with_quotas_priced(lists, rules, (nearest + runner_up) / 2)


def active_lists(lists: DemandLists, choice: Choice) -> DemandLists:
    """Cut the lists well beyond the second nearest site of a good plan, to make steps cheap.

    Prices found on the cut lists are below the cuts, where both lists give the same bound.
    """
    _, runner_up, _ = lists.cheapest_two(choice)
    return lists.within(2 * runner_up + runner_up.sum() / max(1, lists.rows))


def with_quotas_priced(lists: DemandLists, rules: SiteRules, served: Floats) -> Prices:
    """Add the best prices of the quotas to given prices of being served.

    Small steps find these few prices badly, because one quota holds many sites; a linear program
    over the sites alone has them exactly.
    """
    if len(rules.at_least) == 0:
        return Prices(served, np.zeros(0), np.zeros(0))
    at_least, at_most = quota_prices(rules, -lists.opening_gains(served))
    return Prices(served, at_least, at_most)


def relax(lists: DemandLists, rules: SiteRules, prices: Prices) -> Relaxed:
    """Evaluate the bound at some prices: one pass over the lists and one partial sort."""
    saved = lists.opening_gains(prices.served)
    reduced = (prices.at_most - prices.at_least) @ rules.members - saved
    cheapest = np.argsort(reduced, kind="stable")[: rules.count]
    chosen = np.zeros(lists.sites, dtype=np.bool_)
    chosen[cheapest] = True
    bound = (
        float(lists.weight @ prices.served)
        + float(reduced[cheapest].sum())
        + float(prices.at_least @ rules.at_least)
        - float(prices.at_most @ rules.at_most)
    )
    return Relaxed(prices, bound, reduced, chosen)


def ascend(
    lists: DemandLists,
    rules: SiteRules,
    prices: Prices,
    *,
    upper: float,
    iterations: int,
    stop: Stop,
) -> Relaxed:
    """Raise the bound by deflected, preconditioned subgradient steps; return the best found.

    Parameters
    ----------
    lists, rules, prices
        The problem and where to begin.
    upper
        Person-minutes of the best known plan, the target of the step length (Polyak).
    iterations
        At most so many steps.
    stop
        Asked before every step.
    """
    ascent = _Ascent(lists, rules, upper)
    best = now = relax(lists, rules, prices)
    step, waited = FIRST_STEP, 0
    for _ in range(iterations):
        if upper - best.bound <= 1e-9 * upper or step < SMALLEST_STEP or stop():
            break
        now = relax(lists, rules, ascent.moved(now, step))
        waited += 1
        if now.bound > best.bound:
            best, waited = now, 0
        if waited == PATIENCE:
            step, waited, now = step * STEP_DECAY, 0, best
            ascent.forget()
    return best


class _Ascent:
    """Direction and scale of the subgradient steps."""

    def __init__(self, lists: DemandLists, rules: SiteRules, upper: float) -> None:
        self.lists, self.rules, self.upper = lists, rules, upper
        self.forget()

    def forget(self) -> None:
        """Drop the remembered direction."""
        self.direction = np.zeros(self.lists.rows + 2 * len(self.rules.at_least))

    def moved(self, now: Relaxed, step: float) -> Prices:
        """Prices one step further."""
        gradient = self._gradient(now)
        self.direction = gradient + DEFLECTION * self.direction
        scale = self._scale(now)
        length = float(scale @ self.direction**2)
        if length == 0:
            return now.prices
        shift = step * (self.upper - now.bound) / length * scale * self.direction
        rows, quotas = self.lists.rows, len(self.rules.at_least)
        served, low, high = np.split(shift, [rows, rows + quotas])
        return Prices(
            np.clip(now.prices.served + served / self.lists.weight, 0.0, self.lists.ceiling),
            np.maximum(now.prices.at_least + low, 0.0),
            np.maximum(now.prices.at_most + high, 0.0),
        )

    def _gradient(self, now: Relaxed) -> Floats:
        """How far each relaxed row is from holding, 0 where a price cannot move that way."""
        lists, rules, prices = self.lists, self.rules, now.prices
        serving = (lists.cost < prices.served[lists.row]) & now.chosen[lists.site]
        served = 1.0 - np.bincount(lists.row[serving], minlength=lists.rows)
        served[(prices.served >= lists.ceiling) & (served > 0)] = 0.0
        counts = rules.members @ now.chosen.astype(np.intp)
        low = (rules.at_least - counts).astype(np.float64)
        high = (counts - rules.at_most).astype(np.float64)
        low[(prices.at_least == 0) & (low < 0)] = 0.0
        high[(prices.at_most == 0) & (high < 0)] = 0.0
        return np.concatenate((served, low, high))

    def _scale(self, now: Relaxed) -> Floats:
        """Preconditioner: each price moves on the scale of the costs around it."""
        local = self.lists.weight * (now.prices.served + 1e-9 * self.lists.ceiling)
        typical = float(np.abs(now.reduced[now.chosen]).mean()) / max(1, self.rules.count)
        return np.concatenate((local, np.full(2 * len(self.rules.at_least), typical)))
