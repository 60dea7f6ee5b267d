"""Answer a question: check it, prepare it, search, and recompute what was found."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.answer import ENGINE, Answer, Branch, Proof, Status, Step
from knutpunkt.engines.location.costs import CoverCosts
from knutpunkt.engines.location.meter import Meter, Now
from knutpunkt.engines.location.question import Question

if TYPE_CHECKING:  # at run time the search is imported where something is solved, with numba
    from knutpunkt.engines.location.searching import Search

Floats = NDArray[np.float64]

SITES_AT_ONCE = 64


def answered(
    question: Question,
    *,
    time_limit: float | None = None,
    work_limit: int | None = None,
    seed: int = 0,
    start: Sequence[int] = (),
    paid: Floats | None = None,
    progress: Callable[[Now], object] | None = None,
    cancel: Callable[[], bool] | None = None,
) -> Answer:
    """Find the sites that serve everybody at least cost, with a bound.

    Parameters
    ----------
    question
        What is asked.
    time_limit, work_limit
        Seconds, and entries of lists; none is no limit. The work limit is exact and repeatable,
        the time limit only picks where to stop.
    seed
        Of every random choice.
    start, paid
        Sites of a plan and payments known from a question much like this one; the search begins
        there.
    progress, cancel
        Told of every better plan or bound; asked often, true ends the search with what it has.

    Raises
    ------
    TimeLimitInvalid, WorkLimitInvalid
        When a limit is below 0.

    References
    ----------
    Avella, Sassano and Vasil'ev (2007), Mathematical Programming 109: 89-114; Beasley (1985),
    EJOR 21(2): 270-273.
    """
    from knutpunkt.engines.location.obeying import conflicts_of
    from knutpunkt.engines.location.searching import search_of

    meter = Meter(time_limit, work_limit, progress, cancel)
    conflicts = conflicts_of(question) if question.rules else None
    if conflicts is not None:
        return _none(question, "infeasible", meter, seed, conflicts=conflicts)
    if meter.over():
        return _none(question, "unknown", meter, seed)
    search = search_of(question, meter, np.random.default_rng(seed), start, paid)
    search.run()
    sites = np.flatnonzero(search.plan.chosen)
    if not _left_out(question, sites):
        return _of(question, search, sites, meter, seed)
    everybody = _everybody(question, meter, seed)
    if isinstance(everybody, Answer):
        return everybody
    return _among_those(question, search, everybody, meter, seed)


def _of(
    question: Question, search: Search, sites: NDArray[np.intp], meter: Meter, seed: int
) -> Answer:
    """A plan with what a search knows of its cost."""
    cost, assignment = served(question, sites)
    objective = float(question.weight @ np.where(question.weight > 0, cost, 0.0))
    objective += float(question.opening[sites].sum())
    told = search.plan.objective
    proved = search.proved and objective <= told + 1e-9 * (1 + abs(told))
    bound = objective if proved else min(search.bound, objective)
    return Answer(
        "proved" if proved else "gap", sites, objective, bound,
        0.0 if proved else (objective - bound) / max(abs(objective), 1e-300), assignment, (), (),
        meter.seconds, _work(meter), search.replayable, seed, ENGINE, question.inputs_hash(),
        search.nodes, proof_of(search, proved=proved),
    )  # fmt: skip


def _left_out(question: Question, sites: NDArray[np.intp]) -> list[int]:
    """Clients whom a plan does not serve."""
    cost = served(question, sites)[0]
    return np.flatnonzero(~np.isfinite(cost) & (question.weight > 0)).tolist()


def served(question: Question, sites: NDArray[np.intp]) -> tuple[Floats, NDArray[np.intp]]:
    """Cost and site of each client when some sites are open, from the question's own costs."""
    cost = np.full(question.costs.clients, np.inf)
    nearest = np.full(question.costs.clients, -1, np.intp)
    for begin in range(0, len(sites), SITES_AT_ONCE):
        some = sites[begin : begin + SITES_AT_ONCE]
        table = question.costs.of(some)
        best = table.argmin(axis=1)
        least = table[np.arange(len(table)), best]
        better = least < cost
        cost[better], nearest[better] = least[better], some[best[better]]
    if question.ceiling is not None:
        dearer = cost >= question.ceiling
        cost[dearer], nearest[dearer] = question.ceiling[dearer], -1
    return cost, nearest


