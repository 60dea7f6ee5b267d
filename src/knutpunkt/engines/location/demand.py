"""Demand lists: per demand point the candidates that could serve it better than today.

Sites that stay open give every point a ceiling: only candidates strictly nearer can change
anything. Without fixed sites the ceiling is the furthest candidate, which costs what any remaining
choice would cost. So the pure p-median and the extension of a network are one and the same case.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.problem import Problem

Floats = NDArray[np.float64]
Indices = NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class DemandLists:
    """Sorted lists of (candidate, cost) per group of identical demand points.

    Parameters
    ----------
    weight, ceiling
        Persons in the group, and its cost when no listed candidate opens, shape ``(rows,)``.
    row, site, cost
        One entry per useful pair, ordered by row, then cost, then site; ``site`` counts candidates
        from 0. Shape ``(entries,)``.
    sites
        Number of candidates.
    """

    weight: Floats
    ceiling: Floats
    row: Indices
    site: Indices
    cost: Floats
    sites: int

    @property
    def rows(self) -> int:
        """Number of groups."""
        return len(self.weight)

    def cheapest_two(self, chosen: NDArray[np.bool_]) -> tuple[Floats, Floats, Indices]:
        """Nearest and second nearest cost of each row, and the candidate that is nearest (or -1).

        The ceiling stands in where fewer than two listed candidates are chosen.
        """
        hits = np.flatnonzero(chosen[self.site])
        rows = self.row[hits]
        first = np.diff(rows, prepend=-1) != 0
        second = np.zeros(len(hits), dtype=np.bool_)
        second[1:] = first[:-1] & ~first[1:]
        nearest, runner_up = self.ceiling.copy(), self.ceiling.copy()
        server = np.full(self.rows, -1, dtype=np.intp)
        nearest[rows[first]] = self.cost[hits[first]]
        server[rows[first]] = self.site[hits[first]]
        runner_up[rows[second]] = self.cost[hits[second]]
        return nearest, runner_up, server

    def objective(self, chosen: NDArray[np.bool_]) -> float:
        """Person-minutes when exactly the ``chosen`` candidates open."""
        return float(self.weight @ self.cheapest_two(chosen)[0])

    def opening_gains(self, nearest: Floats) -> Floats:
        """Person-minutes each candidate saves when it opens alone, shape ``(sites,)``."""
        saved = np.maximum(nearest[self.row] - self.cost, 0.0) * self.weight[self.row]
        return totals(self.site, saved, self.sites)

    def within(self, limit: Floats) -> "DemandLists":
        """Cut every list at a cost of its own, which also becomes the ceiling if it is lower."""
        ceiling = np.minimum(self.ceiling, limit)
        kept = self.cost < ceiling[self.row]
        row, site, cost = self.row[kept], self.site[kept], self.cost[kept]
        return DemandLists(self.weight, ceiling, row, site, cost, self.sites)


def demand_lists(problem: Problem) -> DemandLists:
    """Build the lists of a problem over its candidates; identical points become one row."""
    candidates = problem.candidates
    inhabited = np.flatnonzero(problem.persons > 0)
    cost = problem.cost[np.ix_(inhabited, candidates)]
    ceiling = _ceiling(problem, inhabited, cost)
    cost = np.minimum(cost, ceiling[:, None])
    first, group = _identical_rows(cost, ceiling)
    weight = totals(group, problem.persons[inhabited], len(first))
    cost, ceiling = cost[first], ceiling[first]
    row, site = np.nonzero(cost < ceiling[:, None])
    listed = cost[row, site]
    order = np.lexsort((site, listed, row))
    return DemandLists(weight, ceiling, row[order], site[order], listed[order], len(candidates))


def totals(group: Indices, values: Floats, groups: int) -> Floats:
    """Sum the values of each group; floats also when there is nothing to sum."""
    return np.bincount(group, values, groups).astype(np.float64)


def _ceiling(problem: Problem, inhabited: Indices, cost: Floats) -> Floats:
    if problem.fixed_open.any():
        fixed = np.flatnonzero(problem.fixed_open)
        nearest: Floats = problem.cost[np.ix_(inhabited, fixed)].min(axis=1)
        return nearest
    furthest: Floats = cost.max(axis=1, initial=0.0)
    return furthest


def _identical_rows(cost: Floats, ceiling: Floats) -> tuple[Indices, Indices]:
    """First row of each group of identical rows, and the group of every row."""
    groups: dict[bytes, int] = {}
    first: list[int] = []
    group = np.empty(len(cost), dtype=np.intp)
    for number in range(len(cost)):
        key = cost[number].tobytes() + ceiling[number].tobytes()
        if key not in groups:
            groups[key] = len(first)
            first.append(number)
        group[number] = groups[key]
    return np.array(first, dtype=np.intp), group
