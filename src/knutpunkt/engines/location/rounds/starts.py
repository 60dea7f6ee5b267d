"""Roll-outs made one round after the other: what looks no further than the next round finds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.answering import answered
from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.rounds.rounds import Unrolled

Numbers = NDArray[np.intp]
Mask = NDArray[np.bool_]

#: Each round by itself is searched with at most so much work.
MOST_WORK = 400_000_000


@dataclass
class RoundByRound:
    """Rounds answered one by one.

    Parameters
    ----------
    unrolled
        The question and its rounds.
    meter, seed
        Counts the work and says when to stop; of all random choices.
    """

    unrolled: Unrolled
    meter: Meter
    seed: int

    def alone(self, inner: int, forced: Mask, excluded: Mask) -> Answer:
        """The best network of one round, with some sites open and some not."""
        unrolled, question = self.unrolled, self.unrolled.question
        one = unrolled.inner[inner]
        last = inner == (0 if unrolled.backwards else unrolled.many - 1)
        rules = (question.rules if last else ()) + one.rules
        asked = replace(
            question, weight=unrolled.demands[inner], at_least=one.open, at_most=one.open,
            forced=forced, excluded=excluded, rules=rules,
        )  # fmt: skip
        left = MOST_WORK
        if self.meter.work_limit is not None:
            left = max(0, min(left, self.meter.work_limit - self.meter.spent))
        found = answered(
            asked, time_limit=self.meter.left, work_limit=left, seed=self.seed,
            cancel=self.meter.cancel,
        )  # fmt: skip
        self.meter.add(found.work)
        return found

    def from_fewest(self, first: Answer | None = None) -> Numbers | None:
        """Sites are added round by round; none where a round has no plan then."""
        question, many = self.unrolled.question, self.unrolled.many
        forced, begins = question.forced, np.full(question.costs.sites, self.unrolled.many, np.intp)
        for r in range(many):
            known = first if r == 0 else None
            found = known or self.alone(r, forced, question.excluded)
            if not len(found.sites):
                return None
            forced = np.isin(np.arange(len(begins)), found.sites)
            begins[forced & (begins == many)] = r
        return begins

    def from_most(self, first: Answer | None = None) -> Numbers | None:
        """Sites are taken away round by round from the largest network."""
        question, many = self.unrolled.question, self.unrolled.many
        excluded, begins = question.excluded, np.full(question.costs.sites, many, np.intp)
        for r in range(many - 1, -1, -1):
            known = first if r == many - 1 else None
            found = known or self.alone(r, question.forced, excluded)
            if not len(found.sites):
                return None
            begins[found.sites] = r
            excluded = ~np.isin(np.arange(len(begins)), found.sites)
        return begins
