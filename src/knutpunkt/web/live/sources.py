"""Where the hub reads: one connection of its own, never the ORM's."""

from __future__ import annotations

import json
import select
import sqlite3
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg.conninfo import make_conninfo

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception.ledger import CHANNEL
from knutpunkt.reception.live_board import (
    Board,
    Names,
    board_read,
    events_read,
    names_read,
)
from knutpunkt.reception.live_words import Holder

RUNS = "SELECT id, state, progress FROM core_run WHERE id IN ({marks})"
SEQUENCES = "SELECT office_id, last FROM reception_officesequence"
SEQUENCES_OF = SEQUENCES + " WHERE office_id IN ({marks})"
#: As ``accounts.selectors.appointments_held`` finds it; an empty authority is not asked for.
WORKS_THERE = """
SELECT count(*) FROM accounts_appointment a
JOIN accounts_user u ON u.id = a.user_id
JOIN network_office o ON o.id = a.office_id
WHERE a.user_id = %s AND u.is_active AND o.key = %s AND a.role = %s
  AND a.valid_from <= %s AND (a.valid_to IS NULL OR a.valid_to >= %s)
"""
OF_THE_AUTHORITY = "  AND a.authority_id = %s"
NAMES_KEPT_SECONDS = 60.0
GATHERED_SECONDS = 0.02
#: What goes wrong with a connection; it is then opened anew.
LOST = (sqlite3.Error, psycopg.Error)


class Source(Protocol):
    """Where the hub reads, with a connection of its own."""

    def changed(self) -> bool:
        """Whether somebody may have written since the last look."""

    def runs(self, keys: list[str]) -> dict[str, str]:
        """State and progress of runs as JSON text, by key."""

    def sequences(self, offices: list[int] | None = None) -> dict[int, int]:
        """Number of the last event, by office; of all when none are named."""

    def events(self, office: int, *, after: int, through: int) -> list[dict[str, Any]]:
        """Events of an office, in order."""

    def board(self, office: str) -> Board | None:
        """The board of an office; nothing when there is no such office."""

    def holds(self, holder: Holder) -> bool:
        """Whether somebody works at an office in a role today, with an account in use."""

    def ear(self) -> Ear | None:
        """A connection that is told of changes, where the database can do that."""

    def close(self) -> None:
        """Give the connection back."""


class Ear(Protocol):
    """Hears which offices changed."""

    def heard(self, seconds: float) -> set[int]:
        """Offices that changed; waits so long at most for the first."""

    def close(self) -> None:
        """Give the connection back."""


class _Reading:
    """What both databases are asked alike."""

    _names: tuple[float, Names] | None = None

    def _ask(self, sql: str, values: Sequence[Any]) -> list[Any]:
        raise NotImplementedError

    def sequences(self, offices: list[int] | None = None) -> dict[int, int]:
        """Number of the last event, by office."""
        if offices is None:
            return dict(self._ask(SEQUENCES, []))
        marks = ", ".join(["%s"] * len(offices))
        return dict(self._ask(SEQUENCES_OF.format(marks=marks), offices))

    def events(self, office: int, *, after: int, through: int) -> list[dict[str, Any]]:
        """Events of an office, in order."""
        return events_read(self._ask, office, after=after, through=through)

    def holds(self, holder: Holder) -> bool:
        """Whether somebody works at an office in a role today, with an account in use."""
        today = clock.today().isoformat()
        sql, asked = WORKS_THERE, [holder.user, holder.office, holder.role, today, today]
        if holder.authority:
            sql, asked = sql + OF_THE_AUTHORITY, [*asked, holder.authority]
        return bool(self._ask(sql, asked)[0][0])

    def _board(self, office: str) -> Board | None:
        now = clock.now()
        names = self._names_kept()
        return board_read(self._ask, office, now=to_ms(now), today=now.date(), names=names)

    def _names_kept(self) -> Names:
        """Names change seldom: read again after a minute."""
        if self._names is None or self._names[0] < time.monotonic():
            self._names = (time.monotonic() + NAMES_KEPT_SECONDS, names_read(self._ask))
        return self._names[1]


