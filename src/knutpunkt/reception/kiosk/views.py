"""The kiosk: two steps to a number, a booked visitor's check-in, and the ticket on the screen."""

from __future__ import annotations

import segno
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.network.models import Office
from knutpunkt.reception.errors import OfficeClosedNow, ServiceNotOffered
from knutpunkt.reception.kiosk import device
from knutpunkt.reception.kiosk.choices import (
    Named,
    authorities_of,
    booked_times_at,
    services_of,
)
from knutpunkt.reception.kiosk.forms import Needs, needs_form, needs_read, once, request_key
from knutpunkt.reception.kiosk.languages import USUAL
from knutpunkt.reception.kiosk.pages import Kiosk, closed, kiosk_page, while_open
from knutpunkt.reception.kiosk.place import place_shown, wait_left, wait_said, yesterday_right
from knutpunkt.reception.models import PrintJob
from knutpunkt.reception.printing.spool import public_address, spool_start
from knutpunkt.reception.rate import address_of, allowed
from knutpunkt.reception.selectors.opening import name_of
from knutpunkt.reception.selectors.queue import follow
from knutpunkt.reception.services.bookings import booking_check_in
from knutpunkt.reception.services.visits import visit_open

STARTS_A_MINUTE = 10
PRESSES_A_MINUTE = 60
CHECK_INS_A_MINUTE = 12
#: Seconds the ticket stays on the screen; for whoever asks for more, a longer time.
STAYS, STAYS_LONGER = 45, 240


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def start(request: HttpRequest, office: str) -> HttpResponse:
    """Begin anew with the next visitor; make the machine a kiosk first where it is none."""
    if request.method == "POST":
        return _started(request, office)
    if device.kiosk_of(request, office) is None:
        return _ask_for_token(request, office)
    answer = redirect("kiosk:authorities", office=office, language=USUAL)
    device.forget_visitor(answer, office)
    return answer


def _started(request: HttpRequest, office: str) -> HttpResponse:
    if not allowed(f"kiosk start {address_of(request)}", per_minute=STARTS_A_MINUTE):
        return _ask_for_token(request, office, _("Too many tries. Wait a minute."), status=429)
    token = request.POST.get("token", "").strip()
    if device.kiosk_of_token(token, office) is None:
        said = _("This is no token of a kiosk at this office, or it has been revoked.")
        return _ask_for_token(request, office, said, status=403)
    spool_start()
    answer = redirect("kiosk:start", office=office)
    device.remember_token(answer, office, token)
    return answer


def _ask_for_token(
    request: HttpRequest, office: str, refused: str = "", *, status: int = 200
) -> HttpResponse:
    if not Office.objects.filter(key=office).exists():
        raise Http404
    page = {"office": name_of(office), "refused": refused}
    return render(request, "reception/kiosk/start.html", page, status=status)


@require_safe
@kiosk_page
@while_open
def authorities(kiosk: Kiosk) -> HttpResponse:
    """Step 1: whose matter it is."""
    found = authorities_of(kiosk.by.office_key, kiosk.language)
    booked = booked_times_at(kiosk.office)
    return kiosk.show("authorities", authorities=found, booked=booked, step=_step(kiosk, 1))


@require_safe
@kiosk_page
@while_open
def services(kiosk: Kiosk, authority: str) -> HttpResponse:
    """Step 2: what about, and what the visitor needs."""
    return _services(kiosk, authority, Needs())


@require_safe
@kiosk_page
@while_open
def anything(kiosk: Kiosk) -> HttpResponse:
    """Step 2 for whoever does not know, or only asks."""
    return _services(kiosk, "", Needs())


def _services(
    kiosk: Kiosk, authority: str, needs: Needs, *, refused: str = "", status: int = 200
) -> HttpResponse:
    chosen = _chosen(kiosk, authority)
    if authority and chosen is None and not refused:
        return kiosk.to("authorities")
    return kiosk.show(
        "services",
        status=status,
        chosen=chosen,
        question=not authority and _only_asks(kiosk),
        services=services_of(kiosk.by.office_key, authority, kiosk.language) if chosen else [],
        needs=needs_form(kiosk.language, needs),
        once=once(),
        step=_step(kiosk, 2),
        refused=refused,
    )


def _chosen(kiosk: Kiosk, authority: str) -> Named | None:
    found = authorities_of(kiosk.by.office_key, kiosk.language)
    return next((named for named in found if named.key == authority), None)


def _only_asks(kiosk: Kiosk) -> bool:
    """Whether the visitor came by "I only have a question"."""
    return "question" in (kiosk.request.POST or kiosk.request.GET)


