"""One turn at one office: the changes of an office stand in one line, and each is one event.

Every change takes the row of the office's sequence first. On PostgreSQL that row is locked until
the change is committed, on SQLite the whole file is, so nothing here can meet another change of
the same office halfway. The constraints of the tables stand behind it for anything that goes
another way. The statements are plain SQL that both databases read: the ORM would cost more than
the work.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import connection, transaction

from knutpunkt.core import clock
from knutpunkt.core.fields import from_ms, to_ms
from knutpunkt.reception.errors import OwnedByNode
from knutpunkt.reception.models.visits import key_of
from knutpunkt.reception.statements import Statements, errors_as_usual, one_writer_at_a_time

CENTRE = "centre"
CHANNEL = "reception"

_COLUMNS = (
    "id", "office_id", "office_seq", "kind", "at", "at_device", "local_day", "visit", "errand",
    "session", "state", "version", "ticket", "counter", "service_id", "level", "language",
    "prio_class", "arrival", "people", "outcome", "next_authority", "next_channel",
    "missing_level", "practice", "simulated", "request_key", "data",
)  # fmt: skip
_INSERT = (
    f"INSERT INTO reception_event ({', '.join(_COLUMNS)}) "  # noqa: S608  # constant names
    f"VALUES ({', '.join(['%s'] * len(_COLUMNS))})"
)
_USUAL: dict[str, Any] = {
    "at_device": None, "visit": None, "errand": None, "session": None, "state": "", "version": 0,
    "ticket": "", "counter": "", "service_id": None, "level": "", "language": "", "prio_class": "",
    "arrival": "", "people": 0, "outcome": "", "next_authority": "", "next_channel": "",
    "missing_level": "", "practice": False, "simulated": False, "request_key": None, "data": None,
}  # fmt: skip
#: A clock that steps back is not followed within an hour: the log never runs backwards.
_STEPS_BACK_AT_MOST = 3_600_000
_NEXT = """
UPDATE reception_officesequence SET last = last + 1,
  last_at = CASE WHEN last_at > %s AND last_at < %s THEN last_at ELSE %s END
WHERE office_id = %s RETURNING last, owner, last_at
"""

#: Told after a change is committed, in the process that made it: office and its new events.
Listener = Callable[[int, list[dict[str, Any]]], object]
_listeners: list[Listener] = []


def tell_also(listener: Listener) -> None:
    """Let somebody in this process hear of every committed change at once."""
    _listeners.append(listener)


def tell_no_longer(listener: Listener) -> None:
    """Forget a listener."""
    _listeners.remove(listener)


@dataclass
class Turn:
    """A change in the making. ``seq`` is the number its first event will have."""

    office: int
    seq: int
    owner: str
    now: int
    day: date
    cursor: Any
    at_device: int | None = None
    events: list[dict[str, Any]] = field(default_factory=list)

    def rows(self, sql: str, *values: Any) -> list[Any]:
        """Read rows."""
        self.cursor.execute(sql, values)
        found: list[Any] = self.cursor.fetchall()
        return found

    def row(self, sql: str, *values: Any) -> Any:
        """Read one row, or nothing."""
        self.cursor.execute(sql, values)
        return self.cursor.fetchone()

    def write(self, sql: str, *values: Any) -> int:
        """Write, and say how many rows it touched."""
        self.cursor.execute(sql, values)
        return int(self.cursor.rowcount)

    @property
    def next_seq(self) -> int:
        """Number of the next event."""
        return self.seq + len(self.events)

    def event(self, kind: str, **facts: Any) -> int:
        """Add an event; returns its number. What is not said stays empty."""
        number = self.next_seq
        self.events.append(
            {
                **_USUAL,
                "id": key_of(self.office, number),
                "office_id": self.office,
                "office_seq": number,
                "kind": kind,
                "at": self.now,
                "local_day": self.day,
                "at_device": self.at_device,
                **facts,
            }
        )
        return number

    def nothing(self) -> None:
        """Leave everything as it was: no event, no number used."""
        self.events.clear()
        transaction.set_rollback(True)

    def finish(self) -> None:
        """Write the events and move the sequence to the last of them."""
        if not self.events:
            transaction.set_rollback(True)
            return
        more = len(self.events) - 1
        if more:
            self.write(
                "UPDATE reception_officesequence SET last = last + %s WHERE office_id = %s",
                more,
                self.office,
            )
        rows = [_values(event) for event in self.events]
        if connection.vendor == "postgresql":
            for row in rows[:-1]:
                self.cursor.execute(_INSERT, row)
            told = f" RETURNING pg_notify('{CHANNEL}', %s)"
            self.cursor.execute(_INSERT + told, [*rows[-1], str(self.office)])
        else:
            self.cursor.executemany(_INSERT, rows)
        if _listeners:
            transaction.on_commit(self._tell)

    def _tell(self) -> None:
        for listener in _listeners:
            listener(self.office, self.events)


@contextmanager
def office_turn(
    office: int,
    *,
    owner: str = "",
    at: datetime | None = None,
    at_device: datetime | None = None,
) -> Iterator[Turn]:
    """Take the office's turn; the block's changes and events are committed together or not at all.

    Parameters
    ----------
    office
        Its number.
    owner
        Who acts: the centre, or the node that owns the office. Empty is whoever this process is.
    at
        The instant; now, unless something of the past is brought in.
    at_device
        What the clock of the device said, where it said so; kept, never reckoned with.

    Raises
    ------
    OwnedByNode
        When somebody else owns the office's sequence.
    """
    wall = to_ms(at or clock.now())
    with one_writer_at_a_time(), transaction.atomic(), errors_as_usual():
        cursor = Statements()
        seq, owns, now = _take(cursor, office, wall)
        if owns != (owner or acting_as()):
            raise OwnedByNode(office=str(office), owner=owns)
        moment = from_ms(now)
        assert moment is not None
        device = to_ms(at_device) if at_device else None
        turn = Turn(office, seq, owns, now, moment.date(), cursor, device)
        yield turn
        turn.finish()


def acting_as() -> str:
    """Who this process is: the centre, or the name of a node."""
    return _identity[0]


_identity = [CENTRE]


def act_as(name: str) -> None:
    """Make this process a node; said once, when it starts."""
    _identity[0] = name


def _take(cursor: Any, office: int, wall: int) -> tuple[int, str, int]:
    asked = [wall, wall + _STEPS_BACK_AT_MOST, wall, office]
    cursor.execute(_NEXT, asked)
    found = cursor.fetchone()
    if found is None:
        cursor.execute(
            "INSERT INTO reception_officesequence (office_id, last, owner) VALUES (%s, 0, %s) "
            "ON CONFLICT (office_id) DO NOTHING",
            [office, acting_as()],
        )
        cursor.execute(_NEXT, asked)
        found = cursor.fetchone()
    return int(found[0]), str(found[1]), int(found[2])


def _values(event: Mapping[str, Any]) -> list[Any]:
    data = event["data"]
    found = [event[name] for name in _COLUMNS]
    found[-1] = None if data is None else json.dumps(data, ensure_ascii=False)
    return found
