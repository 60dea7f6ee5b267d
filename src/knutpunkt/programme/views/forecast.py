"""The forecast of a programme: shown, made anew, and asked what would happen if."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.contrib import messages
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forecasting import (
    Advice,
    advice,
    forecast,
    forecast_store,
    forecasts_score,
    what_if,
)
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.models import Programme, StoredForecast
from knutpunkt.programme.pages.forecast import forecast_page
from knutpunkt.programme.pages.whatif import advice_shown, answer_of
from knutpunkt.programme.pages.words import day, language, said
from knutpunkt.programme.selectors.portfolio import newest_forecast, plan_changed_since
from knutpunkt.programme.views.access import (
    REPORT,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
    hint_of,
    posted_from,
)
from knutpunkt.programme.whatif_form import WhatIfForm

EARLIER = 12


@require_safe
@for_those_who_may(SEE)
def forecast_view(request: HttpRequest, key: str) -> HttpResponse:
    """Show the newest stored forecast, or the one asked for, and answer what-if."""
    programme = found_programme(key)
    shown = _shown(request, programme)
    if "change" not in request.GET:
        return render(request, "programme/forecast.html", shown)
    form = _form(programme, request.GET)
    shown["form"] = form
    status = 400
    if form.is_valid():
        try:
            found = what_if(programme=key, as_of=clock.today(), changes=form.changes())
            shown["answer"] = answer_of(found, form.question(), shown["runs"])
            status = 200
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
    return render(request, "programme/forecast.html", shown, status=status)


@posted_from("programme:forecast", "key")
@for_those_who_may(SEE, REPORT)
def make(request: HttpRequest, key: str) -> HttpResponse:
    """Make a forecast as of today and keep it; score earlier ones whose day has come."""
    programme = found_programme(key)
    today = clock.today()
    try:
        forecast_store(forecast(programme=key, as_of=today), by=doer(request))
        forecasts_score(programme=key, as_of=today)
    except KnutpunktError as refusal:
        shown = {**_shown(request, programme), "refusal": f"{refusal} {hint_of(refusal)}".strip()}
        return render(request, "programme/forecast.html", shown, status=refusal.status)
    messages.success(request, _("The forecast is made and kept."))
    return redirect("programme:forecast", key)


def _shown(request: HttpRequest, programme: Programme) -> dict[str, Any]:
    stored = _asked_for(request, programme)
    earlier = StoredForecast.objects.filter(programme=programme).order_by("-as_of", "-pk")
    texts, windows = _paraphrases(programme), _windows(programme)
    newest = stored is not None and stored == newest_forecast(programme)
    shown: dict[str, Any] = {
        "key": programme.key,
        "title": said(programme, "title"),
        "page": forecast_page(stored, texts, windows) if stored else None,
        "outdated": stored is not None and newest and plan_changed_since(programme, stored),
        "runs": stored.runs if stored else 0,
        "earlier": [(pk, day(on)) for pk, on in earlier.values_list("pk", "as_of")[:EARLIER]],
        "form": _form(programme),
        "may_make": request.user.has_perm(REPORT),
        "advice": None,
    }
    if stored is not None and "advise" in request.GET:
        shown |= _advised(programme, stored, request.GET["advise"], windows)
    return shown


def _advised(
    programme: Programme, stored: StoredForecast, clause: str, windows: Mapping[str, date]
) -> dict[str, Any]:
    """Work out advice on a clause as of the forecast's day; kept until something is recorded."""
    names = {slot["key"]: slot["name"] for slot in stored.result["slots"]}
    asked = _advisable(stored, clause, windows)
    if not asked:
        return {"advice_refusal": _("No clause is left that anything done now could change.")}
    parts = (programme.key, stored.as_of, programme.log_length, asked)
    key = "programme-advice:" + ":".join(map(str, parts))
    try:
        found: Advice | None = cache.get_or_set(
            key, lambda: advice(programme=programme.key, as_of=stored.as_of, clause=asked)
        )
    except KnutpunktError as refusal:
        return {"advice_refusal": f"{refusal} {hint_of(refusal)}".strip()}
    if found is None:
        return {"advice_refusal": _("No clause can be counted, so there is nothing to keep.")}
    return {"advice": advice_shown(found, names)}


def _advisable(stored: StoredForecast, clause: str, windows: Mapping[str, date]) -> str:
    """The clause asked for, else the least likely not lost; none whose time has run out."""
    rows = {
        row["key"]: row["probability"]
        for row in stored.result["clauses"]
        if row["slack"] is not None and windows.get(row["key"], date.max) > stored.as_of
    }
    if clause:
        return clause if clause in rows else ""
    alive = {key: share for key, share in rows.items() if share}
    return min(alive or rows, key=lambda key: rows[key] or 0.0, default="")


def _asked_for(request: HttpRequest, programme: Programme) -> StoredForecast | None:
    wanted = request.GET.get("forecast", "")
    if wanted.isdecimal():
        return get_object_or_404(StoredForecast, programme=programme, pk=wanted)
    return newest_forecast(programme)


def _paraphrases(programme: Programme) -> dict[str, str]:
    if programme.mandate is None:
        return {}
    rows = programme.mandate.clauses.values_list("key", f"paraphrase_{language()}")
    return dict(rows)


def _windows(programme: Programme) -> dict[str, date]:
    if programme.mandate is None:
        return {}
    return dict(programme.mandate.clauses.values_list("key", "window_to"))


def _form(programme: Programme, data: Any = None) -> WhatIfForm:
    return WhatIfForm(data, programme=programme, auto_id="what-if-%s")
