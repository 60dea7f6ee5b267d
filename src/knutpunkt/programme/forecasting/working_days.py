"""The days on which work goes on: Swedish holidays and the July stop.

Holidays come from the network's calendar where it has the year; further years follow the law
(1989:253) by rule, so that a forecast never runs out of days.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date, timedelta
from itertools import chain

from knutpunkt.engines.schedule.calendars import Calendar
from knutpunkt.network.models import CalendarDay

#: ISO weeks in which building sites, suppliers and landlords are on leave.
JULY_STOP = (28, 29, 30, 31)
YEARS_BEFORE, YEARS_AFTER = 2, 9
SATURDAY = 5


def working_calendar(as_of: date) -> Calendar:
    """Working days around a day: weekdays without holidays and without the July stop.

    One query. Before and after the span the calendar goes on with plain weekdays.
    """
    first, last = date(as_of.year - YEARS_BEFORE, 1, 1), date(as_of.year + YEARS_AFTER, 12, 31)
    known = CalendarDay.objects.filter(on__range=(first, last), policy=CalendarDay.Policy.CLOSED)
    return calendar_of(first, last, known.values_list("on", flat=True))


def calendar_of(first: date, last: date, known: Iterable[date]) -> Calendar:
    """Working days of a span from the holidays on record; years without any follow the rule."""
    by_year: dict[int, set[date]] = {}
    for day in known:
        by_year.setdefault(day.year, set()).add(day)
    years = range(first.year, last.year + 1)
    return Calendar.of(first, last, off=days_off(years, by_year))


def days_off(years: Collection[int], by_year: Mapping[int, Collection[date]]) -> set[date]:
    """Holidays and the July stop of some years."""
    holidays = (by_year.get(year) or swedish_holidays(year) for year in years)
    return {*chain.from_iterable(holidays), *chain.from_iterable(map(july_stop, years))}


def july_stop(year: int) -> list[date]:
    """Weekdays of the four weeks in which work stands still."""
    return [date.fromisocalendar(year, week, day) for week in JULY_STOP for day in range(1, 6)]


def swedish_holidays(year: int) -> set[date]:
    """Public holidays and the three eves on which offices are shut, by rule.

    References
    ----------
    Lag (1989:253) om allmänna helgdagar, https://lagen.nu/1989:253. Midsummer Eve, Christmas Eve
    and New Year's Eve are no public holidays; that work stands still on them is assumed.
    """
    easter = easter_sunday(year)
    midsummer = _saturday_from(date(year, 6, 20))
    return {
        *(date(year, month, day) for month, day in _FIXED),
        *(easter + timedelta(days=after) for after in _AFTER_EASTER),
        midsummer - timedelta(days=1),
        midsummer,
        _saturday_from(date(year, 10, 31)),
    }


#: New Year, Epiphany, May Day, National Day, Christmas with its eve, New Year's Eve.
_FIXED = ((1, 1), (1, 6), (5, 1), (6, 6), (12, 24), (12, 25), (12, 26), (12, 31))
#: Good Friday, Easter Sunday and Monday, Ascension, Pentecost.
_AFTER_EASTER = (-2, 0, 1, 39, 49)


def easter_sunday(year: int) -> date:
    """Easter Sunday of the Gregorian calendar.

    References
    ----------
    Meeus (1991), Astronomical Algorithms, chapter 8 (the algorithm of Butcher's almanac, 1876).
    """
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, rest = divmod(century, 4)
    correction = (century - (century + 8) // 25 + 1) // 3
    epact = (19 * golden + century - leap_centuries - correction + 15) % 30
    leap_years, over = divmod(of_century, 4)
    weekday = (32 + 2 * rest + 2 * leap_years - epact - over) % 7
    shift = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * shift + 114, 31)
    return date(year, month, day + 1)


def _saturday_from(day: date) -> date:
    return day + timedelta(days=(SATURDAY - day.weekday()) % 7)
