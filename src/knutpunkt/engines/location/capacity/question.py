"""The question: which sites to open when a site can carry only so much."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.capacity.errors import (
    AmountInvalid,
    CountImpossible,
    LoadRangeEmpty,
    ServingCostInvalid,
    SiteForcedAndExcluded,
)
from knutpunkt.engines.location.errors import ProblemEmpty, ShapeWrong
from knutpunkt.engines.location.validation import checked_mask

Floats = NDArray[np.float64]
Flags = NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class CapacitatedQuestion:
    """Serve every client from open sites, none beyond its capacity, at least cost.

    The arrays are copied, checked and made read-only when the question is made.

    Parameters
    ----------
    cost
        Cost of serving all of a client's demand from a site, shape ``(clients, sites)``, not below
        0; infinite where the site cannot serve the client. A client's weight is part of it.
    demand
        What each client takes of a site's capacity, shape ``(clients,)``.
    capacity
        The greatest load of each site, shape ``(sites,)``, in the unit of the demand.
    opening_cost
        Cost of opening each site, shape ``(sites,)``; ``None`` is 0 everywhere.
    count
        How many sites are open, exactly, the forced ones among them; ``None`` leaves it open.
    forced, excluded
        Sites that must and must not be open, boolean, shape ``(sites,)``; ``None`` is no site.
    single
        Whether a client is served by one site alone. Otherwise its demand may be split.
    minimum_load
        The least load of each site if it is open, shape ``(sites,)``; ``None`` is 0 everywhere.

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

    cost: Floats
    demand: Floats
    capacity: Floats
    opening_cost: Floats | None = None
    count: int | None = None
    forced: Flags | None = None
    excluded: Flags | None = None
    single: bool = True
    minimum_load: Floats | None = None

    def __post_init__(self) -> None:
        cost = _checked_costs(self.cost)
        clients, sites = cost.shape
        self._set("cost", cost)
        self._set("demand", _checked_amounts("demand", self.demand, clients))
        self._set("capacity", _checked_amounts("capacity", self.capacity, sites))
        for name in ("opening_cost", "minimum_load"):
            given = getattr(self, name)
            amounts = np.zeros(sites) if given is None else given
            self._set(name, _checked_amounts(name, amounts, sites))
        for name in ("forced", "excluded"):
            given = getattr(self, name)
            mask = np.zeros(sites, dtype=np.bool_) if given is None else given
            self._set(name, checked_mask(name, mask, sites))
        self._refuse_contradictions()

    def _set(self, name: str, value: object) -> None:
        object.__setattr__(self, name, value)

    def _refuse_contradictions(self) -> None:
        assert self.minimum_load is not None
        both = self.is_forced & ~self.is_allowed
        if both.any():
            raise SiteForcedAndExcluded(site=int(both.argmax()))
        wrong = self.is_allowed & (self.minimum_load > self.capacity)
        if wrong.any():
            site = int(wrong.argmax())
            raise LoadRangeEmpty(
                site=site,
                minimum_load=float(self.minimum_load[site]),
                capacity=float(self.capacity[site]),
            )
        forced, allowed = int(self.is_forced.sum()), int(self.is_allowed.sum())
        count = self.count
        if allowed == 0 or (count is not None and not max(forced, 1) <= count <= allowed):
            raise CountImpossible(count=count or 0, forced=forced, allowed=allowed)

    @property
    def clients(self) -> int:
        """How many clients there are."""
        return len(self.cost)

    @property
    def sites(self) -> int:
        """How many sites there are, excluded ones among them."""
        return int(self.cost.shape[1])

    @property
    def is_forced(self) -> Flags:
        """Which sites must be open, shape ``(sites,)``."""
        assert self.forced is not None
        return self.forced

    @property
    def is_allowed(self) -> Flags:
        """Which sites may be open, shape ``(sites,)``."""
        assert self.excluded is not None
        return ~self.excluded

    @property
    def opening(self) -> Floats:
        """Cost of opening each site, shape ``(sites,)``."""
        assert self.opening_cost is not None
        return self.opening_cost

    @property
    def least_load(self) -> Floats:
        """Least load of each site if it is open, shape ``(sites,)``."""
        assert self.minimum_load is not None
        return self.minimum_load


def _checked_costs(costs: ArrayLike) -> Floats:
    """Read-only table of shape ``(clients, sites)``, not below 0; infinity is allowed."""
    table = np.array(costs, dtype=np.float64, order="C")
    if table.size == 0:
        points, sites = (*table.shape, 0, 0)[:2]
        raise ProblemEmpty(points=points, sites=sites)
    if table.ndim != 2:  # noqa: PLR2004  # a table
        raise ShapeWrong(array="cost", shape=table.shape, expected="(clients, sites)")
    wrong = np.isnan(table) | (table < 0)
    if wrong.any():
        client, site = np.argwhere(wrong)[0].tolist()
        raise ServingCostInvalid(client=client, site=site, cost=float(table[client, site]))
    table.flags.writeable = False
    return table


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
