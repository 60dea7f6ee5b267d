"""Compiled inner loops: one knapsack per site, and the ascent of the bound over them.

Compiled at the first call and kept on disk. Nothing else of the package imports this module
before a question is solved, so that starting the program costs nothing. What calls each other
stands in one file, because the compiled code on disk is renewed file by file.

References
----------
Kellerer, Pferschy and Pisinger (2004), Knapsack Problems, Springer, doi:10.1007/978-3-540-24777-7;
Held, Wolfe and Crowder (1974), Mathematical Programming 6: 62-88, doi:10.1007/BF01580223; Camerini,
Fratta and Maffioli (1975), Mathematical Programming Study 3: 26-34 (the deflection).
"""

from typing import NamedTuple

import numba
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Integers = NDArray[np.int64]
Flags = NDArray[np.bool_]

_EPSILON = 1e-9
DEFLECTION = 0.7
PATIENCE = 15
STEP_DECAY = 0.75
FIRST_STEP = 1.2
SMALLEST_STEP = 2e-3
# Share of the old in the running mean of the relaxed plans.
MEMORY = 0.95
# Without a plan the steps aim at this share above the bound.
HOPE = 0.05

# Places in the state that one stretch of steps hands to the next.
CAPACITY_PRICE, STEP, WAITED, BEST_BOUND, BEST_CAPACITY_PRICE = range(5)


class Terms(NamedTuple):
    """A case as plain arrays.

    ``cost`` is ``(sites, clients)``; ``sizes`` and ``ranges`` (most, least) are the whole loads,
    empty when there are none; ``numbers`` are the fewest and the most sites.
    """

    cost: Floats
    opening: Floats
    demand: Floats
    capacity: Floats
    least: Floats
    sizes: Integers
    ranges: Integers
    opened: Flags
    closed: Flags
    numbers: Integers


class Climber(NamedTuple):
    """Where an ascent stands; every array changes in place, ``state`` as its constants say."""

    served: Floats
    best_served: Floats
    direction: Floats
    mean: Floats
    state: Floats


