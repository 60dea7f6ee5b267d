"""What else happens at a counter: an incident, an alarm, an interpreter, a note."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from
from knutpunkt.reception.desk.errand_forms import IncidentForm, InterpreterForm, NoteForm
from knutpunkt.reception.desk.notes import note_keep
from knutpunkt.reception.desk.views.acting import to_the_desk, to_where_it_was_done
from knutpunkt.reception.desk.views.answering import refusal_of
from knutpunkt.reception.desk.views.desk import desk_response
from knutpunkt.reception.desk.views.greeter import greeter_response
from knutpunkt.reception.services import happenings


@posted_from("reception:desk")
@at_my_office("incident")
def incident(request: HttpRequest, post: Post) -> HttpResponse:
    """Report an incident to the manager of the office."""
    page = desk_response if post.by.may("session") else greeter_response
    form = IncidentForm(request.POST, auto_id="incident-%s")
    if not form.is_valid():
        return page(request, post, incident_form=form, status=400)
    counter = request.POST.get("counter", "")
    try:
        happenings.incident_report(by=post.by, counter=counter, **form.cleaned_data)
    except KnutpunktError as error:
        return page(request, post, incident_form=form, refusal=refusal_of(error))
    messages.success(request, _("The incident is reported to the manager."))
    return to_where_it_was_done(request, post)


@posted_from("reception:desk")
@at_my_office("alarm")
def alarm(request: HttpRequest, post: Post) -> HttpResponse:
    """Raise a silent alarm: nothing on the page speaks of it but a filled mark."""
    sent = _raised(post, request.POST.get("counter", ""))
    if request.headers.get("X-Quiet") == "1":
        return JsonResponse({"sent": sent})
    page = "reception:desk" if post.by.may("session") else "reception:greeter"
    mark = "?sent" if sent else "?unsent"
    return HttpResponseRedirect(reverse(page, args=[post.key]) + mark)


def _raised(post: Post, counter: str) -> bool:
    try:
        happenings.alarm_raise(by=post.by, counter=counter)
    except KnutpunktError:
        return False  # whoever is in danger reads no sentences; the mark says it did not go out
    return True


@posted_from("reception:desk")
@at_my_office("interpreter")
def interpreter(request: HttpRequest, post: Post, errand: int) -> HttpResponse:
    """Order an interpreter to an errand."""
    form = InterpreterForm(request.POST, auto_id="interpreter-%s")
    if not form.is_valid():
        return desk_response(request, post, interpreter_form=form, status=400)
    try:
        happenings.interpreter_order(by=post.by, errand=errand, **form.cleaned_data)
    except KnutpunktError as error:
        return desk_response(request, post, interpreter_form=form, refusal=refusal_of(error))
    return to_the_desk(post)


@posted_from("reception:desk")
@at_my_office("note")
def note(request: HttpRequest, post: Post, errand: int) -> HttpResponse:
    """Keep a note on an errand, where the office allows notes."""
    form = NoteForm(request.POST, auto_id="note-%s")
    if not form.is_valid():
        return desk_response(request, post, note_form=form, status=400)
    try:
        note_keep(by=post.by, errand=errand, text=form.cleaned_data["text"])
    except KnutpunktError as error:
        return desk_response(request, post, note_form=form, refusal=refusal_of(error))
    return to_the_desk(post)
