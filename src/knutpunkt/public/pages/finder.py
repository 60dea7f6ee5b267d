"""The search for an office as a page."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.network.models import Level
from knutpunkt.public import words
from knutpunkt.public.drawing import WHOLE, Dot, Frame, frame_of, placed
from knutpunkt.public.forms import FinderForm
from knutpunkt.public.matching import Match
from knutpunkt.public.pages.states import StateShown, state_now, state_of_life
from knutpunkt.public.selectors import AWAITED, FindAnswer, Found

NEAREST = 10


@dataclass(frozen=True, slots=True)
class Row:
    """One office in the list."""

    name: str
    href: str
    place: str
    distance: str
    state: StateShown
    life: StateShown | None
    level: str
    level_certain: bool
    lat: str
    lon: str


@dataclass(frozen=True, slots=True)
class Link:
    """Another search."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class FinderPage:
    """The answer to a search, ready to show."""

    asked: bool
    where: str
    where_kind: str
    measured: bool
    others: tuple[Link, ...]
    suggestions: tuple[Link, ...]
    named: Link | None
    named_state: StateShown | None
    rows: tuple[Row, ...]
    number: str
    shown: int
    more: str
    planned: tuple[Row, ...]
    hours_unknown: int
    without_open: str
    unnamed: int
    when: str
    now: bool
    dots: tuple[Dot, ...]
    frame: Frame
    here: tuple[str, str] | None


def finder_page(answer: FindAnswer, form: FinderForm, *, now: bool, everything: bool) -> FinderPage:
    """Turn an answer into what the page shows."""
    asked = {key: value for key, value in form.data.items() if value and key != "all"}
    near = answer.where is not None and not everything
    shown = answer.offices[:NEAREST] if near else answer.offices
    where, named = answer.where, answer.named
    elsewhere = named is not None and all(f.office.key != named.key for f in answer.offices)
    here = where if where and where.lat is not None else None
    return FinderPage(
        asked=bool(asked.get("q") or where),
        where=_where(where),
        where_kind=where.kind if where else "",
        measured=here is not None,
        others=tuple(_search(asked, match.label, match.label) for match in answer.others),
        suggestions=tuple(_search(asked, name, name) for name in answer.suggestions),
        named=_link(named.name, named.key) if named and elsewhere else None,
        named_state=state_of_life(named, answer.network) if named and elsewhere else None,
        rows=tuple(_row(found, answer) for found in shown),
        number=words.offices_words(answer.number),
        shown=len(shown),
        more=_again(asked, all="1") if len(shown) < answer.number else "",
        planned=tuple(_row(found, answer) for found in answer.planned[: 3 if where else None]),
        hours_unknown=answer.hours_unknown,
        without_open=_again(asked, open=""),
        unnamed=answer.unnamed,
        when=words.moment(answer.at, seen_from=answer.at.replace(year=answer.at.year - 1)),
        now=now,
        dots=tuple(dot for found in shown if (dot := _dot(found, answer.at))),
        frame=_frame(shown, where) if near else WHOLE,
        here=placed(here.lat, here.lon) if here and here.lat and here.lon else None,
    )


def _where(where: Match | None) -> str:
    if where is None:
        return ""
    return where.label or _("your position")


def _search(asked: dict[str, str], text: str, query: str) -> Link:
    return Link(text, _again(asked, q=query, lat="", lon=""))


def _again(asked: dict[str, str], **changed: str) -> str:
    """The same search with something changed, as an address."""
    kept = {key: value for key, value in (asked | changed).items() if value}
    return f"{reverse('public:finder')}?{urlencode(kept)}"


def _link(name: str, key: str) -> Link:
    return Link(name, reverse("public:office", args=[key]))


def _row(found: Found, answer: FindAnswer) -> Row:
    office = found.office
    life = state_of_life(office, answer.network)
    awaited = office.state in AWAITED
    address = office.address
    return Row(
        name=office.name,
        href=reverse("public:office", args=[office.key]),
        place=address.municipality if address.municipality != office.name else address.county,
        distance=words.distance_words(found.metres),
        state=life if awaited else state_now(found, answer.at),
        life=life if office.state != "open" and not awaited and not life.later else None,
        level=str(Level(found.level).label) if found.level and not awaited else "",
        level_certain=any(offer.certain for offer in found.offers),
        lat="" if address.lat is None else str(address.lat),
        lon="" if address.lon is None else str(address.lon),
    )


def _frame(shown: Iterable[Found], where: Match | None) -> Frame:
    """The part of the country that the list is about, where it is a small one."""
    somewhere = [where, *(found.office.address for found in shown)]
    return frame_of(
        [(at.lat, at.lon) for at in somewhere if at and at.lat is not None and at.lon is not None]
    )


def _dot(found: Found, at: datetime) -> Dot | None:
    address = found.office.address
    if address.lat is None or address.lon is None:
        return None
    x, y = placed(address.lat, address.lon)
    href = reverse("public:office", args=[found.office.key])
    return Dot(x, y, state_now(found, at).look, found.office.name, href)
