"""Writing reports: opening one, its letter and texts, building it, handing it over."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from knutpunkt.errors import KnutpunktError
from knutpunkt.reports.errors import ChangedMeanwhile, ReportNotBuilt
from knutpunkt.reports.forms import LetterForm, LodgingForm, OpenForm, SectionForm
from knutpunkt.reports.models import Report
from knutpunkt.reports.pages import report_page, reports_page, section_page
from knutpunkt.reports.selectors import LETTER
from knutpunkt.reports.services import (
    letter_write,
    report_build,
    report_lodge,
    report_open,
    section_write,
)
from knutpunkt.reports.views.access import (
    BUILD,
    VIEW,
    WRITE,
    found_report,
    language,
    may,
    needs,
    spoken,
)
from knutpunkt.reports.writing import wording


@require_http_methods(["GET", "POST"])
@needs(VIEW)
def reports(request: HttpRequest) -> HttpResponse:
    """Reports there are and reports that are due; a writer opens a new one here."""
    if request.method == "POST":
        return _open(request)
    return _reports(request, OpenForm())


@needs(WRITE)
def _open(request: HttpRequest) -> HttpResponse:
    form = OpenForm(request.POST)
    if not form.is_valid():
        return _reports(request, form, status=400)
    asked = form.cleaned_data | {"mandate": form.cleaned_data["mandate"].slug}
    try:
        opened = report_open(**asked, by=request.user.get_username())
    except KnutpunktError as refusal:
        form.add_error(None, spoken(refusal))
        return _reports(request, form, status=refusal.status)
    return redirect("reports:report", pk=opened.pk)


def _reports(request: HttpRequest, form: OpenForm, *, status: int = 200) -> HttpResponse:
    shown = {
        "page": reports_page(language()),
        "form": form,
        "may_write": may(request, WRITE),
    }
    return render(request, "reports/reports.html", shown, status=status)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def letter(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the covering letter."""
    found = found_report(pk)
    if request.method != "POST":
        form = LetterForm(instance=found, initial={"version": found.version})
        return _letter(request, found, form)
    form = LetterForm(request.POST, instance=found)
    if not form.is_valid():
        return _letter(request, found, form, status=400)
    given = {name: form.cleaned_data[name] for name in LETTER}
    seen = form.cleaned_data["version"]
    try:
        letter_write(report=found, expected=seen, by=request.user.get_username(), **given)
    except ChangedMeanwhile as refusal:
        # What the writer typed stays on the page; saving again takes the newer letter's place.
        kept = LetterForm(given | {"version": found_report(pk).version})
        kept.full_clean()
        kept.add_error(None, spoken(refusal))
        return _letter(request, found_report(pk), kept, status=refusal.status)
    return redirect("reports:report", pk=pk)


def _letter(
    request: HttpRequest, found: Report, form: LetterForm, *, status: int = 200
) -> HttpResponse:
    return render(request, "reports/letter.html", {"report": found, "form": form}, status=status)


@require_http_methods(["GET", "POST"])
@needs(WRITE)
def section(request: HttpRequest, pk: int, key: str) -> HttpResponse:
    """Write the text of a section; of two who do so at once, the later one is told."""
    found = found_report(pk)
    if key not in wording(found.language).sections:
        raise Http404
    if request.method != "POST":
        return render(request, "reports/section.html", {"page": section_page(found, key)})
    form = SectionForm(request.POST)
    if not form.is_valid():
        raise Http404
    text, seen = form.cleaned_data["text"], form.cleaned_data["version"]
    try:
        section_write(
            report=found, key=key, text=text, expected=seen, by=request.user.get_username()
        )
    except ChangedMeanwhile as refusal:
        page = section_page(found, key, mine=text, refusal=spoken(refusal))
        return render(request, "reports/section.html", {"page": page}, status=refusal.status)
    return redirect("reports:section", pk=pk, key=key)


@require_POST
@needs(BUILD)
def builds(request: HttpRequest, pk: int) -> HttpResponse:
    """Build a report; where that is refused, say every place."""
    found = found_report(pk)
    try:
        made = report_build(report=found, by=request.user.get_username())
    except KnutpunktError as refusal:
        shown = {
            "page": report_page(found, language()),
            "refusal": spoken(refusal) if not isinstance(refusal, ReportNotBuilt) else "",
            "problems": getattr(refusal, "problems", ()),
            "may_write": may(request, WRITE),
            "may_build": True,
        }
        return render(request, "reports/report.html", shown, status=refusal.status)
    return redirect("reports:build", pk=pk, number=made.number)


@require_POST
@needs(BUILD)
def lodging(request: HttpRequest, pk: int) -> HttpResponse:
    """Say that a report was handed over; from then on anyone may read it."""
    found = found_report(pk)
    form = LodgingForm(request.POST)
    if form.is_valid():
        day = form.cleaned_data["lodged_on"]
        try:
            report_lodge(report=found, lodged_on=day, by=request.user.get_username())
        except KnutpunktError as refusal:
            shown = {
                "page": report_page(found, language()),
                "problems": getattr(refusal, "problems", ()),
                "may_write": may(request, WRITE),
                "may_build": True,
            }
            return render(request, "reports/report.html", shown, status=refusal.status)
    return redirect("reports:report", pk=pk)
