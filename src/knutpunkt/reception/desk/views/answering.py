"""How every page of the reception is answered: its tabs, and what was refused at its head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.errors import KnutpunktError
from knutpunkt.network.services import Invalid
from knutpunkt.reception.desk.access import Post, new_nonce


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something was not done, and what to do about it."""

    sentence: str
    hint: str
    status: int


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the office."""

    title: str
    href: str
    here: bool


def refusal_of(error: KnutpunktError) -> Refusal:
    """Put what a service refused into words, in the language of the page."""
    hint = _(error.hint) if error.hint else ""
    if isinstance(error, Invalid):
        hint = " ".join(text for texts in error.fields.values() for text in texts)
    return Refusal(str(error), hint, error.status)


def answer_page(
    request: HttpRequest,
    post: Post,
    template: str,
    *,
    here: str,
    refusal: Refusal | None = None,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """Answer with a page of the office; ``here`` names the tab it belongs to."""
    context = {
        "post": post,
        "tabs": tabs_of(post, here),
        "refusal": refusal,
        "nonce": new_nonce(),
        **shown,
    }
    answered = refusal.status if refusal is not None else status
    response = render(request, f"reception/desk/{template}.html", context, status=answered)
    # What somebody saw at a desk is not to come back from the browser's memory.
    response["Cache-Control"] = "no-store"
    return response


def alarm_mark(request: HttpRequest) -> str:
    """What became of a silent alarm, as one small mark: ○ none, ● sent, ✕ not sent."""
    if "unsent" in request.GET:
        return "✕"
    return "●" if "sent" in request.GET else "○"


def tabs_of(post: Post, here: str) -> list[Tab]:
    """Pages of the office that the role may see."""
    pages = (
        ("desk", _("Desk"), "session"),
        ("greeter", _("At the door"), "people"),
        ("days", _("Days"), "look"),
        ("manage", _("Manage"), "manage"),
    )
    return [
        Tab(title, reverse(f"reception:{name}", args=[post.key]), name == here)
        for name, title, action in pages
        if post.by.may(action)
    ]


def answer_manage(
    request: HttpRequest,
    post: Post,
    template: str,
    *,
    here: str = "",
    refusal: Refusal | None = None,
    status: int = 200,
    **shown: Any,
) -> HttpResponse:
    """Answer with a page of the manager; ``here`` names its part when the template does not."""
    parts = (
        ("manage", _("Inbox")),
        ("room", _("Room and queue")),
        ("counters", _("Counters and equipment")),
        ("pools", _("Bookable times")),
        ("tokens", _("Kiosks and tokens")),
        ("day", _("Sudden closing")),
    )
    part = here or template
    shown["parts"] = [
        Tab(title, reverse(f"reception:{name}", args=[post.key]), name == part)
        for name, title in parts
    ]
    return answer_page(
        request, post, template, here="manage", refusal=refusal, status=status, **shown
    )  # fmt: skip
