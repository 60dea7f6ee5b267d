"""First half of booking: which service, which time; the place is then held."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from knutpunkt.core import clock
from knutpunkt.network.models import Office, Service
from knutpunkt.network.selectors import OfficeOnDay, office_on
from knutpunkt.reception.booking_errors import SlotNotFree
from knutpunkt.reception.booking_pages import kept
from knutpunkt.reception.booking_pages.days import times_page
from knutpunkt.reception.booking_pages.forms import DayForm, HoldForm
from knutpunkt.reception.closed_words import why_closed
from knutpunkt.reception.selectors.bookable import bookable_services, hours_known
from knutpunkt.reception.selectors.closures import closure_now
from knutpunkt.reception.services.bookings import booking_hold

FROM_THE_PAGE = "booking page"


@dataclass(frozen=True, slots=True)
class Place:
    """An office as the booking pages name it."""

    key: str
    name: str
    address: str


@require_safe
def services(request: HttpRequest, office: str) -> HttpResponse:
    """What can be booked at an office."""
    found, place = _office(office)
    closure = closure_now(found.pk)
    said = {
        "place": place,
        "authorities": bookable_services(found, english=_english()),
        "closure": closure,
        "why": why_closed(closure) if closure else "",
        "hours_known": hours_known(found),
    }
    return render(request, "reception/booking/services.html", said)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def times(request: HttpRequest, office: str, authority: str, service: str) -> HttpResponse:
    """Free times of a service; choosing one holds it."""
    found, place = _office(office)
    wanted = get_object_or_404(
        Service.objects.select_related("authority"), authority=authority, slug=service
    )
    if not found.booking_pools.filter(services=wanted).exists():
        raise Http404
    if request.method == "POST":
        return _held(request, found, place, wanted)
    return _times(request, found, place, wanted, HoldForm())


def _held(request: HttpRequest, office: Office, place: Place, service: Service) -> HttpResponse:
    if stop := kept.too_often(request, "hold", kept.HOLDS_A_MINUTE):
        return stop
    form = HoldForm(request.POST)
    if not form.is_valid():
        return _times(request, office, place, service, form, status=422)
    try:
        _booking, code = booking_hold(
            office=office,
            service=service,
            starts_at=form.instant,
            language=get_language() or "sv",
            by=FROM_THE_PAGE,
            **form.wish,
        )
    except SlotNotFree as refusal:
        form.add_error("starts_at", f"{refusal} {refusal.hint}")
        return _times(request, office, place, service, form, status=refusal.status)
    return kept.keep(redirect("booking:mine"), code)


def _times(
    request: HttpRequest,
    office: Office,
    place: Place,
    service: Service,
    form: HoldForm,
    *,
    status: int = 200,
) -> HttpResponse:
    day, since = DayForm(request.GET).chosen()
    said = {
        "place": place,
        "service": service_name(service),
        "authority": authority_name(service),
        "page": times_page(office, service, day=day, since=since),
        "form": form,
        "hours_known": hours_known(office),
    }
    return render(request, "reception/booking/times.html", said, status=status)


def _office(key: str) -> tuple[Office, Place]:
    """An office of the register; one that takes no bookings has a page that says so."""
    found = get_object_or_404(Office, key=key)
    here = office_on(key, clock.today())
    if here is None:
        raise Http404
    return found, place_of(here)


def place_of(here: OfficeOnDay) -> Place:
    """The office's name and address in a line."""
    address = ", ".join(filter(None, (here.address.street, here.address.locality)))
    return Place(here.key, here.name, address)


def service_name(service: Service) -> str:
    """The service in the language of the page."""
    return service.name_en if _english() else service.name_sv


def authority_name(service: Service) -> str:
    """Its authority in the language of the page."""
    return service.authority.name_en if _english() else service.authority.name_sv


def _english() -> bool:
    return get_language() == "en"
