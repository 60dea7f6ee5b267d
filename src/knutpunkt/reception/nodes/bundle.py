"""What a node needs to run an office alone: the register, and the office as it stands.

It holds the accounts of those who work at the office, with the hashes of their passwords, so that
they can sign in without a line; no contact data of anybody who has booked.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import chain
from typing import Any

from django.apps import apps
from django.core import serializers
from django.db import models, transaction

from knutpunkt.accounts.models import Appointment, Device, User
from knutpunkt.core import clock
from knutpunkt.network.models import Office
from knutpunkt.reception import transitions
from knutpunkt.reception.models import (
    PER_OFFICE,
    AccessToken,
    Booking,
    BookingPool,
    Closure,
    Counter,
    CounterSession,
    EquipmentFault,
    Errand,
    Event,
    Node,
    OfficeDay,
    OfficeSequence,
    QueueRule,
    Room,
    SlotCapacity,
    TicketCounter,
    Visit,
)

DAYS_OF_BOOKINGS = 14


def bundle_of(office: Office) -> str:
    """Everything as one text (JSON), written within one transaction."""
    with transaction.atomic():
        return str(serializers.serialize("json", _rows(office)))


def bundle_load(text: str) -> None:
    """Fill the empty database of a node."""
    with transaction.atomic():
        for row in serializers.deserialize("json", text):
            row.save()


def _rows(office: Office) -> Iterator[models.Model]:
    register: list[Any] = list(apps.get_app_config("network").get_models())
    return chain(
        chain.from_iterable(model._default_manager.order_by("pk") for model in register),
        _people(office),
        _house(office),
        _today(office),
        bookings_ahead(office),
    )


def _people(office: Office) -> Iterator[models.Model]:
    held = Appointment.objects.filter(office=office)
    people = User.objects.filter(pk__in=held.values("user"), is_active=True)
    return chain(
        people.order_by("pk"),
        held.filter(user__is_active=True).order_by("pk"),
        Device.objects.filter(office=office).order_by("pk"),
    )


def _house(office: Office) -> Iterator[models.Model]:
    own: dict[str, Any] = {"office": office}
    return chain(
        QueueRule.objects.order_by("pk"),
        Room.objects.filter(**own),
        Counter.objects.filter(**own).order_by("pk"),
        AccessToken.objects.filter(**own).exclude(role="node").order_by("pk"),
        Node.objects.filter(**own, detached_at=None),
        OfficeSequence.objects.filter(**own),
        Closure.objects.filter(**own, ends_at=None),
        EquipmentFault.objects.filter(**own, mended_at=None),
    )


def _today(office: Office) -> Iterator[models.Model]:
    today = clock.today()
    first, last = office.pk * PER_OFFICE, (office.pk + 1) * PER_OFFICE
    day: dict[str, Any] = {"office": office, "local_day": today}
    visits = Visit.objects.filter(**day).order_by("pk")
    sessions = CounterSession.objects.filter(office=office).filter(
        models.Q(closed_at=None) | models.Q(errands__local_day=today)
    )
    events = Event.objects.filter(pk__gte=first, pk__lt=last, local_day=today)
    return chain(
        (_without_stranger(one, office) for one in sessions.distinct().order_by("pk")),
        visits,
        Errand.objects.filter(**day).order_by("pk"),
        Errand.objects.filter(office=office, local_day__lt=today, state__in=transitions.OPEN),
        Visit.objects.filter(
            errands__office=office,
            errands__local_day__lt=today,
            errands__state__in=transitions.OPEN,
        ).distinct(),
        TicketCounter.objects.filter(**day),
        OfficeDay.objects.filter(**day),
        events.order_by("pk"),
    )


def bookings_ahead(office: Office) -> Iterator[models.Model]:
    """Bookings a node may meet, with their slots; whom they belong to stays at the centre."""
    now = clock.now()
    until = now + timedelta(days=DAYS_OF_BOOKINGS)
    slots = SlotCapacity.objects.filter(
        pool__office=office, ends_at__gte=now - timedelta(days=1), starts_at__lt=until
    )
    return chain(
        BookingPool.objects.filter(office=office).order_by("pk"),
        slots.order_by("pk"),
        Booking.objects.filter(slot__in=slots).order_by("pk"),
    )


def _without_stranger(session: CounterSession, office: Office) -> CounterSession:
    """Leave out the account of somebody who is not appointed at the office."""
    works_here = Appointment.objects.filter(office=office, user=session.holder_id)
    if session.holder_id is not None and not works_here.exists():
        session.holder = None
    return session
