"""What a search knows: the best plan and bound, and from which payments these follow."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.obeying import nearest_obeying

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: A bound above the best plan less so much of it proves the plan, where plans are not whole.
CLOSE = 1e-9


def _no_numbers() -> Floats:
    return np.zeros(0)


@dataclass
class State:
    """What is known. Everything in it follows from the instance, the seed and the work limit.

    Parameters
    ----------
    at
        The instance, which shrinks as sites are fixed.
    meter
        Counts the work and says when to stop.
    draw
        Random numbers.
    plan, bound
        The best plan and bound so far.
    others, rule_prices
        Rows of the rules that are not counts over nested groups, and what they are worth.
    paid, scale
        Payments of the bound, and the local scale of costs, shape ``(clients,)``.
    price, often
        Prices of the sites there, and how often each was among the cheapest, shape ``(sites,)``.
    steps, best_step
        Payments and rule prices from which sites were fixed, and those of the bound.
    """

    at: Instance
    meter: Meter
    draw: np.random.Generator
    plan: Plan
    bound: float = -np.inf
    others: NDArray[np.intp] = field(default_factory=lambda: np.zeros(0, np.intp))
    rule_prices: Floats = field(default_factory=_no_numbers)
    paid: Floats = field(default_factory=_no_numbers)
    scale: Floats = field(default_factory=_no_numbers)
    price: Floats = field(default_factory=_no_numbers)
    often: Floats = field(default_factory=_no_numbers)
    steps: list[tuple[Floats, Floats]] = field(default_factory=list)
    best_step: tuple[Floats, Floats] | None = None

    def everybody(self, paid: Floats) -> Floats:
        """Payments of all clients of the question from those of the rows."""
        rows = self.at.row_of
        return np.append(paid, 0.0)[rows]  # -1, where nobody is, takes the 0 at the end

    def steps_kept(self) -> list[tuple[Floats, Floats]]:
        """Payments from which sites were fixed, and those of the root's bound, in order."""
        last = (self.paid, self.rule_prices) if self.best_step is None else self.best_step
        return [*self.steps, last]

    def enough(self, objective: float) -> float:
        """The bound at which nothing better than an objective can be found."""
        if self.at.whole:
            return objective - 1 + 1e-6
        return objective - CLOSE * abs(objective) - 1e-12

    @property
    def limit(self) -> float:
        """The bound at which the best plan is proved."""
        return self.enough(self.plan.objective)

    @property
    def proved(self) -> bool:
        """Whether no plan is better."""
        return self.bound > self.limit

    def offer(self, chosen: Mask, *, among: Mask | None = None, sweeps: int = 20) -> bool:
        """Improve a plan by opening sites of some, or any; keep it if it is the best."""
        if not self.at.obeys(chosen):
            near = nearest_obeying(self.at, chosen) if len(self.others) else None
            if near is None:
                return False
            chosen = near
        free = self.at.free if among is None else self.at.free[among[self.at.free]]
        order = self.draw.permutation(free)
        found, work = self.at.improved(chosen, order, sweeps=sweeps)
        self.meter.add(work)
        if found.objective < self.plan.objective - 1e-12 * abs(self.plan.objective):
            self.plan = found
            self.tell()
            return True
        return False

    def tell(self) -> None:
        """Tell the best plan and the bound."""
        bound = min(self.bound, self.plan.objective)
        self.meter.tell(self.plan.objective, bound, self.plan.chosen)

    def rescaled(self) -> None:
        """Take the scale of costs from the best plan."""
        near = self.at.nearest(self.plan.chosen)
        if self.at.lists.cost.max(initial=0.0) == 0.0:
            self.scale = self.at.cap.copy()
        else:
            self.scale = near.first_cost + near.second_cost + 1e-3 * near.second_cost.mean() + 1e-12
        if not len(self.paid):
            self.paid = (near.first_cost + near.second_cost) / 2
