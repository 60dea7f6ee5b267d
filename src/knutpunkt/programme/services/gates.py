"""Decisions at gates. The last gate before the door writes the opening into the register."""

from __future__ import annotations

from datetime import date

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.log import log_write
from knutpunkt.programme.models import (
    Activity,
    Gate,
    GateDecision,
    GateOutcome,
    Project,
)
from knutpunkt.programme.selectors.progress import missing_requirements
from knutpunkt.programme.services.registering import OpeningDetails, register_outcome
from knutpunkt.programme.writing import refuse_if_over, saved


class GateChangedMeanwhile(KnutpunktError):
    """Somebody else decided at the gate after it was read."""

    code = "gate-changed-meanwhile"
    hint = gettext_noop(
        "Read the decision that was made, and decide again if that is still needed."
    )
    status = 409

    def __init__(self, *, gate: Gate, last: GateDecision | None) -> None:
        said = f": {last.outcome}, {last.decided_by}, {last.decided_on}" if last else ""
        super().__init__(
            f"Somebody else decided at {gate.name} in the meantime{said}. Yours was not written."
        )


class GatePassed(KnutpunktError):
    """The gate has passed."""

    code = "gate-passed"
    hint = gettext_noop("What was decided is reopened by a change request, not at the gate.")
    status = 409


class EvidenceMissing(KnutpunktError):
    """A gate is to pass without the documents it asks for."""

    code = "evidence-missing"
    hint = gettext_noop("File the documents, or decide to hold.")
    status = 409


class EarlierGateOpen(KnutpunktError):
    """A gate is to pass before the one ahead of it."""

    code = "earlier-gate-open"
    hint = gettext_noop("Decide at the earlier gate first.")
    status = 409


class DecidedAhead(KnutpunktError):
    """A decision is dated on a day that has not come, or before the last one."""

    code = "decided-ahead"
    hint = gettext_noop("Give the day the decision was made.")


@transaction.atomic
def gate_decide(
    *,
    gate: Gate,
    outcome: str,
    decided_on: date,
    decided_by: str,
    delegation: str,
    expected: int,
    by: str,
    conditions: str = "",
    dnr: str = "",
    opening: OpeningDetails | None = None,
) -> GateDecision:
    """Record a decision at a gate: go, hold, recycle or stop.

    Go needs every document the gate asks for, and every earlier gate passed. Where the gate opens,
    moves or closes an office, go writes that into the register in the same transaction.

    Parameters
    ----------
    expected
        How many decisions the decider saw at the gate.
    opening
        What the register needs where the gate writes into it.

    Raises
    ------
    ProjectOver, GatePassed, GateChangedMeanwhile, DecidedAhead, EvidenceMissing, EarlierGateOpen
        When it cannot be decided so.
    DetailsMissing, AttributionUnanswered, Invalid, ImpossibleHistory
        When the register refuses; nothing is written then.
    """
    project = gate.project
    refuse_if_over(project)
    _take_turn(gate, expected)
    _refuse_ahead(gate, decided_on)
    if outcome == GateOutcome.GO:
        _refuse_unready(gate, decided_on)
    decision = saved(
        GateDecision(
            gate=gate,
            number=expected + 1,
            outcome=outcome,
            decided_on=decided_on,
            decided_by=decided_by,
            delegation=delegation,
            conditions=conditions,
            dnr=dnr,
            recorded_by=by,
        )
    )
    _log(decision, by=by)
    _take_effect(gate, decision, opening, by=by)
    gate.refresh_from_db()
    return decision


def _log(decision: GateDecision, *, by: str) -> None:
    project = decision.gate.project
    log_write(
        project.slot.programme,
        "gate-decided",
        by=by,
        project=project,
        gate=decision.gate.key,
        outcome=decision.outcome,
        decided_on=decision.decided_on,
        decided_by=decision.decided_by,
        delegation=decision.delegation,
    )


