"""The p-center: so many sites that the greatest cost of anybody is least.

References
----------
Minieka (1970), SIAM Review 12(1): 138-139 (a search over radii, each a covering problem); Elloumi,
Labbé and Pochet (2004), INFORMS Journal on Computing 16(1): 84-94 (linear programs first).
"""

from __future__ import annotations

from typing import Unpack

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import Answer
from knutpunkt.engines.location.center.clients import EQUAL, Floats, up_to
from knutpunkt.engines.location.center.closing import Found, beyond, conflicts_serving
from knutpunkt.engines.location.center.decide import Decider, Effort, efforts
from knutpunkt.engines.location.center.errors import SiteCountInvalid
from knutpunkt.engines.location.center.improving import Improver
from knutpunkt.engines.location.center.proof import stranded_proof
from knutpunkt.engines.location.center.question import Task, task_of
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

_LARGEST = float(np.finfo(np.float64).max) / 2
_FIRST_SEARCH = 30_000_000  # entries read in search of better plans before programs are solved


def solve_center(costs: Costs, p: int, **terms: Unpack[Terms]) -> Answer:
    """Choose ``p`` sites so that the greatest cost of a client to its nearest site is least.

    Parameters
    ----------
    costs
        What serving a client from a site costs; infinite where it cannot.
    p
        Number of sites, forced ones included.
    **terms
        See :class:`Terms`; ``progress`` is told greatest costs.

    Returns
    -------
    Answer
        Objective and bound are greatest costs. ``proof`` says why nothing is below the bound and
        is checked by :func:`center_proof_holds`; ``None`` where that needs no proof.

    Raises
    ------
    LocationRefused
        When sites, weights, rules, ``p`` or a limit are impossible; the sentence says which.

    Notes
    -----
    Costs that differ by less than one part in 10⁹ count as equal.
    """
    search = search_of(terms)
    masks = masks_of(costs, terms)
    least, most = max(1, int(masks["forced"].sum())), int((~masks["excluded"]).sum())
    whole = isinstance(p, int | np.integer) and not isinstance(p, bool)
    if not (masks["forced"] & masks["excluded"]).any() and not (whole and least <= p <= most):
        raise SiteCountInvalid(many=p, least=least, most=most)
    return center_answered(question_of(costs, int(p), int(p), terms), search)


def center_answered(question: Question, search: Search) -> Answer:
    """The same for a question with a number of sites and perhaps rules; other costs are ignored."""
    from knutpunkt.engines.location.obeying import conflicts_of

    found = Found(question, task_of(question), *search, covering_hash(question, "p-center", None))
    conflicts = conflicts_of(question) if question.rules else None
    if conflicts is not None:
        return found.answer("infeasible", None, None, conflicts=conflicts)
    return CenterSearch(found).run()


