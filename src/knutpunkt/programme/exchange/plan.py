"""The plan of a programme as other programs can hold it: one network, gates as milestones.

A gate waits for the activities it closes; what follows one of several that it closes waits for
the gate. Everything takes its most likely time; what has happened has its actual days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.engines.schedule.cpm import Dates, critical_path
from knutpunkt.engines.schedule.model import (
    Activity,
    Duration,
    Link,
    LinkType,
    Programme,
    Project,
    Shape,
)
from knutpunkt.programme import models as rows
from knutpunkt.programme.exchange.standing import Standing
from knutpunkt.programme.forecasting.working_days import working_calendar

WORKING_DAYS = "working-days"
END = "end"
SHAPES: Mapping[str, Shape] = {
    "pert": "pert",
    "triangular": "triangular",
    "lognormal": "lognormal",
    "fixed": "fixed",
}
LINK_TYPES: Mapping[str, LinkType] = {"FS": "FS", "SS": "SS", "FF": "FF", "SF": "SF"}


@dataclass(frozen=True, eq=False)
class Plan:
    """Activities and gates of a programme in time, by the keys that stand in files.

    ``network`` is what was reckoned with: projects by key of slot, activities ``work/lease`` and
    milestones ``gate/g3``. ``dates`` are moments, see `engines.schedule.model`.
    """

    as_of: date
    network: Programme
    calendar: Calendar
    dates: Mapping[str, Dates]

    def start(self, key: str) -> date:
        """Day an activity starts or started; of a gate the day it is passed."""
        found = self.dates[key]
        if found.early_start >= found.early_finish:
            return self.finish(key)
        if self._began(key):
            return date.fromordinal(int(found.early_start))
        return self.calendar.start_date(found.early_start)

    def finish(self, key: str) -> date:
        """Day an activity finishes or finished; of a gate the day it is passed."""
        return self.calendar.finish_date(self.dates[key].early_finish)

    def _began(self, key: str) -> bool:
        slot, _, own = key.partition("/")
        return any(
            activity.started is not None
            for project in self.network.projects
            if project.key == slot
            for activity in project.activities
            if activity.key == own
        )


def plan_of(standing: Standing, *, as_of: date) -> Plan:
    """Reckon the plan of a programme as it stands at the end of a day: one query.

    Parameters
    ----------
    standing
        The rows of the programme.
    as_of
        What is unfinished at the end of this day ends then at the earliest; what is reported for
        later days is left out.

    Raises
    ------
    ScheduleRefused
        When activities wait for one another in a circle, or what happened contradicts itself.
    """
    calendar = working_calendar(as_of)
    network = Programme(
        projects=tuple(_project(project, as_of) for project in standing.projects.values()),
        data_date=float(as_of.toordinal() + 1),
        calendars={WORKING_DAYS: calendar},
    )
    schedule = critical_path(network)
    dates = {f"{slot}/{own}": found for (slot, own), found in schedule.dates.items()}
    return Plan(as_of, network, calendar, dates)


def _project(project: rows.Project, as_of: date) -> Project:
    works = [_work(work, as_of) for work in project.activities.all()]
    gates = [_gate(gate, as_of) for gate in project.gates.all()]
    links = list(_links(project))
    ends = [Link(one.key, END, calendar=WORKING_DAYS) for one in (*works, *gates)]
    return Project(
        key=project.slot.key,
        activities=(*works, *gates, Activity(END, calendar=WORKING_DAYS)),
        links=(*links, *_gate_links(project, links), *ends),
        finish=END,
        not_before=float(project.slot.wave.starts_on.toordinal()),
    )


def _work(work: rows.Activity, as_of: date) -> Activity:
    started = _by(as_of, work.started_on)
    finished = _by(as_of, work.finished_on)
    return Activity(
        key=f"activity/{work.key}",
        duration=Duration(work.low, work.mode, work.high, SHAPES[work.shape]),
        calendar=WORKING_DAYS,
        started=None if started is None else float(started.toordinal()),
        finished=None if finished is None else float(finished.toordinal() + 1),
        not_before=None if work.not_before is None else float(work.not_before.toordinal()),
    )


def _gate(gate: rows.Gate, as_of: date) -> Activity:
    passed = _by(as_of, gate.passed_on)
    moment = None if passed is None else float(passed.toordinal() + 1)
    return Activity(f"gate/{gate.key}", calendar=WORKING_DAYS, started=moment, finished=moment)


def _links(project: rows.Project) -> Iterable[Link]:
    keys = {work.pk: f"activity/{work.key}" for work in project.activities.all()}
    for link in project.links.all():
        yield Link(
            keys[link.before_id],
            keys[link.after_id],
            LINK_TYPES[link.type],
            link.lag_days,
            link.max_lag_days,
            WORKING_DAYS,
        )


def _gate_links(project: rows.Project, links: Iterable[Link]) -> Iterable[Link]:
    """Lead to every gate from what it closes, and from a gate that closes several to the next."""
    known = {f"activity/{work.key}" for work in project.activities.all()}
    for gate in project.gates.all():
        own = f"gate/{gate.key}"
        closed = {f"activity/{key}" for key in (gate.activity.key, *gate.also.split())} & known
        for work in sorted(closed):
            yield Link(work, own, calendar=WORKING_DAYS)
        if len(closed) > 1:
            following = {x.after for x in links if x.before in closed and x.type == "FS"}
            for work in sorted(following - closed):
                yield Link(own, work, calendar=WORKING_DAYS)


def _by(as_of: date, day: date | None) -> date | None:
    """Leave out what is reported for a later day."""
    return day if day is not None and day <= as_of else None
