"""A road network as arrays, and shortest times on it."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from knutpunkt.engines.travel.errors import CoordinatesMisshapen
from knutpunkt.engines.travel.roads.axes import Measure, axes
from knutpunkt.engines.travel.roads.errors import (
    EdgeInvalid,
    GraphEmpty,
    LimitInvalid,
    NodeInvalid,
)
from knutpunkt.engines.travel.roads.locality import along_the_curve

Floats = NDArray[np.float64]

#: Nobody is under way longer on one edge, and sums of so many stay far from infinity.
LONGEST_EDGE = 1e9
#: Sources that a thread takes at once: enough to be worth it, few enough to stop between them.
SHARE = 4
THREADS = max(1, min(8, os.cpu_count() or 1))


@dataclass(frozen=True, eq=False)
class RoadGraph:
    """Nodes with coordinates, and directed edges with minutes, in compressed rows.

    Make one with :meth:`of`, which checks what it is given.

    Parameters
    ----------
    place
        Where each node lies, shape ``(nodes, 2)``: latitude and longitude in degrees, or x and y
        in metres.
    measure
        ``"sphere"`` or ``"plane"``: which of the two.
    start
        Where the edges of each node begin, shape ``(nodes + 1,)``.
    head, minutes
        Where each edge leads and how long it takes, shape ``(edges,)``.
    """

    place: Floats
    measure: Measure
    start: NDArray[np.int64]
    head: NDArray[np.int32]
    minutes: Floats

    @classmethod
    def of(
        cls, place: ArrayLike, tail: ArrayLike, head: ArrayLike, minutes: ArrayLike,
        measure: Measure = "sphere",
    ) -> RoadGraph:  # fmt: skip
        """Build a graph from edges in any order.

        Parameters
        ----------
        place, measure
            As of the class.
        tail, head, minutes
            From which node each edge leads, where to, and how long it takes; shape ``(edges,)``.
            Of edges beside each other the quickest counts; one of no minutes is allowed.

        Raises
        ------
        CoordinatesMisshapen, CoordinateMissing, CoordinateOutOfRange
            When there are no coordinates in pairs, or one is wrong, with the row.
        GraphEmpty
            When there is no node or no edge.
        EdgeInvalid
            When an end is no node, or minutes are below 0 or not finite; names the edge, from 0.
        """
        where = np.array(place, np.float64)
        if where.ndim != 2 or where.shape[1] != 2:  # noqa: PLR2004  # two coordinates
            raise CoordinatesMisshapen(which="nodes", shape=where.shape)
        ends = np.asarray(tail, np.int64), np.asarray(head, np.int64)
        times = np.asarray(minutes, np.float64)
        if not len(where) or not len(times):
            raise GraphEmpty(nodes=len(where), edges=len(times))
        axes(where, measure, "nodes")
        _refuse_edges(ends, times, len(where))
        return cls(where, measure, *_rows(*ends, times, len(where)))

    @property
    def nodes(self) -> int:
        """How many nodes there are."""
        return len(self.place)

    @property
    def edges(self) -> int:
        """How many directed edges there are."""
        return len(self.head)

    @cached_property
    def reversed(self) -> RoadGraph:
        """The same roads, every edge the other way: times *from* there are times *to* here."""
        tail = np.repeat(np.arange(self.nodes, dtype=np.int64), np.diff(self.start))
        rows = _rows(self.head.astype(np.int64), tail, self.minutes, self.nodes)
        return RoadGraph(self.place, self.measure, *rows)

    @cached_property
    def on_roads(self) -> NDArray[np.intp]:
        """Nodes at which an edge begins or ends."""
        touched = np.diff(self.start) > 0
        touched[self.head] = True
        return np.flatnonzero(touched)

    def times_from(
        self, sources: ArrayLike, *, limit: float | None = None,
        targets: ArrayLike | None = None, threads: int = THREADS,
    ) -> Floats:  # fmt: skip
        """Shortest times from each of some nodes, in minutes.

        Dijkstra's search from every source, which ends once all targets are reached. The result
        is the same for any number of threads; each thread needs some 24 bytes for every node and
        12 for every edge, beside the result.

        Parameters
        ----------
        sources
            Numbers of nodes, shape ``(sources,)``.
        limit
            Minutes beyond which nothing is searched; none is no limit.
        targets
            Numbers of nodes whose times are wanted; none is all.
        threads
            How many sources are searched from at once.

        Returns
        -------
        ndarray
            Shape ``(sources, targets)``; infinite where no way leads, or none within the limit.

        Raises
        ------
        NodeInvalid, LimitInvalid
            When a source or target is no node, or the limit is below 0 or not a number.

        References
        ----------
        Dijkstra (1959), A note on two problems in connexion with graphs, Numerische Mathematik 1:
        269-271.
        """
        from knutpunkt.engines.travel.roads.kernels.dijkstra import times_written

        begin = self._numbers(sources)
        end = np.arange(self.nodes) if targets is None else self._numbers(targets)
        rank, start, head, minutes = self._compact
        begin, end = rank[begin], rank[end]
        if limit is not None and not limit >= 0:
            raise LimitInvalid(limit=limit)
        most = np.inf if limit is None else float(limit)
        found = np.empty((len(begin), len(end)))

        def searched(first: int) -> None:
            part = slice(first, first + SHARE)
            times_written(start, head, minutes, begin[part], end, most, found[part])

        _shared(searched, range(0, len(begin), SHARE), threads)
        return found

    @cached_property
    def _compact(self) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int32], Floats]:
        """The numbers of nodes in memory's own order, and the rows in that order."""
        order = along_the_curve(self.place)
        rank = np.empty(self.nodes, np.int64)
        rank[order] = np.arange(self.nodes)
        tail = np.repeat(rank, np.diff(self.start))
        return rank, *_rows(tail, rank[self.head], self.minutes, self.nodes)

    def _numbers(self, nodes: ArrayLike) -> NDArray[np.int64]:
        given = np.atleast_1d(np.asarray(nodes))
        if given.size == 0:
            return np.empty(0, np.int64)
        if not np.issubdtype(given.dtype, np.integer):
            raise NodeInvalid(node=given.ravel()[0], nodes=self.nodes)
        wrong = (given < 0) | (given >= self.nodes)
        if wrong.any():
            raise NodeInvalid(node=int(given[wrong][0]), nodes=self.nodes)
        return np.ascontiguousarray(given, np.int64)


