"""Changes of the plan: asked for, decided, and kept in the log."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.change_forms import ChangeDecisionForm, ChangeForm
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.models import ChangeDecision, Programme
from knutpunkt.programme.pages.changes import changes_page
from knutpunkt.programme.selectors.log import log_page
from knutpunkt.programme.services.changes import change_ask, change_decide
from knutpunkt.programme.views.access import (
    CHANGE,
    DECIDE,
    REPORT,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
    posted_from,
)
from knutpunkt.programme.views.effects import effect_of

PAGE = "programme:changes"


@require_safe
@for_those_who_may(SEE)
def changes(request: HttpRequest, key: str) -> HttpResponse:
    """Show what was asked for and decided, the baselines, and a page of the log."""
    return _response(request, found_programme(key))


@posted_from(PAGE, "key")
@for_those_who_may(SEE, REPORT)
def ask(request: HttpRequest, key: str) -> HttpResponse:
    """Ask for a change, with what a forecast says it would do."""
    programme = found_programme(key)
    form = _form(programme, request.POST)
    status = 400
    if form.is_valid():
        given = {name: form.cleaned_data[name] for name in ("kind", "reason", "asked_on")}
        slot, details = form.chosen, form.details()
        try:
            effect = effect_of(programme, given["kind"], slot=slot, details=details)
            change_ask(
                programme=programme,
                slot=slot,
                details=details,
                effect=effect,
                by=doer(request),
                **given,
            )
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The change is asked for."))
            return redirect(reverse(PAGE, args=[key]) + "#waiting")
    return _response(request, programme, asking=form, refused=form, status=status)


@posted_from(PAGE, "key")
@for_those_who_may(SEE, DECIDE)
def decide(request: HttpRequest, key: str, change: int) -> HttpResponse:
    """Decide a change; whoever comes second is told what the other decided."""
    programme = found_programme(key)
    row = get_object_or_404(programme.changes.all(), pk=change)
    form = ChangeDecisionForm(request.POST, auto_id=f"change-{row.pk}-%s")
    status = 400
    if form.is_valid():
        try:
            change_decide(change=row, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _told(form.cleaned_data["decision"]))
            return redirect(reverse(PAGE, args=[key]) + "#decided")
    return _response(request, programme, deciding=(row.pk, form), refused=form, status=status)


def _told(decision: str) -> str:
    if decision == ChangeDecision.APPROVED:
        return _("The change is approved and carried out.")
    return _("The change is refused; the plan stays as it was.")


def _response(
    request: HttpRequest,
    programme: Programme,
    *,
    asking: ChangeForm | None = None,
    deciding: tuple[int, ChangeDecisionForm] | None = None,
    refused: Any = None,
    status: int = 400,
) -> HttpResponse:
    before = request.GET.get("before", "")
    log = log_page(programme, before=int(before) if before.isdecimal() else 0)
    rows = programme.changes.select_related("slot").order_by("-asked_on", "-pk")
    page = changes_page(programme, rows, programme.baselines.order_by("-number"), log)
    shown: dict[str, Any] = {
        "page": page,
        "form": asking or _form(programme),
        "decisions": [(line, _decision_form(line.pk, deciding)) for line in page.waiting],
        "deciding": deciding[0] if deciding else 0,
        "refused": refused,
        "may_ask": request.user.has_perm(REPORT),
        "may_decide": request.user.has_perm(DECIDE),
        "may_change": request.user.has_perm(CHANGE),
    }
    answered = status if refused is not None else 200
    return render(request, "programme/changes.html", shown, status=answered)


def _form(programme: Programme, data: Any = None) -> ChangeForm:
    initial = {"asked_on": clock.today()}
    return ChangeForm(data, programme=programme, initial=initial, auto_id="ask-%s")


def _decision_form(
    change: int, deciding: tuple[int, ChangeDecisionForm] | None
) -> ChangeDecisionForm:
    if deciding is not None and deciding[0] == change:
        return deciding[1]
    return ChangeDecisionForm(initial={"decided_on": clock.today()}, auto_id=f"change-{change}-%s")
