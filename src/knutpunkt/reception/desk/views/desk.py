"""The clerk's screen, and what explains it."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from knutpunkt.errors import KnutpunktError
from knutpunkt.reception import transitions
from knutpunkt.reception.desk.access import Post, at_my_office, offices_worked_at
from knutpunkt.reception.desk.counter_form import OpenCounterForm
from knutpunkt.reception.desk.errand_forms import (
    AboutForm,
    AddErrandForm,
    IncidentForm,
    InterpreterForm,
    NoteForm,
    TransferForm,
)
from knutpunkt.reception.desk.pages.board import Board, board_of
from knutpunkt.reception.desk.pages.comparing import comparison_of
from knutpunkt.reception.desk.pages.steps import outcome_keys, steps_of
from knutpunkt.reception.desk.pages.vocabulary import vocabulary_of
from knutpunkt.reception.desk.views.answering import (
    Refusal,
    alarm_mark,
    answer_page,
    refusal_of,
)


@require_safe
def offices(request: HttpRequest) -> HttpResponseBase:
    """Show the offices where somebody works; who has one is led straight there."""
    from django.contrib.auth.views import redirect_to_login
    from django.shortcuts import render

    if not request.user.is_authenticated:
        return redirect_to_login(request.get_full_path())
    found = offices_worked_at(request.user)
    if not found:
        raise PermissionDenied
    if len(found) == 1:
        return redirect("reception:desk", found[0][0].key)
    shown = [{"key": office.key, "name": name} for office, name in found]
    return render(request, "reception/desk/offices.html", {"offices": shown})


@require_safe
@at_my_office("look")
def desk(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the counter and the queue; a greeter is led to the door."""
    if not post.by.may("session"):
        return redirect("reception:greeter", post.key)
    return desk_response(request, post)


@require_safe
@at_my_office("session")
def waiting_list(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the queue alone: what a browser that missed something fetches anew."""
    shown: dict[str, Any] = {"board": board_of(post)}
    return answer_page(request, post, "_list", here="desk", **shown)


@require_safe
@at_my_office("look")
def why(request: HttpRequest, post: Post) -> HttpResponse:
    """Explain in words and figures why one who waits stands before another."""
    try:
        page = comparison_of(post, request.GET.get("before", ""), request.GET.get("after", ""))
    except KnutpunktError as error:
        return answer_page(request, post, "refused", here="desk", refusal=refusal_of(error))
    return answer_page(request, post, "why", here="desk", page=page)


def desk_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None, status: int = 200,
    **forms: Any,
) -> HttpResponse:  # fmt: skip
    """Answer with the clerk's screen; a refused form comes back as it was filled in."""
    board = board_of(post)
    watching = "watch" in request.GET and board.now is None
    shown: dict[str, Any] = {
        "board": board,
        "watching": watching,
        "alarm_mark": alarm_mark(request),
        "vocabulary": vocabulary_of(post),
        "open_form": None,
        **_forms(post, board, forms),
        **forms,
    }
    if board.session_id is None and "open_form" not in forms:
        shown["open_form"] = _open_form(post)
    return answer_page(
        request, post, "desk", here="desk", refusal=refusal, status=status, **shown
    )  # fmt: skip


def _open_form(post: Post) -> OpenCounterForm:
    return OpenCounterForm(office=post.office, authority=post.by.authority)


def _forms(post: Post, board: Board, given: dict[str, Any]) -> dict[str, Any]:
    """Forms of what can be done now; those that were refused are at hand already."""
    line = board.now
    shown: dict[str, Any] = {"incident_form": IncidentForm(auto_id="incident-%s")}
    if line is None:
        if board.undo and board.undo.finished:
            shown["add_form"] = AddErrandForm(office=post.key, auto_id="add-%s")
        return shown
    shown["transfer_form"] = TransferForm(
        office=post.key, office_id=post.office.pk, auto_id="transfer-%s"
    )
    if line.state == transitions.SERVING:
        shown |= {
            "outcomes": outcome_keys(post.key, line.errand),
            "steps": steps_of(None if line.known else post, given.get("step")),
            "add_form": AddErrandForm(office=post.key, auto_id="add-%s"),
            "interpreter_form": InterpreterForm(
                initial={"language": line.interpreter}, auto_id="interpreter-%s"
            ),
            "about_form": None if line.known else AboutForm(office=post.key, by=post.by),
        }
        if board.notes_allowed:
            shown["note_form"] = NoteForm(initial={"text": line.note}, auto_id="note-%s")
    return shown