class SqliteSource(_Reading):
    """Reads an SQLite file."""

    def __init__(self, path: str) -> None:
        self._connection = sqlite3.connect(
            f"file:{path}?mode=ro", uri=True, timeout=5, isolation_level=None
        )
        self._version = -1

    def _ask(self, sql: str, values: Sequence[Any]) -> list[Any]:
        return self._connection.execute(sql.replace("%s", "?"), tuple(values)).fetchall()

    def changed(self) -> bool:
        version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        before, self._version = self._version, version
        return version != before

    def runs(self, keys: list[str]) -> dict[str, str]:
        plain = {UUID(key).hex: key for key in keys}
        marks = ", ".join(["%s"] * len(plain))
        rows = self._ask(RUNS.format(marks=marks), list(plain))
        return {plain[key]: _event(state, progress) for key, state, progress in rows}

    def board(self, office: str) -> Board | None:
        self._connection.execute("BEGIN")
        try:
            return self._board(office)
        finally:
            self._connection.execute("ROLLBACK")

    def ear(self) -> Ear | None:
        return None

    def close(self) -> None:
        self._connection.close()


class PostgresSource(_Reading):
    """Reads a PostgreSQL database; looks once a second besides what it is told."""

    def __init__(self, settings: dict[str, Any]) -> None:
        self._address = _address(settings)
        self._connection = psycopg.connect(self._address, autocommit=True)
        self._connection.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        self._looks = 0

    def _ask(self, sql: str, values: Sequence[Any]) -> list[Any]:
        return self._connection.execute(sql.encode(), list(values)).fetchall()

    def changed(self) -> bool:
        self._looks += 1
        return self._looks % 10 == 1

    def runs(self, keys: list[str]) -> dict[str, str]:
        marks = ", ".join(["%s"] * len(keys))
        rows = self._ask(RUNS.format(marks=marks), keys)
        return {str(key): _event(state, progress) for key, state, progress in rows}

    def board(self, office: str) -> Board | None:
        with self._connection.transaction():
            return self._board(office)

    def ear(self) -> Ear | None:
        return PostgresEar(self._address)

    def close(self) -> None:
        self._connection.close()


class PostgresEar:
    """Listens on a connection of its own: waiting holds it, so nothing else can use it.

    What comes within ``GATHERED_SECONDS`` of the last hearing is heard together: a busy hour
    tells of hundreds of changes a second, and waking for each costs more than the change.
    """

    def __init__(self, address: str) -> None:
        self._connection = psycopg.connect(address, autocommit=True)
        self._connection.execute(f"LISTEN {CHANNEL}".encode())
        # Not ``select``, which knows no sockets beyond 1,023: every display has one.
        self._poll = select.poll()
        self._poll.register(self._connection.pgconn.socket, select.POLLIN)
        self._heard_at = 0.0

    def heard(self, seconds: float) -> set[int]:
        time.sleep(max(0.0, self._heard_at + GATHERED_SECONDS - time.monotonic()))
        line = self._connection.pgconn
        if self._poll.poll(seconds * 1000):
            line.consume_input()
        self._heard_at = time.monotonic()
        offices = set()
        while (told := line.notifies()) is not None:
            with suppress(ValueError):
                offices.add(int(told.extra))
        return offices

    def close(self) -> None:
        self._connection.close()


def source_of(database: dict[str, Any]) -> Callable[[], Source]:
    """How to open a source of the database that Django's settings describe."""
    if database["ENGINE"].endswith("sqlite3"):
        return lambda: SqliteSource(str(database["NAME"]))
    return lambda: PostgresSource(database)


def _address(settings: dict[str, Any]) -> str:
    address = {
        "host": settings["HOST"],
        "port": settings["PORT"],
        "user": settings["USER"],
        "password": settings["PASSWORD"],
        "dbname": settings["NAME"],
        **settings["OPTIONS"],
    }
    return make_conninfo(**{name: value for name, value in address.items() if value})


def _event(state: str, progress: Any) -> str:
    content = json.loads(progress) if isinstance(progress, str) else progress
    return json.dumps({"state": state, "progress": content}, separators=(",", ":"))
