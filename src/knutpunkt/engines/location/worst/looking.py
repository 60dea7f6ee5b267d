"""A look at one interval: a p-median that ends once the interval is closed or has to be split."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Proof
from knutpunkt.engines.location.answering import proof_of
from knutpunkt.engines.location.core import Core
from knutpunkt.engines.location.mapped import ThresholdCosts
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.question import Question
from knutpunkt.engines.location.searching import Search, search_of

Floats = NDArray[np.float64]

#: Stages of climbing before an interval is split, and before a large one is given up.
FEW, MANY = 1, 12


@dataclass
class ThresholdSearch(Search):
    """A search that ends when no plan is below a cutoff, or one is and that is enough to know.

    Parameters
    ----------
    cutoff
        Plans that cost more do not matter.
    final
        Whether the best plan is wanted even if it is below the cutoff.
    """

    cutoff: float = np.inf
    final: bool = True

    def enough(self, objective: float) -> float:
        """The bound at which nothing better than an objective or the cutoff can be found."""
        return min(super().enough(objective), self.cutoff)

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
        if not self.splits:
            super()._finish(core)


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
    paid: Floats | None, cutoff: float, final: bool,
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
    search.cutoff, search.final = cutoff, final
    search.run()
    proof = proof_of(search, proved=search.proved)
    last = proof.steps[-1].paid
    return Look(
        np.flatnonzero(search.plan.chosen), search.told,
        np.where(last > 0, costs.reach(last), 0.0), proof, search.nodes, search.replayable,
    )  # fmt: skip
