"""The life of an office: what is sure, what is possible, and what cannot be.

The property is written from possible worlds: every choice of days within the bounds that keeps the
order. What is planned and not confirmed may also come late, or never (and then nothing after it).
"""

from datetime import date, timedelta

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from knutpunkt.core.edtf import DAWN, DUSK
from knutpunkt.network import life
from knutpunkt.network.life import Moment

pytestmark = pytest.mark.once

FIRST = date(2022, 1, 1)
LENGTH = 7
NEVER = 99


def day(number):
    return FIRST + timedelta(days=number)


def moment(kind, low, high, *, awaited=False):
    """Bounds by number of the day; None is unbounded."""
    earliest = DAWN if low is None else day(low)
    latest = DUSK if high is None else day(high)
    return Moment(kind, earliest, latest, awaited)


# --- possible worlds, written from the words of the house -----------------------------------------


def worlds(chain):
    """Every way the events of a chain can have fallen on the days of a small calendar.

    A chain is a list of (kind, low, high, awaited); days before the calendar are day -2 (and so
    on), days after it LENGTH + 1 (and so on), so that unbounded events have room on both sides.
    """
    found = [[]]
    for kind, low, high, awaited in chain:
        earliest = -3 if low is None else low
        latest = LENGTH + 3 if high is None or awaited else high
        longer = []
        for world in found:
            if world and world[-1] == NEVER:
                longer.append([*world, NEVER])
                continue
            first = world[-1] + (kind == "opened") if world else -3
            choices = list(range(max(first, earliest), latest + 1))
            longer += [[*world, choice] for choice in choices]
            if awaited:
                longer.append([*world, NEVER])
        found = longer
    # An event that is not awaited takes place in every world.
    return [
        world
        for world in found
        if all(d != NEVER or awaited for d, (*_, awaited) in zip(world, chain, strict=True))
    ]


def is_open(chain, world, number):
    """Whether visitors are let in: from the opening day to the last day, both inclusive."""
    state = False
    for (kind, *_), happened in zip(chain, world, strict=True):
        if kind == "opened" and happened <= number:
            state = True
        if kind == "closed" and happened < number:
            state = False
    return state


def certainty(answers):
    return "yes" if all(answers) else "perhaps" if any(answers) else "no"


@st.composite
def chains(draw):
    """Alternating events whose first possible days rise, so that their order is not in doubt."""
    length = draw(st.integers(1, 4))
    lows = sorted(draw(st.lists(st.integers(0, LENGTH - 1), min_size=length, max_size=length)))
    assume(all(later > before for before, later in zip(lows, lows[2:], strict=False)))
    chain = []
    for k in range(length):
        low = None if k == 0 and draw(st.booleans()) else lows[k]
        high = draw(st.one_of(st.none(), st.integers(lows[k], LENGTH - 1)))
        awaited = low is not None and draw(st.integers(0, 3)) == 0
        chain.append((("opened", "closed")[k % 2], low, high, awaited))
    return chain


def folded(chain):
    return life.stays(moment(k, low, high, awaited=a) for k, low, high, a in chain)


@settings(max_examples=300)
@given(chains())
@example([("opened", 0, 0, False), ("closed", 2, None, True), ("opened", 3, 4, False)])
@example([("opened", 2, 3, True), ("closed", 4, 4, False)])
def test_an_office_is_open_surely_or_perhaps_as_in_all_possible_worlds(chain):
    possible = worlds(chain)
    assume(possible)
    stays = folded(chain)
    for number in range(LENGTH):
        told = certainty([is_open(chain, world, number) for world in possible])
        assert life.open_on(stays, day(number)) == told, number


@given(chains(), st.integers(1, LENGTH - 2), st.booleans())
def test_a_balance_keeps_the_worlds_that_agree_with_it(chain, number, member):
    possible = worlds(chain)
    assume(possible)
    kept = [world for world in possible if is_open(chain, world, number) == member]
    # What contradicts the balance is for the importer to report; here it has no worlds at all.
    assume(kept)
    anchored = life.anchor(folded(chain), day(number), member=member)
    for later in range(number, LENGTH):
        told = certainty([is_open(chain, world, later) for world in kept])
        answer = life.open_on(anchored, day(later))
        # Narrowing by one day may leave a "perhaps", but never claims what a world denies.
        assert answer in (told, "perhaps"), later
    on_the_day = life.open_on(anchored, day(number))
    assert on_the_day == ("yes" if member else "no")


