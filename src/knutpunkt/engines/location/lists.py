"""Demand lists: per client the sites that may serve it, cheapest first."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class CostLists:
    """Sorted lists of (site, cost), one per client, one after the other.

    Parameters
    ----------
    start
        Where each client's list begins, and the end of the last, int64, shape ``(clients + 1,)``.
    site, cost
        Entries, each list by ascending cost; int32 and float64, shape ``(entries,)``.
    sites
        How many sites there are, listed or not.
    """

    start: NDArray[np.int64]
    site: NDArray[np.int32]
    cost: NDArray[np.float64]
    sites: int

    @property
    def clients(self) -> int:
        """Number of lists."""
        return len(self.start) - 1

    @property
    def lengths(self) -> NDArray[np.int64]:
        """Number of entries of each list, shape ``(clients,)``."""
        return np.diff(self.start)

    @cached_property
    def row(self) -> NDArray[np.int32]:
        """Client of each entry, shape ``(entries,)``."""
        return np.repeat(np.arange(self.clients, dtype=np.int32), self.lengths)

    def first(self, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
        """Least listed cost of each client; ``otherwise`` where a list is empty."""
        found = otherwise.copy()
        some = self.lengths > 0
        found[some] = self.cost[self.start[:-1][some]]
        return found

    def last(self, otherwise: NDArray[np.float64]) -> NDArray[np.float64]:
        """Greatest listed cost of each client; ``otherwise`` where a list is empty."""
        found = otherwise.copy()
        some = self.lengths > 0
        found[some] = self.cost[self.start[1:][some] - 1]
        return found


def starts(count: NDArray[np.int64]) -> NDArray[np.int64]:
    """Where lists of such lengths begin, and where the last ends."""
    start = np.zeros(len(count) + 1, np.int64)
    np.cumsum(count, out=start[1:])
    return start
