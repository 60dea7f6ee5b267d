"""How a live event and the board of an office read: for anybody, and for staff.

Anybody hears numbers and counters, never what an errand is about, in which language or for whom.
Staff hear that too, each of the errands that concern them: a municipal desk of its own, service
officers of everybody's but the municipalities', greeters and managers of all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from django.core import signing

from knutpunkt.core import clock
from knutpunkt.core.fields import from_ms, to_ms
from knutpunkt.reception.live_board import Board, Call, Moment, Standing

PUBLIC: Final = "public"
EVERY: Final = "every"
OF_THE_STATE: Final = "of-the-state"
OF_AUTHORITY: Final = "of:"

#: A page gives a new pass each time it is loaded; what is open longer asks for its list instead.
PASS_LASTS = timedelta(hours=1)
#: A stream somebody is still appointed to hear, checked all the while, ends with the working day.
STREAM_LASTS = timedelta(hours=12)
_SALT = "knutpunkt.reception.live"
_HEARS = {"greeter": EVERY, "office-manager": EVERY, "officer": OF_THE_STATE}


# --- passes ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody who hears the staff's stream of an office while they work there in a role."""

    user: int
    office: str
    role: str
    authority: str


@dataclass(frozen=True, slots=True)
class Pass:
    """Leave to begin to hear the staff's stream of an office until an instant (ms since 1970).

    Without a ``holder`` it is a program's, and its streams end with it.
    """

    office: str
    audience: str
    expires: int
    holder: Holder | None = None

    @property
    def stream_ends(self) -> int:
        """When a stream that begins now ends at the latest; 0 when it has no end."""
        return self.expires if self.holder is None else to_ms(clock.now() + STREAM_LASTS)


def staff_pass(
    office_key: str,
    kind: str,
    authority: str = "",
    expires: datetime | None = None,
    *,
    user: int | None = None,
) -> str:
    """Sign leave to hear the staff's stream of an office.

    Parameters
    ----------
    office_key
        Key of the office.
    kind
        Role of whoever gets it: ``officer``, ``greeter``, ``office-manager`` or
        ``municipal-desk``.
    authority
        Whose details alone are told; needed by a municipal desk.
    expires
        When it ends; in an hour, unless sooner.
    user
        Number of the account that gets it: it then holds only while that account is active and
        appointed there in the role. Without one the pass is a program's and ends by time alone.

    Raises
    ------
    ValueError
        When the role hears no staff stream, or a municipal desk names no authority.
    """
    if kind not in (*_HEARS, "municipal-desk"):
        raise ValueError(f"The role “{kind}” hears no staff stream.")
    if kind == "municipal-desk" and not authority:
        raise ValueError("The pass of a municipal desk names its authority.")
    audience = OF_AUTHORITY + authority if authority else _HEARS[kind]
    latest = clock.now() + PASS_LASTS
    until = to_ms(min(expires, latest) if expires else latest)
    return signing.dumps([office_key, audience, until, user, kind, authority], salt=_SALT)


def pass_read(text: str, office_key: str) -> Pass | None:
    """The pass, if it was signed here, for this office, and has not expired."""
    try:
        office, audience, expires, user, kind, authority = signing.loads(text, salt=_SALT)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    if office != office_key or expires <= to_ms(clock.now()):
        return None
    holder = None if user is None else Holder(user, office, kind, authority)
    return Pass(office, audience, expires, holder)


# --- events ---------------------------------------------------------------------------------------


def heard_by(audience: str, told: Moment) -> bool:
    """Whether listeners of this kind are told of the event at all."""
    return audience != PUBLIC or told.public


def event_words(told: Moment, board: Board, audience: str) -> dict[str, Any]:
    """Say an event to one kind of listener, as plain values."""
    said = _public_event(told)
    if audience == PUBLIC:
        return said
    said["after"] = told.seq - 1  # staff are told of every event
    said["practice"] = bool(told.event["practice"])
    authority = authority_of(told.event, board)
    if _concerns(audience, authority, told.event, board):
        said |= _details(told.event, board, authority)
    return said


def authority_of(event: Mapping[str, Any], board: Board) -> str | None:
    """Whose errand the event is about; nothing when that is not known."""
    said = event.get("authority")
    if said is None and event["service_id"] is not None:
        return board.names.services.get(event["service_id"], "").partition("/")[0] or None
    return None if said is None else str(said)


def _public_event(told: Moment) -> dict[str, Any]:
    event = told.event
    said = {
        "seq": told.seq,
        "after": told.after,
        "kind": event["kind"],
        "number": event["ticket"],
        "state": event["state"],
        "counter": event["counter"],
        "version": event["version"],
        "waiting": told.waiting,
        "at": instant_words(event["at"]),
    }
    if event["kind"] == "closed":
        said["closed_until"] = instant_words((event["data"] or {}).get("until"))
    return said | {"simulated": True} if event["simulated"] else said


def _concerns(audience: str, authority: str | None, event: Mapping[str, Any], board: Board) -> bool:
    of_nobody = event["errand"] is None and event["visit"] is None
    if audience == EVERY or of_nobody:
        return True
    if authority is None:
        return False
    if audience == OF_THE_STATE:
        return authority not in board.names.municipal
    return audience == OF_AUTHORITY + authority


def _details(event: Mapping[str, Any], board: Board, authority: str | None) -> dict[str, Any]:
    said = event["data"] or {}
    return {
        "errand": event["errand"],
        "visit": event["visit"],
        "session": event["session"],
        "authority": authority or "",
        "service": board.names.services.get(event["service_id"], ""),
        "level": event["level"],
        "class": event["prio_class"],
        "language": event["language"],
        "people": event["people"],
        "place": event.get("place") or "",
        "accrues_from": instant_words(event.get("accrues_from")),
        "due_at": instant_words(event.get("due_at")),
        "outcome": event["outcome"],
        "interpreter": said.get("interpreter", ""),
        "needs": said.get("needs", ""),
    }


# --- the board ------------------------------------------------------------------------------------


def snapshot_words(board: Board) -> dict[str, Any]:
    """Say how an office stands, as plain values: numbers and counters alone."""
    now = to_ms(clock.now())
    return {
        "seq": board.seq,
        "now": [_standing_words(one) for one in board.now],
        "recent": [_call_words(one) for one in board.calls],
        "waiting": board.waiting,
        "closed": board.closed_at(now),
        "closed_until": instant_words(board.closed_until),
        "closed_since": instant_words(board.closed_since),
        "simulated": board.simulated,
        "at": instant_words(now),
    }


def _standing_words(one: Standing) -> dict[str, Any]:
    return {
        "number": one.number,
        "counter": one.counter,
        "state": one.state,
        "version": one.version,
        "since": instant_words(one.since),
    }


def _call_words(one: Call) -> dict[str, Any]:
    return {"number": one.number, "counter": one.counter, "at": instant_words(one.at)}


def instant_words(milliseconds: int | None) -> str | None:
    """ISO 8601 to the millisecond, with the offset of the network's time zone."""
    moment = from_ms(milliseconds)
    return None if moment is None else moment.isoformat(timespec="milliseconds")
