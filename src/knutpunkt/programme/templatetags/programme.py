"""Where one can go from a page of a programme."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

register = template.Library()

PAGES = (
    ("programme:portfolio", gettext_noop("Portfolio")),
    ("programme:plan", gettext_noop("Plan")),
    ("programme:forecast", gettext_noop("Forecast")),
    ("programme:changes", gettext_noop("Changes and log")),
    ("programme:money", gettext_noop("Money and leases")),
    ("programme:inbox", gettext_noop("Inbox")),
    ("programme:exchange", gettext_noop("Files in and out")),
)


@dataclass(frozen=True, slots=True)
class Tab:
    """A page of the programme."""

    title: str
    href: str
    here: bool


@register.simple_tag(takes_context=True)
def tabs_of(context: dict[str, Any], programme: str) -> list[Tab]:
    """Pages of a programme that this installation has; the one on show is marked."""
    request = context.get("request")
    path = request.path if request else ""
    found = []
    for name, title in PAGES:
        href = _address(name, programme)
        if href:
            found.append(Tab(_(title), href, href == path))
    return found


def _address(name: str, programme: str) -> str:
    """Address of a page of the programme; empty where this installation has no such page."""
    try:
        return reverse(name, args=[programme])
    except NoReverseMatch:
        return ""
