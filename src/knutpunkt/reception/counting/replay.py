"""The log of an office, event by event: what each changes, and which could not have happened.

The one table of transitions decides here too, so that an imported year, a node that comes back
and the nightly audit are judged as the services act. Nothing is read or written but values.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from knutpunkt.reception import transitions as life
from knutpunkt.reception.counting.desks import HOUSE, free_session
from knutpunkt.reception.counting.outcomes import CHANGES, LEVELS
from knutpunkt.reception.counting.refusing import refusal, refuse_unless_one_of
from knutpunkt.reception.counting.standing import ErrandNow, OfficeNow, Told, VisitNow
from knutpunkt.reception.models.visits import PER_OFFICE

TICKET = re.compile(r"([^\W\d_]{1,3})([1-9][0-9]{0,4})")
LARGEST_PARTY = 30
ARRIVALS = ("walk_in", "booked", "mobile_stop")
CLASSES = ("ordinary", "booked", "frail", "acute")


def apply(office: OfficeNow, told: Told) -> ErrandNow | None:
    """Let an event happen to an office.

    Returns
    -------
    ErrandNow or None
        The errand it is about, as it stands afterwards; nothing for an event of the house, or of
        an errand from before the log that is read.

    Raises
    ------
    CouldNotHappen
        When it is out of turn, or the table of transitions does not lead there, or another
        counter has the errand, or the number was given before. The office is then as it was,
        save that its day may have turned.
    """
    if told.seq != office.seq + 1:
        raise refusal(told, f"its number should be {office.seq + 1}")
    if told.at < office.at and not office.clock_may_step:
        raise refusal(told, "it is earlier than the event before it")
    way = _WAYS.get(told.kind)
    if way is None and told.kind not in life.ABOUT_THE_HOUSE:
        raise refusal(told, f"nothing is called “{told.kind[:20]}”")
    office.day_of(told.at)
    errand = way(office, told) if way is not None else None
    if way is None and told.kind in HOUSE:
        HOUSE[told.kind](office, told)
    office.seq, office.at = told.seq, max(office.at, told.at)
    return errand


# --- how errands come into being ----------------------------------------------------------------


def _issued(office: OfficeNow, told: Told) -> ErrandNow:
    own = office.office * PER_OFFICE + told.seq
    if told.visit != own or told.errand != own:
        raise refusal(told, "a new visit and its first errand bear the number of their own event")
    series, number = _number(office, told)
    arrival = told.arrival or ("booked" if told.kind == "checked-in" else "walk_in")
    refuse_unless_one_of(told, "arrival", arrival, ARRIVALS)
    people = told.people or 1
    if not 1 <= people <= LARGEST_PARTY:
        raise refusal(told, f"{people} people do not come with one number")
    today = office.day_of(told.at)
    more = told.more or {}
    visit = VisitNow(
        own, today.day, arrival, series, number, told.language or "sv", people, told.at, told.more
    )
    accrues = _instant(told, more, "accrues_from", told.at)
    if accrues < told.at:
        raise refusal(told, "waiting cannot count from before somebody came")
    due_at = _instant(told, more, "due_at", 0) or None
    errand = _new(office, told, visit, accrues=accrues, due_at=due_at)
    office.visits[own] = visit
    office.numbers.add(told.ticket)
    today.last_number[series] = max(number, today.last_number.get(series, 0))
    today.visits += 1
    today.people += people
    return errand


def _number(office: OfficeNow, told: Told) -> tuple[str, int]:
    found = TICKET.fullmatch(told.ticket)
    if found is None:
        raise refusal(told, f"“{told.ticket[:12]}” is no number of a ticket")
    office.day_of(told.at)
    if told.ticket in office.numbers:
        raise refusal(told, f"{told.ticket} was given to somebody else that day")
    return found[1], int(found[2])


def _instant(told: Told, more: dict[str, Any], name: str, usual: int) -> int:
    value = more.get(name, usual)
    if not isinstance(value, int) or isinstance(value, bool):
        raise refusal(told, f"{name} is not a number of milliseconds")
    return value


def _added(office: OfficeNow, told: Told) -> ErrandNow | None:
    visit = office.visits.get(told.visit)
    if visit is None:
        if not office.whole and told.visit < office.office * PER_OFFICE + told.seq:
            return None
        raise refusal(told, "there is no such visit that day")
    if told.errand != office.office * PER_OFFICE + told.seq:
        raise refusal(told, "a new errand bears the number of its own event")
    state = told.state or life.WAITING
    refuse_unless_one_of(told, "state", state, life.BEGINNINGS["added"])
    accrues = visit.errands[0].accrues_from
    parent = _parent(told, visit)
    if parent is not None:
        accrues = parent.accrues_from
    session = free_session(office, told) if state == life.SERVING else None
    errand = _new(office, told, visit, accrues=accrues, due_at=visit.errands[0].due_at)
    errand.parent = parent.id if parent else None
    if parent is not None and told.service is None:
        errand.service, errand.authority, errand.level = (
            parent.service, parent.authority, parent.level,
        )  # fmt: skip
    if session is not None:
        errand.state, errand.session, errand.calls = state, told.session, 1
        session.busy = errand
    return errand


def _parent(told: Told, visit: VisitNow) -> ErrandNow | None:
    number = (told.more or {}).get("parent")
    if number is None:
        return None
    found = next((errand for errand in visit.errands if errand.id == number), None)
    if found is None or found.state != life.TRANSFERRED:
        raise refusal(told, "the errand it continues was not passed on")
    return found


def _new(
    office: OfficeNow, told: Told, visit: VisitNow, *, accrues: int, due_at: int | None
) -> ErrandNow:
    first = visit.errands[0] if visit.errands else None
    prio_class = told.prio_class or (first.prio_class if first else "ordinary")
    refuse_unless_one_of(told, "class", prio_class, CLASSES)
    if told.level:
        refuse_unless_one_of(told, "level", told.level, LEVELS)
    errand = ErrandNow(
        told.errand, visit, len(visit.errands) + 1, told.service, told.authority, told.level,
        prio_class, accrues, due_at, life.WAITING, told.at,
    )  # fmt: skip
    visit.errands.append(errand)
    visit.open += 1
    visit.closed_at = None
    office.errands[errand.id] = errand
    office.day_of(told.at).errands += 1
    return errand


# --- what happens to them -----------------------------------------------------------------------


def _acted(office: OfficeNow, told: Told) -> ErrandNow | None:
    errand = office.errands.get(told.errand)
    if errand is None:
        if not office.whole:
            return None
        raise refusal(told, "there is no such errand, or its day is over")
    way = life.TRANSITIONS[told.kind]
    if errand.state not in way.before:
        raise refusal(told, f"{errand.visit.ticket} was {errand.state} and cannot be {told.kind}")
    if told.state and told.state != way.after:
        raise refusal(told, f"{told.kind} does not lead to {told.state[:12]}")
    taker = _taker(office, told, errand, way)
    changed = CHANGES[told.kind](told, errand) if told.kind in CHANGES else {}
    if told.service is not None and told.kind in ("begun", "finished"):
        changed |= {
            "service": told.service, "authority": told.authority, "level": told.level,
        }  # fmt: skip
    kept = (errand.changeable(), told.kind, told.at, errand.session or told.session)
    _move(office, told, errand, way.after, taker)
    for name, value in changed.items():
        setattr(errand, name, value)
    errand.before = None if told.kind in ("swept", "withdrawn") else kept
    return errand


def _taker(office: OfficeNow, told: Told, errand: ErrandNow, way: life.Transition) -> Any:
    """Whose the errand is afterwards; refuse whoever may not act on it."""
    if way.holds == "taker":
        free_session(office, told)
        return told.session
    if errand.session is not None and way.by_holder and told.session != errand.session:
        _refuse_stranger(office, told, errand)
    if told.kind == "resumed":
        free_session(office, told)
        return told.session
    return errand.session if way.holds == "holder" else None


def _refuse_stranger(office: OfficeNow, told: Told, errand: ErrandNow) -> None:
    """The same person may have gone to another counter."""
    has, wants = office.sessions.get(errand.session), office.sessions.get(told.session)
    if has is None or wants is None or not has.staff or has.staff != wants.staff:
        raise refusal(told, f"{errand.visit.ticket} is at another counter")


def _move(office: OfficeNow, told: Told, errand: ErrandNow, state: str, session: Any) -> None:
    """Put an errand into a state and somebody's hands."""
    was_open = errand.is_open
    if errand.state in life.AT_THE_COUNTER and errand.session in office.sessions:
        office.sessions[errand.session].busy = None
    errand.state, errand.session = state, session
    if state in life.AT_THE_COUNTER and session in office.sessions:
        office.sessions[session].busy = errand
    errand.since = told.at
    errand.version += 1
    _close_or_open(errand.visit, int(errand.is_open) - int(was_open), told.at)