class CenterSearch:
    """Closes in on the least greatest cost from both sides."""

    def __init__(self, found: Found) -> None:
        self.found, self.task, self.meter = found, found.task, found.meter
        self.many = found.question.at_most - len(self.task.forced)
        self.decider = Decider(self.task, found.seed, self.meter, self._offer)
        self.improver = Improver(self.decider, self.many)
        self.upper, self.lower = np.inf, 0.0
        self._share = 1.0

    def run(self) -> Answer:
        """Search until proved or stopped."""
        first = farthest_first(self.task, self.many, self.meter)
        self._offer(first.sites, first.served)
        if first.stranded is not None:
            self.lower = np.inf
            self.found.proof = stranded_proof(first.stranded, self.found.question.at_most)
            return self._unserved(beyond(self.task, _LARGEST))
        self.decider.add(first.clients)
        for turn, effort in enumerate(efforts()):
            if self._closed() or self.meter.over():
                break
            if self.task.rows is not None and not effort.tree:
                continue
            if turn > 1 and self.task.rows is None:
                self._improve()
            self._round(effort)
        return self._answer()

    def _improve(self) -> None:
        """Look for better plans, for as much work as all so far, and less after having failed."""
        if self.found.sites is not None and not self._closed():
            before, share = self.upper, self._share
            budget = max(_FIRST_SEARCH, int(share * self.meter.spent))
            self.improver.improve(self.found.sites, self.upper, self.lower, budget)
            self._share = 1.0 if self.upper < before else share / 4

    def _round(self, effort: Effort) -> None:
        """Raise the bound as far as this effort goes, then lower the plan as far."""
        undecided: set[float] = set()
        ceiling = self.upper
        while (cost := self._between(min(ceiling, self.upper))) is not None:
            if self._open(cost, effort, undecided):
                ceiling = cost
            if self.meter.over():
                return
        floor = ceiling
        while (cost := self._between(self.upper, above=floor)) is not None:
            if self._open(cost, effort, undecided):
                floor = cost
            if self.meter.over():
                return
        if not undecided and not self._closed():
            # No cost of the known clients lies between bound and plan; that is a proof as well.
            self._open(min(self.upper, _LARGEST) * (1 - 3 * EQUAL), effort, undecided)

    def _open(self, cost: float, effort: Effort, undecided: set[float]) -> bool:
        """Try to decide one cost; true when it stays open."""
        if cost in undecided:
            return True
        verdict = self.decider.decide(cost, self.many, effort)
        if verdict.proof is not None:
            if verdict.proof.bound > self.lower:
                self.lower = verdict.proof.bound
                self.meter.tell(self.upper, self.lower)
            self.found.learn(verdict.proof, verdict.proof.bound)
        if verdict.sites is None and verdict.proof is None:
            undecided.add(cost)
            return True
        return False

    def _between(self, high: float, above: float = -np.inf) -> float | None:
        """A cost in the middle of those from the bound (or above a floor) to below ``high``."""
        known = self.decider.known
        values = np.append(known.cost, self.task.already[known.client])
        values = values[(values >= self.lower) & (values < high * (1 - EQUAL))]
        values = values[np.isfinite(values) & (values > up_to(above))]
        if not len(values):
            return None
        least, greatest = float(values.min()), float(values.max())
        return float(values[values <= least + (greatest - least) / 2].max())

    def _offer(self, sites: Sites, served: Floats) -> None:
        worst = float(served.max())
        if self.found.sites is None or worst < self.upper:
            if self.task.rows is None:
                sites = _filled(self.task, sites, self.many)
            if not self.task.obeyed(sites):
                return
            self.found.sites, self.upper = sites, worst
            self.decider.reach = worst
            self.meter.tell(self.upper, self.lower)

    def _closed(self) -> bool:
        return self.lower >= self.upper * (1 - EQUAL)

    def _answer(self) -> Answer:
        sites = self.found.sites
        if sites is None or not np.isfinite(self.upper):
            if not self._closed():
                return self.found.answer("unknown", None, self.lower)
            lost: tuple[int, ...] = ()
            if sites is not None:
                lost = tuple(np.flatnonzero(np.isinf(self.task.served_at(sites))).tolist())
            return self._unserved(lost)
        objective = float(self.task.served_at(sites).max())
        closed = self._closed() or objective == 0
        return self.found.answer(
            "proved" if closed else "gap", objective, objective if closed else self.lower
        )

    def _unserved(self, lost: tuple[int, ...]) -> Answer:
        """No plan serves everybody."""
        conflicts = conflicts_serving(
            self.found.question, _LARGEST, self.many, self.meter, self.found.seed
        )
        return self.found.answer("infeasible", None, np.inf, conflicts=conflicts, unreached=lost)


def _filled(task: Task, sites: Sites, many: int) -> Sites:
    """Exactly so many free sites: spare ones are the first that are allowed."""
    spare = np.setdiff1d(np.flatnonzero(task.allowed), sites)[: many - len(sites)]
    return np.sort(np.concatenate((sites, spare)))
