"""What can be booked at an office, said by whoever runs it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Greatest

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.booking_errors import PoolUnusable
from knutpunkt.reception.models import Booking, BookingPool, SlotCapacity


@transaction.atomic
def pool_set(
    *,
    office: Office,
    key: str,
    services: Iterable[Service],
    valid_from: date | None = None,
    **values: Any,
) -> BookingPool:
    """Make a pool of bookable times, or change it.

    Slots that have bookings get the new number of places, never fewer than are taken; the others
    are cut anew.

    Parameters
    ----------
    values
        ``slot_minutes``, ``staff``, ``equipment``, ``acute_per_day``, ``days_ahead``, ``valid_to``.

    Raises
    ------
    PoolUnusable
        Saying which value cannot be.
    """
    pool = BookingPool.objects.filter(office=office, key=key).first()
    pool = pool or BookingPool(office=office, key=key, valid_from=clock.today())
    if valid_from is not None:
        pool.valid_from = valid_from
    for name, value in values.items():
        setattr(pool, name, value)
    try:
        pool.full_clean(exclude=["services"])
    except ValidationError as error:
        raise PoolUnusable(problem=" ".join(error.messages)) from None
    pool.save()
    pool.services.set(services)
    _fit_slots(pool)
    return pool


def _fit_slots(pool: BookingPool) -> None:
    """Let empty slots ahead be made anew; the others never have fewer places than are taken."""
    ahead = SlotCapacity.objects.filter(pool=pool, starts_at__gt=clock.now())
    for slot in ahead.filter(acute=False):
        pair = ahead.filter(starts_at=to_ms(slot.begins))
        if not Booking.objects.filter(slot__in=pair).exists():
            pair.filter(taken=0).delete()
            continue
        acute = sum(pair.filter(acute=True).values_list("cap", flat=True))
        wanted = max(pool.staff - acute, 0)
        pair.filter(acute=False).update(cap=Greatest(F("taken"), Value(wanted)))
