"""What serving a client from a site costs: a matrix, or coordinates that never become one."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.location.blocks import Blocks
from knutpunkt.engines.location.lists import CostLists, starts
from knutpunkt.engines.location.measured import EARTH, PLANE, PLANE_FLOOR, SPHERE
from knutpunkt.engines.location.validation import checked_axes, checked_costs

Floats = NDArray[np.float64]

#: Farther than any two places, and still a number after any factor.
FARTHEST = 1e200
KINDS = {"plane": PLANE, "plane-floor": PLANE_FLOOR, "sphere": SPHERE}


class Costs(Protocol):
    """Costs of serving clients from sites.

    A cost may be infinite: the site cannot serve the client at all, and no list names it.
    """

    @property
    def clients(self) -> int:
        """How many clients there are."""
        ...

    @property
    def sites(self) -> int:
        """How many sites there are."""
        ...

    def nearest(self, many: int) -> CostLists:
        """Lists of the cheapest ``many`` sites of each client (fewer where fewer can serve it)."""
        ...

    def within(self, radius: float | Floats) -> CostLists:
        """Lists of all sites at most ``radius`` away, one number or one per client."""
        ...

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """Costs of some sites, shape ``(clients, len(sites))``."""
        ...

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """Costs of some sites for some clients, shape ``(len(clients), len(sites))``."""
        ...

    def fingerprint(self) -> bytes:
        """What tells these costs from others: a SHA-256."""
        ...

    def described(self) -> dict[str, NDArray[Any]]:
        """Arrays from which :func:`costs_described` makes the same costs again."""
        ...


class MatrixCosts:
    """Costs that are given one by one.

    Parameters
    ----------
    matrix
        Shape ``(clients, sites)``, not below 0, not NaN; infinite where there is no way.

    Raises
    ------
    LocationRefused
        When a cost is NaN or below 0, or the matrix is empty or not a matrix.
    """

    def __init__(self, matrix: ArrayLike) -> None:
        self.matrix = checked_costs(matrix, finite=False)
        self.clients, self.sites = self.matrix.shape

    def nearest(self, many: int) -> CostLists:
        """As :meth:`Costs.nearest`."""
        many = min(many, self.sites)
        if many == self.sites:
            return self.within(np.finfo(np.float64).max)
        radius = np.partition(self.matrix, many - 1, axis=1)[:, many - 1]
        return self.within(np.minimum(radius, np.finfo(np.float64).max))

    def within(self, radius: float | Floats) -> CostLists:
        """As :meth:`Costs.within`."""
        from knutpunkt.engines.location.kernels.matrices import row_listed

        limit = np.broadcast_to(np.asarray(radius, np.float64), (self.clients,)).copy()
        limit = np.minimum(limit, np.finfo(np.float64).max)
        start = starts(np.count_nonzero(self.matrix <= limit[:, None], axis=1))
        site, cost = np.empty(start[-1], np.int32), np.empty(start[-1])
        Blocks(self.clients, self.matrix.size).run(
            lambda _, begin, end: row_listed(self.matrix, limit, start, site, cost, begin, end)
        )
        return CostLists(start, site, cost, self.sites)

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.of`."""
        return self.matrix[:, np.asarray(sites, np.intp)]

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.between`."""
        return self.matrix[np.ix_(clients, sites)]

    def fingerprint(self) -> bytes:
        """As :meth:`Costs.fingerprint`."""
        return hashlib.sha256(f"matrix {self.matrix.shape}".encode() + self.matrix.data).digest()

    def described(self) -> dict[str, NDArray[Any]]:
        """As :meth:`Costs.described`."""
        return {"matrix": self.matrix}


class PlaceCosts:
    """Costs that are distances between coordinates.

    Parameters
    ----------
    clients, sites
        Coordinates, shape ``(many, 2)``: x and y, or latitude and longitude in degrees.
    measure
        ``"plane"``: Euclidean distance. ``"plane-floor"``: the same rounded down (TSPLIB's
        Euclidean distances as the literature on medians uses them). ``"sphere"``: metres along
        a great circle (haversine, radius 6,371,000 m).
    factor
        Every distance is multiplied by it, for instance a detour and minutes per metre; not with
        ``"plane-floor"``.

    Raises
    ------
    CoordinateInvalid
        When a coordinate is not a number or not on earth.
    """

    def __init__(
        self, clients: ArrayLike, sites: ArrayLike, measure: str = "plane", factor: float = 1.0
    ) -> None:
        self._given = np.asarray(clients, np.float64), np.asarray(sites, np.float64)
        self._clients = checked_axes(clients, "client", sphere=measure == "sphere")
        placed = checked_axes(sites, "site", sphere=measure == "sphere")
        order = np.argsort(placed[0], kind="stable")
        self._number = order.astype(np.int32)
        self._places = np.ascontiguousarray(placed[:, order])
        self._placed, self._factor, self._measure, self._kind = (
            placed,
            factor,
            measure,
            KINDS[measure],
        )
        self.clients, self.sites = self._clients.shape[1], placed.shape[1]

    def nearest(self, many: int) -> CostLists:
        """As :meth:`Costs.nearest`."""
        from knutpunkt.engines.location.kernels.places import nearest_listed

        many = min(many, self.sites)
        start = np.arange(self.clients + 1, dtype=np.int64) * many
        site, cost = np.empty(start[-1], np.int32), np.empty(start[-1])
        guess = self._guess(many)
        Blocks(self.clients, self.clients * self.sites).run(
            lambda _, begin, end: nearest_listed(
                self._kind, self._clients, self._places, many, guess, self._number, site, cost,
                begin, end,
            )
        )  # fmt: skip
        return CostLists(start, site, self._priced(cost), self.sites)

    def within(self, radius: float | Floats) -> CostLists:
        """As :meth:`Costs.within`."""
        from knutpunkt.engines.location.kernels.places import within_counted, within_listed

        limit = np.minimum(np.asarray(radius, np.float64), FARTHEST) / self._factor
        limit = np.broadcast_to(limit, (self.clients,)).copy()
        blocks, count = Blocks(self.clients, self.clients * self.sites), np.empty(self.clients, int)
        seen = self._kind, self._clients, self._places, limit
        blocks.run(lambda _, begin, end: within_counted(*seen, count, begin, end))
        start = starts(count)
        site, cost = np.empty(start[-1], np.int32), np.empty(start[-1])
        blocks.run(
            lambda _, begin, end: within_listed(
                *seen, self._number, start, site, cost, begin, end
            )
        )  # fmt: skip
        return CostLists(start, site, self._priced(cost), self.sites)

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.of`."""
        return self.between(np.arange(self.clients), np.asarray(sites, np.intp))

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.between`."""
        a, b = self._clients[:, clients, None], self._placed[:, None, sites]
        if self._kind == SPHERE:
            half = np.sin((b[0] - a[0]) / 2) ** 2
            half = half + np.cos(a[0]) * np.cos(b[0]) * np.sin((b[1] - a[1]) / 2) ** 2
            away = 2 * EARTH * np.arcsin(np.minimum(1.0, np.sqrt(half)))
        else:
            away = np.sqrt((a[0] - b[0]) ** 2 + (a[1] - b[1]) ** 2)
        return np.asarray((np.floor(away) if self._kind == PLANE_FLOOR else away) * self._factor)

    def fingerprint(self) -> bytes:
        """As :meth:`Costs.fingerprint`."""
        said = f"places {self._kind} {self._factor!r} {self.clients} {self.sites}".encode()
        return hashlib.sha256(said + self._clients.tobytes() + self._placed.tobytes()).digest()

    def described(self) -> dict[str, NDArray[Any]]:
        """As :meth:`Costs.described`."""
        return {
            "clients": self._given[0], "sites": self._given[1],
            "measure": np.array(self._measure), "factor": np.array(self._factor),
        }  # fmt: skip

    def _priced(self, distance: Floats) -> Floats:
        if self._factor != 1.0:
            distance *= self._factor
        return distance

    def _guess(self, many: int) -> float:
        wide, high = np.ptp(self._placed[0]), np.ptp(self._placed[1])
        metres = EARTH if self._kind == SPHERE else 1.0
        return float(metres * np.sqrt(max(wide * high, 1e-18) * many / self.sites / 3) + 1e-9)


