"""Which rule decides a day, and how the others change the answer."""

from datetime import date, time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engines.hours.hours_cases import (
    CALENDAR,
    FIRST,
    LAST,
    exception,
    rules,
    schedules,
    season,
    weekly,
)
from knutpunkt.engines.hours import (
    CalendarDay,
    EndsBeforeItBegins,
    Extra,
    HalfDayWithoutTime,
    Layer,
    Ordinary,
    Policy,
    Rule,
    RuleOutOfPlace,
    Schedule,
    State,
    TwoTimezones,
    UnknownTimezone,
    Until,
    day,
    parse_week,
)

OFFICE = weekly("Mo-Fr 10:00-16:00", reason="ordinarie", source="https://example.org/hours")
FRIDAY = date(2022, 5, 27)


def hours(schedule, on):
    answer = day(schedule, on)
    return answer.state.value, ",".join(map(str, answer.intervals)), answer.reason


def test_a_day_no_rule_covers_is_unknown_and_not_closed():
    answer = day(Schedule((weekly("Mo-Fr 10:00-16:00", date(2022, 3, 2)),)), date(2022, 3, 1))
    assert answer.state is State.UNKNOWN
    assert answer.rule is None


def test_each_layer_decides_over_the_one_below():
    summer = season("Mo-Fr 10:00-15:00", date(2022, 5, 1), date(2022, 6, 30), reason="sommar")
    holiday = CalendarDay(FRIDAY, "klämdag", Policy.CLOSED)
    closed = Rule(Layer.CALENDAR, parse_week("closed"), FRIDAY, FRIDAY, holiday.name)
    special = exception("12:00-14:00", FRIDAY, reason="öppet ändå")
    expected = ["10:00-16:00", "10:00-15:00", "", "12:00-14:00"]
    layers = [OFFICE, summer, closed, special]
    for height, text in enumerate(expected, start=1):
        # Listed in reverse, because the order in the list must not matter between layers.
        answer = day(Schedule(tuple(reversed(layers[:height]))), FRIDAY)
        assert ",".join(map(str, answer.intervals)) == text
        assert answer.rule is layers[height - 1]
        assert answer.overridden == tuple(layers[: height - 1])


def test_the_shortest_validity_wins_within_a_layer():
    may = exception("closed", date(2022, 5, 1), date(2022, 5, 31), reason="ombyggnad")
    one_day = exception("10:00-12:00", FRIDAY, reason="visning")
    unbounded = Rule(Layer.EXCEPTION, parse_week("unknown"), date(2022, 5, 20), None)
    for order in ((may, one_day, unbounded), (unbounded, one_day, may)):
        answer = day(Schedule((OFFICE, *order)), FRIDAY)
        assert answer.rule is one_day
        assert answer.overridden == (OFFICE, unbounded, may)


def test_of_two_equally_long_rules_the_later_listed_wins():
    first, second = exception("closed", FRIDAY), exception("10:00-12:00", FRIDAY)
    assert day(Schedule((first, second)), FRIDAY).rule is second
    assert day(Schedule((second, first)), FRIDAY).rule is first


def test_a_half_day_cuts_the_hours_and_never_opens_what_is_closed():
    office = Schedule((OFFICE, *CALENDAR))
    assert hours(office, date(2022, 4, 14)) == ("open", "10:00-13:00", "skärtorsdagen")
    evening = Schedule((weekly("Th 16:00-19:00"), *CALENDAR))
    assert hours(evening, date(2022, 4, 14)) == ("closed", "", "skärtorsdagen")
    mondays = Schedule((weekly("Mo 10:00-16:00"), *CALENDAR))
    assert hours(mondays, date(2022, 4, 14)) == ("closed", "", "")
    early = Schedule((weekly("Th 08:00-12:00"), *CALENDAR))
    assert hours(early, date(2022, 4, 14)) == ("open", "08:00-12:00", "")


def test_a_day_of_unknown_hours_stays_unknown_on_a_half_day_and_closes_on_a_closed_one():
    office = Schedule((weekly('unknown "times not stated"'), *CALENDAR))
    assert hours(office, date(2022, 4, 14)) == ("unknown", "", "times not stated")
    assert hours(office, date(2022, 5, 26)) == ("closed", "", "Kristi himmelsfärdsdag")


def test_ordinary_hours_return_over_calendar_and_weaker_exceptions():
    kept = exception(Ordinary(), date(2022, 5, 26), reason="öppet som vanligt")
    office = Schedule((OFFICE, *CALENDAR, kept))
    assert hours(office, date(2022, 5, 26)) == ("open", "10:00-16:00", "öppet som vanligt")
    # An open calendar day changes nothing, so the weekly pattern remains the reason.
    assert hours(office, FRIDAY) == ("open", "10:00-16:00", "ordinarie")


def test_extra_hours_are_added_to_the_ordinary_ones():
    evening = exception(Extra(parse_week("16:00-18:00")), FRIDAY)
    assert hours(Schedule((OFFICE, evening)), FRIDAY)[:2] == ("open", "10:00-18:00")
    extra = Extra(parse_week("15:00-18:00"))
    office = Schedule((OFFICE, exception(extra, date(2022, 5, 27), date(2022, 5, 28))))
    assert hours(office, FRIDAY)[:2] == ("open", "10:00-18:00")
    assert hours(office, date(2022, 5, 28))[:2] == ("open", "15:00-18:00")


def test_extra_hours_beside_unknown_ones_leave_the_day_unknown():
    office = Schedule((weekly("unknown"), exception(Extra(parse_week("16:00-18:00")), FRIDAY)))
    assert hours(office, FRIDAY)[0] == "unknown"
    assert len(day(office, FRIDAY).overridden) == 1


