"""Travel to the nearest office with and without one of them, from where people live."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.travel import TravelTimes
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay, Register
from knutpunkt.planning.models import DemandPoint

# Less than this is rounding, not a nearer office.
NEARER_BY_MINUTES = 1e-9

Points = NDArray[np.float64]
Minutes = Callable[[Points, Points], TravelTimes]


@dataclass(frozen=True, slots=True)
class Relief:
    """Residents who had a neighbouring office nearest and now have this one."""

    office: str
    name: str
    persons: int


@dataclass(frozen=True, slots=True)
class Travelled:
    """Travel before and after an office, for its municipality and for those it is nearest to.

    Minutes are means per resident, one way; ``None`` where they cannot be reckoned.
    """

    office: OfficeOnDay | None
    on: date
    before_on: date
    how: str
    minutes_before: float | None
    minutes_after: float | None
    persons_nearer: float | None
    minutes_each: float | None
    relief: tuple[Relief, ...]


def travelled(
    key: str, on: date, decided_on: date | None, municipality: str | None, minutes: Minutes
) -> Travelled:
    """Reckon travel on a day and before an office opened: eight queries.

    Parameters
    ----------
    key
        The office.
    on
        The day of “after”.
    decided_on
        The day of “before”; without one the day before the office opened.
    municipality
        Code of the municipality whose residents' mean is asked for; that of the address without.
    minutes
        Travel times from points to sites, each of shape ``(n, 2)``.
    """
    register = Register()
    now = register.on(on)
    office = now.office(key)
    before_on = decided_on or _eve(office, on)
    points = list(DemandPoint.objects.filter(persons__gt=0))
    before = _Nearest(register.on(before_on), points, minutes)
    after = _Nearest(now, points, minutes)
    code = municipality or (office.address.municipality_code if office else None)
    mine = after.assigned_to(key)
    further = mine & (before.minutes > after.minutes + NEARER_BY_MINUTES)
    persons = after.persons_where(further) if mine.any() else None
    saved = np.where(further, before.minutes - after.minutes, 0.0)
    return Travelled(
        office=office,
        on=on,
        before_on=before_on,
        how=after.how or before.how,
        minutes_before=before.mean_in(code),
        minutes_after=after.mean_in(code),
        persons_nearer=persons,
        minutes_each=after.mean_of(saved, further),
        relief=_relief(_Nearest(now, points, minutes, leave_out=key), mine),
    )


def _eve(office: OfficeOnDay | None, on: date) -> date:
    """Return the day before the newest opening on record."""
    opened = [stay.opened for stay in office.stays if stay.opened.pk is not None] if office else []
    # Of a rough opening the last day it can have been: its first may be the dawn of time.
    return (opened[-1].window[1] if opened else on) - timedelta(days=1)


def _relief(without: _Nearest, mine: NDArray[np.bool_]) -> tuple[Relief, ...]:
    """Neighbours that those who have the office nearest would go to without it."""
    found = [
        Relief(office.key, office.name, round(without.persons_where(mine & there)))
        for office in without.offices
        if (there := without.assigned_to(office.key))[mine].any()
    ]
    return tuple(sorted(found, key=lambda one: (-one.persons, one.office)))


class _Nearest:
    """Who has which office nearest on a day, among those surely open and placed."""

    def __init__(
        self,
        network: NetworkOnDay,
        points: Sequence[DemandPoint],
        minutes: Minutes,
        *,
        leave_out: str = "",
    ) -> None:
        self.offices = [
            office
            for office in network.open_offices()
            if office.address.lat is not None and office.key != leave_out
        ]
        self.points = points
        self.persons = np.array([point.persons for point in self.points], dtype=np.float64)
        self.minutes = np.full(len(self.points), np.inf)
        self._nearest = np.full(len(self.points), -1)
        self.how = ""
        if self.offices and self.points:
            travel = minutes(_places(self.points), _sites(self.offices))
            self._nearest = travel.minutes.argmin(axis=1)
            self.minutes = travel.minutes.min(axis=1)
            self.how = str(travel.source)

    def assigned_to(self, key: str) -> NDArray[np.bool_]:
        """Whether each point has the office nearest, shape ``(points,)``."""
        number = next((n for n, office in enumerate(self.offices) if office.key == key), -2)
        assigned: NDArray[np.bool_] = self._nearest == number
        return assigned

    def persons_where(self, points: NDArray[np.bool_]) -> float:
        """Residents of some points."""
        return float(self.persons[points].sum())

    def mean_in(self, code: str | None) -> float | None:
        """Mean minutes per resident of a municipality."""
        here = np.array([point.municipality_id == code for point in self.points], dtype=bool)
        return self.mean_of(self.minutes, here)

    def mean_of(self, minutes: NDArray[np.float64], points: NDArray[np.bool_]) -> float | None:
        """Mean of some minutes over the residents of some points; ``None`` without any."""
        persons = self.persons[points]
        if not persons.sum() or not np.isfinite(minutes[points]).all():
            return None
        return float(persons @ minutes[points] / persons.sum())


def _places(points: Sequence[DemandPoint]) -> Points:
    return np.array([(point.lat, point.lon) for point in points], dtype=np.float64)


def _sites(offices: Sequence[OfficeOnDay]) -> Points:
    return np.array(
        [(office.address.lat, office.address.lon) for office in offices], dtype=np.float64
    )
