"""Tokens, a sudden closing, and the end of the day: what is shown once or asked twice."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.actors import token_issue, token_revoke
from knutpunkt.reception.desk.access import Post, at_my_office, posted_from
from knutpunkt.reception.desk.manage_forms import ClosingForm, TokenForm
from knutpunkt.reception.desk.pages import managing
from knutpunkt.reception.desk.views.answering import Refusal, answer_manage, refusal_of
from knutpunkt.reception.models import AccessToken
from knutpunkt.reception.selectors.closures import closure_now
from knutpunkt.reception.services.closing import office_close_suddenly, office_reopen
from knutpunkt.reception.services.house import day_end


@require_safe
@at_my_office("manage")
def tokens(request: HttpRequest, post: Post) -> HttpResponse:
    """Show the tokens in force."""
    return tokens_response(request, post)


@posted_from("reception:tokens")
@at_my_office("manage")
def issue_token(request: HttpRequest, post: Post) -> HttpResponse:
    """Make a token. It is shown on this one page and never again."""
    form = TokenForm(request.POST, auto_id="token-%s")
    if not form.is_valid():
        return tokens_response(request, post, token_form=form, status=400)
    try:
        made, token = token_issue(office=post.office, by=post.account, **form.cleaned_data)
    except KnutpunktError as error:
        return tokens_response(request, post, token_form=form, refusal=refusal_of(error))
    return tokens_response(request, post, made=made, secret=token)


@posted_from("reception:tokens")
@at_my_office("manage")
def revoke_token(request: HttpRequest, post: Post, token: int) -> HttpResponse:
    """Let a token open nothing from now on."""
    token_revoke(get_object_or_404(AccessToken, pk=token, office=post.office))
    return redirect("reception:tokens", post.key)


@require_safe
@at_my_office("closing")
def day(request: HttpRequest, post: Post) -> HttpResponse:
    """Show how a sudden closing and the end of the day are done."""
    return day_response(request, post)


@posted_from("reception:day")
@at_my_office("closing")
def close_suddenly(request: HttpRequest, post: Post) -> HttpResponse:
    """Close the office: first show whom that reaches, then do it."""
    form = ClosingForm(request.POST, auto_id="closing-%s")
    if not form.is_valid():
        return day_response(request, post, closing_form=form, status=400)
    asked = form.cleaned_data
    if request.POST.get("confirmed") != "1":
        reached = managing.consequences_of(post, asked["until"])
        shown: dict[str, Any] = {"closing_form": form, "asked": asked, "reached": reached}
        return answer_manage(request, post, "closing", here="day", **shown)
    try:
        office_close_suddenly(by=post.by, **asked)
    except KnutpunktError as error:
        return day_response(request, post, closing_form=form, refusal=refusal_of(error))
    messages.success(request, _("The office is closed, and everybody concerned has been told."))
    return redirect("reception:day", post.key)


@posted_from("reception:day")
@at_my_office("closing")
def reopen(request: HttpRequest, post: Post) -> HttpResponse:
    """Open the office again."""
    try:
        office_reopen(by=post.by)
    except KnutpunktError as error:
        return day_response(request, post, refusal=refusal_of(error))
    messages.success(request, _("The office is open again."))
    return redirect("reception:day", post.key)


@posted_from("reception:day")
@at_my_office("end-day")
def end_day(request: HttpRequest, post: Post) -> HttpResponse:
    """End the day, once it was said what is still open; an ended day stays as it is."""
    if managing.ended_today(post.office):
        return redirect("reception:day-report", post.key, clock.today().isoformat())
    if request.POST.get("confirmed") != "1":
        reached = managing.consequences_of(post, None)
        return answer_manage(request, post, "end_day", here="day", reached=reached)
    try:
        day_end(office=post.office.pk, by=post.by.name)
    except KnutpunktError as error:
        return day_response(request, post, refusal=refusal_of(error))
    return redirect("reception:day-report", post.key, clock.today().isoformat())


def tokens_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None, status: int = 200,
    **shown: Any,
) -> HttpResponse:  # fmt: skip
    """Answer with the tokens; one just made is shown in the clear."""
    page: dict[str, Any] = {
        "tokens": managing.tokens_of(post.office),
        "token_form": TokenForm(auto_id="token-%s"),
        "made": None,
        "secret": "",
        **shown,
    }
    return answer_manage(request, post, "tokens", refusal=refusal, status=status, **page)


def day_response(
    request: HttpRequest, post: Post, *, refusal: Refusal | None = None, status: int = 200,
    **forms: Any,
) -> HttpResponse:  # fmt: skip
    """Answer with the page about closing."""
    shown: dict[str, Any] = {
        "closure": closure_now(post.office.pk),
        "ended": managing.ended_today(post.office),
        "closing_form": ClosingForm(auto_id="closing-%s"),
        "today": clock.today(),
        **forms,
    }
    return answer_manage(request, post, "day", refusal=refusal, status=status, **shown)
