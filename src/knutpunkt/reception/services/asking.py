"""What every action does first: who asks, about which errand, seen in which version, and once."""

from __future__ import annotations

from datetime import date
from typing import Any

from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import (
    ChangedMeanwhile,
    DayHasEnded,
    ErrandUnknown,
    HeldByAnother,
    NotPossibleNow,
    VisitorElsewhere,
)
from knutpunkt.reception.held import Held, errand_held
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.selectors.menu import is_municipal
from knutpunkt.reception.services.answers import Answer, answer
from knutpunkt.reception.transitions import TRANSITIONS, may

MOST_OF_A_KEY = 64

_ANSWERED = """
SELECT office_seq, errand, visit, ticket, state, version, counter FROM reception_event
WHERE office_id = %s AND request_key = %s
"""


def answered_before(turn: Turn, request_key: str) -> Answer | None:
    """The answer to a request that was carried out already, word for word.

    A request that is sent again because its answer was lost changes nothing a second time.
    """
    if not request_key:
        return None
    found = turn.row(_ANSWERED, turn.office, request_key[:MOST_OF_A_KEY])
    if found is None:
        return None
    seq, errand, visit, ticket, state, version, counter = found
    turn.nothing()
    return Answer(ticket, state, version, seq, errand, visit, counter, {"again": True})


def errand_asked_for(
    turn: Turn, by: Actor, errand: int, *, action: str, version: int | None
) -> Held:
    """Read the errand somebody wants to act on, and refuse what cannot be.

    Raises
    ------
    ErrandUnknown
        When there is none, or it is not for the eyes of whoever asks.
    ChangedMeanwhile
        When it is not in the version they have seen.
    NotPossibleNow, HeldByAnother
        When its state does not allow the action, or another counter has it.
    """
    held = errand_held(turn, errand)
    if held is None or not concerns(by, held.authority):
        raise ErrandUnknown(errand=errand)
    if version is not None and version != held.version:
        raise ChangedMeanwhile(ticket=held.ticket, state=held.state, version=held.version)
    if action in TRANSITIONS:
        _refuse_out_of_order(held, by, action)
    return held


def concerns(by: Actor, authority: str) -> bool:
    """Whether an errand is of a kind the actor may act on.

    A municipal desk has its own authority's errands and no others; everybody else has all but
    those, because they belong to another controller of data.
    """
    if by.authority:
        return authority == by.authority
    return by.role in ("greeter", "kiosk", "office-manager", "visitor") or not is_municipal(
        authority
    )


def _refuse_out_of_order(held: Held, by: Actor, action: str) -> None:
    if not may(action, held.state):
        raise NotPossibleNow(ticket=held.ticket, state=held.state, action=action)
    if held.session_id and TRANSITIONS[action].by_holder and held.staff != by.name:
        raise HeldByAnother(ticket=held.ticket)


_ELSEWHERE = """
SELECT c.name FROM reception_errand e
JOIN reception_countersession s ON s.id = e.session_id
JOIN reception_counter c ON c.id = s.counter_id
WHERE e.visit_id = %s AND e.id <> %s AND e.state IN ('called', 'serving')
"""
_ENDED = """
SELECT ended_at FROM reception_officeday
WHERE office_id = %s AND local_day = %s AND ended_at IS NOT NULL
"""


def refuse_elsewhere(turn: Turn, visit: int, errand: int, ticket: str) -> None:
    """Refuse to bring somebody to a counter who is at one with another errand.

    Raises
    ------
    VisitorElsewhere
        Naming the counter.
    """
    found = turn.row(_ELSEWHERE, visit, errand)
    if found is not None:
        raise VisitorElsewhere(ticket=ticket, counter=found[0])


def refuse_after_the_end(turn: Turn, day: date) -> None:
    """Refuse what belongs to a day that has ended, or to an earlier one.

    Raises
    ------
    DayHasEnded
        When it is over.
    """
    if day < turn.day or turn.row(_ENDED, turn.office, day) is not None:
        raise DayHasEnded


def last_event(held: Held, seq: int, **more: Any) -> Answer:
    """Answer with how the errand stands now."""
    return answer(held, seq, **more)
