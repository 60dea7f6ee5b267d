"""What the days of a calendar add up to, tabulated so that nothing has to be searched."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating[Any]]

WEEK = 7
#: Days tabulated before and after the span. Moments further away are folded back by whole weeks.
DAYS_BEFORE, DAYS_AFTER = 2 * 371, 20 * 371
#: Moments closer than this to midnight are midnight: rounding never costs a weekend.
NEAR = {np.dtype(np.float64): 1e-7, np.dtype(np.float32): 1e-3}


class DayTables:
    """Sums over the days of one calendar, counted from moment ``base``.

    ``lost[d]``: days off before day d. ``until[d]``: working days through day d. ``begins[d]``:
    first working day from d on. ``skipped[k]``: day of the k-th working day, less k.
    """

    def __init__(
        self,
        first: int,
        span: npt.NDArray[np.bool_],
        week: Collection[int],
        *,
        origin: int,
        dtype: np.dtype[Any],
    ) -> None:
        opens = first - DAYS_BEFORE
        days = np.arange(opens, first + len(span) + DAYS_AFTER)
        # Ordinal 1 is a Monday.
        working = np.isin((days - 1) % WEEK, list(week))
        working[DAYS_BEFORE : DAYS_BEFORE + len(span)] = span
        # The tables end with a working day, so that every day has a next one.
        ends = int(np.flatnonzero(working)[-1]) + 1
        working = working[:ends]
        until = np.cumsum(working)
        which = np.flatnonzero(working)
        before: npt.NDArray[np.intp] = until - working
        self.near = dtype.type(NEAR[dtype])
        self.base = dtype.type(opens - origin)
        self.lost = (np.arange(ends) - before).astype(dtype)
        self.until = until.astype(dtype)
        self.begins = which[before].astype(dtype)
        self.skipped = (which - np.arange(len(which)) + float(self.base)).astype(dtype)
        self.week = dtype.type(WEEK)
        self.work_week = dtype.type(len(set(week)))

    def fold(self, day: Floats) -> tuple[Floats, Floats | None]:
        """Bring days into the tables by whole weeks; say by how many (None: by none)."""
        return _fold(day, 0, len(self.lost) - 1, self.week)

    def fold_work(self, worked: Floats) -> tuple[Floats, Floats | None]:
        """Bring sums of working days into the tables by whole weeks, as `fold` does days."""
        return _fold(worked, 1, len(self.skipped) - 2, self.work_week)


def _fold(value: Floats, low: int, high: int, period: Any) -> tuple[Floats, Floats | None]:
    """Move what lies outside ``low`` to ``high`` inside by whole periods."""
    if value.min() >= low and value.max() <= high:
        return value, None
    finite = np.isfinite(value)
    with np.errstate(invalid="ignore"):
        weeks = np.where(value < low, np.floor((value - low) / period), 0)
        weeks = np.where(value > high, np.ceil((value - high) / period), weeks)
        inside = np.where(finite, value - weeks * period, low)
    # ±inf weeks later bring back ±inf, and what is not a number stays so.
    beyond = np.where(finite, weeks, value)
    return inside.astype(value.dtype), beyond.astype(value.dtype)
