"""Travel to sites: on foot to the road, on the road, and on foot from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.errors import SpeedNotPositive
from knutpunkt.engines.travel.roads.axes import EARTH_METRES, Measure, axes, straight_metres
from knutpunkt.engines.travel.roads.errors import FarFromRoads, PairsTooMany, WalkInvalid
from knutpunkt.engines.travel.roads.graph import THREADS, RoadGraph
from knutpunkt.engines.travel.roads.snapping import nearest_nodes
from knutpunkt.engines.travel.source import TravelSource

Floats = NDArray[np.float64]

METRES_A_MINUTE = 1000.0 / 60.0
#: Travel times of 2 GB; the plan needs about as much again.
MOST_PAIRS = 250_000_000
#: Sites searched from before their times are written down.
BLOCK = 64

SENTENCE = (
    "Shortest times on %(nodes)d road nodes and %(edges)d directed edges, walking %(walking)g km/h "
    "for at most %(most)g metres to and from the road"
)


@dataclass(frozen=True, slots=True)
class Walk:
    """How people get to the road.

    Parameters
    ----------
    km_per_hour
        Speed, above 0.
    most
        The longest walk in metres, 0 or more.

    Raises
    ------
    SpeedNotPositive, WalkInvalid
        When either is not so.
    """

    km_per_hour: float = 5.0
    most: float = 2000.0

    def __post_init__(self) -> None:
        if not 0 < self.km_per_hour < np.inf:
            raise SpeedNotPositive(km_per_hour=self.km_per_hour)
        if not 0 <= self.most < np.inf:
            raise WalkInvalid(metres=self.most)

    def minutes(self, metres: Floats) -> Floats:
        """How long walking so far takes."""
        return metres / (self.km_per_hour * METRES_A_MINUTE)


@dataclass(frozen=True, eq=False)
class Journeys:
    """Travel from every point to every site.

    Parameters
    ----------
    minutes
        Shape ``(points, sites)``; infinite where no way leads.
    point_metres, site_metres
        How far each point and site lies from its node, shapes ``(points,)`` and ``(sites,)``.
    source
        How the times were made.
    """

    minutes: Floats
    point_metres: Floats
    site_metres: Floats
    source: TravelSource


@dataclass(frozen=True, eq=False)
class _Near:
    """Places, the nodes nearest to them, and the walk between."""

    axes: Floats
    node: NDArray[np.intp]
    metres: Floats


def journeys(
    graph: RoadGraph, points: ArrayLike, sites: ArrayLike, *,
    walk: Walk | None = None, names: tuple[Sequence[str], Sequence[str]] = ((), ()),
    threads: int = THREADS,
) -> Journeys:  # fmt: skip
    """Shortest times from every point to every site.

    People walk to the nearest node, travel on the roads in their direction, and walk from the
    site's nearest node to the site; where walking the straight line is sooner and no longer than
    the longest walk, they walk all the way.

    Parameters
    ----------
    graph
        The roads.
    points, sites
        Coordinates as the graph's own, shapes ``(points, 2)`` and ``(sites, 2)``.
    walk
        How people get to the road; none is 5 km/h for at most 2 km.
    names
        Names of points and sites, for refusals; none are their numbers from 0.
    threads
        As of :meth:`RoadGraph.times_from`.

    Raises
    ------
    FarFromRoads
        Names the points or sites that are further from every node than the longest walk.
    PairsTooMany
        When the table would not fit into memory.
    TravelRefused
        When a coordinate is wrong, with the row.
    """
    walk = walk or Walk()
    here = _near(graph, points, "demand points", names[0], walk)
    there = _near(graph, sites, "sites", names[1], walk)
    if len(here.node) * len(there.node) > MOST_PAIRS:
        raise PairsTooMany(points=len(here.node), sites=len(there.node), most=MOST_PAIRS)
    targets, place = np.unique(here.node, return_inverse=True)
    minutes = np.empty((len(here.node), len(there.node)))
    for first in range(0, len(there.node), BLOCK):
        part = slice(first, first + BLOCK)
        times = graph.reversed.times_from(there.node[part], targets=targets, threads=threads)
        minutes[:, part] = times.T[place] + walk.minutes(there.metres[part])
    minutes += walk.minutes(here.metres)[:, None]
    _walk_all_the_way(minutes, graph.measure, here.axes, there.axes, walk)
    numbers = {
        "nodes": graph.nodes, "edges": graph.edges, "walking": walk.km_per_hour, "most": walk.most,
    }  # fmt: skip
    source = TravelSource("roads", SENTENCE, numbers)
    return Journeys(minutes, here.metres, there.metres, source)


def _near(
    graph: RoadGraph, places: ArrayLike, which: str, names: Sequence[str], walk: Walk
) -> _Near:
    node, metres = nearest_nodes(graph, places, which)
    far = np.flatnonzero(metres > walk.most)
    if len(far):
        worst = far[np.argsort(-metres[far], kind="stable")].tolist()
        raise FarFromRoads(
            which=which, names=[str(names[k]) if names else str(k) for k in worst],
            metres=metres[worst].tolist(), most=walk.most,
        )  # fmt: skip
    return _Near(axes(places, graph.measure, which), node, metres)


def _walk_all_the_way(
    minutes: Floats, measure: Measure, here: Floats, there: Floats, walk: Walk
) -> None:
    """Put the straight walk where it is sooner; only the band that may be near is looked at."""
    order = np.argsort(here[0], kind="stable")
    along = here[0, order]
    reach = walk.most / (EARTH_METRES if measure == "sphere" else 1.0) * (1 + 1e-9)
    for site in range(there.shape[1]):
        low, high = np.searchsorted(along, there[0, site] + np.array([-reach, reach]))
        band = order[low : high + 1]
        metres = straight_metres(measure, here[:, band], there[:, site])
        close = metres <= walk.most
        band = band[close]
        minutes[band, site] = np.minimum(minutes[band, site], walk.minutes(metres[close]))
