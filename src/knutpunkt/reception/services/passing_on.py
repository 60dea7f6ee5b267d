"""An errand passed on: to another service, authority or counter of the office."""

from __future__ import annotations

from datetime import datetime

from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import ValueNotAllowed
from knutpunkt.reception.held import change, errand_event
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models.visits import key_of
from knutpunkt.reception.selectors.menu import offered
from knutpunkt.reception.services import rows
from knutpunkt.reception.services.acting import FREE
from knutpunkt.reception.services.answers import Answer, answer
from knutpunkt.reception.services.asking import (
    MOST_OF_A_KEY,
    answered_before,
    errand_asked_for,
)
from knutpunkt.reception.services.sessions import sittings


def errand_transfer(
    *,
    by: Actor,
    errand: int,
    authority: str = "",
    service: str = "",
    to_counter: str = "",
    version: int | None = None,
    request_key: str = "",
    counter: str = "",  # noqa: ARG001  # every action can name its counter
    at_device: datetime | None = None,
) -> Answer:
    """Pass an errand on to another service, authority or counter of the office.

    The visitor keeps the number and the time waited.

    Returns
    -------
    Answer
        Of the errand that waits now; ``from`` is the one passed on.

    Raises
    ------
    ValueNotAllowed
        When nobody says where to.
    """
    by.need("serve")
    if not (authority or service or to_counter):
        allowed = "a service, an authority or to_counter"
        raise ValueNotAllowed(field="service", value="", allowed=allowed)
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return again
        what = offered(by.office_key, authority, service, day=turn.day)
        held = errand_asked_for(turn, by, errand, action="transferred", version=version)
        if to_counter:
            _refuse_empty_counter(turn, to_counter)
        child_key = {"child": key_of(turn.office, turn.next_seq + 1)}
        passed = change(
            turn, held, kind="transferred", who=by.name, state=transitions.TRANSFERRED, **FREE
        )
        errand_event(turn, passed, "transferred", session=held.session_id, data=child_key)
        child = rows.sibling_written(
            turn, held, what, accrues_from=held.accrues_from, parent=held.id,
            only_counter=to_counter,
        )  # fmt: skip
        said = {"parent": held.id, "accrues_from": held.accrues_from}
        seq = rows.began(
            turn, child, "added", request_key=request_key[:MOST_OF_A_KEY] or None,
            data=said | ({"only_counter": to_counter} if to_counter else {}),
        )  # fmt: skip
        return answer(child, seq, **{"from": held.id})


def _refuse_empty_counter(turn: Turn, counter: str) -> None:
    """Refuse to pass somebody on to a counter where nobody sits."""
    there = tuple(one.counter for one in sittings(turn))
    if counter not in there:
        raise ValueNotAllowed(field="to_counter", value=counter, allowed=there or "an open counter")
