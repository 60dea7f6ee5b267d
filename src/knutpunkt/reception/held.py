"""Errands as they stand within a turn: read whole, changed by compare-and-set, and told of."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from knutpunkt.reception.errors import ChangedMeanwhile
from knutpunkt.reception.ledger import Turn
from knutpunkt.reception.models.visits import PER_OFFICE


@dataclass(frozen=True, slots=True)
class Held:
    """An errand with its visit's number and whoever holds it."""

    id: int
    office_id: int
    visit_id: int
    ordinal: int
    service_id: int | None
    authority: str
    level: str
    prio_class: str
    accrues_from: int
    due_at: int | None
    state: str
    state_since: int
    session_id: int | None
    version: int
    calls: int
    outcome: str
    next_authority: str
    next_channel: str
    missing_level: str
    before: Any
    practice: bool
    local_day: date
    booking: str
    speaks: str
    series: str
    number: int
    language: str
    place: str
    people: int
    arrival: str
    simulated: bool
    staff: str
    counter: str
    people_limit: int | None = None

    @property
    def ticket(self) -> str:
        """Series and number."""
        return f"{self.series}{self.number}"


_HELD = """
SELECT e.id, e.office_id, e.visit_id, e.ordinal, e.service_id, e.authority, e.level, e.prio_class,
  e.accrues_from, e.due_at, e.state, e.state_since, e.session_id, e.version, e.calls, e.outcome,
  e.next_authority, e.next_channel, e.missing_level, e.before, e.practice, e.local_day, e.booking,
  e.speaks, v.series, v.number, v.language, v.place, v.party_size, v.arrival, v.simulated,
  COALESCE(s.staff, ''), COALESCE(c.name, ''), r.people_limit
FROM reception_errand e JOIN reception_visit v ON v.id = e.visit_id
LEFT JOIN reception_countersession s ON s.id = e.session_id
LEFT JOIN reception_counter c ON c.id = s.counter_id
LEFT JOIN reception_room r ON r.office_id = e.office_id
WHERE e.id = %s
"""

#: Columns an action may change, and which a later undo brings back.
CHANGEABLE = (
    "state", "session_id", "calls", "outcome", "next_authority", "next_channel", "missing_level",
    "service_id", "authority", "level",
)  # fmt: skip


def errand_held(turn: Turn, errand: int) -> Held | None:
    """Read an errand of the turn's office as it stands."""
    if errand // PER_OFFICE != turn.office:
        return None
    found = turn.row(_HELD, errand)
    return None if found is None else Held(*found)


def change(turn: Turn, held: Held, *, kind: str, who: str, forget: bool = False, **to: Any) -> Held:
    """Compare and set: change an errand that still is as it was read, and keep what it was.

    Parameters
    ----------
    kind, who
        The action and its actor's pseudonym, for taking it back.
    forget
        Keep nothing: what was taken back cannot be taken back again.
    to
        New values of columns.

    Raises
    ------
    ChangedMeanwhile
        When it is not, which the turn makes impossible unless somebody wrote around it.
    """
    kept = None if forget else json.dumps(_was(turn, held, kind, who, to))
    changed = {"state_since": turn.now, **to, "before": kept}
    sets = ", ".join(f"{name} = %s" for name in changed)
    touched = turn.write(
        f"UPDATE reception_errand SET {sets}, version = version + 1 "  # noqa: S608  # names of columns
        "WHERE id = %s AND state = %s AND version = %s",
        *changed.values(), held.id, held.state, held.version,
    )  # fmt: skip
    if touched != 1:
        raise ChangedMeanwhile(ticket=held.ticket, state=held.state, version=held.version)
    return _replaced(held, {**changed, "version": held.version + 1})


def _was(turn: Turn, held: Held, kind: str, who: str, to: Mapping[str, Any]) -> dict[str, Any]:
    was = {name: getattr(held, name) for name in CHANGEABLE if name in to}
    return {"kind": kind, "who": who, "at": turn.now, "state_since": held.state_since, "was": was}


def _replaced(held: Held, changed: Mapping[str, Any]) -> Held:
    values = {name: getattr(held, name) for name in Held.__slots__}
    return Held(**{**values, **changed})


def errand_event(turn: Turn, held: Held, kind: str, **more: Any) -> int:
    """Add an event about an errand as it stands after the change."""
    facts: dict[str, Any] = {
        "visit": held.visit_id, "errand": held.id, "session": held.session_id,
        "state": held.state, "version": held.version, "ticket": held.ticket,
        "counter": held.counter, "service_id": held.service_id, "level": held.level,
        "language": held.language, "prio_class": held.prio_class, "arrival": held.arrival,
        "people": held.people, "outcome": held.outcome, "next_authority": held.next_authority,
        "next_channel": held.next_channel, "missing_level": held.missing_level,
        "practice": held.practice, "simulated": held.simulated,
        # Told to listeners, not kept: the columns above are what the log is.
        "authority": held.authority, "accrues_from": held.accrues_from, "due_at": held.due_at,
        "place": held.place,
    }  # fmt: skip
    return turn.event(kind, **(facts | more))
