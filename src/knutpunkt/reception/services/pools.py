"""What can be booked at an office, said by whoever runs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Exists, F, OuterRef, Value
from django.db.models.functions import Greatest

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.booking_errors import PoolUnusable
from knutpunkt.reception.models import Booking, BookingPool, SlotCapacity

#: Keys named in one statement.
AT_ONCE = 500


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
    there = Booking.objects.filter(slot__pool=pool, slot__starts_at=OuterRef("starts_at"))
    ahead.filter(~Exists(there), taken=0).delete()
    kept_for_acute = dict(ahead.filter(acute=True).values_list("starts_at", "cap"))
    by_places: dict[int, list[int]] = defaultdict(list)
    for key, starts_at in ahead.filter(acute=False).values_list("pk", "starts_at"):
        by_places[max(pool.staff - kept_for_acute.get(starts_at, 0), 0)].append(key)
    for wanted, keys in by_places.items():
        for some in _batched(keys, AT_ONCE):
            cap = Greatest(F("taken"), Value(wanted))
            SlotCapacity.objects.filter(pk__in=some).update(cap=cap)


def _batched(keys: list[int], size: int) -> Iterator[list[int]]:
    """Lists of at most so many keys."""
    return (keys[first : first + size] for first in range(0, len(keys), size))
