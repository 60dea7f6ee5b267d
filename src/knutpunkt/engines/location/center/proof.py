"""A proof that so many sites cannot serve everybody within a limit, and how to check it.

The proof is a tree. A branch splits all plans in two: those with at most so many sites of a set,
and those with more. A leaf refutes the plans that reach it by weights: every client carries a
weight, and so does every branch on the way. If the weights to be earned exceed what any ``many``
sites can earn together, there is no such plan. All weights are whole numbers, so nothing is lost in
rounding.
One leaf alone is the dual of the linear program of set covering.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.center.clients import EQUAL
from knutpunkt.engines.location.costs import Costs

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Numbers = NDArray[np.int32]

_AT_ONCE = 4_000_000  # entries of a table of costs that are held at a time
_LARGEST = 2**52  # sums of whole numbers below it are exact in floating point


@dataclass(frozen=True, eq=False)
class Branch:
    """A plan takes at most ``at_most`` of ``sites`` (node ``low``) or more (node ``high``)."""

    sites: Numbers
    at_most: int
    low: int
    high: int


@dataclass(frozen=True, eq=False)
class Leaf:
    """Weights that refute every plan of this part of the tree.

    Parameters
    ----------
    weight
        Of each client of the proof, 0 or more, shape ``(clients,)``.
    branch_weight
        Of each branch from the root down to here, 0 or more.
    """

    weight: Whole
    branch_weight: Whole


@dataclass(frozen=True, eq=False)
class Proof:
    """No ``many`` sites serve all of ``clients`` within ``limit``.

    Parameters
    ----------
    many
        Number of sites, forced ones included.
    limit
        A site serves a client when its cost is at most this.
    bound
        The next cost above the limit at which one of the clients can be served: no ``many`` sites
        have a smaller greatest cost. Infinite when the clients cannot be reached at all.
    clients
        Numbers of the clients that carry weight somewhere.
    nodes
        The tree, root first.
    """

    many: int
    limit: float
    bound: float
    clients: Numbers
    nodes: tuple[Branch | Leaf, ...]


def check_center_proof(
    costs: Costs,
    many: int,
    proof: Proof,
    *,
    forced: ArrayLike | None = None,
    excluded: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> bool:
    """Check that no ``many`` sites have a greatest cost below ``proof.bound``.

    Uses the problem and sums of whole numbers alone, nothing of the search. Costs that differ by
    less than one part in 10⁹ count as equal.

    Parameters
    ----------
    costs, many, forced, excluded, weight
        The problem, as for :func:`solve_center`.
    proof
        What is to be checked.
    """
    served = _Served.within(costs, proof, forced, excluded)
    if served is None or many > proof.many or not _counted(proof, weight):
        return False
    gap = (served.cost > proof.limit) & (served.cost < proof.bound * (1 - EQUAL))
    return not gap.any() and served.refuted(proof)


def check_covering_proof(
    costs: Costs,
    radius: float,
    proof: Proof,
    *,
    forced: ArrayLike | None = None,
    excluded: ArrayLike | None = None,
    weight: ArrayLike | None = None,
) -> bool:
    """Check that ``proof.many`` sites cannot serve everybody within a radius.

    Parameters
    ----------
    costs, radius, forced, excluded, weight
        The problem, as for :func:`solve_covering`.
    proof
        What is to be checked.
    """
    served = _Served.within(costs, proof, forced, excluded)
    if served is None or proof.limit < radius or not _counted(proof, weight):
        return False
    return served.refuted(proof)


def stranded_proof(client: int, many: int, limit: float = float(np.finfo(np.float64).max)) -> Proof:
    """No sites serve a client that none of them can serve within a limit."""
    leaf = Leaf(np.ones(1, np.int64), np.zeros(0, np.int64))
    return Proof(many, limit, np.inf, np.array([client], np.int32), (leaf,))


def _counted(proof: Proof, weight: ArrayLike | None) -> bool:
    return weight is None or bool((np.asarray(weight)[proof.clients] > 0).all())


def mask_of(sites: ArrayLike | None, many: int) -> NDArray[np.bool_]:
    """Sites given by number or as a mask, as a mask."""
    given = np.asarray([] if sites is None else sites)
    if given.dtype == np.bool_:
        return given
    mask = np.zeros(many, np.bool_)
    mask[given.astype(np.intp)] = True
    return mask


@dataclass(frozen=True, eq=False)
class _Served:
    """Who is served by which site, read from the costs anew.

    Parameters
    ----------
    row, site
        Pairs of a client of the proof and a free site that serves it.
    cost
        All costs of these clients that a plan may meet.
    forced
        Clients of the proof that a forced site serves.
    sites, free
        Number of all sites, and how many may be chosen freely.
    """

    row: NDArray[np.intp]
    site: NDArray[np.intp]
    cost: Floats
    forced: NDArray[np.bool_]
    sites: int
    free: int

    @classmethod
    def within(
        cls, costs: Costs, proof: Proof, forced: ArrayLike | None, excluded: ArrayLike | None
    ) -> _Served | None:
        clients = proof.clients
        known = (clients >= 0) & (clients < costs.clients)
        if not known.all() or len(np.unique(clients)) < len(clients):
            return None
        fixed = mask_of(forced, costs.sites)
        usable = np.flatnonzero(fixed | ~mask_of(excluded, costs.sites))
        rows, sites, values = [], [], []
        for part in np.array_split(usable, len(usable) * len(clients) // _AT_ONCE + 1):
            table = costs.between(clients.astype(np.intp), part)
            row, column = np.nonzero(table <= proof.limit)
            rows.append(row)
            sites.append(part[column])
            values.append(np.unique(table))
        row, site = np.concatenate(rows), np.concatenate(sites)
        by_force = np.zeros(len(clients), np.bool_)
        by_force[row[fixed[site]]] = True
        free = ~fixed[site]
        left = proof.many - int(fixed.sum())
        return cls(row[free], site[free], np.concatenate(values), by_force, costs.sites, left)

    def refuted(self, proof: Proof) -> bool:
        """Whether every leaf of the tree refutes the plans that reach it."""
        return all(
            isinstance(node, Leaf) and self._refutes(node, way)
            for node, way in _leaves(proof.nodes)
        )

    def _refutes(self, leaf: Leaf, way: list[tuple[Branch, bool]]) -> bool:
        weight, price = leaf.weight, leaf.branch_weight
        if weight.shape != self.forced.shape or price.shape != (len(way),):
            return False
        if not (_exact(weight) and _exact(price)) or weight[self.forced].any():
            return False
        earned = np.bincount(self.site, weights=weight[self.row], minlength=self.sites)
        owed = int(weight.sum())
        for (branch, more), each in zip(way, price.tolist(), strict=True):
            if not _is_branch(branch, self.sites):
                return False
            earned[np.unique(branch.sites)] += each if more else -each
            owed += each * (branch.at_most + 1) if more else -each * branch.at_most
        if self.free < 0:
            return True
        best = np.sort(np.maximum(earned, 0))[::-1][: self.free]
        return owed > sum(int(one) for one in best)


def _exact(weight: Whole) -> bool:
    """Whether weights are whole, not below 0, and so small that sums of them are exact."""
    if not np.issubdtype(weight.dtype, np.integer) or weight.min(initial=0) < 0:
        return False
    return int(weight.max(initial=0)) * (len(weight) + 1) < _LARGEST


def _is_branch(branch: Branch, sites: int) -> bool:
    """Whether a branch splits all plans in two: a whole number of sites that exist."""
    numbers = branch.sites
    inside = np.issubdtype(numbers.dtype, np.integer) and ((numbers >= 0) & (numbers < sites)).all()
    return bool(inside) and isinstance(branch.at_most, int)


def _leaves(
    nodes: tuple[Branch | Leaf, ...],
) -> Iterator[tuple[Leaf | None, list[tuple[Branch, bool]]]]:
    """Every leaf with the branches above it; ``None`` for what is not a tree."""
    open_: list[tuple[int, list[tuple[Branch, bool]]]] = [(0, [])]
    while open_:
        number, way = open_.pop()
        node = nodes[number] if 0 <= number < len(nodes) else None
        if isinstance(node, Branch) and len(way) < len(nodes) and min(node.low, node.high) > number:
            open_.append((node.low, [*way, (node, False)]))
            open_.append((node.high, [*way, (node, True)]))
        else:
            yield (node if isinstance(node, Leaf) else None), way