def _step(kiosk: Kiosk, step: int) -> str:
    return kiosk.language.say("step", step=step, steps=2)


@require_POST
@kiosk_page
@while_open
def tickets(kiosk: Kiosk) -> HttpResponse:
    """Give out a number. The same form sent twice gives the same one."""
    said = kiosk.request.POST
    needs, authority = needs_read(said), said.get("authority", "")
    if not _may_press(kiosk):
        refused = kiosk.language.words["too_often"]
        return _services(kiosk, authority, needs, refused=refused, status=429)
    try:
        given = visit_open(
            by=kiosk.by,
            authority=authority,
            service=said.get("service", ""),
            language=kiosk.language.code,
            request_key=request_key(said),
            **needs.as_asked(),
        )
    except OfficeClosedNow:
        return closed(kiosk)
    except KnutpunktError as error:
        offered = isinstance(error, ServiceNotOffered)
        refused = kiosk.language.words["not_offered" if offered else "went_wrong"]
        return _services(kiosk, authority, needs, refused=refused, status=error.status)
    return _with_ticket(kiosk, str(given.more["follow"]))


def _may_press(kiosk: Kiosk) -> bool:
    return allowed(f"kiosk {kiosk.by.office} {kiosk.by.name}", per_minute=PRESSES_A_MINUTE)


def _with_ticket(kiosk: Kiosk, token: str) -> HttpResponse:
    answer = kiosk.to("ticket")
    device.remember_ticket(answer, kiosk.by.office_key, token)
    return answer


@require_http_methods(["GET", "HEAD", "POST"])
@kiosk_page
@while_open
def booking(kiosk: Kiosk) -> HttpResponse:
    """Check in with the code of a booking."""
    if kiosk.request.method != "POST":
        return kiosk.show("booking", refused="", code="")
    words, code = kiosk.language.words, kiosk.request.POST.get("code", "")[:40]
    who = f"check-in {kiosk.by.office} {kiosk.by.name}"
    if not allowed(who, per_minute=CHECK_INS_A_MINUTE):
        return kiosk.show("booking", status=429, refused=words["too_often"], code=code)
    try:
        given = booking_check_in(by=kiosk.by, code=code)
    except OfficeClosedNow:
        return closed(kiosk)
    except KnutpunktError as error:
        return kiosk.show("booking", status=error.status, refused=words["code_unknown"], code=code)
    return _with_ticket(kiosk, str(given.more["follow"]))


@require_safe
@kiosk_page
def ticket(kiosk: Kiosk) -> HttpResponse:
    """The number, large, until the visitor goes or the time is over."""
    token = device.ticket_remembered(kiosk.request)
    found = follow(token) if token else None
    if found is None or found.visit.office_id != kiosk.by.office:
        return redirect("kiosk:start", office=kiosk.by.office_key)
    link = f"{public_address() or kiosk.request.build_absolute_uri('/').rstrip('/')}" + reverse(
        "follow:place", args=[token]
    )
    stays = STAYS_LONGER if "longer" in kiosk.request.GET else STAYS
    told = wait_left(found)
    return kiosk.show(
        "ticket",
        place=place_shown(found, kiosk.language),
        ahead=kiosk.language.say("ahead", count=found.ahead or 0),
        wait=wait_said(told, kiosk.language),
        right=yesterday_right(kiosk.by.office, kiosk.language) if told else "",
        elsewhere=found.visit.place == "elsewhere",
        paper=PrintJob.objects.filter(pk=found.visit.pk).exists(),
        link=link,
        link_read=link.partition("://")[2],
        code=qr_code(link),
        stays=stays,
        closes=kiosk.language.say("closes_in", seconds=stays),
        closes_in=kiosk.language.words["closes_in"],
    )


def qr_code(link: str) -> str:
    """A link as a QR code in SVG, error correction M, with the quiet zone of the standard."""
    return segno.make(link, error="m", micro=False).svg_inline(
        omitsize=True, svgclass=None, lineclass=None, border=4, light="#fff"
    )


@require_POST
@kiosk_page
def look(kiosk: Kiosk) -> HttpResponse:
    """Larger text or stronger contrast, and back again."""
    said = kiosk.request.POST
    now = device.look_of(kiosk.request)
    wanted = [one for one in device.LOOKS if (one in now) != (said.get("change") == one)]
    there = said.get("next", "")
    inside = there.startswith(device.address(kiosk.by.office_key))
    answer = redirect(there if inside else kiosk.address_of("authorities"))
    device.remember_look(answer, kiosk.by.office_key, wanted)
    return answer
