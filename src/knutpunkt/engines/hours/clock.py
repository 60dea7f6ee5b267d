"""From the wall clock of a day to instants, on both nights when the clocks change."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from knutpunkt.engines.hours.pattern import DAY_MINUTES, Interval


def opening_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Find the instant, in UTC, at which the wall clock first shows a time.

    Parameters
    ----------
    day, minute
        Minutes after midnight on the wall clock of ``day``; 1440 is the next midnight.
    zone
        Whose wall clock.

    Returns
    -------
    datetime
        The first occurrence of an ambiguous time; for a time that the clocks skip, the moment
        they jump.
    """
    return _instant(day, minute, zone, fold=0)


def closing_instant(day: date, minute: int, zone: ZoneInfo) -> datetime:
    """Find the instant, in UTC, at which the wall clock last shows a time.

    As ``opening_instant``, but the last occurrence of an ambiguous time. Where a midnight happens
    twice, the day ends at the first, so that no instant belongs to two days.
    """
    return _instant(day, minute, zone, fold=int(minute < DAY_MINUTES))


def instants(day: date, interval: Interval, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Turn an interval of a day into its opening and closing instants, in UTC.

    Both are the same instant when the clocks skip the whole interval.
    """
    return (
        opening_instant(day, interval.opens, zone),
        closing_instant(day, interval.closes, zone),
    )


def _instant(day: date, minute: int, zone: ZoneInfo, *, fold: int) -> datetime:
    wall = datetime.combine(day, time.min) + timedelta(minutes=minute)
    earlier, later = (wall.replace(tzinfo=zone, fold=which).astimezone(UTC) for which in (0, 1))
    # Around a skipped time, the offset before the jump (fold 0) gives the later instant.
    if earlier > later:
        return _jump(later, earlier, zone)
    return later if fold else earlier


def _jump(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    """Find the first instant with the new offset, to the second, by halving."""
    old = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = before + timedelta(seconds=int((after - before).total_seconds()) // 2)
        if middle.astimezone(zone).utcoffset() == old:
            before = middle
        else:
            after = middle
    return after
