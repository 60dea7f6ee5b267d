"""The network drawn without a map service: municipalities as paths, offices as dots.

Sinusoidal projection about the 16th meridian: areas keep their size, and Sweden its shape.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

MERIDIAN = 16.0
NORTH = 69.2
WEST = -2.75
"""Left edge in projected degrees west of the meridian."""
UNITS = 100
"""Drawing units per degree of latitude."""
WIDTH, HEIGHT = 625, 1400
NARROWEST = 60.0
"""Width of the closest frame, in drawing units: about 67 km."""

FINENESS = {"sweden": "basemap_small.geojson", "sweden-fine": "basemap.geojson"}
DECIMALS = {"sweden": 0, "sweden-fine": 1}


@dataclass(frozen=True, slots=True)
class Dot:
    """An office on a drawing; its place is text, because templates write decimals in Swedish."""

    x: str
    y: str
    state: str
    name: str
    href: str


@dataclass(frozen=True, slots=True)
class Frame:
    """Which part of the drawing is shown, on which basemap, with how large dots."""

    viewbox: str
    fineness: str
    radius: str

    @property
    def diameter(self) -> str:
        """Width of a dot, as SVG writes it."""
        return f"{2 * float(self.radius):.2f}"


WHOLE = Frame(f"0 0 {WIDTH} {HEIGHT}", "sweden", "9")


def project(lat: float, lon: float) -> tuple[float, float]:
    """Place a position (degrees, WGS 84) on the drawing, in its units from the top left."""
    eastwards = (lon - MERIDIAN) * math.cos(math.radians(lat))
    return round((eastwards - WEST) * UNITS, 1), round((NORTH - lat) * UNITS, 1)


def placed(lat: float, lon: float) -> tuple[str, str]:
    """A position on the drawing as SVG writes it."""
    x, y = project(lat, lon)
    return f"{x:.1f}", f"{y:.1f}"


def viewbox_around(lat: float, lon: float, *, kilometres: float) -> str:
    """A square about a position, so many kilometres to each side."""
    x, y = project(lat, lon)
    half = kilometres / 111.2 * UNITS
    return f"{x - half:.1f} {y - half:.1f} {2 * half:.1f} {2 * half:.1f}"


def frame_of(points: Sequence[tuple[float, float]]) -> Frame:
    """A frame about positions (latitude, longitude), with the country as the widest."""
    placed_at = [project(lat, lon) for lat, lon in points]
    if not placed_at:
        return WHOLE
    left, right = min(x for x, _y in placed_at), max(x for x, _y in placed_at)
    top, bottom = min(y for _x, y in placed_at), max(y for _x, y in placed_at)
    width = max(1.3 * (right - left), 0.8 * (bottom - top), NARROWEST)
    height = 1.5 * width
    if height > HEIGHT / 2:
        return WHOLE
    x, y = (left + right - width) / 2, (top + bottom - height) / 2
    return Frame(f"{x:.1f} {y:.1f} {width:.1f} {height:.1f}", "sweden-fine", f"{width / 45:.2f}")


def basemap_text(fineness: str) -> str:
    """Municipalities as GeoJSON: ``sweden`` or ``sweden-fine``."""
    folder = resources.files("knutpunkt.data") / "sweden"
    return (folder / FINENESS[fineness]).read_text(encoding="utf-8")


@lru_cache(maxsize=2)
def basemap_svg(fineness: str) -> str:
    """Municipalities as one SVG symbol that pages refer to and colour."""
    features = json.loads(basemap_text(fineness))["features"]
    paths = " ".join(_path(f["geometry"], DECIMALS[fineness]) for f in features)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{WHOLE.viewbox}">'
        f'<path id="municipalities" fill-rule="evenodd" vector-effect="non-scaling-stroke"'
        f' d="{paths}"/></svg>'
    )


def _path(geometry: dict[str, Any], decimals: int) -> str:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return "".join(_ring(ring, decimals) for polygon in polygons for ring in polygon)


def _ring(ring: Sequence[Sequence[float]], decimals: int) -> str:
    points = _without_repeats(project(lat, lon) for lon, lat in ring)
    return "M" + "L".join(f"{x:.{decimals}f} {y:.{decimals}f}" for x, y in points) + "Z"


def _without_repeats(points: Iterable[tuple[float, float]]) -> list[tuple[float, float]]:
    return list(dict.fromkeys(points))
