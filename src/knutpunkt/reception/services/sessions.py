"""Counters opened and closed, and whose counter an action comes from."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import Any

from django.db import IntegrityError
from django.utils.translation import gettext as _

from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import (
    CounterBusy,
    CounterNameUnusable,
    CounterNotOpen,
    CounterTaken,
    DayHasEnded,
    TooManyCounters,
    ValueNotAllowed,
)
from knutpunkt.reception.held import change, errand_event, errand_held
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models import Counter, CounterSession
from knutpunkt.reception.models.visits import key_of
from knutpunkt.reception.transitions import WAITING

NAME = re.compile(r"[0-9A-Za-zÅÄÖåäö]{1,8}")
MOST_COUNTERS = 200
EVERY_STATE_AUTHORITY = "*"


@dataclass(frozen=True, slots=True)
class Sitting:
    """An open session as actions need it."""

    id: int
    counter_id: int
    counter: str
    staff: str
    practice: bool
    authorities: tuple[str, ...]
    services: tuple[int, ...]
    languages: tuple[str, ...]
    #: The errand called or served there, and its ticket.
    errand: int | None = None
    ticket: str = ""


_OPEN = """
SELECT s.id, s.counter_id, c.name, s.staff, s.practice, s.skills, e.id, v.series, v.number
FROM reception_counter c
JOIN reception_countersession s ON s.counter_id = c.id AND s.closed_at IS NULL
LEFT JOIN reception_errand e ON e.session_id = s.id AND e.state IN ('called', 'serving')
LEFT JOIN reception_visit v ON v.id = e.visit_id
WHERE c.office_id = %s
"""
_OPENED_BY = """
SELECT counter FROM reception_event
WHERE office_id = %s AND request_key = %s AND kind = 'session-opened'
"""
_ENDED = """
SELECT 1 FROM reception_officeday
WHERE office_id = %s AND local_day = %s AND ended_at IS NOT NULL
"""
_PARKED = """
SELECT id FROM reception_errand
WHERE office_id = %s AND local_day = %s AND state = 'parked' AND session_id = %s ORDER BY id
"""


def sittings(turn: Turn) -> list[Sitting]:
    """Every open session of the office."""
    return [_sitting(row) for row in turn.rows(_OPEN, turn.office)]


def sitting_of(turn: Turn, by: Actor, counter: str = "") -> Sitting:
    """The actor's session: at the counter named, or the only one they have.

    Where they have none it is opened: at the counter named, else at the first that is free.

    Raises
    ------
    CounterTaken
        When somebody else sits there.
    """
    by.need("session")
    if counter:
        found = turn.row(_OPEN + " AND c.name = %s", turn.office, counter)
        if found is None:
            return open_at(turn, by, counter)
        if found[3] != by.name:
            raise CounterTaken(counter=counter)
        return _sitting(found)
    mine = turn.rows(_OPEN + " AND s.staff = %s ORDER BY s.id", turn.office, by.name)
    return _sitting(mine[-1]) if mine else open_at(turn, by, _first_free(turn))


def open_at(
    turn: Turn,
    by: Actor,
    counter: str,
    *,
    mode: str = CounterSession.Mode.FRONT,
    skills: dict[str, Any] | None = None,
    sits_at: int | None = None,
    meeting_link: str = "",
    practice: bool = False,
    request_key: str = "",
) -> Sitting:
    """Open a counter in a turn; the database lets one of two who do so at once."""
    number = _counter_named(turn, counter)
    known = _skills(by, skills or {})
    key = key_of(turn.office, turn.next_seq)
    turn.write(
        "INSERT INTO reception_countersession (id, office_id, counter_id, staff, holder_id, mode, "
        "sits_at_id, meeting_link, skills, practice, opened_at) "
        "VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)",
        key, turn.office, number, by.name, by.user, mode, sits_at, meeting_link,
        json.dumps(known), practice, turn.now,
    )  # fmt: skip
    about = {"mode": mode, "link": bool(meeting_link), "sits_at": sits_at, "skills": known}
    turn.event(
        "session-opened", session=key, counter=counter, practice=practice,
        request_key=request_key or None,
        data=about | {"staff": by.name},
    )  # fmt: skip
    return _sitting((key, number, counter, by.name, practice, known, None, "", ""))


def session_open(
    *,
    by: Actor,
    counter: str = "",
    mode: str = CounterSession.Mode.FRONT,
    skills: dict[str, Any] | None = None,
    sits_at: Office | None = None,
    meeting_link: str = "",
    practice: bool = False,
    request_key: str = "",
) -> CounterSession:
    """Sit down at a counter; without a name, at the first that is free.

    Whoever sits there already gets the same session again.

    Raises
    ------
    CounterTaken, CounterNameUnusable, ValueNotAllowed, NotAllowed
        When it cannot be opened as asked.
    """
    by.need("session")
    if mode not in CounterSession.Mode.values:
        modes = tuple(CounterSession.Mode.values)
        raise ValueNotAllowed(field="mode", value=mode, allowed=modes)
    if mode == CounterSession.Mode.REMOTE and sits_at is None:
        raise ValueNotAllowed(field="sits_at", value="", allowed=_("the office somebody sits at"))
    try:
        with office_turn(by.office) as turn:
            _refuse_after_the_end(turn, practice=practice)
            again = turn.row(_OPENED_BY, turn.office, request_key) if request_key else None
            counter = again[0] if again else counter or _first_free(turn)
            found = turn.row(_OPEN + " AND c.name = %s", turn.office, counter)
            if found is not None and found[3] != by.name:
                raise CounterTaken(counter=counter)
            sitting = _sitting(found) if found else open_at(
                turn, by, counter, mode=mode, skills=skills,
                sits_at=sits_at.pk if sits_at else None,
                meeting_link=meeting_link, practice=practice, request_key=request_key,
            )  # fmt: skip
    except IntegrityError:
        raise CounterTaken(counter=counter) from None
    return CounterSession.objects.select_related("counter").get(pk=sitting.id)


def _refuse_after_the_end(turn: Turn, *, practice: bool) -> None:
    if not practice and turn.row(_ENDED, turn.office, turn.day) is not None:
        raise DayHasEnded


def session_close(*, by: Actor, counter: str = "") -> None:
    """Leave a counter: one's own; an office manager may close anybody's.

    Raises
    ------
    CounterNotOpen
        When there is nothing to close.
    CounterBusy
        While somebody is called or served there.
    """
    by.need("session")
    with office_turn(by.office) as turn:
        theirs = [
            one
            for one in sittings(turn)
            if (not counter or one.counter == counter)
            and (one.staff == by.name or by.may("manage"))
        ]
        if not theirs:
            raise CounterNotOpen
        close(turn, theirs[-1])


def close(turn: Turn, sitting: Sitting, *, put_back: bool = False) -> None:
    """Close a session in a turn; errands it has parked go back to the queue of the office.

    Raises
    ------
    CounterBusy
        While somebody is there, unless the turn has put them back (``put_back``).
    """
    if not put_back:
        refuse_busy(sitting)
    for (errand,) in turn.rows(_PARKED, turn.office, turn.day, sitting.id):
        _release(turn, errand, sitting.staff)
    turn.write(
        "UPDATE reception_countersession SET closed_at = %s WHERE id = %s AND closed_at IS NULL",
        turn.now,
        sitting.id,
    )
    turn.event(
        "session-closed", session=sitting.id, counter=sitting.counter, practice=sitting.practice
    )


def _release(turn: Turn, errand: int, who: str) -> None:
    held = errand_held(turn, errand)
    assert held is not None
    waits = change(
        turn, held, kind="released", who=who, forget=True, state=WAITING, session_id=None
    )
    errand_event(turn, waits, "released", session=held.session_id, counter="")


def sessions_of(by: Actor) -> list[CounterSession]:
    """Sessions somebody has open at the office."""
    mine = CounterSession.objects.filter(office=by.office, staff=by.name, closed_at=None)
    return list(mine.select_related("counter", "sits_at").order_by("pk"))


def refuse_busy(sitting: Sitting) -> None:
    """Refuse while somebody is called or served at the counter, as it was read in this turn.

    Raises
    ------
    CounterBusy
        Naming whom.
    """
    if sitting.errand is not None:
        raise CounterBusy(counter=sitting.counter, ticket=sitting.ticket, errand=sitting.errand)


def _sitting(row: Any) -> Sitting:
    number, counter_id, counter, staff, practice, kept, errand, series, ticket = row
    skills = json.loads(kept) if isinstance(kept, str) else kept
    return Sitting(
        number, counter_id, counter, staff, bool(practice),
        tuple(skills.get("authorities") or (EVERY_STATE_AUTHORITY,)),
        tuple(skills.get("services") or ()), tuple(skills.get("languages") or ()),
        errand, f"{series}{ticket}" if errand else "",
    )  # fmt: skip


def _skills(by: Actor, asked: dict[str, Any]) -> dict[str, Any]:
    """What is asked for, within what the role has."""
    known: dict[str, Any] = {}
    for name, kind in (("authorities", str), ("services", int), ("languages", str)):
        values = asked.get(name) or []
        if not isinstance(values, list | tuple) or not all(isinstance(v, kind) for v in values):
            raise ValueNotAllowed(field=name, value=values, allowed=_("a list"))
        known[name] = list(values)
    if by.authority:
        known["authorities"] = [by.authority]
    return known


def _counter_named(turn: Turn, name: str) -> int:
    if not NAME.fullmatch(name):
        raise CounterNameUnusable(counter=name)
    found = turn.row(
        "SELECT id FROM reception_counter WHERE office_id = %s AND name = %s", turn.office, name
    )
    if found is None:
        if Counter.objects.filter(office=turn.office).count() >= MOST_COUNTERS:
            raise TooManyCounters(most=MOST_COUNTERS)
        found = turn.row(
            "INSERT INTO reception_counter (office_id, name, in_use) VALUES (%s, %s, %s) "
            "RETURNING id",
            turn.office,
            name,
            True,
        )
    return int(found[0])


def _first_free(turn: Turn) -> str:
    taken = {one.counter for one in sittings(turn)}
    numbers = (str(number) for number in range(1, MOST_COUNTERS + 2))
    return next(name for name in numbers if name not in taken)
