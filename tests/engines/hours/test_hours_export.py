"""Exports say what the engine says, for every day of 2022-2024, read by someone else's engine."""

from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import OpeningHours, validate
from opening_hours import State as OsmState

from engines.hours.hours_cases import FIRST, LAST, REALISTIC, exception, schedules, weekly
from knutpunkt.engines.hours import (
    EndsBeforeItBegins,
    Schedule,
    State,
    days,
    to_osm,
    to_schema_org,
)

MIDNIGHT = time()


def read_by_opening_hours(text, first, last):
    """Per day the state, the intervals in minutes and the comment, as opening-hours-py sees it."""
    begin = datetime.combine(first, MIDNIGHT)
    end = datetime.combine(last + timedelta(1), MIDNIGHT)
    seen = {first + timedelta(n): [] for n in range((end - begin).days)}
    for start, stop, state, comment in OpeningHours(text).intervals(begin, end):
        on = start.date()
        while datetime.combine(on, MIDNIGHT) < stop:
            midnight = datetime.combine(on, MIDNIGHT)
            opens = max(start, midnight) - midnight
            closes = min(stop, midnight + timedelta(1)) - midnight
            seen[on].append((opens // MINUTE, closes // MINUTE, state, comment))
            on += timedelta(1)
    return {on: summary(parts) for on, parts in seen.items()}


MINUTE = timedelta(minutes=1)


def summary(parts):
    states = {state for _, _, state, _ in parts}
    opened = [(a, b) for a, b, state, _ in parts if state == OsmState.OPEN]
    if OsmState.UNKNOWN in states:
        assert states == {OsmState.UNKNOWN}
        return "unknown", [], parts[0][3]
    if not opened:
        return "closed", [], parts[0][3]
    return "open", united(opened), next(c for _, _, state, c in parts if state == OsmState.OPEN)


def united(pairs):
    joined = []
    for opens, closes in pairs:
        if joined and joined[-1][1] == opens:
            joined[-1] = (joined[-1][0], closes)
        else:
            joined.append((opens, closes))
    return joined


def decided_here(schedule, first, last):
    return {
        d.date: (d.state.value, united([(i.opens, i.closes) for i in d.intervals]))
        for d in days(schedule, first, last)
    }


@pytest.mark.parametrize("name", REALISTIC)
def test_another_engine_reads_every_day_of_three_years_the_same(name):
    schedule = REALISTIC[name]
    read = read_by_opening_hours(to_osm(schedule, FIRST, LAST), FIRST, LAST)
    assert {on: seen[:2] for on, seen in read.items()} == decided_here(schedule, FIRST, LAST)
    assert len(read) == 1096


@pytest.mark.slow
@settings(max_examples=150, deadline=None)
@given(schedules(), st.dates(FIRST, LAST), st.integers(0, 500))
def test_another_engine_reads_generated_schedules_the_same(schedule, first, length):
    last = first + timedelta(length)
    read = read_by_opening_hours(to_osm(schedule, first, last), first, last)
    assert {on: seen[:2] for on, seen in read.items()} == decided_here(schedule, first, last)


def test_exceptions_are_dated_and_carry_their_reason():
    schedule = REALISTIC["long Tuesday with calendar"]
    text = to_osm(schedule, date(2022, 4, 1), date(2022, 6, 30))
    assert text == (
        "2022 Apr 01-2022 Jun 30 Mo,We-Fr 10:00-16:00; "
        "2022 Apr 01-2022 Jun 30 Tu 10:00-18:00; "
        '2022 Apr 14 10:00-13:00 "skärtorsdagen"; '
        '2022 May 26 off "Kristi himmelsfärdsdag"'
    )


def test_the_reason_of_an_exception_reaches_the_other_engine():
    schedule = REALISTIC["exceptions of every kind"]
    read = read_by_opening_hours(to_osm(schedule, FIRST, LAST), FIRST, LAST)
    assert read[date(2022, 5, 27)] == ("closed", [], "ombyggnad")
    assert read[date(2023, 9, 5)] == ("unknown", [], "brand")
    assert read[date(2023, 4, 24)] == ("open", [(600, 1140)], "deklaration; 'extra'")
    assert read[date(2024, 12, 31)] == ("open", [(600, 960)], "öppet som vanligt")


@pytest.mark.parametrize("name", REALISTIC)
def test_no_public_holiday_is_left_to_the_reader(name):
    text = to_osm(REALISTIC[name], FIRST, LAST)
    assert validate(text)
    assert " PH" not in text
    assert not OpeningHours(text).warnings


def test_a_long_pause_is_written_once():
    text = to_osm(REALISTIC["exceptions of every kind"], date(2022, 2, 1), date(2022, 8, 1))
    assert text.count("ombyggnad") == 1
    assert '2022 Mar 01-2022 Jun 30 off "ombyggnad"' in text


def test_a_long_exception_is_written_as_a_week():
    short_days = exception("Mo-Fr 11:00-14:00", date(2022, 9, 5), date(2022, 11, 6))
    text = to_osm(Schedule((weekly("Mo-Fr 10:00-16:00"), short_days)), FIRST, date(2022, 12, 31))
    assert "2022 Sep 05-2022 Nov 06 Mo-Fr 11:00-14:00" in text
    assert text.count(";") == 2


def test_a_change_of_pattern_splits_the_weeks():
    text = to_osm(REALISTIC["change in mid-period"], date(2023, 9, 1), date(2023, 10, 31))
    assert text == (
        "2023 Sep 01-2023 Oct 01 Mo-Fr 10:00-16:00; "
        '2023 Oct 02-2023 Oct 31 Tu-Fr unknown "times not stated"'
    )


def read_specifications(specifications, on):
    """All objects that speak of a day, by nothing but their validity and weekdays."""
    weekday = f"https://schema.org/{on:%A}"
    return sorted(
        (spec["opens"], spec["closes"])
        for spec in specifications
        if spec["validFrom"] <= on.isoformat() <= spec["validThrough"]
        and weekday in spec.get("dayOfWeek", [weekday])
    )


def expected_specifications(answer):
    if answer.state is State.UNKNOWN:
        return []
    clocks = [(i.opens_text, i.closes_text.replace("24:00", "23:59")) for i in answer.intervals]
    return clocks or [("00:00", "00:00")]


@pytest.mark.parametrize("name", REALISTIC)
def test_schema_org_says_every_known_day_once_and_no_unknown_one(name):
    specifications = to_schema_org(REALISTIC[name], FIRST, LAST)
    for answer in days(REALISTIC[name], FIRST, LAST):
        assert read_specifications(specifications, answer.date) == expected_specifications(answer)


@settings(deadline=None)
@given(schedules(), st.dates(FIRST, LAST), st.integers(0, 90))
def test_schema_org_agrees_for_generated_schedules(schedule, first, length):
    last = first + timedelta(length)
    specifications = to_schema_org(schedule, first, last)
    for answer in days(schedule, first, last):
        assert read_specifications(specifications, answer.date) == expected_specifications(answer)


def test_schema_org_names_days_and_reasons():
    schedule = REALISTIC["long Tuesday with calendar"]
    specifications = to_schema_org(schedule, date(2022, 5, 23), date(2022, 5, 29))
    assert {
        "@type": "OpeningHoursSpecification",
        "opens": "00:00",
        "closes": "00:00",
        "validFrom": "2022-05-26",
        "validThrough": "2022-05-26",
        "description": "Kristi himmelsfärdsdag",
    } in specifications
    assert specifications[0] == {
        "@type": "OpeningHoursSpecification",
        "opens": "10:00",
        "closes": "16:00",
        "validFrom": "2022-05-23",
        "validThrough": "2022-05-25",
        "dayOfWeek": ["https://schema.org/Monday", "https://schema.org/Wednesday"],
    }


@pytest.mark.parametrize("export", [to_osm, to_schema_org])
def test_a_period_cannot_end_before_it_begins(export):
    with pytest.raises(EndsBeforeItBegins):
        export(Schedule((weekly("closed"),)), LAST, FIRST)
