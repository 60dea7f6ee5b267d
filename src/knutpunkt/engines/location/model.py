"""The exact model: one chain of variables per demand point, closed by HiGHS.

A point with distinct costs D1 < D2 < ... < ceiling has a chain of variables: z_k is 1 when no site
within D_k is open, and then costs the step to D_(k+1). Each row says z_k >= z_(k-1) minus the sites
at D_k. Points whose lists begin alike share the beginning of their chains.

References
----------
Cornuejols, Nemhauser and Wolsey (1980), SIAM Journal on Algebraic Discrete Methods 1(3): 261-272;
Garcia, Labbe and Marin (2011), INFORMS Journal on Computing 23(4): 546-556,
doi:10.1287/ijoc.1100.0418; Elloumi (2010), Journal of Combinatorial Optimization 19(1): 69-83.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.demand import DemandLists, Floats
from knutpunkt.engines.location.fixing import Fixings
from knutpunkt.engines.location.milp import Listener, Milp, is_one
from knutpunkt.engines.location.rules import SiteRules, add_site_rules
from knutpunkt.engines.location.start import Choice

ROOT = -1
# Person-minutes are rescaled to this size of objective, which suits absolute tolerances.
OBJECTIVE_SCALE = 1e6


@dataclass(frozen=True, eq=False)
class ExactAnswer:
    """What HiGHS found: the best choice, and a bound in person-minutes."""

    choice: Choice | None
    bound: float


class Chains:
    """The variables z of every chain, shared where chains begin alike."""

    def __init__(self) -> None:
        self.parent: list[int] = []
        self.sites: list[tuple[int, ...]] = []
        self.cost: list[float] = []
        self.never: list[bool] = []
        self.constant = 0.0
        self._known: dict[tuple[int, tuple[int, ...]], int] = {}

    def add(self, levels: list[tuple[float, tuple[int, ...]]], end: float, weight: float) -> None:
        """Add a point of a given weight: costs with the sites at each, and the cost at the end.

        An infinite end means that one of the sites must open.
        """
        self.constant += weight * (levels[0][0] if levels else end)
        node = ROOT
        for place, (cost, sites) in enumerate(levels):
            node = self._node(node, sites)
            dearer = levels[place + 1][0] if place + 1 < len(levels) else end
            if np.isinf(dearer):
                self.never[node] = True
            else:
                self.cost[node] += weight * (dearer - cost)

    def _node(self, parent: int, sites: tuple[int, ...]) -> int:
        node = self._known.setdefault((parent, sites), len(self.parent))
        if node == len(self.parent):
            self.parent.append(parent)
            self.sites.append(sites)
            self.cost.append(0.0)
            self.never.append(False)
        return node

    def values(self, choice: Choice) -> Floats:
        """Value of every z for a choice of sites."""
        values = np.zeros(len(self.parent))
        for node, (parent, sites) in enumerate(zip(self.parent, self.sites, strict=True)):
            before = 1.0 if parent == ROOT else values[parent]
            values[node] = 0.0 if choice[list(sites)].any() else before
        return values


def solve_exactly(
    lists: DemandLists,
    rules: SiteRules,
    fixed: Fixings,
    start: Choice,
    *,
    seconds: float | None,
    seed: int,
    listener: Listener,
) -> ExactAnswer:
    """Find the best choice among those the fixings leave.

    Parameters
    ----------
    lists, rules, fixed
        The problem and what is already known of every better plan.
    start
        The best known choice; it obeys the rules and the fixings.
    seconds, seed
        Limit and random seed of HiGHS.
    listener
        Told the primal and dual bound in person-minutes; true stops the solver.
    """
    chains = chains_of(lists, fixed)
    scale = OBJECTIVE_SCALE / max(lists.objective(start), np.finfo(float).tiny)
    model = _model(chains, rules, fixed, scale)
    values = np.concatenate((start.astype(np.float64), chains.values(start)))

    def in_person_minutes(primal: float, dual: float) -> bool:
        return listener(chains.constant + primal / scale, chains.constant + dual / scale)

    answer = model.minimise(
        start=values, seconds=seconds, seed=seed, absolute_gap=1e-9 * OBJECTIVE_SCALE,
        listener=in_person_minutes,
    )  # fmt: skip
    choice = None if answer.values is None else is_one(answer.values[: len(start)])
    return ExactAnswer(choice, chains.constant + answer.bound / scale)


def chains_of(lists: DemandLists, fixed: Fixings) -> Chains:
    """Build the chains of all rows from the entries that may still serve them."""
    ceiling = _ceiling_with(lists, fixed.opened)
    kept = fixed.entries & ~fixed.opened[lists.site] & (lists.cost < ceiling[lists.row])
    entries = np.flatnonzero(kept)
    starts = np.searchsorted(lists.row[entries], np.arange(lists.rows + 1))
    must = fixed.served_from_list & (ceiling == lists.ceiling)
    chains = Chains()
    for row in range(lists.rows):
        own = entries[starts[row] : starts[row + 1]]
        end = np.inf if must[row] else float(ceiling[row])
        chains.add(_levels(lists, own), end, float(lists.weight[row]))
    return chains


def _ceiling_with(lists: DemandLists, opened: NDArray[np.bool_]) -> Floats:
    """Ceilings when the surely opened sites count as open."""
    return lists.cheapest_two(opened)[0]


def _levels(lists: DemandLists, own: NDArray[np.intp]) -> list[tuple[float, tuple[int, ...]]]:
    """Group the sorted entries of a row by equal cost."""
    cost, site = lists.cost[own], lists.site[own]
    cuts = np.flatnonzero(np.diff(cost)) + 1
    groups = np.split(site, cuts) if len(own) else []
    firsts = cost[np.concatenate(([0], cuts))].tolist() if len(own) else []
    return [(first, tuple(group.tolist())) for first, group in zip(firsts, groups, strict=True)]


def _model(chains: Chains, rules: SiteRules, fixed: Fixings, scale: float) -> Milp:
    sites = len(fixed.opened)
    upper_z = np.where(np.array(chains.never, dtype=np.bool_), 0.0, 1.0)
    model = Milp(
        cost=np.concatenate((np.zeros(sites), np.array(chains.cost) * scale)),
        lower=np.concatenate((fixed.opened.astype(np.float64), np.zeros(len(upper_z)))),
        upper=np.concatenate(((~fixed.closed).astype(np.float64), upper_z)),
        integers=sites,
    )
    add_site_rules(model, rules)
    for node, (parent, own) in enumerate(zip(chains.parent, chains.sites, strict=True)):
        columns = np.array([*own, sites + node], dtype=np.intp)
        values = np.ones(len(columns))
        if parent == ROOT:
            model.add_row(columns, values, 1.0, np.inf)
        else:
            columns = np.append(columns, sites + parent)
            model.add_row(columns, np.append(values, -1.0), 0.0, np.inf)
    return model
