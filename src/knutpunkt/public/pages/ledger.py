"""From the opening balance to a day: every opening and closing, and what it does to the count."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from django.urls import reverse
from django.utils.translation import gettext as _

from knutpunkt.core.edtf import DUSK
from knutpunkt.network.life import Moment
from knutpunkt.network.selectors import NetworkOnDay, OfficeOnDay
from knutpunkt.public import words
from knutpunkt.public.pages.sources import SourceShown, local, source_shown

Effect = Literal[-1, 0, 1]


@dataclass(frozen=True, slots=True)
class Entry:
    """One opening or closing between the balance and the day.

    Attributes
    ----------
    least, most
        By how much it surely and at most changes the count.
    """

    earliest: date
    when: str
    office: str
    href: str
    what: str
    least: Effect
    most: Effect
    note: str
    source: SourceShown | None

    @property
    def effect(self) -> str:
        """The change in words: ``+1``, ``−1``, ``0 or +1``."""
        if self.least == self.most:
            return f"{self.most:+d}".replace("-", "−")
        return _("0 or +1") if self.most > 0 else _("0 or −1")


def ledger(network: NetworkOnDay) -> tuple[Entry, ...]:
    """Openings and closings that the count of a day rests on, besides the balance itself."""
    if network.balance is None:
        return ()
    entries = [entry for office in network.offices for entry in _entries(office, network.day)]
    return tuple(sorted(entries, key=lambda entry: (entry.earliest, entry.office)))


def _entries(office: OfficeOnDay, day: date) -> Iterator[Entry]:
    for number, stay in enumerate(office.counted_stays):
        counted_in_balance = office.in_balance and number == 0
        if not counted_in_balance and stay.opened.earliest <= day:
            sure = stay.opened.latest <= day and not stay.opened.awaited
            yield _entry(office, stay.opened, _("opened"), 1 if sure else 0, 1)
        if stay.closed is not None and stay.closed.earliest < day:
            # The last visiting day itself still counts.
            sure = stay.closed.latest < day and not stay.closed.awaited
            yield _entry(office, stay.closed, _("closed"), -1, -1 if sure else 0)


def _entry(office: OfficeOnDay, moment: Moment, what: str, least: Effect, most: Effect) -> Entry:
    said = next((event for event in office.events if event.pk == moment.pk), None)
    latest = moment.latest if said is None or moment.latest != DUSK else said.latest
    return Entry(
        earliest=moment.earliest,
        when=words.between(moment.earliest, latest),
        office=office.name,
        href=reverse("public:office", args=[office.key]),
        what=what,
        least=least,
        most=most,
        note=local(said, "note") if said else "",
        source=source_shown(said) if said else None,
    )
