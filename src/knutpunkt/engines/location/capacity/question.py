"""The question: where to open when a site can carry only so much, or opens only for so many."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.capacity.errors import AmountInvalid, LoadRangeEmpty, TooManyPairs
from knutpunkt.engines.location.errors import ShapeWrong
from knutpunkt.engines.location.question import Question

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]

#: Every pair of client and site is in a table.
MOST_PAIRS = 20_000_000


@dataclass(frozen=True, eq=False)
class CapacitatedQuestion:
    """Answer a question so that no site carries more than it can, or less than it needs.

    Clients go where the plan sends them, which need not be the nearest open site. What a client
    costs whom the plan leaves unserved is the question's ceiling; without one everybody is served.

    Parameters
    ----------
    asked
        Costs, weights, numbers of sites, opening costs, ceiling and rules.
    capacity
        The greatest load of each site, shape ``(sites,)``, in the unit of the demand.
    demand
        What each client takes of a site's capacity, shape ``(clients,)``; the question's weights
        when not given.
    minimum_load
        The least load of each site if it is open, shape ``(sites,)``; 0 when not given.
    single
        Whether a client is served by one site alone. Otherwise its demand may be split.

    Raises
    ------
    LocationRefused
        One of the classes in :mod:`knutpunkt.engines.location.capacity.errors`, with the place.

    References
    ----------
    Mulvey and Beck (1984), European Journal of Operational Research 18(3): 339-348,
    doi:10.1016/0377-2217(84)90155-3 (with a count); Beasley (1988), European Journal of
    Operational Research 33(3): 314-325, doi:10.1016/0377-2217(88)90175-0 (with opening costs).
    """

    asked: Question
    capacity: Floats
    demand: Floats | None = None
    minimum_load: Floats | None = None
    single: bool = True

    def __post_init__(self) -> None:
        if self.clients * self.sites > MOST_PAIRS:
            raise TooManyPairs(clients=self.clients, sites=self.sites, most=MOST_PAIRS)
        demand = self.asked.weight if self.demand is None else self.demand
        least = np.zeros(self.sites) if self.minimum_load is None else self.minimum_load
        for name, amounts, length in (
            ("demand", demand, self.clients),
            ("capacity", self.capacity, self.sites),
            ("minimum_load", least, self.sites),
        ):
            object.__setattr__(self, name, _checked_amounts(name, amounts, length))
        wrong = ~self.asked.excluded & (self.least_load > self.capacity)
        if wrong.any():
            site = int(wrong.argmax())
            raise LoadRangeEmpty(
                site=site,
                minimum_load=float(self.least_load[site]),
                capacity=float(self.capacity[site]),
            )

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return self.asked.costs.clients

    @property
    def sites(self) -> int:
        """How many sites there are, excluded ones among them."""
        return self.asked.costs.sites

    @property
    def size(self) -> Floats:
        """What each client takes of a capacity, shape ``(clients,)``."""
        assert self.demand is not None
        return self.demand

    @property
    def least_load(self) -> Floats:
        """Least load of each site if it is open, shape ``(sites,)``."""
        assert self.minimum_load is not None
        return self.minimum_load

    @cached_property
    def serving(self) -> Floats:
        """Cost of serving all of each client, shape ``(clients, sites)``; infinite: impossible.

        A client of no weight and no demand is nobody, and costs nothing anywhere.
        """
        weight = self.asked.weight
        table = self.asked.costs.of(np.arange(self.sites))
        finite = np.isfinite(table)
        costs = np.where(finite, np.where(finite, table, 0.0) * weight[:, None], np.inf)
        costs[(weight == 0) & (self.size == 0)] = 0.0
        return costs

    @cached_property
    def unserved(self) -> Floats | None:
        """Cost of leaving all of each client unserved, shape ``(clients,)``, if that may be."""
        ceiling = self.asked.ceiling
        return None if ceiling is None else self.asked.weight * ceiling

    def inputs_hash(self) -> str:
        """SHA-256 over everything that is asked."""
        digest = hashlib.sha256(f"{self.asked.inputs_hash()} {self.single}".encode())
        for array in (self.size, self.capacity, self.least_load):
            digest.update(array.tobytes())
        return digest.hexdigest()


def _checked_amounts(name: str, amounts: ArrayLike, length: int) -> Floats:
    """Read-only amounts of shape ``(length,)``, finite and not below 0."""
    array = np.array(amounts, dtype=np.float64)
    if array.shape != (length,):
        raise ShapeWrong(array=name, shape=array.shape, expected=f"({length},)")
    wrong = ~(np.isfinite(array) & (array >= 0))
    if wrong.any():
        place = int(wrong.argmax())
        raise AmountInvalid(array=name, place=place, amount=float(array[place]))
    array.flags.writeable = False
    return array
