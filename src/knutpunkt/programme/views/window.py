"""The municipality window: links to a slot, and what whoever holds one may read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.contrib.messages import get_messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.forms import refuse
from knutpunkt.programme.models import Slot
from knutpunkt.programme.pages.window import window_page, windows_page
from knutpunkt.programme.selectors.window import window_view
from knutpunkt.programme.views.access import (
    SEE,
    doer,
    for_those_who_may,
    found_slot,
    hint_of,
    posted_from,
)
from knutpunkt.programme.window_forms import WindowForm
from knutpunkt.programme.windows import WindowShut, window_find, window_issue, window_revoke

SHARE = "programme.share_window"
PAGE = "programme:windows"
LINK = "window-link"
USUALLY_FOR = timedelta(days=365)


@require_safe
def window(request: HttpRequest, token: str) -> HttpResponse:
    """Show a slot to whoever holds a link to it. Without an account, and not to be indexed."""
    today = clock.today()
    try:
        slot = window_find(token, on=today)
    except WindowShut as refusal:
        said = {"sentence": str(refusal), "hint": hint_of(refusal)}
        return _private(render(request, "programme/window_shut.html", said, status=refusal.status))
    page = window_page(window_view(slot, today), on=today)
    return _private(render(request, "programme/window.html", {"page": page}))


@require_safe
@for_those_who_may(SEE, SHARE)
def windows(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Show the links to a slot, and the one just issued: for this once."""
    return _response(request, found_slot(key, slot))


@posted_from(PAGE, "key", "slot")
@for_those_who_may(SEE, SHARE)
def issue(request: HttpRequest, key: str, slot: str) -> HttpResponse:
    """Issue a link. It is carried to the next page in the browser, never in the database."""
    found = found_slot(key, slot)
    form = _form(request.POST)
    status = 400
    if form.is_valid():
        try:
            _row, token = window_issue(slot=found, by=doer(request), **form.cleaned_data)
        except KnutpunktError as refusal:
            refuse(form, refusal)
            status = refusal.status
        else:
            address = request.build_absolute_uri(reverse("programme:window", args=[token]))
            messages.success(request, address, extra_tags=LINK)
            return redirect(PAGE, key, slot)
    return _response(request, found, refused=form, status=status)


@posted_from(PAGE, "key", "slot")
@for_those_who_may(SEE, SHARE)
def revoke(request: HttpRequest, key: str, slot: str, window: int) -> HttpResponse:
    """Make a link open nothing from now on."""
    row = get_object_or_404(found_slot(key, slot).windows.select_related("slot"), pk=window)
    window_revoke(window=row, by=doer(request))
    messages.success(request, _("The link opens nothing any more."))
    return redirect(PAGE, key, slot)


def _response(
    request: HttpRequest, slot: Slot, *, refused: WindowForm | None = None, status: int = 400
) -> HttpResponse:
    today = clock.today()
    told = list(get_messages(request))
    rows = slot.windows.order_by("-issued_at", "-pk")
    shown: dict[str, Any] = {
        "page": windows_page(slot, rows, on=today),
        "links": [one.message for one in told if LINK in (one.extra_tags or "")],
        "messages": [one for one in told if LINK not in (one.extra_tags or "")],
        "form": refused or _form(),
        "refused": refused,
    }
    answered = status if refused else 200
    return _private(render(request, "programme/windows.html", shown, status=answered))


def _form(data: Any = None) -> WindowForm:
    initial = {"expires_on": clock.today() + USUALLY_FOR}
    return WindowForm(data, initial=initial, auto_id="window-%s")


def _private(answer: HttpResponse) -> HttpResponse:
    """Keep a page out of search engines and caches.

    Its address stays from other sites by the referrer policy of all pages, ``same-origin``. A
    stricter one would take the origin from the forms of the page, and their posts be refused.
    """
    answer["X-Robots-Tag"] = "noindex, nofollow"
    answer["Cache-Control"] = "private, no-store"
    return answer
