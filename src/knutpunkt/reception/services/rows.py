"""Rows of errands and visits, written within a turn."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from knutpunkt.reception.held import Held, errand_event
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.models.visits import key_of
from knutpunkt.reception.selectors.menu import Offered
from knutpunkt.reception.transitions import OPEN, WAITING

_ERRAND = (
    "INSERT INTO reception_errand (id, office_id, local_day, visit_id, ordinal, service_id, "
    "authority, level, parent_id, booking, prio_class, accrues_from, due_at, only_counter, speaks, "
    "state, state_since, session_id, version, calls, outcome, next_authority, next_channel, "
    "missing_level, practice) VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, "
    "%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)"
)


@dataclass(frozen=True, slots=True)
class Arrived:
    """A visit just written: its key and number, and what its first errand takes over."""

    key: int
    series: str
    number: int
    language: str
    place: str
    people: int
    arrival: str
    practice: bool
    simulated: bool


def errand_written(
    turn: Turn,
    visit: Arrived,
    what: Offered | None,
    *,
    accrues_from: int,
    due_at: int | None,
    booking: str,
    prio_class: str,
    speaks: str,
) -> Held:
    """Write the first errand of a new visit; it has the key of the event that tells of it."""
    held = Held(
        key_of(turn.office, turn.next_seq), turn.office, visit.key, 1,
        what.service_id if what else None, what.authority if what else "",
        what.level if what else "", prio_class, accrues_from, due_at, WAITING, turn.now, None, 1,
        0, "", "", "", "", None, visit.practice, turn.day, booking, speaks, visit.series,
        visit.number, visit.language, visit.place, visit.people, visit.arrival, visit.simulated,
        "", "",
    )  # fmt: skip
    _insert(turn, held, parent=None, only_counter="")
    return held


def sibling_written(
    turn: Turn,
    of: Held,
    what: Offered | None,
    *,
    accrues_from: int,
    parent: int | None = None,
    only_counter: str = "",
) -> Held:
    """Write another errand of the same visit, which is open again if it had ended."""
    counted = turn.row("SELECT COUNT(*) FROM reception_errand WHERE visit_id = %s", of.visit_id)
    held = replace(
        of,
        id=key_of(turn.office, turn.next_seq),
        ordinal=int(counted[0]) + 1,
        service_id=what.service_id if what else of.service_id if parent else None,
        authority=what.authority if what else of.authority if parent else "",
        level=what.level if what else of.level if parent else "",
        accrues_from=accrues_from,
        state=WAITING,
        state_since=turn.now,
        session_id=None,
        version=1,
        calls=0,
        outcome="",
        next_authority="",
        next_channel="",
        missing_level="",
        before=None,
        staff="",
        counter="",
    )
    _insert(turn, held, parent=parent, only_counter=only_counter)
    visit_reopened(turn, of.visit_id)
    return held


def _insert(turn: Turn, held: Held, *, parent: int | None, only_counter: str) -> None:
    turn.write(
        _ERRAND, held.id, held.office_id, held.local_day, held.visit_id, held.ordinal,
        held.service_id, held.authority, held.level, parent, held.booking, held.prio_class,
        held.accrues_from, held.due_at, only_counter, held.speaks, held.state, held.state_since,
        None, held.version, 0, "", "", "", "", held.practice,
    )  # fmt: skip


def taken_up(turn: Turn, held: Held, session: int, counter: str, state: str) -> Held:
    """Let a session have an errand that was written in this turn."""
    turn.write(
        "UPDATE reception_errand SET state = %s, session_id = %s, calls = 1 WHERE id = %s",
        state,
        session,
        held.id,
    )
    return replace(held, state=state, session_id=session, counter=counter, calls=1)


def began(
    turn: Turn,
    held: Held,
    kind: str,
    *,
    request_key: str | None = None,
    people: int = 0,
    data: dict[str, Any] | None = None,
) -> int:
    """Add the event with which an errand comes into being."""
    return errand_event(turn, held, kind, request_key=request_key, people=people, data=data)


def visit_closed_if_over(turn: Turn, visit: int) -> bool:
    """Close a visit that has no open errand left."""
    marks = ", ".join(["%s"] * len(OPEN))
    closed = turn.write(
        f"UPDATE reception_visit SET closed_at = %s WHERE id = %s AND NOT EXISTS "  # noqa: S608  # marks only
        f"(SELECT 1 FROM reception_errand WHERE visit_id = %s AND state IN ({marks}))",
        turn.now, visit, visit, *OPEN,
    )  # fmt: skip
    return closed == 1


def visit_reopened(turn: Turn, visit: int) -> None:
    """Let a visit go on that had ended."""
    turn.write(
        "UPDATE reception_visit SET closed_at = NULL WHERE id = %s AND closed_at IS NOT NULL", visit
    )


def print_job_written(turn: Turn, visit: int) -> None:
    """Ask for the ticket on paper."""
    turn.write(
        "INSERT INTO reception_printjob (visit_id, state, attempts, problem, changed_at) "
        "VALUES (%s, 'queued', 0, '', %s)",
        visit,
        turn.now,
    )
