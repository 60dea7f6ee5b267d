"""Which of those who wait a counter can serve."""

from __future__ import annotations

from typing import Any

from knutpunkt.engines.queueing.order import Waiting
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.selectors.menu import equipment_of
from knutpunkt.reception.services.asking import concerns
from knutpunkt.reception.services.sessions import EVERY_STATE_AUTHORITY, Sitting, sittings
from knutpunkt.reception.transitions import WAITING

_WAITING = """
SELECT id, prio_class, accrues_from, authority, service_id, speaks, only_counter, visit_id, state
FROM reception_errand
WHERE office_id = %s AND state IN ('waiting', 'called', 'serving') AND local_day = %s
  AND practice = %s
  AND (not_before IS NULL OR not_before <= %s)
"""
_EQUIPPED = """
SELECT x.equipment_id, x.counter_id FROM reception_counter_equipment x
JOIN reception_counter c ON c.id = x.counter_id WHERE c.office_id = %s
"""


def who_suits(turn: Turn, by: Actor, sitting: Sitting) -> list[Waiting]:
    """Everybody who waits and whom the counter can serve: by authority, service, language,
    equipment, and the counter they were passed on to. Nobody can be at two counters at once, so
    whoever has another errand called or served is left out.
    """  # noqa: D205  # one sentence
    found = turn.rows(_WAITING, turn.office, turn.day, sitting.practice, turn.now)
    at_a_counter = {row[7] for row in found if row[8] != WAITING}
    waiting = [row for row in found if row[8] == WAITING and row[7] not in at_a_counter]
    mine = [row for row in waiting if _fits(row, by, sitting)]
    if any(row[6] for row in mine):
        mine = _who_was_passed_on(turn, mine, sitting)
    if any(row[5] for row in mine):
        mine = _who_can_be_spoken_to(turn, mine, sitting)
    if any(row[4] and equipment_of(row[4]) for row in mine):
        mine = _who_has_what_it_takes(turn, mine, sitting)
    return [Waiting(row[0], "", row[1], row[2], row[0]) for row in mine]


def _fits(row: Any, by: Actor, sitting: Sitting) -> bool:
    authority, service = row[3], row[4]
    if not concerns(by, authority):
        return False
    skilled = EVERY_STATE_AUTHORITY in sitting.authorities or authority in sitting.authorities
    able = not sitting.services or service is None or service in sitting.services
    return able and (skilled or not authority)


def _who_was_passed_on(turn: Turn, rows: list[Any], sitting: Sitting) -> list[Any]:
    """Leave those passed on to a counter to it, as long as somebody sits there."""
    others = {one.counter for one in sittings(turn)} - {sitting.counter}
    return [row for row in rows if row[6] not in others]


def _who_can_be_spoken_to(turn: Turn, rows: list[Any], sitting: Sitting) -> list[Any]:
    """Leave those who want another language to a counter that speaks it, if one is open."""
    elsewhere = {word for one in sittings(turn) for word in one.languages}
    ours = set(sitting.languages)
    return [row for row in rows if not row[5] or row[5] in ours or row[5] not in elsewhere]


def _who_has_what_it_takes(turn: Turn, rows: list[Any], sitting: Sitting) -> list[Any]:
    """Leave errands that need equipment to the counters that have it, where that is recorded."""
    where: dict[str, set[int]] = {}
    for equipment, counter in turn.rows(_EQUIPPED, turn.office):
        where.setdefault(equipment, set()).add(counter)

    def has(row: Any) -> bool:
        needed = equipment_of(row[4]) if row[4] else None
        return needed not in where or sitting.counter_id in where[needed]

    return [row for row in rows if has(row)]
