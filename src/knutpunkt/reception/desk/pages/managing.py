"""What an office manager reads: what has happened, what does not work, what would follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.network.models import Equipment, Office, OfficeEquipment
from knutpunkt.reception import transitions
from knutpunkt.reception.desk.access import Post
from knutpunkt.reception.desk.names import in_page_language
from knutpunkt.reception.models import (
    AccessToken,
    Closure,
    Counter,
    CounterSession,
    EquipmentFault,
    Errand,
    Incident,
    OfficeDay,
    PriorityClass,
    QueueRule,
    Room,
)
from knutpunkt.reception.selectors.bookings import bookings_affected, bookings_during
from knutpunkt.reception.selectors.closures import closure_now
from knutpunkt.reception.selectors.queue import snapshot
from knutpunkt.reception.settled import room_of
from knutpunkt.reception.transitions import AT_THE_COUNTER

INCIDENTS_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Fault:
    """Broken equipment, what is not offered meanwhile, and how many bookings need it."""

    equipment: str
    name: str
    since: datetime | None
    services: tuple[str, ...]
    bookings: int


@dataclass(frozen=True, slots=True)
class Inbox:
    """What waits for the manager, and what stands."""

    unseen: tuple[Incident, ...]
    seen: tuple[Incident, ...]
    faults: tuple[Fault, ...]
    closure: Closure | None


@dataclass(frozen=True, slots=True)
class Version:
    """A version of a rule and what it changed."""

    rule: QueueRule
    changes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OpenCounter:
    """A counter somebody has open, and the number that is called to it or served there."""

    name: str
    staff: str
    since: datetime | None
    ticket: str


@dataclass(frozen=True, slots=True)
class Consequences:
    """Whom a closing reaches: shown before anybody confirms it."""

    waiting: int
    at_counters: int
    inside: int
    outside: int
    bookings_today: int
    bookings_until: int


def inbox_of(post: Post) -> Inbox:
    """Read incidents, faults and the closing of an office."""
    rows = Incident.objects.filter(office=post.office)
    seen = rows.filter(acknowledged_at__isnull=False)[:INCIDENTS_SHOWN]
    return Inbox(
        unseen=tuple(rows.filter(acknowledged_at=None)),
        seen=tuple(seen),
        faults=faults_of(post.office),
        closure=closure_now(post.office.pk),
    )


def open_counters_of(office: Office) -> tuple[OpenCounter, ...]:
    """Counters that are open, by name. Two queries."""
    at_counters = Errand.objects.filter(session__office=office, state__in=AT_THE_COUNTER)
    there = {one.session_id: one.visit.ticket for one in at_counters.select_related("visit")}
    found = CounterSession.objects.filter(office=office, closed_at=None)
    return tuple(
        OpenCounter(one.counter.name, one.staff, one.opened_at, there.get(one.pk, ""))
        for one in found.select_related("counter").order_by("counter__name")
    )


def faults_of(office: Office) -> tuple[Fault, ...]:
    """Equipment that does not work, with what that means."""
    rows = EquipmentFault.objects.filter(office=office, mended_at=None)
    found = rows.select_related("equipment").prefetch_related("equipment__services")
    return tuple(
        Fault(
            equipment=row.equipment_id,
            name=in_page_language(row.equipment.name_sv, row.equipment.name_en),
            since=row.broken_at,
            services=tuple(
                in_page_language(one.name_sv, one.name_en) for one in row.equipment.services.all()
            ),
            bookings=bookings_affected(office.pk, row.equipment_id).count(),
        )
        for row in found
    )


def equipment_at(office: Office) -> list[Equipment]:
    """Equipment the register knows at an office today: two queries."""
    today = clock.today()
    facts = OfficeEquipment.objects.known_on(None).filter(office=office)
    keys = {row.equipment_id for row in facts if row.may_hold_on(today)}
    return list(Equipment.objects.filter(pk__in=keys))


def counters_of(office: Office) -> list[Counter]:
    """Counters of an office with their equipment: two queries."""
    rows = Counter.objects.filter(office=office).prefetch_related("equipment")
    return list(rows)


def tokens_of(office: Office) -> list[AccessToken]:
    """Tokens in force at an office."""
    rows = AccessToken.objects.filter(office=office, revoked_at=None)
    return list(rows.select_related("authority"))


def versions_of(room: Room) -> list[Version]:
    """Every version of the rule an office follows, the newest first, with what each changed."""
    rows = list(QueueRule.objects.filter(key=room.rule.key).order_by("version"))
    told = [
        Version(row, changes(before, row)) for before, row in zip([None, *rows], rows, strict=False)
    ]
    return told[::-1]


def changes(before: QueueRule | None, after: QueueRule) -> tuple[str, ...]:
    """Say in words what a version changed; the first says what it sets."""
    weights = {} if before is None else before.weights
    found = [
        _change(str(PriorityClass(name).label), weights.get(name), weight)
        for name, weight in after.weights.items()
        if weights.get(name) != weight
    ]
    if after.strict and not (before and before.strict):
        found.append(_("strictly first come, first served"))
    if before and before.strict and not after.strict:
        found.append(_("by weight again"))
    grace = None if before is None else before.booked_grace_minutes
    if grace != after.booked_grace_minutes:
        found.append(_change(_("minutes before a booked time"), grace, after.booked_grace_minutes))
    return tuple(found)


def _change(name: str, before: float | None, after: float) -> str:
    return f"{name} {after:g}" if before is None else f"{name} {before:g} → {after:g}"


def room_to_manage(post: Post) -> Room:
    """The settings of the office with their rule."""
    return room_of(post.office)


def ended_today(office: Office) -> OfficeDay | None:
    """Today at an office, once it was ended."""
    days = OfficeDay.objects.filter(office=office, local_day=clock.today())
    return days.exclude(ended_at=None).first()


def consequences_of(post: Post, until: datetime | None) -> Consequences:
    """Count whom a closing from now on would reach."""
    now = clock.now()
    snap = snapshot(post.office.pk)
    midnight = datetime.combine(clock.today() + timedelta(days=1), time(), clock.NETWORK_ZONE)
    last = until or midnight + timedelta(days=1)
    return Consequences(
        waiting=len(snap.in_state(transitions.WAITING)),
        at_counters=len(snap.in_state(*transitions.HELD)),
        inside=snap.inside + snap.without_ticket,
        outside=snap.elsewhere + snap.invited,
        bookings_today=bookings_during(post.office.pk, now, midnight).count(),
        bookings_until=bookings_during(post.office.pk, now, last).count(),
    )
