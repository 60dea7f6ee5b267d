"""When the programme's money and risks were recorded, where that was after the report's day."""

from __future__ import annotations

from datetime import date, datetime

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.programme.models import LogEntry, Programme


def recorded_after(at: datetime | None, as_of: date) -> bool:
    """Whether something was recorded after a day; what has no moment on record was not."""
    return at is not None and at.astimezone(NETWORK_ZONE).date() > as_of


def last_logged(programme: Programme, kind: str, *fields: str) -> dict[tuple[str, ...], datetime]:
    """When each thing of a kind was last written, by the fields that name it: one query."""
    rows = LogEntry.objects.filter(programme=programme, kind=kind).order_by("number")
    return {
        tuple(str(details.get(name, "")) for name in fields): at
        for details, at in rows.values_list("details", "at")
    }
