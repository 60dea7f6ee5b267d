"""A road network in CSV files.

One file of edges holds both ends' coordinates: ``from_lat, from_lon, to_lat, to_lon`` in degrees,
or ``from_x, from_y, to_x, to_y`` in metres. Ends with the same coordinates are the same node; with
the columns ``from`` and ``to`` the names tell nodes apart, so that a bridge may cross a road.

A folder holds ``nodes.csv`` with ``node`` and ``lat, lon`` or ``x, y``, and ``edges.csv`` with the
names of the nodes in ``from`` and ``to``.

An edge takes its ``minutes``; where these are empty or not a column, its ``metres`` at its
``km_per_hour`` or at a speed for all. ``oneway`` is 1 where only the way from–to is open, -1 where
only the way back is, and 0 or empty where both are.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Mapping
from itertools import chain
from math import inf
from pathlib import Path

import numpy as np

from knutpunkt.engines.tables import FALSE, TRUE, Row, TableUnfit, table_rows
from knutpunkt.engines.travel.errors import SpeedNotPositive
from knutpunkt.engines.travel.roads.axes import Measure
from knutpunkt.engines.travel.roads.graph import LONGEST_EDGE, RoadGraph

AXES: Mapping[Measure, tuple[str, str]] = {"sphere": ("lat", "lon"), "plane": ("x", "y")}
MOST: Mapping[Measure, tuple[float, float]] = {"sphere": (90.0, 180.0), "plane": (1e9, 1e9)}
BACK = frozenset({"-1", "reverse"})
METRES_A_MINUTE = 1000.0 / 60.0
FASTEST = 1000.0
OPENSTREETMAP = (".pbf", ".osm", ".osm.bz2", ".osm.gz")

Ends = Callable[[Row], tuple[int, int]]


def roads_in(path: Path, *, km_per_hour: float | None = None) -> RoadGraph:
    """Read a road network.

    Parameters
    ----------
    path
        A file of edges with their ends' coordinates, or a folder with ``nodes.csv`` and
        ``edges.csv``.
    km_per_hour
        Speed on edges that have metres but neither minutes nor a speed of their own.

    Raises
    ------
    TableUnfit
        With file and line, when something cannot be.
    SpeedNotPositive
        When the speed for all is not above 0.
    """
    if km_per_hour is not None and not 0 < km_per_hour < inf:
        raise SpeedNotPositive(km_per_hour=km_per_hour)
    nodes = _Nodes()
    if path.is_dir():
        nodes.read(path / "nodes.csv")
        rows: Iterable[Row] = table_rows(path / "edges.csv", ("from", "to"))
        ends: Ends = nodes.named
    else:
        rows, ends = _inline(path, nodes)
    tail, head, minutes = array("q"), array("q"), array("d")
    for row in rows:
        a, b = ends(row)
        time = _minutes(row, km_per_hour)
        for begin, end in _open_ways(row, a, b):
            tail.append(begin)
            head.append(end)
            minutes.append(time)
    place = np.array(nodes.place, np.float64).reshape(-1, 2)
    return RoadGraph.of(place, tail, head, minutes, nodes.measure)


def _inline(path: Path, nodes: _Nodes) -> tuple[Iterable[Row], Ends]:
    if path.name.endswith(OPENSTREETMAP):
        why = "extracts of OpenStreetMap are not read here; write their edges as CSV"
        raise TableUnfit(file=path.name, line=0, why=why)
    rows = table_rows(path, ())
    first = next(rows)
    nodes.measure = "plane" if "from_x" in first.cells else "sphere"
    columns = [f"{end}_{axis}" for end in ("from", "to") for axis in AXES[nodes.measure]]
    for name in columns:
        if name not in first.cells:
            why = (
                f"column {name!r} is missing; edges hold {', '.join(columns)}, or stand as "
                f"edges.csv in a folder with nodes.csv"
            )
            raise TableUnfit(file=path.name, line=1, why=why)
    named = "from" in first.cells and "to" in first.cells
    return chain((first,), rows), nodes.placed_by_name if named else nodes.placed


class _Nodes:
    """Nodes by name or by place, numbered as they come."""

    def __init__(self) -> None:
        self.measure: Measure = "sphere"
        self.place = array("d")
        self._number: dict[object, int] = {}
        self._line = array("q")

    def read(self, file: Path) -> None:
        """Read the nodes of a file of their own."""
        for row in table_rows(file, ("node",)):
            if not self._number:
                self.measure = "plane" if "x" in row.cells else "sphere"
                for axis in AXES[self.measure]:
                    if axis not in row.cells:
                        why = f"column {axis!r} is missing; nodes have lat and lon, or x and y"
                        raise TableUnfit(file=file.name, line=1, why=why)
            name = row.text("node")
            if name in self._number:
                raise row.refused(
                    f"node {name!r} stands in line {self._line[self._number[name]]} too"
                )
            self._known(name, self._at(row, ""), row)

    def named(self, row: Row) -> tuple[int, int]:
        """The ends of an edge that names nodes read before."""
        found = []
        for end in ("from", "to"):
            name = row.text(end)
            if name not in self._number:
                raise row.refused(f"{end} is {name!r}, which is no node of nodes.csv")
            found.append(self._number[name])
        return found[0], found[1]

    def placed(self, row: Row) -> tuple[int, int]:
        """The ends of an edge that only says where they lie."""
        a, b = (self._at(row, f"{end}_") for end in ("from", "to"))
        return self._known(a, a, row), self._known(b, b, row)

    def placed_by_name(self, row: Row) -> tuple[int, int]:
        """The ends of an edge that names them and says where they lie."""
        found = []
        for end in ("from", "to"):
            at, name = self._at(row, f"{end}_"), row.text(end)
            number = self._known(name, at, row)
            before = self.place[2 * number], self.place[2 * number + 1]
            if before != at:
                line = self._line[number]
                raise row.refused(f"{end} {name!r} lies at {at}, but at {before} in line {line}")
            found.append(number)
        return found[0], found[1]

    def _at(self, row: Row, before: str) -> tuple[float, float]:
        (first, second), (high, wide) = AXES[self.measure], MOST[self.measure]
        return (
            row.number(f"{before}{first}", -high, high),
            row.number(f"{before}{second}", -wide, wide),
        )

    def _known(self, key: object, at: tuple[float, float], row: Row) -> int:
        number = self._number.setdefault(key, len(self._number))
        if number == len(self._line):
            self.place.extend(at)
            self._line.append(row.line)
        return number


def _minutes(row: Row, km_per_hour: float | None) -> float:
    if row.cells.get("minutes"):
        return row.number("minutes", 0.0, LONGEST_EDGE)
    if not row.cells.get("metres"):
        raise row.refused("the edge has neither minutes nor metres")
    metres = row.number("metres", 0.0, LONGEST_EDGE)
    if row.cells.get("km_per_hour"):
        km_per_hour = row.number("km_per_hour", 0.0, FASTEST)
        if km_per_hour == 0:
            raise row.refused("km_per_hour is 0; leave the edge out if nobody can use it")
    if km_per_hour is None:
        why = "the edge has metres but neither minutes nor km_per_hour; give --road-speed for all"
        raise row.refused(why)
    return min(metres / (km_per_hour * METRES_A_MINUTE), LONGEST_EDGE)


def _open_ways(row: Row, a: int, b: int) -> tuple[tuple[int, int], ...]:
    said = row.cells.get("oneway", "").lower()
    if said in BACK:
        return ((b, a),)
    if said in TRUE:
        return ((a, b),)
    if said not in FALSE:
        raise row.refused(f"oneway is {said!r}; write 1, -1 for the way back, or 0 for both")
    return (a, b), (b, a)
