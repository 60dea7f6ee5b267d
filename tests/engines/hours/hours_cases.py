"""Schedules to try: hand-written realistic ones and generated ones."""

from datetime import date, time, timedelta

from hypothesis import strategies as st

from knutpunkt.engines.hours import (
    CalendarDay,
    DayPattern,
    Extra,
    Interval,
    Layer,
    Ordinary,
    Policy,
    Rule,
    Schedule,
    State,
    Until,
    Week,
    calendar_rules,
    parse_week,
)

FIRST, LAST = date(2022, 1, 1), date(2024, 12, 31)
REGULAR = parse_week("Mo-Fr 10:00-16:00; Tu 10:00-18:00")

# A handful of days written by hand; real calendars are given by callers.
CALENDAR = calendar_rules(
    [
        CalendarDay(date(2022, 1, 6), "trettondedag jul", Policy.CLOSED),
        CalendarDay(date(2022, 4, 14), "skärtorsdagen", Policy.HALF, time(13)),
        CalendarDay(date(2022, 5, 26), "Kristi himmelsfärdsdag", Policy.CLOSED),
        CalendarDay(date(2022, 5, 27), "klämdag", Policy.OPEN),
        CalendarDay(date(2023, 6, 5), "klämdag", Policy.HALF, time(12)),
        CalendarDay(date(2023, 6, 6), "nationaldagen", Policy.CLOSED),
        CalendarDay(date(2024, 3, 29), "långfredagen", Policy.CLOSED),
        CalendarDay(date(2024, 12, 24), "julafton", Policy.CLOSED),
        CalendarDay(date(2024, 12, 31), "nyårsafton", Policy.CLOSED),
    ]
)


def weekly(text, first=None, last=None, **why):
    return Rule(Layer.WEEKLY, parse_week(text), first, last, **why)


def season(text, first, last, **why):
    return Rule(Layer.SEASON, parse_week(text), first, last, **why)


def exception(hours, first, last=None, **why):
    effect = parse_week(hours) if isinstance(hours, str) else hours
    return Rule(Layer.EXCEPTION, effect, first, last or first, **why)


def rotating_closed_day():
    """Four-day weeks: closed on Monday the first week, Tuesday the next, and so on."""
    monday = date(2022, 1, 3)
    for number in range(150):
        day = monday + timedelta(weeks=number, days=number % 5)
        yield exception("closed", day, reason="fyradagarsvecka")


SUMMERS = tuple(
    season("Mo-Fr 10:00-15:00", date(year, 6, 20), date(year, 8, 14), reason="sommartid")
    for year in (2022, 2023, 2024)
)
LUNCH = "Mo,We-Fr 09:30-12:00,13:00-16:00; Tu 09:30-12:00,13:00-18:00"

REALISTIC = {
    "regular": Schedule((weekly("Mo-Fr 10:00-16:00"),)),
    "long Tuesday with calendar": Schedule((Rule(Layer.WEEKLY, REGULAR), *CALENDAR)),
    "rotating closed day": Schedule((weekly("Mo-Fr 10:00-16:00"), *rotating_closed_day())),
    "seasons": Schedule((weekly("Mo-Fr 09:00-16:00", reason="beslut 17"), *SUMMERS, *CALENDAR)),
    "lunch break": Schedule((weekly(LUNCH), *CALENDAR)),
    "change in mid-period": Schedule(
        (
            weekly("Mo-Fr 10:00-16:00", None, date(2023, 10, 1)),
            weekly('Tu-Fr unknown "times not stated"', date(2023, 10, 2)),
            *CALENDAR,
        )
    ),
    "exceptions of every kind": Schedule(
        (
            weekly("Mo-Fr 10:00-16:00"),
            *SUMMERS,
            *CALENDAR,
            exception("closed", date(2022, 3, 1), date(2022, 6, 30), reason="ombyggnad"),
            exception("11:00-14:00", date(2022, 11, 3), reason="utbildning"),
            exception(
                Extra(parse_week("Sa 10:00-14:00; Mo 16:00-19:00")),
                date(2023, 4, 24),
                date(2023, 5, 2),
                reason='deklaration; "extra"',
            ),
            exception('unknown "brand"', date(2023, 9, 4), date(2023, 9, 6)),
            exception(Until(time(14)), date(2024, 2, 1), reason="möte"),
            exception(Ordinary(), date(2024, 12, 31), reason="öppet som vanligt"),
        )
    ),
    "nothing known before opening": Schedule((weekly("Mo-Fr 10:00-16:00", date(2022, 3, 2)),)),
    "authority inside an office": Schedule(
        (weekly("Tu,Th 09:00-12:00,14:00-17:00"), exception("closed", date(2022, 5, 31))),
        house=Schedule((weekly(LUNCH), *SUMMERS, *CALENDAR)),
    ),
}


@st.composite
def day_patterns(draw):
    state = draw(st.sampled_from([State.OPEN, State.OPEN, State.CLOSED, State.UNKNOWN]))
    if state is not State.OPEN:
        comment = draw(st.sampled_from(["", "möte", "times; not stated", "’n || b"]))
        return DayPattern(state, comment=comment)
    edges = draw(st.lists(st.integers(0, 96), min_size=2, max_size=6, unique=True))
    quarters = sorted(edges)[: len(edges) // 2 * 2]
    pairs = zip(quarters[::2], quarters[1::2], strict=True)
    return DayPattern(state, tuple(Interval(a * 15, b * 15) for a, b in pairs))


def weeks():
    uniform = day_patterns().map(lambda pattern: Week((pattern,) * 7))
    return st.one_of(uniform, st.tuples(*[day_patterns()] * 7).map(Week))


@st.composite
def rules(draw, layers=tuple(Layer), *, changes=True):
    layer = draw(st.sampled_from(layers))
    first = draw(st.none() | st.dates(FIRST, LAST))
    last = draw(st.none() | st.integers(0, 200))
    last = (first or FIRST) + timedelta(last) if last is not None else None
    effects = [weeks()]
    if changes and layer >= Layer.CALENDAR:
        effects += [st.times().map(Until), weeks().map(Extra), st.just(Ordinary())]
    reason = draw(st.sampled_from(["", "klämdag", 'möte "A"', "staff; ill"]))
    return Rule(layer, draw(st.one_of(effects)), first, last, reason)


@st.composite
def schedules(draw, zone="Europe/Stockholm"):
    house = draw(st.none() | st.lists(rules(), max_size=5).map(lambda r: Schedule(tuple(r), zone)))
    return Schedule(tuple(draw(st.lists(rules(), max_size=6))), zone, house)
