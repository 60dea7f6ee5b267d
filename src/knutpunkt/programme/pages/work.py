"""Activities and gates of a project, as its page lists them."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.programme.models import Activity, GateOutcome, ParameterBasis
from knutpunkt.programme.pages.portfolio import filed_words
from knutpunkt.programme.pages.words import number, percent, said, short_day
from knutpunkt.programme.selectors.dossier import Dossier
from knutpunkt.programme.selectors.progress import GateProgress


@dataclass(frozen=True, slots=True)
class ActivityLine:
    """A piece of work: how long it should take, when it ends by the plan, what happened."""

    pk: int
    name: str
    kind: str
    estimate: str
    planned: str
    started: str
    finished: str
    state: str


@dataclass(frozen=True, slots=True)
class GateLine:
    """A gate: how much of its evidence is filed and what was decided."""

    name: str
    href: str
    evidence: str
    share: int
    state: str
    planned: str
    adopted: str
    next: bool


def activity_line(dossier: Dossier, row: Activity) -> ActivityLine:
    """Write out an activity."""
    plan = dossier.plan
    ends = plan.finishes.get((dossier.project.pk, row.key)) if plan else None
    return ActivityLine(
        pk=row.pk,
        name=said(row, "name"),
        kind=row.get_kind_display(),
        estimate=_estimate(row),
        planned=short_day(ends),
        started=short_day(row.started_on),
        finished=short_day(row.finished_on),
        state=_activity_state(row),
    )


def _activity_state(row: Activity) -> str:
    if row.finished_on:
        return _("finished")
    return _("under way") if row.started_on else _("not started")


def _estimate(row: Activity) -> str:
    """How long it should take and what that rests on: ``30–60–140 working days, assumed``."""
    basis = str(ParameterBasis(row.basis).label)
    days = list(dict.fromkeys(number(value) for value in (row.low, row.mode, row.high)))
    return _("%(days)s working days, %(basis)s") % {"days": "–".join(days), "basis": basis}


def gate_line(dossier: Dossier, one: GateProgress) -> GateLine:
    """Write out a gate."""
    slot, gate = dossier.slot, one.gate
    ahead = dossier.progress.next_gate
    address = (slot.programme.key, slot.key, gate.key)
    return GateLine(
        name=said(gate, "name"),
        href=reverse("programme:gate", args=address),
        evidence=filed_words(one.filed, one.asked),
        share=percent(one.filed / one.asked if one.asked else 0),
        state=gate_state(one),
        planned=short_day(dossier.plan.days.get((slot.key, gate.key)) if dossier.plan else None),
        adopted=short_day(dossier.adopted.get((slot.key, gate.key))),
        next=ahead is not None and ahead.gate.pk == gate.pk,
    )


def gate_state(one: GateProgress) -> str:
    """Whether a gate has passed, and what the last decision was where it has not."""
    if one.gate.passed_on:
        return _("passed %(day)s") % {"day": short_day(one.gate.passed_on)}
    if one.last:
        outcome = str(GateOutcome(one.last.outcome).label)
        return _("%(outcome)s, %(day)s") % {
            "outcome": outcome,
            "day": short_day(one.last.decided_on),
        }
    return _("not decided")