def _close_or_open(visit: VisitNow, more: int, at: int) -> None:
    visit.open += more
    if more:
        visit.closed_at = None if visit.open else at


def _undone(office: OfficeNow, told: Told) -> ErrandNow | None:
    errand = office.errands.get(told.errand)
    if errand is None:
        if not office.whole:
            return None
        raise refusal(told, "there is no such errand, or its day is over")
    if errand.before is None:
        raise refusal(told, f"nothing was done with {errand.visit.ticket} that could be taken back")
    kept, kind, at, session = errand.before
    if kind not in life.CAN_BE_UNDONE or told.at - at > life.UNDO_WITHIN_MS:
        raise refusal(told, f"{kind} could no longer be taken back")
    if told.session is not None and session is not None and told.session != session:
        raise refusal(told, "only the counter that did it can take it back")
    _refuse_taken_up_child(told, errand, kind)
    state, holder = kept[0], kept[2]
    if state in life.AT_THE_COUNTER and errand.state not in life.AT_THE_COUNTER:
        has = office.sessions.get(holder)
        if has is not None and has.busy is not None:
            raise refusal(told, f"the counter had {has.busy.visit.ticket} meanwhile")
    _move(office, told, errand, state, holder)
    errand.bring_back(kept)
    errand.before = None
    return errand


def _refuse_taken_up_child(told: Told, errand: ErrandNow, kind: str) -> None:
    if kind != "transferred":
        return
    children = [other for other in errand.visit.errands if other.parent == errand.id]
    if any(child.state != life.WITHDRAWN for child in children):
        raise refusal(told, "the errand it was passed on as was not withdrawn first")


_WAYS: dict[str, Callable[[OfficeNow, Told], ErrandNow | None]] = {
    "issued": _issued,
    "checked-in": _issued,
    "added": _added,
    life.UNDONE: _undone,
    **dict.fromkeys(life.TRANSITIONS, _acted),
}
