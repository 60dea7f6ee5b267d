"""Beginning a programme without slots, and a project that moves or closes an office."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.pages.words import said
from knutpunkt.programme.services.starting import programme_create, project_start
from knutpunkt.programme.starting_forms import NewProgrammeForm, StartForm
from knutpunkt.programme.views.access import (
    CHANGE,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_may(SEE, CHANGE)
def new(request: HttpRequest) -> HttpResponse:
    """Begin a programme without slots."""
    form = NewProgrammeForm(request.POST or None, initial={"starts_on": clock.today()})
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            programme = programme_create(by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The programme is begun; it has no slots yet."))
            return redirect("programme:start", programme.key)
    shown = {"form": form, "refused": form if form.is_bound else None}
    return render(request, "programme/new.html", shown, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_those_who_may(SEE, CHANGE)
def start(request: HttpRequest, key: str) -> HttpResponse:
    """Start a project that moves or closes an office."""
    programme = found_programme(key)
    form = StartForm(request.POST or None, initial={"office": request.GET.get("office", "")})
    status = 400 if request.method == "POST" else 200
    if form.is_valid():
        try:
            project = project_start(programme=programme, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The project is started."))
            return redirect("programme:project", key, project.slot.key)
    shown: dict[str, Any] = {
        "form": form,
        "refused": form if form.is_bound else None,
        "key": key,
        "title": said(programme, "title"),
    }
    return render(request, "programme/start.html", shown, status=status)
