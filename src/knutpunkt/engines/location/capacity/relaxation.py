"""A lower bound: every client served once is relaxed, which leaves one knapsack per site.

At prices ``served`` a site takes the clients that pay more than they cost; the sites whose
knapsacks are worth most are opened, as far as counts over nested groups allow. Every other rule
has a price, and so has the demand that the open sites must be able to carry together; a small
linear program over the sites says how high these prices are.

References
----------
Mulvey and Beck (1984), European Journal of Operational Research 18(3): 339-348,
doi:10.1016/0377-2217(84)90155-3; Cornuejols, Sridharan and Thizy (1991), European Journal of
Operational Research 50(3): 280-297, doi:10.1016/0377-2217(91)90261-S (which rows to relax).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.limits import Limits, limits_of
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Flags, Floats
from knutpunkt.engines.location.capacity.whole import (
    WholeLoads,
    objective_step,
    rounded_up,
    whole_loads,
)
from knutpunkt.engines.location.kernels.loads import (
    BEST_BOUND,
    FIRST_STEP,
    Climber,
    Terms,
    cheapest_sites,
    climb,
    valued,
)
from knutpunkt.engines.location.kernels.types import Counts
from knutpunkt.engines.location.obeying import cheapest_obeying, rule_prices

# Without a unit of the objective, plans that differ by less than this share are equally good.
PROOF_SHARE, PROOF_LEAST = 1e-7, 1e-9

Stop = Callable[[], bool]


@dataclass(frozen=True, eq=False)
class Rows:
    """Rules as rows, with the places that are decided."""

    parts: Floats
    least: Floats
    most: Floats
    forced: Flags
    closed: Flags


@dataclass(frozen=True, eq=False)
class Case:
    """A question made ready for the search, perhaps with some sites decided.

    Parameters
    ----------
    question, limits, whole
        What is asked, what follows from it, and whole loads if there are any.
    step
        Unit of the objective, 0 without one.
    cost
        Serving costs, shape ``(places, clients)``, infinite where a pair is ruled out.
    opened, closed
        Places decided so far, boolean, shape ``(places,)``.
    """

    question: CapacitatedQuestion
    limits: Limits
    whole: WholeLoads | None
    step: float
    cost: Floats
    opened: Flags
    closed: Flags

    def deciding(self, *, opened: Flags, closed: Flags, ruled_out: Flags | None = None) -> Case:
        """Return the same case with more sites decided and more pairs ruled out."""
        closed = self.closed | closed
        lost = closed[:, None] if ruled_out is None else closed[:, None] | ruled_out
        cost = np.where(lost, np.inf, self.cost)
        return replace(self, cost=cost, opened=self.opened | opened, closed=closed)

    def deciding_sites(self, opened: Flags, closed: Flags) -> Case:
        """Decide sites for the choice of sites alone, without touching the pairs."""
        return replace(self, opened=opened, closed=closed)

    def target(self, upper: float) -> float:
        """Objective that a better plan does not exceed."""
        if self.step or not np.isfinite(upper):
            return upper - self.step * (1 - 1e-6)
        return upper - abs(upper) * PROOF_SHARE - PROOF_LEAST

    def rounded(self, bound: float) -> float:
        """Least possible objective not below a bound."""
        return rounded_up(bound, self.step)

    @property
    def rows(self) -> Rows:
        """The rules as rows."""
        limits = self.limits
        return Rows(limits.parts, limits.low, limits.high, self.opened, self.closed)

    def obeys(self, open_: Flags) -> bool:
        """Whether open places obey all that is said of sites alone."""
        limits = self.limits
        sums = limits.parts @ open_
        slack = 1e-9 * (1 + np.abs(limits.parts) @ open_)
        return bool(
            (sums >= limits.low - slack).all()
            and (sums <= limits.high + slack).all()
            and open_[limits.forced].all()
            and not open_[limits.closed].any()
        )

    def obeying(self, reduced: Floats) -> Flags | None:
        """The places of least reduced cost that obey every rule; none if none do."""
        known = np.where(np.isfinite(reduced), reduced, 0.0)
        lost = replace(self.rows, closed=self.closed | ~np.isfinite(reduced))
        return None if (lost.forced & lost.closed).any() else cheapest_obeying(lost, known)


def case_of(question: CapacitatedQuestion) -> Case:
    """Make a question ready for the search."""
    limits = limits_of(question)
    return Case(
        question, limits, whole_loads(question, limits), objective_step(question),
        limits.cost, limits.forced, limits.closed,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Prices:
    """Multipliers of the relaxed rows: of serving each client, and of each rule that has one."""

    served: Floats
    rules: Floats


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The relaxed question at some prices.

    Parameters
    ----------
    prices
        Where it was evaluated.
    bound
        No plan of the case costs less; infinite when there is none.
    value, reduced
        What each place's cheapest load adds at these prices, without and with its opening and
        its part in the rules, shape ``(places,)``.
    chosen
        Places that are opened, boolean, shape ``(places,)``.
    mean, often
        Share of each client at each open place, ``(places, clients)``, and how often each place
        was open, averaged over the steps that led here: about the solution of the linear
        relaxation over sets.
    """

    prices: Prices
    bound: float
    value: Floats
    reduced: Floats
    chosen: Flags
    mean: Floats
    often: Floats


