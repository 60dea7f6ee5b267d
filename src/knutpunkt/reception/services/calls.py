"""What a clerk does: call, begin, finish, and everything that happens in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from knutpunkt.engines.queueing.order import first
from knutpunkt.network.models import Authority, Level
from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import (
    DayHasEnded,
    ErrandUnknown,
    OutcomeMissing,
    RecalledOften,
    TooLateToComeBack,
    ValueNotAllowed,
)
from knutpunkt.reception.held import Held, change, errand_held
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models.visits import Place
from knutpunkt.reception.services.acting import (
    FREE,
    act,
    as_it_is,
    service_said,
    set_free,
    told,
)
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.asking import (
    answered_before,
    errand_asked_for,
    refuse_after_the_end,
    refuse_elsewhere,
)
from knutpunkt.reception.services.choosing import who_suits
from knutpunkt.reception.services.passing_on import errand_transfer
from knutpunkt.reception.services.sessions import Sitting, refuse_busy, sitting_of
from knutpunkt.reception.services.setting import setting_of
from knutpunkt.reception.services.undoing import errand_undo

__all__ = [
    "errand_begin", "errand_call", "errand_call_next", "errand_finish", "errand_leave",
    "errand_miss", "errand_park", "errand_reactivate", "errand_recall", "errand_release",
    "errand_resume", "errand_transfer", "errand_undo",
]  # fmt: skip


def errand_call_next(
    *, by: Actor, counter: str = "", request_key: str = "", at_device: datetime | None = None
) -> Answer | None:
    """Call whoever is first in the order of the office and suits the counter.

    Returns
    -------
    Answer or None
        Nothing when nobody waits whom this counter could serve.

    Raises
    ------
    CounterBusy, CounterTaken, NotAllowed, OwnedByNode
        When the counter cannot call.
    """
    by.need("serve")
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return again
        setting = setting_of(turn)
        sitting = sitting_of(turn, by, counter)
        refuse_busy(sitting)
        if setting.ended and not sitting.practice:
            raise DayHasEnded
        chosen = first(who_suits(turn, by, sitting), setting.rule, turn.now)
        held = errand_held(turn, chosen.key) if chosen else None
        return None if held is None else _call(turn, by, held, sitting, request_key)


def errand_call(
    *,
    by: Actor,
    errand: int,
    counter: str = "",
    version: int | None = None,
    request_key: str = "",
    at_device: datetime | None = None,
) -> Answer:
    """Call a certain errand out of its order.

    Raises
    ------
    ErrandUnknown, ChangedMeanwhile, NotPossibleNow, CounterBusy
        When it cannot be called.
    """
    by.need("serve")
    with office_turn(by.office, at_device=at_device) as turn:
        again = answered_before(turn, request_key)
        if again is not None:
            return again
        held = errand_asked_for(turn, by, errand, action="called", version=version)
        sitting = sitting_of(turn, by, counter)
        if sitting.practice != held.practice:
            raise ErrandUnknown(errand=errand)
        refuse_busy(sitting)
        refuse_after_the_end(turn, held.local_day)
        refuse_elsewhere(turn, held.visit_id, held.id, held.ticket)
        return _call(turn, by, held, sitting, request_key, out_of_order=True)


def _call(
    turn: Turn, by: Actor, held: Held, sitting: Sitting, request_key: str, *,
    out_of_order: bool = False,
) -> Answer:  # fmt: skip
    changed = change(
        turn, held, kind="called", who=by.name, state=transitions.CALLED, session_id=sitting.id,
        calls=1,
    )  # fmt: skip
    now_held = replace(changed, counter=sitting.counter, staff=sitting.staff)
    data = {"out_of_order": True} if out_of_order else None
    return told(turn, now_held, "called", request_key, data=data)


def errand_recall(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Call somebody again who was called; as often as the office has settled.

    Raises
    ------
    RecalledOften
        When that is used up.
    """
    return act(by, errand, "recalled", _recalled, **asked)


def _recalled(turn: Turn, _by: Actor, held: Held, _asked: dict[str, Any]) -> dict[str, Any]:
    if held.calls > setting_of(turn).recall_limit:
        raise RecalledOften(ticket=held.ticket, calls=held.calls)
    return {"calls": held.calls + 1}


def errand_begin(
    *, by: Actor, errand: int, authority: str = "", service: str = "", **asked: Any
) -> Answer:
    """Begin to serve whoever has come to the counter; they are in the room from now on."""
    said: dict[str, Any] = {"authority": authority, "service": service}
    return act(by, errand, "begun", _begun, **said, **asked)


