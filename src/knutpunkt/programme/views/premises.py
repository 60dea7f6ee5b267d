"""Premises of a slot beside each other, and what is decided about them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forms import PremisesForm, ScoreForm, WithdrawalForm, refuse
from knutpunkt.programme.models import Criterion, Premises, Project, Slot
from knutpunkt.programme.pages.premises import premises_page
from knutpunkt.programme.services.premises import (
    premises_choose,
    premises_propose,
    premises_reject,
    premises_score,
)
from knutpunkt.programme.views.access import (
    CHANGE,
    REPORT,
    SEE,
    doer,
    for_those_who_may,
    found_slot,
    posted_from,
)

PAGE = "programme:premises"


@require_safe
@for_those_who_may(SEE)
def premises(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Compare the premises of a slot."""
    return _response(request, found_slot(key, slot))


@posted_from(PAGE, "key", "slot")
@for_those_who_may(SEE, REPORT)
def propose(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Put premises on the list."""
    found = found_slot(key, slot)
    # The row carries its slot while the form checks it, so that the rules of the table hold.
    form = PremisesForm(request.POST, instance=Premises(slot=found), auto_id="proposal-%s")
    if not form.is_valid():
        return _response(request, found, proposing=form, refused=form)
    try:
        premises_propose(slot=found, by=doer(request), **form.cleaned_data)
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return _response(request, found, proposing=form, refused=form, status=refusal.status)
    messages.success(request, _("The premises are on the list."))
    return redirect(PAGE, key, slot)


@posted_from(PAGE, "key", "slot")
@for_those_who_may(SEE, REPORT)
def score(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Score premises on a criterion."""
    found = found_slot(key, slot)
    form = _score_form(found, request.POST)
    if not form.is_valid():
        return _response(request, found, scoring=form, refused=form)
    given = form.cleaned_data
    try:
        premises_score(
            premises=found.premises.get(pk=given["premises"]),
            criterion=found.programme.criteria.get(key=given["criterion"]),
            points=given["points"],
            note=given["note"],
            by=doer(request),
        )
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return _response(request, found, scoring=form, refused=form, status=refusal.status)
    messages.success(request, _("The points are on record."))
    return redirect(PAGE, key, slot)


@posted_from(PAGE, "key", "slot")
@for_those_who_may(SEE, CHANGE)
def choose(request: HttpRequest, key: str, slot: str, premises: int) -> HttpResponse:
    """Choose premises."""
    found = found_slot(key, slot)
    row = get_object_or_404(found.premises.select_related("slot__programme"), pk=premises)
    form = forms.Form(request.POST)
    try:
        premises_choose(premises=row, by=doer(request))
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return _response(request, found, refused=form, status=refusal.status)
    messages.success(request, _("“%(name)s” is chosen.") % {"name": row.name})
    return redirect(PAGE, key, slot)


@posted_from(PAGE, "key", "slot")
@for_those_who_may(SEE, CHANGE)
def reject(request: HttpRequest, key: str, slot: str, premises: int) -> HttpResponse:
    """Reject premises with a reason."""
    found = found_slot(key, slot)
    row = get_object_or_404(found.premises.select_related("slot__programme"), pk=premises)
    form = WithdrawalForm(request.POST, auto_id=f"rejection-{row.pk}-%s")
    status = 400
    if form.is_valid():
        try:
            premises_reject(premises=row, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("“%(name)s” is rejected.") % {"name": row.name})
            return redirect(PAGE, key, slot)
    return _response(request, found, rejecting=(row.pk, form), refused=form, status=status)


def _response(
    request: HttpRequest,
    slot: Slot,
    *,
    proposing: forms.BaseForm | None = None,
    scoring: forms.Form | None = None,
    rejecting: tuple[int, forms.Form] | None = None,
    refused: forms.BaseForm | None = None,
    status: int = 400,
) -> HttpResponse:
    project = Project.objects.filter(slot=slot).order_by("-pk").first()
    rows = list(slot.premises.prefetch_related("scores"))
    page = premises_page(slot, project, rows, list(_criteria(slot)))
    shown: dict[str, Any] = {
        "page": page,
        "proposal_form": proposing or PremisesForm(auto_id="proposal-%s"),
        "score_form": scoring or _score_form(slot),
        "rejected": rejecting[0] if rejecting else 0,
        "rejection_form": rejecting[1] if rejecting else None,
        "refused": refused,
        "may_report": request.user.has_perm(REPORT) and not page.over,
        "may_change": request.user.has_perm(CHANGE) and not page.over,
    }
    answered = status if refused is not None else 200
    return render(request, "programme/premises.html", shown, status=answered)


def _score_form(slot: Slot, data: Any = None) -> ScoreForm:
    standing = slot.premises.exclude(state="rejected")
    return ScoreForm(data, premises=standing, criteria=_criteria(slot), auto_id="score-%s")


def _criteria(slot: Slot) -> Any:
    return Criterion.objects.filter(programme=slot.programme)
