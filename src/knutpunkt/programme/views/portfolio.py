"""The list of programmes, the opening of one, and its portfolio."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forms import ProgrammeForm, refuse
from knutpunkt.programme.pages.portfolio import portfolio_page
from knutpunkt.programme.pages.programmes import origins, programme_lines
from knutpunkt.programme.pages.sorting import Asked
from knutpunkt.programme.selectors.portfolio import portfolio_of
from knutpunkt.programme.services.opening import programme_open
from knutpunkt.programme.views.access import (
    CHANGE,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
    posted_from,
)


@require_safe
@for_those_who_may(SEE)
def programmes(request: HttpRequest) -> HttpResponse:
    """List the programmes, and offer to open one."""
    return _programmes(request, ProgrammeForm(origins=origins()))


@posted_from("programme:programmes")
@for_those_who_may(SEE, CHANGE)
def open_programme(request: HttpRequest) -> HttpResponse:
    """Open a programme from a commission or from a finished plan."""
    form = ProgrammeForm(request.POST, origins=origins())
    if not form.is_valid():
        return _programmes(request, form, status=400)
    try:
        programme = programme_open(**form.question(), by=doer(request))
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return _programmes(request, form, status=refusal.status)
    messages.success(request, _("The programme is open; every slot has its project."))
    return redirect("programme:portfolio", programme.key)


@require_safe
@for_those_who_may(SEE)
def portfolio(request: HttpRequest, key: str) -> HttpResponse:
    """Show every slot of a programme with how far it is."""
    programme = found_programme(key)
    asked = Asked(**{name: request.GET.get(name, "") for name in ("round", "gate", "sort")})
    shown = {
        "page": portfolio_page(portfolio_of(programme, on=clock.today()), asked),
        "sort": asked.sort,
    }
    return render(request, "programme/portfolio.html", shown)


def _programmes(request: HttpRequest, form: ProgrammeForm, *, status: int = 200) -> HttpResponse:
    shown: dict[str, Any] = {
        "programmes": programme_lines(),
        "form": form,
        "possible": bool(origins()),
        "may_open": request.user.has_perm(CHANGE),
        "plans": reverse("planning:studies"),
    }
    return render(request, "programme/programmes.html", shown, status=status)
