"""Money, leases and risks of a programme."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.models import Lease, Programme
from knutpunkt.programme.money_forms import (
    AppropriationForm,
    CostForm,
    LeaseForm,
    RiskClosingForm,
    RiskForm,
)
from knutpunkt.programme.pages.money import money_page
from knutpunkt.programme.selectors.exposure import exposure_curve, exposure_on
from knutpunkt.programme.selectors.money import cost_table
from knutpunkt.programme.services.control import risk_close, risk_record
from knutpunkt.programme.services.money import appropriation_set, cost_record, lease_sign
from knutpunkt.programme.views.access import (
    CHANGE,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
    posted_from,
)

PAGE = "programme:money"
YEARS_AHEAD = 8
Write = Callable[[Any, str], object]


@require_safe
@for_those_who_may(SEE)
def money(request: HttpRequest, key: str) -> HttpResponse:
    """Show costs against appropriations, leases with their exits, and risks."""
    return _response(request, found_programme(key))


@posted_from(PAGE, "key")
@for_those_who_may(SEE, CHANGE)
def record_cost(request: HttpRequest, key: str) -> HttpResponse:
    """Record an amount."""
    programme = found_programme(key)

    def write(form: CostForm, by: str) -> None:
        given = {name: value for name, value in form.cleaned_data.items() if name != "slot"}
        cost_record(programme=programme, project=form.project, by=by, **given)

    return _written(request, programme, "cost", write)


@posted_from(PAGE, "key")
@for_those_who_may(SEE, CHANGE)
def set_appropriation(request: HttpRequest, key: str) -> HttpResponse:
    """Say what the budget gives."""
    programme = found_programme(key)

    def write(form: AppropriationForm, by: str) -> None:
        appropriation_set(programme=programme, by=by, **form.cleaned_data)

    return _written(request, programme, "appropriation", write)


@posted_from(PAGE, "key")
@for_those_who_may(SEE, CHANGE)
def record_lease(request: HttpRequest, key: str) -> HttpResponse:
    """Record what a lease binds to."""
    programme = found_programme(key)

    def write(form: LeaseForm, by: str) -> None:
        lease_sign(programme=programme, by=by, **form.terms())

    return _written(request, programme, "lease", write)


@posted_from(PAGE, "key")
@for_those_who_may(SEE, CHANGE)
def record_risk(request: HttpRequest, key: str) -> HttpResponse:
    """Record a risk, or what is now thought of one of the same name."""
    programme = found_programme(key)

    def write(form: RiskForm, by: str) -> None:
        risk_record(programme=programme, by=by, **form.risk())

    return _written(request, programme, "risk", write)


@posted_from(PAGE, "key")
@for_those_who_may(SEE, CHANGE)
def close_risk(request: HttpRequest, key: str, risk: int) -> HttpResponse:
    """Close a risk."""
    programme = found_programme(key)
    row = get_object_or_404(programme.risks.all(), pk=risk)
    form = RiskClosingForm(request.POST, auto_id=f"closing-{row.pk}-%s")
    status = 400
    if form.is_valid():
        try:
            risk_close(risk=row, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The risk is closed."))
            return redirect(reverse(PAGE, args=[key]) + "#risks")
    return _response(request, programme, {"refused": form}, status=status)


#: By the name of the form: what it is, where on the page it stands, and what was done.
FORMS: dict[str, tuple[Callable[..., forms.Form], str, Any]] = {
    "cost": (CostForm, "#costs", gettext_lazy("The amount is on record.")),
    "appropriation": (AppropriationForm, "#costs", gettext_lazy("The appropriation is on record.")),
    "lease": (LeaseForm, "#leases", gettext_lazy("The lease is on record.")),
    "risk": (RiskForm, "#risks", gettext_lazy("The risk is on record.")),
}


def _written(request: HttpRequest, programme: Programme, name: str, write: Write) -> HttpResponse:
    """Write what a form says, and go to where it stands then."""
    form = _form(name, programme, request.POST)
    status = 400
    if form.is_valid():
        try:
            write(form, doer(request))
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, FORMS[name][2])
            return redirect(reverse(PAGE, args=[programme.key]) + FORMS[name][1])
    refused = {f"{name}_form": form, "refused": form, "opened": name}
    return _response(request, programme, refused, status=status)


def _form(name: str, programme: Programme, data: Any = None) -> forms.Form:
    of: Callable[..., forms.Form] = FORMS[name][0]
    named: dict[str, Any] = {"auto_id": f"{name}-%s", "initial": {"year": clock.today().year}}
    if of is not AppropriationForm:
        named["programme"] = programme
    return of(data, **named)


def _response(
    request: HttpRequest,
    programme: Programme,
    refused: dict[str, Any] | None = None,
    *,
    status: int = 400,
) -> HttpResponse:
    today = clock.today()
    exposure = exposure_on(programme, today)
    years = range(today.year, today.year + YEARS_AHEAD)
    page = money_page(
        programme,
        costs=cost_table(programme),
        exposure=exposure,
        leases=Lease.objects.in_bulk([line.lease for line in exposure.lines]),
        curve=exposure_curve(programme, years),
        risks=programme.risks.prefetch_related("slots"),
    )
    may_change = request.user.has_perm(CHANGE)
    shown: dict[str, Any] = {
        "page": page,
        "refused": None,
        "opened": "",
        "may_change": may_change,
        "day_of_closing": today.isoformat(),
    }
    if may_change:
        shown |= {f"{name}_form": _form(name, programme) for name in FORMS}
    answered = 200 if refused is None else status
    return render(request, "programme/money.html", {**shown, **(refused or {})}, status=answered)
