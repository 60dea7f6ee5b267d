"""The network on a day as a page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from knutpunkt.core.text import fold
from knutpunkt.network.models import KindOfOffice
from knutpunkt.network.selectors import Count, NetworkOnDay, OfficeOnDay
from knutpunkt.public import words
from knutpunkt.public.drawing import Dot, placed
from knutpunkt.public.pages.ledger import Entry, ledger
from knutpunkt.public.pages.sources import SourceShown, local, source_plain, source_shown
from knutpunkt.public.pages.states import StateShown, opening_words, state_of_life
from knutpunkt.public.pages.timeline import Step, Timeline, timeline
from knutpunkt.public.published import Beside

SORTS = ("name", "municipality", "county", "state")


@dataclass(frozen=True, slots=True)
class Named:
    """An office to read about."""

    name: str
    href: str
    because: str


@dataclass(frozen=True, slots=True)
class OfficeLine:
    """One office in the table."""

    name: str
    href: str
    municipality: str
    county: str
    kind: str
    state: StateShown
    opened: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column one can sort by."""

    title: str
    href: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class PublishedLine:
    """A published figure beside ours."""

    when: str
    published: int
    kind: str
    ours: str
    verdict: str
    agrees: bool
    note: str
    source: SourceShown


@dataclass(frozen=True, slots=True)
class BalanceShown:
    """The opening balance that counting starts from."""

    day: str
    total: int
    named: int
    unnamed: int
    note: str
    source: SourceShown


@dataclass(frozen=True, slots=True)
class NetworkPage:
    """The network on a day, ready to show."""

    day: str
    iso: str
    known_on: str
    number: str
    is_range: bool
    anchored: bool
    municipalities: int
    named: int
    under_way: str
    balance: BalanceShown | None
    perhaps: tuple[Named, ...]
    doubtful: tuple[Named, ...]
    entries: tuple[Entry, ...]
    columns: tuple[Column, ...]
    offices: tuple[OfficeLine, ...]
    dots: tuple[Dot, ...]
    published: tuple[PublishedLine, ...]
    timeline: Timeline
    steps: tuple[Step, ...]


def network_page(
    network: NetworkOnDay,
    count: Count,
    *,
    under_way: tuple[int, int],
    beside: Sequence[Beside],
    today: date,
    sort: str,
) -> NetworkPage:
    """Put together what the page of the network shows."""
    shown = timeline(network, beside, today=today)
    return NetworkPage(
        day=words.day(network.day),
        iso=network.day.isoformat(),
        known_on=words.day(network.known_on) if network.known_on else "",
        number=range_words(count.at_least, count.at_most),
        is_range=count.count is None,
        anchored=count.balance is not None,
        municipalities=count.municipalities,
        named=count.named,
        under_way=range_words(*under_way),
        balance=_balance(count),
        perhaps=tuple(_named(office, network) for office in count.perhaps),
        doubtful=tuple(_named(office, network) for office in count.doubtful),
        entries=ledger(network),
        columns=_columns(network, sort),
        offices=_lines(network, sort),
        dots=tuple(dot for office in network.offices if (dot := _dot(office, network))),
        published=tuple(_published(figure) for figure in reversed(beside)),
        timeline=shown,
        steps=shown.steps,
    )


def range_words(least: int, most: int | None) -> str:
    """``123``, ``126–137``, or where nothing bounds it ``at least 3``."""
    if most is None:
        return _("at least %(n)d") % {"n": least}
    return str(least) if least == most else f"{least}–{most}"


def _balance(count: Count) -> BalanceShown | None:
    balance = count.balance
    if balance is None:
        return None
    return BalanceShown(
        day=words.day(balance.on),
        total=balance.total,
        named=len(balance.members),
        unnamed=balance.unnamed,
        note=local(balance, "note"),
        source=source_plain(balance.source, balance.published_on),
    )


def _named(office: OfficeOnDay, network: NetworkOnDay) -> Named:
    state = state_of_life(office, network)
    opened = opening_words(office)
    because = state.rest or (_("opening: %(when)s") % {"when": opened} if opened else "")
    return Named(office.name, reverse("public:office", args=[office.key]), because)


def _columns(network: NetworkOnDay, sort: str) -> tuple[Column, ...]:
    titles = {
        "name": _("Office"),
        "municipality": _("Municipality"),
        "county": _("County"),
        "state": _("State"),
    }
    return tuple(Column(titles[key], _address(network, sort=key), key == sort) for key in SORTS)


def _address(network: NetworkOnDay, **changed: str) -> str:
    asked = {"on": network.day.isoformat()}
    if network.known_on:
        asked["known_on"] = network.known_on.isoformat()
    return f"{reverse('public:network')}?{urlencode(asked | changed)}#offices"


def _lines(network: NetworkOnDay, sort: str) -> tuple[OfficeLine, ...]:
    lines = [_line(office, network) for office in network.offices]
    if sort == "name":
        return tuple(lines)
    keys: dict[str, Callable[[OfficeLine], tuple[str, ...]]] = {
        "municipality": lambda line: (fold(line.municipality),),
        "county": lambda line: (fold(line.county), fold(line.municipality)),
        "state": lambda line: (line.state.look, line.state.word),
    }
    return tuple(sorted(lines, key=keys[sort]))


def _line(office: OfficeOnDay, network: NetworkOnDay) -> OfficeLine:
    return OfficeLine(
        name=office.name,
        href=f"{reverse('public:office', args=[office.key])}?on={network.day.isoformat()}",
        municipality=office.address.municipality,
        county=office.address.county,
        kind=str(KindOfOffice(office.kind).label),
        state=state_of_life(office, network),
        opened=opening_words(office),
    )


def _dot(office: OfficeOnDay, network: NetworkOnDay) -> Dot | None:
    """Draw an office; one that no source we trust confirms is left off the map."""
    lat, lon = office.address.lat, office.address.lon
    look = state_of_life(office, network).look
    if lat is None or lon is None or look == "unknown":
        return None
    href = reverse("public:office", args=[office.key])
    return Dot(*placed(lat, lon), look, office.name, href)


def _published(figure: Beside) -> PublishedLine:
    kinds = {"actual": _("counted"), "forecast": _("forecast"), "target": _("target")}
    return PublishedLine(
        when=words.rough_words(figure.counted_on),
        published=figure.published,
        kind=kinds.get(figure.kind, figure.kind),
        ours="" if figure.at_least is None else range_words(figure.at_least, figure.at_most),
        verdict=_difference_words(figure.difference),
        agrees=figure.difference == 0,
        note=local(figure, "note"),
        source=source_shown(figure),
    )


def _difference_words(difference: int | None) -> str:
    if difference is None:
        return _("before the opening balance: we count nothing")
    if difference == 0:
        return _("agrees")
    if difference > 0:
        said = ngettext("%(n)d more than ours", "%(n)d more than ours", difference)
    else:
        said = ngettext("%(n)d fewer than ours", "%(n)d fewer than ours", -difference)
    return said % {"n": abs(difference)}
