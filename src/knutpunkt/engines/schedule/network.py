"""What waits for what in each project, checked before anything is reckoned.

`networks` is the gate to the engine: past it every name is known, every figure is a number, and
activities stand in an order in which each comes after all it waits for.
"""

from __future__ import annotations

import math
from collections import Counter, deque
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import get_args

from knutpunkt.engines.schedule.errors import (
    ActivitiesInCycle,
    ActualsContradict,
    DuplicateKey,
    DurationOutOfOrder,
    FinishUnknown,
    LagsCross,
    LinkEndUnknown,
    LinkTypeUnknown,
    NameUnknown,
    NegativeDuration,
    NotANumber,
    OutOfRange,
)
from knutpunkt.engines.schedule.model import (
    Activity,
    Duration,
    Gate,
    Link,
    LinkType,
    Programme,
    Project,
    Shape,
)


@dataclass(frozen=True, eq=False)
class Network:
    """One project in order.

    ``order`` lists every activity after all it waits for; ``incoming`` and ``outgoing`` hold the
    links of each activity by its key.
    """

    project: Project
    order: tuple[Activity, ...]
    incoming: Mapping[str, tuple[Link, ...]]
    outgoing: Mapping[str, tuple[Link, ...]]


def networks(programme: Programme) -> tuple[Network, ...]:
    """Check a programme and put the activities of each project in order.

    Raises
    ------
    ScheduleRefused
        A subclass that names the place: `ActivitiesInCycle`, `ActualsContradict`, `DuplicateKey`,
        `DurationOutOfOrder`, `FinishUnknown`, `LagsCross`, `LinkEndUnknown`, `LinkTypeUnknown`,
        `NameUnknown`, `NegativeDuration`, `NotANumber` or `OutOfRange`.
    """
    _check_shared(programme)
    for project in programme.projects:
        _check_project(project, programme)
    return tuple(network(project) for project in programme.projects)


def network(project: Project) -> Network:
    """Put the activities of one project in order.

    Activities that do not wait for one another keep the order in which they are given.

    Raises
    ------
    ActivitiesInCycle
        When activities wait for one another in a circle.
    LinkEndUnknown
        When a link names an activity that the project does not have.
    """
    incoming: dict[str, list[Link]] = {activity.key: [] for activity in project.activities}
    outgoing: dict[str, list[Link]] = {activity.key: [] for activity in project.activities}
    for link in project.links:
        for end, links in ((link.before, outgoing), (link.after, incoming)):
            if end not in links:
                raise LinkEndUnknown(
                    project=project.key, before=link.before, after=link.after, missing=end
                )
            links[end].append(link)
    return Network(
        project,
        _order(project, incoming, outgoing),
        {key: tuple(links) for key, links in incoming.items()},
        {key: tuple(links) for key, links in outgoing.items()},
    )


def _order(
    project: Project, incoming: Mapping[str, list[Link]], outgoing: Mapping[str, list[Link]]
) -> tuple[Activity, ...]:
    """Kahn (1962), https://doi.org/10.1145/368996.369025."""
    activities = {activity.key: activity for activity in project.activities}
    waiting = {key: len(links) for key, links in incoming.items()}
    free = deque(key for key, count in waiting.items() if count == 0)
    order = []
    while free:
        key = free.popleft()
        order.append(activities[key])
        for link in outgoing[key]:
            waiting[link.after] -= 1
            if waiting[link.after] == 0:
                free.append(link.after)
    if len(order) < len(activities):
        raise ActivitiesInCycle(project=project.key, cycle=_cycle(waiting, incoming))
    return tuple(order)


def _cycle(waiting: Mapping[str, int], incoming: Mapping[str, list[Link]]) -> list[str]:
    """Walk backwards among activities that never got free, until one comes again."""
    key = next(key for key, count in waiting.items() if count > 0)
    walk: list[str] = []
    while key not in walk:
        walk.append(key)
        key = next(link.before for link in incoming[key] if waiting[link.before] > 0)
    return walk[walk.index(key) :][::-1]


def _check_shared(programme: Programme) -> None:
    where = "The programme"
    _check_unique("project", (project.key for project in programme.projects), where)
    _check_unique("cause", (cause.key for cause in programme.causes), where)
    _check_unique("reference class", (known.key for known in programme.classes), where)
    _check_finite(where, "the data date", programme.data_date)
    _check_spread(where, "the common spread", programme.common_sd)
    for cause in programme.causes:
        _check_spread(f"Cause “{cause.key}”", "the spread", cause.sd)
    for known in programme.classes:
        name = f"Reference class “{known.key}”"
        _check_finite(name, "the mean", known.mean)
        _check_spread(name, "the spread", known.sd)
        _check_spread(name, "the spread of the mean", known.mean_sd)
    for crew, size in programme.crews.items():
        if not size >= 1:
            raise OutOfRange(
                where=f"Crew “{crew}”", what="the size", found=size, wanted="1 or more"
            )


