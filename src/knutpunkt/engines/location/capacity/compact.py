"""The whole question as one mixed-integer program, for what the sets cannot settle.

References
----------
Leung and Magnanti (1989), Mathematical Programming 44: 271-291 (a client
cannot be served by a closed site: the rows that make the relaxation strong).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.plans import Plan, plan_of, plan_of_servers
from knutpunkt.engines.location.capacity.question import Flags, Floats
from knutpunkt.engines.location.capacity.relaxation import Case
from knutpunkt.engines.location.milp import Listener, Milp, MilpAnswer, is_one

Places = NDArray[np.intp]

#: The solver keeps its rows within a tolerance; shares as tiny as this are its dust.
DUST = 1e-9


def solve_compact(
    case: Case,
    *,
    start: Plan | None = None,
    seconds: float | None,
    seed: int,
    listener: Listener | None,
    costed: bool = True,
) -> tuple[MilpAnswer, Plan | None]:
    """Let HiGHS solve a case: answer, and the plan if it found one.

    Not ``costed``, any plan will do, and the rows stay few.
    """
    sites = np.flatnonzero(~case.closed)
    site, client = np.nonzero(np.isfinite(case.cost) & ~case.closed[:, None])
    model = _model(case, sites, site, client, costed=costed)
    first = None
    if start is not None:
        first = np.concatenate((start.open[sites], start.shares[site, client])).astype(np.float64)
    gap = case.step * 0.999 or 1e-7 * (1.0 if start is None else max(abs(start.cost), 1e-6))
    answer = model.minimise(
        start=first, seconds=seconds, seed=seed, absolute_gap=gap, listener=listener
    )
    if answer.values is None:
        return answer, None
    open_ = np.zeros(len(case.closed), dtype=np.bool_)
    open_[sites] = is_one(answer.values[: len(sites)])
    return answer, _plan(case, open_, site, client, answer.values[len(sites) :])


def _model(case: Case, sites: Places, site: Places, client: Places, *, costed: bool) -> Milp:
    question, limits = case.question, case.limits
    pairs, number = len(site), len(sites)
    cost = np.concatenate((limits.opening[sites], case.cost[site, client])) * float(costed)
    lower = np.concatenate((case.opened[sites].astype(np.float64), np.zeros(pairs)))
    integers = len(cost) if question.single else number
    model = Milp(cost=cost, lower=lower, upper=np.ones(len(cost)), integers=integers)
    column = number + np.arange(pairs)
    place = np.full(len(case.closed), -1)
    place[sites] = np.arange(number)
    for serving in _by(client, column, question.clients):
        model.add_row(serving, np.ones(len(serving)), 1.0, 1.0)
    for pair in np.flatnonzero(costed | (question.size[client] == 0)):
        model.add_row(
            np.array([place[site[pair]], column[pair]]), np.array([-1.0, 1.0]), -np.inf, 0.0
        )
    _add_loads(model, case, sites, _by(place[site], column, number), client)
    for parts, low, high in zip(limits.parts, limits.low, limits.high, strict=True):
        bearing = np.flatnonzero(parts[sites])
        model.add_row(bearing, parts[sites[bearing]], float(low), float(high))
    return model


def _add_loads(model: Milp, case: Case, sites: Places, here: list[Places], client: Places) -> None:
    """A closed site carries nothing; an open one as much as it may, and as it needs."""
    size, limits, number = case.question.size, case.limits, len(sites)
    for place, one in enumerate(sites):
        columns = np.append(here[place], place)
        load = size[client[here[place] - number]]
        model.add_row(columns, np.append(load, -limits.capacity[one]), -np.inf, 0.0)
        if limits.least_load[one] > 0:
            model.add_row(columns, np.append(load, -limits.least_load[one]), 0.0, np.inf)


def _by(key: Places, values: Places, many: int) -> list[Places]:
    """Values sorted into lists by their key."""
    order = np.argsort(key, kind="stable")
    return np.split(values[order], np.searchsorted(key[order], np.arange(1, many)))


def _plan(case: Case, open_: Flags, site: Places, client: Places, values: Floats) -> Plan | None:
    shares = np.zeros(case.cost.shape)
    if case.question.single:
        chosen = is_one(values)
        if not (np.bincount(client[chosen], minlength=case.question.clients) == 1).all():
            return None
        server = np.empty(case.question.clients, dtype=np.int64)
        server[client[chosen]] = site[chosen]
        return plan_of_servers(case, open_, server)
    shares[site, client] = np.where(values > DUST, values, 0.0)
    shares[~open_] = 0.0
    if (shares.sum(axis=0) == 0).any():
        return None
    return plan_of(case, open_, shares / shares.sum(axis=0))
