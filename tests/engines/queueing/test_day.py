import math
from collections import Counter
from dataclasses import replace
from itertools import pairwise
from random import Random

import pytest
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from engines.queueing.office_days import HOUR, MINUTE, PLAIN, USUAL, office_day
from knutpunkt.engines.queueing.course import course
from knutpunkt.engines.queueing.day import Habits, Shift
from knutpunkt.engines.queueing.errors import DayContradicts, FigureUnusable
from knutpunkt.engines.queueing.line import Line
from knutpunkt.engines.queueing.order import Rule, accrual_start
from knutpunkt.engines.queueing.simulation import simulated
from knutpunkt.reception import transitions

EVERYTHING_HAPPENS = Habits(
    patience_minutes=25, comes_back=0.6, asks_more=0.2, transferred=0.15, parked=0.2,
    finished_by_mistake=0.1, says_nothing=0.3, booked=0.2, frail=0.1,
)  # fmt: skip
DAYS = st.builds(
    office_day,
    counters=st.integers(1, 6),
    expected=st.floats(0, 120),
    habits=st.sampled_from([EVERYTHING_HAPPENS, Habits(), PLAIN]),
)
SEEDS = st.integers(0, 2**32)


def states_after(actions):
    """Follow the table of transitions; every action must fit the state before it."""
    states, at_counter = {}, {}
    for action in actions:
        if action.kind in transitions.BEGINNINGS:
            states[action.errand] = transitions.WAITING
        elif action.kind == transitions.UNDONE:
            states[action.errand] = transitions.SERVING
            at_counter[action.counter] = action.errand
        elif action.kind in transitions.TRANSITIONS:
            way = transitions.TRANSITIONS[action.kind]
            assert states[action.errand] in way.before, action
            held = [name for name, one in at_counter.items() if one == action.errand]
            states[action.errand] = way.after
            if action.kind in ("called", "resumed"):
                assert action.counter not in at_counter, action
                at_counter[action.counter] = action.errand
            elif way.after not in transitions.AT_THE_COUNTER:
                for name in held:
                    assert name == action.counter, action
                    del at_counter[name]
    return states


@limits(max_examples=60)
@given(DAYS, SEEDS)
def test_every_day_is_one_the_reception_allows(day, seed):
    actions = list(simulated(day, Random(seed)))
    assert all(one.at <= other.at for one, other in pairwise(actions))
    assert set(states_after(actions).values()) <= set(transitions.CLOSED)
    assert actions[-1].kind == "day-ended"


@limits(max_examples=30)
@given(DAYS, SEEDS)
def test_the_same_seed_gives_the_same_day(day, seed):
    assert list(simulated(day, Random(seed))) == list(simulated(day, Random(seed)))


def test_everything_that_can_happen_happens():
    kinds = Counter(
        action.kind
        for seed in range(30)
        for action in simulated(office_day(habits=EVERYTHING_HAPPENS), Random(seed))
    )
    missing = set(transitions.TRANSITIONS) - {"released", "withdrawn"} - set(kinds)
    assert not missing
    assert kinds["undone"]
    assert kinds["checked-in"]


def test_counters_are_closed_and_parked_errands_are_ended_at_night():
    for seed in range(20):
        actions = list(simulated(office_day(habits=EVERYTHING_HAPPENS), Random(seed)))
        kinds = Counter(action.kind for action in actions)
        assert kinds["session-opened"] == kinds["session-closed"]
        assert kinds["parked"] == kinds["resumed"]


def test_a_break_closes_the_counter_and_opens_it_again():
    day = replace(office_day(), shifts=(Shift("1", 0, 2 * HOUR), Shift("1", 3 * HOUR, 6 * HOUR)))
    turns = [a.at for a in simulated(day, Random(3)) if a.kind.startswith("session")]
    assert turns[0] == 0
    assert 2 * HOUR <= turns[1] < turns[2] == 3 * HOUR


def test_nobody_waits_while_a_counter_has_had_nothing_to_do_for_half_a_minute():
    """Work conservation: an idle counter calls as soon as it has looked up."""
    for seed in range(10):
        came, free = {}, {"1": 0, "2": 0}
        for action in simulated(office_day(counters=2, habits=PLAIN), Random(seed)):
            if action.at >= 6 * HOUR:
                break  # closed: counters may leave
            if came and free:
                both = max(min(came.values()), min(free.values()))
                assert action.at - both <= 25_000
            if action.kind == "issued":
                came[action.errand] = action.at
            elif action.kind == "called":
                del came[action.errand], free[action.counter]
            elif action.kind == "finished":
                free[action.counter] = action.at


