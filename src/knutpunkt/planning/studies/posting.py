"""Forms whose refusal is shown where they were posted, so that this address can be read, too."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]


def posted_from(page: str) -> Callable[[View[P]], View[P]]:
    """Take what is posted, and lead whoever only reads the address to the page of its form.

    A refused form stands at the address it was posted to. Whoever reloads it there, or changes the
    language, asks for the address anew.

    Parameters
    ----------
    page
        Name of the page with the form; it takes the same arguments.
    """

    def decorated(view: View[P]) -> View[P]:
        @require_http_methods(["GET", "HEAD", "POST"])
        @wraps(view)
        def answered(request: HttpRequest, /, *args: P.args, **named: P.kwargs) -> HttpResponse:
            if request.method == "POST":
                return view(request, *args, **named)
            return redirect(reverse(page, args=args, kwargs=named))

        return answered

    return decorated
