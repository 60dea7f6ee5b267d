"""The network on any day, as known on any day."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.mandates.selectors import under_way
from knutpunkt.network.selectors import Register
from knutpunkt.network.selectors.counting import count_network
from knutpunkt.public import drawing
from knutpunkt.public.forms import DaysForm
from knutpunkt.public.pages.network import SORTS, network_page
from knutpunkt.public.published import published_beside
from knutpunkt.public.refusals import refusals_become_pages

TEMPLATE = "public/network.html"


@require_safe
@refusals_become_pages
def network(request: HttpRequest) -> HttpResponse:
    """Show the network on a day: eleven queries."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form, "page": None}, status=400)
    today = clock.today()
    day = form.cleaned_data["on"] or today
    register = Register(known_on=form.cleaned_data["known_on"])
    found = register.on(day)
    ordered = under_way(register, found)
    asked = request.GET.get("sort", "")
    page = network_page(
        found,
        count_network(found),
        under_way=(ordered.at_least, ordered.at_most),
        beside=published_beside(found),
        today=today,
        sort=asked if asked in SORTS else "name",
    )
    shown = {"form": form, "page": page, "frame": drawing.WHOLE}
    return render(request, TEMPLATE, shown)
