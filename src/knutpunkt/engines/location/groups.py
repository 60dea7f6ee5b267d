"""Counts over nested groups of sites: which of the rules the dual obeys by itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Groups:
    """Groups that are nested or apart; group 0 is all sites.

    Parameters
    ----------
    begins, chain
        The groups of each site, from the innermost out to group 0: site ``j`` has
        ``chain[begins[j]:begins[j + 1]]``.
    depth
        How many groups lie around each, 0 for group 0, shape ``(groups,)``.
    low, high
        How many sites of each group are open, at least and at most, shape ``(groups,)``.
    """

    begins: NDArray[np.int64]
    chain: NDArray[np.int32]
    depth: NDArray[np.int64]
    low: NDArray[np.int64]
    high: NDArray[np.int64]

    @cached_property
    def member(self) -> Mask:
        """Which site is in which group, shape ``(groups, sites)``."""
        sites = len(self.begins) - 1
        found = np.zeros((len(self.low), sites), np.bool_)
        found[self.chain, np.repeat(np.arange(sites), np.diff(self.begins))] = True
        return found

    def counts(self, chosen: Mask) -> NDArray[np.int64]:
        """How many chosen sites each group has, shape ``(groups,)``."""
        if len(self.low) == 1:
            return np.array([np.count_nonzero(chosen)], np.int64)
        return np.asarray(self.member @ chosen.astype(np.int64))

    @cached_property
    def kind(self) -> NDArray[np.int64]:
        """Sites of the same groups have the same kind: that of their innermost group."""
        return self.chain[self.begins[:-1]].astype(np.int64)

    def forcing(self, price: Floats, chosen: Mask, free: Mask) -> Floats:
        """What it adds to the cheapest choice to turn one free site round, shape ``(sites,)``.

        A choice of a generalized matroid is cheapest when no single change and no single exchange
        makes it cheaper; forcing one site is answered by the best such change.

        Parameters
        ----------
        price, chosen, free
            Prices, the cheapest choice among the ``free`` sites, and which these are.
        """
        if len(self.low) == 1:
            return self._forcing_of_one(price, chosen, free)
        return self._forcing_of_many(price, chosen, free)

    def _forcing_of_one(self, price: Floats, chosen: Mask, free: Mask) -> Floats:
        # `chosen` counts what is fixed open too.
        many = np.count_nonzero(chosen)
        inside, outside = price[chosen & free], price[~chosen & free]
        leaves = inside.max(initial=-np.inf)
        enters = outside.min(initial=np.inf)
        if many < self.high[0]:
            leaves = max(leaves, 0.0)
        if many > self.low[0]:
            enters = min(enters, 0.0)
        found: Floats = np.where(chosen, enters - price, price - leaves)
        return found

    def _forcing_of_many(self, price: Floats, chosen: Mask, free: Mask) -> Floats:
        kinds, kind = np.unique(self.kind, return_inverse=True)
        nobody = len(kinds)
        leaves, enters = np.full(nobody + 1, -np.inf), np.full(nobody + 1, np.inf)
        inside, outside = chosen & free, ~chosen & free
        np.maximum.at(leaves, kind[inside], price[inside])
        np.minimum.at(enters, kind[outside], price[outside])
        leaves[nobody] = enters[nobody] = 0.0
        possible = self._exchanges(kinds, self.counts(chosen))
        best_leaves = np.where(possible, leaves[None, :], -np.inf).max(axis=1)
        best_enters = np.where(possible, enters[:, None], np.inf).min(axis=0)
        found: Floats = np.where(chosen, best_enters[kind] - price, price - best_leaves[kind])
        return found

    def _exchanges(self, kinds: NDArray[np.int64], count: NDArray[np.int64]) -> Mask:
        """Whether a site of one kind (row) may enter for one of another (column); last: nobody."""
        around = self._around[kinds]
        around = np.vstack((around, np.zeros((1, around.shape[1]), np.bool_)))
        full, least = count >= self.high, count <= self.low
        # Entering needs room in every group the leaving one is not in, and the other way round.
        entering = (around & full) @ (~around).T.astype(np.int64)
        leaving = (around & least) @ (~around).T.astype(np.int64)
        return np.asarray((entering == 0) & (leaving.T == 0))

    @cached_property
    def _around(self) -> Mask:
        """Which groups lie around each group, itself among them, shape ``(groups, groups)``."""
        found = np.zeros((len(self.low), len(self.low)), np.bool_)
        for site in range(len(self.begins) - 1):
            own = self.chain[self.begins[site] : self.begins[site + 1]]
            for place, group in enumerate(own):
                found[group, own[place:]] = True
        return found


def groups_of(
    sites: int, low: int, high: int, nested: Sequence[tuple[NDArray[np.intp], int, int]]
) -> Groups:
    """Groups from members and bounds; they must be nested or apart (see :func:`is_laminar`).

    Parameters
    ----------
    sites, low, high
        How many sites there are, and how many may be open in all.
    nested
        Members, at least, at most of every further group.
    """
    order = sorted(range(len(nested)), key=lambda g: len(nested[g][0]))
    chains: list[list[int]] = [[] for _ in range(sites)]
    for g in order:
        for site in nested[g][0]:
            chains[site].append(g + 1)
    depth = np.zeros(len(nested) + 1, np.int64)
    for g, (members, _, _) in enumerate(nested, 1):
        if len(members):
            chain = chains[members[0]]
            depth[g] = len(chain) - chain.index(g)
    chain = [group for own in chains for group in (*own, 0)]
    begins = np.zeros(sites + 1, np.int64)
    np.cumsum([len(own) + 1 for own in chains], out=begins[1:])
    return Groups(
        begins, np.array(chain, np.int32), depth,
        np.array([low, *(one[1] for one in nested)], np.int64),
        np.array([high, *(one[2] for one in nested)], np.int64),
    )  # fmt: skip


def is_laminar(members: NDArray[np.intp], others: Sequence[NDArray[np.intp]]) -> bool:
    """Tell whether a group is nested in, around or apart from each of the others."""
    own = set(members.tolist())
    for other in others:
        shared = len(own & set(other.tolist()))
        if shared not in (0, len(own), len(other)):
            return False
        if shared == len(own) == len(other):
            return False
    return True
