"""Travel times along the straight line: great circle, detour factor and one speed.

A first answer that needs no road network. It knows neither lakes nor ferries and says so through
its source.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.errors import (
    CoordinateMissing,
    CoordinateOutOfRange,
    CoordinatesMisshapen,
    DetourTooShort,
    SpeedNotPositive,
)
from knutpunkt.engines.travel.source import TravelSource, TravelTimes

EARTH_RADIUS_KM = 6371.0
MINUTES_PER_HOUR = 60.0
# Entries per block: about 8 MB per temporary array, whatever the size of the question.
BLOCK = 1_000_000

SENTENCE = "Straight line \N{MULTIPLICATION SIGN} %(detour)g at %(km_per_hour)g km/h"


def straight_line_minutes(
    points: ArrayLike, sites: ArrayLike, *, detour: float = 1.3, km_per_hour: float = 60.0
) -> TravelTimes:
    """Travel time from every point to every site as the crow flies, made longer by a factor.

    Parameters
    ----------
    points, sites
        Latitude and longitude in degrees (WGS 84), shapes ``(points, 2)`` and ``(sites, 2)``.
    detour
        Road distance divided by straight distance, at least 1.
    km_per_hour
        Mean speed, above 0.

    Returns
    -------
    TravelTimes
        Minutes and kilometres, each of shape ``(points, sites)``, with their source.

    Raises
    ------
    CoordinatesMisshapen, CoordinateMissing, CoordinateOutOfRange
        With the row that is wrong.
    DetourTooShort, SpeedNotPositive
        When the factor is below 1 or the speed not above 0 (or either is not finite).
    """
    _check_parameters(detour, km_per_hour)
    kilometres = great_circle_kilometres(points, sites)
    kilometres *= detour
    source = TravelSource(
        method="straight_line",
        sentence=SENTENCE,
        parameters={"detour": float(detour), "km_per_hour": float(km_per_hour)},
    )
    return TravelTimes(kilometres * (MINUTES_PER_HOUR / km_per_hour), kilometres, source)


def great_circle_kilometres(points: ArrayLike, sites: ArrayLike) -> NDArray[np.float64]:
    """Great-circle distance on a sphere of radius 6 371 km, by the haversine formula.

    Parameters
    ----------
    points, sites
        Latitude and longitude in degrees, shapes ``(points, 2)`` and ``(sites, 2)``.

    Returns
    -------
    ndarray
        Kilometres, shape ``(points, sites)``. Beside the result only blocks of about a million
        entries are held in memory.

    Raises
    ------
    CoordinatesMisshapen, CoordinateMissing, CoordinateOutOfRange
        With the row that is wrong.

    References
    ----------
    Sinnott (1984), Virtues of the haversine, Sky and Telescope 68(2): 159.
    """
    start = _radians("points", points)
    end = _radians("sites", sites)
    kilometres = np.empty((len(start), len(end)))
    rows = max(1, BLOCK // max(1, len(end)))
    for first in range(0, len(start), rows):
        kilometres[first : first + rows] = _haversine(start[first : first + rows], end)
    return kilometres


def _haversine(start: NDArray[np.float64], end: NDArray[np.float64]) -> NDArray[np.float64]:
    north = np.sin((end[:, 0] - start[:, None, 0]) / 2) ** 2
    east = np.sin((end[:, 1] - start[:, None, 1]) / 2) ** 2
    chord = north + np.cos(start[:, None, 0]) * np.cos(end[:, 0]) * east
    # Rounding can lift antipodes a hair above 1, where the arc sine has no value.
    arc: NDArray[np.float64] = np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return 2 * EARTH_RADIUS_KM * arc


def _radians(which: str, coordinates: ArrayLike) -> NDArray[np.float64]:
    degrees = np.asarray(coordinates, dtype=np.float64)
    if degrees.shape == (0,):
        degrees = degrees.reshape(0, 2)
    if degrees.shape[1:] != (2,):
        raise CoordinatesMisshapen(which=which, shape=degrees.shape)
    missing = np.isnan(degrees).any(axis=1)
    if missing.any():
        raise CoordinateMissing(which=which, row=int(missing.argmax()))
    outside = (np.abs(degrees) > np.array([90.0, 180.0])).any(axis=1)
    if outside.any():
        row = int(outside.argmax())
        latitude, longitude = degrees[row].tolist()
        raise CoordinateOutOfRange(which=which, row=row, latitude=latitude, longitude=longitude)
    return np.radians(degrees)


def _check_parameters(detour: float, km_per_hour: float) -> None:
    if not (np.isfinite(detour) and detour >= 1):
        raise DetourTooShort(detour=detour)
    if not (np.isfinite(km_per_hour) and km_per_hour > 0):
        raise SpeedNotPositive(km_per_hour=km_per_hour)
