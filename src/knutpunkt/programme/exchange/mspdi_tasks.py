"""A plan as tasks of MS Project: programme, offices, activities, and gates as milestones.

A working day has eight hours, 08:00 to 12:00 and 13:00 to 17:00, as MS Project has it without
other instructions; a fraction of a day is that share of them.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.cpm import Dates
from knutpunkt.engines.schedule.duration import typical
from knutpunkt.engines.schedule.model import Activity, Link, Project
from knutpunkt.mandates.sentences import NOTHING, Both
from knutpunkt.programme.exchange.plan import Plan
from knutpunkt.programme.exchange.standing import Standing
from knutpunkt.programme.models import BaselineLine

HOURS_PER_DAY = 8
MINUTES_PER_DAY = HOURS_PER_DAY * 60
MORNING = time(8)
NOON = MINUTES_PER_DAY // 2
BREAK = 60
NEAR = 1e-6
#: MS Project keeps eleven baselines; number 0 is the one it compares with.
MOST_BASELINES = 11
OPENING = "open"
FORMAT = "knutpunkt-plan/1"


@dataclass(frozen=True, slots=True)
class TaskLink:
    """A predecessor by key; the lag in minutes of working time."""

    before: str
    type: str
    lag: int


@dataclass(frozen=True, slots=True)
class Task:
    """One line of the plan. ``base`` keeps the actual days at the export: ``start/finish``."""

    key: str
    names: Both
    level: int
    start: datetime
    finish: datetime
    minutes: int = 0
    milestone: bool = False
    summary: bool = False
    dates: tuple[datetime, datetime, datetime, datetime] | None = None
    total_slack: float = 0.0
    free_slack: float = 0.0
    critical: bool = False
    not_before: datetime | None = None
    actual_start: datetime | None = None
    actual_finish: datetime | None = None
    deadline: datetime | None = None
    links: tuple[TaskLink, ...] = ()
    baselines: tuple[tuple[int, datetime], ...] = ()
    base: str = ""
    note: Both = NOTHING


def tasks_of(standing: Standing, plan: Plan) -> list[Task]:
    """Turn a plan into tasks, the programme first: one query for the baselines."""
    baselines = _baselines(standing)
    programme, everything = standing.programme, []
    slots = {project.slot.key: project.slot for project in standing.projects.values()}
    for network in plan.network.projects:
        slot = slots[network.key]
        lines = list(_Lines(standing, plan, network, baselines).tasks())
        office = _summary(network.key, (slot.name, slot.name), 2, lines, plan.as_of)
        own = baselines.get(f"{network.key}/{OPENING}", ())
        everything += [replace(office, deadline=_evening(slot.wave.window_to), baselines=own)]
        everything += lines
    titles = (programme.title_sv, programme.title_en)
    key = f"{FORMAT} {programme.key}"
    return [_summary(key, titles, 1, everything, plan.as_of), *everything]


def start_instant(calendar: Calendar, moment: float) -> datetime:
    """Instant at which work that may start at a moment does start."""
    begin = float(calendar.next_start(moment))
    day = math.floor(begin + NEAR)
    return _instant(day, begin - day, at_start=True)


def finish_instant(moment: float) -> datetime:
    """Instant at which something finishes: midnight is 17:00 of the day before."""
    day = math.ceil(moment - NEAR) - 1
    return _instant(day, moment - day, at_start=False)


def _instant(day: int, share: float, *, at_start: bool) -> datetime:
    minutes = min(max(round(share * MINUTES_PER_DAY), 0), MINUTES_PER_DAY)
    return datetime.combine(date.fromordinal(day), _clock(minutes, at_start=at_start))


def _clock(minutes: int, *, at_start: bool = False) -> time:
    """Time of day by which so many minutes of it are worked; noon ends at 12 and starts at 13."""
    rest = BREAK if minutes > NOON or (at_start and minutes == NOON) else 0
    return (datetime.combine(date.min, MORNING) + timedelta(minutes=minutes + rest)).time()


@dataclass
class _Lines:
    """The activities and gates of one office."""

    standing: Standing
    plan: Plan
    network: Project
    baselines: Mapping[str, tuple[tuple[int, datetime], ...]]
    known: dict[str, Activity] = field(default_factory=dict)

    def tasks(self) -> Iterator[Task]:
        self.known = {activity.key: activity for activity in self.network.activities}
        for key in self.standing.rows:
            slot, _, own = key.partition("/")
            if slot == self.network.key and own:
                yield self._task(key, self.known[own])

    def _task(self, key: str, activity: Activity) -> Task:
        row, dates = self.standing.rows[key], self.plan.dates[key]
        milestone = activity.duration.high == 0 and row.kind == "gate"
        early = self._instants(dates.early_start, dates.early_finish, milestone=milestone)
        if activity.started is not None and not milestone:
            # Work may have begun on a day off; planned work does not.
            early = (_morning(date.fromordinal(int(activity.started))), early[1])
        late = self._instants(dates.late_start, dates.late_finish, milestone=milestone)
        links = [link for link in self.network.links if link.after == activity.key]
        return Task(
            key=key,
            names=row.names,
            level=3,
            start=early[0],
            finish=early[1],
            minutes=self._minutes(activity, dates),
            milestone=milestone,
            dates=(*early, *late),
            total_slack=dates.total_slack,
            free_slack=dates.free_slack,
            critical=dates.critical,
            not_before=self._not_before(activity, links, milestone=milestone),
            actual_start=early[0] if activity.started is not None else None,
            actual_finish=early[1] if activity.finished is not None else None,
            links=tuple(self._link(link) for link in links),
            baselines=self.baselines.get(key, ()),
            base=base_of(row.values),
            note=self._note(links),
        )

    def _instants(
        self, start: float, finish: float, *, milestone: bool
    ) -> tuple[datetime, datetime]:
        end = finish_instant(finish)
        return (end if milestone else start_instant(self.plan.calendar, start)), end

    def _minutes(self, activity: Activity, dates: Dates) -> int:
        """Working time: as it was, of what is finished; else as it is most likely to be."""
        if activity.finished is not None:
            days = float(self.plan.calendar.between(dates.early_start, dates.early_finish))
        else:
            days = typical(activity.duration)
        return round(days * MINUTES_PER_DAY)

    def _not_before(
        self, activity: Activity, links: Iterable[Link], *, milestone: bool
    ) -> datetime | None:
        """Earliest start, where no predecessor that is still to come keeps it as late."""
        if activity.started is not None:
            return None
        held = any(self._holds(link) for link in links)
        if held and activity.not_before is None:
            return None
        floor = max(self.network.not_before, self.plan.network.data_date)
        moment = max(floor, activity.not_before or floor)
        return finish_instant(moment) if milestone else start_instant(self.plan.calendar, moment)

    def _holds(self, link: Link) -> bool:
        before = self.known[link.before]
        happened = before.finished if link.type[0] == "F" else before.started
        return link.type[1] == "S" and link.lag >= 0 and happened is None

    def _link(self, link: Link) -> TaskLink:
        key = f"{self.network.key}/{link.before}"
        return TaskLink(key, link.type, round(link.lag * MINUTES_PER_DAY))

    def _note(self, links: Iterable[Link]) -> Both:
        """What MS Project has no place for: how long at most may pass."""
        lines = []
        for link in links:
            if link.max_lag is not None:
                sv, en = self.standing.rows[f"{self.network.key}/{link.before}"].names
                days = f"{link.max_lag:g}"
                lines.append(
                    (
                        f"Högst {days} arbetsdagar efter “{sv}”.",
                        f"At most {days} working days after “{en}”.",
                    )
                )
        return "\n".join(line[0] for line in lines), "\n".join(line[1] for line in lines)


def base_of(values: Mapping[str, str]) -> str:
    """Actual days as one text: ``2022-02-01/2022-03-01``, ``2022-02-01/``, ``/``."""
    return f"{values.get('started', '')}/{values.get('finished', '')}"


def _summary(key: str, names: Both, level: int, parts: Sequence[Task], as_of: date) -> Task:
    start = min((task.start for task in parts), default=_evening(as_of))
    finish = max((task.finish for task in parts), default=start)
    return Task(key, names, level, start, finish, summary=True)


def _morning(day: date) -> datetime:
    return datetime.combine(day, MORNING)


def _evening(day: date) -> datetime:
    return datetime.combine(day, _clock(MINUTES_PER_DAY))


def _baselines(standing: Standing) -> dict[str, tuple[tuple[int, datetime], ...]]:
    """Days of the newest baselines by key of the task, the newest as number 0."""
    adopted = standing.programme.baselines.order_by("-number").values_list("pk", flat=True)
    numbers = {pk: number for number, pk in enumerate(adopted[:MOST_BASELINES])}
    found: dict[str, tuple[tuple[int, datetime], ...]] = {}
    for line in BaselineLine.objects.filter(baseline__in=numbers).select_related("slot"):
        own = OPENING if line.gate == OPENING else f"gate/{line.gate}"
        entry = (numbers[line.baseline_id], _evening(line.day))
        key = f"{line.slot.key}/{own}"
        found[key] = tuple(sorted((*found.get(key, ()), entry)))
    return found
