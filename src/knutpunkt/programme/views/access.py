"""Who may see and do what, and how a page finds what its address names."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.models import Programme, Slot

View = Callable[..., HttpResponseBase]

SEE = "programme.view_programme"
CHANGE = "programme.change_programme"
REPORT = "programme.report_activity"
FILE = "programme.file_evidence"
DECIDE = "programme.decide_gate"
SEE_SECRETS = "programme.view_secret_evidence"


def for_those_who_may(*permissions: str) -> Callable[[View], View]:
    """Send strangers to the login and refuse whoever lacks one of the permissions."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perms(permissions):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def posted_from(page: str, *names: str) -> Callable[[View], View]:
    """Answer POST only; whoever comes otherwise is led to the page the form stands on.

    So a login on the way, or a change of language after a refused form, ends on a page. ``names``
    are the parts of the address that the page has too.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return redirect(page, *(kwargs[name] for name in names))
            return view(request, *args, **kwargs)

        return answered

    return decorate


def found_programme(key: str) -> Programme:
    """Find a programme: one query."""
    return get_object_or_404(Programme.objects.select_related("mandate"), key=key)


def found_slot(key: str, slot: str) -> Slot:
    """Find a slot with its programme: one query."""
    parts = ("programme__mandate", "municipality__county", "wave", "clause")
    return get_object_or_404(Slot.objects.select_related(*parts), programme__key=key, key=slot)


def doer(request: HttpRequest) -> str:
    """Name of the account under which something is written."""
    return request.user.get_username()


def hint_of(refusal: KnutpunktError) -> str:
    """What to do about a refusal, in the language of the page."""
    return _(refusal.hint) if refusal.hint else ""
