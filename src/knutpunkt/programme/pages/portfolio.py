"""The portfolio: a line for every slot, sorted and filtered as asked, and sums."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.programme.models import Light, Programme, Project, ProjectKind
from knutpunkt.programme.pages.sorting import (
    Asked,
    Choice,
    Column,
    columns,
    gates,
    in_order,
    narrowed,
    rounds,
    understood,
)
from knutpunkt.programme.pages.words import NOTHING, day, kronor, number, percent, said, short_day
from knutpunkt.programme.selectors.portfolio import Portfolio, SlotChance, SlotRow

LIGHTS = tuple(Light)


@dataclass(frozen=True, slots=True)
class LightShown:
    """The project leader's own judgement: a word, a shape for it, and the day it was given."""

    key: str
    word: str
    as_of: str


@dataclass(frozen=True, slots=True)
class SlotLine:
    """A slot as the portfolio shows it."""

    name: str
    href: str
    round: int
    municipality: str
    state: str
    reached: str
    evidence: str
    share: int
    next_gate: str
    next_href: str
    p50: str
    p80: str
    trend: str
    light: LightShown | None
    stranded: str
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Sum:
    label: str
    value: str


@dataclass(frozen=True, slots=True)
class PortfolioPage:
    key: str
    title: str
    commission: str
    commission_href: str
    lines: tuple[SlotLine, ...]
    slots: int
    columns: tuple[Column, ...]
    rounds: tuple[Choice, ...]
    gates: tuple[Choice, ...]
    narrowed: bool
    sums: tuple[Sum, ...]
    forecast: str
    outdated: bool
    today: str


def portfolio_page(portfolio: Portfolio, asked: Asked) -> PortfolioPage:
    """Write out a portfolio."""
    programme = portfolio.programme
    asked = understood(asked, portfolio)
    rows = in_order(narrowed(portfolio.rows, asked), asked.sort)
    mandate = programme.mandate
    return PortfolioPage(
        key=programme.key,
        title=said(programme, "title"),
        commission=said(mandate, "title") if mandate else "",
        commission_href=mandate.slug if mandate else "",
        lines=tuple(_line(programme, row) for row in rows),
        slots=len(portfolio.rows),
        columns=columns(programme, asked),
        rounds=rounds(portfolio, asked),
        gates=gates(portfolio, asked),
        narrowed=asked.narrowed,
        sums=_sums(portfolio),
        forecast=day(portfolio.forecast_as_of) if portfolio.forecast_as_of else "",
        outdated=portfolio.forecast_outdated,
        today=day(portfolio.on),
    )


def light_shown(report: Any) -> LightShown | None:
    """The judgement of a status report."""
    if report is None:
        return None
    return LightShown(report.light, str(Light(report.light).label), short_day(report.as_of))


def trend_words(chance: SlotChance | None) -> str:
    """How far the median moved since the forecast before."""
    if chance is None or chance.trend_days is None:
        return NOTHING
    days = round(chance.trend_days)
    if days == 0:
        return _("unchanged")
    later = ngettext("%(n)d day later", "%(n)d days later", days)
    earlier = ngettext("%(n)d day earlier", "%(n)d days earlier", -days)
    return (later if days > 0 else earlier) % {"n": abs(days)}


def quantile_words(chance: SlotChance | None, name: str) -> str:
    """A quantile of the opening day; said where it lies beyond the horizon of the forecast."""
    if chance is None:
        return NOTHING
    on = getattr(chance, name)
    return short_day(on) if on else _("not foreseen")


def state_words(row: SlotRow) -> str:
    """Whether a slot is done with, and how; empty while it is under way."""
    project = row.project
    if row.slot.dropped_on:
        return _("dropped %(day)s") % {"day": short_day(row.slot.dropped_on)}
    if project is None:
        return _("no project yet")
    if project.stopped_on:
        return _("stopped %(day)s") % {"day": short_day(project.stopped_on)}
    if project.opened_to_public:
        return _("open since %(day)s") % {"day": short_day(project.opened_to_public)}
    return (
        _("done %(day)s") % {"day": short_day(project.completed_on)} if project.completed_on else ""
    )


def _line(programme: Programme, row: SlotRow) -> SlotLine:
    slot, progress = row.slot, row.progress
    address = (programme.key, slot.key)
    reached, ahead = progress.last_passed, progress.next_gate
    over = bool(slot.dropped_on or (row.project and row.project.stopped_on))
    ahead = None if over else ahead
    return SlotLine(
        name=slot.name,
        href=reverse("programme:project", args=address),
        round=slot.wave.number,
        municipality=slot.municipality.name if slot.municipality else _("not chosen yet"),
        state=state_words(row),
        reached=said(reached.gate, "name") if reached else _("no gate passed"),
        evidence=filed_words(progress.filed, progress.asked),
        share=percent(progress.share),
        next_gate=said(ahead.gate, "name") if ahead else NOTHING,
        next_href=reverse("programme:gate", args=(*address, ahead.gate.key)) if ahead else "",
        p50=quantile_words(row.chance, "p50"),
        p80=quantile_words(row.chance, "p80"),
        trend=trend_words(row.chance),
        light=light_shown(row.report),
        stranded=kronor(row.stranded),
        warnings=warnings_of(row),
    )


def warnings_of(row: SlotRow) -> tuple[str, ...]:
    """What needs attention at a slot."""
    if row.stale and row.report:
        return (_("Last status %(day)s") % {"day": short_day(row.report.as_of)},)
    return (_("No status reported"),) if row.stale else ()


def filed_words(filed: int, asked: int) -> str:
    """How many of the documents asked for are filed."""
    told = ngettext("%(filed)d of %(asked)d document", "%(filed)d of %(asked)d documents", asked)
    return told % {"filed": filed, "asked": asked}


def _done(rows: Sequence[SlotRow]) -> tuple[Sum, ...]:
    """How many offices opened, moved and closed, of each kind of project there is."""
    projects = [row.project for row in rows if row.project]
    kinds = {project.kind for project in projects} or {ProjectKind.OPEN.value}
    names = {
        ProjectKind.OPEN: _("Opened to the public"),
        ProjectKind.MOVE: _("Moved"),
        ProjectKind.CLOSE: _("Closed"),
    }
    return tuple(
        Sum(name, number(sum(_is_done(row) for row in projects if row.kind == kind)))
        for kind, name in names.items()
        if kind in kinds
    )


def _is_done(project: Project) -> bool:
    opens = project.kind == ProjectKind.OPEN
    return bool(project.opened_to_public if opens else project.completed_on)


def _sums(portfolio: Portfolio) -> tuple[Sum, ...]:
    """Sums of the whole programme, whatever is filtered."""
    live = [row for row in portfolio.rows if not row.slot.dropped_on]
    filed = sum(row.progress.filed for row in live)
    asked = sum(row.progress.asked for row in live)
    return (
        Sum(_("Slots"), number(len(live))),
        *_done(live),
        Sum(
            _("Evidence filed"),
            _("%(filed)s of %(asked)s") % {"filed": number(filed), "asked": number(asked)},
        ),
        Sum(_("Stranded leases, signed"), kronor(portfolio.exposure.total)),
        Sum(_("Status older than 30 days"), number(sum(row.stale for row in live))),
    )
