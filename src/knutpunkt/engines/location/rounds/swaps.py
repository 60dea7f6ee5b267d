"""A roll-out made better by letting two sites change places: in one round, or across rounds."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.meter import Meter
from knutpunkt.engines.location.rounds.rounds import Unrolled

Floats = NDArray[np.float64]
Numbers = NDArray[np.intp]

#: Up to so many pairs of client and site all costs are kept as a table.
MOST_PAIRS = 20_000_000
#: A change has to save such a share.
LITTLE = 1e-9
#: With rules, so many of the best changes are tried before giving up.
TRIED = 200


class Change(NamedTuple):
    """Two sites that change places, and by how much the plan gets dearer."""

    leaves: int
    enters: int
    dearer: float


class Swaps:
    """Changes of one roll-out, priced on a table of all costs.

    Parameters
    ----------
    unrolled
        The question and its rounds.
    meter
        Counts the work and says when to stop.
    """

    def __init__(self, unrolled: Unrolled, meter: Meter) -> None:
        self.unrolled, self.meter = unrolled, meter
        question = unrolled.question
        table = question.costs.of(np.arange(question.costs.sites))
        if question.ceiling is not None:
            table = np.minimum(table, question.ceiling[:, None])
        finite = table[np.isfinite(table)]
        self.table = np.where(np.isfinite(table), table, 10.0 * (1.0 + finite.max(initial=0.0)))

    def improved(self, begins: Numbers) -> Numbers:
        """A roll-out that no two sites make better by changing places."""
        begins = begins.copy()
        least = LITTLE * self._total(begins)
        while not self.meter.over():
            self.meter.add(self.unrolled.many * self.table.size)
            change = self._best(begins, least)
            if change is None:
                break
            first, second = change.leaves, change.enters
            begins[first], begins[second] = begins[second], begins[first]
        return begins

    def _total(self, begins: Numbers) -> float:
        unrolled = self.unrolled
        costs = (
            weight * float(demand @ self.table[:, np.flatnonzero(begins <= r)].min(axis=1))
            for r, (weight, demand) in enumerate(
                zip(unrolled.weights, unrolled.demands, strict=True)
            )
        )
        return float(abs(sum(costs))) + 1e-300

    def _best(self, begins: Numbers, least: float) -> Change | None:
        """The change that saves most and keeps the rules; none if none saves enough."""
        movable = np.flatnonzero((begins < self.unrolled.many) & ~self.unrolled.question.forced)
        dearer = self._dearer(begins, movable)
        order = np.argsort(dearer, axis=None, kind="stable")
        for place in order[:TRIED].tolist():
            row, enters = divmod(place, dearer.shape[1])
            if not dearer[row, enters] < -least:
                return None
            leaves = int(movable[row])
            after = begins.copy()
            after[leaves], after[enters] = after[enters], after[leaves]
            if self.unrolled.obeyed(after):
                return Change(leaves, enters, float(dearer[row, enters]))
        return None

    def _dearer(self, begins: Numbers, movable: Numbers) -> Floats:
        """By how much each open site's place given to a later or closed one makes it dearer."""
        unrolled, sites = self.unrolled, self.table.shape[1]
        opening = unrolled.question.opening
        rounds = np.zeros((unrolled.many + 1, len(movable), sites))
        for r in range(unrolled.many):
            own = np.flatnonzero(begins[movable] <= r)
            priced = self._round(begins, r, movable[own])
            priced += opening[None, :] - opening[movable[own], None]
            rounds[r + 1, own] = unrolled.weights[r] * priced
        # Site j gives its place to k: k serves instead of j until the round k begins in.
        until = np.cumsum(rounds, axis=0)[begins, :, np.arange(sites)].T
        later = begins[None, :] > begins[movable][:, None]
        allowed = later & ~unrolled.question.excluded[None, :]
        return np.where(allowed, until, np.inf)

    def _round(self, begins: Numbers, number: int, leaving: Numbers) -> Floats:
        """What one round costs more when one site is open instead of another."""
        table, demand = self.table, self.unrolled.demands[number]
        open_ = np.flatnonzero(begins <= number)
        own = table[:, open_]
        first = own.argmin(axis=1)
        rows = np.arange(len(table))
        nearest = own[rows, first]
        own[rows, first] = np.inf
        second = np.minimum(own.min(axis=1), table.max())
        near = np.minimum(table, nearest[:, None])
        lost = np.minimum(table, second[:, None]) - near
        is_first = (open_[first][None, :] == leaving[:, None]) * demand[None, :]
        return np.asarray(demand @ near - demand @ nearest + is_first @ lost)
