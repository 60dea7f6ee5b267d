"""Working days: on which days work goes on, and how much of it lies between two moments.

A moment is a number of days; day ``d`` lasts from ``d`` to ``d + 1``. Let W(t) be the working
days up to moment t. It rises on working days and is flat on days off, so a whole weekend has the
same W. Of such a flat stretch `Calendar.add` takes the first moment (work is done as early as
possible: Friday evening) and `Calendar.subtract` the last (work begins as late as possible:
Monday morning). Adding no work leaves a moment where it is, in a weekend too. Hence

* ``between(t, add(t, w)) == w`` and ``between(subtract(t, w), t) == w``, and
* ``add(t, w) <= u`` exactly when ``t <= subtract(u, w)``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property
from typing import Any, Self

import numpy as np
import numpy.typing as npt

from knutpunkt.engines.schedule.day_tables import NEAR, WEEK, DayTables, Floats
from knutpunkt.engines.schedule.errors import CalendarUnusable, MomentWithoutDate

MONDAY_TO_FRIDAY = (0, 1, 2, 3, 4)
#: Elements reckoned at a time.
BLOCK = 8192


@dataclass(frozen=True, eq=False)
class Calendar:
    """Which days are working days.

    Parameters
    ----------
    first
        Ordinal of the first day of ``working``.
    working
        Whether each day is a working day, shape ``(days,)``, boolean. May be empty.
    week
        Working days before and after that span, Monday is 0.

    Raises
    ------
    CalendarUnusable
        When the week has no working day, so that work would never end, or names no weekday.
    """

    first: int
    working: npt.NDArray[np.bool_]
    week: tuple[int, ...] = MONDAY_TO_FRIDAY
    origin: int = field(default=0, kw_only=True)
    """Ordinal of moment 0; see `since`."""

    def __post_init__(self) -> None:
        """Refuse a calendar with which work would never end."""
        if not self.week:
            raise CalendarUnusable(reason="its week has no working day, so work never ends")
        if unknown := [day for day in self.week if day not in range(WEEK)]:
            raise CalendarUnusable(reason=f"{unknown[0]} is not a weekday (0 Monday to 6 Sunday)")
        if np.ndim(self.working) != 1:
            raise CalendarUnusable(reason="its working days are not one row of yes and no")

    @classmethod
    def of(
        cls,
        first: date,
        last: date,
        *,
        weekdays: Collection[int] = MONDAY_TO_FRIDAY,
        off: Collection[date] = (),
    ) -> Self:
        """Make a calendar of a week and days off (holidays, a July stop).

        Raises
        ------
        CalendarUnusable
            When ``last`` is before ``first`` or no weekday is a working day.
        """
        if last < first:
            raise CalendarUnusable(reason=f"its last day {last} is before its first {first}")
        days = np.arange(first.toordinal(), last.toordinal() + 1)
        # Ordinal 1 is a Monday.
        working = np.isin((days - 1) % WEEK, list(weekdays))
        working &= ~np.isin(days, [day.toordinal() for day in off])
        return cls(first.toordinal(), working, tuple(sorted(set(weekdays))))

    @classmethod
    def every_day(cls) -> Self:
        """Make the calendar on which work goes on every day."""
        return cls(1, np.ones(0, dtype=bool), tuple(range(WEEK)))

    def since(self, origin: int) -> Self:
        """Return the same calendar for moments counted from day ``origin`` instead of from 0.

        With moments near 0, float32 resolves a few seconds; near today's ordinals only 1.5 hours.
        """
        return replace(self, origin=self.origin + origin)

    def add(self, start: npt.ArrayLike, work: npt.ArrayLike) -> Floats:
        """Earliest moment by which ``work`` working days have passed since ``start``.

        Parameters
        ----------
        start
            Moments, any shape, float32 or float64 (kept). ``inf`` stays ``inf``.
        work
            Working days, of a shape that fits; negative: back in time.

        Returns
        -------
        numpy.ndarray
            Moments. ``start`` itself where ``work`` is 0.
        """
        if self.works_every_day:
            return _floats(start) + _floats(work)
        return _in_blocks(self._add, start, work)

    def subtract(self, end: npt.ArrayLike, work: npt.ArrayLike) -> Floats:
        """Latest moment from which ``work`` working days remain until ``end``.

        The counterpart of `add`, with the same shapes and units: ``end`` itself where ``work``
        is 0.
        """
        if self.works_every_day:
            return _floats(end) - _floats(work)
        return _in_blocks(self._subtract, end, work)

    def between(self, start: npt.ArrayLike, end: npt.ArrayLike) -> Floats:
        """Working days from ``start`` to ``end``; negative when ``end`` is earlier."""
        return self.worked(end) - self.worked(start)

    def next_start(self, moment: npt.ArrayLike) -> Floats:
        """Earliest moment at or after ``moment`` at which work goes on."""
        return _floats(moment) if self.works_every_day else _in_blocks(self._next_start, moment)

    def worked(self, moment: npt.ArrayLike) -> Floats:
        """Working days up to ``moment``, counted from some fixed day.

        In this measure a following activity on the same calendar begins where the one before it
        ended, so a chain of them is a sum; `reached` turns the result into a moment.
        """
        return _floats(moment) if self.works_every_day else _in_blocks(self._worked, moment)

    def reached(self, worked: npt.ArrayLike) -> Floats:
        """Earliest moment at which `worked` reaches this many working days."""
        return _floats(worked) if self.works_every_day else _in_blocks(self._earliest, worked)

    def latest(self, worked: npt.ArrayLike) -> Floats:
        """Latest moment at which `worked` is still this many working days."""
        return _floats(worked) if self.works_every_day else _in_blocks(self._latest, worked)

    def finish_date(self, moment: float) -> date:
        """Day at whose end, or within which, something finishes: midnight is the day before.

        Raises
        ------
        MomentWithoutDate
            When the moment is infinite, not a number or outside the years 1 to 9999.
        """
        return self._date(moment, np.ceil(float(moment) - NEAR[np.dtype(np.float64)]) - 1)

    def start_date(self, moment: float) -> date:
        """Day on which work that may start at ``moment`` does start.

        Raises
        ------
        MomentWithoutDate
            When the moment is infinite, not a number or outside the years 1 to 9999.
        """
        return self._date(moment, np.floor(float(self.next_start(float(moment)))))

    def _date(self, moment: float, day: float) -> date:
        ordinal = day + self.origin
        if not 1 <= ordinal <= date.max.toordinal():
            raise MomentWithoutDate(moment=float(moment))
        return date.min + timedelta(days=int(ordinal) - 1)

    @cached_property
    def works_every_day(self) -> bool:
        """Whether there is no day off at all."""
        return set(self.week) == set(range(WEEK)) and bool(np.all(self.working))

    def _add(self, start: Floats, work: Floats) -> Floats:
        end = self._earliest(self._worked(start) + work)
        # Work ahead ends after its start, so the later of the two is the start where it is none.
        if work.min() >= 0:
            return np.maximum(end, start, out=end)
        return np.where(work == 0, start, np.where(work > 0, np.maximum(end, start), end))

    def _subtract(self, end: Floats, work: Floats) -> Floats:
        start = self._latest(self._worked(end) - work)
        if work.min() >= 0:
            return np.minimum(start, end, out=start)
        return np.where(work == 0, end, np.where(work > 0, np.minimum(start, end), start))

    def _next_start(self, moment: Floats) -> Floats:
        tables = self._tables(moment.dtype)
        day, weeks = tables.fold(moment - tables.base)
        begins = tables.begins.take(_index(day + tables.near)) + tables.base
        return np.maximum(moment, _later(begins, weeks, tables.week))

    def _worked(self, moment: Floats) -> Floats:
        tables = self._tables(moment.dtype)
        day, weeks = tables.fold(moment - tables.base)
        index = _index(day)
        table = tables.lost.take(index)
        np.subtract(day, table, out=day)
        tables.until.take(index, out=table, mode="clip")
        return _later(np.minimum(day, table, out=day), weeks, tables.work_week)

    def _earliest(self, worked: Floats) -> Floats:
        tables = self._tables(worked.dtype)
        work, weeks = tables.fold_work(worked)
        moment = tables.skipped.take(_index(work - tables.near))
        return _later(np.add(moment, work, out=moment), weeks, tables.week)

    def _latest(self, worked: Floats) -> Floats:
        tables = self._tables(worked.dtype)
        work, weeks = tables.fold_work(worked)
        moment = tables.skipped.take(_index(work + tables.near))
        return _later(np.add(moment, work, out=moment), weeks, tables.week)

    def _tables(self, dtype: np.dtype[Any]) -> DayTables:
        return self._single if dtype == np.float32 else self.tables

    @cached_property
    def tables(self) -> DayTables:
        """What its days add up to, in float64."""
        return self._tabulated(np.dtype(np.float64))

    @cached_property
    def _single(self) -> DayTables:
        return self._tabulated(np.dtype(np.float32))

    def _tabulated(self, dtype: np.dtype[Any]) -> DayTables:
        return DayTables(self.first, self.working, self.week, origin=self.origin, dtype=dtype)


def _later(moment: Floats, weeks: Floats | None, period: Any) -> Floats:
    return moment if weeks is None else moment + weeks * period


def _index(value: Floats) -> npt.NDArray[np.intp]:
    # By way of int32, because processors convert only that many at a time.
    return value.astype(np.int32).astype(np.intp)


def _floats(value: npt.ArrayLike) -> Floats:
    array = np.asarray(value)
    return array if array.dtype in NEAR else array.astype(np.float64)


def _in_blocks(reckon: Callable[..., Floats], *values: npt.ArrayLike) -> Floats:
    """Apply a function to arrays piece by piece, so that its intermediate results stay cached."""
    arrays = [_floats(value) for value in values]
    dtype = np.result_type(*arrays)
    shape = np.broadcast_shapes(*(array.shape for array in arrays))
    result = np.empty(shape, dtype)
    size = result.size
    wide = [array if array.size == 1 else np.broadcast_to(array, shape) for array in arrays]
    flat = [array.reshape(-1).astype(dtype, copy=False) for array in wide]
    into = result.reshape(-1)
    for at in range(0, size, BLOCK):
        piece = slice(at, at + BLOCK)
        into[piece] = reckon(*(array if array.size == 1 else array[piece] for array in flat))
    return result[()]