class CoverCosts:
    """0 where a site is at most so far from a client, 1 where not: a covering as costs.

    Parameters
    ----------
    costs
        The distances.
    radius
        How far a site covers, not below 0.
    """

    def __init__(self, costs: Costs, radius: float) -> None:
        self._costs, self._radius = costs, radius
        self.clients, self.sites = costs.clients, costs.sites

    def nearest(self, many: int) -> CostLists:
        """Lists of the sites that cover each client; nobody else can serve for less than 1."""
        del many
        return self.within(0.0)

    def within(self, radius: float | Floats) -> CostLists:
        """Lists of the sites that cover each client."""
        del radius
        found = self._costs.within(self._radius)
        order = np.lexsort((found.site, found.row))
        return CostLists(found.start, found.site[order], np.zeros(len(found.cost)), found.sites)

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.of`."""
        return (self._costs.of(sites) > self._radius).astype(np.float64)

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.between`."""
        return (self._costs.between(clients, sites) > self._radius).astype(np.float64)

    def fingerprint(self) -> bytes:
        """As :meth:`Costs.fingerprint`."""
        said = f"cover {self._radius!r} ".encode() + self._costs.fingerprint()
        return hashlib.sha256(said).digest()

    def described(self) -> dict[str, NDArray[Any]]:
        """As :meth:`Costs.described`."""
        return self._costs.described() | {"radius": np.array(self._radius)}


class LimitedCosts:
    """The same costs, but nobody is served for more than a limit.

    Parameters
    ----------
    costs
        Without the limit.
    limit
        The most anybody can be served for, not below 0.
    """

    def __init__(self, costs: Costs, limit: float) -> None:
        if isinstance(costs, LimitedCosts):  # the lesser of two limits is the limit
            limit, costs = min(costs._limit, limit), costs._costs  # noqa: SLF001  # our own kind
        self._costs: Costs = costs
        self._limit: float = float(limit)
        self.clients, self.sites = costs.clients, costs.sites

    def nearest(self, many: int) -> CostLists:
        """As :meth:`Costs.nearest`."""
        found = self._costs.nearest(many)
        kept = found.cost <= self._limit
        count = np.bincount(found.row[kept], minlength=found.clients)
        return CostLists(starts(count), found.site[kept], found.cost[kept], found.sites)

    def within(self, radius: float | Floats) -> CostLists:
        """As :meth:`Costs.within`."""
        return self._costs.within(np.minimum(radius, self._limit))

    def of(self, sites: Sequence[int] | NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.of`."""
        return self._limited(self._costs.of(sites))

    def between(self, clients: NDArray[np.intp], sites: NDArray[np.intp]) -> Floats:
        """As :meth:`Costs.between`."""
        return self._limited(self._costs.between(clients, sites))

    def fingerprint(self) -> bytes:
        """As :meth:`Costs.fingerprint`."""
        said = f"limited {self._limit!r} ".encode() + self._costs.fingerprint()
        return hashlib.sha256(said).digest()

    def described(self) -> dict[str, NDArray[Any]]:
        """As :meth:`Costs.described`."""
        return self._costs.described() | {"limit": np.array(self._limit)}

    def _limited(self, table: Floats) -> Floats:
        return np.where(table <= self._limit, table, np.inf)


def costs_described(arrays: Mapping[str, NDArray[Any]]) -> Costs:
    """Costs from what :meth:`Costs.described` gave."""
    if "radius" in arrays:
        rest = {name: array for name, array in arrays.items() if name != "radius"}
        return CoverCosts(costs_described(rest), float(arrays["radius"]))
    if "limit" in arrays:
        rest = {name: array for name, array in arrays.items() if name != "limit"}
        return LimitedCosts(costs_described(rest), float(arrays["limit"]))
    if "mapped" in arrays:
        from knutpunkt.engines.location.mapped import mapped_described

        return mapped_described(arrays)
    if "matrix" in arrays:
        return MatrixCosts(arrays["matrix"])
    return PlaceCosts(
        arrays["clients"], arrays["sites"], str(arrays["measure"]), float(arrays["factor"])
    )
