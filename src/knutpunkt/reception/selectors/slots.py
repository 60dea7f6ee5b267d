"""Which times can be booked: opening hours, staff and equipment of an office, cut into slots."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import groupby

from django.db.models import Q

from knutpunkt.core import clock, edtf
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.fields import to_ms
from knutpunkt.engines import hours
from knutpunkt.network.models import Office, OfficeEquipment, Service, ServiceLevel
from knutpunkt.network.selectors import office_on, schedules
from knutpunkt.reception.models import (
    Booking,
    BookingPool,
    Closure,
    EquipmentFault,
    SlotCapacity,
)
from knutpunkt.reception.selectors.closures import closures_after

#: Places kept for acute visits can be booked this long before, and by anybody from here on.
ACUTE_OPENS = timedelta(days=2)
ACUTE_RELEASED = timedelta(hours=2)
MOST_DAYS = 92

DayTest = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Slot:
    """A time of a pool, how many ordinary and acute places it has, and how many are free.

    ``free`` counts the places open to whoever asked; ``ordinary`` and ``acute`` are the capacity.
    """

    pool: int
    starts_at: datetime
    ends_at: datetime
    ordinary: int
    acute: int
    free: int

    @property
    def key(self) -> int:
        """Its beginning in milliseconds: two instants of one wall-clock time differ here."""
        return to_ms(self.starts_at)


def slots_free(
    office: Office, service: Service, first: date, last: date, *, acute: bool = False
) -> tuple[Slot, ...]:
    """Times with a free place for a service from ``first`` to ``last``, both included.

    Parameters
    ----------
    acute
        Also count the places kept for acute visits, from two days before.

    Returns
    -------
    tuple of Slot
        In order of time. About fifteen queries however many days there are.
    """
    return tuple(slot for slot in slots(office, service, first, last, acute=acute) if slot.free)


def slots(
    office: Office, service: Service, first: date, last: date, *, acute: bool = False
) -> tuple[Slot, ...]:
    """Times of a service, also those that are taken."""
    now = clock.now()
    first, last = max(first, now.date()), min(last, now.date() + timedelta(days=MOST_DAYS))
    pools = list(BookingPool.objects.filter(office=office, services=service).order_by("pk"))
    if first > last or not pools:
        return ()
    openings = _openings(office, service, first, last)
    offered = _offered_on(office, service)
    found: list[Slot] = []
    for pool in pools:
        working = _working_on(office, service, pool)
        days = [
            opening
            for opening in openings
            if _lasts(pool, opening.date, now.date())
            and offered(opening.date)
            and working(opening.date)
        ]
        found += _counted(pool, _cut(pool, days), acute=acute, now=now)
    closed = closures_after(office.pk, now)
    open_ones = [slot for slot in found if not any(_during(slot, c) for c in closed)]
    return tuple(sorted(open_ones, key=lambda slot: (slot.key, slot.pool)))


# --- days -----------------------------------------------------------------------------------------


def _openings(
    office: Office, service: Service, first: date, last: date
) -> tuple[hours.Opening, ...]:
    here = office_on(office.key, first)
    if here is None:
        return ()
    schedule = schedules([here])[office.key].of(service.authority_id)
    return hours.intervals(schedule, first, last)


def _lasts(pool: BookingPool, day: date, today: date) -> bool:
    begun = pool.valid_from <= day and (pool.valid_to is None or day <= pool.valid_to)
    return begun and day <= today + timedelta(days=pool.days_ahead)


def _offered_on(office: Office, service: Service) -> DayTest:
    here = Q(office=None) | Q(office=office)
    levels = list(ServiceLevel.objects.known_on(None).filter(here, task__service=service))
    return lambda day: any(row.may_hold_on(day) for row in levels)


def _working_on(office: Office, service: Service, pool: BookingPool) -> DayTest:
    """On which days the equipment is there that pool and service need; never while it is broken."""
    always = {pool.equipment_id} - {None}
    by_service = {service.needs_equipment_id} - {None}
    since = _earliest(service.needs_equipment_from)
    needed = always | by_service
    if not needed:
        return lambda _day: True
    broken = set(
        EquipmentFault.objects.filter(
            office=office, equipment__in=needed, mended_at=None
        ).values_list("equipment_id", flat=True)
    )
    owned = list(OfficeEquipment.objects.known_on(None).filter(office=office, equipment__in=needed))

    def working(day: date) -> bool:
        wanted = needed if since <= day else always
        there = {row.equipment_id for row in owned if row.must_hold_on(day)}
        return wanted <= there and not wanted & broken

    return working


def _earliest(rough: str) -> date:
    return edtf.parse(rough).earliest if rough else edtf.DAWN


# --- slots ----------------------------------------------------------------------------------------


def _cut(pool: BookingPool, openings: list[hours.Opening]) -> Iterator[Slot]:
    """Cut openings into slots in real time, so that a day of 23 or 25 hours is cut right."""
    for _day, of_day in groupby(openings, key=lambda opening: opening.date):
        times = [at for opening in of_day for at in _beginnings(pool, opening)]
        for number, at in enumerate(times):
            acute = _share(pool, number, len(times))
            yield Slot(pool.pk, at, _later(at, pool.slot_minutes), pool.staff - acute, acute, 0)


def _beginnings(pool: BookingPool, opening: hours.Opening) -> Iterator[datetime]:
    at, closes_at = opening.opens_at.astimezone(UTC), opening.closes_at.astimezone(UTC)
    while at + timedelta(minutes=pool.slot_minutes) <= closes_at:
        yield at.astimezone(NETWORK_ZONE)
        at += timedelta(minutes=pool.slot_minutes)


def _later(at: datetime, minutes: int) -> datetime:
    return (at.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(NETWORK_ZONE)


def _share(pool: BookingPool, number: int, slots_of_day: int) -> int:
    """Acute places of one slot: those of the day spread evenly, at most all of its places."""
    upto = [(number + more) * pool.acute_per_day // slots_of_day for more in (0, 1)]
    return min(pool.staff, upto[1] - upto[0])


def _counted(
    pool: BookingPool, cut: Iterator[Slot], *, acute: bool, now: datetime
) -> Iterator[Slot]:
    """Slots still ahead with what is free in them, read from the rows there are."""
    ahead = [slot for slot in cut if slot.key > to_ms(now)]
    if not ahead:
        return
    rows = {
        (to_ms(row.begins), row.acute): row
        for row in SlotCapacity.objects.filter(
            pool=pool, starts_at__gte=ahead[0].starts_at, starts_at__lte=ahead[-1].starts_at
        )
    }
    stale = _stale(rows, now)
    for slot in ahead:
        caps, free = [slot.ordinary, slot.acute], [slot.ordinary, slot.acute]
        for kind in (False, True):
            if row := rows.get((slot.key, kind)):
                caps[kind], free[kind] = row.cap, row.cap - row.taken + stale[row.pk]
        open_to_asker = sum(free[kind] for kind in kinds_open(slot.starts_at, acute=acute, now=now))
        yield Slot(slot.pool, slot.starts_at, slot.ends_at, caps[0], caps[1], open_to_asker)


def _stale(rows: dict[tuple[int, bool], SlotCapacity], now: datetime) -> Counter[int]:
    """Holds that have expired and not been swept yet, by slot: their places are free."""
    taken = [row.pk for row in rows.values() if row.taken]
    held = Booking.objects.filter(slot__in=taken, status="held", hold_expires_at__lte=now)
    return Counter(held.values_list("slot_id", flat=True))


def kinds_open(starts_at: datetime, *, acute: bool, now: datetime) -> tuple[bool, ...]:
    """Which places somebody may take, acute ones (true) or ordinary ones, in order of choice."""
    left = starts_at.astimezone(UTC) - now.astimezone(UTC)
    if acute:
        return (True, False) if left <= ACUTE_OPENS else ()
    return (False, True) if left <= ACUTE_RELEASED else (False,)


def _during(slot: Slot, closure: Closure) -> bool:
    begins, ends = closure.begins_at, closure.ends_at
    assert begins is not None
    ended = ends is not None and to_ms(ends) <= slot.key
    return not ended and to_ms(begins) < to_ms(slot.ends_at)
