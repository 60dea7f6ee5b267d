"""Evidence: filed from the page of a project or a gate, withdrawn, and read by those who may."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.evidence_store import open_stored
from knutpunkt.programme.forms import EvidenceForm, WithdrawalForm, refuse
from knutpunkt.programme.models import Evidence
from knutpunkt.programme.selectors.dossier import evidence_of_slot
from knutpunkt.programme.services.evidence import evidence_file, evidence_withdraw
from knutpunkt.programme.views.access import (
    FILE,
    SEE,
    SEE_SECRETS,
    doer,
    for_those_who_may,
    found_slot,
    hint_of,
    posted_from,
)
from knutpunkt.programme.views.gates import found_gate, gate_response
from knutpunkt.programme.views.project import (
    Refused,
    evidence_form,
    newest_project,
    project_response,
)


@posted_from("programme:project", "key", "slot")
@for_those_who_may(SEE, FILE)
def file_for_project(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """File a document for any gate of a project, from the project's page."""
    found = found_slot(key, slot)
    form = evidence_form(newest_project(found), request.POST, request.FILES)
    status = _filed(request, form)
    if status:
        return project_response(request, found, Refused("evidence", form, status))
    return redirect(reverse("programme:project", args=(key, slot)) + "#gates")


@posted_from("programme:gate", "key", "slot", "gate")
@for_those_who_may(SEE, FILE)
def file_for_gate(request: HttpRequest, key: str, slot: str, gate: str) -> HttpResponse:
    """File a document for a gate, from the gate's page."""
    found = found_gate(key, slot, gate)
    asked = found.requirements.select_related("gate")
    form = EvidenceForm(request.POST, request.FILES, requirements=asked, auto_id="evidence-%s")
    status = _filed(request, form)
    if status:
        return gate_response(request, found, filing=form, refused=form, status=status)
    return redirect(reverse("programme:gate", args=(key, slot, gate)) + "#criteria")


@posted_from("programme:project", "key", "slot")
@for_those_who_may(SEE, FILE)
def withdraw(request: HttpRequest, key: str, slot: str, evidence: int) -> HttpResponse:
    """Withdraw a document, with the reason."""
    row = _found(request, key, slot, evidence)
    gate = found_gate(key, slot, row.requirement.gate.key)
    form = WithdrawalForm(request.POST, auto_id=f"withdrawal-{row.pk}-%s")
    status = 400
    if form.is_valid():
        try:
            evidence_withdraw(evidence=row, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            messages.success(request, _("The document is withdrawn; it stays on record."))
            page = reverse("programme:gate", args=(key, slot, gate.key))
            return redirect(f"{page}#criteria")
    return gate_response(request, gate, withdrawal=(row.pk, form), refused=form, status=status)


@require_safe
@for_those_who_may(SEE)
def evidence(request: HttpRequest, key: str, slot: str, evidence: int) -> HttpResponseBase:
    """Send the file of a document to be kept, never to be shown as a page of ours."""
    row = _found(request, key, slot, evidence)
    if not row.file_name:
        raise Http404
    try:
        file = open_stored(row)
    except KnutpunktError as refusal:
        said = {"sentence": str(refusal), "hint": hint_of(refusal)}
        return render(request, "programme/refused.html", said, status=refusal.status)
    answer = FileResponse(
        file, as_attachment=True, filename=row.file_name, content_type=row.media_type
    )
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Cache-Control"] = "private, no-store"
    return answer


def _found(request: HttpRequest, key: str, slot: str, evidence: int) -> Evidence:
    """Find a document, and refuse a secret one to those who may not see it."""
    row = get_object_or_404(evidence_of_slot(found_slot(key, slot)), pk=evidence)
    if row.secret and not request.user.has_perm(SEE_SECRETS):
        raise PermissionDenied
    return row


def _filed(request: HttpRequest, form: EvidenceForm) -> int:
    """File what the form says; 0 when it is on record, else the status of the refusal."""
    if not form.is_valid():
        return 400
    given = {name: form.cleaned_data[name] for name in ("title", "dnr", "dated_on", "secret")}
    upload = form.cleaned_data["upload"]
    try:
        evidence_file(requirement=form.chosen, upload=upload, by=doer(request), **given)
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return refusal.status
    messages.success(request, _("The document is filed."))
    return 0
