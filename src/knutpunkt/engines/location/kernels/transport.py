"""Clients split over open sites within loads at least cost: a transportation problem, solved.

Everybody begins at the cheapest open site. Then demand is pushed along cheapest chains of sites
from where there is too much to where there is room, or too little; each push keeps the plan the
cheapest one of its loads. The chains are found among the sites alone: the way from one to another
is the client that loses least by going there.

Sources: Ahuja, Magnanti and Orlin (1993), Network Flows, Prentice Hall, section 9.7 (successive
shortest paths).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Mask, Starts

#: What became of it: solved; too much or too little somewhere, and no way; lost in rounding.
SOLVED, IMPOSSIBLE, LOST = 0, 1, 2
TINY = 1e-11


class Flow(NamedTuple):
    """A plan under way; the last place of ``excess``, ``distance`` and ``after`` is the sink.

    ``amount`` is the demand of each client at each open site, ``way`` and ``mover`` the cost per
    unit and the client of going from one site to another, ``sunk`` what of a load is in range.
    """

    cost: Floats
    demand: Floats
    amount: Floats
    way: Floats
    mover: Starts
    sunk: Floats
    excess: Floats
    most: Floats
    least: Floats
    distance: Floats
    after: Starts


@kernel
def transported(
    cost: Floats, demand: Floats, most: Floats, least: Floats
) -> tuple[int, Floats, Floats, Mask, int]:
    """Split clients over sites that are all open.

    ``cost`` of all of a client is ``(sites, clients)``; ``most`` and ``least`` are loads. Returns
    what became of it, the demand of each client at each site, what a unit of each site's capacity
    is worth (below 0: what a unit of its least load costs), the sites, and last the sink, from
    which there is no way, and how much work it was.
    """
    flow, able = _begun(cost, demand, most, least)
    sites, clients = cost.shape
    work = 3 * sites * clients
    status = SOLVED if able else LOST
    little = TINY * max(demand.sum(), 1e-300)
    while status == SOLVED:
        source = _source(flow, little)
        if source < 0:
            break
        sweeps = _distances(flow, little)
        work += sweeps * sites * sites
        if not np.isfinite(flow.distance[source]):
            stuck = ~np.isfinite(flow.distance)
            return IMPOSSIBLE, flow.amount, _worth(flow, little), stuck, work
        moved = _pushed(flow, source, little)
        work += (moved + 1) * clients
        if moved < 0:
            status = LOST
    return status, flow.amount, _worth(flow, little), np.zeros(sites + 1, np.bool_), work


@kernel
def _begun(cost: Floats, demand: Floats, most: Floats, least: Floats) -> tuple[Flow, bool]:
    """Everybody at the cheapest site; false where somebody can be served by none."""
    sites, clients = cost.shape
    flow = Flow(
        cost, demand, np.zeros((sites, clients)), np.full((sites, sites), np.inf),
        np.full((sites, sites), -1, np.int64), np.zeros(sites), np.zeros(sites + 1), most, least,
        np.zeros(sites + 1), np.zeros(sites + 1, np.int64),
    )  # fmt: skip
    able = True
    for client in range(clients):
        best = 0
        for site in range(1, sites):
            if cost[site, client] < cost[best, client]:
                best = site
        able = able and np.isfinite(cost[best, client])
        flow.amount[best, client] = demand[client]
    for site in range(sites):
        load = flow.amount[site].sum()
        flow.sunk[site] = min(max(load, least[site]), most[site])
        flow.excess[site] = load - flow.sunk[site]
        _ways_from(flow, site)
    flow.excess[sites] = flow.sunk.sum() - demand.sum()
    return flow, able


@kernel
def _ways_from(flow: Flow, site: int) -> None:
    """Who goes most cheaply from a site to each of the others."""
    sites = len(flow.most)
    flow.way[site, :] = np.inf
    flow.mover[site, :] = -1
    for client in range(len(flow.demand)):
        if flow.amount[site, client] > 0:
            here, unit = flow.cost[site, client], flow.demand[client]
            for other in range(sites):
                dearer = (flow.cost[other, client] - here) / unit
                if other != site and dearer < flow.way[site, other]:
                    flow.way[site, other] = dearer
                    flow.mover[site, other] = client


@kernel
def _source(flow: Flow, little: float) -> int:
    """Where there is most too much; -1 where nothing is left to push."""
    best, greatest, lacking = -1, little, False
    for place in range(len(flow.excess)):
        lacking = lacking or flow.excess[place] < -little
        if flow.excess[place] > greatest:
            best, greatest = place, flow.excess[place]
    if best < 0 and lacking:
        # What is lacking somewhere is too much elsewhere in small parts.
        best = int(np.argmax(flow.excess))
        if flow.excess[best] <= 0:
            return -1
    return best


@kernel
def _distances(flow: Flow, little: float) -> int:
    """Cheapest chains from every place to one that lacks something; how many sweeps it took."""
    sites = len(flow.most)
    for place in range(sites + 1):
        flow.distance[place] = 0.0 if flow.excess[place] < -little else np.inf
        flow.after[place] = -1
    return _relaxed(flow, little)


@kernel
def _relaxed(flow: Flow, little: float) -> int:
    """Bellman and Ford's sweeps over the sites and the sink."""
    sites, distance, after = len(flow.most), flow.distance, flow.after
    for sweep in range(sites + 2):
        changed = False
        for site in range(sites):
            for other in range(sites):
                length = flow.way[site, other] + distance[other]
                if length < distance[site] - TINY * (1 + abs(length)):
                    distance[site], after[site], changed = length, other, True
            length = distance[sites] + TINY * (1 + abs(distance[sites]))
            if flow.sunk[site] < flow.most[site] - little and length < distance[site]:
                distance[site], after[site], changed = distance[sites], sites, True
            length = distance[site] + TINY * (1 + abs(distance[site]))
            if flow.sunk[site] > flow.least[site] + little and length < distance[sites]:
                distance[sites], after[sites], changed = distance[site], site, True
        if not changed:
            return sweep + 1
    return sites + 2


