"""What the screens of an office show: folded from its events, and read from the database once.

Pure but for ``board_read``, which is handed the means to ask. The hub folds the events it hears
into the board; a page reads the board of the moment.
"""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knutpunkt.core.fields import from_ms
from knutpunkt.reception.models.visits import key_of
from knutpunkt.reception.transitions import (
    AT_THE_COUNTER,
    BEGINNINGS,
    CALLED,
    SERVING,
    TRANSITIONS,
    UNDONE,
    WAITING,
)

#: Asks the database: SQL with ``%s`` marks, its values, and all rows of the answer.
Ask = Callable[[str, Sequence[Any]], list[Any]]

#: So many past events are replayed; who missed more gets the board as it is.
MOST_REPLAYED = 200
#: So many past calls stand on a display.
CALLS_SHOWN = 8

#: What anybody may hear of. Sessions, head counts, incidents and alarms are not among them.
PUBLIC_KINDS = frozenset(
    {*TRANSITIONS, *BEGINNINGS, UNDONE, "invited", "closed", "reopened", "day-ended"}
)
_CALLS = ("called", "recalled")


@dataclass(frozen=True, slots=True)
class Standing:
    """An errand that waits, is called or is served."""

    errand: int
    visit: int
    number: str
    state: str
    counter: str
    version: int
    since: int


@dataclass(frozen=True, slots=True)
class Call:
    """A number that was called to a counter; of each number only its last call is kept."""

    errand: int
    number: str
    counter: str
    at: int


@dataclass(slots=True)
class Moment:
    """An event as it is told. ``after`` is the number of the public event before it.

    ``frames`` keeps its encoded forms, one for each kind of listener.
    """

    event: Mapping[str, Any]
    after: int
    waiting: int
    frames: dict[str, bytes] = field(default_factory=dict)

    @property
    def seq(self) -> int:
        """Number of the event."""
        return int(self.event["office_seq"])

    @property
    def public(self) -> bool:
        """Whether anybody may hear of it."""
        return self.event["kind"] in PUBLIC_KINDS and not self.event["practice"]


@dataclass(frozen=True, slots=True)
class Names:
    """``authority/service`` by number, and which authorities are municipalities."""

    services: Mapping[int, str] = field(default_factory=dict)
    municipal: frozenset[str] = frozenset()


@dataclass(slots=True)
class Board:
    """An office as its screens show it after the event ``seq``; ``said`` is the last public one.

    ``ended`` says that the staff has ended the day, and holds until that day is over. Who is
    called while the office is closed was kept inside; calls from before ``closed_since`` are over.
    """

    office: int
    key: str
    seq: int
    day: str
    said: int = 0
    simulated: bool = False
    closed: bool = False
    closed_until: int | None = None
    closed_since: int | None = None
    ended: bool = False
    standing: dict[int, Standing] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    moments: deque[Moment] = field(default_factory=lambda: deque(maxlen=MOST_REPLAYED))
    names: Names = Names()

    @property
    def waiting(self) -> int:
        """Tickets of which an errand waits."""
        return len({one.visit for one in self.standing.values() if one.state == WAITING})

    @property
    def now(self) -> list[Standing]:
        """Who is called or served, the last called first."""
        at_counters = [one for one in self.standing.values() if one.state in AT_THE_COUNTER]
        return sorted(at_counters, key=lambda one: (one.state != CALLED, -one.since, one.errand))

    @property
    def called(self) -> Call | None:
        """The last call that still holds: its errand is called or served."""
        there = {one.errand for one in self.standing.values() if one.state in AT_THE_COUNTER}
        return next((call for call in self.calls if call.errand in there), None)

    def shown_at(self, now: int) -> Call | None:
        """The call a screen shows large: that of before a closing is over, whoever it was for."""
        last, since = self.called, self.closed_since or 0
        over = last is not None and self.closed_at(now) and last.at < since
        return None if over else last

    def closed_at(self, now: int) -> bool:
        """Whether a sudden closing lasts at an instant (ms), or the day has ended."""
        if self.ended and _day_of(now) <= self.day:
            return True
        return self.closed and (self.closed_until is None or now < self.closed_until)

    def apply(self, event: Mapping[str, Any]) -> Moment:
        """Fold the next event in and return it as it is told."""
        self.seq = int(event["office_seq"])
        shown = event["kind"] in PUBLIC_KINDS and not event["practice"]
        self._forget_yesterday(str(event["local_day"]))
        if shown and str(event["local_day"]) == self.day:
            self._stand(event)
            self._call(event)
        if event["kind"] in ("closed", "reopened"):
            self.closed = event["kind"] == "closed"
            self.closed_until = (event["data"] or {}).get("until") if self.closed else None
            self.closed_since = int(event["at"]) if self.closed else None
        if event["kind"] == "day-ended" and _ended_day(event) == self.day:
            self.calls, self.ended = [], True
        told = Moment(event, self.said, self.waiting)
        if shown:
            self.said = self.seq
        self.moments.append(told)
        return told

    def since(self, seq: int) -> list[Moment] | None:
        """What happened after an event; nothing to give when that is too long ago, or to come."""
        oldest = self.moments[0].seq - 1 if self.moments else self.seq
        if not oldest <= seq <= self.seq:
            return None
        return [told for told in self.moments if told.seq > seq]

    def _forget_yesterday(self, day: str) -> None:
        if day > self.day:
            self.day, self.calls, self.ended = day, [], False
            self.standing.clear()

    def _stand(self, event: Mapping[str, Any]) -> None:
        errand = event["errand"]
        if errand is None or not event["state"]:
            return
        if event["state"] not in (WAITING, *AT_THE_COUNTER):
            self.standing.pop(errand, None)
            return
        self.standing[errand] = Standing(
            errand, event["visit"] or errand, event["ticket"], event["state"],
            event["counter"], event["version"], event["at"],
        )  # fmt: skip

    def _call(self, event: Mapping[str, Any]) -> None:
        called = event["kind"] in _CALLS
        if event["kind"] == UNDONE and event["state"] == WAITING:
            self.calls = [call for call in self.calls if call.errand != event["errand"]]
        if called:
            self.calls = [call for call in self.calls if call.number != event["ticket"]]
            call = Call(event["errand"], event["ticket"], event["counter"], event["at"])
            self.calls = [call, *self.calls][:CALLS_SHOWN]


