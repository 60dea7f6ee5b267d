"""Series of studies: the same question for many numbers of offices, or budgets, as frontiers."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from knutpunkt.errors import KnutpunktError
from knutpunkt.planning.errors import StudyUnknown
from knutpunkt.planning.models import Study, StudySeries
from knutpunkt.planning.pages import Reader
from knutpunkt.planning.studies import selectors, services
from knutpunkt.planning.studies.charts import frontier_chart
from knutpunkt.planning.studies.fieldsets import grouped
from knutpunkt.planning.studies.forms import SeriesForm, StudyForm
from knutpunkt.planning.studies.objectives import is_travel, unit_of
from knutpunkt.planning.studies.posting import posted_from
from knutpunkt.planning.studies.question import Question, question_of
from knutpunkt.planning.studies.views import START, allowed, form, language


@require_GET
@allowed(START)
def series_page(request: HttpRequest) -> HttpResponse:
    """The question of a series, to be put."""
    return _asked(request, form(kind=SeriesForm))


@posted_from("planning:series-new")
@allowed(START)
def series_start(request: HttpRequest) -> HttpResponse:
    """Put a series."""
    asked = form(request.POST, kind=SeriesForm)
    if asked.is_valid():
        said = asked.cleaned_data
        try:
            made = services.series_create(
                title=said["title"], question=asked.question(), vary=said["vary"],
                first=said["first"], last=said["last"], step=said["step"] or 1,
                by=request.user.get_username(),
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
        "by_budget": found.vary == StudySeries.Vary.BUDGET,
        "charts": charts_of(found, solved),
        "aim": next((p["unit"] for p in solved if p["made_least"] is not None), ""),
    }
    return render(request, "planning/series.html", shown)


def charts_of(series: StudySeries, points: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Draw the frontiers of the points that have a plan; each with its heading and its axes."""
    if not points:
        return []
    across = str(series.get_vary_display())
    minutes, worst = _("mean minutes"), _("minutes of the worst-off twentieth")
    if series.vary == StudySeries.Vary.BUDGET:
        money = _("cost over the years")
        drawn = [("mean", _("Mean minutes against the cost"), "total", money, "mean", minutes)]
    else:
        head = _("Mean minutes against the number of offices")
        drawn = [("mean", head, "number", across, "mean", minutes)]
    head = _("The worst-off twentieth against the mean")
    drawn.append(("worst", head, "mean", minutes, "worst", worst))
    if points[0]["made_least"] is not None:
        head = _("What the study makes least")
        drawn.append(("aim", head, "number", across, "made_least", points[0]["unit"]))
    return [
        {"key": key, "head": head, "across": below, "up": beside,
         "chart": frontier_chart(
             [(float(p[x]), p[y], p["title"], p["href"]) for p in points],
             whole=x == "number" and series.vary != StudySeries.Vary.BUDGET,
         )}
        for key, head, x, below, y, beside in drawn
    ]  # fmt: skip


def point_of(series: StudySeries, study: Study) -> dict[str, Any]:
    """Return what a study of a series says: its number, cost and minutes, once it is solved."""
    version = study.current
    assert version is not None
    answer = getattr(version, "answer", None)
    question = question_of(version.question)
    effects = answer.effects if answer else {}
    summary, money = effects.get("summary", {}), effects.get("spending") or {}
    return {
        "number": _number(series, question),
        "title": study.title,
        "href": reverse("planning:study", kwargs={"study": study.pk}),
        "status": answer.get_status_display() if answer else _("none yet"),
        "mean": summary.get("mean_after"),
        "worst": summary.get("worst_after"),
        "total": money.get("total"),
        "opened": sum(site["state"] == "opened" for site in effects["sites"]) if summary else None,
        "made_least": None if is_travel(question) else summary.get("objective_after"),
        "unit": unit_of(question, Reader(language())),
    }


def _number(series: StudySeries, question: Question) -> float:
    """Return what varies, as this study has it now."""
    if series.vary == StudySeries.Vary.BUDGET:
        return question.spending.most or 0.0
    number = question.open if series.vary == StudySeries.Vary.OPEN else question.close
    return float(number or 0)


def _asked(request: HttpRequest, asked: StudyForm, *, status: int = 200) -> HttpResponse:
    shown = {"form": asked, "groups": grouped(asked)}
    return render(request, "planning/series_new.html", shown, status=status)
