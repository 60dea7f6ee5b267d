"""Everybody within so many minutes under rules, and the fewest minutes for which that is possible.

Whether everybody can be kept within so many minutes is a covering under the same rules. For the
shortest furthest way its answers close in from both sides: every plan found is a new upper end,
every number of minutes within which no plan keeps everybody a new lower one.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.answering import answered, served
from knutpunkt.engines.location.center import solve_center
from knutpunkt.engines.location.costs import CoverCosts, LimitedCosts
from knutpunkt.engines.location.meter import Now
from knutpunkt.engines.location.question import Question

Floats = NDArray[np.float64]
Sites = NDArray[np.intp]

#: Ways that differ by less are equal: lists hold them rounded, and coverings compare with them.
EQUAL = 1e-9
#: A covering that leaves less than this out leaves out nobody.
NOBODY = 0.5
#: Share by which leaving somebody out costs more than the travel of a known plan.
LITTLE = 1e-3


@dataclass
class Search:
    """How long a search may go on, and who is told."""

    limit: float | None = None
    told: Callable[[float, float | None, float | None, Sites | None], object] | None = None
    cancelled: Callable[[], bool] | None = None
    began: float = field(default_factory=time.perf_counter)

    @property
    def seconds(self) -> float:
        """Seconds since the search began."""
        return time.perf_counter() - self.began

    @property
    def left(self) -> float | None:
        """Seconds left; none without a limit."""
        return None if self.limit is None else max(0.0, self.limit - self.seconds)

    def over(self) -> bool:
        """Whether the search has to stop."""
        return self.left == 0.0 or bool(self.cancelled and self.cancelled())

    def tell(self, plan: float | None, bound: float | None, sites: Sites | None = None) -> None:
        """Pass on where the search stands; ``sites`` are those of the plan, where they are told."""
        if self.told is not None:
            self.told(self.seconds, plan, bound, sites)


def limited_answered(asked: Question, minutes: float, search: Search) -> Answer:
    """Find least travel with nobody further than a limit.

    Parameters
    ----------
    asked
        The same question without the limit.
    minutes
        The limit.
    search
        Its limits, and who is told.

    Returns
    -------
    Answer
        Infeasible with whom the best plan leaves further away, where no plan keeps everybody.
    """
    whole = False

    def told(now: Now) -> None:
        nonlocal whole
        whole = now.objective is not None and now.objective < NOBODY

    covering = replace(
        asked, costs=CoverCosts(asked.costs, minutes), ceiling=np.ones(len(asked.weight))
    )
    first = answered(
        covering, time_limit=search.left, progress=told,
        cancel=lambda: whole or search.over(),
    )  # fmt: skip
    if first.objective is None or first.objective > NOBODY:
        return _left_out(first, asked, search)

    def passed_on(now: Now) -> None:
        search.tell(now.objective, now.bound, now.sites)

    answer = answered(
        _kept_within(asked, minutes, first.sites), time_limit=search.left,
        start=first.sites.tolist(), progress=passed_on, cancel=search.cancelled,
    )  # fmt: skip
    return replace(answer, seconds=search.seconds)


def _kept_within(asked: Question, minutes: float, sites: Sites) -> Question:
    """Ask for plans that keep everybody within a limit, when one is known.

    Leaving anybody out costs more than all the travel of the known plan, so no plan as good as that
    one does. An infinite cost would say the same, but no bound follows from it.
    """
    cost, _nearest = served(asked, sites)
    counted = asked.weight > 0
    travel = float(asked.weight[counted] @ cost[counted])
    ceiling = np.full(len(cost), minutes)
    ceiling[counted] = np.maximum(minutes, (1 + travel) * (1 + LITTLE) / asked.weight[counted])
    return replace(asked, costs=LimitedCosts(asked.costs, minutes), ceiling=ceiling)


def _left_out(first: Answer, asked: Question, search: Search) -> Answer:
    """No plan keeps everybody within the limit; or none was found that does."""
    left: tuple[int, ...] = ()
    status = first.status
    if first.objective is not None:
        status = "infeasible" if first.status == "proved" else "unknown"
        outside = (first.assignment < 0) & (asked.weight > 0)
        left = tuple(np.flatnonzero(outside).tolist())
    return replace(
        first, status=status, sites=np.zeros(0, np.intp), objective=None, bound=None, gap=None,
        assignment=np.zeros(0, np.intp), unreached=left if status == "infeasible" else (),
        seconds=search.seconds, inputs_hash=asked.inputs_hash(), proof=None,
    )  # fmt: skip


def farthest_answered(asked: Question, search: Search) -> tuple[Answer, float | None]:
    """Find the plan whose furthest way is shortest, and least travel among such plans.

    Parameters
    ----------
    asked
        The same question with least travel as its objective.
    search
        Its limits, and who is told.

    Returns
    -------
    tuple
        The answer, its objective the furthest way of anybody; and the gap of the travel among plans
        that are as good, 0 when proved, nothing without a plan.

    References
    ----------
    Minieka (1970), SIAM Review 12(1): 138-139 (a search over radii, each a covering problem).
    """
    closing = _Closing(asked, search)
    last = closing.run()
    if closing.sites is None:
        return replace(last, inputs_hash=asked.inputs_hash(), seconds=search.seconds), None
    proved = closing.lower >= closing.upper * (1 - EQUAL)
    bound = closing.upper if proved else closing.lower
    then = _least_travel(asked, closing, search)
    sites = then.sites if then.objective is not None else closing.sites
    cost, assignment = served(asked, sites)
    objective = float(cost[asked.weight > 0].max())
    bound = objective if proved else min(bound, objective)
    gap = 0.0 if proved else (objective - bound) / max(objective, EQUAL)
    found = replace(
        last, status="proved" if proved else "gap", sites=sites, objective=objective, bound=bound,
        gap=gap, assignment=assignment, conflicts=(), unreached=(), seconds=search.seconds,
        inputs_hash=asked.inputs_hash(), proof=None,
    )  # fmt: skip
    return found, 1.0 if then.gap is None else then.gap


def _least_travel(asked: Question, closing: _Closing, search: Search) -> Answer:
    assert closing.sites is not None
    within = _kept_within(asked, closing.upper * (1 + EQUAL), closing.sites)
    return answered(
        within, time_limit=search.left, start=closing.sites.tolist(), cancel=search.cancelled
    )


class _Closing:
    """The furthest way of the best plan, and what no plan can keep everybody within."""

    def __init__(self, asked: Question, search: Search) -> None:
        self.asked, self.search = asked, search
        self.counted = asked.weight > 0
        self.sites: Sites | None = None
        self.upper, self.lower = np.inf, 0.0

    def run(self) -> Answer:
        """Close in; the last covering says why where there is no plan."""
        self._start()
        ways = self._ways()
        answer = self._covered(self.lower)
        while self.sites is not None and not self.search.over():
            between = ways[(ways >= self.lower) & (ways < self.upper * (1 - EQUAL))]
            if not len(between):
                self.lower = self.upper
                break
            middle = float(between[len(between) // 2])
            before = self.lower, self.upper
            answer = self._covered(middle)
            if before == (self.lower, self.upper):
                break
        return answer

    def _start(self) -> None:
        """Leave the rules out: what no plan can reach then, none can under them."""
        asked = self.asked
        easier = solve_center(
            asked.costs, asked.at_most, weight=asked.weight, forced=asked.forced,
            excluded=asked.excluded, time_limit=self.search.left, cancel=self.search.cancelled,
        )  # fmt: skip
        if easier.bound is not None and np.isfinite(easier.bound):
            self.lower = easier.bound

    def _ways(self) -> Floats:
        """Every way from somebody to a site that may be open, ascending."""
        allowed = np.flatnonzero(~self.asked.excluded)
        table = self.asked.costs.between(np.flatnonzero(self.counted), allowed)
        found: Floats = np.unique(table[np.isfinite(table)])
        return found

    def _covered(self, minutes: float) -> Answer:
        """Try to keep everybody within some minutes; the ends move by what is found."""
        decided = False

        def told(now: Now) -> None:
            nonlocal decided
            none_left = now.objective is not None and now.objective < NOBODY
            some_left = now.bound is not None and now.bound > EQUAL
            decided = none_left or some_left

        covering = replace(
            self.asked, costs=CoverCosts(self.asked.costs, minutes * (1 + EQUAL)),
            weight=self.counted.astype(np.float64), ceiling=np.ones(len(self.counted)),
        )  # fmt: skip
        answer = answered(
            covering, time_limit=self.search.left, progress=told,
            cancel=lambda: decided or self.search.over(),
        )  # fmt: skip
        if answer.objective is not None:
            self._offer(answer.sites)
            assert answer.bound is not None
            if answer.objective > NOBODY and answer.bound > EQUAL:
                self.lower = max(self.lower, float(np.nextafter(minutes * (1 + EQUAL), np.inf)))
        plan = None if self.sites is None else self.upper
        self.search.tell(plan, self.lower, self.sites)
        return answer

    def _offer(self, sites: Sites) -> None:
        cost, _nearest = served(self.asked, sites)
        furthest = float(cost[self.counted].max())
        if furthest < self.upper:
            self.upper, self.sites = furthest, sites
