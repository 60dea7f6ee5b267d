"""The clerk's screen: who is at the counter, who waits in which order, what can be taken back."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.engines.queueing.order import order
from knutpunkt.reception import transitions
from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.desk.names import names_of_authorities, names_of_offices
from knutpunkt.reception.desk.pages.crowding import before_calling
from knutpunkt.reception.desk.pages.lines import Beside, Line, line_of
from knutpunkt.reception.desk.pages.mine import Undo, alarms_for, suiting, undo_of
from knutpunkt.reception.live_words import staff_pass
from knutpunkt.reception.models import (
    CounterSession,
    Errand,
    ErrandNote,
    Incident,
    InterpreterOrder,
    Room,
)
from knutpunkt.reception.selectors.queue import Snapshot, as_waiting, rule_of, sees, snapshot
from knutpunkt.reception.services.sessions import sessions_of
from knutpunkt.reception.settled import room_of


@dataclass(frozen=True, slots=True)
class WaitingLine:
    """A line of the queue: who stands right ahead, and whether this counter can call it.

    ``crowding`` says what to know beforehand where the visitor waits outside.
    """

    line: Line
    ahead: Line | None
    mine: bool
    crowding: str


@dataclass(frozen=True, slots=True)
class CounterLine:
    """A counter somebody sits at, and what goes on there."""

    name: str
    ticket: str
    doing: str


@dataclass(frozen=True, slots=True)
class Board:
    """Everything the clerk's screen shows."""

    seq: int
    at_ms: int
    live: str
    session_id: int | None
    counter: str
    practice: bool
    remote: bool
    sits_at: str
    meeting_link: str
    now: Line | None
    first: Line | None
    crowding: str
    waiting: tuple[WaitingLine, ...]
    others_waiting: int
    parked: tuple[Line, ...]
    missed: tuple[Line, ...]
    counters: tuple[CounterLine, ...]
    undo: Undo | None
    alarms: tuple[Incident, ...]
    room: str
    most_repeats: int
    notes_allowed: bool
    closed: bool
    ended: bool


def board_of(post: Post) -> Board:
    """Read the screen of somebody at an office.

    The number of queries does not depend on how many wait.
    """
    session = next(iter(sessions_of(post.by)[-1:]), None)
    practice = session is not None and session.practice
    snap = snapshot(post.office.pk, practice=practice)
    room = room_of(post.office)
    lines = _lines(post, snap, room)
    waiting, others = _waiting(post, snap, room, session, lines)
    held = [lines[e.pk] for e in snap.errands if session and e.session_id == session.pk]
    at_counter = next((one for one in held if one.state in transitions.AT_THE_COUNTER), None)
    first = next((one.line for one in waiting if one.mine), None)
    concerned = at_counter or first
    return Board(
        seq=snap.office_seq,
        at_ms=to_ms(clock.now()),
        live=live_address(post),
        session_id=session.pk if session else None,
        counter=session.counter.name if session else "",
        practice=practice,
        remote=session is not None and session.mode == CounterSession.Mode.REMOTE,
        sits_at=_sits_at(session),
        meeting_link=session.meeting_link if session else "",
        now=at_counter,
        first=first,
        crowding=before_calling(concerned, snap) if concerned else "",
        waiting=waiting,
        others_waiting=others,
        parked=tuple(one for one in held if one.state == transitions.PARKED),
        missed=_missed(snap, lines),
        counters=_counters(snap),
        undo=_undo(post, snap, session),
        alarms=alarms_for(post.by),
        room=room_words(snap),
        most_repeats=room.recall_limit,
        notes_allowed=room.notes_allowed,
        closed=snap.closed,
        ended=snap.ended,
    )


def live_address(post: Post) -> str:
    """Where the browser hears of changes, with the leave to hear them."""
    leave = staff_pass(post.key, post.by.role, post.by.authority, user=post.by.user)
    return f"/live/offices/{post.key}?{urlencode({'pass': leave})}"


def room_words(snap: Snapshot) -> str:
    """How full the room is, in one sentence; empty where no limit is on record."""
    if snap.people_limit is None:
        return ""
    inside = snap.inside + snap.without_ticket
    said = _("%(inside)d of %(limit)d in the room") % {
        "inside": inside,
        "limit": snap.people_limit,
    }
    outside = snap.elsewhere + snap.invited
    if not outside:
        return said
    return said + ngettext(", %(n)d outside", ", %(n)d outside", outside) % {"n": outside}


def _lines(post: Post, snap: Snapshot, room: Room) -> dict[int, Line]:
    """Every errand the person may see, as a line, by its key: three queries."""
    seen = [errand for errand in snap.errands if sees(post.by, errand.authority)]
    beside = _beside([errand.pk for errand in seen], notes=room.notes_allowed)
    now = clock.now()
    return {
        errand.pk: line_of(errand, now, beside, since_arrival=errand.state == transitions.WAITING)
        for errand in seen
    }


def _beside(keys: list[int], *, notes: bool) -> Beside:
    kept = ErrandNote.objects.filter(errand_id__in=keys) if notes else ()
    orders = InterpreterOrder.objects.filter(errand_id__in=keys)
    return Beside(
        names_of_authorities(),
        {note.errand_id: note.text for note in kept},
        {one.errand_id: one.get_state_display() for one in orders},
    )


def _waiting(
    post: Post,
    snap: Snapshot,
    room: Room,
    session: CounterSession | None,
    lines: dict[int, Line],
) -> tuple[tuple[WaitingLine, ...], int]:
    """The queue as it is called, and how many wait whom the person may not see."""
    found = snap.in_state(transitions.WAITING)
    seen = [errand for errand in found if errand.pk in lines]
    mine = suiting(post.by, session.counter.name) if session else set()
    ranked = order(map(as_waiting, seen), rule_of(room.rule), to_ms(clock.now()))
    shown = [lines[one.key] for one in ranked]
    queue = tuple(
        WaitingLine(line, ahead, session is None or line.errand in mine, before_calling(line, snap))
        for ahead, line in zip([None, *shown], shown, strict=False)
    )
    return queue, len(found) - len(seen)


def _undo(post: Post, snap: Snapshot, session: CounterSession | None) -> Undo | None:
    if session is None:
        return None
    return undo_of(post.by, snap.office_seq, {session.pk}, practice=session.practice)


def _missed(snap: Snapshot, lines: dict[int, Line]) -> tuple[Line, ...]:
    missed = snap.in_state(transitions.MISSED)
    return tuple(lines[errand.pk] for errand in missed if errand.pk in lines)


def _counters(snap: Snapshot) -> tuple[CounterLine, ...]:
    at = {e.session_id: e for e in snap.errands if e.state in transitions.AT_THE_COUNTER}
    return tuple(_counter(session, at.get(session.pk)) for session in snap.sessions)


def _counter(session: CounterSession, errand: Errand | None) -> CounterLine:
    if errand is not None:
        calls = errand.state == transitions.CALLED
        doing = _("is called") if calls else _("is served")
        return CounterLine(session.counter.name, errand.visit.ticket, doing)
    return CounterLine(session.counter.name, "", _("practises") if session.practice else _("free"))


def _sits_at(session: CounterSession | None) -> str:
    if session is None or session.sits_at is None:
        return ""
    office = session.sits_at
    return names_of_offices([office.pk]).get(office.pk, office.key)
