"""Whether an office is open now, and when it opens next: for kiosks and visitors' phones."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from knutpunkt.core import clock
from knutpunkt.engines import hours
from knutpunkt.network.models import Office
from knutpunkt.network.selectors import office_on, schedules
from knutpunkt.reception.models import OfficeDay
from knutpunkt.reception.selectors.closures import closure_now


@dataclass(frozen=True, slots=True)
class Opening:
    """An office as its door shows it. ``open`` is empty where its hours are unknown.

    ``why`` is ``""`` while it is open, else ``"hours"``, ``"closing"`` (a sudden one) or
    ``"ended"`` (the staff has ended the day).
    """

    name: str
    open: bool | None
    next_opening: datetime | None
    why: str = ""


def opening_of(office: Office) -> Opening:
    """Say whether an office is open now: two queries.

    The hours of the register are read once a minute in a process; a sudden closing and the end
    of the day are looked up every time.
    """
    now = clock.now()
    found = _by_the_hours(office.key, now.replace(second=0, microsecond=0))
    closing = closure_now(office.pk, at=now)
    if closing is not None:
        back = closing.ends_at if found.open else _later(found.next_opening, closing.ends_at)
        return Opening(found.name, open=False, next_opening=back, why="closing")
    ended = OfficeDay.objects.filter(office=office, local_day=now.date(), ended_at__isnull=False)
    if ended.exists():
        tomorrow = _by_the_hours(office.key, _end_of_day(now))
        return Opening(found.name, open=False, next_opening=tomorrow.next_opening, why="ended")
    return found


def name_of(office_key: str) -> str:
    """What the office is called today."""
    return _by_the_hours(office_key, clock.now().replace(second=0, microsecond=0)).name


def _end_of_day(now: datetime) -> datetime:
    return now.replace(hour=23, minute=59, second=0, microsecond=0)


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    """The later of two instants; not known when either is not."""
    return max(one, other) if one and other else None


@lru_cache(maxsize=512)
def _by_the_hours(office_key: str, minute: datetime) -> Opening:
    office = office_on(office_key, minute.date())
    if office is None:
        return Opening(office_key, open=None, next_opening=None)
    found = hours.status(schedules([office])[office_key].office, minute)
    return Opening(
        office.name,
        open=found.open,
        next_opening=found.next_opening,
        why="hours" if found.open is False else "",
    )
