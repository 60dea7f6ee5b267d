"""Second half of booking: the held place is confirmed; by its code it is moved or cancelled."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.network.selectors import office_on
from knutpunkt.reception.booking_codes import spoken
from knutpunkt.reception.booking_errors import BookingUnknown, SlotNotFree
from knutpunkt.reception.booking_pages import kept
from knutpunkt.reception.booking_pages.choosing import authority_name, place_of, service_name
from knutpunkt.reception.booking_pages.days import day_name, times_page
from knutpunkt.reception.booking_pages.forms import (
    CodeForm,
    ContactForm,
    DayForm,
    MoveForm,
    standing,
)
from knutpunkt.reception.models import Booking
from knutpunkt.reception.selectors.bookings import booking_of_code
from knutpunkt.reception.services.bookings import booking_cancel, booking_confirm, booking_move

_ASK_OR_DO = ["GET", "HEAD", "POST"]


@never_cache
@require_http_methods(_ASK_OR_DO)
def code(request: HttpRequest) -> HttpResponse:
    """Ask for the code of a booking. A wrong one and an old one are answered alike."""
    form = CodeForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        if stop := kept.too_often(request, "code", kept.CODES_A_MINUTE):
            return stop
        typed = form.cleaned_data["code"]
        if booking_of_code(typed) is not None:
            return kept.keep(redirect("booking:mine"), typed)
        unknown = BookingUnknown()
        form.add_error("code", f"{unknown} {unknown.hint}")
    status = 422 if form.errors else 200
    return render(request, "reception/booking/code.html", {"form": form}, status=status)


@kept.with_booking
def mine(request: HttpRequest, booking: Booking, code: str) -> HttpResponse:
    """The booking as it stands; a held one is confirmed here."""
    form = ContactForm(_sent(request))
    if request.method == "POST" and form.is_valid():
        try:
            booking_confirm(code=code, **form.cleaned_data)
        except KnutpunktError as refusal:
            return kept.refused(request, refusal, booking)
        return kept.keep(redirect("booking:mine"), code)
    said = _said(booking, code) | {"form": form}
    status = 422 if form.errors else 200
    return render(request, "reception/booking/mine.html", said, status=status)


@require_http_methods(_ASK_OR_DO)
@kept.with_booking
def cancel(request: HttpRequest, booking: Booking, code: str) -> HttpResponse:
    """Ask whether to give the time back, and do it."""
    if request.method == "POST":
        try:
            booking_cancel(code=code)
        except KnutpunktError as refusal:
            return kept.refused(request, refusal, booking)
        return redirect("booking:mine")
    if not standing(booking):
        return redirect("booking:mine")
    return render(request, "reception/booking/cancel.html", _said(booking, code))


@require_http_methods(_ASK_OR_DO)
@kept.with_booking
def move(request: HttpRequest, booking: Booking, code: str) -> HttpResponse:
    """Choose another time for a confirmed booking."""
    if booking.status != Booking.Status.CONFIRMED:
        return redirect("booking:mine")
    form = MoveForm(_sent(request))
    status = 200
    if request.method == "POST" and form.is_valid():
        try:
            _new, new_code = booking_move(code=code, starts_at=form.instant)
            return kept.keep(redirect("booking:mine"), new_code)
        except SlotNotFree as refusal:
            form.add_error("starts_at", f"{refusal} {refusal.hint}")
        except KnutpunktError as refusal:
            return kept.refused(request, refusal, booking)
    if form.errors:
        status = 422
    day, since = DayForm(request.GET).chosen()
    page = times_page(booking.office, booking.service, day=day, since=since)
    said = _said(booking, code) | {"form": form, "page": page}
    return render(request, "reception/booking/move.html", said, status=status)


@never_cache
@require_POST
def forget(_request: HttpRequest) -> HttpResponse:
    """Leave: the next person at this computer sees nothing of it."""
    return kept.drop(redirect("booking:code"))


def _sent(request: HttpRequest) -> QueryDict | None:
    """What was sent, also when every field was left empty; nothing when the page is asked for."""
    return request.POST if request.method == "POST" else None


def _said(booking: Booking, code: str) -> dict[str, Any]:
    begins = booking.slot.begins
    here = office_on(booking.office.key, clock.today())
    assert here is not None
    over = kept.hold_is_over(booking)
    return {
        "place": place_of(here),
        "service": service_name(booking.service),
        "authority": authority_name(booking.service),
        "day": day_name(begins.date()),
        "time": f"{begins:%H:%M}",
        "code": spoken(code),
        "status": "expired" if over else booking.status,
        "until": f"{booking.hold_expires_at:%H:%M}" if booking.hold_expires_at else "",
        "authority_key": booking.service.authority_id,
        "service_key": booking.service.slug,
        "people": booking.party_size,
    }
