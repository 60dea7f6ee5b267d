"""What was demanded of the reception's speed, and whether what was measured meets it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

#: CPU in milliseconds a visit may cost the application and the database.
APP_CPU = {"sqlite": 4.5, "postgresql": 5.0}
DATABASE_CPU = 2.0
VISITS_PER_SECOND = {"sqlite": 100.0, "postgresql": 80.0}
CALL_P99 = 60.0
CALL_AND_SCREENS_CPU = 6.0
CALL_AND_SCREENS_BYTES = 4_000


def judged(found: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Put every demand beside what was measured, on each database and server."""
    return [row for one in found for row in _of_database(one)]


def _of_database(one: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    database = one["database"]
    for server in one["servers"]:
        on = f"{database}, {server['server']}"
        alone, together, paced = server["alone"], server["at_once"], server["at_a_pace"]
        yield _most("a visit", on, "ms CPU", APP_CPU[database], alone["app_cpu_ms"])
        if database == "postgresql":
            stored = alone["database_cpu_ms"]
            yield _most("a visit, database", on, "ms CPU", DATABASE_CPU, stored)
        rate = together["visits_per_second"]
        yield _least("8 clients", on, "visits/s", VISITS_PER_SECOND[database], rate)
        yield _most("a call at 20 visits/s", on, "ms p99", CALL_P99, paced["call"]["p99_ms"])
    screens, on = one["screens"], f"{database}, embedded"
    work = "a call and 7 screens, 120 wait"
    yield _most(work, on, "ms CPU", CALL_AND_SCREENS_CPU, screens["cpu_ms_per_call"])
    yield _most(work, on, "bytes", CALL_AND_SCREENS_BYTES, screens["bytes_per_call"])


def _most(work: str, on: str, unit: str, demand: float, measured: float) -> dict[str, Any]:
    met = None if unit == "ms CPU" and not measured else measured <= demand
    return _row(work, on, unit, f"≤ {demand:g}", measured, met)


def _least(work: str, on: str, unit: str, demand: float, measured: float) -> dict[str, Any]:
    return _row(work, on, unit, f"≥ {demand:g}", measured, measured >= demand)


def _row(
    work: str, on: str, unit: str, demand: str, measured: float, met: bool | None
) -> dict[str, Any]:
    return {
        "work": work, "on": on, "unit": unit, "demand": demand, "measured": measured, "met": met,
    }  # fmt: skip
