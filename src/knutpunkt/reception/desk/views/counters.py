"""A counter opened and closed."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from
from knutpunkt.reception.desk.counter_form import OpenCounterForm
from knutpunkt.reception.desk.views.acting import open_counter, to_the_desk
from knutpunkt.reception.desk.views.answering import refusal_of
from knutpunkt.reception.desk.views.desk import desk_response
from knutpunkt.reception.services.sessions import session_close, session_open


@posted_from("reception:desk")
@at_my_office("session")
def open_one(request: HttpRequest, post: Post) -> HttpResponse:
    """Sit down at a counter."""
    form = OpenCounterForm(request.POST, office=post.office, authority=post.by.authority)
    if not form.is_valid():
        return desk_response(request, post, open_form=form, status=400)
    try:
        session_open(by=post.by, **form.asked())
    except KnutpunktError as error:
        return desk_response(request, post, open_form=form, refusal=refusal_of(error))
    return to_the_desk(post)


@posted_from("reception:desk")
@at_my_office("session")
def close_one(request: HttpRequest, post: Post) -> HttpResponse:
    """Leave the counter; what was parked there goes back to the queue."""
    try:
        session_close(by=post.by, counter=open_counter(post, request.POST.get("counter", "")))
    except KnutpunktError as error:
        return desk_response(request, post, refusal=refusal_of(error))
    return to_the_desk(post)