@kernel
def _pushed(flow: Flow, source: int, little: float) -> int:
    """Push as much as goes from a place along its chain; how many sites changed, -1 if lost."""
    sites = len(flow.most)
    much, place, length = max(flow.excess[source], little), source, 0
    while flow.after[place] >= 0:
        much = min(much, _room(flow, place, flow.after[place]))
        place = flow.after[place]
        length += 1
        if length > sites + 1:
            return -1
    if place == source or not much > 0:
        return -1
    much = min(much, -flow.excess[place])
    last, place = place, source
    while place != last:
        after = flow.after[place]
        if after == sites:
            flow.sunk[place] += much
        elif place == sites:
            flow.sunk[after] -= much
        else:
            client = flow.mover[place, after]
            flow.amount[place, client] -= much
            if flow.amount[place, client] <= TINY * flow.demand[client]:
                flow.amount[after, client] += flow.amount[place, client]
                flow.amount[place, client] = 0.0
            flow.amount[after, client] += much
        place = after
    flow.excess[source] -= much
    flow.excess[last] += much
    place = source
    while True:
        if place < sites:
            _ways_from(flow, place)
        if place == last:
            break
        place = flow.after[place]
    return length + 1


@kernel
def _room(flow: Flow, place: int, after: int) -> float:
    """How much goes from one place to the next."""
    sites = len(flow.most)
    if after == sites:
        return float(flow.most[place] - flow.sunk[place])
    if place == sites:
        return float(flow.sunk[after] - flow.least[after])
    return float(flow.amount[place, flow.mover[place, after]])


@kernel
def _worth(flow: Flow, little: float) -> Floats:
    """What a unit of capacity is worth: the cheapest chain to a site with room.

    Where no chain leads to room, one out of the question is dearer than every other.
    """
    sites = len(flow.most)
    dearest = 1.0
    for site in range(sites):
        for other in range(sites):
            if np.isfinite(flow.way[site, other]):
                dearest = max(dearest, abs(flow.way[site, other]))
    flow.distance[:] = (sites + 1) * dearest
    flow.distance[sites] = 0.0
    flow.after[:] = -1
    _relaxed(flow, little)
    worth: Floats = flow.distance[:sites] - flow.distance[sites]
    return worth
