"""The statements of a turn, given to the database's driver without anything in between.

Django's own cursor looks at every statement anew, logs it where that is asked for and translates
each error by itself; on the few dozen statements of a visit that costs more than the database
does. Here the marks of a statement are translated once, and PostgreSQL keeps each of them
prepared. Errors are translated for the whole turn by ``errors_as_usual``.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import lru_cache
from typing import Any

import psycopg
from django.db import connection

KEPT = 500
NEVER_BY_ITSELF = 1_000_000_000
_line = threading.Lock()


class Statements:
    """Runs statements with ``%s`` for values, on the connection of this thread."""

    __slots__ = ("_cursor", "_prepares", "fetchall", "fetchone")

    def __init__(self) -> None:
        connection.ensure_connection()
        self._prepares = connection.vendor == "postgresql"
        driver: Any = connection.connection
        if self._prepares and driver.prepare_threshold is None:
            # Django turns prepared statements off; here only those asked for by us are kept.
            driver.prepare_threshold = NEVER_BY_ITSELF
            driver.prepared_max = KEPT
        self._cursor: Any = psycopg.Cursor(driver) if self._prepares else driver.cursor()
        self.fetchone = self._cursor.fetchone
        self.fetchall = self._cursor.fetchall

    def execute(self, sql: str, values: Sequence[Any] = ()) -> None:
        """Run a statement."""
        if self._prepares:
            self._cursor.execute(sql, values, prepare=True)
        else:
            self._cursor.execute(_marked(sql), values)

    def executemany(self, sql: str, rows: Sequence[Sequence[Any]]) -> None:
        """Run a statement for each row."""
        for row in rows:
            self.execute(sql, row)

    @property
    def rowcount(self) -> int:
        """How many rows the last statement touched."""
        return int(self._cursor.rowcount)

    def close(self) -> None:
        """Let the cursor go."""
        self._cursor.close()


@lru_cache(maxsize=KEPT)
def _marked(sql: str) -> str:
    return sql.replace("%s", "?")


def errors_as_usual() -> AbstractContextManager[None]:
    """Raise what the driver refuses as Django's errors, and remember that there was one."""
    translating: AbstractContextManager[None] = connection.wrap_database_errors
    return translating


@contextmanager
def one_writer_at_a_time() -> Iterator[None]:
    """On SQLite let the threads of this process queue up before they ask for the file.

    Whoever finds the file locked sleeps for a while and looks again, up to a tenth of a second
    each time (https://www.sqlite.org/c3ref/busy_timeout.html); whoever waits here is woken at
    once. Inside a transaction the file is ours already, and waiting for somebody who waits for it
    would never end.
    """
    if connection.vendor != "sqlite" or connection.in_atomic_block:
        yield
        return
    with _line:
        yield
