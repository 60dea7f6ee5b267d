"""Branch and bound over sites where clients may be split: every node is open to be checked.

With all sites decided what is left is a transportation problem, whose prices give a bound equal to
its cost. So the search ends without any solver's word, and its nodes are a proof.

Sources: Beasley (1988), European Journal of Operational Research 33(3): 314-325,
doi:10.1016/0377-2217(88)90175-0.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass, field
from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.answer import Branch
from knutpunkt.engines.location.capacity.compact import solve_compact
from knutpunkt.engines.location.capacity.incumbent import Standing
from knutpunkt.engines.location.capacity.plans import Plan
from knutpunkt.engines.location.capacity.question import Flags, Floats
from knutpunkt.engines.location.capacity.relaxation import (
    Ascent,
    Case,
    Prices,
    Relaxed,
    forcing,
    relax,
)
from knutpunkt.engines.location.capacity.root import try_sites
from knutpunkt.engines.location.capacity.splitting import split_over

STEPS_PER_NODE, STEPS_PER_STRETCH = 80, 20
#: A bound has to pass the goal by so much to be sure to do so when recomputed.
SURE = 1e-9
#: Every so many nodes a plan is built from what the node opens; as often as that is cheap.
NODES_PER_PLAN = 3


#: A node without a parent; a node that differs from its parent by its prices alone.
NOBODY, SAME = -1, -1


class Node(NamedTuple):
    """Plans with some sites open and some closed, and a bound on them."""

    bound: float
    number: int
    opened: Flags
    closed: Flags
    relaxed: Relaxed


@dataclass
class SiteTree:
    """Open nodes of one search.

    Parameters
    ----------
    standing
        Best plan and bound.
    branches
        Every node in order of its number, for the certificate.
    sure
        Whether every node that was closed is closed by its prices.
    """

    standing: Standing
    branches: list[Branch] = field(default_factory=list)
    sure: bool = True
    nodes: list[tuple[float, int, Node]] = field(default_factory=list)
    tried: dict[bytes, Plan | None] = field(default_factory=dict)

    def search(self, relaxed: Relaxed) -> None:
        """Search from the root until nothing is open or the work or time is up."""
        standing, case = self.standing, self.standing.case
        self._keep(NOBODY, SAME, opened=False, prices=relaxed.prices)
        self._open(relaxed, 0, case.opened, case.closed, relaxed.bound)
        while self.nodes and not standing.stop():
            bound, _, node = heapq.heappop(self.nodes)
            if bound > self._target:
                continue
            self._look(node)
            standing.raise_bound(min([np.inf, *(node[0] for node in self.nodes[:1])]))
        if not self.nodes:
            standing.raise_bound(np.inf)

    @property
    def _target(self) -> float:
        """A bound above it shows that no better plan is left."""
        upper = self.standing.upper
        return self.standing.case.target(upper) + SURE * (1 + abs(upper))

    def _keep(self, parent: int, site: int, *, opened: bool, prices: Prices) -> int:
        self.branches.append(Branch(parent, site, opened, prices.served, prices.rules))
        return len(self.branches) - 1

    def _open(
        self, relaxed: Relaxed, number: int, opened: Flags, closed: Flags, bound: float
    ) -> None:
        node = Node(max(bound, relaxed.bound), number, opened, closed, relaxed)
        heapq.heappush(self.nodes, (node.bound, number, node))

    def _look(self, node: Node) -> None:
        """Fix what the bound of a node allows, and split the rest on one site."""
        case = self.standing.case.deciding(opened=node.opened, closed=node.closed)
        case = self._fixed(case, node.relaxed)
        free = ~case.opened & ~case.closed
        if not free.any():
            self._decide(case, node.number)
            return
        site = _wavering(node.relaxed, free)
        one = np.zeros(len(free), np.bool_)
        one[site] = True
        nothing = np.zeros(len(free), np.bool_)
        for opened in (False, True):
            half = case.deciding(opened=one if opened else nothing,
                                 closed=nothing if opened else one)  # fmt: skip
            self._climb(half, node, site, opened=opened)

    def _fixed(self, case: Case, relaxed: Relaxed) -> Case:
        """Decide the sites that alone lift the bound of these very prices above the goal."""
        now = relax(case, relaxed.prices)
        if not np.isfinite(now.bound):
            return case
        with_it, without = forcing(case, now)
        rest = now.bound - float(now.reduced[now.chosen].sum())
        free = ~case.opened & ~case.closed
        return case.deciding(
            opened=free & (rest + without > self._target),
            closed=free & (rest + with_it > self._target),
        )

    def _climb(self, half: Case, node: Node, site: int, *, opened: bool) -> None:
        """Raise the bound of a half and keep it open unless the bound closes it."""
        standing = self.standing
        parent = node.relaxed
        ascent = Ascent(half, parent.prices, often=parent.often)
        for _ in range(STEPS_PER_NODE // STEPS_PER_STRETCH):
            if not ascent.climb(upper=standing.upper, iterations=STEPS_PER_STRETCH):
                break
            if ascent.bound > self._target:
                break
        standing.meter.add(ascent.work)
        number = self._keep(node.number, site, opened=opened, prices=ascent.prices)
        if ascent.bound > self._target:
            return
        best = ascent.best()
        if number % NODES_PER_PLAN == 0:
            try_sites(standing, best, self.tried)
        self._open(best, number, half.opened, half.closed, node.bound)

    def _decide(self, case: Case, number: int) -> None:
        """With every site decided, the cheapest split settles the node."""
        standing, open_ = self.standing, case.opened
        if not case.obeys(open_):
            return
        plan, served, work = split_over(standing.case, open_)
        standing.meter.add(work)
        standing.offer(plan)
        if served is None:
            self._decide_by_highs(case)
            return
        prices = Prices(served, np.zeros(len(case.limits.others)))
        self._keep(number, SAME, opened=False, prices=prices)
        if plan is None and relax(case, prices).bound <= self._target:
            self.sure = False

    def _decide_by_highs(self, case: Case) -> None:
        """Where rounding spoiled the prices: a solver's word, of which no proof is kept."""
        self.sure = False
        answer, plan = solve_compact(case, seconds=None, seed=0, listener=None, costed=True)
        assert answer.optimal or answer.infeasible, "with every site decided it is always settled"
        self.standing.offer(plan)


def _wavering(relaxed: Relaxed, free: Flags) -> int:
    """The free site that was open nearest to half the time."""
    doubt: Floats = np.where(free, np.abs(relaxed.often - 0.5), np.inf)
    return int(doubt.argmin())
