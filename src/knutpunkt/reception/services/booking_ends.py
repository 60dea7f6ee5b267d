"""Bookings that end by themselves: holds nobody confirmed, and visitors who did not come."""

from __future__ import annotations

from datetime import datetime, time

from django.db.models import F

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.reception.models import Booking
from knutpunkt.reception.services.booking_places import hold_expire
from knutpunkt.reception.services.booking_told import facts_of, office_told

AT_ONCE = 1000


def holds_expire() -> int:
    """Free the places of holds whose ten minutes are over; how many there were."""
    now = clock.now()
    stale = Booking.objects.filter(status=Booking.Status.HELD, hold_expires_at__lte=now)
    return sum(hold_expire(booking, now) for booking in stale.order_by("pk")[:AT_ONCE])


def bookings_missed() -> int:
    """Note for confirmed bookings of earlier days that nobody came; how many there were."""
    today = datetime.combine(clock.today(), time.min, NETWORK_ZONE)
    missed = Booking.objects.select_related("slot").filter(
        status=Booking.Status.CONFIRMED, slot__starts_at__lt=today
    )
    return sum(_missed(booking) for booking in missed.order_by("office", "pk")[:AT_ONCE])


def _missed(booking: Booking) -> bool:
    with office_told(booking.office_id) as told:
        changed = Booking.objects.filter(pk=booking.pk, status=Booking.Status.CONFIRMED).update(
            status=Booking.Status.NO_SHOW, version=F("version") + 1
        )
        if changed:
            told.event("booking-missed", **facts_of(booking))
        return bool(changed)
