"""The whole log of some days replayed, and compared with the rows that stand."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import connection

from knutpunkt.reception import transitions
from knutpunkt.reception.counting.differences import Difference
from knutpunkt.reception.counting.reading import seq_of
from knutpunkt.reception.counting.refusing import CouldNotHappen
from knutpunkt.reception.counting.replay import apply
from knutpunkt.reception.counting.standing import ErrandNow, OfficeNow, Told, VisitNow
from knutpunkt.reception.models.visits import key_of

AT_ONCE = 20_000

_EVENTS = """
SELECT id, kind, at, visit, errand, session, counter, ticket, service_id, level, language,
  prio_class, arrival, people, outcome, next_authority, next_channel, missing_level, state, data,
  version
FROM reception_event WHERE id > %s AND id <= %s ORDER BY id LIMIT %s
"""
_VISIT = ("arrival", "series", "number", "language", "party_size", "opened_at", "closed_at")
_VISITS = f"SELECT id, {', '.join(_VISIT)} FROM reception_visit"  # noqa: S608  # constant names
_ERRAND = (
    "visit_id", "ordinal", "service_id", "level", "parent_id", "prio_class", "accrues_from",
    "due_at", "state", "state_since", "session_id", "version", "calls", "outcome",
    "next_authority", "next_channel", "missing_level",
)  # fmt: skip
_ERRANDS = f"SELECT id, {', '.join(_ERRAND)} FROM reception_errand"  # noqa: S608  # constant names
_AMONG = " WHERE id >= %s AND id <= %s AND local_day >= %s AND local_day <= %s"


@dataclass
class Reread:
    """What a replay found."""

    events: int = 0
    differences: list[Difference] = field(default_factory=list)


def reread(
    office: int, key: str, *, seqs: tuple[int, int], days: tuple[date, date],
    authorities: Mapping[int, str],
) -> Reread:  # fmt: skip
    """Replay events of an office and compare the visits of some days with their rows.

    Parameters
    ----------
    seqs
        First and last event; the first is the first of the first day.
    days
        First and last day whose visits are compared.
    authorities
        Authority of every service.
    """
    found = Reread()
    first, last = seqs
    now = OfficeNow(office, seq=first - 1, whole=first == 1, clock_may_step=True)
    visits: dict[int, VisitNow] = {}
    for told, version in _log(office, first, last, authorities):
        found.events += 1
        errand = _happen(now, told, key, found)
        if errand is not None:
            visits[errand.visit.id] = errand.visit
            found.differences += _event_differs(key, told, version, errand)
    told_of = [visit for visit in visits.values() if days[0] <= visit.day <= days[1]]
    keys = (key_of(office, first), key_of(office, last))
    found.differences += _rows_differ(key, told_of, (*keys, *days))
    return found


def _log(
    office: int, first: int, last: int, authorities: Mapping[int, str]
) -> Iterator[tuple[Told, int]]:
    after, end = key_of(office, first) - 1, key_of(office, last)
    with connection.cursor() as cursor:
        while True:
            cursor.execute(_EVENTS, [after, end, AT_ONCE])
            rows = cursor.fetchall()
            for row in rows:
                yield _told(row, authorities), row[-1]
            if len(rows) < AT_ONCE:
                return
            after = rows[-1][0]


def _told(row: tuple[Any, ...], authorities: Mapping[int, str]) -> Told:
    (
        number, kind, at, visit, errand, session, counter, ticket, service, level, language,
        prio_class, arrival, people, outcome, next_authority, next_channel, missing_level, state,
        data, _version,
    ) = row  # fmt: skip
    more = json.loads(data) if isinstance(data, str) else data
    return Told(
        seq_of(number), kind, at, visit or 0, errand or 0, session, counter, ticket, service,
        authorities.get(service, "") if service else "", level, language, prio_class, arrival,
        people, outcome, next_authority, next_channel, missing_level, state, more,
    )  # fmt: skip


def _happen(now: OfficeNow, told: Told, key: str, found: Reread) -> ErrandNow | None:
    try:
        errand = apply(now, told)
    except CouldNotHappen as error:
        found.differences.append(Difference("event", key, str(told.seq), log=error.reason))
        now.seq = told.seq
        return None
    if told.kind in transitions.ABOUT_THE_HOUSE:
        return None
    return errand


def _event_differs(key: str, told: Told, version: int, errand: ErrandNow) -> list[Difference]:
    wrote = (told.state, version, told.ticket, told.outcome, told.missing_level, told.service)
    by_log = (
        errand.state, errand.version, errand.visit.ticket, errand.outcome, errand.missing_level,
        errand.service,
    )  # fmt: skip
    if wrote == by_log:
        return []
    names = ("state", "version", "ticket", "outcome", "missing_level", "service")
    return [
        Difference("event-column", key, str(told.seq), name, str(one), str(other))
        for name, one, other in zip(names, wrote, by_log, strict=True)
        if one != other
    ]


def _rows_differ(key: str, visits: list[VisitNow], among: tuple[Any, ...]) -> list[Difference]:
    with connection.cursor() as cursor:
        cursor.execute(_VISITS + _AMONG, among)
        visit_rows = {row[0]: row[1:] for row in cursor.fetchall()}
        cursor.execute(_ERRANDS + _AMONG, among)
        errand_rows = {row[0]: row[1:] for row in cursor.fetchall()}
    by_visit = {visit.id: _visit_values(visit) for visit in visits}
    by_errand = {errand.id: _errand_values(errand) for visit in visits for errand in visit.errands}
    return [
        *_compared(key, "visit", _VISIT, visit_rows, by_visit),
        *_compared(key, "errand", _ERRAND, errand_rows, by_errand),
    ]


def _visit_values(visit: VisitNow) -> tuple[Any, ...]:
    return (
        visit.arrival, visit.series, visit.number, visit.language, visit.people, visit.opened_at,
        visit.closed_at,
    )  # fmt: skip


def _errand_values(errand: ErrandNow) -> tuple[Any, ...]:
    held = errand.state in transitions.HELD
    return (
        errand.visit.id, errand.ordinal, errand.service, errand.level, errand.parent,
        errand.prio_class, errand.accrues_from, errand.due_at, errand.state, errand.since,
        errand.session if held else None, errand.version, errand.calls, errand.outcome,
        errand.next_authority, errand.next_channel, errand.missing_level,
    )  # fmt: skip


def _compared(
    key: str, what: str, names: tuple[str, ...],
    rows: Mapping[int, tuple[Any, ...]], log: Mapping[int, tuple[Any, ...]],
) -> Iterator[Difference]:  # fmt: skip
    for number in sorted(log.keys() - rows.keys()):
        yield Difference("row-missing", key, f"{what} {number}")
    for number in sorted(rows.keys() - log.keys()):
        yield Difference("row-unheard-of", key, f"{what} {number}")
    for number in sorted(rows.keys() & log.keys()):
        if rows[number] != log[number]:
            pairs = zip(names, rows[number], log[number], strict=True)
            for name, row, by_log in pairs:
                if row != by_log:
                    about = f"{what} {number}"
                    yield Difference("row", key, about, name, str(row), str(by_log))
