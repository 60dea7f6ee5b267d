"""The plan of a programme in time: what is planned, adopted, done and expected for every slot."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from django.db.models import Min

from knutpunkt.programme.exchange.plan import Plan
from knutpunkt.programme.exchange.plan import plan_of as plan_of_standing
from knutpunkt.programme.exchange.standing import standing
from knutpunkt.programme.models import Activity, Baseline, Programme, Project, Slot
from knutpunkt.programme.planned import OPEN, planned_of
from knutpunkt.programme.selectors.portfolio import (
    SlotChance,
    chance_of,
    newest_forecast,
    newest_projects,
)
from knutpunkt.programme.selectors.progress import Progress, progress_of


@dataclass(frozen=True, slots=True)
class GateDay:
    """A gate with the day it passed, or is to pass by the plan."""

    key: str
    name_sv: str
    name_en: str
    day: date | None
    passed: bool


@dataclass(frozen=True, slots=True)
class SlotTime:
    """A slot in time; ``planned`` is the day its office opens, moves or closes by the plan."""

    slot: Slot
    project: Project | None
    gates: tuple[GateDay, ...]
    starts: date
    begun: date | None
    planned: date | None
    done: date | None
    adopted: date | None
    chance: SlotChance | None


@dataclass(frozen=True, slots=True)
class Timeline:
    """A programme in time, held against a baseline."""

    programme: Programme
    on: date
    slots: tuple[SlotTime, ...]
    baselines: tuple[Baseline, ...]
    compared: Baseline | None
    forecast_as_of: date | None


@dataclass(frozen=True, slots=True)
class Work:
    """A piece of work of a project with its planned days and slack in working days."""

    row: Activity
    starts: date
    ends: date
    slack: float
    critical: bool


def timeline_of(programme: Programme, *, on: date, baseline: str = "") -> Timeline:
    """Read a programme in time: fifteen queries, however many slots there are.

    Parameters
    ----------
    baseline
        Number of the one to compare with; else the newest that is adopted.

    Raises
    ------
    ScheduleRefused
        When activities wait for one another in a circle, or what happened contradicts itself.
    """
    slots = list(programme.slots.select_related("municipality", "wave"))
    projects = newest_projects(slots)
    progress = progress_of(projects.values())
    plan = planned_of(programme, on=on).days if projects else {}
    baselines = tuple(programme.baselines.order_by("-number"))
    compared = next((row for row in baselines if str(row.number) == baseline), None)
    compared = compared or next(iter(baselines), None)
    adopted = dict(_opening_days(compared)) if compared else {}
    begun = _begun(projects)
    forecast = newest_forecast(programme)
    found = []
    for slot in slots:
        project = projects.get(slot.pk)
        done = (project.opened_to_public or project.completed_on) if project else None
        found.append(
            SlotTime(
                slot=slot,
                project=project,
                gates=_gates(slot, progress[project.pk], plan) if project else (),
                starts=slot.wave.starts_on,
                begun=begun.get(project.pk) if project else None,
                planned=plan.get((slot.key, OPEN)),
                done=done,
                adopted=adopted.get(slot.key),
                chance=chance_of(forecast, slot),
            )
        )
    return Timeline(
        programme=programme,
        on=on,
        slots=tuple(found),
        baselines=baselines,
        compared=compared,
        forecast_as_of=forecast.as_of if forecast else None,
    )


def works_of(project: Project, *, on: date) -> tuple[Work, ...]:
    """Activities of a project in the order they come, with the critical path: seven queries.

    Empty for a project that was stopped or whose slot was dropped: it has no plan.

    Raises
    ------
    ScheduleRefused
        See :func:`timeline_of`.
    """
    state = standing(project.slot.programme, under_way=False)
    if project.pk not in state.projects:
        return ()
    alone = replace(state, projects={project.pk: state.projects[project.pk]})
    plan = plan_of_standing(alone, as_of=on)
    slot = project.slot.key
    found = [
        _work(row, f"{slot}/activity/{row.key}", plan)
        for row in state.projects[project.pk].activities.all()
    ]
    return tuple(sorted(found, key=lambda work: (work.starts, work.ends, work.row.position)))


def _work(row: Activity, key: str, plan: Plan) -> Work:
    dates = plan.dates[key]
    return Work(
        row=row,
        starts=row.started_on or plan.start(key),
        ends=row.finished_on or plan.finish(key),
        slack=dates.total_slack,
        critical=dates.critical,
    )


def _opening_days(baseline: Baseline) -> list[tuple[str, date]]:
    return list(baseline.lines.filter(gate=OPEN).values_list("slot__key", "day"))


def _begun(projects: dict[int, Project]) -> dict[int, date]:
    """Days on which the first activity of each project started: one query."""
    rows = Activity.objects.filter(project__in=[row.pk for row in projects.values()])
    first = rows.exclude(started_on=None).values("project").annotate(first=Min("started_on"))
    return dict(first.order_by("project").values_list("project", "first"))


def _gates(
    slot: Slot, progress: Progress, plan: dict[tuple[str, str], date]
) -> tuple[GateDay, ...]:
    return tuple(
        GateDay(
            key=one.gate.key,
            name_sv=one.gate.name_sv,
            name_en=one.gate.name_en,
            day=one.gate.passed_on or plan.get((slot.key, one.gate.key)),
            passed=one.passed,
        )
        for one in progress.gates
    )
