"""The work of a project or a template, read into the same plain rows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from knutpunkt.programme.forecasting.errors import TemplateEndless
from knutpunkt.programme.forecasting.rows import GateRow, LinkRow, PlanOfWork, WorkRow
from knutpunkt.programme.models import Project, ProjectKind, Template
from knutpunkt.programme.templates_loading import template_latest, templates_load


def plan_of_opening() -> PlanOfWork:
    """What the newest template says opening an office takes; nothing of it has happened.

    The templates of the package are put on record first where there are none yet.
    """
    if not Template.objects.filter(key=ProjectKind.OPEN).exists():
        templates_load()
    template = template_latest(ProjectKind.OPEN)
    return _plan(
        template,
        where=f"Template {template.key} {template.version}",
        works=[_work(row) for row in template.activities.all()],
        links=[
            LinkRow(row.before, row.after, row.type, row.lag_days, row.max_lag_days)
            for row in template.links.all()
        ],
        gates=[_gate(row, row.activity) for row in template.gates.all()],
    )


def plan_of_project(project: Project, *, as_of: date) -> PlanOfWork:
    """What is left of a project on a day. Activities, links and gates are read beforehand."""
    keys = {row.pk: row.key for row in project.activities.all()}
    gates = [_gate(row, keys[row.activity_id], as_of) for row in project.gates.all()]
    return _plan(
        project.template,
        where=f"The project “{project}”",
        works=[_as_decided(_work(row, as_of), gates) for row in project.activities.all()],
        links=[
            LinkRow(
                keys[row.before_id], keys[row.after_id], row.type, row.lag_days, row.max_lag_days
            )
            for row in project.links.all()
        ],
        gates=gates,
    )


def _as_decided(row: WorkRow, gates: list[GateRow]) -> WorkRow:
    """What a passed gate closed is finished, whether anybody reported it or not."""
    passed = [
        gate.passed_on
        for gate in gates
        if gate.passed_on is not None and row.key in (gate.activity, *gate.also)
    ]
    if row.finished_on is not None or not passed:
        return row
    return replace(row, finished_on=min(passed))


def _plan(
    template: Template,
    *,
    where: str,
    works: list[WorkRow],
    links: list[LinkRow],
    gates: list[GateRow],
) -> PlanOfWork:
    if not works:
        raise TemplateEndless(where=where)
    return PlanOfWork(
        title_sv=f"{template.title_sv}, version {template.version}",
        title_en=f"{template.title_en}, version {template.version}",
        source=template.source,
        works=tuple(works),
        links=tuple(links),
        gates=tuple(gates),
    )


def _work(row: Any, as_of: date | None = None) -> WorkRow:
    """Read an activity of a template, or of a project with what had happened by the day."""
    return WorkRow(
        key=row.key,
        name_sv=row.name_sv,
        name_en=row.name_en,
        kind=row.kind,
        low=row.low,
        mode=row.mode,
        high=row.high,
        shape=row.shape,
        basis=row.basis,
        basis_note=row.basis_note,
        causes=tuple(row.causes.split()),
        crew=row.crew,
        not_scaled=row.not_scaled,
        not_before=row.not_before if as_of else None,
        started_on=_by(as_of, row.started_on) if as_of else None,
        finished_on=_by(as_of, row.finished_on) if as_of else None,
    )


def _gate(row: Any, activity: str, as_of: date | None = None) -> GateRow:
    return GateRow(
        key=row.key,
        name_sv=row.name_sv,
        name_en=row.name_en,
        activity=activity,
        also=tuple(row.also.split()),
        recycle=row.recycle,
        recycle_days=(row.recycle_low, row.recycle_mode, row.recycle_high),
        stop=row.stop,
        records=row.records,
        basis=row.basis,
        basis_note=row.basis_note,
        passed_on=_by(as_of, row.passed_on) if as_of else None,
    )


def _by(as_of: date, day: date | None) -> date | None:
    """Days after the forecast's were not known yet."""
    return day if day is not None and day <= as_of else None
