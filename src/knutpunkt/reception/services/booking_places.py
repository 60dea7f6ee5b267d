"""Places in slots: taken one at a time, never more than there are.

A place is taken by ``UPDATE … SET taken = taken + 1 WHERE taken < cap``: of any number of people
who want the last one, the database lets one through. The constraint ``slot_is_never_overbooked``
stands behind it for whatever goes another way.
"""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.booking_errors import SlotNotFree
from knutpunkt.reception.models import Booking, SlotCapacity
from knutpunkt.reception.selectors.slots import Slot, kinds_open, slots_free


def slots_at(
    office: Office, service: Service, starts_at: datetime, *, acute: bool = False
) -> list[Slot]:
    """The slots with a free place that begin at an instant, one for each pool.

    Raises
    ------
    SlotNotFree
        When there is none.
    """
    day = starts_at.astimezone(clock.NETWORK_ZONE).date()
    wanted = to_ms(starts_at)
    found = slots_free(office, service, day, day, acute=acute)
    at_that_time = [slot for slot in found if slot.key == wanted]
    if not at_that_time:
        raise SlotNotFree
    return at_that_time


def place_take(slots: list[Slot], *, acute: bool) -> SlotCapacity:
    """Take a place in the first of these slots that has one, in the caller's transaction.

    Raises
    ------
    SlotNotFree
        When somebody else has taken the last one meanwhile.
    """
    now = clock.now()
    for slot in slots:
        rows = {row.acute: row for row in _rows_of(slot)}
        for kind in kinds_open(slot.starts_at, acute=acute, now=now):
            row = rows[kind]
            if _taken_one(row) or (_stale_released(row, now) and _taken_one(row)):
                return row
    raise SlotNotFree


def place_release(slot: int) -> None:
    """Give a place back."""
    SlotCapacity.objects.filter(pk=slot, taken__gt=0).update(taken=F("taken") - 1)


@transaction.atomic
def hold_expire(booking: Booking, now: datetime) -> bool:
    """End a hold nobody confirmed in time and free its place; of two who try, one does it."""
    ended = Booking.objects.filter(
        pk=booking.pk, status=Booking.Status.HELD, hold_expires_at__lte=now
    ).update(status=Booking.Status.EXPIRED, version=F("version") + 1)
    if ended:
        place_release(booking.slot_id)
    return bool(ended)


def _rows_of(slot: Slot) -> list[SlotCapacity]:
    """The rows of a slot, ordinary and acute, made together when first needed."""
    wanted = [
        SlotCapacity(
            pool_id=slot.pool,
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            cap=cap,
            acute=acute,
        )
        for acute, cap in ((False, slot.ordinary), (True, slot.acute))
    ]
    kept = SlotCapacity.objects.filter(pool=slot.pool, starts_at=slot.key).order_by("acute")
    rows = list(kept)
    if len(rows) < len(wanted):
        SlotCapacity.objects.bulk_create(wanted, ignore_conflicts=True)
        rows = list(kept.all())
    return rows


def _taken_one(row: SlotCapacity) -> bool:
    free = SlotCapacity.objects.filter(pk=row.pk, taken__lt=F("cap"))
    return bool(free.update(taken=F("taken") + 1))


def _stale_released(row: SlotCapacity, now: datetime) -> bool:
    stale = Booking.objects.filter(
        slot=row, status=Booking.Status.HELD, hold_expires_at__lte=now
    ).order_by("pk")
    return sum(hold_expire(booking, now) for booking in stale) > 0
