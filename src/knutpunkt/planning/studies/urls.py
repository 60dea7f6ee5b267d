"""Addresses below /siting/studies/ and /siting/series/."""

from __future__ import annotations

from django.urls import path

from knutpunkt.planning.studies import comparing, files, frontier, views

VERSION = "studies/<uuid:study>/versions/<int:number>/"

study_urlpatterns = [
    path("studies/", views.study_list, name="study-list"),
    path("studies/new/", views.study_start, name="study-start"),
    path("studies/comparison/", comparing.comparison, name="comparison"),
    path("studies/<uuid:study>/", views.study, name="study"),
    path(VERSION, views.study, name="version"),
    path(f"{VERSION}state/", views.state, name="version-state"),
    path(f"{VERSION}places/", views.places, name="version-places"),
    path(f"{VERSION}changes/", views.change, name="version-change"),
    path(f"{VERSION}rules/", views.rule, name="version-rule"),
    path(f"{VERSION}rules/removal/", views.rule_drop, name="version-rule-drop"),
    path(f"{VERSION}current/", views.make_current, name="version-current"),
    path(f"{VERSION}answer/", views.solve_again, name="version-solve"),
    path(f"{VERSION}prices/", views.resume_prices, name="version-prices"),
    path(f"{VERSION}cancellation/", views.cancel, name="version-cancel"),
    path(f"{VERSION}approval/", views.approve, name="version-approve"),
    path(f"{VERSION}study.<str:kind>", files.study_file, name="study-file"),
    path("series/", frontier.series_page, name="series-new"),
    path("series/new/", frontier.series_start, name="series-start"),
    path("series/<uuid:series>/", frontier.series, name="series"),
]
