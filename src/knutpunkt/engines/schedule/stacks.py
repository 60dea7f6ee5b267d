"""A checked programme as arrays: projects built alike are stacked and reckoned together.

Moments count from the day of the data date, so that float32 resolves a minute for decades.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import floor
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.model import (
    Activity,
    Duration,
    Link,
    LinkType,
    Programme,
    Project,
    ReferenceClass,
)
from knutpunkt.engines.schedule.network import Network
from knutpunkt.engines.schedule.recycling import Decision
from knutpunkt.engines.schedule.sampling import Distribution, distribution
from knutpunkt.engines.schedule.streams import Single


@dataclass(frozen=True, eq=False)
class Arc:
    """A link into a node, ``befores`` are the keys of its sources.

    ``lag`` is None where it is 0, ``calendar`` None for every day.
    """

    befores: tuple[str, ...]
    source: int
    type: LinkType
    lag: Single | None
    calendar: Calendar | None
    max_lag: Single | None


@dataclass(frozen=True, eq=False)
class Node:
    """One activity of each project of a stack; figures are columns ``(projects, 1)``.

    ``activity`` is that of the first project and says what all have in common; ``keys`` are
    those of each. ``law`` is None for a milestone. ``elapsed`` is what a started activity has
    worked until the data date; of a finished one only ``started`` and ``finished`` count.
    """

    activity: Activity
    keys: tuple[str, ...]
    law: Distribution | None
    calendar: Calendar | None
    arcs: tuple[Arc, ...]
    floor: Single
    started: Single | None
    finished: Single | None
    elapsed: Single | None
    decision: Decision | None
    risks: tuple[str, ...]


@dataclass(frozen=True, eq=False)
class Stack:
    """Projects with the same network, shapes, calendars and causes.

    ``rows`` are their places in the programme; ``nodes`` stand in topological order; ``opens``
    is the node that completes a project. ``classes`` are their reference classes (None: none) and
    ``in_class`` tells which of these each is in, ``(projects, 1)``. ``beyond`` are the moments
    ``(projects, 1)`` they are known not to be complete before, or None.
    """

    projects: tuple[Project, ...]
    rows: tuple[int, ...]
    nodes: tuple[Node, ...]
    opens: int
    classes: tuple[ReferenceClass | None, ...]
    in_class: NDArray[np.intp]
    beyond: NDArray[np.float64] | None

    def stream_names(self, node: int | None, *kind: str) -> list[tuple[str, ...]]:
        """Names under which each project draws something for a node (None: for itself)."""
        keys = ("",) * len(self.projects) if node is None else self.nodes[node].keys
        return [(*kind, project.key, key) for project, key in zip(self.projects, keys, strict=True)]

    def class_of(self, project: int) -> ReferenceClass | None:
        """Reference class of one of the projects."""
        return self.classes[int(self.in_class[project, 0])]


@dataclass(frozen=True, eq=False)
class Frame:
    """What all projects of a programme are measured in."""

    origin: int
    data_date: float
    calendars: Mapping[str, Calendar]
    classes: Mapping[str, ReferenceClass]
    risks: Mapping[tuple[str, str], tuple[str, ...]]

    @classmethod
    def of(cls, programme: Programme) -> Frame:
        """Measure moments from the day of the data date."""
        origin = floor(programme.data_date)
        risks: defaultdict[tuple[str, str], tuple[str, ...]] = defaultdict(tuple)
        finishes = {project.key: project.finish for project in programme.projects}
        for risk in programme.risks:
            for project in risk.projects:
                hit = (project, risk.activity or finishes.get(project, ""))
                risks[hit] = (*risks[hit], risk.key)
        return cls(
            origin,
            programme.data_date - origin,
            {name: calendar.since(origin) for name, calendar in programme.calendars.items()},
            {known.key: known for known in programme.classes},
            dict(risks),
        )

    def column(self, moments: Iterable[float]) -> Single:
        """Moments of several projects, measured from the origin, as a column."""
        return np.array([[moment - self.origin] for moment in moments], np.float32)


def stacks(
    frame: Frame,
    networks: Sequence[Network],
    *,
    height: int,
    apart: Mapping[int, Hashable] | None = None,
) -> Iterator[Stack]:
    """Sort projects into stacks of at most ``height``, each made when it is its turn.

    Projects known not to have opened stand apart from others, because their runs are drawn again,
    and so do those that differ in what ``apart`` says of their rows. One that has opened does not
    appear.
    """
    alike: dict[Any, list[tuple[int, Network]]] = defaultdict(list)
    for row, network in enumerate(networks):
        project = network.project
        if project.opened is None:
            kind = (project.not_open_by is None, apart and apart[row])
            alike[kind, signature(network, frame)].append((row, network))
    for group in alike.values():
        for at in range(0, len(group), height):
            yield stack(frame, group[at : at + height])


def signature(network: Network, frame: Frame) -> tuple[Any, ...]:
    """What two projects must have in common to be reckoned together."""
    place = {activity.key: at for at, activity in enumerate(network.order)}
    project = network.project
    known = frame.classes.get(project.reference_class)
    return (
        known is not None and known.sd > 0,
        place[project.finish],
        tuple(
            (
                _kind(activity),
                frame.risks.get((project.key, activity.key), ()),
                tuple(
                    (
                        place[link.before],
                        link.type,
                        link.lag == 0,
                        link.max_lag is None,
                        link.calendar,
                    )
                    for link in network.incoming[activity.key]
                ),
            )
            for activity in network.order
        ),
    )


def _kind(activity: Activity) -> tuple[Any, ...]:
    gate = activity.gate
    return (
        _is_milestone(activity.duration) or activity.duration.shape,
        activity.calendar,
        activity.causes,
        activity.crew,
        gate and (gate.recycle == 0, gate.stop == 0, gate.rounds, gate.delay.shape),
        activity.started is None,
        activity.finished is None,
        activity.not_scaled,
    )


def stack(frame: Frame, group: Sequence[tuple[int, Network]]) -> Stack:
    """Stack projects of one signature."""
    projects = tuple(network.project for _, network in group)
    orders = [network.order for _, network in group]
    place = {activity.key: at for at, activity in enumerate(orders[0])}
    first = group[0][1]
    classes = sorted({project.reference_class for project in projects})
    nodes = tuple(
        _node(frame, group, [order[at] for order in orders], place) for at in range(len(place))
    )
    return Stack(
        projects,
        tuple(row for row, _ in group),
        nodes,
        place[first.project.finish],
        tuple(frame.classes.get(key) for key in classes),
        np.array([[classes.index(project.reference_class)] for project in projects]),
        _beyond(frame, projects),
    )


def _beyond(frame: Frame, projects: Sequence[Project]) -> NDArray[np.float64] | None:
    """Moments unopened projects must end after; they are unfinished on the data date anyway."""
    known = [project.not_open_by for project in projects if project.not_open_by is not None]
    if not known:
        return None
    beyond: NDArray[np.float64] = np.array(known)[:, None] - frame.origin
    return np.maximum(beyond, frame.data_date)


def _node(
    frame: Frame,
    group: Sequence[tuple[int, Network]],
    activities: Sequence[Activity],
    place: Mapping[str, int],
) -> Node:
    first = activities[0]
    projects = [network.project for _, network in group]
    calendar = frame.calendars.get(first.calendar)
    incoming = [
        network.incoming[activity.key]
        for (_, network), activity in zip(group, activities, strict=True)
    ]
    started = _moments(frame, activities, lambda activity: activity.started)
    finished = _moments(frame, activities, lambda activity: activity.finished)
    milestone = _is_milestone(first.duration)
    return Node(
        activity=first,
        keys=tuple(activity.key for activity in activities),
        law=None if milestone else distribution([activity.duration for activity in activities]),
        calendar=calendar,
        arcs=tuple(_arc(frame, links, place) for links in zip(*incoming, strict=True)),
        floor=frame.column(map(_earliest(frame), projects, activities)),
        started=started,
        finished=finished,
        elapsed=None
        if started is None or finished is not None
        else _elapsed(frame, calendar, started),
        decision=Decision.of([activity.gate for activity in activities]),
        risks=frame.risks.get((projects[0].key, first.key), ()),
    )


def _earliest(frame: Frame) -> Callable[[Project, Activity], float]:
    """First moment an activity that has not begun may begin at."""
    today = frame.origin + frame.data_date

    def earliest(project: Project, activity: Activity) -> float:
        planned = max(project.not_before, activity.not_before or project.not_before)
        # Of a project nobody reports on, activities may lie behind us unseen.
        return planned if _is_silent(project) else max(planned, today)

    return earliest


def _is_silent(project: Project) -> bool:
    """Tell whether all that is known of a project is that it has not opened."""
    return project.not_open_by is not None and not any(
        activity.started is not None or activity.finished is not None
        for activity in project.activities
    )


def _is_milestone(duration: Duration) -> bool:
    return duration.shape == "fixed" and duration.mode == 0


def _moments(
    frame: Frame, activities: Sequence[Activity], read: Callable[[Activity], float | None]
) -> Single | None:
    moments = [read(activity) for activity in activities]
    known = [moment for moment in moments if moment is not None]
    return frame.column(known) if len(known) == len(moments) else None


def _elapsed(frame: Frame, calendar: Calendar | None, started: Single) -> Single:
    today = np.float32(frame.data_date)
    return today - started if calendar is None else calendar.between(started, today)


def _arc(frame: Frame, links: Sequence[Link], place: Mapping[str, int]) -> Arc:
    first = links[0]
    lags = np.array([[link.lag] for link in links], np.float32)
    longest = [[link.max_lag] for link in links]
    return Arc(
        tuple(link.before for link in links),
        place[first.before],
        first.type,
        lags if lags.any() else None,
        frame.calendars.get(first.calendar),
        None if first.max_lag is None else np.array(longest, np.float32),
    )
