"""How to reach whoever booked: given freely, kept in one table, gone on a day said beforehand."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from knutpunkt.core import clock
from knutpunkt.reception.booking_errors import ContactUnusable
from knutpunkt.reception.models import Booking, BookingContact

#: After the booked time somebody may still ask what became of it.
KEPT_AFTER = timedelta(days=7)
#: After a cancelling only its message is to be sent.
KEPT_AFTER_CANCELLING = timedelta(days=1)
LONGEST_EMAIL = 254
PHONE = re.compile(r"\+?[0-9][0-9 ()/-]{4,28}")


def contact_keep(booking: Booking, *, email: str, phone: str) -> None:
    """Keep what was given; nothing is kept when nothing was.

    Raises
    ------
    ContactUnusable
        Naming the field.
    """
    email, phone = email.strip(), phone.strip()
    if email:
        _refuse_email(email)
    if phone and not PHONE.fullmatch(phone):
        raise ContactUnusable(field="phone")
    if email or phone:
        BookingContact.objects.create(
            booking=booking, email=email, phone=phone, purge_after=booking.slot.ends + KEPT_AFTER
        )


def contact_pass_on(booking: Booking, new: Booking) -> None:
    """Let the contact follow a booking that was moved."""
    BookingContact.objects.filter(booking=booking).update(
        booking=new, purge_after=new.slot.ends + KEPT_AFTER
    )


def contact_soon_gone(booking: Booking) -> None:
    """Keep the contact of a cancelled booking only as long as its message needs."""
    soon = clock.now() + KEPT_AFTER_CANCELLING
    BookingContact.objects.filter(booking=booking, purge_after__gt=soon).update(purge_after=soon)


def _refuse_email(email: str) -> None:
    try:
        validate_email(email)
    except ValidationError:
        raise ContactUnusable(field="email") from None
    if len(email) > LONGEST_EMAIL:
        raise ContactUnusable(field="email")
