"""Which offices are played, when they are open, and what they offer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.core.fields import to_ms
from knutpunkt.engines import hours
from knutpunkt.network.models import Office
from knutpunkt.network.selectors import network_on, schedules
from knutpunkt.network.services import office_create
from knutpunkt.reception.errors import OfficeUnknown
from knutpunkt.reception.selectors.menu import menu_of
from knutpunkt.reception.simulating.mixes import Service

MADE_UP = "simulated-"
SATURDAY = 5
#: Assumed where the register does not know the hours.
USUAL_HOURS = (time(10), time(16))
MOST_OFFICES = 2000
Span = tuple[int, int]


def offices_for(count: int, day: date) -> tuple[str, ...]:
    """Keys of as many offices: those surely open on the day, then made-up ones."""
    known = sorted(office.key for office in network_on(day).open_offices())
    more = (f"{MADE_UP}{number:04d}" for number in range(1, count - len(known) + 1))
    return (*known[:count], *more)


def office_made(key: str) -> Office:
    """The office with a key; a made-up one is put on record, and its name says what it is.

    Raises
    ------
    OfficeUnknown
        When it is not on record and not made up either.
    """
    found = Office.objects.filter(key=key).first()
    if found is not None:
        return found
    number = key.removeprefix(MADE_UP)
    if number == key or not number.isdigit():
        raise OfficeUnknown(office=key)
    return office_create(key=key, name=f"Simulated office {int(number)}", by="simulation")


def opening_spans(offices: Sequence[str], days: Sequence[date]) -> dict[tuple[str, date], Span]:
    """First opening and last closing of each office and day in milliseconds; closed days lack."""
    known = {one.key: one for one in network_on(days[0]).offices if one.key in set(offices)}
    found = schedules(known.values())
    spans = {}
    for office in offices:
        for day in days:
            schedule = found[office].office if office in found else None
            span = _span(schedule, day)
            if span is not None:
                spans[office, day] = span
    return spans


def working_days(first: date, count: int) -> tuple[date, ...]:
    """Mondays to Fridays from a day on; holidays are left to the opening hours."""
    found: list[date] = []
    day = first
    while len(found) < count:
        if day.weekday() < SATURDAY:
            found.append(day)
        day += timedelta(days=1)
    return tuple(found)


def services_of(office: str, day: date) -> tuple[Service, ...]:
    """What an office offers by the register."""
    return tuple(Service(one.authority, one.service, one.level) for one in menu_of(office, day=day))


def usual_span(day: date) -> Span:
    """The hours assumed where nothing is known."""
    return _instant(day, USUAL_HOURS[0]), _instant(day, USUAL_HOURS[1])


def _span(schedule: hours.Schedule | None, day: date) -> Span | None:
    if schedule is None:
        return usual_span(day)
    answer = hours.day(schedule, day)
    if answer.state == hours.State.UNKNOWN:
        return usual_span(day)
    openings = hours.intervals(schedule, day, day)
    if not openings:
        return None
    return to_ms(openings[0].opens_at), to_ms(openings[-1].closes_at)


def _instant(day: date, at: time) -> int:
    return to_ms(datetime.combine(day, at, NETWORK_ZONE))
