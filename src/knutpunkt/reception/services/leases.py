"""Numbers an office may give out while it works alone."""

from __future__ import annotations

from knutpunkt.reception.errors import SeriesExhausted
from knutpunkt.reception.models import Node


def refuse_beyond_lease(office: int, series: str, number: int) -> None:
    """Refuse a number that the centre may give out if this node is lost.

    Raises
    ------
    SeriesExhausted
        When the leased range is used up; the next exchange with the centre moves it on.
    """
    lease = Node.objects.filter(office=office, detached_at=None).values_list("lease", flat=True)
    known = lease.first() or {}
    last = known.get("upto", {}).get(series, known.get("usual", 0))
    if number > last:
        raise SeriesExhausted(series=series, last=last)
