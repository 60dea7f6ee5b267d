"""Solve a capacitated question and write the answer, with a certificate of its bound."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Status
from knutpunkt.engines.location.capacity.certificate import Multipliers, capacitated_bound
from knutpunkt.engines.location.capacity.limits import limits_of
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Floats
from knutpunkt.engines.location.capacity.reasons import Reason, plain_reason
from knutpunkt.engines.location.capacity.solution import CapacitatedSolution
from knutpunkt.engines.location.solution import CancelCallback, ProgressCallback
from knutpunkt.engines.location.watch import Watch

if TYPE_CHECKING:
    from knutpunkt.engines.location.capacity.plans import Plan
    from knutpunkt.engines.location.capacity.strategy import Strategy

# A plan is proved when objective and bound agree to this share of the objective.
PROOF_TOLERANCE = 1e-6


def solve_capacitated(
    question: CapacitatedQuestion,
    *,
    time_limit: float | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelCallback | None = None,
    seed: int = 0,
) -> CapacitatedSolution:
    """Open sites and assign clients within the capacities at least cost, and prove it.

    Parameters
    ----------
    question
        What is asked; it was checked when it was made.
    time_limit
        Seconds after which the best plan so far is returned. With ``None`` the answer depends on
        the question and the seed alone. The first call on a machine also compiles, which the limit
        does not interrupt.
    progress
        Called with :class:`Progress` (cost of the plan, bound, seconds) when either gets better.
    cancel
        Asked often; when it returns true the best plan so far is returned.
    seed
        Of HiGHS; nothing else is random.

    Returns
    -------
    CapacitatedSolution
        ``"proved"`` only when the search was closed and the recomputed objective meets the bound.

    Raises
    ------
    TimeLimitInvalid
        When the limit is below 0 or not a number.

    References
    ----------
    Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi (2002), Computers & Operations Research
    29(4): 365-386; Ceselli and Righini (2005), Networks 45(3):
    125-142, doi:10.1002/net.20059.
    """
    watch = Watch(time_limit, progress, cancel)
    reason = plain_reason(question, limits_of(question))
    if reason is not None:
        return _Answer(question, watch, seed, reason).written()
    # Compiled code is loaded only when something is solved.
    from knutpunkt.engines.location.capacity.incumbent import Standing
    from knutpunkt.engines.location.capacity.relaxation import case_of
    from knutpunkt.engines.location.capacity.strategy import Strategy

    strategy = Strategy(Standing(case_of(question), watch), seed)
    strategy.run()
    return _Answer.of(question, watch, seed, strategy).written()


@dataclass
class _Answer:
    """What is known at the end, before it is written down."""

    question: CapacitatedQuestion
    watch: Watch
    seed: int
    reason: Reason | None = None
    plan: "Plan | None" = None
    bound: float | None = None
    multipliers: Multipliers | None = None
    beyond_root: bool = False

    @classmethod
    def of(
        cls, question: CapacitatedQuestion, watch: Watch, seed: int, strategy: "Strategy"
    ) -> "_Answer":
        standing = strategy.standing
        reason = Reason("no_assignment") if strategy.infeasible else None
        return cls(
            question, watch, seed, reason, standing.plan, standing.bound, strategy.multipliers,
            strategy.beyond_root,
        )  # fmt: skip

    def written(self) -> CapacitatedSolution:
        shares = self._shares()
        objective = self._objective(shares)
        bound = self._bound(objective)
        gap = None if objective is None or bound is None else relative_gap(objective, bound)
        certified = self._certified(objective)
        return CapacitatedSolution(
            status=self._status(gap),
            sites=self._sites(),
            assignment=shares.argmax(axis=1) if shares.size else np.empty(0, dtype=np.intp),
            shares=shares,
            objective=objective,
            bound=bound,
            gap=gap,
            multipliers=self.multipliers,
            certified_bound=certified,
            certified_gap=self._certified_gap(objective, certified),
            closed_by_highs=self.beyond_root and gap == 0.0,
            reason=self.reason,
            seconds=self.watch.seconds,
            seed=self.seed,
        )

    def _shares(self) -> Floats:
        if self.plan is None:
            return np.empty((0, self.question.sites))
        return np.ascontiguousarray(self.plan.shares.T)

    def _sites(self) -> NDArray[np.intp]:
        return np.flatnonzero([] if self.plan is None else self.plan.open)

    def _objective(self, shares: Floats) -> float | None:
        """Opening and serving, from the question's own arrays."""
        if self.plan is None:
            return None
        served = shares > 0
        serving = self.question.cost[served] @ shares[served]
        return float(serving + self.question.opening[self._sites()].sum())

    def _bound(self, objective: float | None) -> float | None:
        if self.reason is not None or self.bound is None or self.multipliers is None:
            return None
        return self.bound if objective is None else min(self.bound, objective)

    def _certified(self, objective: float | None) -> float | None:
        if self.multipliers is None or self.reason is not None:
            return None
        bound = max(capacitated_bound(self.question, self.multipliers), 0.0)
        return bound if objective is None else min(bound, objective)

    def _certified_gap(self, objective: float | None, certified: float | None) -> float | None:
        if objective is None or certified is None:
            return None
        return relative_gap(objective, certified)

    def _status(self, gap: float | None) -> Status:
        if self.reason is not None:
            return "infeasible"
        if gap is None:
            return "unknown"
        return "proved" if gap == 0.0 else "gap"


def relative_gap(objective: float, bound: float) -> float:
    """Share of the objective that is not proved; exactly 0 within the proof tolerance."""
    if objective - bound <= PROOF_TOLERANCE * objective:
        return 0.0
    return (objective - bound) / objective
