"""Plans looked for: what the prices suggest, and the best plan shaken."""

from __future__ import annotations

from abc import ABC, abstractmethod

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.ascent import Climb
from knutpunkt.engines.location.instance import Instance
from knutpunkt.engines.location.state import State

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Plans tried after each stage: from noisy prices, and the best one shaken by exchanging such a
#: share of its sites, at most so many.
SUGGESTED, NOISE = 3, 0.08
SHAKEN, LARGE_SHAKEN = 4, 60
EXCHANGED, MOST_EXCHANGED = 0.06, 8
#: They are looked for among the cheapest so many times the sites that may open, and those that
#: more than such a share of the rounds had, with as much work as the climb.
AROUND, SELDOM = 2.0, 0.05
#: A part is searched by itself once the gap is so small.
NEARLY = 0.002


class Trying(State, ABC):
    """A search that looks for plans.

    Climbs say which sites are cheap; plans are put together from these and made better.
    """

    def plans_from(self, climb: Climb) -> bool:
        """Plans that the prices suggest, and the best plan shaken; whether one was better."""
        better = False
        for price in self._suggestions(climb, SUGGESTED):
            better |= self.offer(self.at.cheapest(price)[0])
        for _ in range(SHAKEN):
            better |= self.offer(self._shaken(self.at, climb.often))
        return better

    def _suggestions(self, climb: Climb, noisy: int) -> list[Floats]:
        noise = 1 + NOISE * self.draw.standard_normal((noisy, self.at.sites))
        return [climb.price, -climb.often, *(climb.price * noise)]

    def plans_within(self, climb: Climb) -> bool:
        """The same among the sites that some round had, where every trial is cheap."""
        at, before = self.at, self.plan.objective
        part = self._part(climb)
        self.at, most = part, self.meter.spent + climb.work
        for price in self._suggestions(climb, SUGGESTED):
            self.offer(part.cheapest(price)[0])
        for _ in range(LARGE_SHAKEN):
            if self.meter.spent > most or self.meter.over():
                break
            self.offer(self._shaken(part, climb.often))
        self.at = at
        if self.plan.objective - self.bound < NEARLY * abs(self.plan.objective):
            self.search_within(part, climb)
        if self.plan.objective < before:
            self.offer(self.plan.chosen, sweeps=2)
        return self.plan.objective < before

    @abstractmethod
    def search_within(self, part: Instance, climb: Climb) -> None:
        """Search the plans of a part by itself."""

    def _part(self, climb: Climb) -> Instance:
        """The sites that are cheap at the best payments, or were in many rounds."""
        at = self.at
        many = min(at.sites - 1, int(AROUND * min(at.groups.high[0], at.sites)))
        near = climb.price <= np.partition(climb.price, many)[many]
        some = near | (climb.often > SELDOM) | self.plan.chosen | at.forced
        return at.shortened(at.forced, at.closed | ~some)

    def _shaken(self, at: Instance, often: Floats) -> Mask:
        """The best plan with some sites exchanged for others that were among the cheapest."""
        chosen = self.plan.chosen
        inside = np.flatnonzero(chosen & ~at.forced)
        outside = np.flatnonzero(~chosen & ~at.closed & (often > 0))
        most = max(1, min(MOST_EXCHANGED, int(EXCHANGED * len(inside))))
        if len(outside) < most:
            outside = np.flatnonzero(~chosen & ~at.closed)
        many = min(int(self.draw.integers(1, most + 1)), len(inside), len(outside))
        price = np.where(chosen, -1.0, 1.0)
        price[self.draw.choice(inside, many, replace=False)] = 2.0
        price[self.draw.choice(outside, many, replace=False)] = -0.5
        return at.cheapest(price)[0]
