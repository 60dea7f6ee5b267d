"""Costs in rounds: everybody once per round, every site once per round it may open in."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.location.costs import Costs
from knutpunkt.engines.location.lists import CostLists, starts
from knutpunkt.engines.location.mapped import BEFORE

Floats = NDArray[np.float64]


class RoundCosts:
    """The same costs in every round; a site serves from the round it opens in.

    Client ``i`` of round ``r`` is number ``r * clients + i``, site ``j`` opened in round ``r``
    number ``r * sites + j``. The costs are kept once, and lists are made of them when asked for.

    Parameters
    ----------
    costs
        Of serving clients from sites.
    rounds
        How many rounds there are.
    """

    def __init__(self, costs: Costs, rounds: int) -> None:
        self._costs, self._rounds = costs, rounds
        self.clients, self.sites = rounds * costs.clients, rounds * costs.sites

    def nearest(self, many: int) -> CostLists:
        """As :meth:`Costs.nearest`; a few more where the rounds do not divide their number."""
        own = self._costs.sites
        needed = [min(own, -(-many // (r + 1))) for r in range(self._rounds)]
        return self._joined([self._costs.nearest(some) for some in needed])

    def within(self, radius: float | Floats) -> CostLists:
        """As :meth:`Costs.within`."""
        limit = np.broadcast_to(np.asarray(radius, np.float64), (self.clients,))
        return self._joined([
            self._costs.within(some.copy()) for some in np.split(limit, self._rounds)
        ])  # fmt: skip

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.of`."""
        return self.between(np.arange(self.clients), np.asarray(sites, np.intp))

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.between`."""
        when, who = np.divmod(np.asarray(clients), self._costs.clients)
        opens, where = np.divmod(np.asarray(sites), self._costs.sites)
        # Each client and site is asked for once, however many rounds it is in.
        people, person = np.unique(who, return_inverse=True)
        places, place = np.unique(where, return_inverse=True)
        table = self._costs.between(people, places)[np.ix_(person, place)]
        return np.where(opens[None, :] <= when[:, None], table, np.inf)

    def fingerprint(self) -> bytes:
        """As :meth:`Costs.fingerprint`."""
        said = f"rounds {self._rounds} ".encode() + self._costs.fingerprint()
        return hashlib.sha256(said).digest()

    def described(self) -> dict[str, NDArray[Any]]:
        """As :meth:`Costs.described`."""
        before = {f"{BEFORE}{name}": array for name, array in self._costs.described().items()}
        return {"mapped": np.array("rounds"), "rounds": np.array(self._rounds)} | before

    def _joined(self, lists: Sequence[CostLists]) -> CostLists:
        """Lists of the rounds, one after the other, each site with the rounds it can open in."""
        own = self._costs.sites
        sites, costs, lengths = [], [], []
        for r, one in enumerate(lists):
            opens = np.arange(r + 1, dtype=np.int32) * own
            sites.append((one.site[:, None] + opens[None, :]).ravel().astype(np.int32))
            costs.append(np.repeat(one.cost, r + 1))
            lengths.append(one.lengths * (r + 1))
        return CostLists(
            starts(np.concatenate(lengths)), np.concatenate(sites), np.concatenate(costs),
            self.sites,
        )  # fmt: skip
