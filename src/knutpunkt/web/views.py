"""Pages for what went wrong, and the file for robots."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseServerError
from django.shortcuts import render
from django.template import loader
from django.views.decorators.http import require_safe

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
def robots(request: HttpRequest) -> HttpResponse:
    """Robots may read everything public."""
    return HttpResponse(ROBOTS, content_type="text/plain")
