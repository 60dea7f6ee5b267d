"""What is the same whichever way reality is asked: residents, offices, distances, and a scenario.

The register names fewer offices than were counted. So every question is asked twice: of the named
offices alone, and with the unnamed ones *assumed* to stand where they most likely do: one in each
of the most populous municipalities where no source names an office on any day. That is a scenario
to see how much an answer hangs on them, never a claim about where they stood.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray

from knutpunkt.engines.travel import straight_line_minutes
from knutpunkt.network.models import Municipality, Place
from knutpunkt.network.selectors import AddressOnDay, OfficeOnDay, Register
from knutpunkt.planning.errors import DemandMissing
from knutpunkt.planning.models import DemandPoint
from knutpunkt.planning.reality.choosing import Floats
from knutpunkt.planning.reality.values import Home, Site, Travelled

WITHIN_MINUTES, FAR_MINUTES = 30.0, 60.0
# Less than this is rounding, not a longer way.
LONGER_BY_MINUTES = 1e-9


@dataclass(frozen=True, eq=False)
class Ground:
    """Residents and where they live, and the offices nobody names.

    Parameters
    ----------
    persons, codes
        Residents and municipality of each point, shape ``(points,)``.
    positions
        Latitude and longitude of each point, shape ``(points, 2)``.
    names, counties
        Municipalities and their counties by the code of the municipality.
    unnamed
        How many offices were counted and are named by no source.
    assumed
        Where the scenario puts them.
    detour, km_per_hour
        Of the travel times.
    """

    persons: Floats
    codes: NDArray[np.str_]
    positions: Floats
    names: Mapping[str, str]
    counties: Mapping[str, str]
    unnamed: int
    assumed: tuple[Site, ...]
    detour: float
    km_per_hour: float

    def minutes_to(self, sites: Sequence[Site]) -> Floats:
        """Minutes one way from every point to every site, shape ``(points, sites)``."""
        there = np.array([(site.lat, site.lon) for site in sites]).reshape(-1, 2)
        return straight_line_minutes(
            self.positions, there, detour=self.detour, km_per_hour=self.km_per_hour
        ).minutes

    def travelled(self, minutes: Floats) -> Travelled:
        """Sum up the way to the nearest office."""
        total = float(self.persons @ minutes)
        return Travelled(
            person_minutes=total,
            mean_minutes=total / float(self.persons.sum()),
            within_30=float(self.persons[minutes <= WITHIN_MINUTES].sum() / self.persons.sum()),
            beyond_60=int(self.persons[minutes > FAR_MINUTES].sum()),
        )

    def mean_by_municipality(self, minutes: Floats) -> dict[str, float]:
        """Mean minutes per resident of every municipality with residents, by code."""
        codes, where = np.unique(self.codes, return_inverse=True)
        total = np.bincount(where, self.persons * minutes)
        means = total / np.bincount(where, self.persons)
        return {str(code): float(mean) for code, mean in zip(codes, means, strict=True)}

    def homes(self) -> tuple[Home, ...]:
        """Every municipality with residents, by code."""
        codes, where = np.unique(self.codes, return_inverse=True)
        persons = np.bincount(where, self.persons)
        return tuple(
            Home(str(code), self.names[str(code)], self.counties[str(code)], int(residents))
            for code, residents in zip(codes, persons, strict=True)
        )


def ground_of(register: Register, *, detour: float, km_per_hour: float) -> Ground:
    """Read residents and the scenario: two queries beside those of the register.

    Raises
    ------
    DemandMissing
        When nobody lives anywhere.
    """
    points = list(DemandPoint.objects.filter(persons__gt=0))
    if not points:
        raise DemandMissing
    municipalities = list(Municipality.objects.select_related("county"))
    network = register.on(date.max)
    unnamed = network.balance.unnamed if network.balance else 0
    return Ground(
        persons=np.array([point.persons for point in points], dtype=np.float64),
        codes=np.array([point.municipality_id for point in points]),
        positions=np.array([(point.lat, point.lon) for point in points]),
        names={one.code: one.name for one in municipalities},
        counties={one.code: one.county.name for one in municipalities},
        unnamed=unnamed,
        assumed=_assumed(municipalities, network.offices, unnamed),
        detour=detour,
        km_per_hour=km_per_hour,
    )


def placed(offices: Iterable[OfficeOnDay]) -> tuple[Site, ...]:
    """Offices with a known position, as sites."""
    return tuple(site_of(o.key, o.name, o.address) for o in offices if o.address.lat is not None)


def site_of(key: str, name: str, address: AddressOnDay) -> Site:
    """Make a site of an office at an address with a position."""
    assert address.lat is not None
    assert address.lon is not None
    return Site(
        key, name, address.municipality_code or "", address.municipality,
        address.lat, address.lon, address.position_basis,
    )  # fmt: skip


def localities(names: Mapping[str, str]) -> tuple[Site, ...]:
    """Every place on record with a position, as a site: one query."""
    rows = Place.objects.exclude(lat=None).exclude(lon=None).order_by("key")
    return tuple(
        Site(row.key, row.name, row.municipality_id, names[row.municipality_id], lat, lon, "place")
        for row in rows
        if (lat := row.lat) is not None and (lon := row.lon) is not None
    )


def _assumed(
    municipalities: Iterable[Municipality], offices: Iterable[OfficeOnDay], unnamed: int
) -> tuple[Site, ...]:
    """One office in each of the most populous municipalities that are in no source."""
    known = {office.address.municipality_code for office in offices}
    free = [one for one in municipalities if one.code not in known and one.lat is not None]
    free.sort(key=lambda one: (-(one.population or 0), one.code))
    return tuple(
        Site(f"assumed-{one.code}", one.name, one.code, one.name, lat, lon, "assumed")
        for one in free[:unnamed]
        if (lat := one.lat) is not None and (lon := one.lon) is not None
    )
