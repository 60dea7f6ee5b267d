"""Network values in the words of the API."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.engines import hours
from knutpunkt.network.selectors import EventOnRecord, Offer, OfficeOnDay
from knutpunkt.public.matching import Match
from knutpunkt.public.selectors import Found


def office_out(office: OfficeOnDay) -> dict[str, Any]:
    """Describe an office on the day it was read for."""
    closing = office.last_day
    texts = {event.pk: event.happened_on for event in office.events}
    return {
        "key": office.key,
        "name": office.name,
        "kind": office.kind,
        "state": office.state,
        "open": office.open,
        "last_day": texts.get(closing.pk or 0) if closing else None,
        "address": office.address,
        "in_balance": office.in_balance,
        "url": reverse("api:office", kwargs={"key": office.key}),
        "source": office.source,
        "published_on": office.published_on,
        "confidence": office.confidence,
        "note_sv": office.note_sv,
        "note_en": office.note_en,
    }


def event_out(event: EventOnRecord) -> dict[str, Any]:
    """Describe an event; an edge of the calendar is no day."""
    told = {name: getattr(event, name) for name in EventOnRecord.__slots__}
    return told | {"earliest": _day(event.earliest), "latest": _day(event.latest)}


def offer_out(offer: Offer) -> dict[str, Any]:
    """Describe what an office does for an authority."""
    told = {name: getattr(offer, name) for name in Offer.__slots__}
    return told | {"everywhere": offer.office is None}


def week_out(days: Iterable[hours.DayHours]) -> list[dict[str, Any]]:
    """Describe the opening hours of days."""
    return [
        {
            "date": day.date,
            "state": day.state.value,
            "intervals": [{"opens": i.opens_text, "closes": i.closes_text} for i in day.intervals],
            "reason": day.reason,
            "source": day.source,
        }
        for day in days
    ]


def found_out(found: Found) -> dict[str, Any]:
    """Describe an office that was found near a place."""
    return {
        "office": office_out(found.office),
        "metres": None if found.metres is None else round(found.metres),
        "open": found.open,
        "until": found.until,
        "next_opening": found.next_opening,
        "hours_reason": found.hours_reason,
        "level": found.level,
    }


def place_out(match: Match) -> dict[str, Any]:
    """Describe what somebody's words were taken for."""
    return {name: getattr(match, name) for name in ("kind", "name", "within", "lat", "lon")}


def _day(bound: date) -> date | None:
    return None if bound in (DAWN, DUSK) else bound
