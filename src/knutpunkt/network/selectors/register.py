"""The network on a day, as known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.core.models import DatedFact
from knutpunkt.network import life
from knutpunkt.network.models import (
    BalanceMember,
    Office,
    OfficeAddress,
    OfficeEvent,
    OfficeKind,
    OfficeName,
    OpeningBalance,
)

Fact = TypeVar("Fact", bound=DatedFact)


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


def network_on(day: date, *, known_on: date | None = None) -> NetworkOnDay:
    """Read the network on a day, as known on a day (now, when none is given): seven queries."""
    balance = balance_for(day, known_on=known_on)
    events = _events_by_office(known_on)
    names = _by_office(OfficeName.objects.known_on(known_on))
    kinds = _by_office(OfficeKind.objects.known_on(known_on))
    addresses = _by_office(
        OfficeAddress.objects.known_on(known_on).select_related("municipality__county")
    )
    offices = [
        _office_on_day(
            office,
            day=day,
            balance=balance,
            events=events.get(office.pk, ()),
            name=_current(names[office.pk], day),
            kind=_current(kinds[office.pk], day),
            address=_current(addresses[office.pk], day),
        )
        for office in Office.objects.all()
        if office.pk in events or known_on is None or office.known_from <= known_on
    ]
    offices.sort(key=lambda office: (_sortable(office.name), office.key))
    return NetworkOnDay(day, known_on, balance, tuple(offices))


def balance_for(day: date, *, known_on: date | None = None) -> Balance | None:
    """Return the latest opening balance on or before a day: two queries."""
    standing = OpeningBalance.objects.known_on(known_on).filter(on__lte=day)
    found = standing.order_by("-on").first()
    if found is None:
        return None
    members = BalanceMember.objects.known_on(known_on).filter(balance_on=found.on)
    if known_on is not None:
        members = members.filter(office__in=_offices_known(known_on))
    return Balance(
        on=found.on,
        total=found.total,
        members=frozenset(members.values_list("office__key", flat=True)),
        source=found.source,
        published_on=found.published_on,
        note_sv=found.note_sv,
        note_en=found.note_en,
    )


def moment(event: EventOnRecord) -> life.Moment:
    """Read an event as a moment in the chain of an office's life."""
    return life.Moment(event.kind, event.earliest, event.latest, event.awaited, event.pk)


def _offices_known(known_on: date) -> Any:
    return OfficeEvent.objects.known_on(known_on).values("office")


def _events_by_office(known_on: date | None) -> Mapping[int, tuple[EventOnRecord, ...]]:
    found: dict[int, list[EventOnRecord]] = defaultdict(list)
    for row in OfficeEvent.objects.known_on(known_on):
        found[row.office_id].append(on_record(row))
    return {
        office: tuple(sorted(events, key=lambda e: (e.earliest, e.latest, e.pk)))
        for office, events in found.items()
    }


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


def _by_office(rows: Iterable[Any]) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[row.office_id].append(row)
    return found


def _current(facts: list[Fact], day: date) -> tuple[Fact | None, bool]:
    """Choose the fact that holds on a day, and say whether that is certain.

    Where nothing holds (before the first or after the last) the nearest one is shown.
    """
    possible = [fact for fact in facts if fact.may_hold_on(day)]
    certain = [fact for fact in possible if fact.must_hold_on(day)]
    pool = certain or possible or facts
    if not pool:
        return None, True
    chosen = max(pool, key=lambda fact: (fact.valid_from_earliest or DAWN, fact.pk))
    rivals = [fact for fact in possible if fact is not chosen and _may_begin_after(fact, chosen)]
    return chosen, not rivals and (chosen in certain or chosen not in possible)


def _may_begin_after(fact: Fact, chosen: Fact) -> bool:
    """Whether a fact may be the newer of two; an older one without an end has been superseded."""
    latest = (fact.valid_from_latest or DUSK) if fact.valid_from else DAWN
    return latest > (chosen.valid_from_earliest or DAWN)


