"""Every event of a node judged by the machine that judges imports and the nightly audit."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.network.models import Office, Service
from knutpunkt.reception import transitions
from knutpunkt.reception.counting.refusing import CouldNotHappen
from knutpunkt.reception.counting.replay import apply
from knutpunkt.reception.counting.standing import ErrandNow, OfficeNow, SessionNow, Told, VisitNow
from knutpunkt.reception.models import Node, OfficeSequence, Visit, key_of
from knutpunkt.reception.nodes.brought import Brought, ErrandIn, EventIn
from knutpunkt.reception.nodes.errors import MergeRefused
from knutpunkt.reception.nodes.known import numbers_given, office_known

#: A node's clock may be ahead of the centre's by so much.
AHEAD_AT_MOST_MS = 10 * 60_000
#: The ledger follows a clock that is put back by an hour or more, and no other.
PUT_BACK_AT_LEAST_MS = 3_600_000
YEAR_MS = 366 * 24 * 3_600_000


@dataclass
class Judged:
    """What the events brought about."""

    office: OfficeNow
    errands: dict[int, ErrandNow] = field(default_factory=dict)
    #: Instant and kind of the last event that changed an errand.
    last: dict[int, EventIn] = field(default_factory=dict)
    visits: dict[int, VisitNow] = field(default_factory=dict)
    #: Visits in practice, known or new.
    practice: set[int] = field(default_factory=set)
    sessions: dict[int, SessionNow] = field(default_factory=dict)
    opened: dict[int, EventIn] = field(default_factory=dict)
    numbers: dict[tuple[date, str], int] = field(default_factory=dict)


def judge(office: Office, sequence: OfficeSequence, node: Node, found: Brought) -> Judged:
    """Let new events happen to the office as the centre knows it.

    Raises
    ------
    MergeRefused
        Naming the first event or row that cannot be.
    """
    events = found.events
    now = office_known(sequence, events)
    days = {event.local_day for event in events}
    known = Visit.objects.filter(pk__in=list(now.visits), practice=True)
    judged = Judged(now, numbers=numbers_given(office.pk, days))
    judged.practice = set(known.values_list("pk", flat=True)) if now.visits else set()
    authorities = dict(Service.objects.values_list("pk", "authority_id"))
    began = to_ms(node.attached_at) if node.attached_at else 0
    latest = to_ms(clock.now()) + AHEAD_AT_MOST_MS
    for event in events:
        _refuse_wrong_place(office, now, event)
        _refuse_wrong_time(now, event, began - AHEAD_AT_MOST_MS, latest)
        _happen(judged, event, authorities)
    _refuse_odd_rows(judged, found)
    return judged


def _no(event: EventIn, reason: str) -> MergeRefused:
    return MergeRefused(seq=event.office_seq, reason=reason)


def _refuse_wrong_place(office: Office, now: OfficeNow, event: EventIn) -> None:
    number = now.seq + 1
    if event.office_seq != number or event.pk != key_of(office.pk, number):
        raise _no(event, f"event {number} was to follow")
    if event.kind not in transitions.KINDS:
        raise _no(event, f"“{event.kind}” is no kind of event")


def _refuse_wrong_time(now: OfficeNow, event: EventIn, began: int, latest: int) -> None:
    at = to_ms(event.at)
    if at > latest:
        raise _no(event, "it is ahead of the clock of the centre")
    if at < now.at and (now.at - at < PUT_BACK_AT_LEAST_MS or at < began):
        raise _no(event, "it is earlier than the event before it")


def _happen(judged: Judged, event: EventIn, authorities: dict[int, str]) -> None:
    if event.service is not None and event.service not in authorities:
        raise _no(event, "there is no such service")
    session = judged.office.sessions.get(event.session)
    if event.kind in transitions.BEGINNINGS and event.kind != "added":
        _refuse_wrong_number(judged, event)
    _refuse_far_instants(event)
    try:
        errand = apply(judged.office, _told(event, authorities))
    except CouldNotHappen as refused:
        raise _no(event, refused.reason) from None
    if judged.office.day_of(to_ms(event.at)).day != event.local_day:
        raise _no(event, "its day is not that of its instant")
    if event.about_an_errand:
        if errand is None:
            raise _no(event, "it is about no errand")
        _note(judged, event, errand)
    else:
        _refuse_wrong_house(judged.office, event)
    _note_session(judged, event, session)


def _refuse_far_instants(event: EventIn) -> None:
    for name in ("accrues_from", "due_at"):
        said = (event.data or {}).get(name, 0)
        if isinstance(said, int) and said and abs(said - to_ms(event.at)) > YEAR_MS:
            raise _no(event, f"{name} is more than a year away")


def _refuse_wrong_number(judged: Judged, event: EventIn) -> None:
    """Numbers follow one another: so none is beyond what the node was leased."""
    series = event.ticket.rstrip("0123456789")
    due = judged.numbers.get((event.local_day, series), 0) + 1
    if event.ticket != f"{series}{due}":
        raise _no(event, f"{series}{due} was to follow, not “{event.ticket}”")
    judged.numbers[event.local_day, series] = due


def _told(event: EventIn, authorities: dict[int, str]) -> Told:
    authority = authorities.get(event.service, "") if event.service else ""
    return Told(
        event.office_seq, event.kind, to_ms(event.at), event.visit or 0, event.errand or 0,
        event.session, event.counter, event.ticket, event.service, authority, event.level,
        event.language, event.prio_class, event.arrival, event.people, event.outcome,
        event.next_authority, event.next_channel, event.missing_level, event.state, event.data,
    )  # fmt: skip


def _note(judged: Judged, event: EventIn, errand: ErrandNow) -> None:
    visit = errand.visit
    if event.kind in ("issued", "checked-in") and event.practice:
        judged.practice.add(visit.id)
    said = (
        event.visit, event.state, event.version, event.ticket, event.outcome,
        event.next_authority, event.next_channel, event.missing_level, event.service, event.level,
        event.language, event.prio_class, event.arrival, event.practice,
    )  # fmt: skip
    stands = (
        visit.id, errand.state, errand.version, visit.ticket, errand.outcome,
        errand.next_authority, errand.next_channel, errand.missing_level, errand.service,
        errand.level, visit.language, errand.prio_class, visit.arrival,
        visit.id in judged.practice,
    )  # fmt: skip
    if said != stands:
        raise _no(event, f"{visit.ticket} is {errand.state}, version {errand.version}, after it")
    judged.errands[errand.id] = errand
    judged.visits[visit.id] = visit
    judged.last[errand.id] = event


def _refuse_wrong_house(office: OfficeNow, event: EventIn) -> None:
    if event.visit is not None and event.visit not in office.visits:
        raise _no(event, "there is no such visit")
    if event.errand is not None:
        errand = office.errands.get(event.errand)
        if errand is None:
            raise _no(event, "there is no such errand")
        if (event.state, event.version) != (errand.state, errand.version):
            raise _no(event, f"{errand.visit.ticket} was {errand.state}")


def _note_session(judged: Judged, event: EventIn, before: SessionNow | None) -> None:
    if event.session is None:
        return
    if event.kind == "session-opened":
        if event.session != event.pk:
            raise _no(event, "a session bears the number of its own event")
        judged.opened[event.session] = event
    session = judged.office.sessions.get(event.session) or before
    if session is not None and event.kind in ("session-opened", "session-closed"):
        judged.sessions[event.session] = session


# --- rows ---------------------------------------------------------------------------------------


def _refuse_odd_rows(judged: Judged, found: Brought) -> None:
    """A row is brought by an event of its batch, and says what the events say."""
    row: Any = found.unheard_of()
    if row is not None:
        what = type(row).__name__.removesuffix("In").lower()
        raise MergeRefused(seq=0, reason=f"no event speaks of the {what} {row.pk}")
    _refuse_errands(judged, found)


def _refuse_errands(judged: Judged, found: Brought) -> None:
    for row in found.of(ErrandIn):
        errand = judged.office.errands.get(row.pk)
        if errand is None or row.visit != errand.visit.id:
            raise MergeRefused(seq=0, reason=f"the errand {row.pk} is not of that visit")
        further = row.version > errand.version and not found.complete
        if not further and (row.state, row.version) != (errand.state, errand.version):
            said = f"the row of {errand.visit.ticket} is {row.state} {row.version}"
            last = judged.last.get(row.pk)
            raise MergeRefused(
                seq=last.office_seq if last else 0, reason=f"{said}, its events say otherwise"
            )
