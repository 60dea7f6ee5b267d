"""How many offices are open on a day: derived from the balance and dated events, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.network.models import PublishedCount
from knutpunkt.network.selectors.register import Register, network_on
from knutpunkt.network.selectors.views import Balance, NetworkOnDay, OfficeOnDay


@dataclass(frozen=True, slots=True)
class Count:
    """Open offices on a day.

    Attributes
    ----------
    count
        The number; ``None`` where the dates are too rough for one.
    at_least, at_most
        Bounds; ``at_most`` is ``None`` before the first opening balance, where nothing bounds it.
    unnamed
        Offices in the number that no source names.
    perhaps
        Named offices that may be open on the day: the reason for the range.
    doubtful
        Offices that are shown but not counted, because their claim is doubtful.
    """

    day: date
    known_on: date | None
    count: int | None
    at_least: int
    at_most: int | None
    named: int
    unnamed: int
    municipalities: int
    balance: Balance | None
    perhaps: tuple[OfficeOnDay, ...]
    doubtful: tuple[OfficeOnDay, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """A published figure beside ours on the days it can mean."""

    counted_on: str
    published: int
    kind: str
    published_on: str
    source: str
    note_sv: str
    note_en: str
    at_least: int
    at_most: int | None
    anchored: bool

    @property
    def difference(self) -> int:
        """How far the figure lies outside our range; zero inside it."""
        if self.published < self.at_least:
            return self.published - self.at_least
        if self.at_most is not None and self.published > self.at_most:
            return self.published - self.at_most
        return 0


def count_on(day: date, *, known_on: date | None = None) -> Count:
    """Count the open offices on a day, as known on a day: seven queries."""
    return count_network(network_on(day, known_on=known_on))


def count_network(network: NetworkOnDay) -> Count:
    """Count what a network read for a day holds."""
    balance = network.balance
    sure = [office for office in network.offices if office.open == "yes"]
    perhaps = [office for office in network.offices if office.open == "perhaps"]
    unnamed = balance.unnamed if balance else 0
    at_least = unnamed + len(sure)
    at_most = at_least + len(perhaps) if balance else None
    return Count(
        day=network.day,
        known_on=network.known_on,
        count=at_least if at_least == at_most else None,
        at_least=at_least,
        at_most=at_most,
        named=len(sure),
        unnamed=unnamed,
        municipalities=len({o.address.municipality_code for o in sure} - {None}),
        balance=balance,
        perhaps=tuple(perhaps),
        doubtful=tuple(o for o in network.offices if o.confidence == "doubtful"),
    )


def compare_published(
    *, known_on: date | None = None, until: date | None = None
) -> list[Comparison]:
    """Put every published figure beside our own on the first and last day it can mean.

    Eight queries however many figures there are.
    """
    register = Register(known_on=known_on)

    @cache
    def ours(day: date) -> Count:
        return count_network(register.on(day))

    found = []
    for row in PublishedCount.objects.all():
        first, last = row.earliest or DAWN, row.latest or DUSK
        if (until is not None and first > until) or (
            known_on is not None and row.known_from > known_on
        ):
            continue
        ends = [ours(first), ours(last)]
        found.append(_comparison(row, ends))
    return found


def _comparison(row: PublishedCount, ends: list[Count]) -> Comparison:
    most = [end.at_most for end in ends]
    return Comparison(
        counted_on=row.counted_on,
        published=row.count,
        kind=row.kind,
        published_on=row.published_on,
        source=row.source,
        note_sv=row.note_sv,
        note_en=row.note_en,
        at_least=min(end.at_least for end in ends),
        at_most=None if None in most else max(n for n in most if n is not None),
        anchored=all(end.balance is not None for end in ends),
    )
