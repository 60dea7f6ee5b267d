"""Bookings beside drop-in: held, confirmed, cancelled, moved, and checked in.

Nobody gives a name. Whoever knows the code of a booking may act on it; contact is optional and
lies in one table with its end. Every change of a confirmed booking tells the office in the same
transaction.
"""

from __future__ import annotations

import hashlib
import uuid
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.booking_codes import code_of
from knutpunkt.reception.booking_errors import (
    BookedForAnotherDay,
    BookingIsOver,
    BookingUnknown,
    HoldExpired,
)
from knutpunkt.reception.errors import ValueNotAllowed
from knutpunkt.reception.models import Booking
from knutpunkt.reception.selectors.bookings import booking_of_code
from knutpunkt.reception.services import outbox
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.booking_changes import cancelled, hold_dropped, moved, placed
from knutpunkt.reception.services.booking_contact import (
    contact_keep,
)
from knutpunkt.reception.services.booking_places import place_take, slots_at
from knutpunkt.reception.services.booking_told import facts_of, office_told
from knutpunkt.reception.services.visits import LANGUAGE, LARGEST_PARTY, visit_open

Status = Booking.Status


def booking_hold(
    *,
    office: Office,
    service: Service,
    starts_at: datetime,
    language: str = "sv",
    party_size: int = 1,
    interpreter: str = "",
    acute: bool = False,
    request_key: str = "",
    by: str = "",
) -> tuple[Booking, str]:
    """Hold a place for ten minutes.

    Parameters
    ----------
    request_key
        The same request sent again, by the same ``by``, gets the same booking.

    Returns
    -------
    tuple of Booking and str
        The booking, and its code.

    Raises
    ------
    SlotNotFree
        When the time is taken or cannot be booked.
    ValueNotAllowed
        When the language or the number of people is none.
    """
    _refuse_nonsense(language, interpreter, party_size)
    key = _scoped(by, office, request_key)
    if again := _held_before(key):
        return again
    slots = slots_at(office, service, starts_at, acute=acute)
    booking = Booking(
        id=uuid.uuid4(), office=office, service=service, acute=acute, language=language,
        interpreter=interpreter, party_size=party_size, request_key=key, status=Status.HELD,
    )  # fmt: skip
    try:
        with transaction.atomic():
            placed(booking, place_take(slots, acute=acute))
    except IntegrityError:
        if again := _held_before(key):
            return again  # the same request came twice at once, and the other one was first
        raise
    return booking, code_of(booking.pk)


def booking_confirm(*, code: str, email: str = "", phone: str = "") -> Booking:
    """Make a held place a booking. Twice is as once.

    Raises
    ------
    BookingUnknown, HoldExpired, BookingIsOver
        When there is nothing to confirm.
    ContactUnusable
        When the address or the number cannot be one.
    """
    booking = _known(code)
    if booking.status == Status.CONFIRMED:
        return booking
    now = clock.now()
    with office_told(booking.office_id) as told:
        changed = Booking.objects.filter(
            pk=booking.pk, status=Status.HELD, hold_expires_at__gt=now
        ).update(status=Status.CONFIRMED, version=F("version") + 1)
        booking.refresh_from_db()
        if changed:
            contact_keep(booking, email=email, phone=phone)
            outbox.confirmed(booking)
            told.event("booking-made", **facts_of(booking))
            return booking
    if booking.status in (Status.HELD, Status.EXPIRED):
        raise HoldExpired
    if booking.status != Status.CONFIRMED:
        raise BookingIsOver(status=booking.get_status_display())
    return booking


def booking_cancel(
    *, code: str = "", booking: Booking | None = None, by: Actor | None = None
) -> Booking:
    """Give a place back: by its code, or by staff of the office. Twice is as once.

    Raises
    ------
    BookingUnknown, BookingIsOver, NotAllowed
        When there is nothing to cancel, or whoever asks may not.
    """
    found = _meant(code, booking, by)
    if found.status == Status.CANCELLED or hold_dropped(found):
        return found
    with office_told(found.office_id) as told:
        if cancelled(told, found, why="staff" if by else "visitor"):
            return found
    found.refresh_from_db()
    if found.status != Status.CANCELLED:
        raise BookingIsOver(status=found.get_status_display())
    return found