def test_the_mean_number_waiting_is_arrivals_times_mean_wait():
    """Little's law holds on every single day, by counting."""
    since, area, waits, before = {}, 0, [], 0
    for action in simulated(office_day(counters=2, expected=80, habits=PLAIN), Random(11)):
        area += len(since) * (action.at - before)
        before = action.at
        if action.kind == "issued":
            since[action.errand] = action.at
        elif action.kind in ("called", "swept"):
            waits.append(action.at - since.pop(action.errand))
    assert not since
    assert area == sum(waits)


def test_service_times_have_the_pace_of_the_kind():
    lasts = []
    for seed in range(60):
        begun = {}
        for action in simulated(office_day(habits=PLAIN), Random(seed)):
            if action.kind == "begun":
                begun[action.errand] = action.at
            elif action.kind == "finished":
                lasts.append((action.at - begun[action.errand]) / MINUTE)
    mean = sum(lasts) / len(lasts)
    spread = math.sqrt(sum((one - mean) ** 2 for one in lasts) / len(lasts))
    assert mean == pytest.approx(10, rel=0.05)
    assert spread / mean == pytest.approx(0.9, rel=0.1)


def test_the_share_who_ask_more_is_the_habit():
    day = office_day(counters=6, habits=replace(PLAIN, asks_more=0.25))
    kinds = Counter(a.kind for seed in range(40) for a in simulated(day, Random(seed)))
    assert kinds["added"] / kinds["finished"] == pytest.approx(0.25, abs=0.03)


def test_a_refused_action_gives_the_errand_up_and_the_day_goes_on():
    """Another program acted first: the course drops the errand and still comes to its end."""
    for refused in ("begun", "finished", "recalled", "missed", "parked", "resumed", "transferred"):
        driven = course(office_day(habits=EVERYTHING_HAPPENS), Random(5))
        line, answer, last = Line(USUAL), None, None
        while True:
            try:
                last = driven.send(answer) if last else next(driven)
            except StopIteration:
                break
            called = last.kind == "called" and not last.errand
            answer = line.call(last.at) if called else last.kind != refused
            line.follow(last._replace(errand=answer or 0) if called else last)
        assert last.kind == "day-ended"


@limits(max_examples=40)
@given(DAYS, SEEDS, st.sampled_from([USUAL, Rule("strict", 1, {}, strict=True)]))
def test_the_line_in_memory_calls_whoever_the_rule_puts_first(day, seed, rule):
    from knutpunkt.engines.queueing.order import Waiting, first

    known, waiting, follows_on = {}, {}, False
    for action in simulated(replace(day, rule=rule), Random(seed)):
        number = action.errand
        if action.visitor is not None:
            starts = accrual_start(action.at, action.visitor.due_at, rule)
            known[number] = Waiting(number, "", action.visitor.prio_class, starts, number)
            waiting[number] = known[number]
        elif action.kind == "added":
            parent = known[action.parent]
            known[number] = replace(parent, key=number, place=number)
            waiting[number] = known[number]
            follows_on = action.counter != ""
        elif action.kind == "reactivated":
            waiting[number] = known[number]
        elif action.kind == "called":
            kept_on = number == max(known) and follows_on and number in waiting
            if not kept_on:
                assert first(waiting.values(), rule, action.at).key == number
            del waiting[number]
        elif action.kind in ("left", "swept"):
            waiting.pop(number, None)


def test_a_day_that_closes_before_it_opens_is_refused():
    with pytest.raises(DayContradicts, match="closes before it opens"):
        office_day(hours=0)


def test_a_day_without_staff_is_refused():
    with pytest.raises(DayContradicts, match="nobody works"):
        office_day(counters=0)


def test_a_shift_that_ends_before_it_begins_is_refused():
    with pytest.raises(DayContradicts, match="counter 1 ends before"):
        replace(office_day(), shifts=(Shift("1", HOUR, HOUR),))


@pytest.mark.parametrize("habit", [{"booked": 1.2}, {"frail": math.nan}, {"patience_minutes": 0}])
def test_a_habit_that_is_no_share_is_refused(habit):
    with pytest.raises(FigureUnusable):
        Habits(**habit)
