"""The best plan and the best bound so far, shared by every part of the search."""

import threading
from dataclasses import dataclass, field

import numpy as np

from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE
from knutpunkt.engines.location.capacity.plans import Plan
from knutpunkt.engines.location.capacity.relaxation import Case
from knutpunkt.engines.location.watch import Watch

# The solver of a split question keeps its rows within this share.
SPLIT_TOLERANCE = 1e-6


@dataclass
class Standing:
    """Best plan, best bound, and whether to go on.

    Parameters
    ----------
    case
        The whole question.
    watch
        Time, progress and cancelling; asked by the caller's thread alone.
    halted
        Set once the search shall stop; other threads ask this.
    """

    case: Case
    watch: Watch
    plan: Plan | None = None
    bound: float = 0.0
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
        return self.bound >= self.ceiling

    def stop(self) -> bool:
        """Tell whether time is up or the caller has cancelled."""
        if not self.halted.is_set() and self.watch.stop():
            self.halted.set()
        return self.halted.is_set()

    def offer(self, plan: Plan | None) -> None:
        """Keep a plan if it obeys the question and is the best so far."""
        if plan is not None and plan.cost < self.upper and obeys(self.case, plan):
            self.plan = plan
            self.watch.report(self.upper, self.bound)

    def raise_bound(self, bound: float) -> None:
        """Keep a better bound, never above the best plan."""
        bound = min(self.case.rounded(bound), self.ceiling)
        if bound > self.bound and np.isfinite(bound):
            self.bound = bound
            self.watch.report(self.upper, self.bound)


def obeys(case: Case, plan: Plan) -> bool:
    """Tell whether a plan keeps every rule of the question, counted from its own arrays."""
    question = case.question
    slack = LOAD_TOLERANCE if question.single else SPLIT_TOLERANCE
    load = plan.shares @ question.demand
    room = slack * float(question.demand.sum())
    served = plan.shares > 0
    return bool(
        np.isclose(plan.shares.sum(axis=0), 1.0, rtol=0, atol=1e-9).all()
        and not served[~plan.open].any()
        and np.isfinite(question.cost.T[served]).all()
        and (load <= question.capacity + room).all()
        and (load >= np.where(plan.open, question.least_load, 0.0) - room).all()
        and (plan.open >= question.is_forced).all()
        and (plan.open <= question.is_allowed).all()
        and question.count in (None, int(plan.open.sum()))
    )