@given(chains())
def test_the_bounds_of_every_event_are_the_first_and_last_day_of_any_world(chain):
    possible = worlds(chain)
    assume(possible)
    moments = [m for stay in folded(chain) for m in (stay.opened, stay.closed) if m is not None]
    for k, found in enumerate(moments):
        fell = [world[k] for world in possible if world[k] != NEVER]
        if chain[k][1] is not None:
            assert found.earliest == day(min(fell))
        if max(fell) < LENGTH:
            assert found.window[1] == day(max(fell))


# --- known answers --------------------------------------------------------------------------------


def test_the_opening_day_and_the_last_day_are_open():
    stays = life.stays([moment("opened", 1, 1), moment("closed", 3, 3)])
    assert [life.open_on(stays, day(n)) for n in range(5)] == ["no", "yes", "yes", "yes", "no"]


def test_a_planned_opening_is_only_possible_also_after_its_last_planned_day():
    stays = life.stays([moment("opened", 1, 2, awaited=True)])
    assert life.open_on(stays, day(0)) == "no"
    assert {life.open_on(stays, day(n)) for n in (1, 2, 3, 1000)} == {"perhaps"}


def test_an_office_that_closed_had_opened_even_if_the_opening_was_only_planned():
    stays = life.stays([moment("opened", 1, 2, awaited=True), moment("closed", 5, 5)])
    assert life.open_on(stays, day(5)) == "yes"
    assert life.open_on(stays, day(4)) == "perhaps"


def test_an_office_known_only_by_its_closing_was_open_until_then():
    stays = life.stays([moment("closed", 3, 3)])
    assert [life.open_on(stays, day(n)) for n in (3, 4)] == ["yes", "no"]


def test_what_happened_in_a_month_of_a_rough_closing_year_came_before_the_closing():
    """Opened in June 2022 and closed "in 2022": it has not been open since before 2022."""
    opened = Moment("opened", date(2022, 6, 1), date(2022, 6, 30))
    closed = Moment("closed", date(2022, 1, 1), date(2022, 12, 31))
    stays = life.stays([opened, closed])
    assert life.open_on(stays, date(2021, 12, 1)) == "no"
    assert life.open_on(stays, date(2022, 8, 1)) == "perhaps"
    assert life.open_on(stays, date(2023, 1, 1)) == "no"


def test_a_member_of_the_balance_without_any_event_is_open():
    assert life.open_on(life.anchor((), day(2), member=True), day(3)) == "yes"
    assert life.open_on(life.anchor((), day(2), member=False), day(3)) == "no"


def test_an_office_that_is_not_of_the_balance_and_opened_before_it_had_closed():
    stays = life.stays([moment("opened", 0, 1)])
    assert life.open_on(life.anchor(stays, day(3), member=False), day(5)) == "no"


def test_an_office_reopens_on_the_day_after_its_last_day_at_the_earliest():
    past = [moment("opened", 0, 0), moment("closed", 2, 2)]
    assert life.repeated([*past, moment("opened", 3, 3)]) is None
    assert len(life.stays([*past, moment("opened", 3, 3)])) == 2
    assert life.repeated([*past, moment("opened", 2, 2)]) == "opened"


def test_a_closing_whose_every_day_lies_before_the_opening_belongs_to_an_earlier_life():
    stays = life.stays([moment("opened", 4, 5), moment("closed", 2, 3)])
    assert [life.open_on(stays, day(n)) for n in (3, 4, 5)] == ["perhaps", "perhaps", "yes"]


def test_an_opening_twice_running_is_named():
    twice = [moment("opened", 0, 0), moment("opened", 3, 3)]
    assert life.repeated(twice) == "opened"
    assert life.repeated([*twice, moment("closed", 1, 2)]) is None
