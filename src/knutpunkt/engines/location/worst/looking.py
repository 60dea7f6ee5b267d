"""A look at one interval: a p-median that ends once the interval is closed or has to be split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Proof
from knutpunkt.engines.location.answering import proof_of
from knutpunkt.engines.location.branching import Tree
from knutpunkt.engines.location.core import Core, core_of
from knutpunkt.engines.location.mapped import ThresholdCosts
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.searching import CORE, Search, search_of

Floats = NDArray[np.float64]

#: Stages of climbing before an interval is split, and before a large one is given up.
FEW, MANY = 1, 12
#: The scale of payments is at least such a part of what the site of such a rank costs, in mean;
#: the rank is counted in sites per open one.
FLOOR_RANK, FLOOR = 3, 0.3


@dataclass
class ThresholdSearch(Search):
    """A search that ends when no plan is below a cutoff, or one is and that is enough to know.

    Parameters
    ----------
    cutoff
        Plans that cost more do not matter.
    final
        Whether the best plan is wanted even if it is below the cutoff.
    most_nodes
        How many nodes a search by branching may look at.
    """

    cutoff: float = np.inf
    final: bool = True
    most_nodes: int = 0

    def enough(self, objective: float) -> float:
        """The bound at which nothing better than an objective or the cutoff can be found."""
        return min(super().enough(objective), self.cutoff)

    def rescaled(self) -> None:
        """Take the scale of costs from the plan, and what lies around it where that is nothing.

        Who is well below the threshold pays nothing for both near sites, but may have to pay when
        they close.
        """
        super().rescaled()
        lists, sites = self.at.lists, self.at.sites
        rank = FLOOR_RANK * sites // max(1, int(min(self.at.groups.high[0], sites)))
        place = np.minimum(lists.start[:-1] + rank, lists.start[1:] - 1)
        around = lists.cost[place[lists.lengths > 0]]
        self.scale = self.scale + FLOOR * float(around.mean()) if len(around) else self.scale

    @property
    def told(self) -> float:
        """The bound on all plans, whatever they cost."""
        own = self.plan.objective
        bound = own if self.bound > super().enough(own) else self.bound
        return min(bound, max(self.cutoff, self.root))

    @property
    def splits(self) -> bool:
        """Whether a plan was found that only a smaller interval can rule out."""
        return not self.final and self.plan.objective < self.cutoff

    def _is_enough(self, stage: int, step: float, stalled: int) -> bool:
        if self.splits:
            return stage >= FEW
        if self.large:
            return stage >= MANY or stalled > 1
        return super()._is_enough(stage, step, stalled)

    def _finish(self, core: Core) -> None:
        if not len(self.at.free):
            super()._finish(core)
        elif not self.splits:
            self._search()
            if not self.proved and self.final and core.size <= CORE and not self.meter.over():
                self._close(core_of(self.at, self.paid, self.root, self.limit))

    def _search(self) -> None:
        """Search so many nodes; what is open then comes back with more, or in halves."""
        tree = Tree(self.at, self.scale, self.plan, self.bound, self.meter, self.enough)
        tree.planted(self.paid).grow(self.most_nodes)
        self._take(tree)


class Look(NamedTuple):
    """What a look gave: a plan, the bound of the p-median, payments, and how they are proved.

    ``paid`` are costs before the threshold. ``whole`` is true where the same work gives the same.
    """

    sites: NDArray[np.intp]
    bound: float
    paid: Floats
    proof: Proof
    nodes: int
    whole: bool


def looked(
    question: Question, meter: Meter, draw: np.random.Generator, *, start: NDArray[np.intp],
    paid: Floats | None, cutoff: float, final: bool, nodes: int,
) -> Look:  # fmt: skip
    """Look for plans below a cutoff, or for a proof that there is none.

    Parameters
    ----------
    question
        The p-median of an interval, with :class:`ThresholdCosts`.
    start, paid
        Sites of a plan, and payments as costs before the threshold, to begin with.
    """
    costs = question.costs
    assert isinstance(costs, ThresholdCosts)
    first = None if paid is None else costs.value(paid, np.arange(costs.clients))
    search = search_of(question, meter, draw, start.tolist(), first, ThresholdSearch)
    assert isinstance(search, ThresholdSearch)
    search.cutoff, search.final, search.most_nodes = cutoff, final, nodes
    search.run()
    proof = proof_of(search, proved=search.proved)
    last = proof.steps[-1].paid
    return Look(
        np.flatnonzero(search.plan.chosen), search.told,
        np.where(last > 0, costs.reach(last), 0.0), proof, search.nodes, search.replayable,
    )  # fmt: skip
