"""Counters are opened and closed."""

from __future__ import annotations

from typing import Any

from knutpunkt.network.models import Office
from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.calls import last_seq
from knutpunkt.reception.api.schemas import CloseIn, SessionIn, named
from knutpunkt.reception.api.ways import CREATED, Way
from knutpunkt.reception.errors import OfficeUnknown
from knutpunkt.reception.models import CounterSession
from knutpunkt.reception.services.freeing import counter_free
from knutpunkt.reception.services.sessions import session_close, session_open, sessions_of


def session_begin(wish: Wish) -> dict[str, Any]:
    """Open a counter: the one named, or the first that is free."""
    body: SessionIn = wish.body
    opened = session_open(
        by=wish.by,
        counter=named(body.counter),
        mode=body.mode.value,
        skills=body.skills.model_dump() if body.skills else None,
        sits_at=_office(body.sits_at),
        meeting_link=body.meeting_link,
        practice=body.practice,
        request_key=wish.request_key,
    )
    return _said(opened) | {"office_seq": last_seq(wish.by.office)}


def session_end(wish: Wish) -> dict[str, Any]:
    """Close a counter; what it has parked waits for the others."""
    body: CloseIn = wish.body
    if body.free:
        counter_free(by=wish.by, counter=named(body.counter))
    else:
        session_close(by=wish.by, counter=named(body.counter))
    return _listed(wish) | {"office_seq": last_seq(wish.by.office)}


def sessions_open(wish: Wish) -> dict[str, Any]:
    """List the counters the token has open."""
    wish.by.need("session")
    return _listed(wish)


def _listed(wish: Wish) -> dict[str, Any]:
    return {"sessions": [_said(one) for one in sessions_of(wish.by)]}


def _said(session: CounterSession) -> dict[str, Any]:
    return {
        "counter": session.counter.name,
        "mode": session.mode,
        "staff": session.staff,
        "practice": session.practice,
        "meeting_link": session.meeting_link,
        "opened_at": session.opened_at,
        "closed_at": session.closed_at,
    }


def _office(key: str | None) -> Office | None:
    if not key:
        return None
    found = Office.objects.filter(key=key).first()
    if found is None:
        raise OfficeUnknown(office=key)
    return found


WAYS = (
    Way(
        "POST", "{office}/sessions", session_begin, "Open a counter.",
        needs="session", takes=SessionIn, status=CREATED, answers="SessionSaid", refusals=(409,),
    ),
    Way(
        "GET", "{office}/sessions", sessions_open, "Counters this token has open.",
        needs="session", answers="Sessions",
    ),
    Way(
        "DELETE", "{office}/sessions", session_end, "Close a counter.",
        needs="session", takes=CloseIn, answers="Sessions", refusals=(409,),
    ),
    Way(
        "POST", "{office}/sessions/close", session_end, "Close a counter.",
        needs="session", takes=CloseIn, answers="Sessions", refusals=(409,),
    ),
)  # fmt: skip
