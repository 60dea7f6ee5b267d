"""The basemap: drawn for pages as they are, and as data for the map one can move."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from knutpunkt.public import drawing


@require_safe
@cache_control(public=True, max_age=86_400)
def basemap_drawn(request: HttpRequest, fineness: str) -> HttpResponse:
    """Municipalities as a drawing that pages refer to."""
    if fineness not in drawing.FINENESS:
        raise Http404
    return HttpResponse(drawing.basemap_svg(fineness), content_type="image/svg+xml")


@require_safe
@cache_control(public=True, max_age=86_400)
def basemap(request: HttpRequest) -> HttpResponse:
    """Municipalities as GeoJSON."""
    text = drawing.basemap_text("sweden-fine")
    return HttpResponse(text, content_type="application/geo+json")
