"""The screen of an office on the wall: the called number, the counter, how many wait."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.core.fields import to_ms
from knutpunkt.reception.desk.names import names_of_offices
from knutpunkt.reception.live_board import Board, board_read
from knutpunkt.reception.live_words import snapshot_words

TEMPLATE = "reception/display.html"
EARLIER_SHOWN = 5


@require_safe
@never_cache
def display(request: HttpRequest, key: str) -> HttpResponse:
    """Show what has been called, without an account: numbers and counters, nothing more."""
    board = _board(key)
    now = clock.now()
    last = board.shown_at(to_ms(now))
    earlier = [call for call in board.calls if call != last]
    page = {
        "key": key,
        "name": names_of_offices([board.office]).get(board.office, key),
        "last": last,
        "earlier": earlier[:EARLIER_SHOWN],
        "waiting": board.waiting,
        "calls": last is not None or not board.closed_at(to_ms(now)),
        "closed": board.closed_at(to_ms(now)),
        "simulated": board.simulated,
        "now": now,
    }
    return render(request, TEMPLATE, page)


@require_safe
@never_cache
def display_state(request: HttpRequest, key: str) -> HttpResponse:
    """Say the same as plain values, for a screen whose stream is cut off."""
    return JsonResponse(snapshot_words(_board(key)))


urlpatterns_display = [
    path("<slug:key>/", display, name="display"),
    path("<slug:key>/state/", display_state, name="display-state"),
]


def _board(key: str) -> Board:
    now = clock.now()
    board = board_read(_ask, key, now=to_ms(now), today=now.date())
    if board is None:
        raise Http404
    return board


def _ask(sql: str, values: Sequence[Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        found: list[Any] = cursor.fetchall()
    return found
