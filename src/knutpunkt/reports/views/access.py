"""Who may see and change reports. A report that was lodged is public."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import translation
from django.utils.translation import gettext

from knutpunkt.errors import KnutpunktError
from knutpunkt.reports.errors import ReportUnknown
from knutpunkt.reports.models import Report
from knutpunkt.reports.selectors import report_get

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

VIEW, WRITE, BUILD = "reports.view_report", "reports.write_report", "reports.build_report"


def needs(permission: str) -> Callable[[View[P]], View[P]]:
    """Send strangers to the login, and refuse those who lack a permission."""

    def guard(view: View[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not request.user.is_authenticated:
                return redirect_to_login(request.get_full_path())
            if not request.user.has_perm(permission):
                raise PermissionDenied
            return view(request, *args, **kwargs)

        return guarded

    return guard


def may(request: HttpRequest, permission: str) -> bool:
    """Whether the reader holds a permission."""
    return request.user.is_authenticated and request.user.has_perm(permission)


def found_report(pk: int) -> Report:
    """The report of an address, else not found."""
    try:
        return report_get(pk)
    except ReportUnknown:
        raise Http404 from None


def language() -> str:
    """Language of the page."""
    return "sv" if (translation.get_language() or "sv").startswith("sv") else "en"


def spoken(refusal: KnutpunktError) -> str:
    """Say a refusal and what to do, in the language of the page where it is known."""
    return " ".join(gettext(text) for text in (str(refusal), refusal.hint) if text)
