"""Addresses of reports."""

from django.urls import path

from knutpunkt.reports.views import answers, reading, writing

app_name = "reports"
urlpatterns = [
    path("", writing.reports, name="reports"),
    path("answer/", answers.answer, name="answer"),
    path("<int:pk>/", reading.report, name="report"),
    path("<int:pk>/facts/", reading.facts, name="facts"),
    path("<int:pk>/letter/", writing.letter, name="letter"),
    path("<int:pk>/sections/<slug:key>/", writing.section, name="section"),
    path("<int:pk>/builds/", writing.builds, name="builds"),
    path("<int:pk>/lodging/", writing.lodging, name="lodging"),
    path("<int:pk>/builds/<int:number>/", reading.build, name="build"),
    path("<int:pk>/builds/<int:number>/<slug:format_>", reading.download, name="download"),
]
