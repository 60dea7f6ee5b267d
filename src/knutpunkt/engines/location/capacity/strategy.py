"""The order of the search: root, any plan, then the tree of sets or HiGHS on the whole."""

from dataclasses import dataclass

import numpy as np

from knutpunkt.engines.location.capacity.certificate import Multipliers
from knutpunkt.engines.location.capacity.compact import solve_compact
from knutpunkt.engines.location.capacity.fixing import fixings
from knutpunkt.engines.location.capacity.incumbent import Standing
from knutpunkt.engines.location.capacity.relaxation import Relaxed
from knutpunkt.engines.location.capacity.root import first_plan_by_highs, solve_root
from knutpunkt.engines.location.capacity.search import Tree


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
    multipliers
        Prices of the bound at the root.
    beyond_root
        Whether the bound rests on more than the multipliers.
    """

    standing: Standing
    seed: int
    infeasible: bool = False
    multipliers: Multipliers | None = None
    beyond_root: bool = False

    def run(self) -> None:
        """Search until the best plan is proved or the time is up."""
        standing = self.standing
        if standing.stop():
            return
        relaxed = solve_root(standing)
        prices = relaxed.prices
        self.multipliers = Multipliers(prices.served, prices.capacity)
        if np.isinf(relaxed.bound) and relaxed.bound > 0:
            self.infeasible = True
            return
        if standing.plan is None and not standing.stop():
            self.infeasible = first_plan_by_highs(standing, self.seed)
        if standing.plan is None or standing.closed or standing.stop():
            return
        self.beyond_root = True
        if standing.case.whole is None:
            self._finish_compact(relaxed)
        else:
            Tree(standing, self.seed).search(relaxed)

    def _finish_compact(self, relaxed: Relaxed) -> None:
        """Let HiGHS solve what the bound at the root leaves open."""
        standing = self.standing
        fixed = fixings(standing.case, relaxed, standing.upper)
        case = standing.case.deciding(
            opened=fixed.opened, closed=fixed.closed, ruled_out=fixed.ruled_out
        )
        answer, plan = solve_compact(
            case, start=standing.plan, seconds=standing.watch.remaining, seed=self.seed,
            listener=self._heard,
        )  # fmt: skip
        standing.offer(plan)
        finished = answer.optimal or answer.infeasible
        standing.raise_bound(standing.upper if finished else answer.bound)

    def _heard(self, _incumbent: float, bound: float) -> bool:
        self.standing.raise_bound(bound)
        return self.standing.stop()