def _shared(work: object, parts: Sequence[int], threads: int) -> None:
    assert callable(work)
    if threads <= 1 or len(parts) <= 1:
        for part in parts:
            work(part)
        return
    pool = ThreadPoolExecutor(threads)
    try:
        list(pool.map(work, parts))
    finally:
        # Whoever interrupts does not wait for what has not begun.
        pool.shutdown(cancel_futures=True)


def _refuse_edges(
    ends: tuple[NDArray[np.int64], NDArray[np.int64]], times: Floats, nodes: int
) -> None:
    for name, end in zip(("begins", "ends"), ends, strict=True):
        if end.shape != times.shape:
            raise EdgeInvalid(edge=min(len(end), len(times)), why="lacks an end or its minutes")
        wrong = (end < 0) | (end >= nodes)
        if wrong.any():
            edge = int(wrong.argmax())
            raise EdgeInvalid(edge=edge, why=f"{name} at {end[edge]}, which is no node")
    wrong = ~((times >= 0) & (times <= LONGEST_EDGE))
    if wrong.any():
        edge = int(wrong.argmax())
        why = f"takes {times[edge]} minutes, not 0 to {LONGEST_EDGE:g}"
        raise EdgeInvalid(edge=edge, why=why)


def _rows(
    tail: NDArray[np.int64], head: NDArray[np.int64], minutes: Floats, nodes: int
) -> tuple[NDArray[np.int64], NDArray[np.int32], Floats]:
    order = np.argsort(tail, kind="stable")
    start = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(tail, minlength=nodes), out=start[1:])
    return start, head[order].astype(np.int32), minutes[order]
