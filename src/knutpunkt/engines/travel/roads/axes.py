"""Coordinates on the globe and in the plane, checked, and straight lines between them."""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.errors import (
    CoordinateMissing,
    CoordinateOutOfRange,
    CoordinatesMisshapen,
)
from knutpunkt.engines.travel.straight_line import EARTH_RADIUS_KM

Floats = NDArray[np.float64]
Measure = Literal["sphere", "plane"]

EARTH_METRES = 1000 * EARTH_RADIUS_KM
LIMITS = np.array([90.0, 180.0])


def axes(places: ArrayLike, measure: Measure, which: str) -> Floats:
    """Coordinates as two rows, in radians on the sphere, checked.

    Raises
    ------
    CoordinatesMisshapen, CoordinateMissing, CoordinateOutOfRange
        With the row that is wrong.
    """
    given = np.asarray(places, np.float64)
    if given.ndim != 2 or given.shape[1] != 2:  # noqa: PLR2004  # two coordinates
        raise CoordinatesMisshapen(which=which, shape=given.shape)
    missing = ~np.isfinite(given).all(axis=1)
    if missing.any():
        raise CoordinateMissing(which=which, row=int(missing.argmax()))
    if measure == "plane":
        return np.ascontiguousarray(given.T)
    outside = (np.abs(given) > LIMITS).any(axis=1)
    if outside.any():
        row = int(outside.argmax())
        latitude, longitude = given[row].tolist()
        raise CoordinateOutOfRange(which=which, row=row, latitude=latitude, longitude=longitude)
    return np.ascontiguousarray(np.deg2rad(given).T)


def straight_metres(measure: Measure, here: Floats, there: Floats) -> Floats:
    """Metres from places to one place, all as :func:`axes` gives them."""
    if measure == "plane":
        return np.asarray(np.hypot(here[0] - there[0], here[1] - there[1]))
    half = np.sin((there[0] - here[0]) / 2) ** 2
    half = half + np.cos(here[0]) * np.cos(there[0]) * np.sin((there[1] - here[1]) / 2) ** 2
    return np.asarray(2 * EARTH_METRES * np.arcsin(np.minimum(1.0, np.sqrt(half))))
