"""Solve a capacitated question and write the answer, with a certificate of its bound."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import ENGINE, Allotment, Answer, Status
from knutpunkt.engines.location.capacity.limits import limits_of
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Floats
from knutpunkt.engines.location.capacity.reasons import Reason, plain_reason, searched_reason
from knutpunkt.engines.location.meter import Meter, Now

if TYPE_CHECKING:
    from knutpunkt.engines.location.capacity.strategy import Strategy

#: Objectives that differ by such a share are the same one, added up in another order.
SAME = 1e-9
#: Less than such a share of a client is the dust of rounding.
LEAST_SHARE = 1e-9


def solve_capacitated(
    question: CapacitatedQuestion,
    *,
    time_limit: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    progress: Callable[[Now], object] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Answer:
    """Open sites and allot clients within the capacities at least cost, and prove it.

    Parameters
    ----------
    question
        What is asked; it was checked when it was made.
    time_limit, work_limit
        Seconds, and entries of cost tables; none is no limit. The work limit is exact and
        repeatable, the time limit only picks where to stop.
    seed
        Of HiGHS; nothing else is random.
    progress, cancel
        Told of every better plan or bound; asked often, true ends the search with what it has.

    Returns
    -------
    Answer
        With its ``allotment``. ``"proved"`` only when the search was closed and the recomputed
        objective meets the bound.

    Raises
    ------
    TimeLimitInvalid, WorkLimitInvalid
        When a limit is below 0.

    References
    ----------
    Baldacci, Hadjiconstantinou, Maniezzo and Mingozzi (2002), Computers & Operations Research
    29(4): 365-386; Ceselli and Righini (2005), Networks 45(3):
    125-142, doi:10.1002/net.20059.
    """
    meter = Meter(time_limit, work_limit, progress, cancel)
    reason = plain_reason(question, limits_of(question))
    if reason is not None:
        return _Answer(question, meter, seed, reason).written()
    # Compiled code is loaded only when something is solved.
    from knutpunkt.engines.location.capacity.incumbent import Standing
    from knutpunkt.engines.location.capacity.relaxation import case_of
    from knutpunkt.engines.location.capacity.strategy import Strategy

    strategy = Strategy(Standing(case_of(question), meter), seed)
    strategy.run()
    if strategy.infeasible:
        reason = searched_reason(question, lambda fewer: _possible(fewer, meter))
    return _Answer(question, meter, seed, reason, strategy).written()


def _possible(question: CapacitatedQuestion, meter: Meter) -> bool | None:
    """Whether a question has a plan at all; none when there was no time to find out."""
    from knutpunkt.engines.location.capacity.compact import solve_compact
    from knutpunkt.engines.location.capacity.relaxation import case_of

    limits = limits_of(question)
    if plain_reason(question, limits) is not None:
        return False
    answer, plan = solve_compact(
        case_of(question), seconds=meter.left, seed=0, costed=False,
        listener=lambda incumbent, _: bool(np.isfinite(incumbent)) or meter.over(),
    )  # fmt: skip
    if answer.infeasible:
        return False
    return True if plan is not None else None


@dataclass
class _Answer:
    """What is known at the end, before it is written down."""

    question: CapacitatedQuestion
    meter: Meter
    seed: int
    reason: Reason | None = None
    search: Strategy | None = None

    def written(self) -> Answer:
        question, search, reason = self.question, self.search, self.reason
        shares, sites = self._shares(), self._sites()
        objective = self._objective(shares, sites)
        proved = self._proved(objective)
        bound = objective if proved else self._bound(objective)
        gap = None if objective is None or bound is None else (
            (objective - bound) / max(abs(objective), 1e-300)
        )  # fmt: skip
        return Answer(
            self._status(objective, proved=proved), sites, objective, bound, gap,
            _assignment(shares),
            () if reason is None else reason.conflicts, self._unreached(), self.meter.seconds,
            self.meter.spent, search is None or search.replayable, self.seed, ENGINE,
            question.inputs_hash(), 0 if search is None else search.nodes,
            None if search is None else search.proof,
            None if objective is None else _allotment(question, shares),
            "" if reason is None else reason.sentence,
        )  # fmt: skip

    def _shares(self) -> Floats:
        plan = None if self.search is None else self.search.standing.plan
        if plan is None:
            return np.empty((0, self.question.sites))
        shares = plan.shares[: self.question.sites].T
        return np.ascontiguousarray(np.where(shares < LEAST_SHARE, 0.0, shares))

    def _sites(self) -> NDArray[np.intp]:
        plan = None if self.search is None else self.search.standing.plan
        return np.flatnonzero([] if plan is None else plan.open[: self.question.sites])

    def _objective(self, shares: Floats, sites: NDArray[np.intp]) -> float | None:
        return None if not shares.size else costed(self.question, shares, sites)

    def _bound(self, objective: float | None) -> float | None:
        if self.search is None or self.search.prices is None or self.reason is not None:
            return None
        bound = self.search.standing.bound
        if not np.isfinite(bound):
            return None
        return bound if objective is None else min(bound, objective)

    def _unreached(self) -> tuple[int, ...]:
        reason = self.reason
        alone = reason is not None and reason.code == "client_unreachable"
        return (reason.client,) if alone and reason and reason.client is not None else ()

    def _proved(self, objective: float | None) -> bool:
        """Whether the search was closed and the recomputed objective is what it says."""
        if objective is None or self.search is None:
            return False
        told = self.search.standing.upper
        return self.search.standing.closed and objective <= told + SAME * (1 + abs(told))

    def _status(self, objective: float | None, *, proved: bool) -> Status:
        if self.reason is not None:
            return "infeasible"
        if objective is None:
            return "unknown"
        return "proved" if proved else "gap"


def costed(question: CapacitatedQuestion, shares: Floats, sites: NDArray[np.intp]) -> float:
    """What a plan costs: opening, serving and leaving unserved, from the question's own arrays."""
    served = shares > 0
    total = float(question.serving[served] @ shares[served])
    total += float(question.asked.opening[sites].sum())
    if question.unserved is not None:
        total += float(question.unserved @ _left_out(shares))
    return total


def _left_out(shares: Floats) -> Floats:
    """Share of each client that nobody serves."""
    left = 1.0 - shares.sum(axis=1)
    return np.where(left < LEAST_SHARE, 0.0, left)


def _assignment(shares: Floats) -> NDArray[np.intp]:
    if not shares.size:
        return np.empty(0, dtype=np.intp)
    return np.where(_left_out(shares) > shares.max(axis=1), -1, shares.argmax(axis=1))


def _allotment(question: CapacitatedQuestion, shares: Floats) -> Allotment:
    return Allotment(shares, question.size @ shares, _left_out(shares) * question.size)
