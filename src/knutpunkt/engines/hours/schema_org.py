"""Write a schedule as schema.org OpeningHoursSpecification objects.

Sources: https://schema.org/OpeningHoursSpecification and, for days that are closed or open around
the clock, https://developers.google.com/search/docs/appearance/structured-data/local-business
"""

from collections.abc import Iterator
from datetime import date, timedelta

from knutpunkt.engines.hours.pattern import DAY_MINUTES, Interval, State
from knutpunkt.engines.hours.schedule import Schedule
from knutpunkt.engines.hours.stretches import Answer, Departure, Stretch, grouped, summed_up

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
Specification = dict[str, str | list[str]]


def to_schema_org(schedule: Schedule, first: date, last: date) -> list[Specification]:
    """Describe every known day from ``first`` to ``last``, both included.

    No day is described twice, so a reader need not know which object overrides which. Closed is
    said (``opens`` and ``closes`` both 00:00); unknown is left out. A weekly object names its
    days, a dated one its validity alone.

    Returns
    -------
    list of dict
        Ready for ``openingHoursSpecification`` in JSON-LD, in the order of their first day.

    Raises
    ------
    EndsBeforeItBegins
        When ``last`` is before ``first``.
    """
    stretches, departures = summed_up(schedule, first, last)
    dated = [spec for departure in departures for spec in _dated(departure)]
    weekly = [
        spec
        for stretch in stretches
        for begins, ends in _between(stretch, departures)
        for spec in _weekly(stretch, begins, ends)
    ]
    return sorted([*weekly, *dated], key=lambda spec: str(spec["validFrom"]))


def _between(stretch: Stretch, departures: tuple[Departure, ...]) -> Iterator[tuple[date, date]]:
    """Yield the days of a stretch that no departure covers, as first and last of each row."""
    begins = stretch.first
    for departure in departures:
        if stretch.first <= departure.last and departure.first <= stretch.last:
            if begins < departure.first:
                yield begins, departure.first - timedelta(1)
            begins = departure.last + timedelta(1)
    if begins <= stretch.last:
        yield begins, stretch.last


def _weekly(stretch: Stretch, first: date, last: date) -> Iterator[Specification]:
    occurring = {(first + timedelta(n)).weekday() for n in range(min(7, (last - first).days + 1))}
    week = {weekday: answer for weekday, answer in stretch.week.items() if weekday in occurring}
    for answer, weekdays in grouped(week).items():
        for spec in _specifications(answer, first, last):
            yield spec | {"dayOfWeek": [f"https://schema.org/{DAYS[n]}" for n in weekdays]}


def _dated(departure: Departure) -> Iterator[Specification]:
    return _specifications(departure.answer, departure.first, departure.last)


def _specifications(answer: Answer, first: date, last: date) -> Iterator[Specification]:
    if answer.state is State.UNKNOWN:
        return
    for opens, closes in [_clock(interval) for interval in answer.intervals] or [("00:00",) * 2]:
        spec: Specification = {
            "@type": "OpeningHoursSpecification",
            "opens": opens,
            "closes": closes,
            "validFrom": first.isoformat(),
            "validThrough": last.isoformat(),
        }
        yield spec | ({"description": answer.comment} if answer.comment else {})


def _clock(interval: Interval) -> tuple[str, str]:
    # Midnight at the end of a day is written 23:59, as search engines ask for.
    closes = "23:59" if interval.closes == DAY_MINUTES else interval.closes_text
    return interval.opens_text, closes
