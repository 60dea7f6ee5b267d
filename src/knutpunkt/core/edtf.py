"""Rough dates in EDTF (ISO 8601-2), evaluated as the first and last day they can mean.

A register knows many days only roughly. The text is kept as it was written; what computing needs
is two bounds: the earliest and the latest day on which the thing can have happened.

References
----------
Library of Congress, Extended Date/Time Format specification, 2019:
https://www.loc.gov/standards/datetime/
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from knutpunkt.core.errors import RoughDateUnreadable

DAWN = date.min
"""Stands for "no first day is known"."""
DUSK = date.max
"""Stands for "no last day is known"."""

_YEAR = re.compile(r"([0-9]{4})")
_MONTH = re.compile(r"([0-9]{4})-([0-9]{2})")
_DAY = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_UNSPECIFIED = re.compile(
    r"[0-9]{2}(?:XX|[0-9]X)|[0-9]{4}-XX(?:-XX)?|[0-9]{4}-(?:0[1-9]|1[0-2])-XX"
)

# Months of the divisions of a year: seasons (21-24, northern hemisphere 25-28), quarters (33-36),
# thirds (37-39) and halves (40, 41). Winter is read as January to March: EDTF leaves it open.
_DIVISIONS: dict[int, tuple[int, int]] = {
    21: (3, 5), 22: (6, 8), 23: (9, 11), 24: (1, 3),
    25: (3, 5), 26: (6, 8), 27: (9, 11), 28: (1, 3),
    33: (1, 3), 34: (4, 6), 35: (7, 9), 36: (10, 12),
    37: (1, 4), 38: (5, 8), 39: (9, 12),
    40: (1, 6), 41: (7, 12),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class RoughDate:
    """A day known exactly or roughly.

    Attributes
    ----------
    text
        What was written, in EDTF.
    earliest, latest
        First and last day it can mean, both inclusive; ``DAWN`` or ``DUSK`` where unbounded.
    """

    text: str
    earliest: date
    latest: date

    @property
    def exact(self) -> bool:
        return self.earliest == self.latest

    def __str__(self) -> str:
        return self.text


@lru_cache(maxsize=4096)
def parse(text: str) -> RoughDate:
    """Read a rough date.

    Parameters
    ----------
    text
        A day, month, year, season, quarter, third or half year; unspecified digits (``2021-XX``);
        an interval ``a/b``; or one day of a set ``[a..b]``, open on either side.

    Returns
    -------
    RoughDate
        The text with its bounds.

    Raises
    ------
    RoughDateUnreadable
        For anything else, also for the approximate ``~`` and uncertain ``?``: they give no bounds.
    """
    written = text.strip()
    if not written:
        raise RoughDateUnreadable(text=text, reason="it is empty")
    if re.search(r"[~?%]", written):
        reason = "“about” and “perhaps” have no bounds; write between which days it lies"
        raise RoughDateUnreadable(text=text, reason=reason)
    spans = [_span(first, last, text) for first, last in _ends(written)]
    earliest, latest = min(low for low, _ in spans), max(high for _, high in spans)
    if (earliest, latest) == (DAWN, DUSK):
        raise RoughDateUnreadable(text=text, reason="it says nothing; leave it empty")
    return RoughDate(written, earliest, latest)


def one_day(day: date) -> RoughDate:
    """Turn a known day into the same type."""
    return RoughDate(day.isoformat(), day, day)


def next_day(day: date) -> date:
    """Tomorrow; the last day of the calendar has no tomorrow and stays."""
    return day if day == DUSK else day + timedelta(days=1)


def _ends(written: str) -> list[tuple[str, str]]:
    """Split into first and last dates, one pair for each member; an empty end is unbounded."""
    if written.startswith("[") and written.endswith("]"):
        members = [part.strip() for part in written[1:-1].split(",")]
        pairs = [_pair(member, "..") for member in members]
        # Only the first member may be open to the past, only the last one to the future.
        inner = [pair[0] for pair in pairs[1:]] + [pair[1] for pair in pairs[:-1]]
        return pairs if all(inner) else [(written, written)]
    if "/" in written:
        first, last = _pair(written, "/")
        return [("" if first == ".." else first, "" if last == ".." else last)]
    return [(written, written)]


def _pair(part: str, sign: str) -> tuple[str, str]:
    first, found, last = part.partition(sign)
    return (first, last) if found else (part, part)


def _span(first: str, last: str, whole: str) -> tuple[date, date]:
    """First and last day between two dates."""
    earliest = DAWN if first == "" else _bounds(first, whole)[0]
    latest = DUSK if last == "" else _bounds(last, whole)[1]
    if earliest > latest:
        raise RoughDateUnreadable(text=whole, reason="its end lies before its beginning")
    return earliest, latest


def _bounds(part: str, whole: str) -> tuple[date, date]:
    """First and last day of one date without operators."""
    try:
        if match := _DAY.fullmatch(part):
            day = date(*map(int, match.groups()))
            return day, day
        if match := _MONTH.fullmatch(part):
            return _months(*map(int, match.groups()))
        if match := _YEAR.fullmatch(part):
            year = int(match[1])
            return date(year, 1, 1), date(year, 12, 31)
        if _UNSPECIFIED.fullmatch(part):
            return _unspecified(part)
    except ValueError:
        reason = f"“{part}” is not in the calendar"
        raise RoughDateUnreadable(text=whole, reason=reason) from None
    raise RoughDateUnreadable(text=whole, reason=f"“{part}” is not a date")


def _months(year: int, number: int) -> tuple[date, date]:
    """First and last day of a month, or of a season, quarter, third or half of a year."""
    first, last = _DIVISIONS.get(number, (number, number))
    return date(year, first, 1), date(year, last, calendar.monthrange(year, last)[1])


def _unspecified(part: str) -> tuple[date, date]:
    """Bounds of ``202X``, ``2021-XX``, ``2021-05-XX``: the widest the digits allow."""
    year, *rest = part.split("-")
    if "X" in year:
        low, high = int(year.replace("X", "0")), int(year.replace("X", "9"))
        return date(max(low, 1), 1, 1), date(high, 12, 31)
    if rest[0] == "XX":
        return date(int(year), 1, 1), date(int(year), 12, 31)
    return _months(int(year), int(rest[0]))
