"""A counter that its clerk has left: whoever was there waits again, and the counter is free."""

from __future__ import annotations

from typing import Any

from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import CounterNotOpen
from knutpunkt.reception.held import Held, change, errand_event, errand_held
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.services.acting import FREE
from knutpunkt.reception.services.sessions import close, sittings

#: The two steps by which an errand leaves a counter and waits again with the time it had.
_BACK = {
    transitions.CALLED: (("missed", transitions.MISSED), ("reactivated", transitions.WAITING)),
    transitions.SERVING: (("parked", transitions.PARKED), ("released", transitions.WAITING)),
}


def counter_free(*, by: Actor, counter: str) -> None:
    """Close a counter somebody has left, whoever stands at it: they wait again with their time.

    Raises
    ------
    NotAllowed
        To anybody but an office manager.
    CounterNotOpen
        When nobody has it open.
    OwnedByNode
        When a node owns the office.
    """
    by.need("manage")
    with office_turn(by.office) as turn:
        sitting = next((one for one in sittings(turn) if one.counter == counter), None)
        if sitting is None:
            raise CounterNotOpen
        if sitting.errand is not None:
            _put_back(turn, sitting.errand, by.name)
        close(turn, sitting, put_back=True)


def _put_back(turn: Turn, errand: int, who: str) -> None:
    held = errand_held(turn, errand)
    assert held is not None
    at_counter = held.session_id
    for kind, after in _BACK[held.state]:
        held = _step(turn, held, kind, after, who)
        errand_event(turn, held, kind, session=at_counter)


def _step(turn: Turn, held: Held, kind: str, after: str, who: str) -> Held:
    keeps = transitions.TRANSITIONS[kind].holds == "holder"
    to: dict[str, Any] = {} if keeps else FREE
    return change(turn, held, kind=kind, who=who, forget=True, state=after, **to)
