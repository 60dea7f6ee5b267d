"""What judged events brought about, written: rows from the events, and the rest from their rows."""

from __future__ import annotations

from typing import Any

from knutpunkt.accounts.models import Appointment
from knutpunkt.core.fields import from_ms
from knutpunkt.network.models import Office
from knutpunkt.reception import transitions
from knutpunkt.reception.counting.standing import ErrandNow, SessionNow, VisitNow
from knutpunkt.reception.models import (
    Booking,
    Counter,
    CounterSession,
    Errand,
    Event,
    Incident,
    OfficeDay,
    Room,
    TicketCounter,
    Visit,
)
from knutpunkt.reception.nodes.brought import (
    BookingIn,
    Brought,
    ErrandIn,
    EventIn,
    IncidentIn,
    SessionIn,
    VisitIn,
)
from knutpunkt.reception.nodes.errors import MergeRefused
from knutpunkt.reception.nodes.judging import Judged
from knutpunkt.reception.nodes.known import CHANGEABLE

NAMES_NOTHING_OF = ("by", "day")
LONGEST_NAME = 40


def write(office: Office, judged: Judged, found: Brought) -> None:
    """Write everything a batch brought; the caller's transaction keeps all of it or none."""
    simulated = Room.objects.filter(office=office, simulated=True).exists()
    _write_sessions(office, judged, found)
    for visit in judged.visits.values():
        _write_visit(office, visit, judged, found, simulated=simulated)
    _write_places(judged, found)
    # Whoever has left a counter first: it may have somebody else by now.
    errands = sorted(
        judged.errands.values(), key=lambda one: (one.state in transitions.AT_THE_COUNTER, one.id)
    )
    for errand in errands:
        _write_errand(office, errand, judged, found)
    Event.objects.bulk_create([_event(event, simulated=simulated) for event in found.events])
    for (day, series), last in judged.numbers.items():
        TicketCounter.objects.update_or_create(
            office=office, local_day=day, series=series, defaults={"last": last}
        )
    _write_days(office, found)
    _write_bookings(office, found)
    for incident in found.of(IncidentIn):
        _write_incident(office, incident)


def _event(event: EventIn, *, simulated: bool) -> Event:
    said = event.model_dump(exclude={"pk", "office", "service"})
    return Event(
        id=event.pk, office_id=event.office, service_id=event.service, simulated=simulated, **said
    )


def _upsert(row: Any) -> None:
    model: Any = type(row)
    names = [field.name for field in model._meta.concrete_fields if not field.primary_key]
    model.objects.bulk_create(
        [row], update_conflicts=True, update_fields=names, unique_fields=["id"]
    )


# --- sessions -----------------------------------------------------------------------------------


def _write_sessions(office: Office, judged: Judged, found: Brought) -> None:
    sessions = sorted(judged.sessions.values(), key=lambda one: (one.closed_at is None, one.id))
    for session in sessions:
        event = judged.opened.get(session.id)
        if event is not None:
            _upsert(_session(office, session, event, found.row(SessionIn, session.id)))
        else:
            known = CounterSession.objects.filter(pk=session.id, office=office)
            known.update(closed_at=from_ms(session.closed_at))


def _session(office: Office, session: SessionNow, event: EventIn, row: Any) -> CounterSession:
    data: dict[str, Any] = event.data or {}
    counter, _made = Counter.objects.get_or_create(office=office, name=session.counter)
    mode, sits_at, skills = str(data.get("mode")), data.get("sits_at"), data.get("skills")
    elsewhere = isinstance(sits_at, int) and Office.objects.filter(pk=sits_at).exists()
    usable = mode in CounterSession.Mode.values and (sits_at is None or elsewhere)
    if not usable or not _are_skills(skills):
        raise MergeRefused(seq=event.office_seq, reason="it does not say who works how")
    holder = row.holder if row else None
    works_here = Appointment.objects.filter(office=office, user=holder) if holder else None
    return CounterSession(
        id=session.id, office=office, counter=counter, staff=session.staff[:LONGEST_NAME],
        holder_id=holder if works_here is not None and works_here.exists() else None,
        mode=mode, sits_at_id=sits_at, meeting_link=row.meeting_link if row else "",
        skills=skills, practice=event.practice, opened_at=from_ms(session.opened_at),
        closed_at=from_ms(session.closed_at),
    )  # fmt: skip


def _are_skills(said: Any) -> bool:
    kinds = {"authorities": str, "services": int, "languages": str}
    return isinstance(said, dict) and all(
        name in kinds
        and isinstance(values, list)
        and all(isinstance(one, kinds[name]) for one in values)
        for name, values in said.items()
    )


