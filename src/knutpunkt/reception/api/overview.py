"""The office as it is: its queue as far as the role may see it, people, menu, and the day's end."""

from __future__ import annotations

from typing import Any

from knutpunkt.core import clock
from knutpunkt.engines.queueing.order import Waiting
from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.calls import last_seq
from knutpunkt.reception.api.schemas import DayEndIn, PeopleIn, WhyQuery
from knutpunkt.reception.api.ways import Way
from knutpunkt.reception.errors import ErrandUnknown, NotAllowed
from knutpunkt.reception.models import CounterSession, Errand, Event
from knutpunkt.reception.selectors.menu import menu_of
from knutpunkt.reception.selectors.queue import (
    Snapshot,
    last_calls,
    sees,
    snapshot,
    waiting_in_order,
    why,
)
from knutpunkt.reception.services.house import day_end, people_count


def office_now(wish: Wish) -> dict[str, Any]:
    """Tell what everybody in the room may see, and the queue to those who work there."""
    now = snapshot(wish.by.office)
    said = _public(now, last_calls(wish.by.office))
    return said | _for_staff(now, wish) if wish.by.may("look") else said


def waiting_now(wish: Wish) -> dict[str, Any]:
    """Tell who waits, in the order in which they would be called."""
    found = waiting_in_order(wish.by.office, by=wish.by)
    return {
        "office": wish.by.office_key,
        "office_seq": last_seq(wish.by.office),
        "waiting": [_errand(one) for one in found],
    }


def errand_now(wish: Wish) -> dict[str, Any]:
    """Tell how an errand stands."""
    found = _seen(wish, int(wish.words["errand"]))
    return _errand(found) | {"office_seq": last_seq(wish.by.office)}


def errand_why(wish: Wish) -> dict[str, Any]:
    """Tell why one stands before another, with the figures the rule reckons with."""
    one, other = int(wish.words["errand"]), int(wish.body.before)
    for key in (one, other):
        _seen(wish, key)
    found = why(wish.by.office, one, other)
    return {
        "errand": one,
        "before": other,
        "is_before": found.before.key == one,
        "because": found.because,
        "first": _ranked(found.before, found.minutes[0], found.weights[0], found.ranks[0]),
        "second": _ranked(found.after, found.minutes[1], found.weights[1], found.ranks[1]),
        "overtakes_in": found.overtakes_in,
        "rule": f"{found.rule.key}/{found.rule.version}",
        "strict": found.rule.strict,
    }


def menu(wish: Wish) -> dict[str, Any]:
    """Tell what a visitor can choose today."""
    if not (wish.by.may("issue") or wish.by.may("look")):
        raise NotAllowed(role=wish.by.role, action="menu")
    names = (
        "authority", "authority_sv", "authority_en", "service", "service_sv", "service_en", "level",
        "needs_equipment",
    )  # fmt: skip
    day = clock.today()
    offered = [
        one for one in menu_of(wish.by.office_key, day=day) if _concerns(wish, one.authority)
    ]
    return {
        "office": wish.by.office_key,
        "day": day,
        "services": [{name: getattr(one, name) for name in names} for one in offered],
    }


def people_change(wish: Wish) -> dict[str, Any]:
    """Count people without a ticket in or out."""
    body: PeopleIn = wish.body
    inside = people_count(by=wish.by, change=body.change, request_key=wish.request_key)
    return {"without_ticket": inside, "office_seq": last_seq(wish.by.office)}


def day_close(wish: Wish) -> dict[str, Any]:
    """End the day at the office; a day that has ended answers its report again."""
    report = day_end(office=wish.by.office, by=wish.by.name)
    return {"report": report, "office_seq": last_seq(wish.by.office)}


def _public(now: Snapshot, calls: list[Event]) -> dict[str, Any]:
    return {
        "office": now.office,
        "office_seq": now.office_seq,
        "waiting": len(now.in_state("waiting")),
        "calls": [
            {"number": one.ticket, "counter": one.counter, "kind": one.kind, "at": one.at}
            for one in calls
        ],
        "room_for": now.room_for,
        "closed": now.closed,
        "ended": now.ended,
        "simulated": now.simulated,
    }


def _for_staff(now: Snapshot, wish: Wish) -> dict[str, Any]:
    return {
        "errands": [_errand(one) for one in now.errands if sees(wish.by, one.authority)],
        "sessions": [_session(one) for one in now.sessions],
        "inside": now.inside,
        "elsewhere": now.elsewhere,
        "invited": now.invited,
        "without_ticket": now.without_ticket,
        "people_limit": now.people_limit,
    }


def _errand(errand: Errand) -> dict[str, Any]:
    visit = errand.visit
    return {
        "number": visit.ticket,
        "state": errand.state,
        "version": errand.version,
        "errand": errand.pk,
        "visit": visit.pk,
        "counter": errand.session.counter.name if errand.session else "",
        "authority": errand.authority,
        "service": errand.service.slug if errand.service else "",
        "level": errand.level,
        "prio_class": errand.prio_class,
        "language": visit.language,
        "interpreter": visit.interpreter,
        "access_needs": visit.access_needs,
        "people": visit.party_size,
        "place": visit.place,
        "accrues_from": errand.accrues_from,
        "due_at": errand.due_at,
        "state_since": errand.state_since,
        "calls": errand.calls,
        "outcome": errand.outcome,
        "practice": errand.practice,
    }


def _session(session: CounterSession) -> dict[str, Any]:
    return {"counter": session.counter.name, "mode": session.mode, "staff": session.staff}


def _seen(wish: Wish, errand: int) -> Errand:
    wanted = Errand.objects.filter(pk=errand, office=wish.by.office)
    found = wanted.select_related("visit", "service", "session__counter").first()
    if found is None or not sees(wish.by, found.authority):
        raise ErrandUnknown(errand=errand)
    return found


def _concerns(wish: Wish, authority: str) -> bool:
    return not wish.by.authority or authority == wish.by.authority


def _ranked(one: Waiting, minutes: float, weight: float, rank: float) -> dict[str, Any]:
    return {
        "errand": one.key,
        "number": one.ticket,
        "prio_class": one.prio_class,
        "minutes": round(minutes, 2),
        "weight": weight,
        "rank": round(rank, 2),
    }


WAYS = (
    Way("GET", "{office}", office_now, "The office now, as far as the role sees it.",
        answers="OfficeNow"),
    Way("GET", "{office}/waiting", waiting_now, "Who waits, in order.",
        needs="look", answers="WaitingNow"),
    Way("GET", "errands/{errand}", errand_now, "An errand as it is.",
        needs="look", answers="ErrandNow"),
    Way("GET", "errands/{errand}/why", errand_why, "Why one stands before another.",
        needs="look", asks=WhyQuery, answers="Why"),
    Way("GET", "{office}/menu", menu, "What the office offers today.", answers="Menu"),
    Way("POST", "{office}/people", people_change, "Count people without a ticket.",
        needs="people", takes=PeopleIn, answers="People", refusals=(409,)),
    Way("POST", "{office}/day/end", day_close, "End the day.",
        needs="end-day", takes=DayEndIn, answers="Day", refusals=(409,)),
)  # fmt: skip
