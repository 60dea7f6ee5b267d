"""The way from a place to the road: the nearest node, and how far it is."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.roads.axes import EARTH_METRES, axes
from knutpunkt.engines.travel.roads.graph import RoadGraph

Floats = NDArray[np.float64]


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
