"""Free times as a page shows them: days to choose from, and the times of one of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.formats import date_format

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.selectors.slots import MOST_DAYS, Slot, slots_free

DAYS_LISTED = 14


@dataclass(frozen=True, slots=True)
class DayShown:
    """A day with free times. ``iso`` is how an address has it."""

    iso: str
    name: str
    times: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class TimeShown:
    """A time; ``value`` is its instant, ``again`` says that the clock shows it twice that day."""

    value: str
    name: str
    again: bool


@dataclass(frozen=True, slots=True)
class TimesPage:
    """Days with free times, the times of the chosen day, and where the list goes on."""

    days: tuple[DayShown, ...]
    day: str
    times: tuple[TimeShown, ...]
    later: str
    earlier: str


def times_page(
    office: Office, service: Service, *, day: date | None, since: date | None
) -> TimesPage:
    """Read what is free from a day on: two weeks of days that have a free time."""
    today = clock.today()
    furthest = today + timedelta(days=MOST_DAYS)
    first = min(max(since or day or today, today), furthest)
    found = _days_with_times(office, service, first, furthest)
    listed = dict(list(found.items())[:DAYS_LISTED])
    chosen = day if day in listed else next(iter(listed), None)
    rest = list(found)[DAYS_LISTED:]
    return TimesPage(
        days=tuple(
            DayShown(one.isoformat(), day_name(one), len(slots), one == chosen)
            for one, slots in listed.items()
        ),
        day=day_name(chosen) if chosen else "",
        times=_times(listed[chosen]) if chosen else (),
        later=rest[0].isoformat() if rest else "",
        earlier=today.isoformat() if first > today else "",
    )


def _days_with_times(
    office: Office, service: Service, first: date, last: date
) -> dict[date, list[Slot]]:
    """Free slots by day, as far ahead as the list and what comes after it need."""
    found: dict[date, list[Slot]] = {}
    span = timedelta(days=2 * DAYS_LISTED)
    while first <= last and len(found) <= DAYS_LISTED:
        upto = min(first + span, last)
        found |= _by_day(slots_free(office, service, first, upto))
        first, span = upto + timedelta(days=1), 2 * span
    return found


def _by_day(slots: tuple[Slot, ...]) -> dict[date, list[Slot]]:
    """Slots by day; of several pools at one time the first."""
    one_each = {slot.key: slot for slot in reversed(slots)}
    ordered = [one_each[key] for key in sorted(one_each)]
    return {day: list(some) for day, some in groupby(ordered, lambda slot: slot.starts_at.date())}


def _times(slots: list[Slot]) -> tuple[TimeShown, ...]:
    return tuple(
        TimeShown(str(slot.key), f"{slot.starts_at:%H:%M}", again=bool(slot.starts_at.fold))
        for slot in slots
    )


def day_name(day: date) -> str:
    """A day with its weekday, as the language writes it."""
    return date_format(day, "l j F")