def relax(case: Case, prices: Prices) -> Relaxed:
    """Evaluate the bound: a knapsack per place, then the best places."""
    terms = terms_of(case, prices.rules)
    value, taken = valued(terms, prices.served)
    reduced = value + terms.opening
    chosen = np.zeros(len(reduced), np.bool_)
    total = float(cheapest_sites(reduced, terms.forced, terms.counts, chosen))
    bound = float(prices.served.sum()) + terms.owed + total
    if not np.isfinite(bound):
        bound, chosen = np.inf, np.zeros(len(reduced), np.bool_)
    return Relaxed(prices, bound, value, reduced, chosen, taken * chosen[:, None],
                   chosen.astype(np.float64))  # fmt: skip


def first_prices(case: Case) -> Prices:
    """Start at the second least cost of each client."""
    finite = np.where(np.isfinite(case.cost), case.cost, np.inf)
    ordered = np.partition(finite, min(1, len(finite) - 1), axis=0)[:2]
    second = ordered[-1]
    served = np.where(np.isfinite(second), second, finite.min(axis=0))
    served = np.where(np.isfinite(served), served, 0.0)
    return Prices(served, np.zeros(len(case.limits.others)))


class Ascent:
    """Raises the bound of a case step by step; remembers where it stands.

    Parameters
    ----------
    case, prices
        The case and where to begin.
    mean, often
        Relaxed plans so far, as in :class:`Relaxed`. The mean is not kept where clients are split.
    """

    def __init__(
        self, case: Case, prices: Prices, mean: Floats | None = None, often: Floats | None = None
    ) -> None:
        self.case, self.rules, self.best_rules = case, prices.rules, prices.rules
        self.work = 0
        if not case.question.single:
            mean = np.zeros((0, 0))
        self.climber = Climber(
            served=prices.served.copy(),
            best_served=prices.served.copy(),
            direction=np.zeros(len(prices.served)),
            mean=np.zeros(case.cost.shape) if mean is None else mean.copy(),
            often=np.zeros(len(case.cost)) if often is None else often.copy(),
            state=np.array([FIRST_STEP, 0.0, -np.inf]),
        )

    def climb(self, *, upper: float, iterations: int) -> bool:
        """Take steps towards ``upper``; tell whether more steps may raise the bound."""
        self._price_rules()
        before = self.bound
        steps, more = climb(
            terms_of(self.case, self.rules), self.climber, upper, self.case.target(upper),
            iterations,
        )  # fmt: skip
        self.work += steps * self.case.cost.size
        if self.bound > before:
            self.best_rules = self.rules
        return bool(more)

    def _price_rules(self) -> None:
        """What the rules are worth at the clients' prices of the moment."""
        limits, others = self.case.limits, list(self.case.limits.others)
        if not others:
            return
        value, _ = valued(terms_of(self.case, self.rules), self.climber.served)
        self.work += self.case.cost.size
        reduced = value + limits.opening
        lost = ~np.isfinite(reduced)
        rows = replace(self.case.rows, closed=self.case.closed | lost)
        if (rows.forced & rows.closed).any():
            return
        found = rule_prices(rows, np.where(lost, 0.0, reduced), np.array(others, np.intp))
        edge = np.where(found > 0, limits.low[others], limits.high[others])
        self.rules = np.where(np.isfinite(edge) & np.isfinite(found), found, 0.0)

    @property
    def bound(self) -> float:
        """Best bound so far."""
        return float(self.climber.state[BEST_BOUND])

    @property
    def prices(self) -> Prices:
        """The best prices so far."""
        return Prices(self.climber.best_served.copy(), self.best_rules)

    def best(self) -> Relaxed:
        """Evaluate the relaxed case at the best prices so far, with the means of the steps."""
        found = relax(self.case, self.prices)
        mean = self.climber.mean if self.case.question.single else found.mean
        return replace(found, mean=mean, often=self.climber.often)

    def latest(self) -> Relaxed:
        """Evaluate the relaxed case at the prices of the moment."""
        return relax(self.case, Prices(self.climber.served.copy(), self.rules))


def terms_of(case: Case, rules: Floats) -> Terms:
    """Lay a case out as plain arrays for the compiled loops, at some prices of the rules."""
    limits, whole = case.limits, case.whole
    nothing = np.empty(0, dtype=np.int64)
    ranges = np.empty((2, 0), np.int64) if whole is None else np.stack((whole.most, whole.least))
    others = list(limits.others)
    edge = np.where(rules > 0, limits.low[others], limits.high[others])
    owed = float(rules @ np.where(rules != 0, edge, 0.0))
    groups = limits.groups
    counts = Counts(
        np.flatnonzero(~case.opened & ~case.closed), groups.begins, groups.chain, groups.depth,
        groups.low, groups.high, groups.counts(case.opened),
    )  # fmt: skip
    return Terms(
        case.cost, limits.opening - rules @ limits.parts[others], owed, case.question.size,
        limits.capacity, limits.least_load, nothing if whole is None else whole.size, ranges,
        case.opened, counts,
    )  # fmt: skip


def forcing(case: Case, relaxed: Relaxed) -> tuple[Floats, Floats]:
    """Least sums of reduced costs with each place open, and with each closed."""
    free = ~case.opened & ~case.closed
    base = float(relaxed.reduced[relaxed.chosen].sum())
    with np.errstate(invalid="ignore"):
        more = case.limits.groups.forcing(relaxed.reduced, relaxed.chosen, free)
    more = np.where(np.isnan(more), np.inf, more)
    with_it: NDArray[np.float64] = np.where(relaxed.chosen, base, base + more)
    with_it[case.closed] = np.inf
    without = np.where(relaxed.chosen, base + more, base)
    without[case.opened] = np.inf
    return with_it, without
