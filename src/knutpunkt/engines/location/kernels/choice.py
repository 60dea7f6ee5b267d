"""The inner problem of the dual: the cheapest sites that obey counts over nested groups.

Groups are nested or apart (a laminar family), and group 0 holds every site. The chain of a site
are its groups from the innermost out, so the last of it is group 0. Taking the cheapest first,
innermost groups before those around them, is optimal: the sets that obey such counts are those of
a generalized matroid.

Sources: Frank and Tardos (1988), Mathematical Programming 42: 489-563.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.types import Counts, Floats, Mask, Starts

IMPOSSIBLE = np.inf


# numpy's partition and argsort would do, but compiling them takes a third of the time of all else.
@kernel
def kth_least(values: Floats, k: int) -> Any:
    """The value with ``k`` others before it in rising order; the values are moved about.

    Sources: Hoare (1961), Communications of the ACM 4(7): 321-322 (algorithm 65, FIND).
    """
    low, high = 0, len(values) - 1
    while low < high:
        pivot = values[(low + high) >> 1]
        i, j = low, high
        while i <= j:
            while values[i] < pivot:
                i += 1
            while values[j] > pivot:
                j -= 1
            if i <= j:
                values[i], values[j] = values[j], values[i]
                i += 1
                j -= 1
        if j < k < i:
            break
        low, high = (i, high) if k >= i else (low, j)
    return values[k]


@kernel
def rising(values: Floats) -> Starts:
    """Positions of the values in rising order, the lower one first on a tie (merge sort)."""
    many = len(values)
    order, other = np.empty(many, np.int64), np.empty(many, np.int64)
    for k in range(many):
        order[k] = k
    wide = 1
    while wide < many:
        for begin in range(0, many, 2 * wide):
            middle, end = min(begin + wide, many), min(begin + 2 * wide, many)
            i, j = begin, middle
            for k in range(begin, end):
                if i < middle and (j >= end or values[order[i]] <= values[order[j]]):
                    other[k] = order[i]
                    i += 1
                else:
                    other[k] = order[j]
                    j += 1
        order, other = other, order
        wide *= 2
    return order


@kernel
def chosen_of_one_count(price: Floats, free: Starts, low: int, high: int, chosen: Mask) -> float:
    """Choose from ``low`` to ``high`` free sites of least price; the sum, inf if impossible."""
    many = len(free)
    if low > many or high < 0:
        return IMPOSSIBLE
    for k in range(many):
        chosen[free[k]] = False
    if high == 0:
        return 0.0
    values = np.empty(many)
    below = 0
    for k in range(many):
        values[k] = price[free[k]]
        below += values[k] < 0.0
    take = min(max(low, below), high, many)
    if take <= 0:
        return 0.0
    limit = np.inf if take == many else kth_least(values.copy(), take - 1)
    total = 0.0
    taken = 0
    for k in range(many):
        if values[k] < limit:
            chosen[free[k]] = True
            total += values[k]
            taken += 1
    for k in range(many):
        if taken < take and values[k] == limit:
            chosen[free[k]] = True
            total += values[k]
            taken += 1
    return total


@kernel
def _taken(site: int, counts: Counts, count: Starts, chosen: Mask) -> bool:
    """Take a site if every group around it has room."""
    for c in range(counts.begins[site], counts.begins[site + 1]):
        if count[counts.chain[c]] >= counts.high[counts.chain[c]]:
            return False
    for c in range(counts.begins[site], counts.begins[site + 1]):
        count[counts.chain[c]] += 1
    chosen[site] = True
    return True


@kernel
def _filled(
    level: int, price: Floats, order: Starts, counts: Counts, count: Starts, chosen: Mask
) -> float:
    """Bring the groups of one depth to their least count; the sum, inf if impossible."""
    missing = 0
    for g in range(len(count)):
        if counts.depth[g] == level:
            missing += max(0, counts.low[g] - count[g])
    total = 0.0
    for k in order:
        if missing == 0:
            break
        site = counts.free[k]
        at = counts.begins[site + 1] - 1 - level
        if chosen[site] or at < counts.begins[site]:
            continue
        group = counts.chain[at]
        if count[group] < counts.low[group] and _taken(site, counts, count, chosen):
            total += price[site]
            missing -= 1
    return total if missing == 0 else IMPOSSIBLE


@kernel
def chosen_of_groups(price: Floats, counts: Counts, chosen: Mask) -> float:
    """Choose free sites of least price so that every group's count holds; inf if impossible."""
    values = np.empty(len(counts.free))
    for k in range(len(values)):
        values[k] = price[counts.free[k]]
        chosen[counts.free[k]] = False
    order = rising(values)
    count = counts.before.copy()
    total = 0.0
    for g in range(len(count)):
        if count[g] > counts.high[g]:
            return IMPOSSIBLE
    deepest = 0
    for level in counts.depth:
        deepest = max(deepest, level)
    for level in range(deepest, -1, -1):
        total += _filled(level, price, order, counts, count, chosen)
        if total == IMPOSSIBLE:
            return IMPOSSIBLE
    for k in order:
        site = counts.free[k]
        if values[k] >= 0.0:
            break
        if not chosen[site] and _taken(site, counts, count, chosen):
            total += values[k]
    return total


@kernel
def chosen_of(price: Floats, counts: Counts, chosen: Mask) -> float:
    """As :func:`chosen_of_groups`, quicker where group 0 is the only one."""
    if len(counts.low) == 1:
        before = counts.before[0]
        low, high = counts.low[0] - before, counts.high[0] - before
        return chosen_of_one_count(price, counts.free, low, high, chosen)
    return chosen_of_groups(price, counts, chosen)
