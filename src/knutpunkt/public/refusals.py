"""What cannot be answered becomes a page with the sentence and the hint, never a fault."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from knutpunkt.errors import KnutpunktError

View = Callable[..., HttpResponse]


def refusals_become_pages(view: View) -> View:
    """Answer a refusal with its own status, sentence and hint."""

    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except KnutpunktError as refusal:
            said = {"sentence": str(refusal), "hint": refusal.hint}
            return render(request, "public/refused.html", said, status=refusal.status)

    return shown
