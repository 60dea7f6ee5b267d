"""What fixing leaves, as a small model that HiGHS closes.

A client with distinct costs D1 < D2 < ... has a chain of variables: z_k is 1 when no site within
D_k is open, and then costs the step to D_(k+1). Each row says z_k >= z_(k-1) minus the sites at
D_k. Clients whose lists begin alike share the beginning of their chains.

Sources: Cornuejols, Nemhauser and Wolsey (1980), SIAM Journal on Algebraic Discrete Methods 1(3):
261-272; Garcia, Labbe and Marin (2011), INFORMS Journal on Computing 23(4): 546-556,
doi:10.1287/ijoc.1100.0418; Elloumi (2010), Journal of Combinatorial Optimization 19(1): 69-83.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.instance import Instance, Plan
from knutpunkt.engines.location.milp import Listener, Milp, MilpAnswer, is_one

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

ROOT = -1
#: HiGHS has absolute tolerances; objectives that are not whole are brought to this size.
OBJECTIVE_SCALE = 1e6


@dataclass(frozen=True, eq=False)
class Core:
    """What is left of an instance.

    Parameters
    ----------
    at
        The instance with everything that is fixed, its lists shortened.
    entry
        Which entries may serve their client in a better plan, shape ``(entries,)``.
    must
        Which clients have to be served from their list, shape ``(clients,)``.
    """

    at: Instance
    entry: Mask
    must: Mask

    @property
    def size(self) -> int:
        """How many entries are left."""
        return int(np.count_nonzero(self.entry))


def core_of(at: Instance, paid: Floats, bound: float, limit: float) -> Core:
    """Keep the entries that a plan below a limit may use.

    Serving a client for more than it pays adds at least the difference to the bound.

    Parameters
    ----------
    at
        Shortened by what is fixed.
    paid, bound
        Payments and the bound they give.
    """
    room = limit - bound
    row = at.lists.row
    entry = at.weight[row] * (at.lists.cost - paid[row]) <= room
    return Core(at, entry, at.weight * (at.cap - paid) > room)


@dataclass
class Chains:
    """The variables of all chains, shared where chains begin alike."""

    parent: list[int] = field(default_factory=list)
    sites: list[tuple[int, ...]] = field(default_factory=list)
    cost: list[float] = field(default_factory=list)
    never: list[bool] = field(default_factory=list)
    constant: float = 0.0
    known: dict[tuple[int, tuple[int, ...]], int] = field(default_factory=dict)

    def add(self, costs: list[float], sites: list[tuple[int, ...]], end: float, weight: float,
            *, must: bool) -> None:  # fmt: skip
        """Add a client: its distinct costs, the sites at each, and what it costs behind them."""
        self.constant += weight * (costs[0] if costs else end)
        node = ROOT
        for place, group in enumerate(sites):
            node = self._node(node, group)
            if place + 1 < len(costs):
                self.cost[node] += weight * (costs[place + 1] - costs[place])
            elif must:
                self.never[node] = True
            else:
                self.cost[node] += weight * (end - costs[place])

    def _node(self, parent: int, sites: tuple[int, ...]) -> int:
        node = self.known.setdefault((parent, sites), len(self.parent))
        if node == len(self.parent):
            self.parent.append(parent)
            self.sites.append(sites)
            self.cost.append(0.0)
            self.never.append(False)
        return node

    def values(self, chosen: Mask) -> Floats:
        """Value of every variable for a plan."""
        values = np.zeros(len(self.parent))
        for node, (parent, sites) in enumerate(zip(self.parent, self.sites, strict=True)):
            before = 1.0 if parent == ROOT else values[parent]
            values[node] = 0.0 if chosen[list(sites)].any() else before
        return values


@dataclass(frozen=True, eq=False)
class Closed:
    """What HiGHS says: a better plan or none, its bound, and whether it came to an end."""

    plan: Plan | None
    bound: float
    finished: bool


def closed_by_highs(
    core: Core, plan: Plan, *, limit: float, seconds: float | None, seed: int,
    stop: Callable[[], bool], heard: Callable[[float], object],
) -> Closed:  # fmt: skip
    """Find the best plan that the core leaves, if one is better than the best known.

    Parameters
    ----------
    plan, limit
        The best plan known, and the bound at which nothing better can be found.
    seconds, seed
        Limit and random seed of HiGHS.
    stop, heard
        Asked whether to stop; told every bound.
    """
    at = core.at
    chains = _chains_of(core)
    # A plan that costs nothing has no scale of its own.
    scale = 1.0 if at.whole or not plan.objective else OBJECTIVE_SCALE / abs(plan.objective)
    constant = chains.constant + float(at.opening[at.forced].sum())

    def listener(_primal: float, dual: float) -> bool:
        if np.isfinite(dual):
            heard(min(plan.objective, constant + dual / scale))
        return stop()

    answer = _minimised(core, chains, plan, (plan.objective - constant) * scale, scale,
                        seconds, seed, listener)  # fmt: skip
    bound = constant + answer.bound / scale
    if answer.infeasible:
        # Everything at least as good as the best known plan was cut off.
        return Closed(None, plan.objective, finished=True)
    found = None
    if answer.values is not None:
        chosen = at.forced.copy()
        chosen[at.free] = is_one(answer.values[: len(at.free)])
        found = Plan(chosen, at.objective(chosen))
    best = plan.objective if found is None else min(plan.objective, found.objective)
    finished = answer.optimal or bound > limit
    return Closed(found, best if answer.optimal else min(bound, best), finished)


def _minimised(
    core: Core, chains: Chains, plan: Plan, worth: float, scale: float,
    seconds: float | None, seed: int, listener: Listener,
) -> MilpAnswer:  # fmt: skip
    at, many = core.at, len(core.at.free)
    model = _model(at, chains, scale)
    start = None
    if not plan.chosen[at.closed].any() and plan.chosen[at.forced].all():
        start = np.concatenate(
            (plan.chosen[at.free].astype(np.float64), chains.values(plan.chosen))
        )
    assert many, "a core without free sites has one plan and needs no model"
    return model.minimise(
        start=start, seconds=seconds, seed=seed, listener=listener,
        cutoff=worth if start is None else None,
        absolute_gap=0.999 if at.whole else 1e-9 * OBJECTIVE_SCALE,
    )  # fmt: skip


def _model(at: Instance, chains: Chains, scale: float) -> Milp:
    column, many = np.full(at.sites, -1), len(at.free)
    column[at.free] = np.arange(many)
    upper = np.where(np.array(chains.never, np.bool_), 0.0, 1.0)
    model = Milp(
        cost=np.concatenate((at.opening[at.free], np.array(chains.cost))) * scale,
        lower=np.zeros(many + len(upper)),
        upper=np.concatenate((np.ones(many), upper)),
        integers=many,
    )
    sums = at.parts @ at.forced
    for parts, low, high in zip(at.parts, at.least - sums, at.most - sums, strict=True):
        own = np.flatnonzero(parts[at.free])
        model.add_row(own, parts[at.free][own], low, high)
    for node, (parent, sites) in enumerate(zip(chains.parent, chains.sites, strict=True)):
        columns = [*column[list(sites)], many + node]
        if parent == ROOT:
            model.add_row(np.array(columns), np.ones(len(columns)), 1.0, np.inf)
        else:
            values = np.ones(len(columns) + 1)
            values[-1] = -1.0
            model.add_row(np.array([*columns, many + parent]), values, 0.0, np.inf)
    return model


def _chains_of(core: Core) -> Chains:
    at, chains = core.at, Chains()
    entries = np.flatnonzero(core.entry)
    begins = np.searchsorted(at.lists.row[entries], np.arange(at.clients + 1))
    cost, site = at.lists.cost[entries], at.lists.site[entries]
    # A new level begins with every client and with every greater cost.
    level = np.ones(len(entries), np.bool_)
    level[1:] = (np.diff(at.lists.row[entries]) != 0) | (np.diff(cost) != 0)
    costs, names = cost.tolist(), site.tolist()
    cuts = [*np.flatnonzero(level).tolist(), len(entries)]
    first = np.searchsorted(cuts, begins).tolist()
    for client, (weight, cap, must) in enumerate(
        zip(at.weight.tolist(), at.cap.tolist(), core.must.tolist(), strict=True)
    ):
        own = range(first[client], first[client + 1])
        levels = [costs[cuts[k]] for k in own]
        groups = [tuple(sorted(names[cuts[k] : cuts[k + 1]])) for k in own]
        chains.add(levels, groups, cap, weight, must=must)
    return chains
