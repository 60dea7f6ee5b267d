"""What messages about bookings say, in Swedish or English."""

from __future__ import annotations

from django.utils import translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from knutpunkt.network.selectors import OfficeOnDay, office_on
from knutpunkt.reception.booking_codes import code_of, spoken
from knutpunkt.reception.models import Booking, OutboxMessage

SWEDISH = ("sv",)  # and every language with a Swedish written beside it, such as sv-lattlast


def text_of(message: OutboxMessage) -> tuple[str, str]:
    """Subject and body of a message, in the language of the booking."""
    booking = Booking.objects.select_related("slot", "service__authority", "office").get(
        pk=message.booking_id
    )
    with translation.override(_written_in(booking.language)):
        subject, opening = _said(message.kind, booking)
        return subject, "\n".join([opening, "", *_facts(booking), "", *_closing(message, booking)])


def _written_in(language: str) -> str:
    return "sv" if language.partition("-")[0] in SWEDISH else "en"


def _said(kind: str, booking: Booking) -> tuple[str, str]:
    when = when_of(booking)
    return {
        "confirmed": (
            _("Your booked time: %(when)s") % {"when": when},
            _("You have booked a time at a service office."),
        ),
        "reminder": (
            _("Reminder: %(when)s") % {"when": when},
            _("You have a booked time tomorrow."),
        ),
        "cancelled": (
            _("Cancelled: %(when)s") % {"when": when},
            _("Your booked time is cancelled. You are welcome without a booking, or book anew."),
        ),
        "moved": (
            _("New time: %(when)s") % {"when": when},
            _("Your booking has a new time and a new code."),
        ),
    }[kind]


def _facts(booking: Booking) -> list[str]:
    office = office_shown(booking)
    english = translation.get_language() == "en"
    service = booking.service.name_en if english else booking.service.name_sv
    address = ", ".join(filter(None, (office.address.street, office.address.locality)))
    return [
        _("Office: %(office)s") % {"office": office.name},
        *([_("Address: %(address)s") % {"address": address}] if address else []),
        _("Time: %(when)s") % {"when": when_of(booking)},
        _("What it is about: %(service)s") % {"service": service},
    ]


def _closing(message: OutboxMessage, booking: Booking) -> list[str]:
    if message.kind == OutboxMessage.Kind.CANCELLED:
        return [_("This message cannot be answered.")]
    return [
        _("Your code: %(code)s") % {"code": spoken(code_of(booking.pk))},
        _("Show the code when you come. With it you can also cancel the time or change it."),
        _("This message cannot be answered."),
    ]


def when_of(booking: Booking) -> str:
    """Day and time of a booking, as the language writes them."""
    begins = booking.slot.begins
    return f"{date_format(begins, 'l j F Y')}, {begins:%H:%M}"


def office_shown(booking: Booking) -> OfficeOnDay:
    """The office with its name and address on the day of the booking: seven queries."""
    found = office_on(booking.office.key, booking.slot.begins.date())
    assert found is not None  # an office on record is in the network of every day
    return found
