"""Verdicts never contradict a possible world, and "undecided" is said only when worlds differ.

A world is one choice of a day for every opening within its bounds; what is planned and not
confirmed may come late or never; what may or may not stand near an area does, or does not.
"""

from datetime import date, timedelta
from itertools import product

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from knutpunkt.core.edtf import DUSK
from knutpunkt.mandates.verdicts import (
    Opening,
    Terms,
    judge_count,
    judge_named,
    judge_near_area,
    judge_report,
)
from knutpunkt.network.life import Moment

pytestmark = pytest.mark.once

FIRST = date(2022, 1, 1)
LENGTH = 8
NEVER = 99


def day(number):
    return FIRST + timedelta(days=number)


def opening(low, high=None, *, awaited=False, member="A", near="yes", office="o"):
    high = low if high is None else high
    return Opening(
        office=office,
        name=office,
        municipality_code=member,
        clause="c",
        opened=Moment("opened", day(low), day(high), awaited),
        opened_on=f"{low}/{high}",
        near_area=near,
        near_area_why=("avståndet saknas", "the distance is missing"),
    )


def terms(at_least, at_most=None, *, first=1, last=5, members="AB", held=True, cap=None):
    return Terms(
        key="c",
        type="quota",
        at_least=at_least,
        at_most=at_most,
        window_from=None if first is None else day(first),
        window_to=day(last),
        members=tuple((code, code) for code in members),
        facts_held=held,
        cap=cap,
    )


openings = st.lists(
    st.builds(
        lambda low, more, awaited, member, near: opening(
            low, min(low + more, LENGTH), awaited=awaited, member=member, near=near
        ),
        st.integers(0, LENGTH),
        st.integers(0, 3),
        st.booleans(),
        st.sampled_from("ABC"),
        st.sampled_from(["yes", "no", "perhaps"]),
    ),
    max_size=3,
)
numbers = st.integers(-1, LENGTH + 1)


def worlds(found, *, near=False):
    """Every world: for each opening the day it fell on, and whether it stands near an area."""
    days, places = [], []
    for one in found:
        low, high = (one.opened.earliest - FIRST).days, (one.opened.latest - FIRST).days
        days.append(
            [*range(low, LENGTH + 3), NEVER] if one.opened.awaited else range(low, high + 1)
        )
        answers = {"yes": [True], "no": [False], "perhaps": [True, False]}[one.near_area]
        places.append(answers if near else [True])
    return product(product(*days), product(*places))


def in_window(asked, happened, number):
    first = -9 if asked.window_from is None else (asked.window_from - FIRST).days
    return first <= happened <= min(number, (asked.window_to - FIRST).days)


def verdict_of(asked, reached, number):
    """What is true in one world."""
    if asked.at_most is not None and reached > asked.at_most:
        return "breached"
    if reached >= asked.at_least:
        return "met"
    return "open" if day(number) < asked.window_to else "breached"


def agrees(judged, told):
    if judged.verdict == "undecided":
        assert len(told) > 1
    else:
        assert told == {judged.verdict}


@settings(max_examples=150)
@given(openings, st.integers(0, 3), st.one_of(st.none(), st.integers(0, 2)), numbers)
def test_a_count_is_judged_as_in_all_possible_worlds(found, at_least, more, number):
    asked = terms(at_least, None if more is None else at_least + more)
    judged = judge_count(asked, found, day(number))
    told = {
        verdict_of(asked, sum(in_window(asked, d, number) for d in days), number)
        for days, _ in worlds(found)
    }
    agrees(judged, told)


@settings(max_examples=150)
@given(openings, numbers, st.booleans(), st.integers(1, 2))
def test_members_are_judged_as_in_all_possible_worlds(found, number, near, at_least):
    asked = terms(at_least)
    judge = judge_near_area if near else judge_named
    judged = judge(asked, found, day(number))
    told = set()
    for days, places in worlds(found, near=near):
        reached = {
            one.municipality_code
            for one, d, place in zip(found, days, places, strict=True)
            if place and in_window(asked, d, number)
        }
        told.add(verdict_of(asked, len(reached & {"A", "B"}), number))
    agrees(judged, told)


@given(openings, st.integers(1, 3), st.lists(numbers, min_size=2, max_size=2).map(sorted))
def test_what_is_met_or_breached_stays_so_where_nothing_limits_the_number(found, at_least, days):
    asked = terms(at_least)
    first, later = (judge_count(asked, found, day(number)) for number in days)
    if first.verdict in ("met", "breached"):
        assert later.verdict == first.verdict
    assert later.short_by <= first.short_by


