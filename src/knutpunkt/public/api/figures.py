"""What the API answers about counts, commissions and areas, word by word."""

from __future__ import annotations

from datetime import date
from typing import Literal

from ninja import Field, Schema

from knutpunkt.public.api.schemas import EDTF, Certainty

Verdict = Literal["met", "open", "breached", "impossible", "undecided"]


class OfficeRef(Schema):
    key: str
    name: str


class BalanceOut(Schema):
    """The opening balance that counting starts from."""

    on: date
    total: int = Field(description="Open offices on its day.", examples=[116])
    named: int = Field(description="How many of them are on record by name.", examples=[72])
    unnamed: int = Field(description="How many no source names.", examples=[44])
    source: str
    published_on: str
    note_sv: str
    note_en: str


class RangeOut(Schema):
    """A number, or the range it lies in where dates are rough."""

    count: int | None = Field(description="Null when at_least and at_most differ.")
    at_least: int
    at_most: int | None = Field(description="Null where nothing bounds it.")


class CountOut(RangeOut):
    """Open offices on a day, derived from the balance and dated events."""

    on: date
    known_on: date | None
    named: int = Field(description="Surely open offices that are on record by name.")
    unnamed: int = Field(description="Offices in the number that no source names.")
    municipalities: int = Field(description="Municipalities with a named open office.")
    under_way: RangeOut = Field(description="Ordered before the day and not open on it.")
    balance: BalanceOut | None
    perhaps: list[OfficeRef] = Field(description="The reason for the range.")
    doubtful: list[OfficeRef] = Field(description="On record, but not counted.")


class PublishedCountOut(Schema):
    """A figure somebody published beside ours; it is never an input."""

    counted_on: str = Field(description=EDTF)
    published: int
    kind: str
    at_least: int = Field(description="Ours on the days it can mean.")
    at_most: int | None
    difference: int = Field(description="How far it lies outside our range; 0 inside.")
    anchored: bool = Field(description="Whether an opening balance bounds our range.")
    published_on: str
    source: str
    note_sv: str
    note_en: str


class MandateOut(Schema):
    """A commission by a government."""

    slug: str
    title_sv: str
    title_en: str
    decided_on: str = Field(description=EDTF)
    decided_by: str
    dnr: str = Field(description="Diary number.")
    amends: str | None = Field(description="Key of the commission it adds to.")
    source: str
    published_on: str
    note_sv: str
    note_en: str


class ClauseOut(Schema):
    """A clause with its verdict on the day."""

    key: str
    type: str = Field(description="at_least, named, quota, adjacent_area or report_due.")
    verdict: Verdict
    sentence_sv: str
    sentence_en: str
    because_sv: str
    because_en: str
    short_by: int = Field(description="How many are missing to what surely counts.")
    short_by_at_least: int = Field(description="Missing even if everything possible counts.")
    counted: list[str] = Field(description="Keys of offices that surely count.")
    possible: list[str] = Field(description="Keys of offices that may count.")
    at_least: int | None
    at_most: int | None
    window_from: date | None
    window_to: date
    members: list[str] = Field(description="Codes of the municipalities it names.")
    paraphrase_sv: str
    paraphrase_en: str
    quotation: str = Field(description="Empty until somebody who holds the decision fills it.")
    source: str
    note_sv: str
    note_en: str


class AttributionOut(Schema):
    """Which quota an opening counts for, and on what basis."""

    office: str
    name: str
    municipality_code: str | None
    municipality: str
    mandate: str
    clause: str
    basis: str = Field(description="stated, inferred or planned.")
    opened_on: str = Field(description=EDTF)
    opened: Certainty = Field(description="By the day asked for.")
    closed_on: str
    closed: Certainty
    source: str
    note_sv: str
    note_en: str


class SlackOut(Schema):
    """What the total leaves free when every part keeps its minimum."""

    total: int
    committed: int
    left: int
    sentence_sv: str
    sentence_en: str


class PlanOut(Schema):
    """One phase of one version of the agency's plan."""

    plan: str
    phase: str
    adopted_on: str = Field(description=EDTF)
    at_least: int
    at_most: int | None
    window_from: date
    window_to: date
    members: list[str]
    paraphrase_sv: str
    paraphrase_en: str
    source: str


class MandateCheckOut(Schema):
    """A commission on a day: every clause judged, every opening with what it counts for."""

    mandate: MandateOut
    on: date
    known_on: date | None
    clauses: list[ClauseOut]
    attributions: list[AttributionOut]
    opened: list[str] = Field(description="Names of offices surely opened by the day.")
    possibly_opened: list[str]
    later_closed: list[str]
    slack: SlackOut | None
    plans: list[PlanOut]


class EditionOut(Schema):
    """One edition of a list of areas; what “in or next to” means depends on it."""

    slug: str
    title_sv: str
    title_en: str
    valid_from: str = Field(description=EDTF)
    valid_to: str = Field(description=f"Last day. {EDTF}")
    held: bool = Field(description="Whether its areas are on record here.")
    areas_published: int | None = Field(description="How many areas the publisher counts.")
    source: str


class AreaOut(Schema):
    """An area: its middle and its size."""

    edition: str
    name: str
    category: str
    place: str
    municipality_code: str
    lat: float = Field(description="Latitude of its middle in degrees, WGS 84.")
    lon: float = Field(description="Longitude of its middle in degrees, WGS 84.")
    area_km2: float = Field(description="Size in square kilometres.")


class AreasOut(Schema):
    editions: list[EditionOut]
    areas: list[AreaOut]


class MunicipalityOut(Schema):
    """A municipality with its official population."""

    code: str
    name: str
    county_code: str
    county: str
    lat: float | None
    lon: float | None
    population: int | None
    population_on: date | None
