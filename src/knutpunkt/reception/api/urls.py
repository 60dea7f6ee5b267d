"""Addresses below /api/reception/, as a view: one for all, because the table leads on from here."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import re_path
from django.views.decorators.csrf import csrf_exempt

from knutpunkt.reception.api.asked import Asked
from knutpunkt.reception.api.house import USUAL_HEADERS, answer


@csrf_exempt  # No cookie opens anything here: only a token in a header does.
def reception(request: HttpRequest, path: str) -> HttpResponse:
    """Answer what stands below /api/reception/."""
    told = answer(Asked(request.method or "GET", path, request.META, request.read))
    content = b"" if request.method == "HEAD" else told.body
    made = HttpResponse(content, status=told.status)
    for name, value in (*USUAL_HEADERS, *told.headers):
        made[name] = value
    return made


urlpatterns = [re_path(r"^(?P<path>.*)$", reception, name="reception-api")]
