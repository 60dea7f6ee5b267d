"""What a visitor wants to know before leaving home: how long the wait is now, and how to book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.urls import reverse

from knutpunkt.core import clock
from knutpunkt.reception.models import OfficeDay, Room
from knutpunkt.reception.selectors.bookable import bookable_services
from knutpunkt.reception.selectors.queue import closed_now
from knutpunkt.reception.selectors.waits import HitRate, hit_rate, wait_at


@dataclass(frozen=True, slots=True)
class Visiting:
    """The reception of an office now. ``wait`` is nothing while no counter is open.

    ``kept`` says how often yesterday's statements held.
    """

    wait: dict[str, int] | None
    kept: HitRate | None
    booking: str
    simulated: bool

    @property
    def percent(self) -> int:
        """Yesterday's statements that held, of a hundred."""
        return round(100 * self.kept.share) if self.kept else 0


def visiting(key: str) -> Visiting | None:
    """Read the reception of an office; nothing where it has none. At most ten queries."""
    room = Room.objects.select_related("office").filter(office__key=key).first()
    if room is None:
        return None
    shut = closed_now(room.office_id) or _ended(room.office_id)
    bookable = bool(bookable_services(room.office))
    return Visiting(
        wait=None if shut else wait_at(room.office_id),
        kept=hit_rate(room.office_id, clock.today() - timedelta(days=1)),
        booking=reverse("booking:services", args=[key]) if bookable else "",
        simulated=room.simulated,
    )


def _ended(office: int) -> bool:
    """Whether the office has ended its day."""
    today = OfficeDay.objects.filter(office_id=office, local_day=clock.today())
    return today.filter(ended_at__isnull=False).exists()
