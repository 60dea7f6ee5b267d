"""Find the nearest office that is open and does what is wanted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from knutpunkt.core import clock
from knutpunkt.core.text import fold
from knutpunkt.engines import hours
from knutpunkt.network.models import Level
from knutpunkt.network.selectors import (
    NetworkOnDay,
    Offer,
    OfficeOnDay,
    metres_between,
    network_on,
    offers_on,
    schedules,
)
from knutpunkt.network.selectors.hours import OfficeHours, reason_of
from knutpunkt.public.matching import Match, Matches, matches

DISTANCE_TYPE = "great-circle"
OFFERED = ("open", "closing", "paused", "perhaps-open")
AWAITED = ("planned", "announced")
LEVELS = [level.value for level in Level]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What narrows the search: empty means anything."""

    authority: str = ""
    service: str = ""
    level: str = ""

    def __bool__(self) -> bool:
        return bool(self.authority or self.service or self.level)

    def met_by(self, offer: Offer) -> bool:
        """Whether an offer is of the authority, service and level that is wanted."""
        return (
            self.authority in ("", offer.authority)
            and self.service in ("", offer.service)
            and self.level in ("", offer.level)
        )


@dataclass(frozen=True, slots=True)
class Found:
    """An office with its distance and whether it is open at the instant asked for.

    Attributes
    ----------
    metres
        Along the great circle; ``None`` where either position is unknown.
    open
        True, False, or None where the hours are unknown.
    until
        When the present state ends, where known.
    next_opening
        When it next opens, where known.
    hours_reason
        Why the day is as it is, in the words of the register.
    offers
        What the office does of what was wanted; empty when nothing particular was.
    """

    office: OfficeOnDay
    metres: float | None
    open: bool | None
    until: datetime | None
    next_opening: datetime | None
    hours_reason: str
    today: hours.DayHours
    offers: tuple[Offer, ...] = ()

    @property
    def level(self) -> str | None:
        """The highest level at which the office does what is wanted."""
        levels = [offer.level for offer in self.offers]
        return min(levels, key=LEVELS.index) if levels else None

    def as_dict(self) -> dict[str, Any]:
        """Return the same facts for programs."""
        return {
            "office": self.office.key,
            "name": self.office.name,
            "municipality": self.office.address.municipality,
            "state": self.office.state,
            "metres": None if self.metres is None else round(self.metres),
            "distance_type": DISTANCE_TYPE,
            "open": self.open,
            "until": self.until.isoformat() if self.until else None,
            "next_opening": self.next_opening.isoformat() if self.next_opening else None,
            "hours_reason": self.hours_reason,
            "level": self.level,
        }


@dataclass(frozen=True, slots=True)
class FindAnswer:
    """What was understood, and the offices in order of distance.

    Attributes
    ----------
    at, network
        The instant asked about, and the network on its day.
    where
        What the words or the position were taken for; ``None`` without either, or when nothing
        in the register has such a name.
    named
        The office the visitor named, also when it is closed or only planned.
    offices
        Offices in operation on the day, nearest first, at most ``limit``.
    number
        How many there are without the limit.
    planned
        Offices that are planned, nearest first.
    hours_unknown
        Offices left out by ``open_only`` because nobody knows their hours.
    unnamed
        Offices that are counted and that no source names; one may be nearer.
    """

    at: datetime
    network: NetworkOnDay
    where: Match | None
    others: tuple[Match, ...]
    suggestions: tuple[str, ...]
    named: OfficeOnDay | None
    offices: tuple[Found, ...]
    number: int
    planned: tuple[Found, ...]
    hours_unknown: int
    unnamed: int

    def as_dict(self) -> dict[str, Any]:
        """Return the same facts for programs."""
        where = self.where
        return {
            "at": self.at.isoformat(),
            "where": where
            and {"kind": where.kind, "name": where.name, "lat": where.lat, "lon": where.lon},
            "others": [match.label for match in self.others],
            "suggestions": list(self.suggestions),
            "number": self.number,
            "offices": [found.as_dict() for found in self.offices],
            "planned": [found.as_dict() for found in self.planned],
            "hours_unknown": self.hours_unknown,
            "unnamed": self.unnamed,
        }


