"""The best plan and the best bound so far, shared by every part of the search."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field

import numpy as np

from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE
from knutpunkt.engines.location.capacity.plans import Plan
from knutpunkt.engines.location.capacity.relaxation import Case
from knutpunkt.engines.location.meter import Meter

# The solver of a split question keeps its rows within this share.
SPLIT_TOLERANCE = 1e-6


@dataclass
class Standing:
    """Best plan, best bound, and whether to go on.

    Parameters
    ----------
    case
        The whole question.
    meter
        Work, time, progress and cancelling; asked by the caller's thread alone.
    halted
        Set once the search shall stop; other threads ask this.
    """

    case: Case
    meter: Meter
    plan: Plan | None = None
    bound: float = -np.inf
    halted: threading.Event = field(default_factory=threading.Event)

    @property
    def upper(self) -> float:
        """Cost of the best plan, infinite without one."""
        return np.inf if self.plan is None else self.plan.cost

    @property
    def ceiling(self) -> float:
        """Greatest bound that is worth claiming: what shows that no plan is better."""
        return self.upper if self.case.step else self.case.target(self.upper)

    @property
    def closed(self) -> bool:
        """Whether no better plan is possible."""
        return self.plan is not None and self.bound >= self.ceiling

    def stop(self) -> bool:
        """Tell whether work or time is up or the caller has cancelled."""
        if not self.halted.is_set() and self.meter.over():
            self.halted.set()
        return self.halted.is_set()

    def offer(self, plan: Plan | None) -> None:
        """Keep a plan if it obeys the question and is the best so far."""
        if plan is not None and plan.cost < self.upper and obeys(self.case, plan):
            self.plan = plan
            self._tell()

    def raise_bound(self, bound: float) -> None:
        """Keep a better bound, never above the best plan."""
        bound = min(self.case.rounded(bound), self.ceiling)
        if bound > self.bound and np.isfinite(bound):
            self.bound = bound
            self._tell()

    def _tell(self) -> None:
        if self.plan is not None:
            self.meter.tell(self.upper, self.bound)


def obeys(case: Case, plan: Plan) -> bool:
    """Tell whether a plan keeps every rule of the question, counted from its own arrays."""
    question, limits = case.question, case.limits
    slack = LOAD_TOLERANCE if question.single else SPLIT_TOLERANCE
    total = float(question.size.sum())
    load = plan.shares @ question.size
    room = slack * total
    served = plan.shares > 0
    most = np.append(question.capacity, np.full(len(load) - question.sites, total))
    least = np.append(question.least_load, np.zeros(len(load) - question.sites))
    return bool(
        np.isclose(plan.shares.sum(axis=0), 1.0, rtol=0, atol=1e-9).all()
        and not served[~plan.open].any()
        and np.isfinite(limits.cost[served]).all()
        and (load <= most + room).all()
        and (load >= np.where(plan.open, least, 0.0) - room).all()
        and case.obeys(plan.open)
    )
