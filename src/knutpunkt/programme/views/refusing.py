"""The page that says why something cannot be shown, and what to do about it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from knutpunkt.errors import KnutpunktError
from knutpunkt.programme.views.access import hint_of


def refused_page(request: HttpRequest, refusal: KnutpunktError) -> HttpResponse:
    """Answer with the sentence and the hint of a refusal, and its status."""
    said = {"sentence": str(refusal), "hint": hint_of(refusal)}
    return render(request, "programme/refused.html", said, status=refusal.status)
