"""Lists of the sites near each client, from a matrix of costs."""

from __future__ import annotations

import numpy as np

from knutpunkt.engines.location.kernels.jit import kernel
from knutpunkt.engines.location.kernels.places import in_order
from knutpunkt.engines.location.kernels.types import ZERO, Floats, Numbers, Starts


@kernel
def row_listed(
    matrix: Floats, radius: Floats, start: Starts, site: Numbers, cost: Floats,
    begin: int, end: int,
) -> None:  # fmt: skip
    """Write the sorted list of sites within each client's radius."""
    sites = matrix.shape[1]
    found, kept, who = np.empty(sites), np.empty(sites), np.empty(sites, np.int32)
    keys = np.empty(sites, np.int64)
    for i in range(begin, end):
        count = ZERO
        for j in range(sites):
            if matrix[i, j] <= radius[i]:
                found[count] = matrix[i, j]
                who[count] = j
                count += 1
        in_order(found, who, count, keys, kept)
        for k in range(count):
            site[start[i] + k] = keys[k]
            cost[start[i] + k] = found[k]


@kernel
def shortest_paths(cost: Floats) -> None:
    """Turn the costs of edges into those of the shortest paths, in place (Floyd and Warshall).

    References
    ----------
    Floyd (1962), Communications of the ACM 5(6): 345.
    """
    many = len(cost)
    for k in range(many):
        for i in range(many):
            first = cost[i, k]
            if first < np.inf:
                for j in range(many):
                    through = first + cost[k, j]
                    cost[i, j] = min(cost[i, j], through)
