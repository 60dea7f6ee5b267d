"""Series of studies: the same question for every number of offices, drawn as frontiers."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from knutpunkt.errors import KnutpunktError
from knutpunkt.planning.errors import StudyUnknown
from knutpunkt.planning.models import Study, StudySeries
from knutpunkt.planning.studies import selectors, services
from knutpunkt.planning.studies.charts import frontier_chart
from knutpunkt.planning.studies.fieldsets import grouped
from knutpunkt.planning.studies.forms import SeriesForm, StudyForm
from knutpunkt.planning.studies.views import START, allowed, form


@require_GET
@allowed(START)
def series_page(request: HttpRequest) -> HttpResponse:
    """The question of a series, to be put."""
    return _asked(request, form(kind=SeriesForm))


@require_POST
@allowed(START)
def series_start(request: HttpRequest) -> HttpResponse:
    """Put a series."""
    asked = form(request.POST, kind=SeriesForm)
    if asked.is_valid():
        said = asked.cleaned_data
        try:
            made = services.series_create(
                title=said["title"], question=asked.question(), vary=said["vary"],
                first=said["first"], last=said["last"], by=request.user.get_username(),
            )  # fmt: skip
        except KnutpunktError as refusal:
            asked.add_error(None, f"{refusal} {_(refusal.hint)}")
        else:
            return redirect("planning:series", series=made.pk)
    return _asked(request, asked, status=400)


@require_GET
@allowed(START)
def series(request: HttpRequest, series: uuid.UUID) -> HttpResponse:
    """Frontiers of a series; each point opens its study."""
    try:
        found = selectors.series_get(series)
    except StudyUnknown:
        raise Http404 from None
    points = [point_of(found, study) for study in selectors.studies_in(found)]
    solved = [point for point in points if point["mean"] is not None]
    shown = {
        "series": found,
        "points": points,
        "waiting": len(points) - len(solved),
        "mean_chart": frontier_chart(
            [(float(p["number"]), p["mean"], p["title"], p["href"]) for p in solved], whole=True
        ),
        "worst_chart": frontier_chart(
            [(p["mean"], p["worst"], p["title"], p["href"]) for p in solved]
        ),
    }
    return render(request, "planning/series.html", shown)


def point_of(series: StudySeries, study: Study) -> dict[str, Any]:
    """Return what a study of a series says: its number, mean and worst-off, once it is solved."""
    version = study.current
    assert version is not None
    answer = getattr(version, "answer", None)
    summary = answer.effects.get("summary", {}) if answer else {}
    return {
        "number": version.question[series.vary],
        "title": study.title,
        "href": reverse("planning:study", kwargs={"study": study.pk}),
        "status": answer.get_status_display() if answer else _("none yet"),
        "mean": summary.get("mean_after"),
        "worst": summary.get("worst_after"),
    }


def _asked(request: HttpRequest, asked: StudyForm, *, status: int = 200) -> HttpResponse:
    shown = {"form": asked, "groups": grouped(asked)}
    return render(request, "planning/series_new.html", shown, status=status)
