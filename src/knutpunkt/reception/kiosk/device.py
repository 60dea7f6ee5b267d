"""Which machine is a kiosk: one that was started with the token of the office.

The token is typed once and kept in a cookie that no script can read, that no other site can send
along and that holds below the kiosk's own address only. It is looked up at every request, so that
revoking it ends the kiosk at the next press.
"""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from knutpunkt.reception.actors import Actor, actor_of_token

COOKIE = "kiosk"
TICKET_COOKIE = "kiosk_ticket"
LOOK_COOKIE = "kiosk_look"
#: A kiosk stays one until its token is revoked; browsers forget cookies after 400 days.
LASTS = 400 * 24 * 3600
#: The ticket on the screen is forgotten after five minutes at the latest.
TICKET_LASTS = 300
LOOKS = ("large", "contrast")


def kiosk_of(request: HttpRequest, office: str) -> Actor | None:
    """The kiosk a request comes from; nothing when it is none of this office. One query."""
    token = request.get_signed_cookie(COOKIE, default="", salt=office)
    return kiosk_of_token(token, office) if token else None


def kiosk_of_token(token: str, office: str) -> Actor | None:
    """The kiosk a token belongs to; nothing for a token of another role or office."""
    found = actor_of_token(token)
    fits = found is not None and found.role == "kiosk" and found.office_key == office
    return found if fits else None


def remember_token(answer: HttpResponse, office: str, token: str) -> None:
    """Make the browser a kiosk of the office."""
    _cookie(answer, COOKIE, token, office=office, lasts=LASTS, salt=office)


def remember_ticket(answer: HttpResponse, office: str, follow: str) -> None:
    """Keep the ticket on the screen for a while, out of the address and of the history."""
    _cookie(answer, TICKET_COOKIE, follow, office=office, lasts=TICKET_LASTS, salt=TICKET_COOKIE)


def ticket_remembered(request: HttpRequest) -> str:
    """Token of the ticket that was given out last; empty when it is nobody's any more."""
    found = request.get_signed_cookie(
        TICKET_COOKIE, default="", salt=TICKET_COOKIE, max_age=TICKET_LASTS
    )
    return str(found)


def remember_look(answer: HttpResponse, office: str, look: list[str]) -> None:
    """Keep how the visitor wants the pages to look."""
    answer.set_cookie(
        LOOK_COOKIE, "-".join(look), path=address(office), httponly=True, samesite="Strict",
        secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip


def look_of(request: HttpRequest) -> list[str]:
    """How the visitor wants the pages to look: some of ``large`` and ``contrast``."""
    said = request.COOKIES.get(LOOK_COOKIE, "").split("-")
    return [look for look in LOOKS if look in said]


def forget_visitor(answer: HttpResponse, office: str) -> None:
    """Leave nothing of the last visitor to the next."""
    for name in (TICKET_COOKIE, LOOK_COOKIE):
        answer.delete_cookie(name, path=address(office), samesite="Strict")


def address(office: str) -> str:
    """Where the kiosk of an office begins, and the path its cookies hold below."""
    return reverse("kiosk:start", args=[office])


def _cookie(
    answer: HttpResponse, name: str, value: str, *, office: str, lasts: int, salt: str
) -> None:
    answer.set_signed_cookie(
        name, value, salt=salt, max_age=lasts, path=address(office), httponly=True,
        samesite="Strict", secure=settings.SESSION_COOKIE_SECURE,
    )  # fmt: skip
