"""A week of opening hours: seven days, each open, closed or unknown."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from itertools import groupby

from knutpunkt.engines.hours.errors import ImpossibleHours

WEEKDAYS = ("Mo", "Tu", "We", "Th", "Fr", "Sa", "Su")
DAY_MINUTES = 24 * 60


class State(StrEnum):
    """What is known about a day. Unknown is not closed."""

    OPEN = "open"
    CLOSED = "closed"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """From opening to closing on the wall clock of one day.

    Parameters
    ----------
    opens
        Minutes after midnight on the wall clock, included.
    closes
        Minutes after midnight on the wall clock, not included; 1440 is midnight.

    Raises
    ------
    ImpossibleHours
        Unless ``0 <= opens < closes <= 1440``.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        """Refuse what no clock shows."""
        if not 0 <= self.opens < self.closes <= DAY_MINUTES:
            raise ImpossibleHours(
                f"An interval cannot go from minute {self.opens} to {self.closes}."
            )

    @property
    def opens_text(self) -> str:
        """The opening time as ``10:00``."""
        return _clock(self.opens)

    @property
    def closes_text(self) -> str:
        """The closing time as ``16:00``; midnight at the end of the day is ``24:00``."""
        return _clock(self.closes)

    def __str__(self) -> str:
        """Show ``10:00-16:00``."""
        return f"{self.opens_text}-{self.closes_text}"


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


@dataclass(frozen=True, slots=True)
class DayPattern:
    """One day of a week: open in some intervals, closed, or unknown.

    Parameters
    ----------
    state
        Open exactly when there are intervals.
    intervals
        In order and without overlap; adjoining ones are allowed.
    comment
        Why the day is closed or what is known of an unknown day; empty for an open day.

    Raises
    ------
    ImpossibleHours
        When state, intervals and comment contradict each other.
    """

    state: State
    intervals: tuple[Interval, ...] = ()
    comment: str = ""

    def __post_init__(self) -> None:
        """Refuse a day that contradicts itself."""
        if (self.state is State.OPEN) != bool(self.intervals):
            raise ImpossibleHours("A day has intervals exactly when it is open.")
        if self.comment and (self.state is State.OPEN or '"' in self.comment):
            raise ImpossibleHours("A comment explains a closed or unknown day, without quotes.")
        for earlier, later in zip(self.intervals, self.intervals[1:], strict=False):
            if later.opens < earlier.closes:
                raise ImpossibleHours(f"{earlier} and {later} overlap or stand in the wrong order.")

    def __str__(self) -> str:
        """Show the day as the week language writes it."""
        if self.state is State.OPEN:
            return ",".join(map(str, self.intervals))
        return f'{self.state} "{self.comment}"' if self.comment else str(self.state)


CLOSED = DayPattern(State.CLOSED)


@dataclass(frozen=True, slots=True)
class Week:
    """Seven days from Monday to Sunday.

    Raises
    ------
    ImpossibleHours
        Unless there are seven days.
    """

    days: tuple[DayPattern, ...]

    def __post_init__(self) -> None:
        """Refuse weeks of another length."""
        if len(self.days) != len(WEEKDAYS):
            raise ImpossibleHours(f"A week has 7 days, not {len(self.days)}.")

    def on(self, day: date) -> DayPattern:
        """Give the pattern of the weekday that ``day`` falls on."""
        return self.days[day.weekday()]


def format_week(week: Week) -> str:
    """Write a week in the week language; ``parse_week`` reads the same week back.

    Days that share their hours are written together, plainly closed days are left out.
    """
    if len(set(week.days)) == 1:
        return str(week.days[0])
    patterns = [pattern for pattern in dict.fromkeys(week.days) if pattern != CLOSED]
    return "; ".join(f"{format_days(_days_of(week, pattern))} {pattern}" for pattern in patterns)


def _days_of(week: Week, pattern: DayPattern) -> list[int]:
    return [weekday for weekday, day in enumerate(week.days) if day == pattern]


def format_days(weekdays: Iterable[int]) -> str:
    """Write weekdays (0 is Monday) as ``Mo,We-Fr``."""
    # Consecutive weekdays keep the same distance to their rank.
    runs = groupby(enumerate(sorted(weekdays)), key=lambda ranked: ranked[1] - ranked[0])
    return ",".join(_run([weekday for _, weekday in run]) for _, run in runs)


def _run(weekdays: list[int]) -> str:
    first, last = WEEKDAYS[weekdays[0]], WEEKDAYS[weekdays[-1]]
    return first if first == last else f"{first}-{last}"


def joined(intervals: Iterable[Interval]) -> tuple[Interval, ...]:
    """Unite intervals in any order; overlapping and adjoining ones become one."""
    union: list[Interval] = []
    for interval in sorted(intervals):
        if union and interval.opens <= union[-1].closes:
            before = union.pop()
            union.append(Interval(before.opens, max(before.closes, interval.closes)))
        else:
            union.append(interval)
    return tuple(union)


def shared(ours: tuple[Interval, ...], theirs: tuple[Interval, ...]) -> tuple[Interval, ...]:
    """Keep the time that both sides are open."""
    overlaps = ((max(a.opens, b.opens), min(a.closes, b.closes)) for a in ours for b in theirs)
    return tuple(Interval(opens, closes) for opens, closes in sorted(overlaps) if opens < closes)
