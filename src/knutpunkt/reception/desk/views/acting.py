"""What a clerk does with an errand. Every action is a POST that says which version it saw."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from, request_key
from knutpunkt.reception.desk.errand_forms import (
    STEPS,
    AddErrandForm,
    SeenForm,
    TransferForm,
)
from knutpunkt.reception.desk.pages.mine import LEADS_ON
from knutpunkt.reception.desk.pages.steps import Step, step_of
from knutpunkt.reception.desk.views.answering import answer_page, refusal_of
from knutpunkt.reception.desk.views.desk import desk_response
from knutpunkt.reception.errors import CounterNotOpen, ErrandUnknown, ValueNotAllowed
from knutpunkt.reception.services import calls, visits
from knutpunkt.reception.services.answers import Answer
from knutpunkt.reception.services.sessions import sessions_of

#: What is done with an errand by its name in the address.
ACTIONS: dict[str, Callable[..., Answer]] = {
    "call": calls.errand_call,
    "recall": calls.errand_recall,
    "begin": calls.errand_begin,
    "park": calls.errand_park,
    "resume": calls.errand_resume,
    "release": calls.errand_release,
    "miss": calls.errand_miss,
    "reactivate": calls.errand_reactivate,
    "leave": calls.errand_leave,
    "undo": calls.errand_undo,
}
#: Of these the ones that put somebody at the counter: it has to be open.
TAKES_UP = ("call", "resume")


@posted_from("reception:desk")
@at_my_office("serve")
def call_next(request: HttpRequest, post: Post) -> HttpResponse:
    """Call whoever is next; with nobody to call the page says so."""
    try:
        counter = open_counter(post, request.POST.get("counter", ""))
        key = request_key(request, "call-next")
        calls.errand_call_next(by=post.by, counter=counter, request_key=key)
    except KnutpunktError as error:
        return desk_response(request, post, refusal=refusal_of(error))
    return to_the_desk(post)


@posted_from("reception:desk")
@at_my_office("look")
def act(request: HttpRequest, post: Post, errand: int, action: str) -> HttpResponse:
    """Carry out one of the plain actions on an errand, in the version that was seen."""
    if action not in ACTIONS:
        raise Http404
    try:
        asked = seen(request, errand, action)
        if action in TAKES_UP:
            open_counter(post, asked["counter"])
        ACTIONS[action](by=post.by, errand=errand, **asked)
    except KnutpunktError as error:
        return _refused(request, post, error)
    return to_where_it_was_done(request, post)


@posted_from("reception:desk")
@at_my_office("serve")
def finish(request: HttpRequest, post: Post, errand: int) -> HttpResponse:
    """Finish an errand with its outcome; what an outcome asks for further is asked for here."""
    outcome = request.POST.get("outcome", "")
    step: Step | None = None
    detail: dict[str, Any] = {}
    if outcome in STEPS:
        form = STEPS[outcome](request.POST, auto_id=f"{outcome}-%s")
        step = step_of(outcome, form=form)
        if not form.is_valid():
            return desk_response(request, post, step=step, status=400)
        detail = form.cleaned_data
    try:
        asked = seen(request, errand, "finish")
        about = {"service": request.POST.get("about", "")}
        calls.errand_finish(by=post.by, errand=errand, outcome=outcome, **detail, **about, **asked)
    except KnutpunktError as error:
        return desk_response(request, post, step=step, refusal=refusal_of(error))
    return to_the_next_errand(post) if outcome == LEADS_ON else to_the_desk(post)


@posted_from("reception:desk")
@at_my_office("serve")
def transfer(request: HttpRequest, post: Post, errand: int) -> HttpResponse:
    """Hand an errand over to another service, authority or counter."""
    form = TransferForm(
        request.POST, office=post.key, office_id=post.office.pk, auto_id="transfer-%s"
    )
    if not form.is_valid():
        return desk_response(request, post, transfer_form=form, status=400)
    try:
        asked = seen(request, errand, "transfer")
        calls.errand_transfer(by=post.by, errand=errand, **form.cleaned_data, **asked)
    except KnutpunktError as error:
        return desk_response(request, post, transfer_form=form, refusal=refusal_of(error))
    return to_the_desk(post)


@posted_from("reception:desk")
@at_my_office("add")
def add(request: HttpRequest, post: Post, visit: int) -> HttpResponse:
    """Add an errand to a visit; with ``begin`` the counter takes it up at once."""
    form = AddErrandForm(request.POST, office=post.key, auto_id="add-%s")
    if not form.is_valid():
        return desk_response(request, post, add_form=form, status=400)
    begin = request.POST.get("begin") == "1"
    try:
        counter = request.POST.get("counter", "")
        visits.errand_add(
            by=post.by,
            visit=visit,
            service=form.cleaned_data["service"],
            begin=begin,
            counter=open_counter(post, counter) if begin else counter,
            request_key=request_key(request, "add", visit, int(begin)),
        )
    except KnutpunktError as error:
        return desk_response(request, post, add_form=form, refusal=refusal_of(error))
    return to_the_desk(post)


def seen(request: HttpRequest, errand: int, action: str) -> dict[str, Any]:
    """What every action says beside the errand: the version seen, the counter, and its key.

    Raises
    ------
    ValueNotAllowed
        When it does not say which version was seen.
    """
    form = SeenForm(request.POST)
    if not form.is_valid():
        said = request.POST.get("version", "")
        raise ValueNotAllowed(field="version", value=said, allowed=_("the version the page showed"))
    return form.cleaned_data | {"request_key": request_key(request, action, errand)}


def open_counter(post: Post, counter: str) -> str:
    """The counter somebody acts from; it has to be open, and theirs.

    Raises
    ------
    CounterNotOpen
        When it is not. A page from before closing never opens a counter by itself.
    """
    mine = [one.counter.name for one in sessions_of(post.by)]
    if counter not in mine:
        raise CounterNotOpen
    return counter


def to_the_desk(post: Post) -> HttpResponseRedirect:
    """Lead back to the counter, so that looking again repeats nothing."""
    return HttpResponseRedirect(reverse("reception:desk", args=[post.key]) + "#now")


def to_the_next_errand(post: Post) -> HttpResponseRedirect:
    """Lead to the form for the next errand of the visit that was at the counter."""
    return HttpResponseRedirect(reverse("reception:desk", args=[post.key]) + "#add-service")


def to_where_it_was_done(request: HttpRequest, post: Post) -> HttpResponse:
    """Lead back to the page the form stood on: the desk or the door."""
    if request.POST.get("from") == "greeter" or not post.by.may("session"):
        return redirect("reception:greeter", post.key)
    return to_the_desk(post)


def _refused(request: HttpRequest, post: Post, error: KnutpunktError) -> HttpResponse:
    from knutpunkt.reception.desk.views.greeter import greeter_response

    if isinstance(error, ErrandUnknown):
        return answer_page(request, post, "refused", here="desk", refusal=refusal_of(error))
    at_the_door = request.POST.get("from") == "greeter" or not post.by.may("session")
    page = greeter_response if at_the_door else desk_response
    return page(request, post, refusal=refusal_of(error))
