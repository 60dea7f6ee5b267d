"""The page of a project, and what is reported on it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forms import (
    ActivityForm,
    EstimateForm,
    EvidenceForm,
    StatusForm,
    answered_anew,
    refuse,
)
from knutpunkt.programme.models import Activity, Project, Slot
from knutpunkt.programme.pages.project import project_page
from knutpunkt.programme.pages.work import ActivityLine
from knutpunkt.programme.selectors.dossier import (
    dossier_of,
    projects_of,
    requirements_asked,
)
from knutpunkt.programme.services.activities import activity_estimate, activity_report
from knutpunkt.programme.services.control import status_report
from knutpunkt.programme.views.access import (
    CHANGE,
    FILE,
    REPORT,
    SEE,
    doer,
    for_those_who_may,
    found_slot,
    posted_from,
)
from knutpunkt.programme.writing import ProjectChangedMeanwhile

ESTIMATED = ("low", "mode", "high", "shape", "basis", "basis_note")


@dataclass(frozen=True, slots=True)
class Refused:
    """A form that was refused, and what it is.

    An activity's number, ``estimate`` with that number, ``status`` or ``evidence``.
    ``changes`` is how often the project was changed after its page was read.
    """

    what: str
    form: forms.Form
    status: int = 400
    changes: int = 0


@dataclass(frozen=True, slots=True)
class Work:
    """An activity with the forms to report on it and to estimate it anew."""

    line: ActivityLine
    form: ActivityForm
    estimate: EstimateForm


@require_safe
@for_those_who_may(SEE)
def project(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Show a slot with its newest project, or with the one asked for."""
    return project_response(request, found_slot(key, slot))


@posted_from("programme:project", "key", "slot")
@for_those_who_may(SEE, REPORT)
def report_activity(request: HttpRequest, key: str, slot: str, activity: int) -> HttpResponse:
    """Report when an activity started and finished."""
    found = found_slot(key, slot)
    row = _activity(found, activity)
    form = _activity_form(row.pk, request.POST)
    if not form.is_valid():
        return project_response(request, found, Refused(str(row.pk), form))
    try:
        activity_report(activity=row, by=doer(request), **form.cleaned_data)
    except KnutpunktError as refusal:
        refuse(form, refusal)
        changes = _see_newest(form, row) if isinstance(refusal, ProjectChangedMeanwhile) else 0
        return project_response(request, found, Refused(str(row.pk), form, refusal.status, changes))
    messages.success(request, _("The report is on record."))
    return redirect(reverse("programme:project", args=(key, slot)) + "#work")


@posted_from("programme:project", "key", "slot")
@for_those_who_may(SEE, REPORT)
def estimate_activity(request: HttpRequest, key: str, slot: str, activity: int) -> HttpResponse:
    """Estimate anew how long an activity takes."""
    found = found_slot(key, slot)
    row = _activity(found, activity)
    form, what = _estimate_form(row.pk, request.POST), f"estimate {row.pk}"
    if not form.is_valid():
        return project_response(request, found, Refused(what, form))
    try:
        activity_estimate(activity=row, by=doer(request), **form.cleaned_data)
    except KnutpunktError as refusal:
        refuse(form, refusal)
        changes = _see_newest(form, row) if isinstance(refusal, ProjectChangedMeanwhile) else 0
        return project_response(request, found, Refused(what, form, refusal.status, changes))
    messages.success(request, _("The estimate is on record."))
    return redirect(reverse("programme:project", args=(key, slot)) + "#work")


@posted_from("programme:project", "key", "slot")
@for_those_who_may(SEE, REPORT)
def report_status(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Record what the project leader says."""
    found = found_slot(key, slot)
    form = _status_form(request.POST)
    if not form.is_valid():
        return project_response(request, found, Refused("status", form))
    try:
        status_report(project=newest_project(found), by=doer(request), **form.cleaned_data)
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return project_response(request, found, Refused("status", form, refusal.status))
    messages.success(request, _("The status report is on record."))
    return redirect(reverse("programme:project", args=(key, slot)) + "#status")


def newest_project(slot: Slot) -> Project:
    """The newest project of a slot: one query."""
    rows = Project.objects.filter(slot=slot).select_related("slot__programme").order_by("-pk")
    found = rows.first()
    if found is None:
        raise Http404
    return found


def project_response(
    request: HttpRequest, slot: Slot, refused: Refused | None = None
) -> HttpResponse:
    """Answer with the page of a project; a refused form comes back as it was filled in."""
    projects = projects_of(slot)
    shown = _asked_for(request, projects)
    page = project_page(dossier_of(slot, shown, projects, on=clock.today()))
    user = request.user
    context: dict[str, Any] = {
        "page": page,
        "works": [_work(line, shown, refused) for line in page.activities],
        "status_form": _bound(refused, "status") or _status_form(),
        "evidence_form": _bound(refused, "evidence") or evidence_form(shown),
        "refused": refused.form if refused else None,
        "meanwhile": page.log[: refused.changes] if refused else (),
        "may_report": user.has_perm(REPORT) and not page.over and shown == projects[0],
        "may_file": user.has_perm(FILE) and not page.over and shown == projects[0],
        "may_change": user.has_perm(CHANGE),
    }
    status = refused.status if refused else 200
    return render(request, "programme/project.html", context, status=status)


def evidence_form(
    project: Project, data: Any = None, files: Any = None, **more: Any
) -> EvidenceForm:
    """The form to file evidence for any gate of a project."""
    asked = requirements_asked(project)
    return EvidenceForm(data, files, requirements=asked, auto_id="evidence-%s", **more)


def _asked_for(request: HttpRequest, projects: tuple[Project, ...]) -> Project:
    """The project a reader asks for by its number, else the newest."""
    wanted = request.GET.get("project", "")
    found = next((row for row in projects if str(row.pk) == wanted), None)
    if not projects or (wanted and found is None):
        raise Http404
    return found or projects[0]


def _activity(slot: Slot, number: int) -> Activity:
    rows = Activity.objects.select_related("project__slot__programme")
    return get_object_or_404(rows, pk=number, project__slot=slot)


def _activity_form(number: int, data: Any = None, **more: Any) -> ActivityForm:
    return ActivityForm(data, auto_id=f"activity-{number}-%s", **more)


def _estimate_form(number: int, data: Any = None, **more: Any) -> EstimateForm:
    return EstimateForm(data, auto_id=f"estimate-{number}-%s", **more)


def _status_form(data: Any = None) -> StatusForm:
    return StatusForm(data, auto_id="status-%s", initial={"as_of": clock.today()})


def _work(line: ActivityLine, project: Project, refused: Refused | None) -> Work:
    row = next(one for one in project.activities.all() if one.pk == line.pk)
    days = {name: getattr(row, name) for name in ("started_on", "finished_on")}
    known = {name: getattr(row, name) for name in ESTIMATED}
    version = {"expected": project.version}
    return Work(
        line=line,
        form=_bound(refused, str(line.pk)) or _activity_form(line.pk, initial=days | version),
        estimate=_bound(refused, f"estimate {line.pk}")
        or _estimate_form(line.pk, initial=known | version),
    )


def _bound(refused: Refused | None, what: str) -> Any:
    return refused.form if refused and refused.what == what else None


def _see_newest(form: forms.Form, activity: Activity) -> int:
    """Return how often the project was changed meanwhile, and let the form be sent again."""
    newest = Project.objects.values_list("version", flat=True).get(pk=activity.project_id)
    changes: int = newest - form.cleaned_data["expected"]
    answered_anew(form, "expected", str(newest))
    return max(changes, 0)
