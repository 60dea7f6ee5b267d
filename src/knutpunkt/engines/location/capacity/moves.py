"""Compiled local search: clients to given open sites, within the loads.

A plan is judged by how far its loads are out of their ranges, then by its cost, so that the same
moves repair a plan and improve it.

References
----------
Martello and Toth (1990), Knapsack Problems, Wiley, chapter 7 (regret, shifts and exchanges in the
generalised assignment problem).
"""

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]

_EPSILON = 1e-9


@numba.njit(cache=True, nogil=True)
def assigned_by_regret(cost: Floats, size: Floats, most: Floats, open_: Integers) -> Integers:
    """Give clients to open sites, the one that loses most by waiting first.

    ``cost`` is ``(sites, clients)``. Returns the site of each client; a client that fits nowhere
    goes where most room is left, and -1 stands for a client no open site can serve.
    """
    clients = cost.shape[1]
    server = np.full(clients, -1, dtype=np.int64)
    room = most.copy()
    waiting = np.ones(clients, dtype=np.bool_)
    for _ in range(clients):
        chosen, chosen_site, greatest = -1, -1, -np.inf
        for client in range(clients):
            if waiting[client]:
                site, regret = _regret(cost[:, client], size[client], room, open_)
                if regret > greatest or chosen < 0:
                    chosen, chosen_site, greatest = client, site, regret
        if chosen_site < 0:
            chosen_site = _roomiest(cost[:, chosen], room, open_)
        waiting[chosen] = False
        server[chosen] = chosen_site
        if chosen_site >= 0:
            room[chosen_site] -= size[chosen]
    return server


@numba.njit(cache=True, nogil=True)
def _regret(cost: Floats, size: float, room: Floats, open_: Integers) -> tuple[int, float]:
    """Cheapest site with room, and what the next one costs more."""
    first, second, best = np.inf, np.inf, -1
    for site in open_:
        if size <= room[site] + _EPSILON:
            if cost[site] < first:
                first, second, best = cost[site], first, site
            elif cost[site] < second:
                second = cost[site]
    if best < 0:
        return -1, -np.inf
    return best, second - first


@numba.njit(cache=True, nogil=True)
def _roomiest(cost: Floats, room: Floats, open_: Integers) -> int:
    best = -1
    for site in open_:
        if np.isfinite(cost[site]) and (best < 0 or room[site] > room[best]):
            best = site
    return best


@numba.njit(cache=True, nogil=True)
def _outside(load: float, least: float, most: float) -> float:
    return max(0.0, load - most) + max(0.0, least - load)


@numba.njit(cache=True, nogil=True)
def _better(wrong: float, dearer: float) -> bool:
    return wrong < -_EPSILON or (wrong <= _EPSILON and dearer < -_EPSILON)


@numba.njit(cache=True, nogil=True)
def improved(
    cost: Floats, size: Floats, most: Floats, least: Floats, open_: Integers, server: Integers
) -> float:
    """Shift and exchange clients in ``server`` until nothing helps; return what is out of range."""
    load = np.zeros(len(most))
    for client in range(len(server)):
        load[server[client]] += size[client]
    # A pass that changes nothing ends it; the limit only guards against rounding in a circle.
    for _ in range(50 + len(server)):
        shifted = _shift(cost, size, most, least, open_, server, load)
        if not _exchange(cost, size, most, least, server, load) and not shifted:
            break
    outside = 0.0
    for site in open_:
        outside += _outside(load[site], least[site], most[site])
    return outside


@numba.njit(cache=True, nogil=True)
def _shift(
    cost: Floats, size: Floats, most: Floats, least: Floats, open_: Integers, server: Integers,
    load: Floats,
) -> bool:  # fmt: skip
    """Move single clients to other sites where that helps."""
    moved = False
    for client in range(len(server)):
        for site in open_:
            old = server[client]
            if site == old or not np.isfinite(cost[site, client]):
                continue
            wrong = (
                _outside(load[site] + size[client], least[site], most[site])
                - _outside(load[site], least[site], most[site])
                + _outside(load[old] - size[client], least[old], most[old])
                - _outside(load[old], least[old], most[old])
            )
            if _better(wrong, cost[site, client] - cost[old, client]):
                load[old] -= size[client]
                load[site] += size[client]
                server[client] = site
                moved = True
    return moved


@numba.njit(cache=True, nogil=True)
def _exchange(
    cost: Floats, size: Floats, most: Floats, least: Floats, server: Integers, load: Floats
) -> bool:
    """Let two clients change places where that helps."""
    moved = False
    for one in range(len(server)):
        for other in range(one):
            here, there = server[one], server[other]
            if here == there:
                continue
            dearer = cost[there, one] + cost[here, other] - cost[here, one] - cost[there, other]
            if not np.isfinite(dearer):
                continue
            more = size[other] - size[one]
            wrong = (
                _outside(load[here] + more, least[here], most[here])
                - _outside(load[here], least[here], most[here])
                + _outside(load[there] - more, least[there], most[there])
                - _outside(load[there], least[there], most[there])
            )
            if _better(wrong, dearer):
                load[here] += more
                load[there] -= more
                server[one], server[other] = there, here
                moved = True
    return moved
