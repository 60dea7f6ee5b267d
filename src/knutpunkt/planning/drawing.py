"""A plan drawn: municipalities shaded by travel time, offices as dots.

Sinusoidal projection about the 16th meridian: areas keep their size, and Sweden its shape.
"""

from __future__ import annotations

import json
import math
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Any

MERIDIAN, NORTH, WEST = 16.0, 69.2, -2.75
UNITS = 100
VIEWBOX = "0 0 625 1400"

#: Minutes at which the next shade begins.
SHADES = (10.0, 20.0, 30.0, 60.0)


@dataclass(frozen=True, slots=True)
class Shape:
    """A municipality on the drawing: its outline and the shade of its travel time."""

    code: str
    outline: str
    shade: str


@dataclass(frozen=True, slots=True)
class Dot:
    """An office or new place; its position is text, because templates write decimals in Swedish."""

    x: str
    y: str
    kind: str
    name: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """A map: shapes, dots above them, and its name for those who do not see it."""

    label: str
    shapes: tuple[Shape, ...]
    dots: tuple[Dot, ...]

    @property
    def kinds(self) -> set[str]:
        """Kinds of dots there are, for the legend."""
        return {one.kind for one in self.dots}


def shaded(minutes: Mapping[str, float]) -> tuple[Shape, ...]:
    """Outline every municipality, shaded by its mean minutes; without residents, unshaded."""
    return tuple(
        Shape(code, outline, f"shade-{shade_of(minutes[code])}" if code in minutes else "shade-no")
        for code, outline in outlines().items()
    )


def shade_of(minutes: float) -> int:
    """Number of the shade, 0 for the shortest travel."""
    return bisect_right(SHADES, minutes)


def dot(lat: float, lon: float, kind: str, name: str, key: str = "") -> Dot:
    """Place a dot."""
    x, y = _project(lat, lon)
    return Dot(f"{x:.1f}", f"{y:.1f}", kind, name, key)


@lru_cache(maxsize=1)
def outlines() -> dict[str, str]:
    """Outlines of the municipalities by code, as SVG paths."""
    file = resources.files("knutpunkt.data") / "sweden" / "basemap_small.geojson"
    features = json.loads(file.read_text(encoding="utf-8"))["features"]
    return {f["properties"]["code"]: _outline(f["geometry"]) for f in features}


def _outline(geometry: Mapping[str, Any]) -> str:
    polygons = geometry["coordinates"]
    if geometry["type"] == "Polygon":
        polygons = [polygons]
    return "".join(_ring(ring) for polygon in polygons for ring in polygon)


def _ring(ring: Sequence[Sequence[float]]) -> str:
    points = dict.fromkeys(_project(lat, lon) for lon, lat in ring)
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points) + "Z"


def _project(lat: float, lon: float) -> tuple[float, float]:
    eastwards = (lon - MERIDIAN) * math.cos(math.radians(lat))
    return (eastwards - WEST) * UNITS, (NORTH - lat) * UNITS
