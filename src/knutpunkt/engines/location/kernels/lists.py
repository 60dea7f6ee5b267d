"""Lists turned round, cut short, and asked for the nearest chosen sites."""

from __future__ import annotations

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Mask, Numbers, Starts


@kernel
def turned(
    start: Starts, site: Numbers, cost: Floats, sites: int
) -> tuple[Starts, Numbers, Floats]:
    """Lists of clients as lists of sites: where they begin, their clients and costs."""
    begins = np.zeros(sites + 1, np.int64)
    for e in range(len(site)):
        begins[site[e] + 1] += 1
    for j in range(sites):
        begins[j + 1] += begins[j]
    free = begins.copy()
    client, price = np.empty(len(site), np.int32), np.empty(len(site))
    for i in range(len(start) - 1):
        for e in range(start[i], start[i + 1]):
            at = free[site[e]]
            client[at], price[at] = i, cost[e]
            free[site[e]] = at + 1
    return begins, client, price


@kernel
def shortened(
    start: Starts, site: Numbers, cost: Floats, cap: Floats, closed: Mask, forced: Mask
) -> tuple[Starts, Numbers, Floats, Floats]:
    """Lists without closed sites, cut at the nearest forced one, whose cost becomes the cap."""
    rows = len(cap)
    least = cap.copy()
    begins = np.zeros(rows + 1, np.int64)
    kept = 0
    for i in range(rows):
        for e in range(start[i], start[i + 1]):
            if cost[e] >= least[i]:
                break
            if forced[site[e]]:
                least[i] = cost[e]
                break
        for e in range(start[i], start[i + 1]):
            if cost[e] >= least[i]:
                break
            if not closed[site[e]]:
                kept += 1
        begins[i + 1] = kept
    names, costs = np.empty(kept, np.int32), np.empty(kept)
    at = 0
    for i in range(rows):
        for e in range(start[i], start[i + 1]):
            if cost[e] >= least[i]:
                break
            if not closed[site[e]]:
                names[at], costs[at] = site[e], cost[e]
                at += 1
    return begins, names, costs, least


@kernel
def two_nearest(
    start: Starts, site: Numbers, cost: Floats, cap: Floats, chosen: Mask,
    first: Numbers, first_cost: Floats, second: Numbers, second_cost: Floats,
    begin: int, end: int,
) -> None:  # fmt: skip
    """The two nearest chosen sites of each client; -1 and the cap where none is listed."""
    for i in range(begin, end):
        first[i], second[i] = -1, -1
        first_cost[i], second_cost[i] = cap[i], cap[i]
        for e in range(start[i], start[i + 1]):
            if cost[e] >= cap[i]:
                break
            if chosen[site[e]]:
                if first[i] >= 0:
                    second[i], second_cost[i] = site[e], cost[e]
                    break
                first[i], first_cost[i] = site[e], cost[e]
