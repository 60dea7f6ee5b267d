"""Write a schedule as an opening_hours text of OpenStreetMap, with every date spelled out.

Source: https://wiki.openstreetmap.org/wiki/Key:opening_hours/specification
"""

from datetime import date

from knutpunkt.engines.hours.pattern import State, format_days
from knutpunkt.engines.hours.schedule import Schedule
from knutpunkt.engines.hours.stretches import Answer, Stretch, grouped, summed_up

# The format wants English month names whatever the locale.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def to_osm(schedule: Schedule, first: date, last: date) -> str:
    """Write the period from ``first`` to ``last``, both included, as one opening_hours text.

    The weeks come first, the dated exceptions after them, so that the later rule wins. Public
    holidays are written as dates and never as ``PH``, which readers expand from tables that
    disagree. Outside the period a reader finds "closed", so publish a period that lies ahead.

    Raises
    ------
    EndsBeforeItBegins
        When ``last`` is before ``first``.
    """
    stretches, departures = summed_up(schedule, first, last)
    rules = [rule for stretch in stretches for rule in _weekly(stretch)]
    rules += [f"{_period(d.first, d.last)} {_hours(d.answer)}" for d in departures]
    return "; ".join(rules)


def _weekly(stretch: Stretch) -> list[str]:
    period = _period(stretch.first, stretch.last)
    groups = grouped(stretch.week)
    if len(groups) == 1:
        return [f"{period} {_hours(answer)}" for answer in groups]
    return [
        f"{period} {format_days(weekdays)} {_hours(answer)}"
        for answer, weekdays in groups.items()
        if answer != Answer(State.CLOSED, (), "")
    ]


def _period(first: date, last: date) -> str:
    return _day(first) if first == last else f"{_day(first)}-{_day(last)}"


def _day(day: date) -> str:
    return f"{day.year:04} {MONTHS[day.month - 1]} {day.day:02}"


def _hours(answer: Answer) -> str:
    words = {State.CLOSED: "off", State.UNKNOWN: "unknown"}
    hours = words.get(answer.state) or ",".join(map(str, answer.intervals))
    comment = _comment(answer.comment)
    return f'{hours} "{comment}"' if comment else hours


def _comment(text: str) -> str:
    """Keep a comment on one line and free of the quote that would end it."""
    return " ".join(text.replace('"', "'").split())
