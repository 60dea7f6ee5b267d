"""All that is on record of one slot and its project: a fixed number of queries."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db.models import QuerySet, Sum

from knutpunkt.programme.models import (
    CostLine,
    Evidence,
    LogEntry,
    Premises,
    Project,
    Requirement,
    Slot,
    StatusReport,
)
from knutpunkt.programme.planned import Planned, plan_of, with_parts
from knutpunkt.programme.selectors.control import baseline_days, status_ages
from knutpunkt.programme.selectors.exposure import Exposure, exposure_on
from knutpunkt.programme.selectors.outcome import Outcome, promised_against_happened
from knutpunkt.programme.selectors.portfolio import (
    SlotChance,
    chance_of,
    newest_forecast,
)
from knutpunkt.programme.selectors.progress import Progress, progress_of

SHOWN_ENTRIES = 50


@dataclass(frozen=True, slots=True)
class ProjectCost:
    """What a project costs in a year under an item, SEK; nothing where nothing was said."""

    year: int
    item: str
    kind: str
    amount: int


@dataclass(frozen=True, slots=True)
class Dossier:
    """A slot with one of its projects; the plan is missing once a project is stopped.

    ``adopted`` has the days of the baseline in force, by slot and gate.
    """

    slot: Slot
    project: Project
    projects: tuple[Project, ...]
    progress: Progress
    plan: Planned | None
    chance: SlotChance | None
    reports: tuple[StatusReport, ...]
    premises: tuple[Premises, ...]
    costs: tuple[ProjectCost, ...]
    exposure: Exposure
    log: tuple[LogEntry, ...]
    stale: bool
    adopted: dict[tuple[str, str], date]
    outcome: Outcome


def projects_of(slot: Slot) -> tuple[Project, ...]:
    """Projects of a slot, the newest first, read with their parts: six queries."""
    return tuple(with_parts(Project.objects.filter(slot=slot)).order_by("-pk"))


def dossier_of(slot: Slot, project: Project, projects: tuple[Project, ...], *, on: date) -> Dossier:
    """Read all that a project page shows of one of the slot's projects: ten queries."""
    reports = tuple(project.reports.all())
    live = project.stopped_on is None and slot.dropped_on is None
    return Dossier(
        slot=slot,
        project=project,
        projects=projects,
        progress=progress_of([project])[project.pk],
        plan=plan_of([project], on=on) if live else None,
        chance=chance_of(newest_forecast(slot.programme), slot),
        reports=reports,
        premises=tuple(slot.premises.all()),
        costs=_costs(project),
        exposure=exposure_on(slot.programme, on),
        log=tuple(LogEntry.objects.filter(project=project).order_by("-number")[:SHOWN_ENTRIES]),
        stale=_stale(project, on),
        outcome=promised_against_happened(project, on),
        adopted=baseline_days([slot.programme], on).get(slot.programme_id, {}),
    )


def requirements_asked(project: Project) -> QuerySet[Requirement]:
    """Evidence the gates of a project ask for, in their order: one query."""
    rows = Requirement.objects.filter(gate__project=project).select_related("gate")
    return rows.order_by("gate__position", "position", "pk")


def evidence_of_slot(slot: Slot) -> QuerySet[Evidence]:
    """Evidence filed for any project of a slot."""
    return Evidence.objects.filter(requirement__gate__project__slot=slot).select_related(
        "requirement__gate__project__slot__programme"
    )


def _stale(project: Project, on: date) -> bool:
    ages = status_ages([project.slot.programme], on)
    return any(age.old and age.project.pk == project.pk for age in ages)


def _costs(project: Project) -> tuple[ProjectCost, ...]:
    sums = CostLine.objects.filter(project=project).values("year", "item", "kind")
    rows = sums.annotate(amount=Sum("amount")).order_by("year", "item", "kind")
    return tuple(ProjectCost(**row) for row in rows)
