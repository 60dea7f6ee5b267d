"""How many people the room holds, how many are in it, and who is asked to come in."""

from __future__ import annotations

from knutpunkt.engines.queueing.order import Waiting, order
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.models.visits import Place
from knutpunkt.reception.services.setting import Setting

_IN_THE_ROOM = """
SELECT COALESCE(SUM(party_size), 0) FROM reception_visit
WHERE office_id = %s AND local_day = %s AND closed_at IS NULL AND place <> 'elsewhere'
  AND practice = %s
"""
_OUTSIDE = """
SELECT v.id, MIN(e.prio_class), MIN(e.accrues_from), MIN(v.party_size), MIN(v.number)
FROM reception_visit v JOIN reception_errand e ON e.visit_id = v.id AND e.state = 'waiting'
WHERE v.office_id = %s AND v.local_day = %s AND v.closed_at IS NULL AND v.place = 'elsewhere'
GROUP BY v.id
"""
_SOMEBODY_OUTSIDE = """
SELECT 1 FROM reception_visit
WHERE office_id = %s AND local_day = %s AND closed_at IS NULL AND place = 'elsewhere' LIMIT 1
"""


def people_inside(turn: Turn, setting: Setting) -> int:
    """People in the room or asked to come in, with and without tickets."""
    counted = turn.row(_IN_THE_ROOM, turn.office, turn.day, False)
    return int(counted[0]) + setting.without_ticket


def place_for(turn: Turn, setting: Setting, people: int) -> str:
    """Where somebody who comes now waits: inside while there is room."""
    if setting.people_limit is None:
        return Place.INSIDE
    room = setting.people_limit - people_inside(turn, setting)
    # Whoever came before and waits elsewhere goes in first, however large the party.
    others = turn.row(_SOMEBODY_OUTSIDE, turn.office, turn.day)
    return Place.INSIDE if people <= room and others is None else Place.ELSEWHERE


def invite_who_fit(turn: Turn, setting: Setting) -> None:
    """Ask in whoever is next in order and fits, as long as there is room."""
    if setting.people_limit is None:
        return
    outside = turn.rows(_OUTSIDE, turn.office, turn.day)
    if not outside:
        return
    room = setting.people_limit - people_inside(turn, setting)
    sizes = {row[0]: int(row[3]) for row in outside}
    waiting = [Waiting(row[0], str(row[4]), row[1], int(row[2]), row[0]) for row in outside]
    for one in order(waiting, setting.rule, turn.now):
        if sizes[one.key] > setting.people_limit:
            continue  # never fits; staff is told so, and may call them all the same
        if sizes[one.key] > room:
            return  # nobody is overtaken for being fewer
        room -= sizes[one.key]
        invite(turn, one.key)


def invite(turn: Turn, visit: int) -> int | None:
    """Ask somebody in who waits elsewhere; the event's number, or nothing if they do not."""
    found = turn.row(
        "UPDATE reception_visit SET place = 'invited', invited_at = %s "
        "WHERE id = %s AND place = 'elsewhere' AND closed_at IS NULL "
        "RETURNING series, number, practice, simulated",
        turn.now,
        visit,
    )
    if found is None:
        return None
    ticket = f"{found[0]}{found[1]}"
    return turn.event(
        "invited", visit=visit, ticket=ticket, practice=bool(found[2]), simulated=bool(found[3])
    )
