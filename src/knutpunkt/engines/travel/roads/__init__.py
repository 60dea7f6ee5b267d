"""Travel times on roads: a directed graph, shortest times on it, and the walk to it."""

from knutpunkt.engines.travel.roads.errors import (
    EdgeInvalid,
    FarFromRoads,
    GraphEmpty,
    LimitInvalid,
    NodeInvalid,
    PairsTooMany,
    WalkInvalid,
)
from knutpunkt.engines.travel.roads.files import roads_in
from knutpunkt.engines.travel.roads.graph import RoadGraph
from knutpunkt.engines.travel.roads.journeys import Journeys, Walk, journeys
from knutpunkt.engines.travel.roads.snapping import nearest_nodes

__all__ = [
    "EdgeInvalid",
    "FarFromRoads",
    "GraphEmpty",
    "Journeys",
    "LimitInvalid",
    "NodeInvalid",
    "PairsTooMany",
    "RoadGraph",
    "Walk",
    "WalkInvalid",
    "journeys",
    "nearest_nodes",
    "roads_in",
]
