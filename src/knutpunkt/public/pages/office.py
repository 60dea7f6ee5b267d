"""One office as a page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.engines import hours
from knutpunkt.network.models import KindOfOffice, Level
from knutpunkt.network.selectors import NetworkOnDay, Offer, OfficeOnDay
from knutpunkt.network.selectors.hours import OfficeHours
from knutpunkt.public import words
from knutpunkt.public.drawing import Dot, placed, viewbox_around
from knutpunkt.public.pages.history import Happening
from knutpunkt.public.pages.notices import Notice, notices
from knutpunkt.public.pages.sources import SourceShown, local, source_shown
from knutpunkt.public.pages.states import (
    StateShown,
    hours_of_day,
    latest_opening_said,
    opening_is_a_guess,
    state_now,
    state_of_life,
    why,
)
from knutpunkt.public.selectors import AWAITED, OFFERED, Found, nearest

ALTERNATIVES = 3
LOCATOR_KILOMETRES = 70


@dataclass(frozen=True, slots=True)
class DayShown:
    """One day of the week."""

    name: str
    hours: str
    look: str
    reason: str
    today: bool


@dataclass(frozen=True, slots=True)
class WeekShown:
    """A week of hours, of the office or of an authority inside it."""

    title: str
    key: str
    days: tuple[DayShown, ...]


@dataclass(frozen=True, slots=True)
class ServiceShown:
    """What the office does for an authority, at which level."""

    name: str
    level: str
    certain: bool
    everywhere: bool
    note: str
    source: SourceShown


@dataclass(frozen=True, slots=True)
class AuthorityShown:
    """An authority with its services at the office."""

    name: str
    services: tuple[ServiceShown, ...]


@dataclass(frozen=True, slots=True)
class NearOffice:
    """Another office with its distance."""

    name: str
    place: str
    href: str
    distance: str


@dataclass(frozen=True, slots=True)
class Locator:
    """A small drawing of where the office lies."""

    viewbox: str
    dot: Dot


@dataclass(frozen=True, slots=True)
class OfficePage:
    """An office, ready to show."""

    key: str
    name: str
    kind: str
    day: str
    is_today: bool
    state: StateShown
    life: StateShown
    visitable: bool
    notices: tuple[Notice, ...]
    weeks: tuple[WeekShown, ...]
    hours_known: bool
    hours_said: tuple[str, ...]
    address: tuple[str, ...]
    address_certain: bool
    position_is_rough: bool
    county: str
    locator: Locator | None
    authorities: tuple[AuthorityShown, ...]
    history: tuple[Happening, ...]
    source: SourceShown
    note: str
    near: tuple[NearOffice, ...]
    schema: dict[str, object] | None


def office_page(
    office: OfficeOnDay,
    network: NetworkOnDay,
    *,
    office_hours: OfficeHours,
    at: datetime,
    offers: Sequence[Offer],
    history: tuple[Happening, ...],
    is_today: bool,
    schema: dict[str, object],
) -> OfficePage:
    """Put together what the page of an office shows."""
    day = at.date()
    weeks = _weeks(office_hours, offers, day, at.date() if is_today else None)
    days = [shown for week in weeks for shown in week.days]
    visitable = _visitable(office)
    life, found = state_of_life(office, network), notices(office, network)
    of_hours = _state(office, office_hours, at) if is_today else _state_of_day(office_hours, day)
    return OfficePage(
        key=office.key,
        name=office.name,
        kind=str(KindOfOffice(office.kind).label),
        day=words.day(day),
        is_today=is_today,
        state=of_hours if visitable else _not_visitable(office, life, day, found),
        life=life,
        visitable=visitable,
        notices=found,
        weeks=weeks,
        hours_known=any(shown.look != "unknown" for shown in days),
        hours_said=tuple(dict.fromkeys(shown.reason for shown in days if shown.reason)),
        address=_address(office),
        address_certain=office.address.certain,
        position_is_rough=not office.address.street,
        county=office.address.county,
        locator=_locator(office, life),
        authorities=_authorities(offers),
        history=history,
        source=source_shown(office),
        note=local(office, "note"),
        near=near_offices(office, network, number=ALTERNATIVES),
        schema=schema if visitable else None,
    )


def near_offices(
    office: OfficeOnDay, network: NetworkOnDay, *, number: int
) -> tuple[NearOffice, ...]:
    """The nearest offices in operation, with distances in words."""
    return tuple(
        NearOffice(
            other.name,
            other.address.municipality,
            reverse("public:office", args=[other.key]),
            words.distance_words(metres),
        )
        for other, metres in nearest(office, network, number=number)
    )


def _visitable(office: OfficeOnDay) -> bool:
    """Whether one can go there: not before it opens, nor to a guess without a street."""
    somewhere = bool(office.address.street) or opening_is_a_guess(office) is None
    return office.state in OFFERED and somewhere


def _not_visitable(
    office: OfficeOnDay, life: StateShown, day: date, said: Sequence[Notice]
) -> StateShown:
    """The headline of an office that nobody should travel to by what is known."""
    if office.state in AWAITED and latest_opening_said(office) < day:
        return StateShown("planned", _("Planned, not confirmed"))
    if office.state in (*OFFERED, "unknown") and said:
        return StateShown("unknown", said[0].title)
    return life


def _state(office: OfficeOnDay, office_hours: OfficeHours, at: datetime) -> StateShown:
    status = hours.status(office_hours.office, at)
    found = Found(
        office, None, status.open, status.until, status.next_opening, status.reason, status.today
    )
    return state_now(found, at)


def _state_of_day(office_hours: OfficeHours, day: date) -> StateShown:
    answer = hours.day(office_hours.office, day)
    words_for = {"open": _("Open this day"), "closed": _("Closed this day")}
    look = str(answer.state)
    rest = hours_of_day(answer) if answer.intervals else why(answer)
    return StateShown(look, words_for.get(look, _("Hours unknown")), rest)


def _weeks(
    office_hours: OfficeHours, offers: Sequence[Offer], day: date, today: date | None
) -> tuple[WeekShown, ...]:
    names = {offer.authority: local(offer, "authority") for offer in offers}
    house = _week(_("The office"), "house", office_hours.office, day, today)
    inside = [
        _week(names.get(slug, slug), slug, schedule, day, today)
        for slug, schedule in sorted(office_hours.authorities.items())
    ]
    return (house, *(week for week in inside if week.days != house.days))


def _week(
    title: str, key: str, schedule: hours.Schedule, day: date, today: date | None
) -> WeekShown:
    return WeekShown(title, key, tuple(_day(d, today) for d in hours.week(schedule, day)))


def _day(answer: hours.DayHours, today: date | None) -> DayShown:
    return DayShown(
        name=words.weekday_and_day(answer.date),
        hours=hours_of_day(answer),
        look=str(answer.state),
        reason=why(answer),
        today=answer.date == today,
    )


def _address(office: OfficeOnDay) -> tuple[str, ...]:
    address = office.address
    town = " ".join(part for part in (address.postal_code, address.locality) if part)
    lines = (address.street, town, address.municipality if address.municipality != town else "")
    return tuple(line for line in lines if line)


def _locator(office: OfficeOnDay, life: StateShown) -> Locator | None:
    lat, lon = office.address.lat, office.address.lon
    if lat is None or lon is None:
        return None
    dot = Dot(*placed(lat, lon), life.look, office.name, href="")
    return Locator(viewbox_around(lat, lon, kilometres=LOCATOR_KILOMETRES), dot)


def _authorities(offers: Sequence[Offer]) -> tuple[AuthorityShown, ...]:
    named = sorted(offers, key=lambda o: (local(o, "authority"), local(o, "service")))
    return tuple(
        AuthorityShown(name, tuple(_service(offer) for offer in group))
        for name, group in groupby(named, key=lambda o: local(o, "authority"))
    )


def _service(offer: Offer) -> ServiceShown:
    return ServiceShown(
        name=local(offer, "service"),
        level=str(Level(offer.level).label),
        certain=offer.certain,
        everywhere=offer.office is None,
        note=local(offer, "note"),
        source=SourceShown("", ""),
    )
