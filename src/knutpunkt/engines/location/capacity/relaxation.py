"""A lower bound: every client served once is relaxed, which leaves one knapsack per site.

At prices ``served`` a site takes the clients that pay more than they cost; the sites whose
knapsacks are worth most are opened. A second price stands for the demand that the open sites must
be able to carry together.

References
----------
Mulvey and Beck (1984), European Journal of Operational Research 18(3): 339-348,
doi:10.1016/0377-2217(84)90155-3; Cornuejols, Sridharan and Thizy (1991), European Journal of
Operational Research 50(3): 280-297, doi:10.1016/0377-2217(91)90261-S (which rows to relax).
"""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from knutpunkt.engines.location.capacity.kernels import (
    BEST_BOUND,
    BEST_CAPACITY_PRICE,
    CAPACITY_PRICE,
    FIRST_STEP,
    Climber,
    Terms,
    broken_knapsacks,
    chosen_sites,
    climb,
    whole_knapsacks,
)
from knutpunkt.engines.location.capacity.limits import Limits, limits_of
from knutpunkt.engines.location.capacity.question import CapacitatedQuestion, Flags, Floats
from knutpunkt.engines.location.capacity.whole import (
    WholeLoads,
    objective_step,
    rounded_up,
    whole_loads,
)

# Without a unit of the objective, plans that differ by less than this share are equally good.
PROOF_SHARE = 1e-7

Stop = Callable[[], bool]


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
        Serving costs, shape ``(sites, clients)``, infinite where a pair is ruled out.
    opened, closed
        Sites decided so far, boolean, shape ``(sites,)``.
    """

    question: CapacitatedQuestion
    limits: Limits
    whole: WholeLoads | None
    step: float
    cost: Floats
    opened: Flags
    closed: Flags

    def deciding(self, *, opened: Flags, closed: Flags, ruled_out: Flags | None = None) -> "Case":
        """Return the same case with more sites decided and more pairs ruled out."""
        closed = self.closed | closed
        lost = closed[:, None] if ruled_out is None else closed[:, None] | ruled_out
        cost = np.where(lost, np.inf, self.cost)
        return replace(self, cost=cost, opened=self.opened | opened, closed=closed)

    def deciding_sites(self, *, opened: Flags, closed: Flags) -> "Case":
        """Decide sites for the choice of sites alone, without touching the pairs."""
        return replace(self, opened=self.opened | opened, closed=self.closed | closed)

    def target(self, upper: float) -> float:
        """Objective that a better plan does not exceed."""
        return upper - self.step * (1 - 1e-6) if self.step else upper * (1 - PROOF_SHARE)

    def rounded(self, bound: float) -> float:
        """Least possible objective not below a bound."""
        return rounded_up(bound, self.step)


def case_of(question: CapacitatedQuestion) -> Case:
    """Make a question ready for the search."""
    limits = limits_of(question)
    return Case(
        question, limits, whole_loads(question, limits), objective_step(question),
        limits.cost, question.is_forced, ~question.is_allowed,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Prices:
    """Multipliers of the relaxed rows: of serving each client, ``(clients,)``, and of capacity."""

    served: Floats
    capacity: float


@dataclass(frozen=True, eq=False)
class Relaxed:
    """The relaxed question at some prices.

    Parameters
    ----------
    prices
        Where it was evaluated.
    bound
        No plan of the case costs less; infinite when there is none.
    reduced
        Cost of opening each site at these prices, shape ``(sites,)``.
    chosen
        Sites that are opened, boolean, shape ``(sites,)``.
    taken
        Share of each client in each site's knapsack, shape ``(sites, clients)``.
    mean
        The same at the open sites, averaged over the steps that led here: about the solution of
        the linear relaxation over sets.
    """

    prices: Prices
    bound: float
    reduced: Floats
    chosen: Flags
    taken: Floats
    mean: Floats


def relax(case: Case, prices: Prices) -> Relaxed:
    """Evaluate the bound: a knapsack per site, then the best sites."""
    question, limits, whole = case.question, case.limits, case.whole
    if whole is None:
        value, taken = broken_knapsacks(
            case.cost, prices.served, question.demand, limits.capacity, limits.least_load
        )
    else:
        value, taken = whole_knapsacks(
            case.cost, prices.served, whole.size, whole.most, whole.least
        )
    reduced = value + question.opening - prices.capacity * limits.capacity
    chosen = selection(case, reduced)
    constant = prices.served.sum() + prices.capacity * question.demand.sum()
    bound = np.inf if chosen is None else float(constant + reduced[chosen].sum())
    if chosen is None:
        chosen = np.zeros(question.sites, dtype=np.bool_)
    return Relaxed(prices, bound, reduced, chosen, taken, taken * chosen[:, None])


def selection(case: Case, reduced: Floats) -> Flags | None:
    """Choose the sites of least reduced cost within the limits on their number, if any do."""
    possible, chosen = chosen_sites(
        reduced, case.opened, case.closed, case.limits.fewest, case.limits.most
    )
    return chosen if possible else None


def first_prices(case: Case) -> Prices:
    """Start at the second least cost of each client."""
    finite = np.where(np.isfinite(case.cost), case.cost, np.nan)
    ordered = np.sort(finite, axis=0)
    second = ordered[min(1, len(ordered) - 1)]
    served = np.where(np.isfinite(second), second, ordered[0])
    return Prices(np.nan_to_num(served), 0.0)


class Ascent:
    """Raises the bound of a case step by step; remembers where it stands.

    Parameters
    ----------
    case, prices
        The case and where to begin.
    mean
        Relaxed plans so far, shape ``(sites, clients)``, as in :class:`Relaxed`.
    """

    def __init__(self, case: Case, prices: Prices, mean: Floats | None = None) -> None:
        self.case = case
        self.terms = terms_of(case)
        self.climber = Climber(
            served=prices.served.copy(),
            best_served=prices.served.copy(),
            direction=np.zeros(len(prices.served) + 1),
            mean=np.zeros(case.cost.shape) if mean is None else mean.copy(),
            state=np.array([prices.capacity, FIRST_STEP, 0.0, -np.inf, prices.capacity]),
        )

    def climb(self, *, upper: float, iterations: int) -> bool:
        """Take steps towards ``upper``; tell whether more steps may raise the bound."""
        return climb(self.terms, self.climber, upper, self.case.target(upper), iterations)

    @property
    def bound(self) -> float:
        """Best bound so far."""
        return float(self.climber.state[BEST_BOUND])

    def best(self) -> Relaxed:
        """Evaluate the relaxed case at the best prices so far, with the mean of the steps."""
        prices = Prices(
            self.climber.best_served.copy(), float(self.climber.state[BEST_CAPACITY_PRICE])
        )
        return replace(relax(self.case, prices), mean=self.climber.mean)

    def latest(self) -> Flags:
        """Sites that the relaxed plan opens at the prices of the moment."""
        prices = Prices(self.climber.served, float(self.climber.state[CAPACITY_PRICE]))
        return relax(self.case, prices).chosen


def terms_of(case: Case) -> Terms:
    """Lay a case out as plain arrays for the compiled loops."""
    question, limits, whole = case.question, case.limits, case.whole
    nothing = np.empty(0, dtype=np.int64)
    ranges = np.empty((2, 0), np.int64) if whole is None else np.stack((whole.most, whole.least))
    return Terms(
        case.cost, question.opening, question.demand, limits.capacity, limits.least_load,
        nothing if whole is None else whole.size, ranges, case.opened, case.closed,
        np.array([limits.fewest, limits.most]),
    )  # fmt: skip
