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
    Counter,
    CounterSession,
    Errand,
    Event,
    Incident,
    OfficeDay,
    TicketCounter,
    Visit,
    key_of,
)

#: Events in one batch; a day of work is fetched in several.
MOST_EVENTS = 1_000


def batch_after(office: Office, after: int, *, most: int = MOST_EVENTS) -> dict[str, Any]:
    """Gather what happened after an event.

    Returns
    -------
    dict
        ``after``, ``through``, ``complete`` (nothing is left), and serialized rows. Where more is
        left, the rows may already be further than the events; the last batch puts them right.
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
            "counters": dict(Counter.objects.filter(office=office).values_list("pk", "name")),
        }


def _rows(office: Office, events: list[Event]) -> list[models.Model]:
    visits = Visit.objects.filter(pk__in={event.visit for event in events if event.visit})
    errands = Errand.objects.filter(pk__in={event.errand for event in events if event.errand})
    seen = {event.session for event in events if event.session}
    days = {event.local_day for event in events}
    own: dict[str, Any] = {"office": office, "local_day__in": days}
    return [
        *CounterSession.objects.filter(pk__in=seen),
        *visits,
        *errands,
        *TicketCounter.objects.filter(**own),
        *OfficeDay.objects.filter(**own),
        *Booking.objects.filter(visit__in={event.visit for event in events if event.visit}),
        *(Incident.objects.filter(office=office) if _tell_of_incidents(events) else ()),
    ]


def _tell_of_incidents(events: Iterable[Event]) -> bool:
    return any(event.kind in ("incident", "alarm") for event in events)


def _plain(rows: Iterable[models.Model]) -> str:
    return str(serializers.serialize("json", rows))
