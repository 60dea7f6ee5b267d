"""Whether a position lies in or next to an area of an edition."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

from knutpunkt.network.models import Area, AreaEdition

EARTH_METRES = 6_371_000.0


@dataclass(frozen=True, slots=True)
class AreaAnswer:
    """Nearest area of an edition: its name, and metres from the edge of a circle of its size."""

    edition: str
    area: str
    municipality_code: str
    metres: float


def metres_between(lat: float, lon: float, to_lat: float, to_lon: float) -> float:
    """Great-circle distance in metres (haversine, mean radius 6 371 km)."""
    phi, to_phi = math.radians(lat), math.radians(to_lat)
    half = (
        math.sin((to_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(to_phi) * math.sin(math.radians(to_lon - lon) / 2) ** 2
    )
    return 2 * EARTH_METRES * math.asin(math.sqrt(half))


def editions_on(first: date, last: date) -> list[AreaEdition]:
    """Editions that can be in force on some day of a period: one query."""
    standing = AreaEdition.objects.order_by("valid_from_earliest")
    return [e for e in standing if _overlaps(e, first, last)]


def areas_of(edition: AreaEdition) -> list[Area]:
    """Areas of an edition: one query."""
    return list(edition.areas.all())


def area_test(lat: float, lon: float, areas: list[Area], edition: str) -> AreaAnswer | None:
    """Find the nearest area. Each area counts as a circle of its size around its middle."""
    nearest = min(
        ((edge_metres(lat, lon, area), area) for area in areas),
        key=lambda pair: pair[0],
        default=None,
    )
    if nearest is None:
        return None
    metres, area = nearest
    return AreaAnswer(edition, area.name, area.municipality_id, metres)


def edge_metres(lat: float, lon: float, area: Area) -> float:
    """Metres from a position to the edge of the area's circle; zero inside it."""
    radius = math.sqrt(area.area_km2 * 1e6 / math.pi)
    return max(0.0, metres_between(lat, lon, area.lat, area.lon) - radius)


def _overlaps(edition: AreaEdition, first: date, last: date) -> bool:
    begins, ends = edition.valid_from_earliest, edition.valid_to_latest
    return (begins is None or begins <= last) and (ends is None or ends >= first)