def _office_on_day(
    office: Office,
    *,
    day: date,
    balance: Balance | None,
    events: tuple[EventOnRecord, ...],
    name: tuple[OfficeName | None, bool],
    kind: tuple[OfficeKind | None, bool],
    address: tuple[OfficeAddress | None, bool],
) -> OfficeOnDay:
    found = life.stays(moment(event) for event in events)
    trusted = life.stays(moment(event) for event in events if event.confidence != "doubtful")
    member = balance is not None and office.key in balance.members
    counted = life.anchor(trusted, balance.on, member=member) if balance else trusted
    return OfficeOnDay(
        key=office.key,
        name=name[0].name if name[0] else office.key,
        kind=kind[0].kind if kind[0] else "fixed",
        state=state_on(day, counted, events),
        open=life.open_on(counted, day),
        address=_address(*address),
        stays=found,
        counted_stays=counted,
        events=events,
        in_balance=member,
        confidence=office.confidence,
        published_on=office.published_on,
        source=office.source,
        note_sv=office.note_sv,
        note_en=office.note_en,
    )


def state_on(day: date, counted: tuple[life.Stay, ...], events: tuple[EventOnRecord, ...]) -> str:
    """Name the state of an office on a day.

    Returns
    -------
    str
        ``open``, ``closing`` (open, the last day is known), ``paused``, ``perhaps-open``,
        ``planned``, ``announced``, ``closed`` or ``unknown``.
    """
    certainty = life.open_on(counted, day)
    if certainty == "yes":
        return _state_of_open(day, counted, events)
    if certainty == "perhaps":
        awaited = all(stay.opened.awaited for stay in counted if stay.open_on(day) == "perhaps")
        return "planned" if awaited and not _ever_open(day, counted) else "perhaps-open"
    if any(stay.closed and stay.closed.latest < day for stay in counted):
        return "closed"
    return _state_before_opening(day, counted, events)


def _ever_open(day: date, counted: tuple[life.Stay, ...]) -> bool:
    return any(stay.opened.latest <= day for stay in counted if not stay.opened.awaited)


def _state_of_open(
    day: date, counted: tuple[life.Stay, ...], events: tuple[EventOnRecord, ...]
) -> str:
    if _paused(day, events):
        return "paused"
    stay = next(stay for stay in counted if stay.open_on(day) == "yes")
    return "closing" if stay.closed is not None and not stay.closed.awaited else "open"


def _paused(day: date, events: tuple[EventOnRecord, ...]) -> bool:
    """Paused from the day of the pause until the day before visitors are let in again."""
    turns = [event for event in events if event.kind in ("paused", "resumed")]
    past = [event for event in turns if event.latest <= day]
    return bool(past) and past[-1].kind == "paused"


def _state_before_opening(
    day: date, counted: tuple[life.Stay, ...], events: tuple[EventOnRecord, ...]
) -> str:
    said = [e.kind for e in events if e.kind in ("announced", "planned") and e.latest <= day]
    if said:
        return said[-1]
    return "planned" if any(stay.opened.earliest > day for stay in counted) else "unknown"


def _address(row: OfficeAddress | None, certain: bool) -> AddressOnDay:
    if row is None:
        return AddressOnDay("", "", "", None, "", None, "", None, None, "", certain)
    municipality = row.municipality
    return AddressOnDay(
        street=row.street,
        postal_code=row.postal_code,
        locality=row.locality,
        municipality_code=municipality.code if municipality else None,
        municipality=municipality.name if municipality else "",
        county_code=municipality.county_id if municipality else None,
        county=municipality.county.name if municipality else "",
        lat=row.lat,
        lon=row.lon,
        position_basis=row.position_basis,
        certain=certain,
    )


_SWEDISH = str.maketrans({"Å": "{1", "Ä": "{2", "Ö": "{3", "å": "{1", "ä": "{2", "ö": "{3"})


def _sortable(name: str) -> str:
    """Sort å, ä and ö after z, as Swedish does."""
    return name.casefold().translate(_SWEDISH)
