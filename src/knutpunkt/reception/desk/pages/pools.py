"""What an office manager reads about bookable times: the pools, and what is free on next days."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.desk.names import in_page_language
from knutpunkt.reception.models import BookingPool
from knutpunkt.reception.selectors.bookable import hours_known
from knutpunkt.reception.selectors.slots import Slot, slots

DAYS_SHOWN = 7


@dataclass(frozen=True, slots=True)
class PoolLine:
    """A pool as the list shows it; ``over`` when its last day is past."""

    pool: BookingPool
    services: tuple[str, ...]
    over: bool


@dataclass(frozen=True, slots=True)
class Cell:
    """Places of a service on a day: free ones, and all that are not kept for acute visits.

    Both are 0 where no time is offered.
    """

    free: int
    places: int


@dataclass(frozen=True, slots=True)
class Bookable:
    """What a pool offers on the next days, a row for each service.

    Services of a pool share its places. ``hours_known`` is false where the register has no hours.
    """

    days: tuple[date, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]
    hours_known: bool

    @property
    def nothing(self) -> bool:
        """Whether no time is offered on any of the days."""
        return not any(cell.places for _name, cells in self.rows for cell in cells)


def pools_of(office: Office) -> list[BookingPool]:
    """Pools of an office with services and equipment: three queries."""
    rows = BookingPool.objects.filter(office=office).select_related("equipment")
    return list(rows.prefetch_related("services__authority"))


def lines_of(pools: Sequence[BookingPool]) -> list[PoolLine]:
    """Each pool with its services in words."""
    today = clock.today()
    return [
        PoolLine(
            pool,
            tuple(service_in_words(one) for one in pool.services.all()),
            over=pool.valid_to is not None and pool.valid_to < today,
        )
        for pool in pools
    ]


def bookable_of(office: Office, pool: BookingPool) -> Bookable:
    """Count what can be booked of a pool today and on the six days after it."""
    today = clock.today()
    days = tuple(today + timedelta(days=n) for n in range(DAYS_SHOWN))
    rows = tuple(
        (service_in_words(one), _cells(slots(office, one, days[0], days[-1]), pool, days))
        for one in pool.services.all()
    )
    return Bookable(days, rows, hours_known=hours_known(office))


def service_in_words(service: Service) -> str:
    """A service with its authority: many authorities have one called guidance."""
    authority = in_page_language(service.authority.name_sv, service.authority.name_en)
    return f"{authority}: {in_page_language(service.name_sv, service.name_en)}"


def _cells(found: Sequence[Slot], pool: BookingPool, days: Sequence[date]) -> tuple[Cell, ...]:
    by_day: defaultdict[date, list[Slot]] = defaultdict(list)
    for slot in found:
        if slot.pool == pool.pk:
            by_day[slot.starts_at.date()].append(slot)
    return tuple(
        Cell(sum(slot.free for slot in by_day[day]), sum(slot.ordinary for slot in by_day[day]))
        for day in days
    )
