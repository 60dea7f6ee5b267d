"""What a node brings, read and bounded before anything is believed of it.

Only the columns named here are ever taken over. Whatever the events say (state, holder, outcome,
numbers, days) is worked out from them; rows add what no event carries.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, Field, ValidationError

from knutpunkt.network.models import Office
from knutpunkt.reception import transitions
from knutpunkt.reception.models import Place, office_of
from knutpunkt.reception.nodes.errors import BatchUnreadable, MergeRefused

LARGEST_KEY = 2**53
Key = Annotated[int, Field(ge=1, lt=LARGEST_KEY)]
Small = Annotated[int, Field(ge=0, le=32_767)]
LANGUAGE = r"^([a-z]{2,3}(-[A-Za-z]{2,4})?)?$"
NEEDS = r"^[a-z,]{0,60}$"
COUNTER = r"^[0-9A-Za-zÅÄÖåäö]{0,8}$"


class EventIn(BaseModel):
    """An event with the columns of the log."""

    pk: Key
    office: int
    office_seq: Key
    kind: str = Field(max_length=20)
    at: AwareDatetime
    at_device: AwareDatetime | None = None
    local_day: date
    visit: Key | None = None
    errand: Key | None = None
    session: Key | None = None
    state: str = Field("", max_length=11)
    version: int = Field(0, ge=0, lt=2**31)
    ticket: str = Field("", max_length=12)
    counter: str = Field("", max_length=8)
    service: Key | None = None
    level: str = Field("", max_length=15)
    language: str = Field("", max_length=8, pattern=LANGUAGE)
    prio_class: str = Field("", max_length=8)
    arrival: str = Field("", max_length=11)
    people: Small = 0
    outcome: str = Field("", max_length=30)
    next_authority: str = Field("", max_length=50)
    next_channel: str = Field("", max_length=12)
    missing_level: str = Field("", max_length=15)
    practice: bool = False
    request_key: str | None = Field(None, max_length=64)
    data: dict[str, Any] | None = None

    @property
    def about_an_errand(self) -> bool:
        """Whether it changes an errand, or brings one about."""
        return self.kind not in transitions.ABOUT_THE_HOUSE


class RowIn(BaseModel):
    """A row of the office."""

    office: int


class VisitIn(RowIn):
    """What no event says of a visit: where somebody waits, and what they need."""

    pk: Key
    interpreter: str = Field(default="", max_length=8, pattern=LANGUAGE)
    access_needs: str = Field(default="", pattern=NEEDS)
    place: Place = Place.INSIDE
    invited_at: AwareDatetime | None = None


class ErrandIn(RowIn):
    """What no event says of an errand; its state and version only to be compared."""

    pk: Key
    visit: Key
    session: Key | None = None
    parent: Key | None = None
    state: str = Field(max_length=11)
    version: int = Field(ge=1, lt=2**31)
    booking: str = Field("", pattern=r"^[-0-9A-Za-z]{0,32}$")
    not_before: AwareDatetime | None = None
    only_counter: str = Field("", pattern=COUNTER)
    speaks: str = Field("", max_length=8, pattern=LANGUAGE)
    before: dict[str, Any] | None = None


class SessionIn(RowIn):
    """What no event says of a session: whose account it is, and the link to the meeting."""

    pk: Key
    holder: int | None = None
    meeting_link: str = Field("", max_length=300, pattern=r"^(https?://\S+)?$")


class BookingIn(RowIn):
    """A visitor who had booked has come."""

    pk: Annotated[str, Field(pattern=r"^[-0-9a-fA-F]{32,36}$")]
    status: Literal["checked_in"]
    visit: Key
    version: int = Field(ge=1, lt=2**31)


class IncidentIn(RowIn):
    """A report or an alarm; the number is the node's own."""

    pk: int
    kind: str = Field(max_length=20)
    counter: str = Field("", max_length=8)
    happened_at: AwareDatetime
    reported_by: str = Field(max_length=150)
    account: str = Field("", max_length=2_000)
    purge_after: AwareDatetime | None = None


ROWS: Mapping[str, type[RowIn]] = {
    "reception.visit": VisitIn,
    "reception.errand": ErrandIn,
    "reception.countersession": SessionIn,
    "reception.booking": BookingIn,
    "reception.incident": IncidentIn,
}


