"""Addresses of the public pages."""

from __future__ import annotations

from django.urls import path
from django.views.generic import RedirectView

from knutpunkt.public import views

app_name = "public"
urlpatterns = [
    path("", views.finder, name="finder"),
    path("offices/", RedirectView.as_view(pattern_name="public:finder"), name="offices"),
    path("offices/<slug:key>/", views.office, name="office"),
    path("network", views.network, name="network"),
    path("mandates/", views.mandates, name="mandates"),
    path("mandates/<slug:slug>", views.mandate, name="mandate"),
    path("map/municipalities.geojson", views.basemap, name="basemap"),
    path("map/<slug:fineness>.svg", views.basemap_drawn, name="basemap-drawn"),
]
