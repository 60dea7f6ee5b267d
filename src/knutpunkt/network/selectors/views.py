"""What the register answers with: plain values that belong to one day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.network import life
from knutpunkt.network.models import OfficeEvent


@dataclass(frozen=True, slots=True)
class EventOnRecord:
    """An event as it stands in the register, with everything a reader needs to judge it."""

    kind: str
    happened_on: str
    earliest: date
    latest: date
    basis: str
    confidence: str
    awaited: bool
    decided_by: str
    decided_on: str
    decision: str
    consulted: str
    leaves_municipality: str
    published_on: str
    source: str
    note_sv: str
    note_en: str
    pk: int


@dataclass(frozen=True, slots=True)
class AddressOnDay:
    """Where an office stands on a day; ``certain`` is false where the day of a move is rough."""

    street: str
    postal_code: str
    locality: str
    municipality_code: str | None
    municipality: str
    county_code: str | None
    county: str
    lat: float | None
    lon: float | None
    position_basis: str
    certain: bool


@dataclass(frozen=True, slots=True)
class OfficeOnDay:
    """An office as it is on a day."""

    key: str
    name: str
    kind: str
    state: str
    open: life.Certainty
    address: AddressOnDay
    stays: tuple[life.Stay, ...]
    counted_stays: tuple[life.Stay, ...]
    events: tuple[EventOnRecord, ...]
    in_balance: bool
    confidence: str
    published_on: str
    source: str
    note_sv: str
    note_en: str

    @property
    def last_day(self) -> life.Moment | None:
        """The last visiting day of the latest stay, where one is on record."""
        return self.stays[-1].closed if self.stays else None


@dataclass(frozen=True, slots=True)
class Balance:
    """The opening balance that counting starts from."""

    on: date
    total: int
    members: frozenset[str]
    source: str
    published_on: str
    note_sv: str
    note_en: str

    @property
    def unnamed(self) -> int:
        """Offices that were counted and that no source known by then names."""
        return self.total - len(self.members)


@dataclass(frozen=True, slots=True)
class NetworkOnDay:
    """All offices on record, and the balance, on a day."""

    day: date
    known_on: date | None
    balance: Balance | None
    offices: tuple[OfficeOnDay, ...]

    def office(self, key: str) -> OfficeOnDay | None:
        return next((office for office in self.offices if office.key == key), None)

    def open_offices(self, *, perhaps: bool = False) -> list[OfficeOnDay]:
        """Offices surely open on the day, or with ``perhaps`` also those that may be."""
        wanted = ("yes", "perhaps") if perhaps else ("yes",)
        return [office for office in self.offices if office.open in wanted]


def moment(event: EventOnRecord) -> life.Moment:
    """Read an event as a moment in the chain of an office's life."""
    return life.Moment(event.kind, event.earliest, event.latest, event.awaited, event.pk)


def on_record(row: OfficeEvent) -> EventOnRecord:
    """Turn a row into a value: an empty bound becomes the edge of the calendar."""
    return EventOnRecord(
        kind=row.kind,
        happened_on=row.happened_on,
        earliest=row.earliest or DAWN,
        latest=row.latest or DUSK,
        basis=row.basis,
        confidence=row.confidence,
        awaited=_awaited(row),
        decided_by=row.decided_by,
        decided_on=row.decided_on,
        decision=row.decision,
        consulted=row.consulted,
        leaves_municipality=row.leaves_municipality,
        published_on=row.published_on,
        source=row.source,
        note_sv=row.note_sv,
        note_en=row.note_en,
        pk=row.pk,
    )


def _awaited(row: OfficeEvent) -> bool:
    """What is only planned is awaited. A closing somebody has decided takes place on its day."""
    return row.basis == "planned" and not (row.kind == "closed" and row.decided_by)
