"""Published counts beside our own, over many days from one reading of the network."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.network import life
from knutpunkt.network.models import PublishedCount
from knutpunkt.network.selectors import NetworkOnDay


@dataclass(frozen=True, slots=True)
class Beside:
    """A published figure with our own range on the days it can mean.

    Attributes
    ----------
    earliest, latest
        Days the figure can mean.
    at_least, at_most
        Ours; ``None`` where those days lie before the opening balance.
    """

    counted_on: str
    earliest: date
    latest: date
    published: int
    kind: str
    published_on: str
    source: str
    confidence: str
    note_sv: str
    note_en: str
    at_least: int | None
    at_most: int | None

    @property
    def difference(self) -> int | None:
        """How far the figure lies outside our range; ``None`` where we have no range."""
        if self.at_least is None or self.at_most is None:
            return None
        return self.published - min(max(self.published, self.at_least), self.at_most)


def published_beside(network: NetworkOnDay) -> list[Beside]:
    """Put the figures published for days up to that of the network beside our own: one query.

    The network's stays hold for all days since its opening balance, so nothing is read again.
    """
    rows = PublishedCount.objects.all()
    known = network.known_on
    return [
        _beside(row, network)
        for row in rows
        if (row.earliest or DAWN) <= network.day and (known is None or row.known_from <= known)
    ]


def range_on(network: NetworkOnDay, day: date) -> tuple[int, int] | None:
    """Fewest and most open offices on a day since the opening balance; ``None`` before it."""
    if network.balance is None or day < network.balance.on:
        return None
    answers = [life.open_on(office.counted_stays, day) for office in network.offices]
    sure = network.balance.unnamed + answers.count("yes")
    return sure, sure + answers.count("perhaps")


def _beside(row: PublishedCount, network: NetworkOnDay) -> Beside:
    first, last = row.earliest or DAWN, row.latest or DUSK
    ranges = list(_ranges(network, (first, last)))
    anchored = len(ranges) == len({first, last})
    return Beside(
        counted_on=row.counted_on,
        earliest=first,
        latest=last,
        published=row.count,
        kind=row.kind,
        published_on=row.published_on,
        source=row.source,
        confidence=row.confidence,
        note_sv=row.note_sv,
        note_en=row.note_en,
        at_least=min(low for low, _high in ranges) if anchored else None,
        at_most=max(high for _low, high in ranges) if anchored else None,
    )


def _ranges(network: NetworkOnDay, days: Iterable[date]) -> Iterable[tuple[int, int]]:
    found = (range_on(network, day) for day in sorted(set(days)))
    return [pair for pair in found if pair is not None]
