"""A better plan for everybody: the search for covers on all clients, at smaller and smaller costs.

Bounds follow from few clients, but a plan for few clients fails the others. Here everybody is
there from the start (or so many as memory allows; those a plan fails join them), and the cost
aimed at falls in steps that halve where no cover is found.

References
----------
Zhang, Lü, Su, Li and Yan (2020), Proceedings of IJCAI: 1626-1632 (weights on what stays open, and
a cost aimed at that falls with every plan).
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.clients import EQUAL, KnownClients, up_to
from knutpunkt.engines.location.center.core import Core, core_of
from knutpunkt.engines.location.center.decide import Decider, begun, reading, sought

Sites = NDArray[np.intp]

_MOST_ENTRIES = 6_000_000  # of lists of the clients the search begins with
_FIRST_STRIDE = 0.08  # share by which the cost aimed at falls
_PATIENCE = 40_000_000  # entries read before a stride is halved
_AT_ONCE = 8_000_000  # entries read between two looks at the meter
_ROUNDS_OF_CLIENTS = 50


@dataclass
class Improver:
    """Looks for plans of a smaller greatest cost, for as much work as it is given.

    Parameters
    ----------
    decider
        Knows the question, the meter and whom to tell of a plan.
    many
        Free sites of a plan.
    """

    decider: Decider
    many: int
    stride: float = _FIRST_STRIDE
    turn: int = 0
    _known: KnownClients = field(init=False)
    _for: float = np.inf  # the cost up to which the lists reach

    def improve(self, sites: Sites, worst: float, lower: float, budget: int) -> None:
        """Look for plans better than one whose greatest cost is ``worst``, down to a bound."""
        meter = self.decider.meter
        end = meter.spent + budget
        while meter.spent < end and not meter.over() and np.isfinite(worst):
            self._reaching(worst)
            below = self._known.cost[self._known.cost < worst * (1 - EQUAL)]
            if not len(below) or below.max() < lower * (1 - EQUAL):
                return
            nearest = float(below.max())
            aim = max(min(worst * (1 - self.stride), nearest), lower)
            last = aim >= nearest
            stop = end if last else min(end, meter.spent + _PATIENCE)
            found = self._cover(sites, aim, stop)
            if found is not None:
                sites, worst = found
            elif not last:
                self.stride /= 2

    def _reaching(self, worst: float) -> None:
        """Make the lists anew when they reach much further than any plan still looked for."""
        if self._for <= worst * 1.3:
            return
        task = self.decider.task
        self._known = KnownClients(task.costs)
        everybody = np.flatnonzero(task.counted)
        order = np.random.default_rng(self.decider.seed).permutation(everybody)
        step = max(1, 1_000_000 // task.costs.sites)
        for begin in range(0, len(order), step):
            self._known.add(order[begin : begin + step], worst)
            if len(self._known.cost) > _MOST_ENTRIES:
                break
        self._for = worst
        self.decider.meter.add(len(self._known.cost) + len(order))

    def _cover(self, sites: Sites, aim: float, end: int) -> tuple[Sites, float] | None:
        """A plan for everybody within ``aim``, and its greatest cost."""
        decider, limit = self.decider, up_to(aim)
        for _ in range(_ROUNDS_OF_CLIENTS):
            if decider.meter.over():
                break
            waiting = decider.task.already[self._known.client] > limit
            core = core_of(self._known, limit=limit, allowed=decider.task.allowed, waiting=waiting)
            decider.meter.add(len(core.row_of) + len(self._known.cost) // 10 + 1)
            columns = self._columns(core, sites, end)
            if columns is None:
                return None
            sites = core.plan(columns)
            served = decider.task.served_at(sites)
            decider.offer(sites, served)
            if not (served > limit).any():
                return sites, float(served.max())
            if not self._known.add(decider.worst(sites, served, limit), self._for):
                return None
        return None

    def _columns(self, core: Core, sites: Sites, end: int) -> NDArray[np.int32] | None:
        if core.rows == 0 or self.many >= core.columns:
            return np.full(core.columns, core.rows > 0, np.int32)
        if (np.diff(core.row_start) == 0).any() or self.many == 0:
            return None
        chosen, weight = begun(core, sites, self.many)
        step, meter = reading(core, self.many), self.decider.meter
        steps = int(_AT_ONCE / step) + 1
        while meter.spent < end and not meter.over():
            self.turn += 1
            seed = (self.decider.seed + self.turn) % 2**32
            left = sought(core, chosen, weight, self.many, steps, seed)
            meter.add(int(steps * step))
            if not left:
                return chosen.astype(np.int32)
        return None
