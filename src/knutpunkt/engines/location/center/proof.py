"""How to check a proof that so many sites cannot serve everybody within a limit.

What a proof is stands in :mod:`knutpunkt.engines.location.covers`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.center.clients import EQUAL
from knutpunkt.engines.location.center.question import Rows, Task, task_of
from knutpunkt.engines.location.covers import Branch, Leaf, Proof, Whole
from knutpunkt.engines.location.question import Question

Floats = NDArray[np.float64]

_AT_ONCE = 4_000_000  # entries of a table of costs that are held at a time
_LARGEST = 2**52  # sums of whole numbers below it are exact in floating point
_ROUNDING = 1e-11  # of sums with factors of rules, which need not be whole


def center_proof_holds(question: Question, proof: Proof) -> bool:
    """Whether no plan of the question has a greatest cost below ``proof.bound``.

    Uses the question and sums of whole numbers alone, nothing of the search. Costs that differ by
    less than one part in 10⁹ count as equal.
    """
    task = task_of(question)
    served = _Served.within(task, proof)
    if served is None or question.at_most > proof.many:
        return False
    gap = (served.cost > proof.limit) & (served.cost < proof.bound * (1 - EQUAL))
    return not gap.any() and served.refuted(proof)


def covering_proof_holds(question: Question, radius: float, proof: Proof) -> bool:
    """Whether ``proof.many`` sites cannot serve everybody within a radius."""
    served = _Served.within(task_of(question), proof)
    return served is not None and proof.limit >= radius and served.refuted(proof)


def stranded_proof(client: int, many: int, limit: float = float(np.finfo(np.float64).max)) -> Proof:
    """No sites serve a client that none of them can serve within a limit."""
    leaf = Leaf(np.ones(1, np.int64), np.zeros(0, np.int64))
    return Proof(many, limit, np.inf, np.array([client], np.int32), (leaf,))


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
    usable, free
        Sites that may be chosen freely, shape ``(sites,)``, and how many of them.
    rules
        Written rules; none without any.
    """

    row: NDArray[np.intp]
    site: NDArray[np.intp]
    cost: Floats
    forced: NDArray[np.bool_]
    usable: NDArray[np.bool_]
    free: int
    rules: Rows | None

    @classmethod
    def within(cls, task: Task, proof: Proof) -> _Served | None:
        clients, costs = proof.clients, task.costs
        known = (clients >= 0) & (clients < costs.clients)
        if not known.all() or len(np.unique(clients)) < len(clients):
            return None
        if not task.counted[clients].all():
            return None
        fixed = np.zeros(costs.sites, np.bool_)
        fixed[task.forced] = True
        usable = np.flatnonzero(fixed | task.allowed)
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
        left = proof.many - len(task.forced)
        return cls(
            row[free], site[free], np.concatenate(values), by_force, task.allowed, left, task.rows
        )

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
        sites = len(self.usable)
        earned = np.bincount(self.site, weights=weight[self.row], minlength=sites).astype(
            np.float64
        )
        ruled = self._by_rules(leaf.rule_weight)
        if ruled is None:
            return False
        earned, owed = earned + ruled[0], float(weight.sum()) + ruled[1]
        for (branch, more), each in zip(way, price.tolist(), strict=True):
            if not _is_branch(branch, sites):
                return False
            earned[np.unique(branch.sites)] += each if more else -each
            owed += each * (branch.at_most + 1) if more else -each * branch.at_most
        if self.free < 0:
            return True
        best = np.sort(np.maximum(earned[self.usable], 0))[::-1][: self.free]
        little = _ROUNDING * (abs(owed) + float(np.abs(earned).sum())) if ruled[2] else 0.0
        return owed > float(best.sum()) + little

    def _by_rules(self, price: Whole) -> tuple[Floats | float, float, bool] | None:
        """What sites earn by rules, what that owes, and whether it was rounded; or nothing."""
        if not price.any():
            return 0.0, 0.0, False
        rules = self.rules
        if rules is None or price.shape != rules.least.shape or not _exact(np.abs(price)):
            return None
        edge = np.where(price > 0, rules.least, rules.most)
        priced = price != 0
        if not np.isfinite(edge[priced]).all():
            return None
        return price @ rules.parts, float(price[priced] @ edge[priced]), True


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
