"""The measurements of one database, in the order of the table of demands."""

from __future__ import annotations

import math
import sqlite3
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from knutpunkt.network.models import Office
from knutpunkt.reception.measuring.floor import floor
from knutpunkt.reception.measuring.homes import Desk, desks, offices_made
from knutpunkt.reception.measuring.loads import (
    at_a_pace,
    at_once,
    everybody_leaves,
    issued,
    milliseconds,
    one_after_another,
)
from knutpunkt.reception.measuring.processes import family, memory, worked
from knutpunkt.reception.measuring.screens import COUNTERS, call_with_screens
from knutpunkt.reception.measuring.servers import Server, names, running

CLIENTS = 8
PACE = 20.0
QUEUES = (0, 10, 30, 60, 120, 250, 500)
OFFICES = (1, 10, 100, 300, 1000)


@dataclass(frozen=True, slots=True)
class Extent:
    """How long each measurement lasts."""

    warm_up: int
    visits: int
    seconds: float
    rounds: int
    growth: int
    queues: tuple[int, ...]
    offices: tuple[int, ...]


WHOLE = Extent(100, 1000, 15.0, 40, 300, QUEUES, OFFICES)
QUICK = Extent(30, 200, 5.0, 10, 100, (0, 120, 500), (1, 100))


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is measured: the database's kind, its processes, and what servers need to know."""

    database: str
    database_pid: int | None
    environment: Mapping[str, str]
    folder: Path

    def mode(self) -> str:
        """How the database keeps what it has acknowledged."""
        if self.database == "sqlite":
            return f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=NORMAL"
        from django.db import connection

        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            version = cursor.fetchone()[0]
            said = []
            for name in ("fsync", "synchronous_commit"):
                cursor.execute(f"SHOW {name}")
                said.append(f"{name}={cursor.fetchone()[0]}")
        return f"PostgreSQL {version}, {', '.join(said)}"


def measured(place: Place, extent: Extent) -> dict[str, Any]:
    """Measure everything on one database."""
    offices = offices_made(max(*extent.offices, CLIENTS))
    found: dict[str, Any] = {"database": place.database, "mode": place.mode(), "servers": []}
    found["bare_loop_ms"] = bare_loop()
    for name in names():
        with running(name, place.environment, place.folder) as server:
            found["servers"].append(_server(place, extent, server, offices))
    number = Office.objects.get(key=offices[0]).pk
    found["floor"] = floor(number, lambda: _database_worked(place))
    with running("embedded", place.environment, place.folder) as server:
        crowd = desks(offices[2:3], COUNTERS)
        found["screens"] = call_with_screens(server, crowd, extent.rounds)
    with running(names()[0], place.environment, place.folder) as server:
        found["by_queue"] = _by_queue(place, extent, server, offices[3])
        found["by_offices"] = _by_offices(place, extent, server, offices)
    return found


def bare_loop() -> float:
    """CPU of a plain loop, in milliseconds, the best of many: tells how fast the machine was."""
    best = math.inf
    for _ in range(20):
        began, total = time.process_time(), 0
        for number in range(100_000):
            total += number * number
        best = min(best, time.process_time() - began)
    return round(1000 * best, 2)


def _server(place: Place, extent: Extent, server: Server, offices: Sequence[str]) -> dict[str, Any]:
    alone = desks(tuple(offices[:1]))
    one_after_another(server.port, alone, extent.warm_up)
    clients = desks(tuple(offices[1 : 1 + CLIENTS // 2]), 2)
    found = {
        "server": server.name,
        "alone": _cost(place, server, lambda: one_after_another(server.port, alone, extent.visits)),
        "clients": CLIENTS,
        "at_once": _cost(place, server, lambda: at_once(server.port, clients, extent.seconds)),
        "pace_per_second": PACE,
        "at_a_pace": _cost(
            place, server, lambda: at_a_pace(server.port, clients, PACE, extent.seconds)
        ),
        "memory_mb": round(memory(*family(server.pid)) / 2**20),
    }
    everybody_leaves(server.port, [*alone, *clients])
    return found


def _cost(place: Place, server: Server, load: Any) -> dict[str, Any]:
    """CPU a load costs the server and the database, per visit, and what its clients saw."""
    before, stored = worked(server.pid), _database_worked(place)
    seen = load()
    spent, stored = worked(server.pid) - before, _database_worked(place) - stored
    return {
        "visits": seen.visits,
        "visits_per_second": round(seen.visits / seen.seconds, 1),
        "app_cpu_ms": round(1000 * spent / seen.visits, 2),
        "database_cpu_ms": round(1000 * stored / seen.visits, 2),
        "call": milliseconds(seen.calls),
        "visit": milliseconds(seen.whole),
    }


def _database_worked(place: Place) -> float:
    return worked(place.database_pid) if place.database_pid else 0.0


def _by_queue(place: Place, extent: Extent, server: Server, office: str) -> list[dict[str, Any]]:
    """CPU per visit while so many wait: everybody who comes is one more who waits behind."""
    crowd = desks((office,))
    one_after_another(server.port, crowd, extent.warm_up)
    found, waiting = [], 0
    for queue in extent.queues:
        issued(server.port, crowd[0], queue - waiting)
        waiting = queue
        cost = _cost(place, server, lambda: one_after_another(server.port, crowd, extent.growth))
        found.append({"waiting": queue} | cost)
    return found


def _by_offices(
    place: Place, extent: Extent, server: Server, offices: Sequence[str]
) -> list[dict[str, Any]]:
    """CPU per visit while the visits go round so many offices; each has been visited before."""
    found = []
    everybody = desks(tuple(offices[: max(extent.offices)]))
    for count in extent.offices:
        some: list[Desk] = everybody[:count]
        one_after_another(server.port, some, max(count, extent.warm_up))
        visits = max(count, extent.growth)
        cost = _cost(place, server, lambda: one_after_another(server.port, some, visits))  # noqa: B023  # called at once
        found.append({"offices": count} | cost)
    return found
