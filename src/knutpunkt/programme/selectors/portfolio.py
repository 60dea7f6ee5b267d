"""All slots of a programme with how far each is: a fixed number of queries for any number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from knutpunkt.programme.models import (
    Programme,
    Project,
    Slot,
    StatusReport,
    StoredForecast,
    Wave,
)
from knutpunkt.programme.selectors.control import status_ages
from knutpunkt.programme.selectors.exposure import Exposure, exposure_on
from knutpunkt.programme.selectors.progress import Progress, progress_of


@dataclass(frozen=True, slots=True)
class SlotChance:
    """When a slot opens by a stored forecast; a day is missing where it lies beyond the horizon.

    ``trend_days`` is how far the median moved since the forecast before, ``on_time`` the
    probability of the deadline.
    """

    as_of: date
    p50: date | None
    p80: date | None
    trend_days: float | None
    on_time: float | None


@dataclass(frozen=True, slots=True)
class SlotRow:
    """A slot with its newest project and all that is said of it on a day.

    ``stale``: under way, and the newest status report is older than thirty days.
    """

    slot: Slot
    project: Project | None
    progress: Progress
    chance: SlotChance | None
    report: StatusReport | None
    stranded: int | None
    stale: bool


@dataclass(frozen=True, slots=True)
class Portfolio:
    """A programme on a day."""

    programme: Programme
    on: date
    waves: tuple[Wave, ...]
    rows: tuple[SlotRow, ...]
    exposure: Exposure
    forecast_as_of: date | None
    forecast_outdated: bool


def portfolio_of(programme: Programme, *, on: date) -> Portfolio:
    """Read all slots of a programme: eleven queries, however many slots there are."""
    slots = list(programme.slots.select_related("municipality", "wave", "clause"))
    projects = newest_projects(slots)
    progress = progress_of(projects.values())
    reports = newest_reports(projects.values())
    chances = _chances(forecast := newest_forecast(programme))
    exposure = exposure_on(programme, on)
    stale = {age.project.pk for age in status_ages([programme], on) if age.old}
    rows = []
    for slot in slots:
        project = projects.get(slot.pk)
        rows.append(
            SlotRow(
                slot=slot,
                project=project,
                progress=progress[project.pk] if project else Progress(()),
                chance=chances.get(slot.key),
                report=reports.get(project.pk) if project else None,
                stranded=exposure.of_slot(slot.key),
                stale=project is not None and project.pk in stale,
            )
        )
    return Portfolio(
        programme=programme,
        on=on,
        waves=tuple(programme.waves.all()),
        rows=tuple(rows),
        exposure=exposure,
        forecast_as_of=forecast.as_of if forecast else None,
        forecast_outdated=forecast is not None and plan_changed_since(programme, forecast),
    )


def newest_projects(slots: Iterable[Slot]) -> dict[int, Project]:
    """The project under way of each slot, else the last there was: one query."""
    rows = Project.objects.filter(slot__in=list(slots)).select_related("template", "office")
    return {project.slot_id: project for project in rows.order_by("pk")}


def newest_reports(projects: Iterable[Project]) -> dict[int, StatusReport]:
    """The newest status report of each project: one query."""
    rows = StatusReport.objects.filter(project__in=list(projects))
    return {report.project_id: report for report in rows.order_by("as_of", "pk")}


def newest_forecast(programme: Programme) -> StoredForecast | None:
    """The newest forecast of the programme, else of its commission: one query."""
    own = Q(programme=programme)
    if programme.mandate_id is not None:
        own |= Q(programme=None, mandate=programme.mandate_id)
    return StoredForecast.objects.filter(own).order_by("-as_of", "-pk").first()


def plan_changed_since(programme: Programme, forecast: StoredForecast) -> bool:
    """Whether anything that moves a forecast was recorded after it was made: one query."""
    moving = Q(kind__in=("change-decided", "gate-decided"))
    for start in ("slot-", "activity-", "risk-"):
        moving |= Q(kind__startswith=start)
    return programme.log.filter(moving, at__gt=forecast.made_at).exists()


def chance_of(forecast: StoredForecast | None, slot: Slot) -> SlotChance | None:
    """When a slot opens by a stored forecast; nothing where the forecast does not know it."""
    return _chances(forecast).get(slot.key)


def _chances(forecast: StoredForecast | None) -> dict[str, SlotChance]:
    if forecast is None:
        return {}
    told: Iterable[Mapping[str, Any]] = forecast.result.get("slots", ())
    return {one["key"]: _chance(one, forecast.as_of) for one in told}


def _chance(told: Mapping[str, Any], as_of: date) -> SlotChance:
    return SlotChance(
        as_of=as_of,
        p50=_day(told.get("p50")),
        p80=_day(told.get("p80")),
        trend_days=told.get("trend_days"),
        on_time=told.get("on_time"),
    )


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