# --- visits and errands -------------------------------------------------------------------------


def _write_visit(
    office: Office, visit: VisitNow, judged: Judged, found: Brought, *, simulated: bool
) -> None:
    row = found.row(VisitIn, visit.id) or Visit.objects.filter(pk=visit.id).first() or Visit()
    _upsert(
        Visit(
            id=visit.id, office=office, local_day=visit.day, arrival=visit.arrival,
            series=visit.series, number=visit.number, language=visit.language,
            interpreter=row.interpreter, access_needs=row.access_needs, party_size=visit.people,
            place=row.place, opened_at=from_ms(visit.opened_at), invited_at=row.invited_at,
            closed_at=from_ms(visit.closed_at), practice=visit.id in judged.practice,
            simulated=simulated,
        )
    )  # fmt: skip


def _write_places(judged: Judged, found: Brought) -> None:
    """Visitors who were asked in, or came in, and nothing else."""
    for row in found.of(VisitIn):
        if row.pk not in judged.visits:
            Visit.objects.filter(pk=row.pk).update(place=row.place, invited_at=row.invited_at)


def _write_errand(office: Office, errand: ErrandNow, judged: Judged, found: Brought) -> None:
    row = found.row(ErrandIn, errand.id) or Errand.objects.filter(pk=errand.id).first() or Errand()
    _upsert(
        Errand(
            id=errand.id, office=office, local_day=errand.visit.day, visit_id=errand.visit.id,
            ordinal=errand.ordinal, service_id=errand.service, authority=errand.authority,
            level=errand.level, parent_id=errand.parent, booking=row.booking,
            prio_class=errand.prio_class, accrues_from=from_ms(errand.accrues_from),
            due_at=from_ms(errand.due_at), not_before=row.not_before,
            only_counter=row.only_counter, speaks=row.speaks, state=errand.state,
            state_since=from_ms(errand.since), session_id=errand.session, version=errand.version,
            calls=errand.calls, outcome=errand.outcome, next_authority=errand.next_authority,
            next_channel=errand.next_channel, missing_level=errand.missing_level,
            practice=errand.visit.id in judged.practice, before=_before(errand, row.before),
        )
    )  # fmt: skip


def _before(errand: ErrandNow, said: dict[str, Any] | None) -> dict[str, Any] | None:
    """What an undo brings back, from the events; whose action it was, from the row."""
    if errand.before is None or said is None:
        return None
    kept, kind, at, _session = errand.before
    if (said.get("kind"), said.get("at")) != (kind, at) or not isinstance(said.get("who"), str):
        return None
    was = dict(zip(CHANGEABLE, kept, strict=True))
    since = was.pop("state_since")
    return {"kind": kind, "who": said["who"][:150], "at": at, "state_since": since, "was": was}


# --- days, bookings, incidents ------------------------------------------------------------------


def _write_days(office: Office, found: Brought) -> None:
    for event in found.events:
        if event.kind == "people-counted":
            _write_day(office, event.local_day, event, without_ticket=event.people)
        elif event.kind == "day-ended":
            data = event.data or {}
            report = {name: said for name, said in data.items() if name not in NAMES_NOTHING_OF}
            day = data.get("day", event.local_day.isoformat())
            _write_day(office, day, event, without_ticket=0, ended_at=event.at, report=report)


def _write_day(office: Office, day: Any, event: EventIn, **values: Any) -> None:
    try:
        OfficeDay.objects.update_or_create(office=office, local_day=day, defaults=values)
    except (TypeError, ValueError):
        raise MergeRefused(seq=event.office_seq, reason="it names no day") from None


def _write_bookings(office: Office, found: Brought) -> None:
    for row in found.of(BookingIn):
        mine = Booking.objects.filter(pk=row.pk, office=office, version__lte=row.version)
        mine.update(status=row.status, visit=row.visit, version=row.version)


def _write_incident(office: Office, row: IncidentIn) -> None:
    if row.kind not in Incident.Kind.values:
        raise MergeRefused(seq=0, reason=f"“{row.kind}” is no kind of incident")
    known: dict[str, Any] = {"happened_at": row.happened_at, "reported_by": row.reported_by}
    Incident.objects.get_or_create(
        office=office, kind=row.kind, **known,
        defaults={
            "counter": row.counter, "account": row.account, "purge_after": row.purge_after,
        },
    )  # fmt: skip