def find(
    query: str = "",
    *,
    position: tuple[float, float] | None = None,
    at: datetime | None = None,
    authority: str = "",
    service: str = "",
    level: str = "",
    open_only: bool = False,
    limit: int | None = None,
    known_on: date | None = None,
    language: str = "sv",
) -> FindAnswer:
    """Find offices near a place or position that do what is wanted, at an instant.

    Ten queries, and four more when a query is given, however many offices there are.

    Parameters
    ----------
    query
        A place, municipality, old name or office, as people type it; wins over ``position``.
    position
        Latitude and longitude in degrees (WGS 84).
    at
        Aware instant; now when left out.
    authority, service, level
        Keys; empty means any.
    open_only
        Leave out what is closed at the instant, and what has unknown hours.
    limit
        At most so many offices; all when left out.
    known_on
        Judge by what was published by then.
    language
        Of the reasons of holidays and exceptions.
    """
    at = (at or clock.now()).astimezone(clock.NETWORK_ZONE)
    network = network_on(at.date(), known_on=known_on)
    read = matches(query, network) if fold(query) else Matches(_of_position(position))
    search = _Search(
        at=at,
        where=read.best,
        wanted=Wanted(authority, service, level),
        offers=_offers_by_office(at.date(), known_on),
        hours=schedules(network.offices, language=language, known_on=known_on),
    )
    offered = search.among(network, OFFERED) if read.best or not fold(query) else []
    kept = [found for found in offered if found.open] if open_only else offered
    return FindAnswer(
        at=at,
        network=network,
        where=read.best,
        others=read.others,
        suggestions=read.suggestions,
        named=_named(network, read.best),
        offices=tuple(kept[:limit]),
        number=len(kept),
        planned=tuple(search.among(network, AWAITED)) if offered else (),
        hours_unknown=sum(found.open is None for found in offered) if open_only else 0,
        unnamed=network.balance.unnamed if network.balance else 0,
    )


def nearest(
    office: OfficeOnDay, network: NetworkOnDay, *, number: int
) -> list[tuple[OfficeOnDay, float]]:
    """Offices in operation nearest to another one, with metres along the great circle."""
    others = [o for o in network.offices if o.state in OFFERED and o.key != office.key]
    measured = [(other, metres_from(office.address, other)) for other in others]
    known = [(other, metres) for other, metres in measured if metres is not None]
    return sorted(known, key=lambda pair: pair[1])[:number]


def metres_from(origin: Any, office: OfficeOnDay) -> float | None:
    """Metres from anything with a position to an office, where both are known."""
    address = office.address
    if origin.lat is None or origin.lon is None or address.lat is None or address.lon is None:
        return None
    return metres_between(origin.lat, origin.lon, address.lat, address.lon)


@dataclass(frozen=True)
class _Search:
    """Everything one search has read."""

    at: datetime
    where: Match | None
    wanted: Wanted
    offers: dict[str | None, list[Offer]]
    hours: dict[str, OfficeHours]

    def among(self, network: NetworkOnDay, states: Sequence[str]) -> list[Found]:
        """Offices in one of the states that do what is wanted, nearest first."""
        candidates = (office for office in network.offices if office.state in states)
        found = [self._found(o) for o in candidates if not self.wanted or self._does(o)]
        return self._sorted(found)

    def _does(self, office: OfficeOnDay) -> tuple[Offer, ...]:
        here = (*self.offers[office.key], *self.offers[None])
        return tuple(offer for offer in here if self.wanted.met_by(offer))

    def _found(self, office: OfficeOnDay) -> Found:
        status = hours.status(self.hours[office.key].of(self.wanted.authority), self.at)
        return Found(
            office=office,
            metres=metres_from(self.where, office) if self.where else None,
            open=status.open,
            until=status.until,
            next_opening=status.next_opening,
            hours_reason=reason_of(status.today),
            today=status.today,
            offers=self._does(office) if self.wanted else (),
        )

    def _sorted(self, found: Iterable[Found]) -> list[Found]:
        """Sort by distance, the named office first; without any keep the order of names."""
        named = self.where.office if self.where else None
        return sorted(
            found,
            key=lambda f: (
                f.office.key != named,
                f.metres is None,
                round(f.metres) if f.metres is not None else 0,
            ),
        )


def _of_position(position: tuple[float, float] | None) -> Match | None:
    return Match("position", "", "", *position) if position else None


def _named(network: NetworkOnDay, match: Match | None) -> OfficeOnDay | None:
    return network.office(match.office) if match and match.office else None


def _offers_by_office(day: date, known_on: date | None) -> dict[str | None, list[Offer]]:
    found: dict[str | None, list[Offer]] = defaultdict(list)
    for offer in offers_on(day, known_on=known_on):
        found[offer.office].append(offer)
    return found
