"""How fast an office works: time at the counter per service, from its last events.

Little is believed of few observations: what has been counted is mixed with a prior as if that had
been seen ``PRIOR_WEIGHT`` times, a service with its office and an office with the assumed pace.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from django.db import connection

from knutpunkt.core import clock
from knutpunkt.engines.queueing.waiting import Pace
from knutpunkt.reception.models.visits import PER_OFFICE

#: Assumed until an office has events of its own: ten minutes with the visitor, coefficient of
#: variation 0.9, and nobody gives up.
ASSUMED = Pace(10.0, 0.9)
PRIOR_WEIGHT = 20
#: Seconds a process believes what it has counted.
KEPT = 1800.0
LAST_EVENTS = 4000
WEEKS = 6
MINUTE = 60_000
LONGEST = 180.0
#: A counter that calls nobody for longer than this while people wait has a break, in minutes.
LONGEST_TURN = 6.0

_EVENTS = """
SELECT kind, at, local_day, errand, session, service_id, state FROM reception_event
WHERE id >= %s AND id < %s AND practice = %s AND local_day >= %s
ORDER BY id DESC LIMIT %s
"""
_FREES = ("finished", "missed", "parked", "transferred", "left", "released")
_TAKES = ("called", "resumed")


@dataclass(frozen=True, slots=True)
class OfficePace:
    """Pace of an office and of its services; ``giving_up`` per minute waited."""

    usual: Pace
    services: dict[int, Pace]
    giving_up: float = 0.0

    def of(self, service: int | None) -> Pace:
        """Pace of a service, the office's usual one where it has none of its own."""
        return self.usual if service is None else self.services.get(service, self.usual)


_paces: dict[int, tuple[float, OfficePace]] = {}


def pace_of(office: int) -> OfficePace:
    """Pace of an office; counted anew at most every half hour, by one read."""
    kept = _paces.get(office)
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    since = clock.today() - timedelta(weeks=WEEKS)
    with connection.cursor() as cursor:
        bounds = [office * PER_OFFICE, (office + 1) * PER_OFFICE]
        cursor.execute(_EVENTS, [*bounds, False, since, LAST_EVENTS])
        found = counted(reversed(cursor.fetchall()))
    _paces[office] = (time.monotonic() + KEPT, found)
    return found


def forget_paces() -> None:
    """Count anew at the next question."""
    _paces.clear()


@dataclass
class Moments:
    """Number, sum and sum of squares of minutes."""

    number: float = 0
    total: float = 0.0
    squares: float = 0.0

    def add(self, minutes: float) -> None:
        """Count one more."""
        self.number += 1
        self.total += minutes
        self.squares += minutes * minutes

    def mixed_with(self, prior: Pace) -> Pace:
        """The pace seen, mixed with what was thought before."""
        number = self.number + PRIOR_WEIGHT
        mean = (self.total + PRIOR_WEIGHT * prior.mean) / number
        square = (self.squares + PRIOR_WEIGHT * prior.mean**2 * (1 + prior.cv**2)) / number
        return Pace(mean, max(0.0, square / mean**2 - 1) ** 0.5)


@dataclass
class Seen:
    """What happened up to an event of a day: who waits, which counter has whom since when."""

    day: Any = None
    waiting: dict[int, int] = field(default_factory=dict)
    taken: dict[int, tuple[int, Any]] = field(default_factory=dict)
    free_since: dict[int, int] = field(default_factory=dict)
    all: Moments = field(default_factory=Moments)
    by_service: dict[int, Moments] = field(default_factory=lambda: defaultdict(Moments))
    waited: float = 0.0
    gave_up: int = 0


def counted(events: Iterable[Any]) -> OfficePace:
    """Count the pace of an office from rows of its events in their order.

    A counter is taken from the call to the end, and before it from the end of the one before,
    where somebody waited all that time: the way, and the breath between two, are part of the pace.
    """
    seen = Seen()
    for kind, at, day, errand, session, service, state in events:
        if day != seen.day:
            seen.day = day
            for kept in (seen.waiting, seen.taken, seen.free_since):
                kept.clear()
        _follow(seen, kind, int(at), errand, session, service, state)
    usual = seen.all.mixed_with(ASSUMED)
    services = {service: moments.mixed_with(usual) for service, moments in seen.by_service.items()}
    return OfficePace(usual, services, seen.gave_up / seen.waited if seen.waited else 0.0)


def _follow(
    seen: Seen, kind: str, at: int, errand: Any, session: Any, service: Any, state: str
) -> None:
    if kind in _TAKES:
        _stops_waiting(seen, errand, at)
        free_since = seen.free_since.pop(session, at)
        has_a_break = at - free_since > LONGEST_TURN * MINUTE
        seen.taken[errand] = (at if has_a_break else free_since, session)
    elif kind == "left":
        seen.gave_up += errand in seen.waiting
        _stops_waiting(seen, errand, at)
    elif state == "waiting":
        seen.waiting.setdefault(errand, at)
    if kind in _FREES and errand in seen.taken:
        since, counter = seen.taken.pop(errand)
        _served(seen, (at - since) / MINUTE, service)
        if seen.waiting and counter is not None:
            seen.free_since[counter] = at


def _stops_waiting(seen: Seen, errand: Any, at: int) -> None:
    since = seen.waiting.pop(errand, None)
    if since is not None:
        seen.waited += (at - since) / MINUTE


def _served(seen: Seen, minutes: float, service: Any) -> None:
    if 0 < minutes <= LONGEST:
        seen.all.add(minutes)
        if service is not None:
            seen.by_service[service].add(minutes)
