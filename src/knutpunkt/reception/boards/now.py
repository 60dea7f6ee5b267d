"""Every office as it stands: who waits, for how long, which counters are free, and where to go
instead. Four reads however many offices there are.
"""  # noqa: D205  # one thought

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db import connection

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.network.selectors import OfficeOnDay, metres_between, network_on
from knutpunkt.reception.selectors.waits import wait_at

MINUTE = 60_000
#: A neighbour is worth naming when it is this near and this much quicker.
NEAR_KM = 25.0
QUICKER_MINUTES = 15
#: Below this nobody needs relief.
LONG_MINUTES = 20

_WAITING = """
SELECT office_id, COUNT(*), MIN(accrues_from) FROM reception_errand
WHERE local_day = %s AND state = 'waiting' AND practice = %s GROUP BY office_id
"""
_COUNTERS = """
SELECT s.office_id, COUNT(*), SUM(CASE WHEN e.id IS NULL THEN 1 ELSE 0 END)
FROM reception_countersession s
LEFT JOIN reception_errand e ON e.session_id = s.id AND e.state IN ('called', 'serving')
WHERE s.closed_at IS NULL AND s.practice = %s GROUP BY s.office_id
"""
_ROOMS = """
SELECT o.id, o.key, r.people_limit, r.simulated, q.owner FROM reception_room r
JOIN network_office o ON o.id = r.office_id
LEFT JOIN reception_officesequence q ON q.office_id = r.office_id
"""


@dataclass(frozen=True, slots=True)
class Relief:
    """Where visitors of a busy office could go instead."""

    key: str
    name: str
    km: float
    minutes: int


@dataclass(frozen=True, slots=True)
class OfficeNow:
    """One office. ``wait`` is predicted for somebody who comes now: low, mid and high minutes.

    ``alone`` says that a node runs it, so that this picture is as old as its last exchange.
    """

    key: str
    name: str
    waiting: int
    longest: int | None
    counters: int
    free: int
    wait: tuple[int, int, int] | None
    relief: Relief | None
    simulated: bool
    alone: bool


def network_now() -> list[OfficeNow]:
    """Offices that have a reception, the longest wait first."""
    now = clock.now()
    register = {office.key: office for office in network_on(now.date()).offices}
    waiting = _by_office(_WAITING, now.date(), False)
    counters = _by_office(_COUNTERS, False)
    found: dict[str, OfficeNow] = {}
    for number, key, _limit, simulated, owner in _rows(_ROOMS):
        count, since = waiting.get(number, (0, None))
        open_ones, free = counters.get(number, (0, 0))
        told = wait_at(number) if open_ones else None
        found[key] = OfficeNow(
            key=key,
            name=register[key].name if key in register else key,
            waiting=int(count),
            longest=None if since is None else max(0, int((to_ms(now) - since) // MINUTE)),
            counters=int(open_ones),
            free=int(free),
            wait=(told["low"], told["mid"], told["high"]) if told else None,
            relief=None,
            simulated=bool(simulated),
            alone=owner not in (None, "centre"),
        )
    relieved = [replace(one, relief=_relief(one, found, register)) for one in found.values()]
    return sorted(relieved, key=lambda one: (-(one.longest or -1), -one.waiting, one.name))


def _relief(
    one: OfficeNow, others: Mapping[str, OfficeNow], register: Mapping[str, OfficeOnDay]
) -> Relief | None:
    """The quickest neighbour, where the wait is long and another is near and much quicker."""
    if one.wait is None or one.wait[1] < LONG_MINUTES:
        return None
    here = _position(register.get(one.key))
    if here is None:
        return None
    found = []
    for other in others.values():
        there = _position(register.get(other.key))
        if other.key == one.key or other.wait is None or there is None:
            continue
        km = metres_between(*here, *there) / 1000
        if km <= NEAR_KM and one.wait[1] - other.wait[1] >= QUICKER_MINUTES:
            found.append(Relief(other.key, other.name, round(km, 1), other.wait[1]))
    return min(found, key=lambda relief: (relief.minutes, relief.km), default=None)


def _position(office: OfficeOnDay | None) -> tuple[float, float] | None:
    if office is None or office.address.lat is None or office.address.lon is None:
        return None
    return office.address.lat, office.address.lon


def _by_office(sql: str, *values: Any) -> dict[int, tuple[Any, ...]]:
    return {row[0]: tuple(row[1:]) for row in _rows(sql, *values)}


def _rows(sql: str, *values: Any) -> Iterable[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
    return found
