"""The last action taken back: an event of its own, and nothing deleted."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import datetime
from typing import Any

from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import TooLateToUndo
from knutpunkt.reception.held import Held, change, errand_event, errand_held
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.services import rows
from knutpunkt.reception.services.acting import told
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.asking import (
    answered_before,
    errand_asked_for,
    refuse_after_the_end,
    refuse_elsewhere,
)
from knutpunkt.reception.services.sessions import Sitting, refuse_busy, sitting_of


def errand_undo(
    *,
    by: Actor,
    errand: int,
    version: int | None = None,
    request_key: str = "",
    counter: str = "",  # noqa: ARG001  # every action can name its counter
    at_device: datetime | None = None,
) -> Answer:
    """Take back the last action on an errand, within a minute and by whoever took it.

    It is an event of its own; nothing is deleted.

    Raises
    ------
    TooLateToUndo, CounterBusy
        When it cannot be taken back.
    """
    by.need("look")
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return again
        held = errand_asked_for(turn, by, errand, action="undone", version=version)
        kept = held.before if not isinstance(held.before, str) else json.loads(held.before)
        if not _can_be_taken_back(turn, by, kept):
            raise TooLateToUndo(ticket=held.ticket)
        refuse_after_the_end(turn, held.local_day)
        return _take_back(turn, by, held, kept, request_key)


def _can_be_taken_back(turn: Turn, by: Actor, kept: Any) -> bool:
    return (
        kept is not None
        and kept["kind"] in transitions.CAN_BE_UNDONE
        and kept["who"] == by.name
        and 0 <= turn.now - kept["at"] <= transitions.UNDO_WITHIN_MS
    )


def _take_back(turn: Turn, by: Actor, held: Held, kept: dict[str, Any], request_key: str) -> Answer:
    was = kept["was"]
    session = was.get("session_id", held.session_id)
    sitting = _sitting_still_open(turn, by, held, session) if session else None
    leads_back = was.get("state", held.state) in transitions.AT_THE_COUNTER
    if sitting is not None and leads_back and held.state not in transitions.AT_THE_COUNTER:
        refuse_busy(sitting)
        refuse_elsewhere(turn, held.visit_id, held.id, held.ticket)
    if kept["kind"] == "transferred":
        _withdraw_child(turn, by, held)
    restored = change(
        turn, held, kind="undone", who=by.name, forget=True, **was,
        state_since=kept["state_since"],
    )  # fmt: skip
    if held.state in transitions.CLOSED:
        rows.visit_reopened(turn, held.visit_id)
    shown = replace(restored, counter=sitting.counter if sitting else "")
    return told(turn, shown, "undone", request_key, data={"of": kept["kind"]})


def _sitting_still_open(turn: Turn, by: Actor, held: Held, session: int) -> Sitting:
    found = turn.row(
        "SELECT c.name FROM reception_countersession s JOIN reception_counter c "
        "ON c.id = s.counter_id WHERE s.id = %s AND s.closed_at IS NULL",
        session,
    )
    if found is None:
        raise TooLateToUndo(ticket=held.ticket)
    return sitting_of(turn, by, found[0])


def _withdraw_child(turn: Turn, by: Actor, held: Held) -> None:
    """Take back the errand that a transfer made, unless somebody has taken it up already."""
    found = turn.row("SELECT MAX(id) FROM reception_errand WHERE parent_id = %s", held.id)
    child = errand_held(turn, found[0]) if found and found[0] else None
    if child is None or child.state != transitions.WAITING or child.version != 1:
        raise TooLateToUndo(ticket=held.ticket)
    gone = change(
        turn, child, kind="withdrawn", who=by.name, forget=True, state=transitions.WITHDRAWN
    )
    errand_event(turn, gone, "withdrawn")
