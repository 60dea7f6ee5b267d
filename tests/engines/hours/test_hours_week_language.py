"""The week language: what it means, what it refuses, and what it offers instead."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from opening_hours import validate

from engines.hours.hours_cases import weeks
from knutpunkt.engines.hours import (
    ClosesBeforeOpening,
    DayPattern,
    EmptyWeek,
    ImpossibleHours,
    Interval,
    NotATime,
    NotAWeekday,
    OverlappingHours,
    State,
    UnreadableWeek,
    Week,
    format_week,
    parse_week,
)

TEN_TO_FOUR = Interval(600, 960)

# Every kind of week text found in public sources about the network.
FOUND = [
    "Mo-Fr 10:00-16:00",
    "Mo 10:00-18:00; Tu-Fr 10:00-16:00",
    "Mo,We-Fr 10:00-16:00; Tu 10:00-18:00",
    "Mo-Fr 09:00-16:00",
    'Tu-Fr unknown "times not stated"',
    'Mo,We-Fr unknown "times not stated"',
    'Mo-Tu,Th-Fr unknown "times not stated"',
    'unknown "opens at 10, rest not stated"',
    'unknown "2 days a week, days and times not stated"',
]


def test_a_later_rule_overrides_an_earlier_one_on_its_days():
    week = parse_week("Mo-Fr 10:00-16:00; Tu 10:00-18:00")
    assert week.days[0].intervals == (TEN_TO_FOUR,)
    assert week.days[1].intervals == (Interval(600, 1080),)


def test_days_that_are_not_mentioned_are_closed():
    week = parse_week("Mo,We-Fr 10:00-12:00,13:00-16:00")
    assert [day.state for day in week.days] == ["open", "closed", *["open"] * 3, *["closed"] * 2]
    assert [str(interval) for interval in week.days[2].intervals] == ["10:00-12:00", "13:00-16:00"]


def test_a_rule_without_days_speaks_of_all_days():
    week = parse_week('unknown "opens at 10, rest not stated"')
    assert {day.state for day in week.days} == {State.UNKNOWN}
    assert week.days[6].comment == "opens at 10, rest not stated"
    assert parse_week("off") == parse_week("closed")


def test_days_may_go_round_the_end_of_the_week():
    assert parse_week("Sa-Mo 10:00-12:00") == parse_week("Mo,Sa,Su 10:00-12:00")


def test_a_day_may_end_at_midnight():
    assert parse_week("00:00-24:00").days[0].intervals == (Interval(0, 1440),)


@pytest.mark.parametrize("text", FOUND)
def test_texts_found_in_sources_are_read_and_written_back(text):
    assert format_week(parse_week(text)) == text


@settings(deadline=None)
@given(weeks())
def test_a_written_week_reads_back_the_same(week):
    assert parse_week(format_week(week)) == week


@settings(deadline=None)
@given(weeks())
def test_a_written_week_is_valid_for_openstreetmap(week):
    assert validate(format_week(week))


@settings(deadline=None)
@given(st.text('MoTuWeFr-,;: 0123456789"åcloseduknwf', max_size=40))
def test_any_text_is_read_or_refused_with_a_position_inside_it(text):
    refused = refusal(text)
    if refused:
        assert 0 <= refused.position <= len(text)
        assert text[refused.position :].startswith(refused.found)
        assert refused.hint in str(refused)


def refusal(text):
    try:
        parse_week(text)
    except UnreadableWeek as refused:
        return refused
    return None


@pytest.mark.parametrize(
    ("text", "error", "position", "instead"),
    [
        ("", EmptyWeek, 0, "“Mo-Fr 10:00-16:00”, “closed” or “unknown”"),
        (" ", EmptyWeek, 1, "“Mo-Fr 10:00-16:00”, “closed” or “unknown”"),
        (
            "Mo-Fr 16:00-10:00",
            ClosesBeforeOpening,
            6,
            "the earlier time first; an office is not open overnight",
        ),
        ("Mo 10:00-10:00", ClosesBeforeOpening, 3, "the earlier time first"),
        ("Mo 10:00-14:00,12:00-16:00", OverlappingHours, 15, "one interval, 10:00-16:00"),
        ("mån-fre 10-16", NotAWeekday, 0, "“Mo-Fr 10:00-16:00”"),
        ("mån-fre", NotAWeekday, 0, "“Mo-Fr 10:00-16:00”"),
        ("Mo-Fr 10-16", NotATime, 6, "“Mo-Fr 10:00-16:00”"),
        ("Mo–Fr 9.30–16", NotAWeekday, 0, "“Mo-Fr 09:30-16:00”"),
        ("Mo 10:00-25:00", NotATime, 9, "a time from 00:00 to 24:00, such as 09:30"),
        ("Mo 10:00-12:60", NotATime, 9, "a time from 00:00 to 24:00, such as 09:30"),
        ("Mo-Fr", NotATime, 5, "“Mo-Fr 10:00-16:00”"),
        ("Mo 10:00", NotATime, 8, "10:00-16:00"),
        ("Mo 10:00-16:00;", NotAWeekday, 15, "“Mo 10:00-16:00”"),
        ("Mo 10:00-16:00, Tu off", NotATime, 16, "“Mo 10:00-16:00; Tu off”"),
        ("24/7", NotATime, 0, "“00:00-24:00”"),
        ("PH off", NotAWeekday, 0, "its date into the calendar"),
        ("foo", NotAWeekday, 0, "Mo, Tu, We, Th, Fr, Sa or Su"),
        ('Mo unknown ""', UnreadableWeek, 11, 'it as in unknown "times not stated"'),
        ('Mo 10:00-16:00 "x"', UnreadableWeek, 15, "the reason into the rule"),
        ("lördagar stängt; söndag 9-12", NotAWeekday, 0, "“Sa closed; Su 09:00-12:00”"),
    ],
)
def test_a_refusal_names_the_fact_the_place_and_what_to_write(text, error, position, instead):
    with pytest.raises(error) as refused:
        parse_week(text)
    assert type(refused.value) is error
    assert refused.value.position == position
    assert refused.value.instead.startswith(instead)
    assert f"At character {position + 1}" in str(refused.value)


@pytest.mark.parametrize(
    "build",
    [
        lambda: Interval(600, 600),
        lambda: Interval(600, 1500),
        lambda: DayPattern(State.OPEN),
        lambda: DayPattern(State.CLOSED, (TEN_TO_FOUR,)),
        lambda: DayPattern(State.OPEN, (TEN_TO_FOUR,), "why"),
        lambda: DayPattern(State.UNKNOWN, comment='"'),
        lambda: DayPattern(State.OPEN, (TEN_TO_FOUR, Interval(900, 1000))),
        lambda: Week(()),
    ],
)
def test_hours_built_by_hand_cannot_contradict_themselves(build):
    with pytest.raises(ImpossibleHours):
        build()
