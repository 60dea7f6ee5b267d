"""Counts, commissions, areas and municipalities."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router

from knutpunkt.core import clock
from knutpunkt.core.errors import NotFound
from knutpunkt.mandates.selectors import MandateCheck, MandateView, check, mandate_list, under_way
from knutpunkt.network.models import Area, AreaEdition, Municipality
from knutpunkt.network.selectors import Comparison, OfficeOnDay, Register, compare_published
from knutpunkt.network.selectors.counting import count_network
from knutpunkt.network.selectors.views import Balance
from knutpunkt.public.api.asked import KEY, CountyCode, Day, KnownOn, MandateSlug, refuse_unknown
from knutpunkt.public.api.errors import Problem
from knutpunkt.public.api.figures import (
    AreasOut,
    CountOut,
    MandateCheckOut,
    MandateOut,
    MunicipalityOut,
    PublishedCountOut,
)

router = Router()


@router.get(
    "/counts",
    response={200: CountOut, 422: Problem},
    summary="How many offices are open on a day",
    tags=["Counts"],
    url_name="counts",
)
def counts(request: HttpRequest, on: Day = None, known_on: KnownOn = None) -> dict[str, Any]:  # noqa: ARG001  # ninja passes it
    """Open offices on a day: a number, or a range where the dates are too rough for one."""
    register = Register(known_on=known_on)
    network = register.on(on or clock.today())
    count, ordered = count_network(network), under_way(register, network)
    return {
        "on": count.day,
        "known_on": known_on,
        "count": count.count,
        "at_least": count.at_least,
        "at_most": count.at_most,
        "named": count.named,
        "unnamed": count.unnamed,
        "municipalities": count.municipalities,
        "under_way": ordered,
        "balance": _balance_out(count.balance) if count.balance else None,
        "perhaps": _refs(count.perhaps),
        "doubtful": _refs(count.doubtful),
    }


@router.get(
    "/published-counts",
    response={200: list[PublishedCountOut], 422: Problem},
    summary="Figures others published, beside ours",
    tags=["Counts"],
    url_name="published-counts",
)
def published_counts(request: HttpRequest, known_on: KnownOn = None) -> list[Comparison]:  # noqa: ARG001  # ninja passes it
    """Every published figure with our range on the days it can mean, and the difference."""
    return compare_published(known_on=known_on)


@router.get(
    "/mandates",
    response={200: list[MandateOut]},
    summary="The government's commissions",
    tags=["Commissions"],
    url_name="mandates",
)
def mandates(request: HttpRequest) -> list[MandateView]:  # noqa: ARG001  # ninja passes it
    """All commissions on record, by day of decision."""
    return mandate_list()


@router.get(
    "/mandates/{slug}/check",
    response={200: MandateCheckOut, 404: Problem, 422: Problem},
    summary="What each clause of a commission is worth on a day",
    tags=["Commissions"],
    url_name="mandate-check",
)
def mandate_check(
    request: HttpRequest,  # noqa: ARG001  # ninja passes it
    slug: MandateSlug,
    on: Day = None,
    known_on: KnownOn = None,
) -> MandateCheck:
    """Verdict per clause, which openings count for it, and why."""
    return check(slug, on=on or clock.today(), known_on=known_on)


@router.get(
    "/areas",
    response={200: AreasOut, 404: Problem, 422: Problem},
    summary="Editions of area lists and their areas",
    tags=["Places"],
    url_name="areas",
)
def areas(
    request: HttpRequest,  # noqa: ARG001  # ninja passes it
    edition: Annotated[
        str | None, Query(pattern=KEY, description="Key of one edition; all when left out.")
    ] = None,
) -> dict[str, Any]:
    """Lists of vulnerable areas by edition. An edition that is not held has no areas here."""
    editions = AreaEdition.objects.all()
    if edition is not None:
        editions = editions.filter(slug=edition)
        if not editions.exists():
            known = ", ".join(AreaEdition.objects.values_list("slug", flat=True))
            raise NotFound(f"There is no edition “{edition}”. Known are: {known}.")
    rows = Area.objects.filter(edition__in=editions).select_related("edition")
    return {"editions": list(editions), "areas": [_area_out(area) for area in rows]}


@router.get(
    "/municipalities",
    response={200: list[MunicipalityOut], 422: Problem},
    summary="Municipalities and counties",
    tags=["Places"],
    url_name="municipalities",
)
def municipalities(request: HttpRequest, county: CountyCode = None) -> list[dict[str, Any]]:  # noqa: ARG001  # ninja passes it
    """Municipalities by code, with county and official population."""
    refuse_unknown(county=county)
    rows = Municipality.objects.select_related("county").order_by("code")
    wanted = rows if county is None else rows.filter(county=county)
    return [_municipality_out(row) for row in wanted]


def _balance_out(balance: Balance) -> dict[str, Any]:
    return {
        "on": balance.on,
        "total": balance.total,
        "named": len(balance.members),
        "unnamed": balance.unnamed,
        "source": balance.source,
        "published_on": balance.published_on,
        "note_sv": balance.note_sv,
        "note_en": balance.note_en,
    }


def _refs(offices: Iterable[OfficeOnDay]) -> list[dict[str, str]]:
    return [{"key": office.key, "name": office.name} for office in offices]


def _area_out(area: Area) -> dict[str, Any]:
    return {
        "edition": area.edition.slug,
        "name": area.name,
        "category": area.category,
        "place": area.place,
        "municipality_code": area.municipality_id,
        "lat": area.lat,
        "lon": area.lon,
        "area_km2": area.area_km2,
    }


def _municipality_out(row: Municipality) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": row.name,
        "county_code": row.county_id,
        "county": row.county.name,
        "lat": row.lat,
        "lon": row.lon,
        "population": row.population,
        "population_on": row.population_on,
    }
