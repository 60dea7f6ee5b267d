"""Offices on a day, one office, and the nearest ones."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema

from knutpunkt.core import clock
from knutpunkt.core.errors import NotFound
from knutpunkt.engines import hours
from knutpunkt.network.models import Level
from knutpunkt.network.selectors import (
    NetworkOnDay,
    OfficeOnDay,
    network_on,
    offers_on,
    office_on,
    schedules,
)
from knutpunkt.public import selectors
from knutpunkt.public.api import answers
from knutpunkt.public.api.asked import (
    AuthorityKey,
    CountyCode,
    Day,
    KnownOn,
    Language,
    MunicipalityCode,
    OfficeKey,
    ServiceKey,
    instant_asked,
    refuse_unknown,
)
from knutpunkt.public.api.errors import PlaceMissing, Problem
from knutpunkt.public.api.paging import USUAL_PAGE, Cursor, Limit, address_of_next, page_at
from knutpunkt.public.api.schemas import (
    Certainty,
    NearestOut,
    OfficeDetail,
    OfficePage,
    State,
)

router = Router(tags=["Offices"])
PLACES_AT_MOST = 50


class Narrowing(Schema):
    """What narrows a list of offices; left out means any."""

    state: Annotated[
        list[State] | None, Query(description="One state or several; repeat the parameter.")
    ] = None
    open: Annotated[
        list[Certainty] | None,
        Query(description="Whether in operation on the day: yes, perhaps, no; repeatable."),
    ] = None
    municipality: MunicipalityCode = None
    county: CountyCode = None
    authority: AuthorityKey = None
    service: ServiceKey = None

    def admits(self, office: OfficeOnDay) -> bool:
        """Whether an office is of the state and place that is wanted."""
        address = office.address
        return (
            (self.state is None or office.state in self.state)
            and (self.open is None or office.open in self.open)
            and self.municipality in (None, address.municipality_code)
            and self.county in (None, address.county_code)
        )


@router.get(
    "/offices",
    response={200: OfficePage, 422: Problem},
    summary="The network on a day",
    url_name="offices",
)
def offices(
    request: HttpRequest,
    narrowing: Annotated[Narrowing, Query()],
    on: Day = None,
    known_on: KnownOn = None,
    cursor: Cursor = None,
    limit: Limit = USUAL_PAGE,
) -> dict[str, Any]:
    """Offices on record on a day, in the order of their keys, a page at a time.

    Planned and closed offices are included; narrow with `open=yes` for those in operation.
    """
    refuse_unknown(
        authority=narrowing.authority,
        service=narrowing.service,
        municipality=narrowing.municipality,
        county=narrowing.county,
    )
    network = network_on(on or clock.today(), known_on=known_on)
    page, next_cursor = page_at(_narrowed(network, narrowing), cursor, limit)
    return {
        "on": network.day,
        "known_on": known_on,
        "unnamed": network.balance.unnamed if network.balance else None,
        "items": [answers.office_out(office) for office in page],
        "next_cursor": next_cursor,
        "next": address_of_next(request, next_cursor),
    }


def _narrowed(network: NetworkOnDay, wanted: Narrowing) -> list[OfficeOnDay]:
    admitted = [office for office in network.offices if wanted.admits(office)]
    if wanted.authority is None and wanted.service is None:
        return admitted
    offered = {
        offer.office
        for offer in offers_on(network.day, known_on=network.known_on)
        if wanted.authority in (None, offer.authority) and wanted.service in (None, offer.service)
    }
    # A level stated for every office holds where there is an office to hold it.
    everywhere = None in offered
    return [o for o in admitted if o.key in offered or (everywhere and o.open != "no")]


@router.get(
    "/offices/{key}",
    response={200: OfficeDetail, 404: Problem, 422: Problem},
    summary="One office",
    url_name="office",
)
def office(
    request: HttpRequest,  # noqa: ARG001  # ninja passes it
    key: OfficeKey,
    on: Day = None,
    known_on: KnownOn = None,
    language: Language = "sv",
) -> dict[str, Any]:
    """An office on a day, with everything that happened to it, its services and its week."""
    day = on or clock.today()
    found = office_on(key, day, known_on=known_on)
    if found is None:
        raise _OfficeUnknown(key, known_on)
    schedule = schedules([found], language=language, known_on=known_on)[key]
    return {
        **answers.office_out(found),
        "on": day,
        "known_on": known_on,
        "events": [answers.event_out(event) for event in found.events],
        "services": _services(found, day, known_on),
        "week": answers.week_out(hours.week(schedule.office, day)),
    }


class _OfficeUnknown(NotFound):
    """No office of the key is on record as known on the day."""

    hint = "The keys are listed at /api/offices."

    def __init__(self, key: str, known_on: date | None) -> None:
        known = f" as known on {known_on}" if known_on else ""
        super().__init__(f"There is no office “{key}” on record{known}.")


def _services(office: OfficeOnDay, day: date, known_on: date | None) -> list[dict[str, Any]]:
    """What the office does on the day; nothing when it is surely not in operation."""
    if office.open == "no":
        return []
    offers = offers_on(day, office=office.key, known_on=known_on)
    return [answers.offer_out(offer) for offer in offers]


@dataclass(frozen=True)
class _Position:
    lat: float | None
    lon: float | None

    def read(self) -> tuple[float, float] | None:
        """Both or neither.

        Raises
        ------
        PlaceMissing
            When one of the two is missing.
        """
        if self.lat is None and self.lon is None:
            return None
        if self.lat is None or self.lon is None:
            missing = "lat" if self.lat is None else "lon"
            raise PlaceMissing(
                field=missing, message="A position needs both “lat” and “lon”.", hint=PLACE_HINT
            )
        return self.lat, self.lon


PLACE_HINT = "Ask with q=Jarpen, or with lat=63.35&lon=13.46."

Latitude = Annotated[
    float | None,
    Query(ge=-90, le=90, allow_inf_nan=False, description="Latitude in degrees, WGS 84."),
]
Longitude = Annotated[
    float | None,
    Query(ge=-180, le=180, allow_inf_nan=False, description="Longitude in degrees, WGS 84."),
]


class Place(Schema):
    """From where the distance is measured."""

    q: Annotated[
        str | None,
        Query(
            max_length=100,
            description="Place, municipality, old name or office as people type it; wins over "
            "a position.",
            examples=["Jarpen"],
        ),
    ] = None
    lat: Latitude = None
    lon: Longitude = None


class Wanted(Schema):
    """What the visitor wants, and when."""

    at: Annotated[
        str | None,
        Query(
            max_length=40,
            description="Instant, ISO 8601; without an offset local time of the network; now "
            "when left out.",
            examples=["2022-06-28T11:00"],
        ),
    ] = None
    authority: AuthorityKey = None
    service: ServiceKey = None
    level: Annotated[Level | None, Query(description="Kind of help.")] = None
    open: Annotated[bool, Query(description="Only offices known to be open then.")] = False


@router.get(
    "/nearest",
    response={200: NearestOut, 422: Problem},
    summary="The nearest offices",
    url_name="nearest",
)
def nearest(
    request: HttpRequest,  # noqa: ARG001  # ninja passes it
    place: Annotated[Place, Query()],
    wanted: Annotated[Wanted, Query()],
    limit: Annotated[int, Query(ge=1, le=PLACES_AT_MOST, description="Offices at most.")] = 10,
    language: Language = "sv",
) -> dict[str, Any]:
    """Offices in operation near a place, by distance, with whether they are open at an instant."""
    position = _Position(place.lat, place.lon).read()
    query = place.q or ""
    if not query.strip() and position is None:
        raise PlaceMissing(
            field="q", message="Say from where: a place or a position.", hint=PLACE_HINT
        )
    refuse_unknown(authority=wanted.authority, service=wanted.service)
    found = selectors.find(
        query,
        position=position,
        at=instant_asked(wanted.at),
        authority=wanted.authority or "",
        service=wanted.service or "",
        level=wanted.level.value if wanted.level else "",
        open_only=wanted.open,
        limit=limit,
        language=language,
    )
    return _nearest_out(found, limit)


def _nearest_out(found: selectors.FindAnswer, limit: int) -> dict[str, Any]:
    return {
        "at": found.at,
        "distance_type": selectors.DISTANCE_TYPE,
        "where": answers.place_out(found.where) if found.where else None,
        "others": [answers.place_out(match) for match in found.others],
        "suggestions": list(found.suggestions),
        "number": found.number,
        "offices": _near(found.offices),
        "planned": _near(found.planned[:limit]),
        "hours_unknown": found.hours_unknown,
        "unnamed": found.unnamed,
    }


def _near(found: Iterable[selectors.Found]) -> list[dict[str, Any]]:
    return [answers.found_out(one) for one in found]