@numba.njit(cache=True, nogil=True)
def whole_knapsacks(
    cost: Floats, price: Floats, size: Integers, most: Integers, least: Integers
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


@numba.njit(cache=True, nogil=True)
def _at_most(
    cost: Floats, price: Floats, size: Integers, most: int, taken: Floats, table: Floats,
    paying: Integers,
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


@numba.njit(cache=True, nogil=True)
def _packed(
    gain: Floats, size: Integers, most: int, taken: Floats, table: Floats, paying: Integers
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


@numba.njit(cache=True, nogil=True)
def completions(cost: Floats, price: Floats, size: Integers, most: int, least: int) -> Floats:
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


@numba.njit(cache=True, nogil=True)
def _read(table: Floats, size: Integers, taken: Floats) -> float:
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


@numba.njit(cache=True, nogil=True)
def forced_values(
    cost: Floats, price: Floats, size: Integers, most: Integers, least: Integers
) -> Floats:
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


@numba.njit(cache=True, nogil=True)
def broken_knapsacks(
    cost: Floats, price: Floats, size: Floats, most: Floats, least: Floats
) -> tuple[Floats, Floats]:
    """Cheapest load of each site when clients may be served in part: value and shares."""
    sites, clients = cost.shape
    value = np.zeros(sites)
    taken = np.zeros((sites, clients))
    ratio = np.empty(clients)
    for site in range(sites):
        for client in range(clients):
            gain = cost[site, client] - price[client]
            if size[client] > 0:
                ratio[client] = gain / size[client]
            else:
                ratio[client] = -np.inf if gain < 0 else np.inf
        load = 0.0
        for client in np.argsort(ratio, kind="mergesort"):
            gain = cost[site, client] - price[client]
            wanted = most[site] if gain < 0 else least[site]
            if not np.isfinite(gain) or (size[client] > 0 and load >= wanted):
                continue
            if size[client] == 0 and gain >= 0:
                continue
            share = 1.0 if size[client] == 0 else min(1.0, (wanted - load) / size[client])
            taken[site, client] = share
            value[site] += share * gain
            load += share * size[client]
        if load < least[site] * (1 - _EPSILON):
            value[site] = np.inf
    return value, taken


@numba.njit(cache=True, nogil=True)
def chosen_sites(
    reduced: Floats, opened: Flags, closed: Flags, fewest: int, most: int
) -> tuple[bool, Flags]:
    """Sites of least reduced cost within the limits on their number, and whether there are any."""
    chosen = opened.copy()
    number = 0
    for site in range(len(reduced)):
        if opened[site]:
            number += 1
            if not np.isfinite(reduced[site]):
                return False, chosen
    for site in np.argsort(reduced, kind="mergesort"):
        if number >= most or not np.isfinite(reduced[site]):
            break
        if number >= fewest and reduced[site] >= 0:
            break
        if not opened[site] and not closed[site]:
            chosen[site] = True
            number += 1
    return fewest <= number <= most, chosen


@numba.njit(cache=True, nogil=True)
def sums_with_and_without(now: Terms, reduced: Floats) -> tuple[Floats, Floats]:
    """Least sums of reduced costs with each site open, and with each site closed."""
    sites = len(reduced)
    with_site, without_site = np.full(sites, np.inf), np.full(sites, np.inf)
    for site in range(sites):
        opened, closed = now.opened.copy(), now.closed.copy()
        if not closed[site]:
            opened[site] = True
            with_site[site] = _least_sum(now, reduced, opened, closed)
        if not now.opened[site]:
            opened[site], closed[site] = False, True
            without_site[site] = _least_sum(now, reduced, opened, closed)
    return with_site, without_site


@numba.njit(cache=True, nogil=True)
def _least_sum(now: Terms, reduced: Floats, opened: Flags, closed: Flags) -> float:
    possible, chosen = chosen_sites(reduced, opened, closed, now.numbers[0], now.numbers[1])
    return float(reduced[chosen].sum()) if possible else np.inf


@numba.njit(cache=True, nogil=True)
def climb(now: Terms, climber: Climber, upper: float, target: float, iterations: int) -> bool:
    """Take steps, changing the climber; return whether more may help."""
    typical = max(now.capacity.mean(), 1e-12)
    for _ in range(iterations):
        bound = _relaxed(now, climber, typical)
        climber.state[WAITED] += 1
        if bound > climber.state[BEST_BOUND]:
            climber.state[BEST_BOUND], climber.state[WAITED] = bound, 0
            climber.state[BEST_CAPACITY_PRICE] = climber.state[CAPACITY_PRICE]
            climber.best_served[:] = climber.served
        if climber.state[BEST_BOUND] > target:
            return False
        if not _stepped(climber, bound, upper, typical):
            return False
    return True


@numba.njit(cache=True, nogil=True)
def _relaxed(now: Terms, climber: Climber, typical: float) -> float:
    """Evaluate the bound at the climber's prices and turn its direction and mean."""
    served, direction = climber.served, climber.direction
    clients, price = len(served), climber.state[CAPACITY_PRICE]
    if len(now.sizes) > 0:
        value, taken = whole_knapsacks(now.cost, served, now.sizes, now.ranges[0], now.ranges[1])
    else:
        value, taken = broken_knapsacks(now.cost, served, now.demand, now.capacity, now.least)
    reduced = value + now.opening - price * now.capacity
    possible, chosen = chosen_sites(reduced, now.opened, now.closed, now.numbers[0], now.numbers[1])
    short = now.demand.sum()
    bound = served.sum() + price * short
    direction *= DEFLECTION
    direction[:clients] += 1.0
    climber.mean[:] *= MEMORY
    for site in np.flatnonzero(chosen):
        bound += reduced[site]
        short -= now.capacity[site]
        direction[:clients] -= taken[site]
        climber.mean[site] += (1 - MEMORY) * taken[site]
    if price > 0 or short > 0:
        direction[clients] += short / typical
    return bound if possible else np.inf


@numba.njit(cache=True, nogil=True)
def _stepped(climber: Climber, bound: float, upper: float, typical: float) -> bool:
    """Move the prices along the direction, back from the best ones after waiting long."""
    state, direction = climber.state, climber.direction
    norm = (direction**2).sum()
    if state[WAITED] >= PATIENCE or norm == 0.0:
        state[STEP] *= STEP_DECAY
        state[WAITED] = 0
        climber.served[:] = climber.best_served
        state[CAPACITY_PRICE] = state[BEST_CAPACITY_PRICE]
        direction[:] = 0.0
        return bool(state[STEP] >= SMALLEST_STEP)
    aim = upper if np.isfinite(upper) else bound + HOPE * abs(bound) + 1.0
    length = state[STEP] * max(aim - bound, 0.0) / norm
    climber.served[:] += length * direction[:-1]
    price = state[CAPACITY_PRICE] + length * direction[-1] / typical
    state[CAPACITY_PRICE] = max(0.0, price)
    return True
