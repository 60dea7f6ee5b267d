"""A year of a whole network is computed while a page loads."""

from datetime import date, timedelta
from time import process_time

from engines.hours.hours_cases import CALENDAR, SUMMERS, exception, weekly
from knutpunkt.engines.hours import Schedule, days


def office(number):
    """An office with a week, three summers, a calendar and 52 exceptions of its own."""
    closed = [
        exception("closed", date(2022, 1, 1) + timedelta(7 * n + number % 7)) for n in range(52)
    ]
    return Schedule((weekly("Mo-Fr 10:00-16:00; Tu 10:00-18:00"), *SUMMERS, *CALENDAR, *closed))


def test_a_year_of_150_offices_takes_less_than_two_seconds():
    offices = [office(number) for number in range(150)]
    began = process_time()
    answers = [days(each, date(2022, 1, 1), date(2022, 12, 31)) for each in offices]
    # Measured 0.3-0.5 s; the bound leaves room for slow and busy machines.
    assert process_time() - began < 2
    assert sum(map(len, answers)) == 150 * 365