def _take_turn(gate: Gate, expected: int) -> None:
    mine = Gate.objects.filter(pk=gate.pk, decisions_made=expected)
    if not mine.update(decisions_made=F("decisions_made") + 1):
        last = GateDecision.objects.filter(gate=gate).order_by("-number").first()
        raise GateChangedMeanwhile(gate=gate, last=last)
    passed_on = Gate.objects.values_list("passed_on", flat=True).get(pk=gate.pk)
    if passed_on is not None:
        raise GatePassed(
            _("%(gate)s passed on %(day)s already.")
            % {"gate": gate.name, "day": passed_on.isoformat()}
        )


def _refuse_ahead(gate: Gate, decided_on: date) -> None:
    if decided_on > clock.today():
        raise DecidedAhead(
            _("%(day)s has not come yet, so nothing was decided on it.")
            % {"day": decided_on.isoformat()}
        )
    before = GateDecision.objects.filter(
        gate__project=gate.project, gate__position__lte=gate.position, outcome=GateOutcome.GO
    )
    here = GateDecision.objects.filter(gate=gate)
    last = (before | here).order_by("-decided_on").first()
    if last is not None and decided_on < last.decided_on:
        raise DecidedAhead(
            _("The last decision on the way here is from %(day)s; a new one cannot be older.")
            % {"day": last.decided_on.isoformat()}
        )


def _refuse_unready(gate: Gate, decided_on: date) -> None:
    missing = missing_requirements(gate, on=decided_on)
    if missing:
        names = ", ".join(row.name for row in missing)
        raise EvidenceMissing(
            _("%(gate)s asks for documents that were not there on %(day)s: %(names)s.")
            % {"gate": gate.name, "day": decided_on.isoformat(), "names": names}
        )
    earlier = gate.project.gates.filter(position__lt=gate.position, passed_on=None).first()
    if earlier is not None:
        raise EarlierGateOpen(
            _("%(earlier)s has not passed, so %(gate)s cannot.")
            % {"earlier": earlier.name, "gate": gate.name}
        )


def _take_effect(
    gate: Gate, decision: GateDecision, opening: OpeningDetails | None, *, by: str
) -> None:
    """Carry out what the decision means for gate, activities, project and register."""
    project = gate.project
    if decision.outcome == GateOutcome.GO:
        gate.passed_on = decision.decided_on
        gate.save(update_fields=["passed_on"])
        _finish_work(gate, decision, by=by)
        if gate.records:
            register_outcome(gate, decision, opening, by=by)
        _complete_if_last(project, decision)
    elif decision.outcome == GateOutcome.RECYCLE:
        closing = [gate.activity.key, *gate.also.split()]
        Activity.objects.filter(project=project, key__in=closing).update(finished_on=None)
    elif decision.outcome == GateOutcome.STOP:
        Project.objects.filter(pk=project.pk).update(
            stopped_on=decision.decided_on, version=F("version") + 1
        )
    project.refresh_from_db()


def _finish_work(gate: Gate, decision: GateDecision, *, by: str) -> None:
    """Take the work a gate closes for finished by the decision, where nobody reported its end."""
    closed = Activity.objects.filter(
        project=gate.project, key__in=[gate.activity.key, *gate.also.split()], finished_on=None
    )
    for activity in closed:
        activity.started_on = min(activity.started_on or decision.decided_on, decision.decided_on)
        activity.finished_on = decision.decided_on
        saved(activity)
        log_write(
            gate.project.slot.programme,
            "activity-reported",
            by=by,
            project=gate.project,
            activity=activity.key,
            gate=gate.key,
            before=(None, None),
            after=(activity.started_on, activity.finished_on),
        )


def _complete_if_last(project: Project, decision: GateDecision) -> None:
    changes = {"version": F("version") + 1}
    if not project.gates.filter(passed_on=None).exists():
        Project.objects.filter(pk=project.pk).update(completed_on=decision.decided_on, **changes)
    else:
        Project.objects.filter(pk=project.pk).update(**changes)
