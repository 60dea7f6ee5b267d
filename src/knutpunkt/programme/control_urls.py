"""Addresses of plans, forecasts, changes, money and what goes in and out of a programme."""

from __future__ import annotations

from django.urls import path

from knutpunkt.programme.views import (
    changes,
    exchange,
    forecast,
    inbox,
    money,
    plan,
    starting,
    window,
)

OF_ALL = [
    path("inbox/", inbox.inbox, name="inbox"),
    path("new/", starting.new, name="new"),
    path("window/<str:token>/", window.window, name="window"),
]
OF_PROGRAMME = [
    path("<slug:key>/plan/", plan.plan, name="plan"),
    path("<slug:key>/baselines/", plan.adopt, name="adopt-baseline"),
    path("<slug:key>/forecast/", forecast.forecast_view, name="forecast"),
    path("<slug:key>/forecasts/", forecast.make, name="make-forecast"),
    path("<slug:key>/changes/", changes.changes, name="changes"),
    path("<slug:key>/changes/requests/", changes.ask, name="ask-change"),
    path("<slug:key>/changes/<int:change>/decision/", changes.decide, name="decide-change"),
    path("<slug:key>/money/", money.money, name="money"),
    path("<slug:key>/money/costs/", money.record_cost, name="record-cost"),
    path("<slug:key>/money/appropriations/", money.set_appropriation, name="set-appropriation"),
    path("<slug:key>/money/leases/", money.record_lease, name="record-lease"),
    path("<slug:key>/risks/", money.record_risk, name="record-risk"),
    path("<slug:key>/risks/<int:risk>/closing/", money.close_risk, name="close-risk"),
    path("<slug:key>/inbox/", inbox.inbox, name="inbox"),
    path("<slug:key>/exchange/", exchange.exchange, name="exchange"),
    path("<slug:key>/exchange/files/<slug:kind>/", exchange.file, name="file"),
    path("<slug:key>/exchange/uploads/", exchange.upload, name="upload"),
    path("<slug:key>/exchange/approval/", exchange.approve, name="approve"),
    path("<slug:key>/start/", starting.start, name="start"),
]
OF_SLOT = [
    path("<slug:key>/<slug:slot>/plan/", plan.project_plan, name="project-plan"),
    path("<slug:key>/<slug:slot>/window/", window.windows, name="windows"),
    path("<slug:key>/<slug:slot>/window/links/", window.issue, name="issue-window"),
    path(
        "<slug:key>/<slug:slot>/window/links/<int:window>/revocation/",
        window.revoke,
        name="revoke-window",
    ),
]
