"""What a node has done since it last reached its centre: events, and the rows they led to."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core import serializers
from django.db import models, transaction

from knutpunkt.network.models import Office
from knutpunkt.reception.models import (
    PER_OFFICE,
    Booking,
    CounterSession,
    Errand,
    Event,
    Incident,
    Visit,
    key_of,
)

#: Events in one batch; a day of work is fetched in several.
MOST_EVENTS = 1_000
REPORTS = ("incident", "alarm")


def batch_after(office: Office, after: int, *, most: int = MOST_EVENTS) -> dict[str, Any]:
    """Gather what happened after an event.

    Returns
    -------
    dict
        ``after``, ``through``, ``complete`` (nothing is left), and serialized rows of what the
        events speak of. Where more is left, rows may already be further than the events. Numbers
        given and days ended are not sent: they follow from the events.
    """
    with transaction.atomic():
        first, last = key_of(office.pk, after), (office.pk + 1) * PER_OFFICE
        found = Event.objects.filter(pk__gt=first, pk__lt=last).order_by("pk")
        events = list(found[: most + 1])
        taken = events[:most]
        return {
            "after": after,
            "through": taken[-1].office_seq if taken else after,
            "complete": len(events) <= most,
            "events": _plain(taken),
            "rows": _plain(_rows(office, taken)),
        }


def _rows(office: Office, events: list[Event]) -> list[models.Model]:
    visits = Visit.objects.filter(pk__in={event.visit for event in events if event.visit})
    errands = Errand.objects.filter(pk__in={event.errand for event in events if event.errand})
    seen = {event.session for event in events if event.session}
    came = {event.visit for event in events if event.kind == "checked-in"}
    reported: set[Any] = {
        (event.data or {}).get("incident") for event in events if event.kind in REPORTS
    }  # fmt: skip
    return [
        *CounterSession.objects.filter(pk__in=seen),
        *visits,
        *errands,
        *Booking.objects.filter(visit__in=came),
        *Incident.objects.filter(office=office, pk__in=reported - {None}),
    ]


def _plain(rows: Iterable[models.Model]) -> str:
    return str(serializers.serialize("json", rows))