# --- read from the database ----------------------------------------------------------------------

_OFFICE = """
SELECT o.id, COALESCE(s.last, 0), COALESCE(r.simulated, FALSE), d.ended_at FROM network_office o
LEFT JOIN reception_officesequence s ON s.office_id = o.id
LEFT JOIN reception_room r ON r.office_id = o.id
LEFT JOIN reception_officeday d ON d.office_id = o.id AND d.local_day = %s
WHERE o.key = %s
"""
_STANDING = f"""
SELECT e.id, e.visit_id, v.series, v.number, e.state, COALESCE(c.name, ''), e.version, e.state_since
FROM reception_errand e JOIN reception_visit v ON v.id = e.visit_id
LEFT JOIN reception_countersession s ON s.id = e.session_id
LEFT JOIN reception_counter c ON c.id = s.counter_id
WHERE e.office_id = %s AND e.local_day = %s
AND e.state IN ('{WAITING}', '{CALLED}', '{SERVING}') AND NOT e.practice
"""  # noqa: S608  # constant names of states
_CLOSED = """
SELECT ends_at, begins_at FROM reception_closure
WHERE office_id = %s AND begins_at <= %s AND (ends_at IS NULL OR ends_at > %s)
"""
_TOLD = (
    "office_id", "office_seq", "kind", "at", "local_day", "visit", "errand", "session", "state",
    "version", "ticket", "counter", "service_id", "level", "language", "prio_class", "arrival",
    "people", "outcome", "next_authority", "next_channel", "practice", "simulated", "data",
)  # fmt: skip
_OF_THE_ERRAND = ("authority", "accrues_from", "due_at")
_EVENTS = f"""
SELECT {", ".join(f"ev.{name}" for name in _TOLD)},
  {", ".join(f"e.{name}" for name in _OF_THE_ERRAND)}, v.place
FROM reception_event ev LEFT JOIN reception_errand e ON e.id = ev.errand
LEFT JOIN reception_visit v ON v.id = ev.visit
WHERE ev.id > %s AND ev.id <= %s ORDER BY ev.id
"""  # noqa: S608  # constant names of columns
_SERVICES = "SELECT id, authority_id, slug FROM network_service"
_MUNICIPAL = "SELECT slug FROM network_authority WHERE kind = 'municipality'"


def names_read(ask: Ask) -> Names:
    """Read what services and authorities are called, for the words of the staff. Two queries."""
    services = {pk: f"{authority}/{slug}" for pk, authority, slug in ask(_SERVICES, [])}
    return Names(services, frozenset(slug for (slug,) in ask(_MUNICIPAL, [])))


def board_read(
    ask: Ask, office: str, *, now: int, today: date, names: Names | None = None
) -> Board | None:
    """Read the board of an office; nothing when there is no such office. Four queries.

    The questions must be asked of one and the same state of the database: inside a read
    transaction.

    Parameters
    ----------
    ask
        Asks the database.
    office
        Key of the office.
    now
        Milliseconds since 1970: closings count that hold then.
    today
        Calls of this day are shown.
    names
        Needed where staff listen.
    """
    found = ask(_OFFICE, [today.isoformat(), office])
    if not found:
        return None
    number, seq, simulated, ended_at = found[0]
    board = Board(number, office, seq, str(today), simulated=bool(simulated))
    board.names = names or board.names
    _replay(board, events_read(ask, number, after=max(0, seq - MOST_REPLAYED), through=seq))
    board.seq, board.ended = seq, ended_at is not None
    closings = ask(_CLOSED, [number, now, now])
    board.closed = bool(closings)
    board.closed_until, board.closed_since = closings[0] if closings else (None, None)
    standing = map(_standing, ask(_STANDING, [number, today.isoformat()]))
    board.standing = {one.errand: one for one in standing}
    for told in board.moments:
        told.waiting = board.waiting
    return board


def events_read(ask: Ask, office: int, *, after: int, through: int) -> list[dict[str, Any]]:
    """Events of an office after one number and up to another, as listeners are told them."""
    names = (*_TOLD, *_OF_THE_ERRAND, "place")
    rows = ask(_EVENTS, [key_of(office, after), key_of(office, through)])
    return [_event(dict(zip(names, row, strict=True))) for row in rows]


def _replay(board: Board, events: Iterable[Mapping[str, Any]]) -> None:
    for event in events:
        if not board.moments:
            board.said = int(event["office_seq"]) - 1
        board.apply(event)


def _day_of(milliseconds: int) -> str:
    """Day in the network's time zone."""
    moment = from_ms(milliseconds)
    assert moment is not None
    return str(moment.date())


def _ended_day(event: Mapping[str, Any]) -> str:
    """Day that was ended: of a day nobody ended, the upkeep says so in the night after it."""
    return str((event["data"] or {}).get("day", event["local_day"]))


def _standing(row: Sequence[Any]) -> Standing:
    errand, visit, series, number, state, counter, version, since = row
    return Standing(errand, visit, f"{series}{number}", state, counter, version, since)


def _event(facts: dict[str, Any]) -> dict[str, Any]:
    if isinstance(facts["data"], str):
        facts["data"] = json.loads(facts["data"])
    return facts
