"""Pages for what went wrong, where a login leads, and the file for robots."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import redirect, render
from django.template import loader
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from knutpunkt.accounts.models import AT_AN_OFFICE
from knutpunkt.accounts.selectors import appointments_held

ROBOTS = "User-agent: *\nDisallow: /admin/\nDisallow: /login/\n"


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The address cannot be read."""
    return render(request, "400.html", status=400)


def permission_denied(request: HttpRequest, exception: Exception) -> HttpResponse:
    """The account may not do this."""
    return render(request, "403.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """There is no such page."""
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """A fault: shown without asking the database, which may be what is at fault."""
    return HttpResponseServerError(loader.get_template("500.html").render())


@require_safe
@never_cache
def home_after_login(request: HttpRequest) -> HttpResponse:
    """Lead whoever works only at an office to its reception, everybody else to the front page."""
    roles = {one.role for one in appointments_held(request.user)}
    at_an_office_only = bool(roles) and roles <= set(AT_AN_OFFICE)
    return redirect("reception:offices" if at_an_office_only else "public:finder")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """Robots may read everything public."""
    return HttpResponse(ROBOTS, content_type="text/plain")
