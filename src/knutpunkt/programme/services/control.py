"""Keeping a programme under control: what leaders report, what the plan was, what may go wrong."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Baseline,
    BaselineLine,
    Programme,
    Project,
    Risk,
    Slot,
    StatusReport,
)
from knutpunkt.programme.planned import OPEN, planned_of
from knutpunkt.programme.services.money import StrangerToProgramme
from knutpunkt.programme.writing import saved

#: A plan by the key of the slot and of the gate; the gate “open” is the day visitors come in.
Days = Mapping[tuple[str, str], date]


class StatusAlreadyNewer(KnutpunktError):
    """A report would be older than the newest one on record."""

    code = "status-already-newer"
    hint = gettext_noop("Read the newest report, and report as of that day or a later one.")
    status = 409

    def __init__(self, *, project: str, as_of: date, newest: date) -> None:
        said = _(
            "A report on “%(project)s” as of %(newest)s is on record; one as of %(day)s is older."
        )
        super().__init__(said % {"project": project, "newest": newest, "day": as_of})


class BaselineEmpty(KnutpunktError):
    """A baseline would hold no day at all."""

    code = "baseline-empty"
    hint = gettext_noop("Start projects for the slots first, or give the days of the plan.")
    status = 409

    def __init__(self, *, programme: str) -> None:
        said = _("No slot of programme “%(programme)s” has a planned day.")
        super().__init__(said % {"programme": programme})


class BaselineLineUnknown(KnutpunktError):
    """A line of a plan names a slot or a gate that the programme does not have."""

    code = "baseline-line-unknown"
    hint = gettext_noop("Use the keys of the programme's slots and of their gates, or “open”.")

    def __init__(self, *, programme: str, slot: str, gate: str) -> None:
        said = _("Programme “%(programme)s” has no gate “%(gate)s” of a slot “%(slot)s”.")
        super().__init__(said % {"programme": programme, "gate": gate, "slot": slot})


class ImpactOutOfOrder(KnutpunktError):
    """The impact of a risk does not go from low to high."""

    code = "impact-out-of-order"
    hint = gettext_noop(
        "Give working days, 0 or more: the lowest, the most likely and the highest."
    )

    def __init__(self, *, low: float, mode: float, high: float) -> None:
        said = _("The impact %(low)g, %(mode)g, %(high)g does not go from low to high.")
        super().__init__(said % {"low": low, "mode": mode, "high": high})


class RiskClosed(KnutpunktError):
    """A risk that was closed is to be closed again."""

    code = "risk-closed"
    hint = gettext_noop("Record it under a new key if it has come back.")
    status = 409

    def __init__(self, *, risk: str, closed_on: date) -> None:
        said = _("The risk “%(risk)s” was closed on %(day)s.")
        super().__init__(said % {"risk": risk, "day": closed_on})


@transaction.atomic
def status_report(
    *, project: Project, as_of: date, light: str, by: str, note: str = "", next_step: str = ""
) -> StatusReport:
    """Record what the project leader says on a day: a judgement, never a figure.

    Raises
    ------
    StatusAlreadyNewer
        When a report as of a later day is on record.
    Invalid
        When a value is not allowed.
    """
    newest = project.reports.aggregate(newest=Max("as_of"))["newest"]
    if newest is not None and as_of < newest:
        raise StatusAlreadyNewer(project=str(project), as_of=as_of, newest=newest)
    report = StatusReport(
        project=project, as_of=as_of, light=light, note=note, next_step=next_step, recorded_by=by
    )
    saved(report)
    told: dict[str, Any] = {"as_of": as_of, "light": light, "next_step": next_step}
    log_write(project.slot.programme, "status-reported", by=by, project=project, **told)
    return report


@transaction.atomic
def baseline_adopt(
    *,
    programme: Programme,
    name: str,
    cause: str,
    adopted_on: date,
    by: str,
    days: Days | None = None,
) -> Baseline:
    """Adopt a plan. Those adopted before stay as they are.

    Parameters
    ----------
    days
        The plan. Without it, the critical path of every project as it stands on ``adopted_on``,
        with the most likely durations.

    Raises
    ------
    BaselineEmpty, BaselineLineUnknown, Invalid
        When there is nothing to adopt, a key is unknown, or a value is not allowed.
    ScheduleRefused
        When the activities of a project wait for one another in a circle, or the like.
    """
    Programme.objects.select_for_update().get(pk=programme.pk)  # two adopted at once: two numbers
    plan = dict(planned_of(programme, on=adopted_on).days if days is None else days)
    slots = _slots_of(programme, plan)
    newest = programme.baselines.aggregate(newest=Max("number"))["newest"] or 0
    baseline = Baseline(
        programme=programme,
        number=newest + 1,
        name=name,
        cause=cause,
        adopted_on=adopted_on,
        fingerprint=_fingerprint(plan),
        recorded_by=by,
    )
    saved(baseline)
    for (slot, gate), day in sorted(plan.items()):
        saved(BaselineLine(baseline=baseline, slot=slots[slot], gate=gate, day=day))
    told: dict[str, Any] = {
        "number": baseline.number,
        "name": name,
        "cause": cause,
        "lines": len(plan),
    }
    log_write(programme, "baseline-adopted", by=by, fingerprint=baseline.fingerprint, **told)
    return baseline


def baseline_verify(baseline: Baseline) -> bool:
    """Tell whether the lines of a baseline are those that were adopted: one query."""
    rows = baseline.lines.values_list("slot__key", "gate", "day")
    return _fingerprint({(slot, gate): day for slot, gate, day in rows}) == baseline.fingerprint


@transaction.atomic
def risk_record(
    *,
    programme: Programme,
    key: str,
    name: str,
    cause: str,
    probability: float,
    impact: tuple[float, float, float],
    by: str,
    slots: Iterable[Slot] = (),
    **more: Any,
) -> Risk:
    """Record a risk, or what is now thought of one already on record.

    Parameters
    ----------
    impact
        Working days it costs: lowest, most likely, highest.
    slots
        Those it hits together; none means all.
    more
        ``activity``, ``basis``, ``owner`` and ``action``.

    Raises
    ------
    ImpactOutOfOrder, StrangerToProgramme, RiskClosed, Invalid
        When a value is not allowed or the risk was closed.
    """
    low, mode, high = impact
    if not 0 <= low <= mode <= high:
        raise ImpactOutOfOrder(low=low, mode=mode, high=high)
    hit = list(slots)
    for slot in hit:
        if slot.programme_id != programme.pk:
            raise StrangerToProgramme(what=slot.name, programme=programme.key)
    risk = Risk.objects.filter(programme=programme, key=key).first() or Risk(
        programme=programme, key=key
    )
    _refuse_closed(risk)
    values = {"name": name, "cause": cause, "probability": probability, **more}
    for field, value in {**values, "low": low, "mode": mode, "high": high}.items():
        setattr(risk, field, value)
    saved(risk)
    risk.slots.set(hit)
    told: dict[str, Any] = {"risk": key, "probability": probability, "impact": impact}
    log_write(programme, "risk-recorded", by=by, slots=[slot.key for slot in hit], **told)
    return risk


@transaction.atomic
def risk_close(*, risk: Risk, closed_on: date, by: str) -> Risk:
    """Close a risk: it strikes no more, or has struck.

    Raises
    ------
    RiskClosed
        When it was closed before.
    """
    closed = Risk.objects.filter(pk=risk.pk, closed_on=None).update(closed_on=closed_on)
    risk.refresh_from_db()
    if not closed:
        _refuse_closed(risk)
    log_write(risk.programme, "risk-closed", by=by, risk=risk.key, closed_on=closed_on)
    return risk


def _refuse_closed(risk: Risk) -> None:
    if risk.closed_on is not None:
        raise RiskClosed(risk=risk.name, closed_on=risk.closed_on)


def _slots_of(programme: Programme, plan: Days) -> dict[str, Slot]:
    """Find the slot of every line, and refuse a line whose slot or gate is unknown."""
    if not plan:
        raise BaselineEmpty(programme=programme.key)
    slots = {slot.key: slot for slot in programme.slots.all()}
    gates = set(programme.slots.values_list("key", "projects__gates__key"))
    for slot, gate in plan:
        if slot not in slots or (gate != OPEN and (slot, gate) not in gates):
            raise BaselineLineUnknown(programme=programme.key, slot=slot, gate=gate)
    return slots


def _fingerprint(plan: Days) -> str:
    lines = [[slot, gate, day.isoformat()] for (slot, gate), day in sorted(plan.items())]
    text = json.dumps(lines, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
