"""The order of the search: root, any plan, then the tree of sites or of sets, or HiGHS."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.answer import Proof, Step
from knutpunkt.engines.location.capacity.compact import solve_compact
from knutpunkt.engines.location.capacity.fixing import fixings
from knutpunkt.engines.location.capacity.incumbent import Standing
from knutpunkt.engines.location.capacity.relaxation import Prices, Relaxed
from knutpunkt.engines.location.capacity.root import first_plan_by_highs, solve_root
from knutpunkt.engines.location.capacity.search import Tree
from knutpunkt.engines.location.capacity.sitetree import SiteTree
from knutpunkt.engines.location.covers import ClosedBy


@dataclass
class Strategy:
    """One search.

    Parameters
    ----------
    standing
        Best plan and bound; read the answer there.
    seed
        Of HiGHS.
    infeasible
        Whether the search showed that no plan exists.
    prices
        Prices of the bound at the root.
    closed_by, nodes, replayable
        As in the answer.
    tree
        The nodes of a search over sites, if there was one.
    """

    standing: Standing
    seed: int
    infeasible: bool = False
    prices: Prices | None = None
    closed_by: ClosedBy = "multipliers"
    nodes: int = 0
    replayable: bool = True
    tree: SiteTree | None = None

    def run(self) -> None:
        """Search until the best plan is proved or the work or time is up."""
        standing = self.standing
        if standing.stop():
            return
        relaxed = solve_root(standing)
        self.prices = relaxed.prices
        if np.isinf(relaxed.bound) and relaxed.bound > 0:
            self.infeasible = True
            return
        if standing.plan is None and not standing.stop():
            self.infeasible = first_plan_by_highs(standing, self.seed)
            self.replayable = not standing.halted.is_set()
        if standing.plan is None or standing.closed or standing.stop():
            return
        self._close(relaxed)

    def _close(self, relaxed: Relaxed) -> None:
        """Close what the bound at the root leaves open."""
        standing = self.standing
        if not standing.case.question.single:
            self.tree = SiteTree(standing)
            self.tree.search(relaxed)
            self.nodes = len(self.tree.branches)
            self.closed_by = "search" if self.tree.sure else "HiGHS"
        elif standing.case.whole is None:
            self.closed_by = "HiGHS"
            self._finish_compact(relaxed)
        else:
            self.closed_by = "HiGHS"
            tree = Tree(standing, self.seed)
            tree.search(relaxed)
            self.nodes = tree.looked

    def _finish_compact(self, relaxed: Relaxed) -> None:
        """Let HiGHS solve the rest."""
        standing = self.standing
        fixed = fixings(standing.case, relaxed, standing.upper)
        case = standing.case.deciding(
            opened=fixed.opened, closed=fixed.closed, ruled_out=fixed.ruled_out
        )
        answer, plan = solve_compact(
            case, start=standing.plan, seconds=standing.meter.left, seed=self.seed,
            listener=self._heard,
        )  # fmt: skip
        standing.meter.add(case.cost.size)
        standing.offer(plan)
        finished = answer.optimal or answer.infeasible
        self.replayable = finished
        standing.raise_bound(standing.upper if finished else answer.bound)

    def _heard(self, _incumbent: float, bound: float) -> bool:
        self.standing.raise_bound(bound)
        return self.standing.stop()

    @property
    def proof(self) -> Proof | None:
        """From what the bound follows."""
        if self.prices is None or self.standing.plan is None:
            return None
        steps = (Step(self.prices.served, self.prices.rules),)
        closed = self.standing.closed
        done = closed and self.closed_by == "search" and self.tree is not None
        tree = tuple(self.tree.branches) if done and self.tree is not None else ()
        return Proof(steps, tree, self.closed_by if closed else "")
