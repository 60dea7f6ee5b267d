"""Dijkstra's search with a heap of four children a node, whose stale entries are passed over.

A node is put on the heap whenever a quicker way to it is found, so at most once per edge; an entry
is stale when its node was reached more quickly since. Times are the least of all ways whatever the
order among equals, so the result does not depend on it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.travel.roads.kernels.jit import kernel

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Numbers = NDArray[np.int32]


@kernel
def pushed(key: Floats, node: Numbers, many: int, time: float, who: int) -> int:
    """Put an entry on the heap; how many it then holds."""
    at = many
    while at > 0:
        above = (at - 1) >> 2
        if key[above] <= time:
            break
        key[at] = key[above]
        node[at] = node[above]
        at = above
    key[at] = time
    node[at] = who
    return many + 1


@kernel
def popped(key: Floats, node: Numbers, many: int) -> int:
    """Take the first entry off the heap; how many it then holds."""
    many -= 1
    time, who = key[many], node[many]
    at = 0
    while True:
        child = (at << 2) + 1
        if child >= many:
            break
        least = child
        for other in range(child + 1, min(child + 4, many)):
            if key[other] < key[least]:
                least = other
        if key[least] >= time:
            break
        key[at] = key[least]
        node[at] = node[least]
        at = least
    key[at] = time
    node[at] = who
    return many


@kernel
def times_written(
    start: Longs, head: Numbers, minutes: Floats, sources: Longs, targets: Longs, limit: float,
    found: Floats,
) -> None:  # fmt: skip
    """Write the shortest times from each source to each target, infinite where none is."""
    nodes = len(start) - 1
    best = np.full(nodes, np.inf)
    wanted = np.zeros(nodes, np.bool_)
    touched = np.empty(nodes, np.int32)
    key, node = np.empty(len(head) + 1), np.empty(len(head) + 1, np.int32)
    different = 0
    for target in targets:
        if not wanted[target]:
            wanted[target] = True
            different += 1
    for row in range(len(sources)):
        left, many, seen = different, 0, 1
        best[sources[row]] = 0.0
        touched[0] = sources[row]
        many = pushed(key, node, many, 0.0, sources[row])
        while many > 0 and left > 0:
            time, at = key[0], node[0]
            many = popped(key, node, many)
            if time > best[at]:
                continue
            if wanted[at]:
                left -= 1
            for edge in range(start[at], start[at + 1]):
                after, arrived = head[edge], time + minutes[edge]
                if arrived < best[after] and arrived <= limit:
                    if best[after] == np.inf:
                        touched[seen] = after
                        seen += 1
                    best[after] = arrived
                    many = pushed(key, node, many, arrived, after)
        for k in range(len(targets)):
            found[row, k] = best[targets[k]]
        for k in range(seen):
            best[touched[k]] = np.inf
