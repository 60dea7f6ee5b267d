"""Costs that are a non-decreasing function of other costs: distance decay, and what is above some.

The nearest site stays nearest under such a function, so lists, plans and certificates of the
engine hold unchanged.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.costs import Costs, costs_described
from knutpunkt.engines.location.errors import DecayInvalid
from knutpunkt.engines.location.lists import CostLists, starts

Floats = NDArray[np.float64]
Numbers = NDArray[np.integer]

MOST = float(np.finfo(np.float64).max)
#: Lists reach so far beyond where a function begins to grow, or there would be nothing to pay.
BEYOND_FLAT = 1.5
#: A radius is turned back a little too far, and what is beyond it left out afterwards.
LITTLE = 1e-12
BEFORE = "before_"


class MappedCosts(ABC):
    """A non-decreasing function of other costs, which may differ from client to client.

    Parameters
    ----------
    costs
        What the function is taken of; infinite stays infinite.
    """

    def __init__(self, costs: Costs) -> None:
        self._costs = costs
        self.clients, self.sites = costs.clients, costs.sites

    @abstractmethod
    def value(self, cost: Floats, client: Numbers) -> Floats:
        """The function of some costs; clients are given by number and broadcast to the costs."""

    @abstractmethod
    def reach(self, value: Floats) -> Floats:
        """The greatest cost of each client that is worth at most ``value``, ``(clients,)``."""

    @property
    @abstractmethod
    def flat(self) -> Floats:
        """Up to which cost the function of each client does not grow, shape ``(clients,)``."""

    @abstractmethod
    def parameters(self) -> dict[str, NDArray[Any]]:
        """What the function is made of."""

    def nearest(self, many: int) -> CostLists:
        """As :meth:`Costs.nearest`, and always beyond where the function begins to grow."""
        near = self._costs.nearest(many)
        last = near.last(np.zeros(near.clients))
        least = np.minimum(BEYOND_FLAT * self.flat, MOST)
        if (least > last).any():
            near = self._costs.within(np.maximum(last, least))
        return self._listed(near)

    def within(self, radius: float | Floats) -> CostLists:
        """As :meth:`Costs.within`."""
        limit = np.broadcast_to(np.asarray(radius, np.float64), (self.clients,))
        with np.errstate(over="ignore"):  # beyond every number lies the greatest of them
            far = np.minimum(self.reach(limit) * (1 + LITTLE) + LITTLE, MOST)
        found = self._listed(self._costs.within(far))
        kept = found.cost <= limit[found.row]
        count = np.bincount(found.row[kept], minlength=found.clients)
        return CostLists(starts(count), found.site[kept], found.cost[kept], found.sites)

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.of`."""
        return self.value(self._costs.of(sites), np.arange(self.clients)[:, None])

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.between`."""
        return self.value(self._costs.between(clients, sites), np.asarray(clients)[:, None])

    def fingerprint(self) -> bytes:
        """As :meth:`Costs.fingerprint`."""
        digest = hashlib.sha256(self._costs.fingerprint())
        for name, array in self.parameters().items():
            digest.update(f"{name} {array.dtype.str} {array.shape}".encode() + array.tobytes())
        return digest.digest()

    def described(self) -> dict[str, NDArray[Any]]:
        """As :meth:`Costs.described`."""
        before = {f"{BEFORE}{name}": array for name, array in self._costs.described().items()}
        return self.parameters() | before

    def _listed(self, lists: CostLists) -> CostLists:
        return CostLists(lists.start, lists.site, self.value(lists.cost, lists.row), lists.sites)


class DecayCosts(MappedCosts):
    """What a journey is felt to cost, by how long it is: straight lines between given points.

    Parameters
    ----------
    costs
        How long the journeys are.
    length, cost
        Ascending lengths, and the cost at each, not below 0 and never less than before. The same
        length twice is a step: up to it the first cost holds, beyond it the second. Shorter than
        the first costs as the first, longer than the last as the last.

    Raises
    ------
    DecayInvalid
        When a length or cost is less than the one before, below 0, or not a number.
    """

    def __init__(self, costs: Costs, length: ArrayLike, cost: ArrayLike) -> None:
        super().__init__(costs)
        self._length, self._cost = _checked_decay(length, cost)

    def value(self, cost: Floats, client: Numbers) -> Floats:
        """As :meth:`MappedCosts.value`, the same for everybody."""
        del client
        at, worth = self._length, self._cost
        after = np.searchsorted(at, cost, side="left")
        upper, lower = np.minimum(after, len(at) - 1), np.maximum(np.minimum(after, len(at)) - 1, 0)
        wide = at[upper] - at[lower]
        share = np.divide(
            np.where(np.isfinite(cost), cost, 0.0) - at[lower], wide, out=np.ones_like(cost),
            where=wide > 0,
        )  # fmt: skip
        # Between two rows the greater weight times the greater cost never passes that cost.
        found = worth[lower] + np.clip(share, 0.0, 1.0) * (worth[upper] - worth[lower])
        found = np.minimum(found, worth[upper])
        return np.where(np.isfinite(cost), found, np.inf)

    def reach(self, value: Floats) -> Floats:
        """As :meth:`MappedCosts.reach`."""
        at, worth = self._length, self._cost
        after = np.searchsorted(worth, value, side="right")
        upper, lower = np.minimum(after, len(at) - 1), np.maximum(after - 1, 0)
        rise = worth[upper] - worth[lower]
        over = np.clip(value - worth[lower], 0.0, rise)
        share = np.divide(over, rise, out=np.zeros(len(value)), where=rise > 0)
        found = at[lower] + share * (at[upper] - at[lower])
        return np.where(after == len(at), MOST, np.where(after == 0, 0.0, found))

    @property
    def flat(self) -> Floats:
        """As :meth:`MappedCosts.flat`."""
        last = int(np.searchsorted(self._cost, self._cost[0], side="right")) - 1
        everywhere = last == len(self._cost) - 1
        return np.full(self.clients, 0.0 if everywhere else self._length[last])

    def parameters(self) -> dict[str, NDArray[Any]]:
        """As :meth:`MappedCosts.parameters`."""
        return {"mapped": np.array("decay"), "length": self._length, "cost": self._cost}


class ThresholdCosts(MappedCosts):
    """What costs are above a threshold, which is only known to lie in an interval.

    The function is ``share * (min(max(cost, low), high) - low) + max(cost - high, 0)``. With
    ``low == high`` it is what costs are above the threshold. Otherwise, for every threshold ``t``
    between them, ``max(cost - t, 0)`` is at least this, plus ``share * (low - t)``.

    Parameters
    ----------
    costs
        Of serving clients from sites.
    low, high
        Ends of the interval, ``0 <= low <= high``, finite.
    share
        Of each client, from 0 to 1, shape ``(clients,)``.
    """

    def __init__(self, costs: Costs, low: float, high: float, share: Floats) -> None:
        super().__init__(costs)
        self._low, self._high = low, high
        self._share = np.ascontiguousarray(share, np.float64)
        valid = self._share.shape == (self.clients,) and 0 <= low <= high < np.inf
        if not valid or not ((self._share >= 0) & (self._share <= 1)).all():
            raise ValueError("an interval of thresholds goes up, and shares are from 0 to 1")

    def value(self, cost: Floats, client: Numbers) -> Floats:
        """As :meth:`MappedCosts.value`."""
        part = np.clip(cost, self._low, self._high) - self._low
        return np.asarray(self._share[client] * part + np.maximum(cost - self._high, 0.0))

    def reach(self, value: Floats) -> Floats:
        """As :meth:`MappedCosts.reach`."""
        share, width = self._share, self._high - self._low
        above = value - share * width
        partly = np.minimum(value, share * width)
        inside = np.divide(partly, share, out=np.zeros(self.clients), where=share > 0)
        return np.where(above >= 0, self._high + np.maximum(above, 0.0), self._low + inside)

    @property
    def flat(self) -> Floats:
        """As :meth:`MappedCosts.flat`."""
        return np.where(self._share > 0, self._low, self._high)

    def parameters(self) -> dict[str, NDArray[Any]]:
        """As :meth:`MappedCosts.parameters`."""
        return {
            "mapped": np.array("threshold"), "low": np.array(self._low),
            "high": np.array(self._high), "share": self._share,
        }  # fmt: skip


def mapped_described(arrays: Mapping[str, NDArray[Any]]) -> Costs:
    """Costs from what :meth:`MappedCosts.described` gave."""
    before = costs_described(
        {k.removeprefix(BEFORE): v for k, v in arrays.items() if k.startswith(BEFORE)}
    )
    if str(arrays["mapped"]) == "rounds":
        from knutpunkt.engines.location.rounds.costs import RoundCosts

        return RoundCosts(before, int(arrays["rounds"]))
    if str(arrays["mapped"]) == "decay":
        return DecayCosts(before, arrays["length"], arrays["cost"])
    return ThresholdCosts(before, float(arrays["low"]), float(arrays["high"]), arrays["share"])


def _checked_decay(length: ArrayLike, cost: ArrayLike) -> tuple[Floats, Floats]:
    at, worth = np.array(length, np.float64), np.array(cost, np.float64)
    if at.ndim != 1 or at.shape != worth.shape or not len(at):
        raise DecayInvalid(row=0, why="needs one cost for every length, and at least one of them")
    for row in range(len(at)):
        if not (0 <= at[row] < np.inf and 0 <= worth[row] < np.inf):
            why = f"says that {at[row]:g} costs {worth[row]:g}; both are finite and not below 0"
            raise DecayInvalid(row=row, why=why)
        if row and at[row] < at[row - 1]:
            why = f"goes back from {at[row - 1]:g} to {at[row]:g}"
            raise DecayInvalid(row=row, why=why)
        if row and worth[row] < worth[row - 1]:
            why = f"lets the cost fall from {worth[row - 1]:g} to {worth[row]:g}"
            raise DecayInvalid(row=row, why=why)
    return at, worth
