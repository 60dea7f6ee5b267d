"""Open now? Until when? And then? Every answer is read off ``day``."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta

from knutpunkt.engines.hours.clock import instants, opening_instant
from knutpunkt.engines.hours.errors import EndsBeforeItBegins, NaiveInstant
from knutpunkt.engines.hours.pattern import DAY_MINUTES, Interval, State
from knutpunkt.engines.hours.schedule import DayHours, Schedule, day

LOOK_AHEAD_DAYS = 400


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening of a day, as instants.

    Parameters
    ----------
    date
        The day whose hours these are.
    opens_at, closes_at
        Aware datetimes in the zone of the schedule. Python subtracts two of one zone by the
        wall clock and calls an ambiguous one unequal to any other zone's (PEP 495), so compute
        in UTC; ``duration`` is real time.
    interval
        The same on the wall clock.
    reason, source
        Of the rule that decided the day.
    """

    date: date
    opens_at: datetime
    closes_at: datetime
    interval: Interval
    reason: str
    source: str

    @property
    def duration(self) -> timedelta:
        """Real time from opening to closing, also when the clocks change in between."""
        return self.closes_at.astimezone(UTC) - self.opens_at.astimezone(UTC)


def intervals(schedule: Schedule, first: date, last: date) -> tuple[Opening, ...]:
    """List all openings from ``first`` to ``last``, both days included.

    Days that are unknown have none; ask ``day`` or ``days`` to tell them from closed ones.

    Raises
    ------
    EndsBeforeItBegins
        When ``last`` is before ``first``.
    """
    return tuple(
        _opening(hours, interval, schedule)
        for hours in days(schedule, first, last)
        for interval in hours.intervals
        if _lasts(hours.date, interval, schedule)
    )


def _lasts(on: date, interval: Interval, schedule: Schedule) -> bool:
    opens_at, closes_at = instants(on, interval, schedule.zone)
    return opens_at < closes_at


def _opening(hours: DayHours, interval: Interval, schedule: Schedule) -> Opening:
    opens_at, closes_at = instants(hours.date, interval, schedule.zone)
    return Opening(
        hours.date,
        opens_at.astimezone(schedule.zone),
        closes_at.astimezone(schedule.zone),
        interval,
        hours.reason,
        hours.source,
    )


def days(schedule: Schedule, first: date, last: date) -> tuple[DayHours, ...]:
    """Give the answer for every day from ``first`` to ``last``, both included.

    Raises
    ------
    EndsBeforeItBegins
        When ``last`` is before ``first``.
    """
    if last < first:
        raise EndsBeforeItBegins(first=first, last=last)
    return tuple(
        day(schedule, first + timedelta(offset)) for offset in range((last - first).days + 1)
    )


def week(schedule: Schedule, on: date) -> tuple[DayHours, ...]:
    """Give the seven days, Monday to Sunday, of the week that ``on`` falls in."""
    monday = on - timedelta(on.weekday())
    return days(schedule, monday, monday + timedelta(6))


@dataclass(frozen=True, slots=True)
class Status:
    """Whether a schedule is open at an instant, and what comes next.

    Parameters
    ----------
    at
        The instant, in the zone of the schedule.
    open
        True, False, or None when the day is unknown.
    until
        When open turns closed or closed turns open; None when that is unknown, or further away
        than 400 days. Adjoining intervals are one opening.
    next_opening
        When it next turns open, after ``at``; None when unknown or further away than 400 days.
    next_is_unknown_from
        The first unknown day, where it comes before any known opening; None otherwise.
    today
        The answer for the day of ``at``.
    """

    at: datetime
    open: bool | None
    until: datetime | None
    next_opening: datetime | None
    next_is_unknown_from: date | None
    today: DayHours

    @property
    def reason(self) -> str:
        """Why the day is as it is."""
        return self.today.reason


def status(schedule: Schedule, instant: datetime) -> Status:
    """Say whether a schedule is open at an instant, until when, and when it opens next.

    Parameters
    ----------
    schedule
        Of an office or of an authority inside one.
    instant
        Aware, in any zone.

    Raises
    ------
    NaiveInstant
        When the instant has no time zone.
    """
    if instant.utcoffset() is None:
        raise NaiveInstant(instant=instant)
    now = instant.astimezone(UTC)
    at = now.astimezone(schedule.zone)
    today = day(schedule, at.date())
    current, following = _around(schedule, now, at.date())
    if current and not current.is_open:
        return Status(at, None, None, None, at.date(), today)
    opens_next = following is not None and following.is_open
    next_opening = following.begins.astimezone(schedule.zone) if following and opens_next else None
    unknown_from = following.first_day if following and not opens_next else None
    until = _closing(current, following, schedule, at) if current else next_opening
    return Status(at, current is not None, until, next_opening, unknown_from, today)


@dataclass(frozen=True, slots=True)
class _Spell:
    """A stretch of time, in UTC, that is open throughout or unknown throughout."""

    begins: datetime
    ends: datetime
    first_day: date
    is_open: bool


def _around(schedule: Schedule, now: datetime, today: date) -> tuple[_Spell | None, _Spell | None]:
    """Find the spell that holds now, if any, and the one after."""
    ahead = _merged(spell for spell in _spells(schedule, today) if spell.ends > now)
    spell = next(ahead, None)
    if spell and spell.begins <= now:
        return spell, next(ahead, None)
    return None, spell


def _merged(spells: Iterator[_Spell]) -> Iterator[_Spell]:
    """Join open spells that follow on each other without a gap.

    Unknown spells are passed on as they come: nobody asks how long the unknown lasts, and looking
    for its end would mean deciding every day of the year.
    """
    held: _Spell | None = None
    for spell in spells:
        if held is None:
            held = spell
        elif spell.is_open and spell.begins <= held.ends:
            held = replace(held, ends=spell.ends)
        else:
            yield held
            held = spell
        if not held.is_open:
            yield held
            held = None
    if held:
        yield held


def _spells(schedule: Schedule, today: date) -> Iterator[_Spell]:
    for offset in range(LOOK_AHEAD_DAYS + 1):
        hours = day(schedule, today + timedelta(offset))
        for interval in _spans(hours):
            begins, ends = instants(hours.date, interval, schedule.zone)
            if begins < ends:
                yield _Spell(begins, ends, hours.date, hours.state is State.OPEN)


def _spans(hours: DayHours) -> tuple[Interval, ...]:
    return (Interval(0, DAY_MINUTES),) if hours.state is State.UNKNOWN else hours.intervals


def _closing(
    current: _Spell, following: _Spell | None, schedule: Schedule, at: datetime
) -> datetime | None:
    """When an open spell is known to end: neither in the unknown nor beyond what was looked at."""
    horizon = opening_instant(at.date() + timedelta(LOOK_AHEAD_DAYS + 1), 0, schedule.zone)
    into_unknown = following is not None and following.begins <= current.ends
    if into_unknown or current.ends >= horizon:
        return None
    return current.ends.astimezone(schedule.zone)
