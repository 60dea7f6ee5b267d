"""The whole question as one mixed-integer program, for what the sets cannot settle.

References
----------
Leung and Magnanti (1989), Mathematical Programming 44: 271-291 (a client
cannot be served by a closed site: the rows that make the relaxation strong).
"""

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
) -> tuple[MilpAnswer, Plan | None]:
    """Let HiGHS solve a case: answer, and the plan if it found one."""
    sites = np.flatnonzero(~case.closed)
    site, client = np.nonzero(np.isfinite(case.cost) & ~case.closed[:, None])
    model = _model(case, sites, site, client)
    first = None
    if start is not None:
        first = np.concatenate((start.open[sites], start.shares[site, client])).astype(np.float64)
    gap = case.step * 0.999 or 1e-7 * (1.0 if start is None else max(start.cost, 1e-6))
    answer = model.minimise(
        start=first, seconds=seconds, seed=seed, absolute_gap=gap, listener=listener
    )
    if answer.values is None:
        return answer, None
    open_ = np.zeros(len(case.closed), dtype=np.bool_)
    open_[sites] = is_one(answer.values[: len(sites)])
    return answer, _plan(case, open_, site, client, answer.values[len(sites) :])


def split_plan(case: Case, open_: Flags, seconds: float | None) -> Plan | None:
    """Cheapest plan with given open sites when demand may be split: a transportation problem."""
    decided = case.deciding_sites(opened=open_, closed=~open_)
    answer, plan = solve_compact(decided, seconds=seconds, seed=0, listener=None)
    return plan if answer.optimal else None


def _model(case: Case, sites: Places, site: Places, client: Places) -> Milp:
    question, limits = case.question, case.limits
    pairs = len(site)
    cost = np.concatenate((question.opening[sites], case.cost[site, client]))
    lower = np.concatenate((case.opened[sites].astype(np.float64), np.zeros(pairs)))
    integers = len(cost) if question.single else len(sites)
    model = Milp(cost=cost, lower=lower, upper=np.ones(len(cost)), integers=integers)
    number = len(sites)
    column = number + np.arange(pairs)
    opening = np.full(question.sites, -1)
    opening[sites] = np.arange(number)
    for one in range(question.clients):
        serving = column[client == one]
        model.add_row(serving, np.ones(len(serving)), 1.0, 1.0)
    for pair in range(pairs):
        model.add_row(np.array([opening[site[pair]], column[pair]]), np.array([-1.0, 1.0]), -1, 0)
    for place, one in enumerate(sites):
        here = site == one
        columns = np.append(column[here], place)
        load = question.demand[client[here]]
        model.add_row(columns, np.append(load, -limits.capacity[one]), -np.inf, 0.0)
        if limits.least_load[one] > 0:
            model.add_row(columns, np.append(load, -limits.least_load[one]), 0.0, np.inf)
    every = np.arange(number)
    model.add_row(every, np.ones(number), limits.fewest, limits.most)
    total = float(question.demand.sum()) * (1 - 1e-9)
    model.add_row(every, limits.capacity[sites], total, np.inf)
    return model


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
