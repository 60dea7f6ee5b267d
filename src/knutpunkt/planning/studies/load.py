"""How many visits each office may expect: visits follow people to the nearest office.

Where the reception has counted visits at an office, its residents are taken to keep going as
often as they did. Where it has not, they are taken to go as often as those of the offices that
have counts, and the answer says so. Without any count the load is told in residents.

In these figures how often people go does not change with the way. What may come beside them is
estimated in :mod:`knutpunkt.planning.studies.induced`, where enough was measured.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from numpy.typing import NDArray

from knutpunkt.core import clock
from knutpunkt.planning.studies.ground import Floats, Ground
from knutpunkt.reception.models import Room
from knutpunkt.reception.selectors.figures import visits_by_office

DAYS = 365


@dataclass(frozen=True, slots=True)
class Load:
    """Load of every site before and after, shape ``(sites,)``, in visits a year or residents.

    ``measured`` are the keys of offices with counted visits in the period, ``simulated`` those of
    them whose visitors were made up, ``visits`` the counts of every site, shape ``(sites,)``.
    """

    unit: str
    first: date
    last: date
    measured: tuple[str, ...]
    simulated: tuple[str, ...]
    visits: Floats
    before: Floats
    after: Floats

    def about(self) -> dict[str, Any]:
        """Say what the figures are, as plain values."""
        return {
            "unit": self.unit,
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "measured": list(self.measured),
            "simulated": list(self.simulated),
        }


def load_of(ground: Ground, before: NDArray[np.intp], after: NDArray[np.intp]) -> Load:
    """Let visits follow people: one look at the figures of the last twelve months, one more query.

    Parameters
    ----------
    ground
        What the study stands on.
    before, after
        Number of the nearest office of each point, shape ``(points,)``.
    """
    last = clock.today()
    first = last - timedelta(days=DAYS - 1)
    counted = visits_by_office(first, last)
    sites = len(ground.sites)
    residents = _summed(before, ground.persons, sites)
    visits = np.array(
        [counted[spot.key].visits if spot.key in counted else 0 for spot in ground.sites],
        dtype=np.float64,
    )
    seen = (visits > 0) & (residents > 0) & ground.is_office
    rates = _rates(visits, residents, seen)
    going = ground.persons * rates[before]
    measured = tuple(ground.sites[site].key for site in np.flatnonzero(seen))
    return Load(
        unit="visits" if seen.any() else "residents",
        first=first,
        last=last,
        measured=measured,
        simulated=_simulated(measured),
        visits=visits,
        before=_summed(before, going, sites),
        after=_summed(after, going, sites),
    )


def _rates(visits: Floats, residents: Floats, seen: NDArray[np.bool_]) -> Floats:
    """Visits per resident of each site; 1 everywhere where nothing was counted."""
    if not seen.any():
        return np.ones(len(visits))
    rates = np.full(len(visits), visits[seen].sum() / residents[seen].sum())
    rates[seen] = visits[seen] / residents[seen]
    return rates


def _simulated(keys: Sequence[str]) -> tuple[str, ...]:
    rooms = Room.objects.filter(simulated=True, office__key__in=keys)
    return tuple(rooms.order_by("office__key").values_list("office__key", flat=True))


def _summed(nearest: NDArray[np.intp], weights: Floats, sites: int) -> Floats:
    return np.bincount(nearest, weights=weights, minlength=sites).astype(np.float64)
