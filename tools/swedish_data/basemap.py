"""Municipality polygons as GeoJSON: one for the map, a small one for maps drawn as SVG."""

import json
from collections.abc import Mapping

import numpy as np
import shapely

from swedish_data.municipalities import Municipality
from swedish_data.polygons import Polygons, rounded

# At 62.5° N, in the middle of Sweden, a degree east is 0.46 of a degree north.
_EAST_PER_NORTH = np.cos(np.radians(62.5))
_SMALL_TOLERANCE_DEGREES = 0.055
_SMALL_DECIMALS = 3


def basemap(municipalities: Mapping[str, Municipality], polygons: Polygons) -> bytes:
    """Municipalities at the detail the source has."""
    return _collection(municipalities, polygons)


def basemap_small(municipalities: Mapping[str, Municipality], polygons: Polygons) -> bytes:
    """Municipalities simplified once per shared border (Visvalingam), for small maps."""
    scale = np.array([_EAST_PER_NORTH, 1.0])
    grid = rounded(np.array(list(polygons.values())), _SMALL_DECIMALS)
    even = shapely.transform(grid, lambda xy: xy * scale)
    simple = shapely.coverage_simplify(even, _SMALL_TOLERANCE_DEGREES)
    # Simplifying only leaves corners out, so rounding again puts each back on the grid.
    back = shapely.transform(simple, lambda xy: np.round(xy / scale, _SMALL_DECIMALS))
    return _collection(municipalities, dict(zip(polygons, back, strict=True)))


def _collection(municipalities: Mapping[str, Municipality], polygons: Polygons) -> bytes:
    features = [
        json.dumps(
            {
                "type": "Feature",
                "properties": {
                    "code": code,
                    "name": municipalities[code].name,
                    "county": municipalities[code].county_code,
                },
                "geometry": json.loads(shapely.to_geojson(polygon)),
            },
            ensure_ascii=False,
            separators=(",", ":"),
        )
        for code, polygon in polygons.items()
    ]
    text = '{"type":"FeatureCollection","features":[\n' + ",\n".join(features) + "\n]}\n"
    return text.encode()
