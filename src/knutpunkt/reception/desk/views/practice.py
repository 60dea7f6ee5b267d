"""What somebody who practises does beside the rest: let a visitor come."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from, request_key
from knutpunkt.reception.desk.practising import practice_ticket
from knutpunkt.reception.desk.views.acting import to_the_desk
from knutpunkt.reception.desk.views.answering import refusal_of
from knutpunkt.reception.desk.views.desk import desk_response


@posted_from("reception:desk")
@at_my_office("session")
def give_ticket(request: HttpRequest, post: Post) -> HttpResponse:
    """Give out a practice ticket and ask nothing."""
    try:
        given = practice_ticket(by=post.by, request_key=request_key(request, "practice"))
    except KnutpunktError as error:
        return desk_response(request, post, refusal=refusal_of(error))
    said = _("Practice ticket %(number)s waits.") % {"number": given.number}
    messages.success(request, said)
    return to_the_desk(post)
