"""Good plans quickly: clients to open sites, open sites to the middle of their clients, swaps.

References
----------
Mulvey and Beck (1984), European Journal of Operational Research 18(3): 339-348,
doi:10.1016/0377-2217(84)90155-3 (regret and medians by turns).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.capacity.limits import LOAD_TOLERANCE
from knutpunkt.engines.location.capacity.moves import assigned_by_regret, improved
from knutpunkt.engines.location.capacity.question import Flags, Floats
from knutpunkt.engines.location.capacity.relaxation import Case, Stop
from knutpunkt.engines.location.meter import Meter


@dataclass(frozen=True, eq=False)
class Plan:
    """Open places and who is served where.

    Parameters
    ----------
    open
        Boolean, shape ``(places,)``.
    shares
        Share of each client served by each place, shape ``(places, clients)``.
    cost
        Opening and serving.
    """

    open: Flags
    shares: Floats
    cost: float


def plan_of(case: Case, open_: Flags, shares: Floats) -> Plan:
    """Cost a plan from the question's own tables."""
    served = shares > 0
    serving = float((case.limits.cost[served] * shares[served]).sum())
    return Plan(open_, shares, serving + float(case.limits.opening[open_].sum()))


def plan_of_servers(case: Case, open_: Flags, server: NDArray[np.int64]) -> Plan:
    """Plan in which each client has one place."""
    shares = np.zeros(case.limits.cost.shape)
    shares[server, np.arange(len(server))] = 1.0
    return plan_of(case, open_, shares)


def plan_for(case: Case, open_: Flags) -> Plan | None:
    """Assign clients to given open sites and move the sites while that helps.

    Returns ``None`` when no assignment within the loads is found, which proves nothing. Pairs that
    were ruled out for better plans may be used; sites decided open or closed stay so.
    """
    best = _assigned(case, open_)
    while best is not None:
        moved = _centred(case, best)
        if (moved == best.open).all():
            break
        other = _assigned(case, moved)
        if other is None or other.cost >= best.cost - LOAD_TOLERANCE * abs(best.cost):
            break
        best = other
    return best


def _assigned(case: Case, open_: Flags) -> Plan | None:
    limits, demand = case.limits, case.question.size
    sites = np.flatnonzero(open_).astype(np.int64)
    server = assigned_by_regret(limits.cost, demand, limits.capacity, sites)
    if (server < 0).any():
        return None
    outside = improved(limits.cost, demand, limits.capacity, limits.least_load, sites, server)
    if outside > LOAD_TOLERANCE * float(demand.sum()):
        return None
    return plan_of_servers(case, open_, server)


def _centred(case: Case, plan: Plan) -> Flags:
    """Move each open site to where its clients are served most cheaply, one after the other."""
    limits = case.limits
    open_ = plan.open.copy()
    load = plan.shares @ case.question.size
    for site in np.flatnonzero(plan.open & ~case.opened):
        served = plan.shares[site] > 0
        total = limits.cost[:, served].sum(axis=1) + limits.opening
        fits = (limits.capacity >= load[site]) & (limits.least_load <= load[site] + LOAD_TOLERANCE)
        total[~fits | case.closed | open_] = np.inf
        here = limits.cost[site, served].sum() + limits.opening[site]
        for other in np.argsort(total, kind="stable"):
            if total[other] >= here:
                break
            moved = open_.copy()
            moved[site], moved[other] = False, True
            if case.obeys(moved):
                open_ = moved
                break
    return open_


def swapped(case: Case, plan: Plan, promise: Floats, width: int, stop: Stop, meter: Meter) -> Plan:
    """Swap, drop or add open sites while that helps, trying the ``width`` most promising ones.

    ``promise`` is the reduced cost of each place: the lower, the earlier it is tried.
    """
    best = plan
    improving = True
    while improving and not stop():
        improving = False
        for open_ in neighbours(case, best.open, promise, width):
            if stop():
                break
            other = plan_for(case, open_)
            meter.add(case.cost.size)
            if other is not None and other.cost < best.cost - LOAD_TOLERANCE * abs(best.cost):
                best, improving = other, True
                break
    return best


def neighbours(case: Case, open_: Flags, promise: Floats, width: int) -> Iterator[Flags]:
    """Choices of open places one drop, one addition or one swap away that obey the rules."""
    outside = np.flatnonzero(~open_ & ~case.closed)
    outside = outside[np.argsort(promise[outside], kind="stable")][:width].tolist()
    inside = np.flatnonzero(open_ & ~case.opened)
    inside = inside[np.argsort(-promise[inside], kind="stable")].tolist()
    changes: list[tuple[int, int]] = [(-1, into) for into in outside]
    changes += [(out, -1) for out in inside]
    changes += [(out, into) for into in outside for out in inside]
    for out, into in changes:
        choice = open_.copy()
        if out >= 0:
            choice[out] = False
        if into >= 0:
            choice[into] = True
        if case.obeys(choice):
            yield choice
