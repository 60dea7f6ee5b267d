"""Reading reports: the report with its builds, its facts, a build on the page and as files."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_GET

from knutpunkt.reports.errors import ReportUnknown
from knutpunkt.reports.models import Build, Report
from knutpunkt.reports.pages import (
    MEDIA_TYPES,
    facts_page,
    file_name,
    report_page,
)
from knutpunkt.reports.selectors import build_get, lodged_build
from knutpunkt.reports.services import FILES
from knutpunkt.reports.storing import kept_file
from knutpunkt.reports.views.access import BUILD, VIEW, WRITE, found_report, language, may, needs


@require_GET
@needs(VIEW)
def report(request: HttpRequest, pk: int) -> HttpResponse:
    """Show a report: letter, sections, builds and what changed."""
    found = found_report(pk)
    shown = {
        "page": report_page(found, language()),
        "may_write": may(request, WRITE),
        "may_build": may(request, BUILD),
    }
    return render(request, "reports/report.html", shown)


@require_GET
@needs(VIEW)
def facts(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the fact table of a report, or what of it matches the words asked for."""
    found = found_report(pk)
    page = facts_page(found, request.GET.get("q", "").strip())
    return render(request, "reports/facts.html", {"page": page})


@require_GET
def build(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """Show a build as a page of the site."""
    found = found_report(pk)
    if (refused := _refused(request, found, number)) is not None:
        return refused
    made = _build(found, number)
    # The fragment was written by our own renderer, which escapes every text.
    text = mark_safe(kept_file(made.fingerprint, "fragment.html").decode())  # noqa: S308
    shown = {"report": found, "build": made, "text": text, "formats": tuple(FILES)}
    return render(request, "reports/build.html", shown)


@require_GET
def download(request: HttpRequest, pk: int, number: int, format_: str) -> HttpResponse:
    """Hand out a file of a build."""
    found = found_report(pk)
    if (refused := _refused(request, found, number)) is not None:
        return refused
    if format_ not in FILES:
        raise Http404
    made = _build(found, number)
    name = FILES[format_]
    content = kept_file(made.fingerprint, name, sha256=made.files[name]["sha256"])
    answer = HttpResponse(content, content_type=MEDIA_TYPES[format_])
    shown = file_name(found, number, name)
    answer["Content-Disposition"] = f'attachment; filename="{shown}"'
    return answer


def _refused(request: HttpRequest, found: Report, number: int) -> HttpResponse | None:
    """Let anyone read the build that was lodged; other builds need an appointment."""
    if lodged_build(found) == number or may(request, VIEW):
        return None
    if request.user.is_authenticated:
        raise PermissionDenied
    return redirect_to_login(request.get_full_path())


def _build(found: Report, number: int) -> Build:
    try:
        return build_get(found, number)
    except ReportUnknown:
        raise Http404 from None
