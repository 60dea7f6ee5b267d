"""The greeter's view: how full the room is, who waits where, which tickets are not on paper."""

from __future__ import annotations

from dataclasses import dataclass

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.engines.queueing.order import order
from knutpunkt.reception import transitions
from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.desk.names import names_of_authorities
from knutpunkt.reception.desk.pages.board import live_address
from knutpunkt.reception.desk.pages.crowding import beyond_limit
from knutpunkt.reception.desk.pages.lines import Beside, Line, line_of, whole_minutes
from knutpunkt.reception.desk.pages.mine import Undo, alarms_for, undo_of
from knutpunkt.reception.models import Incident
from knutpunkt.reception.selectors.queue import Snapshot, as_waiting, rule_of, sees, snapshot
from knutpunkt.reception.services.printing import tickets_unprinted
from knutpunkt.reception.services.sessions import sessions_of
from knutpunkt.reception.settled import room_of


@dataclass(frozen=True, slots=True)
class Paper:
    """A ticket that did not come out on paper."""

    visit: int
    number: str
    state: str
    problem: str
    minutes: int
    failed: bool


@dataclass(frozen=True, slots=True)
class Outside:
    """Somebody who waits outside; ``crowding`` says so where they do not fit in."""

    line: Line
    crowding: str


@dataclass(frozen=True, slots=True)
class Door:
    """Everything the greeter's page shows. ``room_for`` is empty where no limit is on record."""

    seq: int
    at_ms: int
    live: str
    inside: int
    with_ticket: int
    without_ticket: int
    invited: int
    elsewhere: int
    limit: int | None
    room_for: int | None
    full: bool
    outside: tuple[Outside, ...]
    waiting: tuple[Line, ...]
    missed: tuple[Line, ...]
    papers: tuple[Paper, ...]
    undo: Undo | None
    alarms: tuple[Incident, ...]
    closed: bool
    ended: bool


def door_of(post: Post) -> Door:
    """Read the greeter's page; the number of queries does not depend on how many wait."""
    snap = snapshot(post.office.pk)
    queue = _in_order(post, snap)
    room_for = snap.room_for
    return Door(
        seq=snap.office_seq,
        at_ms=to_ms(clock.now()),
        live=live_address(post),
        inside=snap.inside + snap.without_ticket,
        with_ticket=snap.inside,
        without_ticket=snap.without_ticket,
        invited=snap.invited,
        elsewhere=snap.elsewhere,
        limit=snap.people_limit,
        room_for=None if room_for is None else max(0, room_for),
        full=room_for is not None and room_for <= 0,
        outside=tuple(
            Outside(one, beyond_limit(one, snap)) for one in queue if one.elsewhere or one.invited
        ),
        waiting=tuple(one for one in queue if not (one.elsewhere or one.invited)),
        missed=_lines(post, snap, transitions.MISSED),
        papers=_papers(post),
        undo=undo_of(post.by, snap.office_seq, _own_sessions(post), practice=False),
        alarms=alarms_for(post.by),
        closed=snap.closed,
        ended=snap.ended,
    )


def _own_sessions(post: Post) -> set[int]:
    return {one.pk for one in sessions_of(post.by)}


def _in_order(post: Post, snap: Snapshot) -> list[Line]:
    rule = rule_of(room_of(post.office).rule)
    waiting = snap.in_state(transitions.WAITING)
    ranked = order(map(as_waiting, waiting), rule, to_ms(clock.now()))
    lines = {line.errand: line for line in _lines(post, snap, transitions.WAITING)}
    return [lines[one.key] for one in ranked if one.key in lines]


def _lines(post: Post, snap: Snapshot, state: str) -> tuple[Line, ...]:
    beside = Beside(names_of_authorities(), {}, {})
    now = clock.now()
    waits = state == transitions.WAITING
    return tuple(
        line_of(errand, now, beside, since_arrival=waits)
        for errand in snap.in_state(state)
        if sees(post.by, errand.authority)
    )


def _papers(post: Post) -> tuple[Paper, ...]:
    now = clock.now()
    return tuple(
        Paper(
            visit=one.visit,
            number=one.number,
            state=one.state,
            problem=str(one.problem),
            minutes=whole_minutes(one.since, now),
            failed=one.state == "failed",
        )
        for one in tickets_unprinted(post.office.pk)
    )
