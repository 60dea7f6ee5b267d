"""Set covering by radius (LSCP): the fewest sites such that everybody is within a radius.

References
----------
Toregas, Swain, ReVelle and Bergman (1971), Operations Research 19(6): 1363-1373.
"""

from __future__ import annotations

from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer, Status
from knutpunkt.engines.location.center.clients import Floats, up_to
from knutpunkt.engines.location.center.closing import Found, beyond, conflicts_serving
from knutpunkt.engines.location.center.decide import Decider, Effort, efforts
from knutpunkt.engines.location.center.errors import RadiusInvalid
from knutpunkt.engines.location.center.proof import stranded_proof
from knutpunkt.engines.location.center.question import task_of
from knutpunkt.engines.location.center.start import farthest_first
from knutpunkt.engines.location.center.terms import (
    Search,
    Terms,
    covering_hash,
    masks_of,
    question_of,
    search_of,
)
from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.question import Question

Sites = NDArray[np.intp]


def solve_covering(costs: Costs, radius: float, **terms: Unpack[Terms]) -> Answer:
    """Choose the fewest sites such that no client has a greater cost than ``radius``.

    Parameters
    ----------
    costs
        What serving a client from a site costs; infinite where it cannot.
    radius
        The greatest cost anybody may have, 0 or more.
    **terms
        See :class:`Terms`; ``progress`` is told numbers of sites.

    Returns
    -------
    Answer
        Objective and bound are numbers of sites, forced ones included. ``proof`` says why
        ``bound - 1`` sites are too few and is checked by :func:`covering_proof_holds`; ``None``
        where the forced sites are enough. When infeasible, ``unreached`` names the clients that no
        allowed site serves within the radius, or ``conflicts`` the rules in the way.

    Raises
    ------
    LocationRefused
        When sites, weights, rules, the radius or a limit are impossible.
    """
    search = search_of(terms)
    masks = masks_of(costs, terms)
    if not radius >= 0:
        raise RadiusInvalid(radius=radius)
    most = int((~masks["excluded"]).sum())
    return covering_answered(question_of(costs, 0, most, terms), radius, search)


def covering_answered(question: Question, radius: float, search: Search) -> Answer:
    """The same for a question with a range of sites and perhaps rules; its costs are ignored."""
    from knutpunkt.engines.location.obeying import conflicts_of

    limit = min(float(radius), float(np.finfo(np.float64).max) / 2)
    found = Found(question, task_of(question), *search, covering_hash(question, "set-cover", limit))
    conflicts = conflicts_of(question) if question.rules else None
    if conflicts is not None:
        return found.answer("infeasible", None, None, conflicts=conflicts)
    return CoverSearch(found, limit).run()


class CoverSearch:
    """Closes in on the fewest free sites from both sides."""

    def __init__(self, found: Found, radius: float) -> None:
        self.found, self.task, self.meter = found, found.task, found.meter
        self.radius = radius
        self.decider = Decider(
            self.task, found.seed, self.meter, self._offer, reach=up_to(radius)
        )  # fmt: skip
        self.most = min(self.task.free, found.question.at_most - len(self.task.forced))
        self.upper, self.lower = self.most + 1, 0

    def run(self) -> Answer:
        """Search until proved or stopped."""
        limit = up_to(self.radius)
        first = farthest_first(self.task, self.task.free, self.meter, until=limit, reach=limit)
        self._offer(first.sites, first.served)
        if first.stranded is not None:
            many = self.most + len(self.task.forced)
            self.found.proof = stranded_proof(first.stranded, many, limit)
            return self.found.answer("infeasible", None, np.inf, unreached=beyond(self.task, limit))
        self.decider.add(first.clients)
        for effort in efforts():
            if self.lower >= self.upper or self.meter.over():
                break
            if self.task.rows is None or effort.tree:
                self._round(effort)
        return self._answer()

    def _round(self, effort: Effort) -> None:
        """Raise the bound as far as this effort goes, then lower the plan as far."""
        ceiling = self.upper
        while self.lower < min(ceiling, self.upper) and not self.meter.over():
            many = (self.lower + min(ceiling, self.upper) - 1) // 2
            if self._open(many, effort):
                ceiling = many
        floor = max(ceiling + 1, self.lower)
        while floor < self.upper and not self.meter.over():
            many = (floor + self.upper - 1) // 2
            if self._open(many, effort):
                floor = many + 1
            floor = max(floor, self.lower)

    def _open(self, many: int, effort: Effort) -> bool:
        """Try to decide one number of sites; true when it stays open."""
        verdict = self.decider.decide(self.radius, many, effort)
        if verdict.proof is not None:
            if many + 1 > self.lower:
                self.lower = many + 1
                self._tell()
            self.found.learn(verdict.proof, many)
        return verdict.sites is None and verdict.proof is None

    def _offer(self, sites: Sites, served: Floats) -> None:
        enough = len(sites) < self.upper and float(served.max()) <= up_to(self.radius)
        if enough and self.task.obeyed(sites):
            self.found.sites, self.upper = sites, len(sites)
            self._tell()

    def _tell(self) -> None:
        many = len(self.task.forced)
        found = np.inf if self.found.sites is None else float(self.upper + many)
        self.meter.tell(found, float(self.lower + many))

    def _answer(self) -> Answer:
        bound = float(self.lower + len(self.task.forced))
        if self.found.sites is None:
            if self.lower < self.upper:
                return self.found.answer("unknown", None, bound)
            conflicts = conflicts_serving(
                self.found.question, self.radius, self.most, self.meter, self.found.seed
            )
            return self.found.answer("infeasible", None, np.inf, conflicts=conflicts)
        assert float(self.task.served_at(self.found.sites).max()) <= up_to(self.radius)
        objective = float(len(self.found.sites) + len(self.task.forced))
        status: Status = "proved" if bound >= objective else "gap"
        return self.found.answer(status, objective, bound)
