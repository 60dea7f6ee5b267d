"""Messages about bookings: written with the change they tell of, sent afterwards.

A message is a row in the same transaction as the booking's change, so none is lost and none tells
of something that did not happen. Each kind is written at most once for a booking. Sending and
noting that it was sent are two steps: a crash between them sends an e-mail a second time after
the lease has run out. A message into a folder has its name from the row, so that there the second
one replaces the first. Whom it goes to is looked up when it is sent; no address is ever logged.
"""

from __future__ import annotations

import logging
from collections import Counter
from datetime import datetime, time, timedelta

from django.db.models import F

from knutpunkt.core import clock
from knutpunkt.core.clock import NETWORK_ZONE
from knutpunkt.reception.models import Booking, BookingContact, OutboxMessage
from knutpunkt.reception.services.outbox_texts import text_of
from knutpunkt.reception.services.outbox_ways import Way, way_chosen

log = logging.getLogger(__name__)

Kind, State = OutboxMessage.Kind, OutboxMessage.State

#: A message somebody began to send is not tried again before this.
LEASE = timedelta(minutes=10)
MOST_ATTEMPTS = 5
REMINDED_AT = time(10, 0)
AT_ONCE = 200

_NO_ADDRESS = "no e-mail address; only a telephone number, or none any more"
_STILL_TRUE = {
    Kind.CONFIRMED: (Booking.Status.CONFIRMED,),
    Kind.REMINDER: (Booking.Status.CONFIRMED,),
    Kind.MOVED: (Booking.Status.CONFIRMED,),
    Kind.CANCELLED: (Booking.Status.CANCELLED,),
}


# --- written with the change ----------------------------------------------------------------------


def confirmed(booking: Booking) -> None:
    """Tell that a booking was made, and remind of it the day before."""
    if _reachable(booking):
        _due(booking, Kind.CONFIRMED, clock.now())
        _reminder(booking)


def cancelled(booking: Booking) -> None:
    """Tell that a booking is cancelled; what else was to be said about it is not said."""
    _drop(booking)
    if _reachable(booking):
        _due(booking, Kind.CANCELLED, clock.now())


def moved(old: Booking, new: Booking) -> None:
    """Tell that a booking has a new time, and remind of that one."""
    _drop(old)
    if _reachable(new):
        _due(new, Kind.MOVED, clock.now())
        _reminder(new)


def _reminder(booking: Booking) -> None:
    due_at = datetime.combine(
        booking.slot.begins.date() - timedelta(days=1), REMINDED_AT, NETWORK_ZONE
    )
    if due_at > clock.now():
        _due(booking, Kind.REMINDER, due_at)


def _reachable(booking: Booking) -> bool:
    return BookingContact.objects.filter(booking=booking).exists()


def _due(booking: Booking, kind: str, at: datetime) -> None:
    message = OutboxMessage(booking=booking, kind=kind, due_at=at)
    OutboxMessage.objects.bulk_create([message], ignore_conflicts=True)


def _drop(booking: Booking) -> None:
    OutboxMessage.objects.filter(booking=booking, state=State.DUE).update(state=State.DROPPED)


# --- sent afterwards ------------------------------------------------------------------------------


def outbox_send(*, way: Way | None = None, most: int = AT_ONCE) -> dict[str, int]:
    """Send what is due. Two processes may do so at once: each message is taken by one.

    Returns
    -------
    dict
        How many were sent, dropped, have failed for good, or wait to be tried again.
    """
    due = OutboxMessage.objects.filter(state=State.DUE, due_at__lte=clock.now())
    done: Counter[str] = Counter()
    for message in list(due.select_related("booking")[:most]):
        if _leased(message):
            way = way or way_chosen()
            done[_sent(message, way)] += 1
    return dict(done)


def _leased(message: OutboxMessage) -> bool:
    """Take a message for ourselves for a while; of several who try, one does."""
    untouched = OutboxMessage.objects.filter(
        pk=message.pk, state=State.DUE, attempts=message.attempts
    )
    pause = LEASE * 2**message.attempts
    return bool(untouched.update(attempts=F("attempts") + 1, due_at=clock.now() + pause))


def _sent(message: OutboxMessage, way: Way) -> str:
    """Send one message and note what became of it."""
    if message.booking.status not in _STILL_TRUE[Kind(message.kind)]:
        return _noted(message, State.DROPPED)
    contact = BookingContact.objects.filter(booking=message.booking_id).first()
    if contact is None or not contact.email:
        return _noted(message, State.FAILED, problem=_NO_ADDRESS)
    try:
        way(message.pk, contact.email, *text_of(message))
    except Exception as fault:  # noqa: BLE001  # whatever a mail server does, the others are sent
        # The text of the fault may repeat the address, so only its kind is kept.
        log.warning("Message %s could not be sent: %s.", message.pk, type(fault).__name__)
        last = message.attempts + 1 >= MOST_ATTEMPTS
        return _noted(message, State.FAILED if last else State.DUE, problem=type(fault).__name__)
    return _noted(message, State.SENT)


def _noted(message: OutboxMessage, state: str, *, problem: str = "") -> str:
    sent_at = clock.now() if state == State.SENT else None
    OutboxMessage.objects.filter(pk=message.pk).update(
        state=state, sent_at=sent_at, problem=problem
    )
    return str(state)