def _check_project(project: Project, programme: Programme) -> None:
    where = f"Project “{project.key}”"
    keys = [activity.key for activity in project.activities]
    _check_unique("activity", keys, f"project “{project.key}”")
    if project.finish not in keys:
        raise FinishUnknown(project=project.key, finish=project.finish)
    classes = [known.key for known in programme.classes]
    _check_name(where, "reference class", project.reference_class, classes)
    _check_finite(where, "the earliest start", project.not_before)
    _check_finite(where, "the day it is known not to be open by", project.not_open_by)
    if project.opened is not None:
        for moment in project.opened:
            _check_finite(where, "the opening", moment)
        if project.opened[0] > project.opened[1]:
            raise ActualsContradict(where=where, fact="opened at the latest before the earliest")
    for activity in project.activities:
        _check_activity(
            f"Activity “{activity.key}” of project “{project.key}”", activity, programme
        )
    for link in project.links:
        _check_link(project.key, link, programme)


def _check_activity(where: str, activity: Activity, programme: Programme) -> None:
    _check_name(where, "calendar", activity.calendar, list(programme.calendars))
    _check_name(where, "crew", activity.crew, list(programme.crews))
    for cause in activity.causes:
        _check_name(where, "cause", cause, [known.key for known in programme.causes])
    check_duration(where, activity.duration)
    if activity.gate is not None:
        _check_gate(where, activity.gate)
    _check_finite(where, "the earliest start", activity.not_before)
    _check_actuals(where, activity, programme.data_date)


def check_duration(where: str, duration: Duration) -> None:
    """Refuse a duration that is no distribution of working days.

    Raises
    ------
    NotANumber, NegativeDuration, OutOfRange, DurationOutOfOrder
        With ``where`` in the sentence.
    """
    if duration.shape not in get_args(Shape):
        found, wanted = f"of the shape “{duration.shape}”", "one of " + ", ".join(get_args(Shape))
        raise DurationOutOfOrder(where=where, found=found, wanted=wanted)
    low, mode, high = duration.low, duration.mode, duration.high
    read = {
        "fixed": {"the duration": mode},
        "lognormal": {"the P10": low, "the P90": high},
    }.get(duration.shape, {"the lowest": low, "the most likely": mode, "the highest": high})
    for what, value in read.items():
        _check_finite(where, what, value)
        if value < 0:
            raise NegativeDuration(where=where, found=value)
    values = list(read.values())
    if values != sorted(values):
        found = " ≤ ".join(f"{value:g}" for value in values)
        raise DurationOutOfOrder(where=where, found=found, wanted=" ≤ ".join(read))
    if duration.shape == "lognormal" and low == 0:
        raise OutOfRange(where=where, what="the P10", found=low, wanted="more than 0 days")


def _check_gate(where: str, gate: Gate) -> None:
    for what, chance in (
        ("the chance to go back", gate.recycle),
        ("the chance to stop", gate.stop),
    ):
        _check_finite(where, what, chance)
        if not 0 <= chance <= 1:
            raise OutOfRange(where=where, what=what, found=chance, wanted="from 0 to 1")
    if gate.rounds < 0:
        raise OutOfRange(where=where, what="the rounds", found=gate.rounds, wanted="0 or more")
    check_duration(f"The delay at the gate of {where[0].lower()}{where[1:]}", gate.delay)


def _check_actuals(where: str, activity: Activity, data_date: float) -> None:
    for what, moment in (("started", activity.started), ("finished", activity.finished)):
        _check_finite(where, f"the moment it {what}", moment)
        if moment is not None and moment > data_date:
            fact = f"has {what} at {moment:g}, after the data date {data_date:g}"
            raise ActualsContradict(where=where, fact=fact)
    if (
        activity.started is not None
        and activity.finished is not None
        and activity.finished < activity.started
    ):
        raise ActualsContradict(where=where, fact="has finished before it started")


def _check_link(project: str, link: Link, programme: Programme) -> None:
    where = f"The link “{link.before}” → “{link.after}” of project “{project}”"
    if link.type not in get_args(LinkType):
        raise LinkTypeUnknown(
            project=project, before=link.before, after=link.after, found=link.type
        )
    _check_name(where, "calendar", link.calendar, list(programme.calendars))
    _check_finite(where, "the lag", link.lag)
    _check_finite(where, "the maximum lag", link.max_lag)
    if link.max_lag is not None and link.max_lag < link.lag:
        raise LagsCross(
            project=project,
            before=link.before,
            after=link.after,
            lag=link.lag,
            max_lag=link.max_lag,
        )


def _check_unique(what: str, keys: Iterable[str], where: str) -> None:
    for key, count in Counter(keys).items():
        if count > 1:
            raise DuplicateKey(what=what, key=key, where=where[0].lower() + where[1:])


def _check_name(where: str, what: str, name: str, known: Sequence[str]) -> None:
    if name and name not in known:
        raise NameUnknown(where=where, what=what, name=name, known=known)


def _check_finite(where: str, what: str, value: float | None) -> None:
    if value is not None and not math.isfinite(value):
        raise NotANumber(where=where, what=what, found=value)


def _check_spread(where: str, what: str, value: float) -> None:
    _check_finite(where, what, value)
    if value < 0:
        raise OutOfRange(where=where, what=what, found=value, wanted="0 or more")