def _begun(turn: Turn, by: Actor, held: Held, asked: dict[str, Any]) -> dict[str, Any]:
    if held.place != Place.INSIDE:
        turn.write("UPDATE reception_visit SET place = 'inside' WHERE id = %s", held.visit_id)
    return service_said(turn, by, asked)


def errand_finish(
    *,
    by: Actor,
    errand: int,
    outcome: str,
    next_authority: str = "",
    next_channel: str = "",
    missing_level: str = "",
    authority: str = "",
    service: str = "",
    **asked: Any,
) -> Answer:
    """Finish an errand with how it ended.

    Parameters
    ----------
    next_authority, next_channel
        Whom, and by what way, the visitor was referred to (``referred_authority``).
    missing_level
        The service level that would have solved it (``beyond_service_level``).

    Raises
    ------
    OutcomeMissing, ValueNotAllowed
        When that is not said, or cannot be.
    """
    said: dict[str, Any] = {
        "outcome": outcome, "next_authority": next_authority, "next_channel": next_channel,
        "missing_level": missing_level,
    }  # fmt: skip
    _refuse_half_an_outcome(**said)
    what: dict[str, Any] = {"authority": authority, "service": service}
    return act(by, errand, "finished", _finished, **said, **what, **asked)


def _finished(turn: Turn, by: Actor, _held: Held, asked: dict[str, Any]) -> dict[str, Any]:
    named = ("outcome", "next_authority", "next_channel", "missing_level")
    return {name: asked[name] for name in named} | FREE | service_said(turn, by, asked)


def _refuse_half_an_outcome(
    *, outcome: str, next_authority: str, next_channel: str, missing_level: str
) -> None:
    if outcome not in transitions.BY_CLERK:
        if not outcome:
            raise OutcomeMissing(allowed=transitions.BY_CLERK)
        raise ValueNotAllowed(field="outcome", value=outcome, allowed=transitions.BY_CLERK)
    referred, beyond = outcome == "referred_authority", outcome == "beyond_service_level"
    levels = tuple(Level.values)
    _refuse_unless(referred, "next_channel", next_channel, transitions.CHANNELS)
    _refuse_unless(beyond, "missing_level", missing_level, levels)
    known = next_authority == "" or Authority.objects.filter(pk=next_authority).exists()
    if referred != bool(next_authority) or not known:
        allowed = "the key of an authority" if referred else "nothing, unless referred"
        raise ValueNotAllowed(field="next_authority", value=next_authority, allowed=allowed)


def _refuse_unless(wanted: bool, field: str, value: str, allowed: tuple[str, ...]) -> None:
    if wanted and value not in allowed:
        raise ValueNotAllowed(field=field, value=value, allowed=allowed)
    if not wanted and value:
        raise ValueNotAllowed(field=field, value=value, allowed=_("nothing with this outcome"))


def errand_park(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Put an errand aside; the counter keeps it and is free for another."""
    return act(by, errand, "parked", as_it_is, **asked)


def errand_resume(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Go on with an errand one has parked."""
    return act(by, errand, "resumed", _resumed, **asked)


def _resumed(turn: Turn, by: Actor, held: Held, asked: dict[str, Any]) -> dict[str, Any]:
    sitting = sitting_of(turn, by, asked.get("counter") or held.counter)
    refuse_busy(sitting)
    refuse_elsewhere(turn, held.visit_id, held.id, held.ticket)
    return {"session_id": sitting.id}


def errand_release(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Let a parked errand wait again, for any counter."""
    return act(by, errand, "released", set_free, **asked)


def errand_miss(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Note that whoever was called did not come."""
    return act(by, errand, "missed", set_free, **asked)


def errand_reactivate(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Let somebody who was missed wait again, with the time they had.

    Raises
    ------
    TooLateToComeBack
        After the grace of the office.
    """
    return act(by, errand, "reactivated", _reactivated, action="reactivate", **asked)


def _reactivated(turn: Turn, _by: Actor, held: Held, _asked: dict[str, Any]) -> dict[str, Any]:
    grace = setting_of(turn).missed_grace
    if turn.now - held.state_since > grace:
        raise TooLateToComeBack(ticket=held.ticket, minutes=grace // 60_000)
    return dict(FREE)


def errand_leave(*, by: Actor, errand: int, **asked: Any) -> Answer:
    """Note that somebody has left before they were served."""
    return act(by, errand, "left", _left, action="leave", **asked)


def _left(_turn: Turn, _by: Actor, held: Held, _asked: dict[str, Any]) -> dict[str, Any]:
    served = held.state == transitions.PARKED
    return FREE | {"outcome": "aborted" if served else "left_before_call"}
