"""The way from a place to the road: the nearest node, and how far it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.errors import (
    CoordinateMissing,
    CoordinateOutOfRange,
    CoordinatesMisshapen,
)
from knutpunkt.engines.travel.roads.graph import Measure, RoadGraph
from knutpunkt.engines.travel.straight_line import EARTH_RADIUS_KM

Floats = NDArray[np.float64]

EARTH_METRES = 1000 * EARTH_RADIUS_KM
LIMITS = np.array([90.0, 180.0])


def nearest_nodes(
    graph: RoadGraph, places: ArrayLike, which: str = "points"
) -> tuple[NDArray[np.intp], Floats]:
    """Return the node of the graph nearest to each place, among those with an edge.

    Parameters
    ----------
    places
        Coordinates as the graph's own, shape ``(places, 2)``.
    which
        What the places are, for refusals.

    Returns
    -------
    tuple
        Numbers of nodes (the lower on a tie) and metres in a straight line, great circle or
        plane; both of shape ``(places,)``.

    Raises
    ------
    CoordinatesMisshapen, CoordinateMissing, CoordinateOutOfRange
        With the row that is wrong.
    """
    from knutpunkt.engines.travel.roads.kernels.near import nearest_written

    asked = axes(places, graph.measure, which)
    kept = graph.on_roads
    lying = axes(graph.place[kept], graph.measure, "nodes")
    order = np.argsort(lying[0], kind="stable")
    nearest, metres = np.empty(asked.shape[1], np.intp), np.empty(asked.shape[1])
    sphere = graph.measure == "sphere"
    nearest_written(
        sphere, EARTH_METRES if sphere else 1.0, asked, np.ascontiguousarray(lying[:, order]),
        kept[order], nearest, metres,
    )  # fmt: skip
    return nearest, metres


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
