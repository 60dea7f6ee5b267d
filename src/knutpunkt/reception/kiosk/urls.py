"""Addresses of the kiosk and of the visitor's own page."""

from __future__ import annotations

from django.urls import path

from knutpunkt.reception.kiosk import following, views

#: Below ``/kiosk/``, as the namespace ``kiosk``.
kiosk_urlpatterns = [
    path("<slug:office>/", views.start, name="start"),
    path("<slug:office>/<slug:language>/", views.authorities, name="authorities"),
    path("<slug:office>/<slug:language>/about/", views.anything, name="anything"),
    path("<slug:office>/<slug:language>/about/<slug:authority>/", views.services, name="services"),
    path("<slug:office>/<slug:language>/tickets/", views.tickets, name="tickets"),
    path("<slug:office>/<slug:language>/ticket/", views.ticket, name="ticket"),
    path("<slug:office>/<slug:language>/booking/", views.booking, name="booking"),
    path("<slug:office>/<slug:language>/look/", views.look, name="look"),
]

#: Below ``/q/``, as the namespace ``follow``. Without a slash at the end: it is typed by hand.
follow_urlpatterns = [
    path("<str:token>", following.place, name="place"),
    path("<str:token>/state", following.state, name="state"),
    path("<str:token>/leave", following.leave, name="leave"),
]