def test_a_season_is_no_reason_for_a_day_that_is_closed_every_week():
    summer = season("Mo-Th 10:00-15:00", date(2022, 6, 20), date(2022, 8, 14), reason="sommar")
    office = Schedule((OFFICE, summer))
    assert hours(office, date(2022, 6, 25)) == ("closed", "", "ordinarie")
    assert hours(office, date(2022, 6, 24)) == ("closed", "", "sommar")
    assert day(office, date(2022, 6, 25)).overridden == (summer,)


def test_all_exceptions_of_a_day_show_in_the_explanation():
    several = [exception(Until(time(14)), FRIDAY), exception("closed", FRIDAY, date(2022, 5, 30))]
    answer = day(Schedule((OFFICE, *several)), FRIDAY)
    assert {answer.rule, *answer.overridden} == {OFFICE, *several}


def test_a_pattern_comment_is_the_reason_of_its_day():
    office = Schedule((weekly('Mo-Th 10:00-16:00; Fr closed "personalbrist"', reason="ny tid"),))
    assert hours(office, FRIDAY) == ("closed", "", "personalbrist")


def test_an_authority_is_open_only_while_its_house_is():
    house = Schedule((OFFICE, *CALENDAR))
    tax = Schedule((weekly("09:00-18:00", reason="skatt"),), house=house)
    assert hours(tax, FRIDAY) == ("open", "10:00-16:00", "ordinarie")
    assert hours(tax, date(2022, 5, 26)) == ("closed", "", "Kristi himmelsfärdsdag")
    mornings = Schedule((weekly("10:00-12:00", reason="skatt"),), house=house)
    assert hours(mornings, FRIDAY) == ("open", "10:00-12:00", "skatt")
    nights = Schedule((weekly("18:00-20:00", reason="skatt"),), house=house)
    assert hours(nights, FRIDAY)[:2] == ("closed", "")


def test_an_authority_without_rules_for_the_day_follows_its_house():
    house = Schedule((OFFICE, *CALENDAR))
    assert day(Schedule(house=house), FRIDAY) == day(house, FRIDAY)
    shut = Schedule((exception("closed", FRIDAY, reason="utbildning"),), house=house)
    assert hours(shut, FRIDAY) == ("closed", "", "utbildning")
    assert hours(shut, date(2022, 5, 25)) == hours(house, date(2022, 5, 25))


@pytest.mark.parametrize(
    ("own", "house", "state"),
    [
        ("unknown", "10:00-16:00", "unknown"),
        ("10:00-16:00", "unknown", "unknown"),
        ("unknown", "unknown", "unknown"),
        ("closed", "unknown", "closed"),
        ("unknown", "closed", "closed"),
    ],
)
def test_an_authority_is_unknown_where_neither_side_is_closed_and_one_is_unknown(own, house, state):
    inner = Schedule((weekly(own),), house=Schedule((weekly(house),)))
    assert hours(inner, FRIDAY)[0] == state


@settings(deadline=None)
@given(st.lists(rules(changes=False), max_size=8), st.dates(FIRST, LAST))
def test_replacing_rules_agree_with_an_independent_choice(listed, on):
    def strength(numbered):
        number, rule = numbered
        bounded = rule.first_day is not None and rule.last_day is not None
        length = (rule.last_day - rule.first_day).days if bounded else 10**9
        return rule.layer, -length, number

    covering = [
        (number, rule)
        for number, rule in enumerate(listed)
        if (rule.first_day or date.min) <= on <= (rule.last_day or date.max)
    ]
    answer = day(Schedule(tuple(listed)), on)
    assert len(answer.overridden) == max(0, len(covering) - 1)
    if not covering:
        assert answer.state is State.UNKNOWN
        return
    chosen = max(covering, key=strength)[1].hours.days[on.weekday()]
    assert (answer.state, answer.intervals) == (chosen.state, chosen.intervals)


@settings(deadline=None)
@given(schedules(), st.dates(FIRST, LAST))
def test_an_authority_never_opens_outside_its_house(schedule, on):
    answer = day(schedule, on)
    assert bool(answer.intervals) == (answer.state is State.OPEN)
    if schedule.house and answer.state is State.OPEN:
        house = day(schedule.house, on).intervals
        for ours in answer.intervals:
            minutes = set(range(ours.opens, ours.closes))
            assert minutes <= {m for theirs in house for m in range(theirs.opens, theirs.closes)}


def test_a_rule_cannot_end_before_it_begins():
    with pytest.raises(EndsBeforeItBegins, match="2022-05-26 is before the first day 2022-05-27"):
        exception("closed", FRIDAY, date(2022, 5, 26))


def test_a_weekly_pattern_must_be_a_week():
    with pytest.raises(RuleOutOfPlace, match="Until changes other hours"):
        Rule(Layer.WEEKLY, Until(time(13)))


def test_a_half_day_says_until_when_and_no_other_day_does():
    with pytest.raises(HalfDayWithoutTime):
        CalendarDay(FRIDAY, "klämdag", Policy.HALF)
    with pytest.raises(HalfDayWithoutTime):
        CalendarDay(FRIDAY, "klämdag", Policy.CLOSED, time(13))
    assert CalendarDay(FRIDAY, "klämdag", "open").policy is Policy.OPEN


def test_clocks_must_exist_and_agree():
    with pytest.raises(UnknownTimezone, match="Europe/Knutby"):
        Schedule(timezone="Europe/Knutby")
    with pytest.raises(TwoTimezones):
        Schedule(timezone="Europe/Helsinki", house=Schedule())
