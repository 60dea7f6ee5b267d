"""Addresses below /siting/."""

from __future__ import annotations

from django.urls import path

from knutpunkt.planning import views
from knutpunkt.planning.studies.urls import study_urlpatterns

app_name = "planning"
urlpatterns = [
    path("", views.studies, name="studies"),
    path("visits/", views.seen, name="seen"),
    path("runs/", views.start, name="start"),
    path("runs/<uuid:run>/", views.run, name="run"),
    path("runs/<uuid:run>/state/", views.state, name="state"),
    path("runs/<uuid:run>/cancellation/", views.cancel, name="cancel"),
    *study_urlpatterns,
]
