"""The boards: for everybody with small counts left out, for staff whole."""

from __future__ import annotations

import csv
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.selectors import network_on
from knutpunkt.reception.boards.asking import Question, in_whole_months, question_of
from knutpunkt.reception.boards.now import network_now
from knutpunkt.reception.boards.pages import COLUMNS, board_of, group_names
from knutpunkt.reception.models import Audit
from knutpunkt.reception.selectors.figures import Figures, figures, published

FIGURES = "reception.view_figures"


@require_safe
@login_required
def now(request: HttpRequest) -> HttpResponse:
    """Show every office as it stands."""
    if not request.user.has_perm(FIGURES):
        raise PermissionDenied
    offices = network_now()
    shown = {"offices": offices, "at": clock.now(), "simulated": any(o.simulated for o in offices)}
    return render(request, "reception/boards/now.html", shown)


@require_safe
def counted(request: HttpRequest) -> HttpResponse:
    """Show figures of a period; a question that cannot be read is answered in a sentence."""
    try:
        question = _question(request)
        board = board_of(_figures(request, question), question, _names())
    except KnutpunktError as refused:
        shown: dict[str, Any] = {"refused": refused, "groups": group_names()}
        return render(request, "reception/boards/figures.html", shown, status=refused.status)
    shown = {"board": board, "groups": group_names(), "offices": sorted(_names().items())}
    return render(request, "reception/boards/figures.html", shown)


@require_safe
def counted_csv(request: HttpRequest) -> HttpResponse:
    """Give the same figures as a file."""
    try:
        question = _question(request)
    except KnutpunktError as refused:
        return HttpResponse(str(refused), status=refused.status, content_type="text/plain")
    found = _figures(request, question)
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="visits.csv"'
    lines = csv.writer(answer)
    lines.writerow((question.group_by or "all", *COLUMNS, "simulated"))
    said = "yes" if found.simulated else ""
    for group in found.groups or (found.total,):
        # Seconds, as the data dictionary says; a page writes minutes.
        row = [str(group.figures[key]) for key in COLUMNS]
        lines.writerow((group.key, *row, said))
    return answer


@require_safe
@login_required
def audits(request: HttpRequest) -> HttpResponse:
    """Show the recounts of the log and what differed."""
    if not request.user.has_perm(FIGURES):
        raise PermissionDenied
    return render(request, "reception/boards/audits.html", {"audits": Audit.objects.all()[:60]})


def _question(request: HttpRequest) -> Question:
    """What is asked; for whoever may not see small counts, in whole months."""
    asked = question_of(request.GET.dict())
    return asked if request.user.has_perm(FIGURES) else in_whole_months(asked)


def _figures(request: HttpRequest, question: Question) -> Figures:
    found = figures(
        question.first, question.last, offices=question.offices, group_by=question.group_by
    )
    return found if request.user.has_perm(FIGURES) else published(found)


def _names() -> dict[str, str]:
    return {office.key: office.name for office in network_on(clock.today()).offices}
