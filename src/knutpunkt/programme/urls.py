"""Addresses below /programme/."""

from __future__ import annotations

from django.urls import path

from knutpunkt.programme import control_urls
from knutpunkt.programme.views import evidence, gates, portfolio, premises, project

app_name = "programme"

OF_ALL = [
    path("", portfolio.programmes, name="programmes"),
    path("openings/", portfolio.open_programme, name="open"),
]
# What belongs to a whole programme stands before the slots, whose keys could be any word.
OF_PROGRAMME = [
    path("<slug:key>/", portfolio.portfolio, name="portfolio"),
]
OF_SLOT = [
    path("<slug:key>/<slug:slot>/", project.project, name="project"),
    path(
        "<slug:key>/<slug:slot>/activities/<int:activity>/report/",
        project.report_activity,
        name="report-activity",
    ),
    path(
        "<slug:key>/<slug:slot>/activities/<int:activity>/estimate/",
        project.estimate_activity,
        name="estimate-activity",
    ),
    path("<slug:key>/<slug:slot>/status/", project.report_status, name="report-status"),
    path("<slug:key>/<slug:slot>/evidence/", evidence.file_for_project, name="file-evidence"),
    path(
        "<slug:key>/<slug:slot>/evidence/<int:evidence>/",
        evidence.evidence,
        name="evidence",
    ),
    path(
        "<slug:key>/<slug:slot>/evidence/<int:evidence>/withdrawal/",
        evidence.withdraw,
        name="withdraw-evidence",
    ),
    path("<slug:key>/<slug:slot>/gates/<slug:gate>/", gates.gate, name="gate"),
    path(
        "<slug:key>/<slug:slot>/gates/<slug:gate>/decisions/",
        gates.decide,
        name="decide",
    ),
    path(
        "<slug:key>/<slug:slot>/gates/<slug:gate>/evidence/",
        evidence.file_for_gate,
        name="file-evidence-at-gate",
    ),
    path("<slug:key>/<slug:slot>/premises/", premises.premises, name="premises"),
    path("<slug:key>/<slug:slot>/premises/proposals/", premises.propose, name="propose-premises"),
    path("<slug:key>/<slug:slot>/premises/scores/", premises.score, name="score-premises"),
    path(
        "<slug:key>/<slug:slot>/premises/<int:premises>/choice/",
        premises.choose,
        name="choose-premises",
    ),
    path(
        "<slug:key>/<slug:slot>/premises/<int:premises>/rejection/",
        premises.reject,
        name="reject-premises",
    ),
]

urlpatterns = [
    *OF_ALL,
    *control_urls.OF_ALL,
    *OF_PROGRAMME,
    *control_urls.OF_PROGRAMME,
    *OF_SLOT,
    *control_urls.OF_SLOT,
]
