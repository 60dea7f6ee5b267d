"""Events, visits, errands and sessions as rows of their tables, made from a replayed log."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from knutpunkt.reception import transitions
from knutpunkt.reception.counting.standing import ErrandNow, OfficeNow, SessionNow, Told, VisitNow
from knutpunkt.reception.models.visits import PER_OFFICE

Row = tuple[Any, ...]

EVENT = (
    "id", "office_id", "office_seq", "kind", "at", "local_day", "visit", "errand", "session",
    "state", "version", "ticket", "counter", "service_id", "level", "language", "prio_class",
    "arrival", "people", "outcome", "next_authority", "next_channel", "missing_level", "practice",
    "simulated", "data",
)  # fmt: skip
VISIT = (
    "id", "office_id", "local_day", "arrival", "series", "number", "language", "interpreter",
    "access_needs", "party_size", "place", "opened_at", "closed_at", "practice", "simulated",
)  # fmt: skip
ERRAND = (
    "id", "office_id", "local_day", "visit_id", "ordinal", "service_id", "authority", "level",
    "parent_id", "booking", "prio_class", "accrues_from", "due_at", "only_counter", "speaks",
    "state", "state_since", "session_id", "version", "calls", "outcome", "next_authority",
    "next_channel", "missing_level", "practice",
)  # fmt: skip
SESSION = (
    "id", "office_id", "counter_id", "staff", "mode", "meeting_link", "skills", "practice",
    "opened_at", "closed_at",
)  # fmt: skip
NUMBER = ("office_id", "local_day", "series", "last")
DAY = ("office_id", "local_day", "without_ticket", "ended_at", "report")


def event_row(
    office: OfficeNow, told: Told, errand: ErrandNow | None, session: SessionNow | None,
    *, simulated: bool,
) -> Row:  # fmt: skip
    """An event with all its columns, after it has happened."""
    day = office.day_of(told.at).day.isoformat()
    key = office.office * PER_OFFICE + told.seq
    about = None if session is None else session.id
    counter = told.counter if session is None else session.counter
    more = None if told.more is None else json.dumps(told.more, ensure_ascii=False)
    if errand is None:
        return (
            key, office.office, told.seq, told.kind, told.at, day, told.visit or None, None, about,
            "", 0, "", counter, None, "", "", "", "", 0, "", "", "", "", False, simulated, more,
        )  # fmt: skip
    visit = errand.visit
    people = 0 if told.kind == "added" else visit.people
    return (
        key, office.office, told.seq, told.kind, told.at, day, visit.id, errand.id, about,
        errand.state, errand.version, visit.ticket, counter, errand.service, errand.level,
        visit.language, errand.prio_class, visit.arrival, people, errand.outcome,
        errand.next_authority, errand.next_channel, errand.missing_level, False, simulated, more,
    )  # fmt: skip


def visit_row(office: int, visit: VisitNow, *, simulated: bool) -> Row:
    """A visit as it stands."""
    more = visit.more or {}
    return (
        visit.id, office, visit.day.isoformat(), visit.arrival, visit.series, visit.number,
        visit.language, str(more.get("interpreter", ""))[:8], str(more.get("needs", ""))[:60],
        visit.people, "inside", visit.opened_at, visit.closed_at, False, simulated,
    )  # fmt: skip


def errand_row(office: int, errand: ErrandNow, sessions: Mapping[Any, SessionNow]) -> Row:
    """An errand as it stands. What its last action changed is not kept: it is too late to undo."""
    held = errand.state in transitions.HELD
    return (
        errand.id, office, errand.visit.day.isoformat(), errand.visit.id, errand.ordinal,
        errand.service, errand.authority, errand.level, errand.parent, "", errand.prio_class,
        errand.accrues_from, errand.due_at, "", "", errand.state, errand.since,
        sessions[errand.session].id if held else None, errand.version, errand.calls,
        errand.outcome, errand.next_authority, errand.next_channel, errand.missing_level, False,
    )  # fmt: skip


def session_row(office: int, session: SessionNow, counter: int) -> Row:
    """A counter session as it stands."""
    said = session.more
    skills = {
        "authorities": said.get("authorities") or ["*"],
        "languages": said.get("languages") or [],
        "services": [],
    }
    mode = "booked" if said.get("mode") == "booked" else "front"
    return (
        session.id, office, counter, (session.staff or "unknown")[:40], mode, "",
        json.dumps(skills), False, session.opened_at, session.closed_at,
    )  # fmt: skip
