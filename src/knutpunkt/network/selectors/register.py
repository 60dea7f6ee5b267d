"""The network on a day, as known on a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, TypeVar

from django.db.models import Q

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
from knutpunkt.network.selectors.states import state_on
from knutpunkt.network.selectors.views import (
    AddressOnDay,
    Balance,
    EventOnRecord,
    NetworkOnDay,
    OfficeOnDay,
    moment,
    on_record,
)

Fact = TypeVar("Fact", bound=DatedFact)


def network_on(day: date, *, known_on: date | None = None) -> NetworkOnDay:
    """Read the network on a day, as known on a day (now, when none is given): seven queries."""
    return Register(known_on=known_on).on(day)


def office_on(key: str, day: date, *, known_on: date | None = None) -> OfficeOnDay | None:
    """Read one office on a day; nothing when the register has none of that key. Seven queries.

    It is what ``network_on`` says of it, without reading all the others.
    """
    return Register(known_on=known_on, only=key).on(day).office(key)


class Register:
    """Everything on record as known on a day: read once, then asked for any day without a query.

    Reading takes seven queries however many offices there are. With ``only``, the key of an
    office, nothing of the others is read: such a register cannot count the network.
    """

    def __init__(self, *, known_on: date | None = None, only: str | None = None) -> None:
        self.known_on = known_on
        here = Q() if only is None else Q(office__key=only)
        self._events = _events_by_office(OfficeEvent.objects.known_on(known_on).filter(here))
        self._names = _by_office(OfficeName.objects.known_on(known_on).filter(here))
        self._kinds = _by_office(OfficeKind.objects.known_on(known_on).filter(here))
        addresses = OfficeAddress.objects.known_on(known_on).filter(here)
        self._addresses = _by_office(addresses.select_related("municipality__county"))
        self._offices = [
            office
            for office in Office.objects.filter(Q() if only is None else Q(key=only))
            if office.pk in self._events or known_on is None or office.known_from <= known_on
        ]
        self._balances = list(OpeningBalance.objects.known_on(known_on))
        members = BalanceMember.objects.known_on(known_on).filter(here)
        self._members = list(members.select_related("office"))

    def on(self, day: date) -> NetworkOnDay:
        """Return the network on a day."""
        balance = self.balance_for(day)
        offices = [
            _office_on_day(
                office,
                day=day,
                balance=balance,
                events=self._events.get(office.pk, ()),
                name=_current(self._names[office.pk], day),
                kind=_current(self._kinds[office.pk], day),
                address=_current(self._addresses[office.pk], day),
            )
            for office in self._offices
        ]
        offices.sort(key=lambda office: (_sortable(office.name), office.key))
        return NetworkOnDay(day, self.known_on, balance, tuple(offices))

    def address_of(self, office: str, day: date) -> AddressOnDay:
        """Return where an office stood on a day; nowhere, when the register does not say."""
        found = next((row.pk for row in self._offices if row.key == office), None)
        return _address(*_current(self._addresses[found], day) if found else (None, True))

    def balance_for(self, day: date) -> Balance | None:
        """Return the latest opening balance on or before a day, with the members then known."""
        begun = [balance for balance in self._balances if balance.on <= day]
        if not begun:
            return None
        found = max(begun, key=lambda balance: (balance.on, balance.pk))
        members = frozenset(
            member.office.key
            for member in self._members
            if member.balance_on == found.on
            and (self.known_on is None or member.office_id in self._events)
        )
        return Balance(
            on=found.on,
            total=found.total,
            members=members,
            source=found.source,
            published_on=found.published_on,
            note_sv=found.note_sv,
            note_en=found.note_en,
        )


def _events_by_office(rows: Iterable[OfficeEvent]) -> Mapping[int, tuple[EventOnRecord, ...]]:
    found: dict[int, list[EventOnRecord]] = defaultdict(list)
    for row in rows:
        found[row.office_id].append(on_record(row))
    return {
        office: tuple(sorted(events, key=lambda e: (e.earliest, e.latest, e.pk)))
        for office, events in found.items()
    }


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


def _stays(events: tuple[EventOnRecord, ...]) -> tuple[life.Stay, ...]:
    """Stays by the events that are not doubtful.

    What was recorded is consistent; should it not be, one office must not hide all the others.
    """
    try:
        return life.stays(moment(event) for event in events if event.confidence != "doubtful")
    except life.ImpossibleHistory:
        return ()


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
    trusted = _stays(events)
    member = balance is not None and office.key in balance.members
    counted = life.anchor(trusted, balance.on, member=member) if balance else trusted
    return OfficeOnDay(
        key=office.key,
        name=name[0].name if name[0] else office.key,
        kind=kind[0].kind if kind[0] else "fixed",
        state=state_on(day, counted, events),
        open=life.open_on(counted, day),
        address=_address(*address),
        stays=trusted,
        counted_stays=counted,
        events=events,
        in_balance=member,
        confidence=office.confidence,
        published_on=office.published_on,
        source=office.source,
        note_sv=office.note_sv,
        note_en=office.note_en,
    )


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
