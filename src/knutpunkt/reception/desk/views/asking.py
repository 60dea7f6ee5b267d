"""Small pages that ask once more before something is done."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from knutpunkt.reception import transitions
from knutpunkt.reception.desk.access import Post, at_my_office
from knutpunkt.reception.desk.errand_forms import STEPS
from knutpunkt.reception.desk.pages.board import board_of
from knutpunkt.reception.desk.pages.steps import step_of
from knutpunkt.reception.desk.views.answering import answer_page


@require_safe
@at_my_office("serve")
def step(request: HttpRequest, post: Post, errand: int, outcome: str) -> HttpResponse:
    """Ask what an outcome needs beside itself, where no script opens it in place."""
    if outcome not in STEPS:
        raise Http404
    board = board_of(post)
    line = board.now
    if line is None or line.errand != errand or line.state != transitions.SERVING:
        return redirect("reception:desk", post.key)
    asked = step_of(outcome, asking_of=None if line.known else post)
    shown: dict[str, Any] = {"line": line, "counter": board.counter, "step": asked}
    return answer_page(request, post, "step", here="desk", **shown)


@require_safe
@at_my_office("serve")
def call_one(request: HttpRequest, post: Post, errand: int) -> HttpResponse:
    """Ask whether somebody is really to be called before those ahead of them."""
    board = board_of(post)
    queue = board.waiting
    place = next((n for n, one in enumerate(queue) if one.line.errand == errand), None)
    if place is None or board.session_id is None:
        return redirect("reception:desk", post.key)
    shown: dict[str, Any] = {
        "line": queue[place].line,
        "crowding": queue[place].crowding,
        "passed": [one.line for one in queue[:place]],
        "counter": board.counter,
    }
    return answer_page(request, post, "call_one", here="desk", **shown)
