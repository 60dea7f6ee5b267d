"""Every loop on roads compiled before a clock runs."""

from __future__ import annotations

from functools import cache

from knutpunkt.engines.travel.roads.graph import RoadGraph
from knutpunkt.engines.travel.roads.journeys import journeys


@cache
def road_kernels_ready() -> None:
    """Travel on one road, so that whatever longer journeys need is compiled or read from disk."""
    graph = RoadGraph.of([[59.0, 18.0], [59.1, 18.0]], [0, 1], [1, 0], [9.0, 9.0])
    journeys(graph, graph.place, graph.place)
