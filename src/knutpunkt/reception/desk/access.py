"""Who is let in: whoever works at the office, in the role they have there."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse

from knutpunkt.accounts.models import User
from knutpunkt.accounts.selectors import appointments_held
from knutpunkt.network.models import Office
from knutpunkt.reception.actors import WORKING_ROLES, Actor, actor_of_user
from knutpunkt.reception.desk.names import names_of_offices

View = Callable[..., HttpResponseBase]
NONCE_BYTES = 12


@dataclass(frozen=True, slots=True)
class Post:
    """An office, by the name it has today, and somebody who works there."""

    office: Office
    name: str
    by: Actor
    account: str

    @property
    def key(self) -> str:
        """Key of the office, as addresses have it."""
        return self.office.key


def at_my_office(action: str) -> Callable[[View], View]:
    """Let in whoever works at the office and may do the action there; the view gets a ``Post``.

    Strangers are sent to the login. Somebody who does not work there learns nothing, not even
    whether there is such an office: the page is not found.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, key: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not request.user.is_authenticated:
                return redirect_to_login(_page_to_come_back_to(request, key))
            post = _post(request.user, key)
            if not post.by.may(action):
                raise PermissionDenied
            return view(request, post, *args, **kwargs)

        return guarded

    return decorate


def posted_from(page: str) -> Callable[[View], View]:
    """Answer POST only; whoever comes otherwise is led to the page the form stands on.

    Looking at an address therefore never changes anything.
    """

    def decorate(view: View) -> View:
        @wraps(view)
        def answered(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if request.method != "POST":
                return redirect(page, kwargs["key"])
            return view(request, *args, **kwargs)

        return answered

    return decorate


def offices_worked_at(user: Any) -> list[tuple[Office, str]]:
    """Offices where somebody works today, with their names: two queries."""
    posts = [one for one in appointments_held(user) if one.role in WORKING_ROLES]
    offices = Office.objects.in_bulk({one.office_id for one in posts if one.office_id})
    names = names_of_offices(offices)
    return sorted(((o, names.get(pk, o.key)) for pk, o in offices.items()), key=lambda one: one[1])


def new_nonce() -> str:
    """A word that every form of one page carries, so that a form sent twice acts once."""
    return secrets.token_urlsafe(NONCE_BYTES)


def request_key(request: HttpRequest, *what: object) -> str:
    """What makes a request one: the page it was sent from, and what it asks for."""
    nonce = request.POST.get("nonce", "")[:24]
    return ".".join([nonce, *map(str, what)]) if nonce else ""


def _page_to_come_back_to(request: HttpRequest, key: str) -> str:
    """After the login a page is shown, never the answer to a form that was not sent."""
    asked = request.get_full_path()
    return asked if request.method in ("GET", "HEAD") else reverse("reception:desk", args=[key])


def _post(user: Any, key: str) -> Post:
    assert isinstance(user, User)
    office = Office.objects.filter(key=key).first()
    by = None if office is None else actor_of_user(user, office)
    if office is None or by is None:
        raise Http404
    if by.role == "municipal-desk" and not by.authority:
        # Without its authority a municipal desk would be taken for one of the state.
        raise PermissionDenied
    name = names_of_offices([office.pk]).get(office.pk, office.key)
    return Post(office, name, by, user.get_username())
