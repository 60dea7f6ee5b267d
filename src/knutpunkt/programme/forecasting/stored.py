"""Slots and risks of an opened programme, as they stood on a day."""

from __future__ import annotations

from datetime import date
from typing import Final

from django.db.models import Prefetch

from knutpunkt.programme.forecasting.errors import ProgrammeEmpty, ProgrammeNotBegun
from knutpunkt.programme.forecasting.known import Knowledge
from knutpunkt.programme.forecasting.rows import (
    KnownOpening,
    RiskRow,
    SlotRow,
    State,
)
from knutpunkt.programme.forecasting.works import plan_of_project
from knutpunkt.programme.models import Programme, Project, ProjectKind, Risk, Slot

#: Class of places nobody has classed.
UNCLASSED: Final = "rural"


def programme_slots(programme: Programme, *, mandate: str, known: Knowledge) -> tuple[SlotRow, ...]:
    """Slots with the work left and what the programme itself knows: eight queries.

    Raises
    ------
    ProgrammeNotBegun
        When the programme begins after the day.
    ProgrammeEmpty
        When it has no office to open.
    """
    day, starts_on = known.as_of, programme.starts_on
    if starts_on > day:
        raise ProgrammeNotBegun(programme=programme.key, as_of=day, starts_on=starts_on)
    parts = ("activities", "links", "gates")
    projects = Project.objects.filter(kind=ProjectKind.OPEN).select_related("template", "office")
    elsewhere = programme.slots.filter(projects__kind__in=(ProjectKind.MOVE, ProjectKind.CLOSE))
    slots = programme.slots.exclude(pk__in=elsewhere.values("pk"))
    rows = slots.select_related("wave", "municipality", "clause").prefetch_related(
        Prefetch("projects", queryset=projects.prefetch_related(*parts), to_attr="openings")
    )
    found = tuple(_slot(row, mandate or programme.key, known) for row in rows)
    if not found:
        raise ProgrammeEmpty(programme=programme.key)
    return found


def risks_of(programme: Programme, *, as_of: date) -> tuple[RiskRow, ...]:
    """Risks still open on a day; one that names no slot hits all: two queries."""
    rows = programme.risks.prefetch_related("slots").order_by("key")
    everywhere = tuple(programme.slots.values_list("key", flat=True))
    return tuple(
        _risk(row, everywhere) for row in rows if row.closed_on is None or row.closed_on > as_of
    )


def _risk(row: Risk, everywhere: tuple[str, ...]) -> RiskRow:
    return RiskRow(
        key=row.key,
        name=row.name,
        activity=row.activity,
        probability=row.probability,
        days=(row.low, row.mode, row.high),
        slots=tuple(slot.key for slot in row.slots.all()) or everywhere,
        basis=row.basis,
    )


def _slot(row: Slot, mandate: str, known: Knowledge) -> SlotRow:
    as_of = known.as_of
    projects: list[Project] = row.openings  # type: ignore[attr-defined]  # set by to_attr
    project = projects[-1] if projects else None
    state, gone_on = _state(row, project, as_of)
    return SlotRow(
        mandate=mandate,
        key=row.key,
        name=row.name,
        municipality_code=row.municipality.code if row.municipality else None,
        municipality=row.municipality.name if row.municipality else "",
        clause=row.clause.key if row.clause else "",
        wave=row.wave.number,
        reference_class=(project.reference_class if project else "") or UNCLASSED,
        starts_on=row.wave.starts_on,
        deadline=row.wave.window_to,
        work=plan_of_project(project, as_of=as_of) if project else known.work_of_opening,
        state=state,
        opened=_opened(project, as_of),
        gone_on=gone_on,
    )


def _state(row: Slot, project: Project | None, as_of: date) -> tuple[State, date | None]:
    if _opened(project, as_of) is not None:
        return "opened", None
    if row.dropped_on is not None and row.dropped_on <= as_of:
        return "dropped", row.dropped_on
    stopped = project.stopped_on if project else None
    if stopped is not None and stopped <= as_of:
        return "stopped", stopped
    return "under way", None


def _opened(project: Project | None, as_of: date) -> KnownOpening | None:
    if project is None or project.opened_to_public is None or project.opened_to_public > as_of:
        return None
    day = project.opened_to_public
    return KnownOpening(day, day, day.isoformat(), project.office.key if project.office else "")