def booking_move(
    *,
    starts_at: datetime,
    code: str = "",
    booking: Booking | None = None,
    by: Actor | None = None,
) -> tuple[Booking, str]:
    """Change the time of a confirmed booking, which gets a new code; the old one leads there.

    A booking that is at that time already stays as it is, so sending this twice moves once.

    Raises
    ------
    SlotNotFree
        When the new time cannot be had; the booking then stands as it was.
    BookingUnknown, BookingIsOver, NotAllowed
        When there is nothing to move, or whoever asks may not.
    """
    found = _meant(code, booking, by)
    if found.status != Status.CONFIRMED:
        raise BookingIsOver(status=found.get_status_display())
    if found.slot.begins == starts_at:
        return found, code_of(found.pk)  # the same request sent again
    slots = slots_at(found.office, found.service, starts_at, acute=found.acute)
    with office_told(found.office_id) as told:
        new = moved(told, found, slots, why="staff" if by else "visitor")
        if new is not None:
            return new, code_of(new.pk)
    found.refresh_from_db()
    raise BookingIsOver(status=found.get_status_display())


def booking_check_in(
    *,
    by: Actor,
    code: str,
    request_key: str = "",  # noqa: ARG001  # every action takes one; here the booking is the key
    at_device: datetime | None = None,
) -> Answer:
    """Give a number to somebody who comes for a booked time. Twice gives the same ticket.

    Parameters
    ----------
    request_key
        Not needed: the booking itself is the key of the request.

    Raises
    ------
    BookingUnknown
        When no booking at the actor's office has the code.
    BookedForAnotherDay, HoldExpired, BookingIsOver
        When it cannot be used now.
    OfficeClosedNow, ServiceNotOffered, OwnedByNode
        As for any visit.
    """
    by.need("check-in")
    booking = _known(code)
    if booking.office_id != by.office:
        raise BookingUnknown
    _refuse_check_in(booking)
    with transaction.atomic():
        answer = visit_open(
            by=by,
            authority=booking.service.authority_id,
            service=booking.service.slug,
            language=booking.language,
            interpreter=booking.interpreter,
            party_size=booking.party_size,
            prio_class="booked",
            arrival="booked",
            booking=booking.pk.hex,
            due_at=booking.slot.begins,
            request_key=f"booking-{booking.pk.hex}",
            at_device=at_device,
        )
        Booking.objects.filter(pk=booking.pk, status=Status.CONFIRMED).update(
            status=Status.CHECKED_IN, visit=answer.visit, version=F("version") + 1
        )
    return answer


# --- what is refused ------------------------------------------------------------------------------


def _known(code: str) -> Booking:
    found = booking_of_code(code)
    if found is None:
        raise BookingUnknown
    return found


def _meant(code: str, booking: Booking | None, by: Actor | None) -> Booking:
    if by is None:
        return _known(code)
    by.need("booking")
    found = booking if booking is not None else _known(code)
    if found.office_id != by.office:
        raise BookingUnknown
    return found


def _refuse_check_in(booking: Booking) -> None:
    if booking.status == Status.CHECKED_IN:
        return  # the same ticket again
    if booking.status in (Status.HELD, Status.EXPIRED):
        raise HoldExpired
    if booking.status != Status.CONFIRMED:
        raise BookingIsOver(status=booking.get_status_display())
    day = booking.slot.begins.date()
    if day != clock.today():
        raise BookedForAnotherDay(day=day)


def _refuse_nonsense(language: str, interpreter: str, party_size: int) -> None:
    for name, said in (("language", language), ("interpreter", interpreter)):
        if (said or name == "language") and not LANGUAGE.fullmatch(said):
            raise ValueNotAllowed(field=name, value=said, allowed=_("a code such as sv"))
    if not 1 <= party_size <= LARGEST_PARTY:
        allowed = f"1 to {LARGEST_PARTY}"
        raise ValueNotAllowed(field="party_size", value=party_size, allowed=allowed)


def _scoped(by: str, office: Office, request_key: str) -> str | None:
    """The key of a request as it is kept: nobody else's request can have the same."""
    if not request_key:
        return None
    return hashlib.sha256(f"{by}\0{office.pk}\0{request_key}".encode()).hexdigest()


def _held_before(key: str | None) -> tuple[Booking, str] | None:
    found = Booking.objects.select_related("slot").filter(request_key=key).first() if key else None
    return (found, code_of(found.pk)) if found else None
