"""Days on a line from left to right, with months, quarters or years marked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.utils.formats import date_format

MONTHS = 12
#: Months from mark to mark, the finest first.
STEPS = (1, 3, 6, 12, 24, 60, 120)


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a month begins."""

    x: float
    label: str
    year: bool


@dataclass(frozen=True, slots=True)
class Timescale:
    """Days ``first`` to ``last`` between ``left`` and ``right``; others are moved to the edge."""

    first: date
    last: date
    left: float
    right: float

    def x(self, day: date) -> float:
        """Place a day."""
        length = max((self.last - self.first) / timedelta(days=1), 1.0)
        share = (day - self.first) / timedelta(days=1) / length
        return self.left + min(max(share, 0.0), 1.0) * (self.right - self.left)

    def marks(self, at_most: int) -> tuple[Mark, ...]:
        """Beginnings of months, as fine as fits: January is called by its year."""
        spans = (self.last.year - self.first.year) * MONTHS + self.last.month - self.first.month
        step = next((step for step in STEPS if spans / step <= at_most), STEPS[-1])
        return tuple(Mark(self.x(day), _label(day), day.month == 1) for day in self._months(step))

    def _months(self, step: int) -> Iterator[date]:
        month = self.first.year * MONTHS + self.first.month - 1
        month += -month % step
        while (day := date(month // MONTHS, month % MONTHS + 1, 1)) <= self.last:
            if day >= self.first:
                yield day
            month += step


def _label(day: date) -> str:
    return str(day.year) if day.month == 1 else date_format(day, "M").lower()
