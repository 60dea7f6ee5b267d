"""Addresses below /api/."""

from __future__ import annotations

from django.urls import path, re_path
from django.views.generic import RedirectView

from knutpunkt.public.api.errors import only_reading, unknown_address
from knutpunkt.public.api.house import api

_patterns, _app, _namespace = api.urls
for _pattern in _patterns:
    assert _pattern.callback is not None, "The API has addresses, not further lists of them."
    _pattern.callback = only_reading(_pattern.callback)

urlpatterns = [
    path("", RedirectView.as_view(pattern_name="api:openapi-view")),
    path("", (_patterns, _app, _namespace)),
    re_path(r".*", unknown_address),
]
