"""Things that happen in an office: incidents, a silent alarm, interpreters, broken equipment."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.network.models import Equipment
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.errors import NotPossibleNow, ValueNotAllowed
from knutpunkt.reception.happening_errors import (
    EquipmentUnknown,
    IncidentUnknown,
    InterpreterOrdered,
    NoInterpreterOrdered,
)
from knutpunkt.reception.held import Held, errand_event
from knutpunkt.reception.ledger import Turn, office_turn
from knutpunkt.reception.models import EquipmentFault, Incident, InterpreterOrder
from knutpunkt.reception.selectors.menu import forget_menus
from knutpunkt.reception.services.asking import errand_asked_for
from knutpunkt.reception.services.visits import LANGUAGE
from knutpunkt.reception.transitions import CLOSED

#: What happened is handed on to the agency's own register; here the words are kept this long.
ACCOUNT_KEPT = timedelta(days=30)
LONGEST_ACCOUNT = 2000
REPORTED = tuple(kind for kind in Incident.Kind.values if kind != Incident.Kind.ALARM)


# --- incidents ------------------------------------------------------------------------------------


def incident_report(*, by: Actor, kind: str, account: str = "", counter: str = "") -> Incident:
    """Report a threat, violence, an insult or something seen.

    The event says that there was one; what happened stands in the report alone, which only staff
    reads and which is emptied after thirty days.

    Raises
    ------
    ValueNotAllowed
        When the kind is none, or the account is too long.
    """
    by.need("incident")
    if kind not in REPORTED:
        raise ValueNotAllowed(field="kind", value=kind, allowed=REPORTED)
    if len(account) > LONGEST_ACCOUNT:
        allowed = f"at most {LONGEST_ACCOUNT} characters"
        raise ValueNotAllowed(field="account", value=account, allowed=allowed)
    return _incident(by, kind, counter, event="incident", account=account.strip())


def alarm_raise(*, by: Actor, counter: str = "") -> Incident:
    """Call colleagues without a sound; the event is shown to staff alone."""
    by.need("alarm")
    return _incident(by, Incident.Kind.ALARM, counter, event="alarm")


def _incident(by: Actor, kind: str, counter: str, *, event: str, account: str = "") -> Incident:
    now = clock.now()
    with office_turn(by.office) as turn:
        incident = Incident.objects.create(
            office_id=by.office,
            kind=kind,
            happened_at=now,
            counter=counter[:8],
            reported_by=by.name,
            account=account,
            purge_after=now + ACCOUNT_KEPT if account else None,
        )
        turn.event(event, counter=counter[:8], data={"incident": incident.pk, "kind": str(kind)})
    return incident


def incident_acknowledge(*, by: Actor, incident: int) -> Incident:
    """Say that a report or an alarm was seen. The first who does is noted.

    Raises
    ------
    IncidentUnknown
        When there is none at the office.
    """
    by.need("incident")
    with office_turn(by.office) as turn:
        found = Incident.objects.filter(pk=incident, office=by.office).first()
        if found is None:
            raise IncidentUnknown(incident=incident)
        seen = Incident.objects.filter(pk=found.pk, acknowledged_at=None).update(
            acknowledged_at=clock.now(), acknowledged_by=by.name
        )
        if seen:
            turn.event("noted", counter=found.counter, data={"incident": found.pk, "seen": True})
        found.refresh_from_db()
    return found


# --- interpreters ---------------------------------------------------------------------------------


def interpreter_order(*, by: Actor, errand: int, language: str, way: str) -> InterpreterOrder:
    """Order an interpreter to an errand. The same order twice is one.

    An order that came to nothing is replaced by the next one.

    Raises
    ------
    ErrandUnknown, NotPossibleNow
        When there is no such open errand.
    InterpreterOrdered
        When another one is ordered already.
    ValueNotAllowed
        When language or way are none.
    """
    by.need("interpreter")
    if not LANGUAGE.fullmatch(language):
        raise ValueNotAllowed(field="language", value=language, allowed=_("a code such as ar"))
    if way not in InterpreterOrder.Way.values:
        ways = tuple(InterpreterOrder.Way.values)
        raise ValueNotAllowed(field="way", value=way, allowed=ways)
    with office_turn(by.office) as turn:
        held = _open_errand(turn, by, errand, "interpreter-ordered")
        before = InterpreterOrder.objects.filter(errand=errand).first()
        if before and before.state != InterpreterOrder.State.FAILED:
            if (before.language, before.way) != (language, way):
                raise InterpreterOrdered(ticket=held.ticket, language=before.language)
            return before
        order, _made = InterpreterOrder.objects.update_or_create(
            errand_id=errand,
            defaults={
                "language": language,
                "way": way,
                "state": InterpreterOrder.State.ORDERED,
                "ordered_at": clock.now(),
                "ordered_by": by.name,
            },
        )
        _told(turn, held, order)
    return order


def interpreter_state(*, by: Actor, errand: int, state: str) -> InterpreterOrder:
    """Say what became of an order: in place, or none to be had.

    Raises
    ------
    NoInterpreterOrdered, ErrandUnknown, ValueNotAllowed
        When there is nothing to say it of.
    """
    by.need("interpreter")
    if state not in InterpreterOrder.State.values:
        states = tuple(InterpreterOrder.State.values)
        raise ValueNotAllowed(field="state", value=state, allowed=states)
    with office_turn(by.office) as turn:
        held = errand_asked_for(turn, by, errand, action="interpreter-ordered", version=None)
        order = InterpreterOrder.objects.filter(errand=errand).first()
        if order is None:
            raise NoInterpreterOrdered(ticket=held.ticket)
        if order.state != state:
            order.state = state
            order.save(update_fields=["state"])
            _told(turn, held, order)
    return order


def _open_errand(turn: Turn, by: Actor, errand: int, action: str) -> Held:
    held = errand_asked_for(turn, by, errand, action=action, version=None)
    if held.state in CLOSED:
        raise NotPossibleNow(ticket=held.ticket, state=held.state, action=action)
    return held


def _told(turn: Turn, held: Held, order: InterpreterOrder) -> None:
    about: dict[str, Any] = {"language": order.language, "way": order.way, "state": order.state}
    errand_event(turn, held, "interpreter-ordered", data=about)


# --- equipment ------------------------------------------------------------------------------------


def equipment_broken(*, by: Actor, equipment: str) -> EquipmentFault:
    """Say that equipment does not work: what needs it is offered no more. Twice is as once.

    Bookings that need it stand until somebody moves or cancels them:
    ``selectors.bookings.bookings_affected`` lists them.

    Raises
    ------
    EquipmentUnknown
        When there is no such equipment.
    """
    by.need("equipment")
    if not Equipment.objects.filter(pk=equipment).exists():
        raise EquipmentUnknown(equipment=equipment)
    try:
        with office_turn(by.office) as turn:
            open_fault = _fault(by.office, equipment)
            if open_fault is not None:
                return open_fault
            fault = EquipmentFault.objects.create(
                office_id=by.office,
                equipment_id=equipment,
                broken_at=clock.now(),
                reported_by=by.name,
            )
            _tell_equipment(turn, "equipment-broken", equipment)
    except IntegrityError:  # written around the turn, and the constraint stood
        return EquipmentFault.objects.get(office=by.office, equipment=equipment, mended_at=None)
    return fault


def equipment_mended(*, by: Actor, equipment: str) -> EquipmentFault | None:
    """Say that equipment works again; nothing when it did all the time.

    Raises
    ------
    EquipmentUnknown
        When there is no such equipment.
    """
    by.need("equipment")
    if not Equipment.objects.filter(pk=equipment).exists():
        raise EquipmentUnknown(equipment=equipment)
    with office_turn(by.office) as turn:
        fault = _fault(by.office, equipment)
        if fault is not None:
            fault.mended_at = clock.now()
            fault.save(update_fields=["mended_at"])
            _tell_equipment(turn, "equipment-mended", equipment)
    return fault


def _fault(office: int, equipment: str) -> EquipmentFault | None:
    return EquipmentFault.objects.filter(office=office, equipment=equipment, mended_at=None).first()


def _tell_equipment(turn: Turn, kind: str, equipment: str) -> None:
    turn.event(kind, data={"equipment": equipment})
    transaction.on_commit(forget_menus)
