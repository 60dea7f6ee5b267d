"""The p-center: so many sites that the greatest cost of anybody is least.

References
----------
Minieka (1970), SIAM Review 12(1): 138-139 (a search over radii, each a covering problem); Elloumi,
Labbé and Pochet (2004), INFORMS Journal on Computing 16(1): 84-94 (linear programs first).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.center.answer import Answer
from knutpunkt.engines.location.center.clients import EQUAL, Floats, up_to
from knutpunkt.engines.location.center.decide import Decider, Effort, efforts
from knutpunkt.engines.location.center.errors import SiteCountInvalid
from knutpunkt.engines.location.center.proof import Proof, stranded_proof
from knutpunkt.engines.location.center.question import Question, question_of
from knutpunkt.engines.location.center.start import farthest_first
from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.solution import CancelCallback, ProgressCallback
from knutpunkt.engines.location.watch import Watch

Sites = NDArray[np.intp]


def solve_center(
    costs: Costs,
    p: int,
    *,
    weight: ArrayLike | None = None,
    forced: ArrayLike | None = None,
    excluded: ArrayLike | None = None,
    time_limit: float | None = None,
    progress: ProgressCallback | None = None,
    cancel: CancelCallback | None = None,
    seed: int = 0,
) -> Answer:
    """Choose ``p`` sites so that the greatest cost of a client to its nearest site is least.

    Parameters
    ----------
    costs
        What serving a client from a site costs; infinite where it cannot.
    p
        Number of sites, forced ones included.
    weight
        Clients of weight 0 do not count, shape ``(clients,)``; ``None``: all do.
    forced, excluded
        Sites every choice has and none may have, as numbers or as a mask.
    time_limit
        Seconds; the limit decides where the search stops and nothing else.
    progress
        Called with (best greatest cost, bound, seconds) whenever one of them has improved.
    cancel
        Asked often; the search stops when it returns true.
    seed
        The same seed gives the same search.

    Returns
    -------
    Answer
        Objective and bound are greatest costs. ``proof`` says why nothing is below the bound and
        is checked by :func:`check_center_proof`.

    Raises
    ------
    LocationRefused
        When sites, weights, ``p`` or the time limit are impossible; the sentence says which.

    Notes
    -----
    Costs that differ by less than one part in 10⁹ count as equal.
    """
    watch = Watch(time_limit, progress, cancel)
    question = question_of(costs, forced, excluded, weight)
    least, most = max(1, len(question.forced)), len(question.forced) + question.free
    if not isinstance(p, int | np.integer) or not least <= p <= most:
        raise SiteCountInvalid(many=p, least=least, most=most)
    return CenterSearch(question, int(p) - len(question.forced), watch, seed).run()


class CenterSearch:
    """Closes in on the least greatest cost from both sides."""

    def __init__(self, question: Question, many: int, watch: Watch, seed: int) -> None:
        self.question, self.many, self.watch, self.seed = question, many, watch, seed
        self.decider = Decider(question, seed, watch, self._offer)
        self.sites: Sites | None = None
        self.upper, self.lower = np.inf, 0.0
        self.proof: Proof | None = None

    def run(self) -> Answer:
        """Search until proved or stopped."""
        first = farthest_first(self.question, self.many, self.watch.stop)
        self._offer(first.sites, first.served)
        if first.stranded is not None:
            self.lower = np.inf
            self.proof = stranded_proof(first.stranded, self.many + len(self.question.forced))
            return self._answer(first.stranded)
        self.decider.add(first.clients)
        for effort in efforts():
            if self._closed() or self.watch.stop():
                break
            self._round(effort)
        return self._answer(None)

    def _round(self, effort: Effort) -> None:
        """Raise the bound as far as this effort goes, then lower the plan as far."""
        undecided: set[float] = set()
        ceiling = self.upper
        while (cost := self._between(min(ceiling, self.upper))) is not None:
            if self._open(cost, effort, undecided):
                ceiling = cost
            if self.watch.stop():
                return
        floor = ceiling
        while (cost := self._between(self.upper, above=floor)) is not None:
            if self._open(cost, effort, undecided):
                floor = cost
            if self.watch.stop():
                return
        if not undecided and not self._closed():
            # No cost of the known clients lies between bound and plan; that is a proof as well.
            just_below = min(self.upper, np.finfo(np.float64).max / 2) * (1 - 3 * EQUAL)
            self._open(just_below, effort, undecided)

    def _open(self, cost: float, effort: Effort, undecided: set[float]) -> bool:
        """Try to decide one cost; true when it stays open."""
        if cost in undecided:
            return True
        verdict = self.decider.decide(cost, self.many, effort)
        if verdict.proof is not None and verdict.proof.bound > self.lower:
            self.lower, self.proof = verdict.proof.bound, verdict.proof
            self.watch.report(self.upper, self.lower)
        if verdict.sites is None and verdict.proof is None:
            undecided.add(cost)
            return True
        return False

    def _between(self, high: float, above: float = -np.inf) -> float | None:
        """A cost in the middle of those from the bound (or above a floor) to below ``high``."""
        known = self.decider.known
        values = np.append(known.cost, self.question.already[known.client])
        values = values[(values >= self.lower) & (values < high * (1 - EQUAL))]
        values = values[np.isfinite(values) & (values > up_to(above))]
        if not len(values):
            return None
        least, greatest = float(values.min()), float(values.max())
        return float(values[values <= least + (greatest - least) / 2].max())

    def _offer(self, sites: Sites, served: Floats) -> None:
        worst = float(served.max())
        if self.sites is None or worst < self.upper:
            self.sites, self.upper = sites, worst
            self.decider.reach = worst
            self.watch.report(self.upper, self.lower)

    def _closed(self) -> bool:
        return self.lower >= self.upper * (1 - EQUAL)

    def _answer(self, stranded: int | None) -> Answer:
        assert self.sites is not None
        if not np.isfinite(self.upper):
            return self._unserved(stranded)
        sites = _filled(self.question, self.sites, self.many)
        objective = float(self.question.served_at(sites).max())
        closed = self._closed() or objective == 0
        bound = objective if closed else self.lower
        return Answer(
            status="proved" if closed else "gap",
            sites=sites,
            objective=objective,
            bound=bound,
            gap=0.0 if closed else (objective - bound) / objective,
            seconds=self.watch.seconds,
            seed=self.seed,
            proof=self.proof,
        )

    def _unserved(self, stranded: int | None) -> Answer:
        """No plan serves everybody: there is none, or it has not been found yet."""
        assert self.sites is not None
        impossible = stranded is not None or self._closed()
        lost = stranded
        if lost is None:
            lost = int(self.question.served_at(self.sites).argmax())
        return Answer(
            status="infeasible" if impossible else "unknown",
            sites=np.empty(0, np.intp),
            objective=None,
            bound=np.inf if impossible else self.lower,
            gap=None,
            seconds=self.watch.seconds,
            seed=self.seed,
            proof=self.proof,
            unreached=lost if impossible else None,
        )


def _filled(question: Question, sites: Sites, many: int) -> Sites:
    """Exactly so many sites: spare ones are the first that are allowed."""
    spare = np.setdiff1d(np.flatnonzero(question.allowed), sites)[: many - len(sites)]
    return np.sort(np.concatenate((question.forced, sites, spare)))
