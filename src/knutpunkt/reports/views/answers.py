"""Answers about a municipality. They rest on what is public, so anyone may ask."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.reports.answering import FORMATS, Answer, answered
from knutpunkt.reports.forms import AnswerForm
from knutpunkt.reports.pages import MEDIA_TYPES
from knutpunkt.reports.rendering import fragment_of
from knutpunkt.reports.views.access import language, spoken


@require_GET
def answer(request: HttpRequest) -> HttpResponse:
    """Ask about a municipality; ``format`` hands the same answer out as a file."""
    if "municipality" not in request.GET:
        return render(request, "reports/answer.html", {"form": AnswerForm()})
    form = AnswerForm(request.GET)
    if not form.is_valid():
        return render(request, "reports/answer.html", {"form": form}, status=400)
    day = form.cleaned_data["as_of"] or clock.today()
    try:
        found = answered(form.cleaned_data["municipality"], as_of=day, language=language())
    except KnutpunktError as refusal:
        form.add_error(None, spoken(refusal))
        return render(request, "reports/answer.html", {"form": form}, status=refusal.status)
    format_ = request.GET.get("format", "")
    if format_ in FORMATS:
        return _file(found, format_)
    # The fragment was written by our own renderer, which escapes every text.
    shown = {
        "form": form,
        "text": mark_safe(fragment_of(found.document)),  # noqa: S308  # see above
        "formats": FORMATS,
        "query": request.GET.urlencode(),
    }
    return render(request, "reports/answer.html", shown)


def _file(found: Answer, format_: str) -> HttpResponse:
    answer = HttpResponse(found.written(format_), content_type=MEDIA_TYPES[format_])
    suffix = "zip" if format_ == "csv" else format_
    answer["Content-Disposition"] = f'attachment; filename="answer.{suffix}"'
    return answer
