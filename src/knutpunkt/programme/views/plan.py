"""The plan of a programme and of a project in time, and the adoption of a baseline."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.change_forms import BaselineForm
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.models import Programme
from knutpunkt.programme.pages.plan import plan_page
from knutpunkt.programme.pages.project_plan import project_plan_page
from knutpunkt.programme.planned import plan_of
from knutpunkt.programme.selectors.dossier import projects_of
from knutpunkt.programme.selectors.progress import progress_of
from knutpunkt.programme.selectors.timeline import timeline_of, works_of
from knutpunkt.programme.services.control import baseline_adopt
from knutpunkt.programme.views.access import (
    CHANGE,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
    found_slot,
    posted_from,
)
from knutpunkt.programme.views.project import newest_project
from knutpunkt.programme.views.refusing import refused_page
from knutpunkt.programme.views.window import SHARE


@require_safe
@for_those_who_may(SEE)
def plan(request: HttpRequest, key: str) -> HttpResponse:
    """Show a programme in time, beside the baseline asked for."""
    return _response(request, found_programme(key))


@posted_from("programme:plan", "key")
@for_those_who_may(SEE, CHANGE)
def adopt(request: HttpRequest, key: str) -> HttpResponse:
    """Adopt the plan as it stands on a day as a baseline."""
    programme = found_programme(key)
    form = _form(request.POST)
    status = 400
    if form.is_valid():
        try:
            baseline_adopt(programme=programme, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The baseline is adopted; it never changes."))
            return redirect("programme:plan", key)
    return _response(request, programme, refused=form, status=status)


@require_safe
@for_those_who_may(SEE)
def project_plan(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Show the newest project of a slot in time, with its links and its critical path."""
    found = found_slot(key, slot)
    newest = newest_project(found)
    today = clock.today()
    project = next(row for row in projects_of(found) if row.pk == newest.pk)
    project.slot = found
    try:
        works = works_of(project, on=today)
        days = plan_of([project], on=today).days if works else {}
    except KnutpunktError as refusal:
        return refused_page(request, refusal)
    may_share = request.user.has_perm(SHARE)
    page = project_plan_page(project, works, progress_of([project])[project.pk], days, on=today)
    return render(request, "programme/project_plan.html", {"page": page, "may_share": may_share})


def _response(
    request: HttpRequest,
    programme: Programme,
    *,
    refused: BaselineForm | None = None,
    status: int = 400,
) -> HttpResponse:
    asked = request.GET.get("baseline", "")
    try:
        timeline = timeline_of(programme, on=clock.today(), baseline=asked)
    except KnutpunktError as refusal:
        return refused_page(request, refusal)
    shown: dict[str, Any] = {
        "page": plan_page(timeline),
        "form": refused or _form(),
        "refused": refused,
        "may_change": request.user.has_perm(CHANGE),
    }
    return render(request, "programme/plan.html", shown, status=status if refused else 200)


def _form(data: Any = None) -> BaselineForm:
    return BaselineForm(data, initial={"adopted_on": clock.today()}, auto_id="baseline-%s")
