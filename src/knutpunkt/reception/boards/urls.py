"""Addresses of the boards."""

from __future__ import annotations

from django.urls import path

from knutpunkt.reception.boards import views

#: Below ``/visits/``, as the namespace ``visits``.
boards_urlpatterns = [
    path("", views.counted, name="figures"),
    path("figures.csv", views.counted_csv, name="csv"),
    path("now", views.now, name="now"),
    path("audits", views.audits, name="audits"),
]
