"""The visitor's own page: the place in the queue on a phone, with no account and no name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from knutpunkt.core import clock
from knutpunkt.errors import KnutpunktError
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.kiosk.languages import Language, language_of, languages
from knutpunkt.reception.kiosk.pages import LanguageLink, not_kept
from knutpunkt.reception.kiosk.place import errands_to_leave, place_shown
from knutpunkt.reception.models import Errand
from knutpunkt.reception.rate import address_of, allowed
from knutpunkt.reception.selectors.opening import name_of
from knutpunkt.reception.selectors.queue import Followed, follow
from knutpunkt.reception.services.calls import errand_leave

#: Many phones share one address in an office; a link cannot be guessed however often one tries.
LOOKS_A_MINUTE = 600
OF_ONE_TICKET_A_MINUTE = 60
#: Seconds between two looks of a phone without the live line, or without script.
EVERY = 20


@dataclass(frozen=True, slots=True)
class Phone:
    """A request of a visitor's phone: whose visit, and in which language."""

    request: HttpRequest
    found: Followed
    token: str
    language: Language

    def address_of(self, name: str) -> str:
        """Address of one of the visitor's pages, in this language."""
        return reverse(f"follow:{name}", args=[self.token]) + f"?language={self.language.code}"

    def show(self, template: str, name: str, *, status: int = 200, **more: object) -> HttpResponse:
        """Show a page with its frame; ``name`` is the page to read in other languages."""
        links = [
            LanguageLink(
                other.name,
                other.tag,
                other.direction,
                Phone(self.request, self.found, self.token, other).address_of(name),
                other == self.language,
            )
            for other in languages().values()
        ]
        context = {
            "language": self.language,
            "say": self.language.words,
            "languages": links,
            "office_name": name_of(self.found.office),
            **more,
        }
        return render(self.request, f"reception/{template}.html", context, status=status)


View = Callable[[Phone], HttpResponse]


def followed(view: View) -> Callable[[HttpRequest, str], HttpResponse]:
    """Show a page for the visit of a link; every other link gets the same answer: nothing."""

    @wraps(view)
    def shown(request: HttpRequest, token: str) -> HttpResponse:
        often = allowed(f"follow {address_of(request)}", per_minute=LOOKS_A_MINUTE)
        if not often or not allowed(f"ticket {token}", per_minute=OF_ONE_TICKET_A_MINUTE):
            return _later()
        found = follow(token)
        if found is None:
            raise Http404
        wanted = request.GET.get("language", "")
        language = language_of(wanted if wanted in languages() else found.visit.language)
        answer = not_kept(view(Phone(request, found, token, language)), language)
        answer.headers["X-Robots-Tag"] = "noindex"
        return answer

    return shown


def _later() -> HttpResponse:
    said = language_of("").words["too_often"]
    answer = HttpResponse(said, status=429, content_type="text/plain; charset=utf-8")
    answer.headers["Retry-After"] = str(EVERY)
    return answer


@require_safe
@followed
def place(phone: Phone) -> HttpResponse:
    """Show the place in the queue."""
    return phone.show(
        "follow",
        "place",
        place=place_shown(phone.found, phone.language),
        office=phone.found.office,
        state=phone.address_of("state"),
        leave=phone.address_of("leave"),
        every=EVERY,
        updated=phone.language.say("updated", time=f"{clock.now():%H:%M}"),
    )


@require_safe
@followed
def state(phone: Phone) -> HttpResponse:
    """The same for the page's script, which has the sentences ready to show."""
    time = f"{clock.now():%H:%M}"
    said = {
        **place_shown(phone.found, phone.language).as_dict(),
        "updated": phone.language.say("updated", time=time),
        "stale": phone.language.say("no_line", time=time),
    }
    return JsonResponse(said)


@require_http_methods(["GET", "HEAD", "POST"])
@followed
def leave(phone: Phone) -> HttpResponse:
    """Ask whether the visitor leaves the queue, and let them."""
    back = phone.address_of("place")
    errands = errands_to_leave(phone.found)
    if not errands:
        return redirect(back)
    if phone.request.method == "POST" and _left(phone.found, errands):
        return redirect(back)
    refused = phone.language.words["leave_not_now"] if phone.request.method == "POST" else ""
    return phone.show(
        "follow_leave",
        "leave",
        status=409 if refused else 200,
        back=back,
        refused=refused,
        number=phone.found.visit.ticket,
    )


def _left(found: Followed, errands: list[Errand]) -> bool:
    """Leave with every errand that is still as the visitor saw it; false when one is not."""
    visitor = Actor(found.visit.office_id, found.office, "visitor", "visitor")
    try:
        for errand in errands:
            errand_leave(by=visitor, errand=errand.pk, version=errand.version)
    except KnutpunktError:
        return False
    return True
