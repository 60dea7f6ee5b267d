"""The queue of an office as it stands: for clerks, greeters, screens and phones."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.engines.queueing.order import MINUTE, Comparison, Rule, Waiting, compare, order
from knutpunkt.network.models import Office
from knutpunkt.reception import transitions
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import ErrandUnknown
from knutpunkt.reception.follow import visit_followed
from knutpunkt.reception.models import (
    Closure,
    CounterSession,
    Errand,
    Event,
    OfficeDay,
    OfficeSequence,
    QueueRule,
    Visit,
)
from knutpunkt.reception.models.visits import PER_OFFICE, Place
from knutpunkt.reception.selectors.menu import is_municipal
from knutpunkt.reception.settled import room_of

LAST_CALLS = 6


@dataclass(frozen=True, slots=True)
class Snapshot:
    """An office now. ``room_for`` is empty where the room has no limit on record."""

    office: str
    office_seq: int
    errands: tuple[Errand, ...]
    sessions: tuple[CounterSession, ...]
    inside: int
    elsewhere: int
    invited: int
    without_ticket: int
    people_limit: int | None
    closed: bool
    ended: bool
    simulated: bool

    @property
    def room_for(self) -> int | None:
        """People who can still come in; those asked in have their place already."""
        if self.people_limit is None:
            return None
        return self.people_limit - self.inside - self.invited - self.without_ticket

    def in_state(self, *states: str) -> list[Errand]:
        """Errands in one of some states, by arrival."""
        return [errand for errand in self.errands if errand.state in states]


def snapshot(office: int, *, practice: bool = False) -> Snapshot:
    """Read an office as it stands: seven queries, however many wait."""
    today = clock.today()
    row = Office.objects.get(pk=office)
    room = room_of(row)
    day = OfficeDay.objects.filter(office=row, local_day=today).first()
    people = dict.fromkeys(Place.values, 0)
    here = Visit.objects.filter(office=row, local_day=today, closed_at=None, practice=False)
    for place, size in here.values_list("place", "party_size"):
        people[place] += size
    return Snapshot(
        office=row.key,
        office_seq=sequence_of(office),
        errands=tuple(open_errands(office, practice=practice)),
        sessions=tuple(open_sessions(office)),
        inside=people[Place.INSIDE],
        elsewhere=people[Place.ELSEWHERE],
        invited=people[Place.INVITED],
        without_ticket=day.without_ticket if day else 0,
        people_limit=room.people_limit,
        closed=closed_now(office),
        ended=bool(day and day.ended_at),
        simulated=room.simulated,
    )


def sequence_of(office: int) -> int:
    """Number of the office's last event; 0 before the first."""
    found = OfficeSequence.objects.filter(office_id=office).values_list("last", flat=True)
    return found.first() or 0


def open_errands(office: int, *, practice: bool = False) -> list[Errand]:
    """Errands of today that are not over, by arrival: one query."""
    found = Errand.objects.filter(
        office_id=office,
        state__in=transitions.OPEN,
        local_day=clock.today(),
        practice=practice,
    )
    return list(found.select_related("visit", "service", "session__counter").order_by("id"))


def open_sessions(office: int) -> list[CounterSession]:
    """Counters that somebody sits at: one query."""
    found = CounterSession.objects.filter(office_id=office, closed_at=None)
    return list(found.select_related("counter", "sits_at").order_by("counter__name"))


def closed_now(office: int) -> bool:
    """Whether a sudden closing lasts."""
    now = clock.now()
    lasting = Closure.objects.filter(office_id=office, begins_at__lte=now)
    return lasting.filter(Q(ends_at=None) | Q(ends_at__gt=now)).exists()


def rule_of(row: QueueRule) -> Rule:
    """A rule on record as the engine reckons with it."""
    return Rule(row.key, row.version, row.weights, row.strict, row.booked_grace_minutes * MINUTE)


def as_waiting(errand: Errand) -> Waiting:
    """An errand as the engine orders it."""
    accrues = errand.accrues_from
    assert accrues is not None
    return Waiting(errand.pk, errand.visit.ticket, errand.prio_class, to_ms(accrues), errand.pk)


def waiting_in_order(
    office: int, *, by: Actor | None = None, practice: bool = False
) -> list[Errand]:
    """Errands that wait, as they would be called now; for an actor only those that concern it."""
    found = [e for e in open_errands(office, practice=practice) if e.state == transitions.WAITING]
    mine = {e.pk: e for e in found if by is None or sees(by, e.authority)}
    rule = rule_of(room_of(Office.objects.get(pk=office)).rule)
    ranked = order(map(as_waiting, mine.values()), rule, to_ms(clock.now()))
    return [mine[one.key] for one in ranked]


def sees(by: Actor, authority: str) -> bool:
    """Whether an actor sees what an errand is about; else only that somebody waits."""
    if by.authority:
        return authority == by.authority
    return by.role in ("greeter", "office-manager") or not is_municipal(authority)


def why(office: int, one: int, other: int) -> Comparison:
    """Why one errand that waits stands before another.

    Raises
    ------
    ErrandUnknown
        When one of them does not wait at the office.
    """
    wanted = Errand.objects.filter(
        office_id=office, pk__in=(one, other), state=transitions.WAITING
    ).select_related("visit")
    found = {errand.pk: errand for errand in wanted}
    for key in (one, other):
        if key not in found:
            raise ErrandUnknown(errand=key)
    rule = rule_of(room_of(Office.objects.get(pk=office)).rule)
    return compare(as_waiting(found[one]), as_waiting(found[other]), rule, to_ms(clock.now()))


def last_calls(office: int, *, most: int = LAST_CALLS) -> list[Event]:
    """The last calls of today at an office, the newest first; practice is left out."""
    first, last = office * PER_OFFICE, (office + 1) * PER_OFFICE
    calls = Event.objects.filter(
        pk__gte=first, pk__lt=last, local_day=clock.today(), practice=False
    )
    return list(calls.filter(kind__in=("called", "recalled")).order_by("-pk")[:most])


@dataclass(frozen=True, slots=True)
class Followed:
    """A visit as its visitor's phone shows it; ``ahead`` counts errands called before it."""

    visit: Visit
    errands: tuple[Errand, ...]
    ahead: int | None
    office: str
    told: tuple[float, float, float] | None

    @property
    def over(self) -> bool:
        """Whether nothing is left to wait for."""
        return self.visit.closed_at is not None


def follow(token: str) -> Followed | None:
    """Read the visit of a link; nothing for a link that is none, or of an earlier day."""
    key = visit_followed(token)
    if key is None:
        return None
    found = Visit.objects.select_related("office").filter(pk=key, local_day=clock.today()).first()
    if found is None:
        return None
    errands = tuple(found.errands.select_related("session__counter").order_by("pk"))
    waiting = waiting_in_order(found.office_id, practice=found.practice)
    mine = {errand.pk for errand in errands}
    ahead = next((n for n, errand in enumerate(waiting) if errand.pk in mine), None)
    return Followed(found, errands, ahead, found.office.key, _told_at_issue(key))


def _told_at_issue(visit: int) -> tuple[float, float, float] | None:
    data: Any = Event.objects.filter(pk=visit).values_list("data", flat=True).first()
    wait = (data or {}).get("wait")
    return tuple(wait) if wait else None
