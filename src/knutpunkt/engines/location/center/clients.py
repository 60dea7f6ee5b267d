"""The clients that have mattered so far, with the sites that can serve them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.costs import Costs, MatrixCosts

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Sites = NDArray[np.intp]

#: Costs that differ by less than this share count as equal: two formulas of one distance do.
EQUAL = 1e-9
_AT_ONCE = 4_000_000  # entries of a table of costs that are held at a time


def up_to(cost: float) -> float:
    """The greatest number that still counts as this cost."""
    return cost * (1 + EQUAL)


def nearest_cost(costs: Costs, sites: Sites) -> Floats:
    """Cost from every client to the nearest of some sites, infinite without sites."""
    nearest = np.full(costs.clients, np.inf)
    many = max(1, _AT_ONCE // costs.clients)
    for begin in range(0, len(sites), many):
        np.minimum(nearest, costs.of(sites[begin : begin + many]).min(axis=1), out=nearest)
    return nearest


class KnownClients:
    """Lists of sites for a growing part of the clients.

    A plan that fails some clients fails them all, so a proof needs few of them.

    Parameters
    ----------
    costs
        Costs of the whole problem.
    """

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self.client = np.empty(0, np.int32)
        self.start = np.zeros(1, np.int64)
        self.site = np.empty(0, np.int32)
        self.cost = np.empty(0, np.float64)
        self._seen = np.zeros(costs.clients, np.bool_)

    def add(self, clients: NDArray[np.integer], radius: float) -> int:
        """Add clients with all their sites within a radius; how many were new."""
        new = np.unique(clients)
        new = new[~self._seen[new]]
        if not len(new):
            return 0
        start, site, cost = self._lists(new, min(radius, float(np.finfo(np.float64).max)))
        self._seen[new] = True
        self.client = np.append(self.client, new.astype(np.int32))
        self.start = np.append(self.start, self.start[-1] + start[1:])
        self.site, self.cost = np.append(self.site, site), np.append(self.cost, cost)
        return len(new)

    def unknown_among(self, clients: NDArray[np.intp]) -> NDArray[np.intp]:
        """Those of some clients that are not known yet."""
        return clients[~self._seen[clients]]

    def _lists(
        self, new: NDArray[np.integer], radius: float
    ) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
        if isinstance(self._costs, MatrixCosts):
            table = self._costs.matrix[new]
            row, site = np.nonzero(table <= radius)
            start = np.searchsorted(row, np.arange(len(new) + 1))
            return start.astype(np.int64), site.astype(np.int32), table[row, site]
        limit = np.full(self._costs.clients, -1.0)
        limit[new] = radius
        lists = self._costs.within(limit)
        return lists.start[np.append(new, self._costs.clients)], lists.site, lists.cost
