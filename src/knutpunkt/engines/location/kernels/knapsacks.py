"""One knapsack per site: the cheapest load of each at given prices of the clients.

Sources: Kellerer, Pferschy and Pisinger (2004), Knapsack Problems, Springer,
doi:10.1007/978-3-540-24777-7.
"""

from __future__ import annotations

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Floats, Starts

EPSILON = 1e-9


@kernel
def whole_knapsacks(
    cost: Floats, price: Floats, size: Starts, most: Starts, least: Starts
) -> tuple[Floats, Floats]:
    """Cheapest set of clients for each site at given prices: value and members.

    ``cost`` is ``(sites, clients)``. A site takes clients for ``cost - price`` each, with a load
    between ``least`` and ``most``; where no load is possible its value is infinite.
    """
    sites, clients = cost.shape
    value = np.zeros(sites)
    taken = np.zeros((sites, clients))
    table = np.empty((clients + 1, most.max() + 1))
    paying = np.empty(clients, dtype=np.int64)
    for site in range(sites):
        value[site] = _at_most(cost[site], price, size, most[site], taken[site], table, paying)
        if least[site] > 0:
            load, able = 0, 0
            for client in range(clients):
                able += size[client] if np.isfinite(cost[site, client]) else 0
                load += size[client] if taken[site, client] > 0 else 0
            if able < least[site]:
                value[site] = np.inf
                taken[site] = 0.0
            elif load < least[site]:
                ends = completions(cost[site], price, size, most[site], least[site])
                value[site] = _read(ends, size, taken[site])
    return value, taken


@kernel
def _at_most(
    cost: Floats, price: Floats, size: Starts, most: int, taken: Floats, table: Floats,
    paying: Starts,
) -> float:  # fmt: skip
    """Knapsack without a least load; only clients that pay more than they cost matter."""
    number, total, load = 0, 0.0, 0
    for client in range(len(cost)):
        taken[client] = 0.0
        if cost[client] < price[client]:
            paying[number] = client
            number += 1
            total += cost[client] - price[client]
            load += size[client]
    if load <= most:
        for place in range(number):
            taken[paying[place]] = 1.0
        return total
    return _packed(cost - price, size, most, taken, table, paying[:number])


@kernel
def _packed(
    gain: Floats, size: Starts, most: int, taken: Floats, table: Floats, paying: Starts
) -> float:
    """Knapsack by the greatest load, row by row so that the inner loop runs on vectors."""
    number = len(paying)
    table[0, : most + 1] = 0.0
    for place in range(number):
        more, width = gain[paying[place]], min(size[paying[place]], most + 1)
        before, after = table[place], table[place + 1]
        after[:width] = before[:width]
        for room in range(width, most + 1):
            after[room] = min(before[room], before[room - width] + more)
    room = most
    for place in range(number - 1, -1, -1):
        if table[place + 1, room] < table[place, room]:
            taken[paying[place]] = 1.0
            room -= size[paying[place]]
    return float(table[number, most])


@kernel
def completions(cost: Floats, price: Floats, size: Starts, most: int, least: int) -> Floats:
    """Table ``[client, load]``: least value that clients from this one on can still add.

    The final load lies between ``least`` and ``most``; infinite where it cannot.
    """
    clients = len(cost)
    table = np.full((clients + 1, most + 1), np.inf)
    for load in range(least, most + 1):
        table[clients, load] = 0.0
    for client in range(clients - 1, -1, -1):
        gain, width = cost[client] - price[client], size[client]
        after, now = table[client + 1], table[client]
        fitting = max(0, most + 1 - width) if np.isfinite(gain) else 0
        for load in range(fitting):
            now[load] = min(after[load], after[load + width] + gain)
        now[fitting:] = after[fitting:]
    return table


@kernel
def _read(table: Floats, size: Starts, taken: Floats) -> float:
    """Members of the cheapest set of a table of completions."""
    load = 0
    taken[:] = 0.0
    if not np.isfinite(table[0, 0]):
        return np.inf
    for client in range(len(size)):
        if table[client, load] < table[client + 1, load]:
            taken[client] = 1.0
            load += size[client]
    return float(table[0, 0])


@kernel
def forced_values(cost: Floats, price: Floats, size: Starts, most: Starts, least: Starts) -> Floats:
    """Value of each site's cheapest set among those with a given client, ``(sites, clients)``."""
    sites, clients = cost.shape
    value = np.full((sites, clients), np.inf)
    for site in range(sites):
        room = most[site]
        table = completions(cost[site], price, size, room, least[site])
        before = np.full(room + 1, np.inf)
        before[0] = 0.0
        for client in range(clients):
            gain, width = cost[site, client] - price[client], size[client]
            if not np.isfinite(gain):
                continue
            for load in range(room - width + 1):
                total = before[load] + gain + table[client + 1, load + width]
                value[site, client] = min(value[site, client], total)
            for load in range(room, width - 1, -1):
                before[load] = min(before[load], before[load - width] + gain)
    return value


@kernel
def broken_knapsacks(
    cost: Floats, price: Floats, size: Floats, most: Floats, least: Floats
) -> tuple[Floats, Floats]:
    """Cheapest load of each site when clients may be served in part: value and shares.

    Only the clients that pay more than they cost are sorted, and only where they do not all fit;
    the others fill up to the least load.
    """
    sites, clients = cost.shape
    value = np.zeros(sites)
    taken = np.zeros((sites, clients))
    paying, others = np.empty(clients, np.int64), np.empty(clients, np.int64)
    for site in range(sites):
        number, load, left = 0, 0.0, 0
        for client in range(clients):
            if cost[site, client] < price[client]:
                paying[number] = client
                number += 1
                load += size[client]
            elif size[client] > 0 and np.isfinite(cost[site, client]):
                others[left] = client
                left += 1
        if load <= most[site]:
            for place in range(number):
                client = paying[place]
                taken[site, client] = 1.0
                value[site] += cost[site, client] - price[client]
        else:
            load = _filled_up(
                cost[site], price, size, most[site], 0.0, taken[site], paying[:number]
            )
            for place in range(number):
                client = paying[place]
                value[site] += taken[site, client] * (cost[site, client] - price[client])
        if load < least[site]:
            load = _filled_up(cost[site], price, size, least[site], load, taken[site],
                              others[:left])  # fmt: skip
            for place in range(left):
                client = others[place]
                if taken[site, client] > 0:
                    value[site] += taken[site, client] * (cost[site, client] - price[client])
            if load < least[site] * (1 - EPSILON):
                value[site] = np.inf
    return value, taken


@kernel
def _filled_up(
    cost: Floats, price: Floats, size: Floats, wanted: float, load: float, taken: Floats,
    able: Starts,
) -> float:  # fmt: skip
    """Take the clients of best gain per unit of load up to a wanted load; the load reached."""
    ratio = np.empty(len(able))
    for place in range(len(able)):
        client = able[place]
        gain = cost[client] - price[client]
        ratio[place] = gain / size[client] if size[client] > 0 else -np.inf
    for place in np.argsort(ratio, kind="mergesort"):
        client = able[place]
        if size[client] == 0:
            taken[client] = 1.0
        elif load < wanted:
            taken[client] = min(1.0, (wanted - load) / size[client])
            load += taken[client] * size[client]
    return load
