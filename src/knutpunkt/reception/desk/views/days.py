"""Days at an office: how they ended, and their figures."""

from __future__ import annotations

from datetime import date
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.reception.desk.access import Post, at_my_office
from knutpunkt.reception.desk.pages.day import day_of, days_of
from knutpunkt.reception.desk.views.answering import answer_page


@require_safe
@at_my_office("look")
def days(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the last days of the office."""
    _refuse_other_authorities(post)
    shown: dict[str, Any] = {"days": days_of(post), "today": clock.today()}
    return answer_page(request, post, "days", here="days", **shown)


@require_safe
@at_my_office("look")
def day_report(request: HttpRequest, post: Post, day: str) -> HttpResponse:
    """Show a day: its report, and its figures counted from the events."""
    _refuse_other_authorities(post)
    try:
        asked = date.fromisoformat(day)
    except ValueError:
        raise Http404 from None
    if asked > clock.today():
        raise Http404
    return answer_page(request, post, "day_report", here="days", page=day_of(post, asked))


def _refuse_other_authorities(post: Post) -> None:
    """Refuse a municipal desk: these are figures of everybody's errands."""
    if post.by.authority:
        raise PermissionDenied
