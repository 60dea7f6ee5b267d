"""One office, which keeps its page whatever happens to it."""

from __future__ import annotations

from datetime import datetime, time

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.core.errors import NotFound
from knutpunkt.network.selectors import network_on, offers_on, schedules
from knutpunkt.public.forms import DaysForm
from knutpunkt.public.pages.history import history
from knutpunkt.public.pages.office import OfficePage, office_page
from knutpunkt.public.pages.visiting import visiting
from knutpunkt.public.refusals import refusals_become_pages
from knutpunkt.public.structured import government_office

TEMPLATE = "public/office.html"


@require_safe
@refusals_become_pages
def office(request: HttpRequest, key: str) -> HttpResponse:
    """Show an office now, or on a day."""
    form = DaysForm(request.GET)
    if not form.is_valid():
        return render(request, TEMPLATE, {"form": form, "page": None, "key": key}, status=400)
    now = clock.now()
    day = form.cleaned_data["on"]
    at = now if day in (None, now.date()) else datetime.combine(day, time(12), clock.NETWORK_ZONE)
    url = request.build_absolute_uri(reverse("public:office", args=[key]))
    page = _page(key, at=at, is_today=at == now, url=url)
    shown = {"form": form, "page": page, "key": key}
    if at == now:
        shown["visiting"] = visiting(key)
    return render(request, TEMPLATE, shown)


def _page(key: str, *, at: datetime, is_today: bool, url: str) -> OfficePage:
    """Read and put together an office: twelve queries."""
    day = at.date()
    network = network_on(day)
    found = network.office(key)
    if found is None:
        raise NotFound(_("No office has the key “%(key)s”.") % {"key": key})
    office_hours = schedules([found], language=get_language() or "sv")[key]
    in_operation = found.open != "no"
    return office_page(
        found,
        network,
        office_hours=office_hours,
        at=at,
        offers=offers_on(day, office=key) if in_operation else [],
        history=history(found),
        is_today=is_today,
        schema=government_office(found, office_hours.office, url=url, day=day),
    )
