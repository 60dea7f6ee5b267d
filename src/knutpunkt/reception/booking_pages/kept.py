"""How a page knows which booking it is about: a signed cookie for a quarter of an hour.

The code stands in no address, so it reaches neither logs nor the history of a shared computer.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache

from knutpunkt.core.clock import now
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception import rate
from knutpunkt.reception.booking_codes import code_of
from knutpunkt.reception.models import Booking
from knutpunkt.reception.selectors.bookings import booking_of_code

COOKIE = "booking"
_SALT = "knutpunkt.reception.booking-page"
KEPT_SECONDS = 900
#: From one address: codes tried, and places held, a minute. An office's own visitors share one.
CODES_A_MINUTE = 10
HOLDS_A_MINUTE = 20

View = Callable[..., HttpResponse]


def keep(answer: HttpResponse, code: str) -> HttpResponse:
    """Let the next pages know the booking."""
    answer.set_signed_cookie(
        COOKIE,
        code,
        salt=_SALT,
        max_age=KEPT_SECONDS,
        path="/book/",
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return answer


def drop(answer: HttpResponse) -> HttpResponse:
    """Let no page know it any more."""
    answer.delete_cookie(COOKIE, path="/book/", samesite="Lax")
    return answer


def code_kept(request: HttpRequest) -> str:
    """The code the visitor gave on an earlier page; empty without one."""
    found = request.get_signed_cookie(COOKIE, default="", salt=_SALT, max_age=KEPT_SECONDS)
    return found or ""


def with_booking(view: View) -> View:
    """Give the view the booking and its code as it is now; who has none is asked for one."""

    @never_cache
    @wraps(view)
    def shown(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        booking = booking_of_code(code_kept(request))
        if booking is None:
            return drop(redirect("booking:code"))
        return view(request, booking, code_of(booking.pk), *args, **kwargs)

    return shown


def too_often(request: HttpRequest, what: str, per_minute: int) -> HttpResponse | None:
    """A page that says so, when somebody asks more often than a person would."""
    if rate.allowed(f"{what} {rate.address_of(request)}", per_minute=per_minute):
        return None
    return render(request, "reception/booking/too_often.html", status=429)


def refused(
    request: HttpRequest, refusal: KnutpunktError, booking: Booking | None = None
) -> HttpResponse:
    """A page with the sentence and the hint."""
    said = {"sentence": str(refusal), "hint": refusal.hint, "booking": booking}
    return render(request, "reception/booking/refused.html", said, status=refusal.status)


def hold_is_over(booking: Booking) -> bool:
    """Whether a held place is held no longer."""
    until = booking.hold_expires_at
    return booking.status == Booking.Status.HELD and until is not None and until <= now()