@dataclass
class Brought:
    """A batch as read: the events in their order, and rows by kind and key."""

    events: list[EventIn]
    complete: bool
    #: Events that were merged before: their rows are passed over with them.
    merged: list[EventIn] = field(default_factory=list)
    rows: dict[type[RowIn], dict[Any, Any]] = field(default_factory=dict)

    def pass_over(self, last: int) -> None:
        """Leave out what was merged before, up to an event."""
        self.merged = [event for event in self.events if event.office_seq <= last]
        self.events = [event for event in self.events if event.office_seq > last]
        for kind, rows in self.rows.items():
            old, new = _spoken_of(self.merged, kind), _spoken_of(self.events, kind)
            for key in [key for key, row in rows.items() if _about(row) in old - new]:
                del rows[key]

    def unheard_of(self) -> RowIn | None:
        """A row that no event of the batch speaks of."""
        return next(
            (
                row
                for kind, rows in self.rows.items()
                for row in rows.values()
                if _about(row) not in _spoken_of(self.events, kind)
            ),
            None,
        )

    def row(self, kind: type[RowIn], key: Any) -> Any:
        """One row, or nothing."""
        return self.rows.get(kind, {}).get(key)

    def of(self, kind: type[RowIn]) -> list[Any]:
        """Every row of a kind."""
        return list(self.rows.get(kind, {}).values())


def _about(row: Any) -> Any:
    return (row.visit, row.pk.replace("-", "")) if isinstance(row, BookingIn) else row.pk


def _spoken_of(events: list[EventIn], kind: type[RowIn]) -> set[Any]:
    """Keys of the rows of a kind that events bring along."""
    if kind is BookingIn:
        came = [event for event in events if event.kind == "checked-in"]
        return {(event.visit, str((event.data or {}).get("booking"))) for event in came}
    if kind is IncidentIn:
        told = [event.data or {} for event in events if event.kind in ("incident", "alarm")]
        return {data["incident"] for data in told if isinstance(data.get("incident"), int)}
    names = {VisitIn: "visit", ErrandIn: "errand", SessionIn: "session"}
    return {getattr(event, names[kind]) for event in events}


def brought(office: Office, batch: Mapping[str, Any]) -> Brought:
    """Read a batch.

    Raises
    ------
    BatchUnreadable
        When it is not what a node writes.
    MergeRefused
        When it speaks of another office.
    """
    events = [_read(EventIn, one, "reception.event") for one in _listed(batch, "events")]
    found = Brought(events, bool(batch["complete"]))
    for number, one in enumerate(_listed(batch, "rows"), 1):
        name = str(one.get("model"))[:40]
        if name not in ROWS:
            raise BatchUnreadable(part="rows", reason=f"“{name}” is no row of a node ({number})")
        row: Any = _read(ROWS[name], one, name)
        found.rows.setdefault(type(row), {})[row.pk] = row
    _refuse_strangers(office, found)
    return found


def storable(value: Any) -> bool:
    """Whether every database can keep a value of JSON."""
    if isinstance(value, str):
        return "\x00" not in value and not any("\ud800" <= sign <= "\udfff" for sign in value)
    if isinstance(value, dict):
        return all(storable(name) and storable(one) for name, one in value.items())
    if isinstance(value, int | float):
        return abs(value) < LARGEST_KEY  # also no nan and no infinity
    return all(map(storable, value)) if isinstance(value, list) else True


def _listed(batch: Mapping[str, Any], part: str) -> list[dict[str, Any]]:
    try:
        found = json.loads(batch[part])
        usable = isinstance(found, list) and all(isinstance(one, dict) for one in found)
        if not usable or not storable(found):
            raise BatchUnreadable(part=part, reason="it is no list of rows that can be kept")
    except (ValueError, RecursionError):
        raise BatchUnreadable(part=part, reason="it is not JSON") from None
    return list(found)


def _read(kind: type[Any], one: dict[str, Any], name: str) -> Any:
    said = one.get("fields")
    if one.get("model") != name or not isinstance(said, dict):
        raise BatchUnreadable(part=name, reason="it has no such model and fields")
    try:
        return kind.model_validate({**said, "pk": one.get("pk")})
    except ValidationError as refused:
        first = refused.errors()[0]
        where = ".".join(str(word) for word in first["loc"])
        raise BatchUnreadable(part=name, reason=f"{where}: {first['msg']}") from None


def _refuse_strangers(office: Office, found: Brought) -> None:
    """A node speaks of its own office and of nothing else."""
    for event in found.events:
        own = (event.pk, event.visit, event.errand, event.session)
        _refuse_another_office(office, event.office, own, event.office_seq)
    for kind, rows in found.rows.items():
        for row in rows.values():
            _refuse_another_office(office, row.office, _keys_of(kind, row), 0)


def _keys_of(kind: type[RowIn], row: Any) -> tuple[int | None, ...]:
    if kind is ErrandIn:
        return (row.pk, row.visit, row.session, row.parent)
    if kind is BookingIn:
        return (row.visit,)
    return () if kind is IncidentIn else (row.pk,)


def _refuse_another_office(
    office: Office, said: int, keys: tuple[int | None, ...], seq: int
) -> None:
    if said != office.pk or any(key is not None and office_of(key) != office.pk for key in keys):
        raise MergeRefused(seq=seq, reason="it speaks of another office")
