"""Addresses of the booking pages. None of them contains a code."""

from __future__ import annotations

from django.urls import path

from knutpunkt.reception.booking_pages import choosing, mine

booking_urlpatterns = [
    path("", mine.code, name="code"),
    path("mine/", mine.mine, name="mine"),
    path("mine/cancel/", mine.cancel, name="cancel"),
    path("mine/move/", mine.move, name="move"),
    path("mine/forget/", mine.forget, name="forget"),
    path("<slug:office>/", choosing.services, name="services"),
    path("<slug:office>/<slug:authority>/<slug:service>/", choosing.times, name="times"),
]