@given(openings, st.integers(1, 3), numbers)
def test_what_is_counted_and_what_is_short_add_up(found, at_least, number):
    judged = judge_count(terms(at_least), found, day(number))
    assert judged.short_by == max(0, at_least - len(judged.counted))
    assert not set(map(id, judged.counted)) & set(map(id, judged.possible))


@given(
    st.lists(
        st.tuples(st.integers(0, LENGTH), st.integers(0, 3)).map(lambda p: (p[0], p[0] + p[1])),
        max_size=2,
    ),
    numbers,
)
def test_a_report_is_judged_as_in_all_possible_worlds(lodged, number):
    asked = terms(1)
    rows = [(f"{low}/{high}", day(low), day(high)) for low, high in lodged]
    judged = judge_report(asked, rows, day(number))
    told = {
        verdict_of(asked, int(any(d <= min(number, 5) for d in days)), number)
        for days in product(*(range(low, high + 1) for low, high in lodged))
    }
    agrees(judged, told)


@given(openings, numbers)
def test_every_verdict_says_something_in_both_languages(found, number):
    for judge in (judge_count, judge_named, judge_near_area):
        judged = judge(terms(2), found, day(number))
        assert all(judged.sentence)
        assert bool(judged.because[0]) == bool(judged.because[1])
        if judged.verdict in ("undecided", "breached", "impossible"):
            assert all(judged.because), judged


# --- known answers --------------------------------------------------------------------------------


def test_the_window_includes_both_its_days():
    asked = terms(1)
    for number, verdict in ((0, "breached"), (1, "met"), (5, "met"), (6, "breached")):
        assert judge_count(asked, [opening(number)], day(7)).verdict == verdict


def test_the_last_day_is_judged_at_its_end():
    assert judge_count(terms(1), [], day(4)).verdict == "open"
    assert judge_count(terms(1), [], day(5)).verdict == "breached"
    assert judge_report(terms(1), [], day(4)).verdict == "open"
    assert judge_report(terms(1), [], day(5)).verdict == "breached"


def test_too_many_is_a_breach_although_enough():
    found = [opening(2), opening(3), opening(4)]
    judged = judge_count(terms(1, 2), found, day(5))
    assert judged.verdict == "breached"
    assert "at most 2 may count" in judged.because[1]


def test_what_cannot_be_reached_is_impossible_and_says_why():
    judged = judge_count(terms(28, cap=27), [], day(0))
    assert judged.verdict == "impossible"
    assert "At most 27 openings can count, 28 are asked for" in judged.because[1]
    few = judge_named(terms(3), [], day(0))
    assert few.verdict == "impossible"
    assert "Only 2 municipalities" in few.because[1]


def test_where_no_source_would_say_whether_it_was_done_nothing_is_called_broken():
    for judge in (judge_count, judge_named, judge_near_area):
        judged = judge(terms(1, held=False), [], day(7))
        assert judged.verdict == "undecided"
        assert "No source" in judged.because[1]
    assert judge_report(terms(1, held=False), [], day(7)).verdict == "undecided"


def test_a_late_opening_is_named_with_its_day():
    judged = judge_count(terms(1), [opening(7, office="Nordmaling")], day(8))
    assert "Opened too late: Nordmaling (7/7)" in judged.because[1]
    named = judge_named(terms(2), [opening(7, office="Nordmaling")], day(8))
    assert "Not in time: A, B" in named.because[1]


def test_a_planned_opening_is_called_planned_and_a_rough_one_rough():
    found = [opening(2, awaited=True, office="Ånge"), opening(4, 7, office="Boden")]
    because = judge_count(terms(2), found, day(6)).because[1]
    assert because == "Planned but not confirmed: Ånge; the day is known only roughly: Boden (4/7)."


def test_an_opening_without_a_last_day_is_possible_for_ever():
    unbounded = Opening("o", "o", "A", "c", Moment("opened", day(2), DUSK), "[2..]")
    judged = judge_count(terms(1), [unbounded], date(2050, 1, 1))
    assert judged.verdict == "undecided"
    assert [o.office for o in judged.possible] == ["o"]


def test_the_best_of_two_openings_in_a_municipality_decides():
    found = [opening(7, member="A"), opening(2, member="A"), opening(3, member="B")]
    assert judge_named(terms(2), found, day(5)).verdict == "met"


@given(openings)
def test_nothing_is_decided_before_the_window_begins(found):
    assume(all(one.opened.earliest >= day(1) for one in found))
    assert judge_count(terms(1), found, day(0)).verdict == "open"
