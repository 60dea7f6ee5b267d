"""What templates need beyond Django's own: the right language, and the page one is on."""

from __future__ import annotations

import json
from typing import Any

from django import template
from django.urls import NoReverseMatch, reverse
from django.utils.safestring import SafeString, mark_safe

from knutpunkt.public.pages.sources import local as in_page_language

register = template.Library()


@register.filter
def local(thing: object, name: str) -> str:
    """A text kept in both languages, in that of the page: ``{{ mandate|local:"title" }}``."""
    return in_page_language(thing, name)


@register.simple_tag
def address_of(name: str) -> str:
    """Address of a page by its name; empty where this installation has no such page."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


@register.simple_tag(takes_context=True)
def current_if(context: dict[str, Any], *beginnings: str) -> str:
    """Mark the navigation entry of the page one is on."""
    request = context.get("request")
    path = request.path if request else ""
    here = any(path.startswith(b) if b != "/" else path == "/" for b in beginnings if b)
    return SafeString('aria-current="page"') if here else ""


@register.simple_tag(takes_context=True)
def this_address(context: dict[str, Any]) -> str:
    """The address of the page with its question, to come back to after a change of language."""
    request = context.get("request")
    return request.get_full_path() if request else "/"


@register.filter
def ld_json(described: dict[str, object]) -> SafeString:
    """A description as JSON-LD that cannot end the script element it stands in."""
    text = json.dumps(described, ensure_ascii=False)
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return mark_safe(text)  # noqa: S308  # the three characters that matter are escaped above
