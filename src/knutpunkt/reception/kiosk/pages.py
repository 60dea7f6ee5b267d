"""The frame of every kiosk page: which kiosk, which language, whether the office is open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from knutpunkt.network.models import Office
from knutpunkt.reception.actors import Actor
from knutpunkt.reception.kiosk.device import address, kiosk_of, look_of
from knutpunkt.reception.kiosk.languages import Language, languages
from knutpunkt.reception.selectors.opening import Opening, opening_of


@dataclass(frozen=True, slots=True)
class LanguageLink:
    """The same page in another language."""

    name: str
    tag: str
    direction: str
    href: str
    current: bool


@dataclass(frozen=True, slots=True)
class Kiosk:
    """A request of a running kiosk."""

    request: HttpRequest
    by: Actor
    language: Language
    office: Office
    opening: Opening

    def show(self, template: str, *, status: int = 200, **more: Any) -> HttpResponse:
        """Show a page; browsers keep no copy of it, so that going back asks anew."""
        context = {
            "office": self.by.office_key,
            "office_name": self.opening.name,
            "language": self.language,
            "say": self.language.words,
            "languages": self._links(),
            "look": look_of(self.request),
            "start": address(self.by.office_key),
            "here": self._here(),
            **more,
        }
        page = render(self.request, f"reception/kiosk/{template}.html", context, status=status)
        return not_kept(page, self.language)

    def to(self, name: str, *more: str) -> HttpResponse:
        """Send the browser on to another page of this kiosk."""
        return redirect(self.address_of(name, *more))

    def address_of(self, name: str, *more: str) -> str:
        """Address of a page of this kiosk in the visitor's language."""
        return reverse(f"kiosk:{name}", args=[self.by.office_key, self.language.code, *more])

    def _here(self) -> str:
        got = self.request.method in ("GET", "HEAD")
        return self.request.get_full_path() if got else self.address_of("authorities")

    def _links(self) -> list[LanguageLink]:
        match = self.request.resolver_match
        assert match is not None
        name, known = match.view_name, dict(match.kwargs)
        if self.request.method != "GET" and name != "kiosk:booking":
            name, known = "kiosk:authorities", {"office": self.by.office_key}
        asked = "?question" if "question" in self.request.GET else ""
        return [
            LanguageLink(
                other.name,
                other.tag,
                other.direction,
                reverse(name, kwargs={**known, "language": other.code}) + asked,
                other == self.language,
            )
            for other in languages().values()
        ]


def not_kept(page: HttpResponse, language: Language) -> HttpResponse:
    """Say the language of a page, and that nobody keeps a copy."""
    page.headers["Cache-Control"] = "no-store"
    page.headers["Content-Language"] = language.tag
    return page


KioskPage = Callable[..., HttpResponse]


def kiosk_page(view: KioskPage) -> KioskPage:
    """Show a page only on a kiosk that was started, in a language it speaks."""

    @wraps(view)
    def shown(request: HttpRequest, office: str, language: str, **rest: str) -> HttpResponse:
        if language not in languages():
            raise Http404
        by = kiosk_of(request, office)
        if by is None:
            return redirect("kiosk:start", office=office)
        row = Office.objects.get(pk=by.office)
        kiosk = Kiosk(request, by, languages()[language], row, opening_of(row))
        return view(kiosk, **rest)

    return shown


def while_open(view: KioskPage) -> KioskPage:
    """Show a page only while the office is open; else when it opens next.

    Where the register knows no hours the kiosk works: whoever switched it on knows better.
    """

    @wraps(view)
    def shown(kiosk: Kiosk, **rest: str) -> HttpResponse:
        return closed(kiosk) if kiosk.opening.open is False else view(kiosk, **rest)

    return shown


def closed(kiosk: Kiosk) -> HttpResponse:
    """Say that the office gives out no numbers now, and when it opens."""
    opens = kiosk.opening.next_opening
    words = kiosk.language.words
    said = kiosk.language.opening(opens) if opens else words["opens_unknown"]
    return kiosk.show("closed", opens=said)
