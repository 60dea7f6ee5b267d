"""One action on one errand: read, refuse, compare and set, tell, and tidy up behind it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import ServiceNotOffered
from knutpunkt.reception.held import Held, change, errand_event
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.selectors.menu import offered
from knutpunkt.reception.services import rows
from knutpunkt.reception.services.answers import Answer, answer
from knutpunkt.reception.services.asking import (
    MOST_OF_A_KEY,
    answered_before,
    concerns,
    errand_asked_for,
)
from knutpunkt.reception.services.crowd import invite_who_fit
from knutpunkt.reception.services.setting import setting_of

FREE: dict[str, Any] = {"session_id": None}


def act(
    by: Actor,
    errand: int,
    kind: str,
    changes: Any,
    *,
    action: str = "serve",
    version: int | None = None,
    request_key: str = "",
    at_device: datetime | None = None,
    **asked: Any,
) -> Answer:
    """Carry out an action: read, refuse, compare and set, tell, and tidy up behind it."""
    by.need(action)
    after = transitions.TRANSITIONS[kind].after
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return again
        held = errand_asked_for(turn, by, errand, action=kind, version=version)
        to = changes(turn, by, held, asked)
        changed = change(turn, held, kind=kind, who=by.name, state=after, **to)
        said = told(turn, changed, kind, request_key, session=held.session_id)
        over = after in transitions.CLOSED and rows.visit_closed_if_over(turn, held.visit_id)
        if over and held.people_limit is not None:
            invite_who_fit(turn, setting_of(turn))
        return said


def as_it_is(_turn: Turn, _by: Actor, _held: Held, _asked: dict[str, Any]) -> dict[str, Any]:
    return {}


def set_free(_turn: Turn, _by: Actor, _held: Held, _asked: dict[str, Any]) -> dict[str, Any]:
    return dict(FREE)


def service_said(turn: Turn, by: Actor, asked: dict[str, Any]) -> dict[str, Any]:
    """What an errand turned out to be about, where that is said now."""
    what = offered(
        by.office_key, asked.get("authority", ""), asked.get("service", ""), day=turn.day
    )
    if what is None:
        return {}
    if not concerns(by, what.authority):
        raise ServiceNotOffered(service=what.key)  # whoever said so could not go on with it
    return {"service_id": what.service_id, "authority": what.authority, "level": what.level}


def told(
    turn: Turn, held: Held, kind: str, request_key: str, *,
    session: int | None = None, data: dict[str, Any] | None = None,
) -> Answer:  # fmt: skip
    seq = errand_event(
        turn, held, kind, session=held.session_id or session,
        request_key=request_key[:MOST_OF_A_KEY] or None, data=data,
    )  # fmt: skip
    return answer(held, seq)
