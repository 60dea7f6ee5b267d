"""The page of a project: the slot, the work, the gates, and what is said and spent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.programme.models import (
    CostKind,
    Premises,
    PremisesState,
    Project,
    ProjectKind,
    StatusReport,
)
from knutpunkt.programme.pages.log import LogLine, log_lines
from knutpunkt.programme.pages.outcome import OutcomeShown, outcome_shown
from knutpunkt.programme.pages.portfolio import (
    LightShown,
    filed_words,
    light_shown,
    quantile_words,
    trend_words,
)
from knutpunkt.programme.pages.words import day, kronor, percent, said, short_day
from knutpunkt.programme.pages.work import (
    ActivityLine,
    GateLine,
    activity_line,
    gate_line,
)
from knutpunkt.programme.planned import OPEN
from knutpunkt.programme.selectors.dossier import Dossier, ProjectCost


@dataclass(frozen=True, slots=True)
class PremisesLine:
    name: str
    where: str
    state: str
    why: str


@dataclass(frozen=True, slots=True)
class ReportLine:
    light: LightShown
    note: str
    next_step: str
    by: str


@dataclass(frozen=True, slots=True)
class Amount:
    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class CostYear:
    year: int
    item: str
    amounts: tuple[Amount, ...]


@dataclass(frozen=True, slots=True)
class Other:
    """Another project of the same slot."""

    label: str
    href: str
    shown: bool


@dataclass(frozen=True, slots=True)
class Days:
    """When the office opened or should: two actual days, the plan, and the forecast of a day."""

    opened: str
    inaugurated: str
    planned: str
    p50: str
    p80: str
    trend: str
    forecast: str


@dataclass(frozen=True, slots=True)
class ProjectPage:
    key: str
    slot: str
    programme: str
    title: str
    kind: str
    lede: str
    place: str
    clause: str
    leader: str
    closes: bool
    days: Days
    light: LightShown | None
    stale: bool
    share: int
    evidence: str
    stranded: str
    over: str
    activities: tuple[ActivityLine, ...]
    gates: tuple[GateLine, ...]
    premises: tuple[PremisesLine, ...]
    reports: tuple[ReportLine, ...]
    cost_kinds: tuple[str, ...]
    costs: tuple[CostYear, ...]
    outcome: OutcomeShown
    log: tuple[LogLine, ...]
    others: tuple[Other, ...]
    version: int


def project_page(dossier: Dossier) -> ProjectPage:
    """Write out a project."""
    slot, project, progress = dossier.slot, dossier.project, dossier.progress
    return ProjectPage(
        key=slot.programme.key,
        slot=slot.key,
        programme=said(slot.programme, "title"),
        title=slot.name,
        kind=str(ProjectKind(project.kind).label),
        lede=_lede(dossier),
        place=slot.place,
        clause=said(slot.clause, "paraphrase") if slot.clause else "",
        leader=project.owner,
        closes=project.kind != ProjectKind.OPEN,
        days=_days(dossier),
        light=light_shown(dossier.reports[0] if dossier.reports else None),
        stale=dossier.stale,
        share=percent(progress.share),
        evidence=filed_words(progress.filed, progress.asked),
        stranded=kronor(dossier.exposure.of_slot(slot.key)),
        over=over_words(project, dropped=dossier.slot.dropped_why),
        activities=tuple(activity_line(dossier, row) for row in project.activities.all()),
        gates=tuple(gate_line(dossier, one) for one in progress.gates),
        premises=tuple(_premises(row) for row in dossier.premises),
        reports=tuple(_report(row) for row in dossier.reports),
        cost_kinds=tuple(str(kind.label) for kind in CostKind),
        costs=_costs(dossier.costs),
        outcome=outcome_shown(dossier.outcome),
        log=log_lines(dossier.log, names_in(project)),
        others=_others(dossier),
        version=project.version,
    )


def names_in(project: Project) -> Mapping[str, str]:
    """What the activities and gates of a project are called, by their keys."""
    rows = (*project.activities.all(), *project.gates.all())
    return {row.key: said(row, "name") for row in rows}


def over_words(project: Project, *, dropped: str = "") -> str:
    """Why nothing more can be reported; empty while the project is under way."""
    if project.completed_on:
        return _("The last gate passed on %(day)s.") % {"day": day(project.completed_on)}
    if project.stopped_on:
        return _("The project was stopped on %(day)s.") % {"day": day(project.stopped_on)}
    return _("The slot was dropped: %(why)s") % {"why": dropped} if dropped else ""


def _lede(dossier: Dossier) -> str:
    where = dossier.slot.municipality
    place = where.name if where else _("municipality not chosen yet")
    return _("%(place)s, round %(round)d, by %(day)s") % {
        "place": place,
        "round": dossier.slot.wave.number,
        "day": day(dossier.slot.wave.window_to),
    }


def _days(dossier: Dossier) -> Days:
    project, chance, plan = dossier.project, dossier.chance, dossier.plan
    return Days(
        opened=short_day(project.opened_to_public),
        inaugurated=short_day(project.inaugurated),
        planned=short_day(plan.days.get((dossier.slot.key, OPEN)) if plan else None),
        p50=quantile_words(chance, "p50"),
        p80=quantile_words(chance, "p80"),
        trend=trend_words(chance),
        forecast=day(chance.as_of) if chance else "",
    )


def _premises(row: Premises) -> PremisesLine:
    return PremisesLine(
        name=row.name,
        where=", ".join(filter(None, (row.street, row.locality))),
        state=str(PremisesState(row.state).label),
        why=row.rejected_why,
    )


def _report(row: StatusReport) -> ReportLine:
    light = light_shown(row)
    assert light is not None
    return ReportLine(light, row.note, row.next_step, row.recorded_by)


def _costs(rows: Iterable[ProjectCost]) -> tuple[CostYear, ...]:
    amounts: dict[tuple[int, str], dict[str, int]] = {}
    for row in rows:
        amounts.setdefault((row.year, row.item), {})[row.kind] = row.amount
    return tuple(
        CostYear(
            year,
            item,
            tuple(Amount(str(kind.label), kronor(told.get(kind))) for kind in CostKind),
        )
        for (year, item), told in amounts.items()
    )


def _others(dossier: Dossier) -> tuple[Other, ...]:
    """The projects of the slot, where it has had more than one."""
    if len(dossier.projects) == 1:
        return ()
    page = reverse("programme:project", args=(dossier.slot.programme.key, dossier.slot.key))
    return tuple(
        Other(
            label=str(ProjectKind(row.kind).label),
            href=f"{page}?project={row.pk}",
            shown=row.pk == dossier.project.pk,
        )
        for row in dossier.projects
    )
