"""Earlier and later records of one fact."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext


def address_of(record: Any) -> str:
    """Return the address of the page of a record."""
    options = record._meta
    return reverse(f"admin:{options.app_label}_{options.model_name}_change", args=[record.pk])


def linked_history(record: Any) -> SafeString:
    """List earlier and later records of the same fact, newest first, with links."""
    lines = [(address_of(one), _line(one)) for one in _chain(record)]
    links = format_html_join("", "<li><a href='{}'>{}</a></li>", lines)
    return format_html("<ul>{}</ul>", links)


def _line(record: Any) -> str:
    what = gettext("withdrawn") if record.retracts else str(record)
    return f"{what} – {record.recorded_by}, {record.recorded_at:%Y-%m-%d %H:%M}"


def _chain(record: Any) -> list[Any]:
    records = type(record)._default_manager
    newest = record
    while later := records.filter(replaces=newest.pk).first():
        newest = later
    chain = [newest]
    while chain[-1].replaces_id is not None:
        chain.append(chain[-1].replaces)
    return chain
