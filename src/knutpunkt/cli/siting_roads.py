"""Roads as the costs of a question in files: the travel engine feeds the location engine."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from knutpunkt.errors import KnutpunktError

if TYPE_CHECKING:
    from knutpunkt.engines.travel.roads import Journeys, RoadGraph, Walk

ROAD = "road:"


class RoadOptionsUnused(KnutpunktError):
    """An option speaks of roads, but the costs do not come from roads."""

    code = "road_options_unused"
    hint = "Give --costs road:GRAPH, or leave the option out."
    exit_code = 2

    def __init__(self, *, option: str) -> None:
        super().__init__(f"{option} has no meaning without roads.")
        self.option = option


@dataclass
class Roads:
    """Travel on a road network, and what came of it.

    Parameters
    ----------
    graph, walk
        The roads, and how people get to them.
    """

    graph: RoadGraph
    walk: Walk
    found: Journeys | None = None
    sites: Sequence[str] = field(default_factory=tuple)

    @property
    def axes(self) -> tuple[str, str]:
        """The columns of coordinates that go with the roads' own."""
        from knutpunkt.engines.travel.roads.files import AXES

        return AXES[self.graph.measure]

    def minutes(self, places: tuple[Any, Any], keys: tuple[Sequence[str], Sequence[str]]) -> Any:
        """Travel times from demand to sites; infinite where no way leads."""
        from knutpunkt.cli.bench_location import prepare_kernels
        from knutpunkt.engines.travel.roads import journeys
        from knutpunkt.engines.travel.roads.kernels.ready import road_kernels_ready

        prepare_kernels(road_kernels_ready)
        self.found = journeys(self.graph, *places, walk=self.walk, names=keys)
        self.sites = keys[1]
        return self.found.minutes

    def described(self) -> dict[str, Any]:
        """How the times were made, and which sites nobody reaches."""
        import numpy as np

        assert self.found is not None
        reached = np.atleast_1d(np.isfinite(self.found.minutes).any(axis=0))
        return {
            "method": self.found.source.method,
            "sentence": f"{self.found.source}.",
            **self.found.source.parameters,
            "longest_walk": float(max(self.found.point_metres.max(), self.found.site_metres.max())),
            "sites_nobody_reaches": [
                key for number, key in enumerate(self.sites) if not reached[number]
            ],
        }


def travel_of(chosen: Namespace) -> str | Roads:
    """Costs as they were asked for; a road network is read."""
    given = {
        "--road-speed": chosen.road_speed,
        "--walk-speed": chosen.walk_speed,
        "--walk-most": chosen.walk_most,
    }
    if not chosen.costs.startswith(ROAD):
        for option, value in given.items():
            if value is not None:
                raise RoadOptionsUnused(option=option)
        return str(chosen.costs)
    from knutpunkt.engines.tables import TableUnfit
    from knutpunkt.engines.travel.roads import Walk, roads_in

    asked = chosen.costs.removeprefix(ROAD)
    if not asked:
        why = "road: is followed by a file of edges, or a folder with nodes.csv and edges.csv"
        raise TableUnfit(file=ROAD, line=0, why=why)
    usual = Walk()
    walk = Walk(
        usual.km_per_hour if chosen.walk_speed is None else chosen.walk_speed,
        usual.most if chosen.walk_most is None else chosen.walk_most,
    )
    return Roads(roads_in(Path(asked), km_per_hour=chosen.road_speed), walk)
