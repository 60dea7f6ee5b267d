"""One moment at a time on a calendar: what `Calendar` reckons for arrays, for plain numbers.

The passes of the critical path visit one activity after another; arrays would only cost time.
"""

from __future__ import annotations

from knutpunkt.engines.schedule.calendars import Calendar

NEAR = 1e-7


class Clock:
    """Work on one calendar, with the conventions of `Calendar`."""

    def __init__(self, calendar: Calendar) -> None:
        self._calendar = calendar
        self._always = calendar.works_every_day
        tables = calendar.tables
        self._base = float(tables.base)
        self._lost: list[float] = tables.lost.tolist()
        self._until: list[float] = tables.until.tolist()
        self._begins: list[float] = tables.begins.tolist()
        self._skipped: list[float] = tables.skipped.tolist()

    def add(self, start: float, work: float) -> float:
        """Earliest moment by which ``work`` working days have passed since ``start``."""
        if self._always or work == 0:
            return start + work
        end = self.reached(self.worked(start) + work)
        return max(start, end) if work > 0 else end

    def subtract(self, end: float, work: float) -> float:
        """Latest moment from which ``work`` working days remain until ``end``."""
        if self._always or work == 0:
            return end - work
        start = self.latest(self.worked(end) - work)
        return min(end, start) if work > 0 else start

    def between(self, start: float, end: float) -> float:
        """Working days from ``start`` to ``end``."""
        return self.worked(end) - self.worked(start)

    def next_start(self, moment: float) -> float:
        """Earliest moment at or after ``moment`` at which work goes on."""
        day = moment - self._base + NEAR
        if self._always:
            return moment
        if 0 <= day < len(self._begins):
            return max(moment, self._begins[int(day)] + self._base)
        return float(self._calendar.next_start(moment))

    def worked(self, moment: float) -> float:
        """Working days up to ``moment``, counted from some fixed day."""
        day = moment - self._base
        if self._always:
            return moment
        if 0 <= day < len(self._lost):
            return min(day - self._lost[int(day)], self._until[int(day)])
        return float(self._calendar.worked(moment))

    def reached(self, worked: float) -> float:
        """Earliest moment at which `worked` reaches this many working days."""
        if self._always:
            return worked
        if 1 <= worked < len(self._skipped):
            return worked + self._skipped[int(worked - NEAR)]
        return float(self._calendar.reached(worked))

    def latest(self, worked: float) -> float:
        """Latest moment at which `worked` is still this many working days."""
        if self._always:
            return worked
        if 1 <= worked < len(self._skipped) - 1:
            return worked + self._skipped[int(worked + NEAR)]
        return float(self._calendar.latest(worked))
