"""Sum up the days of a period as weeks that repeat, and the dated days that differ.

Both exports are written from this one summary, and the summary is made from ``day`` alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from knutpunkt.engines.hours.answers import days
from knutpunkt.engines.hours.pattern import Interval, State
from knutpunkt.engines.hours.rules import Layer, Rule
from knutpunkt.engines.hours.schedule import DayHours, Schedule

# An exception longer than this, such as a pause, is summed up as a pattern of its own.
LONG_DAYS = 28


@dataclass(frozen=True, slots=True)
class Answer:
    """What an export says about a day: its state, its intervals and a comment."""

    state: State
    intervals: tuple[Interval, ...]
    comment: str


@dataclass(frozen=True, slots=True)
class Stretch:
    """Days in a row, both ends included, that keep one week.

    Parameters
    ----------
    first, last
        The days.
    week
        The usual answer per weekday (0 is Monday), for the weekdays that occur.
    """

    first: date
    last: date
    week: dict[int, Answer]


@dataclass(frozen=True, slots=True)
class Departure:
    """Days in a row, both ends included, that differ from their week in the same way."""

    first: date
    last: date
    answer: Answer


def summed_up(
    schedule: Schedule, first: date, last: date
) -> tuple[tuple[Stretch, ...], tuple[Departure, ...]]:
    """Sum up a period as stretches that cover it and departures from them, both in order.

    Every day is exactly what its stretch says for its weekday, unless a departure covers it.

    Raises
    ------
    EndsBeforeItBegins
        When ``last`` is before ``first``.
    """
    answers = {hours.date: _answer(hours) for hours in days(schedule, first, last)}
    pattern = _pattern(schedule)
    starts = sorted({first} | {turn for turn in _turns(pattern) if first < turn <= last})
    ends = [start - timedelta(1) for start in starts[1:]] + [last]
    stretches = _merged(
        Stretch(start, end, _week(pattern, start, end))
        for start, end in zip(starts, ends, strict=True)
    )
    return stretches, tuple(_departures(answers, stretches))


def _answer(hours: DayHours) -> Answer:
    # The reason of a weekly rule is how it came about, which explains no single day to a reader.
    everyday = hours.rule is not None and hours.rule.layer is Layer.WEEKLY
    silent = everyday and hours.state is not State.UNKNOWN
    return Answer(hours.state, hours.intervals, "" if silent else hours.reason)


def _pattern(schedule: Schedule) -> Schedule:
    """Leave out what concerns single days: the calendar and short exceptions."""
    house = _pattern(schedule.house) if schedule.house else None
    return Schedule(tuple(filter(_is_lasting, schedule.rules)), schedule.timezone, house)


def _is_lasting(rule: Rule) -> bool:
    length = rule.days_valid
    return rule.layer <= Layer.SEASON or length is None or length > LONG_DAYS


def _turns(pattern: Schedule) -> Iterator[date]:
    """First days of a new pattern: where a rule begins or has ended. In between it is constant."""
    for rule in pattern.rules:
        if rule.first_day:
            yield rule.first_day
        if rule.last_day:
            yield rule.last_day + timedelta(1)
    if pattern.house:
        yield from _turns(pattern.house)


def _week(pattern: Schedule, first: date, last: date) -> dict[int, Answer]:
    """Ask the pattern for the first seven days of a stretch, in the order of the week."""
    sample = days(pattern, first, min(last, first + timedelta(6)))
    answers = {hours.date.weekday(): _answer(hours) for hours in sample}
    return dict(sorted(answers.items()))


def _merged(stretches: Iterable[Stretch]) -> tuple[Stretch, ...]:
    """Join neighbours that agree on every weekday both of them have."""
    merged: list[Stretch] = []
    for stretch in stretches:
        before = merged[-1] if merged else stretch
        both = dict(sorted((before.week | stretch.week).items()))
        if merged and both == dict(sorted((stretch.week | before.week).items())):
            merged[-1] = Stretch(before.first, stretch.last, both)
        else:
            merged.append(stretch)
    return tuple(merged)


def _departures(answers: dict[date, Answer], stretches: Iterable[Stretch]) -> list[Departure]:
    found: list[Departure] = []
    for stretch in stretches:
        for offset in range((stretch.last - stretch.first).days + 1):
            day = stretch.first + timedelta(offset)
            if answers[day] != stretch.week[day.weekday()]:
                _note(found, day, answers[day])
    return found


def _note(found: list[Departure], day: date, answer: Answer) -> None:
    """Add a day to the departure it continues, or begin a new one."""
    if found and found[-1].answer == answer and found[-1].last == day - timedelta(1):
        found[-1] = Departure(found[-1].first, day, answer)
    else:
        found.append(Departure(day, day, answer))


def grouped(week: dict[int, Answer]) -> dict[Answer, list[int]]:
    """Group weekdays that share an answer, in the order of the week."""
    groups: dict[Answer, list[int]] = {}
    for weekday, answer in week.items():
        groups.setdefault(answer, []).append(weekday)
    return groups
