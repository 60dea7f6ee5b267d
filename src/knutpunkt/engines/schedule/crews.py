"""Crew limits by serial schedule generation, in all runs at once.

Activities are taken in one order, that of their planned starts. Each is put in the first gap of a
crew that is long enough, so a project that is late in some run holds up nobody who can go before
it. A crew stays with an activity from start to finish; while a gate sends the project back it is
free.

References
----------
Kolisch (1996), doi:10.1016/0377-2217(95)00357-6: serial and parallel schedule generation.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

import numpy as np

from knutpunkt.engines.schedule.forward import ForwardPass, Truths, later
from knutpunkt.engines.schedule.network import Network
from knutpunkt.engines.schedule.stacks import Node, Stack
from knutpunkt.engines.schedule.streams import Single

#: Overlaps shorter than this many days (a minute and a half) come from rounding.
NEAR = np.float32(1e-3)
NEVER = np.float32(np.inf)


class Timetable:
    """When the crews of one kind are busy: starts and ends, ``(times, crews, runs)``.

    They ascend in each run of each crew and end with ``inf``.
    """

    def __init__(self, crews: int, runs: int) -> None:
        self.crews, self.held = crews, 0
        self.busy_from = np.empty((0, crews, runs), np.float32)
        self.busy_until = np.empty((0, crews, runs), np.float32)

    def first_gaps(self, node: Node, earliest: Single, work: Single) -> Single:
        """Earliest start of an uninterrupted time of this work for each crew, ``(crews, runs)``."""
        shape = self.busy_from.shape[1:]
        start = np.broadcast_to(_on_working_day(node, earliest), shape).flatten()
        days = np.broadcast_to(work, shape).flatten()
        for busy_from, busy_until in zip(
            self.busy_from.reshape(-1, start.size),
            self.busy_until.reshape(-1, start.size),
            strict=True,
        ):
            # Most times of a crew lie before or after; reckon only where one does not.
            near = np.flatnonzero((busy_until > start + NEAR) & (busy_from < NEVER))
            if not len(near):
                continue
            end = later(node.calendar, start[near], days[near])
            moved = near[end > busy_from[near] + NEAR]
            start[moved] = _on_working_day(node, np.maximum(start[moved], busy_until[moved]))
        return start.reshape(shape)

    def book(self, start: Single, end: Single) -> None:
        """Enter a time of each crew; ``inf`` enters none."""
        self.busy_from = _entered(self.busy_from, start)
        self.busy_until = _entered(self.busy_until, end)


def _entered(times: Single, time: Single) -> Single:
    """Insert a row into rows that ascend in each run."""
    # Sorting starts and ends apart leaves unchanged when the crew is busy.
    merged = np.concatenate([times, time[None]])
    for lower, upper in zip(merged[-2::-1], merged[:0:-1], strict=True):
        lower[:], upper[:] = np.minimum(lower, upper), np.maximum(lower, upper)
    return merged if (merged[-1] < NEVER).any() else merged[:-1]


def _on_working_day(node: Node, moment: Single) -> Single:
    if node.calendar is None:
        return moment
    begins: Single = node.calendar.next_start(moment)
    return begins


class Crews:
    """The crews of a programme in a block of runs."""

    def __init__(self, sizes: Mapping[str, int], runs: int) -> None:
        self.runs = runs
        self._timetables = {name: Timetable(int(size), runs) for name, size in sizes.items()}

    def start(self, node: Node, earliest: Single, work: Single, ended: Truths | None) -> Single:
        """Give a node the crew that can begin first, and keep that crew until it is done.

        ``ended`` are runs in which the project has ended; there it needs no crew.
        """
        timetable = self._timetables[node.activity.crew]
        if node.started is not None:
            _hold(timetable, later(node.calendar, earliest, work))
            return earliest
        starts = timetable.first_gaps(node, earliest, work)
        which = np.argmin(starts, axis=0)
        start: Single = np.minimum.reduce(starts, axis=0, keepdims=True)
        here = np.arange(timetable.crews)[:, None] == which
        if ended is not None:
            here &= ~ended
        end = later(node.calendar, start, work)
        timetable.book(np.where(here, start, NEVER), np.where(here, end, NEVER))
        return start


def _hold(timetable: Timetable, until: Single) -> None:
    """Let an activity under way keep its crew; where they are too few, two share one."""
    here = np.arange(timetable.crews)[:, None] == timetable.held % timetable.crews
    timetable.held += 1
    shape = timetable.busy_from.shape[1:]
    timetable.book(
        np.broadcast_to(np.where(here, -NEVER, NEVER), shape),
        np.broadcast_to(np.where(here, until, NEVER), shape),
    )


class Turn(NamedTuple):
    """A project asks for a crew: its stack, its place there, and the node that needs one."""

    stack: int
    project: int
    node: int


def in_order(
    stacks: Sequence[Stack], planned: Mapping[int, Sequence[float]]
) -> tuple[list[Stack], list[Turn]]:
    """Order in which activities ask for crews.

    Parameters
    ----------
    stacks
        Of projects with the same planned starts, see `alike_in_time`.
    planned
        Planned starts of the nodes of each project, by its row (see `planned_starts`).

    Returns
    -------
    tuple
        The stacks with their nodes in that order, and who asks when.
    """
    ordered = [_reordered(stack, planned[stack.rows[0]]) for stack in stacks]
    turns = [
        (start, row, Turn(place, project, at))
        for place, stack in enumerate(ordered)
        for at, start in enumerate(sorted(planned[stack.rows[0]]))
        if stack.nodes[at].activity.crew and stack.nodes[at].finished is None
        for project, row in enumerate(stack.rows)
    ]
    return ordered, [turn for _, _, turn in sorted(turns)]


def alike_in_time(
    networks: Sequence[Network], planned: Mapping[int, Sequence[float]]
) -> dict[int, Hashable]:
    """What the projects of a stack must have in common to ask for crews in turn, by row.

    All of them ask for one activity before any asks for the next; a project that asks for two at
    the same moment does so alone.
    """
    found: dict[int, Hashable] = {}
    for row, starts in planned.items():
        asks = [
            start
            for activity, start in zip(networks[row].order, starts, strict=True)
            if activity.crew
        ]
        found[row] = (tuple(starts), None if len({*asks}) == len(asks) else row)
    return found


class MedianWork:
    """Every activity takes its median; gates let pass."""

    def __init__(self, stack: Stack) -> None:
        self.stack = stack

    def duration(self, at: int) -> Single | None:
        """Median working days; of a started activity what then remains."""
        node = self.stack.nodes[at]
        if node.law is None or node.finished is not None:
            return None
        median = node.law.draw(np.full_like(node.floor, 0.5))
        return median if node.elapsed is None else np.maximum(median - node.elapsed, 0)

    def delay(self, at: int) -> None:
        """None: nothing goes back."""

    def stops(self, at: int) -> None:
        """None: nothing stops."""


def planned_starts(stacks: Iterable[Stack], today: float) -> dict[int, list[float]]:
    """Planned starts of the nodes of each project by its row, with medians and endless crews.

    What is under way comes first, and nothing before what it waits for.
    """
    found: dict[int, list[float]] = {}
    for stack in stacks:
        forward = ForwardPass(stack, MedianWork(stack), today)
        forward.run()
        starts: list[Single] = []
        for node, start in zip(stack.nodes, forward.start, strict=True):
            waits = node.started is None and node.finished is None
            own = start if waits else np.full_like(start, -NEVER)
            starts.append(np.maximum.reduce([own, *(starts[arc.source] for arc in node.arcs)]))
        columns = np.concatenate(starts, axis=1).astype(np.float64)
        found |= zip(stack.rows, columns.tolist(), strict=True)
    return found


def _reordered(stack: Stack, starts: Sequence[float]) -> Stack:
    order = sorted(range(len(starts)), key=lambda at: (starts[at], at))
    place = {old: new for new, old in enumerate(order)}
    nodes = (stack.nodes[old] for old in order)
    return replace(
        stack,
        nodes=tuple(
            replace(node, arcs=tuple(replace(arc, source=place[arc.source]) for arc in node.arcs))
            for node in nodes
        ),
        opens=place[stack.opens],
    )
