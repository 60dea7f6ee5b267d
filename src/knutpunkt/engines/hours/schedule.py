"""Decide what a day looks like. Every other answer of this engine asks ``day``."""

from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from knutpunkt.engines.hours.errors import TwoTimezones, UnknownTimezone
from knutpunkt.engines.hours.pattern import CLOSED, Interval, State, Week, joined, shared
from knutpunkt.engines.hours.rules import Extra, Layer, Rule, Until, weakest_first

# Rules of up to this many days are filed under each of their days, longer ones in one list.
FILED_DAYS = 62


@dataclass(frozen=True)
class Schedule:
    """The rules of an office, or of an authority inside an office.

    Parameters
    ----------
    rules
        In any order; among equals the later one is stronger.
    timezone
        IANA name of the zone whose wall clock the rules speak of.
    house
        For an authority: the schedule of the office around it. The authority is open only while
        the house is, and follows the house on days its own rules do not cover.

    Raises
    ------
    UnknownTimezone, TwoTimezones
        When the zone does not exist or differs from that of the house.
    """

    rules: tuple[Rule, ...] = ()
    timezone: str = "Europe/Stockholm"
    house: "Schedule | None" = None

    def __post_init__(self) -> None:
        """Refuse clocks that do not exist or disagree."""
        object.__setattr__(self, "rules", tuple(self.rules))
        try:
            ZoneInfo(self.timezone)
        except (KeyError, ValueError, OSError):
            raise UnknownTimezone(name=self.timezone) from None
        if self.house and self.house.timezone != self.timezone:
            raise TwoTimezones(inner=self.timezone, outer=self.house.timezone)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The time zone itself."""
        return ZoneInfo(self.timezone)

    def rules_on(self, day: date) -> tuple[Rule, ...]:
        """Rules that cover ``day``, weakest first."""
        filed = self._filed.get(day, ())
        long = [rule for rule in self._long if rule.covers(day)]
        return weakest_first([*long, *filed]) if filed and long else filed or tuple(long)

    @cached_property
    def _long(self) -> tuple[Rule, ...]:
        return weakest_first(rule for rule in self.rules if not _is_filed(rule))

    @cached_property
    def _filed(self) -> dict[date, tuple[Rule, ...]]:
        by_day: dict[date, tuple[Rule, ...]] = {}
        for rule in weakest_first(filter(_is_filed, self.rules)):
            for offset in range(rule.days_valid or 0):
                day = (rule.first_day or date.min) + timedelta(offset)
                by_day[day] = (*by_day.get(day, ()), rule)
        return by_day


def _is_filed(rule: Rule) -> bool:
    return rule.days_valid is not None and rule.days_valid <= FILED_DAYS


@dataclass(frozen=True, slots=True)
class DayHours:
    """The answer for one day, and why.

    Parameters
    ----------
    date
        The day.
    state
        Open, closed or unknown.
    intervals
        Wall-clock intervals in order, none unless the day is open.
    reason, source
        Of the deciding rule; for a day whose pattern carries a comment, that comment.
    rule
        The deciding rule; None when no rule covers the day, which makes it unknown.
    overridden
        All other rules that cover the day, weakest first. Those of the house come before those
        of the authority.
    """

    date: date
    state: State
    intervals: tuple[Interval, ...] = ()
    reason: str = ""
    source: str = ""
    rule: Rule | None = None
    overridden: tuple[Rule, ...] = ()


def day(schedule: Schedule, on: date) -> DayHours:
    """Decide whether a day is open, closed or unknown, and when.

    Parameters
    ----------
    schedule
        Of an office or of an authority inside one.
    on
        A date on the wall calendar of the schedule's zone.

    Returns
    -------
    DayHours
        A day no rule covers is unknown, not closed.
    """
    house = day(schedule.house, on) if schedule.house else DayHours(on, State.UNKNOWN)
    rules = schedule.rules_on(on)
    if not rules:
        return house
    answer = _folded(house, rules)
    if schedule.house:
        answer = _bounded(answer, house)
    covering = (*_rules_of(house), *rules)
    if len(covering) == 1 and answer.rule:
        return answer
    return replace(answer, overridden=tuple([r for r in covering if r is not answer.rule]))


def _rules_of(answer: DayHours) -> tuple[Rule, ...]:
    return (*answer.overridden, answer.rule) if answer.rule else answer.overridden


def _folded(start: DayHours, rules: tuple[Rule, ...]) -> DayHours:
    """Let each rule change the answer of the weaker ones."""
    answer = ordinary = start
    for rule in rules:
        answer = _changed(answer, ordinary, rule)
        if rule.layer <= Layer.SEASON:
            ordinary = answer
    return answer


def _changed(answer: DayHours, ordinary: DayHours, rule: Rule) -> DayHours:
    if isinstance(rule.hours, Week):
        return _replaced(answer, rule.hours, rule)
    if isinstance(rule.hours, Until):
        return _shortened(answer, rule.hours, rule)
    if isinstance(rule.hours, Extra):
        return _extended(answer, rule.hours, rule)
    # Ordinary: what the pattern says stands, now for the reason of this rule.
    return _because(ordinary, rule) if answer != ordinary else answer


def _replaced(answer: DayHours, week: Week, rule: Rule) -> DayHours:
    pattern = week.on(answer.date)
    if rule.layer is Layer.SEASON and pattern == CLOSED and _is_closed_weekly(answer):
        # Closed anyway on this weekday, so the season is not the reason.
        return answer
    reason = pattern.comment or rule.reason
    return DayHours(answer.date, pattern.state, pattern.intervals, reason, rule.source, rule)


def _is_closed_weekly(answer: DayHours) -> bool:
    by_week = answer.rule is not None and answer.rule.layer is Layer.WEEKLY
    return by_week and answer.state is State.CLOSED


def _shortened(answer: DayHours, half: Until, rule: Rule) -> DayHours:
    end = _minute(half.closes)
    kept = shared(answer.intervals, (Interval(0, end),) if end else ())
    if kept == answer.intervals:
        return answer
    return _because(_with(answer, kept), rule)


def _extended(answer: DayHours, extra: Extra, rule: Rule) -> DayHours:
    # Beside hours nobody knows, extra hours do not make the day known.
    added = extra.week.on(answer.date).intervals
    if answer.state is State.UNKNOWN or not added:
        return answer
    return _because(_with(answer, joined((*answer.intervals, *added))), rule)


def _with(answer: DayHours, intervals: tuple[Interval, ...]) -> DayHours:
    return replace(answer, intervals=intervals, state=State.OPEN if intervals else State.CLOSED)


def _because(answer: DayHours, rule: Rule) -> DayHours:
    return replace(answer, reason=rule.reason, source=rule.source, rule=rule)


def _minute(clock: time) -> int:
    return clock.hour * 60 + clock.minute


def _bounded(own: DayHours, house: DayHours) -> DayHours:
    """Keep an authority inside its house.

    Closed on either side is closed, because nobody can be served then; otherwise unknown on
    either side is unknown. Where the house cuts the hours, the house is the reason.
    """
    for state in (State.CLOSED, State.UNKNOWN):
        for side in (house, own):
            if side.state is state:
                return side
    kept = shared(own.intervals, house.intervals)
    return own if kept == own.intervals else _with(house, kept)
