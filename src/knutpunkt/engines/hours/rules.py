"""Rules: what applies from when to when, and which rule gives way to which."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time
from enum import IntEnum, StrEnum

from knutpunkt.engines.hours.errors import EndsBeforeItBegins, HalfDayWithoutTime, RuleOutOfPlace
from knutpunkt.engines.hours.pattern import CLOSED, Week


class Layer(IntEnum):
    """The four layers of rules; a higher one decides over a lower one."""

    WEEKLY = 1
    SEASON = 2
    CALENDAR = 3
    EXCEPTION = 4


@dataclass(frozen=True, slots=True)
class Until:
    """Close at ``closes`` at the latest: a half day. Never opens what is closed."""

    closes: time


@dataclass(frozen=True, slots=True)
class Extra:
    """Be open in these hours besides the ordinary ones."""

    week: Week


@dataclass(frozen=True, slots=True)
class Ordinary:
    """Keep the hours of week and season, whatever weaker rules of the day say."""


Effect = Week | Until | Extra | Ordinary


@dataclass(frozen=True, slots=True)
class Rule:
    """One statement about opening hours and the days it is valid.

    Parameters
    ----------
    layer
        Weekly pattern, season, national calendar or local exception.
    hours
        A week replaces what weaker rules say (closed and unknown are weeks too); ``Until``,
        ``Extra`` and ``Ordinary`` change it.
    first_day, last_day
        Validity, both days included; None is without bound.
    reason
        Why, in the words of whoever made the rule. The engine passes it on unread.
    source
        Where the rule is documented.

    Raises
    ------
    EndsBeforeItBegins
        When the last day is before the first.
    RuleOutOfPlace
        When a weekly pattern or a season is not given as a week.
    """

    layer: Layer
    hours: Effect
    first_day: date | None = None
    last_day: date | None = None
    reason: str = ""
    source: str = ""

    def __post_init__(self) -> None:
        """Refuse reversed validity and half statements in the two pattern layers."""
        if self.first_day and self.last_day and self.last_day < self.first_day:
            raise EndsBeforeItBegins(first=self.first_day, last=self.last_day)
        if self.layer <= Layer.SEASON and not isinstance(self.hours, Week):
            raise RuleOutOfPlace(
                f"{type(self.hours).__name__} changes other hours and cannot be the "
                f"{self.layer.name.lower()} pattern itself. Give a week, or use an exception."
            )

    @property
    def days_valid(self) -> int | None:
        """Length of the validity in days; None without bound."""
        if self.first_day is None or self.last_day is None:
            return None
        return (self.last_day - self.first_day).days + 1

    def covers(self, day: date) -> bool:
        """Say whether ``day`` lies in the validity."""
        begun = self.first_day is None or self.first_day <= day
        return begun and (self.last_day is None or day <= self.last_day)


def weakest_first(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Sort rules so that each decides over those before it.

    By layer; within a layer the shorter validity is stronger (without bound is longest), and of
    two equally long ones the one listed later. The shortest override wins also in Hauki, the
    opening-hours service of Helsinki: https://github.com/City-of-Helsinki/hauki
    """
    return tuple(sorted(rules, key=_strength))


def _strength(rule: Rule) -> tuple[int, bool, int]:
    length = rule.days_valid
    return rule.layer, length is not None, -(length or 0)


class Policy(StrEnum):
    """What a day of the national calendar means for offices."""

    OPEN = "open"
    HALF = "half"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One dated day of the national calendar.

    Parameters
    ----------
    date
        The day.
    name
        Its name, shown as the reason.
    policy
        Ordinary hours, a half day, or closed.
    until
        When a half day ends at the latest; None for the other policies.
    source
        Where the policy is documented.

    Raises
    ------
    HalfDayWithoutTime
        When a half day lacks ``until`` or another day has it.
    """

    date: date
    name: str
    policy: Policy
    until: time | None = None
    source: str = ""

    def __post_init__(self) -> None:
        """Take the policy as a word too, and refuse a half day without its time."""
        object.__setattr__(self, "policy", Policy(self.policy))
        if (self.policy is Policy.HALF) != (self.until is not None):
            raise HalfDayWithoutTime(day=self.date, policy=self.policy, until=self.until)


def calendar_rules(days: Iterable[CalendarDay]) -> tuple[Rule, ...]:
    """Turn calendar days into rules of the calendar layer, one per day, in the given order."""
    return tuple(
        Rule(Layer.CALENDAR, _effect(day), day.date, day.date, day.name, day.source) for day in days
    )


def _effect(day: CalendarDay) -> Effect:
    if day.until is not None:
        return Until(day.until)
    return Ordinary() if day.policy is Policy.OPEN else Week((CLOSED,) * 7)
