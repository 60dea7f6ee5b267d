"""Reads of bookings."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q, QuerySet

from knutpunkt.core import clock
from knutpunkt.reception.booking_codes import code_hash, typed
from knutpunkt.reception.models import Booking

STANDING = (Booking.Status.HELD, Booking.Status.CONFIRMED)
#: A booking moved more often than this is not followed further.
MOST_MOVES = 50


def booking_of_code(text: str) -> Booking | None:
    """The booking a code leads to, followed to where it was moved: one query and one a move."""
    code = typed(text)
    if not code:
        return None
    rows = Booking.objects.select_related("slot", "service__authority", "office")
    found = rows.filter(code_hash=code_hash(code)).first()
    for _move in range(MOST_MOVES):
        if found is None or found.moved_to_id is None:
            break
        found = rows.get(pk=found.moved_to_id)
    return found


def bookings_standing(office: int) -> QuerySet[Booking]:
    """Held and confirmed bookings of an office, in order of time."""
    rows = Booking.objects.select_related("slot", "service__authority", "office")
    return rows.filter(office=office, status__in=STANDING).order_by("slot__starts_at", "made_at")


def bookings_of_day(office: int, first: datetime, last: datetime) -> QuerySet[Booking]:
    """Bookings that staff expects between two instants, also those checked in: one query."""
    rows = Booking.objects.select_related("slot", "service__authority")
    expected = (Booking.Status.CONFIRMED, Booking.Status.CHECKED_IN, Booking.Status.NO_SHOW)
    found = rows.filter(office=office, status__in=expected)
    return found.filter(slot__starts_at__gte=first, slot__starts_at__lt=last).order_by(
        "slot__starts_at", "made_at"
    )


def bookings_affected(office: int, equipment: str) -> QuerySet[Booking]:
    """Bookings still to come that need a piece of equipment: one query."""
    needs = Q(slot__pool__equipment=equipment) | Q(service__needs_equipment=equipment)
    return bookings_standing(office).filter(needs, slot__starts_at__gt=clock.now())


def bookings_during(office: int, begins: datetime, ends: datetime) -> QuerySet[Booking]:
    """Bookings whose time lies, wholly or in part, between two instants: one query."""
    return bookings_standing(office).filter(slot__starts_at__lt=ends, slot__ends_at__gt=begins)
