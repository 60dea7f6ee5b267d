"""The plan as it stands on a day: the critical path of every project, nothing left to chance."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet

from knutpunkt.engines.schedule import model as engine
from knutpunkt.engines.schedule.cpm import critical_path
from knutpunkt.programme.models import Activity, Gate, Link, Programme, Project

#: The gate of a plan at which visitors are received, or received for the last time.
OPEN = "open"
_WORK = "work"
_END = "end-of-project"


@dataclass(frozen=True, slots=True)
class Planned:
    """Days of a plan; what has happened has its actual day.

    ``days`` are those on which a slot is to pass a gate, by their keys; the gate “open” is the
    day its office opens, moves or closes. ``finishes`` are the last days of activities, by the
    number of the project and the key of the activity.
    """

    days: dict[tuple[str, str], date]
    finishes: dict[tuple[int, str], date]


def planned_of(programme: Programme, *, on: date) -> Planned:
    """Reckon the plan of a programme as it stands on a day: six queries.

    Every activity takes its most likely time; what is unfinished ends on the day at the earliest.

    Raises
    ------
    ScheduleRefused
        When activities wait for one another in a circle, or what happened contradicts itself.
    """
    slots = programme.slots.filter(dropped_on=None)
    rows = Project.objects.filter(slot__in=slots, stopped_on=None)
    newest = {row.slot_id: row for row in with_parts(rows.order_by("pk"))}
    return plan_of(list(newest.values()), on=on)


def with_parts(projects: QuerySet[Project]) -> QuerySet[Project]:
    """Read projects with all that :func:`plan_of` needs: five queries."""
    parts = ("activities", "links", "gates__activity")
    return projects.select_related("slot__wave").prefetch_related(*parts)


def plan_of(projects: Sequence[Project], *, on: date) -> Planned:
    """Reckon the plan of projects that were read with their parts: one query.

    Raises
    ------
    ScheduleRefused
        See :func:`planned_of`.
    """
    # Imported late: the package of forecasts loads the whole simulation.
    from knutpunkt.programme.forecasting.working_days import working_calendar

    calendar = working_calendar(on)
    material = engine.Programme(
        projects=tuple(_project(row, on) for row in projects),
        data_date=float(on.toordinal() + 1),  # a day is judged at its end
        calendars={_WORK: calendar},
    )
    dates = critical_path(material).dates
    finishes = {
        (row.pk, one.key): calendar.finish_date(dates[str(row.pk), one.key].early_finish)
        for row in projects
        for one in row.activities.all()
    }
    days: dict[tuple[str, str], date] = {}
    for row in projects:
        for gate in row.gates.all():
            last = max(finishes[row.pk, key] for key in closed_by(gate))
            days[row.slot.key, gate.key] = gate.passed_on or last
            if gate.records:
                days[row.slot.key, OPEN] = row.opened_to_public or gate.passed_on or last
    return Planned(days, finishes)


def closed_by(gate: Gate) -> tuple[str, ...]:
    """Keys of the activities a gate closes."""
    return (gate.activity.key, *gate.also.split())


def _project(row: Project, on: date) -> engine.Project:
    """Turn rows into a network that ends when all its activities have.

    A gate that closes several activities is a milestone between them and what follows any of them.
    """
    activities = [_activity(one, on) for one in row.activities.all()]
    keys = {one.pk: one.key for one in row.activities.all()}
    links = [_link(one, keys) for one in row.links.all()]
    joints = [gate for gate in row.gates.all() if gate.also]
    meeting = [link for gate in joints for link in _through(gate, links)]
    ends = [engine.Link(one.key, _END) for one in activities]
    return engine.Project(
        key=str(row.pk),
        activities=(*activities, *map(_milestone, joints), engine.Activity(_END)),
        links=(*links, *meeting, *ends),
        finish=_END,
        not_before=float(row.slot.wave.starts_on.toordinal()),
    )


def _activity(row: Activity, on: date) -> engine.Activity:
    """What is reported for a later day has not happened yet."""
    started = row.started_on if row.started_on and row.started_on <= on else None
    finished = row.finished_on if row.finished_on and row.finished_on <= on else None
    return engine.Activity(
        key=row.key,
        duration=engine.Duration(row.low, row.mode, row.high, _shape(row)),
        calendar=_WORK,
        started=float(started.toordinal()) if started else None,
        finished=float(finished.toordinal() + 1) if finished else None,
        not_before=float(row.not_before.toordinal()) if row.not_before else None,
    )


def _shape(row: Activity) -> engine.Shape:
    shapes: dict[str, engine.Shape] = {
        "pert": "pert",
        "triangular": "triangular",
        "lognormal": "lognormal",
    }
    return shapes.get(row.shape, "fixed")


def _link(row: Link, keys: dict[int, str]) -> engine.Link:
    types: dict[str, engine.LinkType] = {"SS": "SS", "FF": "FF", "SF": "SF"}
    return engine.Link(
        before=keys[row.before_id],
        after=keys[row.after_id],
        type=types.get(row.type, "FS"),
        lag=row.lag_days,
        max_lag=row.max_lag_days,
        calendar=_WORK,
    )


def _milestone(gate: Gate) -> engine.Activity:
    return engine.Activity(f"gate {gate.key}")


def _through(gate: Gate, links: Sequence[engine.Link]) -> Iterator[engine.Link]:
    """Links that lead what a gate closes to the gate, and on to whatever waits for one of them."""
    closed = closed_by(gate)
    yield from (engine.Link(key, f"gate {gate.key}") for key in closed)
    followers = {link.after for link in links if link.before in closed and link.type == "FS"}
    yield from (engine.Link(f"gate {gate.key}", key) for key in sorted(followers - set(closed)))
