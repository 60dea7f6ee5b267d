"""Set covering by radius (LSCP): the fewest sites such that everybody is within a radius.

References
----------
Toregas, Swain, ReVelle and Bergman (1971), Operations Research 19(6): 1363-1373.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.answer import Status
from knutpunkt.engines.location.center.answer import Answer
from knutpunkt.engines.location.center.clients import Floats, up_to
from knutpunkt.engines.location.center.decide import Decider, Effort, efforts
from knutpunkt.engines.location.center.errors import RadiusInvalid
from knutpunkt.engines.location.center.proof import Proof, stranded_proof
from knutpunkt.engines.location.center.question import Question, question_of
from knutpunkt.engines.location.center.start import farthest_first
from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.solution import CancelCallback, ProgressCallback
from knutpunkt.engines.location.watch import Watch

Sites = NDArray[np.intp]


def solve_covering(
    costs: Costs,
    radius: float,
    *,
    weight: ArrayLike | None = None,
    forced: ArrayLike | None = None,
    excluded: ArrayLike | None = None,
    time_limit: float | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelCallback | None = None,
    seed: int = 0,
) -> Answer:
    """Choose the fewest sites such that no client has a greater cost than ``radius``.

    Parameters
    ----------
    costs, weight, forced, excluded, time_limit, progress, cancel, seed
        As for :func:`solve_center`; ``progress`` is told numbers of sites.
    radius
        The greatest cost anybody may have, 0 or more.

    Returns
    -------
    Answer
        Objective and bound are numbers of sites, forced ones included. ``proof`` says why
        ``bound - 1`` sites are too few and is checked by :func:`check_covering_proof`; ``None``
        where the forced sites are enough. When infeasible, ``unreached`` names a client that no
        allowed site serves within the radius.

    Raises
    ------
    LocationRefused
        When sites, weights, the radius or the time limit are impossible.
    """
    watch = Watch(time_limit, progress, cancel)
    if not radius >= 0:
        raise RadiusInvalid(radius=radius)
    question = question_of(costs, forced, excluded, weight)
    limit = min(float(radius), float(np.finfo(np.float64).max) / 2)
    return CoverSearch(question, limit, watch, seed).run()


class CoverSearch:
    """Closes in on the fewest free sites from both sides."""

    def __init__(self, question: Question, radius: float, watch: Watch, seed: int) -> None:
        self.question, self.radius, self.watch, self.seed = question, radius, watch, seed
        self.decider = Decider(question, seed, watch, self._offer, reach=up_to(radius))
        self.sites: Sites | None = None
        self.upper, self.lower = question.free + 1, 0
        self.proof: Proof | None = None

    def run(self) -> Answer:
        """Search until proved or stopped."""
        limit = up_to(self.radius)
        first = farthest_first(
            self.question, self.question.free, self.watch.stop, until=limit, reach=limit
        )
        self._offer(first.sites, first.served)
        if first.stranded is not None:
            many = self.question.free + len(self.question.forced)
            self.proof = stranded_proof(first.stranded, many, limit)
            return self._answer(first.stranded)
        self.decider.add(first.clients)
        for effort in efforts():
            if self.lower >= self.upper or self.watch.stop():
                break
            self._round(effort)
        return self._answer(None)

    def _round(self, effort: Effort) -> None:
        """Raise the bound as far as this effort goes, then lower the plan as far."""
        ceiling = self.upper
        while self.lower < min(ceiling, self.upper) and not self.watch.stop():
            many = (self.lower + min(ceiling, self.upper) - 1) // 2
            if self._open(many, effort):
                ceiling = many
        floor = max(ceiling + 1, self.lower)
        while floor < self.upper and not self.watch.stop():
            many = (floor + self.upper - 1) // 2
            if self._open(many, effort):
                floor = many + 1
            floor = max(floor, self.lower)

    def _open(self, many: int, effort: Effort) -> bool:
        """Try to decide one number of sites; true when it stays open."""
        verdict = self.decider.decide(self.radius, many, effort)
        if verdict.proof is not None and many + 1 > self.lower:
            self.lower, self.proof = many + 1, verdict.proof
            self._report()
        return verdict.sites is None and verdict.proof is None

    def _offer(self, sites: Sites, served: Floats) -> None:
        if len(sites) < self.upper and float(served.max()) <= up_to(self.radius):
            self.sites, self.upper = sites, len(sites)
            self._report()

    def _report(self) -> None:
        many = len(self.question.forced)
        found = np.inf if self.sites is None else float(self.upper + many)
        self.watch.report(found, float(self.lower + many))

    def _answer(self, stranded: int | None) -> Answer:
        many = len(self.question.forced)
        sites, objective, gap = np.empty(0, np.intp), None, None
        if self.sites is not None:
            sites = np.sort(np.concatenate((self.question.forced, self.sites)))
            objective = float(len(sites))
            gap = (objective - self.lower - many) / objective if objective else 0.0
            assert float(self.question.served_at(sites).max()) <= up_to(self.radius)
        if stranded is not None:
            status: Status = "infeasible"
        elif objective is None:
            status = "unknown"
        else:
            status = "proved" if gap == 0 else "gap"
        return Answer(
            status=status,
            sites=sites,
            objective=objective,
            bound=np.inf if stranded is not None else float(self.lower + many),
            gap=gap,
            seconds=self.watch.seconds,
            seed=self.seed,
            proof=self.proof,
            unreached=stranded,
        )
