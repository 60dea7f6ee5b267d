"""Parameters that several questions share, with their bounds and descriptions."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Literal

from ninja import Path, Query

from knutpunkt.core import clock
from knutpunkt.core.errors import InstantUnreadable
from knutpunkt.network.models import Authority, County, Municipality, Service
from knutpunkt.public.api.errors import ParameterRefused, UnknownKey

FIRST_DAY, LAST_DAY = date(1990, 1, 1), date(2099, 12, 31)
KEY = r"^[-a-zA-Z0-9_]{1,80}$"

Day = Annotated[
    date | None,
    Query(
        ge=FIRST_DAY,
        le=LAST_DAY,
        description="Day the answer is about, ISO 8601; today when left out.",
        examples=["2022-06-27"],
    ),
]
KnownOn = Annotated[
    date | None,
    Query(
        ge=FIRST_DAY,
        le=LAST_DAY,
        description=(
            "Judge by what was published by this day; by everything on record when left out."
        ),
        examples=["2022-07-01"],
    ),
]
Language = Annotated[
    Literal["sv", "en"], Query(description="Language of the reasons given for opening hours.")
]


AuthorityKey = Annotated[
    str | None,
    Query(
        pattern=KEY,
        description="Key of an authority that is served at the office.",
        examples=["skatteverket"],
    ),
]
ServiceKey = Annotated[
    str | None,
    Query(
        pattern=KEY,
        description="Key of a service offered at the office.",
        examples=["id-card"],
    ),
]
MunicipalityCode = Annotated[
    str | None, Query(pattern=KEY, description="Code of the municipality.", examples=["1491"])
]
CountyCode = Annotated[
    str | None, Query(pattern=KEY, description="Code of the county.", examples=["14"])
]
OfficeKey = Annotated[str, Path(pattern=KEY, description="Key of the office.", examples=["jarpen"])]
MandateSlug = Annotated[
    str, Path(pattern=KEY, description="Key of the commission.", examples=["2021-05"])
]


def refuse_unknown(
    *,
    authority: str | None = None,
    service: str | None = None,
    municipality: str | None = None,
    county: str | None = None,
) -> None:
    """Refuse keys that are not on record: one query for each that is asked for.

    Raises
    ------
    UnknownKey
        With the parameter and where the known keys are listed.
    """
    municipalities = "The codes are listed at /api/municipalities."
    asked = (
        ("authority", authority, Authority.objects.filter(slug=authority), _known_authorities),
        ("service", service, Service.objects.filter(slug=service), _known_services),
        ("municipality", municipality, Municipality.objects.filter(code=municipality), None),
        ("county", county, County.objects.filter(code=county), None),
    )
    for field, key, rows, known in asked:
        if key is not None and not rows.exists():
            raise UnknownKey(
                field=field,
                message=f"There is no {field} “{key}” on record.",
                hint=known() if known else municipalities,
            )


def instant_asked(text: str | None) -> datetime:
    """Read an instant, now when none is given.

    Raises
    ------
    ParameterRefused
        When it cannot be read or lies outside the years that can be computed.
    """
    if text is None:
        return clock.now()
    try:
        at = clock.instant(text)
    except InstantUnreadable as refused:
        raise ParameterRefused(
            field="at",
            message=str(refused),
            hint=f"{refused.hint} In an address, write + as %2B.",
        ) from None
    if not FIRST_DAY < at.date() < LAST_DAY:
        raise ParameterRefused(
            field="at",
            message=f"The time “{text}” lies outside {FIRST_DAY} to {LAST_DAY}.",
        )
    return at


def _known_authorities() -> str:
    keys = Authority.objects.order_by("slug").values_list("slug", flat=True)
    return f"Known are: {', '.join(keys)}."


def _known_services() -> str:
    keys = Service.objects.order_by("slug").values_list("slug", flat=True).distinct()
    return f"Known are: {', '.join(keys)}."
