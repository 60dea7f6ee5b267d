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
def reached(
    start: Longs, head: Numbers, minutes: Floats, source: int, wanted: NDArray[np.bool_], left: int,
    limit: float, best: Floats, touched: Numbers, key: Floats, node: Numbers,
) -> int:  # fmt: skip
    """Search from a source until nothing wanted is left; how many nodes were touched.

    The heap is written out here: called as functions it takes a third longer.
    """
    best[source] = 0.0
    touched[0], key[0], node[0] = source, 0.0, source
    seen, many = 1, 1
    while many > 0 and left > 0:
        time, at = key[0], node[0]
        many -= 1
        last, who = key[many], node[many]
        hole = 0
        while 4 * hole + 1 < many:
            child = 4 * hole + 1
            least = key[child]
            for other in range(child + 1, min(child + 4, many)):
                if key[other] < least:
                    child, least = other, key[other]
            if least >= last:
                break
            key[hole], node[hole] = least, node[child]
            hole = child
        key[hole], node[hole] = last, who
        if time > best[at]:
            continue
        if wanted[at]:
            left -= 1
        for edge in range(start[at], start[at + 1]):
            after, arrived = head[edge], time + minutes[edge]
            if arrived >= best[after] or arrived > limit:
                continue
            if best[after] == np.inf:
                touched[seen] = after
                seen += 1
            best[after] = arrived
            hole = many
            many += 1
            while hole > 0 and key[(hole - 1) >> 2] > arrived:
                above = (hole - 1) >> 2
                key[hole], node[hole] = key[above], node[above]
                hole = above
            key[hole], node[hole] = arrived, after
    return seen


@kernel
def times_written(
    start: Longs, head: Numbers, minutes: Floats, sources: Longs, targets: Longs, limit: float,
    found: Floats,
) -> None:  # fmt: skip
    """Write the shortest times from each source to each target, infinite where none is."""
    nodes = len(start) - 1
    best, touched = np.full(nodes, np.inf), np.empty(nodes, np.int32)
    key, node = np.empty(len(head) + 1), np.empty(len(head) + 1, np.int32)
    wanted = np.zeros(nodes, np.bool_)
    wanted[targets] = True
    left = int(np.count_nonzero(wanted))
    for row in range(len(sources)):
        seen = reached(
            start, head, minutes, sources[row], wanted, left, limit, best, touched, key, node
        )
        for k in range(len(targets)):
            found[row, k] = best[targets[k]]
        for k in range(seen):
            best[touched[k]] = np.inf
