"""Events of a former system, or of a simulated year: all taken over, or none.

Every row is let happen to its office by the same machine that judges a node and the nightly
audit; what it brings about is written in bulk. Only visits that can still change are held in
memory, so a year of a network needs no more of it than a day.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from django.db import transaction

from knutpunkt.network.models import Authority, Office, Service
from knutpunkt.reception import transitions
from knutpunkt.reception.counting import rows
from knutpunkt.reception.counting.bulk import insert_rows
from knutpunkt.reception.counting.event_file import EventFile, Register, event_file
from knutpunkt.reception.counting.refusing import CouldNotHappen
from knutpunkt.reception.counting.replay import apply
from knutpunkt.reception.counting.standing import (
    DayNow,
    ErrandNow,
    OfficeNow,
    SessionNow,
    Told,
    VisitNow,
)
from knutpunkt.reception.ledger import CENTRE
from knutpunkt.reception.models import Counter, Event, OfficeSequence
from knutpunkt.reception.models.visits import key_of

AT_ONCE = 20_000
TELL_EVERY = 100_000
PRACTICE = "Ö"
#: Nobody comes, no counter opens, and nothing ends a second time, once an office has ended its day.
NOT_AFTER_THE_END = frozenset({*transitions.BEGINNINGS, "session-opened", "day-ended"})

Progress = Callable[[int], object]
MakeOffice = Callable[[str], Office]


@dataclass(frozen=True, slots=True)
class Imported:
    """What a file brought."""

    offices: int
    events: int
    visits: int
    errands: int
    still_open: int
    simulated: bool


def events_import(
    path: Path, *, progress: Progress | None = None, make_office: MakeOffice | None = None
) -> Imported:
    """Take over a file of events.

    Parameters
    ----------
    path
        CSV, plain or gzipped; see the documentation of the event file.
    progress
        Told how many rows were read, every 100,000.
    make_office
        Puts on record an office that a file of simulated events names and nobody knows.

    Raises
    ------
    EventsRefused
        Naming the file, the line and the reason, when something could not have happened. The
        database is then as it was.
    """
    with event_file(path) as events, transaction.atomic():
        return _Import(events, progress, make_office).run()


def register_read() -> Register:
    """Read the offices, services and authorities on record: three queries."""
    return Register(
        dict(Office.objects.values_list("key", "pk")),
        {
            f"{authority}/{slug}": (pk, authority)
            for pk, authority, slug in Service.objects.values_list("pk", "authority_id", "slug")
        },
        frozenset(Authority.objects.values_list("pk", flat=True)),
    )


@dataclass
class _Import:
    events: EventFile
    progress: Progress | None
    make_office: MakeOffice | None
    offices: dict[int, OfficeNow] = field(default_factory=dict)
    counters: dict[tuple[int, str], int] = field(default_factory=dict)
    event_rows: list[rows.Row] = field(default_factory=list)
    visit_rows: list[rows.Row] = field(default_factory=list)
    errand_rows: list[rows.Row] = field(default_factory=list)
    sessions: list[tuple[int, SessionNow]] = field(default_factory=list)
    read: int = 0
    visits: int = 0
    errands: int = 0
    still_open: int = 0

    def run(self) -> Imported:
        """Take over every row."""
        make = self.make_office if self.events.simulated else None
        for number, told in self.events.told(register_read(), make):
            office = self.offices.get(number) or self._begin(number, told)
            self._happen(office, told)
            self.read += 1
            if self.read % TELL_EVERY == 0 and self.progress is not None:
                self.progress(self.read)
        for office in self.offices.values():
            self._end(office)
        self._flush()
        self._write_sessions(self.sessions)
        return Imported(
            len(self.offices), self.read, self.visits, self.errands, self.still_open,
            self.events.simulated,
        )  # fmt: skip

    def _begin(self, number: int, told: Told) -> OfficeNow:
        """Take the office's turn and refuse events that would lie among those there are."""
        OfficeSequence.objects.get_or_create(office_id=number)
        sequence = OfficeSequence.objects.select_for_update().get(office_id=number)
        if sequence.owner != CENTRE:
            raise self.events.refused(f"the office works through its node {sequence.owner}")
        office = OfficeNow(number, seq=sequence.last)
        latest = Event.objects.filter(pk=key_of(number, sequence.last)).first()
        if latest is not None and latest.local_day >= office.day_of(told.at).day:
            raise self.events.refused(f"the office has events up to {latest.local_day} already")
        office.days.clear()
        office.today = None
        self.offices[number] = office
        return office

    def _happen(self, office: OfficeNow, told: Told) -> None:
        if told.ticket.startswith(PRACTICE):
            raise self.events.refused("practice leaves no statistics and is not taken over")
        before = office.today
        ended = before is not None and before.ended_at is not None
        # Whoever leaves a counter is still known by the event that says so.
        session = office.sessions.get(told.session)
        try:
            errand = apply(office, told)
        except CouldNotHappen as error:
            raise self.events.refused(error.reason) from None
        session = office.sessions.get(told.session) or session
        if ended and before is office.today and told.kind in NOT_AFTER_THE_END:
            raise self.events.refused("the office had ended its day")
        if told.ticket or told.visit or told.counter:
            self._refuse_contradiction(office, told, errand, session)
        if told.kind == "session-opened" and session is not None:
            self.sessions.append((office.office, session))
        simulated = self.events.simulated
        self.event_rows.append(rows.event_row(office, told, errand, session, simulated=simulated))
        if before is not office.today:
            self._keep(office, office.settled())
        if len(self.event_rows) >= AT_ONCE:
            self._flush()

    def _refuse_contradiction(
        self, office: OfficeNow, told: Told, errand: ErrandNow | None, session: SessionNow | None
    ) -> None:
        """Refuse a row that says twice what it is about, and not the same."""
        if told.counter and session is not None and told.counter != session.counter:
            raise self.events.refused(f"its session is at counter {session.counter}")
        if errand is None:
            if told.visit and told.visit not in office.visits:
                raise self.events.refused("there is no such visit that day")
        elif told.ticket and told.ticket != errand.visit.ticket:
            raise self.events.refused(f"the ticket of its errand is {errand.visit.ticket}")
        elif told.visit and told.visit != errand.visit.id:
            raise self.events.refused("its errand belongs to another visit")

    def _keep(self, office: OfficeNow, visits: list[VisitNow]) -> None:
        simulated = self.events.simulated
        for visit in visits:
            self.visit_rows.append(rows.visit_row(office.office, visit, simulated=simulated))
            for errand in visit.errands:
                self.still_open += errand.is_open
                self.errand_rows.append(rows.errand_row(office.office, errand, office.sessions))
        self.visits += len(visits)
        self.errands += sum(len(visit.errands) for visit in visits)

    def _end(self, office: OfficeNow) -> None:
        self._keep(office, list(office.visits.values()))
        OfficeSequence.objects.filter(office_id=office.office).update(last=office.seq)
        numbers = [
            (office.office, day.day.isoformat(), series, last)
            for day in office.days
            for series, last in day.last_number.items()
        ]
        insert_rows("reception_ticketcounter", rows.NUMBER, numbers)
        ended = [_day_row(office.office, day) for day in office.days if day.ended_at is not None]
        insert_rows("reception_officeday", rows.DAY, ended)

    def _flush(self) -> None:
        insert_rows("reception_event", rows.EVENT, self.event_rows)
        insert_rows("reception_visit", rows.VISIT, self.visit_rows)
        insert_rows("reception_errand", rows.ERRAND, self.errand_rows)
        over = [pair for pair in self.sessions if pair[1].closed_at is not None]
        self._write_sessions(over)
        # One that is still open is written at the end, as it then stands.
        self.sessions = [pair for pair in self.sessions if pair[1].closed_at is None]
        for written in (self.event_rows, self.visit_rows, self.errand_rows):
            written.clear()

    def _write_sessions(self, sessions: list[tuple[int, SessionNow]]) -> None:
        made = [
            rows.session_row(office, session, self._counter(office, session.counter))
            for office, session in sessions
        ]
        insert_rows("reception_countersession", rows.SESSION, made)

    def _counter(self, office: int, name: str) -> int:
        if (office, name) not in self.counters:
            found, _new = Counter.objects.get_or_create(office_id=office, name=name)
            self.counters[office, name] = found.pk
        return self.counters[office, name]


def _day_row(office: int, day: DayNow) -> rows.Row:
    report = {"visits": day.visits, "errands": day.errands, "people": day.people}
    return (office, day.day.isoformat(), 0, day.ended_at, json.dumps(report))
