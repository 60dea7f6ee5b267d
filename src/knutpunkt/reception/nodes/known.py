"""An office as the centre knows it, made ready for the events a node brings."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from knutpunkt.core.fields import to_ms
from knutpunkt.reception import transitions
from knutpunkt.reception.counting.standing import ErrandNow, OfficeNow, SessionNow, VisitNow
from knutpunkt.reception.models import (
    CounterSession,
    Errand,
    OfficeSequence,
    TicketCounter,
    Visit,
)
from knutpunkt.reception.nodes.brought import EventIn

IN_ONE_STATEMENT = 500


def office_known(sequence: OfficeSequence, events: Iterable[EventIn]) -> OfficeNow:
    """Read what the events can concern: their visits, open counters, and whoever is at them."""
    number = sequence.office_id
    at = to_ms(sequence.last_at) if sequence.last_at else 0
    office = OfficeNow(number, seq=sequence.last, at=at, clock_may_step=True)
    told = list(events)
    visits = {event.visit for event in told if event.visit}
    errands = {event.errand for event in told if event.errand}
    visits |= _visits_of(errands) | _at_counters(number)
    for visit in _few_at_a_time(Visit, "pk", visits):
        office.visits[visit.pk] = _visit(visit)
    for errand in sorted(_few_at_a_time(Errand, "visit", visits), key=lambda row: row.pk):
        _take_in(office, errand)
    for session in CounterSession.objects.filter(office=number, closed_at=None).select_related(
        "counter"
    ):
        _sit_down(office, session)
    return office


def numbers_given(office: int, days: Iterable[Any]) -> dict[tuple[Any, str], int]:
    """The last number of each series on some days."""
    rows = TicketCounter.objects.filter(office=office, local_day__in=set(days))
    return {(row.local_day, row.series): row.last for row in rows}


def _few_at_a_time(model: Any, name: str, keys: Iterable[Any]) -> list[Any]:
    wanted = sorted(keys)
    return [
        row
        for start in range(0, len(wanted), IN_ONE_STATEMENT)
        for row in model.objects.filter(**{f"{name}__in": wanted[start : start + IN_ONE_STATEMENT]})
    ]


def _visits_of(errands: set[Any]) -> set[Any]:
    return {row.visit_id for row in _few_at_a_time(Errand, "pk", errands)}


def _at_counters(office: int) -> set[Any]:
    held = Errand.objects.filter(
        session__office=office, session__closed_at=None, state__in=transitions.HELD
    )
    return set(held.values_list("visit_id", flat=True))


def _ms(moment: Any) -> int | None:
    return None if moment is None else to_ms(moment)


def _visit(row: Visit) -> VisitNow:
    return VisitNow(
        row.pk, row.local_day, row.arrival, row.series, row.number, row.language, row.party_size,
        _ms(row.opened_at) or 0, None, _ms(row.closed_at),
    )  # fmt: skip


def _take_in(office: OfficeNow, row: Errand) -> None:
    visit = office.visits[row.visit_id]
    errand = ErrandNow(
        row.pk, visit, row.ordinal, row.service_id, row.authority, row.level, row.prio_class,
        _ms(row.accrues_from) or 0, _ms(row.due_at), row.state, _ms(row.state_since) or 0,
        row.parent_id, row.session_id, row.version, row.calls, row.outcome, row.next_authority,
        row.next_channel, row.missing_level,
    )  # fmt: skip
    errand.before = _before(row, errand)
    visit.errands.append(errand)
    visit.open += errand.is_open
    office.errands[errand.id] = errand


def _before(row: Errand, errand: ErrandNow) -> tuple[Any, ...] | None:
    kept: Any = json.loads(row.before) if isinstance(row.before, str) else row.before
    if kept is None:
        return None
    was = kept["was"]
    now = dict(zip(CHANGEABLE, errand.changeable(), strict=True))
    now |= {name: value for name, value in was.items() if name in now}
    now["state_since"] = kept["state_since"]
    return tuple(now.values()), kept["kind"], kept["at"], None


#: The columns of ``ErrandNow.changeable``, in its order.
CHANGEABLE = (
    "state", "state_since", "session_id", "calls", "outcome", "next_authority", "next_channel",
    "missing_level", "service_id", "authority", "level",
)  # fmt: skip


def _sit_down(office: OfficeNow, row: CounterSession) -> None:
    session = SessionNow(row.pk, row.counter.name, row.staff, _ms(row.opened_at) or 0, {})
    office.sessions[row.pk] = office.counters[row.counter.name] = session
    session.busy = next(
        (
            errand
            for errand in office.errands.values()
            if errand.session == row.pk and errand.state in transitions.AT_THE_COUNTER
        ),
        None,
    )
