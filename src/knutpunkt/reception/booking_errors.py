"""What bookings are refused for, each named as the fact."""

from __future__ import annotations

from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from knutpunkt.core.errors import NotFound
from knutpunkt.errors import KnutpunktError


class SlotNotFree(KnutpunktError):
    """The time is taken, over, or was never one that could be booked."""

    code = "slot-not-free"
    hint = gettext_noop("Choose another time.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("That time cannot be booked any more."))


class BookingUnknown(NotFound):
    """No booking has the code. A wrong code, an old one and another office's look the same."""

    code = "booking-unknown"
    hint = gettext_noop("Read the code again: ten letters and digits, without O, I, L and U.")

    def __init__(self) -> None:
        super().__init__(_("No booking has that code."))


class HoldExpired(KnutpunktError):
    """The place was held for some minutes and is held no longer."""

    code = "hold-expired"
    hint = gettext_noop("Choose a time again.")
    status = 409

    def __init__(self) -> None:
        super().__init__(_("The time was held for ten minutes and is free again."))


class BookingIsOver(KnutpunktError):
    """The booking was cancelled or used, or its day is over, so nothing can be changed."""

    code = "booking-is-over"
    hint = gettext_noop("Book a new time.")
    status = 409

    def __init__(self, *, status: str) -> None:
        super().__init__(
            _("The booking cannot be changed any more: it is %(status)s.") % {"status": status}
        )


class BookedForAnotherDay(KnutpunktError):
    """The visitor came on another day than the booked one."""

    code = "booked-for-another-day"
    hint = gettext_noop("Come back on that day, move the booking, or take a ticket.")
    status = 409

    def __init__(self, *, day: date) -> None:
        self.day = day
        super().__init__(_("The booking is for %(day)s.") % {"day": day.isoformat()})


class ContactUnusable(KnutpunktError):
    """An e-mail address or a telephone number cannot be one."""

    code = "contact-unusable"
    hint = gettext_noop("Correct it, or leave it empty: a booking needs no contact.")
    status = 422

    def __init__(self, *, field: str) -> None:
        self.field = field
        named = {"email": _("e-mail address"), "phone": _("telephone number")}[field]
        super().__init__(_("This is no %(kind)s that can be used.") % {"kind": named})


class PoolUnusable(KnutpunktError):
    """What is to be booked cannot be offered as it was described."""

    code = "pool-unusable"
    hint = gettext_noop("Correct the values named.")
    status = 422

    def __init__(self, *, problem: str) -> None:
        super().__init__(_("The bookable times cannot be like this: %(problem)s") % {
            "problem": problem
        })  # fmt: skip


class EmailUrlUnreadable(KnutpunktError):
    """The setting that says how messages are sent names no way."""

    code = "email-url-unreadable"
    hint = gettext_noop(
        "Write smtp://user:password@host:587?tls=1, smtps://host:465, console: or file:///folder."
    )
    exit_code = 2

    def __init__(self) -> None:
        super().__init__(_("KNUTPUNKT_EMAIL_URL names no way to send messages."))
