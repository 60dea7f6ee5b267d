"""Find an office."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.public.forms import FinderForm
from knutpunkt.public.pages.finder import finder_page
from knutpunkt.public.selectors import find

TEMPLATE = "public/finder.html"


@require_safe
def finder(request: HttpRequest) -> HttpResponse:
    """Answer a search; without one, list every office in operation."""
    form = FinderForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form, "page": None}, status=400)
    authority, service = form.wanted
    now = clock.now()
    at = form.instant(now)
    answer = find(
        form.cleaned_data["q"],
        position=form.position,
        at=at,
        authority=authority,
        service=service,
        level=form.cleaned_data["level"],
        open_only=form.cleaned_data["open"],
        language=get_language() or "sv",
    )
    page = finder_page(answer, form, now=at == now, everything="all" in request.GET)
    return render(request, TEMPLATE, {"form": form, "page": page})
