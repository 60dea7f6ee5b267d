"""Demand points: every municipality's official population, spread over its places.

GeoNames counts city districts beside their city and states a city's suburbs with it, so
its figures are weights, never persons.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from swedish_data.municipalities import Municipality
from swedish_data.places import Place
from swedish_data.tables import table_bytes

# Below this share the places cannot stand for the municipality: its own point joins them.
_SHARE_TO_STAND_FOR = 0.10

SOURCE = (
    "SCB, population on 31 December 2023, https://www.scb.se/BE0101;"
    " spread within the municipality by GeoNames, https://www.geonames.org"
)
_COLUMNS = (
    "key", "place", "municipality_code", "name", "lat", "lon", "persons", "population_on", "source",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Point:
    """A point residents are gathered at; ``place`` is empty at a municipality's own point."""

    key: str
    place: str
    name: str
    lat: float
    lon: float
    weight: int


def demand(municipalities: Mapping[str, Municipality], found: Sequence[Place]) -> bytes:
    """``demand.csv``: its persons sum exactly to the official population in every municipality."""
    by_municipality: dict[str, list[Place]] = defaultdict(list)
    for place in found:
        by_municipality[place.municipality_code].append(place)
    rows: list[tuple[object, ...]] = []
    for municipality in municipalities.values():
        points = _weights(municipality, by_municipality[municipality.code])
        shares = apportion(municipality.persons, [point.weight for point in points])
        rows += [
            (p.key, p.place, municipality.code, p.name, f"{p.lat:.4f}", f"{p.lon:.4f}",
             persons, municipality.persons_on, SOURCE)
            for p, persons in zip(points, shares, strict=True)
            if persons
        ]  # fmt: skip
    return table_bytes(_COLUMNS, rows)


def _weights(municipality: Municipality, found: Sequence[Place]) -> list[_Point]:
    """Points of a municipality with their weights; never empty, never all zero."""
    total = municipality.persons
    residents = {place.number: place.residents for place in found}
    if found:
        largest = max(found, key=lambda place: (place.residents, -place.number))
        others = sum(residents.values()) - largest.residents
        # A city's figure includes suburbs and the districts listed beside it.
        residents[largest.number] = min(largest.residents, max(total - others, 0))
    points = [
        _Point(str(p.number), str(p.number), p.name, p.lat, p.lon, residents[p.number])
        for p in found
    ]
    stated = sum(residents.values())
    if stated < _SHARE_TO_STAND_FOR * total:
        key = f"m{municipality.code}"
        own = _Point(key, "", municipality.name, municipality.lat, municipality.lon, total - stated)
        points.append(own)
    return points


def apportion(total: int, weights: Sequence[int]) -> list[int]:
    """Whole numbers in proportion to the weights that sum exactly to the total.

    Parameters
    ----------
    total
        What is shared out, persons.
    weights
        Non-negative, not all zero.

    Returns
    -------
    list of int
        One share per weight, by largest remainder; ties go to the earlier weight.

    Raises
    ------
    ValueError
        When no weight is positive.

    References
    ----------
    Balinski and Young (1982), Fair Representation, ch. 2 (Hamilton's method).
    """
    whole = sum(weights)
    if whole <= 0:
        raise ValueError("No weight is positive; give at least one point a weight above zero.")
    shares = [total * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[: total - sum(shares)]:
        shares[i] += 1
    return shares
