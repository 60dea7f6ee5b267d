"""The inbox: what waits for somebody, in one programme or in all."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.programme.pages.inbox import inbox_page
from knutpunkt.programme.selectors.inbox import inbox as waiting
from knutpunkt.programme.views.access import SEE, for_those_who_may, found_programme


@require_safe
@for_those_who_may(SEE)
def inbox(request: HttpRequest, key: str = "") -> HttpResponse:
    """Show what waits, the most pressing first."""
    programme = found_programme(key) if key else None
    page = inbox_page(waiting(clock.today(), programme=programme), programme)
    return render(request, "programme/inbox.html", {"page": page})
