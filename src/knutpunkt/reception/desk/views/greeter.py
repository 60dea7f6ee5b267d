"""The greeter at the door: counts people, asks them in, gives out tickets."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from, request_key
from knutpunkt.reception.desk.errand_forms import IncidentForm
from knutpunkt.reception.desk.pages.door import door_of
from knutpunkt.reception.desk.pages.given import given_ticket
from knutpunkt.reception.desk.pages.managing import ended_today
from knutpunkt.reception.desk.ticket_form import TicketForm
from knutpunkt.reception.desk.views.answering import (
    Refusal,
    alarm_mark,
    answer_page,
    refusal_of,
)
from knutpunkt.reception.errors import OfficeClosedNow
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.house import people_count, visit_came_in, visit_invite
from knutpunkt.reception.services.printing import ticket_reprint
from knutpunkt.reception.services.visits import visit_open


@require_safe
@at_my_office("people")
def greeter(request: HttpRequest, post: Post) -> HttpResponse:
    """Show who is inside, who waits elsewhere and for how many there is room."""
    return greeter_response(request, post)


@require_safe
@at_my_office("people")
def door_list(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the lists and figures alone: what a browser fetches when something has changed."""
    return answer_page(request, post, "_door", here="greeter", door=door_of(post))


@posted_from("reception:greeter")
@at_my_office("people")
def count(request: HttpRequest, post: Post) -> HttpResponse:
    """Count people without a ticket in or out."""
    said = request.POST.get("change", "")
    change = int(said) if said in {"-1", "+1", "1"} else 0
    return _done(request, post, lambda: people_count(by=post.by, change=change))


@posted_from("reception:greeter")
@at_my_office("people")
def invite(request: HttpRequest, post: Post, visit: int) -> HttpResponse:
    """Ask somebody in who waits elsewhere."""
    return _done(request, post, lambda: visit_invite(by=post.by, visit=visit))


@posted_from("reception:greeter")
@at_my_office("people")
def came_in(request: HttpRequest, post: Post, visit: int) -> HttpResponse:
    """Note that somebody who waited elsewhere has come in."""
    return _done(request, post, lambda: visit_came_in(by=post.by, visit=visit))


@posted_from("reception:greeter")
@at_my_office("print")
def reprint(request: HttpRequest, post: Post, visit: int) -> HttpResponse:
    """Have a ticket printed once more."""
    return _done(request, post, lambda: ticket_reprint(by=post.by, visit=visit))


@posted_from("reception:greeter")
@at_my_office("issue")
def give_ticket(request: HttpRequest, post: Post) -> HttpResponse:
    """Give out a ticket on somebody's behalf."""
    form = TicketForm(request.POST, office=post.key, by=post.by, auto_id="ticket-%s")
    if not form.is_valid():
        return greeter_response(request, post, ticket_form=form, status=400)
    try:
        key = request_key(request, "ticket")
        given = visit_open(by=post.by, request_key=key, **form.asked())
    except KnutpunktError as error:
        refusal = _no_tickets(post, error)
        return greeter_response(request, post, ticket_form=form, refusal=refusal)
    messages.success(request, _said(given, form.cleaned_data["party_size"]))
    return HttpResponseRedirect(_with_its_link(post, given))


def greeter_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None, status: int = 200,
    **forms: Any,
) -> HttpResponse:  # fmt: skip
    """Answer with the greeter's page; a refused form comes back as it was filled in."""
    shown = {
        "door": door_of(post),
        "ticket_form": TicketForm(office=post.key, by=post.by, auto_id="ticket-%s"),
        "incident_form": IncidentForm(auto_id="incident-%s"),
        "alarm_mark": alarm_mark(request),
        "given": given_ticket(post, request.GET.get("given", ""), request.build_absolute_uri("/")),
        **forms,
    }
    return answer_page(
        request, post, "greeter", here="greeter", refusal=refusal, status=status, **shown
    )  # fmt: skip


def _done(request: HttpRequest, post: Post, do: Callable[[], object]) -> HttpResponse:
    try:
        do()
    except KnutpunktError as error:
        return greeter_response(request, post, refusal=refusal_of(error))
    return redirect("reception:greeter", post.key)


def _said(given: Answer, people: int) -> str:
    names = {"number": given.number, "n": people}
    if given.more.get("place") != "elsewhere":
        return _("Ticket %(number)s.") % names
    said = ngettext(
        "Ticket %(number)s. There is no room for %(n)d person more: wait elsewhere until asked in.",
        "Ticket %(number)s. There is no room for %(n)d people more: wait elsewhere until asked in.",
        people,
    )
    return said % names


def _with_its_link(post: Post, given: Answer) -> str:
    """Address of the door with the ticket just given, so that its visitor can follow it."""
    return reverse("reception:greeter", args=[post.key]) + f"?given={given.visit}#given"


def _no_tickets(post: Post, error: KnutpunktError) -> Refusal:
    """Say when tickets are given again: staff know more of it than the opening hours say."""
    refusal = refusal_of(error)
    if not isinstance(error, OfficeClosedNow):
        return refusal
    if ended_today(post.office):
        return replace(refusal, hint=_("The day has been ended; tickets are given again tomorrow."))
    return replace(refusal, hint=_("It was closed at short notice; the manager opens it again."))
