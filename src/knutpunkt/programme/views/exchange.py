"""Files out and in: the status sheet, the plan as XML, the calendar; and what comes back filled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.exchange import calendar, mspdi, sheet
from knutpunkt.programme.exchange.applying import diff_apply
from knutpunkt.programme.exchange.diff import ProgrammeDiff
from knutpunkt.programme.exchange.words import Language
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.models import Programme
from knutpunkt.programme.pages.exchange import approval_page
from knutpunkt.programme.pages.words import language, said
from knutpunkt.programme.upload_forms import ApprovalForm, UploadForm
from knutpunkt.programme.views.access import (
    REPORT,
    SEE,
    doer,
    for_those_who_may,
    found_programme,
    posted_from,
)
from knutpunkt.programme.views.refusing import refused_page

PAGE = "programme:exchange"
WORKBOOK_BEGINS = b"PK"


@require_safe
@for_those_who_may(SEE)
def exchange(request: HttpRequest, key: str) -> HttpResponse:
    """Offer files to take, and take files back."""
    return _response(request, found_programme(key))


@require_safe
@for_those_who_may(SEE)
def file(request: HttpRequest, key: str, kind: str) -> HttpResponse:
    """Send the status sheet, the plan as XML, or the calendar."""
    if kind not in FILES:
        raise Http404
    programme = found_programme(key)
    write, media, ending = FILES[kind]
    try:
        content = write(request, programme, _language())
    except KnutpunktError as refusal:
        return refused_page(request, refusal)
    answer = HttpResponse(content, content_type=media)
    name = f"{programme.key}-{clock.today().isoformat()}.{ending}"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    answer["Cache-Control"] = "private, no-store"
    return answer


def _calendar(request: HttpRequest, programme: Programme, own: Language) -> bytes:
    def address(path: tuple[str, ...]) -> str:
        page = "programme:gate" if path[1:] else "programme:project"
        return request.build_absolute_uri(reverse(page, args=(programme.key, *path)))

    return calendar.calendar_feed(programme, language=own, address=address)


def _sheet(_request: HttpRequest, programme: Programme, own: Language) -> bytes:
    return sheet.sheet_export(programme, language=own)


def _plan(_request: HttpRequest, programme: Programme, own: Language) -> bytes:
    return mspdi.mspdi_export(programme, language=own)


#: By the kind of file: what writes it, its media type and its ending.
FILES: dict[str, tuple[Callable[[HttpRequest, Programme, Language], bytes], str, str]] = {
    "sheet": (_sheet, sheet.MEDIA_TYPE, "xlsx"),
    "mspdi": (_plan, mspdi.MEDIA_TYPE, "xml"),
    "calendar": (_calendar, calendar.MEDIA_TYPE, "ics"),
}


@posted_from(PAGE, "key")
@for_those_who_may(SEE, REPORT)
def upload(request: HttpRequest, key: str) -> HttpResponse:
    """Read a file and show what it would change. Nothing is stored."""
    programme = found_programme(key)
    form = UploadForm(request.POST, request.FILES, auto_id="file-%s")
    if not form.is_valid():
        return _response(request, programme, refused=form)
    content = form.cleaned_data["upload"].read()
    read = sheet.sheet_diff if content.startswith(WORKBOOK_BEGINS) else mspdi.mspdi_diff
    try:
        diff = read(programme, content)
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return _response(request, programme, refused=form, status=refusal.status)
    return _approval(request, programme, diff)


@posted_from(PAGE, "key")
@for_those_who_may(SEE, REPORT)
def approve(request: HttpRequest, key: str) -> HttpResponse:
    """Take over what was shown, all of it or nothing."""
    programme = found_programme(key)
    form = ApprovalForm(request.POST)
    if not form.is_valid():
        return _response(request, programme, refused=form)
    try:
        diff = ProgrammeDiff.unsealed(form.cleaned_data["sealed"])
        _require_own(diff, programme)
        changed = diff_apply(diff, by=doer(request))
    except KnutpunktError as refusal:
        refuse(form, refusal)
        return _response(request, programme, refused=form, status=refusal.status)
    told = ngettext("%(n)d change is on record.", "%(n)d changes are on record.", changed)
    messages.success(request, told % {"n": changed})
    return redirect(PAGE, key)


def _require_own(diff: ProgrammeDiff, programme: Programme) -> None:
    if diff.programme != programme.key:
        raise ChangesOfAnother(other=diff.programme)


class ChangesOfAnother(KnutpunktError):
    """What was approved belongs to another programme."""

    code = "changes-of-another"
    hint = "Import the file on the page of its own programme."
    status = 409

    def __init__(self, *, other: str) -> None:
        said = _("The changes belong to programme “%(other)s”.")
        super().__init__(said % {"other": other})


def _approval(request: HttpRequest, programme: Programme, diff: ProgrammeDiff) -> HttpResponse:
    page = approval_page(programme, diff)
    status = 200 if page.sealed or not page.problems else 422
    return render(request, "programme/approval.html", {"page": page}, status=status)


def _response(
    request: HttpRequest, programme: Programme, *, refused: Any = None, status: int = 400
) -> HttpResponse:
    shown: dict[str, Any] = {
        "key": programme.key,
        "title": said(programme, "title"),
        "form": refused if isinstance(refused, UploadForm) else UploadForm(auto_id="file-%s"),
        "refused": refused,
        "may_report": request.user.has_perm(REPORT),
    }
    answered = status if refused is not None else 200
    return render(request, "programme/exchange.html", shown, status=answered)


def _language() -> Language:
    return "en" if language() == "en" else "sv"
