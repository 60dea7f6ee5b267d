"""The page of a gate, and the decision at it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.mandates.models import Clause
from knutpunkt.programme.decision_forms import DecisionForm, RegisterForm
from knutpunkt.programme.drafting import ORDERING
from knutpunkt.programme.forms import EvidenceForm, WithdrawalForm, answered_anew, refuse
from knutpunkt.programme.models import Gate, GateDecision, GateOutcome
from knutpunkt.programme.pages.gate import decision_lines, gate_page
from knutpunkt.programme.selectors.progress import progress_of
from knutpunkt.programme.services.gates import GateChangedMeanwhile, gate_decide
from knutpunkt.programme.views.access import (
    DECIDE,
    FILE,
    SEE,
    SEE_SECRETS,
    doer,
    for_those_who_may,
    posted_from,
)


@require_safe
@for_those_who_may(SEE)
def gate(request: HttpRequest, key: str, slot: str, gate: str) -> HttpResponse:
    """Show what a gate asks for, what is filed and what was decided."""
    return gate_response(request, found_gate(key, slot, gate))


@posted_from("programme:gate", "key", "slot", "gate")
@for_those_who_may(SEE, DECIDE)
def decide(request: HttpRequest, key: str, slot: str, gate: str) -> HttpResponse:
    """Record a decision; whoever decided on an outdated page is shown what the other did."""
    found = found_gate(key, slot, gate)
    form = DecisionForm(request.POST, auto_id="decision-%s")
    goes = request.POST.get("outcome") == GateOutcome.GO
    register = _register_form(found, request.POST, asked=goes)
    told = register is not None and goes
    if not form.is_valid() or (register is not None and not register.is_valid()):
        return gate_response(request, found, deciding=form, register=register, refused=form)
    try:
        opening = register.details() if register is not None and told else None
        gate_decide(gate=found, by=doer(request), opening=opening, **form.decision())
    except KnutpunktError as refusal:
        refuse(form, refusal)
        since = _see_newest(form, found) if isinstance(refusal, GateChangedMeanwhile) else ()
        return gate_response(
            request,
            found_gate(key, slot, gate),
            deciding=form,
            register=register,
            refused=form,
            meanwhile=decision_lines(since),
            status=refusal.status,
        )
    messages.success(request, _("The decision is on record."))
    return redirect("programme:gate", key, slot, gate)


def found_gate(key: str, slot: str, gate: str) -> Gate:
    """Find a gate of the newest project of a slot that has it."""
    rows = Gate.objects.select_related(
        "project__slot__programme__mandate", "project__slot__clause", "activity"
    ).prefetch_related("decisions")
    place = {"project__slot__programme__key": key, "project__slot__key": slot, "key": gate}
    newest = rows.filter(**place).order_by("-project_id")[:1]
    return get_object_or_404(rows, pk__in=[row.pk for row in newest])


def gate_response(
    request: HttpRequest,
    gate: Gate,
    *,
    deciding: DecisionForm | None = None,
    register: RegisterForm | None = None,
    filing: EvidenceForm | None = None,
    withdrawal: tuple[int, WithdrawalForm] | None = None,
    refused: forms.Form | None = None,
    status: int = 400,
    **more: Any,
) -> HttpResponse:
    """Answer with the page of a gate; a refused form comes back as it was filled in."""
    user = request.user
    asked = list(
        gate.requirements.select_related("gate__project__slot__programme").prefetch_related(
            "evidence"
        )
    )
    progress = progress_of([gate.project])[gate.project_id]
    page = gate_page(gate, progress, asked, secrets=user.has_perm(SEE_SECRETS))
    shown = {
        "page": page,
        "decision_form": deciding
        or DecisionForm(initial={"expected": gate.decisions_made}, auto_id="decision-%s"),
        "register_form": register or _register_form(gate),
        "evidence_form": filing or EvidenceForm(requirements=asked, auto_id="evidence-%s"),
        "withdrawn": withdrawal[0] if withdrawal else 0,
        "withdrawal_form": withdrawal[1] if withdrawal else None,
        "refused": refused,
        "registering": register,
        "may_decide": user.has_perm(DECIDE) and not page.over,
        "may_file": user.has_perm(FILE) and not page.over,
        "meanwhile": (),
        **more,
    }
    answered = status if refused is not None else 200
    return render(request, "programme/gate.html", shown, status=answered)


def _register_form(gate: Gate, data: Any = None, *, asked: bool = True) -> RegisterForm | None:
    """The questions of a gate that writes into the register; nothing at the others."""
    if not gate.records:
        return None
    clauses = _clauses(gate)
    return RegisterForm(data, gate=gate, clauses=clauses, asked=asked, auto_id="register-%s")


def _clauses(gate: Gate) -> list[Clause]:
    """Clauses an opening here can count for. One with places also counts for the total."""
    mandate = gate.project.slot.programme.mandate
    if mandate is None:
        return []
    ordering = list(mandate.clauses.filter(type__in=ORDERING).prefetch_related("members"))
    where = gate.project.slot.municipality_id
    placed = [
        clause
        for clause in ordering
        if clause.type != "at_least" and where in {member.code for member in clause.members.all()}
    ]
    return placed or ordering


def _see_newest(form: DecisionForm, gate: Gate) -> list[GateDecision]:
    """Return decisions made since the form was shown, and let it, once read, be sent again."""
    seen = form.cleaned_data["expected"]
    since = list(GateDecision.objects.filter(gate=gate, number__gt=seen))
    answered_anew(form, "expected", str(seen + len(since)))
    return since
