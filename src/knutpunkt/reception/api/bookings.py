"""Bookings made, confirmed, moved, cancelled and checked in at the office, by their code."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.reception.api.asked import Wish
from knutpunkt.reception.api.schemas import (
    BookingIn,
    CodeIn,
    ConfirmIn,
    MoveIn,
    SlotsQuery,
)
from knutpunkt.reception.api.ways import CREATED, Way
from knutpunkt.reception.booking_codes import spoken
from knutpunkt.reception.booking_errors import BookingUnknown
from knutpunkt.reception.errors import ServiceNotOffered
from knutpunkt.reception.models import Booking
from knutpunkt.reception.selectors.bookings import booking_of_code
from knutpunkt.reception.selectors.slots import slots_free
from knutpunkt.reception.services.bookings import (
    booking_cancel,
    booking_check_in,
    booking_confirm,
    booking_hold,
    booking_move,
)

USUAL_DAYS = timedelta(days=14)


def slots_listed(wish: Wish) -> dict[str, Any]:
    """Times with a free place."""
    asked: SlotsQuery = wish.body
    first = asked.first or clock.today()
    last = asked.last or first + USUAL_DAYS
    found = slots_free(_office(wish), _service(asked), first, last, acute=asked.acute)
    return {
        "office": wish.by.office_key,
        "slots": [
            {"starts_at": one.starts_at, "ends_at": one.ends_at, "free": one.free} for one in found
        ],
    }


def booking_begin(wish: Wish) -> dict[str, Any]:
    """Hold a place for ten minutes."""
    body: BookingIn = wish.body
    held, code = booking_hold(
        office=_office(wish),
        service=_service(body),
        starts_at=body.starts_at,
        language=body.language,
        party_size=body.party_size,
        interpreter=body.interpreter,
        acute=body.acute,
        request_key=wish.request_key,
        by=wish.by.name,
    )
    return _said(held) | {"code": spoken(code)}


def booking_confirmed(wish: Wish) -> dict[str, Any]:
    """Make a held place a booking."""
    body: ConfirmIn = wish.body
    _refuse_elsewhere(wish)
    return _said(booking_confirm(code=body.code, email=body.email, phone=body.phone))


def booking_given_back(wish: Wish) -> dict[str, Any]:
    """Give the place back."""
    body: CodeIn = wish.body
    return _said(booking_cancel(code=body.code, by=wish.by))


def booking_moved(wish: Wish) -> dict[str, Any]:
    """Change the time; the booking gets a new code."""
    body: MoveIn = wish.body
    moved, code = booking_move(starts_at=body.starts_at, code=body.code, by=wish.by)
    return _said(moved) | {"code": spoken(code)}


def booking_checked_in(wish: Wish) -> dict[str, Any]:
    """Give a number to whoever comes for a booked time."""
    body: CodeIn = wish.body
    return booking_check_in(by=wish.by, code=body.code, **wish.once).as_dict()


def _said(booking: Booking) -> dict[str, Any]:
    return {
        "booking": str(booking.pk),
        "status": booking.status,
        "version": booking.version,
        "service": f"{booking.service.authority_id}/{booking.service.slug}",
        "starts_at": booking.slot.starts_at,
        "ends_at": booking.slot.ends_at,
        "held_until": booking.hold_expires_at,
        "party_size": booking.party_size,
    }


def _refuse_elsewhere(wish: Wish) -> None:
    """A booking of another office is answered like one that does not exist."""
    found = booking_of_code(wish.body.code)
    if found is None or found.office_id != wish.by.office:
        raise BookingUnknown


def _office(wish: Wish) -> Office:
    return Office.objects.get(pk=wish.by.office)


def _service(asked: BookingIn | SlotsQuery) -> Service:
    authority, slash, slug = asked.service.rpartition("/")
    named = authority if slash else asked.authority or ""
    found = Service.objects.filter(slug=slug)
    chosen = (found.filter(authority=named) if named else found).order_by("pk").first()
    if chosen is None:
        raise ServiceNotOffered(service=f"{named}/{slug}".strip("/"))
    return chosen


def _booking(name: str, does: Callable[[Wish], dict[str, Any]], summary: str, **more: Any) -> Way:
    usual: dict[str, Any] = {"needs": "booking", "takes": CodeIn, "answers": "BookingSaid"}
    path = "{office}/bookings" + (f"/{name}" if name else "")
    return Way("POST", path, does, summary, refusals=(409,), **(usual | more))


WAYS = (
    Way(
        "GET", "{office}/bookings/slots", slots_listed, "Times with a free place.",
        needs="booking", asks=SlotsQuery, answers="Slots",
    ),
    _booking("", booking_begin, "Hold a place for ten minutes.", takes=BookingIn, status=CREATED),
    _booking("confirm", booking_confirmed, "Make a held place a booking.", takes=ConfirmIn),
    _booking("cancel", booking_given_back, "Give a place back."),
    _booking("move", booking_moved, "Change the time of a booking.", takes=MoveIn),
    _booking(
        "check-in", booking_checked_in, "Give a number to whoever comes for a booked time.",
        needs="check-in", status=CREATED, answers="Ticket",
    ),
)  # fmt: skip
