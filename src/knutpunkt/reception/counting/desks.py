"""Counters that open and close in a replayed log, and days that end."""

from __future__ import annotations

import re
from collections.abc import Callable

from knutpunkt.reception.counting.refusing import refusal
from knutpunkt.reception.counting.standing import OfficeNow, SessionNow, Told
from knutpunkt.reception.models.visits import PER_OFFICE

COUNTER = re.compile(r"[0-9A-Za-zÅÄÖåäö]{1,8}")


def free_session(office: OfficeNow, told: Told) -> SessionNow:
    """The session an event names, which must have nobody called or served.

    Raises
    ------
    CouldNotHappen
        When it is not open, or busy.
    """
    session = office.sessions.get(told.session)
    if session is None:
        if office.whole or told.session is None:
            raise refusal(told, "the counter it happened at was not open")
        session = SessionNow(0, told.counter, "", told.at, {})
        office.sessions[told.session] = session
    if session.busy is not None:
        raise refusal(told, f"the counter had {session.busy.visit.ticket} already")
    return session


def _opened(office: OfficeNow, told: Told) -> None:
    if told.session is None or told.session in office.sessions:
        raise refusal(told, "a session is opened once, and has a name")
    if not COUNTER.fullmatch(told.counter):
        raise refusal(told, f"a counter cannot be called “{told.counter[:20]}”")
    if told.counter in office.counters:
        raise refusal(told, f"somebody sat at counter {told.counter} already")
    more = told.more or {}
    session = SessionNow(
        office.office * PER_OFFICE + told.seq, told.counter, str(more.get("staff", "")), told.at,
        more,
    )  # fmt: skip
    office.sessions[told.session] = session
    office.counters[told.counter] = session


def _closed(office: OfficeNow, told: Told) -> None:
    session = office.sessions.get(told.session)
    if session is None:
        if not office.whole:
            return
        raise refusal(told, "no such session was open")
    if session.busy is not None:
        raise refusal(told, f"the counter still had {session.busy.visit.ticket}")
    parked = next((one for one in office.errands.values() if one.session == told.session), None)
    if parked is not None:
        raise refusal(told, f"{parked.visit.ticket} is parked there and was not released first")
    session.closed_at = told.at
    del office.sessions[told.session]
    office.counters.pop(session.counter, None)


def _day_ended(office: OfficeNow, told: Told) -> None:
    office.day_of(told.at).ended_at = told.at


#: What happens in the house and matters to a replay.
HOUSE: dict[str, Callable[[OfficeNow, Told], None]] = {
    "session-opened": _opened,
    "session-closed": _closed,
    "day-ended": _day_ended,
}