def _everybody(question: Question, meter: Meter, seed: int) -> Answer | NDArray[np.intp]:
    """A plan that serves everybody, however dearly; or that there is none, or none was found."""
    costs = question.costs
    lists = costs.within(np.inf)
    allowed = ~question.excluded
    alone = [
        int(client) for client in np.flatnonzero(question.weight > 0)
        if not allowed[lists.site[lists.start[client] : lists.start[client + 1]]].any()
    ]  # fmt: skip
    if alone:
        return _none(question, "infeasible", meter, seed, unreached=alone)
    reached = Question(
        CoverCosts(costs, np.finfo(np.float64).max), (question.weight > 0).astype(np.float64),
        question.at_least, question.at_most, ceiling=np.ones(costs.clients),
        forced=question.forced, excluded=question.excluded, rules=question.rules,
    )  # fmt: skip
    found = answered(reached, time_limit=meter.left, seed=seed, cancel=meter.cancel)
    if found.objective == 0:
        return found.sites
    if found.status == "proved":
        left = np.flatnonzero((found.assignment < 0) & (question.weight > 0))
        return _none(question, "infeasible", meter, seed, unreached=left.tolist())
    return _none(question, "unknown", meter, seed)


def _among_those(
    question: Question, search: Search, sites: NDArray[np.intp], meter: Meter, seed: int
) -> Answer:
    """Search again where leaving anybody out costs more than a plan that leaves out nobody.

    No plan that serves everybody costs more than that for any client, so the question stays the
    same; what the search knows that did not see this is a bound still.
    """
    first = _of(question, search, sites, meter, seed)
    assert first.objective is not None
    most = first.objective - float(np.minimum(question.opening, 0.0).sum())
    people = np.where(question.weight > 0, question.weight, 1.0)
    ceiling = np.where(question.weight > 0, (1 + 1e-6) * (most + 1.0) / people, 0.0)
    rest = None if meter.work_limit is None else max(0, meter.work_limit - meter.spent)
    again = answered(
        replace(question, ceiling=ceiling), time_limit=meter.left, work_limit=rest, seed=seed,
        start=sites.tolist(), progress=meter.progress, cancel=meter.cancel,
    )  # fmt: skip
    if again.objective is None or _left_out(question, again.sites):
        return first
    return replace(
        again, seconds=meter.seconds, work=meter.spent + again.work,
        inputs_hash=question.inputs_hash(),
    )  # fmt: skip


def _none(
    question: Question, status: Status, meter: Meter, seed: int, *,
    conflicts: tuple[str, ...] = (), unreached: Sequence[int] = (),
) -> Answer:  # fmt: skip
    nothing = np.zeros(0, np.intp)
    return Answer(
        status, nothing, None, None, None, nothing, conflicts, tuple(unreached), meter.seconds,
        meter.spent if status == "unknown" else _work(meter), True, seed, ENGINE,
        question.inputs_hash(), 0, None,
    )  # fmt: skip


def _work(meter: Meter) -> int:
    """At least 1 where there is an answer: asked with a limit of 0, nothing would begin."""
    return max(1, meter.spent)


def proof_of(search: Search, *, proved: bool) -> Proof:
    """From what the bound of a search follows, for a certificate."""
    steps = tuple(Step(search.everybody(paid), prices) for paid, prices in search.steps_kept())
    tree: tuple[Branch, ...] = ()
    if proved and search.closed_by == "search":
        tree = tuple(
            Branch(leaf.parent, leaf.site, leaf.opened, search.everybody(leaf.paid))
            for leaf in search.leaves
        )
    return Proof(steps, tree, search.closed_by if proved else "")
