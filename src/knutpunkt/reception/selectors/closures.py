"""Sudden closings as they stand."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from knutpunkt.core import clock
from knutpunkt.reception.models import Closure


def closure_now(office: int, *, at: datetime | None = None) -> Closure | None:
    """The closing that keeps an office closed at an instant (now): one query."""
    moment = at or clock.now()
    return (
        Closure.objects.filter(office_id=office, begins_at__lte=moment)
        .filter(Q(ends_at=None) | Q(ends_at__gt=moment))
        .order_by("-begins_at")
        .first()
    )


def closures_after(office: int, moment: datetime) -> list[Closure]:
    """Closings that last beyond an instant: one query."""
    lasting = Closure.objects.filter(office_id=office)
    return list(lasting.filter(Q(ends_at=None) | Q(ends_at__gt=moment)))
