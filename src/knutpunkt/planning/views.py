"""Pages of plans: what can be planned, how far a run is, and what came out."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_POST

from knutpunkt.core import clock
from knutpunkt.core.models import Run
from knutpunkt.core.runs import RunUnknown, run_cancel
from knutpunkt.errors import KnutpunktError
from knutpunkt.planning.forms import PlanForm
from knutpunkt.planning.pages import plan_page
from knutpunkt.planning.progress import progress_sentence, run_lines
from knutpunkt.planning.seen import visits_seen
from knutpunkt.planning.selectors import (
    SitingMandate,
    plan_run,
    plan_runs,
    siting_mandates,
    titles_by_mandate,
)
from knutpunkt.planning.services import plan_request

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PERMISSION = "planning.start_study"
SHOWN_RUNS = 20


def for_planners(view: View[P]) -> View[P]:
    """Send strangers to the login, and refuse those who may not start studies."""

    @wraps(view)
    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            return redirect_to_login(reverse("planning:studies"))
        if not request.user.has_perm(PERMISSION):
            raise PermissionDenied
        return view(request, *args, **kwargs)

    return guarded


@require_GET
def studies(request: HttpRequest) -> HttpResponse:
    """Mandates that speak of places, the question to be put, and the plans there are."""
    mandates = siting_mandates()
    return _studies(request, mandates, _form(mandates))


@require_POST
@for_planners
def start(request: HttpRequest) -> HttpResponse:
    """Ask for a plan; asked twice, the same run answers."""
    mandates = siting_mandates()
    form = _form(mandates, request.POST)
    if not form.is_valid():
        return _studies(request, mandates, form, status=400)
    try:
        asked = plan_request(form.question(), by=request.user.get_username())
    except KnutpunktError as refusal:
        form.add_error(None, f"{refusal} {refusal.hint}")
        return _studies(request, mandates, form, status=refusal.status)
    return redirect("planning:run", run=asked.pk)


@require_GET
def run(request: HttpRequest, run: uuid.UUID) -> HttpResponse:
    """Show how far a run is, or its plan."""
    found = _found(run)
    result = found.result or {}
    shown: dict[str, Any] = {
        "run": found,
        "may_start": request.user.has_perm(PERMISSION),
        "under_way": found.state in ("queued", "running"),
        "progress": progress_sentence(found, _language()),
    }
    if result.get("status") == "infeasible":
        shown["impossible"] = result[f"sentence_{_language()}"]
    elif result:
        shown["page"] = plan_page(result, _language())
    return render(request, "planning/run.html", shown)


@require_GET
def state(_request: HttpRequest, run: uuid.UUID) -> HttpResponse:
    """Tell a script how far a run is."""
    found = _found(run)
    answer = {"state": found.state, "sentence": progress_sentence(found, _language())}
    return JsonResponse(answer | {"progress": found.progress})


@require_POST
@for_planners
def cancel(_request: HttpRequest, run: uuid.UUID) -> HttpResponse:
    """Call a run off."""
    run_cancel(_found(run).pk)
    return redirect("planning:run", run=run)


def _found(run: uuid.UUID) -> Run:
    try:
        return plan_run(run)
    except RunUnknown:
        raise Http404 from None


def _language() -> str:
    return "sv" if (get_language() or "sv").startswith("sv") else "en"


def _form(mandates: list[SitingMandate], answers: Any = None) -> PlanForm:
    titles = [
        (one.mandate.slug, getattr(one.mandate, f"title_{_language()}"))
        for one in mandates
        if not one.obstacle
    ]
    return PlanForm(answers, mandates=titles)


def _studies(
    request: HttpRequest, mandates: list[SitingMandate], form: PlanForm, *, status: int = 200
) -> HttpResponse:
    language = _language()
    shown = {
        "form": form,
        "mandates": [
            {
                "title": getattr(one.mandate, f"title_{language}"),
                "slug": one.mandate.slug,
                "clauses": [getattr(clause, f"paraphrase_{language}") for clause in one.clauses],
                "obstacle": one.obstacle,
            }
            for one in mandates
        ],
        "possible": any(not one.obstacle for one in mandates),
        "may_start": request.user.has_perm(PERMISSION),
        "runs": run_lines(plan_runs()[:SHOWN_RUNS], titles_by_mandate(language), language),
    }
    return render(request, "planning/studies.html", shown, status=status)


@for_planners
@require_GET
def seen(request: HttpRequest) -> HttpResponse:
    """What visitors did in the last twelve months, beside the residents."""
    last = clock.today()
    first = last - timedelta(days=364)
    found = visits_seen(first, last)
    shown = {"offices": found, "first": first, "last": last,
             "simulated": any(one.simulated for one in found)}  # fmt: skip
    return render(request, "planning/seen.html", shown)
