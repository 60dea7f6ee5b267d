"""What the API answers about offices, word by word."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from ninja import Field, Schema

Certainty = Literal["yes", "no", "perhaps"]
State = Literal[
    "open", "closing", "paused", "perhaps-open", "planned", "announced", "closed", "unknown"
]

EDTF = "Written in EDTF (ISO 8601-2): a day, a month, a year, or one day of several."


class SourceOut(Schema):
    """Where a statement comes from and how sure it is."""

    source: str = Field(description="Where it is stated; may be empty.")
    confidence: str = Field(description="high, medium, low or doubtful.", examples=["high"])
    note_sv: str = Field(description="Remark in Swedish; may be empty.")
    note_en: str = Field(description="Remark in English; may be empty.")


class AddressOut(Schema):
    """Where an office stands on the day."""

    street: str = Field(examples=["Strandvägen 28"])
    postal_code: str
    locality: str = Field(description="Postal town.")
    municipality_code: str | None = Field(examples=["2321"])
    municipality: str = Field(examples=["Åre"])
    county_code: str | None
    county: str
    lat: float | None = Field(description="Latitude in degrees, WGS 84.", examples=[63.349])
    lon: float | None = Field(description="Longitude in degrees, WGS 84.", examples=[13.464])
    position_basis: str = Field(description="How the position was found; may be empty.")
    certain: bool = Field(description="False where the day of a move is known only roughly.")


class OfficeOut(Schema):
    """An office as it is on the day."""

    key: str = Field(description="Never changes, also when the office is renamed or moves.")
    name: str = Field(description="Its name on the day.", examples=["Järpen"])
    kind: str = Field(description="fixed, mobile, visiting-days or co-located.")
    state: State
    open: Certainty = Field(
        description=(
            "Whether it is in operation on the day (not: at this hour). “perhaps” where the "
            "register knows the days of opening or closing only roughly."
        )
    )
    last_day: str | None = Field(description=f"Last visiting day, inclusive. {EDTF}")
    address: AddressOut
    in_balance: bool = Field(description="Whether the opening balance names it.")
    url: str = Field(description="Address of the office in this API.", examples=["/api/offices/x"])
    source: str
    published_on: str
    confidence: str
    note_sv: str
    note_en: str


class OfficePage(Schema):
    """Offices in the order of their keys."""

    on: date
    known_on: date | None
    unnamed: int | None = Field(
        description=(
            "Offices that were counted and that no source names. They belong to the network and "
            "are on no page. Null before the first opening balance."
        )
    )
    items: list[OfficeOut]
    next_cursor: str | None = Field(description="Pass as “cursor”; null on the last page.")
    next: str | None = Field(description="Address of the next page; null on the last.")


class EventOut(SourceOut):
    """One thing that happened to an office, or is planned to."""

    kind: str = Field(
        description=(
            "announced, planned, opened, inaugurated, paused, resumed, or closed (dated by the "
            "last visiting day)."
        )
    )
    happened_on: str = Field(description=EDTF, examples=["2022-05-31"])
    earliest: date | None = Field(description="First day it can mean; null when there is none.")
    latest: date | None = Field(description="Last day it can mean; null when there is none.")
    basis: str = Field(description="stated, inferred or planned.")
    awaited: bool = Field(description="Planned and not confirmed: it may come late or never.")
    decided_by: str
    decided_on: str
    decision: str = Field(description="Diary number of the decision.")
    consulted: str = Field(description="yes, no or unknown.")
    leaves_municipality: str = Field(description="yes, no or unknown, as the source says.")
    published_on: str = Field(description=f"When it was published. {EDTF}")


class OfferOut(SourceOut):
    """What the office does for an authority."""

    authority: str = Field(examples=["skatteverket"])
    authority_sv: str
    authority_en: str
    service: str
    service_sv: str
    service_en: str
    level: str = Field(description="full, guidance, self-service, by-booking or video.")
    needs_equipment: str | None
    agreement: str = Field(description="Key of the service agreement it rests on.")
    everywhere: bool = Field(description="Stated for every office, not for this one.")
    certain: bool = Field(description="False where the period is known only roughly.")
    basis: str


class IntervalOut(Schema):
    """From opening to closing, local time of the network (Europe/Stockholm)."""

    opens: str = Field(examples=["10:00"])
    closes: str = Field(examples=["16:00"])


class DayHoursOut(Schema):
    """Opening hours of one day. Unknown is not closed."""

    date: date
    state: Literal["open", "closed", "unknown"]
    intervals: list[IntervalOut]
    reason: str = Field(description="Holiday or exception; may be empty.")
    source: str


class OfficeDetail(OfficeOut):
    """An office with its history, services and the hours of the week."""

    on: date
    known_on: date | None
    events: list[EventOut] = Field(description="What the register holds, oldest first.")
    services: list[OfferOut]
    week: list[DayHoursOut] = Field(description="Monday to Sunday of the week of the day.")


class PlaceOut(Schema):
    """What the words or the position were taken for."""

    kind: str = Field(description="office, municipality, place, alias or position.")
    name: str
    within: str = Field(description="Municipality, or county of a municipality.")
    lat: float | None
    lon: float | None


class NearOut(Schema):
    """An office with its distance and whether it is open at the instant."""

    office: OfficeOut
    metres: int | None = Field(description="Null where a position is unknown.")
    open: bool | None = Field(description="At the instant; null where the hours are unknown.")
    until: datetime | None = Field(description="When that ends, where known.")
    next_opening: datetime | None
    hours_reason: str
    level: str | None = Field(description="Highest level of what was wanted; null without.")


class NearestOut(Schema):
    """Offices in order of distance."""

    at: datetime
    distance_type: str = Field(description="How metres are measured.", examples=["great-circle"])
    where: PlaceOut | None = Field(description="Null when no name in the register fits.")
    others: list[PlaceOut] = Field(description="Other things the words can mean.")
    suggestions: list[str] = Field(description="Similar names, when none fits.")
    number: int = Field(description="How many there are without the limit.")
    offices: list[NearOut]
    planned: list[NearOut] = Field(description="Offices that are planned, nearest first.")
    hours_unknown: int = Field(
        description="Offices that “open” left out because nobody knows their hours."
    )
    unnamed: int = Field(description="Offices no source names; one of them may be nearer.")
