"""What governments have asked for, and what holds of it on a day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.mandates.selectors import check, mandate_list
from knutpunkt.public.forms import DaysForm
from knutpunkt.public.pages.mandate import mandate_lines, mandate_page
from knutpunkt.public.refusals import refusals_become_pages

TEMPLATE = "public/mandate.html"


@require_safe
def mandates(request: HttpRequest) -> HttpResponse:
    """List the commissions: one query."""
    return render(request, "public/mandates.html", {"mandates": mandate_lines(mandate_list())})


@require_safe
@refusals_become_pages
def mandate(request: HttpRequest, slug: str) -> HttpResponse:
    """Show every clause of a commission with its verdict on a day."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        refused = {"form": form, "page": None, "slug": slug}
        return render(request, TEMPLATE, refused, status=400)
    day = form.cleaned_data["on"] or clock.today()
    page = mandate_page(check(slug, on=day, known_on=form.cleaned_data["known_on"]))
    return render(request, TEMPLATE, {"form": form, "page": page, "slug": slug})
