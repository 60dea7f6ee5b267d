"""How long somebody who comes now will wait, and how often such a promise was kept.

The prediction is read from the queue as it stands (see ``engines.queueing.waiting``); the pace of
an office from its last events. Both cost little, because every ticket asks.
"""

from __future__ import annotations

import json
import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db import connection

from knutpunkt.core import clock
from knutpunkt.core.fields import from_ms, to_ms
from knutpunkt.engines.queueing.waiting import Busy, Wait, mixed, wait
from knutpunkt.reception.models.visits import PER_OFFICE
from knutpunkt.reception.selectors.pace import OfficePace, pace_of
from knutpunkt.reception.selectors.suiting import Session, authority_of, session_of, suits
from knutpunkt.reception.transitions import CALLED, SERVING, WAITING

MINUTE = 60_000
FEWEST_TICKETS = 5
#: A free counter still takes a moment; whoever is told 0 may stand a minute.
AT_ONCE = 1

_QUEUE = """
SELECT state, session_id, service_id, authority, MIN(state_since), COUNT(*)
FROM reception_errand
WHERE office_id = %s AND local_day = %s AND state IN ('waiting', 'called', 'serving')
  AND practice = %s AND (state <> 'waiting' OR accrues_from <= %s)
GROUP BY state, session_id, service_id, authority
"""
_SESSIONS = """
SELECT id, skills FROM reception_countersession
WHERE office_id = %s AND closed_at IS NULL AND practice = %s
"""


@dataclass(frozen=True, slots=True)
class HitRate:
    """Share of tickets whose real wait lay within what was told, and how many there were."""

    share: float
    tickets: int


def wait_now(
    office: int, service: int | None, cursor: Any, now: int, *, authority: str = ""
) -> dict[str, int] | None:
    """Predict the wait of somebody who takes a ticket now: two reads.

    Parameters
    ----------
    office
        Its number.
    service
        What it is about, or nothing while nobody has said.
    cursor, now
        Of the turn, or any; the instant in milliseconds.
    authority
        Whose errand it is, where only that is known.

    Returns
    -------
    dict or None
        Whole minutes ``low``, ``mid``, ``high`` (nine in ten wait longer than the first, one in
        ten longer than the last), and how many are ``ahead``. Nothing while no counter is open
        that could serve them.
    """
    cursor.execute(_SESSIONS, [office, False])
    sessions = [session_of(*row) for row in cursor.fetchall()]
    whose = authority or authority_of(service)
    mine = [one for one in sessions if suits(one, whose, service)]
    if not mine:
        return None
    moment = from_ms(now)
    assert moment is not None
    cursor.execute(_QUEUE, [office, moment.date(), False, now])
    told, ahead = _predicted(cursor.fetchall(), sessions, mine, pace_of(office), now)
    return None if told is None else {**_in_minutes(told), "ahead": ahead}


def wait_at(
    office: int, service: int | None = None, *, authority: str = ""
) -> dict[str, int] | None:
    """Predict as :func:`wait_now`, outside of a turn."""
    with connection.cursor() as cursor:
        return wait_now(office, service, cursor, to_ms(clock.now()), authority=authority)


def _predicted(
    rows: list[Any], sessions: list[Session], mine: list[Session], pace: OfficePace, now: int
) -> tuple[Wait | None, int]:
    ours = {one.id for one in mine}
    busy, queue, ahead, people = [], [], 0.0, 0
    for state, session, service, authority, since, count in rows:
        its = pace.of(service)
        if state in (CALLED, SERVING) and session in ours:
            busy.append(Busy(max(0.0, (now - int(since)) / MINUTE), its))
        elif state == WAITING:
            part = _our_part(sessions, ours, authority, service)
            ahead += part * count
            people += count if part else 0
            if part:
                queue.append((part * count, its))
    ahead_pace = mixed(queue) if queue else pace.usual
    free = max(0, len(mine) - len(busy))
    told = wait(ahead=ahead, pace=ahead_pace, busy=busy, free=free, giving_up=pace.giving_up)
    return told, people


def _our_part(
    sessions: list[Session], ours: set[int], authority: str, service: int | None
) -> float:
    """Share of somebody's waiting that will fall on the counters that serve us too."""
    theirs = [one.id for one in sessions if suits(one, authority, service)]
    return sum(one in ours for one in theirs) / len(theirs) if theirs else 0.0


def _in_minutes(told: Wait) -> dict[str, int]:
    """Whole minutes, rounded away from the middle."""
    low, mid = math.floor(told.low), round(told.mid)
    return {"low": low, "mid": mid, "high": max(math.ceil(told.high), low + AT_ONCE, mid)}


# --- promises kept ----------------------------------------------------------------------------

_DAY = """
SELECT kind, at, errand, state, data FROM reception_event
WHERE id >= %s AND id < %s AND local_day = %s AND practice = %s
  AND kind IN ('issued', 'checked-in', 'called', 'undone')
ORDER BY id
"""
_past: dict[tuple[int, date], tuple[float, HitRate | None]] = {}
#: Seconds a day that is over is believed; history can still be brought in.
KEPT = 1800.0
MOST_KEPT = 2000


def hit_rate(office: int, day: date) -> HitRate | None:
    """How often the wait told on a ticket held on a day, from the events alone: one read.

    Counts who was told a wait and was called. A day that is over is counted every half hour.

    Returns
    -------
    HitRate or None
        Nothing when fewer than five were.
    """
    kept = _past.get((office, day))
    if kept is not None and kept[0] > time.monotonic():
        return kept[1]
    with connection.cursor() as cursor:
        cursor.execute(_DAY, [office * PER_OFFICE, (office + 1) * PER_OFFICE, day, False])
        found = _counted(cursor.fetchall())
    if day < clock.today():
        if len(_past) >= MOST_KEPT:
            _past.clear()
        _past[office, day] = (time.monotonic() + KEPT, found)
    return found


def forget_hit_rates() -> None:
    """Count anew at the next question."""
    _past.clear()


def _counted(rows: list[Any]) -> HitRate | None:
    told: dict[int, tuple[int, Any]] = {}
    called: dict[int, int] = {}
    for kind, at, errand, state, kept in rows:
        if kind == CALLED:
            called.setdefault(errand, int(at))
        elif kind == "undone":
            if state == WAITING:
                called.pop(errand, None)
        elif promise := _promise(kept):
            told[errand] = (int(at), promise)
    waits = [
        ((called[errand] - at) / MINUTE, promise)
        for errand, (at, promise) in told.items()
        if errand in called
    ]
    if len(waits) < FEWEST_TICKETS:
        return None
    kept_ones = sum(low <= minutes <= high for minutes, (low, high) in waits)
    return HitRate(kept_ones / len(waits), len(waits))


def _promise(kept: Any) -> tuple[float, float] | None:
    """Lowest and highest minutes an event says were told."""
    data = json.loads(kept) if isinstance(kept, str) else kept
    if not isinstance(data, Mapping) or not data.get("wait"):
        return None
    low, _mid, high = data["wait"]
    return float(low), float(high)
